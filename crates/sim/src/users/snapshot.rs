//! The clients of a population at one instant, as a picture needs them.

use super::Users;
use super::people::People;
use engine::Time;
use serde::{Deserialize, Serialize};

/// The clients of a population at one instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClientsState {
    /// Operations under way.
    pub under_way: u32,
    /// Of the people of an open loop those who wait for an answer; none where each request is a stranger's.
    pub busy: Option<u32>,
    /// The regions that they spare, ascending.
    pub spared: Vec<Spared>,
}

/// A region to which clients send nothing, but for a trial now and then: their circuit is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spared {
    /// The region.
    pub region: u16,
    /// Since when.
    pub since: Time,
}

impl Users {
    /// How many clients there are that have not ended.
    pub(crate) fn clients_held(&self) -> usize {
        self.clients.len()
    }

    /// The clients of a population, who may spare any of so many regions.
    pub(crate) fn show(&self, population: u16, regions: u16) -> ClientsState {
        let population = &self.populations[usize::from(population)];
        let spared = |region| Some(Spared { region, since: population.guards.spare(region)? });
        let busy = population.people.as_ref().and_then(People::busy);
        ClientsState { under_way: population.under_way, busy, spared: (0..regions).filter_map(spared).collect() }
    }
}
