//! The nothings that somebody may have found, as the checkers take them.

use super::recorded::Recorded;
use super::recorder::Recorder;
use crate::trace::{OperationInfo, OperationKind};
use check::{Deletion, Nothings};
use values::Verb;

impl Recorder {
    /// The nothings of all keys of a dataset.
    pub(super) fn nothings(&self, dataset: u16) -> Nothings {
        let open = self.open().filter(|info| info.dataset == Some(dataset));
        self.nothings_of(dataset, self.tapes.history.of_dataset(dataset), open)
    }

    /// The nothings of one key.
    pub(super) fn nothings_of_key(&self, dataset: u16, key: u32) -> Nothings {
        let open = self.open().filter(|info| info.dataset == Some(dataset) && info.key == key);
        self.nothings_of(dataset, self.tapes.history.of_key(dataset, key), open)
    }

    /// What recorded deletions left, and those that are under way may leave.
    fn nothings_of<'a>(
        &self,
        dataset: u16,
        recorded: impl Iterator<Item = Recorded>,
        open: impl Iterator<Item = &'a OperationInfo>,
    ) -> Nothings {
        if !self.facts.deletes[usize::from(dataset)] {
            return Nothings::default();
        }
        let deletion = |info: &OperationInfo, rank: Option<u64>| Deletion {
            key: info.key.into(),
            value: info.write,
            invoked: info.invoked.as_nanos(),
            rank: rank.filter(|rank| *rank > 0),
        };
        let deletes = |of: &Recorded| of.info().kind == OperationKind::Write && self.facts.deletes(of.step());
        let ended = recorded.filter(deletes).map(|of| deletion(&of.info(), of.found().map(|(rank, _)| rank)));
        let under_way = open.filter(|info| self.facts.change(info).is_some_and(|change| change.verb == Verb::Delete));
        Nothings::new(ended.chain(under_way.map(|info| deletion(info, None))))
    }
}
