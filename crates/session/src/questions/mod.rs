//! What panels ask the worker, beyond what it tells by itself: each question is one file that says what is asked, how it is
//! answered out of the run, and what an answer looks like.
//!
//! A new question: one file here with its `impl Asked`, and one line in the list of `questions!`. A panel sends it by
//! `Command::Ask` and finds the last answer in `State::answer`.

pub mod asked;
pub mod causes;
pub mod circuits;
pub mod spacetime;

use asked::Asked;
use protocols::Any;
use serde::{Deserialize, Serialize};
use sim::Run;
use std::mem::discriminant;

/// Writes the list of questions: one type of all of them, and one of their answers.
macro_rules! questions {
    ($($file:ident::$Name:ident),+ $(,)?) => {
        /// A question of a panel.
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Question { $(#[doc = concat!("See `", stringify!($file), "`.")] $Name($file::$Name)),+ }

        /// A question and its answer.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Answer { $(#[doc = concat!("See `", stringify!($file), "`.")] $Name($file::$Name, <$file::$Name as Asked>::Answer)),+ }

        impl Question {
            /// The answer, as far as the run is computed.
            pub fn answer(self, run: &Run<Any>) -> Answer {
                match self { $(Question::$Name(asked) => Answer::$Name(asked, asked.answer(run))),+ }
            }
        }

        $(impl From<$file::$Name> for Question {
            fn from(asked: $file::$Name) -> Question {
                Question::$Name(asked)
            }
        }

        impl Found for $file::$Name {
            fn found(answer: &Answer) -> Option<(&Self, &Self::Answer)> {
                match answer {
                    Answer::$Name(asked, answer) => Some((asked, answer)),
                    _ => None,
                }
            }
        })+
    };
}

questions![causes::Causes, circuits::Circuits, spacetime::SpaceTime];

/// A question whose answer can be found among others.
pub trait Found: Asked {
    /// The question and its answer, if this is one to a question of this kind.
    fn found(answer: &Answer) -> Option<(&Self, &Self::Answer)>;
}

impl Answer {
    /// Whether another is one to a question of the same kind.
    pub fn is_like(&self, other: &Answer) -> bool {
        discriminant(self) == discriminant(other)
    }
}
