//! What the app knows of the run beside the open one.

use crate::picture::MapPicture;
use sim::{SecondSummary, Snapshot};
use view::Stage;

/// The run beside the open one.
#[derive(Default)]
pub(crate) struct Other {
    /// Whether a person chose it, or that there is none; else it is what one would want to see first.
    pub(crate) chosen: bool,
    /// Where it is drawn, if it is watched.
    pub(crate) map: Option<MapPicture>,
    /// What stands still in it.
    pub(crate) stage: Stage,
    /// Its last state that came, if it is watched.
    pub(crate) snapshot: Option<Box<Snapshot>>,
    /// Its seconds as far as they are computed, if it is watched.
    pub(crate) seconds: Vec<SecondSummary>,
}

impl Other {
    /// It is another run, of which nothing has come yet.
    pub(crate) fn forget(&mut self) {
        self.snapshot = None;
        self.seconds.clear();
    }
}
