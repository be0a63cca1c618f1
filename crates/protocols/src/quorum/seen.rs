//! What sessions have seen of versions that stand side by side.

use crate::by_key::{Cell, Siblings};
use protocol::{Key, Seen, Version};
use values::Author;

/// Whether what was found shows what a session has read and written of a key.
pub(super) fn shows(found: Option<&Cell>, seen: &Seen, key: Key) -> bool {
    let past = found.and_then(Cell::siblings).map(Siblings::past);
    let has = |author, upto| past.is_some_and(|past| past.has(author, upto));
    // What a coordinator wrote before its disk was lost its later writes say nothing of.
    let has_own = |version: Version| {
        let of = |(author, upto): (Author, u64)| author.region == version.coordinator().0 && upto >= version.lsn;
        past.is_some_and(|past| past.iter().any(of))
    };
    seen.read_of(key).all(|(author, upto)| has(author, upto)) && seen.written_of(key).is_none_or(has_own)
}

/// What a session has seen that is shown these versions.
pub(super) fn seen_with_all(key: Key, versions: &Siblings) -> Seen {
    let mut seen = Seen::nothing();
    versions.past().iter().for_each(|(author, upto)| seen.read(key, author, upto));
    seen
}
