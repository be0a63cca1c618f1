//! How much delays vary.

use super::rows;
use engine::{Distribution, Quantiles};

/// Factor on the delay of one way, drawn per packet, such that the sum of two ways has the measured quantiles of round trips: a
/// week of pings between EC2 regions, over their median (`data/jitter.csv`). Half of the round trips take the median; one in a
/// hundred 1.15 times as long, one in ten thousand 1.54 times.
pub fn measured_jitter() -> Distribution {
    Quantiles::new(column(2)).map_or(Distribution::Constant(1.0), Distribution::Quantiles)
}

/// Points of the table: probabilities in this column, factors in the next.
fn column(first: usize) -> Vec<(f64, f64)> {
    let point = |row: Vec<&str>| Some((row.get(first)?.parse().ok()?, row.get(first + 1)?.parse().ok()?));
    rows(include_str!("../../data/jitter.csv"), 4).filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of packets whose factor is at most this.
    fn share(table: &Quantiles, factor: f64) -> f64 {
        let points = table.points();
        let after = points.partition_point(|(_, value)| *value <= factor);
        match (after.checked_sub(1).map(|before| points[before]), points.get(after)) {
            (Some((p, low)), Some((q, high))) => p + (q - p) * (factor - low) / (high - low),
            (Some(_), None) => 1.0,
            (None, _) => 0.0,
        }
    }

    /// The share of round trips whose factor is at most this: over all ways there, the share of ways back that are quick
    /// enough.
    fn share_of_round_trips(table: &Quantiles, factor: f64) -> f64 {
        const STEPS: u32 = 1000;
        let ends = [0.0].into_iter().chain(table.points().iter().map(|(p, _)| *p)).chain([1.0]);
        let ends: Vec<f64> = ends.collect();
        let piece = |pair: &[f64]| {
            let step = (pair[1] - pair[0]) / f64::from(STEPS);
            let there = (0..STEPS).map(|place| table.value(pair[0] + (f64::from(place) + 0.5) * step));
            there.map(|there| share(table, 2.0 * factor - there + 1e-9)).sum::<f64>() * step
        };
        ends.windows(2).map(piece).sum()
    }

    #[test]
    fn two_ways_together_take_as_long_as_the_measured_round_trips() {
        let Distribution::Quantiles(table) = measured_jitter() else { panic!("the table is not sound") };
        let measured = column(0);
        assert_eq!((measured.len(), table.points().len()), (7, 7));
        for (probability, factor) in measured {
            // Half a per cent less is exceeded too often, half a per cent more too seldom.
            let (below, above) =
                (share_of_round_trips(&table, factor * 0.995), share_of_round_trips(&table, factor * 1.005));
            assert!(
                below < probability && probability < above,
                "a factor of {factor} stands at {below} to {above}, not at {probability}"
            );
        }
    }

    #[test]
    fn most_ways_take_the_median_and_the_tail_is_long() {
        let Distribution::Quantiles(table) = measured_jitter() else { panic!("the table is not sound") };
        assert_eq!((table.value(0.2), table.value(0.7)), (1.0, 1.0));
        assert!(table.value(0.99999) > 2.0);
    }
}
