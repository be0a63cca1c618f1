//! The planned change of leader: giving leadership back to whom it was taken from. F13.

use super::{HandOver, Notice, Owed};
use crate::trace::{Health, What, control};
use crate::world::World;
use engine::Span;
use protocol::{Command, NodeId, Protocol};

/// How long a hand-over may take before the old leader is told to go on, and the least time until another is tried; it doubles
/// with each that is given up.
pub(super) const HAND_OVER_TIME: Span = Span::from_secs(30);
/// It doubles so often.
const DOUBLINGS: u32 = 5;

impl<P: Protocol> World<P> {
    /// Begin to give leadership back, if the original leader lost it by failing, has been well for long enough, and not the leader
    /// for as long.
    pub(super) fn consider_failback(&mut self, dataset: u16) {
        let Some(after) = self.config.control.failback else { return };
        let original = self.config.datasets[usize::from(dataset)].leader as u16;
        let (health, since) = self.control.judged[usize::from(original)];
        let fit = health == Health::Healthy && self.may_lead(dataset, original);
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        let due = self.now - since.max(leadership.since) >= after && self.now >= leadership.rest_until;
        if leadership.owed != Owed::Yes || !fit || !due || leadership.pending.is_some() {
            return;
        }
        let (from, epoch) = (leadership.leader, leadership.grant());
        leadership.handing_over = Some(HandOver { to: original, epoch, give_up: self.now + HAND_OVER_TIME });
        self.emit_cause(What::Control(control::Fact::FailbackDecided { dataset, from, to: original, epoch }));
        self.order_hand_over(dataset);
    }

    fn order_hand_over(&mut self, dataset: u16) {
        let leadership = &self.control.leaderships[usize::from(dataset)];
        let Some(HandOver { to, epoch, .. }) = leadership.handing_over else { return };
        let (from, home) = (leadership.leader, self.config.control.home as u16);
        self.tell(home, from, Notice::Order { dataset, command: Command::HandOver { to: NodeId(to), epoch } });
    }

    /// Repeat the order to hand over, or give it up. The next leader may have been told to lead without anybody hearing of it,
    /// so the old one goes on under an epoch later than both.
    pub(super) fn look_after_hand_over(&mut self, dataset: u16) {
        let Some(hand_over) = self.control.leaderships[usize::from(dataset)].handing_over else { return };
        if self.now < hand_over.give_up && !self.is_condemned(dataset, hand_over.to) {
            return self.order_hand_over(dataset);
        }
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        leadership.handing_over = None;
        leadership.epoch = leadership.grant();
        leadership.rest_until = self.now + HAND_OVER_TIME * (1 << leadership.given_up.min(DOUBLINGS));
        leadership.given_up += 1;
        let (from, epoch) = (leadership.leader, leadership.epoch);
        self.emit_cause(What::Control(control::Fact::FailbackGivenUp { dataset, from, to: hand_over.to, epoch }));
    }
}
