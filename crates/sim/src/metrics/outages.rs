//! When outages begin and end, for who fails and recovers together, by operations in the order in which they began.

use super::claims::{Counts, LONG, Lately, Outcome, Seen};
use crate::sites::Sites;
use engine::{Span, Time};
use std::collections::VecDeque;

/// Before success has lasted so long nothing is said of it.
const HOPE: Span = Span::from_secs(1);

/// What is usual is known of so many operations, over so long.
const KNOWN: u64 = 20;
const KNOWN_FOR: Span = Span::from_secs(10);

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
        let mut watch = Watch { usual: self.usual, first: Some(Time::ZERO), ..Watch::default() };
        let mut fails = self.seen.range(place..until).any(|counted| watch.fails_with(counted.seen));
        for counted in self.seen.range(until..) {
            if let Outcome::Served(at, _) = counted.seen.outcome {
                watch.lately.answered(at);
            }
        }
        let lately = &watch.lately;
        fails |= lately.begun(known).is_some();
        let well = counts.well(self.usual);
        match whole {
            _ if fails => End::No,
            true if !well => End::No,
            // Whether another began among them is not known yet.
            true if lately.is_open() => End::Lasts(at, event),
            true => End::Lasted(at, event),
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
                self.lately.add(seen, self.usual_at(seen.began));
                self.lately.settle(&mut self.usual);
            }
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
        let Some((failed, proved)) = self.lately.begun(known) else { return false };
        let (rest, before) = std::mem::take(&mut self.lately).since_outage(failed, &mut self.usual);
        let proved = proved - before;
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
        self.lately.weight() + seen * size_of::<Counted>()
    }
}
