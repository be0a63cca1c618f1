//! `[[fault]]`: what goes wrong by plan. What may be set is the faults' to say; see [`FAULTS`].

use super::names::{Names, named_of_kind};
use crate::section::{Named, Section};
use engine::Time;
use sim::config::{DatasetConfig, FaultConfig};
use sim::faults::{FAULTS, FaultKind};

const FAULTS_MAX: usize = 64;

pub(super) fn read(root: &Section<'_>, names: &mut Names, datasets: &[DatasetConfig], until: Time) -> Vec<FaultConfig> {
    let kinds: Vec<&str> = FAULTS.iter().map(|line| line.info.id).collect();
    let sections = named_of_kind(root, "fault", FAULTS_MAX, &kinds);
    names.faults = sections.iter().map(|(_, id)| id.clone()).collect();
    let names = &*names;
    let fault = |(section, id)| {
        let fault = fault(&section, id, &kinds, names, until)?;
        check_disks(&section, &fault, datasets);
        Some(fault)
    };
    sections.into_iter().filter_map(fault).collect()
}

/// A disk that takes no time does not become slow.
fn check_disks(section: &Section<'_>, fault: &FaultConfig, datasets: &[DatasetConfig]) {
    let FaultKind::SlowDisk(slow) = &fault.kind else { return };
    let there = |set: &DatasetConfig| set.placement.iter().any(|place| slow.sites.contains(&(*place as u16)));
    if !datasets.iter().any(|set| set.disk && there(set)) {
        let help = "give one that has a replica there a `disk-sync` (where logs are shipped) or a `disk-write` (where nobody leads)";
        section.misfit("region", "the disks of no dataset take time there".to_owned(), help);
    }
}

fn fault(section: &Section<'_>, id: String, kinds: &[&str], names: &Names, until: Time) -> Option<FaultConfig> {
    // A missing or unknown kind has its own problem.
    let line = &FAULTS[section.word("kind", kinds)?];
    FaultConfig::read(&Named { section, ids: names.ids() }, id, line, until)
}
