//! The whole world, with metrics, digest and recorded history, against the bare heap loop in the same run: `first-look` with
//! twenty times its users, two simulated minutes.

use crate::budget::Budget;
use crate::{Clock, ROUNDS, median, ratio};
use bench::Kernel;
use protocols::Any;
use scenario::Scenario;
use sim::Run;
use sim::config::Arrival;

/// Times the users of the scenario.
const CROWD: f64 = 20.0;
/// Events of the heap loop in a round.
const EVENTS: u64 = 2_000_000;
const CLIENTS: u32 = 5_000;

/// What the whole world must reach of the heap loop.
const WORLD_TO_HEAP: f64 = 0.35;

/// Measures and prints; what must hold of it.
pub(crate) fn bench() -> Result<Budget, String> {
    let scenario = busy()?;
    let (mut heap, mut world) = (Vec::new(), Vec::new());
    let (mut handled, mut traced, mut operations) = (0, 0, 0.0);
    for round in 0..ROUNDS {
        let clock = Clock::start();
        Kernel::Heap.run(CLIENTS, EVENTS);
        let bare = clock.seconds();
        let clock = Clock::start();
        let mut run: Run<Any> = scenario.run(Vec::new());
        run.finish();
        let whole = clock.seconds();
        (handled, traced) = (run.handled(), run.events());
        operations = run.measure(&sim::metrics::Query::whole("offered")).unwrap_or(0.0);
        if round > 0 {
            heap.push(bare);
            world.push(whole);
        }
    }
    // By event, since the two handle different numbers of them.
    let heap: Vec<f64> = heap.into_iter().map(|seconds| seconds / EVENTS as f64).collect();
    let world: Vec<f64> = world.into_iter().map(|seconds| seconds / handled as f64).collect();
    let Some(share) = ratio(&world, &heap) else { return Err("nothing was measured".into()) };
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
    Ok(Budget::at_least(WORLD_TO_HEAP, format!("the whole world ÷ heap at {CLIENTS} clients"), Some(share)))
}

fn busy() -> Result<Scenario, String> {
    let first = scenario::find_built_in("first-look").ok_or("there is no scenario `first-look`")?;
    let mut busy = scenario::load(first.text, None, None).map_err(|problems| format!("{problems:?}"))?;
    let config = &mut busy.config;
    for population in &mut config.populations {
        if let Arrival::Poisson(points) | Arrival::Constant(points) = &mut population.arrival {
            points.iter_mut().for_each(|(_, rate)| *rate *= CROWD);
        }
    }
    config.regions.iter_mut().for_each(|region| region.workers *= CROWD as u32);
    Ok(busy)
}
