use super::*;

const DRAWS: usize = 200_000;

fn draws(distribution: &Distribution) -> Vec<f64> {
    let mut stream = Stream::named(7, "samplers", 0);
    (0..DRAWS).map(|_| distribution.sample(&mut stream)).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn sd(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / values.len() as f64).sqrt()
}

/// The greatest distance between the share of draws below a point and the probability to be below it: the statistic of
/// Kolmogorov and Smirnov. Above 2 / √n it has a chance of 1 in 1 500.
fn check_shape(distribution: &Distribution, below: impl Fn(f64) -> f64) {
    let mut values = draws(distribution);
    values.sort_by(f64::total_cmp);
    let distance = values.iter().zip(1..).map(|(value, rank)| (below(*value) - f64::from(rank) / DRAWS as f64).abs());
    let distance = distance.fold(0.0, f64::max);
    assert!(distance < 2.0 / (DRAWS as f64).sqrt(), "{distribution:?} is off by {distance}");
}

fn normal_below(z: f64) -> f64 {
    (1.0 + math::erf(z * std::f64::consts::FRAC_1_SQRT_2)) / 2.0
}

#[test]
fn every_sampler_has_the_shape_of_its_distribution() {
    check_shape(&Distribution::Uniform { low: -1.0, high: 3.0 }, |x| (x + 1.0) / 4.0);
    check_shape(&Distribution::Exponential { mean: 100.0 }, |x| 1.0 - math::exp(-x / 100.0));
    check_shape(&Distribution::Normal { mean: 5.0, sd: 2.0 }, |x| normal_below((x - 5.0) / 2.0));
    check_shape(&Distribution::LogNormal { median: 80.0, sigma: 0.25 }, |x| normal_below(math::ln(x / 80.0) / 0.25));
    check_shape(&Distribution::Pareto { scale: 2.0, shape: 1.5 }, |x| 1.0 - math::pow(2.0 / x, 1.5));
    let table = Quantiles::new(vec![(0.0, 1.0), (0.5, 2.0), (0.9, 7.0), (1.0, 50.0)]).unwrap();
    check_shape(&Distribution::Quantiles(table), |x| match x {
        ..2.0 => (x - 1.0) / 2.0,
        2.0..7.0 => 0.5 + (x - 2.0) / 5.0 * 0.4,
        _ => 0.9 + (x - 7.0) / 43.0 * 0.1,
    });
    let parts =
        vec![(3.0, Distribution::Exponential { mean: 1.0 }), (1.0, Distribution::Uniform { low: 0.0, high: 8.0 })];
    check_shape(&Distribution::Mixture(parts), |x| 0.75 * (1.0 - math::exp(-x)) + 0.25 * (x / 8.0).min(1.0));
}

#[test]
fn tails_reach_beyond_the_base_of_the_ziggurat_as_often_as_they_should() {
    let far = |distribution: Distribution, beyond: f64| {
        draws(&distribution).iter().filter(|value| value.abs() > beyond).count() as f64 / DRAWS as f64
    };
    // Beyond 3.2 both sides of a normal: 0.001 374; beyond 7 an exponential: 0.000 912; four standard errors either way.
    assert!((far(Distribution::Normal { mean: 0.0, sd: 1.0 }, 3.2) - 0.001_374).abs() < 0.000_34);
    assert!((far(Distribution::Exponential { mean: 1.0 }, 7.0) - 0.000_912).abs() < 0.000_27);
    let largest = draws(&Distribution::Exponential { mean: 1.0 }).into_iter().fold(0.0, f64::max);
    assert!(largest > 9.0, "the largest of {DRAWS} exponentials is {largest}");
}

#[test]
fn the_stated_mean_is_the_mean_of_the_draws() {
    let table = Quantiles::new(vec![(0.1, 1.0), (0.5, 2.0), (0.9, 7.0)]).unwrap();
    let mut all = vec![
        Distribution::Constant(1.5),
        Distribution::Uniform { low: -1.0, high: 3.0 },
        Distribution::Exponential { mean: 100.0 },
        Distribution::Normal { mean: 5.0, sd: 2.0 },
        Distribution::LogNormal { median: 80.0, sigma: 0.25 },
        Distribution::Pareto { scale: 1.0, shape: 3.0 },
        Distribution::Quantiles(table),
    ];
    all.push(Distribution::Mixture(
        all.iter().cloned().zip([1.0, 2.0, 3.0]).map(|(part, weight)| (weight, part)).collect(),
    ));
    for distribution in all {
        let values = draws(&distribution);
        let (stated, found) = (distribution.mean().unwrap(), mean(&values));
        let error = 4.0 * sd(&values) / (DRAWS as f64).sqrt();
        assert!((stated - found).abs() <= error, "{distribution:?}: {stated} stated, {found} found");
    }
    assert_eq!(Distribution::Pareto { scale: 1.0, shape: 1.0 }.mean(), None);
}

#[test]
fn a_scaled_distribution_gives_scaled_draws() {
    let table = Quantiles::new(vec![(0.1, 1.0), (0.9, 7.0)]).unwrap();
    for distribution in [
        Distribution::Constant(1.5),
        Distribution::Uniform { low: -1.0, high: 3.0 },
        Distribution::Exponential { mean: 100.0 },
        Distribution::Normal { mean: 5.0, sd: 2.0 },
        Distribution::LogNormal { median: 80.0, sigma: 0.25 },
        Distribution::Pareto { scale: 1.0, shape: 3.0 },
        Distribution::Mixture(vec![(1.0, Distribution::Constant(2.0)), (1.0, Distribution::Quantiles(table))]),
    ] {
        // Doubling is exact in binary, so the draws must agree to the last bit.
        let doubled: Vec<f64> = draws(&distribution).into_iter().map(|value| value * 2.0).collect();
        assert!(draws(&distribution.scaled(2.0)) == doubled, "{distribution:?}");
    }
}

#[test]
fn negative_draws_make_empty_spans() {
    let mut stream = Stream::named(7, "spans", 0);
    assert_eq!(Distribution::Constant(-5.0).span(&mut stream), Span::ZERO);
    assert_eq!(Distribution::Constant(2.4e6).span(&mut stream), Span::from_micros(2_400));
}

#[test]
fn unsound_parameters_are_named() {
    let check = |distribution: Distribution, words: &str| {
        let error = distribution.check().unwrap_err();
        assert!(error.contains(words), "{error}");
    };
    check(Distribution::Constant(f64::NAN), "finite, not NaN");
    check(Distribution::Uniform { low: 2.0, high: 1.0 }, "must not be below the lower, not 1");
    check(Distribution::Exponential { mean: -1.0 }, "mean must be 0 or more, not -1");
    check(Distribution::Pareto { scale: 1.0, shape: 0.0 }, "shape must be above 0, not 0");
    check(Distribution::Mixture(vec![]), "sum to more than 0");
    check(
        Distribution::Mixture(vec![(1.0, Distribution::Normal { mean: 0.0, sd: -2.0 })]),
        "deviation must be 0 or more",
    );
    assert_eq!(Distribution::LogNormal { median: 1.0, sigma: 0.0 }.check(), Ok(()));
}

#[test]
fn unsound_quantile_tables_are_refused() {
    let check = |points: &[(f64, f64)], words: &str| {
        let error = Quantiles::new(points.to_vec()).unwrap_err();
        assert!(error.contains(words), "{error}");
    };
    check(&[], "at least one point");
    check(&[(0.5, 1.0), (1.5, 2.0)], "point 1 of a quantile table has probability 1.5");
    check(&[(0.5, f64::INFINITY)], "point 0 of a quantile table has value inf");
    check(&[(0.5, 1.0), (0.5, 2.0)], "point 1 of a quantile table, (0.5, 2), must have a greater probability");
    check(&[(0.1, 3.0), (0.5, 2.0)], "no smaller value");
}

#[test]
fn quantiles_are_joined_by_straight_lines_and_flat_at_the_ends() {
    let table = Quantiles::new(vec![(0.1, 1.0), (0.5, 2.0), (0.9, 10.0)]).unwrap();
    for (probability, value) in [(0.0, 1.0), (0.1, 1.0), (0.3, 1.5), (0.5, 2.0), (0.7, 6.0), (0.9, 10.0), (1.0, 10.0)] {
        assert!((table.value(probability) - value).abs() < 1e-12, "at {probability}: {}", table.value(probability));
    }
}

#[test]
fn zipf_ranks_have_the_frequencies_of_the_law() {
    for (n, exponent) in [(1, 1.0), (10, 0.0), (100, 0.5), (1_000, 0.99), (1_000, 1.0), (50, 2.5)] {
        let zipf = Zipf::new(n, exponent).unwrap();
        let mut stream = Stream::named(7, "zipf", 0);
        let mut counts = vec![0.0; n as usize];
        (0..DRAWS).for_each(|_| counts[zipf.sample(&mut stream) as usize] += 1.0);
        let weight = |rank: usize| math::pow(rank as f64 + 1.0, -exponent);
        let total: f64 = (0..n as usize).map(weight).sum();
        for (rank, count) in counts.iter().enumerate() {
            let expected = weight(rank) / total * DRAWS as f64;
            let bound = 4.5 * expected.sqrt() + 1.0;
            assert!((count - expected).abs() <= bound, "rank {rank} of {zipf:?}: {count} instead of {expected}");
        }
    }
}

#[test]
fn zipf_refuses_what_is_no_law() {
    assert!(Zipf::new(0, 1.0).unwrap_err().contains("at least one rank"));
    assert!(Zipf::new(5, -1.0).unwrap_err().contains("not -1"));
    assert!(Zipf::new(5, f64::NAN).unwrap_err().contains("not NaN"));
}
