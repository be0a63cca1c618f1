//! Links and what is under way on them: delay, jitter, order, bandwidth, loss, doubling, cuts. F2, F3, F21.
//!
//! A packet waits until the link has sent what was before it, takes its size over the bandwidth, then the delay. What no
//! longer fits into the buffer in front of the link is dropped (drop-tail), and what is sent into a cut never takes the
//! link's time. Replication streams arrive in the order they were sent, as on one connection, except for packets the link
//! lets be overtaken; clients and the control plane use a connection for each exchange.
//!
//! When the conditions of a link change, what still waits in front of it goes on under the new ones; what has left for the
//! wire does not. What a person takes out from in front of it gives its place to those behind.

mod by_hand;
mod link;
pub mod said;
pub(crate) mod settings;
pub(crate) mod snapshot;
mod words;

use crate::config::{Config, LinkConfig};
use crate::kernel::Kernel;
use crate::kernel::conditions::{Conditions, LinkCondition};
use crate::place::{Kind, Place, table};
use engine::{Key, Slab, Span, Streams, Time};
use link::{Link, Passage, Way, cut, happens, scaled};
use protocol::{Channel, Parcel};
use said::{Arrived, Body, Event, Fact, Loss, Lost, Said};
use std::collections::VecDeque;

/// A packet under way.
#[derive(Clone, Debug)]
struct Packet {
    number: u64,
    /// Its number among those of its channel on its way.
    on_way: u64,
    channel: Channel,
    from: Place,
    to: Place,
    sent: Time,
    bytes: u64,
    /// The event that its arrival is owed to: its sending, or that somebody held it up.
    owed_to: u64,
    passage: Passage,
    /// How often its arrival was moved: the event planned last is the one that counts.
    moves: u32,
    /// The operation or the write it belongs to.
    subject: Option<u64>,
    body: Body,
    /// The other one, if the network made two of it.
    twin: Option<Key>,
}

/// All links and all packets.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    packets: Slab<Packet>,
    /// What is lost and not heard of yet: rare, and too large to be said.
    lost: VecDeque<Lost>,
    last_packet: u64,
    regions: usize,
    /// Between regions: from × regions + to.
    between: Vec<Link>,
    /// From what is no region to the regions and back: (number among these × regions + region) × 2 + way.
    access: Vec<Link>,
    /// The number of the first place of each kind among those that are no regions.
    firsts: [usize; Kind::ALL.len()],
}

impl Network {
    pub(crate) fn new(config: &Config) -> Network {
        let regions = config.regions.len();
        let link = |purpose, from: &str, to: &str| Link::new(Streams::of(config.seed, purpose, &[from, to]));
        let pairs = config.regions.iter().flat_map(|from| config.regions.iter().map(move |to| (&from.id, &to.id)));
        let between = pairs.map(|(from, to)| link("link", from, to));
        let ids = table::ends(config).map(|end| table::id(config, end));
        let ends = ids.flat_map(|end| config.regions.iter().map(move |region| (end, &region.id)));
        let access = ends.flat_map(|(end, region)| [link("way in", end, region), link("way out", region, end)]);
        Network {
            packets: Slab::default(),
            lost: VecDeque::new(),
            last_packet: 0,
            regions,
            between: between.collect(),
            access: access.collect(),
            firsts: table::firsts(config),
        }
    }

    /// Packets of clients under way, and all others.
    pub(crate) fn packets_held(&self) -> (usize, usize) {
        let of_clients = self.packets.iter().filter(|(_, packet)| packet.channel == Channel::Client).count();
        (of_clients, self.packets.len() - of_clients)
    }

    /// About how many bytes a clone takes.
    pub(crate) fn weight(&self) -> usize {
        let links = self.between.len() + self.access.len();
        links * size_of::<Link>() + self.packets.len() * size_of::<Packet>()
    }

    pub(crate) fn end_second(&mut self) {
        self.between.iter_mut().chain(&mut self.access).for_each(Link::end_second);
    }

    /// What is under way between two places, in the order of sending.
    fn under_way(&self, from: Place, to: Place) -> Vec<Key> {
        let of_way = self.packets.iter().filter(|(_, packet)| (packet.from, packet.to) == (from, to));
        let mut under_way: Vec<(u64, Time, Key)> =
            of_way.map(|(key, packet)| (packet.number, packet.passage.due, key)).collect();
        engine::sort(&mut under_way);
        under_way.into_iter().map(|(_, _, key)| key).collect()
    }

    /// Something of what is under way between two places was taken out, held up or hurried, and all of it lines up anew: what
    /// keeps the order waits for what was sent before it, and for nobody else. Returns what is to be planned anew, in the
    /// order of sending, with when it was due: what arrives at another time, and what keeps the order and arrives at one
    /// instant with it, since the one planned first comes first.
    fn order_anew(&mut self, from: Place, to: Place, now: Time) -> Vec<(Key, Time)> {
        self.link_mut(from, to).break_ranks(now);
        let (mut stirred, mut anew) = ([None; 4], Vec::new());
        for key in self.under_way(from, to) {
            let Some(packet) = self.packets.get(key) else { continue };
            let (channel, mut passage) = (packet.channel, packet.passage);
            self.link_mut(from, to).line_up(channel, &mut passage);
            let Some(packet) = self.packets.get_mut(key) else { continue };
            let was = std::mem::replace(&mut packet.passage, passage).due;
            let keeps_order = passage.keeps_order(channel);
            let last = &mut stirred[channel as usize];
            if passage.due != was || (keeps_order && *last == Some(was)) {
                anew.push((key, was));
                if keeps_order {
                    *last = Some(passage.due);
                }
            }
        }
        anew
    }

    fn link_mut(&mut self, from: Place, to: Place) -> &mut Link {
        let regions = self.regions;
        match Ends::of(from, to) {
            Ends::Regions(from, to) => &mut self.between[from * regions + to],
            Ends::Access { end, region, out } => {
                let number = self.firsts[end.kind() as usize] + usize::from(end.index());
                &mut self.access[(number * regions + region) * 2 + usize::from(out)]
            }
        }
    }
}

impl Network {
    /// Send a packet. `subject` is the operation or the write it belongs to.
    #[expect(clippy::too_many_arguments, reason = "what a packet is, and what it goes by")]
    pub(crate) fn send(
        &mut self,
        from: Place,
        to: Place,
        parcel: Parcel,
        subject: Option<u64>,
        body: Body,
        config: &Config,
        kernel: &mut Kernel,
    ) {
        let Parcel { bytes, channel, .. } = parcel;
        let now = kernel.now();
        debug_assert!(!dark(from, kernel.conditions()), "a region without power sends nothing");
        let way = Way { config: way_config(config, from, to), condition: way_condition(kernel.conditions(), from, to) };
        let link = self.link_mut(from, to);
        let on_way = link.number(channel);
        let full = link.full(now, &way);
        if cut(way.condition, channel) || full {
            let loss = if cut(way.condition, channel) { Loss::Cut } else { Loss::Overflow };
            let due = now + way.plain_delay();
            return self.lose_at_once((channel, from, to), bytes, due, loss, body, kernel);
        }
        let mut fate = link.fate(channel, on_way);
        let lost = happens(&mut fate, way.config.loss, way.condition.loss);
        let doubled = happens(&mut fate, way.config.duplication, way.condition.duplication);
        let mut passage = link.pass(now, parcel, &way, &mut fate);
        if lost {
            return self.lose_at_once((channel, from, to), bytes, passage.due, Loss::Lossy, body, kernel);
        }
        link.line_up(channel, &mut passage);
        let again = doubled.then(|| {
            let mut again = link.pass(now, parcel, &way, &mut fate);
            link.line_up(channel, &mut again);
            again
        });
        self.last_packet += 1;
        let number = self.last_packet;
        let owed_to = kernel.state(Fact::PacketSent { packet: number, channel, from, to, bytes, due: passage.due });
        let packet = Packet {
            number,
            on_way,
            channel,
            from,
            to,
            sent: now,
            bytes,
            owed_to,
            passage,
            moves: 0,
            subject,
            body,
            twin: None,
        };
        let twin = again.map(|again| (packet.clone(), again));
        let first = self.go(packet, kernel);
        if let Some((packet, passage)) = twin {
            let second = self.go(Packet { passage, twin: Some(first), ..packet }, kernel);
            self.packets.get_mut(first).into_iter().for_each(|packet| packet.twin = Some(second));
        }
    }

    /// A packet is on its way.
    fn go(&mut self, packet: Packet, kernel: &mut Kernel) -> Key {
        let (owed_to, due) = (packet.owed_to, packet.passage.due);
        let packet = self.packets.insert(packet);
        kernel.plan_because(owed_to, due, Event::Due { packet, moves: 0 });
        packet
    }

    /// A packet is sent, and lost before it is on its way.
    #[cold]
    fn lose_at_once(
        &mut self,
        way: (Channel, Place, Place),
        bytes: u64,
        due: Time,
        loss: Loss,
        body: Body,
        kernel: &mut Kernel,
    ) {
        let (channel, from, to) = way;
        self.last_packet += 1;
        let packet = self.last_packet;
        let sent = kernel.state(Fact::PacketSent { packet, channel, from, to, bytes, due });
        let fault = kernel.blame().of(loss, channel, from, to);
        self.lost((packet, sent, fault), way, loss, (body, true), kernel);
    }

    /// A packet under way is lost.
    fn take_out(&mut self, key: Key, loss: Loss, kernel: &mut Kernel) {
        let Some(packet) = self.packets.remove(key) else { return };
        self.lose(&packet, loss, kernel);
    }

    fn lose(&mut self, packet: &Packet, loss: Loss, kernel: &mut Kernel) {
        let Packet { number, channel, from, to, owed_to, ref body, .. } = *packet;
        let unsent = loss == Loss::Dark && packet.passage.left > kernel.now();
        let blame = kernel.blame();
        let fault = if unsent { blame.of_unsent(from) } else { blame.of(loss, channel, from, to) };
        let last = self.is_last(packet);
        self.lost((number, owed_to, fault), (channel, from, to), loss, (body.clone(), last), kernel);
    }

    /// A packet is lost: its number, the event it is owed to, the fault to blame; the body, and whether no other copy of it is under way.
    fn lost(
        &mut self,
        (packet, sent, fault): (u64, u64, u64),
        (channel, from, to): (Channel, Place, Place),
        loss: Loss,
        (body, last): (Body, bool),
        kernel: &mut Kernel,
    ) {
        // A person's hand is a cause of its own.
        let cause = if loss == Loss::Dropped { kernel.cause() } else { sent };
        let event = kernel.state_after(cause, Fact::PacketLost { packet, channel, from, to, loss, fault });
        self.lost.push_back(Lost { to, body, event, fault, last });
        kernel.say(Said::Lost);
    }

    /// The first loss that nobody has heard of: one for each [`Said::Lost`].
    pub(crate) fn next_lost(&mut self) -> Option<Lost> {
        debug_assert!(!self.lost.is_empty(), "what is said to be lost is here");
        self.lost.pop_front()
    }

    /// Whether of a packet that was doubled no other is under way.
    fn is_last(&self, packet: &Packet) -> bool {
        packet.twin.is_none_or(|twin| self.packets.get(twin).is_none())
    }

    /// A packet reaches its end, unless its arrival was moved since this was planned. What has arrived is handed over at once: nothing
    /// else was said before.
    pub(crate) fn arrive(&mut self, key: Key, moves: u32, kernel: &mut Kernel) -> Option<Arrived> {
        self.packets.get(key).filter(|packet| packet.moves == moves)?;
        let packet = self.packets.remove(key)?;
        let Packet { number, channel, from, to, passage, .. } = packet;
        debug_assert_eq!(passage.due, kernel.now(), "packet {number} arrives when it is due");
        if passage.keeps_order(channel) {
            self.link_mut(from, to).arrive(channel, number);
        }
        let dark = dark(to, kernel.conditions());
        if dark || cut(way_condition(kernel.conditions(), from, to), channel) {
            self.lose(&packet, if dark { Loss::Dark } else { Loss::Cut }, kernel);
            return None;
        }
        kernel.state_cause(Fact::PacketArrived { packet: number, channel, from, to });
        let (doubled, last) = (packet.twin.is_some(), self.is_last(&packet));
        Some(Arrived { from, to, body: packet.body, doubled, last })
    }

    /// Write down what has left each region for the others since this was last done.
    pub(crate) fn gauge(&mut self, config: &Config, kernel: &mut Kernel) {
        let regions = config.regions.len() as u16;
        for (from, to) in (0..regions).flat_map(|from| (0..regions).map(move |to| (from, to))).filter(|(a, b)| a != b) {
            let (here, there) = (Place::region(from), Place::region(to));
            let way = Way {
                config: way_config(config, here, there),
                condition: way_condition(kernel.conditions(), here, there),
            };
            let bytes = self.link_mut(here, there).gone(kernel.now(), &way);
            if bytes > 0 {
                kernel.state(Fact::LinkGauge { from, to, bytes });
            }
        }
    }

    /// Power is lost: what a region had not yet put on the wire is gone, and nothing waits for it.
    pub(crate) fn lose_unsent(&mut self, region: u16, config: &Config, kernel: &mut Kernel) {
        let here = Place::region(region);
        let now = kernel.now();
        let regions = (0..config.regions.len() as u16).map(Place::region);
        for to in regions.chain(table::ends(config)) {
            let way =
                Way { config: way_config(config, here, to), condition: way_condition(kernel.conditions(), here, to) };
            self.link_mut(here, to).discard(now, &way);
            let mut unsent = self.under_way(here, to);
            unsent.retain(|key| self.packets.get(*key).is_some_and(|packet| packet.passage.left > now));
            if unsent.is_empty() {
                continue;
            }
            for key in unsent {
                self.take_out(key, Loss::Dark, kernel);
            }
            self.line_up_anew(here, to, kernel);
        }
    }

    /// Let what is under way line up anew, and plan what moves by that.
    fn line_up_anew(&mut self, from: Place, to: Place, kernel: &mut Kernel) {
        for (key, _) in self.order_anew(from, to, kernel.now()) {
            self.plan_arrival_anew(key, kernel);
        }
    }

    fn plan_arrival_anew(&mut self, key: Key, kernel: &mut Kernel) {
        if let Some(packet) = self.packets.get_mut(key) {
            packet.moves += 1;
            let (owed_to, due, moves) = (packet.owed_to, packet.passage.due, packet.moves);
            kernel.plan_because(owed_to, due, Event::Due { packet: key, moves });
        }
    }

    /// The conditions have changed: what waits in front of a link goes on under the new ones.
    pub(crate) fn reschedule_unsent(&mut self, before: &Conditions, config: &Config, kernel: &mut Kernel) {
        let regions = self.regions;
        for (from, to) in (0..regions).flat_map(|from| (0..regions).map(move |to| (from, to))) {
            let link = &self.between[from * regions + to];
            let (was, is) = (before.links[from][to], kernel.conditions().links[from][to]);
            if was != is && link.free_at > kernel.now() {
                let config = &config.links[from][to];
                let ways = (Way { config, condition: &was }, Way { config, condition: &is });
                self.reschedule_way(Place::region(from as u16), Place::region(to as u16), ways, kernel);
            }
        }
    }

    /// Let what waits in front of one way go on: its times to leave stretch or shrink as the bandwidth did.
    fn reschedule_way(&mut self, from: Place, to: Place, (old, new): (Way<'_>, Way<'_>), kernel: &mut Kernel) {
        let Some(narrow) = old.bandwidth() else { return };
        let now = kernel.now();
        let leaves = |left: Time| now + new.bandwidth().map_or(Span::ZERO, |wide| scaled(left - now, narrow, wide));
        let link = self.link_mut(from, to);
        link.free_at = leaves(link.free_at);
        for key in self.under_way(from, to) {
            if let Some(packet) = self.packets.get_mut(key).filter(|packet| packet.passage.left > now) {
                packet.passage.change(leaves(packet.passage.left), &new);
            }
        }
        self.line_up_anew(from, to, kernel);
    }
}

/// Which of the tables of links a way stands in, and where.
enum Ends {
    Regions(usize, usize),
    /// Between what is no region and a region; `out` is away from the region.
    Access {
        end: Place,
        region: usize,
        out: bool,
    },
}

impl Ends {
    fn of(from: Place, to: Place) -> Ends {
        match (from.as_region(), to.as_region()) {
            (Some(from), Some(to)) => Ends::Regions(usize::from(from), usize::from(to)),
            (None, Some(region)) => Ends::Access { end: from, region: usize::from(region), out: false },
            (Some(region), None) => Ends::Access { end: to, region: usize::from(region), out: true },
            (None, None) => unreachable!("what is no region sends to regions alone"),
        }
    }
}

/// Whether there is no power at a place.
fn dark(place: Place, conditions: &Conditions) -> bool {
    place.as_region().is_some_and(|region| !conditions.regions[usize::from(region)].up)
}

fn way_condition(conditions: &Conditions, from: Place, to: Place) -> &LinkCondition {
    const CUT: LinkCondition = LinkCondition { data_cut: true, ..LinkCondition::GOOD };
    match Ends::of(from, to) {
        Ends::Regions(from, to) => &conditions.links[from][to],
        Ends::Access { region, .. } if conditions.regions[region].users_cut => &CUT,
        Ends::Access { .. } => &LinkCondition::GOOD,
    }
}

fn way_config(config: &Config, from: Place, to: Place) -> &LinkConfig {
    match Ends::of(from, to) {
        Ends::Regions(from, to) => &config.links[from][to],
        Ends::Access { end, region, .. } => &table::ways(config, end)[region],
    }
}

#[cfg(test)]
mod tests;
