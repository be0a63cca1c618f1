//! Writes that did not know each other, as plain data: which met, which of them were thrown away although they were acknowledged, and in words.

use crate::config::Config;
use crate::names::region_name;
use crate::summary::moment;
use engine::Time;
use serde::{Deserialize, Serialize};

/// An acknowledged write that was thrown away for another, and that nobody with power has any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostUpdate {
    /// The dataset.
    pub dataset: u16,
    /// The write.
    pub write: u64,
    /// Its key.
    pub key: u32,
    /// Who wrote it.
    pub population: u16,
    /// The region whose replica acknowledged it.
    pub region: u16,
    /// When the client had the acknowledgement.
    pub acknowledged: Time,
    /// Since when nobody with power has it.
    pub lost: Time,
    /// The number of the trace event that made it so.
    pub event: u64,
    /// The region whose replica threw it away first.
    pub by: u16,
    /// For which that was.
    pub kept: Rival,
    /// Whether its author had been shown the one that was kept.
    pub knew: bool,
}

/// Somebody of a population, in words.
fn user(config: &Config, population: u16) -> String {
    let users = config.populations.get(usize::from(population));
    users.map_or_else(|| "a user".to_owned(), |users| format!("a user in {}", users.title))
}

impl LostUpdate {
    /// Whose it was, and whose is kept: `a user in London, for one of a user in New York`.
    pub fn whose(&self, config: &Config) -> String {
        let kept = match (self.kept.population, self.kept.acknowledged) {
            (Some(of), Some(_)) => user(config, of),
            (Some(of), None) => format!("{} who was not told", user(config, of)),
            (None, _) => "somebody who was not told".to_owned(),
        };
        format!("{}, for one of {kept}", user(config, self.population))
    }

    /// What happened to whom, and for whose write, as a sentence without its end.
    pub fn words(&self, config: &Config) -> String {
        let LostUpdate { key, population, region, acknowledged, lost, by, kept, knew, .. } = *self;
        let users = |population: u16| user(config, population);
        let name = |region: u16| region_name(config, region);
        let whose = if knew { "that it was to replace" } else { "that did not know it" };
        let other = match (kept.population, kept.acknowledged) {
            (Some(of), Some(at)) => format!("{}, confirmed by {} at {}", users(of), name(kept.region), moment(at)),
            (Some(of), None) => format!("{} who was not told, accepted by {}", users(of), name(kept.region)),
            _ => format!("somebody who was not told, accepted by {}", name(kept.region)),
        };
        let mut who = users(population);
        who.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
        format!(
            "{who} was told by {} at {} that their write of key {key} is stored; {} threw it away at {} for one {whose}, of {other}",
            name(region),
            moment(acknowledged),
            name(by),
            moment(lost)
        )
    }
}

/// Two writes that did not know each other, and met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The dataset.
    pub dataset: u16,
    /// Their key.
    pub key: u32,
    /// When they met first.
    pub at: Time,
    /// The number of the trace event by which they did.
    pub event: u64,
    /// In whose replica.
    pub region: u16,
    /// The one that is shown there, or would be if only one was.
    pub winner: Rival,
    /// The other; whether it had been acknowledged when they met says when it was.
    pub loser: Rival,
    /// Whether the other is passed over, and not shown as well or kept for a person to decide.
    pub decided: bool,
}

/// One of two writes that met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rival {
    /// The write.
    pub write: u64,
    /// The region that accepted it.
    pub region: u16,
    /// Who wrote it, as far as it is known.
    pub population: Option<u16>,
    /// When the client had the acknowledgement, if it did.
    pub acknowledged: Option<Time>,
}

impl Conflict {
    /// Whether the loser had been acknowledged when the two met.
    pub fn was_acknowledged(&self) -> bool {
        self.loser.acknowledged.is_some_and(|at| at <= self.at)
    }

    /// Who met whom where, and what the loser had been told, as a sentence without its end.
    pub fn words(&self, config: &Config) -> String {
        let Conflict { key, at, region, winner, loser, decided, .. } = *self;
        let whose = |of: Rival| match of.population {
            Some(population) => user(config, population),
            None => format!("somebody by way of {}", region_name(config, of.region)),
        };
        let told = match (self.was_acknowledged(), loser.acknowledged) {
            (true, Some(told)) => format!("which had been confirmed at {}", moment(told)),
            (false, Some(told)) => format!("which was confirmed all the same at {}", moment(told)),
            _ => "which nobody was told is stored".to_owned(),
        };
        let (verb, region, at) =
            (if decided { "won over" } else { "stands beside" }, region_name(config, region), moment(at));
        format!("key {key} in {region} at {at}: the write of {} {verb} that of {}, {told}", whose(winner), whose(loser))
    }
}
