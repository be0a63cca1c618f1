//! What a long run keeps in memory grows by no more than so many bytes for each operation that was acknowledged, whether all is well
//! or a follower stays away. Checkpoints do not count: there are so many of them however long the run is.

#![expect(unsafe_code, reason = "an allocator that counts is an allocator, which is unsafe to be")]

use protocols::Any;
use sim::Run;
use sim::metrics::Query;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Ordering::Relaxed);
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
duration = "40m"
[[region]]
id = "us-east-1"
[[region]]
id = "eu-west-1"
[[region]]
id = "ap-northeast-1"
[[dataset]]
id = "orders"
protocol = "async"
leader = "us-east-1"
[[request]]
id = "order"
steps = ["write orders"]
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

/// Bytes held, and operations acknowledged, once a run of so many minutes is complete.
fn held_after(minutes: u64, variant: Option<&str>) -> (f64, f64) {
    let text = TEXT.replace("40m", &format!("{minutes}m"));
    let scenario = scenario::load(&text, variant, None).expect("the text holds together");
    let before = HELD.load(Ordering::Relaxed);
    let mut run: Run<Any> = scenario.run(Vec::new());
    run.finish();
    let held = HELD.load(Ordering::Relaxed) - before;
    (held as f64, run.measure(&Query::whole("succeeded")).expect("somebody was served"))
}

/// One test, since whatever runs beside it would be counted too.
#[test]
fn an_acknowledged_operation_costs_at_most_64_bytes_and_an_absent_follower_what_is_retained_for_it() {
    let (short, few) = held_after(20, Some("all-well"));
    let (well, many) = held_after(60, Some("all-well"));
    let each = (well - short) / (many - few);
    assert!(each <= 64.0, "{each:.1} bytes for each of {many} operations");
    let (away, _) = held_after(60, None);
    // Two logs of 100 000 entries, and the books of what no longer every replica holds.
    assert!(away - well < 40e6, "{away} bytes instead of {well}");
}
