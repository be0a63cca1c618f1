//! The books of a dataset, whichever they are.

use super::by_key::ByKey;
use super::by_log::ByLog;
use super::found::Found;
use super::merged::Merged;
use crate::metrics::folds::Fold;
use crate::metrics::record::{Facts, When};
use crate::rivals::{Conflict, LostUpdate};
use crate::sites::Sites;
use crate::summary::{LostRange, LostWrite, WriteState};
use crate::trace::{Ending, OperationInfo};
use protocol::{Apart, Fact};

/// The books of a dataset.
#[derive(Clone, Debug)]
pub(super) enum Books {
    /// Of one with a log.
    Log(ByLog),
    /// Of one without, where of two copies of a key one stays.
    Key(ByKey),
    /// Of one without, where copies of a key are merged.
    Merged(Merged),
}

impl Books {
    pub(super) fn new(dataset: u16, facts: &Facts) -> Books {
        let set = usize::from(dataset);
        if facts.apart[set] == Apart::All {
            Books::Merged(Merged::new(dataset, facts.regions))
        } else if facts.leaderless[set] {
            Books::Key(ByKey::new(dataset, facts.holders[set], facts.regions, facts.keys[set].0))
        } else {
            Books::Log(ByLog::new(dataset, facts))
        }
    }

    /// Whether it tells which writes met.
    pub(super) fn tells_rivals(&self) -> bool {
        !matches!(self, Books::Log(_))
    }

    /// A client begins to write.
    pub(super) fn on_started(&mut self, info: &OperationInfo) {
        if let Books::Log(books) = self {
            books.on_started(info);
        }
    }

    /// A client has the answer to a write, or gives it up.
    pub(super) fn on_ended(&mut self, when: When, info: &OperationInfo, ending: &Ending, powered: Sites) {
        match self {
            Books::Log(books) => books.on_ended(when, info, ending, powered),
            Books::Key(books) => books.on_ended(when, info, ending, powered),
            Books::Merged(books) => books.on_ended(when, info, ending, powered),
        }
    }

    /// A replica states something.
    pub(super) fn on_fact(&mut self, when: When, region: u16, fact: &Fact, powered: Sites) {
        match self {
            Books::Log(books) => books.on_fact(when, region, fact, powered),
            Books::Key(books) => books.on_fact(when, region, fact, powered),
            Books::Merged(books) => books.on_fact(when, region, fact, powered),
        }
    }

    /// The power or the disk of a region has changed.
    pub(super) fn on_power(&mut self, when: When, region: u16, powered: Sites, disks_lost: bool) {
        match self {
            Books::Log(books) => books.on_power(when, region, powered, disks_lost),
            Books::Key(books) => books.on_power(when, region, powered, disks_lost),
            Books::Merged(books) => books.on_power(when, region, powered, disks_lost),
        }
    }

    /// Every acknowledged write that is lost and was not thrown away, but for those in [`Books::lost_ranges`].
    pub(super) fn lost(&self, powered: Sites) -> Box<dyn Iterator<Item = LostWrite> + '_> {
        match self {
            Books::Log(books) => Box::new(books.lost(powered)),
            Books::Key(books) => Box::new(books.lost()),
            Books::Merged(books) => Box::new(books.lost()),
        }
    }

    /// Those that are lost although every replica had held them.
    pub(super) fn lost_ranges(&self, powered: Sites) -> impl Iterator<Item = LostRange> {
        self.log().into_iter().flat_map(move |books| books.lost_ranges(powered))
    }

    /// The same, together.
    pub(super) fn lost_folds(&self, powered: Sites) -> impl Iterator<Item = (&Fold, WriteState)> {
        self.log().into_iter().flat_map(move |books| books.lost_folds(powered))
    }

    /// Those that are lost because they were thrown away.
    pub(super) fn lost_updates(&self) -> impl Iterator<Item = LostUpdate> {
        let books = if let Books::Key(books) = self { Some(books) } else { None };
        books.into_iter().flat_map(ByKey::lost_updates)
    }

    /// Writes that met others, when neither knew the other.
    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        match self {
            Books::Log(_) => Vec::new(),
            Books::Key(books) => books.conflicts(),
            Books::Merged(books) => books.conflicts(),
        }
    }

    fn log(&self) -> Option<&ByLog> {
        if let Books::Log(books) = self { Some(books) } else { None }
    }

    /// Whether a write was executed twice, or may have been.
    pub(super) fn executed_again(&self) -> bool {
        match self {
            Books::Log(books) => books.executed_again(),
            Books::Key(books) => books.executed_again(),
            Books::Merged(books) => books.executed_again(),
        }
    }

    /// Looks anew at some of the writes: what the books say of them by what has happened since is what their places say.
    ///
    /// # Panics
    /// If it is not.
    pub(super) fn audit(&self, powered: Sites) {
        match self {
            Books::Log(books) => books.audit(powered),
            Books::Key(books) => books.audit(powered),
            Books::Merged(books) => books.audit(powered),
        }
    }

    /// What was found in the second that is over.
    pub(super) fn take_found(&mut self) -> Found {
        match self {
            Books::Log(books) => books.take_found(),
            Books::Key(books) => books.take_found(),
            Books::Merged(books) => books.take_found(),
        }
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        match self {
            Books::Log(books) => books.weight(),
            Books::Key(books) => books.weight(),
            Books::Merged(books) => books.weight(),
        }
    }
}
