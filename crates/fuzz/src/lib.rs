//! Any bytes give a value or a clear error: inputs that were once good, damaged, and given to whatever reads them. What can still be
//! read is run for a second of simulated time.
//!
//! A case is a number, and everything in it is drawn from the stream of that number, so that a case that fails can be repeated. Start
//! reading at [`Case`].

mod damage;
mod front_doors;
mod seeds;

use damage::Damage;
use engine::Stream;
use seeds::Seeds;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use front_doors::{FrontDoor, Outcome};

/// One damaged input.
#[derive(Clone, PartialEq, Eq)]
pub struct Case {
    /// What makes it: the same number gives the same case.
    pub number: u64,
    /// Where it goes.
    pub door: FrontDoor,
    /// What goes there.
    pub input: Vec<u8>,
}

/// Makes cases out of what ships.
pub struct Fuzzer {
    seeds: Seeds,
}

impl Fuzzer {
    /// From the shipped scenarios, links to them, and the recorded histories.
    ///
    /// # Errors
    /// If the histories of the source tree cannot be read.
    pub fn new() -> std::io::Result<Fuzzer> {
        Ok(Fuzzer { seeds: Seeds::new()? })
    }

    /// The case of this number.
    pub fn case(&self, number: u64) -> Case {
        let mut stream = Stream::named(0, "fuzz", number);
        let doors =
            [FrontDoor::Scenario, FrontDoor::Scenario, FrontDoor::Link, FrontDoor::LinkBytes, FrontDoor::History];
        let door = doors[stream.below(doors.len() as u64) as usize];
        let (texts, words) = self.seeds.of(door);
        let whole = &texts[stream.below(texts.len() as u64) as usize];
        let mut damage = Damage { stream, texts, words };
        let input = match door {
            FrontDoor::History => damage.text(&damage::some_lines(&mut damage.stream.clone(), whole)),
            FrontDoor::Scenario => damage.text(whole),
            FrontDoor::Link | FrontDoor::LinkBytes => damage.bytes(whole),
        };
        Case { number, door, input }
    }
}

impl Case {
    /// Gives the input to its front door.
    ///
    /// # Errors
    /// What went wrong: a panic, time that stands still, or a link that does not survive being written and read.
    pub fn run(&self) -> Result<Outcome, String> {
        let run = || front_doors::enter(self.door, &self.input);
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
            let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            Err(format!("panicked: {}", message.unwrap_or("without a message")))
        })
    }
}

impl fmt::Display for Case {
    /// The input as text as far as it is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = String::from_utf8_lossy(&self.input);
        match self.door {
            FrontDoor::LinkBytes => write!(f, "case {}, {:?}: {:?}", self.number, self.door, self.input),
            _ => write!(f, "case {}, {:?}:\n{text}", self.number, self.door),
        }
    }
}
