//! What the clients of a population do by themselves to spare a region, or themselves: each defence is one file that says
//! everything about it, what a scenario may set, when it holds an attempt back, what it states and in which words.
//!
//! A new defence: one file here with its `impl Defence`, and one line in the list of `defences!`.

pub mod breaker;

use engine::{Key, Time};
use serde::Serialize;
use settings::{Fields, Setting};

/// An attempt, as a defence hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) population: u16,
    pub(crate) region: u16,
    pub(crate) client: Key,
    /// Which of the client's attempts at its operation.
    pub(crate) number: u16,
}

/// What a defence states, as it is told.
pub(crate) trait Told: Copy {
    /// What is set of whoever states it.
    type Config;

    /// What happened, of these users and that region.
    fn words(self, users: &str, region: &str) -> String;

    /// The weight of its flag on the timeline, 0 to 3, if it stands there.
    fn weight(self) -> Option<u8>;

    /// How many attempts in a row have to fail until it is stated, where that is what leads to it; otherwise 0.
    fn takes(self, set: &Self::Config) -> u32;
}

/// A defence of the clients of one population. It has no clock and states nothing by itself, as a protocol does not.
pub(crate) trait Defence: Sized {
    /// What a scenario may set of it.
    const SETTINGS: &'static [Setting];
    /// What is set.
    type Config: Clone + PartialEq;
    /// What it states: at most one thing each time.
    type Fact: Told<Config = Self::Config>;

    /// Read what a scenario sets; `None` is without it.
    fn read(fields: &dyn Fields) -> Option<Self::Config>;

    /// At the start of a run with so many regions.
    fn new(config: &Self::Config, regions: usize) -> Self;

    /// Whether an attempt may be sent now.
    fn admits(&self, attempt: Attempt, now: Time) -> bool;

    /// An attempt is sent: this defence has admitted it, and so have all others.
    fn sends(&mut self, attempt: Attempt, now: Time, state: impl FnOnce(Self::Fact));

    /// What became of an attempt that was sent: whether it went well.
    fn hears(&mut self, attempt: Attempt, well: bool, now: Time, state: impl FnOnce(Self::Fact));

    /// Since when it has spared this region, if it does.
    fn spares(&self, region: u16) -> Option<Time>;
}

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
