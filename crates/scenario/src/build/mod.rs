//! From sections to a configuration, one file per kind of section. Order matters only so far as names must be known before
//! they are referred to.

mod control;
mod datasets;
mod faults;
mod links;
mod populations;
mod regions;
mod requests;
mod story;

use crate::document::{Node, Value};
use crate::expect::{self, Expectation};
use crate::notes::Notes;
use crate::scenario::Story;
use crate::section::{Section, unique};
use engine::{Span, Time};
use protocols::AnyConfig;
use regions::Site;
use sim::Config;

/// What a text comes to, before a variant is named and the problems are counted.
pub(crate) struct Built {
    pub(crate) story: Story,
    pub(crate) covers: Vec<String>,
    pub(crate) config: Config,
    pub(crate) protocols: Vec<AnyConfig>,
    pub(crate) expectations: Vec<Expectation>,
}

/// The ids that references resolve to, and where the regions are.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) regions: Vec<String>,
    pub(crate) datasets: Vec<String>,
    pub(crate) requests: Vec<String>,
    pub(crate) populations: Vec<String>,
    pub(crate) variants: Vec<String>,
    sites: Vec<Site>,
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
    let (datasets, protocols) = datasets::read(&root, &mut names);
    let requests = requests::read(&root, &mut names);
    let populations = populations::read(&root, &mut names, &every_link);
    let routing =
        control::routing(&single("routing"), &names, requests.iter().any(|request| request.retry.attempts > 1));
    let control = control::control(&single("control"), &names);
    let faults = faults::read(&root, &names, until);
    let expectations = expect::read(&root, &names, until);
    let own = run.count("seed", 0..=i64::MAX as u64);
    let seed = seed.unwrap_or(own);
    let config = Config { seed, until, regions, links, populations, datasets, requests, routing, control, faults };
    Built { story, covers, config, protocols, expectations }
}

fn duration(run: &Section<'_>) -> Time {
    let span = run.period("duration");
    if span < Span::from_secs(1) {
        run.problem("duration", "the run is shorter than a second", "results are by the second: write at least \"1s\"");
    }
    Time::ZERO + span.max(Span::from_secs(1))
}

/// The sections of a list, with their ids, which must differ.
fn named<'a>(root: &Section<'a>, key: &'static str, most: usize) -> Vec<(Section<'a>, String)> {
    named_by(root, key, most, |_| vec![key.to_owned()])
}

/// The same, where a section's kinds, and so its keys, depend on what stands in it.
fn named_by<'a>(
    root: &Section<'a>,
    key: &'static str,
    most: usize,
    kinds: impl Fn(&Node) -> Vec<String>,
) -> Vec<(Section<'a>, String)> {
    let section = |node| {
        let kinds = kinds(node);
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        Section::new(root.notes, &kinds, node)
    };
    let sections: Vec<Section<'a>> = root.list(key, most).iter().map(section).collect();
    let ids: Vec<String> = sections.iter().map(Section::id).collect();
    unique(&sections, &ids);
    sections.into_iter().zip(ids).collect()
}
