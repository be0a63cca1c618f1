//! Users who are somebody: which of them asks next and on which device, and how long a device knows what was done with it. Who has not asked
//! yet costs nothing.

use super::sessions::{Session, Sessions};
use crate::config::PeopleConfig;
use engine::{Stream, Time, TreeMap};
use std::collections::VecDeque;
use std::sync::Arc;

/// The people of a population.
#[derive(Clone, Debug)]
pub(super) struct People {
    of: PeopleConfig,
    /// Whether requests come without regard to who is free to make them.
    open: bool,
    /// How many people each population has, in order, and which of them this is.
    all: (Arc<[u32]>, usize),
    draws: Stream,
    /// Those who wait for an answer, ascending.
    busy: Vec<u32>,
    /// By device: what is known of it.
    kept: TreeMap<Kept>,
    /// The devices that rest, longest first, with when they began to.
    resting: VecDeque<(Time, Device)>,
}

/// A device: its number among those of its population.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Device(pub(super) u64);

#[derive(Clone, Copy, Debug)]
struct Kept {
    process: u64,
    session: Session,
    /// Since when it rests; none while it is used.
    rests: Option<Time>,
}

/// What a device has of a session.
pub(super) struct Taken {
    pub(super) device: Device,
    /// Its number among the person's, from 1.
    pub(super) number: u32,
    pub(super) process: u64,
    pub(super) session: Session,
    pub(super) began: bool,
}

impl People {
    pub(super) fn new((of, open): (PeopleConfig, bool), all: (Arc<[u32]>, usize), draws: Stream) -> People {
        let (busy, kept) = (Vec::new(), TreeMap::new());
        People { of, open, all, draws, busy, kept, resting: VecDeque::new() }
    }

    /// The number that a person has among those of all populations, one population after the other, from 0.
    pub(super) fn number(&self, person: u32) -> u32 {
        let (all, own) = &self.all;
        all[..*own].iter().sum::<u32>() + person
    }

    /// The number of a person's own key: the first of each population have the first keys, then the second of each, so that the keys of which a
    /// history is recorded, which are the first, are not all of one place.
    pub(super) fn key(&self, person: u32) -> u32 {
        let (all, own) = &self.all;
        let before = all.iter().map(|people| (*people).min(person)).sum::<u32>();
        before + all[..*own].iter().filter(|people| **people > person).count() as u32
    }

    /// How many wait for an answer, where that keeps them from another request.
    pub(super) fn busy(&self) -> Option<u32> {
        self.open.then_some(self.busy.len() as u32)
    }

    /// One of those who wait for no answer, each as likely as the others, who does from now on; none if all wait.
    pub(super) fn somebody(&mut self) -> Option<u32> {
        let free = self.of.users - self.busy.len() as u32;
        if free == 0 {
            return None;
        }
        // The so-manieth of the free: behind it are as many more of all as busy ones stand before it.
        let drawn = self.draws.below(u64::from(free)) as u32;
        let (mut from, mut until) = (0, self.busy.len());
        while from < until {
            let middle = usize::midpoint(from, until);
            if self.busy[middle] - middle as u32 <= drawn { from = middle + 1 } else { until = middle }
        }
        let person = drawn + from as u32;
        self.busy.insert(from, person);
        Some(person)
    }

    /// A person takes one of the devices. Where it knows nothing any more its session begins, as that of `process`.
    pub(super) fn take(&mut self, person: u32, now: Time, process: &mut u64, sessions: &mut Sessions) -> Taken {
        self.forget(now, sessions);
        let of_person = if self.of.devices > 1 { self.draws.below(u64::from(self.of.devices)) } else { 0 };
        let device = Device(u64::from(person) * u64::from(self.of.devices) + of_person);
        let began = self.kept.get(device.0).is_none();
        let kept = self.kept.get_or_insert_with(device.0, || {
            *process += 1;
            Kept { process: *process, session: sessions.begin(), rests: None }
        });
        kept.rests = None;
        Taken { device, number: of_person as u32 + 1, process: kept.process, session: kept.session, began }
    }

    /// A person's request is over.
    pub(super) fn rest(&mut self, person: u32, device: Device, now: Time) {
        if let Ok(place) = self.busy.binary_search(&person) {
            self.busy.remove(place);
        }
        if let Some(kept) = self.kept.get_mut(device.0) {
            kept.rests = Some(now);
        }
        if self.of.session.is_some() {
            self.resting.push_back((now, device));
        }
    }

    /// What has rested for long enough is forgotten.
    fn forget(&mut self, now: Time, sessions: &mut Sessions) {
        let Some(lasts) = self.of.session else { return };
        while let Some((rests, device)) = self.resting.pop_front_if(|(since, _)| *since + lasts <= now) {
            if let Some(kept) = self.kept.get(device.0).filter(|kept| kept.rests == Some(rests)) {
                sessions.end(kept.session);
                self.kept.remove(device.0);
            }
        }
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        let of_kept = size_of::<(Device, Kept)>() * 3 / 2;
        self.kept.len() * of_kept + self.resting.len() * size_of::<(Time, Device)>() + self.busy.len() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bare;
    use engine::Span;
    use std::collections::BTreeSet;

    fn people(of: PeopleConfig) -> (People, Sessions) {
        (
            People::new((of, true), (Arc::from([of.users]), 0), Stream::named(1, "test", 0)),
            Sessions::new(&bare::config(2)),
        )
    }

    #[test]
    fn everybody_is_drawn_and_nobody_twice_before_the_answer() {
        let (mut people, _) = people(PeopleConfig::new(100));
        let mut all: Vec<u32> = std::iter::from_fn(|| people.somebody()).collect();
        assert_ne!(all[..3], [0, 1, 2], "they are drawn");
        all.sort_unstable();
        assert!(all.into_iter().eq(0..100));
        people.rest(17, Device(17), Time::ZERO);
        assert_eq!((people.somebody(), people.somebody()), (Some(17), None));
    }

    /// Who stands behind somebody who is busy for long is asked no more often than others.
    #[test]
    fn everybody_who_is_free_is_as_likely() {
        let (mut people, _) = people(PeopleConfig::new(5));
        while !people.busy.contains(&2) {
            let person = people.somebody().expect("somebody is free");
            if person != 2 {
                people.rest(person, Device(u64::from(person)), Time::ZERO);
            }
        }
        let mut asked = [0_u32; 5];
        for _ in 0..4_000 {
            let person = people.somebody().expect("somebody is free");
            asked[person as usize] += 1;
            people.rest(person, Device(u64::from(person)), Time::ZERO);
        }
        // 1 000 each, with a standard deviation of 27.
        assert!(asked[2] == 0 && [0, 1, 3, 4].into_iter().all(|of| (880..1_120).contains(&asked[of])), "{asked:?}");
    }

    #[test]
    fn the_first_of_each_population_have_the_first_keys() {
        let sizes: Arc<[u32]> = Arc::from([2, 0, 4, 3]);
        let of = |own: usize| {
            let people =
                People::new((PeopleConfig::new(sizes[own]), true), (sizes.clone(), own), Stream::named(1, "test", 0));
            (0..sizes[own]).map(|person| people.key(person)).collect::<Vec<_>>()
        };
        assert_eq!([of(0), of(2), of(3)], [vec![0, 3], vec![1, 4, 6, 8], vec![2, 5, 7]]);
    }

    #[test]
    fn a_device_has_one_session_until_it_has_rested_for_long_enough() {
        let lasts = Some(Span::from_secs(10));
        let (mut people, mut sessions) = people(PeopleConfig { users: 1, devices: 1, session: lasts });
        let mut process = 0;
        let mut ask = |at: u64, people: &mut People| {
            let taken = people.take(0, Time::from_secs(at), &mut process, &mut sessions);
            people.rest(0, taken.device, Time::from_secs(at + 1));
            (taken.process, taken.began)
        };
        assert_eq!(ask(0, &mut people), (1, true));
        assert_eq!(ask(10, &mut people), (1, false), "it rested for 9 s");
        assert_eq!(ask(20, &mut people), (1, false), "since the last request, not since the first");
        assert_eq!(ask(31, &mut people), (2, true), "it rested for 10 s");
        assert_eq!(people.kept.len(), 1);
    }

    #[test]
    fn each_device_has_a_session_of_its_own() {
        let (mut people, mut sessions) = people(PeopleConfig { users: 2, devices: 2, session: None });
        let (mut process, mut seen) = (0, BTreeSet::new());
        for at in 0..40 {
            let person = at % 2;
            let taken = people.take(person, Time::from_secs(at.into()), &mut process, &mut sessions);
            people.rest(person, taken.device, Time::from_secs(at.into()));
            seen.insert((person, taken.number, taken.process));
        }
        let numbers: Vec<(u32, u32)> = seen.iter().map(|(person, number, _)| (*person, *number)).collect();
        assert_eq!(numbers, [(0, 1), (0, 2), (1, 1), (1, 2)]);
        assert_eq!(process, 4);
    }
}
