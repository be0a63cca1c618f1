//! What a long run keeps in memory grows by no more than so many bytes for each operation that was acknowledged, whether all is well
//! or a region stays away, checkpoints and all. What a log keeps for who is away is bounded by the scenario and short here.

#![expect(unsafe_code, reason = "an allocator that counts is an allocator, which is unsafe to be")]

use protocols::Any;
use sim::Run;
use sim::metrics::Query;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
/// The most that was held at once.
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Three continents that read and write a hundred times a second.
const TEXT: &str = r#"
version = 1
[story]
title = "A long day"
[run]
duration = "MINUTESm"
[[region]]
id = "us-east-1"
[[region]]
id = "eu-west-1"
[[region]]
id = "ap-northeast-1"
[[dataset]]
id = "orders"
PROTOCOL
[[request]]
id = "order"
steps = ["WRITE orders"]
[[request]]
id = "look"
steps = ["read orders from local"]
[[population]]
id = "new-york"
rate = "40/s"
mix = { order = 1, look = 1 }
[[population]]
id = "london"
rate = "30/s"
mix = { order = 1, look = 1 }
[[population]]
id = "tokyo"
rate = "30/s"
mix = { order = 1, look = 1 }
[[fault]]
id = "away"
kind = "region-loss"
region = "ap-northeast-1"
at = "5s"
[[variant]]
id = "all-well"
set = { "fault.away.enabled" = false }
"#;

/// A way to keep the orders.
struct Way {
    /// Its settings, with logs that are soon as long as they get.
    dataset: &'static str,
    /// How an order is written.
    write: &'static str,
    /// Bytes that an acknowledged operation may take.
    budget: f64,
}

/// With a log that all share, writes that everybody holds are counted and forgotten.
const LOG: f64 = 64.0;
/// Without one any write may still be under way to somebody who takes it for the latest: none is forgotten.
const NO_LOG: f64 = 90.0;

const WAYS: [Way; 6] = [
    Way { dataset: "protocol = \"async\"\nleader = \"us-east-1\"\nretain = 1000", write: "write", budget: LOG },
    Way { dataset: "protocol = \"raft\"\nretain = 1000", write: "write", budget: LOG },
    Way { dataset: "protocol = \"raft\"\nretain = 1000\ndisk-sync = \"exponential 5ms\"", write: "write", budget: LOG },
    Way { dataset: "protocol = \"quorum\"", write: "write", budget: NO_LOG },
    Way { dataset: "protocol = \"multi-leader\"\nretain = 1000", write: "write", budget: NO_LOG },
    // A counter is larger than a register, which is no matter of how long a run is: of few keys.
    Way {
        dataset: "protocol = \"multi-leader\"\nretain = 1000\ntype = \"counter\"\npolicy = \"merge\"\nkeys = 100",
        write: "add 1",
        budget: NO_LOG,
    },
];

/// Bytes held, and operations acknowledged, once a run of so many minutes is complete.
fn held_after(minutes: u64, way: &Way, variant: Option<&str>) -> (f64, f64) {
    let text = TEXT.replace("MINUTES", &minutes.to_string()).replace("PROTOCOL", way.dataset);
    let scenario = scenario::load(&text.replace("WRITE", way.write), variant, None).expect("the text holds together");
    let before = HELD.load(Ordering::Relaxed);
    let mut run: Run<Any> = scenario.run(Vec::new());
    run.finish();
    let held = HELD.load(Ordering::Relaxed) - before;
    (held as f64, run.measure(&Query::whole("succeeded")).expect("somebody was served"))
}

/// One test, since whatever runs beside it would be counted too.
#[test]
fn an_acknowledged_operation_takes_so_many_bytes_whoever_is_away_and_a_dead_follower_no_gigabyte() {
    for way in WAYS {
        for variant in [Some("all-well"), None] {
            let (short, few) = held_after(20, &way, variant);
            let (long, many) = held_after(40, &way, variant);
            let each = (long - short) / (many - few);
            println!("{each:.1} bytes for each of {many} operations, {variant:?}, {}", way.dataset);
            assert!(each <= way.budget, "{each:.1} bytes for each of {many} operations, {variant:?}, {}", way.dataset);
        }
    }
    // Twenty minutes of 200 writes a second, with as much of a log as is usual.
    let text = TEXT.replace("MINUTES", "20").replace("PROTOCOL", "protocol = \"async\"\nleader = \"us-east-1\"");
    let text =
        text.replace("WRITE", "write").replace("look = 1", "look = 0").replace("rate = \"40/s\"", "rate = \"140/s\"");
    let scenario = scenario::load(&text, None, None).expect("the text holds together");
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let mut run: Run<Any> = scenario.run(Vec::new());
    run.finish();
    assert!(run.measure(&Query::whole("succeeded")).is_some_and(|served| served > 200_000.0));
    let most = MOST.load(Ordering::Relaxed) - before;
    println!("{most} bytes at most, with a dead follower");
    assert!(most < 150_000_000, "{most} bytes");
}
