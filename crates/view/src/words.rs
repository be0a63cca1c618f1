//! Numbers as a person reads them: at most three figures, always a unit.

/// Milliseconds in the unit that fits, as panels and the terminal say them.
pub(crate) fn millis(value: f64) -> String {
    sim::duration(value / 1_000.0)
}

/// Milliseconds at the end of a scale, where there is no room for minutes beside seconds: `200 ms`, `50 s`, `2000 s`.
pub(crate) fn scale_end(value: f64) -> String {
    if value < 119_500.0 { millis(value) } else { format!("{:.0} s", value / 1_000.0) }
}

/// Two figures below ten, whole numbers above.
pub(crate) fn figures(value: f64) -> String {
    let text = if value >= 9.95 { format!("{value:.0}") } else { format!("{value:.1}") };
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A share as a percentage: whole, with a tenth where it is close to nothing or to all, and never one of these without being it.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match () {
        () if percent > 0.0 && percent < 0.05 => "below 0.1 %".to_owned(),
        () if (99.95..100.0).contains(&percent) => "above 99.9 %".to_owned(),
        () if (90.05..99.95).contains(&percent) => format!("{} %", format!("{percent:.1}").trim_end_matches(".0")),
        () => format!("{} %", figures(percent)),
    }
}

/// A number and its noun: `1 packet`, `3 packets`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A number and its noun, for nouns whose plural is not just an s.
pub(crate) fn counted_as(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Bytes in the unit that fits: `512 B`, `3.4 kB`, `12 MB`.
pub(crate) fn bytes(value: f64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (value, 0);
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    format!("{} {}", figures(value), UNITS[unit])
}

/// How long an operation has waited that waits for long: `more than 5 s`.
pub(crate) fn long() -> String {
    format!("more than {}", sim::duration(sim::metrics::LONG.as_secs_f64()))
}

/// Several things in a sentence: `a`, `a and b`, `a, b and c`.
pub(crate) fn listed(things: &[&str]) -> String {
    match things {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_few_figures_and_a_unit() {
        assert_eq!(
            [0.0, 0.42, 84.6, 1_240.0, 210_000.0].map(millis),
            ["0 s", "420 µs", "84.6 ms", "1.24 s", "3 min 30 s"]
        );
        assert_eq!([0.0, 0.0371, 0.5, 1.0].map(percent), ["0 %", "3.7 %", "50 %", "100 %"]);
        assert_eq!([0.0002, 0.97, 0.998, 0.9998].map(percent), ["below 0.1 %", "97 %", "99.8 %", "above 99.9 %"]);
        assert_eq!([999.4, 999.6, 3_420_000.0].map(bytes), ["999 B", "1 kB", "3.4 MB"]);
        assert_eq!([counted(1, "packet"), counted(0, "packet")], ["1 packet", "0 packets"]);
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
    }
}
