//! The map in words: what the canvas shows, as lists for tables and screen readers.

use crate::stage::Stage;
use crate::state::Target;
use engine::Time;
use sim::Snapshot;

/// Something on the map, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about; the same target selects it on the canvas.
    pub target: Target,
    /// Its name.
    pub name: String,
    /// Its state, for instance "leads orders, healthy, 45 % busy, queue 3".
    pub state: String,
}

/// Everything on the map in words, in the order of the scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// The regions.
    pub regions: Vec<Line>,
    /// The links that are cut, degraded or carry something.
    pub links: Vec<Line>,
    /// The users.
    pub users: Vec<Line>,
    /// The packets under way, soonest to arrive first, as many as were asked for.
    pub packets: Vec<Line>,
    /// One sentence about the whole.
    pub summary: String,
}

/// The map in words, with at most `packets` packets.
pub fn describe(stage: &Stage, snapshot: &Snapshot, playhead: Time, packets: usize) -> Description {
    let _ = (stage, snapshot, playhead, packets);
    Description::default()
}

/// One thing in words; `None` if it is no longer there.
pub fn describe_target(stage: &Stage, snapshot: &Snapshot, playhead: Time, target: Target) -> Option<Line> {
    let _ = (stage, snapshot, playhead, target);
    None
}
