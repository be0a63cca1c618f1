//! `[[fault]]`: what goes wrong by plan. What may be set is the faults' to say; see [`FAULTS`].

use super::names::{Names, named_of_kind};
use crate::section::{Named, Section};
use engine::Time;
use sim::config::FaultConfig;
use sim::faults::FAULTS;

const FAULTS_MAX: usize = 64;

pub(super) fn read(root: &Section<'_>, names: &mut Names, until: Time) -> Vec<FaultConfig> {
    let kinds: Vec<&str> = FAULTS.iter().map(|line| line.info.id).collect();
    let sections = named_of_kind(root, "fault", FAULTS_MAX, &kinds);
    names.faults = sections.iter().map(|(_, id)| id.clone()).collect();
    let names = &*names;
    sections.into_iter().filter_map(|(section, id)| fault(&section, id, &kinds, names, until)).collect()
}

fn fault(section: &Section<'_>, id: String, kinds: &[&str], names: &Names, until: Time) -> Option<FaultConfig> {
    // A missing or unknown kind has its own problem.
    let line = &FAULTS[section.word("kind", kinds)?];
    FaultConfig::read(&Named { section, ids: names.ids() }, id, line, until)
}
