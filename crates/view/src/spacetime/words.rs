//! The same in words.

use super::frame::Picked;
use super::lanes::place_name;
use super::picture::outcome;
use crate::describe::region_name;
use crate::stage::Stage;
use crate::timeline::clock;
use crate::words::millis;
use protocol::Channel;
use sim::spacetime::{About, Fate, FaultTime, Message, Operation, SpaceTime, Thing};
use sim::trace::{OperationKind, Place};

/// What is picked, in words; `None` if it was not seen: "replicates key 3 of Orders from Frankfurt to New York, sent 12.301 s, arrived
/// 12.345 s, 44 ms on the way".
pub fn words(picked: Picked, seen: &SpaceTime, stage: &Stage) -> Option<String> {
    Some(match picked.among(seen)? {
        Thing::Message(place) => message(&seen.messages[place as usize], seen, stage),
        Thing::Operation(place) => operation(&seen.operations[place as usize], stage),
    })
}

/// A fault, in words.
pub fn fault(fault: &FaultTime) -> String {
    let until = fault.until.map_or_else(|| "on".to_owned(), |until| format!("to {}", clock(until)));
    format!("{}: from {} {until}", fault.title, clock(fault.from))
}

fn message(message: &Message, seen: &SpaceTime, stage: &Stage) -> String {
    let way = format!("from {} to {}", place_name(stage, message.from), place_name(stage, message.to));
    let took = millis((message.ended - message.sent).as_millis_f64());
    let end = match message.fate {
        Fate::Arrived => format!("arrived {}, {took} on the way", clock(message.ended)),
        Fate::Lost(loss) => format!("lost {}: {}", clock(message.ended), loss.why()),
        Fate::UnderWay => format!("under way, due {}", clock(message.due)),
    };
    format!("{} {way}, sent {}, {end}", purpose(message, seen, stage), clock(message.sent))
}

/// What a message does.
fn purpose(message: &Message, seen: &SpaceTime, stage: &Stage) -> String {
    // What brought several writes is acknowledged for all of them.
    let brought = match message.cause {
        Some(Thing::Message(place)) if message.channel == Channel::Acknowledgement => &seen.messages[place as usize],
        _ => message,
    };
    let brought = if brought.writes > 0 { brought } else { message };
    let data = brought.about.map(|about| data(about, stage));
    let more = match brought.writes {
        0 | 1 => String::new(),
        2 => " and another write".to_owned(),
        writes => format!(" and {} other writes", writes - 1),
    };
    match (message.channel, data) {
        (Channel::Replication, Some(data)) => format!("replicates {data}{more}"),
        (Channel::Replication, None) => "replication".to_owned(),
        (Channel::Acknowledgement, Some(data)) => format!("acknowledges {data}{more}"),
        (Channel::Acknowledgement, None) => "acknowledgement".to_owned(),
        (Channel::Control, _) => "control message".to_owned(),
        (Channel::Client, _) => {
            let what =
                origin(message, seen).map_or_else(|| "a request".to_owned(), |it| format!("the {}", deed(it, stage)));
            match (message.from.as_users(), message.to.as_users()) {
                (Some(_), _) => format!("asks for {what}"),
                (_, Some(_)) => format!("answers {what}"),
                (None, None) => format!("carries {what}"),
            }
        }
    }
}

/// The operation that a message follows from.
fn origin<'a>(message: &Message, seen: &'a SpaceTime) -> Option<&'a Operation> {
    let mut cause = message.cause;
    loop {
        cause = match cause? {
            Thing::Message(place) => seen.messages[place as usize].cause,
            Thing::Operation(place) => return Some(&seen.operations[place as usize]),
        };
    }
}

fn operation(operation: &Operation, stage: &Stage) -> String {
    let users = place_name(stage, Place::users(operation.population));
    let region = operation.region.map(|region| format!(", at {}", region_name(stage, region))).unwrap_or_default();
    let began = clock(operation.began);
    let end = match (operation.ended, outcome(operation)) {
        (Some((at, _)), Some(outcome)) => {
            let took = millis((at - operation.began).as_millis_f64());
            format!("ended {}, after {took}: {}", clock(at), outcome.title())
        }
        _ => "not ended".to_owned(),
    };
    format!("{} by {users}{region}, began {began}, {end}", deed(operation, stage))
}

/// What an operation does: "read of key 3 of Orders".
fn deed(operation: &Operation, stage: &Stage) -> String {
    let kind = match operation.kind {
        OperationKind::Call => "call",
        OperationKind::Read => "read",
        OperationKind::Write => "write",
    };
    operation.about.map_or_else(|| kind.to_owned(), |about| format!("{kind} of {}", data(about, stage)))
}

fn data(about: About, stage: &Stage) -> String {
    let title = stage.datasets.get(usize::from(about.dataset)).map_or("the data", |set| &set.title);
    format!("key {} of {title}", about.key)
}
