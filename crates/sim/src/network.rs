//! Links and what is under way on them: delay, jitter, order, bandwidth, loss, doubling, cuts. F2, F3, F21.
//!
//! A packet waits until the link has sent what was before it, takes its size over the bandwidth, then the delay. What no
//! longer fits into the buffer in front of the link is dropped (drop-tail), and what is sent into a cut never takes the
//! link's time. Replication streams arrive in the order they were sent, as on one connection, except for packets the link
//! lets be overtaken; clients and the control plane use a connection for each exchange.
//!
//! When the conditions of a link change, what still waits in front of it goes on under the new ones; what has left for the
//! wire does not.

use crate::config::{Config, LinkConfig};
use crate::control::Notice;
use crate::fault::{Conditions, LinkCondition};
use crate::link::{Link, Passage, Way, cut, happens, order_of, scaled};
use crate::service::{Answer, Call};
use crate::trace::{Loss, Place, What};
use crate::world::{Event, World};
use engine::{Key, Slab, Span, Time};
use protocol::{Channel, Parcel, Protocol};

/// A packet under way.
#[derive(Clone, Debug)]
pub(crate) struct Packet<M> {
    pub(crate) number: u64,
    pub(crate) channel: Channel,
    pub(crate) from: Place,
    pub(crate) to: Place,
    pub(crate) sent: Time,
    /// The event of its sending.
    sent_event: u64,
    pub(crate) passage: Passage,
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
    pub(crate) fn new(config: &Config<P::Config>) -> Network<P> {
        let regions = config.regions.len();
        let between = (0..regions * regions).map(|link| Link::new(config.seed, link as u64));
        let access =
            (0..config.populations.len() * regions * 2).map(|link| Link::new(config.seed, (1 << 32) + link as u64));
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

    pub(crate) fn end_second(&mut self) {
        self.between.iter_mut().chain(&mut self.access).for_each(Link::end_second);
    }

    /// What waited to leave a region is gone: its links are free.
    fn free_links_of(&mut self, region: u16, now: Time) {
        for link in self.between.iter_mut().skip(usize::from(region) * self.regions).take(self.regions) {
            link.free_at = link.free_at.min(now);
        }
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
        let way =
            Way { config: way_config(&self.config, from, to), condition: way_condition(&self.conditions, from, to) };
        let link = self.network.link_mut(from, to);
        link.count(channel, bytes);
        if cut(way.condition, channel) || link.full(now, &way) {
            let loss = if cut(way.condition, channel) { Loss::Cut } else { Loss::Overflow };
            let due = now + way.delay(1.0);
            self.lose_at_once((channel, from, to), bytes, due, loss, &body);
            return;
        }
        let passage = link.pass(now, parcel, &way);
        if happens(&mut link.loss, way.config.loss, way.condition.loss) {
            self.lose_at_once((channel, from, to), bytes, passage.due, Loss::Lossy, &body);
            return;
        }
        let doubled = happens(&mut link.doubling, way.config.duplication, way.condition.duplication);
        let mut body = body;
        if let (true, Body::Ask(call)) = (doubled, &mut body) {
            call.doubled = true;
        }
        let again = doubled.then(|| (link.pass(now, parcel, &way), body.clone()));
        self.network.last_packet += 1;
        let number = self.network.last_packet;
        let sent_event = self.emit(What::PacketSent { packet: number, channel, from, to, bytes, due: passage.due });
        let mut go = |passage: Passage, body| {
            let packet = Packet { number, channel, from, to, sent: now, sent_event, passage, subject, body };
            let key = self.network.packets.insert(packet);
            self.plan_because(sent_event, passage.due, Event::Packet(key));
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
        let sent = self.emit(What::PacketSent { packet, channel, from, to, bytes, due });
        self.lose(packet, sent, way, loss, body);
    }

    /// A packet is lost. Whoever waits for it does not know; that it will be owed to this, the trace does.
    fn lose(&mut self, packet: u64, sent: u64, way: (Channel, Place, Place), loss: Loss, body: &Body<P::Message>) {
        let (channel, from, to) = way;
        let fault = self.blame.of(loss, channel, from, to);
        // A person's hand is a cause of its own.
        let cause = if loss == Loss::Dropped { self.cause() } else { sent };
        let lost = self.emit_after(cause, What::PacketLost { packet, channel, from, to, loss, fault });
        match (body, to) {
            (Body::Ask(call), _) => self.on_attempt_lost(call.operation, call.number, call.attempt, lost),
            (Body::Answer(answer), _) => self.on_attempt_lost(answer.operation, answer.number, answer.attempt, lost),
            (Body::Notice(Notice::Probe { vantage, round }), Place::Region(region)) => {
                self.on_probe_lost(*vantage, *round, region, lost);
            }
            (Body::Notice(Notice::Present { vantage, round, news }), _) => {
                self.on_probe_lost(*vantage, *round, news.region, lost);
            }
            _ => {}
        }
    }

    pub(crate) fn on_packet(&mut self, key: Key) {
        let Some(packet) = self.network.packets.get(key) else { return };
        let due = packet.passage.due;
        if due > self.now {
            // It was held up after it was sent: it comes later.
            self.plan_at(due, Event::Packet(key));
            return;
        }
        let Some(packet) = self.network.packets.remove(key) else { return };
        let Packet { number, channel, from, to, .. } = packet;
        let dark = matches!(to, Place::Region(region) if !self.conditions.regions[usize::from(region)].up);
        if dark || cut(way_condition(&self.conditions, from, to), channel) {
            let loss = if dark { Loss::Dark } else { Loss::Cut };
            self.lose(number, packet.sent_event, (channel, from, to), loss, &packet.body);
            return;
        }
        self.emit_cause(What::PacketArrived { packet: number, channel, from, to });
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

    /// Power is lost: what a region had not yet put on the wire is gone.
    pub(crate) fn lose_unsent(&mut self, region: u16) {
        let here = Place::Region(region);
        let now = self.now;
        let unsent = |packet: &Packet<P::Message>| packet.from == here && packet.passage.left > now;
        let gone: Vec<Key> =
            self.network.packets.iter().filter(|(_, packet)| unsent(packet)).map(|(key, _)| key).collect();
        for key in gone {
            if let Some(Packet { number, channel, from, to, sent_event, body, .. }) = self.network.packets.remove(key) {
                self.lose(number, sent_event, (channel, from, to), Loss::Dark, &body);
            }
        }
        self.network.free_links_of(region, now);
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
        let network = &mut self.network;
        let of_way = |packet: &Packet<P::Message>| (packet.from, packet.to) == (from, to);
        let mut waiting: Vec<(Time, u64, Key)> = Vec::new();
        let mut arrived = [Time::ZERO; 2];
        for (key, packet) in network.packets.iter().filter(|(_, packet)| of_way(packet)) {
            let Passage { left, due, ordered, .. } = packet.passage;
            if left > now {
                waiting.push((left, packet.number, key));
            } else if ordered {
                let last = &mut arrived[order_of(packet.channel)];
                *last = due.max(*last);
            }
        }
        waiting.sort_unstable();
        let link = network.link_mut(from, to);
        link.free_at = leaves(link.free_at);
        for (last, arrived) in link.last_arrival.iter_mut().zip(arrived) {
            *last = arrived.min(*last);
        }
        for (_, _, key) in waiting {
            let Some(packet) = self.network.packets.get(key) else { continue };
            let (channel, passage, sent) = (packet.channel, packet.passage, packet.sent_event);
            let left = leaves(passage.left);
            let delay = old.delay_under(passage.delay, is);
            let due = self.network.link_mut(from, to).arrival(channel, left + delay, passage.ordered);
            if let Some(packet) = self.network.packets.get_mut(key) {
                packet.passage = Passage { left, due, delay, ..passage };
            }
            // If it comes later than it was due, the event it had finds that out.
            if due < passage.due {
                self.plan_because(sent, due, Event::Packet(key));
            }
        }
    }

    /// A person loses or delays a packet under way.
    pub(crate) fn meddle(&mut self, number: u64, hold: Option<Span>) {
        let Some(key) = self.network.packets.iter().find(|(_, packet)| packet.number == number).map(|(key, _)| key)
        else {
            return;
        };
        match hold {
            Some(span) => {
                if let Some(packet) = self.network.packets.get_mut(key) {
                    packet.passage.due += span;
                    packet.passage.delay += span;
                }
            }
            None => {
                let Some(packet) = self.network.packets.remove(key) else { return };
                let Packet { number, channel, from, to, sent_event, body, .. } = packet;
                self.lose(number, sent_event, (channel, from, to), Loss::Dropped, &body);
            }
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

fn way_config<C>(config: &Config<C>, from: Place, to: Place) -> &LinkConfig {
    match (from, to) {
        (Place::Region(from), Place::Region(to)) => &config.links[usize::from(from)][usize::from(to)],
        (Place::Users(population), Place::Region(region)) | (Place::Region(region), Place::Users(population)) => {
            &config.populations[usize::from(population)].access[usize::from(region)]
        }
        (Place::Users(_), Place::Users(_)) => unreachable!("users never send to users"),
    }
}
