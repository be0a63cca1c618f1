//! What stands still during a run: places, names and lengths, enough to draw on.

use engine::{Span, Time};
use protocol::Leadership;
use sim::config::{LinkConfig, ZonedRegion, zones_beside};
use sim::{Action, Config, region_name, short_title};
use std::ops::Range;

/// The places of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stage {
    /// By region index.
    pub regions: Vec<StageRegion>,
    /// The regions that have zones, which stand in `regions`.
    pub zoned: Vec<ZonedRegion>,
    /// By population index.
    pub populations: Vec<StagePopulation>,
    /// By dataset index.
    pub datasets: Vec<StageDataset>,
    /// What may be seen of a run as planned.
    pub planned: Planned,
    /// The region where the controller runs.
    pub home: u16,
    /// When the run ends.
    pub until: Time,
}

/// A region that stands somewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageRegion {
    /// The name in the scenario: a provider's region id as a rule.
    pub id: String,
    /// The name a person reads, [`region_name`].
    pub title: String,
    /// Latitude, degrees, north positive.
    pub lat: f64,
    /// Longitude, degrees, east positive.
    pub lon: f64,
    /// Delay without faults to each region, by index.
    pub one_way: Vec<Span>,
}

/// Users that live somewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StagePopulation {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// How many real users a simulated one stands for.
    pub stands_for: u32,
}

/// Data that has replicas somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct StageDataset {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// The regions that hold a replica, ascending.
    pub placement: Vec<u16>,
    /// How somebody comes to lead it, if anybody does.
    pub leadership: Leadership,
}

/// What a plan brings that not every run shows, for the legend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// The kinds of its faults.
    pub faults: Vec<&'static str>,
    /// Whether the delay of some link was estimated.
    pub estimated: bool,
    /// Whether some replica keeps no values.
    pub witness: bool,
    /// Whether some values may decline a change.
    pub declines: bool,
    /// Whether clients of users have circuit breakers.
    pub breakers: bool,
    /// The regions in which disks take time.
    pub disks: Vec<u16>,
}

impl Planned {
    fn of(config: &Config) -> Planned {
        let begun = config.acts.iter().filter_map(|act| match &act.action {
            Action::Start(kind) => Some(kind),
            _ => None,
        });
        let takes_all = ["register", "counter", "max-counter"];
        Planned {
            faults: config.faults.iter().map(|fault| &fault.kind).chain(begun).map(|kind| kind.info().id).collect(),
            estimated: config.links.iter().flatten().any(|link| link.estimated),
            witness: config.datasets.iter().any(|dataset| dataset.witness.is_some()),
            declines: config.datasets.iter().any(|dataset| !takes_all.contains(&dataset.kind.id())),
            disks: config
                .datasets
                .iter()
                .filter(|set| set.disk)
                .flat_map(|set| set.placement.iter().map(|it| *it as u16))
                .collect(),
            breakers: config.populations.iter().any(|users| users.defences.breaker.is_some()),
        }
    }
}

impl Stage {
    /// All zones of the region that a zone is of; of a region without zones itself.
    pub(crate) fn zones_beside(&self, region: usize) -> Range<u16> {
        zones_beside(&self.zoned, region as u16)
    }

    /// Whether the map names it: a region, or the first zone of one, which stands for all.
    pub(crate) fn is_named(&self, region: usize) -> bool {
        usize::from(self.zones_beside(region).start) == region
    }

    /// What the map calls it: title and id, those of its region for a zone.
    pub(crate) fn name(&self, region: usize) -> (&str, &str) {
        let zoned = self.zoned.iter().find(|it| it.zones.contains(&(region as u16)));
        let own = &self.regions[region];
        zoned.map_or((&own.title, &own.id), |it| (short_title(&it.title), &it.id))
    }

    /// The stage of a run.
    pub fn of(config: &Config) -> Stage {
        let delays = |row: &Vec<LinkConfig>| row.iter().map(|link| link.one_way).collect();
        let regions = config.regions.iter().enumerate().map(|(index, region)| StageRegion {
            id: region.id.clone(),
            title: region_name(config, index as u16).to_owned(),
            lat: region.lat,
            lon: region.lon,
            one_way: config.links.get(index).map(delays).unwrap_or_default(),
        });
        let populations = config.populations.iter().map(|users| StagePopulation {
            id: users.id.clone(),
            title: users.title.clone(),
            lat: users.lat,
            lon: users.lon,
            stands_for: users.stands_for,
        });
        let datasets = config.datasets.iter().map(|dataset| StageDataset {
            id: dataset.id.clone(),
            title: dataset.title.clone(),
            placement: dataset.placement.iter().map(|&region| region as u16).collect(),
            leadership: dataset.leadership,
        });
        Stage {
            regions: regions.collect(),
            zoned: config.zoned.clone(),
            populations: populations.collect(),
            datasets: datasets.collect(),
            planned: Planned::of(config),
            home: config.control.home as u16,
            until: config.until,
        }
    }
}
