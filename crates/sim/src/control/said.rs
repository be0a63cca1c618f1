//! What the control plane finds and decides, as others see it.

use protocol::Epoch;
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
}

/// Why a person's promotion of a region changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unfit {
    /// It has no power.
    Dark,
    /// Its disk is empty.
    Blank,
    /// It leads already, and nobody was promoted since.
    Leads,
}

/// What the control plane finds and decides.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are named after what they are; each line says what happened")]
pub enum Fact {
    /// By a vantage point's reports, a region looks otherwise from there than before.
    Probed { vantage: u16, region: u16, health: Health },
    /// The controller, from what its vantage points report, changed its mind about a region. `fault` is the event of the earliest
    /// fault to which unanswered probes that it goes by are owed; 0 if they are owed to none.
    Judged { region: u16, health: Health, fault: u64 },
    /// A person was called to decide about a dataset whose leader's region is unhealthy.
    HumanCalled { dataset: u16, region: u16 },
    /// Whoever was to decide about a dataset whose leader's region is unhealthy promotes nobody.
    StoodDown { dataset: u16, region: u16, why: NoFailover },
    /// A new leader was chosen.
    FailoverDecided { dataset: u16, from: u16, to: u16, epoch: Epoch },
    /// A person's promotion of a region changes nothing for a dataset that it holds.
    NotPromoted { dataset: u16, region: u16, why: Unfit },
    /// The old leader is to lead again.
    FailbackDecided { dataset: u16, from: u16, to: u16, epoch: Epoch },
    /// The old leader could not take over in time: the one it was to relieve goes on under this epoch.
    FailbackGivenUp { dataset: u16, from: u16, to: u16, epoch: Epoch },
    /// The controller lets the name service send this share of a region's users there, percent.
    ShareChanged { region: u16, percent: u8 },
}
