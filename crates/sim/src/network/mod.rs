//! Links and what is under way on them: delay, jitter, order, bandwidth, loss, doubling, cuts. F2, F3, F21.
//!
//! A packet waits until the link has sent what was before it, takes its size over the bandwidth, then the delay. What no
//! longer fits into the buffer in front of the link is dropped (drop-tail), and what is sent into a cut never takes the
//! link's time. Replication streams arrive in the order they were sent, as on one connection, except for packets the link
//! lets be overtaken; clients and the control plane use a connection for each exchange.
//!
//! When the conditions of a link change, what still waits in front of it goes on under the new ones; what has left for the
//! wire does not.

pub(crate) mod link;
pub mod said;

use crate::action::{PacketName, PacketWay};
use crate::config::{Config, LinkConfig};
use crate::control::Notice;
use crate::faults::{Conditions, LinkCondition};
use crate::network::link::{Link, Passage, Way, cut, happens, scaled};
use crate::services::{Answer, Call};
use crate::trace::{Loss, Place, What, network};
use crate::world::{Event, World};
use engine::{Key, Slab, Span, Streams, Time};
use protocol::{Channel, Parcel, Protocol};

/// A packet under way.
#[derive(Clone, Debug)]
pub(crate) struct Packet<M> {
    pub(crate) number: u64,
    /// Its number among those of its channel on its way.
    pub(crate) on_way: u64,
    pub(crate) channel: Channel,
    pub(crate) from: Place,
    pub(crate) to: Place,
    pub(crate) sent: Time,
    /// The event that its arrival is owed to: its sending, or that somebody held it up.
    owed_to: u64,
    pub(crate) passage: Passage,
    /// How often its arrival was moved: the event planned last is the one that counts.
    moves: u32,
    /// The operation or the write it belongs to.
    pub(crate) subject: Option<u64>,
    pub(crate) body: Body<M>,
}

/// What a packet carries.
#[derive(Clone, Debug)]
pub(crate) enum Body<M> {
    /// A client's call, from the client or passed on by a region.
    Ask(Call),
    /// The answer to one.
    Answer(Answer),
    /// A message between replicas.
    Replica { dataset: u16, message: M },
    /// Something of the control plane.
    Notice(Notice),
}

/// All links and all packets.
#[derive(Clone, Debug)]
pub(crate) struct Network<P: Protocol> {
    pub(crate) packets: Slab<Packet<P::Message>>,
    last_packet: u64,
    regions: usize,
    /// Between regions: from × regions + to.
    between: Vec<Link>,
    /// From users to regions and back: (population × regions + region) × 2 + way.
    access: Vec<Link>,
}

impl<P: Protocol> Network<P> {
    pub(crate) fn new(config: &Config) -> Network<P> {
        let regions = config.regions.len();
        let link = |purpose, from: &str, to: &str| Link::new(Streams::of(config.seed, purpose, &[from, to]));
        let pairs = config.regions.iter().flat_map(|from| config.regions.iter().map(move |to| (&from.id, &to.id)));
        let between = pairs.map(|(from, to)| link("link", from, to));
        let ends = config.populations.iter().flat_map(|users| config.regions.iter().map(move |to| (&users.id, &to.id)));
        let access = ends.flat_map(|(users, region)| [link("way in", users, region), link("way out", region, users)]);
        Network {
            packets: Slab::default(),
            last_packet: 0,
            regions,
            between: between.collect(),
            access: access.collect(),
        }
    }

    pub(crate) fn between(&self, from: u16, to: u16) -> &Link {
        &self.between[usize::from(from) * self.regions + usize::from(to)]
    }

    /// About how many bytes a clone takes.
    pub(crate) fn weight(&self) -> usize {
        let links = self.between.len() + self.access.len();
        links * size_of::<Link>() + self.packets.len() * size_of::<Packet<P::Message>>()
    }

    pub(crate) fn end_second(&mut self) {
        self.between.iter_mut().chain(&mut self.access).for_each(Link::end_second);
    }

    /// What is under way between two places, in the order of sending.
    fn under_way(&self, from: Place, to: Place) -> Vec<Key> {
        let of_way = self.packets.iter().filter(|(_, packet)| (packet.from, packet.to) == (from, to));
        let mut under_way: Vec<(u64, Time, Key)> =
            of_way.map(|(key, packet)| (packet.number, packet.passage.due, key)).collect();
        under_way.sort_unstable();
        under_way.into_iter().map(|(_, _, key)| key).collect()
    }

    /// Something of what is under way between two places was taken out, held up or hurried, and all of it lines up anew: what
    /// keeps the order waits for what was sent before it, and for nobody else. Returns what is to be planned anew, in the
    /// order of sending, with when it was due: what arrives at another time, and what keeps the order and arrives at one
    /// instant with it, since the one planned first comes first.
    fn line_up_anew(&mut self, from: Place, to: Place, now: Time) -> Vec<(Key, Time)> {
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
        let access =
            |population: u16, region: u16, way| (usize::from(population) * regions + usize::from(region)) * 2 + way;
        match (from, to) {
            (Place::Region(from), Place::Region(to)) => {
                &mut self.between[usize::from(from) * regions + usize::from(to)]
            }
            (Place::Users(population), Place::Region(region)) => &mut self.access[access(population, region, 0)],
            (Place::Region(region), Place::Users(population)) => &mut self.access[access(population, region, 1)],
            (Place::Users(_), Place::Users(_)) => unreachable!("users never send to users"),
        }
    }
}

impl<P: Protocol> World<P> {
    /// Hand a packet to the network.
    pub(crate) fn send(
        &mut self,
        from: Place,
        to: Place,
        parcel: Parcel,
        subject: Option<u64>,
        body: Body<P::Message>,
    ) {
        let Parcel { bytes, channel, .. } = parcel;
        let now = self.now;
        let dark = |place| matches!(place, Place::Region(region) if !self.conditions.regions[usize::from(region)].up);
        debug_assert!(!dark(from), "a region without power sends nothing");
        let way =
            Way { config: way_config(&self.config, from, to), condition: way_condition(&self.conditions, from, to) };
        let link = self.network.link_mut(from, to);
        let on_way = link.number(channel);
        if cut(way.condition, channel) || link.full(now, &way) {
            let loss = if cut(way.condition, channel) { Loss::Cut } else { Loss::Overflow };
            let due = now + way.plain_delay();
            self.lose_at_once((channel, from, to), bytes, due, loss, &body);
            return;
        }
        let mut fate = link.fate(channel, on_way);
        let lost = happens(&mut fate, way.config.loss, way.condition.loss);
        let doubled = happens(&mut fate, way.config.duplication, way.condition.duplication);
        let mut passage = link.pass(now, parcel, &way, &mut fate);
        if lost {
            self.lose_at_once((channel, from, to), bytes, passage.due, Loss::Lossy, &body);
            return;
        }
        link.line_up(channel, &mut passage);
        let mut body = body;
        if let (true, Body::Ask(call)) = (doubled, &mut body) {
            call.doubled = true;
        }
        let again = doubled.then(|| {
            let mut again = link.pass(now, parcel, &way, &mut fate);
            link.line_up(channel, &mut again);
            (again, body.clone())
        });
        self.network.last_packet += 1;
        let number = self.network.last_packet;
        let owed_to = self.emit(What::Network(network::Fact::PacketSent {
            packet: number,
            channel,
            from,
            to,
            bytes,
            due: passage.due,
        }));
        let mut go = |passage: Passage, body| {
            let packet =
                Packet { number, on_way, channel, from, to, sent: now, owed_to, passage, moves: 0, subject, body };
            let packet = self.network.packets.insert(packet);
            self.plan_because(owed_to, passage.due, Event::Packet { packet, moves: 0 });
        };
        go(passage, body);
        if let Some((passage, body)) = again {
            go(passage, body);
        }
    }

    /// A packet is sent, and lost before it is on its way.
    #[cold]
    fn lose_at_once(
        &mut self,
        way: (Channel, Place, Place),
        bytes: u32,
        due: Time,
        loss: Loss,
        body: &Body<P::Message>,
    ) {
        let (channel, from, to) = way;
        self.network.last_packet += 1;
        let packet = self.network.last_packet;
        let sent = self.emit(What::Network(network::Fact::PacketSent { packet, channel, from, to, bytes, due }));
        self.lose(packet, sent, way, loss, body);
    }

    /// A packet is lost. Whoever waits for it does not know; that it will be owed to this, the trace does.
    fn lose(&mut self, packet: u64, sent: u64, way: (Channel, Place, Place), loss: Loss, body: &Body<P::Message>) {
        let (channel, from, to) = way;
        let fault = self.blame.of(loss, channel, from, to);
        // A person's hand is a cause of its own.
        let cause = if loss == Loss::Dropped { self.cause() } else { sent };
        let lost =
            self.emit_after(cause, What::Network(network::Fact::PacketLost { packet, channel, from, to, loss, fault }));
        match (body, to) {
            (Body::Ask(call), _) => self.on_attempt_lost(call.operation, call.number, call.attempt, lost),
            (Body::Answer(answer), _) => self.on_attempt_lost(answer.operation, answer.number, answer.attempt, lost),
            (Body::Notice(Notice::Probe { vantage, round }), Place::Region(region)) => {
                self.on_probe_lost(*vantage, *round, region, lost, fault);
            }
            (Body::Notice(Notice::Present { vantage, round, news }), _) => {
                self.on_probe_lost(*vantage, *round, news.region, lost, fault);
            }
            _ => {}
        }
    }

    /// A packet reaches its end, unless its arrival was moved since this was planned.
    pub(crate) fn on_packet(&mut self, key: Key, moves: u32) {
        if self.network.packets.get(key).is_none_or(|packet| packet.moves != moves) {
            return;
        }
        let Some(packet) = self.network.packets.remove(key) else { return };
        let Packet { number, channel, from, to, passage, .. } = packet;
        debug_assert_eq!(passage.due, self.now, "packet {number} arrives when it is due");
        if passage.keeps_order(channel) {
            self.network.link_mut(from, to).arrive(channel, number);
        }
        let dark = matches!(to, Place::Region(region) if !self.conditions.regions[usize::from(region)].up);
        if dark || cut(way_condition(&self.conditions, from, to), channel) {
            let loss = if dark { Loss::Dark } else { Loss::Cut };
            self.lose(number, packet.owed_to, (channel, from, to), loss, &packet.body);
            return;
        }
        self.emit_cause(What::Network(network::Fact::PacketArrived { packet: number, channel, from, to }));
        match (packet.body, to) {
            (Body::Ask(call), Place::Region(region)) => self.on_call(region, call),
            (Body::Answer(answer), Place::Users(_)) => self.on_answer(answer),
            (Body::Answer(answer), Place::Region(region)) => self.pass_answer_on(region, answer),
            (Body::Replica { dataset, message }, Place::Region(region)) => {
                if let Place::Region(from) = from {
                    self.on_replica_message(dataset, from, region, message);
                }
            }
            (Body::Notice(notice), Place::Region(region)) => self.on_notice(region, notice),
            _ => {}
        }
    }

    /// Write down what has left each region for the others since this was last done.
    pub(crate) fn gauge_links(&mut self) {
        let regions = self.config.regions.len() as u16;
        for (from, to) in (0..regions).flat_map(|from| (0..regions).map(move |to| (from, to))).filter(|(a, b)| a != b) {
            let (here, there) = (Place::Region(from), Place::Region(to));
            let way = Way {
                config: way_config(&self.config, here, there),
                condition: way_condition(&self.conditions, here, there),
            };
            let bytes = self.network.link_mut(here, there).gone(self.now, &way);
            if bytes > 0 {
                self.emit(What::Network(network::Fact::LinkGauge { from, to, bytes }));
            }
        }
    }

    /// Power is lost: what a region had not yet put on the wire is gone, and nothing waits for it.
    pub(crate) fn lose_unsent(&mut self, region: u16) {
        let here = Place::Region(region);
        let now = self.now;
        let regions = (0..self.config.regions.len() as u16).map(Place::Region);
        let users = (0..self.config.populations.len() as u16).map(Place::Users);
        for to in regions.chain(users) {
            let way = Way {
                config: way_config(&self.config, here, to),
                condition: way_condition(&self.conditions, here, to),
            };
            self.network.link_mut(here, to).discard(now, &way);
            let mut unsent = self.network.under_way(here, to);
            unsent.retain(|key| self.network.packets.get(*key).is_some_and(|packet| packet.passage.left > now));
            if unsent.is_empty() {
                continue;
            }
            for key in unsent {
                self.take_out(key, Loss::Dark);
            }
            self.line_up_anew(here, to);
        }
    }

    /// A packet under way is lost.
    fn take_out(&mut self, key: Key, loss: Loss) {
        if let Some(Packet { number, channel, from, to, owed_to, body, .. }) = self.network.packets.remove(key) {
            self.lose(number, owed_to, (channel, from, to), loss, &body);
        }
    }

    /// Let what is under way line up anew, and plan what moves by that.
    fn line_up_anew(&mut self, from: Place, to: Place) {
        for (key, _) in self.network.line_up_anew(from, to, self.now) {
            self.plan_arrival_anew(key);
        }
    }

    fn plan_arrival_anew(&mut self, key: Key) {
        if let Some(packet) = self.network.packets.get_mut(key) {
            packet.moves += 1;
            let (owed_to, due, moves) = (packet.owed_to, packet.passage.due, packet.moves);
            self.plan_because(owed_to, due, Event::Packet { packet: key, moves });
        }
    }

    /// The conditions have changed: what waits in front of a link goes on under the new ones.
    pub(crate) fn reschedule_unsent(&mut self, before: &Conditions) {
        let regions = self.config.regions.len();
        for (from, to) in (0..regions).flat_map(|from| (0..regions).map(move |to| (from, to))) {
            let link = &self.network.between[from * regions + to];
            let (was, is) = (before.links[from][to], self.conditions.links[from][to]);
            if was != is && link.free_at > self.now {
                self.reschedule_way(Place::Region(from as u16), Place::Region(to as u16), &was, &is);
            }
        }
    }

    /// Let what waits in front of one way go on: its times to leave stretch or shrink as the bandwidth did.
    fn reschedule_way(&mut self, from: Place, to: Place, was: &LinkCondition, is: &LinkCondition) {
        let config = self.config.clone();
        let config = way_config(&config, from, to);
        let (old, new) = (Way { config, condition: was }, Way { config, condition: is });
        let Some(narrow) = old.bandwidth() else { return };
        let now = self.now;
        let leaves = |left: Time| now + new.bandwidth().map_or(Span::ZERO, |wide| scaled(left - now, narrow, wide));
        let link = self.network.link_mut(from, to);
        link.free_at = leaves(link.free_at);
        for key in self.network.under_way(from, to) {
            if let Some(packet) = self.network.packets.get_mut(key).filter(|packet| packet.passage.left > now) {
                packet.passage.change(leaves(packet.passage.left), &new);
            }
        }
        self.line_up_anew(from, to);
    }

    /// A person loses or delays a packet under way.
    pub(crate) fn meddle(&mut self, name: &PacketName, hold: Option<Span>) {
        let meant = |packet: &Packet<P::Message>| match name.way {
            Some(PacketWay { from, to, channel }) => {
                (packet.from, packet.to, packet.channel, packet.on_way) == (from, to, channel, name.number)
            }
            None => packet.number == name.number,
        };
        let Some(key) = self.network.packets.iter().find(|(_, packet)| meant(packet)).map(|(key, _)| key) else {
            self.emit_cause(What::InVain);
            return;
        };
        match hold {
            Some(span) => self.hold_up(key, span),
            None => self.drop_packet(key),
        }
    }

    fn drop_packet(&mut self, key: Key) {
        let Some((from, to)) = self.network.packets.get(key).map(|packet| (packet.from, packet.to)) else { return };
        self.take_out(key, Loss::Dropped);
        self.line_up_anew(from, to);
    }

    /// A packet is held up, and with it what keeps the order behind it: all of them come when they do because of this.
    fn hold_up(&mut self, key: Key, span: Span) {
        let Some(packet) = self.network.packets.get_mut(key) else { return };
        packet.passage.held += span;
        let (from, to) = (packet.from, packet.to);
        for (key, was) in self.network.line_up_anew(from, to, self.now) {
            let Some(Packet { number, channel, passage, .. }) = self.network.packets.get(key) else { continue };
            let (packet, channel, due) = (*number, *channel, passage.due);
            if due != was {
                let held = self.emit(What::Network(network::Fact::PacketHeld { packet, channel, from, to, due }));
                self.network.packets.get_mut(key).into_iter().for_each(|packet| packet.owed_to = held);
            }
            self.plan_arrival_anew(key);
        }
    }
}

fn way_condition(conditions: &Conditions, from: Place, to: Place) -> &LinkCondition {
    const CUT: LinkCondition = LinkCondition { data_cut: true, ..LinkCondition::GOOD };
    match (from, to) {
        (Place::Region(from), Place::Region(to)) => &conditions.links[usize::from(from)][usize::from(to)],
        (Place::Region(region), Place::Users(_)) | (Place::Users(_), Place::Region(region)) => {
            if conditions.regions[usize::from(region)].users_cut { &CUT } else { &LinkCondition::GOOD }
        }
        (Place::Users(_), Place::Users(_)) => &LinkCondition::GOOD,
    }
}

fn way_config(config: &Config, from: Place, to: Place) -> &LinkConfig {
    match (from, to) {
        (Place::Region(from), Place::Region(to)) => &config.links[usize::from(from)][usize::from(to)],
        (Place::Users(population), Place::Region(region)) | (Place::Region(region), Place::Users(population)) => {
            &config.populations[usize::from(population)].access[usize::from(region)]
        }
        (Place::Users(_), Place::Users(_)) => unreachable!("users never send to users"),
    }
}
