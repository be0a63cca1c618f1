//! Links and what is under way on them: delay, jitter, order, bandwidth, loss, doubling, cuts. F2, F3, F21.
//!
//! A packet waits until the link has sent what was before it, takes its size over the bandwidth, then the delay. Replication
//! streams arrive in the order they were sent, as on one connection, except for packets the link lets be overtaken; clients
//! and the control plane use a connection for each exchange.

use crate::config::{Config, LinkConfig};
use crate::control::Notice;
use crate::fault::LinkCondition;
use crate::service::{Answer, Call};
use crate::snapshot::Rate;
use crate::trace::{Loss, Place, What};
use crate::world::{Event, World};
use engine::{Key, Probability, Slab, Span, Stream, Time};
use protocol::{Channel, Parcel, Protocol};

/// A packet under way.
#[derive(Clone, Debug)]
pub(crate) struct Packet<M> {
    pub(crate) number: u64,
    pub(crate) channel: Channel,
    pub(crate) from: Place,
    pub(crate) to: Place,
    pub(crate) sent: Time,
    /// When its last bit has left for the wire.
    left: Time,
    pub(crate) due: Time,
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

/// One direction of a link.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    free_at: Time,
    /// Of the last packet of the ordered channels: replication, acknowledgement.
    last_arrival: [Time; 2],
    delay: Stream,
    loss: Stream,
    doubling: Stream,
    order: Stream,
    sent: [Rate; 4],
    pub(crate) last_second: [Rate; 4],
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

impl Link {
    fn new(seed: u64, id: u64) -> Link {
        Link {
            free_at: Time::ZERO,
            last_arrival: [Time::ZERO; 2],
            delay: Stream::named(seed, "link delay", id),
            loss: Stream::named(seed, "link loss", id),
            doubling: Stream::named(seed, "link doubling", id),
            order: Stream::named(seed, "link order", id),
            sent: Default::default(),
            last_second: Default::default(),
        }
    }

    /// How long a packet sent now waits for what was sent before it.
    pub(crate) fn backlog(&self, now: Time) -> Span {
        self.free_at - now
    }

    pub(crate) fn end_second(&mut self) {
        self.last_second = std::mem::take(&mut self.sent);
    }

    fn count(&mut self, channel: Channel, bytes: u32) {
        let rate = &mut self.sent[channel as usize];
        rate.packets += 1;
        rate.bytes += u64::from(bytes);
    }

    /// When a packet of this size sent now arrives.
    fn arrival(&mut self, now: Time, parcel: Parcel, config: &LinkConfig, condition: &LinkCondition) -> Time {
        let bandwidth = [config.bandwidth, condition.bandwidth].into_iter().flatten().min();
        let start = now.max(self.free_at);
        if let Some(bandwidth) = bandwidth {
            let nanos = u128::from(parcel.bytes) * 1_000_000_000 / u128::from(bandwidth.max(1));
            self.free_at = start + Span::from_nanos(nanos.min(u128::from(u64::MAX)) as u64);
        } else {
            self.free_at = start;
        }
        let jitter = config.jitter.sample(&mut self.delay).max(0.0);
        let delay = config.one_way.scale(jitter * condition.slowness) + condition.extra;
        let arrival = self.free_at + delay;
        let last = match parcel.channel {
            Channel::Replication => &mut self.last_arrival[0],
            Channel::Acknowledgement => &mut self.last_arrival[1],
            Channel::Client | Channel::Control => return arrival,
        };
        if happens(&mut self.order, config.reordering, condition.reordering) {
            return arrival;
        }
        *last = arrival.max(*last);
        *last
    }
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
        let condition = self.way_condition(from, to);
        let config = way_config(&self.config, from, to);
        let link = self.network.link_mut(from, to);
        link.count(channel, bytes);
        let due = link.arrival(self.now, parcel, config, &condition);
        let left = link.free_at;
        let lost = happens(&mut link.loss, config.loss, condition.loss);
        let doubled = happens(&mut link.doubling, config.duplication, condition.duplication);
        let again = doubled.then(|| link.arrival(self.now, parcel, config, &condition));
        let copy = again.map(|due| (due, body.clone()));
        self.network.last_packet += 1;
        let number = self.network.last_packet;
        let sent = self.emit(What::PacketSent { packet: number, channel, from, to, bytes, due });
        if cut(&condition, channel) || lost {
            let loss = if lost { Loss::Lossy } else { Loss::Cut };
            self.emit(What::PacketLost { packet: number, channel, from, to, loss });
            return;
        }
        let packet = |due, body| Packet { number, channel, from, to, sent: self.now, left, due, subject, body };
        let first = self.network.packets.insert(packet(due, body));
        let second = copy.map(|(due, body)| (due, self.network.packets.insert(packet(due, body))));
        self.plan_because(sent, due, Event::Packet(first));
        if let Some((due, key)) = second {
            self.plan_because(sent, due, Event::Packet(key));
        }
    }

    pub(crate) fn on_packet(&mut self, key: Key) {
        let Some(packet) = self.network.packets.get(key) else { return };
        if packet.due > self.now {
            // It was held up after it was sent: it comes later.
            let due = packet.due;
            self.plan_at(due, Event::Packet(key));
            return;
        }
        let Some(packet) = self.network.packets.remove(key) else { return };
        let Packet { number, channel, from, to, .. } = packet;
        let dark = matches!(to, Place::Region(region) if !self.conditions.regions[usize::from(region)].up);
        if dark || cut(&self.way_condition(from, to), channel) {
            let loss = if dark { Loss::Dark } else { Loss::Cut };
            self.emit(What::PacketLost { packet: number, channel, from, to, loss });
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
        let unsent = |packet: &Packet<P::Message>| packet.from == here && packet.left > now;
        let gone: Vec<Key> =
            self.network.packets.iter().filter(|(_, packet)| unsent(packet)).map(|(key, _)| key).collect();
        for key in gone {
            if let Some(Packet { number, channel, from, to, .. }) = self.network.packets.remove(key) {
                self.emit(What::PacketLost { packet: number, channel, from, to, loss: Loss::Dark });
            }
        }
        self.network.free_links_of(region, now);
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
                    packet.due += span;
                }
            }
            None => {
                if let Some(Packet { number, channel, from, to, .. }) = self.network.packets.remove(key) {
                    self.emit(What::PacketLost { packet: number, channel, from, to, loss: Loss::Dropped });
                }
            }
        }
    }

    fn way_condition(&self, from: Place, to: Place) -> LinkCondition {
        match (from, to) {
            (Place::Region(from), Place::Region(to)) => self.conditions.links[usize::from(from)][usize::from(to)],
            (Place::Region(region), Place::Users(_)) | (Place::Users(_), Place::Region(region)) => {
                let cut = self.conditions.regions[usize::from(region)].users_cut;
                LinkCondition { data_cut: cut, ..LinkCondition::GOOD }
            }
            (Place::Users(_), Place::Users(_)) => LinkCondition::GOOD,
        }
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

/// Whether a packet meets a fate that the link or a fault gives to a share of packets.
fn happens(stream: &mut Stream, own: Probability, fault: Probability) -> bool {
    let share = if fault == Probability::NEVER { own } else { own.or(fault) };
    share != Probability::NEVER && stream.chance(share)
}

/// Whether the conditions stop packets of this channel.
fn cut(condition: &LinkCondition, channel: Channel) -> bool {
    if channel == Channel::Control { condition.control_cut } else { condition.data_cut }
}
