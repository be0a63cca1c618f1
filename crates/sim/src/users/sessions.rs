//! What a client knows of its own doings, dataset by dataset, and what follows from it for whom it asks: C3, C4. A client in a closed loop is one user,
//! and its session lasts from request to request; in an open one it lasts for a request.

use crate::config::{Config, ReadFrom};
use engine::{Key, Span, Time};
use protocol::{Version, Whom};

/// The sessions of all clients, by slot of the client, then dataset. What no step asks for is not kept.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    datasets: usize,
    /// The highest version written or read.
    tokens: Vec<Version>,
    /// When a write was last acknowledged.
    wrote: Option<Vec<Option<Time>>>,
    /// Whose replica answered the last read.
    answered: Option<Vec<Option<u16>>>,
}

impl Sessions {
    pub(super) fn new(config: &Config) -> Sessions {
        let steps = config.requests.iter().flat_map(|request| &request.steps);
        let asked: Vec<Whom> = steps.map(|step| step.read_from().means().whom).collect();
        Sessions {
            datasets: config.datasets.len(),
            tokens: Vec::new(),
            wrote: asked.contains(&Whom::LeaderAfterWrite).then(Vec::new),
            answered: asked.contains(&Whom::TheSame).then(Vec::new),
        }
    }

    /// A client begins that has done nothing yet.
    pub(super) fn begin(&mut self, client: Key) {
        let first = client.index() as usize * self.datasets;
        renew(&mut self.tokens, first, self.datasets, Version::NONE);
        self.wrote.iter_mut().for_each(|wrote| renew(wrote, first, self.datasets, None));
        self.answered.iter_mut().for_each(|answered| renew(answered, first, self.datasets, None));
    }

    fn place(&self, client: Key, dataset: u16) -> usize {
        client.index() as usize * self.datasets + usize::from(dataset)
    }

    /// The highest version of a dataset that a client has written or read.
    pub(super) fn token(&self, client: Key, dataset: u16) -> Version {
        self.tokens[self.place(client, dataset)]
    }

    /// A client's operation on a dataset has ended well, with this version.
    pub(super) fn learn(&mut self, client: Key, dataset: u16, version: Version) {
        let place = self.place(client, dataset);
        self.tokens[place] = version.max(self.tokens[place]);
    }

    /// A client's write to a dataset was acknowledged.
    pub(super) fn has_written(&mut self, client: Key, dataset: u16, at: Time) {
        let place = self.place(client, dataset);
        self.wrote.iter_mut().for_each(|wrote| wrote[place] = Some(at));
    }

    /// A client's read of a dataset was answered by the replica of this region.
    pub(super) fn has_read(&mut self, client: Key, dataset: u16, by: u16) {
        let place = self.place(client, dataset);
        self.answered.iter_mut().for_each(|answered| answered[place] = Some(by));
    }

    /// By which rule a client reads now that is to read by this one, and whose replica it asks again.
    pub(super) fn reads(
        &self,
        client: Key,
        (dataset, rule, within): (u16, ReadFrom, Span),
        now: Time,
    ) -> (ReadFrom, Option<u16>) {
        let place = self.place(client, dataset);
        match rule.means().whom {
            Whom::LeaderAfterWrite => {
                let wrote = self.wrote.as_ref().and_then(|wrote| wrote[place]);
                let pinned = wrote.is_some_and(|at| now < at + within);
                (if pinned { ReadFrom::Leader } else { rule }, None)
            }
            Whom::TheSame => (rule, self.answered.as_ref().and_then(|answered| answered[place])),
            Whom::Leader | Whom::Own | Whom::NearestHealthy => (rule, None),
        }
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        self.tokens.len() * size_of::<Version>()
            + self.wrote.as_ref().map_or(0, Vec::len) * size_of::<Option<Time>>()
            + self.answered.as_ref().map_or(0, Vec::len) * size_of::<Option<u16>>()
    }
}

/// Make the rows from one on what they are to begin with.
fn renew<T: Copy>(rows: &mut Vec<T>, first: usize, rows_of_one: usize, to: T) {
    if rows.len() < first + rows_of_one {
        rows.resize(first + rows_of_one, to);
    }
    rows[first..first + rows_of_one].fill(to);
}
