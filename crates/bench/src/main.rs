//! `cargo run --release -p bench`: events per CPU second of the kernel, on a bare binary heap and on the engine's queue,
//! native and as wasm in Node, in interleaved rounds; then the whole world and the checker. Fails if any two of them disagree on
//! what happened, if there is no wasm to be had, and if a budget is missed.
//!
//! `bench 5000 20` runs other numbers of clients than 5 000, 50 000 and 500 000; `bench world` the whole world alone.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

mod breadth;
mod budget;
mod checker;
mod clock;
mod node;
mod world;

use bench::{Kernel, pingstorm::Outcome};
use budget::{Budget, judge};
use clock::Clock;
use node::Node;
use std::process::ExitCode;

/// Handled events in one measurement.
const EVENTS: u32 = 5_000_000;
/// Measurements of each kind, the first of which only warms up.
const ROUNDS: usize = 6;
/// Draws per sampler in the comparison of numbers.
const DRAWS: u32 = 100_000;
const CLIENTS: [u32; 3] = [5_000, 50_000, 500_000];
/// How much faster than the heap the engine's queue must be, by number of clients, and should be.
const QUEUE_TO_HEAP: [(u32, f64, f64); 2] = [(5_000, 1.5, 2.0), (500_000, 3.0, 5.0)];
/// What wasm must reach of the native speed, on the engine's queue, and should.
const WASM_TO_NATIVE: (f64, f64) = (0.65, 0.8);

fn main() -> ExitCode {
    let world = std::env::args().skip(1).eq(["world"]);
    let done = if world { bench_world() } else { arguments().and_then(|clients| bench(&clients)) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("bench: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Vec<u32>, String> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if given.is_empty() {
        return Ok(CLIENTS.to_vec());
    }
    let number = |text: &String| match text.parse() {
        Ok(clients) if clients > 0 => Ok(clients),
        _ => Err(format!("`{text}` is not a number of clients: give whole numbers from 1")),
    };
    given.iter().map(number).collect()
}

/// The whole world, its parts and its breadth.
fn bench_world() -> Result<(), String> {
    judge(&[world::bench()?, breadth::bench()?])
}

fn bench(clients: &[u32]) -> Result<(), String> {
    let mut node = match Node::start() {
        Ok(node) => Some(node),
        Err(reason) => {
            println!("without wasm, so that its budgets are missed: {reason}\n");
            None
        }
    };
    if let Some(node) = &mut node {
        let native = engine::golden::golden(DRAWS).value();
        same("numbers", native, node.golden(DRAWS)?)?;
        println!("{DRAWS} draws of every sampler and function: the same native and in wasm");
    }
    println!("{EVENTS} events a round, medians of {} rounds, millions of events per {}\n", ROUNDS - 1, Clock::UNIT);
    println!("           |         native          |          wasm           |    wasm ÷ native");
    println!("   clients |  heap   queue    ratio  |  heap   queue    ratio  |     heap    queue");
    let mut sanity = Vec::new();
    let mut budgets = Vec::new();
    for &clients in clients {
        let rounds = measure(clients, node.as_mut(), &mut sanity)?;
        println!("{clients:>10} | {}", row(&rounds));
        budgets.extend(of_kernel(clients, &rounds));
    }
    println!("\n   clients   mean round trip   end of the run   pending   digest");
    for (clients, Outcome { digest, round_trip, end, pending }) in sanity {
        println!("{clients:>10} {round_trip:>12.1} ms {:>14.2} s {pending:>9}   {digest}", end.as_secs_f64());
    }
    println!("expected at 5000 clients: 112.8 ms, 30.5 s, about 11700 pending");
    budgets.push(world::bench()?);
    budgets.push(breadth::bench()?);
    budgets.extend(checker::bench());
    judge(&budgets)
}

/// What must hold of the rounds at this number of clients.
fn of_kernel(clients: u32, [heap, queue, _, wasm_queue]: &Rounds) -> Vec<Budget> {
    let mut budgets = Vec::new();
    if let Some((_, least, wanted)) = QUEUE_TO_HEAP.iter().find(|(at, ..)| *at == clients) {
        let queue = Budget::at_least(*least, format!("queue ÷ heap, {clients} clients"), ratio(queue, heap));
        budgets.push(queue.aiming_at(*wanted));
    }
    let wasm = format!("wasm ÷ native, queue, {clients} clients");
    let (least, wanted) = WASM_TO_NATIVE;
    budgets.push(Budget::at_least(least, wasm, ratio(wasm_queue, queue)).aiming_at(wanted));
    budgets
}

/// How many times as fast one thing was as another, by the median of the rounds: the two of a round follow each other, so that a
/// machine that gets slower or faster meanwhile says the same.
fn ratio(one: &[f64], other: &[f64]) -> Option<f64> {
    median(other.iter().zip(one).map(|(other, one)| other / one).collect())
}

/// Seconds, by round: the heap and the engine's queue natively, then in wasm.
type Rounds = [Vec<f64>; 4];

fn measure(clients: u32, mut node: Option<&mut Node>, sanity: &mut Vec<(u32, Outcome)>) -> Result<Rounds, String> {
    let mut seconds = Rounds::default();
    let mut expected: Option<Outcome> = None;
    for round in 0..ROUNDS {
        for (place, kernel) in [Kernel::Heap, Kernel::Engine].into_iter().enumerate() {
            let clock = Clock::start();
            let outcome = kernel.run(clients, EVENTS.into());
            let native = clock.seconds();
            let digest = expected.get_or_insert(outcome).digest.value();
            same("events", digest, outcome.digest.value())?;
            let wasm = match &mut node {
                Some(node) => {
                    let (seconds, in_wasm) = node.run(kernel, clients, EVENTS)?;
                    same("events", digest, in_wasm)?;
                    Some(seconds)
                }
                None => None,
            };
            if round > 0 {
                seconds[place].push(native);
                seconds[place + 2].extend(wasm);
            }
        }
    }
    sanity.extend(expected.map(|outcome| (clients, outcome)));
    Ok(seconds)
}

fn same(what: &str, one: u64, other: u64) -> Result<(), String> {
    if one == other {
        return Ok(());
    }
    Err(format!("the {what} are not the same everywhere: digests {one:016x} and {other:016x}"))
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn row([heap, queue, wasm_heap, wasm_queue]: &Rounds) -> String {
    let shown = |number: Option<f64>| number.map_or("      -".to_owned(), |number| format!("{number:>7.2}"));
    let rate = |seconds: &[f64]| shown(median(seconds.to_vec()).map(|seconds| f64::from(EVENTS) / seconds / 1e6));
    let ratio = |one, other| shown(ratio(one, other));
    format!(
        "{} {}  {}  | {} {}  {}  |  {}  {}",
        rate(heap),
        rate(queue),
        ratio(queue, heap),
        rate(wasm_heap),
        rate(wasm_queue),
        ratio(wasm_queue, wasm_heap),
        ratio(wasm_heap, heap),
        ratio(wasm_queue, queue),
    )
}
