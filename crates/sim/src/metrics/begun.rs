//! Operations in the order in which they began, until it is known what became of them, and what is known of outages by that.

use super::outages::{LONG, Outage, Outcome, Seen, Watch};
use super::pauses::Pauses;
use crate::trace::{OperationInfo, OperationKind};
use engine::Time;
use std::collections::VecDeque;

/// Operations that fail and recover together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    pub(super) population: u16,
    /// None for calls, which touch no data.
    pub(super) dataset: Option<u16>,
    pub(super) kind: OperationKind,
}

impl Group {
    pub(super) fn of(info: &OperationInfo) -> Group {
        Group { population: info.population, dataset: info.dataset, kind: info.kind }
    }
}

/// An operation of which it is not known what became of all that began before it.
#[derive(Clone, Copy, Debug)]
struct Operation {
    began: Time,
    /// Who was asked last.
    region: Option<u16>,
    end: End,
}

#[derive(Clone, Copy, Debug)]
enum End {
    None,
    /// When.
    Failed(Time),
    /// When, and by which event.
    Answered(Time, u64),
}

impl Operation {
    /// What became of it, if that is known by now. An answer after a long wait comes too late: whoever waited was not served.
    fn outcome(&self, now: Time) -> Option<Outcome> {
        match self.end {
            End::Answered(at, event) if at.since(self.began) <= LONG => Some(Outcome::Served(at, event)),
            End::None if now.since(self.began) <= LONG => None,
            End::Failed(at) if at.since(self.began) <= LONG => Some(Outcome::Unserved { hung: false }),
            End::Answered(..) | End::None | End::Failed(_) => Some(Outcome::Unserved { hung: true }),
        }
    }

    fn seen(&self, outcome: Outcome) -> Seen {
        Seen { began: self.began, region: self.region, outcome }
    }
}

/// The operations of a group.
#[derive(Clone, Debug)]
struct Line {
    group: Group,
    /// The number of the first in `open`.
    first: u64,
    open: VecDeque<Operation>,
    watch: Watch,
    pauses: Pauses,
}

/// Where an operation stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat {
    line: u32,
    number: u64,
}

/// What may have become of those of whom nothing is known yet.
#[derive(Clone, Copy)]
enum Guess {
    /// They are served, later than now.
    Best,
    /// They are not.
    Worst,
    /// Those are not who were overtaken by somebody that began later, and of the others nothing is said.
    Likely,
}

/// An outage of a group, over or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    pub(super) group: Group,
    pub(super) outage: Outage,
    /// When somebody asked last, for the first time or again.
    pub(super) asked: Time,
    /// In so many whole seconds of it nobody did.
    pub(super) unasked: u32,
}

impl Line {
    /// What is known by now leaves the line.
    fn advance(&mut self, now: Time, over: &mut Vec<Told>) {
        while let Some((operation, outcome)) = self.open.front().and_then(|of| Some((*of, of.outcome(now)?))) {
            let outage = self.watch.add(operation.seen(outcome));
            over.extend(outage.map(|outage| self.told(outage)));
            self.open.pop_front();
            self.first += 1;
        }
        let known = self.open.front().map_or(now, |open| open.began.min(now));
        let outage = self.watch.pass(known);
        over.extend(outage.map(|outage| self.told(outage)));
        self.pauses.forget(self.watch.since().unwrap_or(known));
    }

    fn told(&self, outage: Outage) -> Told {
        let asked = self.pauses.last(outage.failed);
        let unasked = outage.again.map_or(0, |(again, _)| self.pauses.within(outage.failed, again));
        Told { group: self.group, outage, asked, unasked }
    }

    /// The outages that would be over by now, and the one that would not.
    fn guessed(&self, guess: Guess, now: Time) -> (Vec<Outage>, Option<Outage>) {
        let (mut watch, mut over) = (self.watch.clone(), Vec::new());
        let overtaken = self.open.iter().rposition(|of| matches!(of.outcome(now), Some(Outcome::Served(..))));
        for (place, operation) in self.open.iter().enumerate() {
            let unknown = match guess {
                Guess::Best => Some(Outcome::Served(Time::MAX, 0)),
                Guess::Worst => Some(Outcome::Unserved { hung: false }),
                Guess::Likely => overtaken.filter(|last| place < *last).map(|_| Outcome::Unserved { hung: false }),
            };
            if let Some(outcome) = operation.outcome(now).or(unknown) {
                over.extend(watch.add(operation.seen(outcome)));
            }
        }
        over.extend(watch.pass(now));
        (over, watch.under_way(now))
    }

    /// The outages of which it is not known for good by now that they are over, though some are: none of them is taken back later.
    fn lately(&self, now: Time) -> Vec<Outage> {
        let [best, worst] = [Guess::Best, Guess::Worst].map(|guess| self.guessed(guess, now));
        let same = |(one, other): &(&Outage, &Outage)| one.failed == other.failed && one.again == other.again;
        let over = best.0.iter().zip(&worst.0).take_while(same).count();
        let mut lately = best.0[..over].to_vec();
        let Some(open) = best.0.get(over).copied().or(best.1) else { return lately };
        // Somebody may have begun before that of whom nobody knows yet whether they are served.
        if !worst.0.iter().chain(&worst.1).any(|of| of.failed == open.failed) {
            return lately;
        }
        let (mut likely, under_way) = self.guessed(Guess::Likely, now);
        likely.extend(under_way);
        let again = likely.last().filter(|likely| likely.failed == open.failed).and_then(|likely| likely.again);
        lately.push(Outage { again: again.map(|(at, _)| (at, 0)), ..open });
        lately
    }
}

/// The operations of all groups.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    datasets: u16,
    lines: Vec<Line>,
    /// By group ([`Lines::place`]): which line, counted from 1; 0 while nobody began anything.
    of: Vec<u32>,
}

impl Lines {
    pub(super) fn new(populations: usize, datasets: usize) -> Lines {
        Lines { datasets: datasets as u16, lines: Vec::new(), of: vec![0; populations * (2 * datasets + 1)] }
    }

    /// Where a group stands: of a population its reads and writes by dataset, and its calls after them.
    fn place(&self, group: Group) -> usize {
        let within = match group.dataset {
            Some(dataset) => 2 * usize::from(dataset) + usize::from(group.kind == OperationKind::Write),
            None => 2 * usize::from(self.datasets),
        };
        usize::from(group.population) * (2 * usize::from(self.datasets) + 1) + within
    }

    pub(super) fn begin(&mut self, info: &OperationInfo) -> Seat {
        let group = Group::of(info);
        let place = self.place(group);
        if self.of[place] == 0 {
            self.lines.push(Line {
                group,
                first: 0,
                open: VecDeque::new(),
                watch: Watch::default(),
                pauses: Pauses::default(),
            });
            self.of[place] = self.lines.len() as u32;
        }
        let line = self.of[place] - 1;
        let of = &mut self.lines[line as usize];
        of.pauses.asked(info.invoked);
        of.open.push_back(Operation { began: info.invoked, region: None, end: End::None });
        Seat { line, number: of.first + of.open.len() as u64 - 1 }
    }

    /// The operation of a seat, unless it is known what became of it.
    fn operation(&mut self, seat: Seat) -> Option<&mut Operation> {
        let line = &mut self.lines[seat.line as usize];
        let place = seat.number.checked_sub(line.first)?;
        line.open.get_mut(place as usize)
    }

    /// It was sent to a region.
    pub(super) fn sent(&mut self, seat: Seat, at: Time, region: u16) {
        self.lines[seat.line as usize].pauses.asked(at);
        if let Some(operation) = self.operation(seat) {
            operation.region = Some(region);
        }
    }

    pub(super) fn answered(&mut self, seat: Seat, at: Time, event: u64) {
        if let Some(operation) = self.operation(seat) {
            operation.end = End::Answered(at, event);
        }
    }

    /// It failed, at a region or nowhere.
    pub(super) fn failed(&mut self, seat: Seat, at: Time, region: Option<u16>) {
        if let Some(operation) = self.operation(seat) {
            (operation.end, operation.region) = (End::Failed(at), region);
        }
    }

    /// A second is over: the outages that are known to be over by that.
    pub(super) fn end_second(&mut self, now: Time) -> Vec<Told> {
        let mut over = Vec::new();
        self.lines.iter_mut().for_each(|line| line.advance(now, &mut over));
        over
    }

    /// The outages of each group that were not known to be over by the last second.
    pub(super) fn lately(&self, now: Time) -> impl Iterator<Item = Told> {
        self.lines.iter().flat_map(move |line| line.lately(now).into_iter().map(|outage| line.told(outage)))
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        let kept = |line: &Line| line.watch.weight() + line.pauses.weight() + size_of::<Line>();
        let line = |line: &Line| line.open.len() * size_of::<Operation>() + kept(line);
        self.of.len() * size_of::<u32>() + self.lines.iter().map(line).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{Span, Stream};

    const GROUP: Group = Group { population: 0, dataset: Some(0), kind: OperationKind::Write };

    fn began(invoked: Time, slot: u32) -> OperationInfo {
        let (population, dataset, kind) = (GROUP.population, GROUP.dataset, GROUP.kind);
        let (operation, process, request, step, key, write, accounts) = (1, 1, 0, 0, 0, 0, [0; 2]);
        OperationInfo {
            operation,
            slot,
            process,
            population,
            request,
            dataset,
            kind,
            step,
            key,
            write,
            accounts,
            invoked,
        }
    }

    /// An operation: when it begins, and when it is answered or fails, if that comes.
    #[derive(Clone, Copy, Debug)]
    struct Plan {
        began: Time,
        ends: Option<(Time, bool)>,
    }

    /// Lets operations happen until an instant, and tells what is known of outages then.
    fn told(plans: &[Plan], now: Time) -> Vec<Outage> {
        let mut happens: Vec<(Time, usize, bool)> = Vec::new();
        for (place, plan) in plans.iter().enumerate() {
            happens.push((plan.began, place, true));
            happens.extend(plan.ends.map(|(at, _)| (at, place, false)));
        }
        happens.sort_unstable_by_key(|(at, place, begins)| (*at, !*begins, *place));
        let (mut lines, mut over, mut second) = (Lines::new(1, 1), Vec::new(), 1);
        let mut seats = vec![None; plans.len()];
        for (at, place, begins) in happens.into_iter().filter(|(at, ..)| *at <= now) {
            while Time::from_secs(second) <= at {
                over.extend(lines.end_second(Time::from_secs(second)));
                second += 1;
            }
            match (begins, seats[place], plans[place].ends) {
                (true, ..) => seats[place] = Some(lines.begin(&began(at, place as u32))),
                (false, Some(seat), Some((_, true))) => lines.answered(seat, at, place as u64 + 1),
                (false, Some(seat), _) => lines.failed(seat, at, Some(3)),
                (false, None, _) => unreachable!("who ends has begun"),
            }
        }
        while Time::from_secs(second) <= now {
            over.extend(lines.end_second(Time::from_secs(second)));
            second += 1;
        }
        over.into_iter().chain(lines.lately(now)).map(|told| told.outage).collect()
    }

    /// Who asks at an even pace while now and then a share of all fails, hangs, or is answered late.
    fn some_trouble(stream: &mut Stream) -> Vec<Plan> {
        let pace = Span::from_millis([20, 100, 400, 1_500][stream.below(4) as usize]);
        let (mut at, mut plans, mut trouble) = (Time::from_millis(stream.below(1_000)), Vec::new(), (0, 0, Time::ZERO));
        while at < Time::from_secs(60) {
            if at >= trouble.2 {
                let share = [0, 0, 0, 5, 30, 50, 100][stream.below(7) as usize];
                trouble = (share, stream.below(3), at + Span::from_millis(200 + stream.below(9_000)));
            }
            let quick = Span::from_millis(20 + stream.below(200));
            // Some fail at once among those who hang.
            let kind = if stream.below(8) == 0 { 0 } else { trouble.1 };
            let ends = match (stream.below(100) < trouble.0, kind) {
                (false, _) => Some((at + quick, true)),
                (true, 0) => Some((at + quick, false)),
                (true, 1) => Some((at + Span::from_millis(stream.below(9_000)), true)),
                (true, _) => (stream.below(2) == 0).then_some((at + Span::from_secs(8), false)),
            };
            plans.push(Plan { began: at, ends });
            at += pace + Span::from_millis(stream.below(50));
        }
        plans
    }

    #[test]
    fn what_is_told_of_an_outage_is_never_taken_back() {
        let mut outages = 0;
        for seed in 0..60 {
            let mut stream = Stream::named(seed, "begun", 0);
            let plans = some_trouble(&mut stream);
            let whole = told(&plans, Time::from_secs(100));
            outages += whole.len();
            let after = |of: &[Outage]| of[0].again.is_some_and(|(at, _)| at < of[1].failed);
            assert!(whole.windows(2).all(after), "{seed}: one after the other: {whole:?}");
            for now in (0..60).map(|_| Time::from_millis(stream.below(75_000))) {
                for outage in told(&plans, now) {
                    let later = whole.iter().find(|of| of.failed == outage.failed);
                    let later = later.unwrap_or_else(|| panic!("{seed}: {outage:?} at {now} is none: {whole:?}"));
                    if let Some((at, event)) = outage.again.filter(|(_, event)| *event != 0) {
                        assert_eq!(later.again, Some((at, event)), "{seed}: at {now}");
                    }
                }
            }
        }
        assert!(outages > 60, "{outages} outages, which is hardly a test");
    }

    #[test]
    fn an_outage_is_told_and_its_end_as_soon_as_it_is_known() {
        // Nobody is served from 20 s to 25 s.
        let plan = |tenth: u64| {
            let (began, bad) = (Time::from_millis(tenth * 100), (200..250).contains(&tenth));
            Plan { began, ends: Some((began + Span::from_millis(30), !bad)) }
        };
        let plans: Vec<Plan> = (0..600).map(plan).collect();
        let at = |millis| told(&plans, Time::from_millis(millis)).into_iter().map(|of| of.again).collect::<Vec<_>>();
        let again = Time::from_millis(25_030);
        assert_eq!(at(21_900), []);
        assert_eq!(at(22_100), [None]);
        assert_eq!(at(25_900), [None], "that is too little to say anything");
        assert_eq!(at(27_000), [Some((again, 0))], "as far as is known");
        assert_eq!(at(30_200), [Some((again, 251))]);
    }

    #[test]
    fn whoever_is_answered_after_more_than_five_seconds_is_not_served() {
        for (wait, out) in [(5_000, 0), (5_001, 1)] {
            let plan = |second: u64| {
                let began = Time::from_secs(second);
                let wait = if (20..30).contains(&second) { wait } else { 30 };
                Plan { began, ends: Some((began + Span::from_millis(wait), true)) }
            };
            let plans: Vec<Plan> = (0..60).map(plan).collect();
            assert_eq!(told(&plans, Time::from_secs(80)).len(), out, "after {wait} ms");
        }
    }

    /// So many a second until an instant, whose answers take 30 ms and of whom some fail.
    fn steady(rate: u64, until: u64, fails: impl Fn(Time) -> bool) -> Vec<Plan> {
        let began = (0..until * rate).map(|number| Time::from_nanos(number * 1_000_000_000 / rate));
        began.map(|began| Plan { began, ends: Some((began + Span::from_millis(30), !fails(began))) }).collect()
    }

    #[test]
    fn every_blackout_is_one_outage_from_the_first_it_meets_to_the_first_answer_after_it() {
        for (rate, lasts) in [(5, 3), (5, 20), (20, 3), (100, 7), (500, 4)] {
            let from = [20, 50 + lasts].map(Time::from_secs);
            let fails = |at: Time| from.iter().any(|from| at >= *from && at.since(*from) < Span::from_secs(lasts));
            let outages = told(&steady(rate, 80 + 2 * lasts, fails), Time::from_secs(90 + 2 * lasts));
            let seen: Vec<_> = outages.iter().map(|of| (of.failed, of.again.map(|(at, _)| at))).collect();
            let whole = from.map(|from| (from, Some(from + Span::from_secs(lasts) + Span::from_millis(30))));
            assert_eq!(seen, whole, "{rate} a second, for {lasts} s");
        }
    }

    #[test]
    fn one_of_ten_is_none_and_nearly_half_is_one_all_the_time_whatever_the_rate() {
        for (rate, share, most) in [(10, 10, 0), (100, 10, 0), (500, 10, 0), (10, 45, 1), (100, 45, 1), (500, 45, 1)] {
            let stream = std::cell::RefCell::new(Stream::named(rate, "noise", 0));
            let outages = told(&steady(rate, 300, |_| stream.borrow_mut().below(100) < share), Time::from_secs(300));
            assert_eq!(outages.len(), most, "{rate} a second, {share} %: {outages:?}");
            assert!(outages.iter().all(|of| of.failed < Time::from_secs(60) && of.again.is_none()), "{outages:?}");
        }
    }

    #[test]
    fn an_operation_is_kept_for_five_seconds_and_no_longer_however_long_an_outage_goes_on() {
        let weight = |until: u64| {
            let mut lines = Lines::new(1, 1);
            for plan in steady(100, until, |at| at > Time::from_secs(20) && at.as_nanos() % 30_000_000 == 0) {
                let seat = lines.begin(&began(plan.began, 0));
                let (at, served) = plan.ends.expect("all end");
                if served {
                    lines.answered(seat, at, 1)
                } else {
                    lines.failed(seat, at, None)
                }
                lines.end_second(at);
            }
            lines.weight()
        };
        assert_eq!(weight(40), weight(400));
    }
}
