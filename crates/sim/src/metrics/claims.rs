//! What may be an outage among operations in the order in which they began: how many more are not served than may be, and rows of them.

use engine::{Span, Time};

/// From here on an operation under way waits for long, and is not served in time: as long as success must last for an outage to be over.
pub const LONG: Span = Span::from_secs(5);
/// An outage is felt for at least so long, or nothing but patience is asked for.
pub(super) const FELT: Span = Span::from_secs(2);

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

/// How many were served and how many were not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) served: u64,
    pub(super) unserved: u64,
}

impl Counts {
    pub(super) fn add(&mut self, seen: &Seen) {
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
    pub(super) fn well(self, usual: Counts) -> bool {
        let Counts { served, unserved } = self;
        let as_usual = usual.served > 0 && unserved * usual.served <= 2 * usual.unserved * served;
        unserved * 19 <= served || as_usual && unserved <= served
    }
}

/// What went on since the balance was zero, or since what was before that is over; and before, as long as that may be an outage yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Lately {
    balance: Balance,
    /// What may have been an outage before, as far as is known.
    claims: Vec<Claim>,
    seen: Vec<Seen>,
    /// Where stretches end in it that are over, and whether they were as usual.
    over: Vec<(usize, bool)>,
    /// Where the balance began.
    begins: usize,
    /// The first of those in which the end of what was before would show, and what became of them.
    latest: usize,
    counts: Counts,
}

impl Lately {
    pub(super) fn add(&mut self, seen: Seen, usual: Counts) {
        if let Outcome::Served(at, _) = seen.outcome {
            self.refute(at);
        }
        self.seen.push(seen);
        self.take(self.seen.len() - 1);
        // Whoever is not served may yet be the first of an outage.
        let served = matches!(seen.outcome, Outcome::Served(..));
        let rush = self.balance.highest >= HIGH && self.balance.since < self.seen[self.latest].began;
        if served && rush && self.counts.well(usual) {
            // What is left is counted anew.
            let (latest, len) = (self.latest, self.seen.len());
            self.ends(latest);
            (latest..len).for_each(|place| self.take(place));
        }
    }

    /// Goes on to the operation at a place, which ends what was before if the balance comes to zero.
    fn take(&mut self, place: usize) {
        let seen = self.seen[place];
        self.balance.add(&seen, &mut self.claims, self.begins);
        self.counts.add(&seen);
        loop {
            let (first, enough) = (self.seen[self.latest].began, place + 1 - self.latest > ENOUGH);
            if first + if enough { FELT } else { LONG } >= seen.began {
                break;
            }
            self.counts.remove(&self.seen[self.latest]);
            self.latest += 1;
        }
        if self.balance.height == 0 {
            self.ends(place + 1);
        }
    }

    /// What was until a place is over, but for what of it may be an outage yet.
    fn ends(&mut self, place: usize) {
        self.over.push((place, self.balance.highest < HIGH));
        let begins = self.begins;
        self.claims.extend(self.balance.claims().map(|claim| claim.after(begins)));
        self.balance = Balance::default();
        (self.begins, self.latest, self.counts) = (place, place, Counts::default());
    }

    /// Somebody has an answer who began after all of them.
    pub(super) fn answered(&mut self, at: Time) {
        self.balance.answered(at);
        self.refute(at);
    }

    /// An answer to somebody who began after what was before says how much of that was no outage.
    fn refute(&mut self, at: Time) {
        self.claims.iter_mut().for_each(|claim| earliest(&mut claim.answer, at));
        self.claims.retain(|claim| !claim.is_refuted());
    }

    /// See [`Balance::begun`]; which of those seen made it one is counted from 1. Nothing is said of it while another may have begun before.
    pub(super) fn begun(&self, known: Time) -> Option<(Time, u64)> {
        let begins = self.begins as u64;
        let now = self.balance.begun(known).map(|(failed, place)| (failed, place + begins));
        let before = self.claims.iter().filter(|claim| claim.is_proved(known)).map(|claim| (claim.failed, claim.place));
        let open = self.claims.iter().copied().chain(self.balance.claims()).filter(|claim| !claim.is_proved(known));
        let first = open.map(|claim| claim.failed).min();
        before.chain(now).min().filter(|(failed, _)| first.is_none_or(|first| *failed <= first))
    }

    /// Whether something may be an outage of which that is not known yet.
    pub(super) fn is_open(&self) -> bool {
        !self.claims.is_empty() || self.balance.claims().next().is_some()
    }

    /// What is over and can be no outage any more is done with.
    pub(super) fn settle(&mut self, usual: &mut Counts) {
        if self.claims.is_empty() && !self.over.is_empty() {
            self.count(self.begins, usual);
            self.seen.drain(..self.begins);
            (self.begins, self.latest) = (0, self.latest - self.begins);
        }
    }

    /// An outage began with the first that began at an instant: all from there on, and how many were before.
    pub(super) fn since_outage(mut self, failed: Time, usual: &mut Counts) -> (Vec<Seen>, u64) {
        let first = self.seen.partition_point(|seen| seen.began < failed);
        if first > self.begins {
            self.over.push((first, failed <= self.balance.since || self.balance.highest < HIGH));
        }
        self.count(first, usual);
        (self.seen.split_off(first), first as u64)
    }

    /// Of the first so many what is over counts as usual, but for rushes of failures, though they were none.
    fn count(&mut self, first: usize, usual: &mut Counts) {
        let mut from = 0;
        for (until, as_usual) in self.over.drain(..) {
            let until = until.min(first);
            if as_usual {
                self.seen[from..until].iter().for_each(|seen| usual.add(seen));
            }
            from = until;
        }
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        self.seen.len() * size_of::<Seen>() + self.claims.len() * size_of::<Claim>()
    }
}

/// What may be an outage: that nobody who began after a certain one has an answer for a while.
#[derive(Clone, Copy, Debug)]
struct Claim {
    /// When the first began that was not served.
    failed: Time,
    /// The how manieth made it one.
    place: u64,
    /// For how long there must be no answer.
    needs: Span,
    /// The first answer to those that began later.
    answer: Option<Time>,
}

impl Claim {
    /// The same, counted from before so many.
    fn after(self, begins: usize) -> Claim {
        Claim { place: self.place + begins as u64, ..self }
    }

    fn is_refuted(&self) -> bool {
        self.answer.is_some_and(|answer| answer.since(self.failed) < self.needs)
    }

    /// Whether it is one by what is known of all that began before an instant.
    fn is_proved(&self, known: Time) -> bool {
        self.answer.map_or(known, |answer| answer.min(known)).since(self.failed) >= self.needs
    }
}

fn earliest(answer: &mut Option<Time>, at: Time) {
    *answer = Some(answer.map_or(at, |first| first.min(at)));
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

impl Row {
    /// What it claims, if it is long enough whoever begins something later.
    fn claim(&self) -> Option<Claim> {
        let enough = self.count >= SEVERAL || self.hung && self.count >= FEW;
        let claim = Claim { failed: self.first, place: self.place, needs: LONG, answer: self.answer };
        Some(claim).filter(|claim| enough && !claim.is_refuted())
    }
}

impl Balance {
    /// Takes the next one. A row that is followed by another may be an outage yet; it is counted from before so many.
    fn add(&mut self, seen: &Seen, claims: &mut Vec<Claim>, begins: usize) {
        self.taken += 1;
        match seen.outcome {
            Outcome::Served(at, _) => {
                self.height = self.height.saturating_sub(SERVED);
                self.answered(at);
            }
            Outcome::Unserved { hung } => {
                if self.height == 0 {
                    self.since = seen.began;
                }
                if self.row.count == 0 || self.row.answer.is_some() {
                    claims.extend(self.row.claim().map(|claim| claim.after(begins)));
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

    fn answered(&mut self, at: Time) {
        earliest(&mut self.answer, at);
        earliest(&mut self.row.answer, at);
    }

    /// What may be an outage: since the balance was zero it rose high; several in a row were not served, or a few of whom one waited for long.
    fn claims(&self) -> impl Iterator<Item = Claim> + use<> {
        let high = Claim { failed: self.since, place: self.high, needs: FELT, answer: self.answer };
        let high = Some(high).filter(|high| self.highest >= HIGH && !high.is_refuted());
        high.into_iter().chain(self.row.claim())
    }

    /// When an outage began, if that is known of all that began before an instant, and the how manieth made it one: by what it claims, or
    /// because one waits for long while nobody begins anything.
    fn begun(&self, known: Time) -> Option<(Time, u64)> {
        let row = &self.row;
        let waits = row.hung && row.answer.is_none() && known.since(row.last) >= LONG;
        let claimed = self.claims().filter(|claim| claim.is_proved(known)).map(|claim| (claim.failed, claim.place));
        claimed.chain(waits.then_some((row.first, row.place))).min()
    }
}
