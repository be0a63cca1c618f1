//! Deciding: who leads, and when leadership moves.

use super::said::{Bulletin, Event, Fact, Health, NoFailover, Said, Unfit, Vain};
use super::{Control, Notice, Owed};
use crate::config::{BlankLeader, Choose, Config, Failover, Promote};
use crate::cx::Cx;
use crate::data::said::Held;
use engine::{Span, Streams, Time};
use protocol::{Epoch, Version};

impl Control {
    /// Call for another leader in place of one that has failed; where there is nobody, say so once. A decision that waits for the
    /// lease to run out is taken back if the leader is not held for failed any more before that.
    pub(super) fn consider_failover(&mut self, dataset: u16, cx: &mut Cx<'_>) {
        let leadership = &mut self.leaderships[usize::from(dataset)];
        let (leader, hopeless) = (leadership.leader, leadership.hopeless);
        if leadership.decided && !self.has_failed(dataset, leader, cx) {
            self.stand_down(dataset, leader, self.why_not_failed(leader, cx), cx);
        } else if self.is_known_blank(dataset, leader, cx) && leads_on_blank(dataset, cx) {
            self.let_lead_on(dataset, cx);
        } else if !self.is_condemned(dataset, leader, cx) {
            self.leaderships[usize::from(dataset)].hopeless = false;
        } else if self.has_failed(dataset, leader, cx) && (!hopeless || self.choose(dataset, cx).is_ok()) {
            self.call_for_failover(dataset, leader, cx);
        }
    }

    /// A leader has come back without its disk and is to lead on all the same: under a later epoch, granted once for each time it is
    /// known to be blank.
    fn let_lead_on(&mut self, dataset: u16, cx: &mut Cx<'_>) {
        let leadership = &mut self.leaderships[usize::from(dataset)];
        let told = self.news[usize::from(leadership.leader)].at();
        if told.is_some_and(|at| at > leadership.since) {
            let (leader, epoch) = (leadership.leader, leadership.grant());
            self.move_leadership(dataset, leader, epoch, cx);
            cx.state_cause(Fact::LetLeadOn { dataset, leader, epoch });
            self.broadcast(dataset, cx);
        }
    }

    fn call_for_failover(&mut self, dataset: u16, region: u16, cx: &mut Cx<'_>) {
        let config = cx.config;
        let leadership = &mut self.leaderships[usize::from(dataset)];
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
            cx.state_cause(Fact::HumanCalled { dataset, region });
        }
        cx.plan(after, Event::Decide { dataset, asked });
    }

    pub(super) fn on_decide(&mut self, dataset: u16, asked: u32, cx: &mut Cx<'_>) {
        let config = cx.config;
        let home = config.control.home as u16;
        let leadership = &self.leaderships[usize::from(dataset)];
        let Some(region) = leadership.pending.filter(|_| leadership.asked == asked) else { return };
        debug_assert!(cx.up(home), "a controller without power forgets what was asked");
        let failed = self.has_failed(dataset, region, cx);
        let chosen = if failed { self.choose(dataset, cx) } else { Err(self.why_not_failed(region, cx)) };
        let to = match chosen {
            Ok(to) => to,
            Err(why) => {
                self.leaderships[usize::from(dataset)].hopeless = failed;
                return self.stand_down(dataset, region, why, cx);
            }
        };
        let (lease, clock) = (leadership.lease, cx.clock(home));
        if lease.holder != to && clock < lease.until {
            // The old leader may still think that it leads. From now on its lease is not renewed.
            self.leaderships[usize::from(dataset)].decided = true;
            return cx.plan(lease.until - clock, Event::Decide { dataset, asked });
        }
        self.promote(dataset, to, cx);
    }

    /// Nobody is promoted in place of a region.
    fn stand_down(&mut self, dataset: u16, region: u16, why: NoFailover, cx: &mut Cx<'_>) {
        let leadership = &mut self.leaderships[usize::from(dataset)];
        (leadership.pending, leadership.decided) = (None, false);
        cx.state_cause(Fact::StoodDown { dataset, region, why });
    }

    /// The follower to promote, or why there is none.
    fn choose(&self, dataset: u16, cx: &Cx<'_>) -> Result<u16, NoFailover> {
        let control = &cx.config.control;
        let set = &cx.config.datasets[usize::from(dataset)];
        let leader = self.leaderships[usize::from(dataset)].leader;
        let follows = |region: &u16| *region != leader && set.placement.contains(&usize::from(*region));
        let followers = || control.preference.iter().map(|region| *region as u16).filter(follows);
        let reach = |region: u16| self.standing(dataset, region, cx).map_or(Version::NONE, |standing| standing.last);
        let mut needed = Version::NONE;
        if control.promote == Promote::InSync {
            // Enough of them that one must hold whatever was acknowledged: the most caught up of them holds it all.
            let holds = |region: &u16| self.standing(dataset, *region, cx).is_some_and(|standing| !standing.blank);
            let all = followers().count();
            if followers().filter(holds).count() + self.holders[usize::from(dataset)] <= all {
                return Err(NoFailover::NotInSync);
            }
            needed = followers().filter(holds).map(reach).max().unwrap_or(Version::NONE);
        }
        let mut candidates =
            followers().filter(|region| self.may_lead(dataset, *region, cx) && reach(*region) >= needed);
        let chosen = match control.choose {
            Choose::Preferred => candidates.next(),
            // Of equals the one that comes first in the preference.
            Choose::MostCaughtUp => candidates.reduce(|best, next| if reach(next) > reach(best) { next } else { best }),
        };
        chosen.ok_or(NoFailover::NobodyFit)
    }

    /// Make a region the leader, and tell everybody.
    fn promote(&mut self, dataset: u16, to: u16, cx: &mut Cx<'_>) {
        let leadership = &mut self.leaderships[usize::from(dataset)];
        let (from, epoch) = (leadership.leader, leadership.grant());
        self.move_leadership(dataset, to, epoch, cx);
        cx.state_cause(Fact::FailoverDecided { dataset, from, to, epoch });
        self.broadcast(dataset, cx);
    }

    /// Leadership moves. The original leader is owed it from when it lost it by failing until somebody who had not failed lost it.
    pub(super) fn move_leadership(&mut self, dataset: u16, to: u16, epoch: Epoch, cx: &mut Cx<'_>) {
        let original = cx.config.datasets[usize::from(dataset)].leader as u16;
        let from = self.leaderships[usize::from(dataset)].leader;
        let failed = self.is_condemned(dataset, from, cx);
        let leadership = &mut self.leaderships[usize::from(dataset)];
        leadership.owed = match (from == original, failed) {
            _ if to == original => Owed::No,
            (true, true) => Owed::Yes,
            (true, false) => Owed::IfFailed,
            (false, true) => leadership.owed,
            (false, false) => Owed::No,
        };
        leadership.moved(to, epoch, cx.now());
        cx.say(Said::Leads { dataset, leader: to });
    }

    /// A region is heard of, or judged unhealthy: the first of these says whether it had failed when a person replaced it.
    pub(super) fn settle_what_is_owed(&mut self, dataset: u16, region: u16, owed: Owed, cx: &mut Cx<'_>) {
        let original = cx.config.datasets[usize::from(dataset)].leader as u16;
        let leadership = &mut self.leaderships[usize::from(dataset)];
        if region == original && leadership.owed == Owed::IfFailed {
            leadership.owed = owed;
        }
    }

    /// A person promotes a region, whatever the controller thinks, for all that it holds. The order goes out from that region,
    /// with what it was `told` of the others: whoever cannot hear it, the controller perhaps among them, goes on as before.
    pub(crate) fn promote_by_hand(&mut self, region: u16, held: &[Held], told: Bulletin, cx: &mut Cx<'_>) {
        let hand = cx.cause();
        if held.is_empty() {
            cx.state_cause(Fact::OrderedInVain { region, why: Vain::HoldsNothing });
        }
        for held in held {
            cx.because(hand);
            let Held { dataset, leader: from, .. } = *held;
            if let Some(why) = self.unfit_to_lead(held, cx.config) {
                cx.state_cause(Fact::NotPromoted { dataset, region, why });
                continue;
            }
            let epoch = self.leaderships[usize::from(dataset)].grant();
            cx.state_cause(Fact::FailoverDecided { dataset, from, to: region, epoch });
            self.spread(dataset, region, region, epoch, told, cx);
            let home = cx.config.control.home as u16;
            self.tell(region, home, Notice::Leads { dataset, leader: region, epoch }, cx);
        }
    }

    /// Why a person's promotion of a region would change nothing. Who leads already may still be promoted if leadership was granted
    /// to somebody later: whether that one leads is not known here yet.
    fn unfit_to_lead(&self, held: &Held, config: &Config) -> Option<Unfit> {
        let last = self.leaderships[usize::from(held.dataset)].granted;
        match held.standing {
            _ if !config.is_granted(held.dataset) => Some(Unfit::NotAppointed),
            None => Some(Unfit::Dark),
            Some(standing) if standing.blank => Some(Unfit::Blank),
            Some(standing) if standing.leads && standing.epoch == last => Some(Unfit::Leads),
            Some(_) => None,
        }
    }

    /// The controller hears of a leadership. If it is later than the one it knows it is so, whoever brought it about: a person, or the
    /// hand-over that was ordered, which is done by that.
    pub(super) fn hear_of_leader(&mut self, dataset: u16, leader: u16, epoch: Epoch, cx: &mut Cx<'_>) {
        let leadership = &self.leaderships[usize::from(dataset)];
        if epoch <= leadership.epoch {
            return;
        }
        let ordered = leadership.handing_over.is_some_and(|next| (next.to, next.epoch) == (leader, epoch));
        if leadership.handing_over.is_some_and(|given_up| given_up.freed == Some(epoch)) {
            // The old leader goes on.
            let leadership = &mut self.leaderships[usize::from(dataset)];
            (leadership.epoch, leadership.handing_over) = (epoch, None);
            return self.broadcast(dataset, cx);
        }
        self.move_leadership(dataset, leader, epoch, cx);
        if ordered {
            // The old leader was well, and has stopped serving, whatever lease it still holds.
            let leadership = &mut self.leaderships[usize::from(dataset)];
            (leadership.lease.until, leadership.owed) = (Time::ZERO, Owed::No);
        }
        self.broadcast(dataset, cx);
    }

    /// A region is told of an older leadership than the one that is `known` there: the teller has not heard of the later one.
    pub(crate) fn contradict(&mut self, dataset: u16, region: u16, told: Epoch, known: (u16, Epoch), cx: &mut Cx<'_>) {
        let (leader, epoch) = known;
        if told < epoch {
            let home = cx.config.control.home as u16;
            self.tell(region, home, Notice::Leads { dataset, leader, epoch }, cx);
        }
    }

    /// The controller tells every region who leads and who is unhealthy.
    pub(super) fn broadcast(&mut self, dataset: u16, cx: &mut Cx<'_>) {
        let leadership = &self.leaderships[usize::from(dataset)];
        let (leader, epoch) = (leadership.leader, leadership.epoch);
        self.bulletins += 1;
        let known = Bulletin::new(self.bulletins, self.unhealthy());
        self.spread(dataset, cx.config.control.home as u16, leader, epoch, known, cx);
    }

    fn spread(&mut self, dataset: u16, teller: u16, leader: u16, epoch: Epoch, known: Bulletin, cx: &mut Cx<'_>) {
        for region in 0..cx.config.regions.len() as u16 {
            self.tell(teller, region, Notice::Route { dataset, leader, epoch, known }, cx);
        }
    }

    /// Repeat what is in force, for whoever missed it, and see whether leadership should go back.
    pub(super) fn on_tick(&mut self, cx: &mut Cx<'_>) {
        let (interval, home) = (cx.config.control.interval, cx.config.control.home as u16);
        let next = cx.now() + interval;
        cx.plan_because(0, next, Event::Tick);
        if !cx.up(home) {
            return;
        }
        let tick = cx.cause();
        self.look_at_services(cx);
        for dataset in 0..cx.config.datasets.len() as u16 {
            cx.because(tick);
            if cx.config.is_granted(dataset) {
                self.look_after_hand_over(dataset, cx);
                self.consider_failover(dataset, cx);
                self.consider_failback(dataset, cx);
            }
            self.broadcast(dataset, cx);
        }
    }

    /// Whether a region is held for unhealthy, or its replica has lost its disk.
    pub(super) fn is_condemned(&self, dataset: u16, region: u16, cx: &Cx<'_>) -> bool {
        self.health(region) == Health::Unhealthy || self.is_unfit_blank(dataset, region, cx)
    }

    /// Whether a leader has to be replaced: what it is condemned for is so now, and not only until it has proved itself again.
    pub(super) fn has_failed(&self, dataset: u16, region: u16, cx: &Cx<'_>) -> bool {
        self.is_unfit_blank(dataset, region, cx)
            || (self.is_condemned(dataset, region, cx) && self.is_silent(region, cx))
    }

    /// Why a leader who was held for failed is not to be replaced now.
    fn why_not_failed(&self, region: u16, cx: &Cx<'_>) -> NoFailover {
        if self.health(region) == Health::Unhealthy && !self.is_answering(region, cx) {
            NoFailover::TooFewHeard
        } else {
            NoFailover::Answers
        }
    }

    /// Whether a region is well and was heard from lately.
    pub(super) fn may_lead(&self, dataset: u16, region: u16, cx: &Cx<'_>) -> bool {
        !self.is_condemned(dataset, region, cx)
            && self.standing(dataset, region, cx).is_some_and(|standing| !standing.blank)
    }

    /// Whether a replica has lost its disk and so may not lead.
    fn is_unfit_blank(&self, dataset: u16, region: u16, cx: &Cx<'_>) -> bool {
        self.is_known_blank(dataset, region, cx) && !leads_on_blank(dataset, cx)
    }

    fn is_known_blank(&self, dataset: u16, region: u16, cx: &Cx<'_>) -> bool {
        self.standing(dataset, region, cx).is_some_and(|standing| standing.blank)
    }
}

/// Whether a leader of a dataset leads on also without its disk.
fn leads_on_blank(dataset: u16, cx: &Cx<'_>) -> bool {
    cx.config.datasets[usize::from(dataset)].blank_leader == BlankLeader::LeadsOn
}
