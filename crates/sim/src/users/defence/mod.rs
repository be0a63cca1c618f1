//! What the clients of a population do by themselves to spare a region, or themselves: each defence is one file that says
//! everything about it, what a scenario may set, when it holds an attempt back, what it states and in which words.
//!
//! A new defence: one file here with its `impl Defence`, and one line in the list of `defences!`.

pub mod breaker;

use crate::kernel::Kernel;
use engine::Key;
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

/// A defence of the clients of one population.
pub(crate) trait Defence: Sized {
    /// What a scenario may set of it.
    const SETTINGS: &'static [Setting];
    /// What is set.
    type Config: Clone + PartialEq;

    /// Read what a scenario sets; `None` is without it.
    fn read(fields: &dyn Fields) -> Option<Self::Config>;

    /// At the start of a run with so many regions.
    fn new(config: &Self::Config, regions: usize) -> Self;

    /// Whether an attempt may be sent now.
    fn admits(&mut self, attempt: Attempt, kernel: &mut Kernel) -> bool;

    /// What became of an attempt that was sent: whether it went well.
    fn hears(&mut self, attempt: Attempt, well: bool, kernel: &mut Kernel);
}

/// Writes the list of defences: what is set of them, and their state, and passes every call on.
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

            /// Whether all of them let an attempt be sent now.
            pub(crate) fn admit(&mut self, attempt: Attempt, kernel: &mut Kernel) -> bool {
                $(self.$file.as_mut().is_none_or(|guard| guard.admits(attempt, kernel)))&&+
            }

            /// What became of an attempt that was sent.
            pub(crate) fn hear(&mut self, attempt: Attempt, well: bool, kernel: &mut Kernel) {
                $(self.$file.iter_mut().for_each(|guard| guard.hears(attempt, well, kernel));)+
            }
        }
    };
}

defences![breaker::Breaker];
