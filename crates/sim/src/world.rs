//! The world: all state of a run at one instant, and the loop that takes it from event to event.
//!
//! The state is one plain value. A clone is a checkpoint. Each part's behaviour stands in the file of that part, as methods
//! of [`World`]: `clients`, `routing`, `service`, `network`, `replicas`, `control`, `faults`. What happens is written to the
//! trace; nothing in the world ever reads what is made of it.

use crate::action::Action;
use crate::config::{Config, DatasetConfig};
use crate::control::Control;
use crate::data::Dataset;
use crate::faults::{Conditions, FaultKind, Spared};
use crate::kernel::blame::Blame;
use crate::kernel::clock::Clock;
use crate::network::Network;
use crate::services::{Call, Station};
use crate::trace::{TraceEvent, What, data, faults, services};
use crate::users::{Operation, Population};
use engine::{Key, Queue, Slab, Span, Time, TimerId, Timers};
use protocol::{Effects, Protocol, Stored, Version};
use std::collections::VecDeque;
use std::sync::Arc;

/// What is going to happen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event<T> {
    /// A population's next request.
    Arrival { population: u16 },
    /// A client goes on: after thinking, a planned wait or a pause before a retry.
    Resume { operation: Key },
    /// A client stops waiting for an answer.
    Timeout { operation: Key, timer: TimerId },
    /// A packet reaches its end, if its arrival has been moved so often.
    Packet { packet: Key, moves: u32 },
    /// A worker is done.
    Served { region: u16, generation: u32, call: Key },
    /// A replica's timer runs out.
    Replica { dataset: u16, region: u16, timer: T, id: TimerId },
    /// A vantage point probes.
    Probe { vantage: u16 },
    /// A vantage point stops waiting for the answers of a round.
    ProbeTimeout { vantage: u16, round: u32 },
    /// The controller repeats what is in force and looks after what is pending.
    ControlTick,
    /// It is time to decide about a dataset's leader.
    Decide { dataset: u16, asked: u32 },
    /// A planned fault begins.
    FaultStart { planned: u16 },
    /// A fault ends.
    FaultEnd { fault: u32 },
    /// A second is over.
    Second,
}

/// What one part has to say to the others. It is heard when who said it is done with its own work.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Said {
    Services(services::Said),
    Data(data::Said),
    Faults(faults::Said),
}

/// More than so much said at one instant goes round in a circle.
const SAID_AT_ONCE: usize = 100_000;

/// An event with the number of the trace event that led to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned<T> {
    pub(crate) cause: u64,
    pub(crate) event: Event<T>,
}

/// All state of a run at one instant.
#[derive(Clone, Debug)]
pub struct World<P: Protocol> {
    pub(crate) config: Arc<Config>,
    /// By dataset: the settings of its protocol.
    pub(crate) protocols: Arc<[P::Config]>,
    pub(crate) now: Time,
    pub(crate) queue: Queue<Planned<P::Timer>>,
    pub(crate) timers: Timers,
    pub(crate) conditions: Conditions,
    pub(crate) faults: Vec<ActiveFault>,
    pub(crate) blame: Blame,
    pub(crate) faults_begun: u32,
    pub(crate) clocks: Vec<Clock>,
    pub(crate) network: Network<P>,
    pub(crate) populations: Vec<Population>,
    pub(crate) operations: Slab<Operation>,
    /// By slot of the client, then dataset: its session token.
    pub(crate) tokens: Vec<Version>,
    pub(crate) last_operation: u64,
    pub(crate) last_process: u64,
    pub(crate) last_write: u64,
    pub(crate) stations: Vec<Station>,
    pub(crate) calls: Slab<Call>,
    pub(crate) datasets: Vec<Dataset<P>>,
    pub(crate) control: Control,
    /// Kept between calls of replicas so that nothing is allocated for them.
    pub(crate) effects: Effects<P>,
    /// What was said and is not heard yet, each with its cause. Empty between events.
    said: VecDeque<(u64, Said)>,
    trace: Vec<TraceEvent>,
    last_event: u64,
    cause: u64,
}

/// A fault in force.
#[derive(Clone, Debug)]
pub(crate) struct ActiveFault {
    pub(crate) fault: u32,
    pub(crate) planned: Option<u16>,
    pub(crate) since: Time,
    /// The event of its beginning.
    pub(crate) event: u64,
    pub(crate) kind: FaultKind,
    pub(crate) spared: Spared,
}

impl<P: Protocol> World<P> {
    /// The world at the start of a run; `protocols` are the settings of each dataset's protocol.
    ///
    /// # Panics
    /// If there are not as many of them as datasets.
    pub fn new(config: Arc<Config>, protocols: Arc<[P::Config]>) -> World<P> {
        assert_eq!(config.datasets.len(), protocols.len(), "each dataset has a protocol");
        let regions = config.regions.len();
        let mut world = World {
            now: Time::ZERO,
            queue: Queue::new(),
            timers: Timers::default(),
            conditions: Conditions::good(regions),
            faults: Vec::new(),
            blame: Blame::none(regions),
            faults_begun: 0,
            clocks: vec![Clock::default(); regions],
            network: Network::new(&config),
            populations: Population::all(&config),
            operations: Slab::default(),
            tokens: Vec::new(),
            last_operation: 0,
            last_process: 0,
            last_write: 0,
            stations: Station::all(&config),
            calls: Slab::default(),
            datasets: Vec::new(),
            control: Control::new(&config),
            effects: Effects::default(),
            said: VecDeque::new(),
            trace: Vec::new(),
            last_event: 0,
            cause: 0,
            config,
            protocols,
        };
        world.start_replicas();
        world.start_control();
        world.start_clients();
        for planned in 0..world.config.faults.len() as u16 {
            let at = world.config.faults[usize::from(planned)].at;
            world.plan_at(at, Event::FaultStart { planned });
        }
        world.plan_at(Time::from_secs(1), Event::Second);
        world.settle();
        world
    }

    /// The instant this state belongs to.
    pub fn now(&self) -> Time {
        self.now
    }

    /// When the next thing happens.
    pub fn next_at(&mut self) -> Option<Time> {
        self.queue.peek_time()
    }

    /// Let the next thing happen. What follows from it at once is in [`World::take_trace`].
    pub fn step(&mut self) {
        if let Some((at, planned)) = self.queue.pop() {
            self.now = at;
            self.cause = planned.cause;
            self.handle(planned.event);
            self.settle();
        }
    }

    /// Do what a person did, at this instant, which lies between the last and the next event.
    pub fn act(&mut self, at: Time, index: u32, action: &Action) {
        self.now = at;
        self.cause = 0;
        self.emit_cause(What::Acted { index });
        self.perform(action);
        self.settle();
    }

    /// Hand the trace since the last call to `look` and empty it.
    pub fn take_trace(&mut self, mut look: impl FnMut(&TraceEvent)) {
        for event in &self.trace {
            look(event);
        }
        self.trace.clear();
    }

    /// About how many bytes a clone of this takes that it shares with no other.
    pub(crate) fn weight(&self) -> usize {
        let replicas = |set: &DatasetConfig| set.keys as usize * set.placement.len() * size_of::<Stored>();
        let sets: usize = self.config.datasets.iter().map(replicas).sum();
        sets + self.queue.len() * size_of::<(Time, Planned<P::Timer>)>()
            + self.network.weight()
            + self.operations.len() * size_of::<Operation>()
            + self.calls.len() * size_of::<Call>()
            + self.tokens.len() * size_of::<Version>()
    }

    fn handle(&mut self, event: Event<P::Timer>) {
        match event {
            Event::Arrival { population } => self.on_arrival(population),
            Event::Resume { operation } => self.on_resume(operation),
            Event::Timeout { operation, timer } => self.on_timeout(operation, timer),
            Event::Packet { packet, moves } => self.on_packet(packet, moves),
            Event::Served { region, generation, call } => self.on_served(region, generation, call),
            Event::Replica { dataset, region, timer, id } => self.on_replica_timer(dataset, region, timer, id),
            Event::Probe { vantage } => self.on_probe(vantage),
            Event::ProbeTimeout { vantage, round } => self.on_probe_timeout(vantage, round),
            Event::ControlTick => self.on_control_tick(),
            Event::Decide { dataset, asked } => self.on_decide(dataset, asked),
            Event::FaultStart { planned } => self.on_fault_start(planned),
            Event::FaultEnd { fault } => self.end_faults(|active| active.fault == fault),
            Event::Second => self.on_second(),
        }
    }

    /// Let what was said be heard: first said, first heard, each owed to the cause it was said under, and all of it before the
    /// next event.
    fn settle(&mut self) {
        let mut heard = 0;
        while let Some((cause, said)) = self.said.pop_front() {
            heard += 1;
            debug_assert!(heard <= SAID_AT_ONCE, "what is said at one instant comes to an end");
            self.cause = cause;
            match said {
                Said::Services(services::Said::NeedsData(ask)) => self.look_up(ask),
                Said::Data(data::Said::Replied { region, call, response }) => self.on_response(region, call, response),
                Said::Data(data::Said::Elsewhere { region, call, to }) => self.send_elsewhere(region, to, call),
                Said::Data(data::Said::WantsLease { dataset, region, asked }) => {
                    self.ask_lease(dataset, region, asked);
                }
                Said::Faults(faults::Said::PowerLost { region, disks_lost, down }) => {
                    self.crash(region, disks_lost, down);
                }
                Said::Faults(faults::Said::PowerBack { region }) => self.restart(region),
            }
        }
    }

    /// Say something to whom it may concern. It is heard after the work under way, and owed to what is the cause now.
    pub(crate) fn say(&mut self, said: Said) {
        self.said.push_back((self.cause, said));
    }

    /// Write down that something happened, because of what is the cause now, which it stays.
    pub(crate) fn emit(&mut self, what: What) -> u64 {
        self.emit_after(self.cause, what)
    }

    /// Write down that something happened because of an earlier event. What is the cause now stays it.
    pub(crate) fn emit_after(&mut self, cause: u64, what: What) -> u64 {
        self.last_event += 1;
        let id = self.last_event;
        self.trace.push(TraceEvent { id, cause, at: self.now, what });
        id
    }

    /// What follows from here is because of this event; of 0, the start of the run, if it is a clock's doing.
    pub(crate) fn because(&mut self, event: u64) {
        self.cause = event;
    }

    /// What is the cause now.
    pub(crate) fn cause(&self) -> u64 {
        self.cause
    }

    /// Write down what happened and make it the cause of what follows from here.
    pub(crate) fn emit_cause(&mut self, what: What) -> u64 {
        let id = self.emit(what);
        self.cause = id;
        id
    }

    pub(crate) fn plan(&mut self, after: Span, event: Event<P::Timer>) {
        self.plan_at(self.now + after, event);
    }

    pub(crate) fn plan_at(&mut self, at: Time, event: Event<P::Timer>) {
        self.plan_because(self.cause, at, event);
    }

    pub(crate) fn plan_because(&mut self, cause: u64, at: Time, event: Event<P::Timer>) {
        self.queue.push(at, Planned { cause, event });
    }

    /// What a region's clock reads.
    pub(crate) fn clock(&self, region: u16) -> Time {
        self.clocks[usize::from(region)].read(self.now)
    }
}
