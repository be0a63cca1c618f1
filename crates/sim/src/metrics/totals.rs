//! Whether all accounts of a ledger together hold what they began with, in every copy and at every moment. D9.
//!
//! Whoever makes a transfer says at once if it paid out what it did not pay in; what becomes of copies otherwise is seen when a second is over.

use super::metric::Metric;
use super::record::{Facts, Family, When};
use crate::trace::data;
use engine::Time;
use protocol::Fact;
use values::Kind;

/// What is seen is a verdict, and nothing is counted.
pub(super) const METRICS: &[Metric] = &[];

/// By dataset, if its keys are ledgers.
#[derive(Clone, Debug)]
pub(crate) struct Totals(Vec<Option<Total>>);

/// All accounts of all keys of a dataset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Total {
    /// What they hold together.
    pub(crate) whole: i64,
    /// How far some copy was from that at most.
    pub(crate) most: u64,
    pub(crate) first: Option<Off>,
}

/// A copy that does not hold what there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Off {
    pub(crate) when: When,
    /// Whose copy.
    pub(crate) region: u16,
    /// The transfer that is seen to have made it so, and its key.
    pub(crate) of: Option<(u64, u32)>,
    /// How much too much; below zero, too little.
    pub(crate) by: i64,
}

impl Family for Totals {
    type Second = ();

    fn new(facts: &Facts) -> Totals {
        let total = |(kind, (keys, _)): (&Kind, &(u32, u32))| match kind {
            Kind::Ledger { accounts, initial } => {
                let whole = i64::from(*keys) * i64::from(*accounts) * i64::from(*initial);
                Some(Total { whole, most: 0, first: None })
            }
            _ => None,
        };
        Totals(facts.kinds.iter().zip(&facts.keys).map(total).collect())
    }

    fn data(&mut self, at: Time, event: u64, fact: &data::Fact) {
        let when = When { at, event };
        match *fact {
            data::Fact::SumGauge { dataset, region, sum } => {
                if let Some(total) = &mut self.0[usize::from(dataset)] {
                    total.see(Off { when, region, of: None, by: sum - total.whole });
                }
            }
            data::Fact::Replica { dataset, region, fact: Fact::Gave { write, key, amount, .. } } => {
                if let Some(total) = &mut self.0[usize::from(dataset)] {
                    total.see(Off { when, region, of: Some((write.0, key.0)), by: -amount });
                }
            }
            _ => {}
        }
    }

    fn end_second(&mut self) {}
}

impl Total {
    fn see(&mut self, off: Off) {
        if off.by != 0 {
            self.most = self.most.max(off.by.unsigned_abs());
            self.first.get_or_insert(off);
        }
    }
}

impl Totals {
    /// What is known of a dataset, if its keys are ledgers.
    pub(super) fn of(&self, dataset: u16) -> Option<&Total> {
        self.0[usize::from(dataset)].as_ref()
    }
}
