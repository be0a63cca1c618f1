//! What a replica must not forget: who it is, its term, its vote and its log.
//!
//! Votes are on the disk before anybody hears of them, and so is what a replica vouches for; a leader sends what its own disk has yet to
//! take, and counts itself once it has (Ongaro 2014, section 10.2.1). Nobody leads twice in a term, so that an entry that is forgotten leaves no
//! place to another. Where entries may be acknowledged before they are synced, votes are not.

use super::config::Config;
use super::message::{Effects, Member, Message, Timer};
use crate::shipping::{Log, Syncs};
use protocol::{Epoch, NodeId, Version};

/// What is kept beside the log.
type Beside = (Member, Epoch, Option<NodeId>);

/// What a replica must not forget, and how far its disk has it.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    pub(super) member: Member,
    pub(super) term: Epoch,
    /// Whom it voted for in this term.
    pub(super) vote: Option<NodeId>,
    pub(super) log: Log,
    syncs: Syncs<Beside>,
    /// What is said once the disk has what it says.
    letters: Vec<(NodeId, Message)>,
}

impl Disk {
    /// That of a member that knows of no term yet.
    pub(super) fn new(member: Member, log: Log) -> Disk {
        Disk::with((member, Epoch(0), None), log)
    }

    /// One that has this, and nothing to do.
    fn with(beside: Beside, log: Log) -> Disk {
        let (member, term, vote) = beside;
        Disk { member, term, vote, log, syncs: Syncs::new(beside), letters: Vec::new() }
    }

    fn beside(&self) -> Beside {
        (self.member, self.term, self.vote)
    }

    /// All have elected this leader before the run began.
    pub(super) fn begin(&mut self, term: Epoch, leader: NodeId) {
        (self.term, self.vote, self.member.counts) = (term, Some(leader), true);
        self.syncs = Syncs::new(self.beside());
    }

    /// Whether it has everything but entries.
    pub(super) fn is_kept(&self, config: &Config) -> bool {
        !config.storage.takes_time() || self.syncs.beside() == self.beside()
    }

    /// Say something that must not be forgotten: once it is here.
    pub(super) fn vouch(&mut self, config: &Config, to: NodeId, message: Message, effects: &mut Effects) {
        if self.is_kept(config) {
            effects.send(to, message);
        } else {
            self.letters.push((to, message));
        }
    }

    /// Begin what is to be done.
    pub(super) fn sync(&mut self, config: &Config, effects: &mut Effects) {
        if let Some(wait) = self.syncs.look(&config.storage, &self.log, self.beside()) {
            wait.begin(Timer::Sync, effects);
        }
    }

    /// It is done, or enough was gathered for it: say what waited for that. Up to where it now has the log, if it has more.
    pub(super) fn wake(&mut self, config: &Config, effects: &mut Effects) -> Option<Version> {
        let synced = self.syncs.wake(&mut self.log);
        if self.is_kept(config) {
            self.letters.drain(..).for_each(|(to, message)| effects.send(to, message));
        }
        synced
    }

    /// What a loss of power leaves.
    pub(super) fn left(self, config: &Config) -> Disk {
        let beside = if config.storage.takes_time() { self.syncs.beside() } else { self.beside() };
        Disk::with(beside, self.log.left_on_disk())
    }
}
