//! Round trips: measured where somebody measured them, otherwise estimated from the distance.

use super::{Coordinates, Provider, ProviderRegion, rows};
use engine::{FlatMap, Span};
use std::sync::LazyLock;

/// When the round trips between AWS regions that hold were measured. A scenario names one, so that newer measurements change no old
/// link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    /// June 2020: means, 19 regions.
    June2020,
    /// July 2025: medians and the 90th percentile, 33 regions.
    July2025,
}

impl Edition {
    /// What holds where nothing else is said.
    pub const NEWEST: Edition = Edition::July2025;
    /// The ids, oldest first.
    pub const IDS: [&str; 2] = ["2020", "2025-07"];
    /// In the order of their ids.
    pub(crate) const ALL: [Edition; 2] = [Edition::June2020, Edition::July2025];

    /// The id that a scenario uses.
    pub const fn id(self) -> &'static str {
        Edition::IDS[self as usize]
    }
}

/// Measurements between the regions of a provider, in milliseconds: `median`, or `median/90th percentile`.
struct Matrix {
    provider: Provider,
    /// `None` is every edition.
    edition: Option<Edition>,
    source: &'static str,
    text: &'static str,
}

const MATRICES: [Matrix; 4] = [
    Matrix {
        provider: Provider::Aws,
        edition: Some(Edition::June2020),
        source: "AWS inter-region ping, June 2020, mean (data/rtt_aws_2020.csv)",
        text: include_str!("../../data/rtt_aws_2020.csv"),
    },
    Matrix {
        provider: Provider::Aws,
        edition: Some(Edition::July2025),
        source: "AWS inter-region P50, July 2025 (data/rtt_aws_2025_07.csv)",
        text: include_str!("../../data/rtt_aws_2025_07.csv"),
    },
    Matrix {
        provider: Provider::Azure,
        edition: None,
        source: "Azure inter-region P50, March 2026 (data/rtt_azure_complete.csv)",
        text: include_str!("../../data/rtt_azure_complete.csv"),
    },
    Matrix {
        provider: Provider::Gcp,
        edition: None,
        source: "GCP inter-region ping, June 2020, mean (data/rtt_gcp_2020.csv)",
        text: include_str!("../../data/rtt_gcp_2020.csv"),
    },
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
    /// The 90th percentile as a multiple of it, where that was measured, too.
    pub p90: Option<f64>,
    /// Whether it was estimated because nobody measured it.
    pub estimated: bool,
    /// Where the number comes from.
    pub source: String,
}

/// Median and 90th percentile, milliseconds, by ids of the two regions.
type Cells = FlatMap<(&'static str, &'static str), (f64, Option<f64>)>;

/// In the order of [`MATRICES`].
static MEASURED: LazyLock<Vec<Cells>> = LazyLock::new(|| MATRICES.iter().map(|matrix| cells(matrix.text)).collect());

fn cells(text: &'static str) -> Cells {
    let mut rows = rows(text, usize::MAX);
    let heading = rows.next().unwrap_or_default();
    let mut measured = Cells::new();
    for row in rows {
        let cells = heading.iter().zip(&row).skip(1);
        measured.extend(cells.filter_map(|(to, cell)| {
            let (median, p90) = cell.split_once('/').map_or((*cell, None), |(median, p90)| (median, p90.parse().ok()));
            Some(((row[0], *to), (median.parse().ok()?, p90)))
        }));
    }
    measured
}

static INFLATION: LazyLock<FlatMap<&str, f64>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../data/inflation.csv"), 2);
    rows.filter_map(|row| Some((*row.first()?, row.get(1)?.parse().ok()?))).collect()
});

fn inflation(provider: Option<Provider>) -> f64 {
    provider.and_then(|provider| INFLATION.get(&provider.id()).copied()).unwrap_or(INFLATION_ELSEWHERE)
}

/// The round trip from one region to another, seen from the first: measured if both are of one provider and it was measured,
/// otherwise great-circle distance times the providers' median inflation.
pub fn round_trip(
    edition: Edition,
    from: (Option<&ProviderRegion>, Coordinates),
    to: (Option<&ProviderRegion>, Coordinates),
) -> RoundTrip {
    let provider = |end: Option<&ProviderRegion>| inflation(end.map(|region| region.provider));
    measured(edition, from.0, to.0)
        .unwrap_or_else(|| estimate(from.1.distance_km(to.1), (provider(from.0) + provider(to.0)) / 2.0))
}

fn measured(edition: Edition, from: Option<&ProviderRegion>, to: Option<&ProviderRegion>) -> Option<RoundTrip> {
    let (from, to) = (from?, to?);
    let holds = |matrix: &Matrix| {
        (matrix.provider, matrix.provider) == (from.provider, to.provider)
            && matrix.edition.is_none_or(|of| of == edition)
    };
    let place = MATRICES.iter().position(holds)?;
    let (ms, p90) = *MEASURED[place].get(&(from.id.as_str(), to.id.as_str()))?;
    let tail = p90.map_or_else(String::new, |p90| format!(", P90 {p90} ms"));
    Some(RoundTrip {
        time: Span::from_millis_f64(ms),
        p90: p90.map(|p90| p90 / ms),
        estimated: false,
        source: MATRICES[place].source.to_owned() + &tail,
    })
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
        p90: None,
        estimated: true,
        source: format!("estimate: {km:.0} km × {factor:.2} over straight fibre, plus the last mile"),
    }
}

fn estimate(km: f64, factor: f64) -> RoundTrip {
    // Straight fibre: 200 000 km/s, there and back, so 1 ms per 100 km.
    let ms = (km / 100.0 * factor).max(LEAST_MS);
    let source = format!("estimate: {km:.0} km × {factor:.2} over straight fibre (data/inflation.csv)");
    RoundTrip { time: Span::from_millis_f64(ms), p90: None, estimated: true, source }
}

#[cfg(test)]
mod tests {
    use super::super::find_region;
    use super::*;

    fn between_in(edition: Edition, a: &str, b: &str) -> RoundTrip {
        let end = |name| find_region(name).map(|region| (Some(region), region.at)).unwrap();
        round_trip(edition, end(a), end(b))
    }

    fn between(a: &str, b: &str) -> RoundTrip {
        between_in(Edition::NEWEST, a, b)
    }

    #[test]
    fn measured_pairs_have_the_matrix_value_and_others_are_marked_as_estimated() {
        let measured = between("aws/us-east-1", "aws/ap-northeast-1");
        assert!(!measured.estimated);
        let sizes: Vec<usize> = MEASURED.iter().map(FlatMap::len).collect();
        assert_eq!(sizes, [19 * 19, 33 * 33, 46 * 46, 20 * 20]);
        let old = |a, b| between_in(Edition::June2020, a, b);
        assert_eq!(old("ap-east-1", "ap-northeast-1").time, Span::from_micros(51_166));
        assert!(old("aws/us-east-1", "aws/ca-west-1").estimated, "Calgary opened after the measurement of 2020");
        let calgary = between("aws/us-east-1", "aws/ca-west-1");
        assert!(!calgary.estimated && calgary.p90.is_some_and(|p90| p90 > 1.0) && calgary.source.contains("P90"));
        let estimated = between("aws/us-east-1", "azure/westeurope");
        assert!(estimated.estimated && estimated.source.starts_with("estimate"));
    }

    #[test]
    fn every_measured_region_is_known() {
        for (matrix, measured) in MATRICES.iter().zip(MEASURED.iter()) {
            for (id, _) in measured.keys() {
                assert!(find_region(&format!("{}/{id}", matrix.provider.id())).is_ok(), "{id}");
            }
        }
    }

    #[test]
    fn estimates_lie_within_a_factor_of_two_of_what_was_measured_far_apart() {
        let (mut near, mut all) = (0, 0);
        let pairs = MATRICES.iter().zip(MEASURED.iter());
        let pairs =
            pairs.flat_map(|(matrix, cells)| cells.iter().map(|((from, to), (ms, _))| (matrix.provider, from, to, ms)));
        for (provider, from, to, ms) in pairs {
            let end = |id: &str| find_region(&format!("{}/{id}", provider.id())).unwrap();
            let km = end(from).at.distance_km(end(to).at);
            if km > 500.0 {
                all += 1;
                let guess = estimate(km, inflation(Some(provider))).time.as_millis_f64();
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
