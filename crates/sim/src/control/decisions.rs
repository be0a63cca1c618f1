//! Deciding: who leads, and when leadership moves.

use super::{Bulletin, Notice};
use crate::config::{Choose, Failover, Promote};
use crate::trace::{Health, What};
use crate::world::{Event, World};
use engine::{Span, Streams};
use protocol::{Epoch, Protocol, Role, Version};

impl<P: Protocol> World<P> {
    /// Call for another leader in place of one that has failed; where there is nobody, say so once.
    pub(super) fn consider_failover(&mut self, dataset: u16) {
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        let (leader, hopeless) = (leadership.leader, leadership.hopeless);
        if !self.is_condemned(dataset, leader) {
            self.control.leaderships[usize::from(dataset)].hopeless = false;
        } else if self.has_failed(dataset, leader) && (!hopeless || self.choose(dataset).is_some()) {
            self.call_for_failover(dataset, leader);
        }
    }

    fn call_for_failover(&mut self, dataset: u16, region: u16) {
        let config = self.config.clone();
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        if leadership.pending.is_some() {
            return;
        }
        let after = match &config.control.failover {
            Failover::Off => return,
            Failover::Automatic => Span::ZERO,
            Failover::Manual(delay) => {
                let set = &config.datasets[usize::from(dataset)].id;
                let decisions = Streams::of(config.seed, "human decision", &[set]);
                delay.span(&mut decisions.nth(u64::from(leadership.asked)))
            }
        };
        leadership.pending = Some(region);
        leadership.asked += 1;
        let asked = leadership.asked;
        if matches!(config.control.failover, Failover::Manual(_)) {
            self.emit_cause(What::HumanCalled { dataset, region });
        }
        self.plan(after, Event::Decide { dataset, asked });
    }

    pub(crate) fn on_decide(&mut self, dataset: u16, asked: u32) {
        let config = self.config.clone();
        let home = config.control.home as u16;
        let leadership = &self.control.leaderships[usize::from(dataset)];
        let Some(region) = leadership.pending.filter(|_| leadership.asked == asked) else { return };
        if !self.conditions.regions[usize::from(home)].up {
            // Nobody is there to decide; look again later.
            return self.plan(config.control.interval, Event::Decide { dataset, asked });
        }
        let (failed, chosen) = (self.has_failed(dataset, region), self.choose(dataset));
        let (true, Some(to)) = (failed, chosen) else {
            let leadership = &mut self.control.leaderships[usize::from(dataset)];
            (leadership.pending, leadership.decided, leadership.hopeless) = (None, false, failed);
            self.emit_cause(What::StoodDown { dataset, region });
            return;
        };
        let (lease, clock) = (leadership.lease, self.clock(home));
        if lease.holder != to && clock < lease.until {
            // The old leader may still think that it leads. From now on its lease is not renewed.
            self.control.leaderships[usize::from(dataset)].decided = true;
            return self.plan(lease.until - clock, Event::Decide { dataset, asked });
        }
        self.promote(dataset, to);
    }

    /// The follower to promote.
    fn choose(&self, dataset: u16) -> Option<u16> {
        let control = &self.config.control;
        let set = &self.config.datasets[usize::from(dataset)];
        let leader = self.control.leaderships[usize::from(dataset)].leader;
        let follows = |region: &u16| *region != leader && set.placement.contains(&usize::from(*region));
        let followers = || control.preference.iter().map(|region| *region as u16).filter(follows);
        let reach = |region: u16| self.standing(dataset, region).map_or(Version::NONE, |standing| standing.last);
        let mut needed = Version::NONE;
        if control.promote == Promote::InSync {
            // Enough of them that one must hold whatever was acknowledged: the most caught up of them holds it all.
            let holds = |region: &u16| self.standing(dataset, *region).is_some_and(|standing| !standing.blank);
            let all = followers().count();
            if followers().filter(holds).count() + P::holders(&set.protocol, all) <= all {
                return None;
            }
            needed = followers().filter(holds).map(reach).max()?;
        }
        let mut candidates = followers().filter(|region| self.may_lead(dataset, *region) && reach(*region) >= needed);
        match control.choose {
            Choose::Preferred => candidates.next(),
            // Of equals the one that comes first in the preference.
            Choose::MostCaughtUp => candidates.reduce(|best, next| if reach(next) > reach(best) { next } else { best }),
        }
    }

    /// Make a region the leader, and tell everybody.
    fn promote(&mut self, dataset: u16, to: u16) {
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        let (from, epoch) = (leadership.leader, leadership.grant());
        self.move_leadership(dataset, to, epoch);
        self.emit_cause(What::FailoverDecided { dataset, from, to, epoch });
        self.broadcast(dataset);
    }

    /// Leadership moves. The original leader is owed it from when it lost it by failing until somebody who had not failed lost it:
    /// that was a person's wish.
    pub(super) fn move_leadership(&mut self, dataset: u16, to: u16, epoch: Epoch) {
        let original = self.config.datasets[usize::from(dataset)].leader as u16;
        let from = self.control.leaderships[usize::from(dataset)].leader;
        let failed = self.is_condemned(dataset, from);
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        leadership.owed = to != original && failed && (from == original || leadership.owed);
        leadership.moved(to, epoch, self.now);
    }

    /// A person promotes a region, whatever the controller thinks. The order goes out from that region: whoever cannot hear
    /// it, the controller perhaps among them, goes on as before.
    pub(crate) fn promote_by_hand(&mut self, region: u16) {
        let hand = self.cause();
        for dataset in 0..self.datasets.len() as u16 {
            self.because(hand);
            let leadership = &mut self.control.leaderships[usize::from(dataset)];
            let undisputed = leadership.leader == region;
            let leads = self.summary_of(dataset, region).is_some_and(|summary| summary.role == Role::Leader);
            let fit = self.conditions.regions[usize::from(region)].up && !self.blank(dataset, region);
            if !self.holds(dataset, region) || !fit || (leads && undisputed) {
                continue;
            }
            let epoch = self.control.leaderships[usize::from(dataset)].grant();
            let (from, _) = self.control.route_of(region, dataset);
            self.emit_cause(What::FailoverDecided { dataset, from, to: region, epoch });
            self.spread(dataset, region, region, epoch, self.control.told[usize::from(region)]);
            let home = self.config.control.home as u16;
            self.tell(region, home, Notice::Promoted { dataset, leader: region, epoch });
        }
    }

    /// The controller hears that somebody was promoted by hand.
    pub(super) fn on_promoted(&mut self, dataset: u16, leader: u16, epoch: Epoch) {
        if epoch > self.control.leaderships[usize::from(dataset)].epoch {
            self.move_leadership(dataset, leader, epoch);
            self.broadcast(dataset);
        }
    }

    /// A region is told of an older leadership than it knows. If the later one is its own, the teller has not heard of it.
    pub(super) fn contradict(&mut self, dataset: u16, region: u16, told: Epoch) {
        let (leader, epoch) = self.control.route_of(region, dataset);
        if leader == region && told < epoch {
            let home = self.config.control.home as u16;
            self.tell(region, home, Notice::Promoted { dataset, leader, epoch });
        }
    }

    /// The controller tells every region who leads and who is unhealthy.
    pub(super) fn broadcast(&mut self, dataset: u16) {
        let leadership = &self.control.leaderships[usize::from(dataset)];
        let (leader, epoch) = (leadership.leader, leadership.epoch);
        self.control.bulletins += 1;
        let known = Bulletin { number: self.control.bulletins, unhealthy: self.control.unhealthy() };
        self.spread(dataset, self.config.control.home as u16, leader, epoch, known);
    }

    fn spread(&mut self, dataset: u16, teller: u16, leader: u16, epoch: Epoch, known: Bulletin) {
        for region in 0..self.config.regions.len() as u16 {
            self.tell(teller, region, Notice::Route { dataset, leader, epoch, known });
        }
    }

    /// Repeat what is in force, for whoever missed it, and see whether leadership should go back.
    pub(crate) fn on_control_tick(&mut self) {
        let (interval, home) = (self.config.control.interval, self.config.control.home as u16);
        self.plan_because(0, self.now + interval, Event::ControlTick);
        if !self.conditions.regions[usize::from(home)].up {
            return;
        }
        let tick = self.cause();
        self.look_at_services();
        for dataset in 0..self.datasets.len() as u16 {
            self.because(tick);
            self.look_after_hand_over(dataset);
            if self.control.leaderships[usize::from(dataset)].handing_over.is_none() {
                self.consider_failover(dataset);
                self.consider_failback(dataset);
            }
            self.broadcast(dataset);
        }
    }

    /// Whether a region is held for unhealthy, or its replica has lost its disk.
    pub(super) fn is_condemned(&self, dataset: u16, region: u16) -> bool {
        self.control.health(region) == Health::Unhealthy || self.is_known_blank(dataset, region)
    }

    /// Whether a leader has to be replaced: what it is condemned for is so now, and not only until it has proved itself again.
    fn has_failed(&self, dataset: u16, region: u16) -> bool {
        self.is_known_blank(dataset, region) || (self.is_condemned(dataset, region) && self.is_silent(region))
    }

    /// Whether a region is well and was heard from lately.
    pub(super) fn may_lead(&self, dataset: u16, region: u16) -> bool {
        !self.is_condemned(dataset, region) && self.standing(dataset, region).is_some()
    }

    fn is_known_blank(&self, dataset: u16, region: u16) -> bool {
        self.standing(dataset, region).is_some_and(|standing| standing.blank)
    }
}
