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

/// One thing a person may do. Links name an action by its place in this list: a new one goes to the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Start a fault; it lasts until it is healed.
    Start(FaultKind),
    /// Put a region right, and its links, in every fault that names it. Of a fault that names others, too, what does not
    /// touch this region goes on; a fault of which nothing is left ends.
    RestoreRegion(u16),
    /// Put the link between these regions right, both ways, in every fault that touches it. What a fault does to other
    /// links, or to a region or its users, goes on; a fault of which nothing is left ends.
    HealLink(u16, u16),
    /// End every fault.
    HealAll,
    /// Make a region the leader of every dataset that it holds, whatever the controller thinks.
    Promote(u16),
    /// Lose the packet with this number, if it is still under way.
    DropPacket(u64),
    /// Hold the packet with this number up, if it is still under way.
    DelayPacket(u64, Span),
    /// End one fault, by its number in the order of beginning, if it is in force.
    EndFault(u32),
}
