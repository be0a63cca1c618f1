//! Deciding: who leads, and when leadership moves.

use super::{Bulletin, Notice, Owed};
use crate::config::{Choose, Failover, Promote};
use crate::trace::{Health, NoFailover, Unfit, What, control};
use crate::world::{Event, World};
use engine::{Span, Streams, Time};
use protocol::{Epoch, Protocol, Role, Version};

impl<P: Protocol> World<P> {
    /// Call for another leader in place of one that has failed; where there is nobody, say so once.
    pub(super) fn consider_failover(&mut self, dataset: u16) {
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        let (leader, hopeless) = (leadership.leader, leadership.hopeless);
        if !self.is_condemned(dataset, leader) {
            self.control.leaderships[usize::from(dataset)].hopeless = false;
        } else if self.has_failed(dataset, leader) && (!hopeless || self.choose(dataset).is_ok()) {
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
            self.emit_cause(What::Control(control::Fact::HumanCalled { dataset, region }));
        }
        self.plan(after, Event::Decide { dataset, asked });
    }

    pub(crate) fn on_decide(&mut self, dataset: u16, asked: u32) {
        let config = self.config.clone();
        let home = config.control.home as u16;
        let leadership = &self.control.leaderships[usize::from(dataset)];
        let Some(region) = leadership.pending.filter(|_| leadership.asked == asked) else { return };
        debug_assert!(
            self.conditions.regions[usize::from(home)].up,
            "a controller without power forgets what was asked"
        );
        let failed = self.has_failed(dataset, region);
        let chosen = if failed { self.choose(dataset) } else { Err(NoFailover::Answers) };
        let to = match chosen {
            Ok(to) => to,
            Err(why) => {
                let leadership = &mut self.control.leaderships[usize::from(dataset)];
                (leadership.pending, leadership.decided, leadership.hopeless) = (None, false, failed);
                self.emit_cause(What::Control(control::Fact::StoodDown { dataset, region, why }));
                return;
            }
        };
        let (lease, clock) = (leadership.lease, self.clock(home));
        if lease.holder != to && clock < lease.until {
            // The old leader may still think that it leads. From now on its lease is not renewed.
            self.control.leaderships[usize::from(dataset)].decided = true;
            return self.plan(lease.until - clock, Event::Decide { dataset, asked });
        }
        self.promote(dataset, to);
    }

    /// The follower to promote, or why there is none.
    fn choose(&self, dataset: u16) -> Result<u16, NoFailover> {
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
            if followers().filter(holds).count() + P::holders(&self.protocols[usize::from(dataset)], all) <= all {
                return Err(NoFailover::NotInSync);
            }
            needed = followers().filter(holds).map(reach).max().unwrap_or(Version::NONE);
        }
        let mut candidates = followers().filter(|region| self.may_lead(dataset, *region) && reach(*region) >= needed);
        let chosen = match control.choose {
            Choose::Preferred => candidates.next(),
            // Of equals the one that comes first in the preference.
            Choose::MostCaughtUp => candidates.reduce(|best, next| if reach(next) > reach(best) { next } else { best }),
        };
        chosen.ok_or(NoFailover::NobodyFit)
    }

    /// Make a region the leader, and tell everybody.
    fn promote(&mut self, dataset: u16, to: u16) {
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        let (from, epoch) = (leadership.leader, leadership.grant());
        self.move_leadership(dataset, to, epoch);
        self.emit_cause(What::Control(control::Fact::FailoverDecided { dataset, from, to, epoch }));
        self.broadcast(dataset);
    }

    /// Leadership moves. The original leader is owed it from when it lost it by failing until somebody who had not failed lost it.
    pub(super) fn move_leadership(&mut self, dataset: u16, to: u16, epoch: Epoch) {
        let original = self.config.datasets[usize::from(dataset)].leader as u16;
        let from = self.control.leaderships[usize::from(dataset)].leader;
        let failed = self.is_condemned(dataset, from);
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        leadership.owed = match (from == original, failed) {
            _ if to == original => Owed::No,
            (true, true) => Owed::Yes,
            (true, false) => Owed::IfFailed,
            (false, true) => leadership.owed,
            (false, false) => Owed::No,
        };
        leadership.moved(to, epoch, self.now);
    }

    /// A region is heard of, or judged unhealthy: the first of these says whether it had failed when a person replaced it.
    pub(super) fn settle_what_is_owed(&mut self, dataset: u16, region: u16, owed: Owed) {
        let original = self.config.datasets[usize::from(dataset)].leader as u16;
        let leadership = &mut self.control.leaderships[usize::from(dataset)];
        if region == original && leadership.owed == Owed::IfFailed {
            leadership.owed = owed;
        }
    }

    /// A person promotes a region, whatever the controller thinks. The order goes out from that region: whoever cannot hear
    /// it, the controller perhaps among them, goes on as before.
    pub(crate) fn promote_by_hand(&mut self, region: u16) {
        let hand = self.cause();
        let held: Vec<u16> = (0..self.datasets.len() as u16).filter(|dataset| self.holds(*dataset, region)).collect();
        if held.is_empty() {
            self.emit_cause(What::InVain);
        }
        for dataset in held {
            self.because(hand);
            if let Some(why) = self.unfit_to_lead(dataset, region) {
                self.emit_cause(What::Control(control::Fact::NotPromoted { dataset, region, why }));
                continue;
            }
            let epoch = self.control.leaderships[usize::from(dataset)].grant();
            let (from, _) = self.control.route_of(region, dataset);
            self.emit_cause(What::Control(control::Fact::FailoverDecided { dataset, from, to: region, epoch }));
            self.spread(dataset, region, region, epoch, self.control.told[usize::from(region)]);
            let home = self.config.control.home as u16;
            self.tell(region, home, Notice::Leads { dataset, leader: region, epoch });
        }
    }

    /// Why a person's promotion of a region would change nothing. Who leads already may still be promoted if leadership was granted
    /// to somebody later: whether that one leads is not known here yet.
    fn unfit_to_lead(&self, dataset: u16, region: u16) -> Option<Unfit> {
        let last = self.control.leaderships[usize::from(dataset)].granted;
        match self.summary_of(dataset, region) {
            None => Some(Unfit::Dark),
            Some(_) if self.blank(dataset, region) => Some(Unfit::Blank),
            Some(summary) if summary.role == Role::Leader && summary.epoch == last => Some(Unfit::Leads),
            Some(_) => None,
        }
    }

    /// The controller hears of a leadership. If it is later than the one it knows it is so, whoever brought it about: a person, or the
    /// hand-over that was ordered, which is done by that.
    pub(super) fn hear_of_leader(&mut self, dataset: u16, leader: u16, epoch: Epoch) {
        let leadership = &self.control.leaderships[usize::from(dataset)];
        if epoch <= leadership.epoch {
            return;
        }
        let ordered = leadership.handing_over.is_some_and(|next| (next.to, next.epoch) == (leader, epoch));
        self.move_leadership(dataset, leader, epoch);
        if ordered {
            // The old leader has stopped serving, whatever lease it still holds.
            self.control.leaderships[usize::from(dataset)].lease.until = Time::ZERO;
        }
        self.broadcast(dataset);
    }

    /// A region is told of an older leadership than it knows, whoever leads by that: the teller has not heard of the later one.
    pub(super) fn contradict(&mut self, dataset: u16, region: u16, told: Epoch) {
        let (leader, epoch) = self.known_leader(dataset, region);
        if told < epoch {
            let home = self.config.control.home as u16;
            self.tell(region, home, Notice::Leads { dataset, leader, epoch });
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
