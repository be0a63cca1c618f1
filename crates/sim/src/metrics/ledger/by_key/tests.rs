//! What is lost where nobody leads: cases with their numbers counted by hand, and any sequence of facts against a model that keeps of
//! each write the set of all that it knew.

use super::*;
use crate::metrics::record::When;
use crate::trace::{ErrorKind, OperationKind};
use engine::{Stream, Time};
use protocol::{Epoch, Key, Version};
use std::collections::{BTreeMap, BTreeSet};

const REGIONS: u16 = 3;

/// The books of one dataset of three regions, and the time of day.
struct Books {
    books: ByKey,
    powered: Sites,
    now: Time,
}

fn accepted((write, stamp): (u64, u64)) -> Accepted {
    Accepted { write: WriteId(write), version: Version { epoch: Epoch(0), lsn: stamp } }
}

impl Books {
    fn new() -> Books {
        let all = Sites::first(usize::from(REGIONS));
        Books { books: ByKey::new(0, all, usize::from(REGIONS), 1), powered: all, now: Time::ZERO }
    }

    fn at(&mut self, second: u64) {
        self.now = Time::from_secs(second);
    }

    fn when(&self) -> When {
        When { at: self.now, event: self.now.whole_seconds() }
    }

    fn state(&mut self, region: u16, fact: Fact) {
        self.books.on_fact(self.when(), region, &fact, self.powered);
    }

    /// A region stores a write by its stamp, which was made over another.
    fn store(&mut self, region: u16, of: (u64, u64), over: Option<(u64, u64)>) {
        let Accepted { write, version } = accepted(of);
        self.state(region, Fact::Stored { write, key: Key(0), version, over: over.map(accepted) });
    }

    fn ignore(&mut self, region: u16, of: (u64, u64), over: Option<(u64, u64)>, kept: (u64, u64)) {
        let (Accepted { write, version }, kept) = (accepted(of), accepted(kept));
        self.state(region, Fact::Ignored { write, key: Key(0), version, over: over.map(accepted), kept });
    }

    fn hint(&mut self, region: u16, to: u16, of: (u64, u64), over: Option<(u64, u64)>) {
        let Accepted { write, version } = accepted(of);
        self.state(region, Fact::Hinted { to: NodeId(to), write, key: Key(0), version, over: over.map(accepted) });
    }

    fn end(&mut self, (write, stamp): (u64, u64), error: Option<ErrorKind>) {
        let info = OperationInfo {
            operation: write,
            slot: 0,
            process: 0,
            population: 0,
            request: 0,
            dataset: Some(0),
            kind: OperationKind::Write,
            step: 0,
            key: 0,
            write,
            accounts: [0; 2],
            invoked: Time::ZERO,
        };
        let version = accepted((write, stamp)).version;
        let (may_have_happened, answered) = (error.is_some(), Time::ZERO);
        let ending = Ending {
            error,
            may_have_happened,
            region: 0,
            served_by: 0,
            attempts: 1,
            version,
            read: 0,
            deleted: false,
            answered,
        };
        self.books.on_ended(self.when(), &info, &ending, self.powered);
    }

    /// A region takes a write over what it has, and confirms it. Stamps are the numbers of writes.
    fn write(&mut self, region: u16, write: u64, over: Option<u64>) {
        self.store(region, (write, write), over.map(|over| (over, over)));
        self.end((write, write), None);
    }

    /// A write comes to a region.
    fn send(&mut self, region: u16, write: u64) {
        self.store(region, (write, write), None);
    }

    fn down(&mut self, region: u16, disks_lost: bool) {
        self.powered.remove(region);
        self.books.on_power(self.when(), region, self.powered, disks_lost);
    }

    fn up(&mut self, region: u16) {
        self.powered.insert(region);
        self.books.on_power(self.when(), region, self.powered, false);
    }

    fn lost(&self) -> Vec<(u64, WriteState, Vec<u16>)> {
        self.books.lost().map(|lost| (lost.write, lost.state, lost.holders)).collect()
    }

    fn thrown_away(&self) -> Vec<(u64, u64, bool)> {
        self.books.lost_updates().map(|of| (of.write, of.kept.write, of.knew)).collect()
    }
}

#[test]
fn whoever_wrote_after_another_without_having_seen_it_did_not_know_it() {
    let mut books = Books::new();
    books.write(0, 7, None);
    books.write(1, 8, None);
    books.write(1, 9, Some(8));
    books.at(15);
    books.send(0, 9);
    books.ignore(1, (7, 7), None, (9, 9));
    assert_eq!(books.thrown_away(), [(7, 9, false)], "by the stamps 9 came after 8, and 8 after 7");
    assert_eq!((books.lost(), books.books.take_found().conflicts), (vec![], 1), "the pair counts once");
    assert_eq!(books.books.lost_updates().next().map(|of| of.lost), Some(Time::from_secs(15)));
}

#[test]
fn with_a_write_all_are_thrown_away_that_nobody_else_knew() {
    let mut books = Books::new();
    books.write(0, 5, None);
    books.send(1, 5);
    books.write(0, 6, Some(5));
    books.write(0, 7, Some(6));
    books.write(1, 8, Some(5));
    books.send(0, 8);
    assert_eq!(books.thrown_away(), [(6, 8, false), (7, 8, false)], "5 was known to both");
    assert_eq!(books.books.take_found().conflicts, 1, "6 was not met: it was replaced by one that knew it");
}

#[test]
fn what_one_replica_throws_away_wins_where_a_later_write_knew_it() {
    let mut books = Books::new();
    books.write(0, 7, None);
    books.write(1, 8, None);
    books.send(0, 8);
    assert_eq!(books.thrown_away(), [(7, 8, false)]);
    // A third region had seen it before, and writes over it.
    books.write(2, 9, Some(7));
    assert_eq!((books.thrown_away(), books.lost()), (vec![], vec![]));
    books.send(0, 9);
    books.send(1, 9);
    assert_eq!(books.thrown_away(), [(8, 9, false)]);
    assert_eq!(books.books.take_found().conflicts, 2);
    (0..3).for_each(|region| books.down(region, true));
    let lost: Vec<u64> = books.lost().iter().map(|(write, ..)| *write).collect();
    assert_eq!((lost, books.thrown_away()), (vec![7, 9], vec![(8, 9, false)]), "what all had went with the disks");
}

#[test]
fn a_write_whose_only_disk_is_lost_is_gone_whatever_was_confirmed_elsewhere_since() {
    let mut books = Books::new();
    books.write(0, 7, None);
    books.write(1, 8, None);
    books.down(0, true);
    assert_eq!((books.lost(), books.thrown_away()), (vec![(7, WriteState::Gone, vec![])], vec![]));
}

#[test]
fn a_write_on_a_disk_without_power_is_dark_and_thrown_away_when_it_meets_another_there() {
    let mut books = Books::new();
    books.write(0, 7, None);
    books.write(1, 8, None);
    books.down(0, false);
    assert_eq!(books.lost(), [(7, WriteState::Dark, vec![0])]);
    books.up(0);
    assert_eq!(books.lost(), []);
    books.send(0, 8);
    assert_eq!((books.lost(), books.thrown_away()), (vec![], vec![(7, 8, false)]));
}

#[test]
fn a_dark_disk_that_is_lost_after_all_is_gone() {
    let mut books = Books::new();
    books.write(0, 7, None);
    books.down(0, false);
    books.down(0, true);
    assert_eq!(books.lost(), [(7, WriteState::Gone, vec![])]);
}

#[test]
fn every_write_that_went_with_a_disk_is_lost_and_not_only_the_latest_of_its_key() {
    let mut books = Books::new();
    for (second, write, over) in [(6, 6, None), (7, 7, Some(6)), (8, 8, Some(7))] {
        books.at(second);
        books.write(0, write, over);
    }
    books.at(10);
    books.down(0, true);
    let oldest = books.books.lost().map(|lost| lost.acknowledged).min();
    assert_eq!((books.lost().len(), oldest), (3, Some(Time::from_secs(6))));
    books.send(1, 7);
    assert_eq!(books.lost(), [(8, WriteState::Gone, vec![])], "it was still on its way, and knew 6");
}

#[test]
fn what_is_kept_for_another_is_on_a_disk() {
    let mut books = Books::new();
    books.hint(2, 0, (7, 7), None);
    books.end((7, 7), None);
    assert_eq!(books.lost(), []);
    books.down(2, false);
    assert_eq!(books.lost(), [(7, WriteState::Dark, vec![2])]);
    books.up(2);
    books.send(0, 7);
    books.state(2, Fact::HandedOff { to: NodeId(0), key: Key(0) });
    books.down(2, true);
    assert_eq!(books.lost(), []);
    books.down(0, true);
    assert_eq!(books.lost(), [(7, WriteState::Gone, vec![])]);
}

#[test]
fn what_is_kept_for_somebody_who_never_comes_back_does_not_bring_back_what_was_thrown_away() {
    let mut books = Books::new();
    books.write(0, 7, None);
    books.hint(0, 2, (7, 7), None);
    books.write(1, 8, None);
    books.send(0, 8);
    assert_eq!(books.thrown_away(), [(7, 8, false)]);
    // The third takes it before it hears of 8, and shows it meanwhile.
    books.send(2, 7);
    assert_eq!((books.thrown_away(), books.lost()), (vec![], vec![]));
    books.send(2, 8);
    assert_eq!(books.thrown_away(), [(7, 8, false)]);
}

#[test]
fn a_write_that_is_stored_nowhere_was_thrown_away_for_what_it_was_to_replace() {
    let mut books = Books::new();
    books.write(1, 8, None);
    for region in [0, 1] {
        books.ignore(region, (9, 3), Some((8, 8)), (8, 8));
    }
    books.end((9, 3), None);
    assert_eq!((books.thrown_away(), books.lost()), (vec![(9, 8, true)], vec![]));
    assert_eq!(books.books.take_found().conflicts, 0, "it knew the other");
}

#[test]
fn what_was_thrown_away_is_lost_when_it_is_confirmed_and_not_if_it_never_is() {
    let mut books = Books::new();
    books.store(0, (7, 7), None);
    books.store(0, (8, 8), None);
    assert_eq!(books.thrown_away(), []);
    books.end((7, 7), None);
    books.end((8, 8), Some(ErrorKind::Timeout));
    assert_eq!(books.thrown_away(), [(7, 8, false)]);
    books.store(0, (9, 9), None);
    assert_eq!(books.thrown_away(), [(7, 8, false)], "8 was never confirmed");
}

#[test]
fn a_write_accepted_twice_counts_once_and_is_there_as_long_as_it_is_in_one_way() {
    for (error, counted) in [(None, 1), (Some(ErrorKind::Timeout), 0)] {
        let mut books = Books::new();
        for (region, stamp) in [(0, 3), (0, 7), (1, 3), (1, 7)] {
            books.store(region, (7, stamp), None);
        }
        books.end((7, 7), error);
        assert_eq!((books.books.take_found().doubled, books.books.executed_again()), (counted, true));
    }
    let mut books = Books::new();
    books.write(0, 2, None);
    books.write(1, 4, None);
    // Accepted over 2 in one region, and over 4 in another: who has the one execution has not what the other knew.
    books.store(0, (7, 5), Some((2, 2)));
    books.store(1, (7, 6), Some((4, 4)));
    books.end((7, 5), None);
    books.store(0, (7, 6), None);
    assert_eq!(
        (books.thrown_away(), books.books.take_found()),
        (vec![(2, 7, false)], Found { doubled: 1, ..Found::default() })
    );
}

/// The model: what each write knew, as a set of stamps, with itself. Every write is accepted once, and its stamp is its number.
#[derive(Default)]
struct Model {
    knew: BTreeMap<u64, BTreeSet<u64>>,
    /// By region, and whom it is kept for.
    disks: BTreeMap<(u16, Shelf), u64>,
    confirmed: BTreeSet<u64>,
    thrown: BTreeMap<u64, BTreeSet<u16>>,
    met: BTreeSet<u64>,
    powered: BTreeSet<u16>,
}

impl Model {
    fn known(&self, write: Option<u64>) -> BTreeSet<u64> {
        write.map_or_else(BTreeSet::new, |write| self.knew[&write].clone())
    }

    /// In a region one of two was dropped and the other kept.
    fn drop(&mut self, region: u16, dropped: u64, kept: u64) {
        let (of_dropped, of_kept) = (self.known(Some(dropped)), self.known(Some(kept)));
        if !of_dropped.contains(&kept) && !of_kept.contains(&dropped) {
            self.met.insert(dropped);
        }
        let own = self.known(self.disks.get(&(region, None)).copied());
        for write in of_dropped.difference(&of_kept).filter(|write| !own.contains(write)) {
            self.thrown.entry(*write).or_default().insert(region);
        }
    }

    fn put(&mut self, region: u16, shelf: Shelf, write: u64) {
        let old = self.disks.insert((region, shelf), write);
        if let Some(old) = old {
            self.drop(region, old, write);
        }
        for write in self.known(Some(write)) {
            if let Some(by) = self.thrown.get_mut(&write).filter(|_| shelf.is_none()) {
                by.remove(&region);
            }
        }
    }

    fn is_thrown(&self, write: u64) -> bool {
        self.thrown.get(&write).is_some_and(|by| !by.is_empty())
    }

    fn on_disks(&self, write: u64) -> BTreeSet<u16> {
        let held = self.disks.iter().filter(|(_, held)| self.knew[*held].contains(&write));
        let counts = |shelf: Shelf| shelf.is_none() || !self.is_thrown(write);
        held.map(|((region, shelf), _)| (*region, *shelf)).filter(|of| counts(of.1)).map(|of| of.0).collect()
    }

    /// Acknowledged writes that are lost, with whether they were thrown away and who holds them.
    fn lost(&self) -> BTreeMap<u64, (bool, Vec<u16>)> {
        let lost = self.confirmed.iter().map(|write| (*write, self.on_disks(*write)));
        let lost = lost.filter(|(_, on)| on.is_disjoint(&self.powered));
        lost.map(|(write, on)| {
            let thrown = self.is_thrown(write);
            (write, (thrown, if thrown { Vec::new() } else { on.into_iter().collect() }))
        })
        .collect()
    }
}

#[test]
fn the_books_say_what_a_model_says_that_keeps_all_that_each_write_knew() {
    let (mut lost, mut thrown) = (0, 0);
    for seed in 0..300 {
        let mut draws = Stream::named(seed, "books", 0);
        let mut below = |most: u64| draws.below(most);
        let (mut books, mut model) = (Books::new(), Model::default());
        model.powered = (0..REGIONS).collect();
        let mut writes = 0;
        for _ in 0..60 {
            let region = below(u64::from(REGIONS)) as u16;
            let shelf = (below(4) == 0).then(|| NodeId((region + 1) % REGIONS));
            let powered = model.powered.contains(&region);
            match below(8) {
                // A write over what the region has, or over anything that it may have shown before. Its stamp is before or after.
                0..=2 if powered => {
                    let held = model.disks.get(&(region, None)).copied();
                    let shown = if writes > 0 && below(4) == 0 { Some(1 + below(writes)) } else { held };
                    writes += 1;
                    let mut knew = model.known(shown);
                    knew.insert(writes);
                    model.knew.insert(writes, knew);
                    arrive(&mut books, &mut model, (region, shelf), (writes, shown));
                }
                // Any write, however old, comes from somewhere.
                3..=4 if powered && writes > 0 => {
                    arrive(&mut books, &mut model, (region, shelf), (1 + below(writes), None));
                }
                5 if writes > 0 => {
                    let write = 1 + below(writes);
                    books.end((write, stamp(write)), None);
                    model.confirmed.insert(write);
                }
                6 => {
                    let disk = below(2) == 0;
                    model.powered.remove(&region);
                    if disk {
                        model.disks.retain(|(of, _), _| *of != region);
                    }
                    books.down(region, disk);
                }
                7 if shelf.is_some() && model.disks.remove(&(region, shelf)).is_some() => {
                    books.state(region, Fact::HandedOff { to: shelf.expect("it is somebody"), key: Key(0) });
                }
                7 => {
                    model.powered.insert(region);
                    books.up(region);
                }
                _ => {}
            }
            let of_books = books.lost().into_iter().map(|(write, state, on)| {
                assert_eq!(state == WriteState::Gone, on.is_empty());
                (write, (false, on))
            });
            let of_books = of_books.chain(books.thrown_away().into_iter().map(|of| (of.0, (true, Vec::new()))));
            let of_books: BTreeMap<u64, (bool, Vec<u16>)> = of_books.collect();
            assert_eq!(of_books, model.lost(), "seed {seed}");
            lost += of_books.len();
            thrown += of_books.values().filter(|(thrown, _)| *thrown).count();
        }
        assert_eq!(books.books.take_found().conflicts as usize, model.met.len(), "seed {seed}");
    }
    assert!(lost > 5_000 && thrown > 1_000 && lost - thrown > 1_000, "{lost} lost, {thrown} of them thrown away");
}

/// Numbers in another order.
fn stamp(write: u64) -> u64 {
    write * 37 % 101 + 1
}

/// A write comes to a disk: the later stamp stays.
fn arrive(books: &mut Books, model: &mut Model, (region, shelf): (u16, Shelf), (write, over): (u64, Option<u64>)) {
    let (of, over) = ((write, stamp(write)), over.map(|over| (over, stamp(over))));
    match model.disks.get(&(region, shelf)).copied() {
        Some(kept) if kept == write => {}
        Some(kept) if stamp(kept) > stamp(write) => {
            model.drop(region, write, kept);
            books.ignore(region, of, over, (kept, stamp(kept)));
        }
        _ => {
            model.put(region, shelf, write);
            match shelf {
                None => books.store(region, of, over),
                Some(to) => books.hint(region, to.0, of, over),
            }
        }
    }
}
