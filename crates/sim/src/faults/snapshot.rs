//! The faults in force at one instant, as a picture needs them.

use super::catalog::FaultKind;
use super::said::FaultName;
use super::spared::Spared;
use crate::kernel::conditions::Conditions;
use engine::Time;
use serde::{Deserialize, Serialize};

/// A fault in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultState {
    /// What an action calls it by.
    pub name: FaultName,
    /// What is the case while it lasts, as on the timeline, and what of it has been put right.
    pub title: String,
    /// When it began.
    pub since: Time,
    /// When it ends by itself, if it does.
    pub until: Option<Time>,
    /// What it does.
    pub kind: FaultKind,
    /// What of that has been put right.
    pub spared: Spared,
}

impl FaultState {
    /// Change conditions as it does now.
    pub fn apply(&self, conditions: &mut Conditions) {
        self.spared.apply(&self.kind, conditions);
    }
}
