//! What a replica shows of itself, and what a message looks like from outside.

use crate::{Epoch, NodeId, Version, WriteId};
use engine::{Distribution, Span};
use serde::{Deserialize, Serialize};

/// The part a replica plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// It accepts writes.
    Leader,
    /// It repeats a leader's log.
    Follower,
    /// It knows of nobody to follow.
    Waiting,
    /// It takes reads and writes like every other: nobody leads.
    Peer,
    /// It stands for election, or asks whether it would be elected.
    Candidate,
    /// It votes and acknowledges but keeps no values.
    Witness,
}

/// How a replica stands, in brief: what probes and leases go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its part.
    pub role: Role,
    /// The latest leadership it knows of.
    pub epoch: Epoch,
    /// Whom it follows in that; nobody if it leads or knows of no leader.
    pub follows: Option<NodeId>,
    /// Its last log entry.
    pub last: Version,
}

/// What the page and the metrics show of a replica.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeView {
    /// Its part.
    pub role: Role,
    /// The latest leadership it knows of.
    pub epoch: Epoch,
    /// Whom it follows, if it does.
    pub leader: Option<NodeId>,
    /// Its last log entry.
    pub last: Version,
    /// The LSN up to which it has applied its log.
    pub applied: u64,
    /// A leader's streams to its followers, by ascending follower; empty for others.
    pub streams: Vec<StreamView>,
    /// Operations that wait for the answers of others.
    pub waiting: u32,
    /// Writes kept for replicas that they could not be delivered to.
    pub hints: u32,
    /// Deletions kept, so that what they deleted does not come back from other replicas.
    pub tombstones: u32,
    /// Keys of which more is sold than there was, which is to be called off here.
    pub validating: u32,
    /// Whether it takes no writes, since it hears from no majority of the replicas.
    pub alone: bool,
    /// Of data that keep ledgers, what is on each account of the first key, in their order; empty of other data.
    pub balances: Vec<i64>,
    /// What its disk has yet to do; nothing where disks take no time.
    pub disk: Option<DiskView>,
}

impl NodeView {
    /// A replica of which there is nothing to tell but its part and where its log ends.
    pub fn new(role: Role, epoch: Epoch, last: Version) -> NodeView {
        NodeView {
            role,
            epoch,
            leader: None,
            last,
            applied: 0,
            streams: Vec::new(),
            waiting: 0,
            hints: 0,
            tombstones: 0,
            validating: 0,
            alone: false,
            balances: Vec::new(),
            disk: None,
        }
    }
}

/// A disk that takes time, and what it has yet to do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiskView {
    /// How long it takes for one sync or write on average, unless something slows it down.
    pub takes: Span,
    /// For how long changes are gathered before a sync.
    pub gathers: Span,
    /// The LSN up to which it has the log; none where there is no log.
    pub synced: Option<u64>,
    /// Changes that it does not have yet.
    pub pending: u64,
    /// Who waits until it has them.
    pub awaited: Awaited,
}

impl DiskView {
    /// A disk that takes so long for a sync or a write, nanoseconds, and has all of a log, if there is one.
    pub fn new(takes: &Distribution) -> DiskView {
        let takes = takes.mean().map_or(Span::MAX, Span::from_nanos_f64);
        DiskView { takes, gathers: Span::ZERO, synced: None, pending: 0, awaited: Awaited::Nobody }
    }
}

/// Who waits for a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Awaited {
    /// Nobody.
    Nobody,
    /// So many writes of clients.
    Clients(u32),
    /// The leader, whose clients wait for this replica among others.
    Leader,
    /// Whoever asks takes the first replicas that are enough, which need not include this one.
    Enough,
}

/// One replication stream as its leader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamView {
    /// The follower.
    pub to: NodeId,
    /// The LSN the follower has acknowledged.
    pub acked: u64,
    /// Entries it has not acknowledged.
    pub lag_entries: u64,
    /// Their size, bytes.
    pub lag_bytes: u64,
    /// The age of the oldest of them; zero when there is none.
    pub lag: Span,
}

/// What a message is for: links are cut, drawn and counted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Channel {
    /// Log entries and state between replicas.
    Replication,
    /// Acknowledgements between replicas.
    Acknowledgement,
    /// Requests and responses of clients, also when one region passes them to another.
    Client,
    /// Probes, configuration, commands, leases.
    Control,
}

/// A message as its carrier sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Size on the wire, bytes.
    pub bytes: u64,
    /// Purpose.
    pub channel: Channel,
    /// The write it carries, if it carries one.
    pub write: Option<WriteId>,
}
