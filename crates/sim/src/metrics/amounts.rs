//! What clients were told of values that count, against what replicas hold: what is promised beyond what there was, and what is
//! confirmed and not accounted for. D9.
//!
//! What clients were told is held against what there was, to which belongs all that replicas say was put in, as often as they put it in. What may
//! have been executed and was not told yet is given the benefit of the doubt: a breach is one whatever has become of it.

use super::made::Made;
use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Facts, Family, Record, When};
use crate::sites::Sites;
use crate::trace::{Ending, OperationInfo, OperationKind, data, faults, users};
use engine::{FlatMap, Time, TreeMap};
use protocol::{Epoch, Fact, Version};
use values::{Change, Kind, Verb};

const FILTERS: &[Filter] = &[Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    // Units sold that were not there, money paid out that nobody had, names given away again; fewer where sales are cancelled.
    Metric {
        id: "oversold",
        title: "promised beyond what there was",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(counts(record, query).map(|counts| counts.beyond as f64).sum::<f64>().max(0.0)),
    },
    // What was cancelled of it does not count any more from then on.
    Metric {
        id: "cancelled",
        title: "units sold beyond the stock and cancelled",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(counts(record, query).map(|counts| counts.cancelled as f64).sum()),
    },
    Metric {
        id: "cancellation-cost",
        title: "what cancelled units cost",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(counts(record, query).map(|counts| counts.cost as f64).sum()),
    },
    // At the end of the window, of the datasets whose replicas with power agree and lack nothing: what clients were told was added or taken, and is
    // not in the sum of their values, or too much in it.
    Metric {
        id: "unaccounted",
        title: "confirmed and not accounted for",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            let last = query.seconds::<Amounts>(record).last()?;
            let judged = || query.of_dataset(last).filter(|counts| !counts.open);
            judged().next()?;
            Some(judged().map(|counts| counts.off as f64).sum())
        },
    },
    // At the end of the window, in a region, or of each dataset and shard where it is most: units sold, likes, posts, elements, money, names that
    // somebody has.
    Metric {
        id: "sum",
        title: "what all values come to",
        unit: Unit::Signed,
        filters: &[Filter::Dataset, Filter::Region, Filter::Window],
        of: |record, query| {
            let last = query.seconds::<Amounts>(record).last()?;
            let wanted = |(region, _): &&(u16, i64)| query.region.is_none_or(|of| of == *region);
            let most = |counts: &Counts| counts.sums.iter().filter(wanted).map(|(_, sum)| *sum as f64).reduce(f64::max);
            query.of_dataset(last).filter_map(most).reduce(|all, sum| all + sum)
        },
    },
];

fn counts<'a>(record: &'a dyn Record, query: &'a Query) -> impl Iterator<Item = &'a Counts> {
    query.seconds::<Amounts>(record).iter().flat_map(move |second| query.of_dataset(second))
}

/// By dataset: what was found in a second.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// How much more was promised beyond what there was, less what was cancelled of that.
    beyond: i64,
    /// Units cancelled, and what they cost.
    cancelled: i64,
    cost: i64,
    /// How far what all replicas agree on is from what clients were told, at the end of the second.
    off: i64,
    /// They do not agree yet, or somebody lacks something.
    open: bool,
    /// By region: what its values come to then.
    sums: Vec<(u16, i64)>,
}

/// The books of all datasets whose values count.
#[derive(Clone, Debug)]
pub(crate) struct Amounts {
    sets: Vec<Option<Books>>,
    /// By request and step.
    changes: Vec<Vec<Option<Change>>>,
}

/// The books of one dataset.
#[derive(Clone, Debug)]
struct Books {
    kind: Kind,
    /// What all values come to by what was confirmed.
    confirmed: i64,
    /// How much more and how much less it may be, by what is under way or of unknown outcome.
    more: i64,
    less: i64,
    /// By region: what its values came to last.
    sums: FlatMap<u16, i64>,
    /// Who lacks something in the second under way.
    behind: Sites,
    /// How much more all replicas had than was confirmed at the end of the last second, if they agreed and nobody lacked anything; below zero, less.
    agreed: Option<i64>,
    made: Made,
    /// By write under way or of unknown outcome that sells what its customer holds: how much it sold as which version, as often as it was made.
    commits: TreeMap<Vec<(Version, i64)>>,
    /// By key that was changed, of a ledger by account: what was given away, and what there was to give at most beside what it began with.
    given: TreeMap<Given>,
    /// The first operation that promised more than there was.
    first: Option<Breach>,
    beyond: i64,
    /// What a unit costs that is cancelled.
    cancel_cost: i64,
    /// By stamp: the sales that were cancelled. Whoever has forgotten it with its disk cancels them again.
    cancelled: TreeMap<()>,
    /// By stamp: how many units of a sale a client was told of, where it may be cancelled. Of one that was made twice he is told once.
    told: TreeMap<i64>,
    counts: Counts,
}

/// What was given away of a key.
#[derive(Clone, Copy, Debug, Default)]
struct Given {
    confirmed: i64,
    /// Was put in, whether anybody was told or not.
    refilled: i64,
    /// Beyond what there was, at most.
    beyond: i64,
    cancelled: i64,
}

/// An operation after which more is promised than there was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Breach {
    pub(crate) when: When,
    pub(crate) operation: OperationInfo,
    /// Of a ledger; otherwise 0.
    pub(crate) account: u8,
    /// How much was promised of the key by then, and how much there was at most.
    pub(crate) promised: i64,
    pub(crate) was: i64,
}

impl Family for Amounts {
    type Second = Vec<Counts>;

    fn new(facts: &Facts) -> Amounts {
        let books = |((kind, (keys, _)), cancel_cost): ((&Kind, &(u32, u32)), &u32)| {
            let confirmed = i64::from(*keys) * begins_with(kind);
            (*kind != Kind::Register).then(|| Books {
                kind: kind.clone(),
                confirmed,
                more: 0,
                less: 0,
                sums: FlatMap::new(),
                behind: Sites::NONE,
                agreed: None,
                made: Made::default(),
                commits: TreeMap::new(),
                given: TreeMap::new(),
                first: None,
                beyond: 0,
                cancel_cost: (*cancel_cost).into(),
                cancelled: TreeMap::new(),
                told: TreeMap::new(),
                counts: Counts::default(),
            })
        };
        let sets = facts.kinds.iter().zip(&facts.keys).zip(&facts.cancel_costs).map(books).collect();
        Amounts { sets, changes: facts.changes.clone() }
    }

    fn users(&mut self, at: Time, event: u64, fact: &users::Fact) {
        match fact {
            users::Fact::OperationStarted(info) => {
                if let Some((books, change)) = self.changed(info) {
                    books.on_started(info, change);
                }
            }
            users::Fact::OperationEnded(info, ending) => {
                if let Some((books, change)) = self.changed(info) {
                    books.on_ended(When { at, event }, info, ending, change);
                }
            }
            _ => {}
        }
    }

    fn data(&mut self, at: Time, event: u64, fact: &data::Fact) {
        let (data::Fact::Replica { dataset, .. }
        | data::Fact::SumGauge { dataset, .. }
        | data::Fact::StreamGauge { dataset, .. }) = *fact
        else {
            return;
        };
        let Some(books) = &mut self.sets[usize::from(dataset)] else { return };
        match *fact {
            data::Fact::SumGauge { region, sum, .. } => _ = books.sums.insert(region, sum),
            data::Fact::StreamGauge { to, entries, .. } if entries > 0 => books.behind.insert(to),
            data::Fact::Replica { fact: Fact::Appended { write, key, version }, .. }
            | data::Fact::Replica { fact: Fact::Stored { write, key, version, .. }, .. }
            | data::Fact::Replica { fact: Fact::Changed { write, key, at: version, .. }, .. } => {
                books.made.on_made(When { at, event }, (write.0, key.0), version);
            }
            data::Fact::Replica {
                fact: Fact::Merged { .. } | Fact::Truncated { .. } | Fact::Restored { .. }, ..
            } => {
                books.made.on_changed(When { at, event });
            }
            data::Fact::Replica { fact: Fact::Gave { write, key, version, amount }, .. } => {
                books.on_gave(write.0, key.0, version, amount);
            }
            data::Fact::Replica { fact: Fact::Cancelled { key, version, units, .. }, .. } => {
                books.on_cancelled(key.0, version, units);
            }
            data::Fact::Replica { fact: Fact::Moved { key, amount, to, .. }, .. } => {
                books.given.get_or_default(place(key.0, to)).refilled += i64::from(amount);
            }
            _ => {}
        }
    }

    /// What a replica without power held it shows to nobody.
    fn faults(&mut self, _: Time, _: u64, fact: &faults::Fact) {
        if let faults::Fact::RegionDown { region, .. } = fact {
            self.sets.iter_mut().flatten().for_each(|books| _ = books.sums.remove(region));
        }
    }

    fn end_second(&mut self) -> Vec<Counts> {
        self.sets.iter_mut().map(|set| set.as_mut().map_or_else(Counts::default, Books::end_second)).collect()
    }

    fn weight(&self) -> usize {
        let weight = |books: &Books| {
            books.given.len() * 2 * size_of::<Given>()
                + books.commits.len() * 64
                + books.made.weight()
                + books.cancelled.len() * 16
        };
        self.sets.iter().flatten().map(weight).sum()
    }
}

impl Amounts {
    /// The books of the dataset that an operation changes, and how.
    fn changed(&mut self, info: &OperationInfo) -> Option<(&mut Books, Change)> {
        let dataset = info.dataset.filter(|_| info.kind == OperationKind::Write)?;
        let change = (*self.changes.get(usize::from(info.request))?.get(usize::from(info.step))?)?;
        Some((self.sets[usize::from(dataset)].as_mut()?, change.between(info.accounts)))
    }

    /// Whether more may be promised of a dataset than there is.
    pub(crate) fn has_bounds(&self, dataset: u16) -> bool {
        let books = self.sets[usize::from(dataset)].as_ref();
        books.is_some_and(|books| limit(&books.kind) < UNBOUNDED)
    }

    /// Whether what the values of a dataset come to is the sum of the changes that are made to them.
    pub(crate) fn counts(&self, dataset: u16) -> bool {
        self.sets[usize::from(dataset)].as_ref().is_some_and(|books| adds_up(&books.kind))
    }

    /// How much more all replicas with power had than was confirmed at the end of the last second, if they agreed and nobody lacked anything; below
    /// zero, less.
    pub(crate) fn unaccounted(&self, dataset: u16) -> Option<i64> {
        self.sets[usize::from(dataset)].as_ref()?.agreed
    }

    /// Which of its changes were made when.
    pub(crate) fn made(&self, dataset: u16) -> Option<&Made> {
        self.sets[usize::from(dataset)].as_ref().map(|books| &books.made)
    }

    /// How many sales of a dataset were cancelled.
    pub(crate) fn cancelled(&self, dataset: u16) -> usize {
        self.sets[usize::from(dataset)].as_ref().map_or(0, |books| books.cancelled.len())
    }

    /// How much was promised of a dataset beyond what there was and stands, and the first operation that did.
    pub(crate) fn breaches(&self, dataset: u16) -> (i64, Option<Breach>) {
        self.sets[usize::from(dataset)].as_ref().map_or((0, None), |books| (books.beyond, books.first))
    }
}

impl Given {
    /// How much was promised beyond what there was, and stands.
    fn oversold(&self) -> i64 {
        (self.beyond - self.cancelled).max(0)
    }
}

impl Books {
    fn on_started(&mut self, info: &OperationInfo, change: Change) {
        self.may(adds(change), 1);
        self.made.on_started(info.write);
        if change.verb == Verb::Commit {
            self.commits.insert(info.write, Vec::new());
        }
    }

    /// A replica made a change that gave so much away, or put so much in.
    fn on_gave(&mut self, write: u64, key: u32, version: Version, amount: i64) {
        if amount < 0 {
            self.given.get_or_default(place(key, 0)).refilled -= amount;
        } else if let Some(sold) = self.commits.get_mut(write) {
            sold.push((version, amount));
            self.may(amount, 1);
        }
    }

    /// A sale was called off: it is none any more, and what was sold beyond what there was is so much less.
    fn on_cancelled(&mut self, key: u32, version: Version, units: i64) {
        if self.cancelled.insert(version.lsn, ()).is_some() {
            return;
        }
        self.counts.cancelled += units;
        self.counts.cost += units * self.cancel_cost;
        if let Some(told) = self.told.get(version.lsn).copied() {
            self.is_none_any_more(key, told);
        }
    }

    /// A sale that its customer was told of is cancelled.
    fn is_none_any_more(&mut self, key: u32, units: i64) {
        self.confirmed -= units;
        // Of a stock there is one.
        let given = self.given.get_or_default(place(key, 0));
        let before = given.oversold();
        given.cancelled += units;
        let more = given.oversold() - before;
        self.beyond += more;
        self.counts.beyond += more;
    }

    fn on_ended(&mut self, when: When, info: &OperationInfo, ending: &Ending, change: Change) {
        self.made.on_ended(info.write, ending);
        if ending.error.is_some() && ending.may_have_happened {
            return;
        }
        self.may(adds(change), -1);
        let sold = self.commits.remove(info.write).unwrap_or_default();
        sold.iter().for_each(|(_, amount)| self.may(*amount, -1));
        if ending.error.is_some() {
            return;
        }
        let sold: i64 = sold.iter().filter(|(version, _)| *version == ending.version).map(|(_, amount)| amount).sum();
        self.confirmed += adds(change) + sold;
        let begins_with = limit(&self.kind);
        let [account, _] = change.accounts();
        let given = self.given.get_or_default(place(info.key, account));
        given.confirmed += gives(change) + sold;
        let was = begins_with + given.refilled;
        let before = given.oversold();
        given.beyond = (given.confirmed - was).max(given.beyond);
        let more = given.oversold() - before;
        if more > 0 {
            self.beyond += more;
            self.counts.beyond += more;
            let breach = Breach { when, operation: *info, account, promised: given.confirmed, was };
            self.first.get_or_insert(breach);
        }
        self.on_told(info.key, ending.version, gives(change) + sold);
    }

    /// A client was told of a sale. Where copies are merged it may be cancelled later, or may be so already.
    fn on_told(&mut self, key: u32, version: Version, units: i64) {
        let may_be_cancelled = matches!(self.kind, Kind::Stock { .. }) && version.epoch == Epoch(0) && units > 0;
        if may_be_cancelled
            && self.told.insert(version.lsn, units).is_none()
            && self.cancelled.get(version.lsn).is_some()
        {
            self.is_none_any_more(key, units);
        }
    }

    /// So much may have been added, or is known now.
    fn may(&mut self, amount: i64, times: i64) {
        let to = if amount > 0 { &mut self.more } else { &mut self.less };
        *to += amount * times;
    }

    /// How much more a sum is than what was confirmed, whatever became of what is under way; below zero, less.
    fn off(&self, sum: i64) -> i64 {
        let (least, most) = (self.confirmed + self.less, self.confirmed + self.more);
        sum - sum.clamp(least, most)
    }

    fn end_second(&mut self) -> Counts {
        // Whom nobody asks lacks nothing.
        let behind = std::mem::take(&mut self.behind);
        let lacking = self.sums.keys().any(|region| behind.contains(*region));
        let mut sums = self.sums.values();
        let first = sums.next().filter(|first| !lacking && sums.all(|sum| sum == *first));
        self.agreed = first.map(|sum| self.off(*sum));
        if adds_up(&self.kind) {
            (self.counts.off, self.counts.open) = (self.agreed.unwrap_or(0).abs(), self.agreed.is_none());
        }
        self.made.agree(self.agreed);
        self.counts.sums = self.sums.iter().map(|(region, sum)| (*region, *sum)).collect();
        std::mem::take(&mut self.counts)
    }
}

/// What a value comes to before its first change.
fn begins_with(kind: &Kind) -> i64 {
    match kind {
        Kind::Account { initial } => (*initial).into(),
        Kind::Ledger { accounts, initial } => i64::from(*accounts) * i64::from(*initial),
        _ => 0,
    }
}

/// Where in the books what is given away of a key is, or of an account of it.
fn place(key: u32, account: u8) -> u64 {
    u64::from(key) << u8::BITS | u64::from(account)
}

/// As much as nobody gives away.
const UNBOUNDED: i64 = i64::MAX / 4;

/// How much of a key may be given away, or of an account of it, before anything is put in.
fn limit(kind: &Kind) -> i64 {
    match kind {
        Kind::Stock { initial, .. } | Kind::Account { initial } | Kind::Ledger { initial, .. } => (*initial).into(),
        Kind::Name => 1,
        _ => UNBOUNDED,
    }
}

/// Whether what all values come to is the sum of what each change adds, whatever was there.
fn adds_up(kind: &Kind) -> bool {
    matches!(kind, Kind::Counter | Kind::MaxCounter | Kind::Stock { .. } | Kind::Account { .. } | Kind::Feed)
}

/// What a change adds to what a value comes to, as far as it says so itself.
fn adds(change: Change) -> i64 {
    let amount = i64::from(change.amount);
    match change.verb {
        Verb::Add | Verb::Deposit | Verb::Sell => amount,
        Verb::Withdraw => -amount,
        Verb::Post => 1,
        _ => 0,
    }
}

/// What a change gives away of what there is, as far as it says so itself.
fn gives(change: Change) -> i64 {
    match change.verb {
        Verb::Sell | Verb::Withdraw | Verb::Transfer => change.amount.into(),
        Verb::Claim => 1,
        _ => 0,
    }
}
