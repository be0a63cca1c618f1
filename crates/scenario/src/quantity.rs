//! Numbers with their units, as written in a scenario: `"80ms"`, `"200/s"`, `"2%"`, `"1.5x"`, `"10Gbps"`, `"64KiB"`.

use engine::Span;

/// A day in nanoseconds: the longest run, and so the longest time there is.
pub(crate) const DAY: f64 = 86_400e9;

/// A kind of number: what it is called and the units it may be written in.
pub(crate) struct Quantity {
    /// What a person calls it.
    pub(crate) name: &'static str,
    /// How one is written.
    pub(crate) example: &'static str,
    /// Units: name, and the number as a factor and a divisor that lead to the unit used within.
    units: &'static [(&'static str, f64, f64)],
}

/// A length of time, in nanoseconds.
pub(crate) const TIME: Quantity = Quantity {
    name: "a time",
    example: "80ms",
    units: &[
        ("ns", 1.0, 1.0),
        ("us", 1e3, 1.0),
        ("µs", 1e3, 1.0),
        ("ms", 1e6, 1.0),
        ("s", 1e9, 1.0),
        ("m", 60e9, 1.0),
        ("min", 60e9, 1.0),
        ("h", 3600e9, 1.0),
    ],
};

/// So many a second.
pub(crate) const RATE: Quantity = Quantity {
    name: "a rate",
    example: "20/s",
    units: &[("/s", 1.0, 1.0), ("/m", 1.0, 60.0), ("/min", 1.0, 60.0), ("/h", 1.0, 3600.0)],
};

/// A share, 0 to 1.
pub(crate) const SHARE: Quantity = Quantity { name: "a share", example: "2%", units: &[("%", 1.0, 100.0)] };

/// A factor.
pub(crate) const FACTOR: Quantity = Quantity { name: "a factor", example: "1.5x", units: &[("x", 1.0, 1.0)] };

/// A number of bytes.
pub(crate) const BYTES: Quantity = Quantity {
    name: "a number of bytes",
    example: "2kB",
    units: &[
        ("B", 1.0, 1.0),
        ("kB", 1e3, 1.0),
        ("MB", 1e6, 1.0),
        ("GB", 1e9, 1.0),
        ("KiB", 1024.0, 1.0),
        ("MiB", 1_048_576.0, 1.0),
        ("GiB", 1_073_741_824.0, 1.0),
    ],
};

/// Bytes a second, written in bits.
pub(crate) const BANDWIDTH: Quantity = Quantity {
    name: "a bandwidth",
    example: "100Mbps",
    units: &[("kbps", 1e3, 8.0), ("Mbps", 1e6, 8.0), ("Gbps", 1e9, 8.0), ("Tbps", 1e12, 8.0)],
};

/// A clock's drift, parts per million.
pub(crate) const DRIFT: Quantity = Quantity { name: "a drift", example: "200ppm", units: &[("ppm", 1.0, 1.0)] };

impl Quantity {
    /// The number in the unit used within; never infinite.
    ///
    /// # Errors
    /// Says what is wrong with the text; [`Quantity::accepted`] says what would be right.
    pub(crate) fn parse(&self, text: &str) -> Result<f64, String> {
        let shown = clipped(text);
        let (number, unit) = split(text).ok_or_else(|| format!("`{shown}` is not {}", self.name))?;
        if unit.is_empty() {
            return Err(format!("`{shown}` has no unit"));
        }
        let (_, factor, divisor) = (self.units.iter().find(|(name, ..)| *name == unit))
            .ok_or_else(|| format!("`{shown}` is not {}: it has no unit `{}`", self.name, clipped(unit)))?;
        let value = number * factor / divisor;
        if value.is_finite() { Ok(value) } else { Err(format!("`{shown}` is too large")) }
    }

    /// What would be accepted, for an error message.
    pub(crate) fn accepted(&self) -> String {
        let units: Vec<&str> = self.units.iter().map(|(name, ..)| *name).filter(|name| name.is_ascii()).collect();
        format!("write {} such as \"{}\" (units: {})", self.name, self.example, units.join(", "))
    }
}

/// A time as written in a scenario, from zero to a day.
///
/// # Errors
/// Says what is wrong, and what would be accepted.
pub fn parse_span(text: &str) -> Result<Span, String> {
    let nanos = TIME.parse(text).map_err(|message| format!("{message}; {}", TIME.accepted()))?;
    if (0.0..=DAY).contains(&nanos) {
        Ok(Span::from_nanos_f64(nanos))
    } else {
        Err(format!("`{}` is not between 0ms and 24h", clipped(text)))
    }
}

/// A text short enough to be quoted in a message.
pub(crate) fn clipped(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// A decimal number and what follows it.
fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-._".contains(c))).unwrap_or(text.len());
    let number: f64 = text[..end].replace('_', "").parse().ok()?;
    Some((number, text[end..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_units() {
        let check = |quantity: Quantity, text: &str, value: f64| assert_eq!(quantity.parse(text), Ok(value), "{text}");
        check(TIME, "80ms", 80e6);
        check(TIME, "1.5 s", 1.5e9);
        check(TIME, "5m", 300e9);
        check(TIME, "-80ms", -80e6);
        check(RATE, "200/s", 200.0);
        check(RATE, "30/min", 0.5);
        check(SHARE, "2%", 0.02);
        check(FACTOR, "1.5x", 1.5);
        check(BYTES, "64KiB", 65_536.0);
        check(BANDWIDTH, "100Mbps", 12.5e6);
    }

    #[test]
    fn a_wrong_number_says_what_is_wrong() {
        let check =
            |quantity: Quantity, text: &str, error: &str| assert_eq!(quantity.parse(text), Err(error.to_owned()));
        check(TIME, "80", "`80` has no unit");
        check(TIME, "80kg", "`80kg` is not a time: it has no unit `kg`");
        check(TIME, "soon", "`soon` is not a time");
        check(TIME, "", "`` is not a time");
        check(RATE, "--3/s", "`--3/s` is not a rate");
        assert!(TIME.parse(&format!("{}h", "9".repeat(400))).unwrap_err().contains("too large"));
        assert!(TIME.accepted().contains("\"80ms\""));
    }
}
