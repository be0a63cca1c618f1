//! A circuit breaker on the calls of a population's clients to each region: closed, open, half-open (Nygard, Release It!, 2007).
//!
//! After so many failures in a row the circuit opens and clients do not even try. After a rest it is half-open: one attempt is
//! let through, and what becomes of it closes the circuit or leaves it open for another rest.

use super::attempt::{Attempt, Defence, Told};
use engine::{Span, Time};
use serde::Serialize;
use settings::{Fallback, Fields, Setting};

/// What a scenario sets of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Failures in a row that open it, at least 1.
    pub failures: u32,
    /// How long it stays open before one attempt is let through.
    pub rest: Span,
}

/// What becomes of the circuit to a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Fact {
    /// Too many attempts in a row failed: none is sent from now on.
    Opens,
    /// It has rested, and is half-open: one attempt is sent and decides.
    Tries,
    /// That one failed: it rests again.
    StaysOpen,
    /// That one went well: attempts are sent again.
    Closes,
}

impl Told for Fact {
    type Config = Config;

    fn words(self, users: &str, region: &str) -> String {
        match self {
            Fact::Opens => format!("{users}: the circuit to {region} opens"),
            Fact::Tries => format!("{users}: the circuit to {region} is half-open, one attempt is let through"),
            Fact::StaysOpen => format!("{users}: the circuit to {region} stays open"),
            Fact::Closes => format!("{users}: the circuit to {region} closes"),
        }
    }

    fn weight(self) -> Option<u8> {
        match self {
            Fact::Opens => Some(1),
            Fact::Closes => Some(0),
            Fact::Tries | Fact::StaysOpen => None,
        }
    }

    fn takes(self, set: &Config) -> u32 {
        match self {
            Fact::Opens => set.failures,
            Fact::Tries | Fact::StaysOpen | Fact::Closes => 0,
        }
    }
}

/// A breaker of a population.
#[derive(Clone, Debug)]
pub(crate) struct Breaker {
    config: Config,
    /// By region.
    circuits: Vec<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed {
        /// In a row.
        failures: u32,
    },
    Open {
        since: Time,
        until: Time,
    },
    /// One attempt is on its way.
    HalfOpen {
        since: Time,
        trial: Attempt,
    },
}

impl Defence for Breaker {
    type Config = Config;
    type Fact = Fact;

    const SETTINGS: &'static [Setting] = &[
        Setting::new(
            "breaker-failures",
            "number",
            Fallback::Value("0"),
            "failures in a row after which clients spare a region (circuit breaker); 0 is never",
        ),
        Setting::new(
            "breaker-rest",
            "time",
            Fallback::Value("10s"),
            "how long they spare it before they let one attempt through",
        ),
    ];

    fn read(fields: &dyn Fields) -> Option<Config> {
        let failures = fields.count("breaker-failures", 0..=1000) as u32;
        let rest = fields.period("breaker-rest");
        fields.heard("breaker-rest", failures > 0, "`breaker-failures` above 0");
        (failures > 0).then_some(Config { failures, rest })
    }

    fn new(config: &Config, regions: usize) -> Breaker {
        Breaker { config: *config, circuits: vec![State::Closed { failures: 0 }; regions] }
    }

    fn admits(&self, attempt: Attempt, now: Time) -> bool {
        match self.circuits[usize::from(attempt.region)] {
            State::Closed { .. } => true,
            State::Open { until, .. } => now >= until,
            State::HalfOpen { .. } => false,
        }
    }

    fn sends(&mut self, attempt: Attempt, _: Time, state: impl FnOnce(Fact)) {
        let circuit = &mut self.circuits[usize::from(attempt.region)];
        if let State::Open { since, .. } = *circuit {
            *circuit = State::HalfOpen { since, trial: attempt };
            state(Fact::Tries);
        }
    }

    fn hears(&mut self, attempt: Attempt, well: bool, now: Time, state: impl FnOnce(Fact)) {
        let circuit = &mut self.circuits[usize::from(attempt.region)];
        let open = |since| State::Open { since, until: now + self.config.rest };
        match (*circuit, well) {
            (State::Closed { .. }, true) => *circuit = State::Closed { failures: 0 },
            (State::Closed { failures }, false) if failures + 1 < self.config.failures => {
                *circuit = State::Closed { failures: failures + 1 };
            }
            (State::Closed { .. }, false) => {
                *circuit = open(now);
                state(Fact::Opens);
            }
            (State::HalfOpen { trial, .. }, true) if trial == attempt => {
                *circuit = State::Closed { failures: 0 };
                state(Fact::Closes);
            }
            (State::HalfOpen { since, trial }, false) if trial == attempt => {
                *circuit = open(since);
                state(Fact::StaysOpen);
            }
            // What was sent before it opened says nothing new.
            (State::Open { .. } | State::HalfOpen { .. }, _) => {}
        }
    }

    fn spares(&self, region: u16) -> Option<Time> {
        match self.circuits[usize::from(region)] {
            State::Closed { .. } => None,
            State::Open { since, .. } | State::HalfOpen { since, .. } => Some(since),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Key;

    const REST: Span = Span::from_secs(10);

    fn attempt(number: u16) -> Attempt {
        Attempt { population: 0, region: 1, client: Key::from_bits(1), number }
    }

    /// Let each attempt be tried at its second and go well or not; which were admitted, and what became of the circuit.
    fn tried(attempts: &[(u64, bool)]) -> (Vec<bool>, Vec<Fact>) {
        let mut breaker = Breaker::new(&Config { failures: 2, rest: REST }, 2);
        let (mut admitted, mut facts) = (Vec::new(), Vec::new());
        for (number, (second, well)) in (0..).zip(attempts) {
            let now = Time::from_secs(*second);
            admitted.push(breaker.admits(attempt(number), now));
            if admitted.ends_with(&[true]) {
                breaker.sends(attempt(number), now, |fact| facts.push(fact));
                breaker.hears(attempt(number), *well, now, |fact| facts.push(fact));
            }
        }
        (admitted, facts)
    }

    #[test]
    fn failures_in_a_row_open_it_and_a_success_between_does_not() {
        assert_eq!(tried(&[(1, false), (2, true), (3, false), (4, true)]), (vec![true; 4], vec![]));
        assert_eq!(tried(&[(1, false), (2, false), (3, true)]), (vec![true, true, false], vec![Fact::Opens]));
    }

    #[test]
    fn after_the_rest_one_attempt_decides() {
        use Fact::{Closes, Opens, StaysOpen, Tries};
        let fails = [(1, false), (2, false), (11, true), (12, true), (13, true)];
        assert_eq!(tried(&fails), (vec![true, true, false, true, true], vec![Opens, Tries, Closes]));
        let again = [(1, false), (2, false), (12, false), (13, true), (22, true)];
        assert_eq!(tried(&again), (vec![true, true, true, false, true], vec![Opens, Tries, StaysOpen, Tries, Closes]));
    }

    #[test]
    fn a_region_is_spared_from_when_its_circuit_opens_until_it_closes_also_while_it_is_tried() {
        let mut breaker = Breaker::new(&Config { failures: 1, rest: REST }, 2);
        let second = Time::from_secs;
        assert_eq!(breaker.spares(1), None);
        breaker.hears(attempt(0), false, second(3), |_| ());
        breaker.sends(attempt(1), second(13), |_| ());
        assert_eq!((breaker.spares(1), breaker.spares(0)), (Some(second(3)), None), "half-open");
        breaker.hears(attempt(1), false, second(14), |_| ());
        assert_eq!(breaker.spares(1), Some(second(3)), "it stays open");
        breaker.sends(attempt(2), second(24), |_| ());
        breaker.hears(attempt(2), true, second(24), |_| ());
        assert_eq!(breaker.spares(1), None);
    }

    #[test]
    fn while_the_trial_is_on_its_way_nobody_else_tries_and_older_answers_decide_nothing() {
        let mut breaker = Breaker::new(&Config { failures: 1, rest: REST }, 2);
        let (now, mut facts) = (Time::from_secs(20), Vec::new());
        breaker.hears(attempt(0), false, Time::ZERO, |fact| facts.push(fact));
        assert!(breaker.admits(attempt(3), now), "what another defence holds back is no trial");
        assert!(breaker.admits(attempt(1), now));
        breaker.sends(attempt(1), now, |fact| facts.push(fact));
        assert!(!breaker.admits(attempt(2), now));
        breaker.hears(attempt(0), true, now, |fact| facts.push(fact));
        assert!(!breaker.admits(attempt(2), now));
        assert_eq!(facts, vec![Fact::Opens, Fact::Tries]);
    }
}
