//! How much delays vary.

use super::rows;
use engine::{Distribution, Quantiles};

/// Factor on the delay of one way, drawn per packet, such that the sum of two ways has the measured quantiles of round trips: a
/// week of pings between EC2 regions, over their median (`data/jitter.csv`). Half of the round trips take the median; one in a
/// hundred 1.15 times as long, one in ten thousand 1.54 times.
pub fn measured_jitter() -> Distribution {
    Quantiles::new(column(2)).map_or(Distribution::Constant(1.0), Distribution::Quantiles)
}

/// What the table gives for round trips nine of ten times at most, above the median: `two_ways_together` tests it.
const TABLE_P90: f64 = 1.03195;
/// Where the same stands for one way: the square root of nine tenths.
const WAY_P90: f64 = 0.948_683_3;

/// The same for a way whose round trips have this 90th percentile, as a multiple of their median: up to there the table is stretched
/// to it, and beyond it goes on as far above as in the table. So the longest delays, which a percentile of 90 says nothing
/// about, stay those that were measured.
pub fn jitter_to_p90(p90: f64) -> Distribution {
    let Distribution::Quantiles(table) = measured_jitter() else { return measured_jitter() };
    let stretch = (p90 - 1.0).max(0.0) / (TABLE_P90 - 1.0);
    let end = table.value(WAY_P90);
    let shift = (end - 1.0) * (stretch - 1.0);
    let (before, after) = table.points().split_at(table.points().partition_point(|(p, _)| *p < WAY_P90));
    let body = before.iter().copied().chain([(WAY_P90, end)]).map(|(p, value)| (p, 1.0 + (value - 1.0) * stretch));
    let points = body.chain(after.iter().map(|(p, value)| (*p, value + shift))).collect();
    Quantiles::new(points).map_or(Distribution::Quantiles(table), Distribution::Quantiles)
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

    #[test]
    fn a_measured_90th_percentile_is_that_of_two_ways_together() {
        let Distribution::Quantiles(table) = measured_jitter() else { panic!("the table is not sound") };
        assert!((share_of_round_trips(&table, TABLE_P90) - 0.9).abs() < 0.001, "the constant is that of the table");
        for p90 in [1.0, 1.007, 1.04, 1.126, 1.32, 1.8] {
            let Distribution::Quantiles(table) = jitter_to_p90(p90) else { panic!("{p90} gives no table") };
            let (below, above) = (share_of_round_trips(&table, p90 * 0.97), share_of_round_trips(&table, p90 * 1.03));
            assert!(below < 0.9 && 0.9 < above, "{p90} stands at {below} to {above}");
        }
    }
}
