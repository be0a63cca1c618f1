//! `[[fault]]`: what goes wrong by plan. What may be set is the faults' to say; see [`FAULTS`].

use super::names::{Names, named_by};
use crate::document::{Node, Value};
use crate::section::{Named, Section, text_of};
use engine::Time;
use sim::config::FaultConfig;
use sim::faults::FAULTS;

const FAULTS_MAX: usize = 64;

pub(super) fn read(root: &Section<'_>, names: &Names, until: Time) -> Vec<FaultConfig> {
    let sections = named_by(root, "fault", FAULTS_MAX, kinds).into_iter();
    sections.filter_map(|(section, id)| fault(&section, id, names, until)).collect()
}

/// Which keys apply. Without a known kind any kind's key may be meant.
fn kinds(node: &Node) -> Vec<String> {
    let written = match &node.value {
        Value::Table(table) => text_of(table, "kind"),
        _ => None,
    };
    let known = FAULTS.iter().any(|line| Some(line.info.id) == written);
    let meant = FAULTS.iter().map(|line| line.info.id).filter(|id| !known || Some(*id) == written);
    std::iter::once("fault".to_owned()).chain(meant.map(|id| format!("fault {id}"))).collect()
}

fn fault(section: &Section<'_>, id: String, names: &Names, until: Time) -> Option<FaultConfig> {
    let ids: Vec<&str> = FAULTS.iter().map(|line| line.info.id).collect();
    // A missing or unknown kind has its own problem.
    let line = &FAULTS[section.word("kind", &ids)?];
    FaultConfig::read(&Named { section, ids: names.ids() }, id, line, until)
}
