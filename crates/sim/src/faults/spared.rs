//! What a person has put right of a fault that goes on elsewhere.

use super::catalog::FaultKind;
use crate::kernel::conditions::Conditions;
use serde::{Deserialize, Serialize};

/// Regions and links that a fault in force no longer touches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spared {
    regions: Vec<u16>,
    links: Vec<(u16, u16)>,
}

impl Spared {
    /// Put a region right, and all its links.
    pub(crate) fn region(&mut self, region: u16) {
        if !self.regions.contains(&region) {
            self.regions.push(region);
        }
    }

    /// Put the link between two regions right, both ways.
    pub(crate) fn link(&mut self, a: u16, b: u16) {
        let link = (a.min(b), a.max(b));
        if !self.links.contains(&link) {
            self.links.push(link);
        }
    }

    /// Change the conditions in force as the fault does, except for what is put right.
    pub(crate) fn apply(&self, kind: &FaultKind, conditions: &mut Conditions) {
        if *self == Spared::default() {
            return kind.apply(conditions);
        }
        let before = conditions.clone();
        kind.apply(conditions);
        for region in self.regions.iter().map(|region| usize::from(*region)) {
            conditions.regions[region] = before.regions[region];
            for other in 0..before.regions.len() {
                conditions.links[region][other] = before.links[region][other];
                conditions.links[other][region] = before.links[other][region];
            }
        }
        for (a, b) in self.links.iter().map(|(a, b)| (usize::from(*a), usize::from(*b))) {
            conditions.links[a][b] = before.links[a][b];
            conditions.links[b][a] = before.links[b][a];
        }
    }

    /// Whether nothing is left of the fault.
    pub(crate) fn leaves_nothing_of(&self, kind: &FaultKind, regions: usize) -> bool {
        let mut conditions = Conditions::good(regions);
        self.apply(kind, &mut conditions);
        conditions == Conditions::good(regions)
    }

    /// What is put right, to follow the words of the fault; empty if nothing is.
    pub(crate) fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String {
        let regions = self.regions.iter().map(|region| format!(", {} restored", name(&[*region])));
        let links = self.links.iter().map(|(a, b)| format!(", link of {} and {} healed", name(&[*a]), name(&[*b])));
        regions.chain(links).collect()
    }
}
