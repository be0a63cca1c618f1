//! How far promises reach into a run: what happened in it to a dataset, and whether a promise was made for that.

use super::recorder::Recorder;
use crate::action::Action;
use crate::config::{Choose, ReadFrom};
use crate::faults::FaultKind;
use crate::names::Names;
use crate::sites::Sites;
use crate::trace::{What, data, faults};
use protocol::{Despite, Fact, Leadership, Promise, Property};
use std::ops::Range;

/// What happened to a dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Happened {
    /// A replica lost power.
    dark: bool,
    /// All were without power at the same time.
    all_dark: bool,
    /// Half of them or more were without power or had lost their disks at the same time.
    half_gone: bool,
    /// Half of them or more have lost their disks.
    half_empty: bool,
    /// A replica lost its disk.
    disks_lost: bool,
    /// Another replica than the first leader came to lead.
    passed: bool,
    /// A person decided who leads.
    by_hand: bool,
    /// A clock was set wrong.
    clocks_wrong: bool,
    /// Nothing went wrong but the loss of one region.
    one_region: bool,
    /// A write was executed twice, or may have been.
    executed_again: bool,
    /// Whoever was promoted by the controller had the longest log.
    best_successor: bool,
}

impl Recorder {
    /// What is known to have happened to a dataset.
    pub(super) fn happened(&self, dataset: u16, names: &Names) -> Happened {
        let set = usize::from(dataset);
        let placement = self.facts.placement[set];
        let leader = names.config.datasets.get(set).map_or(0, |set| set.leader);
        let mut happened = Happened {
            best_successor: names.config.control.choose == Choose::MostCaughtUp,
            one_region: true,
            executed_again: self.live.families.ledger.executed_again(dataset),
            ..Happened::default()
        };
        let (mut dark, mut empty) = (Sites::NONE, Sites::NONE);
        let (mut lost, mut came_back_empty) = (0, false);
        for event in &self.tapes.notable {
            match event.what {
                What::Faults(faults::Fact::RegionDown { region, disks_lost }) if placement.contains(region) => {
                    dark.insert(region);
                    happened.dark = true;
                    happened.all_dark |= dark == placement;
                    happened.disks_lost |= disks_lost;
                    if disks_lost {
                        empty.insert(region);
                    }
                    let half = |gone: Sites| 2 * gone.iter().count() >= placement.iter().count();
                    happened.half_gone |= half(dark.with(empty));
                    happened.half_empty |= half(empty);
                }
                What::Faults(faults::Fact::RegionUp { region }) => {
                    came_back_empty |= happened.disks_lost;
                    dark.remove(region);
                }
                What::Data(data::Fact::Replica { dataset: of, region, fact: Fact::Leads(_) }) if of == dataset => {
                    happened.passed |= usize::from(region) != leader;
                }
                _ => {}
            }
            match began(&event.what, names) {
                // Of a region with zones each is one of those that a promise tells apart.
                Began::Fault(FaultKind::RegionLoss(loss)) => lost += loss.sites.len(),
                Began::Fault(FaultKind::ZoneLoss(_)) => lost += 1,
                Began::Fault(FaultKind::ClockSkew(_)) => (happened.clocks_wrong, happened.one_region) = (true, false),
                Began::Promotion(of) if of.as_ref().is_none_or(|of| of.contains(&dataset)) => {
                    (happened.by_hand, happened.one_region) = (true, false);
                }
                Began::Fault(_) | Began::Meddling => happened.one_region = false,
                Began::Promotion(_) | Began::Nothing => {}
            }
        }
        happened.one_region &= lost == 1 && !came_back_empty;
        happened
    }
}

/// What an event says went wrong.
enum Began<'a> {
    Nothing,
    Fault(&'a FaultKind),
    /// A person had another region lead these datasets, or all it holds.
    Promotion(Option<Range<u16>>),
    /// Something else a person did that mends nothing.
    Meddling,
}

fn began<'a>(what: &What, names: &Names<'a>) -> Began<'a> {
    match what {
        What::Faults(faults::Fact::FaultStarted { planned: Some(planned), .. }) => {
            names.config.faults.get(usize::from(*planned)).map_or(Began::Nothing, |plan| Began::Fault(&plan.kind))
        }
        What::Acted { .. } | What::Done { .. } => match what.action(names) {
            Some(Action::Start(kind)) => Began::Fault(kind),
            Some(Action::RestoreRegion(_) | Action::HealLink(..) | Action::HealAll | Action::EndFault(_)) | None => {
                Began::Nothing
            }
            Some(Action::Promote(_, of)) => Began::Promotion(of.clone()),
            // No more than the controller does by itself.
            Some(Action::HandOver(..)) => Began::Nothing,
            Some(Action::DropPacket(_) | Action::DelayPacket(..)) => Began::Meddling,
        },
        _ => Began::Nothing,
    }
}

impl Happened {
    /// Whether a clock was set wrong.
    pub(super) fn clocks_wrong(&self) -> bool {
        self.clocks_wrong
    }

    /// A replica lost its disk.
    pub(super) fn disks_lost(&self) -> bool {
        self.disks_lost
    }

    /// Whether no more happened than a promise is made for.
    fn within(&self, despite: Despite) -> bool {
        match despite {
            Despite::Anything => true,
            Despite::Cuts => !self.dark && !self.passed,
            Despite::Crashes => !self.disks_lost && !self.passed,
            Despite::Failover => !self.disks_lost && !self.all_dark,
            Despite::FailoverByTheController => {
                !self.disks_lost && !self.all_dark && !self.clocks_wrong && !self.by_hand
            }
            Despite::Minority => !self.half_gone,
            Despite::MinorityOfDisks => !self.half_empty,
            Despite::MinorityOfDisksWithClocks => !self.half_empty && !self.clocks_wrong,
            Despite::LossOfARegion => self.one_region,
            Despite::LossOfARegionWithTheBestSuccessor => self.one_region && (self.best_successor || !self.passed),
        }
    }
}

/// The promises of a property that are made to those who read a dataset as the requests of this run do.
fn made<'a>(names: &Names<'a>, dataset: u16, property: Property) -> Vec<&'a Promise> {
    let set = usize::from(dataset);
    let reads: Vec<ReadFrom> = names.config.read_by(dataset).collect();
    // What holds for a device that remembers nothing holds on all of them.
    let (property, forgetful) = match property {
        Property::ReadYourWritesAcrossSessions => (Property::ReadYourWrites, true),
        of => (of, false),
    };
    let served =
        |promise: &Promise, from: &ReadFrom| promise.reads.contains(from) && !(forgetful && from.means().remembers());
    let applies = |promise: &&Promise| promise.property == property && reads.iter().all(|from| served(promise, from));
    names.config.datasets.get(set).map_or_else(Vec::new, |set| set.promises.iter().filter(applies).collect())
}

/// Whether a property is promised for what happened, and how far it is promised, in words.
pub(super) fn promised(names: &Names, dataset: u16, property: Property, happened: Happened) -> (bool, String) {
    let made = made(names, dataset, property);
    // What is read after a write was executed a second time is what was overwritten before.
    let excused = happened.executed_again && (property.is_of_reads() || property == Property::ElementsAsTold);
    let holds = !excused && made.iter().any(|promise| happened.within(promise.despite));
    if made.is_empty() {
        return (false, "Not promised by this protocol to those who read like this.".to_owned());
    }
    let leadership = names.config.datasets.get(usize::from(dataset)).map_or(Leadership::Granted, |set| set.leadership);
    let reach: Vec<&str> = made.iter().map(|promise| promise.despite.words(leadership)).collect();
    let beyond = match (holds, excused) {
        (true, _) => ".",
        (false, true) => "; but a write was executed twice, as by clients that try again or packets that come twice.",
        (false, false) => "; more happened here.",
    };
    (holds, format!("Promised {}{beyond}", reach.join(", and ")))
}
