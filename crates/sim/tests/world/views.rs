//! What is asked of a replica how often: probes, leases and routes go by its summary, which costs nothing however long its log is.

use crate::design::*;
use engine::Time;
use protocol::{Command, Effect, Effects, Env, Key, NodeId, NodeView, Parcel, Protocol, Request, Stored, Summary};
use protocols::leader_follower::{Acknowledge, Fencing, LeaderFollower, Message, Timer};
use sim::Run;
use sim::config::{Failover, Step};
use std::sync::atomic::{AtomicU64, Ordering};

static VIEWS: AtomicU64 = AtomicU64::new(0);

/// A replica that counts how often all of it is looked at.
#[derive(Clone, Debug)]
struct Counting {
    replica: LeaderFollower,
    inner: Effects<Message, Timer>,
}

impl Counting {
    fn pass_on(&mut self, effects: &mut Effects<Message, Timer>) {
        for effect in self.inner.drain() {
            effects.push(match effect {
                Effect::Reply { request, response, seen } => Effect::Reply { request, response, seen },
                Effect::Send { to, message } => Effect::Send { to, message },
                Effect::SetTimer { timer, after } => Effect::SetTimer { timer, after },
                Effect::DiskTimer { timer, takes } => Effect::DiskTimer { timer, takes },
                Effect::CancelTimer(timer) => Effect::CancelTimer(timer),
                Effect::AskLease(clock) => Effect::AskLease(clock),
                Effect::Note(fact) => Effect::Note(fact),
            });
        }
    }
}

impl Protocol for Counting {
    type Config = <LeaderFollower as Protocol>::Config;
    type Message = Message;
    type Timer = Timer;
    type Durable = <LeaderFollower as Protocol>::Durable;

    fn holders(config: &Self::Config, followers: usize) -> usize {
        LeaderFollower::holders(config, followers)
    }

    fn start(
        config: &Self::Config,
        env: &Env,
        durable: Self::Durable,
        effects: &mut Effects<Self::Message, Self::Timer>,
    ) -> Self {
        let mut inner = Effects::default();
        let mut counting = Counting { replica: LeaderFollower::start(config, env, durable, &mut inner), inner };
        counting.pass_on(effects);
        counting
    }

    fn on_request(&mut self, env: &Env, request: Request, effects: &mut Effects<Self::Message, Self::Timer>) {
        self.replica.on_request(env, request, &mut self.inner);
        self.pass_on(effects);
    }

    fn on_command(&mut self, env: &Env, command: Command, effects: &mut Effects<Self::Message, Self::Timer>) {
        self.replica.on_command(env, command, &mut self.inner);
        self.pass_on(effects);
    }

    fn on_message(
        &mut self,
        env: &Env,
        from: NodeId,
        message: Self::Message,
        effects: &mut Effects<Self::Message, Self::Timer>,
    ) {
        self.replica.on_message(env, from, message, &mut self.inner);
        self.pass_on(effects);
    }

    fn on_timer(&mut self, env: &Env, timer: Self::Timer, effects: &mut Effects<Self::Message, Self::Timer>) {
        self.replica.on_timer(env, timer, &mut self.inner);
        self.pass_on(effects);
    }

    fn into_durable(self) -> Self::Durable {
        self.replica.into_durable()
    }

    fn stored(&self, key: Key) -> Stored {
        self.replica.stored(key)
    }

    fn sum(&self) -> i64 {
        self.replica.sum()
    }

    fn summary(&self) -> Summary {
        self.replica.summary()
    }

    fn view(&self, env: &Env) -> NodeView {
        VIEWS.fetch_add(1, Ordering::Relaxed);
        let view = self.replica.view(env);
        let follows = view.leader.filter(|leader| *leader != env.node);
        assert_eq!(self.summary(), Summary { role: view.role, epoch: view.epoch, follows, last: view.last });
        view
    }

    fn parcel(message: &Self::Message) -> Parcel {
        LeaderFollower::parcel(message)
    }
}

#[test]
fn all_of_a_replica_is_looked_at_once_a_second_while_it_leads_and_for_nothing_else() {
    let mut config = design(3, Acknowledge::SemiSync(1), 5.0);
    fencing(&mut config, Fencing::Lease);
    config.control.failover = Failover::Automatic;
    lose_leader(&mut config, 20, Some(20));
    let mut run: Run<Counting> = Run::new(config.config, config.protocols, Vec::new());
    run.advance(Time::from_secs(19), u64::MAX);
    assert_eq!(VIEWS.load(Ordering::Relaxed), 19);
    run.finish();
    let until = VIEWS.load(Ordering::Relaxed);
    assert!((50..=60).contains(&until), "{until} in a minute of which nobody led for some seconds");
}

#[test]
fn what_regions_answered_of_each_dataset_is_what_users_were_answered() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    second_dataset(&mut config, "stock").leader = 1;
    config.requests[1].steps = vec![Step::put(1, 1000)];
    let mut run = run(config);
    let shown = run.snapshot(Time::from_millis(30_500));
    let of = |region: usize, dataset: u16| {
        let answered = shown.regions[region].answered.iter().find(|of| of.dataset == dataset);
        answered.map_or((0, 0), |of| (of.reads, of.writes))
    };
    let users = shown.populations.iter().map(|users| users.endings.fresh + users.endings.slow + users.endings.stale);
    let regions = (0..3).flat_map(|region| [of(region, 0), of(region, 1)]).map(|(reads, writes)| reads + writes);
    assert_eq!(regions.sum::<u32>(), users.sum::<u32>());
    assert!((0..3).all(|region| of(region, 0).0 > 20 && of(region, 0).1 == 0), "reads are local");
    assert!(of(1, 1).1 > 100 && of(0, 1) == (0, 0) && of(2, 1) == (0, 0), "writes are the leader's: {shown:?}");
    assert_eq!(run.snapshot(Time::from_millis(500)).regions[0].answered, [], "no second is over");
}
