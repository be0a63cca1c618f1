//! When outages begin and end, for who fails and recovers together, by operations in the order in which they began.

use crate::sites::Sites;
use engine::{Span, Time};
use std::collections::VecDeque;

/// From here on an operation under way waits for long, and is not served in time; so long nobody may fail for an outage to be over.
pub const LONG: Span = Span::from_secs(5);
/// An outage is felt for at least so long; those that began within so long bound the balance.
const FELT: Span = Span::from_secs(2);
/// Before success has lasted so long nothing is said of it.
const HOPE: Span = Span::from_secs(1);

/// Who is served lowers the balance by this, and who is not raises it: so it rises where more than two of five are not served.
const SERVED: u64 = 2;
const UNSERVED: u64 = 3;
/// So much whoever is not served raises it in an outage: so it falls where fewer than one of five are not.
const UNSERVED_IN_OUTAGE: u64 = 8;
/// At least so high it may rise, as by five in a row who are not served; the other is that of four.
const FIVE: u64 = 5;
const FOUR: u64 = 4 * UNSERVED;

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
}

/// What goes on among those who fail and recover together.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch {
    /// How many more are not served than may be.
    balance: u64,
    /// When those of late began, the earliest first.
    recent: VecDeque<Time>,
    trouble: Option<Trouble>,
}

/// What went on since the balance was nothing: an outage, or what may become one.
#[derive(Clone, Copy, Debug)]
struct Trouble {
    /// When the first began that was not served.
    failed: Time,
    /// Who did not serve.
    regions: Sites,
    /// Whether it is an outage.
    proved: bool,
    /// When the balance was as high as it may be, and as by four.
    highest: Height,
    high: Height,
    /// When somebody was not served.
    unserved: Height,
    /// When the last began, if it waits for long or follows on one that does, with nobody served between.
    hung: Option<Time>,
}

/// Whether the balance was as high as this, and the first answer to those that began after it was so last.
#[derive(Clone, Copy, Debug, Default)]
struct Height {
    reached: bool,
    answer: Option<(Time, u64)>,
    /// Whether one more was served, who began after that answer.
    again: bool,
}

impl Height {
    const REACHED: Height = Height { reached: true, answer: None, again: false };

    fn answered(&mut self, began: Time, at: Time, event: u64) {
        self.again |= self.answer.is_some_and(|(first, _)| first <= began);
        if self.reached && self.answer.is_none_or(|(first, _)| at < first) {
            self.answer = Some((at, event));
        }
    }

    /// Whether it was not so high again for long after that answer, by what is known of all that began before an instant.
    fn is_over(&self, known: Time) -> bool {
        self.again && self.answer.is_some_and(|(first, _)| known.since(first) >= LONG)
    }

    /// Whether nobody had an answer from an instant until another, by what is known of all that began before that.
    fn unanswered(&self, until: Time) -> bool {
        self.reached && self.answer.is_none_or(|(at, _)| at >= until)
    }
}

impl Trouble {
    fn new(failed: Time) -> Trouble {
        let none = Height::default();
        let (regions, proved, hung) = (Sites::NONE, false, None);
        Trouble { failed, regions, proved, highest: none, high: none, unserved: none, hung }
    }

    fn answered(&mut self, began: Time, at: Time, event: u64) {
        let heights = [&mut self.highest, &mut self.high, &mut self.unserved];
        heights.into_iter().for_each(|height| height.answered(began, at, event));
        self.hung = None;
    }

    /// One is not served: whether the balance is as high as it may be by that, and as by four.
    fn unserved(&mut self, seen: &Seen, hung: bool, [highest, high]: [bool; 2]) {
        let heights = [(&mut self.highest, highest), (&mut self.high, high), (&mut self.unserved, true)];
        heights.into_iter().filter(|(_, reached)| *reached).for_each(|(height, _)| *height = Height::REACHED);
        self.hung = (hung || self.hung.is_some()).then_some(seen.began);
        seen.region.into_iter().for_each(|region| self.regions.insert(region));
    }

    /// Whether it may be an outage yet.
    fn is_open(&self) -> bool {
        self.highest.unanswered(self.failed + FELT) || self.high.unanswered(self.failed + LONG)
    }

    /// All that began before an instant is known, by which it may be an outage.
    fn prove(&mut self, known: Time) {
        if self.proved {
            return;
        }
        let within = |height: &Height, needs: Span| {
            let until = self.failed + needs;
            until <= known && height.unanswered(until)
        };
        let highest = within(&self.highest, FELT);
        let hangs = self.hung.is_some_and(|last| known.since(last) >= LONG);
        self.proved = highest || within(&self.high, LONG) || hangs;
        if self.proved && !highest {
            self.highest = if hangs { Height::REACHED } else { self.high };
        }
    }

    /// The outage, over at an answer or not.
    fn outage(&self, again: Option<(Time, u64)>) -> Outage {
        Outage { failed: self.failed, again, regions: self.regions }
    }
}

impl Watch {
    /// The next operation in the order in which they began; an outage, if that was over before.
    pub(super) fn add(&mut self, seen: Seen) -> Option<Outage> {
        let over = self.pass(seen.began);
        let bound = self.bound(seen.began);
        match seen.outcome {
            Outcome::Served(at, event) => {
                self.balance = self.balance.saturating_sub(SERVED).min(bound);
                self.trouble.iter_mut().for_each(|trouble| trouble.answered(seen.began, at, event));
            }
            Outcome::Unserved { hung } => {
                let raise = if self.in_outage() { UNSERVED_IN_OUTAGE } else { UNSERVED };
                self.balance = (self.balance + raise).min(bound);
                let trouble = self.trouble.get_or_insert_with(|| Trouble::new(seen.began));
                trouble.unserved(&seen, hung, [self.balance == bound, self.balance >= FOUR]);
            }
        }
        over
    }

    /// All that began before an instant is known; an outage, if it is over by that.
    pub(super) fn pass(&mut self, known: Time) -> Option<Outage> {
        let trouble = self.trouble.as_mut()?;
        trouble.prove(known);
        if trouble.unserved.is_over(known) {
            self.balance = 0;
        }
        let over = if trouble.proved { trouble.highest.is_over(known) } else { !trouble.is_open() };
        let trouble = self.trouble.take_if(|_| self.balance == 0 && over)?;
        trouble.proved.then(|| trouble.outage(trouble.highest.answer))
    }

    /// The balance is never higher than what all who began of late would bring to nothing, or five in a row would raise it to.
    fn bound(&mut self, began: Time) -> u64 {
        while self.recent.front().is_some_and(|first| began.since(*first) >= LONG) {
            self.recent.pop_front();
        }
        self.recent.push_back(began);
        let (of_late, raises) = if self.in_outage() { (LONG, UNSERVED_IN_OUTAGE) } else { (FELT, UNSERVED) };
        let first = self.recent.partition_point(|other| began.since(*other) >= of_late);
        (FIVE * raises).max(SERVED * (self.recent.len() - first) as u64)
    }

    fn in_outage(&self) -> bool {
        self.trouble.is_some_and(|trouble| trouble.proved)
    }

    /// The outage that is not over, with the answer from which on success lasts as far as is known.
    pub(super) fn under_way(&self, known: Time) -> Option<Outage> {
        let trouble = self.trouble.as_ref().filter(|trouble| trouble.proved)?;
        let all_since = trouble.unserved.answer == trouble.highest.answer;
        let lasts = |(at, _): &(Time, u64)| known.since(*at) >= HOPE && (self.balance == 0 || all_since);
        Some(trouble.outage(trouble.highest.answer.filter(lasts)))
    }

    /// When that began of which an outage may be told yet.
    pub(super) fn since(&self) -> Option<Time> {
        self.trouble.as_ref().map(|trouble| trouble.failed)
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        self.recent.len() * size_of::<Time>()
    }
}
