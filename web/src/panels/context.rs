//! What every panel works with.

use super::makers::Later;
use super::room::Room;
use crate::command::Command;
use crate::state::State;
use leptos::prelude::*;
use view::Target;

/// What the panels work with: the signals, and where commands go.
#[derive(Clone, Copy)]
pub struct Panels {
    /// What is shown.
    pub state: State,
    /// What is asked for goes here.
    pub emit: fn(Command),
}

/// What this panel works with.
pub(super) fn panels() -> Panels {
    expect_context()
}

/// Which panel is open on each side, and which side on a narrow screen.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub(super) left: RwSignal<&'static str>,
    pub(super) right: RwSignal<&'static str>,
    pub(super) sheet: RwSignal<&'static str>,
    /// The tab from which something was picked, and what: there one goes back to when the inspector is closed.
    pub(super) back: RwSignal<Option<(&'static str, Target)>>,
    /// How the room is divided.
    pub(super) room: Room,
    /// Panels that load while the run already plays.
    pub(super) later: RwSignal<Later>,
}
