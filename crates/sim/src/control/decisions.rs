//! Deciding: who is unhealthy, who leads, when leadership moves and when it moves back.

use super::{HAND_OVER_TIME, HandOver, Notice, Standing};
use crate::config::{Choose, Failover};
use crate::trace::{Health, What};
use crate::world::{Event, World};
use engine::{Span, Stream, Time};
use protocol::{Command, Epoch, Protocol};

impl<P: Protocol> World<P> {
    pub(super) fn on_report(&mut self, vantage: u16, health: Vec<Health>, standings: Vec<(u16, Vec<Standing>)>) {
        self.control.reports[usize::from(vantage)] = Some((self.now, health));
        for (region, news) in standings {
            self.control.standings[usize::from(region)] = news;
        }
        self.finish_hand_overs();
        for region in 0..self.config.regions.len() as u16 {
            self.judge(region);
        }
    }

    /// Ask all vantage points but the region itself: a region is unhealthy when more than half of them say so.
    fn judge(&mut self, region: u16) {
        let life = self.report_life();
        let (mut voters, mut unhealthy, mut degraded) = (0, 0, 0);
        for (vantage, report) in self.control.vantages.iter().zip(&self.control.reports) {
            if vantage.region == region {
                continue;
            }
            voters += 1;
            match report {
                Some((at, health)) if self.now - *at <= life => match health[usize::from(region)] {
                    Health::Unhealthy => unhealthy += 1,
                    Health::Degraded => degraded += 1,
                    Health::Healthy => {}
                },
                _ => {}
            }
        }
        let health = match () {
            () if unhealthy * 2 > voters => Health::Unhealthy,
            () if (unhealthy + degraded) * 2 > voters => Health::Degraded,
            () => Health::Healthy,
        };
        if self.control.judged[usize::from(region)].0 == health {
            return;
        }
        self.control.judged[usize::from(region)] = (health, self.now);
        self.emit_cause(What::Judged { region, health });
        if health == Health::Unhealthy {
            for dataset in 0..self.datasets.len() as u16 {
                if self.control.leaderships[usize::from(dataset)].leader == region {
                    self.call_for_failover(dataset, region);
                }
            }
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
                let id = u64::from(dataset) << 32 | u64::from(leadership.asked);
                delay.span(&mut Stream::named(config.seed, "human decision", id))
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
        let chosen = self.choose(dataset);
        let (true, Some(to)) = (self.cannot_lead(dataset, region), chosen) else {
            self.control.leaderships[usize::from(dataset)].pending = None;
            self.emit_cause(What::StoodDown { dataset, region });
            return;
        };
        let (lease_until, clock) = (leadership.lease_until, self.clock(home));
        if clock < lease_until {
            // The old leader may still think that it leads.
            return self.plan(lease_until - clock, Event::Decide { dataset, asked });
        }
        self.promote(dataset, to, home);
    }

    /// The follower to promote.
    fn choose(&self, dataset: u16) -> Option<u16> {
        let config = &self.config;
        let set = &config.datasets[usize::from(dataset)];
        let leader = self.control.leaderships[usize::from(dataset)].leader;
        let fit = |region: &usize| {
            set.placement.contains(region)
                && *region != usize::from(leader)
                && !self.cannot_lead(dataset, *region as u16)
        };
        let mut candidates = config.control.preference.iter().filter(|region| fit(region)).map(|region| *region as u16);
        match config.control.choose {
            Choose::Preferred => candidates.next(),
            Choose::MostCaughtUp => {
                let reach = |region: u16| {
                    let news = &self.control.standings[usize::from(region)];
                    news.iter().find(|standing| standing.dataset == dataset).map_or(0, |standing| standing.last)
                };
                // Of equals the one that comes first in the preference.
                candidates.reduce(|best, next| if reach(next) > reach(best) { next } else { best })
            }
        }
    }

    /// Make a region the leader, and tell everybody from there on.
    fn promote(&mut self, dataset: u16, to: u16, teller: u16) {
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        let from = leadership.leader;
        let handed = leadership.handing_over.map_or(Epoch(0), |hand_over| hand_over.epoch);
        let epoch = leadership.epoch.max(handed).next();
        leadership.leader = to;
        leadership.epoch = epoch;
        leadership.pending = None;
        leadership.handing_over = None;
        leadership.lease_until = Time::ZERO;
        self.emit_cause(What::FailoverDecided { dataset, from, to, epoch });
        self.broadcast(dataset, teller);
    }

    /// A person promotes a region, whatever the controller thinks; the order goes out from that region.
    pub(crate) fn promote_by_hand(&mut self, region: u16) {
        for dataset in 0..self.datasets.len() as u16 {
            let leads = self.control.leaderships[usize::from(dataset)].leader == region;
            let up = self.conditions.regions[usize::from(region)].up;
            if self.holds(dataset, region) && up && !leads {
                self.promote(dataset, region, region);
            }
        }
    }

    /// Tell every region who leads.
    fn broadcast(&mut self, dataset: u16, teller: u16) {
        let leadership = &self.control.leaderships[usize::from(dataset)];
        let (leader, epoch) = (leadership.leader, leadership.epoch);
        for region in 0..self.config.regions.len() as u16 {
            self.tell(teller, region, Notice::Route { dataset, leader, epoch });
        }
    }

    /// Repeat what is in force, for whoever missed it, and see whether leadership should go back.
    pub(crate) fn on_control_tick(&mut self) {
        let (interval, home) = (self.config.control.interval, self.config.control.home as u16);
        self.plan_because(0, self.now + interval, Event::ControlTick);
        if !self.conditions.regions[usize::from(home)].up {
            return;
        }
        for dataset in 0..self.datasets.len() as u16 {
            let leadership = &mut self.control.leaderships[usize::from(dataset)];
            if leadership.handing_over.is_some_and(|hand_over| self.now >= hand_over.give_up) {
                leadership.handing_over = None;
            }
            if leadership.handing_over.is_none() {
                self.consider_failover_again(dataset);
                self.consider_failback(dataset);
            }
            // The news of who leads must not overtake an order to hand over: it would take the order back.
            if self.control.leaderships[usize::from(dataset)].handing_over.is_none() {
                self.broadcast(dataset, home);
            }
        }
    }

    /// A leader that is still unhealthy after a decision came to nothing, or that came back blank, calls for another.
    fn consider_failover_again(&mut self, dataset: u16) {
        let leader = self.control.leaderships[usize::from(dataset)].leader;
        if self.cannot_lead(dataset, leader) {
            self.call_for_failover(dataset, leader);
        }
    }

    /// Whether a region is unhealthy, or its replica has lost its disk.
    fn cannot_lead(&self, dataset: u16, region: u16) -> bool {
        let news = &self.control.standings[usize::from(region)];
        let blank = news.iter().any(|standing| standing.dataset == dataset && standing.blank);
        blank || self.control.health(region) == Health::Unhealthy
    }

    fn consider_failback(&mut self, dataset: u16) {
        let Some(after) = self.config.control.failback else { return };
        let original = self.config.datasets[usize::from(dataset)].leader as u16;
        let (health, since) = self.control.judged[usize::from(original)];
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        let due = leadership.leader != original && health == Health::Healthy && self.now - since >= after;
        if !due || leadership.pending.is_some() {
            return;
        }
        let from = leadership.leader;
        let epoch = leadership.epoch.next();
        leadership.handing_over = Some(HandOver { to: original, epoch, give_up: self.now + HAND_OVER_TIME });
        self.emit_cause(What::FailbackDecided { dataset, from, to: original, epoch });
        let home = self.config.control.home as u16;
        let command = Command::HandOver { to: protocol::NodeId(original), epoch };
        self.tell(home, from, Notice::Order { dataset, command });
    }

    /// A hand-over is done when the next leader is reported to lead.
    fn finish_hand_overs(&mut self) {
        let home = self.config.control.home as u16;
        for dataset in 0..self.datasets.len() as u16 {
            let leadership = &mut self.control.leaderships[usize::from(dataset)];
            let Some(hand_over) = leadership.handing_over else { continue };
            let news = &self.control.standings[usize::from(hand_over.to)];
            let leads = |standing: &Standing| {
                standing.dataset == dataset && standing.leads && standing.epoch == hand_over.epoch
            };
            if news.iter().any(leads) {
                leadership.leader = hand_over.to;
                leadership.epoch = hand_over.epoch;
                leadership.handing_over = None;
                self.broadcast(dataset, home);
            }
        }
    }

    /// Grant the leader its lease, unless its leadership is in question.
    pub(super) fn on_lease_asked(&mut self, dataset: u16, region: u16, asked: Time) {
        let home = self.config.control.home as u16;
        let Some(term) = self.config.datasets[usize::from(dataset)].lease else { return };
        let until = self.clock(home) + term;
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        if leadership.leader != region || leadership.pending.is_some() {
            return;
        }
        leadership.lease_until = leadership.lease_until.max(until);
        self.tell(home, region, Notice::Order { dataset, command: Command::LeaseGranted { asked, term } });
    }
}
