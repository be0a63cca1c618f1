//! What became of every acknowledged write: which replicas hold it, whether one with power does, who acknowledged it.
//!
//! "Acknowledged" is when the client has the answer. A write is lost when no replica with power holds it in its log; it comes
//! back if a region that holds it comes back; it is gone for good when no disk holds it. Writes that every replica holds are
//! folded together: only the loss of all disks could still take them.

use super::Facts;
use crate::summary::LostWrite;
use crate::trace::{Ending, OperationInfo, OperationKind, TraceEvent, What};
use engine::Time;
use protocol::{Epoch, Fact, Version};
use std::collections::BTreeMap;

/// The books.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    sets: Vec<Set>,
    /// Regions with power, one bit each.
    powered: u64,
}

/// The books of one dataset.
#[derive(Clone, Debug)]
struct Set {
    placement: u64,
    /// Writes not yet held by every replica and acknowledged, by number.
    writes: BTreeMap<u64, Write>,
    /// By key: the latest acknowledged version.
    latest: Vec<Version>,
    /// Replicas that lead, with their epochs.
    leading: Vec<(u16, Epoch)>,
    most_leaders: u8,
    outdated: u32,
    doubled: u32,
}

/// A write and where it is.
#[derive(Clone, Copy, Debug)]
struct Write {
    /// Regions whose log holds it, one bit each.
    holders: u64,
    version: Version,
    key: u32,
    /// Who appended it first, and whether that leader was outdated by then.
    leader: u16,
    outdated: bool,
    doubled: bool,
    acknowledged: Option<Time>,
    population: u16,
    lost: Option<Time>,
}

impl Ledger {
    pub(crate) fn new(facts: &Facts) -> Ledger {
        let set = |(placement, (keys, _)): (&u64, &(u32, u32))| Set {
            placement: *placement,
            writes: BTreeMap::new(),
            latest: vec![Version::NONE; *keys as usize],
            leading: Vec::new(),
            most_leaders: 0,
            outdated: 0,
            doubled: 0,
        };
        Ledger {
            sets: facts.placement.iter().zip(&facts.keys).map(set).collect(),
            powered: if facts.regions >= 64 { u64::MAX } else { (1 << facts.regions) - 1 },
        }
    }

    /// The latest version of a key that a client was told of.
    pub(crate) fn latest(&self, dataset: u16, key: u32) -> Version {
        self.sets[usize::from(dataset)].latest[key as usize]
    }

    pub(crate) fn on_event(&mut self, event: &TraceEvent) {
        match &event.what {
            What::Replica { dataset, region, fact } => {
                self.sets[usize::from(*dataset)].on_fact(event.at, *region, fact, self.powered);
            }
            What::OperationEnded(info, ending) => self.on_ended(event.at, info, ending),
            What::RegionDown { region, disks_lost } => {
                self.powered &= !(1 << region);
                for set in &mut self.sets {
                    set.leading.retain(|(leader, _)| leader != region);
                    if *disks_lost {
                        set.writes.values_mut().for_each(|write| write.holders &= !(1 << region));
                    }
                    set.look_for_losses(event.at, self.powered);
                }
            }
            What::RegionUp { region } => {
                self.powered |= 1 << region;
                for set in &mut self.sets {
                    set.look_for_losses(event.at, self.powered);
                }
            }
            _ => {}
        }
    }

    fn on_ended(&mut self, at: Time, info: &OperationInfo, ending: &Ending) {
        let (Some(dataset), None) = (info.dataset, ending.error) else { return };
        if info.kind != OperationKind::Write {
            return;
        }
        let powered = self.powered;
        let set = &mut self.sets[usize::from(dataset)];
        let latest = &mut set.latest[info.key as usize];
        *latest = ending.version.max(*latest);
        if let Some(write) = set.writes.get_mut(&info.write) {
            write.acknowledged = Some(at);
            write.population = info.population;
            write.lost = (write.holders & powered == 0).then_some(at);
            set.outdated += u32::from(write.outdated);
            set.retire(info.write);
        }
    }

    /// Acknowledged writes of a dataset that no replica with power holds, and those of them that no disk holds.
    pub(crate) fn losses(&self, dataset: u16) -> (u32, u32) {
        let writes = self.sets[usize::from(dataset)].writes.values();
        let lost = writes.filter(|write| write.lost.is_some());
        lost.fold((0, 0), |(unprotected, gone), write| (unprotected + 1, gone + u32::from(write.holders == 0)))
    }

    /// Every acknowledged write that is lost, by dataset and number.
    pub(crate) fn lost_writes(&self) -> Vec<LostWrite> {
        let mut lost = Vec::new();
        for (dataset, set) in self.sets.iter().enumerate() {
            for (number, write) in &set.writes {
                let (Some(acknowledged), Some(at)) = (write.acknowledged, write.lost) else { continue };
                lost.push(LostWrite {
                    dataset: dataset as u16,
                    write: *number,
                    key: write.key,
                    population: write.population,
                    region: write.leader,
                    acknowledged,
                    lost: at,
                    for_good: write.holders == 0,
                });
            }
        }
        lost
    }

    /// What happened since the last second: most leaders at once, writes acknowledged by outdated leaders, doubled writes.
    pub(crate) fn end_second(&mut self) -> (Vec<u8>, Vec<u32>, Vec<u32>) {
        let mut result = (Vec::new(), Vec::new(), Vec::new());
        for set in &mut self.sets {
            let leading = set.leading.len() as u8;
            result.0.push(std::mem::replace(&mut set.most_leaders, leading));
            result.1.push(std::mem::take(&mut set.outdated));
            result.2.push(std::mem::take(&mut set.doubled));
        }
        result
    }
}

impl Set {
    fn on_fact(&mut self, at: Time, region: u16, fact: &Fact, powered: u64) {
        let bit = 1_u64 << region;
        match fact {
            Fact::Appended { write, key, version } => self.on_appended(region, write.0, key.0, *version),
            Fact::Truncated { write, .. } => {
                if let Some(found) = self.writes.get_mut(&write.0) {
                    found.holders &= !bit;
                    if found.holders & powered == 0 && found.acknowledged.is_some() {
                        found.lost.get_or_insert(at);
                    }
                }
            }
            // The copy replaces what was here: this replica holds what the leader held, and nothing else.
            Fact::Restored { from, upto } => {
                let source = 1_u64 << from.0;
                for write in self.writes.values_mut() {
                    write.holders &= !bit;
                    if write.holders & source != 0 && write.version <= *upto {
                        write.holders |= bit;
                    }
                }
                self.look_for_losses(at, powered);
            }
            Fact::Leads(epoch) => {
                self.leading.retain(|(leader, _)| *leader != region);
                self.leading.push((region, *epoch));
                self.most_leaders = self.most_leaders.max(self.leading.len() as u8);
            }
            Fact::SteppedDown(_) => self.leading.retain(|(leader, _)| *leader != region),
            Fact::Fenced { .. } | Fact::CaughtUp { .. } => {}
        }
    }

    fn on_appended(&mut self, region: u16, number: u64, key: u32, version: Version) {
        let newest = self.leading.iter().map(|(_, epoch)| *epoch).max().unwrap_or_default();
        let write = self.writes.entry(number).or_insert(Write {
            holders: 0,
            version,
            key,
            leader: region,
            outdated: version.epoch < newest,
            doubled: false,
            acknowledged: None,
            population: 0,
            lost: None,
        });
        if write.version != version && !write.doubled && write.holders != 0 {
            write.doubled = true;
            self.doubled += 1;
        }
        write.holders |= 1 << region;
        write.lost = None;
        self.retire(number);
    }

    /// A write that is acknowledged and held everywhere needs no watching.
    fn retire(&mut self, number: u64) {
        let done = |write: &Write| write.acknowledged.is_some() && write.holders == self.placement;
        if self.writes.get(&number).is_some_and(done) {
            self.writes.remove(&number);
        }
    }

    fn look_for_losses(&mut self, at: Time, powered: u64) {
        for write in self.writes.values_mut().filter(|write| write.acknowledged.is_some()) {
            if write.holders & powered != 0 {
                write.lost = None;
            } else {
                write.lost.get_or_insert(at);
            }
        }
    }
}
