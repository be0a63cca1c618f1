//! `[[act]]`: what is done by plan. What may be set is the acts' to say; see [`ACTS`].

use super::names::{Names, named_of_kind};
use crate::section::{Named, Section};
use engine::Time;
use sim::config::ActConfig;
use sim::{ACTS, Action, FaultName};

const ACTS_MAX: usize = 64;

pub(super) fn read(root: &Section<'_>, names: &Names, until: Time) -> Vec<ActConfig> {
    let kinds: Vec<&str> = ACTS.iter().map(|line| line.id).collect();
    let sections = named_of_kind(root, "act", ACTS_MAX, &kinds).into_iter();
    sections.filter_map(|(section, id)| act(&section, id, &kinds, names, until)).collect()
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
