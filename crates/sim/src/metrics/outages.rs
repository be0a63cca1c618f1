//! When outages begin and end, for who fails and recovers together, by operations in the order in which they began.

use crate::sites::Sites;
use engine::{Span, Time};
use std::collections::VecDeque;

/// From here on an operation under way waits for long, and is not served in time: as long as success must last for an outage to be over.
pub const LONG: Span = Span::from_secs(5);
/// An outage is felt for at least so long, or nothing but patience is asked for.
const FELT: Span = Span::from_secs(2);

/// Who is not served counts for three and who is for two, so that the balance rises where more than two of five are not.
const UNSERVED: u64 = 3;
const SERVED: u64 = 2;
/// So high it rises in an outage: as by five in a row who are not served.
const HIGH: u64 = 5 * UNSERVED;
/// So many in a row who are not served are an outage if that takes long, and so few where they wait.
const SEVERAL: u32 = 4;
const FEW: u32 = 3;
/// Of the last ones, over as long as failure must last to be felt, so many tell that what was before is over; fewer over as long as success must last.
const ENOUGH: usize = 8;

/// Before success has lasted so long nothing is said of it.
const HOPE: Span = Span::from_secs(1);

/// What is usual is known of so many operations, over so long.
const KNOWN: u64 = 20;
const KNOWN_FOR: Span = Span::from_secs(10);

/// An operation, and what became of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) began: Time,
    pub(super) outcome: Outcome,
    /// Who was asked last, if anybody was.
    pub(super) region: Option<u16>,
}

/// What became of an operation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    /// When it was answered, and by which event.
    Served(Time, u64),
    /// Whether somebody waited for long.
    Unserved { hung: bool },
}

/// An outage that is over, or how far it has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outage {
    /// When the first began that was not served.
    pub(super) failed: Time,
    /// The first answer from which on success lasted, and the number of its event; none where it is not over.
    pub(super) again: Option<(Time, u64)>,
    /// Who did not serve.
    pub(super) regions: Sites,
    /// When the last one began.
    pub(super) asked: Time,
    /// In so many whole seconds of it nobody began anything, counting pauses of [`LONG`] and more.
    pub(super) unasked: u32,
}

/// How many were served and how many were not.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    served: u64,
    unserved: u64,
}

impl Counts {
    fn add(&mut self, seen: &Seen) {
        match seen.outcome {
            Outcome::Served(..) => self.served += 1,
            Outcome::Unserved { .. } => self.unserved += 1,
        }
    }

    fn remove(&mut self, seen: &Seen) {
        match seen.outcome {
            Outcome::Served(..) => self.served -= 1,
            Outcome::Unserved { .. } => self.unserved -= 1,
        }
    }

    /// At least 95 % were served, or no more than twice as many were not as usually, and not most.
    fn well(self, usual: Counts) -> bool {
        let Counts { served, unserved } = self;
        let as_usual = usual.served > 0 && unserved * usual.served <= 2 * usual.unserved * served;
        unserved * 19 <= served || as_usual && unserved <= served
    }
}

/// What goes on among those who fail and recover together.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch {
    /// When the first of all began.
    first: Option<Time>,
    /// What became of those outside outages, but for those since the balance was zero.
    usual: Counts,
    lately: Lately,
    outage: Option<UnderWay>,
}

/// What went on since the balance was zero, or since what was before that is over.
#[derive(Clone, Debug, Default)]
struct Lately {
    balance: Balance,
    seen: Vec<Seen>,
    /// The first of those in which the end of what was before would show, and what became of them.
    latest: usize,
    counts: Counts,
}

impl Lately {
    /// Takes the next one; how many of the first are over and done with.
    fn add(&mut self, seen: Seen, usual: Counts) -> usize {
        self.balance.add(&seen);
        self.counts.add(&seen);
        self.seen.push(seen);
        loop {
            let (first, enough) = (self.seen[self.latest].began, self.seen.len() - self.latest > ENOUGH);
            if first + if enough { FELT } else { LONG } >= seen.began {
                break;
            }
            self.counts.remove(&self.seen[self.latest]);
            self.latest += 1;
        }
        // Whoever is not served may yet be the first of an outage.
        let served = matches!(seen.outcome, Outcome::Served(..));
        let rush = self.balance.highest >= HIGH && self.balance.since < self.seen[self.latest].began;
        match self.balance.height {
            0 => self.seen.len(),
            _ if served && rush && self.counts.well(usual) => self.latest,
            _ => 0,
        }
    }
}

/// How many more are not served than may be.
#[derive(Clone, Copy, Debug, Default)]
struct Balance {
    height: u64,
    /// How many there were.
    taken: u64,
    /// When the first began that was not served since it was zero.
    since: Time,
    /// Its highest since then, the how manieth it was by which it came to be that, and the first answer to those that began later.
    highest: u64,
    high: u64,
    answer: Option<Time>,
    row: Row,
}

/// Operations one after the other that were not served, the last ones of all.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    count: u32,
    /// The how manieth the first of them was.
    place: u64,
    /// When the first and the last began.
    first: Time,
    last: Time,
    /// Whether one of them waited for long.
    hung: bool,
    /// The first answer to those that began after them.
    answer: Option<Time>,
}

/// From an instant until an answer, as far as it is known not to have come earlier.
fn without(since: Time, answer: Option<Time>, known: Time) -> Span {
    answer.map_or(known, |answer| answer.min(known)).since(since)
}

impl Balance {
    fn add(&mut self, seen: &Seen) {
        self.taken += 1;
        match seen.outcome {
            Outcome::Served(at, _) => {
                self.height = self.height.saturating_sub(SERVED);
                for answer in [&mut self.answer, &mut self.row.answer] {
                    *answer = Some(answer.map_or(at, |first| first.min(at)));
                }
            }
            Outcome::Unserved { hung } => {
                if self.height == 0 {
                    self.since = seen.began;
                }
                if self.row.count == 0 || self.row.answer.is_some() {
                    self.row = Row { place: self.taken, first: seen.began, ..Row::default() };
                }
                let row = &mut self.row;
                (row.count, row.last, row.hung) = (row.count + 1, seen.began, row.hung || hung);
                self.height += UNSERVED;
                if self.height > self.highest {
                    (self.highest, self.high, self.answer) = (self.height, self.taken, None);
                }
            }
        }
    }

    /// When an outage began, if that is known of all that began before an instant, and the how manieth made it one: since the balance was
    /// zero it rose high, and nobody who began later had an answer for a while; or of a row nobody did for long, of several, or of a few who
    /// waited for as long, or while nobody began anything.
    fn begun(&self, known: Time) -> Option<(Time, u64)> {
        let row = &self.row;
        let quiet = row.answer.is_none() && known.since(row.last) >= LONG;
        let enough = row.count >= SEVERAL || row.hung && (row.count >= FEW || quiet);
        let few = row.count > 0 && enough && without(row.first, row.answer, known) >= LONG;
        let high = self.highest >= HIGH && without(self.since, self.answer, known) >= FELT;
        let high = high.then_some((self.since, self.high));
        high.into_iter().chain(few.then_some((row.first, row.place))).min()
    }
}

/// An outage that is not over yet.
#[derive(Clone, Debug)]
struct UnderWay {
    so_far: Outage,
    /// The how manieth made it an outage: it is not over before that.
    proved: u64,
    usual: Counts,
    /// From the first on that may be its end.
    seen: VecDeque<Counted>,
    counts: Counts,
}

/// An operation, and how many there were in the outage with it.
#[derive(Clone, Copy, Debug)]
struct Counted {
    seen: Seen,
    counts: Counts,
    /// In so many seconds nobody began anything before it.
    unasked: u32,
}

/// What is known of a moment from which on success might last.
enum End {
    /// It did, from this answer on.
    Lasted(Time, u64),
    /// It does as far as is known.
    Lasts(Time, u64),
    /// It may have, or has not.
    Open,
    No,
}

impl UnderWay {
    fn new((failed, proved): (Time, u64), usual: Counts) -> UnderWay {
        let so_far = Outage { failed, again: None, regions: Sites::NONE, asked: failed, unasked: 0 };
        UnderWay { so_far, proved, usual, seen: VecDeque::new(), counts: Counts::default() }
    }

    fn add(&mut self, seen: Seen) {
        self.counts.add(&seen);
        let pause = seen.began.since(self.so_far.asked);
        if pause >= LONG {
            self.so_far.unasked += pause.as_secs_f64() as u32;
        }
        self.so_far.asked = seen.began;
        let served = matches!(seen.outcome, Outcome::Served(..));
        seen.region.filter(|_| !served).into_iter().for_each(|region| self.so_far.regions.insert(region));
        if served || !self.seen.is_empty() {
            self.seen.push_back(Counted { seen, counts: self.counts, unasked: self.so_far.unasked });
        }
    }

    /// The first answer to those who were served one after the other from a place on, and its event.
    fn first_answer(&self, place: usize) -> Option<(Time, u64)> {
        let in_a_row = self.seen.range(place..).map_while(|counted| match counted.seen.outcome {
            Outcome::Served(at, event) => Some((counted.seen.began, at, event)),
            Outcome::Unserved { .. } => None,
        });
        let first = in_a_row.reduce(|first, next| if next.1 < first.1 && next.0 < first.1 { next } else { first });
        first.map(|(_, at, event)| (at, event))
    }

    /// Whether success lasts from the operation at a place on, which was served: for [`LONG`] from the first answer to those that began with it
    /// and until somebody was served who began after that answer; at least as many of all together as must be, and no outage among them.
    fn end(&self, place: usize, known: Time) -> End {
        let counts = self.seen[place].counts;
        if counts.served + counts.unserved <= self.proved {
            return End::No;
        }
        let Some((at, event)) = self.first_answer(place).filter(|(at, _)| *at < Time::MAX) else { return End::Open };
        let after = self.seen.partition_point(|counted| counted.seen.began < at);
        let until = self.seen.partition_point(|counted| counted.seen.began <= at + LONG).max(after + 1);
        let whole = known > at + LONG && after < self.seen.len();
        let until = until.min(self.seen.len());
        let before = self.seen[place];
        let mut counts = self.seen[until - 1].counts;
        counts.served -= before.counts.served - 1;
        counts.unserved -= before.counts.unserved;
        let fails = || {
            let mut watch = Watch { usual: self.usual, first: Some(Time::ZERO), ..Watch::default() };
            let fails = self.seen.range(place..until).any(|counted| watch.fails_with(counted.seen));
            fails || watch.lately.balance.begun(known.min(at + LONG)).is_some()
        };
        let well = counts.well(self.usual);
        match whole {
            true if well && !fails() => End::Lasted(at, event),
            true => End::No,
            false if fails() => End::No,
            false if well && known.since(at) >= HOPE => End::Lasts(at, event),
            false => End::Open,
        }
    }

    /// The places that may be its end: who is served after somebody who was not.
    fn next_place(&self, place: usize) -> Option<usize> {
        let served = |counted: &Counted| matches!(counted.seen.outcome, Outcome::Served(..));
        let unserved = self.seen.range(place..).position(|counted| !served(counted))?;
        self.seen.range(place + unserved..).position(served).map(|further| place + unserved + further)
    }
}

impl Watch {
    /// The next operation in the order in which they began.
    pub(super) fn add(&mut self, seen: Seen) {
        self.first.get_or_insert(seen.began);
        self.begin(seen.began);
        match &mut self.outage {
            Some(outage) => outage.add(seen),
            None => {
                let over = self.lately.add(seen, self.usual_at(seen.began));
                if over > 0 && !self.begin(Time::MAX) {
                    self.forget(over);
                }
            }
        }
    }

    /// So many of the first are over and done with; what came after them stays, as if it had been the first.
    fn forget(&mut self, over: usize) {
        let (highest, mut seen) = (self.lately.balance.highest, std::mem::take(&mut self.lately).seen);
        let rest = seen.split_off(over);
        self.is_usual(highest, &seen);
        for seen in rest {
            self.lately.add(seen, Counts::default());
            if self.lately.balance.height == 0 {
                let (highest, seen) = (self.lately.balance.highest, std::mem::take(&mut self.lately).seen);
                self.is_usual(highest, &seen);
            }
        }
    }

    /// What was outside outages is usual, but for a rush of failures, though it was none.
    fn is_usual(&mut self, highest: u64, seen: &[Seen]) {
        if highest < HIGH {
            seen.iter().for_each(|seen| self.usual.add(seen));
        }
    }

    /// Takes one; whether that begins an outage, or it has begun before.
    fn fails_with(&mut self, seen: Seen) -> bool {
        self.add(seen);
        self.outage.is_some()
    }

    /// What is usual, if enough is known of that by then.
    fn usual_at(&self, at: Time) -> Counts {
        let enough = self.usual.served + self.usual.unserved >= KNOWN;
        let told = enough && self.first.is_some_and(|first| at.since(first) >= KNOWN_FOR);
        if told { self.usual } else { Counts::default() }
    }

    /// All that began before an instant is known: whether an outage has begun by that and goes on.
    fn begin(&mut self, known: Time) -> bool {
        if self.outage.is_some() {
            return true;
        }
        let Some((failed, proved)) = self.lately.balance.begun(known) else { return false };
        let Lately { balance, seen: mut lately, .. } = std::mem::take(&mut self.lately);
        let rest = lately.split_off(lately.partition_point(|seen| seen.began < failed));
        self.is_usual(if failed > balance.since { balance.highest } else { 0 }, &lately);
        let proved = proved - lately.len() as u64;
        let mut outage = UnderWay::new((failed, proved), self.usual_at(failed));
        rest.into_iter().for_each(|seen| outage.add(seen));
        self.outage = Some(outage);
        true
    }

    /// All that began before an instant is known: which outages are over by that.
    pub(super) fn pass(&mut self, known: Time, over: &mut Vec<Outage>) {
        loop {
            self.begin(known);
            let Some(outage) = &mut self.outage else { return };
            let mut place = 0;
            let end = loop {
                if place >= outage.seen.len() {
                    outage.seen.clear();
                    return;
                }
                match outage.end(place, known) {
                    End::Lasted(at, event) => break (at, event),
                    End::No => match outage.next_place(place) {
                        Some(next) => place = next,
                        None => place = outage.seen.len(),
                    },
                    End::Lasts(..) | End::Open => {
                        outage.seen.drain(..place);
                        return;
                    }
                }
            };
            let unasked = outage.seen[place].unasked;
            over.push(Outage { again: Some(end), unasked, ..outage.so_far });
            let rest = outage.seen.split_off(place);
            self.outage = None;
            rest.into_iter().for_each(|counted| self.add(counted.seen));
        }
    }

    /// The outage that is not over, with the answer from which on success lasts as far as is known.
    pub(super) fn under_way(&self, known: Time) -> Option<Outage> {
        let outage = self.outage.as_ref()?;
        let mut places = std::iter::successors(Some(0), |place| outage.next_place(*place));
        let again = places.find_map(|place| match place < outage.seen.len() {
            true => match outage.end(place, known) {
                End::Lasts(at, event) | End::Lasted(at, event) => Some((at, event)),
                End::Open | End::No => None,
            },
            false => None,
        });
        Some(Outage { again, ..outage.so_far })
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        let seen = self.outage.as_ref().map_or(0, |outage| outage.seen.len());
        self.lately.seen.len() * size_of::<Seen>() + seen * size_of::<Counted>()
    }
}
