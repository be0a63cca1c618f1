//! What sessions have seen of versions that stand side by side.

use crate::by_key::{Cell, Siblings};
use protocol::{Accepted, Key, Seen};

/// Whether what was found shows what a session has read and written of a key.
pub(super) fn shows(found: Option<&Cell>, seen: &Seen, key: Key) -> bool {
    let past = found.and_then(Cell::siblings).map(Siblings::past);
    let has = |author, upto| past.is_some_and(|past| past.has(author, upto));
    seen.read_of(key).all(|(author, upto)| has(author, upto))
        && seen.written_of(key).all(|(author, version)| has(author, version.lsn))
}

/// What a session has seen that has written one of these versions.
pub(super) fn seen_with_own(key: Key, own: Accepted, versions: &Siblings) -> Seen {
    let mut seen = Seen::nothing();
    let written = versions.dots().filter(|(_, of)| of.accepted == own);
    written.for_each(|((author, _), of)| seen.wrote(key, author, of.accepted.version));
    seen
}

/// What a session has seen that is shown these versions.
pub(super) fn seen_with_all(key: Key, versions: &Siblings) -> Seen {
    let mut seen = Seen::nothing();
    versions.past().iter().for_each(|(author, upto)| seen.read(key, author, upto));
    seen
}
