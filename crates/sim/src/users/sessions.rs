//! What a client knows of its own doings, dataset by dataset, and what follows from it for whom it asks: C3, C4. The session of somebody who
//! comes back lasts from request to request, that of a stranger for one.

use crate::config::{Config, ReadFrom};
use crate::users::said::OperationKind;
use engine::{Span, Time};
use protocol::{Key, Seen, Version, Whom};

/// The session of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Session(u32);

impl Session {
    /// That of a client that has none yet.
    pub(super) const NONE: Session = Session(u32::MAX);
}

/// What sessions keep account of what they have seen of a dataset for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Account {
    /// They do not.
    None,
    /// To read no less than that: what is written carries nothing of it.
    OfItself,
    /// That others read no less either who have read what they write.
    OfCauses,
    /// To replace what they have read, and nothing else: of each key by itself. Some also read no less than that.
    OfKeys { floor: bool },
}

impl Account {
    fn of(dataset: u16, config: &Config) -> Account {
        let keeps_account = config.keeps_account(dataset);
        match keeps_account {
            floor if config.datasets[usize::from(dataset)].contexts => Account::OfKeys { floor },
            true if config.read_by(dataset).any(|from| from.means().needs_causes()) => Account::OfCauses,
            true => Account::OfItself,
            false => Account::None,
        }
    }
}

/// All sessions, each with a row for every dataset. What no step asks for is not kept.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    datasets: usize,
    /// How many there have been at the same time, and those of them that have ended.
    most: u32,
    ended: Vec<Session>,
    /// The highest version written or read.
    tokens: Vec<Version>,
    /// What they have seen of datasets that nobody leads, and by dataset what for.
    seen: Option<Vec<Seen>>,
    accounts: Vec<Account>,
    /// When a write was last acknowledged.
    wrote: Option<Vec<Option<Time>>>,
    /// Whose replica answered the last read.
    answered: Option<Vec<Option<u16>>>,
}

impl Sessions {
    pub(super) fn new(config: &Config) -> Sessions {
        let steps = config.requests.iter().flat_map(|request| &request.steps);
        let asked: Vec<Whom> = steps.map(|step| step.read_from().means().whom).collect();
        let accounts: Vec<Account> = (0..config.datasets.len() as u16).map(|set| Account::of(set, config)).collect();
        Sessions {
            datasets: config.datasets.len(),
            most: 0,
            ended: Vec::new(),
            tokens: Vec::new(),
            seen: accounts.iter().any(|account| *account != Account::None).then(Vec::new),
            accounts,
            wrote: asked.contains(&Whom::LeaderAfterWrite).then(Vec::new),
            answered: asked.contains(&Whom::TheSame).then(Vec::new),
        }
    }

    /// A session begins, of a client that has done nothing yet.
    pub(super) fn begin(&mut self) -> Session {
        let session = self.ended.pop().unwrap_or_else(|| {
            self.most += 1;
            Session(self.most - 1)
        });
        let first = self.place(session, 0);
        renew(&mut self.tokens, first, self.datasets, Version::NONE);
        self.seen.iter_mut().for_each(|seen| renew(seen, first, self.datasets, Seen::UNKNOWN));
        self.wrote.iter_mut().for_each(|wrote| renew(wrote, first, self.datasets, None));
        self.answered.iter_mut().for_each(|answered| renew(answered, first, self.datasets, None));
        session
    }

    /// What a session knew is forgotten.
    pub(super) fn end(&mut self, session: Session) {
        self.ended.push(session);
    }

    fn place(&self, of: Session, dataset: u16) -> usize {
        of.0 as usize * self.datasets + usize::from(dataset)
    }

    /// The highest version of a dataset that a client has written or read.
    pub(super) fn token(&self, of: Session, dataset: u16) -> Version {
        self.tokens[self.place(of, dataset)]
    }

    /// What a client has seen of a dataset, as far as an operation of this kind on this key takes it along.
    pub(super) fn seen(&self, of: Session, dataset: u16, (kind, key): (OperationKind, u32)) -> Seen {
        let Some(seen) = self.seen.as_ref().map(|seen| &seen[self.place(of, dataset)]) else { return Seen::UNKNOWN };
        match (self.accounts[usize::from(dataset)], kind) {
            (Account::None, _) => Seen::UNKNOWN,
            (Account::OfItself, OperationKind::Write) => Seen::nothing(),
            (Account::OfKeys { floor: false }, OperationKind::Read) => Seen::nothing(),
            (Account::OfKeys { .. }, _) => seen.of_key(Key(key)),
            _ if seen.is_kept() => seen.clone(),
            _ => Seen::nothing(),
        }
    }

    /// A client's operation on a dataset has ended well, with this version, and what was seen with it.
    pub(super) fn learn(&mut self, of: Session, dataset: u16, (version, seen): (Version, &Seen)) {
        let place = self.place(of, dataset);
        self.tokens[place] = version.max(self.tokens[place]);
        self.seen.iter_mut().for_each(|known| known[place].merge(seen));
    }

    /// A client's write to a dataset was acknowledged.
    pub(super) fn has_written(&mut self, of: Session, dataset: u16, at: Time) {
        let place = self.place(of, dataset);
        self.wrote.iter_mut().for_each(|wrote| wrote[place] = Some(at));
    }

    /// A client's read of a dataset was answered by the replica of this region.
    pub(super) fn has_read(&mut self, of: Session, dataset: u16, by: u16) {
        let place = self.place(of, dataset);
        self.answered.iter_mut().for_each(|answered| answered[place] = Some(by));
    }

    /// By which rule a client reads now that is to read by this one, and whose replica it asks again.
    pub(super) fn reads(
        &self,
        of: Session,
        (dataset, rule, within): (u16, ReadFrom, Span),
        now: Time,
    ) -> (ReadFrom, Option<u16>) {
        let place = self.place(of, dataset);
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
            + self
                .seen
                .as_ref()
                .map_or(0, |seen| seen.iter().map(|seen| size_of::<Seen>() + 3 * seen.bytes() as usize).sum())
            + self.ended.len() * size_of::<Session>()
    }
}

/// Make the rows from one on what they are to begin with.
fn renew<T: Clone>(rows: &mut Vec<T>, first: usize, rows_of_one: usize, to: T) {
    if rows.len() < first + rows_of_one {
        rows.resize(first + rows_of_one, to.clone());
    }
    rows[first..first + rows_of_one].fill(to);
}
