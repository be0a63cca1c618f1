//! What a person may do to a running world. Nothing else changes a run from outside, so a log of these is the whole story.

use crate::fault::FaultKind;
use engine::{Span, Time};
use serde::{Deserialize, Serialize};

/// One thing a person did, and when in simulated time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoggedAction {
    /// The simulated time at which it takes effect.
    pub at: Time,
    /// What was done.
    pub action: Action,
}

/// One thing a person may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Start a fault; it lasts until it is healed.
    Start(FaultKind),
    /// End every fault that concerns this region.
    RestoreRegion(u16),
    /// End every fault that concerns the link between these regions.
    HealLink(u16, u16),
    /// End every fault.
    HealAll,
    /// Make a region the leader of every dataset that it holds, whatever the controller thinks.
    Promote(u16),
    /// Lose the packet with this number, if it is still under way.
    DropPacket(u64),
    /// Hold the packet with this number up, if it is still under way.
    DelayPacket(u64, Span),
}
