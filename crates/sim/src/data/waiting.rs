//! What waits at a replica.

use protocol::Request;

/// A read that waits until a replica holds enough for it.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) dataset: u16,
    pub(super) region: u16,
    pub(super) request: Request,
}
