//! The planned change of leader: giving leadership back to whom it was taken from, or passing it on by order. F13, F26.

use super::said::{Fact, Health, Unfit, Vain};
use super::{Control, HandOver, Notice, Owed};
use crate::cx::Cx;
use engine::Span;
use protocol::{Command, Epoch, Leadership, NodeId};
use std::ops::Range;

/// How long a hand-over may take before the old leader is told to go on, and the least time until another is tried; it doubles
/// with each that is given up.
pub(super) const HAND_OVER_TIME: Span = Span::from_secs(30);
/// It doubles so often.
const DOUBLINGS: u32 = 5;

impl Control {
    /// Begin to give leadership back, if the original leader lost it by failing, was heard to be well for long enough without a
    /// gap, and not the leader for as long.
    pub(super) fn consider_failback(&mut self, dataset: u16, cx: &mut Cx<'_>) {
        let Some(after) = cx.config.control.failback else { return };
        let original = cx.config.datasets[usize::from(dataset)].leader as u16;
        let (health, since) = self.judged[usize::from(original)];
        let fit = health == Health::Healthy && self.may_lead(dataset, original, cx);
        let heard = self.news[usize::from(original)].since();
        let leadership = &mut self.leaderships[usize::from(dataset)];
        let due = cx.now() - since.max(heard).max(leadership.since) >= after && cx.now() >= leadership.rest_until;
        if leadership.owed != Owed::Yes || !fit || !due || leadership.is_moving() {
            return;
        }
        let (from, epoch) = (leadership.leader, leadership.grant());
        cx.state_cause(Fact::FailbackDecided { dataset, from, to: original, epoch });
        self.begin_hand_over(dataset, original, epoch, cx);
    }

    /// Somebody has the controller pass leadership of what a region holds, or of these datasets, on to it, but for what elects its leader.
    /// Without power it hears of no order.
    pub(crate) fn hand_over_by_order(&mut self, region: u16, of: Option<&Range<u16>>, cx: &mut Cx<'_>) {
        let (order, config) = (cx.cause(), cx.config);
        let held = (0..).zip(&config.datasets).filter(|(dataset, set)| {
            of.is_none_or(|of| of.contains(dataset)) && set.placement.contains(&usize::from(region))
        });
        let (elect, held): (Vec<_>, Vec<_>) = held.partition(|(_, set)| set.leadership == Leadership::Elected);
        let vain = match (elect.is_empty(), held.is_empty()) {
            (true, true) => Some(Vain::HoldsNothing),
            (false, true) => None,
            (_, false) => (!cx.up(config.control.home as u16)).then_some(Vain::NobodyHears),
        };
        if let Some(why) = vain {
            cx.state_cause(Fact::OrderedInVain { region, why });
            return;
        }
        for (dataset, _) in held {
            cx.because(order);
            if let Some(why) = self.unfit_to_take_over(dataset, region, cx) {
                cx.state_cause(Fact::NotPromoted { dataset, region, why });
                continue;
            }
            let leadership = &mut self.leaderships[usize::from(dataset)];
            let (from, epoch) = (leadership.leader, leadership.grant());
            cx.state_cause(Fact::HandOverDecided { dataset, from, to: region, epoch });
            self.begin_hand_over(dataset, region, epoch, cx);
        }
    }

    /// Why a region is not to take over, as far as the controller knows.
    fn unfit_to_take_over(&self, dataset: u16, region: u16, cx: &Cx<'_>) -> Option<Unfit> {
        let leadership = &self.leaderships[usize::from(dataset)];
        match () {
            () if !cx.config.is_granted(dataset) => Some(Unfit::NotAppointed),
            () if leadership.leader == region => Some(Unfit::Leads),
            () if leadership.is_moving() => Some(Unfit::Moving),
            () if !self.may_lead(dataset, region, cx) => Some(Unfit::Unwell),
            () if !self.may_lead(dataset, leadership.leader, cx) => Some(Unfit::LeaderUnwell),
            () => None,
        }
    }

    fn begin_hand_over(&mut self, dataset: u16, to: u16, epoch: Epoch, cx: &mut Cx<'_>) {
        let give_up = cx.now() + HAND_OVER_TIME;
        self.leaderships[usize::from(dataset)].handing_over = Some(HandOver { to, epoch, give_up, freed: None });
        self.order_hand_over(dataset, cx);
    }

    fn order_hand_over(&mut self, dataset: u16, cx: &mut Cx<'_>) {
        let leadership = &self.leaderships[usize::from(dataset)];
        let Some(HandOver { to, epoch, .. }) = leadership.handing_over else { return };
        let (from, home) = (leadership.leader, cx.config.control.home as u16);
        self.tell(home, from, Notice::Order { dataset, command: Command::HandOver { to: NodeId(to), epoch } }, cx);
    }

    /// Repeat the order to hand over, or give it up. The next leader may have been told to lead without the controller hearing of it:
    /// so the old one is asked to go on and not made to, and nothing is so before it says that it does. One that is about to be
    /// replaced hears of neither.
    pub(super) fn look_after_hand_over(&mut self, dataset: u16, cx: &mut Cx<'_>) {
        let Some(hand_over) = self.leaderships[usize::from(dataset)].handing_over else { return };
        if self.leaderships[usize::from(dataset)].pending.is_some() {
            return;
        }
        let gone = self.is_condemned(dataset, hand_over.to, cx);
        if hand_over.freed.is_none() && cx.now() < hand_over.give_up && !gone {
            return self.order_hand_over(dataset, cx);
        }
        let epoch = hand_over.freed.unwrap_or_else(|| self.give_hand_over_up(dataset, hand_over, cx));
        let (from, home) = (self.leaderships[usize::from(dataset)].leader, cx.config.control.home as u16);
        let command = Command::GoOn { epoch, successor_gone: gone };
        self.tell(home, from, Notice::Order { dataset, command }, cx);
    }

    /// The hand-over takes too long, or its successor has failed. Returns the epoch under which the old leader may go on.
    fn give_hand_over_up(&mut self, dataset: u16, hand_over: HandOver, cx: &mut Cx<'_>) -> Epoch {
        let leadership = &mut self.leaderships[usize::from(dataset)];
        let epoch = leadership.grant();
        leadership.handing_over = Some(HandOver { freed: Some(epoch), ..hand_over });
        leadership.rest_until = cx.now() + HAND_OVER_TIME * (1 << leadership.given_up.min(DOUBLINGS));
        leadership.given_up += 1;
        let from = leadership.leader;
        cx.state_cause(Fact::HandOverGivenUp { dataset, from, to: hand_over.to, epoch });
        epoch
    }

    /// A replica says that it leads by its predecessor's word: its region tells the controller.
    pub(crate) fn announce(&mut self, dataset: u16, region: u16, epoch: Epoch, cx: &mut Cx<'_>) {
        let home = cx.config.control.home as u16;
        self.tell(region, home, Notice::Leads { dataset, leader: region, epoch }, cx);
    }
}
