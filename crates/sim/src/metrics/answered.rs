//! What regions answered of late, by dataset and shard, for the picture of an instant: who is asked much and who little.

use super::counts::RECENT;
use super::metric::Metric;
use super::record::{Facts, Family};
use crate::trace::OperationKind;
use crate::trace::users::Fact;
use engine::Time;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

pub(super) const METRICS: &[Metric] = &[];

/// What the replica of a dataset in a region answered over the last five seconds that are over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// The dataset.
    pub dataset: u16,
    /// Reads.
    pub reads: u32,
    /// Writes, also those that it declined.
    pub writes: u32,
}

/// Counts the second under way, and keeps the last ones: nothing of it outlasts them.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    datasets: usize,
    /// By region, then dataset.
    second: Vec<Answers>,
    recent: VecDeque<Vec<Answers>>,
}

impl Family for Answered {
    type Second = ();

    fn new(facts: &Facts) -> Answered {
        let datasets = facts.placement.len();
        let of = |place: usize| Answers { dataset: (place % datasets) as u16, ..Answers::default() };
        Answered { datasets, second: (0..facts.regions * datasets).map(of).collect(), recent: VecDeque::new() }
    }

    fn users(&mut self, _: Time, _: u64, fact: &Fact) {
        let Fact::OperationEnded(info, ending) = fact else { return };
        let Some(dataset) = info.dataset.filter(|_| ending.error.is_none_or(|error| error.is_answer())) else { return };
        let place = usize::from(ending.served_by) * self.datasets + usize::from(dataset);
        let Some(answers) = self.second.get_mut(place) else { return };
        match info.kind {
            OperationKind::Read => answers.reads += 1,
            OperationKind::Write => answers.writes += 1,
            OperationKind::Call => {}
        }
    }

    fn end_second(&mut self) {
        // The room of the oldest serves the next.
        let mut next = if self.recent.len() < RECENT { None } else { self.recent.pop_front() }.unwrap_or_default();
        next.clone_from(&self.second);
        self.recent.push_back(next);
        self.second.iter_mut().for_each(|answers| (answers.reads, answers.writes) = (0, 0));
    }

    fn weight(&self) -> usize {
        (self.recent.len() + 1) * self.second.len() * size_of::<Answers>()
    }
}

impl Answered {
    /// What a region has answered of late, of each dataset of which it was anything.
    pub(crate) fn by(&self, region: u16) -> Vec<Answers> {
        let places = usize::from(region) * self.datasets..(usize::from(region) + 1) * self.datasets;
        let of = |place: usize| {
            let sum = |sum: Answers, second: &Vec<Answers>| {
                let Answers { dataset, reads, writes } = second[place];
                Answers { dataset, reads: sum.reads + reads, writes: sum.writes + writes }
            };
            self.recent.iter().fold(Answers::default(), sum)
        };
        places.map(of).filter(|answers| answers.reads + answers.writes > 0).collect()
    }
}
