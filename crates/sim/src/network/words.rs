//! What happens to packets, in words.

use super::said::{Fact, Loss};
use crate::names::{self, Names};
use crate::place::table::place_name;
use crate::trace::telling::Telling;
use protocol::Channel;

impl Telling for Fact {
    fn words(&self, names: &Names) -> String {
        let way = |from, to| (place_name(names.config, from), place_name(names.config, to));
        match *self {
            Fact::PacketSent { from, to, channel, .. } => {
                let ((from, to), channel) = (way(from, to), names::channel(channel));
                format!("a packet ({channel}) leaves {from} for {to}")
            }
            Fact::PacketLost { from, to, loss, channel, .. } => {
                let (from, to) = way(from, to);
                // There is nothing like TCP below calls and their answers; logs are sent anew by their protocols.
                let client =
                    if channel == Channel::Client { ", and nobody sends it again before its timeout" } else { "" };
                format!("a packet from {from} to {to} is lost on the way: {}{client}", loss.why())
            }
            Fact::PacketHeld { from, to, due, .. } => {
                let (from, to) = way(from, to);
                format!("a packet from {from} to {to} is held up until {due}")
            }
            Fact::PacketArrived { from, to, .. } => {
                let (from, to) = way(from, to);
                format!("a packet from {from} arrives at {to}")
            }
            Fact::LinkGauge { .. } => "a second is over".to_owned(),
        }
    }

    fn owed_to(&self) -> Option<u64> {
        match *self {
            Fact::PacketLost { fault, .. } => Some(fault),
            _ => None,
        }
    }
}

impl Loss {
    /// Why that is, as the end of a sentence.
    pub const fn why(self) -> &'static str {
        match self {
            Loss::Cut => "the link is cut",
            Loss::Lossy => "the link lost it",
            Loss::Dark => "nobody is there",
            Loss::Dropped => "a person dropped it",
            Loss::Overflow => "the buffer of the link is full",
        }
    }
}
