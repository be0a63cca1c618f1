//! A set from which only what was seen is removed.

use crate::by_author::ByAuthor;
use crate::change::{At, Change};
use crate::data::{Data, SHORT};
use crate::declined::Declined;
use crate::dots::Dots;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::{FlatSet, Time};

/// A set in which an element that is added and removed at the same time is there (OR-Set, INRIA RR-7506; without markers of what was
/// removed, see [`Dots`]). Adding twice is adding once; removing what is not there changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Set {
    seen: ByAuthor<()>,
    elements: Dots<u16>,
}

impl Set {
    pub(crate) fn new() -> Set {
        Set { seen: ByAuthor::new(), elements: Dots::new() }
    }

    pub(crate) fn merge(&mut self, other: &Set) {
        self.elements.merge(&self.seen, &other.elements, &other.seen);
        self.seen.merge(&other.seen);
    }
}

impl Data for Set {
    fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined> {
        if !matches!(change.verb, Verb::Insert | Verb::Remove) {
            return Err(Declined::Unfit);
        }
        if self.seen.has(at.author, at.count) {
            return Ok(());
        }
        self.seen.count(at);
        // Added again, an element stands under the new change: whoever removes at the same time has not seen that one.
        self.elements.retain(|_, element| *element != change.what);
        if change.verb == Verb::Insert {
            self.elements.insert(at, change.what);
        }
        Ok(())
    }

    fn show(&self, _now: Time) -> Shown {
        let elements: FlatSet<u16> = self.elements.iter().map(|(_, element)| *element).collect();
        Shown::elements(elements.iter().map(|element| u64::from(*element)))
    }

    fn has(&self, element: u16) -> bool {
        self.elements.iter().any(|(_, there)| *there == element)
    }

    fn bytes(&self) -> u32 {
        self.seen.bytes(0) + self.elements.bytes(SHORT)
    }
}
