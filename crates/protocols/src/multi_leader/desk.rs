//! The desk: where keys wait for people.

use super::config::People;
use super::message::{Effects, Timer};
use protocol::{Fact, Key};
use std::collections::VecDeque;

/// Keys that wait for a person, who is at the first. It is not on the disk: what is to be decided is.
#[derive(Clone, Debug, Default)]
pub(super) struct Desk(VecDeque<Key>);

impl Desk {
    pub(super) fn holds(&self, key: Key) -> bool {
        self.0.contains(&key)
    }

    /// A key is to wait. Whether there is room.
    pub(super) fn put(&mut self, key: Key, people: People, effects: &mut Effects) -> bool {
        let room = (self.0.len() as u64) < people.room;
        if room {
            self.0.push_back(key);
            self.go_on(self.0.len() == 1, people, effects);
        }
        room
    }

    /// The first is decided on, and the next one's turn.
    pub(super) fn take(&mut self, people: People, effects: &mut Effects) -> Option<Key> {
        let first = self.0.pop_front()?;
        self.go_on(!self.0.is_empty(), people, effects);
        Some(first)
    }

    fn go_on(&self, begins: bool, people: People, effects: &mut Effects) {
        if begins {
            effects.timer(Timer::Decided, people.takes);
        }
        effects.note(Fact::Waiting { keys: self.0.len() as u32 });
    }
}
