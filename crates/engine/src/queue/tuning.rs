//! How wide the buckets are and how many there are, from what the load was lately. It changes how fast the queue is, never
//! what it gives.
//!
//! A bucket should hold a few dozen events: with fewer, opening buckets costs more than sorting saves; with more, sorting
//! costs more. One turn of the ring should reach as far ahead as nearly all pushes do, for what lies beyond is moved twice.
//! And a ring must fit in the cache, which has the last word when the load is high. With a few dozen events a heap is as
//! quick, so a short queue gets no ring at all.

/// Events that a bucket should hold.
const OCCUPANCY: f64 = 24.0;
/// Buckets in a turn, as powers of two.
const BUCKETS_LOG2: std::ops::RangeInclusive<u32> = 6..=12;
/// Nanoseconds in a bucket, as powers of two. Offsets within a bucket are packed into 32 bits.
const WIDTH_LOG2: std::ops::RangeInclusive<u32> = 4..=32;
/// A queue shorter than this becomes flat. Well below [`FLAT_ABOVE`], so that it does not swing.
const FLAT_BELOW: usize = 16;
/// A flat queue longer than this gets a ring.
pub(super) const FLAT_ABOVE: usize = 64;
/// Pushes and pops between two looks at the load, at least; and twice as many as events are waiting, for a rebuild moves all.
const LOOK_EVERY: u64 = 8_192;

/// The form of a queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shape {
    pub(super) width_log2: u32,
    /// Buckets in one turn; the ring has room for two turns.
    pub(super) buckets_log2: u32,
}

impl Shape {
    /// No ring: one bucket is half of all time, and both are open.
    pub(super) const FLAT: Shape = Shape { width_log2: 63, buckets_log2: 0 };

    /// The bucket that a time falls into.
    #[inline]
    pub(super) fn bucket(self, at: u64) -> u64 {
        at >> self.width_log2
    }

    /// The bucket after the last of all time.
    pub(super) const fn end(self) -> u64 {
        (u64::MAX >> self.width_log2) + 1
    }

    /// Slots that the ring needs.
    pub(super) fn slots(self) -> usize {
        if self == Shape::FLAT { 0 } else { 2 << self.buckets_log2 }
    }

    /// Whether moving all events from this shape to `other` is worth it.
    fn far_from(self, other: Shape) -> bool {
        self.width_log2.abs_diff(other.width_log2) > 1 || self.buckets_log2.abs_diff(other.buckets_log2) > 1
    }
}

/// What the queue knows of itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    pub(super) len: usize,
    pub(super) pushed: u64,
    pub(super) now: u64,
}

impl Load {
    fn popped(self) -> u64 {
        self.pushed - self.len as u64
    }
}

/// What is counted between two looks.
#[derive(Clone, Debug)]
pub(super) struct Tuning {
    /// How many pushes were how far ahead: at index i those of at least 2^(i − 1) and below 2^i nanoseconds.
    ahead: [u32; 65],
    /// The load at the last look.
    last: Load,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning { ahead: [0; 65], last: Load::default() }
    }
}

impl Tuning {
    /// Counts a push that is `ahead` nanoseconds ahead of now.
    #[inline]
    pub(super) fn note(&mut self, ahead: u64) {
        let count = &mut self.ahead[(u64::BITS - ahead.leading_zeros()) as usize];
        *count = count.wrapping_add(1);
    }

    /// Whether it is time for a look.
    pub(super) fn due(&self, load: Load) -> bool {
        let handled = load.pushed - self.last.pushed + (load.popped() - self.last.popped());
        handled >= LOOK_EVERY.max(2 * load.len as u64)
    }

    /// The shape that suits the load since the last look; `shape` itself if that is nearly as good.
    pub(super) fn shape(&mut self, load: Load, shape: Shape) -> Shape {
        let best = self.best(load).unwrap_or(shape);
        self.ahead = [0; 65];
        self.last = load;
        if best.far_from(shape) { best } else { shape }
    }

    fn best(&self, load: Load) -> Option<Shape> {
        if load.len < FLAT_BELOW {
            return Some(Shape::FLAT);
        }
        let width_log2 = ((OCCUPANCY / self.rate(load)?) as u64).max(1).ilog2();
        let reach_log2 = self.ahead_quantile(15, 16)?;
        // Too many buckets: make them wider. Too few: the ring just reaches further than needed.
        let width_log2 = width_log2.max(reach_log2.saturating_sub(*BUCKETS_LOG2.end()));
        let width_log2 = width_log2.clamp(*WIDTH_LOG2.start(), *WIDTH_LOG2.end());
        let buckets_log2 = reach_log2.saturating_sub(width_log2).clamp(*BUCKETS_LOG2.start(), *BUCKETS_LOG2.end());
        Some(Shape { width_log2, buckets_log2 })
    }

    /// Events per nanosecond.
    fn rate(&self, load: Load) -> Option<f64> {
        let (popped, elapsed) = (load.popped() - self.last.popped(), load.now - self.last.now);
        if popped >= LOOK_EVERY / 4 && elapsed > 0 {
            return Some(popped as f64 / elapsed as f64);
        }
        // Too little has happened to tell, as at the start: half of the events will happen within the median wait.
        let median = 1_u64 << self.ahead_quantile(1, 2)?.min(63);
        Some(load.len as f64 / 2.0 / median as f64)
    }

    /// The power of two that a share of `part` in `whole` of the pushes did not reach.
    fn ahead_quantile(&self, part: u64, whole: u64) -> Option<u32> {
        let total: u64 = self.ahead.iter().copied().map(u64::from).sum();
        let mut below = 0;
        self.ahead.iter().zip(0..).find_map(|(count, log2)| {
            below += u64::from(*count);
            (total > 0 && below * whole >= total * part).then_some(log2)
        })
    }
}
