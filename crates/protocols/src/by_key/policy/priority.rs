//! Region priority: of versions that did not know each other the one is shown by the region that stands first in the list (D6; "site priority" in Oracle's
//! replication of 1997). Regions that are not in the list stand behind it, and of what is left the later stamp is shown.

use crate::by_key::sibling::{Sibling, Siblings};
use protocol::NodeId;
use std::cmp::Reverse;

pub(super) fn shown(siblings: &Siblings, regions: &[NodeId]) -> Option<Sibling> {
    let place = |of: NodeId| regions.iter().position(|region| *region == of).unwrap_or(regions.len());
    let rank = |sibling: &&Sibling| {
        let version = sibling.accepted.version;
        (place(version.coordinator()), Reverse(version))
    };
    siblings.iter().min_by_key(rank).copied()
}
