//! What a person may do to a running world. Nothing else changes a run from outside, so a log of these is the whole story. A
//! scenario may plan the same acts.
//!
//! Each act says itself what may be set in it and how that is read and written, as faults do: links, help and whoever draws acts at
//! random read [`ACTS`] and [`FAULTS`]. Starting a fault is an act under the fault's own id.

mod plan;
mod words;

pub use crate::faults::said::FaultName;
pub use crate::network::said::{PacketName, PacketWay};
pub use plan::ActConfig;

use crate::faults::catalog::{FAULTS, FaultKind};
use crate::place::Place;
use engine::{Span, Time};
use protocol::Channel;
use serde::{Deserialize, Serialize};
use settings::{Fallback, Fields, Setting, Value, Values};
use std::ops::Range;

/// One thing a person did, and when in simulated time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoggedAction {
    /// The simulated time at which it takes effect.
    pub at: Time,
    /// What was done.
    pub action: Action,
}

/// One thing a person may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Start a fault; it lasts until it is healed.
    Start(FaultKind),
    /// Put a region right, and its links, in every fault that names it. Of a fault that names others, too, what does not
    /// touch this region goes on; a fault of which nothing is left ends.
    RestoreRegion(u16),
    /// Put the link between these regions right, both ways, in every fault that touches it. What a fault does to other
    /// links, or to a region or its users, goes on; a fault of which nothing is left ends.
    HealLink(u16, u16),
    /// End every fault.
    HealAll,
    /// Make a region the leader of these datasets, or of every one, as far as it holds them, whatever the controller thinks.
    Promote(u16, Option<Range<u16>>),
    /// Have the controller pass leadership of these datasets, or of every one, as far as a region holds them, on to it, without
    /// losing a write.
    HandOver(u16, Option<Range<u16>>),
    /// Lose a packet, if it is still under way.
    DropPacket(PacketName),
    /// Hold a packet up, if it is still under way.
    DelayPacket(PacketName, Span),
    /// End one fault, if it is in force.
    EndFault(FaultName),
}

/// An act as links, help and random drawing know it.
pub struct ActLine {
    /// The name a link uses.
    pub id: &'static str,
    /// What it does, in a few words.
    pub meaning: &'static str,
    /// What may be set.
    pub settings: &'static [Setting],
    /// Read one; `None` if what it cannot be without is missing or wrong.
    pub read: fn(&dyn Fields) -> Option<Action>,
}

/// The words of [`Channel`], in its order.
const CHANNELS: [&str; 4] = ["replication", "acknowledgement", "client", "control"];
const NUMBERS: std::ops::RangeInclusive<u64> = 1..=i64::MAX as u64;

const REGION: Setting = Setting::new("region", "region", Fallback::Required, "which");
const DATASET: Setting =
    Setting::new("dataset", "dataset", Fallback::Otherwise("all it holds"), "which dataset, or which of its shards");
const FROM: Setting =
    Setting::new("from", "region", Fallback::Otherwise("from the users, or any way"), "where the packet comes from");
const TO: Setting =
    Setting::new("to", "region", Fallback::Otherwise("to the users, or any way"), "where the packet goes to");
const USERS: Setting = Setting::new(
    "users",
    "population",
    Fallback::Otherwise("none"),
    "whose packet it is, at the end that is no region",
);
const CHANNEL: Setting = Setting::new(
    "channel",
    "replication, acknowledgement, client or control",
    Fallback::Value(CHANNELS[0]),
    "what the packet is for, if its way is named",
);
const NUMBER: Setting =
    Setting::new("number", "number", Fallback::Required, "which packet of that way and channel, or of all, from 1");

/// Every act but the starting of a fault.
pub const ACTS: &[ActLine] = &[
    ActLine {
        id: "restore",
        meaning: "put a region and its links right",
        settings: &[REGION],
        read: |fields| fields.region("region").map(Action::RestoreRegion),
    },
    ActLine {
        id: "heal-link",
        meaning: "put the link between two regions right",
        settings: &[Setting::new("between", "two regions", Fallback::Required, "its ends")],
        read: read_link,
    },
    ActLine { id: "heal-all", meaning: "end every fault", settings: &[], read: |_| Some(Action::HealAll) },
    ActLine {
        id: "promote",
        meaning: "make a region the leader of what it holds",
        settings: &[REGION, DATASET],
        read: |fields| Some(Action::Promote(fields.region("region")?, fields.datasets("dataset"))),
    },
    ActLine {
        id: "hand-over",
        meaning: "have the controller pass leadership of what a region holds on to it, without losing a write",
        settings: &[REGION, DATASET],
        read: |fields| Some(Action::HandOver(fields.region("region")?, fields.datasets("dataset"))),
    },
    ActLine {
        id: "drop-packet",
        meaning: "lose a packet under way",
        settings: &[FROM, TO, USERS, CHANNEL, NUMBER],
        read: |fields| read_packet(fields).map(Action::DropPacket),
    },
    ActLine {
        id: "delay-packet",
        meaning: "hold a packet under way up",
        settings: &[FROM, TO, USERS, CHANNEL, NUMBER, Setting::new("by", "time", Fallback::Required, "for how long")],
        read: |fields| {
            let by = fields.span("by");
            if by == Span::ZERO {
                fields.problem("by", "that is no delay", "give it a time above 0s");
            }
            Some(Action::DelayPacket(read_packet(fields)?, by))
        },
    },
    ActLine {
        id: "end-fault",
        meaning: "end one fault",
        settings: &[
            Setting::new("fault", "id", Fallback::Otherwise("the one of this number"), "the planned fault"),
            Setting::new(
                "by-hand",
                "number",
                Fallback::Value("0"),
                "which of those begun by hand, in their order from 1",
            ),
            Setting::new("number", "number", Fallback::Value("0"), "which fault in the order of beginning, from 0"),
        ],
        read: |fields| {
            let count = |key| fields.count(key, 0..=u64::from(u32::MAX)) as u32;
            let (planned, by_hand, number) = (fields.name("fault"), count("by-hand"), count("number"));
            fields.heard("by-hand", planned.is_none(), "no `fault`");
            fields.heard("number", planned.is_none() && by_hand == 0, "no `fault` and no `by-hand`");
            let begun = if by_hand > 0 { FaultName::ByHand(by_hand) } else { FaultName::Begun(number) };
            Some(Action::EndFault(planned.map_or(begun, FaultName::Planned)))
        },
    },
];

fn read_link(fields: &dyn Fields) -> Option<Action> {
    let between = fields.regions("between")?;
    let &[a, b] = between.as_slice() else {
        fields.problem("between", "a link has two ends", "name two regions, or a zone of each that has zones");
        return None;
    };
    Some(Action::HealLink(a, b))
}

fn read_packet(fields: &dyn Fields) -> Option<PacketName> {
    let (from, to, users) = (fields.region("from"), fields.region("to"), fields.users("users"));
    let channel = [Channel::Replication, Channel::Acknowledgement, Channel::Client, Channel::Control]
        [fields.choice("channel", &CHANNELS)];
    let number = fields.count("number", NUMBERS);
    fields.heard("channel", from.is_some() || to.is_some() || users.is_some(), "the packet's way");
    if from.is_some() && from == to && channel != Channel::Control {
        // Its leader and the controller at home there write to each other.
        fields.problem("to", "the packet goes where it comes from", "name another region, or channel = \"control\"");
    }
    let (from, to) = match (from, to, users) {
        (None, None, None) => return Some(PacketName { way: None, number }),
        (Some(from), Some(to), None) => (Place::region(from), Place::region(to)),
        (Some(from), None, Some(users)) => (Place::region(from), Place::users(users)),
        (None, Some(to), Some(users)) => (Place::users(users), Place::region(to)),
        _ => {
            fields.problem("number", "the way has not two ends", "name two of from, to and users, or none");
            return None;
        }
    };
    Some(PacketName { way: Some(PacketWay { from, to, channel }), number })
}

fn packet_values(packet: PacketName) -> Values {
    let mut values = Values::new();
    if let Some(PacketWay { from, to, channel }) = packet.way {
        for (key, place) in [("from", from), ("to", to)] {
            values.extend(place.as_region().map(|region| (key, Value::Region(region))));
            values.extend(place.as_users().map(|users| ("users", Value::Users(users))));
        }
        values.push(("channel", Value::Word(CHANNELS[channel as usize])));
    }
    values.push(("number", Value::Count(packet.number)));
    values
}

impl Action {
    /// The ids of all acts: the kinds of fault, then [`ACTS`].
    pub fn ids() -> impl Iterator<Item = &'static str> {
        FAULTS.iter().map(|line| line.info.id).chain(ACTS.iter().map(|line| line.id))
    }

    /// Read what is set for the act of this id; `None` if there is no such act, or what it cannot be without is missing
    /// or wrong.
    pub fn read(id: &str, fields: &dyn Fields) -> Option<Action> {
        if let Some(fault) = FAULTS.iter().find(|line| line.info.id == id) {
            return (fault.read)(fields).map(Action::Start);
        }
        ACTS.iter().find(|line| line.id == id).and_then(|line| (line.read)(fields))
    }

    /// The id it is written under.
    pub fn id(&self) -> &'static str {
        match self {
            Action::Start(kind) => kind.info().id,
            Action::RestoreRegion(_) => "restore",
            Action::HealLink(..) => "heal-link",
            Action::HealAll => "heal-all",
            Action::Promote(..) => "promote",
            Action::HandOver(..) => "hand-over",
            Action::DropPacket(_) => "drop-packet",
            Action::DelayPacket(..) => "delay-packet",
            Action::EndFault(_) => "end-fault",
        }
    }

    /// What is set in it: reading these under its id gives the same action again.
    pub fn values(&self) -> Values {
        match self {
            Action::Start(kind) => kind.values(),
            Action::RestoreRegion(region) => vec![("region", Value::Region(*region))],
            Action::Promote(region, of) | Action::HandOver(region, of) => {
                let of = of.clone().map(|of| ("dataset", Value::Datasets(of)));
                std::iter::once(("region", Value::Region(*region))).chain(of).collect()
            }
            Action::HealLink(a, b) => vec![("between", Value::Regions(vec![*a, *b]))],
            Action::HealAll => Values::new(),
            Action::DropPacket(packet) => packet_values(*packet),
            Action::DelayPacket(packet, by) => [packet_values(*packet), vec![("by", Value::Span(*by))]].concat(),
            Action::EndFault(FaultName::Planned(id)) => vec![("fault", Value::Name(id.clone()))],
            Action::EndFault(FaultName::ByHand(number)) => vec![("by-hand", Value::Count(u64::from(*number)))],
            Action::EndFault(FaultName::Begun(number)) => vec![("number", Value::Count(u64::from(*number)))],
        }
    }

    /// The datasets it names, if it does not mean whatever there is.
    pub fn datasets(&self) -> Option<Range<u16>> {
        match self {
            Action::Promote(_, of) | Action::HandOver(_, of) => of.clone(),
            _ => None,
        }
    }

    /// The regions it names.
    pub fn regions(&self) -> Vec<u16> {
        let regions = |value| match value {
            (_, Value::Region(region)) => vec![region],
            (_, Value::Sites(regions) | Value::Regions(regions)) => regions,
            _ => Vec::new(),
        };
        self.values().into_iter().flat_map(regions).collect()
    }
}
