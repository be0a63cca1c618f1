//! What lies below every part of the world: clocks, the conditions that faults make, and to which fault a loss is owed.

pub(crate) mod blame;
pub(crate) mod clock;
pub mod conditions;
