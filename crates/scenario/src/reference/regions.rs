//! The regions of three providers.

use super::{Coordinates, rows};
use crate::problem::suggest;
use crate::quantity::clipped;
use std::fmt;
use std::sync::LazyLock;

/// Who runs a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
}

impl Provider {
    const ALL: [Provider; 3] = [Provider::Aws, Provider::Azure, Provider::Gcp];

    /// The name in front of a region's id.
    pub fn id(self) -> &'static str {
        match self {
            Provider::Aws => "aws",
            Provider::Azure => "azure",
            Provider::Gcp => "gcp",
        }
    }

    /// The provider of this name.
    pub(super) fn from_id(id: &str) -> Option<Provider> {
        Provider::ALL.into_iter().find(|provider| provider.id() == id)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Provider::Aws => "AWS",
            Provider::Azure => "Azure",
            Provider::Gcp => "Google Cloud",
        })
    }
}

/// A region of a provider.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderRegion {
    /// Who runs it.
    pub provider: Provider,
    /// Its id without the provider, such as `us-east-1`.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// Where it is, or where its provider says it is.
    pub at: Coordinates,
}

static REGIONS: LazyLock<Vec<ProviderRegion>> =
    LazyLock::new(|| rows(include_str!("../../data/regions.csv"), 6).filter_map(|row| read(&row)).collect());

fn read(row: &[&str]) -> Option<ProviderRegion> {
    let [provider, id, lat, lon, _source, title] = row else { return None };
    let at = Coordinates { lat: lat.parse().ok()?, lon: lon.parse().ok()? };
    let (id, title) = ((*id).to_owned(), (*title).to_owned());
    Some(ProviderRegion { provider: Provider::from_id(provider)?, id, title, at })
}

/// All regions, by provider.
pub fn regions() -> &'static [ProviderRegion] {
    &REGIONS
}

/// The region named `aws/us-east-1`, or `us-east-1` where only one provider has such a region.
///
/// # Errors
/// What is wrong with the name, and what it may have meant.
pub fn find_region(name: &str) -> Result<&'static ProviderRegion, (String, String)> {
    let (provider, id) = match name.split_once('/') {
        Some((provider, id)) => (Some(provider), id),
        None => (None, name),
    };
    let found =
        regions().iter().find(|region| region.id == id && provider.is_none_or(|name| region.provider.id() == name));
    found.ok_or_else(|| {
        let full: Vec<String> =
            regions().iter().map(|region| format!("{}/{}", region.provider.id(), region.id)).collect();
        let help = match provider {
            Some(_) => suggest(name, full.iter().map(String::as_str)),
            None => suggest(name, regions().iter().map(|region| region.id.as_str())),
        };
        (format!("no provider has a region `{}`", clipped(name)), help)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_a_region_and_short_names_are_unambiguous() {
        let lines = include_str!("../../data/regions.csv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(regions().len(), lines);
        let count = |provider| regions().iter().filter(|region| region.provider == provider).count();
        assert_eq!(Provider::ALL.map(count), [35, 56, 40]);
        let mut ids: Vec<&str> = regions().iter().map(|region| region.id.as_str()).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "a short name is ambiguous");
    }

    #[test]
    fn a_region_is_found_by_short_and_long_name_and_a_miss_names_its_neighbour() {
        assert_eq!(find_region("aws/us-east-1"), find_region("us-east-1"));
        assert_eq!(find_region("gcp/us-east1").map(|region| region.provider), Ok(Provider::Gcp));
        let (message, help) = find_region("aws/us-est-1").unwrap_err();
        assert_eq!(message, "no provider has a region `aws/us-est-1`");
        assert_eq!(help, "did you mean `aws/us-east-1`?");
    }
}
