//! Sales of what was not there: confirmed by copies that knew too little, found when these have met, and called off some time later in one region, whose
//! customers are told (D14; Garcia-Molina and Salem 1987, Sagas, SIGMOD: what cannot be undone is compensated). The latest go first, by their stamps.
//!
//! One region decides, once for all, so that no two cancel for the same units; and some time after it has seen too much sold, since of what is under way to it
//! some may be later. Decisions are changes of an author of their own, as those of people are.

use super::MultiLeader;
use super::message::{Effects, Timer};
use protocol::{Accepted, Env, Fact, Key};
use values::Kind;

impl MultiLeader {
    /// Whether sales are called off here.
    pub(super) fn validates(&self, env: &Env) -> bool {
        self.config.compensation.is_some_and(|compensation| compensation.at == env.node)
    }

    /// By how much more than there was is sold of a key, as far as is known here.
    fn oversold(&self, key: Key) -> i64 {
        let Kind::Stock { initial, .. } = self.config.kind else { return 0 };
        self.kept.cells.given(key) - i64::from(initial)
    }

    /// The copy of a key has changed: if too much is sold of it, that is seen to in a while.
    pub(super) fn watch(&mut self, env: &Env, key: Key, effects: &mut Effects) {
        let Some(compensation) = self.config.compensation.filter(|of| of.at == env.node) else { return };
        let (units, after) = (self.oversold(key), compensation.after);
        if units > 0 && self.validating.insert(key) {
            effects.note(Fact::Oversold { key, units, after });
            effects.timer(Timer::Validate(key), after);
        }
    }

    /// The while is over: what is still sold too much is called off, sale by sale.
    pub(super) fn validate(&mut self, env: &Env, key: Key, effects: &mut Effects) {
        self.validating.remove(&key);
        let mut held = self.kept.cells.held(key);
        let sales = held.sales.latest(self.oversold(key));
        let Some((_, last)) = sales.first() else { return };
        let (write, version) = (last.accepted.write, self.stamp(env));
        let at = self.decided(env, Accepted { write, version });
        for (author, sale) in &sales {
            let Accepted { write, version } = sale.accepted;
            held.sales.cancel(at.author, (*author, version));
            effects.note(Fact::Cancelled { write, key, version, units: sale.units });
        }
        held.value.take_back(sales.iter().map(|(_, sale)| sale.units).sum(), &at);
        held.past.add(&at);
        self.kept.cells.merge(key, &held, version, effects);
        self.keep_for_others(env, env.node, key);
        self.ship(effects);
    }
}
