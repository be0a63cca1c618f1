//! The link to what is shown, kept in the address so that it is never lost. Whatever is opened or done begins a new entry of the history
//! (`leave_behind`); moving the playhead changes the one there is.

use crate::app::App;
use crate::browser;
use reactive_graph::traits::Set;
use scenario::{Link, last_second};

impl App {
    /// The link that the address holds, if it holds any.
    pub(super) fn address() -> Option<String> {
        if let Some(fragment) = browser::fragment().filter(|fragment| !fragment.is_empty()) {
            return Some(fragment);
        }
        // Where the `#` was lost on the way, the link has become the query. It gets its `#` back, whatever can be made of it.
        let query = browser::query().filter(|query| Link::is_in_query(query))?;
        browser::replace_query(&query);
        Some(query)
    }

    /// What stands after `#` for what is shown; empty before anything is open.
    pub(crate) fn link(&self) -> String {
        let Some(link) = self.shown() else { return String::new() };
        Link { outcome: self.outcome(), ..link }.encode()
    }

    /// What comes out at the playhead, once that is computed.
    pub(crate) fn outcome(&self) -> Option<[u8; 4]> {
        last_second(self.wanted()).and_then(|second| self.digest(second))
    }

    /// What is shown, whatever comes out of it.
    fn shown(&self) -> Option<Link> {
        let opened = self.opened.as_ref()?;
        Some(Link::new(&opened.scenario, opened.seed, self.actions(), self.wanted()))
    }

    /// A link could not be opened: it stays in the address for the person to mend, as long as nothing else is shown than now.
    pub(super) fn leave_address(&mut self) {
        self.instead = self.shown();
    }

    /// Put the link into the address, without a new entry in the history, unless one that could not be opened stands there.
    pub(crate) fn write_address(&mut self) {
        let link = self.link();
        if self.instead.is_none() || self.instead != self.shown() {
            self.instead = None;
            browser::set_fragment(&link);
        }
        self.state.link.set(link);
    }
}
