//! The reference workload: clients in five regions send requests, each request is replicated to the other four regions and
//! answered, the client thinks and starts again. Seven events a cycle, none of which does any work: what is measured is the
//! kernel, that is the queue, the random numbers and the samplers.

use engine::sample::{standard_exponential, standard_normal};
use engine::{Digest, Span, Stream, Time, math};

const REGIONS: usize = 5;

/// Median one-way delay between two regions, milliseconds.
const MEDIAN: [[f64; REGIONS]; REGIONS] = [
    [0.5, 32.0, 40.0, 110.0, 75.0],
    [32.0, 0.5, 68.0, 85.0, 52.0],
    [40.0, 68.0, 0.5, 85.0, 105.0],
    [110.0, 85.0, 85.0, 0.5, 35.0],
    [75.0, 52.0, 105.0, 35.0, 0.5],
];
/// Standard deviation of the logarithm of a delay.
const SIGMA: f64 = 0.25;
/// Mean thinking time, milliseconds.
const THINK: f64 = 100.0;
const NANOS_PER_MILLI: f64 = 1e6;

/// What the workload asks of a queue.
pub trait Pending<E> {
    /// An empty queue.
    fn new() -> Self;
    /// Adds an event.
    fn push(&mut self, at: Time, event: E);
    /// Removes the earliest event, the one pushed first among equals.
    fn pop(&mut self) -> Option<(Time, E)>;
    /// How many events are waiting.
    fn len(&self) -> usize;
    /// Whether no event is waiting.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<E> Pending<E> for engine::Queue<E> {
    fn new() -> Self {
        engine::Queue::new()
    }

    #[inline]
    fn push(&mut self, at: Time, event: E) {
        engine::Queue::push(self, at, event);
    }

    #[inline]
    fn pop(&mut self) -> Option<(Time, E)> {
        engine::Queue::pop(self)
    }

    fn len(&self) -> usize {
        engine::Queue::len(self)
    }
}

/// Sixteen bytes, which with a time and a sequence number makes the 32 of the yardstick.
#[derive(Clone, Copy)]
pub struct Event {
    /// When the client sent the request.
    sent: Time,
    client: u32,
    kind: Kind,
    /// Where it happens.
    region: u8,
}

#[derive(Clone, Copy)]
#[repr(u8)]
enum Kind {
    Wake,
    Request,
    Replication,
    Reply,
}

/// What a run came to; the same on every queue and every target.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outcome {
    /// Over the time, kind, place and client of every event.
    pub digest: Digest,
    /// Mean time from request to reply, milliseconds: 112.8 at 5 000 clients.
    pub round_trip: f64,
    /// When the last event happened: 30.5 s after 5 million events of 5 000 clients.
    pub end: Time,
    /// Events waiting at the end: 11.7 thousand with 5 000 clients.
    pub pending: usize,
}

/// Runs the workload until `events` events were handled.
pub fn run<Q: Pending<Event>>(clients: u32, events: u64) -> Outcome {
    let mut world = World {
        queue: Q::new(),
        stream: Stream::named(1, "pingstorm", 0),
        digest: Digest::new(),
        replies: 0,
        waited: 0,
    };
    for client in 0..clients {
        world.think(Time::ZERO, client);
    }
    let mut now = Time::ZERO;
    for _ in 0..events {
        let Some((at, event)) = world.queue.pop() else { break };
        now = at;
        world.handle(now, event);
    }
    Outcome {
        digest: world.digest,
        round_trip: world.waited as f64 / world.replies as f64 / NANOS_PER_MILLI,
        end: now,
        pending: world.queue.len(),
    }
}

struct World<Q> {
    queue: Q,
    stream: Stream,
    digest: Digest,
    replies: u64,
    /// Sum of all round trips, nanoseconds.
    waited: u64,
}

impl<Q: Pending<Event>> World<Q> {
    fn handle(&mut self, now: Time, event: Event) {
        let Event { client, region, .. } = event;
        let what = u64::from(event.kind as u8) << 40 | u64::from(region) << 32 | u64::from(client);
        self.digest.write_u64(now.as_nanos() ^ what << 16);
        match event.kind {
            Kind::Wake => {
                let to = self.stream.below(REGIONS as u64) as u8;
                self.send(now, region, Event { sent: now, client, kind: Kind::Request, region: to });
            }
            Kind::Request => {
                for to in (0..REGIONS as u8).filter(|to| *to != region) {
                    self.send(now, region, Event { kind: Kind::Replication, region: to, ..event });
                }
                self.send(now, region, Event { kind: Kind::Reply, region: home(client), ..event });
            }
            Kind::Replication => {}
            Kind::Reply => {
                self.replies += 1;
                self.waited += now.since(event.sent).as_nanos();
                self.think(now, client);
            }
        }
    }

    /// Delivers an event to its region, from another.
    fn send(&mut self, now: Time, from: u8, event: Event) {
        let median = MEDIAN[usize::from(from)][usize::from(event.region)];
        let delay = median * math::exp(SIGMA * standard_normal(&mut self.stream));
        self.queue.push(now + Span::from_millis_f64(delay), event);
    }

    fn think(&mut self, now: Time, client: u32) {
        let pause = Span::from_millis_f64(THINK * standard_exponential(&mut self.stream));
        self.queue.push(now + pause, Event { sent: now, client, kind: Kind::Wake, region: home(client) });
    }
}

fn home(client: u32) -> u8 {
    (client % REGIONS as u32) as u8
}
