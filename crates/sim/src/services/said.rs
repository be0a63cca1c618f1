//! What the services of the regions do, as others see it.

use engine::Span;
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
