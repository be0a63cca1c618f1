//! What things are called in everything that is told of a run.

use crate::action::LoggedAction;
use crate::config::Config;
use crate::faults::catalog::FaultKind;
use crate::spot::ZonedRegion;
use protocol::Channel;
use std::ops::Range;

/// A region's title without what is not needed to know it: of "US East (N. Virginia)" the city, of "Canada (Central)" all.
pub fn short_title(title: &str) -> &str {
    let inner = title.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    let says_where = |inner: &&str| !["", "Central", "North", "East", "South", "West"].contains(inner);
    inner.filter(says_where).unwrap_or(title)
}

/// What a region is called in everything that a person reads: its short title, or its id where another region has the same.
pub fn region_name(config: &Config, region: u16) -> &str {
    let Some(region) = config.regions.get(usize::from(region)) else { return "an unknown region" };
    let name = short_title(&region.title);
    let namesakes = config.regions.iter().filter(|other| short_title(&other.title) == name).count();
    if namesakes > 1 { &region.id } else { name }
}

/// What a set of regions and zones is called: a region with all its zones by its own name, in the order of the set.
pub fn sites_name(config: &Config, sites: &[u16]) -> String {
    joined(sites, &config.zoned, |region| region_name(config, region).to_owned())
}

/// The names of regions and zones, those of all zones of a region as the region's.
pub fn joined(sites: &[u16], zoned: &[ZonedRegion], name: impl Fn(u16) -> String) -> String {
    let mut names: Vec<String> = Vec::new();
    for site in sites {
        let whole =
            zoned.iter().find(|it| it.zones.contains(site) && it.zones.clone().all(|zone| sites.contains(&zone)));
        let name = whole.map_or_else(|| name(*site), |region| short_title(&region.title).to_owned());
        // What a region is called is said once, for its first zone.
        if whole.is_none_or(|region| region.zones.start == *site) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// What a dataset, one with all its shards, or one of them is called.
pub fn datasets_name<'c>(config: &'c Config, of: &Range<u16>) -> &'c str {
    let whole = config.sharded.iter().find(|sharded| sharded.shards == *of).map(|sharded| &sharded.id);
    let set = || config.datasets.get(usize::from(of.start)).map(|set| &set.id);
    whole.or_else(set).map_or("an unknown dataset", String::as_str)
}

/// Looks up what the numbers of a trace stand for.
pub(crate) struct Names<'a> {
    pub(crate) config: &'a Config,
    pub(crate) actions: &'a [LoggedAction],
}

impl Names<'_> {
    pub(crate) fn region(&self, region: u16) -> &str {
        region_name(self.config, region)
    }

    pub(crate) fn dataset(&self, dataset: u16) -> &str {
        self.config.datasets.get(usize::from(dataset)).map_or("?", |set| &set.id)
    }

    pub(crate) fn users(&self, population: u16) -> String {
        format!("users in {}", self.home(population))
    }

    /// Where users are at home.
    pub(crate) fn home(&self, population: u16) -> &str {
        self.config.populations.get(usize::from(population)).map_or("?", |population| &population.title)
    }

    /// A fault in words.
    pub(crate) fn fault(&self, kind: &FaultKind) -> String {
        kind.words(&|sites| sites_name(self.config, sites))
    }
}

/// What a channel is called.
pub(crate) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Replication => "replication",
        Channel::Acknowledgement => "acknowledgement",
        Channel::Client => "client",
        Channel::Control => "control",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_called_by_its_city_if_its_name_has_one() {
        assert_eq!(short_title("US East (N. Virginia)"), "N. Virginia");
        assert_eq!(short_title("Canada (Central)"), "Canada (Central)");
        assert_eq!(short_title("Dublin"), "Dublin");
        assert_eq!(short_title("Nowhere ()"), "Nowhere ()");
    }

    #[test]
    fn two_regions_of_one_city_go_by_their_ids() {
        let mut config = crate::bare::config(3);
        let titles = ["Asia Pacific (Tokyo)", "Tokyo", "Europe (Ireland)"];
        config.regions.iter_mut().zip(titles).for_each(|(region, title)| region.title = title.to_owned());
        assert_eq!([0, 1, 2].map(|region| region_name(&config, region)), ["region-0", "region-1", "Ireland"]);
    }
}
