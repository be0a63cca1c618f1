//! What the controller thinks of a region at one instant, as a picture needs it.

use super::Control;
use super::said::Health;
use serde::{Deserialize, Serialize};

/// What the controller thinks of a region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// How it judges it.
    pub health: Health,
}

impl Judgement {
    /// All is well.
    pub const GOOD: Judgement = Judgement { health: Health::Healthy };
}

impl Control {
    /// What the controller thinks of a region.
    pub(crate) fn show(&self, region: u16) -> Judgement {
        Judgement { health: self.judged[usize::from(region)].0 }
    }
}
