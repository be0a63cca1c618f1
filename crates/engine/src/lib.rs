//! The engine of a deterministic discrete-event simulation: virtual time, a totally ordered event queue, cancellable
//! timers, named random streams, samplers, floating-point functions that give the same bits on every target, and a
//! running digest.
//!
//! It knows nothing of what is simulated: events, streams and payloads are the caller's. Start reading at [`queue`].

pub mod chunks;
pub mod digest;
pub mod flat;
pub mod golden;
pub mod math;
pub mod order;
pub mod queue;
pub mod random;
pub mod sample;
pub mod slab;
pub mod time;
pub mod timers;
pub mod tree;

pub use chunks::Chunks;
pub use digest::Digest;
pub use flat::{FlatMap, FlatSet};
pub use order::{sort, sort_by, sort_by_key};
pub use queue::Queue;
pub use random::{Probability, Stream, Streams};
pub use sample::{Distribution, Quantiles, Zipf};
pub use slab::{Key, Slab};
pub use time::{Span, Time};
pub use timers::{TimerId, Timers};
pub use tree::TreeMap;
