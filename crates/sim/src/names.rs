//! What things are called in everything that is told of a run.

use crate::action::LoggedAction;
use crate::config::Config;
use crate::faults::catalog::FaultKind;
use crate::network::said::Place;
use protocol::Channel;

/// Looks up what the numbers of a trace stand for.
pub(crate) struct Names<'a> {
    pub(crate) config: &'a Config,
    pub(crate) actions: &'a [LoggedAction],
}

impl Names<'_> {
    pub(crate) fn region(&self, region: u16) -> &str {
        self.config.regions.get(usize::from(region)).map_or("?", |region| &region.id)
    }

    pub(crate) fn dataset(&self, dataset: u16) -> &str {
        self.config.datasets.get(usize::from(dataset)).map_or("?", |set| &set.id)
    }

    pub(crate) fn users(&self, population: u16) -> String {
        let population = self.config.populations.get(usize::from(population));
        format!("users in {}", population.map_or("?", |population| &population.title))
    }

    pub(crate) fn place(&self, place: Place) -> String {
        match place {
            Place::Region(region) => self.region(region).to_owned(),
            Place::Users(users) => self.users(users),
        }
    }

    /// A fault in words.
    pub(crate) fn fault(&self, kind: &FaultKind) -> String {
        kind.words(&|region| self.region(region).to_owned())
    }
}

/// What a channel is called.
pub(crate) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Replication => "replication",
        Channel::Acknowledgement => "acknowledgement",
        Channel::Client => "client",
        Channel::Control => "control",
    }
}
