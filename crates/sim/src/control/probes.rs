//! Watching: probes, their answers, and what the vantage points report.

use super::{News, Notice, Standing};
use crate::network::Body;
use crate::replicas::control_parcel;
use crate::trace::{Health, Place, What};
use crate::world::{Event, World};
use engine::Span;
use protocol::{Protocol, Role, Summary};

impl<P: Protocol> World<P> {
    /// Plan the first probes, spread over an interval so that not all vantage points probe at once.
    pub(crate) fn start_control(&mut self) {
        let control = &self.config.control;
        let (interval, vantages) = (control.interval, control.vantages.len() as u64);
        for vantage in 0..vantages {
            self.plan(interval * vantage / vantages.max(1), Event::Probe { vantage: vantage as u16 });
        }
        self.plan(interval, Event::ControlTick);
    }

    pub(crate) fn on_probe(&mut self, vantage: u16) {
        let (interval, timeout) = (self.config.control.interval, self.config.control.timeout);
        let watcher = &mut self.control.vantages[usize::from(vantage)];
        let (from, round) = (watcher.region, watcher.round + 1);
        let up = self.conditions.regions[usize::from(from)].up;
        // Events of one instant stay in the order of their planning: a round that is waited for until the next one begins
        // is judged before that.
        if up {
            self.plan(timeout, Event::ProbeTimeout { vantage, round });
        }
        self.plan_because(0, self.now + interval, Event::Probe { vantage });
        if !up {
            return;
        }
        let watcher = &mut self.control.vantages[usize::from(vantage)];
        watcher.round = round;
        watcher.sent = self.now;
        for subject in &mut watcher.subjects {
            subject.answered = false;
            subject.lost = 0;
        }
        for region in (0..self.config.regions.len() as u16).filter(|region| *region != from) {
            self.tell(from, region, Notice::Probe { vantage, round });
        }
    }

    pub(crate) fn on_probe_timeout(&mut self, vantage: u16, round: u32) {
        let threshold = self.config.control.threshold;
        let watcher = &mut self.control.vantages[usize::from(vantage)];
        let from = watcher.region;
        if watcher.round != round || !self.conditions.regions[usize::from(from)].up {
            return;
        }
        let mut changed = Vec::new();
        for (region, subject) in watcher.subjects.iter_mut().enumerate() {
            if subject.answered || region == usize::from(from) {
                continue;
            }
            subject.successes = 0;
            subject.failures += 1;
            if subject.failures >= threshold && subject.health != Health::Unhealthy {
                subject.health = Health::Unhealthy;
                changed.push(region as u16);
            }
        }
        for region in changed {
            let lost = self.control.vantages[usize::from(vantage)].subjects[usize::from(region)].lost;
            let cause = if lost == 0 { self.cause() } else { lost };
            let noticed = self.emit_after(cause, What::Probed { vantage: from, region, health: Health::Unhealthy });
            self.control.vantages[usize::from(vantage)].subjects[usize::from(region)].noticed = noticed;
        }
        self.report(vantage);
    }

    /// A probe of a region, or the answer to it, is lost. The vantage point does not know; the trace does.
    pub(crate) fn on_probe_lost(&mut self, vantage: u16, round: u32, region: u16, lost: u64) {
        let watcher = &mut self.control.vantages[usize::from(vantage)];
        if watcher.round == round {
            watcher.subjects[usize::from(region)].lost = lost;
        }
    }

    pub(crate) fn on_notice(&mut self, region: u16, notice: Notice) {
        match notice {
            Notice::Probe { vantage, round } => {
                let news = self.news_of(region);
                let to = self.control.vantages[usize::from(vantage)].region;
                self.tell(region, to, Notice::Present { vantage, round, news });
            }
            Notice::Present { vantage, round, news } => self.on_present(vantage, round, news),
            Notice::Report { vantage, health, news } => self.on_report(vantage, health, news),
            Notice::Route { dataset, leader, epoch, unhealthy } => {
                self.control.told[usize::from(region)] = unhealthy;
                self.contradict(dataset, region, epoch);
                self.on_route(dataset, region, leader, epoch);
            }
            Notice::Promoted { dataset, leader, epoch } => self.on_promoted(dataset, leader, epoch),
            Notice::Order { dataset, command } => self.command_replica(dataset, region, command),
            Notice::AskLease { dataset, region, epoch, asked } => self.on_lease_asked(dataset, region, epoch, asked),
        }
    }

    fn on_present(&mut self, vantage: u16, round: u32, news: News) {
        let region = news.region;
        let control = &self.config.control;
        let watcher = &mut self.control.vantages[usize::from(vantage)];
        let subject = &mut watcher.subjects[usize::from(region)];
        if watcher.round != round || self.now - watcher.sent > control.timeout || subject.answered {
            return;
        }
        let there = &self.config.links[usize::from(watcher.region)][usize::from(region)];
        let back = &self.config.links[usize::from(region)][usize::from(watcher.region)];
        let over = (self.now - watcher.sent) - (there.one_way + back.one_way);
        let seen = if over > control.degraded_above { Health::Degraded } else { Health::Healthy };
        subject.answered = true;
        subject.failures = 0;
        subject.successes += 1;
        subject.news = Some(news);
        let recovered = subject.health != Health::Unhealthy || subject.successes >= control.threshold;
        if recovered && subject.health != seen {
            subject.health = seen;
            let place = watcher.region;
            let noticed = self.emit_cause(What::Probed { vantage: place, region, health: seen });
            self.control.vantages[usize::from(vantage)].subjects[usize::from(region)].noticed = noticed;
        }
    }

    /// Tell the controller how the regions look from here.
    fn report(&mut self, vantage: u16) {
        let watcher = &self.control.vantages[usize::from(vantage)];
        let from = watcher.region;
        let health = watcher.subjects.iter().map(|subject| subject.health).collect();
        let answered = watcher.subjects.iter().filter(|subject| subject.answered);
        let mut news: Vec<News> = answered.filter_map(|subject| subject.news.clone()).collect();
        news.push(self.news_of(from));
        let home = self.config.control.home as u16;
        self.tell(from, home, Notice::Report { vantage, health, news });
    }

    /// What a region says of itself.
    fn news_of(&self, region: u16) -> News {
        News { region, vitals: self.stations[usize::from(region)].vitals, standings: self.standings_of(region) }
    }

    fn standings_of(&self, region: u16) -> Vec<Standing> {
        let sets = 0..self.datasets.len() as u16;
        let standing = |dataset| {
            let Summary { role, epoch, last } = self.summary_of(dataset, region)?;
            Some(Standing { dataset, leads: role == Role::Leader, blank: self.blank(dataset, region), epoch, last })
        };
        sets.filter_map(standing).collect()
    }

    /// Send something of the control plane; within a region it takes the region's own network.
    pub(crate) fn tell(&mut self, from: u16, to: u16, notice: Notice) {
        self.send(Place::Region(from), Place::Region(to), control_parcel(), None, Body::Notice(notice));
    }

    /// How long a vantage point's report counts.
    pub(super) fn report_life(&self) -> Span {
        self.config.control.interval * 3
    }
}
