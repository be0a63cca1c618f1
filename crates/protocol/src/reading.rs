//! The rules by which reads are answered: whom to ask, and what it must at least hold. A new rule is a name, a row and a word in [`ReadFrom::WORDS`].

/// A rule by which a read is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFrom {
    /// The leader (C1).
    Leader,
    /// The replica of the region that got the request, or the nearest to it (C2).
    Local,
    /// The local replica if it holds what this client wrote or read before, otherwise the leader (C3, version token).
    Session,
    /// The nearest replica in a region that is healthy as far as its routers were told, the own one not excepted (C2).
    NearestHealthy,
}

/// Whom the routers of a region put a read to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The leader.
    Leader,
    /// The own replica; where there is none, the nearest of the healthy.
    Own,
    /// The nearest of the healthy; where nobody is, the nearest.
    NearestHealthy,
}

/// What a replica must at least hold to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floor {
    /// Anything.
    Nothing,
    /// What the client wrote or read before; who does not sends it to the leader.
    Session,
    /// Leadership.
    Leadership,
}

/// What a rule means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The rule.
    pub rule: ReadFrom,
    /// What a scenario calls it.
    pub word: &'static str,
    /// Who is asked.
    pub whom: Whom,
    /// What it must hold.
    pub floor: Floor,
}

/// Every rule, in the order of [`ReadFrom`].
pub const READINGS: [Reading; 4] = [
    Reading { rule: ReadFrom::Leader, word: "leader", whom: Whom::Leader, floor: Floor::Leadership },
    Reading { rule: ReadFrom::Local, word: "local", whom: Whom::Own, floor: Floor::Nothing },
    Reading { rule: ReadFrom::Session, word: "session", whom: Whom::Own, floor: Floor::Session },
    Reading {
        rule: ReadFrom::NearestHealthy,
        word: "nearest-healthy",
        whom: Whom::NearestHealthy,
        floor: Floor::Nothing,
    },
];

impl ReadFrom {
    /// Every rule.
    pub const ALL: [ReadFrom; READINGS.len()] = {
        let mut all = [ReadFrom::Leader; READINGS.len()];
        let mut place = 0;
        while place < all.len() {
            all[place] = READINGS[place].rule;
            place += 1;
        }
        all
    };

    /// The words of the rules, for a person.
    pub const WORDS: &'static str = "leader, local, session or nearest-healthy";

    /// What it means.
    pub const fn means(self) -> Reading {
        READINGS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_stands_at_its_place_under_its_word() {
        for (place, reading) in READINGS.iter().enumerate() {
            assert_eq!((reading.rule as usize, reading.rule.means()), (place, *reading));
        }
        let words = READINGS.map(|reading| reading.word);
        let (last, rest) = words.split_last().expect("there are rules");
        assert_eq!(ReadFrom::WORDS, format!("{} or {last}", rest.join(", ")));
    }
}
