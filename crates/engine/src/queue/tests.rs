use super::*;
use crate::{Span, Stream};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The order stated in the plainest way.
#[derive(Clone, Default)]
struct Model {
    events: BTreeMap<(u64, u64), u32>,
    now: u64,
    pushed: u64,
}

impl Model {
    fn push(&mut self, at: u64, event: u32) -> u64 {
        self.events.insert((at.max(self.now), self.pushed), event);
        self.pushed += 1;
        self.pushed - 1
    }

    fn pop(&mut self) -> Option<(Time, u32)> {
        let ((at, _), event) = self.events.pop_first()?;
        self.now = at;
        Some((Time::from_nanos(at), event))
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Pushes this far ahead of now.
    Push(u64),
    /// Pushes at a time that may be long past.
    PushAt(u64),
    /// Pushes this many events, this far apart.
    Burst(u16, u64),
    Pop,
    /// Pops this many.
    Drain(u16),
    Peek,
}

/// Lengths of time from nothing to forever, each magnitude alike, and often the same ones again.
fn ahead() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        Just(1_000_000),
        Just(u64::MAX),
        0..1_000_u64,
        (0..64_u32, any::<u64>()).prop_map(|(bits, noise)| noise & ((1 << bits) - 1)),
        1_000_000..300_000_000_u64,
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => ahead().prop_map(Step::Push),
        1 => ahead().prop_map(Step::PushAt),
        1 => (0..700_u16, ahead()).prop_map(|(count, apart)| Step::Burst(count, apart)),
        4 => Just(Step::Pop),
        1 => (0..900_u16).prop_map(Step::Drain),
        1 => Just(Step::Peek),
    ]
}

/// Does the same to both and compares everything that can be seen.
fn apply(step: Step, event: u32, queue: &mut Queue<u32>, model: &mut Model) {
    let push = |at: u64, queue: &mut Queue<u32>, model: &mut Model| {
        assert_eq!(queue.push(Time::from_nanos(at), event), model.push(at, event));
    };
    match step {
        Step::Push(ahead) => push(model.now.saturating_add(ahead), queue, model),
        Step::PushAt(at) => push(at, queue, model),
        Step::Burst(count, apart) => {
            let start = model.now;
            (0..u64::from(count))
                .for_each(|place| push(start.saturating_add(place.saturating_mul(apart)), queue, model));
        }
        Step::Pop => assert_eq!(queue.pop(), model.pop()),
        Step::Drain(count) => (0..count).for_each(|_| assert_eq!(queue.pop(), model.pop())),
        Step::Peek => {
            assert_eq!(queue.peek_time(), model.events.keys().next().map(|(at, _)| Time::from_nanos(*at)));
        }
    }
    assert_eq!(queue.len(), model.events.len());
    assert_eq!(queue.is_empty(), model.events.is_empty());
    assert_eq!(queue.now(), Time::from_nanos(model.now));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn events_come_out_by_time_and_then_by_order_of_pushing(steps in prop::collection::vec(step(), 0..200)) {
        let (mut queue, mut model) = (Queue::new(), Model::default());
        for (step, event) in steps.into_iter().zip(0..) {
            apply(step, event, &mut queue, &mut model);
        }
        while !model.events.is_empty() {
            apply(Step::Pop, 0, &mut queue, &mut model);
        }
        prop_assert_eq!(queue.pop(), None);
    }

    #[test]
    fn a_clone_goes_on_as_the_original_does(
        before in prop::collection::vec(step(), 0..100),
        after in prop::collection::vec(step(), 0..100),
    ) {
        let (mut queue, mut model) = (Queue::new(), Model::default());
        for (step, event) in before.into_iter().zip(0..) {
            apply(step, event, &mut queue, &mut model);
        }
        let (mut clone, mut clone_model) = (queue.clone(), model.clone());
        for (step, event) in after.into_iter().zip(1_000..) {
            apply(step, event, &mut clone, &mut clone_model);
            apply(step, event, &mut queue, &mut model);
        }
    }
}

/// Keeps `len` events in the queue, each `mean` ahead of the one that caused it on average, and pops `pops` of them.
fn hold(queue: &mut Queue<u32>, model: &mut Model, stream: &mut Stream, len: usize, mean: Span, pops: u32) {
    for event in 0..pops {
        while model.events.len() < len {
            let ahead = mean.scale(crate::sample::standard_exponential(stream)).as_nanos();
            // Some at the same time as others, and some now.
            let ahead = if stream.below(4) == 0 { ahead / 1_000_000 * 1_000_000 } else { ahead };
            apply(Step::Push(ahead), event, queue, model);
        }
        apply(Step::Pop, 0, queue, model);
        while model.events.len() > len {
            apply(Step::Pop, 0, queue, model);
        }
    }
}

#[test]
fn the_order_holds_while_the_queue_changes_its_shape_with_the_load() {
    let (mut queue, mut model) = (Queue::new(), Model::default());
    let mut stream = Stream::named(1, "hold", 0);
    let mut shapes = vec![queue.shape];
    for (len, mean) in [
        (20, Span::from_secs(3)),
        (10_000, Span::from_millis(80)),
        (10_000, Span::from_micros(3)),
        (2_000, Span::from_secs(600)),
        (50_000, Span::from_millis(20)),
        (5, Span::from_secs(100)),
    ] {
        hold(&mut queue, &mut model, &mut stream, len, mean, 120_000);
        shapes.push(queue.shape);
    }
    assert_eq!((shapes[0], shapes[1], shapes[6]), (Shape::FLAT, Shape::FLAT, Shape::FLAT));
    assert!(shapes[2..6].iter().all(|shape| *shape != Shape::FLAT), "{shapes:?}");
    assert!(shapes[3].width_log2 < shapes[2].width_log2 && shapes[2].width_log2 < shapes[4].width_log2, "{shapes:?}");
}

#[test]
fn a_bucket_holds_a_few_dozen_events_once_tuned() {
    let (mut queue, mut model) = (Queue::new(), Model::default());
    hold(&mut queue, &mut model, &mut Stream::named(1, "hold", 0), 10_000, Span::from_millis(70), 100_000);
    // 10 000 events each 70 ms ahead: 143 a millisecond.
    let per_bucket = 143e-6 * (1_u64 << queue.shape.width_log2) as f64;
    assert!((8.0..64.0).contains(&per_bucket), "{:?}", queue.shape);
}

#[test]
fn a_thousand_bursts_do_not_keep_the_memory_of_a_thousand_bursts() {
    let mut queue = Queue::new();
    let mut stream = Stream::named(1, "bursts", 0);
    for _ in 0..1_000 {
        let now = queue.now();
        let burst = now + Span::from_millis(5 + stream.below(50));
        (0..20_000).for_each(|event| {
            queue.push(burst, event);
        });
        (0..2_000).for_each(|event| {
            queue.push(now + Span::from_micros(stream.below(100_000)), event);
        });
        while queue.len() > 1_000 {
            queue.pop();
        }
    }
    let room = queue.ring.room() + queue.opened.entries.capacity();
    assert!(room < 10 * 22_000, "room for {room} events is kept");
}

#[test]
fn an_empty_queue_gives_nothing_and_keeps_its_time() {
    let mut queue = Queue::new();
    assert_eq!((queue.pop(), queue.peek_time()), (None, None));
    queue.push(Time::from_secs(3), ());
    queue.pop();
    assert_eq!((queue.pop(), queue.now()), (None, Time::from_secs(3)));
    queue.push(Time::from_secs(1), ());
    assert_eq!(queue.pop(), Some((Time::from_secs(3), ())));
}
