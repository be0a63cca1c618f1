//! Timers that can be cancelled without searching the queue: a timer is a slot with a generation. The queue keeps the
//! event; when it comes up, [`Timers::fire`] says whether it still counts.

use crate::slab::{Key, Slab};

/// A timer that was armed once. It never means a later timer, even one that reuses its slot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TimerId(Key);

/// The timers that are armed.
#[derive(Clone, Debug, Default)]
pub struct Timers {
    armed: Slab<()>,
}

impl Timers {
    /// No timers.
    pub fn new() -> Timers {
        Timers::default()
    }

    /// Arms a timer. The caller puts the id into the event that it pushes.
    pub fn arm(&mut self) -> TimerId {
        TimerId(self.armed.insert(()))
    }

    /// Disarms a timer; true if it was armed until now.
    pub fn cancel(&mut self, timer: TimerId) -> bool {
        self.armed.remove(timer.0).is_some()
    }

    /// To be asked when the timer's event comes up: true if it is still armed, and from then on it is not.
    pub fn fire(&mut self, timer: TimerId) -> bool {
        self.armed.remove(timer.0).is_some()
    }

    /// How many timers are armed.
    pub fn len(&self) -> usize {
        self.armed.len()
    }

    /// Whether no timer is armed.
    pub fn is_empty(&self) -> bool {
        self.armed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_timer_never_fires() {
        let mut timers = Timers::new();
        let timer = timers.arm();
        assert!(timers.cancel(timer));
        assert!(!timers.cancel(timer));
        assert!(!timers.fire(timer));
    }

    #[test]
    fn a_timer_fires_once() {
        let mut timers = Timers::new();
        let timer = timers.arm();
        assert!(timers.fire(timer));
        assert!(!timers.fire(timer));
        assert!(!timers.cancel(timer));
    }

    #[test]
    fn a_reused_slot_does_not_revive_the_old_timer() {
        let mut timers = Timers::new();
        let old = timers.arm();
        timers.cancel(old);
        let new = timers.arm();
        assert_ne!(old, new);
        assert!(!timers.fire(old));
        assert!(timers.fire(new));
        assert!(timers.is_empty());
    }
}
