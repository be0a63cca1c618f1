//! What the control plane still knows after power was lost.
//!
//! A vantage point forgets the round under way. The controller writes down what it told others, before it tells them: every epoch granted, who leads and since when, to whom a hand-over was ordered, who may
//! hold a lease, how it judged the regions and what share of users each gets, since the name service goes on answering by
//! that. It forgets what it was told: reports and news, and with them any doubt about a leader and the call to a person. So
//! a restarted controller promotes nobody before it has heard of the leader's failure anew.
//!
//! What it wrote down outlives also the disks of its region: such records lie in several places.

use super::hand_over::HAND_OVER_TIME;
use super::{Control, Sighting, Vantage};
use crate::cx::Cx;
use crate::sites::Sites;

impl Vantage {
    /// Forget the round under way. The next has another number: answers to this one belong to nobody.
    fn forget(&mut self) {
        self.round += 1;
        self.seen.fill((Sighting::default(), None));
    }
}

impl Control {
    /// Power is lost in a region.
    pub(crate) fn power_lost(&mut self, region: u16, cx: &mut Cx<'_>) {
        self.vantages.iter_mut().filter(|vantage| vantage.region == region).for_each(Vantage::forget);
        if usize::from(region) == cx.config.control.home {
            self.undecided = Sites::NONE;
            self.watches.iter_mut().for_each(super::watch::Watch::forget);
            self.news.iter_mut().for_each(super::watch::Latest::forget);
            self.ladder.iter_mut().for_each(super::ladder::Rung::forget);
            for leadership in &mut self.leaderships {
                (leadership.pending, leadership.decided, leadership.hopeless) = (None, false, false);
                (leadership.given_up, leadership.rest_until) = (0, cx.now());
            }
        }
    }

    /// A region has power again. Until when a lease was granted is not written down with each: it counts as just granted.
    pub(crate) fn power_back(&mut self, region: u16, cx: &mut Cx<'_>) {
        if usize::from(region) != cx.config.control.home {
            return;
        }
        let clock = cx.clock(region);
        for (leadership, set) in self.leaderships.iter_mut().zip(&cx.config.datasets) {
            if let Some(term) = set.lease {
                leadership.lease.until = leadership.lease.until.max(clock + term);
            }
            if let Some(hand_over) = &mut leadership.handing_over {
                hand_over.give_up = cx.now() + HAND_OVER_TIME;
            }
        }
    }
}
