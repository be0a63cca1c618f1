//! What replicas say to each other. Any of it may arrive late, twice, out of order or never; of logs, see [`crate::shipping`].

use super::config::Config;
use crate::shipping::{Carrier, Extent, HEADER, Shipment};
use engine::Time;
use protocol::{Channel, Epoch, Fact, NodeId, Parcel, Version};

/// What a replica wants done.
pub(super) type Effects = protocol::Effects<Message, Timer>;

/// What a replica waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// A leader: time for a sign of life.
    Heartbeat,
    /// Any other: no leader was heard of for an election timeout, unless one was since.
    Silence,
    /// Any other: time to stand for election.
    Stand,
    /// A leader: no majority has answered for an election timeout, unless one did since.
    Quorum,
    /// A leader: its lease for reads runs out, unless a majority has answered since.
    Lease,
    /// A leader: its successor does not take over.
    Transfer,
    /// Its disk is done, or enough was gathered for it.
    Sync,
}

/// What a candidate asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ballot {
    /// Whether it would be elected. Nobody is bound by the answer.
    Poll,
    /// A vote.
    Vote,
    /// A vote, asked for at the leader's own wish.
    Succession,
}

/// Who answers: a replica that lost its disk has forgotten its votes and acknowledgements, and so is another member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Since when it has its disk.
    pub since: Time,
    /// Whether it counts in elections and for commits, as far as it knows.
    pub counts: bool,
}

/// What replicas say to each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// About a log: from the leader, when its own clock had ticked so far.
    Shipment {
        /// That reading; it comes back with the answer, to prove that somebody heard the leader after it.
        at: Time,
        /// What it says.
        shipment: Shipment,
    },
    /// The log of this member ends here.
    Ack {
        /// The term of the leader that it hears.
        term: Epoch,
        /// The reading that came with what it answers.
        at: Time,
        /// How far its log reaches.
        extent: Extent,
        /// Who it is.
        member: Member,
    },
    /// Elect me.
    Ask {
        /// For this term.
        term: Epoch,
        /// The end of my log: nobody is to vote for one that lacks what it has itself.
        last: Version,
        /// How.
        ballot: Ballot,
    },
    /// A vote, or what it would be.
    Vote {
        /// The term it is for; a later one that is known, if it is refused.
        term: Epoch,
        /// Whether it was only asked what it would be.
        poll: bool,
        /// Whether it is given.
        granted: bool,
    },
    /// You lead in an outdated term.
    Outdated {
        /// The latest known.
        term: Epoch,
    },
    /// Somebody wishes that this one leads.
    LetLead {
        /// Who.
        to: NodeId,
    },
    /// Stand for election at once: you hold my whole log (section 3.10).
    TakeOver {
        /// The term in which it is said.
        term: Epoch,
    },
    /// You count again: what you may have forgotten, a majority of the others holds, and you do.
    Readmitted {
        /// The term in which it is said.
        term: Epoch,
        /// The disk it is said of.
        since: Time,
    },
}

impl Message {
    /// What the links see of it.
    pub(super) fn parcel(&self) -> Parcel {
        let channel = match self {
            Message::Shipment { shipment, .. } => return shipment.parcel(),
            Message::Ack { .. } | Message::Vote { .. } | Message::Outdated { .. } => Channel::Acknowledgement,
            Message::Ask { .. } | Message::LetLead { .. } => Channel::Replication,
            Message::TakeOver { .. } | Message::Readmitted { .. } => Channel::Replication,
        };
        Parcel { bytes: HEADER, channel, write: None }
    }
}

/// Carries shipments between replicas, one of which may keep no values: to that one goes only where entries are, and it states
/// nothing of what it holds.
pub(super) struct Outlet<'a> {
    pub(super) config: &'a Config,
    pub(super) node: NodeId,
    pub(super) at: Time,
    pub(super) effects: &'a mut Effects,
}

impl Carrier for Outlet<'_> {
    fn ship(&mut self, to: NodeId, shipment: Shipment) {
        let shipment = if self.config.keeps_values(to) { shipment } else { shipment.without_values() };
        self.effects.send(to, Message::Shipment { at: self.at, shipment });
    }

    fn note(&mut self, fact: Fact) {
        if self.config.keeps_values(self.node) {
            self.effects.note(fact);
        }
    }
}
