//! The whole world, with metrics, digest and recorded history, against the bare heap loop in the same run: `first-look` with
//! twenty times its users, two simulated minutes; and beside it what a scenario of each other kind of replication reaches.

use crate::budget::Budget;
use crate::{Clock, ROUNDS, median, ratio};
use bench::Kernel;
use engine::Digest;
use protocols::Any;
use scenario::Scenario;
use sim::config::Arrival;
use sim::trace::TraceEvent;
use sim::{Run, World};
use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::Arc;

/// Times the users of the scenario.
const CROWD: f64 = 20.0;
/// Events of the heap loop in a round.
const EVENTS: u64 = 2_000_000;
const CLIENTS: u32 = 5_000;
/// Words of an entry of the ring: as much as the kernel allows, and the cause under which it was said.
const SAID_WORDS: usize = 11;

/// What the whole world must reach of the heap loop.
const WORLD_TO_HEAP: f64 = 0.2;
/// What it should reach.
const WORLD_WANTED: f64 = 0.45;

/// Scenarios that replicate in other ways than `first-look`.
const OTHERS: [&str; 3] = ["quorums-that-overlap", "raft-across-continents", "likes-across-a-cut"];

/// A scenario and the heap loop, round by round.
struct Rounds {
    /// CPU seconds of an event.
    heap: Vec<f64>,
    world: Vec<f64>,
    handled: u64,
    traced: u64,
    operations: f64,
}

impl Rounds {
    fn of(scenario: &Scenario) -> Rounds {
        let mut rounds = Rounds { heap: Vec::new(), world: Vec::new(), handled: 0, traced: 0, operations: 0.0 };
        for round in 0..ROUNDS {
            let clock = Clock::start();
            Kernel::Heap.run(CLIENTS, EVENTS);
            let bare = clock.seconds();
            let clock = Clock::start();
            let mut run: Run<Any> = scenario.run(Vec::new());
            run.finish();
            let whole = clock.seconds();
            (rounds.handled, rounds.traced) = (run.handled(), run.events());
            rounds.operations = run.measure(&sim::metrics::Query::whole("offered")).unwrap_or(0.0);
            // By event, since the two handle different numbers of them.
            if round > 0 {
                rounds.heap.push(bare / EVENTS as f64);
                rounds.world.push(whole / rounds.handled as f64);
            }
        }
        rounds
    }

    fn share(&self) -> Result<f64, String> {
        ratio(&self.world, &self.heap).ok_or_else(|| "nothing was measured".into())
    }
}

/// Measures and prints; what must hold of it.
pub(crate) fn bench() -> Result<Budget, String> {
    let scenario = busy("first-look")?;
    let rounds = Rounds::of(&scenario);
    let share = rounds.share()?;
    let Rounds { heap, world, handled, traced, operations } = rounds;
    let rate = |seconds: &[f64]| median(seconds.to_vec()).map_or(0.0, |seconds| 1e-6 / seconds);
    println!(
        "\nthe whole world, with metrics, digest, history and verdicts: {:.2} million events per {}",
        rate(&world),
        Clock::UNIT
    );
    println!(
        "{share:.2} of the heap loop at {CLIENTS} clients ({:.2}); {handled} events, {traced} trace events, {operations} operations",
        rate(&heap)
    );
    let whole = median(world.clone()).unwrap_or(0.0);
    parts(&scenario, whole);
    println!("of the heap loop, the whole world of others, with twenty times their users:");
    for id in OTHERS {
        let rounds = Rounds::of(&busy(id)?);
        println!("  {:.2}  {id}; {} events, {} operations", rounds.share()?, rounds.handled, rounds.operations);
    }
    let world = Budget::at_least(WORLD_TO_HEAP, format!("the whole world ÷ heap at {CLIENTS} clients"), Some(share));
    Ok(world.aiming_at(WORLD_WANTED))
}

/// What of an event's cost is the world's own, what its digest takes, and what an entry of the ring does in which parts of the world
/// say things to each other.
fn parts(scenario: &Scenario, whole: f64) {
    let (mut alone, mut digested) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let mut digest = Digest::new();
        let seconds = [per_event(scenario, |_| ()), per_event(scenario, |event| event.digest(&mut digest))];
        if round > 0 {
            alone.push(seconds[0]);
            digested.push(seconds[1]);
        }
    }
    let (alone, digested) = (median(alone).unwrap_or(0.0), median(digested).unwrap_or(0.0));
    let [alone, digest, rest] = [alone, digested - alone, whole - digested].map(|seconds| seconds * 1e9);
    println!(
        "an event: {alone:.0} ns in the world, {digest:.0} ns digest, {rest:.0} ns metrics, history and checkpoints"
    );
    println!("an entry of the ring of what parts say, in and out: {:.1} ns", ring() * 1e9);
}

/// CPU seconds of an event in a world whose trace is only looked at.
fn per_event(scenario: &Scenario, mut look: impl FnMut(&TraceEvent)) -> f64 {
    let clock = Clock::start();
    let mut world: World<Any> = World::new(Arc::new(scenario.config.clone()), scenario.protocols.clone().into());
    let mut handled = 0_u64;
    while world.next_at().is_some_and(|at| at <= scenario.config.until) {
        world.step();
        world.take_trace(&mut look);
        handled += 1;
    }
    clock.seconds() / handled.max(1) as f64
}

/// CPU seconds that something of the size of what parts say takes through a ring, one at a time as in a run.
fn ring() -> f64 {
    const ENTRIES: u64 = 10_000_000;
    let mut ring: VecDeque<[u64; SAID_WORDS]> = VecDeque::new();
    let clock = Clock::start();
    for entry in 0..ENTRIES {
        ring.push_back(black_box([entry; SAID_WORDS]));
        black_box(ring.pop_front());
    }
    clock.seconds() / ENTRIES as f64
}

/// A built-in scenario with a crowd.
fn busy(id: &str) -> Result<Scenario, String> {
    let built_in = scenario::find_built_in(id).ok_or_else(|| format!("there is no scenario `{id}`"))?;
    let mut busy = scenario::load(built_in.text(), None, None).map_err(|problems| format!("{problems:?}"))?;
    let config = &mut busy.config;
    for population in &mut config.populations {
        if let Arrival::Poisson(points) | Arrival::Constant(points) = &mut population.arrival {
            points.iter_mut().for_each(|(_, rate)| *rate *= CROWD);
        }
    }
    config.regions.iter_mut().for_each(|region| region.workers *= CROWD as u32);
    Ok(busy)
}
