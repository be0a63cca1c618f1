//! Coordinating: a write until W have stored it, a read until R have answered, and what is done for those that are behind.

use super::config::ReadRepair;
use super::message::{Effects, Message};
use super::operations::{Operation, Repair, What, later};
use super::replica::{Quorum, Then};
use super::seen::shows;
use crate::by_key::{Cell, Content, stored};
use protocol::{Accepted, Env, Key, NodeId, Refusal, Request, Response, WriteId};

impl Quorum {
    fn homes(&self, env: &Env, key: Key) -> Vec<NodeId> {
        self.config.homes(env.peers, key.0)
    }

    pub(super) fn write(
        &mut self,
        env: &Env,
        request: Request,
        (write, bytes, deleted): (WriteId, u32, bool),
        effects: &mut Effects,
    ) {
        let key = request.key;
        let cell = match self.config.siblings {
            true => self.beside(env, &request, (write, bytes, deleted), effects),
            false => {
                let version = self.config.timestamps.of(env, &request, &mut self.operations.stamp);
                let held = self.cells.get(key).map(|cell| cell.accepted());
                let over = later(held, self.operations.shown[key.0 as usize]);
                let seen = request.seen.clone();
                Cell { write, version, over, bytes, deleted, content: Content::Last, seen }
            }
        };
        let seen = request.seen;
        let asked = self.homes(env, key);
        let what = What::Write { cell: cell.clone(), stored: Vec::new() };
        let operation = Operation { request: request.id, key, asked: asked.clone(), answered: false, seen, what };
        let number = self.operations.begin(operation, env.ticks, effects);
        for home in asked {
            self.put(env, home, (number, key, cell.clone()), effects);
        }
    }

    fn put(&mut self, env: &Env, to: NodeId, (number, key, cell): (u64, Key, Cell), effects: &mut Effects) {
        if to == env.node {
            self.store(env, key, cell, Then::Tell { number, to }, effects);
        } else {
            effects.send(to, Message::Put { number, key, cell, instead_of: None });
        }
    }

    pub(super) fn read(&mut self, env: &Env, request: Request, effects: &mut Effects) {
        let (key, asked) = (request.key, self.homes(env, request.key));
        let needed = match request.operation {
            protocol::Operation::ReadMajority => self.config.replicas / 2 + 1,
            _ => self.config.read_quorum,
        };
        let what = What::Read { needed: needed.into(), found: Vec::new(), repair: None };
        let (request, seen) = (request.id, request.seen);
        let operation = Operation { request, key, asked: asked.clone(), answered: false, seen, what };
        let number = self.operations.begin(operation, env.ticks, effects);
        for home in asked {
            if home == env.node {
                self.fetch(env, key, number, home, effects);
            } else {
                effects.send(home, Message::Get { number, key });
            }
        }
    }

    /// A replica has stored the write of an operation, or what a read found it to lack.
    pub(super) fn on_stored(&mut self, env: &Env, from: NodeId, number: u64, effects: &mut Effects) {
        let Some(operation) = self.operations.under_way.get_mut(number) else { return };
        match &mut operation.what {
            What::Write { cell, stored } => {
                if stored.contains(&from) {
                    return;
                }
                stored.push(from);
                if stored.len() >= usize::from(self.config.write_quorum) && !operation.answered {
                    operation.answered = true;
                    let (key, cell) = (operation.key, cell.clone());
                    let seen = operation.seen_with(Some(&cell));
                    effects.reply_with(operation.request, Response::Written(cell.version), seen);
                    self.operations.show(key, cell);
                }
                self.end_if_all_answered(number);
            }
            What::Read { found, repair: Some(repair), .. } => {
                // One that has said so before is not counted again.
                let newest = repair.newest.as_ref();
                let behind = found.iter_mut().find(|(node, cell)| *node == from && lacks(cell.as_ref(), newest));
                let Some((_, cell)) = behind else { return };
                *cell = repair.newest.clone();
                repair.missing -= 1;
                if repair.missing == 0 && !operation.answered {
                    let newest = repair.newest.clone();
                    self.answer(env, number, newest, effects);
                    self.close_read(env, number, effects);
                }
            }
            What::Read { repair: None, .. } => {}
        }
    }

    /// A write is over when all have stored it.
    fn end_if_all_answered(&mut self, number: u64) {
        let all = self.operations.under_way.get(number).is_some_and(
            |operation| matches!(&operation.what, What::Write { stored, .. } if stored.len() >= operation.asked.len()),
        );
        if all {
            self.operations.end(number);
        }
    }

    /// A replica has answered a read.
    pub(super) fn on_got(&mut self, env: &Env, from: NodeId, number: u64, cell: Option<Cell>, effects: &mut Effects) {
        let Some(operation) = self.operations.under_way.get_mut(number) else { return };
        let What::Read { needed, found, repair } = &mut operation.what else { return };
        if found.iter().any(|(node, _)| *node == from) {
            return;
        }
        found.push((from, cell));
        let enough = found.len() >= *needed && repair.is_none();
        let all = found.len() == operation.asked.len();
        if enough && !operation.answered {
            let newest = newest(found);
            // A session waits for whoever has what it has seen, and all are asked. What none of them has, a disk took with it.
            let is_shown_enough = match self.config.siblings {
                true => shows(newest.as_ref(), &operation.seen, operation.key),
                false => operation.is_shown_enough(newest.as_ref()),
            };
            if all || is_shown_enough {
                self.mend_or_answer(env, number, newest, effects);
            }
        }
        self.close_read(env, number, effects);
    }

    /// Enough is found: it is answered, or first those that are behind are sent it.
    fn mend_or_answer(&mut self, env: &Env, number: u64, newest: Option<Cell>, effects: &mut Effects) {
        let Some(operation) = self.operations.under_way.get_mut(number) else { return };
        let What::Read { found, repair, .. } = &mut operation.what else { return };
        let behind = behind(found, newest.as_ref());
        if self.config.read_repair == ReadRepair::Blocking && !behind.is_empty() {
            *repair = Some(Repair { newest: newest.clone(), missing: behind.len() });
            let key = operation.key;
            for node in behind {
                self.mend(env, node, (number, key, newest.as_ref()), effects);
            }
        } else {
            self.answer(env, number, newest, effects);
        }
    }

    fn answer(&mut self, env: &Env, number: u64, newest: Option<Cell>, effects: &mut Effects) {
        let Some(operation) = self.operations.under_way.get_mut(number) else { return };
        operation.answered = true;
        let (request, key, seen) = (operation.request, operation.key, operation.seen_with(newest.as_ref()));
        let mut shown = stored(newest.as_ref());
        if let Some(versions) = newest.as_ref().and_then(Cell::siblings) {
            shown.version = self.state_shown(env, key, versions, effects);
        }
        effects.reply_with(request, Response::Read(shown), seen);
        if let Some(cell) = newest {
            self.operations.show(key, cell);
        }
    }

    /// Send somebody the newest that a read has found.
    fn mend(
        &mut self,
        env: &Env,
        node: NodeId,
        (number, key, newest): (u64, Key, Option<&Cell>),
        effects: &mut Effects,
    ) {
        if let Some(cell) = newest {
            self.put(env, node, (number, key, cell.clone()), effects);
        }
    }

    /// A read is over when it is answered and all have answered it: those that are behind are sent the newest.
    fn close_read(&mut self, env: &Env, number: u64, effects: &mut Effects) {
        let Some(operation) = self.operations.under_way.get(number) else { return };
        if let What::Read { found, .. } = &operation.what
            && operation.answered
            && found.len() == operation.asked.len()
        {
            self.end_read(env, number, effects);
        }
    }

    fn end_read(&mut self, env: &Env, number: u64, effects: &mut Effects) {
        let Some(operation) = self.operations.under_way.get(number) else { return };
        let What::Read { found, .. } = &operation.what else { return };
        let (key, newest) = (operation.key, newest(found));
        let behind =
            if self.config.read_repair == ReadRepair::Off { Vec::new() } else { behind(found, newest.as_ref()) };
        self.operations.end(number);
        for node in behind {
            // Nobody waits for it any more.
            self.mend(env, node, (number, key, newest.as_ref()), effects);
        }
    }

    /// Some have not answered a write in time: others are asked to keep it for them.
    pub(super) fn let_others_stand_in(&mut self, env: &Env, number: u64, effects: &mut Effects) {
        let Some(operation) = self.operations.under_way.get_mut(number) else { return };
        let What::Write { cell, stored } = &operation.what else { return };
        let (key, cell) = (operation.key, cell.clone());
        let ring = self.config.ring(env.peers, key.0);
        let absent: Vec<NodeId> = operation.asked.iter().copied().filter(|node| !stored.contains(node)).collect();
        let spare = ring.into_iter().skip(usize::from(self.config.replicas));
        let pairs: Vec<(NodeId, NodeId)> = absent.into_iter().zip(spare).collect();
        operation.asked.extend(pairs.iter().map(|(_, spare)| *spare));
        for (absent, spare) in pairs {
            if spare == env.node {
                self.keep(env, absent, (key, cell.clone()), Then::Tell { number, to: spare }, effects);
            } else {
                effects.send(spare, Message::Put { number, key, cell: cell.clone(), instead_of: Some(absent) });
            }
        }
    }

    /// An operation is waited for no longer. What was not stored is kept for whom it was meant.
    pub(super) fn give_up(&mut self, env: &Env, number: u64, effects: &mut Effects) {
        let Some(operation) = self.operations.under_way.get(number) else { return };
        let (request, key, answered) = (operation.request, operation.key, operation.answered);
        match &operation.what {
            What::Write { cell, stored } => {
                if !answered {
                    effects.reply(request, Response::Unknown);
                }
                let homes = operation.asked.iter().take(usize::from(self.config.replicas));
                let absent: Vec<NodeId> = homes.copied().filter(|node| !stored.contains(node)).collect();
                let cell = cell.clone();
                if self.config.hints {
                    for node in absent.into_iter().filter(|node| *node != env.node) {
                        self.hints.keep(&self.config, node, key, cell.clone(), effects);
                    }
                }
                self.operations.end(number);
            }
            What::Read { .. } => {
                if !answered {
                    effects.reply(request, Response::Refused(Refusal::NoQuorum));
                }
                self.end_read(env, number, effects);
            }
        }
    }
}

/// The newest of what was found, or all versions in it; of nothing the latest that was deleted.
fn newest(found: &[(NodeId, Option<Cell>)]) -> Option<Cell> {
    let cells = || found.iter().filter_map(|(_, cell)| cell.as_ref());
    let newest = cells().max_by_key(|cell| (place(Some(cell)), cell.version)).cloned();
    newest.map(|newest| cells().fold(newest, Cell::with))
}

/// Who has less than that.
fn behind(found: &[(NodeId, Option<Cell>)], newest: Option<&Cell>) -> Vec<NodeId> {
    found.iter().filter(|(_, cell)| lacks(cell.as_ref(), newest)).map(|(node, _)| *node).collect()
}

/// Whether what one has is less than the newest. What is collected is nothing.
fn lacks(cell: Option<&Cell>, newest: Option<&Cell>) -> bool {
    match (place(cell).and(cell), place(newest).and(newest)) {
        (Some(cell), Some(newest)) => cell.lacks(newest),
        (None, newest) => newest.is_some(),
        (Some(_), None) => false,
    }
}

/// Where what was found stands; what is collected is nothing.
fn place(cell: Option<&Cell>) -> Option<Accepted> {
    cell.filter(|cell| !cell.is_collected()).map(Cell::accepted)
}
