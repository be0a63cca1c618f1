//! How the operations of users ended of late, as a picture needs it.

use super::counts::{Counts, NOWHERE, RECENT};
use super::recorder::Recorder;
use super::waiting::Late;
use engine::FlatMap;
use serde::{Deserialize, Serialize};

/// How the operations of a population ended over the last five seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Endings {
    /// Well and quickly.
    pub fresh: u32,
    /// Well, but later than [`super::SLOW`].
    pub slow: u32,
    /// With a value older than the latest acknowledged.
    pub stale: u32,
    /// Answered with a no: the value did not take the change.
    pub declined: u32,
    /// Refused or failed.
    pub refused: u32,
    /// Timed out.
    pub timed_out: u32,
    /// None of these: under way for longer than [`super::LONG`] at the end of the last second.
    pub waiting: u32,
    /// The region most of their last requests went to.
    pub region: Option<u16>,
}

impl Endings {
    /// What is counted, without where.
    pub(super) fn of(counts: &Counts) -> Endings {
        let timed_out = counts.silent();
        Endings {
            fresh: counts.succeeded - counts.slow - counts.stale,
            slow: counts.slow,
            stale: counts.stale,
            declined: counts.declined,
            refused: counts.failed() - timed_out,
            timed_out,
            waiting: 0,
            region: None,
        }
    }

    fn add(&mut self, more: &Endings) {
        self.fresh += more.fresh;
        self.slow += more.slow;
        self.stale += more.stale;
        self.declined += more.declined;
        self.refused += more.refused;
        self.timed_out += more.timed_out;
    }
}

impl Recorder {
    /// What of a population waits for long at the end of a second.
    pub(super) fn late(&self, second: usize, population: u16) -> Late {
        let late = self.tapes.seconds.waiting.get(second).and_then(|second| second.late.get(usize::from(population)));
        late.copied().unwrap_or_default()
    }

    /// How the operations of a population ended over the seconds before this one.
    pub(crate) fn endings(&self, population: u16, second: usize) -> Endings {
        let until = second.min(self.tapes.seconds.outcomes.len());
        let waiting = until.checked_sub(1).map_or(0, |last| self.late(last, population).waiting);
        let mut endings = Endings { waiting, ..Endings::default() };
        let mut regions = FlatMap::<u16, u32>::new();
        for outcomes in &self.tapes.seconds.outcomes[until.saturating_sub(RECENT)..until] {
            for (series, counts) in outcomes.iter().filter(|(series, _)| series.population == population) {
                endings.add(&Endings::of(counts));
                if series.region != NOWHERE {
                    *regions.get_or_default(series.region) += counts.succeeded + counts.declined + counts.failed();
                }
            }
        }
        endings.region = regions.into_iter().max_by_key(|(region, count)| (*count, u16::MAX - region)).map(|(r, _)| r);
        endings
    }
}
