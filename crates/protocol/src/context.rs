//! What a session has seen of keys whose versions stand side by side: of each author of a key up to which version it has read, and which it has written
//! last. A write replaces that and nothing else (DeCandia et al. 2007, Dynamo, SOSP, section 4.4, the context).

use crate::{Key, Seen, Upto, Version};
use values::Author;

/// Places of a key: one for each region that may be an author, of which there are at most 127, and one for what the session has written.
const PLACES: u32 = 128;
const WRITTEN: u32 = PLACES - 1;

fn place(Key(key): Key, of: u32) -> u32 {
    key * PLACES + of
}

impl Seen {
    /// What an author has written under a key is read, up to this version. Of what it wrote before its disk was lost nothing is known then.
    pub fn read(&mut self, key: Key, author: Author, upto: u64) {
        self.add(place(key, author.region.into()), Upto { log: author.life, count: upto });
    }

    /// This version is written under a key.
    pub fn wrote(&mut self, key: Key, version: Version) {
        self.add(place(key, WRITTEN), Upto { log: 0, count: version.lsn });
    }

    /// Of each author up to which version of a key is read.
    pub fn read_of(&self, key: Key) -> impl Iterator<Item = (Author, u64)> + '_ {
        let of_key = self.iter().filter(move |(of, _)| (place(key, 0)..place(key, WRITTEN)).contains(of));
        of_key.map(|(of, Upto { log: life, count })| (Author { region: (of % PLACES) as u16, life }, count))
    }

    /// The version of a key that is written last, if any.
    pub fn written_of(&self, key: Key) -> Option<Version> {
        let Upto { count: lsn, .. } = self.upto(place(key, WRITTEN));
        (lsn > 0).then_some(Version { lsn, ..Version::NONE })
    }

    /// What is seen of one key, and nothing else.
    #[must_use]
    pub fn of_key(&self, key: Key) -> Seen {
        let mut seen = Seen::nothing();
        let of_key = self.iter().filter(|(of, _)| *of / PLACES == key.0);
        of_key.for_each(|(of, upto)| seen.add(of, upto));
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_of_a_key_is_told_apart_by_author_and_from_what_was_written() {
        let (one, other) = (Author { region: 0, life: 7 }, Author { region: 126, life: 8 });
        let mut seen = Seen::nothing();
        for (key, author, upto) in [(3, other, 20), (3, one, 10), (3, other, 15), (4, one, 30)] {
            seen.read(Key(key), author, upto);
        }
        seen.wrote(Key(3), Version { lsn: 40, ..Version::NONE });
        let mut third = seen.of_key(Key(3));
        assert_eq!(third.read_of(Key(3)).collect::<Vec<_>>(), [(one, 10), (other, 20)]);
        assert_eq!([3, 4].map(|key| third.written_of(Key(key)).map(|of| of.lsn)), [Some(40), None]);
        assert_eq!((third.read_of(Key(4)).count(), third.bytes()), (0, 60));
        third.merge(&seen);
        assert_eq!(third, seen);
    }
}
