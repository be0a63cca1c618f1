//! When open-loop users ask next.

use engine::{Span, Stream, Time};

/// The next arrival of a Poisson process whose rate follows straight lines between points and is zero before the first: when
/// the number of arrivals to be expected has grown by one exponential draw (inversion, after Çinlar 1975). One draw, however
/// long nobody comes.
pub(super) fn next_poisson(points: &[(Time, f64)], now: Time, stream: &mut Stream) -> Option<Time> {
    let mut at = points.first().map_or(now, |(first, _)| now.max(*first));
    let mut missing = engine::Distribution::Exponential { mean: 1.0 }.sample(stream);
    loop {
        let after = points.partition_point(|(time, _)| *time <= at);
        let rate = linear(points, at);
        let Some((end, rate_at_end)) = points.get(after).copied() else {
            return (rate > 0.0).then(|| at + Span::from_nanos_f64(1e9 / rate * missing));
        };
        let length = (end - at).as_secs_f64();
        let expected = (rate + rate_at_end) / 2.0 * length;
        if expected > missing {
            // rate·x + slope·x²/2 = missing, solved in the form that loses no digits where the slope is small.
            let slope = (rate_at_end - rate) / length;
            let root = (rate * rate + 2.0 * slope * missing).max(0.0).sqrt();
            return Some(at + Span::from_secs_f64(2.0 * missing / (rate + root)));
        }
        missing -= expected;
        at = end;
    }
}

fn linear(points: &[(Time, f64)], at: Time) -> f64 {
    let after = points.partition_point(|(time, _)| *time <= at);
    match (after.checked_sub(1).map(|before| points[before]), points.get(after)) {
        (Some((t0, r0)), Some((t1, r1))) => {
            let share = (at - t0).as_secs_f64() / (*t1 - t0).as_secs_f64();
            r0 + (r1 - r0) * share
        }
        (Some((_, rate)), None) => rate,
        (None, _) => 0.0,
    }
}

/// The next arrival of an even process whose rate follows steps and is zero before the first: when the rate has added up to one more request.
pub(super) fn next_constant(points: &[(Time, f64)], now: Time) -> Option<Time> {
    let mut at = now;
    let mut missing = 1.0;
    loop {
        let after = points.partition_point(|(time, _)| *time <= at);
        let rate = after.checked_sub(1).map_or(0.0, |before| points[before].1);
        let change = points.get(after).map(|(time, _)| *time);
        let here = change.map_or(f64::INFINITY, |change| (change - at).as_secs_f64() * rate);
        if rate > 0.0 && here >= missing {
            return Some(at + Span::from_secs_f64(missing / rate));
        }
        missing -= here;
        at = change?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_process_carries_its_fraction_over_a_change_of_rate() {
        let points = [(Time::ZERO, 1.0), (Time::from_millis(500), 2.0), (Time::from_secs(2), 0.0)];
        let first = next_constant(&points, Time::ZERO);
        assert_eq!(first, Some(Time::from_millis(750)));
        assert_eq!(next_constant(&points, Time::from_millis(1750)), None);
    }

    #[test]
    fn a_poisson_process_keeps_its_mean_and_follows_its_profile() {
        let mut stream = Stream::named(1, "test", 0);
        let points = [(Time::ZERO, 0.0), (Time::from_secs(100), 200.0)];
        let mut at = Time::ZERO;
        let (mut early, mut late) = (0, 0);
        while let Some(next) = next_poisson(&points, at, &mut stream).filter(|next| *next < Time::from_secs(100)) {
            if next < Time::from_secs(50) {
                early += 1
            } else {
                late += 1
            }
            at = next;
        }
        assert!((early - 2500_i32).abs() < 200 && (late - 7500_i32).abs() < 350, "{early} {late}");
    }

    /// Thinning draws candidates at the highest rate: here more than a thousand million of them in vain.
    #[test]
    fn a_day_without_users_after_a_rush_is_passed_over_at_once() {
        let mut stream = Stream::named(1, "test", 0);
        let hour = |hour: u64| Time::from_secs(hour * 3600);
        let points = [(Time::ZERO, 20_000.0), (Time::from_secs(1), 0.0), (hour(23), 0.0), (hour(24), 1.0)];
        let next = next_poisson(&points, Time::from_secs(1), &mut stream);
        assert!(next.is_some_and(|next| next > hour(23) && next < hour(24)), "{next:?}");
    }

    #[test]
    fn nobody_arrives_before_the_first_point() {
        let points = [(Time::from_secs(10), 100.0)];
        let poisson = next_poisson(&points, Time::ZERO, &mut Stream::named(1, "test", 0));
        assert!(poisson.is_some_and(|at| at >= points[0].0));
        assert_eq!(next_constant(&points, Time::ZERO), Some(Time::from_millis(10_010)));
    }

    #[test]
    fn a_process_that_ends_ends() {
        let mut stream = Stream::named(1, "test", 0);
        let points = [(Time::ZERO, 10.0), (Time::from_secs(1), 0.0)];
        let mut at = Time::ZERO;
        while let Some(next) = next_poisson(&points, at, &mut stream) {
            assert!(next > at && next <= Time::from_secs(1));
            at = next;
        }
    }
}
