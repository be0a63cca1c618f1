//! What led to a message or an operation, and what it led to.

use sim::spacetime::{SpaceTime, Thing};

/// Of each message and each operation, whether it belongs to the story of what is picked.
pub(super) struct Related {
    pub(super) messages: Vec<bool>,
    pub(super) operations: Vec<bool>,
}

impl Related {
    /// The story of this: of a message what led to it, up to an operation, and what it led to; of an operation the messages that it took, and
    /// what else it led to. Another operation ends a story: what its client does next is another one.
    pub(super) fn to(picked: Thing, seen: &SpaceTime) -> Related {
        let led = |from: Option<Thing>| leads(picked, from, seen);
        let mut related = Related {
            messages: seen.messages.iter().map(|message| led(message.cause)).collect(),
            operations: seen.operations.iter().map(|operation| led(operation.answer)).collect(),
        };
        let mut next = Some(picked);
        if let Thing::Operation(place) = picked {
            related.operations[place as usize] = true;
            next = seen.operations[place as usize].answer;
        }
        while let Some(thing) = next {
            next = match thing {
                Thing::Message(place) => {
                    related.messages[place as usize] = true;
                    seen.messages[place as usize].cause
                }
                Thing::Operation(place) => {
                    related.operations[place as usize] = true;
                    None
                }
            };
        }
        related
    }
}

/// Whether something is among what led to another, whose nearest cause is given.
fn leads(wanted: Thing, mut cause: Option<Thing>, seen: &SpaceTime) -> bool {
    while let Some(thing) = cause {
        if thing == wanted {
            return true;
        }
        cause = match thing {
            Thing::Message(place) => seen.messages[place as usize].cause,
            Thing::Operation(_) => None,
        };
    }
    false
}
