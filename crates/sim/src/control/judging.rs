//! Judging: what the controller makes of the reports of the vantage points, and for how long.
//!
//! The controller counts failures and successes itself, report by report, so that a vantage point that restarts has no old
//! verdict to vote with, and a controller that was cut off begins to count again. A report says when its probes were
//! sent; what is known from it counts for three rounds from then, however late it came.

use super::said::{Fact, Health, Said};
use super::votes::Votes;
use super::watch::{Opinion, Order};
use super::{Control, News, Owed, Report};
use crate::cx::Cx;
use crate::data::said::Standing;
use engine::{FlatMap, Time};

/// Count what one vantage point says; nothing if its word does not count any longer.
fn count(opinion: Option<&Opinion>, votes: &mut Votes) {
    match opinion {
        Some(opinion) => votes.says(opinion.health, opinion.failures > 0),
        None => votes.silent(),
    }
}

impl Control {
    /// A vantage point tells what it saw. What is too old when it arrives says nothing.
    pub(super) fn on_report(&mut self, report: Report, cx: &mut Cx<'_>) {
        let home = cx.config.control.home as u16;
        let by_clocks = cx.now() - (cx.clock(home) - report.at);
        let at = by_clocks.min(self.watches[usize::from(report.vantage)].latest(report.round, report.at));
        if self.too_old(at, cx) {
            return;
        }
        for news in &report.news {
            self.hear(news, at, cx);
        }
        let watch = &self.watches[usize::from(report.vantage)];
        if report.round > watch.round {
            self.count(&report, at, cx);
            self.judge_all(cx);
        }
    }

    /// News of a region: the latest count, in whatever order they arrive.
    fn hear(&mut self, news: &News, at: Time, cx: &mut Cx<'_>) {
        let region = news.region;
        let mut latest = std::mem::take(&mut self.news[usize::from(region)]);
        let order = latest.hear((news.number, at), &news.account.standings, cx.now(), |at| self.too_old(at, cx));
        self.news[usize::from(region)] = latest;
        if order == Order::Anew {
            self.ladder[usize::from(region)].forget_record();
        }
        if order != Order::Overtaken {
            self.ladder[usize::from(region)].hear(news.account.vitals);
            for dataset in cx.config.granted() {
                let (leader, epoch) = news.account.leaders[usize::from(dataset)];
                self.hear_of_leader(dataset, leader, epoch, cx);
                if epoch >= self.leaderships[usize::from(dataset)].epoch {
                    self.settle_what_is_owed(dataset, region, Owed::No, cx);
                }
            }
        }
    }

    /// Count another round of a vantage point, anew if its last one is too long ago to go on from.
    fn count(&mut self, report: &Report, at: Time, cx: &mut Cx<'_>) {
        let vantage = report.vantage;
        let stale = self.too_old(self.watches[usize::from(vantage)].at, cx);
        let threshold = cx.config.control.threshold;
        let place = self.vantages[usize::from(vantage)].region;
        let watch = &mut self.watches[usize::from(vantage)];
        if stale {
            watch.forget();
        }
        (watch.round, watch.at, watch.reading) = (report.round, at, report.at);
        for (region, seen) in (0..).zip(&report.seen).filter(|(region, _)| *region != place) {
            let opinion = &mut self.watches[usize::from(vantage)].opinions[usize::from(region)];
            let in_force = |fault| cx.blame().is_in_force(fault);
            if let (true, Some(health)) = (opinion.see(seen, threshold, in_force), opinion.health) {
                let cause = if seen.event == 0 { cx.cause() } else { seen.event };
                let noticed = cx.state_after(cause, Fact::Probed { vantage: place, region, health });
                self.watches[usize::from(vantage)].opinions[usize::from(region)].noticed = noticed;
            }
        }
    }

    /// Judge every region, and only then act on it: who is to follow an unhealthy leader must not be unhealthy too.
    fn judge_all(&mut self, cx: &mut Cx<'_>) {
        let heard = cx.cause();
        let mut judged = Vec::new();
        for region in 0..cx.config.regions.len() as u16 {
            let (before, _) = self.judged[usize::from(region)];
            let votes = self.votes(region, cx);
            let health = votes.judge(before);
            self.say_if_undecided(region, health, cx);
            if health != before {
                self.judged[usize::from(region)] = (health, cx.now());
                cx.say(Said::Judged { region, health });
                let (noticed, fault) = self.grounds(region, health, cx);
                let cause = if noticed == 0 { heard } else { noticed };
                judged.push((region, cx.state_after(cause, Fact::Judged { region, health, fault })));
            }
        }
        for (region, event) in judged {
            for dataset in cx.config.granted() {
                cx.because(event);
                if self.health(region) == Health::Unhealthy {
                    self.settle_what_is_owed(dataset, region, Owed::Yes, cx);
                }
                if self.leaderships[usize::from(dataset)].leader == region {
                    self.consider_failover(dataset, cx);
                }
            }
        }
        cx.because(heard);
    }

    /// Whoever wonders why nobody takes over from a leader that is not reached is told that too few say so.
    fn say_if_undecided(&mut self, region: u16, health: Health, cx: &mut Cx<'_>) {
        let leads = || cx.config.granted().any(|set| self.leaderships[usize::from(set)].leader == region);
        let told = (health != Health::Unhealthy && leads()).then(|| self.told(region, cx));
        match told.filter(|votes| votes.lacks_witnesses()) {
            None => self.undecided.remove(region),
            Some(votes) if !self.undecided.contains(region) => {
                self.undecided.insert(region);
                cx.state(Fact::Undecided { region, unhealthy: votes.unhealthy as u16, of: votes.voters as u16 });
            }
            Some(_) => {}
        }
    }

    /// What is told of votes that decide nothing: those of all vantage points, unless more than half of these are not enough.
    fn told(&self, region: u16, cx: &Cx<'_>) -> Votes {
        let each = self.each(region, cx);
        if each.unhealthy * 2 > each.voters { self.votes(region, cx) } else { each }
    }

    /// What each vantage point says of a region, also where several are zones of one region.
    fn each(&self, region: u16, cx: &Cx<'_>) -> Votes {
        let mut votes = Votes::default();
        self.opinions(region, cx).for_each(|(_, opinion)| count(opinion, &mut votes));
        votes
    }

    /// How a region looks from each vantage point, by its region, whose word still counts, but not from its own.
    fn opinions(&self, region: u16, cx: &Cx<'_>) -> impl Iterator<Item = (u16, Option<&Opinion>)> {
        let watches = self.vantages.iter().zip(&self.watches);
        let others = watches.filter(move |(vantage, _)| vantage.region != region);
        others.map(move |(vantage, watch)| {
            (vantage.region, (!self.too_old(watch.at, cx)).then(|| &watch.opinions[usize::from(region)]))
        })
    }

    /// What those who probe a region say of it: each region has one vote, also where several of its zones probe.
    fn votes(&self, region: u16, cx: &Cx<'_>) -> Votes {
        if cx.config.zoned.is_empty() {
            return self.each(region, cx);
        }
        let mut votes = Votes::default();
        let own = cx.config.zones_beside(region);
        let mut by_region: FlatMap<u16, Votes> = FlatMap::new();
        for (vantage, opinion) in self.opinions(region, cx) {
            count(opinion, by_region.get_or_default(cx.config.zones_beside(vantage).start));
        }
        // Its neighbours see best that a zone is dark; then whoever says nothing elsewhere is not waited for.
        let condemned = by_region.get(&own.start).and_then(|zones| zones.say()) == Some(Health::Unhealthy);
        for (of, zones) in by_region {
            // What has befallen one zone may have befallen its neighbours: if they say nothing, others are asked alone.
            if zones.say().is_some() || (of != own.start && !condemned) {
                votes.add(zones);
            }
        }
        votes
    }

    /// The event by which the last vantage point came to see a region so, and that of the fault without which not more than half
    /// of them would: in the order in which their faults began, the one that hid it from the vantage point that tips the scales;
    /// 0 if there is none. Who was hidden by two faults at once is found out by the one that goes on.
    fn grounds(&self, region: u16, health: Health, cx: &Cx<'_>) -> (u64, u64) {
        let voters = self.votes(region, cx).voters as usize;
        let known = || self.opinions(region, cx).filter_map(|(from, opinion)| Some((from, opinion?)));
        let agree = || known().filter(|(_, opinion)| opinion.health == Some(health));
        let noticed = agree().map(|(_, opinion)| opinion.noticed).max().unwrap_or(0);
        let owed = |(from, opinion): (u16, &Opinion)| {
            let goes_on = cx.blame().of_silence(from, region).filter(|fault| *fault < opinion.lost);
            if cx.blame().is_in_force(opinion.fault) { opinion.fault } else { goes_on.unwrap_or(opinion.fault) }
        };
        // By region: the zones of one tip its vote as the regions tip the scales.
        let mut by_region: FlatMap<u16, Vec<u64>> = FlatMap::new();
        for (from, opinion) in agree() {
            by_region.get_or_default(cx.config.zones_beside(from).start).push(owed((from, opinion)));
        }
        let tips = |(of, mut faults): (u16, Vec<u64>)| {
            engine::sort(&mut faults);
            let zones = cx.config.zones_beside(of).len();
            faults.get(zones / 2).or(faults.last()).copied().unwrap_or(0)
        };
        let mut faults: Vec<u64> = by_region.into_iter().map(tips).collect();
        engine::sort(&mut faults);
        (noticed, faults.get(voters / 2).copied().unwrap_or(0))
    }

    /// Whether some vantage point had an answer when it asked last.
    pub(super) fn is_answering(&self, region: u16, cx: &Cx<'_>) -> bool {
        self.opinions(region, cx).any(|(_, opinion)| opinion.is_some_and(|opinion| opinion.successes > 0))
    }

    /// Whether most vantage points had no answer when they asked last.
    pub(super) fn is_silent(&self, region: u16, cx: &Cx<'_>) -> bool {
        let votes = self.votes(region, cx);
        votes.unanswered * 2 > votes.voters
    }

    /// How the replica of a region stands, if its last news are not too old to go by.
    pub(super) fn standing(&self, dataset: u16, region: u16, cx: &Cx<'_>) -> Option<&Standing> {
        let (at, standings) = self.news[usize::from(region)].told.as_ref()?;
        let of_dataset = |standing: &&Standing| standing.dataset == dataset;
        standings.iter().find(of_dataset).filter(|_| !self.too_old(*at, cx))
    }

    /// Whether what was asked for then is no longer known now: for three rounds, and until the answers to the last are in.
    fn too_old(&self, at: Time, cx: &Cx<'_>) -> bool {
        let control = &cx.config.control;
        cx.now() - at > control.interval * 3 + control.timeout
    }
}
