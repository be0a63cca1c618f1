//! That all accounts of a ledger together hold what they began with is seen not to be so, where it is not.

use crate::design::*;
use engine::{Span, Time};
use protocol::{
    Command, Despite, Effect, Effects, Env, Fact, Key, NodeId, NodeView, Operation, Parcel, Promise, Property,
    Protocol, Request, Stored, Summary,
};
use protocols::leader_follower::{Acknowledge, LeaderFollower, Message, Timer};
use sim::config::{Arrival, Step};
use sim::trace::{What, data};
use sim::{Run, Standing, VerdictLine};
use values::{Change, Kind, Verb};

type Wants = Effects<Message, Timer>;

/// A store that pays out at once and never pays in, and says nothing of it if it is `SILENT`.
#[derive(Clone, Debug)]
struct Torn<const SILENT: bool>(LeaderFollower);

impl<const SILENT: bool> Protocol for Torn<SILENT> {
    type Config = <LeaderFollower as Protocol>::Config;
    type Message = Message;
    type Timer = Timer;
    type Durable = <LeaderFollower as Protocol>::Durable;

    fn holders(config: &Self::Config, followers: usize) -> usize {
        LeaderFollower::holders(config, followers)
    }

    fn start(config: &Self::Config, env: &Env, durable: Self::Durable, effects: &mut Wants) -> Self {
        let config = Self::Config { kind: Kind::Account { initial: WHOLE }, ..config.clone() };
        Torn(LeaderFollower::start(&config, env, durable, effects))
    }

    fn on_request(&mut self, env: &Env, request: Request, effects: &mut Wants) {
        let operation = match request.operation {
            Operation::Write { write, change, bytes } => {
                Operation::Write { write, change: Change::by(Verb::Withdraw, change.amount), bytes }
            }
            other => other,
        };
        let mut wants = Effects::default();
        self.0.on_request(env, Request { operation, ..request }, &mut wants);
        for effect in wants.drain() {
            if !SILENT || !matches!(effect, Effect::Note(Fact::Gave { .. })) {
                effects.push(effect);
            }
        }
    }

    fn on_command(&mut self, env: &Env, command: Command, effects: &mut Wants) {
        self.0.on_command(env, command, effects);
    }

    fn on_message(&mut self, env: &Env, from: NodeId, message: Message, effects: &mut Wants) {
        self.0.on_message(env, from, message, effects);
    }

    fn on_timer(&mut self, env: &Env, timer: Timer, effects: &mut Wants) {
        self.0.on_timer(env, timer, effects);
    }

    fn into_durable(self) -> Self::Durable {
        self.0.into_durable()
    }

    fn stored(&self, key: Key) -> Stored {
        self.0.stored(key)
    }

    fn sum(&self) -> i64 {
        self.0.sum()
    }

    fn summary(&self) -> Summary {
        self.0.summary()
    }

    fn view(&self, env: &Env) -> NodeView {
        self.0.view(env)
    }

    fn parcel(message: &Message) -> Parcel {
        LeaderFollower::parcel(message)
    }
}

/// Two accounts with 500 each.
const LEDGER: Kind = Kind::Ledger { accounts: 2, initial: 500 };
const WHOLE: i32 = 1000;
/// A second before the first transfer is asked for.
const BEFORE: Time = Time::from_millis(9_500);

/// Transfers of 5, one a second from the eleventh on.
fn config() -> TestConfig {
    let mut config = design(2, Acknowledge::Async, 0.0);
    (config.datasets[0].kind, config.datasets[0].keys, config.datasets[0].sampled_keys) = (LEDGER, 1, 1);
    config.datasets[0].promises = vec![Promise::to_all(Property::Conserved, Despite::Anything)];
    config.protocols[0].kind = LEDGER;
    (config.protocols[0].keys, config.until) = (1, Time::from_secs(20));
    let change = Change::by(Verb::Transfer, 5);
    config.requests[1].steps = vec![Step::Write { dataset: 0, change, bytes: 32 }];
    config.populations.truncate(1);
    config.populations[0].mix = vec![(1, 1)];
    config.populations[0].arrival =
        Arrival::Constant(vec![(Time::ZERO, 0.0), (BEFORE, 0.0), (BEFORE + Span::from_nanos(1), 1.0)]);
    config
}

fn judged<P: Protocol<Config = <LeaderFollower as Protocol>::Config>>() -> (Run<P>, VerdictLine) {
    let TestConfig { config, protocols } = config();
    let mut run: Run<P> = Run::new(config, protocols, Vec::new());
    run.finish();
    let line = run.verdicts().into_iter().find(|line| line.property == Property::Conserved).expect("it is judged");
    (run, line)
}

#[test]
fn a_store_that_moves_both_halves_at_once_conserves_the_total() {
    let (_, line) = judged::<LeaderFollower>();
    assert_eq!(line.standing, Standing::Kept);
    assert_eq!(line.text, "In every copy all accounts together always held 1000.");
}

#[test]
fn a_store_that_pays_out_and_not_in_breaks_it_with_its_first_transfer() {
    let (run, line) = judged::<Torn<false>>();
    assert_eq!(line.standing, Standing::Broken);
    let at = line.at.expect("it is pinned");
    let gave = run
        .trace(Time::ZERO, Time::from_secs(20))
        .into_iter()
        .find(|event| matches!(event.what, What::Data(data::Fact::Replica { fact: Fact::Gave { .. }, .. })));
    assert_eq!(gave.map(|event| event.at), Some(at), "at what whoever made it said of it");
    let title = |mark: &sim::Mark| (mark.at == at).then(|| mark.title.clone());
    assert_eq!(run.marks().iter().find_map(title).as_deref(), Some("orders: money made or lost"));
    let expected =
        "A transfer of key 0 in region-0 at 0:10.507 paid in 5 less than it paid out. A copy was off by 50 at most.";
    assert_eq!(line.text, expected);
}

#[test]
fn a_store_that_does_so_and_says_nothing_is_caught_when_the_second_is_over() {
    let (_, line) = judged::<Torn<true>>();
    assert_eq!((line.standing, line.at), (Standing::Broken, Some(Time::from_secs(11))));
    assert!(
        line.text.starts_with("All accounts in region-0 together held 995 at 0:11.000, and not 1000."),
        "{}",
        line.text
    );
}
