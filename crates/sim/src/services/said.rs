//! What the services of the regions do, as others see it.

use crate::users::said::OperationKind;
use engine::{Key, Span};
use protocol::{ReadFrom, Version};
use serde::Serialize;

/// What happens to calls in a region.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are named after what they are; each line says what happened")]
pub enum Fact {
    /// A region's queue was full.
    Rejected { region: u16, operation: u64 },
    /// A worker took a request up after it waited so long.
    ServiceStarted { region: u16, operation: u64, waited: Span },
    /// A worker finished a request.
    Served { region: u16, operation: u64 },
    /// Once a second: how many requests wait in a region, and the share of its workers' time used over the last second, per
    /// mille.
    RegionGauge { region: u16, queue: u32, busy_permille: u16 },
}

/// What a call needs of a dataset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    /// The call, where it is.
    pub(crate) call: Key,
    pub(crate) region: u16,
    pub(crate) dataset: u16,
    pub(crate) kind: OperationKind,
    pub(crate) read: ReadFrom,
    pub(crate) key: u32,
    pub(crate) write: u64,
    pub(crate) bytes: u32,
    /// The client's session token.
    pub(crate) at_least: Version,
    /// Another region has sent it here.
    pub(crate) passed_on: bool,
}

/// What others may want to hear of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Said {
    /// A worker is done with a call, and now it needs data.
    NeedsData(Ask),
}
