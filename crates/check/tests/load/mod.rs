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
    /// A read in the middle answers with something that was overwritten long before.
    pub stale: bool,
}

/// A linearizable history: each operation takes effect at a random instant while it is pending.
pub fn history(load: Load) -> History {
    let mut random = Random(load.seed);
    let mut points: Vec<(u64, u64, u64)> = Vec::new(); // (effect, invoked, completed)
    for client in 0..CLIENTS {
        let mut now = random.below(100);
        for _ in 0..load.operations / CLIENTS {
            let (wait, work) = (1 + random.below(20), 1 + random.below(1000));
            let invoked = now + wait;
            let effect = invoked + random.below(work + 1);
            points.push((effect * 64 + client, invoked * 64 + client, (invoked + work) * 64 + client));
            now = invoked + work + 1;
        }
    }
    points.sort_unstable();
    let mut value = None;
    let mut old = None;
    let mut operations = Vec::new();
    for (id, (_, invoked, completed)) in points.into_iter().enumerate() {
        let id = id as u64;
        let mut completed = Some(completed);
        let new = load.distinct.map_or(id, |distinct| random.below(distinct));
        let draw = random.below(100);
        let call = match value {
            Some(from) if draw < load.cas_percent => Call::Cas { from, to: new },
            _ if draw < 50 => Call::Write { value: new },
            _ => Call::Read { value },
        };
        let unknown = !matches!(call, Call::Read { .. }) && random.below(100) < load.unknown_percent;
        let mut call = call;
        match call {
            Call::Write { value: new } | Call::Cas { to: new, .. } if !unknown || random.below(2) == 0 => {
                value = Some(new)
            }
            _ => {}
        }
        if unknown {
            completed = None;
        }
        if id == load.operations / 4 {
            old = value;
        }
        if load.stale && id > load.operations / 2 && matches!(call, Call::Read { .. }) && old.is_some() {
            call = Call::Read { value: if load.distinct.is_some() { Some(99) } else { old } };
            old = None;
        }
        operations.push(Operation { id, process: invoked % 64, key: 0, call, invoked, completed });
    }
    History::new(operations)
}
