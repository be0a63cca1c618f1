//! Deciding: who is unhealthy, who leads, and when leadership moves.

use super::{News, Notice};
use crate::config::{Choose, Failover};
use crate::trace::{Health, What};
use crate::world::{Event, World};
use engine::{Span, Stream};
use protocol::{Epoch, Protocol, Role, Version};

impl<P: Protocol> World<P> {
    pub(super) fn on_report(&mut self, vantage: u16, health: Vec<Health>, news: Vec<News>) {
        self.control.reports[usize::from(vantage)] = Some((self.now, health));
        for News { region, vitals, standings } in news {
            self.control.standings[usize::from(region)] = standings;
            self.control.ladder[usize::from(region)].hear(vitals);
        }
        self.finish_hand_overs();
        let heard = self.cause();
        for region in 0..self.config.regions.len() as u16 {
            self.because(heard);
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
        let noticed = self.control.noticed(region, health);
        self.because(noticed);
        let judged = self.emit_cause(What::Judged { region, health });
        if health == Health::Unhealthy {
            for dataset in 0..self.datasets.len() as u16 {
                self.because(judged);
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
            let leadership = &mut self.control.leaderships[usize::from(dataset)];
            (leadership.pending, leadership.decided) = (None, false);
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
                    news.iter()
                        .find(|standing| standing.dataset == dataset)
                        .map_or(Version::NONE, |standing| standing.last)
                };
                // Of equals the one that comes first in the preference.
                candidates.reduce(|best, next| if reach(next) > reach(best) { next } else { best })
            }
        }
    }

    /// Make a region the leader, and tell everybody.
    fn promote(&mut self, dataset: u16, to: u16) {
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        let (from, epoch) = (leadership.leader, leadership.grant());
        leadership.moved(to, epoch, self.now);
        self.emit_cause(What::FailoverDecided { dataset, from, to, epoch });
        self.broadcast(dataset);
    }

    /// A person promotes a region, whatever the controller thinks. The order goes out from that region: whoever cannot hear
    /// it, the controller perhaps among them, goes on as before.
    pub(crate) fn promote_by_hand(&mut self, region: u16) {
        for dataset in 0..self.datasets.len() as u16 {
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
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        if epoch > leadership.epoch {
            leadership.moved(leader, epoch, self.now);
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
        self.spread(dataset, self.config.control.home as u16, leader, epoch, self.control.unhealthy());
    }

    fn spread(&mut self, dataset: u16, teller: u16, leader: u16, epoch: Epoch, unhealthy: u64) {
        for region in 0..self.config.regions.len() as u16 {
            self.tell(teller, region, Notice::Route { dataset, leader, epoch, unhealthy });
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
                self.consider_failover_again(dataset);
                self.consider_failback(dataset);
            }
            self.broadcast(dataset);
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
    pub(super) fn cannot_lead(&self, dataset: u16, region: u16) -> bool {
        let news = &self.control.standings[usize::from(region)];
        let blank = news.iter().any(|standing| standing.dataset == dataset && standing.blank);
        blank || self.control.health(region) == Health::Unhealthy
    }
}
