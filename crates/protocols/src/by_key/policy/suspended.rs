//! Suspended: a key with versions that did not know each other waits for a person (D7). Meanwhile each region goes on with what it showed before, and
//! writes replace that alone, so that the others are still there to be decided on.

use crate::by_key::sibling::{Sibling, Siblings};
use protocol::Accepted;

/// What was shown before; if that is replaced, what its region has written since; and otherwise what was written first.
pub(super) fn shown(siblings: &Siblings, before: Option<Accepted>) -> Option<Sibling> {
    let the_same = siblings.iter().find(|sibling| Some(sibling.accepted) == before);
    let region = before.map(|before| before.version.coordinator());
    let of_region = |sibling: &&Sibling| Some(sibling.accepted.version.coordinator()) == region;
    let since = || siblings.iter().filter(of_region).max_by_key(|sibling| sibling.accepted.version);
    let first = || siblings.iter().min_by_key(|sibling| sibling.accepted.version);
    the_same.or_else(since).or_else(first).copied()
}

pub(super) fn replaces(version: &Sibling, shown: Option<Sibling>) -> bool {
    shown.is_some_and(|shown| shown.accepted == version.accepted)
}
