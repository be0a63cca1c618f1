//! What is kept of what was read, where it is more than can be shown.

use super::reading::Reader;
use super::seen::{SpaceTime, Thing};
use engine::Time;

/// By place in the list of all: the place among those that are kept.
struct Kept(Vec<Option<u32>>);

impl Reader {
    /// What was read of the stretch, up to `computed` if no further.
    pub(super) fn keep(mut self, computed: Time) -> SpaceTime {
        let upto = self.full.unwrap_or(self.of.until).min(computed);
        let within = |began: Time, ended: Time| began <= upto && ended >= self.of.from;
        let messages: Vec<u32> =
            (0..).zip(&self.messages).filter(|(_, it)| within(it.sent, it.ended)).map(|(place, _)| place).collect();
        let operations: Vec<u32> = (0..)
            .zip(&self.operations)
            .filter(|(_, it)| within(it.began, it.ended.map_or(Time::MAX, |(at, _)| at)))
            .map(|(place, _)| place)
            .collect();
        let (messages_in_all, operations_in_all) = (messages.len() as u32, operations.len() as u32);
        let messages = self.most_telling(messages, &self.sent, SpaceTime::MESSAGES);
        let operations = self.most_telling(operations, &self.begun, SpaceTime::OPERATIONS);
        self.relink(&messages, &operations);
        SpaceTime {
            messages: messages.iter().map(|place| self.messages[*place as usize]).collect(),
            operations: operations.iter().map(|place| self.operations[*place as usize]).collect(),
            faults: Vec::new(),
            messages_in_all,
            operations_in_all,
            upto,
        }
    }

    /// At most so many, in their order: of whole stories, those with trouble first, the others as the numbers of their first events have it,
    /// mixed, so that it is the same ones whatever is looked at beside them.
    fn most_telling(&self, mut places: Vec<u32>, events: &[u32], most: usize) -> Vec<u32> {
        let rank = |place: &u32| {
            let story = self.trails[events[*place as usize] as usize].story;
            let trouble = self.trails[story as usize].trouble;
            (!trouble, mixed(self.first + u64::from(story)), *place)
        };
        if places.len() > most {
            engine::sort_by_key(&mut places, rank);
            places.truncate(most);
            engine::sort(&mut places);
        }
        places
    }

    /// Causes of what is kept lead to what is kept: past what is not, to what led to that.
    fn relink(&mut self, messages: &[u32], operations: &[u32]) {
        let kept = (Kept::of(messages, self.messages.len()), Kept::of(operations, self.operations.len()));
        let found = |reader: &Reader, mut thing: Option<Thing>| {
            while let Some(cause) = thing {
                let (place, next) = match cause {
                    Thing::Message(place) => {
                        (kept.0.at(place).map(Thing::Message), reader.messages[place as usize].cause)
                    }
                    Thing::Operation(place) => {
                        (kept.1.at(place).map(Thing::Operation), reader.operations[place as usize].cause)
                    }
                };
                if place.is_some() {
                    return place;
                }
                thing = next;
            }
            None
        };
        let causes: Vec<_> = messages.iter().map(|place| found(self, self.messages[*place as usize].cause)).collect();
        let of_operations = operations.iter().map(|place| {
            let operation = &self.operations[*place as usize];
            (found(self, operation.cause), found(self, operation.answer))
        });
        let of_operations: Vec<_> = of_operations.collect();
        for (place, cause) in messages.iter().zip(causes) {
            self.messages[*place as usize].cause = cause;
        }
        for (place, (cause, answer)) in operations.iter().zip(of_operations) {
            let operation = &mut self.operations[*place as usize];
            (operation.cause, operation.answer) = (cause, answer);
        }
    }
}

impl Kept {
    fn of(places: &[u32], all: usize) -> Kept {
        let mut kept = vec![None; all];
        for (place, of) in (0..).zip(places) {
            kept[*of as usize] = Some(place);
        }
        Kept(kept)
    }

    fn at(&self, place: u32) -> Option<u32> {
        self.0[place as usize]
    }
}

/// A number that looks like another for each number (the multiplier of Fibonacci hashing).
fn mixed(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
