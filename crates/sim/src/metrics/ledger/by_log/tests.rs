//! Books that pack what they follow say the same as books that do not, whatever happens.

use super::*;
use crate::trace::{ErrorKind, OperationKind};
use engine::{Stream, Time};
use protocol::{Apart, Epoch, Key, NodeId, WriteId};

const REGIONS: u16 = 3;

/// Three regions that hold one dataset of nine keys.
fn facts() -> Facts {
    let all = Sites::first(usize::from(REGIONS));
    Facts {
        leased: vec![false],
        leaderless: vec![false],
        apart: vec![Apart::TheLater],
        merges_answers: vec![false],
        kinds: vec![values::Kind::Register],
        cancel_costs: vec![0],
        changes: Vec::new(),
        elements: vec![Vec::new()],
        deletes: vec![false],
        electing: vec![false],
        tells_people: false,
        judges_causes: vec![false],
        placement: vec![all],
        holders: vec![all],
        homes: vec![vec![all]],
        awaits: vec![false],
        keys: vec![(9, 9)],
        regions: usize::from(REGIONS),
        zones_of: (0..REGIONS).collect(),
        populations: 2,
    }
}

type Log = Vec<(Version, u64)>;

fn end(log: &Log) -> Version {
    log.last().map_or(Version::NONE, |(version, _)| *version)
}

/// Regions with logs to which anything may happen that may happen to logs, and two books that are told.
struct Regions {
    draws: Stream,
    steps: u64,
    /// One that follows every write by itself, and one that packs all but the latest few.
    books: [ByLog; 2],
    logs: Vec<Log>,
    /// How much of each log is on the disk, where disks take time.
    synced: Option<Vec<usize>>,
    powered: Sites,
    leader: u16,
    epoch: u32,
    begun: u64,
    /// Writes under way.
    open: Vec<OperationInfo>,
}

impl Regions {
    fn new(seed: u64) -> Regions {
        let mut draws = Stream::named(seed, "regions", 0);
        let mut books = [0, 1].map(|_| ByLog::new(0, &facts()));
        books[1].writes = Followed::packing(draws.below(8) as usize, 1 + draws.below(8) as usize);
        let synced = (draws.below(2) == 0).then(|| vec![0; usize::from(REGIONS)]);
        let logs = vec![Log::new(); usize::from(REGIONS)];
        let powered = Sites::first(usize::from(REGIONS));
        let mut regions =
            Regions { draws, steps: 0, books, logs, synced, powered, leader: 0, epoch: 0, begun: 0, open: Vec::new() };
        (0..REGIONS).for_each(|region| regions.sync(region));
        regions.promote(0);
        regions
    }

    fn when(&self) -> When {
        When { at: Time::from_nanos(self.steps * 7_000_000), event: self.steps }
    }

    fn state(&mut self, region: u16, fact: &Fact) {
        let (when, powered) = (self.when(), self.powered);
        self.books.iter_mut().for_each(|books| books.on_fact(when, region, fact, powered));
    }

    fn log(&mut self, region: u16) -> &mut Log {
        &mut self.logs[usize::from(region)]
    }

    fn promote(&mut self, region: u16) {
        (self.leader, self.epoch) = (region, self.epoch + 1);
        self.state(region, &Fact::Leads(Epoch(self.epoch)));
    }

    fn append(&mut self, region: u16, version: Version, write: u64) {
        self.log(region).push((version, write));
        self.state(region, &Fact::Appended { write: WriteId(write), key: Key(0), version });
    }

    /// The leader executes a write: as a rule one that begins, and else one that a client tries again.
    fn write(&mut self) {
        if !self.powered.contains(self.leader) {
            return;
        }
        let again = self.open.first().filter(|_| self.draws.below(50) == 0).map(|info| info.write);
        let write = again.unwrap_or(self.begun + 1);
        if again.is_none() {
            self.begun += 1;
            let (key, population) = (self.draws.below(9) as u32, self.draws.below(2) as u16);
            let info = OperationInfo {
                operation: write,
                slot: 0,
                process: 1,
                population,
                request: 0,
                dataset: Some(0),
                kind: OperationKind::Write,
                step: 0,
                key,
                write,
                accounts: [0; 2],
                invoked: self.when().at,
            };
            self.books.iter_mut().for_each(|books| books.on_started(&info));
            self.open.push(info);
        }
        let leader = self.leader;
        let lsn = end(self.log(leader)).lsn + 1;
        self.append(leader, Version { epoch: Epoch(self.epoch), lsn }, write);
    }

    /// Some client has its answer, or gives up.
    fn answer(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let info = self.open.remove(self.draws.below(self.open.len() as u64) as usize);
        let (when, powered, failed) = (self.when(), self.powered, self.draws.below(10) == 0);
        let ending = Ending {
            error: failed.then_some(ErrorKind::Timeout),
            may_have_happened: true,
            region: self.leader,
            served_by: self.leader,
            attempts: 1,
            version: Version::NONE,
            read: 0,
            deleted: false,
            answered: when.at,
        };
        self.books.iter_mut().for_each(|books| books.on_ended(when, &info, &ending, powered));
    }

    /// A follower comes nearer to its leader: by an entry that it lacks or one that it has to take back, or by a copy.
    fn follow(&mut self, region: u16) {
        if region == self.leader || !self.powered.contains(region) || !self.powered.contains(self.leader) {
            return;
        }
        let (own, leaders) = (self.log(region).clone(), self.log(self.leader).clone());
        if self.draws.below(200) == 0 {
            *self.log(region) = leaders.clone();
            self.sync(region);
            self.state(region, &Fact::Restored { from: NodeId(self.leader), upto: end(&leaders) });
        } else if let Some(last) = own.last().filter(|last| leaders.get(own.len() - 1) != Some(last)) {
            self.log(region).pop();
            let (version, write) = (last.0, WriteId(last.1));
            self.state(region, &Fact::Truncated { write, key: Key(0), version });
            self.sync(region);
        } else if let Some((version, write)) = leaders.get(own.len()) {
            self.append(region, *version, *write);
        }
    }

    fn sync(&mut self, region: u16) {
        if !self.powered.contains(region) {
            return;
        }
        let (len, upto) = (self.log(region).len(), end(self.log(region)));
        if let Some(synced) = &mut self.synced {
            synced[usize::from(region)] = len;
            self.state(region, &Fact::Synced { upto });
        }
    }

    /// A region loses its power, or gets it back.
    fn switch(&mut self, region: u16) {
        let goes = self.powered.contains(region);
        let disks_lost = goes && self.draws.below(4) == 0;
        if goes {
            self.powered.remove(region)
        } else {
            self.powered.insert(region)
        }
        let (when, powered) = (self.when(), self.powered);
        if goes {
            let left = self.synced.as_ref().map_or(usize::MAX, |synced| synced[usize::from(region)]);
            self.log(region).truncate(if disks_lost { 0 } else { left });
            self.synced.iter_mut().filter(|_| disks_lost).for_each(|synced| synced[usize::from(region)] = 0);
        }
        self.books.iter_mut().for_each(|books| books.on_power(when, region, powered, disks_lost));
        if !goes {
            let upto = end(self.log(region));
            self.state(region, &Fact::Recovered { upto });
            if region == self.leader {
                self.promote(region);
            }
        }
    }

    fn step(&mut self) {
        self.steps += 1;
        let region = self.draws.below(u64::from(REGIONS)) as u16;
        match self.draws.below(1_000) {
            0..300 => self.write(),
            300..580 => self.answer(),
            580..950 => self.follow(region),
            950..990 => self.sync(region),
            990..995 => self.switch(region),
            995..998 if self.powered.contains(region) => self.promote(region),
            _ => {}
        }
    }

    /// What each of the books says.
    fn told(&mut self) -> [(Vec<LostWrite>, Vec<LostRange>, Found, bool); 2] {
        let powered = self.powered;
        self.books.each_mut().map(|books| {
            books.audit(powered);
            let (lost, ranges) = (books.lost(powered).collect(), books.lost_ranges(powered).collect());
            (lost, ranges, books.take_found(), books.executed_again())
        })
    }
}

#[test]
fn what_is_packed_is_lost_and_found_again_as_if_each_write_stood_by_itself() {
    let (mut packed, mut in_part, mut back, mut ranges, mut doubled) = (0, 0, 0, 0, 0);
    for seed in 0..24 {
        let mut regions = Regions::new(seed);
        let mut lost_before = 0;
        for _ in 0..1_000 {
            (0..3).for_each(|_| regions.step());
            let [plain, other] = regions.told();
            assert_eq!(plain, other, "seed {seed}, step {}", regions.steps);
            let lost = plain.0.len();
            let of_old = plain.0.iter().filter(|lost| regions.books[1].writes.is_old(lost.write)).count();
            packed += of_old;
            in_part += usize::from(of_old > 0 && lost < regions.books[0].followed());
            back += usize::from(lost < lost_before);
            ranges += plain.1.len();
            doubled += plain.2.doubled;
            lost_before = lost;
        }
        let [plain, other] = regions.books.each_ref().map(|books| books.writes.iter().collect::<Vec<_>>());
        assert_eq!(plain, other, "seed {seed}");
    }
    // All of it happens.
    let all = [packed, in_part, back, ranges, doubled as usize];
    assert!(all.into_iter().all(|times| times > 20), "{all:?}");
}
