//! First writer wins: of versions that did not know each other the one is shown that was written first by its author's clock (D2; "earliest
//! timestamp" in Oracle's replication of 1997). A fast clock loses to a later write.

use crate::by_key::sibling::{Sibling, Siblings};

pub(super) fn shown(siblings: &Siblings) -> Option<Sibling> {
    siblings.iter().min_by_key(|sibling| sibling.accepted.version).copied()
}
