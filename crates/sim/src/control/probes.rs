//! Watching: probes, their answers, and what the vantage points report.

use super::said::{Account, Event, Health, Said};
use super::{Control, News, Notice, Report, Sighting};
use crate::cx::Cx;

impl Control {
    /// Plan the first probes, spread over an interval so that not all vantage points probe at once.
    pub(crate) fn start(&self, cx: &mut Cx<'_>) {
        let control = &cx.config.control;
        let (interval, vantages) = (control.interval, control.vantages.len() as u64);
        for vantage in 0..vantages {
            cx.plan(interval * vantage / vantages.max(1), Event::Probe { vantage: vantage as u16 });
        }
        cx.plan(interval, Event::Tick);
    }

    pub(super) fn on_probe(&mut self, vantage: u16, cx: &mut Cx<'_>) {
        let (interval, timeout) = (cx.config.control.interval, cx.config.control.timeout);
        let watcher = &mut self.vantages[usize::from(vantage)];
        let (from, round) = (watcher.region, watcher.round + 1);
        let up = cx.up(from);
        // Events of one instant stay in the order of their planning: a round that is waited for until the next one begins
        // is judged before that.
        if up {
            cx.plan(timeout, Event::ProbeTimeout { vantage, round });
        }
        let next = cx.now() + interval;
        cx.plan_because(0, next, Event::Probe { vantage });
        if !up {
            return;
        }
        let watcher = &mut self.vantages[usize::from(vantage)];
        (watcher.round, watcher.sent) = (round, cx.now());
        watcher.seen.fill((Sighting::default(), None));
        for region in (0..cx.config.regions.len() as u16).filter(|region| *region != from) {
            self.tell(from, region, Notice::Probe { vantage, round }, cx);
        }
    }

    /// A vantage point stops waiting for a round, and reports it. A round that was under way when it lost its power is nobody's.
    pub(super) fn on_probe_timeout(&self, vantage: u16, round: u32, cx: &mut Cx<'_>) {
        let watcher = &self.vantages[usize::from(vantage)];
        if watcher.round == round {
            debug_assert!(cx.up(watcher.region), "without power a round is forgotten");
            cx.say(Said::Reports { vantage, region: watcher.region });
        }
    }

    /// A probe of a region, or the answer to it, is lost by this event, owed to this fault. The vantage point does not know;
    /// the trace does.
    pub(super) fn on_probe_lost(&mut self, vantage: u16, round: u32, region: u16, event: u64, fault: u64) {
        let watcher = &mut self.vantages[usize::from(vantage)];
        let (seen, _) = &mut watcher.seen[usize::from(region)];
        if watcher.round == round && seen.answer.is_none() {
            (seen.event, seen.fault) = (event, fault);
        }
    }

    pub(super) fn on_present(&mut self, vantage: u16, round: u32, news: News, cx: &mut Cx<'_>) {
        let (region, cause) = (news.region, cx.cause());
        let control = &cx.config.control;
        let watcher = &mut self.vantages[usize::from(vantage)];
        let took = cx.now() - watcher.sent;
        let (seen, told) = &mut watcher.seen[usize::from(region)];
        if watcher.round != round || took > control.timeout || seen.answer.is_some() {
            return;
        }
        let there = &cx.config.links[usize::from(watcher.region)][usize::from(region)];
        let back = &cx.config.links[usize::from(region)][usize::from(watcher.region)];
        let over = took - (there.one_way + back.one_way);
        let health = if over > control.degraded_above { Health::Degraded } else { Health::Healthy };
        *seen = Sighting { answer: Some(health), event: cause, fault: 0 };
        *told = Some(news);
    }

    /// A region answers a vantage point how it is.
    pub(crate) fn present(&mut self, region: u16, vantage: u16, round: u32, account: Account, cx: &mut Cx<'_>) {
        let news = self.news(region, account);
        let to = self.vantages[usize::from(vantage)].region;
        self.tell(region, to, Notice::Present { vantage, round, news }, cx);
    }

    /// Tell the controller what this round has shown; the vantage point's own region gives an account of itself.
    pub(crate) fn report(&mut self, vantage: u16, own: Account, cx: &mut Cx<'_>) {
        let watcher = &self.vantages[usize::from(vantage)];
        let (from, round, sent) = (watcher.region, watcher.round, watcher.sent);
        let at = cx.clock_at(from, sent);
        // What was neither answered nor lost is late.
        let slow = |region| cx.blame().of_delay(from, region).max(cx.blame().of_delay(region, from));
        let owed = |(region, seen): (u16, &Sighting)| match (seen.answer, seen.event) {
            (None, 0) => Sighting { fault: slow(region), ..*seen },
            _ => *seen,
        };
        let seen = (0..).zip(watcher.seen.iter().map(|(seen, _)| seen)).map(owed).collect();
        let mut news: Vec<News> = watcher.seen.iter().filter_map(|(_, news)| news.clone()).collect();
        news.push(self.news(from, own));
        let home = cx.config.control.home as u16;
        self.tell(from, home, Notice::Report(Report { vantage, round, at, seen, news }), cx);
    }

    /// What a region says of itself, numbered.
    fn news(&mut self, region: u16, account: Account) -> News {
        let spoken = &mut self.spoken[usize::from(region)];
        *spoken += 1;
        News { region, number: *spoken, account }
    }
}
