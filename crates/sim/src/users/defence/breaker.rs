//! A circuit breaker on the calls of a population's clients to each region: closed, open, half-open (Nygard, Release It!, 2007).
//!
//! After so many failures in a row the circuit opens and clients do not even try. After a rest it is half-open: one attempt is
//! let through, and what becomes of it closes the circuit or opens it for another rest.

use super::{Attempt, Defence};
use crate::kernel::Kernel;
use crate::users::said::{Circuit, Fact};
use engine::{Span, Time};
use settings::{Fallback, Fields, Setting};

/// What a scenario sets of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Failures in a row that open it, at least 1.
    pub failures: u32,
    /// How long it stays open before one attempt is let through.
    pub rest: Span,
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
        until: Time,
    },
    /// One attempt is on its way.
    HalfOpen {
        trial: Attempt,
    },
}

impl Defence for Breaker {
    type Config = Config;

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

    fn admits(&mut self, attempt: Attempt, kernel: &mut Kernel) -> bool {
        let circuit = &mut self.circuits[usize::from(attempt.region)];
        match *circuit {
            State::Closed { .. } => true,
            State::Open { until } if kernel.now() >= until => {
                *circuit = State::HalfOpen { trial: attempt };
                state(attempt, Circuit::HalfOpen, kernel);
                true
            }
            State::Open { .. } | State::HalfOpen { .. } => false,
        }
    }

    fn hears(&mut self, attempt: Attempt, well: bool, kernel: &mut Kernel) {
        let circuit = &mut self.circuits[usize::from(attempt.region)];
        let opens = match (*circuit, well) {
            (State::Closed { failures }, false) => failures + 1 >= self.config.failures,
            (State::HalfOpen { trial }, false) => trial == attempt,
            _ => false,
        };
        if opens {
            *circuit = State::Open { until: kernel.now() + self.config.rest };
            return state(attempt, Circuit::Open, kernel);
        }
        match circuit {
            State::Closed { failures } => *failures = if well { 0 } else { *failures + 1 },
            State::HalfOpen { trial } if *trial == attempt => {
                *circuit = State::Closed { failures: 0 };
                state(attempt, Circuit::Closed, kernel);
            }
            // What was sent before it opened says nothing new.
            State::Open { .. } | State::HalfOpen { .. } => {}
        }
    }
}

fn state(Attempt { population, region, .. }: Attempt, circuit: Circuit, kernel: &mut Kernel) {
    kernel.state(Fact::CircuitChanged { population, region, circuit });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bare::Bare;
    use crate::trace::What;
    use engine::Key;

    const REST: Span = Span::from_secs(10);

    fn attempt(number: u16) -> Attempt {
        Attempt { population: 0, region: 1, client: Key::from_bits(1), number }
    }

    /// Let each attempt be tried at its second and go well or not; which were admitted, and how the circuit changed.
    fn tried(attempts: &[(u64, bool)]) -> (Vec<bool>, Vec<Circuit>) {
        let mut bare = Bare::new(2);
        let mut breaker = Breaker::new(&Config { failures: 2, rest: REST }, 2);
        let (mut admitted, mut changes) = (Vec::new(), Vec::new());
        for (number, (second, well)) in (0..).zip(attempts) {
            bare.go_to(Time::from_secs(*second));
            let came = bare.hand(|cx| {
                let admits = breaker.admits(attempt(number), cx);
                admitted.push(admits);
                if admits {
                    breaker.hears(attempt(number), *well, cx);
                }
            });
            changes.extend(came.stated.iter().filter_map(|what| match what {
                What::Users(Fact::CircuitChanged { region: 1, circuit, .. }) => Some(*circuit),
                _ => None,
            }));
        }
        (admitted, changes)
    }

    #[test]
    fn failures_in_a_row_open_it_and_a_success_between_does_not() {
        assert_eq!(tried(&[(1, false), (2, true), (3, false), (4, true)]), (vec![true; 4], vec![]));
        assert_eq!(tried(&[(1, false), (2, false), (3, true)]), (vec![true, true, false], vec![Circuit::Open]));
    }

    #[test]
    fn after_the_rest_one_attempt_decides() {
        use Circuit::{Closed, HalfOpen, Open};
        let fails = [(1, false), (2, false), (11, true), (12, true), (13, true)];
        assert_eq!(tried(&fails), (vec![true, true, false, true, true], vec![Open, HalfOpen, Closed]));
        let again = [(1, false), (2, false), (12, false), (13, true), (22, true)];
        assert_eq!(tried(&again), (vec![true, true, true, false, true], vec![Open, HalfOpen, Open, HalfOpen, Closed]));
    }

    #[test]
    fn while_the_trial_is_on_its_way_nobody_else_tries_and_older_answers_decide_nothing() {
        let mut bare = Bare::new(2);
        let mut breaker = Breaker::new(&Config { failures: 1, rest: REST }, 2);
        bare.hand(|cx| breaker.hears(attempt(0), false, cx));
        bare.go_to(Time::from_secs(20));
        let came = bare.hand(|cx| {
            assert!(breaker.admits(attempt(1), cx) && !breaker.admits(attempt(2), cx));
            breaker.hears(attempt(0), true, cx);
            assert!(!breaker.admits(attempt(2), cx));
        });
        assert_eq!(came.stated.len(), 1, "{came:?}");
    }
}
