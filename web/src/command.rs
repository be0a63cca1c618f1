//! Everything a person can ask of the page. Panels and gestures emit these; the app alone carries them out.

use crate::choices::{Panel, Theme, Tool};
use engine::Time;
use session::messages::Beside;
use session::questions::Question;
use sim::{Action, Property};
use view::Target;

/// Something a person asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Open a scenario of the gallery.
    OpenBuiltIn(String),
    /// Open a text that was left for something else, as it was.
    OpenKept(String),
    /// Open a text; if it does not hold together, its problems are shown and what was open stays.
    OpenText(String),
    /// Open what a link holds (what stands after `#`).
    OpenLink(String),
    /// Run another variant, with the same seed and actions.
    Variant(Option<String>),
    /// Run with this seed.
    Seed(u64),
    /// Run with a seed nobody has chosen.
    FreshSeed,
    /// Start or stop the playhead.
    Toggle,
    /// Go there.
    Seek(Time),
    /// Move so many seconds, back if negative, and stop.
    Step(f64),
    /// Go to the next notable moment and stop.
    NextMark,
    /// Go to the one before and stop.
    PreviousMark,
    /// Move this fast, simulated seconds per second.
    Speed(f64),
    /// Slow down by itself around decisions, or not.
    Slows(bool),
    /// Do something to the world at the playhead.
    Act(Action),
    /// Go on in another branch.
    Branch(u32),
    /// Take back what was done last.
    Undo,
    /// Do again what was taken back last.
    Redo,
    /// Let the run be computed ahead, or stop that.
    Compute(bool),
    /// Compare with another variant or branch, or with none.
    Compare(Option<Beside>),
    /// Show the run beside the open one on a map of its own, or no longer.
    Watch,
    /// Ask the worker something; the answer comes to be in the state.
    Ask(Question),
    /// Pick something.
    Select(Option<Target>),
    /// Open a panel.
    Show(Panel),
    /// Open the list of lost writes.
    ShowLost,
    /// Open the verdict on this property of this dataset.
    ShowVerdict(u16, Property),
    /// Show on the map who leads and who follows of this dataset.
    Dataset(u16),
    /// Choose what dragging on the map does.
    Tool(Tool),
    /// Choose light or dark.
    Theme(Theme),
    /// Zoom the map by a factor about its middle.
    Zoom(f64),
    /// Look at a part of the run that is shorter by a factor on the timeline, about the playhead; less than one is longer, zero is all.
    ZoomTime(f64),
    /// Fit the map to the scenario.
    Fit,
    /// Move what the map shows by so many pixels to the right and down.
    Pan(f32, f32),
    /// Give up what is being drawn; otherwise let go of what is picked.
    Escape,
    /// Show or hide the list of keys.
    Help(bool),
    /// Show messages in space and time in place of the map, or the map again.
    SpaceTime,
    /// Show the map, the caption and the timeline alone, in large type, or the whole page again.
    Present,
    /// Listen to single keys everywhere, or only where they belong.
    Shortcuts(bool),
    /// Keep what is written in the editor until it is run or taken back.
    Draft(String),
    /// Put the address of this moment on the clipboard.
    CopyLink,
    /// Put a notice away.
    Dismiss,
}
