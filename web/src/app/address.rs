//! The link to what is shown, kept in the address so that it is never lost.

use crate::app::App;
use crate::browser;
use reactive_graph::traits::Set;
use scenario::{Link, last_second};

impl App {
    /// What stands after `#` for what is shown; empty before anything is open.
    pub(crate) fn link(&self) -> String {
        let Some(opened) = &self.opened else { return String::new() };
        let link = Link::new(&opened.scenario, opened.seed, self.actions(), self.wanted());
        let outcome = last_second(link.playhead).and_then(|second| self.digest(second));
        Link { outcome, ..link }.encode()
    }

    /// Put the link into the address, without a new entry in the history.
    pub(crate) fn write_address(&self) {
        let link = self.link();
        browser::set_fragment(&link);
        self.state.link.set(link);
    }
}
