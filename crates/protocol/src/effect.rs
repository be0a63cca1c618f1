//! What a replica may want done, and the facts it states about itself.

use crate::{Accepted, Epoch, Key, NodeId, RequestId, Response, Seen, Version, WriteId};
use engine::{Distribution, Span, Time};
use serde::Serialize;
use std::ops::RangeInclusive;
use values::{Author, Change, Verb};

/// One thing a replica wants done that says messages `M` and sets timers `T`.
#[derive(Clone, Debug)]
pub enum Effect<M, T> {
    /// Hand a message to the network. It may be late, lost, doubled or overtaken.
    Send {
        /// The replica it is for.
        to: NodeId,
        /// What it says.
        message: M,
    },
    /// Answer an operation. Each request is answered at most once.
    Reply {
        /// The operation.
        request: RequestId,
        /// The answer.
        response: Response,
        /// What whoever is told this has seen with it, where account is kept of that.
        seen: Seen,
    },
    /// Wake this replica later, by its own clock's rate; the host draws from the range. Replaces the timer if it was set.
    SetTimer {
        /// Which.
        timer: T,
        /// After how long.
        after: RangeInclusive<Span>,
    },
    /// Let the replica's disk do something, and wake the replica when it is done.
    DiskTimer {
        /// Which.
        timer: T,
        /// How long it takes where nothing is wrong with the disk, nanoseconds.
        takes: Distribution,
    },
    /// Forget a timer.
    CancelTimer(T),
    /// Ask the control plane for a lease, telling it what this replica's clock read when it asked.
    AskLease(Time),
    /// State a fact, for the trace. Nothing else follows from it.
    Note(Fact),
}

/// What a replica states about itself; the trace, the metrics and the verdicts are made of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Fact {
    /// A write entered this replica's log; durably, unless its disk takes time: see [`Fact::Synced`].
    Appended {
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// Its place in the log.
        version: Version,
    },
    /// A write left this replica's log: it was not on the new leader's history.
    Truncated {
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// The place it had.
        version: Version,
    },
    /// This replica replaced its whole state by a copy of the leader's: it holds what the leader held up to `upto`.
    Restored {
        /// The leader.
        from: NodeId,
        /// The version of the copy.
        upto: Version,
    },
    /// This replica leads.
    Leads(Epoch),
    /// This replica led under this epoch and no longer does.
    SteppedDown(Epoch),
    /// This replica refused something that carried an outdated epoch.
    Fenced {
        /// The outdated epoch.
        stale: Epoch,
        /// The one in force here.
        current: Epoch,
    },
    /// A follower's log has become equal to this leader's.
    CaughtUp {
        /// The follower.
        follower: NodeId,
    },
    /// This replica has come back after a loss of power, and its disk had held its log up to `upto`: what it had stated beyond
    /// that is gone.
    Recovered {
        /// The last entry; none where the log was empty.
        upto: Version,
    },
    /// This leader of this epoch holds a lease, and serves.
    LeaseHeld(Epoch),
    /// The lease of this leader of this epoch has run out: it serves nothing until it gets another.
    LeaseRanOut(Epoch),
    /// This leader of this epoch has told its successor to lead, and serves nothing.
    HandedOver(Epoch),
    /// A write is on this replica's disk under its key, in place of what was there. For replicas without a common log.
    Stored {
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// Its stamp.
        version: Version,
        /// What its coordinator would have shown of the key when it accepted it: what the write replaces knowingly.
        over: Option<Accepted>,
    },
    /// A write came to this replica that it does not store: what it holds, or keeps for another, has a later stamp.
    Ignored {
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// Its stamp.
        version: Version,
        /// What its coordinator would have shown of the key when it accepted it.
        over: Option<Accepted>,
        /// What is there instead.
        kept: Accepted,
    },
    /// An entry that writes nothing entered this replica's log, as a write does: one with which an elected leader begins, or readmits a replica.
    AppendedNoOp {
        /// Its place in the log.
        version: Version,
    },
    /// An entry that writes nothing left this replica's log.
    TruncatedNoOp {
        /// The place it had.
        version: Version,
    },
    /// This replica asks the others to elect it, as the leader of this epoch.
    Stands(Epoch),
    /// A write is on this replica's disk for another that was not reached, in place of what was kept for that one under its key.
    Hinted {
        /// Whom it is for.
        to: NodeId,
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// Its stamp.
        version: Version,
        /// What its coordinator would have shown of the key when it accepted it.
        over: Option<Accepted>,
    },
    /// What was kept for another under this key is there, or something later, and is not kept any more.
    HandedOff {
        /// Whom it was for.
        to: NodeId,
        /// The key.
        key: Key,
    },
    /// This replica has begun with an empty disk in the midst of a run: it does not vote, and counts for nothing.
    Excluded,
    /// This replica, which had begun with an empty disk, votes and counts again.
    Readmitted,
    /// A change by a client entered this replica's copy of a key, durably. For replicas that merge their copies.
    Changed {
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// The copy that it was made to.
        author: Author,
        /// Its stamp.
        at: Version,
        /// The stamp of the result, which no other state of this copy has.
        version: Version,
    },
    /// Another copy of a key was merged into this replica's, durably: the result contains all changes of this author up to `upto`.
    Merged {
        /// The key.
        key: Key,
        /// The stamp of the result, which no other state of this copy has; none where nobody is shown a copy by itself.
        version: Version,
        /// Whose changes.
        author: Author,
        /// The stamp of the last of them.
        upto: Version,
    },
    /// Two versions of a key met in this replica of which neither replaced the other knowingly.
    Conflicted {
        /// The key.
        key: Key,
        /// The one that is shown, or would be if only one was.
        one: Accepted,
        /// The other.
        other: Accepted,
        /// Whether the other is passed over for good, and not shown as well or kept for a person to decide.
        decided: bool,
    },
    /// So many keys wait here for a person who decides between their versions.
    Waiting {
        /// How many.
        keys: u32,
    },
    /// It was decided here between two versions of a key.
    Settled {
        /// The key.
        key: Key,
        /// The version that stays.
        kept: Accepted,
        /// The one that does not.
        dropped: Accepted,
        /// Whether a person has looked at both; otherwise too many were waiting, and the later stays.
        looked_at: bool,
    },
    /// This replica's disk has its log up to `upto`, as the log was when the sync began; what was taken back or replaced since is still there.
    /// Stated where syncing takes time, first of all when there is nothing yet: elsewhere what enters a log is on the disk.
    Synced {
        /// The last entry; none where there is none.
        upto: Version,
    },
    /// A client's change was made here of a value of which only so much can be given away. Stated once for each time that it is made, by whoever
    /// makes it for the client.
    Gave {
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// The version that its client is told.
        version: Version,
        /// How much it gave away, at least 1; below zero, so much was put in.
        amount: i64,
    },
    /// This replica has collected a tombstone: it knows nothing of the deletion any more.
    Collected {
        /// The deletion.
        write: WriteId,
        /// Its key.
        key: Key,
        /// Its stamp.
        version: Version,
    },
    /// A write is stored, see [`Fact::Stored`], that was deleted before: this replica has collected the tombstone since, and does not know. Only who
    /// writes the trace does.
    Resurrected {
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// Its stamp.
        version: Version,
        /// The deletion that is forgotten.
        deleted: Accepted,
    },
    /// What was kept for another under this key is older than tombstones are kept, and dropped.
    HintDropped {
        /// Whom it was for.
        to: NodeId,
        /// The key.
        key: Key,
    },
    /// A sale is called off here, since more was sold than there was, and its customer is told.
    Cancelled {
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// Its stamp: it may have been made more than once.
        version: Version,
        /// How many units, at least 1.
        units: i64,
    },
    /// A client's transfer was made here. Stated once for each time that it is made, by whoever makes it for the client.
    Moved {
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// How much, at least 1.
        amount: i32,
        /// Out of which account, from 1.
        from: u8,
        /// Into which.
        to: u8,
    },
    /// It takes no writes from now on, since it has heard from no majority of the replicas, itself among them, for so long.
    Alone {
        /// For how long.
        silence: Span,
    },
    /// It hears from a majority again, and takes writes.
    AmongOthers,
    /// More of a key is sold than there was, as it sees now, and in a while it is to call that off.
    Oversold {
        /// The key.
        key: Key,
        /// How many units too many, at least 1.
        units: i64,
        /// After how long.
        after: Span,
    },
    /// This replica has begun to coordinate a client's write, which is to stand beside every version of the key that its client had not read. For
    /// replicas that keep versions side by side and of which some store a key.
    Coordinated {
        /// The write.
        write: WriteId,
        /// Its key.
        key: Key,
        /// Who makes it.
        author: Author,
        /// Its stamp.
        at: Version,
    },
    /// Beside [`Fact::Hinted`], where versions are kept side by side: what is kept for another under this key contains all writes of this author up to
    /// `upto`, but for what was replaced by who had read it.
    Kept {
        /// Whom it is for.
        to: NodeId,
        /// The key.
        key: Key,
        /// Whose writes.
        author: Author,
        /// The stamp of the last of them.
        upto: Version,
    },
    /// A read that is answered now shows all writes of this author up to `upto`, but for what was replaced by who had read it. For replicas that merge
    /// what others answer them.
    Shown {
        /// The key.
        key: Key,
        /// The stamp of the answer, which no other answer has.
        version: Version,
        /// Whose writes.
        author: Author,
        /// The stamp of the last of them.
        upto: Version,
    },
}

impl Fact {
    /// What whoever makes a change for its client states besides: how much it gave away, or what it moved.
    pub fn made(Accepted { write, version }: Accepted, key: Key, change: Change, gave: i64) -> Option<Fact> {
        let ([from, to], moved) = (change.accounts(), change.amount);
        match gave {
            0 => (change.verb == Verb::Transfer).then_some(Fact::Moved { write, key, amount: moved, from, to }),
            amount => Some(Fact::Gave { write, key, version, amount }),
        }
    }
}

/// The list a replica writes its effects to, in order.
#[derive(Clone, Debug)]
pub struct Effects<M, T> {
    list: Vec<Effect<M, T>>,
}

impl<M, T> Default for Effects<M, T> {
    fn default() -> Self {
        Effects { list: Vec::new() }
    }
}

impl<M, T> Effects<M, T> {
    /// Hand a message to the network.
    pub fn send(&mut self, to: NodeId, message: M) {
        self.list.push(Effect::Send { to, message });
    }

    /// Answer an operation.
    pub fn reply(&mut self, request: RequestId, response: Response) {
        self.reply_with(request, response, Seen::UNKNOWN);
    }

    /// Answer an operation, and say what its client has seen with that.
    pub fn reply_with(&mut self, request: RequestId, response: Response, seen: Seen) {
        self.list.push(Effect::Reply { request, response, seen });
    }

    /// Wake up after exactly `after`.
    pub fn timer(&mut self, timer: T, after: Span) {
        self.timer_within(timer, after..=after);
    }

    /// Wake up after a time the host draws from the range.
    pub fn timer_within(&mut self, timer: T, after: RangeInclusive<Span>) {
        self.list.push(Effect::SetTimer { timer, after });
    }

    /// Wake up when the disk has done what takes so long where nothing is wrong with it.
    pub fn disk_timer(&mut self, timer: T, takes: &Distribution) {
        self.list.push(Effect::DiskTimer { timer, takes: takes.clone() });
    }

    /// Forget a timer.
    pub fn cancel(&mut self, timer: T) {
        self.list.push(Effect::CancelTimer(timer));
    }

    /// Ask for a lease.
    pub fn ask_lease(&mut self, clock: Time) {
        self.list.push(Effect::AskLease(clock));
    }

    /// State a fact.
    pub fn note(&mut self, fact: Fact) {
        self.list.push(Effect::Note(fact));
    }

    /// Add an effect that is already one: for a catalog that passes on what one of its protocols wants.
    pub fn push(&mut self, effect: Effect<M, T>) {
        self.list.push(effect);
    }

    /// Take everything, in order, keeping the room for the next time.
    pub fn drain(&mut self) -> std::vec::Drain<'_, Effect<M, T>> {
        self.list.drain(..)
    }
}
