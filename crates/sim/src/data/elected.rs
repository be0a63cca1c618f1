//! Data whose leader is elected: nobody tells the routers who leads, and nobody appoints anybody.

use super::Data;
use super::said::{Fact, Unfit};
use crate::config::Config;
use crate::cx::Cx;
use protocol::{Command, Epoch, Leadership, NodeId, Protocol, Role, Summary};
use std::ops::Range;

impl<P: Protocol> Data<P> {
    /// Whom a region takes for the leader of a dataset that elects its leader: its own replica knows, or refuses by itself. A region that has none
    /// goes by the last answer, and by nothing that the control plane says.
    pub(super) fn elected(&self, dataset: u16, region: u16) -> (u16, Epoch) {
        match self.summary(dataset, region) {
            None | Some(Summary { role: Role::Witness, follows: None, .. }) => self.directory.leader(region, dataset),
            Some(Summary { follows, epoch, .. }) => (follows.map_or(region, |leader| leader.0), epoch),
        }
    }

    /// A region has an answer from whoever leads a dataset that elects its leader.
    pub(crate) fn hear_from(&mut self, dataset: u16, region: u16, (leader, epoch): (u16, Epoch), cx: &mut Cx<'_>) {
        if self.directory.turn_to(region, dataset, leader, epoch) {
            let (leader, epoch) = (NodeId(leader), self.directory.leader(region, dataset).1);
            cx.state_cause(Fact::RouteLearned { dataset, region, leader, epoch });
        }
    }

    /// A region was not answered by whom it took for the leader of a dataset that elects its leader: another replica may know better.
    pub(crate) fn ask_another(&mut self, dataset: u16, region: u16, silent: u16, config: &Config) {
        if self.directory.leader(region, dataset).0 == silent {
            self.directory.turn_from(region, dataset, silent, config);
        }
    }

    /// Somebody wants a region to lead what it holds and elects its leader: its replica asks whoever leads to see to it.
    pub(crate) fn wish_for(&mut self, region: u16, of: Option<&Range<u16>>, cx: &mut Cx<'_>) {
        let (order, config) = (cx.cause(), cx.config);
        for (dataset, set) in (0..).zip(&config.datasets) {
            let meant = of.is_none_or(|of| of.contains(&dataset)) && set.placement.contains(&usize::from(region));
            if set.leadership != Leadership::Elected || !meant {
                continue;
            }
            cx.because(order);
            let why = match self.summary(dataset, region) {
                None => Err(Unfit::Dark),
                Some(Summary { role: Role::Witness, .. }) => Err(Unfit::Witness),
                Some(Summary { role: Role::Leader, .. }) => Err(Unfit::Leads),
                Some(Summary { follows, .. }) => follows.ok_or(Unfit::NoLeader),
            };
            match why {
                Err(why) => drop(cx.state_cause(Fact::NotWished { dataset, region, why })),
                Ok(leader) => {
                    cx.state_cause(Fact::Wished { dataset, region, leader });
                    let wish = Command::HandOver { to: NodeId(region), epoch: Epoch(0) };
                    self.command(dataset, region, wish, cx);
                }
            }
        }
    }
}
