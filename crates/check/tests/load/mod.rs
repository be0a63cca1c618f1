//! Histories of any length: 20 clients that are nearly always waiting for an answer.

use check::{Call, History, Operation};

const CLIENTS: u64 = 20;

/// A small generator, so that the histories are the same on every machine (Steele, Lea & Flood, "SplitMix64", 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// What the clients do.
#[derive(Clone, Copy, Default)]
pub struct Load {
    pub operations: u64,
    pub seed: u64,
    /// Values are 0..distinct; none: each write leaves its own number.
    pub distinct: Option<u64>,
    pub cas_percent: u64,
    /// Writes whose outcome stays unknown; half of them take effect.
    pub unknown_percent: u64,
    /// A read in the second half answers with something that was overwritten long before.
    pub stale: bool,
}

/// A linearizable history, unless `stale`: each operation takes effect at a random instant while it is pending.
pub fn history(load: Load) -> History {
    let mut random = Random(load.seed);
    let mut value = None;
    let mut operations = Vec::new();
    for (id, (invoked, completed)) in (0..).zip(intervals(load, &mut random)) {
        let new = load.distinct.map_or(id, |distinct| random.below(distinct));
        let draw = random.below(100);
        let call = match value {
            Some(from) if draw < load.cas_percent => Call::Cas { from, to: new },
            _ if draw < 50 => Call::Write { value: new },
            _ => Call::Read { value },
        };
        let writes = !matches!(call, Call::Read { .. });
        let unknown = writes && random.below(100) < load.unknown_percent;
        if writes && (!unknown || random.below(2) == 0) {
            value = Some(new);
        }
        let took = (!unknown).then_some(completed - invoked);
        operations.push(Operation { id, process: invoked % 64, key: 0, call, invoked, took });
    }
    if load.stale {
        spoil(&mut operations);
    }
    History::new(operations)
}

/// When operations begin and end, in the order in which they take effect. All instants differ.
fn intervals(load: Load, random: &mut Random) -> Vec<(u64, u64)> {
    let mut points = Vec::new();
    for client in 0..CLIENTS {
        let mut now = random.below(100);
        for _ in 0..load.operations / CLIENTS {
            let (wait, work) = (1 + random.below(20), 1 + random.below(1000));
            let invoked = now + wait;
            let effect = invoked + random.below(work + 1);
            points.push((effect * 64 + client, (invoked * 64 + client, (invoked + work) * 64 + client)));
            now = invoked + work + 1;
        }
    }
    points.sort_unstable();
    points.into_iter().map(|(_, interval)| interval).collect()
}

/// Lets a read in the second half answer with a value that was overwritten for certain, long before it began, and not written again.
fn spoil(operations: &mut [Operation]) {
    let written = |call: &Call| match *call {
        Call::Read { .. } => None,
        Call::Write { value } | Call::Cas { to: value, .. } => Some(value),
    };
    for place in operations.len() / 2..operations.len() {
        let (Operation { call: Call::Read { .. }, invoked, .. }, Some(answered)) =
            (&operations[place], operations[place].completed())
        else {
            continue;
        };
        let long_before = invoked.saturating_sub(2_000 * 64);
        let is_over =
            |write: &&Operation| write.completed().is_some_and(|at| at < long_before) || write.invoked > answered;
        let stale = operations[..place].iter().filter_map(|write| written(&write.call)).find(|&value| {
            operations.iter().filter(|write| written(&write.call) == Some(value)).all(|write| is_over(&write))
        });
        if let Some(stale) = stale {
            operations[place].call = Call::Read { value: Some(stale) };
            return;
        }
    }
    panic!("every value is written all the time: a stale read would be possible");
}
