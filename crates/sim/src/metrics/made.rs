//! Which change makes a sum too much, and since when copies agree on one that is off: what to ask where something is not accounted for.

use super::record::When;
use crate::trace::Ending;
use engine::TreeMap;
use protocol::Version;

/// When the changes of a dataset were made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    /// By write under way, of unknown outcome or asked for more than once: as which version it was made first.
    first: TreeMap<Version>,
    /// The first that was made again.
    pub(super) twice: Option<Twice>,
    /// By which event a copy became what it is last.
    changed: Option<When>,
    /// By which event copies came to agree on a sum that is off, if they do.
    pub(super) settled: Option<When>,
}

/// A change that was made twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Twice {
    /// When it was made the second time.
    pub(crate) when: When,
    pub(crate) write: u64,
    pub(crate) key: u32,
}

impl Made {
    pub(super) fn on_started(&mut self, write: u64) {
        self.first.insert(write, Version::NONE);
    }

    pub(super) fn on_ended(&mut self, write: u64, ending: &Ending) {
        if ending.attempts <= 1 && (ending.error.is_none() || !ending.may_have_happened) {
            self.first.remove(write);
        }
    }

    /// A replica has a change, as this version.
    pub(super) fn on_made(&mut self, when: When, (write, key): (u64, u32), version: Version) {
        self.changed = Some(when);
        let Some(first) = self.first.get_mut(write) else { return };
        if *first == Version::NONE {
            *first = version;
        } else if *first != version {
            self.twice.get_or_insert(Twice { when, write, key });
        }
    }

    /// A copy became something else.
    pub(super) fn on_changed(&mut self, when: When) {
        self.changed = Some(when);
    }

    /// A second is over: so far off is what all copies agree on, if they do.
    pub(super) fn agree(&mut self, off: Option<i64>) {
        match off {
            Some(0) => self.settled = None,
            Some(_) => self.settled = self.settled.or(self.changed),
            None => {}
        }
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        self.first.len() * 24
    }
}
