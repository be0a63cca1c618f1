//! Anti-entropy: replicas compare hashes of what they both store, from the root of a tree to its leaves, and exchange only the leaves
//! that differ (Merkle, 1987; R12).

use super::config::Config;
use super::message::{Effects, Message, Timer};
use super::replica::{Quorum, Then};
use crate::by_key::Cell;
use engine::Digest;
use protocol::{Env, Key, NodeId};

/// Branches of the root, and leaves of each branch.
const FAN_OUT: u16 = 16;
const LEAVES: u16 = FAN_OUT * FAN_OUT;

/// See to it that trees are compared, if they are to be: not by all replicas at once.
pub(super) fn wake(config: &Config, env: &Env, effects: &mut Effects) {
    if let Some(every) = config.anti_entropy.filter(|_| !config.coordinators.contains(&env.node)) {
        effects.timer_within(Timer::Compare, every / 2..=every);
    }
}

impl Quorum {
    /// Compare trees with the next of the others.
    pub(super) fn compare(&mut self, env: &Env, effects: &mut Effects) {
        let ring: Vec<NodeId> = self.config.ring(env.peers, 0).into_iter().filter(|node| *node != env.node).collect();
        if let Some(other) = self.compared.next(&ring, env.ticks) {
            let root = fold(&self.branches(env, other));
            effects.send(other, Message::Root { root, asked: env.ticks });
        }
        wake(&self.config, env, effects);
    }

    pub(super) fn on_tree(&mut self, env: &Env, from: NodeId, message: Message, effects: &mut Effects) {
        match message {
            Message::Root { root, asked } => {
                let mut hashes = self.branches(env, from);
                if fold(&hashes) == root {
                    hashes.clear();
                }
                effects.send(from, Message::Branches { hashes, asked });
            }
            Message::Branches { hashes: theirs, asked } => {
                self.compared.answered(from, asked, env.ticks);
                let leaves = self.leaves(env, from);
                let of_branch = |branch: u16| &leaves[usize::from(branch * FAN_OUT)..][..usize::from(FAN_OUT)];
                let differs = |branch: &u16| {
                    theirs.get(usize::from(*branch)).is_some_and(|theirs| *theirs != fold(of_branch(*branch)))
                };
                for branch in (0..FAN_OUT).filter(differs) {
                    effects.send(from, Message::Leaves { branch, hashes: of_branch(branch).to_vec() });
                }
            }
            Message::Leaves { branch, hashes } => {
                let mine = self.leaves(env, from);
                for (leaf, theirs) in (branch * FAN_OUT..).zip(hashes) {
                    if mine.get(usize::from(leaf)) != Some(&theirs) {
                        effects.send(from, Message::Cells { leaf, cells: self.leaf(env, from, leaf), answer: true });
                    }
                }
            }
            Message::Cells { leaf, cells, answer } => {
                if answer {
                    let newer = |(key, mine): &(Key, Cell)| {
                        let theirs = cells.binary_search_by_key(key, |(theirs, _)| *theirs);
                        theirs.map_or(true, |place| cells[place].1.lacks(mine))
                    };
                    let newer: Vec<(Key, Cell)> = self.leaf(env, from, leaf).into_iter().filter(newer).collect();
                    if !newer.is_empty() {
                        effects.send(from, Message::Cells { leaf, cells: newer, answer: false });
                    }
                }
                for (key, cell) in cells {
                    let differs = |mine: Cell| mine.accepted() != cell.accepted() || mine.lacks(&cell);
                    if self.cells.get(key).is_none_or(differs) {
                        self.store(env, key, cell, Then::Nothing, effects);
                    }
                }
            }
            _ => {}
        }
    }

    /// What is in a leaf, of the keys that another stores, too; by ascending key.
    fn leaf(&self, env: &Env, other: NodeId, leaf: u16) -> Vec<(Key, Cell)> {
        let both = self.both(env, other);
        let keys = (u32::from(leaf)..self.config.keys).step_by(usize::from(LEAVES)).filter(|key| both(*key));
        keys.filter_map(|key| Some((Key(key), self.cells.get(Key(key)).filter(|cell| !cell.is_collected())?))).collect()
    }

    fn leaves(&self, env: &Env, other: NodeId) -> Vec<u64> {
        let both = self.both(env, other);
        let mut leaves = vec![Digest::default(); usize::from(LEAVES)];
        for (key, cell) in self.cells.all().filter(|(key, _)| both(key.0)) {
            let leaf = &mut leaves[key.0 as usize % usize::from(LEAVES)];
            leaf.write_u64(u64::from(key.0));
            leaf.write_u64(cell.version.lsn);
            leaf.write_u64(cell.write.0);
            // Whoever has heard of the same writes has the same versions.
            if let Some(versions) = cell.siblings() {
                for (author, upto) in versions.past().iter() {
                    leaf.write_u64(author.region.into());
                    leaf.write_u64(author.life);
                    leaf.write_u64(upto);
                }
            }
        }
        leaves.iter().map(Digest::value).collect()
    }

    fn branches(&self, env: &Env, other: NodeId) -> Vec<u64> {
        self.leaves(env, other).chunks(usize::from(FAN_OUT)).map(fold).collect()
    }

    /// Whether a key is stored here and by another.
    fn both(&self, env: &Env, other: NodeId) -> impl Fn(u32) -> bool + use<> {
        let ring = self.config.ring(env.peers, 0);
        let place = |node: NodeId| ring.iter().position(|of| *of == node);
        let (places, all, replicas) = ((place(env.node), place(other)), ring.len(), usize::from(self.config.replicas));
        move |key| {
            let stores =
                |place: Option<usize>| place.is_some_and(|place| (place + all - key as usize % all) % all < replicas);
            stores(places.0) && stores(places.1)
        }
    }
}

fn fold(hashes: &[u64]) -> u64 {
    let mut digest = Digest::default();
    hashes.iter().for_each(|hash| digest.write_u64(*hash));
    digest.value()
}
