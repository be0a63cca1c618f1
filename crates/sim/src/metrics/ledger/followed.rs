//! Writes that are followed, each by itself: those under way, and acknowledged ones that not yet every disk holds. The latest are kept as
//! they are. Whoever is away for a day is missed by millions, so that older ones are packed, a stretch at a time: most take nine bytes.

use crate::metrics::bytes::{Bytes, near, number};
use crate::metrics::window::Window;
use crate::trace::OperationInfo;
use engine::{Chunks, Time};
use protocol::{Epoch, Version};
use std::collections::VecDeque;
use std::sync::Arc;

/// So many of the latest are not packed: beyond what is under way between replicas as a rule, and little for each checkpoint to have to itself.
const LATEST: usize = 1 << 13;
/// So many are packed together.
const STRETCH: usize = 256;

/// A write that is followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Write {
    /// When it was acknowledged; beyond all time if it was not.
    pub(super) at: Time,
    /// Its first place; none before it is executed. A log that has four billion entries finds no room.
    epoch: Epoch,
    lsn: u32,
    pub(super) key: u32,
    pub(super) population: u16,
    /// Who acknowledged it.
    pub(super) region: u16,
}

/// From which the first of a stretch differs.
const BEFORE_ALL: (u64, Write) =
    (0, Write { at: Time::ZERO, epoch: Epoch(0), lsn: 0, key: 0, population: 0, region: 0 });

impl Write {
    pub(super) fn new(info: &OperationInfo) -> Write {
        Write { at: Time::MAX, key: info.key, population: info.population, ..BEFORE_ALL.1 }
    }

    pub(super) fn acknowledged(&self) -> Option<Time> {
        (self.at != Time::MAX).then_some(self.at)
    }

    pub(super) fn version(&self) -> Version {
        Version { epoch: self.epoch, lsn: self.lsn.into() }
    }

    pub(super) fn set_version(&mut self, version: Version) {
        (self.epoch, self.lsn) = (version.epoch, version.lsn as u32);
    }
}

/// Writes by number, which mostly ascends from each to the next that is followed.
#[derive(Clone, Debug)]
pub(super) struct Followed {
    latest: Window<Write>,
    /// From this number on a write is one of the latest, and before it of a stretch, if there is any.
    since: u64,
    /// A stretch has what is from its first number on up to that of the next.
    old: Chunks<Stretch>,
    /// The first number of the one that may be open.
    open: Option<u64>,
    /// So many are among the latest, and so many in a stretch.
    sizes: (usize, usize),
}

type Writes = VecDeque<(u64, Write)>;

/// Writes as they are while the stretch is open, and else packed: one of the two is empty.
#[derive(Clone, Debug)]
struct Stretch {
    first: u64,
    packed: Arc<[u8]>,
    /// Of what is packed the earliest place.
    earliest: Version,
    open: Writes,
}

impl Followed {
    pub(super) fn new() -> Followed {
        Followed::packing(LATEST, STRETCH)
    }

    /// All but so many of the latest are packed, so many together.
    pub(super) fn packing(latest: usize, stretch: usize) -> Followed {
        Followed { latest: Window::new(), since: 0, old: Chunks::default(), open: None, sizes: (latest, stretch) }
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        self.latest.len() * size_of::<(u64, Write)>()
    }

    pub(super) fn insert(&mut self, number: u64, write: Write) {
        let Some(writes) = self.stretch(number) else {
            self.latest.insert(number, write);
            return self.pack();
        };
        match find(writes, number) {
            Ok(place) => writes[place].1 = write,
            Err(place) => writes.insert(place, (number, write)),
        }
    }

    /// A write. Those beside it are open from then on, since more of them are likely to be asked for next.
    pub(super) fn get(&mut self, number: u64) -> Option<Write> {
        match self.stretch(number) {
            None => self.latest.get(number).copied(),
            Some(writes) => find(writes, number).ok().map(|place| writes[place].1),
        }
    }

    /// A write, to be changed.
    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut Write> {
        if self.place(number).is_none() {
            return self.latest.get_mut(number);
        }
        let writes = self.stretch(number)?;
        find(writes, number).ok().map(|place| &mut writes[place].1)
    }

    pub(super) fn remove(&mut self, number: u64) {
        let Some(writes) = self.stretch(number) else { return self.latest.remove(number) };
        if let Ok(place) = find(writes, number) {
            writes.remove(place);
        }
        while self.old.get(0).is_some_and(Stretch::is_empty) {
            self.old.pop_front();
        }
    }

    /// Whether a write would be packed, if it is not open.
    #[cfg(test)]
    pub(super) fn is_old(&self, number: u64) -> bool {
        self.place(number).is_some()
    }

    /// All of them, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, Write)> {
        self.old.iter().flat_map(Stretch::iter).chain(self.latest.iter().map(|(number, write)| (number, *write)))
    }

    /// Those whose first place is this one or an earlier one, ascending.
    pub(super) fn upto(&self, place: Version) -> impl Iterator<Item = (u64, Write)> {
        let old = self.old.iter().filter(move |stretch| stretch.packed.is_empty() || stretch.earliest <= place);
        let latest = self.latest.iter().map(|(number, write)| (number, *write));
        old.flat_map(Stretch::iter).chain(latest).filter(move |(_, write)| write.version() <= place)
    }

    /// Those of these numbers that are followed, with what is said of each. Where numbers ascend, each stretch is unpacked once.
    pub(super) fn each<T>(&self, of: impl Iterator<Item = (u64, T)>) -> impl Iterator<Item = (u64, Write, T)> {
        let mut unpacked = (usize::MAX, VecDeque::new());
        of.filter_map(move |(number, said)| {
            let Some(place) = self.place(number) else { return Some((number, *self.latest.get(number)?, said)) };
            if unpacked.0 != place {
                unpacked = (place, self.old.get(place)?.iter().collect());
            }
            let found = find(&unpacked.1, number).ok()?;
            Some((number, unpacked.1[found].1, said))
        })
    }

    /// The place of the stretch that a number is of, or would be.
    fn place(&self, number: u64) -> Option<usize> {
        let old = number < self.since && !self.old.is_empty();
        old.then(|| self.old.partition_point(|stretch| stretch.first <= number).saturating_sub(1))
    }

    /// The stretch that a number is of, or would be, opened: one at a time.
    fn stretch(&mut self, number: u64) -> Option<&mut Writes> {
        let place = self.place(number)?;
        let first = self.old.get(place)?.first;
        if let Some(other) = self.open.replace(first).filter(|other| *other != first)
            && let Some(other) = self.place(other)
        {
            self.old.get_mut(other)?.close();
        }
        self.old.get_mut(place).map(Stretch::open)
    }

    /// Packs the first of the latest, if they are too many.
    fn pack(&mut self) {
        let (latest, stretch) = self.sizes;
        if self.latest.len() < latest + stretch {
            return;
        }
        let open: Writes = (0..stretch).map_while(|_| self.latest.take_first()).collect();
        let (Some((first, _)), Some((last, _))) = (open.front(), open.back()) else { return };
        self.since = last + 1;
        let mut stretch = Stretch { first: *first, packed: Arc::default(), earliest: Version::NONE, open };
        stretch.close();
        self.old.push_back(stretch);
    }
}

impl Stretch {
    fn is_empty(&self) -> bool {
        self.packed.is_empty() && self.open.is_empty()
    }

    fn iter(&self) -> impl Iterator<Item = (u64, Write)> {
        Unpacked { rest: &self.packed, before: BEFORE_ALL }.chain(self.open.iter().copied())
    }

    fn open(&mut self) -> &mut Writes {
        if !self.packed.is_empty() {
            self.open = self.iter().collect();
            self.packed = Arc::default();
        }
        &mut self.open
    }

    fn close(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let writes = std::mem::take(&mut self.open);
        let (mut bytes, mut before) = (Bytes::default(), &BEFORE_ALL);
        for after in &writes {
            pack(before, after, &mut bytes);
            before = after;
        }
        self.earliest = writes.iter().map(|(_, write)| write.version()).min().unwrap_or_default();
        self.packed = bytes.shared();
    }
}

/// Where a number is, or would have to be put.
fn find(writes: &Writes, number: u64) -> Result<usize, usize> {
    writes.binary_search_by_key(&number, |(number, _)| *number)
}

/// How a write differs from the one before it.
fn pack((before_number, before): &(u64, Write), (number, write): &(u64, Write), bytes: &mut Bytes) {
    let elsewhere = (write.epoch, write.region) != (before.epoch, before.region);
    bytes.put(u64::from(write.population) << 1 | u64::from(elsewhere));
    if elsewhere {
        bytes.put(write.epoch.0.into());
        bytes.put(write.region.into());
    }
    bytes.put_near(*before_number, *number);
    bytes.put_near(before.lsn.into(), write.lsn.into());
    bytes.put_near(before.at.as_nanos(), write.at.as_nanos());
    bytes.put(write.key.into());
}

/// What is packed, one after the other.
struct Unpacked<'a> {
    rest: &'a [u8],
    before: (u64, Write),
}

impl Iterator for Unpacked<'_> {
    type Item = (u64, Write);

    fn next(&mut self) -> Option<(u64, Write)> {
        if self.rest.is_empty() {
            return None;
        }
        let mut next = || number(&mut self.rest);
        let (before_number, before) = self.before;
        let first = next();
        let (epoch, region) =
            if first & 1 == 0 { (before.epoch, before.region) } else { (Epoch(next() as u32), next() as u16) };
        let number = near(before_number, next());
        let lsn = near(before.lsn.into(), next()) as u32;
        let at = Time::from_nanos(near(before.at.as_nanos(), next()));
        let key = next() as u32;
        self.before = (number, Write { at, epoch, lsn, key, population: (first >> 1) as u16, region });
        Some(self.before)
    }
}

#[cfg(test)]
mod tests;
