//! Whether the actions of a link are ones that a person could have done: a link comes from anyone.

use engine::{Span, Time};
use sim::{Action, LoggedAction};

const ACTIONS_MAX: usize = 10_000;
const LATEST: Time = Time::from_secs(86_400);
const SPAN_MAX: Span = Span::from_secs(86_400);

/// Says what is wrong with the first action that is.
pub(super) fn validate(actions: &[LoggedAction], regions: usize) -> Result<(), String> {
    if actions.len() > ACTIONS_MAX {
        return Err(format!("there are {} actions, and at most {ACTIONS_MAX} are allowed", actions.len()));
    }
    for (place, logged) in actions.iter().enumerate() {
        let number = place + 1;
        if logged.at > LATEST {
            return Err(format!("action {number} is at {}, beyond the longest run", logged.at));
        }
        if place > 0 && actions[place - 1].at > logged.at {
            return Err(format!("action {number} is earlier than the one before it"));
        }
        one(&logged.action, regions).map_err(|what| format!("action {number} {what}"))?;
    }
    Ok(())
}

fn one(action: &Action, regions: usize) -> Result<(), String> {
    let named = match action {
        Action::Start(kind) => {
            kind.check()?;
            kind.regions()
        }
        Action::RestoreRegion(region) | Action::Promote(region) => vec![*region],
        Action::HealLink(a, b) => vec![*a, *b],
        Action::DelayPacket(_, span) if *span > SPAN_MAX => {
            return Err("holds a packet up for longer than a day".to_owned());
        }
        Action::DropPacket(_) | Action::DelayPacket(..) | Action::HealAll | Action::EndFault(_) => Vec::new(),
    };
    match named.into_iter().max().filter(|highest| usize::from(*highest) >= regions) {
        Some(highest) => Err(format!("names region number {highest}, but there are {regions}")),
        None => Ok(()),
    }
}
