//! A write as one of several that did not know each other.

use protocol::Accepted;

/// A version of a key: a write as it was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sibling {
    pub(crate) accepted: Accepted,
    /// What its coordinator showed when it accepted it, if it showed one write.
    pub(crate) over: Option<Accepted>,
    /// Size of the value, bytes.
    pub(crate) bytes: u32,
    /// Whether the write deleted what was there: a version like any other, which shows nothing.
    pub(crate) deleted: bool,
}

/// All versions of a key that nobody replaced who knew them.
pub(crate) type Siblings = values::Siblings<Sibling>;

/// Bytes of a write's identity and its stamp, as they would be sent.
const ACCEPTED: u32 = 16;

/// What all of them would weigh if they were sent, bytes.
pub(crate) fn weight(siblings: &Siblings) -> u32 {
    siblings.overhead() + siblings.iter().map(|sibling| sibling.bytes + ACCEPTED).sum::<u32>()
}

/// The one with the latest stamp.
pub(crate) fn latest(siblings: &Siblings) -> Option<&Sibling> {
    siblings.iter().max_by_key(|sibling| sibling.accepted.version)
}
