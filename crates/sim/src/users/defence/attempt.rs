//! What a defence is: what it is asked, what it hears, and what it states.

use engine::{Key, Time};
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
