//! Until when operations wait. All wait equally long, so that one timer is enough for all.

use super::message::{Effects, Timer};
use engine::{Span, Time};
use std::collections::VecDeque;

/// What is waited for, the earliest first.
#[derive(Clone, Debug)]
pub(super) struct Deadlines {
    timer: Timer,
    after: Span,
    waiting: VecDeque<(Time, u64)>,
}

impl Deadlines {
    pub(super) fn new(timer: Timer, after: Span) -> Deadlines {
        Deadlines { timer, after, waiting: VecDeque::new() }
    }

    /// Another operation begins to wait.
    pub(super) fn add(&mut self, number: u64, now: Time, effects: &mut Effects) {
        self.waiting.push_back((now + self.after, number));
        if self.waiting.len() == 1 {
            effects.timer(self.timer, self.after);
        }
    }

    /// The timer has run out: the operations that are due. The timer is set for the next that still waits.
    pub(super) fn due(&mut self, now: Time, waits: impl Fn(u64) -> bool, effects: &mut Effects) -> Vec<u64> {
        let mut due = Vec::new();
        while let Some((at, number)) = self.waiting.front().copied() {
            match (waits(number), at > now) {
                (true, true) => {
                    effects.timer(self.timer, at - now);
                    break;
                }
                (true, false) => due.push(number),
                (false, _) => {}
            }
            self.waiting.pop_front();
        }
        due
    }
}
