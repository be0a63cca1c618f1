//! From sections to a configuration, one file per kind of section. Order matters only so far as names must be known before
//! they are referred to.

mod acts;
mod datasets;
mod faults;
mod links;
mod names;
mod people;
mod populations;
mod regions;
mod requests;
mod story;

use crate::document::{Node, Value};
use crate::expect;
use crate::expectation::Expectation;
use crate::notes::Notes;
use crate::scenario::Story;
use crate::section::{Named, Section};
use engine::{Span, Time};
use protocol::Leadership;
use protocols::AnyConfig;
use sim::Config;
use sim::config::{ControlConfig, DatasetConfig, Failover, RoutingConfig, RoutingPolicy};

pub(crate) use names::{Names, Titles};

/// What a text comes to, before a variant is named and the problems are counted.
pub(crate) struct Built {
    pub(crate) story: Story,
    pub(crate) covers: Vec<String>,
    pub(crate) config: Config,
    pub(crate) protocols: Vec<AnyConfig>,
    pub(crate) expectations: Vec<Expectation>,
}

static NOTHING: Node = Node { span: 0..0, value: Value::Table(Vec::new()) };

/// Read the whole tree.
pub(crate) fn build(notes: &Notes<'_>, tree: &Node, variants: &[String], seed: Option<u64>) -> Built {
    let root = Section::new(notes, &[""], tree);
    let single = |key: &'static str| Section::new(notes, &[key], root.raw(key).unwrap_or(&NOTHING));
    let (story, covers) = story::read(&single("story"));
    let run = single("run");
    let until = duration(&run);
    let mut names = Names { variants: variants.to_vec(), ..Names::default() };
    let regions = regions::read(&root, &mut names);
    let every_link = links::Links::read(&single("links"));
    let links = every_link.between(&root, &names);
    let (datasets, protocols) = datasets::read(&root, &mut names, &links);
    let requests = requests::read(&root, &mut names, &datasets);
    let (populations, of_users) = populations::read(&root, &mut names, &every_link);
    let control = single("control");
    let routing = routing(&single("routing"), &names, &datasets);
    let control = control_plane(&control, &names, &datasets);
    let faults = faults::read(&root, &mut names, &datasets, until);
    let acts = acts::read(&root, &names, &datasets, until);
    let expectations = expect::read(&root, &names, until);
    let (zoned, mut sharded) = (std::mem::take(&mut names.zoned), std::mem::take(&mut names.sharded));
    datasets::settle(&mut sharded, &datasets, &populations);
    let own = run.count("seed", 0..=i64::MAX as u64);
    let seed = seed.unwrap_or(own);
    let config = Config {
        seed,
        until,
        regions,
        zoned,
        links,
        populations,
        datasets,
        sharded,
        requests,
        routing,
        control,
        faults,
        acts,
    };
    people::check(&of_users, &config);
    Built { story, covers, config, protocols, expectations }
}

/// Nobody is promoted where no leader is appointed.
fn control_plane(section: &Section<'_>, names: &Names, datasets: &[DatasetConfig]) -> ControlConfig {
    let control = ControlConfig::read(&Named { section, ids: names.ids() }, names.regions.len());
    let appointed = datasets.iter().any(|set| set.leadership == Leadership::Granted);
    let off = control.failover == Failover::Off;
    section.heard("failover", appointed || off, "the `protocol` of a dataset to async, semi-sync or sync");
    control
}

fn routing(section: &Section<'_>, names: &Names, datasets: &[DatasetConfig]) -> RoutingConfig {
    let routing = RoutingConfig::read(&Named { section, ids: names.ids() }, names.datasets.len());
    if let (RoutingPolicy::Leader, Some(first)) = (routing.policy, datasets.first())
        && first.leadership == Leadership::None
    {
        let message = format!("nobody leads {}, so that nobody can be sent to its leader", first.id);
        section.misfit("policy", message, "choose another policy, or a protocol that has a leader");
    }
    routing
}

fn duration(run: &Section<'_>) -> Time {
    let span = run.period("duration");
    if span < Span::from_secs(1) {
        run.problem("duration", "the run is shorter than a second", "results are by the second: write at least \"1s\"");
    }
    Time::ZERO + span.max(Span::from_secs(1))
}
