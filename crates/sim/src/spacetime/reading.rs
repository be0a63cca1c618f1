//! Reading a window of the trace, event by event, in the order of happening.

use super::seen::{About, Fate, HowEnded, Message, Operation, Stretch, Thing};
use crate::trace::{Ending, OperationInfo, TraceEvent, What, data, network, users};
use engine::{FlatMap, Time};
use protocol::Fact;

/// So many events are looked at from the beginning of the stretch: a few hundred milliseconds' worth.
const EVENTS: u32 = 400_000;

/// What is known of an event by what led to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trail {
    /// The last message or operation on the way to it.
    pub(super) thing: Option<Thing>,
    /// The last data on the way to it.
    about: Option<About>,
    /// The first event that is known to have led to it, by its place in the list.
    pub(super) story: u32,
    /// Of such a first event: whether something that followed from it was lost or failed.
    pub(super) trouble: bool,
}

/// Reads the trace.
pub(super) struct Reader {
    pub(super) of: Stretch,
    /// The number of the first event that was seen; those after it follow one another.
    pub(super) first: u64,
    pub(super) trails: Vec<Trail>,
    pub(super) messages: Vec<Message>,
    pub(super) operations: Vec<Operation>,
    /// The events at which they began, by their places among the trails.
    pub(super) sent: Vec<u32>,
    pub(super) begun: Vec<u32>,
    /// By number: where messages and operations that have not ended stand in the lists.
    under_way: FlatMap<u64, u32>,
    open: FlatMap<u64, u32>,
    seen: u32,
    /// When so much had been seen that the rest was not looked at.
    pub(super) full: Option<Time>,
}

impl Reader {
    pub(super) fn new(of: Stretch) -> Reader {
        Reader {
            of,
            first: 0,
            trails: Vec::new(),
            messages: Vec::new(),
            operations: Vec::new(),
            sent: Vec::new(),
            begun: Vec::new(),
            under_way: FlatMap::new(),
            open: FlatMap::new(),
            seen: 0,
            full: None,
        }
    }

    /// Look at the next event, and at whether it ends an operation that read something old; whether the one after it is wanted, too.
    pub(super) fn see(&mut self, event: &TraceEvent, stale: bool) -> bool {
        if self.trails.is_empty() {
            self.first = event.id;
        }
        let place = self.trails.len() as u32;
        let before = self.place(event.cause).map(|cause| self.trails[cause]);
        let fresh = Trail { thing: None, about: None, story: place, trouble: false };
        let mut trail = Trail { trouble: false, ..before.unwrap_or(fresh) };
        match &event.what {
            What::Network(fact) => self.network(event, place, fact, &mut trail),
            What::Users(users::Fact::OperationStarted(info)) => self.begin(event.at, place, info, &mut trail),
            What::Users(users::Fact::AttemptSent { operation, region, .. }) => {
                if let Some(open) = self.open.get(operation) {
                    self.operations[*open as usize].region = Some(*region);
                }
            }
            What::Users(users::Fact::OperationEnded(info, ending)) => {
                self.end(event.at, place, (info, ending, stale), &mut trail);
            }
            What::Data(data::Fact::Replica { dataset, fact, .. }) => self.wrote(event, *dataset, fact, &mut trail),
            _ => {}
        }
        self.trails.push(trail);
        self.goes_on(event.at)
    }

    /// Where an event stands among the trails, if it was seen.
    fn place(&self, event: u64) -> Option<usize> {
        let place = event.checked_sub(self.first).filter(|_| event != 0)? as usize;
        (place < self.trails.len()).then_some(place)
    }

    fn goes_on(&mut self, at: Time) -> bool {
        self.seen += u32::from(at >= self.of.from);
        if at > self.of.until {
            return !(self.under_way.is_empty() && self.open.is_empty());
        }
        if self.seen >= EVENTS {
            self.full = Some(at);
        }
        self.full.is_none()
    }

    fn network(&mut self, event: &TraceEvent, place: u32, fact: &network::Fact, trail: &mut Trail) {
        match *fact {
            network::Fact::PacketSent { packet, channel, from, to, due, .. } => {
                let seen = |place| self.of.whose.shows(place);
                if from == to || !seen(from) || !seen(to) || event.at > self.of.until {
                    return;
                }
                let message = self.messages.len() as u32;
                let (sent, fate, cause, about) = (event.at, Fate::UnderWay, trail.thing, trail.about);
                let event = event.id;
                self.messages.push(Message {
                    packet,
                    channel,
                    from,
                    to,
                    sent,
                    due,
                    ended: due,
                    fate,
                    event,
                    cause,
                    about,
                    writes: 0,
                });
                self.sent.push(place);
                self.under_way.insert(packet, message);
                trail.thing = Some(Thing::Message(message));
            }
            network::Fact::PacketHeld { packet, due, .. } => {
                if let Some(message) = self.under_way.get(&packet) {
                    let message = &mut self.messages[*message as usize];
                    (message.due, message.ended) = (due, due);
                }
            }
            network::Fact::PacketArrived { packet, .. } => self.arrive(event, packet, Fate::Arrived, trail),
            network::Fact::PacketLost { packet, loss, .. } => {
                self.troubled(trail.story);
                self.arrive(event, packet, Fate::Lost(loss), trail);
            }
            network::Fact::LinkGauge { .. } => {}
        }
    }

    /// Something in a story was lost or failed.
    fn troubled(&mut self, story: u32) {
        if let Some(first) = self.trails.get_mut(story as usize) {
            first.trouble = true;
        }
    }

    /// A message came to its end. One that the network made two of comes to two.
    fn arrive(&mut self, event: &TraceEvent, packet: u64, fate: Fate, trail: &mut Trail) {
        let message = match self.under_way.remove(&packet) {
            Some(message) => message,
            None => {
                // The second of two, if the first was seen: it has the same cause.
                let Some(Thing::Message(first)) = trail.thing else { return };
                if self.messages[first as usize].packet != packet {
                    return;
                }
                self.messages.push(self.messages[first as usize]);
                self.sent.push(self.sent[first as usize]);
                self.messages.len() as u32 - 1
            }
        };
        let ended = &mut self.messages[message as usize];
        (ended.ended, ended.fate, ended.event) = (event.at, fate, event.id);
        trail.thing = Some(Thing::Message(message));
    }

    fn begin(&mut self, at: Time, place: u32, info: &OperationInfo, trail: &mut Trail) {
        trail.about = about(info);
        if at > self.of.until {
            return;
        }
        let operation = self.add(place, info, trail.thing);
        self.open.insert(info.operation, operation);
        trail.thing = Some(Thing::Operation(operation));
    }

    fn add(&mut self, place: u32, info: &OperationInfo, cause: Option<Thing>) -> u32 {
        self.operations.push(Operation {
            operation: info.operation,
            population: info.population,
            region: None,
            kind: info.kind,
            about: about(info),
            began: info.invoked,
            ended: None,
            cause,
            answer: None,
        });
        self.begun.push(place);
        self.operations.len() as u32 - 1
    }

    fn end(&mut self, at: Time, place: u32, (info, ending, stale): (&OperationInfo, &Ending, bool), trail: &mut Trail) {
        let open = self.open.remove(&info.operation);
        if info.invoked > self.of.until {
            return;
        }
        // One that had begun before anything was looked at says itself when.
        let operation = open.unwrap_or_else(|| self.add(place, info, None));
        let how = match ending.error {
            Some(error) => HowEnded::Failed(error),
            None if stale => HowEnded::Stale,
            None => HowEnded::Well,
        };
        if ending.error.is_some_and(|error| !error.is_answer()) {
            self.troubled(self.trails.get(self.begun[operation as usize] as usize).map_or(place, |it| it.story));
        }
        let ended = &mut self.operations[operation as usize];
        (ended.ended, ended.region) = (Some((at, how)), Some(ending.region));
        ended.answer = trail.thing.filter(|thing| *thing != Thing::Operation(operation));
        trail.thing = Some(Thing::Operation(operation));
    }

    /// A write came into a log or onto a disk; if a message brought it, that is what it was about.
    fn wrote(&mut self, event: &TraceEvent, dataset: u16, fact: &Fact, trail: &mut Trail) {
        let (Fact::Appended { key, .. }
        | Fact::Stored { key, .. }
        | Fact::Hinted { key, .. }
        | Fact::Changed { key, .. }
        | Fact::Merged { key, .. }
        | Fact::Coordinated { key, .. }) = fact
        else {
            return;
        };
        let about = About { dataset, key: key.0 };
        trail.about = Some(about);
        if let Some(Thing::Message(message)) = trail.thing {
            let message = &mut self.messages[message as usize];
            if message.event == event.cause && message.fate == Fate::Arrived && message.to.as_region().is_some() {
                if message.writes == 0 {
                    message.about = Some(about);
                }
                message.writes += 1;
            }
        }
    }
}

fn about(info: &OperationInfo) -> Option<About> {
    info.dataset.map(|dataset| About { dataset, key: info.key })
}
