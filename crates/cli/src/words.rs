//! Numbers and errors as a person reads them.

use sim::metrics::{NOT_BY_THE_END, Unit};
use std::io;

/// Why something could not be read or written, without the system's number for it.
pub(crate) fn why(error: &io::Error) -> String {
    let told = error.to_string();
    told.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// A measure in its unit.
pub(crate) fn measure(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Count => count(value),
        Unit::Signed if value < 0.0 => format!("-{}", count(-value)),
        Unit::Signed => count(value),
        // What had not come by the end may come later.
        Unit::Seconds if value.is_infinite() => NOT_BY_THE_END.to_owned(),
        Unit::Seconds => sim::duration(value),
        Unit::Share => share(value),
        Unit::Bytes => bytes(value),
    }
}

/// In per cent; nothing and all are said of nothing and all alone.
fn share(share: f64) -> String {
    let percent = share * 100.0;
    match () {
        () if percent > 0.0 && percent < 0.0005 => "below 0.001 %".to_owned(),
        () if (99.9995..100.0).contains(&percent) => "above 99.999 %".to_owned(),
        () => format!("{percent:.3} %"),
    }
}

fn count(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

fn bytes(value: f64) -> String {
    let units = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    match units.iter().find(|(size, _)| value >= *size) {
        Some((size, unit)) => format!("{:.2} {unit}", value / size),
        None => format!("{value:.0} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_carry_their_units() {
        assert_eq!(measure(1_234_567.0, Unit::Count), "1 234 567");
        assert_eq!([-300.0, 1500.0].map(|sum| measure(sum, Unit::Signed)), ["-300", "1 500"]);
        assert_eq!(measure(0.0802, Unit::Seconds), "80.2 ms");
        assert_eq!(measure(f64::INFINITY, Unit::Seconds), "not by the end");
        assert_eq!(measure(0.99907, Unit::Share), "99.907 %");
        assert_eq!(measure(1_500.0, Unit::Bytes), "1.50 kB");
    }

    #[test]
    fn errors_of_the_system_are_told_without_its_numbers() {
        assert_eq!(why(&io::Error::from_raw_os_error(28)), "no space left on device");
    }

    #[test]
    fn only_all_is_said_to_be_all_and_only_nothing_nothing() {
        let said = [0.0, 1e-6, 0.3333, 0.999_994, 0.999_999, 1.0].map(|value| measure(value, Unit::Share));
        assert_eq!(said, ["0.000 %", "below 0.001 %", "33.330 %", "99.999 %", "above 99.999 %", "100.000 %"]);
    }
}
