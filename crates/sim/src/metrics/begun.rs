//! Operations by the second in which they began: which of them were served in time, which were not, and who is open.

use super::counts::NOWHERE;
use crate::sites::Sites;
use crate::trace::{OperationInfo, OperationKind};
use engine::{Span, Time};
use std::collections::VecDeque;

/// From here on an operation under way waits for long, and is not served in time: as long as success must last for an outage to be over.
pub const LONG: Span = Span::from_secs(5);

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

/// What became of the operations of a group that began in one second.
#[derive(Clone, Debug, Default)]
pub(crate) struct Begun {
    /// Those that had an answer in time; who is told no is served, too.
    pub(super) served: u32,
    /// Those that failed, and those that had no answer in time.
    pub(super) unserved: u32,
    /// Seldom any, so that most seconds need no room for it: where some were not served, and in the second after that.
    pub(super) trouble: Option<Box<Trouble>>,
}

/// Where operations of a second were not served, and where they were again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Trouble {
    /// When the first began that was not served.
    pub(super) first: Option<Time>,
    /// When the first began that was not served, of those after the last that was.
    pub(super) first_after_served: Option<Time>,
    /// Whether one of those waited for long before it gave up, if it did.
    pub(super) hung: bool,
    /// The first answer to those that began after the last that was not served, and the number of that event.
    pub(super) answer: Option<(Time, u64)>,
    /// Who did not serve them.
    pub(super) regions: Sites,
    /// Those of which nobody knows yet: none once all of the second is known.
    pub(super) open: u32,
}

impl Begun {
    /// It is known of some whether they were served.
    pub(super) fn any(&self) -> bool {
        self.served + self.unserved > 0
    }

    /// Of so many nobody knows yet.
    pub(super) fn open(&self) -> u32 {
        self.trouble.as_deref().map_or(0, |trouble| trouble.open)
    }

    /// Somebody began something in it.
    pub(super) fn asked(&self) -> bool {
        self.any() || self.open() > 0
    }

    /// More were not served than were, whatever becomes of those of which nobody knows yet.
    pub(super) fn badly(&self) -> bool {
        self.unserved > self.served + self.open()
    }

    /// At least 95 % were served, or nearly as many as usually, of those of which that is known; where there are none that says nothing against it.
    pub(super) fn well(&self, usually: &Begun) -> bool {
        let (served, unserved) = (u64::from(self.served), u64::from(self.unserved));
        let twice_as_usual = 2 * u64::from(usually.unserved) * served;
        let as_usual = usually.any() && unserved * u64::from(usually.served) <= twice_as_usual;
        unserved * 19 <= served || as_usual && !self.badly()
    }

    /// If those of whom nobody knows yet are not served.
    pub(super) fn at_worst(&self) -> Begun {
        Begun { served: self.served, unserved: self.unserved + self.open(), trouble: None }
    }

    /// If those of whom nobody knows yet are served.
    pub(super) fn at_best(&self) -> Begun {
        Begun { served: self.served + self.open(), unserved: self.unserved, trouble: None }
    }

    /// Both together, as far as numbers go.
    pub(super) fn and(&self, other: &Begun) -> Begun {
        Begun { served: self.served + other.served, unserved: self.unserved + other.unserved, trouble: None }
    }
}

/// A second of a group while it is counted.
#[derive(Clone, Copy, Default)]
struct Tally {
    served: u32,
    unserved: u32,
    trouble: Trouble,
}

impl Tally {
    fn add(&mut self, operation: &Operation, now: Time) {
        let trouble = &mut self.trouble;
        match operation.outcome(now) {
            Outcome::Open => trouble.open += 1,
            Outcome::Served(at, event) => {
                self.served += 1;
                (trouble.first_after_served, trouble.hung) = (None, false);
                trouble.answer = trouble.answer.into_iter().chain([(at, event)]).min();
            }
            Outcome::Unserved => {
                self.unserved += 1;
                trouble.first.get_or_insert(operation.began);
                trouble.first_after_served.get_or_insert(operation.began);
                trouble.hung |= !operation.fails_soon();
                trouble.answer = None;
                if operation.region != NOWHERE {
                    trouble.regions.insert(operation.region);
                }
            }
        }
    }

    fn begun(self, troubled: bool) -> Begun {
        let trouble = troubled.then(|| Box::new(self.trouble));
        Begun { served: self.served, unserved: self.unserved, trouble }
    }
}

/// An operation of a second that is not judged yet.
#[derive(Clone, Copy, Debug)]
struct Operation {
    began: Time,
    group: Group,
    /// Who was asked last.
    region: u16,
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

enum Outcome {
    /// Nobody knows yet.
    Open,
    Served(Time, u64),
    Unserved,
}

impl Operation {
    /// What became of it by now. An answer after a long wait comes too late: whoever waited was not served.
    fn outcome(&self, now: Time) -> Outcome {
        match self.end {
            End::Answered(at, event) if at.since(self.began) <= LONG => Outcome::Served(at, event),
            End::None if now.since(self.began) <= LONG => Outcome::Open,
            End::Answered(..) | End::None | End::Failed(_) => Outcome::Unserved,
        }
    }

    /// Whether it failed before anybody had waited for long.
    fn fails_soon(&self) -> bool {
        matches!(self.end, End::Failed(at) if at.since(self.began) <= LONG)
    }
}

/// After so many seconds it is known of all that began in a second whether they were served in time.
pub(super) const KNOWN_AFTER: usize = (LONG.as_nanos() / Span::from_secs(1).as_nanos()) as usize;

/// Where an operation stands among those that are not judged yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat {
    second: u64,
    place: u32,
}

/// The seconds of which not all is known yet.
#[derive(Clone, Debug)]
pub(super) struct Open {
    /// The latest is under way. In each, operations in the order in which they began.
    seconds: VecDeque<Vec<Operation>>,
    /// The number of the first of them.
    first: u64,
    /// The groups that had somebody who was not served in the latest second in which they had anybody, of those that are judged.
    troubled: Vec<Group>,
}

impl Open {
    pub(super) fn new() -> Open {
        Open { seconds: VecDeque::from([Vec::new()]), first: 0, troubled: Vec::new() }
    }

    pub(super) fn begin(&mut self, info: &OperationInfo) -> Seat {
        let second = info.invoked.whole_seconds();
        let latest = self.reach(second);
        latest.push(Operation { began: info.invoked, group: Group::of(info), region: NOWHERE, end: End::None });
        Seat { second, place: latest.len() as u32 - 1 }
    }

    /// Those that begin in a second. What begins as the one before is over belongs to it already.
    fn reach(&mut self, second: u64) -> &mut Vec<Operation> {
        while self.first + self.seconds.len() as u64 <= second {
            self.seconds.push_back(Vec::new());
        }
        self.seconds.back_mut().expect("one is under way")
    }

    /// The operation of a seat, unless its second is judged.
    fn operation(&mut self, seat: Seat) -> Option<&mut Operation> {
        let second = seat.second.checked_sub(self.first)?;
        self.seconds.get_mut(second as usize)?.get_mut(seat.place as usize)
    }

    /// It was sent to a region.
    pub(super) fn sent(&mut self, seat: Seat, region: u16) {
        if let Some(operation) = self.operation(seat) {
            operation.region = region;
        }
    }

    pub(super) fn answered(&mut self, seat: Seat, at: Time, event: u64) {
        if let Some(operation) = self.operation(seat) {
            operation.end = End::Answered(at, event);
        }
    }

    /// It failed, at a region or nowhere.
    pub(super) fn failed(&mut self, seat: Seat, at: Time, region: u16) {
        if let Some(operation) = self.operation(seat) {
            (operation.end, operation.region) = (End::Failed(at), region);
        }
    }

    /// A second is over. Judges the second of which all is known by that; empty while there is none.
    pub(super) fn end_second(&mut self, now: Time) -> Vec<(Group, Begun)> {
        self.reach(now.whole_seconds());
        if self.seconds.len() <= KNOWN_AFTER + 1 {
            return Vec::new();
        }
        let judged = self.seconds.pop_front().expect("there are several");
        self.first += 1;
        let tallies = by_group(&judged, now);
        tallies
            .into_iter()
            .map(|(group, tally)| (group, tally.begun(self.troubles(group, tally.unserved > 0))))
            .collect()
    }

    /// Whether a group has somebody who was not served in a second, or had in the last before it that had anybody.
    fn troubles(&mut self, group: Group, now: bool) -> bool {
        let before = self.troubled.iter().position(|of| *of == group);
        match (before, now) {
            (Some(place), false) => drop(self.troubled.swap_remove(place)),
            (None, true) => self.troubled.push(group),
            (Some(_), true) | (None, false) => {}
        }
        now || before.is_some()
    }

    /// What is known by now of the seconds that are not judged yet, for a group.
    pub(super) fn provisionally(&self, group: Group, now: Time) -> impl Iterator<Item = Begun> {
        self.seconds.iter().map(move |operations| {
            let mut tally = Tally::default();
            operations.iter().filter(|of| of.group == group).for_each(|of| tally.add(of, now));
            tally.begun(true)
        })
    }

    pub(super) fn weight(&self) -> usize {
        self.seconds.iter().map(Vec::len).sum::<usize>() * size_of::<Operation>()
    }
}

/// What became of operations by now, by group in the order in which they are met.
fn by_group(operations: &[Operation], now: Time) -> Vec<(Group, Tally)> {
    let mut all: Vec<(Group, Tally)> = Vec::new();
    for operation in operations {
        let place = all.iter().position(|(group, _)| *group == operation.group).unwrap_or_else(|| {
            all.push((operation.group, Tally::default()));
            all.len() - 1
        });
        all[place].1.add(operation, now);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: Group = Group { population: 0, dataset: Some(0), kind: OperationKind::Write };

    fn began(at: u64) -> OperationInfo {
        let (population, dataset, kind) = (GROUP.population, GROUP.dataset, GROUP.kind);
        let invoked = Time::from_millis(at);
        let (operation, slot, process, request, step, key, write, accounts) = (1, 0, 1, 0, 0, 0, 0, [0; 2]);
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

    /// Lets so many seconds end, and hands over the only one of which anything is told.
    fn judged(open: &mut Open, seconds: u64) -> Begun {
        let ended = (1..=seconds).flat_map(|second| open.end_second(Time::from_secs(second))).collect::<Vec<_>>();
        let [(GROUP, begun)] = &ended[..] else { panic!("{ended:?}") };
        begun.clone()
    }

    #[test]
    fn whoever_is_answered_after_five_seconds_at_most_is_served() {
        let mut open = Open::new();
        let (in_time, late, never) = (open.begin(&began(100)), open.begin(&began(200)), open.begin(&began(300)));
        open.sent(never, 3);
        open.answered(in_time, Time::from_millis(5_100), 7);
        open.answered(late, Time::from_millis(5_201), 8);
        let of_group = open.provisionally(GROUP, Time::from_millis(5_300)).next().expect("one is under way");
        assert_eq!((of_group.served, of_group.unserved), (1, 1), "one is open");
        let begun = judged(&mut open, 6);
        assert_eq!((begun.served, begun.unserved), (1, 2));
        let trouble = begun.trouble.expect("two were not served");
        assert_eq!((trouble.first, trouble.answer), (Some(Time::from_millis(200)), None));
        assert_eq!(trouble.regions, Sites::one(3));
    }

    #[test]
    fn a_second_is_told_as_soon_as_all_of_it_is_known_and_not_before() {
        let mut open = Open::new();
        open.begin(&began(999));
        assert!((1..=5).all(|second| open.end_second(Time::from_secs(second)).is_empty()));
        assert_eq!(open.end_second(Time::from_secs(6)).len(), 1);
        let late = Seat { second: 0, place: 0 };
        open.answered(late, Time::from_secs(7), 1);
        assert_eq!(open.provisionally(GROUP, Time::from_secs(7)).filter(Begun::any).count(), 0, "it is judged");
    }

    #[test]
    fn what_counts_is_when_operations_began_and_not_when_they_ended() {
        let mut open = Open::new();
        let seats: Vec<Seat> = [100, 200, 300, 400].map(|at| open.begin(&began(at))).into();
        // The second fails last, the fourth is answered before the third.
        open.answered(seats[3], Time::from_millis(500), 4);
        open.answered(seats[2], Time::from_millis(600), 5);
        open.answered(seats[0], Time::from_millis(700), 6);
        open.failed(seats[1], Time::from_millis(900), 0);
        let trouble = judged(&mut open, 6).trouble.expect("one failed");
        assert_eq!((trouble.first, trouble.first_after_served), (Some(Time::from_millis(200)), None));
        assert_eq!(trouble.answer, Some((Time::from_millis(500), 4)), "of those that began after it");
    }

    #[test]
    fn answers_are_kept_in_the_second_after_a_troubled_one_and_no_longer() {
        let mut open = Open::new();
        let mut kept = Vec::new();
        for second in 0..10_u64 {
            let seat = open.begin(&began(second * 1000));
            match second {
                1 => open.failed(seat, Time::from_millis(1100), NOWHERE),
                _ => open.answered(seat, Time::from_millis(second * 1000 + 10), second),
            }
            let ended = open.end_second(Time::from_secs(second + 1));
            kept.extend(ended.into_iter().map(|(_, begun)| begun.trouble.is_some()));
        }
        assert_eq!(kept, [false, true, true, false, false]);
    }
}
