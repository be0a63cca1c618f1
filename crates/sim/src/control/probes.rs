//! Watching: probes, their answers, and what the vantage points report.

use super::{News, Notice, Report, Sighting, Standing};
use crate::data::control_parcel;
use crate::network::Body;
use crate::trace::{Health, Place};
use crate::world::{Event, World};
use protocol::{Epoch, Protocol, Role, Summary};

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
        (watcher.round, watcher.sent) = (round, self.now);
        watcher.seen.fill((Sighting::default(), None));
        for region in (0..self.config.regions.len() as u16).filter(|region| *region != from) {
            self.tell(from, region, Notice::Probe { vantage, round });
        }
    }

    /// A vantage point stops waiting for a round, and reports it. A round that was under way when it lost its power is nobody's.
    pub(crate) fn on_probe_timeout(&mut self, vantage: u16, round: u32) {
        let watcher = &self.control.vantages[usize::from(vantage)];
        if watcher.round == round {
            debug_assert!(
                self.conditions.regions[usize::from(watcher.region)].up,
                "without power a round is forgotten"
            );
            self.report(vantage);
        }
    }

    /// A probe of a region, or the answer to it, is lost by this event, owed to this fault. The vantage point does not know;
    /// the trace does.
    pub(crate) fn on_probe_lost(&mut self, vantage: u16, round: u32, region: u16, event: u64, fault: u64) {
        let watcher = &mut self.control.vantages[usize::from(vantage)];
        let (seen, _) = &mut watcher.seen[usize::from(region)];
        if watcher.round == round && seen.answer.is_none() {
            (seen.event, seen.fault) = (event, fault);
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
            Notice::Report(report) => self.on_report(report),
            Notice::Route { dataset, leader, epoch, known } => {
                self.control.told[usize::from(region)].hear(known);
                self.contradict(dataset, region, epoch);
                self.on_route(dataset, region, leader, epoch);
            }
            Notice::Leads { dataset, leader, epoch } => self.hear_of_leader(dataset, leader, epoch),
            Notice::Order { dataset, command } => self.command_replica(dataset, region, command),
            Notice::AskLease { dataset, region, epoch, asked } => self.on_lease_asked(dataset, region, epoch, asked),
        }
    }

    fn on_present(&mut self, vantage: u16, round: u32, news: News) {
        let (region, cause) = (news.region, self.cause());
        let control = &self.config.control;
        let watcher = &mut self.control.vantages[usize::from(vantage)];
        let took = self.now - watcher.sent;
        let (seen, told) = &mut watcher.seen[usize::from(region)];
        if watcher.round != round || took > control.timeout || seen.answer.is_some() {
            return;
        }
        let there = &self.config.links[usize::from(watcher.region)][usize::from(region)];
        let back = &self.config.links[usize::from(region)][usize::from(watcher.region)];
        let over = took - (there.one_way + back.one_way);
        let health = if over > control.degraded_above { Health::Degraded } else { Health::Healthy };
        *seen = Sighting { answer: Some(health), event: cause, fault: 0 };
        *told = Some(news);
    }

    /// Tell the controller what this round has shown.
    fn report(&mut self, vantage: u16) {
        let watcher = &self.control.vantages[usize::from(vantage)];
        let (from, round, sent) = (watcher.region, watcher.round, watcher.sent);
        let at = self.clocks[usize::from(from)].read(sent);
        // What was neither answered nor lost is late.
        let slow = |region| self.blame.of_delay(from, region).max(self.blame.of_delay(region, from));
        let owed = |(region, seen): (u16, &Sighting)| match (seen.answer, seen.event) {
            (None, 0) => Sighting { fault: slow(region), ..*seen },
            _ => *seen,
        };
        let seen = (0..).zip(watcher.seen.iter().map(|(seen, _)| seen)).map(owed).collect();
        let mut news: Vec<News> = watcher.seen.iter().filter_map(|(_, news)| news.clone()).collect();
        news.push(self.news_of(from));
        let home = self.config.control.home as u16;
        self.tell(from, home, Notice::Report(Report { vantage, round, at, seen, news }));
    }

    /// What a region says of itself.
    fn news_of(&mut self, region: u16) -> News {
        let spoken = &mut self.control.spoken[usize::from(region)];
        *spoken += 1;
        let number = *spoken;
        let vitals = self.stations[usize::from(region)].vitals;
        let leaders = (0..self.datasets.len() as u16).map(|dataset| self.known_leader(dataset, region)).collect();
        News { region, number, vitals, standings: self.standings_of(region), leaders }
    }

    /// Who leads a dataset by the latest that a region's routers or its replica have heard.
    pub(super) fn known_leader(&self, dataset: u16, region: u16) -> (u16, Epoch) {
        let route = self.control.route_of(region, dataset);
        let Some(Summary { role, epoch, follows, .. }) = self.summary_of(dataset, region) else { return route };
        let leader = if role == Role::Leader { Some(region) } else { follows.map(|leader| leader.0) };
        leader.map(|leader| (leader, epoch)).filter(|known| known.1 > route.1).unwrap_or(route)
    }

    fn standings_of(&self, region: u16) -> Vec<Standing> {
        let sets = 0..self.datasets.len() as u16;
        let standing = |dataset| {
            let Summary { role, epoch, last, .. } = self.summary_of(dataset, region)?;
            Some(Standing { dataset, leads: role == Role::Leader, blank: self.blank(dataset, region), epoch, last })
        };
        sets.filter_map(standing).collect()
    }

    /// Send something of the control plane; within a region it takes the region's own network.
    pub(crate) fn tell(&mut self, from: u16, to: u16, notice: Notice) {
        self.send(Place::Region(from), Place::Region(to), control_parcel(), None, Body::Notice(notice));
    }
}
