//! What the clients of a population do by themselves to spare a region, or themselves: each defence is one file that says
//! everything about it, what a scenario may set, when it holds an attempt back, what it states and in which words.
//!
//! A new defence: one file here with its `impl Defence`, and one line in the list of `defences!`.

mod attempt;
pub mod breaker;

pub(crate) use attempt::{Attempt, Defence, Told};

use engine::Time;
use serde::Serialize;
use settings::{Fields, Setting};

/// Writes the list of defences: what is set of them, their state and what they state, and passes every call on.
macro_rules! defences {
    ($($file:ident::$Name:ident),+ $(,)?) => {
        /// What is set of the defences of a population.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Defences { $(#[doc = concat!("The settings of `", stringify!($file), "`; `None` is without it.")] pub $file: Option<$file::Config>),+ }

        /// What a scenario may set of the defences of a population.
        pub const DEFENCES: &[&[Setting]] = &[$(<$file::$Name as Defence>::SETTINGS),+];

        impl Defences {
            /// Read what a scenario sets.
            pub fn read(fields: &dyn Fields) -> Defences {
                Defences { $($file: <$file::$Name as Defence>::read(fields)),+ }
            }
        }

        /// The defences in force.
        #[derive(Clone, Debug)]
        pub(crate) struct Guards { $($file: Option<$file::$Name>),+ }

        impl Guards {
            pub(crate) fn new(set: &Defences, regions: usize) -> Guards {
                Guards { $($file: set.$file.as_ref().map(|config| <$file::$Name as Defence>::new(config, regions))),+ }
            }

            /// Whether all of them let an attempt be sent now, which it then is.
            pub(crate) fn admit(&mut self, attempt: Attempt, now: Time, mut state: impl FnMut(Fact)) -> bool {
                let admitted = $(self.$file.as_ref().is_none_or(|guard| guard.admits(attempt, now)))&&+;
                $(if let Some(guard) = self.$file.as_mut().filter(|_| admitted) {
                    guard.sends(attempt, now, |fact| state(Fact::$Name(fact)));
                })+
                admitted
            }

            /// What became of an attempt that was sent.
            pub(crate) fn hear(&mut self, attempt: Attempt, well: bool, now: Time, mut state: impl FnMut(Fact)) {
                $(if let Some(guard) = &mut self.$file {
                    guard.hears(attempt, well, now, |fact| state(Fact::$Name(fact)));
                })+
            }

            /// Since when this region has been spared, by whichever defence began first.
            pub(crate) fn spare(&self, region: u16) -> Option<Time> {
                [$(self.$file.as_ref().and_then(|guard| guard.spares(region))),+].into_iter().flatten().min()
            }
        }

        /// What defences state.
        #[derive(Clone, Copy, Debug, PartialEq, Serialize)]
        pub enum Fact { $(#[doc = concat!("Of `", stringify!($file), "`.")] $Name($file::Fact)),+ }

        impl Told for Fact {
            type Config = Defences;

            fn words(self, users: &str, region: &str) -> String {
                match self { $(Fact::$Name(fact) => fact.words(users, region)),+ }
            }

            fn weight(self) -> Option<u8> {
                match self { $(Fact::$Name(fact) => fact.weight()),+ }
            }

            fn takes(self, set: &Defences) -> u32 {
                match self { $(Fact::$Name(fact) => set.$file.as_ref().map_or(0, |set| fact.takes(set))),+ }
            }
        }
    };
}

defences![breaker::Breaker];
