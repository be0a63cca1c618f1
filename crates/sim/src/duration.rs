//! How long something took, as it is said wherever that is said: on the map, in panels, in the terminal.

/// Seconds in the unit that fits them, to three figures: `820 µs`, `80.3 ms`, `4.2 s`, `12 min 5 s`.
pub fn duration(seconds: f64) -> String {
    let size = seconds.abs();
    // What comes to two minutes when it is rounded is said in minutes.
    if size == 0.0 {
        "0 s".to_owned()
    } else if size < 119.5 {
        let (times, unit) = duration_unit(size);
        format!("{} {unit}", figures(seconds * times))
    } else {
        let whole = seconds.round();
        format!("{} min {} s", (whole / 60.0).trunc(), (whole % 60.0).abs())
    }
}

/// The unit for so many seconds, less than two minutes, and how many of it are a second.
pub fn duration_unit(size: f64) -> (f64, &'static str) {
    match size {
        // What is rounded up to a thousand is one of the next.
        size if size < 0.000_999_5 => (1e6, "µs"),
        size if size < 0.999_5 => (1e3, "ms"),
        _ => (1.0, "s"),
    }
}

/// As many decimals as make three figures.
pub fn decimals(value: f64) -> usize {
    match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    }
}

/// Three significant figures, without trailing zeros.
pub fn figures(value: f64) -> String {
    let decimals = decimals(value);
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_choose_their_unit_and_have_three_figures() {
        for (seconds, text) in [
            (0.0, "0 s"),
            (0.000_82, "820 µs"),
            (0.035_2, "35.2 ms"),
            (0.080_3, "80.3 ms"),
            (0.2, "200 ms"),
            (0.999_7, "1 s"),
            (4.2, "4.2 s"),
            (32.208, "32.2 s"),
            (119.6, "2 min 0 s"),
            (179.7, "3 min 0 s"),
            (725.0, "12 min 5 s"),
            (-0.25, "-250 ms"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }
}
