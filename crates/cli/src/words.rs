//! Numbers as a person reads them.

use engine::Span;
use sim::metrics::Unit;

/// A measure in its unit.
pub(crate) fn measure(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Count => count(value),
        Unit::Seconds if value.is_infinite() => "never".to_owned(),
        Unit::Seconds => Span::from_secs_f64(value).to_string(),
        Unit::Share => format!("{:.3} %", value * 100.0),
        Unit::Bytes => bytes(value),
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
        assert_eq!(measure(0.0802, Unit::Seconds), "80.2 ms");
        assert_eq!(measure(f64::INFINITY, Unit::Seconds), "never");
        assert_eq!(measure(0.99907, Unit::Share), "99.907 %");
        assert_eq!(measure(1_500.0, Unit::Bytes), "1.50 kB");
    }
}
