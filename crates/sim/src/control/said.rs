//! What the control plane finds and decides, as others see it.

use crate::data::said::Standing;
use crate::services::said::Vitals;
use crate::sites::Sites;
use protocol::{Command, Epoch};
use serde::{Deserialize, Serialize};

/// How a region looks to somebody who probes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Health {
    /// It answers in time.
    Healthy,
    /// It answers late.
    Degraded,
    /// It does not answer.
    Unhealthy,
}

/// Why nobody is promoted in place of a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum NoFailover {
    /// The leader answers again.
    Answers,
    /// No other replica is known to be well and to have its data, or to hold as much as another.
    NobodyFit,
    /// Too few replicas are known to hold a confirmed write for one of them to hold it certainly.
    NotInSync,
    /// Too few vantage points are heard from to say that it does not answer.
    TooFewHeard,
}

/// Why it changes nothing that a region was to lead by order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unfit {
    /// It has no power.
    Dark,
    /// Its disk is empty.
    Blank,
    /// It leads already, and nobody was promoted since.
    Leads,
    /// The controller does not know it to be well, or that it has its data.
    Unwell,
    /// Leadership is being moved.
    Moving,
    /// The controller does not know the leader that it was to relieve to be well: that would be a failover.
    LeaderUnwell,
    /// Its leader is not appointed: the replicas elect one, or nobody leads.
    NotAppointed,
}

/// Why an order to have a region lead is about no dataset at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Vain {
    /// The region holds no data.
    HoldsNothing,
    /// The controller has no power, and hears of nothing.
    NobodyHears,
}

/// What the control plane finds and decides.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are named after what they are; each line says what happened")]
pub enum Fact {
    /// By a vantage point's reports, a region looks otherwise from there than before.
    Probed { vantage: u16, region: u16, health: Health },
    /// The controller, from what its vantage points report, changed its mind about a region. `fault` is the event of the fault
    /// that hid it from more than half of them, the last of several; 0 if its probes' going unanswered is owed to none.
    Judged { region: u16, health: Health, fault: u64 },
    /// A person was called to decide about a dataset whose leader's region is unhealthy.
    HumanCalled { dataset: u16, region: u16 },
    /// Whoever was to decide about a dataset whose leader's region is unhealthy promotes nobody.
    StoodDown { dataset: u16, region: u16, why: NoFailover },
    /// A new leader was chosen.
    FailoverDecided { dataset: u16, from: u16, to: u16, epoch: Epoch },
    /// That a region was to lead by order changes nothing for a dataset that it holds.
    NotPromoted { dataset: u16, region: u16, why: Unfit },
    /// The old leader is to lead again.
    FailbackDecided { dataset: u16, from: u16, to: u16, epoch: Epoch },
    /// Who was to take over could not in time: the leader that it was to relieve may go on under this epoch.
    HandOverGivenUp { dataset: u16, from: u16, to: u16, epoch: Epoch },
    /// The controller lets the name service send this share of a region's users there, percent.
    ShareChanged { region: u16, percent: u8 },
    /// By order, a well leader is to be relieved by another.
    HandOverDecided { dataset: u16, from: u16, to: u16, epoch: Epoch },
    /// A leader whose disk was lost may lead on with nothing.
    LetLeadOn { dataset: u16, leader: u16, epoch: Epoch },
    /// That a region was to lead by order changes nothing.
    OrderedInVain { region: u16, why: Vain },
    /// Of the vantage points outside a leader's region more than half of those heard from say that it is unhealthy, but no more than
    /// half of all: the controller does not judge it so. Stated once for each time that it comes to that.
    Undecided { region: u16, unhealthy: u16, of: u16 },
}

/// Which regions the controller holds for unhealthy, and the number of its saying so.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bulletin {
    number: u64,
    unhealthy: Sites,
}

impl Bulletin {
    pub(crate) fn new(number: u64, unhealthy: Sites) -> Bulletin {
        Bulletin { number, unhealthy }
    }

    /// Another is heard: the later one counts.
    pub(crate) fn hear(&mut self, other: Bulletin) {
        if other.number > self.number {
            *self = other;
        }
    }

    /// How the regions are is not known any more; what comes after is told apart all the same.
    pub(crate) fn forget(&mut self) {
        self.unhealthy = Sites::NONE;
    }

    /// Whether it says that a region is unhealthy.
    pub(crate) fn unhealthy(&self, region: u16) -> bool {
        self.unhealthy.contains(region)
    }
}

/// What a region can say of itself.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) vitals: Vitals,
    /// How its replicas stand.
    pub(crate) standings: Vec<Standing>,
    /// By dataset: who leads, as far as it has heard.
    pub(crate) leaders: Vec<(u16, Epoch)>,
}

/// What others may want to hear of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Said {
    /// A region was asked by a vantage point how it is.
    AskedAfter { region: u16, vantage: u16, round: u32 },
    /// A vantage point is about to report, also of its own region.
    Reports { vantage: u16, region: u16 },
    /// A region was told who leads, and how the regions are.
    Told { dataset: u16, region: u16, route: (u16, Epoch), known: Bulletin },
    /// A region was told to have its replica do something.
    Order { dataset: u16, region: u16, command: Command },
    /// The controller judges a region otherwise than before.
    Judged { region: u16, health: Health },
    /// A region is to get another share of its users, percent.
    Share { region: u16, percent: u8 },
    /// By what the controller knows another region leads a dataset.
    Leads { dataset: u16, leader: u16 },
}

/// What happens when.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A vantage point probes.
    Probe { vantage: u16 },
    /// A vantage point stops waiting for the answers of a round.
    ProbeTimeout { vantage: u16, round: u32 },
    /// The controller repeats what is in force and looks after what is pending.
    Tick,
    /// It is time to decide about a dataset's leader.
    Decide { dataset: u16, asked: u32 },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bulletin_that_was_overtaken_changes_nothing() {
        let mut told = Bulletin::new(5, Sites::one(0));
        for number in [4, 5] {
            told.hear(Bulletin::new(number, Sites::one(1)));
        }
        assert!(told.unhealthy(0) && !told.unhealthy(1));
        told.hear(Bulletin::new(6, Sites::one(1)));
        assert!(told.unhealthy(1));
    }
}
