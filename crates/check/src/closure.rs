//! Ways to explain a history so far, and the set of them that is worth looking at.

use engine::TreeMap;

use crate::bits::Set;
use crate::model::State;

/// A way to explain the history so far.
#[derive(Clone)]
pub(crate) struct Configuration<S> {
    pub(crate) state: State,
    /// Slots of pending operations that have been put in order.
    pub(crate) used: S,
    /// Slots of pending operations that may be used but need not be.
    pub(crate) free: S,
    /// Kinds of the operations of unknown outcome that have been used, ascending, once for each use.
    pub(crate) spent: Vec<usize>,
}

/// Configurations to look at, in order of discovery, without those that another makes superfluous.
pub(crate) struct Closure<S> {
    observers: S,
    found: Vec<Found<S>>,
    /// How many of them have been looked at.
    pub(crate) looked_at: usize,
    /// Places of those not superfluous, by state.
    best: TreeMap<Vec<usize>>,
}

struct Found<S> {
    configuration: Configuration<S>,
    /// What was put in order last has been of no use yet, so that a blind operation would undo it.
    bare: bool,
    superfluous: bool,
}

impl<S: Set> Closure<S> {
    pub(crate) fn new(observers: S) -> Self {
        Self { observers, found: Vec::new(), looked_at: 0, best: TreeMap::new() }
    }

    pub(crate) fn admit(&mut self, configuration: Configuration<S>, bare: bool) {
        let Self { observers, found, best, .. } = self;
        let best = best.get_or_default(configuration.state);
        let covers = |place: &usize| {
            found[*place].bare <= bare && found[*place].configuration.dominates(&configuration, observers)
        };
        if best.iter().any(covers) {
            return;
        }
        best.retain(|&place| {
            let other = &mut found[place];
            other.superfluous = bare <= other.bare && configuration.dominates(&other.configuration, observers);
            !other.superfluous
        });
        best.push(found.len());
        found.push(Found { configuration, bare, superfluous: false });
    }

    pub(crate) fn next(&mut self) -> Option<(Configuration<S>, bool)> {
        while let Some(found) = self.found.get(self.looked_at) {
            self.looked_at += 1;
            if !found.superfluous {
                return Some((found.configuration.clone(), found.bare));
            }
        }
        None
    }
}

impl<S: Set> Configuration<S> {
    /// Without the operation in the slot, which is over.
    pub(crate) fn forget(mut self, slot: usize) -> Self {
        self.used.remove(slot);
        self.free.remove(slot);
        self
    }

    /// Whether whatever the other can still explain, this one can as well.
    pub(crate) fn dominates(&self, other: &Self, observers: &S) -> bool {
        // Outside the observers, free is better than used and than due; used and due do not compare.
        let differs = other.free.or(&self.used.xor(&other.used)).without(&self.free).without(observers);
        self.state == other.state
            && differs.is_empty()
            && other.used.without(&self.used).without(&self.free).is_empty()
            && is_subset(&self.spent, &other.spent)
    }
}

/// Whether every element of an ascending list is in the other, as often.
fn is_subset(small: &[usize], large: &[usize]) -> bool {
    let mut rest = large.iter();
    small.iter().all(|element| rest.by_ref().any(|other| other == element))
}
