//! In a steady state the world handles its events without asking the system for memory: what it needs lies in slabs and lists that
//! keep their room. Lists that grow with the run, such as logs, grow by doubling, which is next to nothing per event.

#![expect(unsafe_code, reason = "an allocator that counts is an allocator, which is unsafe to be")]

use engine::{Span, Time};
use protocols::Any;
use sim::World;
use sim::config::Arrival;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Times the users of the scenario: probes and gauges, of which there are so many a second whatever the users do, make lists of what
/// they report. With many users they are few among the events.
const CROWD: f64 = 50.0;

/// How many allocations an event costs between two instants of the first scenario without its faults.
fn per_event(variant: Option<&str>, from: Time, until: Time) -> f64 {
    let scenario = scenario::load(scenario::built_in()[0].text(), variant, None).expect("what ships can be read");
    let mut config = scenario.config;
    config.faults.clear();
    config.regions.iter_mut().for_each(|region| region.workers *= CROWD as u32);
    for population in &mut config.populations {
        if let Arrival::Poisson(points) | Arrival::Constant(points) = &mut population.arrival {
            points.iter_mut().for_each(|(_, rate)| *rate *= CROWD);
        }
    }
    config.until = until + Span::from_secs(1);
    let mut world: World<Any> = World::new(Arc::new(config), scenario.protocols.into());
    let mut go_to = |end: Time| {
        let mut events = 0u64;
        while world.next_at().is_some_and(|at| at <= end) {
            world.step();
            world.take_trace(|_| ());
            events += 1;
        }
        events
    };
    go_to(from);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    let events = go_to(until);
    let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
    allocations as f64 / events as f64
}

/// Five for a thousand events: the doubling of lists that grow, and what is made once a second.
const AT_MOST: f64 = 0.005;

#[test]
fn an_event_in_steady_state_allocates_nothing() {
    for variant in [None, Some("semi-sync"), Some("sync")] {
        let cost = per_event(variant, Time::from_secs(20), Time::from_secs(50));
        assert!(cost < AT_MOST, "{variant:?}: {cost:.5} allocations per event");
    }
}
