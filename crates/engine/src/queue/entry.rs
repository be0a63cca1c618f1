//! What waits in the ring and in the far future.

/// An event waiting for its bucket to be opened. The event is there until it is popped.
#[derive(Clone, Debug)]
pub(super) struct Entry<E> {
    pub(super) at: u64,
    pub(super) event: Option<E>,
}
