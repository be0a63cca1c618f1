//! Where inputs come in, and what is done with those that are accepted.

use check::Model;
use engine::Time;
use protocols::Any;
use scenario::{Link, Scenario, evaluate, load};
use sim::{LoggedAction, Run};

/// What an input is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontDoor {
    /// The parser of scenario files.
    Scenario,
    /// The link codec, from text.
    Link,
    /// The link codec, from the bytes within: what no checksum keeps out.
    LinkBytes,
    /// The reader of histories, and the checker.
    History,
}

/// What came of a case that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There was something to run or to decide.
    Accepted,
    /// There was a clear error.
    Refused,
}

/// So much of a run is computed.
const UNTIL: Time = Time::from_secs(1);
/// No more events than these; a scenario may ask for any rate.
const EVENTS_MAX: u64 = 30_000;
/// Time has to go on within so many events.
const EVENTS_AT_ONCE: u64 = 10_000;
/// Configurations for each key of a history.
const BUDGET: u64 = 500;

/// Gives the input to its front door.
pub(crate) fn enter(door: FrontDoor, input: &[u8]) -> Result<Outcome, String> {
    let text = String::from_utf8_lossy(input);
    match door {
        FrontDoor::Scenario => match load(&text, None, None) {
            Ok(scenario) => run(scenario, Vec::new()),
            Err(problems) if problems.is_empty() => Err("refused without a reason".to_owned()),
            Err(_) => Ok(Outcome::Refused),
        },
        FrontDoor::Link => open(&text),
        FrontDoor::LinkBytes => match postcard::from_bytes::<Link>(input) {
            Ok(link) => {
                let encoded = link.encode();
                if Link::decode(&encoded).as_ref() != Ok(&link) {
                    return Err("a link is not the same after being written and read".to_owned());
                }
                open(&encoded)
            }
            Err(_) => Ok(Outcome::Refused),
        },
        FrontDoor::History => {
            let asked = check::Asked { budget: Some(BUDGET), ..check::Asked::default() };
            let report = |model| check::check_text(&text, model, &asked).map(|report| report.to_string());
            let accepted = Model::all().filter(|model| report(*model).is_ok()).count();
            let _ = check::recognise(&text);
            Ok(if accepted > 0 { Outcome::Accepted } else { Outcome::Refused })
        }
    }
}

fn open(text: &str) -> Result<Outcome, String> {
    match Link::decode(text).and_then(|link| link.open()) {
        Ok((scenario, actions)) => run(scenario, actions),
        Err(error) if error.to_string().is_empty() => Err("refused without a reason".to_owned()),
        Err(_) => Ok(Outcome::Refused),
    }
}

fn run(mut scenario: Scenario, actions: Vec<LoggedAction>) -> Result<Outcome, String> {
    scenario.config.until = scenario.config.until.min(UNTIL);
    let mut run: Run<Any> = scenario.run(actions);
    while !run.finished() && run.handled() < EVENTS_MAX {
        let before = run.computed();
        run.advance(UNTIL, EVENTS_AT_ONCE);
        if run.computed() == before {
            return Err(format!("time stands still at {before} for {EVENTS_AT_ONCE} events"));
        }
    }
    evaluate(&scenario, &run);
    run.snapshot(run.computed());
    run.marks();
    Ok(Outcome::Accepted)
}
