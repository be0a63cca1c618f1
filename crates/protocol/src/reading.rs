//! The rules by which reads are answered: whom to ask, what it must at least hold, and what if it does not. A new rule is a name, a row and a
//! word in [`ReadFrom::WORDS`].

use engine::Span;

/// A rule by which a read is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFrom {
    /// The leader (C1).
    Leader,
    /// The replica of the region that got the request, or the nearest to it (C2).
    Local,
    /// The local replica if it holds what this client wrote or read before, otherwise the leader, or where nobody leads whoever has it (C3,
    /// version token).
    Session,
    /// The nearest replica in a region that is healthy as far as its routers were told, the own one not excepted (C2).
    NearestHealthy,
    /// The local replica, which waits until it holds what this client wrote or read before, for so long at most; then the leader (C3,
    /// version token).
    SessionWait,
    /// The leader for a while after each write of this client, otherwise the local replica (C3, pinned).
    Pinned,
    /// The replica that answered this client's last read, as long as its region is healthy as far as the routers were told; otherwise, and
    /// the first time, the local one (C4).
    Sticky,
    /// The local replica if, by its clock and by what its leader told it, it shows all that was acknowledged until so long ago; otherwise the
    /// leader (C6).
    Bounded,
    /// The local replica, which waits until it holds what this client wrote or read before and whatever had been seen by those who wrote that, for so
    /// long at most; then whoever has it (C5).
    Causal,
    /// The own replica, or the nearest, which asks a majority of those that hold the key and shows the newest, however many other reads ask.
    Quorum,
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
    /// The leader as long as the client has written lately; the client says so, since nobody else knows. Otherwise the own replica.
    LeaderAfterWrite,
    /// Whoever answered the client last, if healthy.
    TheSame,
}

/// What a replica must at least hold to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floor {
    /// Anything.
    Nothing,
    /// What the client wrote or read before; who does not sends it to the leader, or where nobody leads to whoever has it.
    Session,
    /// Leadership.
    Leadership,
    /// All that was acknowledged until some time ago, as far as it can know; who does not sends it to the leader.
    Age,
    /// What the newest of a majority holds.
    Majority,
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
    /// How long whatever the rule says lasts, if a scenario does not say: the wait for what is not there yet, the pin, or how far back what is
    /// shown may lie. `None` where nothing lasts.
    pub within: Option<Span>,
}

impl Reading {
    const fn new(rule: ReadFrom, word: &'static str, whom: Whom, floor: Floor) -> Reading {
        Reading { rule, word, whom, floor, within: None }
    }

    const fn lasts(self, within: Span) -> Reading {
        Reading { within: Some(within), ..self }
    }

    /// Whether it goes by what a client wrote and read before: where nobody leads its requests carry it.
    pub fn goes_by_session(self) -> bool {
        self.floor == Floor::Session
    }

    /// Whether what is written must carry what its client had seen.
    pub fn needs_causes(self) -> bool {
        self.rule == ReadFrom::Causal
    }

    /// Whether it goes by what the client remembers of what it did before, which nobody else knows.
    pub fn remembers(self) -> bool {
        self.floor == Floor::Session || matches!(self.whom, Whom::LeaderAfterWrite | Whom::TheSame)
    }

    /// Whether a replica that does not hold enough waits for it, before it sends the read to the leader.
    pub fn waits(self) -> bool {
        self.floor == Floor::Session && self.within.is_some()
    }
}

/// Every rule, in the order of [`ReadFrom`].
pub const READINGS: [Reading; 10] = [
    Reading::new(ReadFrom::Leader, "leader", Whom::Leader, Floor::Leadership),
    Reading::new(ReadFrom::Local, "local", Whom::Own, Floor::Nothing),
    Reading::new(ReadFrom::Session, "session", Whom::Own, Floor::Session),
    Reading::new(ReadFrom::NearestHealthy, "nearest-healthy", Whom::NearestHealthy, Floor::Nothing),
    Reading::new(ReadFrom::SessionWait, "session-wait", Whom::Own, Floor::Session).lasts(Span::from_secs(1)),
    Reading::new(ReadFrom::Pinned, "pinned", Whom::LeaderAfterWrite, Floor::Nothing).lasts(Span::from_secs(60)),
    Reading::new(ReadFrom::Sticky, "sticky", Whom::TheSame, Floor::Nothing),
    Reading::new(ReadFrom::Bounded, "bounded", Whom::Own, Floor::Age).lasts(Span::from_secs(5)),
    Reading::new(ReadFrom::Causal, "causal", Whom::Own, Floor::Session).lasts(Span::from_secs(1)),
    Reading::new(ReadFrom::Quorum, "quorum", Whom::Own, Floor::Majority),
];

/// The rules that ask for somebody who leads, and why they are of no use where nobody does.
pub const OF_LEADERS: [(ReadFrom, &str); 2] = [
    (ReadFrom::Leader, "needs a leader, and nobody leads it"),
    (ReadFrom::Pinned, "needs a leader, and nobody leads it"),
];

/// The rule that asks a majority, and why it is of no use where replicas answer alone.
pub const OF_QUORUMS: (ReadFrom, &str) =
    (ReadFrom::Quorum, "asks a majority, and here whoever is asked answers alone; choose protocol = \"quorum\"");

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
    pub const WORDS: &'static str =
        "leader, local, session, nearest-healthy, session-wait, pinned, sticky, bounded, causal or quorum";

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
