//! Distributions of times as written in a scenario: `"10ms"`, `"exponential 5ms"`, `"90% 5ms, 10% lognormal 50ms 0.8"`.

use crate::quantity::{DAY, SHARE, TIME, clipped};
use engine::{Distribution, Quantiles};

/// What would be accepted.
pub(crate) const ACCEPTED: &str = "write \"5ms\", \"exponential MEAN\", \"uniform LOW HIGH\", \"normal MEAN SD\", \"lognormal MEDIAN \
     SIGMA\", \"pareto LEAST SHAPE\", \"quantiles 50% 5ms 99% 80ms\", or a mixture such as \"90% 5ms, 10% exponential 50ms\"";

/// The distribution, in nanoseconds.
///
/// # Errors
/// Says what is wrong with the text.
pub(crate) fn parse(text: &str) -> Result<Distribution, String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    if let [part] = parts[..] {
        return simple(part);
    }
    let mixture: Result<Vec<(f64, Distribution)>, String> = parts.iter().map(|part| weighted(part)).collect();
    let mixture = mixture?;
    let all: f64 = mixture.iter().map(|(share, _)| share).sum();
    if (all - 1.0).abs() > 1e-6 {
        return Err(format!("the shares of the mixture come to {:.2} % and not to 100 %", all * 100.0));
    }
    let mixture = Distribution::Mixture(mixture);
    mixture.check()?;
    Ok(mixture)
}

fn weighted(part: &str) -> Result<(f64, Distribution), String> {
    let missing = || format!("`{}` has no share in front", clipped(part));
    let (share, rest) = part.split_once(char::is_whitespace).ok_or_else(missing)?;
    Ok((SHARE.parse(share)?, simple(rest)?))
}

fn simple(text: &str) -> Result<Distribution, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let distribution = match words[..] {
        [time] => Distribution::Constant(nanos(time)?),
        ["exponential", mean] => Distribution::Exponential { mean: nanos(mean)? },
        ["uniform", low, high] => Distribution::Uniform { low: nanos(low)?, high: nanos(high)? },
        ["normal", mean, sd] => Distribution::Normal { mean: nanos(mean)?, sd: nanos(sd)? },
        ["lognormal", median, sigma] => Distribution::LogNormal { median: nanos(median)?, sigma: plain(sigma)? },
        ["pareto", scale, _] if nanos(scale)? == 0.0 => {
            return Err(format!("`{}` is always zero: its LEAST must be above 0ms", clipped(text)));
        }
        ["pareto", scale, shape] => Distribution::Pareto { scale: nanos(scale)?, shape: plain(shape)? },
        ["quantiles", ref points @ ..] if !points.is_empty() && points.len().is_multiple_of(2) => {
            let point = |pair: &[&str]| Ok((SHARE.parse(pair[0])?, nanos(pair[1])?));
            let points: Result<Vec<(f64, f64)>, String> = points.chunks(2).map(point).collect();
            Distribution::Quantiles(Quantiles::new(points?)?)
        }
        _ => return Err(format!("`{}` is no distribution of times", clipped(text))),
    };
    distribution.check()?;
    Ok(distribution)
}

fn nanos(text: &str) -> Result<f64, String> {
    let nanos = TIME.parse(text)?;
    if (0.0..=DAY).contains(&nanos) {
        Ok(nanos)
    } else {
        Err(format!("`{}` is not between 0ms and 24h", clipped(text)))
    }
}

fn plain(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=20.0).contains(number));
    number.ok_or_else(|| format!("`{}` is not a number from 0 to 20", clipped(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let means = [
            ("5ms", 5e6),
            ("exponential 5ms", 5e6),
            ("uniform 2ms 4ms", 3e6),
            ("normal 5ms 1ms", 5e6),
            ("lognormal 5ms 0", 5e6),
            ("pareto 5ms 2", 10e6),
            ("quantiles 0% 2ms 100% 4ms", 3e6),
            ("50% 2ms, 50% exponential 4ms", 3e6),
        ];
        for (text, mean) in means {
            assert_eq!(parse(text).unwrap().mean(), Some(mean), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let check = |text: &str, part: &str| assert!(parse(text).unwrap_err().contains(part), "{text}");
        check("gaussian 5ms", "`gaussian 5ms` is no distribution");
        check("exponential 5", "`5` has no unit");
        check("exponential -5ms", "not between 0ms and 24h");
        check("lognormal 5ms -1", "not a number from 0 to 20");
        check("90% 5ms, 10ms", "no share in front");
        check("0% 5ms, 0% 10ms", "come to 0.00 %");
        check("quantiles 50% 5ms 20% 6ms", "greater probability");
        check("pareto 5ms 0", "above 0");
        check("pareto 0ms 1", "always zero");
    }
}
