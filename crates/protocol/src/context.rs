//! What a session has seen of keys whose versions stand side by side: of each author of a key up to which version it has read, and which it has written
//! last. A write replaces that and nothing else (DeCandia et al. 2007, Dynamo, SOSP, section 4.4, the context). A region that lost its disk is another
//! author since, and both are seen: versions of either stand beside each other until they are replaced.

use crate::{Key, Seen, Upto, Version};
use values::Author;

/// Numbers of a key: one for each region that may be an author, of which there are at most 127, and one for what the session has written.
const NUMBERS: u32 = 128;
const WRITTEN: u32 = NUMBERS - 1;

fn number(Key(key): Key, of: u32) -> u32 {
    key * NUMBERS + of
}

impl Seen {
    /// What an author has written under a key is read, up to this version.
    pub fn read(&mut self, key: Key, author: Author, upto: u64) {
        self.add_apart(number(key, author.region.into()), Upto { log: author.life, count: upto });
    }

    /// An author has written this version under a key for the session.
    pub fn wrote(&mut self, key: Key, author: Author, version: Version) {
        self.add_apart(number(key, WRITTEN), Upto { log: author.life, count: version.lsn });
    }

    /// Of each author up to which version of a key is read.
    pub fn read_of(&self, key: Key) -> impl Iterator<Item = (Author, u64)> + '_ {
        let of_key = self.iter().filter(move |(of, _)| (number(key, 0)..number(key, WRITTEN)).contains(of));
        of_key.map(|(of, Upto { count, log: life })| (Author { region: (of % NUMBERS) as u16, life }, count))
    }

    /// Of each author the version of a key that it has written last for the session.
    pub fn written_of(&self, key: Key) -> impl Iterator<Item = (Author, Version)> + '_ {
        let of_key = self.iter().filter(move |(of, _)| *of == number(key, WRITTEN));
        of_key.map(|(_, Upto { count: lsn, log: life })| {
            let version = Version { lsn, ..Version::NONE };
            (Author { region: version.coordinator().0, life }, version)
        })
    }

    /// What is seen of one key, and nothing else.
    #[must_use]
    pub fn of_key(&self, key: Key) -> Seen {
        let mut seen = Seen::nothing();
        let of_key = self.iter().filter(|(of, _)| *of / NUMBERS == key.0);
        of_key.for_each(|(of, upto)| seen.add_apart(of, upto));
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NodeId;
    use engine::Time;

    #[test]
    fn what_is_seen_of_a_key_is_told_apart_by_author_and_from_what_was_written() {
        let (one, other) = (Author { region: 0, life: 7 }, Author { region: 126, life: 8 });
        let reborn = Author { life: 9, ..one };
        let mut seen = Seen::nothing();
        for (key, author, upto) in [(3, reborn, 5), (3, other, 20), (3, one, 10), (3, other, 15), (4, one, 30)] {
            seen.read(Key(key), author, upto);
        }
        let at =
            |author: Author, micros| Version::stamped(Time::from_micros(micros), NodeId(author.region), Version::NONE);
        for (author, micros) in [(one, 1), (one, 2), (reborn, 3), (other, 1)] {
            seen.wrote(Key(3), author, at(author, micros));
        }
        let mut third = seen.of_key(Key(3));
        assert_eq!(third.read_of(Key(3)).collect::<Vec<_>>(), [(one, 10), (reborn, 5), (other, 20)]);
        let written: Vec<_> = third.written_of(Key(3)).collect();
        assert_eq!(written, [(one, at(one, 2)), (other, at(other, 1)), (reborn, at(reborn, 3))]);
        assert_eq!((seen.written_of(Key(4)).count(), third.read_of(Key(4)).count(), third.bytes()), (0, 0, 120));
        third.merge(&seen);
        assert_eq!(third, seen);
        assert!(seen.covers(&third) && !Seen::nothing().covers(&third));
    }
}
