//! What deciding a history takes grows as the history does. The test of this file is alone in its program, so that nobody else's memory is
//! counted.
#![expect(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use check::{Asked, Model, check_text};

/// The system's allocator, which counts what is in use and how much it was at most.
struct Counting {
    now: AtomicUsize,
    most: AtomicUsize,
}

#[global_allocator]
static MEMORY: Counting = Counting { now: AtomicUsize::new(0), most: AtomicUsize::new(0) };

// SAFETY: every call is passed on as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = self.now.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        self.most.fetch_max(now, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        self.now.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// One operation after the other, five values; now and then one whose outcome stays unknown.
fn history(operations: usize) -> String {
    let mut text = String::new();
    let mut last = 0;
    for place in 0..operations {
        let process = place % 3 + if place % 50 == 1 { place } else { 0 };
        let event = |kind: &str, f: &str, value: usize| {
            format!("{{:process {process}, :type :{kind}, :f :{f}, :value {value}}}\n")
        };
        let (f, value) = if place % 2 == 0 { ("write", place * 7 % 5) } else { ("read", last) };
        last = value;
        let end = if place % 50 == 1 { "info" } else { "ok" };
        let _ = write!(text, "{}{}", event("invoke", f, value), event(end, f, value));
    }
    text
}

/// The most bytes that were in use while the text was decided, beside the text.
fn peak(text: &str) -> usize {
    let before = MEMORY.now.load(Ordering::Relaxed);
    MEMORY.most.store(before, Ordering::Relaxed);
    assert!(check_text(text, Model::Register, &Asked::default()).expect("a history").is_linearizable());
    MEMORY.most.load(Ordering::Relaxed) - before
}

#[test]
fn memory_is_linear_in_the_history() {
    let [short, long] = [2_000, 16_000].map(|operations| peak(&history(operations)));
    assert!(long < short * 9, "{short} bytes for the short history, {long} for one of eight times its length");
}
