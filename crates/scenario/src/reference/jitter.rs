//! How much delays vary.

use super::rows;
use engine::{Distribution, Quantiles};

/// Factor on a delay, drawn per packet: the quantiles of a week of pings between EC2 regions over their median
/// (`data/jitter.csv`). Half of the packets take the median; one in a hundred 1.15 times as long, one in ten thousand 1.54
/// times. The factors were measured on round trips and are applied to each way.
pub fn measured_jitter() -> Distribution {
    let point = |row: Vec<&str>| Some((row.first()?.parse().ok()?, row.get(1)?.parse().ok()?));
    let points = rows(include_str!("../../data/jitter.csv"), 2).filter_map(point).collect();
    Quantiles::new(points).map_or(Distribution::Constant(1.0), Distribution::Quantiles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_packets_take_the_median_and_the_tail_is_long() {
        let Distribution::Quantiles(table) = measured_jitter() else { panic!("the table is not sound") };
        assert_eq!(table.points().len(), 7);
        assert_eq!((table.value(0.2), table.value(0.5)), (1.0, 1.0));
        assert!(table.value(0.99) > 1.1 && table.value(0.99999) > 2.0);
    }
}
