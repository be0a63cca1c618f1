//! Leases: a leader serves only while the controller lets it. F12.

use super::{Control, Lease, Notice};
use crate::cx::Cx;
use engine::Time;
use protocol::{Command, Epoch};

impl Control {
    /// A leader asks the controller for a lease.
    pub(crate) fn ask_lease(&mut self, dataset: u16, region: u16, epoch: Epoch, asked: Time, cx: &mut Cx<'_>) {
        let home = cx.config.control.home as u16;
        self.tell(region, home, Notice::AskLease { dataset, region, epoch, asked }, cx);
    }

    /// Grant the leader its lease, unless another is about to be promoted or may still hold one. That somebody doubts the leader
    /// is no reason: until it is decided, and also if a person takes minutes over it, a leader who asks is there and serves.
    pub(super) fn on_lease_asked(&mut self, dataset: u16, region: u16, epoch: Epoch, asked: Time, cx: &mut Cx<'_>) {
        let home = cx.config.control.home as u16;
        let Some(term) = cx.config.datasets[usize::from(dataset)].lease else { return };
        let clock = cx.clock(home);
        self.hear_of_leader(dataset, region, epoch, cx);
        let leadership = &mut self.leaderships[usize::from(dataset)];
        let Lease { holder, until } = leadership.lease;
        let taken = holder != region && clock < until;
        if (leadership.leader, leadership.epoch) != (region, epoch) || leadership.decided || taken {
            return;
        }
        let until = if holder == region { until.max(clock + term) } else { clock + term };
        leadership.lease = Lease { holder: region, until };
        self.tell(home, region, Notice::Order { dataset, command: Command::LeaseGranted { asked, term } }, cx);
    }
}
