//! Of which keys the latest change is a deletion.

use super::record::Facts;
use crate::trace::OperationInfo;

/// Of the datasets of which something is deleted.
#[derive(Clone, Debug)]
pub(super) struct Absent {
    /// By request and step: whether it deletes.
    steps: Vec<Vec<bool>>,
    /// By dataset and key: whether the latest change that a client was told of is a deletion; of no keys where nothing is deleted.
    latest: Vec<Vec<bool>>,
    /// By dataset: whether a client was told of a deletion.
    any: Vec<bool>,
    /// By slot: the same as `latest` was when an operation under way began.
    expected: Vec<bool>,
}

impl Absent {
    pub(super) fn new(facts: &Facts) -> Absent {
        let keys = facts.keys.iter().zip(&facts.deletes);
        Absent {
            steps: facts.deleting(),
            latest: keys.map(|((keys, _), deletes)| vec![false; if *deletes { *keys as usize } else { 0 }]).collect(),
            any: vec![false; facts.keys.len()],
            expected: Vec::new(),
        }
    }

    /// Bytes.
    pub(super) fn weight(&self) -> usize {
        self.expected.len() + self.latest.iter().map(Vec::len).sum::<usize>()
    }

    pub(super) fn on_started(&mut self, info: &OperationInfo) {
        let slot = info.slot as usize;
        if self.expected.len() <= slot {
            self.expected.resize(slot + 1, false);
        }
        let latest = info.dataset.and_then(|dataset| self.latest[usize::from(dataset)].get(info.key as usize));
        self.expected[slot] = latest.copied().unwrap_or(false);
    }

    /// A client is told of a write that is later than those before.
    pub(super) fn on_written(&mut self, info: &OperationInfo, dataset: u16) {
        let deletes = self.steps.get(usize::from(info.request)).and_then(|steps| steps.get(usize::from(info.step)));
        if let Some(latest) = self.latest[usize::from(dataset)].get_mut(info.key as usize) {
            *latest = deletes == Some(&true);
            self.any[usize::from(dataset)] |= *latest;
        }
    }

    /// Whether a client was told of a deletion.
    pub(super) fn any(&self, dataset: u16) -> bool {
        self.any[usize::from(dataset)]
    }

    /// Whether the latest change of its key when an operation under way began was a deletion.
    pub(super) fn expected(&self, info: &OperationInfo) -> bool {
        self.expected.get(info.slot as usize).copied().unwrap_or(false)
    }
}
