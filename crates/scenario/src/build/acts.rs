//! `[[act]]`: what is done by plan. What may be set is the acts' to say; see [`ACTS`].

use super::names::{Names, named_of_kind};
use crate::section::{Named, Section};
use engine::Time;
use protocol::Leadership;
use sim::config::{ActConfig, DatasetConfig};
use sim::{ACTS, Action, FaultName};

const ACTS_MAX: usize = 64;

pub(super) fn read(root: &Section<'_>, names: &Names, datasets: &[DatasetConfig], until: Time) -> Vec<ActConfig> {
    let kinds: Vec<&str> = ACTS.iter().map(|line| line.id).collect();
    let sections = named_of_kind(root, "act", ACTS_MAX, &kinds).into_iter();
    let act = |(section, id): (Section<'_>, String)| {
        let act = act(&section, id, &kinds, names, until)?;
        check_leaders(&section, &act.action, datasets);
        Some(act)
    };
    sections.filter_map(act).collect()
}

/// Nobody is promoted who stands for election, and nothing handed over that nobody leads.
fn check_leaders(section: &Section<'_>, action: &Action, datasets: &[DatasetConfig]) {
    let (able, needs): (fn(Leadership) -> bool, &str) = match action {
        Action::Promote(..) => (|of| of == Leadership::Granted, "a leader that is appointed: async, semi-sync or sync"),
        Action::HandOver(..) => (|of| of != Leadership::None, "a leader: async, semi-sync, sync or raft"),
        _ => return,
    };
    let named = |place: usize| action.datasets().is_none_or(|of| of.contains(&(place as u16)));
    let heard = datasets.iter().enumerate().any(|(place, set)| named(place) && able(set.leadership));
    let message = format!("`{}` changes nothing here", action.id());
    let help = format!("name a dataset whose `protocol` has {needs}, here or in a variant, or leave the act out");
    section.serves(&section.span_of("kind"), heard, &message, &help);
}

fn act(section: &Section<'_>, id: String, kinds: &[&str], names: &Names, until: Time) -> Option<ActConfig> {
    // A missing or unknown kind has its own problem.
    let line = &ACTS[section.word("kind", kinds)?];
    let act = ActConfig::read(&Named { section, ids: names.ids() }, id, line, until)?;
    if let Action::EndFault(FaultName::Planned(_)) = &act.action {
        section.reference("fault", "fault", &names.faults);
    }
    Some(act)
}
