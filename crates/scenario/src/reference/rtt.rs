//! Round trips: measured where somebody measured them, otherwise estimated from the distance.

use super::{Coordinates, Provider, ProviderRegion, rows};
use engine::Span;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const FILES: [(Provider, &str); 3] = [
    (Provider::Aws, include_str!("../../data/rtt_aws_2020.csv")),
    (Provider::Azure, include_str!("../../data/rtt_azure_complete.csv")),
    (Provider::Gcp, include_str!("../../data/rtt_gcp_2020.csv")),
];

/// For places that no provider of the data runs: the middle of the three providers' factors.
const INFLATION_ELSEWHERE: f64 = 1.71;

/// The inflation was measured beyond 500 km; for what is nearer than this many milliseconds it says too little.
const LEAST_MS: f64 = 1.0;

/// A round trip between two places.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundTrip {
    /// How long, without jitter.
    pub time: Span,
    /// Whether it was estimated because nobody measured it.
    pub estimated: bool,
    /// Where the number comes from.
    pub source: String,
}

/// Milliseconds by provider and ids of the two regions.
static MEASURED: LazyLock<BTreeMap<(Provider, &str, &str), f64>> = LazyLock::new(|| {
    let mut measured = BTreeMap::new();
    for (provider, text) in FILES {
        let mut rows = rows(text, usize::MAX);
        let heading = rows.next().unwrap_or_default();
        for row in rows {
            let cells = heading.iter().zip(&row).skip(1);
            measured.extend(cells.filter_map(|(to, ms)| Some(((provider, row[0], *to), ms.parse().ok()?))));
        }
    }
    measured
});

static INFLATION: LazyLock<BTreeMap<&str, f64>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../data/inflation.csv"), 2);
    rows.filter_map(|row| Some((*row.first()?, row.get(1)?.parse().ok()?))).collect()
});

fn inflation(provider: Option<Provider>) -> f64 {
    provider.and_then(|provider| INFLATION.get(provider.id()).copied()).unwrap_or(INFLATION_ELSEWHERE)
}

/// The round trip from one region to another, seen from the first: measured if both are of one provider and it was measured,
/// otherwise great-circle distance times the providers' median inflation.
pub fn round_trip(
    from: (Option<&ProviderRegion>, Coordinates),
    to: (Option<&ProviderRegion>, Coordinates),
) -> RoundTrip {
    if let (Some(from), Some(to)) = (from.0, to.0)
        && let Some(ms) = MEASURED.get(&(from.provider, from.id.as_str(), to.id.as_str()))
        && from.provider == to.provider
    {
        let source = match from.provider {
            Provider::Aws => "AWS inter-region ping, June 2020, mean (data/rtt_aws_2020.csv)",
            Provider::Azure => "Azure inter-region P50, March 2026 (data/rtt_azure_complete.csv)",
            Provider::Gcp => "GCP inter-region ping, June 2020, mean (data/rtt_gcp_2020.csv)",
        };
        return RoundTrip { time: Span::from_millis_f64(*ms), estimated: false, source: source.to_owned() };
    }
    let provider = |end: Option<&ProviderRegion>| inflation(end.map(|region| region.provider));
    estimate(from.1.distance_km(to.1), (provider(from.0) + provider(to.0)) / 2.0)
}

/// The round trip between users and a region: distance times the provider's inflation, and the last mile. Always estimated.
pub fn users_round_trip(
    users: Coordinates,
    region: (Option<&ProviderRegion>, Coordinates),
    last_mile: Span,
) -> RoundTrip {
    let factor = inflation(region.0.map(|region| region.provider));
    let km = users.distance_km(region.1);
    RoundTrip {
        time: Span::from_millis_f64(km / 100.0 * factor) + last_mile,
        estimated: true,
        source: format!("estimate: {km:.0} km × {factor:.2} over straight fibre, plus the last mile"),
    }
}

fn estimate(km: f64, factor: f64) -> RoundTrip {
    // Straight fibre: 200 000 km/s, there and back, so 1 ms per 100 km.
    let ms = (km / 100.0 * factor).max(LEAST_MS);
    let source = format!("estimate: {km:.0} km × {factor:.2} over straight fibre (data/inflation.csv)");
    RoundTrip { time: Span::from_millis_f64(ms), estimated: true, source }
}

#[cfg(test)]
mod tests {
    use super::super::find_region;
    use super::*;

    fn between(a: &str, b: &str) -> RoundTrip {
        let end = |name| find_region(name).map(|region| (Some(region), region.at)).unwrap();
        round_trip(end(a), end(b))
    }

    #[test]
    fn measured_pairs_have_the_matrix_value_and_others_are_marked_as_estimated() {
        let measured = between("aws/us-east-1", "aws/ap-northeast-1");
        assert!(!measured.estimated);
        assert_eq!(MEASURED.len(), 19 * 19 + 46 * 46 + 20 * 20);
        assert_eq!(between("ap-east-1", "ap-northeast-1").time, Span::from_micros(51_166));
        let estimated = between("aws/us-east-1", "azure/westeurope");
        assert!(estimated.estimated && estimated.source.starts_with("estimate"));
        assert!(between("aws/us-east-1", "aws/ca-west-1").estimated, "Calgary opened after the measurement");
    }

    #[test]
    fn estimates_lie_within_a_factor_of_two_of_what_was_measured_far_apart() {
        let (mut near, mut all) = (0, 0);
        for ((provider, from, to), ms) in MEASURED.iter() {
            let end = |id: &str| find_region(&format!("{}/{id}", provider.id())).unwrap();
            let km = end(from).at.distance_km(end(to).at);
            if km > 500.0 {
                all += 1;
                let guess = estimate(km, inflation(Some(*provider))).time.as_millis_f64();
                near += usize::from(guess / ms < 2.0 && ms / guess < 2.0);
            }
        }
        assert!(all > 2_500 && near * 100 >= all * 95, "{near} of {all}");
    }

    #[test]
    fn neighbours_of_two_providers_are_not_infinitely_near() {
        assert!(between("aws/eu-central-1", "gcp/europe-west3").time >= Span::from_millis(1));
    }
}
