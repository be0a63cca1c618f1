//! When nobody asks: neither begins anything nor tries again.

use super::outages::LONG;
use engine::Time;

/// When those of a group asked last, and when they did not for long.
#[derive(Clone, Debug, Default)]
pub(super) struct Pauses {
    last: Option<Time>,
    pauses: Vec<(Time, Time)>,
}

impl Pauses {
    /// Somebody asks.
    pub(super) fn asked(&mut self, at: Time) {
        let last = self.last.replace(at);
        self.pauses.extend(last.filter(|last| at.since(*last) >= LONG).map(|last| (last, at)));
    }

    /// When somebody asked last, from an instant on at which somebody did.
    pub(super) fn last(&self, since: Time) -> Time {
        self.last.unwrap_or(since).max(since)
    }

    /// In so many whole seconds between two instants nobody asked, counting pauses of [`LONG`] and more.
    pub(super) fn within(&self, from: Time, until: Time) -> u32 {
        let within = |(last, next): &(Time, Time)| (*next).min(until).since((*last).max(from)).as_secs_f64() as u32;
        self.pauses.iter().map(within).sum()
    }

    /// Nothing before an instant is asked about any more.
    pub(super) fn forget(&mut self, before: Time) {
        self.pauses.retain(|(_, next)| *next > before);
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        self.pauses.len() * size_of::<(Time, Time)>()
    }
}
