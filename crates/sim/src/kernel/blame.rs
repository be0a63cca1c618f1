//! Which fault a loss is owed to.

use super::conditions::Conditions;
use crate::trace::{Loss, Place};
use protocol::Channel;

/// The events by which the faults in force began, 0 where there is none.
#[derive(Clone, Debug)]
pub(crate) struct Blame {
    /// By region from, then region to.
    links: Vec<Vec<LinkBlame>>,
    /// By region: who took its power, who keeps its users away.
    dark: Vec<u64>,
    users: Vec<u64>,
    /// All faults in force.
    in_force: Vec<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct LinkBlame {
    data_cut: u64,
    control_cut: u64,
    loss: u64,
    narrow: u64,
    slow: u64,
}

impl Blame {
    pub(crate) fn none(regions: usize) -> Blame {
        Blame {
            links: vec![vec![LinkBlame::default(); regions]; regions],
            dark: vec![0; regions],
            users: vec![0; regions],
            in_force: Vec::new(),
        }
    }

    /// A fault changed these conditions into those.
    pub(crate) fn put_on(&mut self, event: u64, before: &Conditions, after: &Conditions) {
        self.in_force.push(event);
        for (region, (was, is)) in before.regions.iter().zip(&after.regions).enumerate() {
            if was.up && !is.up {
                self.dark[region] = event;
            }
            if !was.users_cut && is.users_cut {
                self.users[region] = event;
            }
        }
        let links = before.links.iter().flatten().zip(after.links.iter().flatten());
        for (blame, (was, is)) in self.links.iter_mut().flatten().zip(links) {
            let LinkBlame { data_cut, control_cut, loss, narrow, slow } = blame;
            let changed = [
                (data_cut, was.data_cut != is.data_cut),
                (control_cut, was.control_cut != is.control_cut),
                (loss, was.loss != is.loss),
                (narrow, was.bandwidth != is.bandwidth),
                (slow, (was.slowness, was.extra) != (is.slowness, is.extra)),
            ];
            changed.into_iter().filter(|(_, changed)| *changed).for_each(|(blame, _)| *blame = event);
        }
    }

    /// Whether a fault, by the event of its beginning, is in force; 0 is none.
    pub(crate) fn is_in_force(&self, event: u64) -> bool {
        self.in_force.contains(&event)
    }

    /// The fault that delays what goes from one region to another.
    pub(crate) fn of_delay(&self, from: u16, to: u16) -> u64 {
        self.links[usize::from(from)][usize::from(to)].slow
    }

    /// The earliest fault that keeps a region from being heard of elsewhere at all.
    pub(crate) fn of_silence(&self, from: u16, region: u16) -> Option<u64> {
        let cut = |from: u16, to: u16| self.links[usize::from(from)][usize::from(to)].control_cut;
        let silence = [self.dark[usize::from(region)], cut(from, region), cut(region, from)];
        silence.into_iter().filter(|fault| *fault != 0).min()
    }

    /// The fault by which a region lost its power, and with it what it had not yet sent.
    pub(crate) fn of_unsent(&self, from: Place) -> u64 {
        from.as_region().map_or(0, |region| self.dark[usize::from(region)])
    }

    /// The fault that lost a packet on its way, or where it arrived.
    pub(crate) fn of(&self, loss: Loss, channel: Channel, from: Place, to: Place) -> u64 {
        let (here, there) = match (from.as_region(), to.as_region()) {
            (Some(here), Some(there)) => (here, there),
            (Some(region), None) | (None, Some(region)) => {
                return match loss {
                    Loss::Cut => self.users[usize::from(region)],
                    Loss::Dark => self.dark[usize::from(region)],
                    Loss::Lossy | Loss::Dropped | Loss::Overflow => 0,
                };
            }
            (None, None) => return 0,
        };
        let link = self.links[usize::from(here)][usize::from(there)];
        match loss {
            Loss::Cut if channel == Channel::Control => link.control_cut,
            Loss::Cut => link.data_cut,
            Loss::Lossy => link.loss,
            Loss::Overflow => link.narrow,
            Loss::Dark => self.dark[usize::from(there)],
            Loss::Dropped => 0,
        }
    }
}
