//! One direction of a link: bandwidth, buffer, delay, jitter, order, loss.

use crate::config::LinkConfig;
use crate::kernel::conditions::LinkCondition;
use engine::{Probability, Span, Stream, Streams, Time};
use protocol::{Channel, Parcel};
use serde::{Deserialize, Serialize};

/// Traffic over the last whole second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Packets.
    pub packets: u32,
    /// Bytes.
    pub bytes: u64,
}

/// A packet's way through time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passage {
    /// When its last bit has left for the wire.
    pub(crate) left: Time,
    /// When it arrives.
    pub(crate) due: Time,
    /// How long it is on the wire, if it need not wait for another to arrive first.
    pub(crate) delay: Span,
    /// How long a person holds it up beside that.
    pub(crate) held: Span,
    drawn: Drawn,
}

/// What chance made of a packet: its delay under any condition follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawn {
    /// Factor on the link's own delay.
    jitter: f64,
    /// Factor on the whole delay: it takes another path, on which others may overtake it.
    longer: Option<f64>,
}

/// One direction of a link.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) free_at: Time,
    /// Of the last packet of the ordered channels: replication, acknowledgement.
    last_arrival: [Time; 2],
    /// Numbers of the last packets of the ordered channels that arrived.
    arrived: [u64; 2],
    /// What chance makes of each packet, by channel and number: one packet more on another channel, or one lost, shifts nothing.
    fates: Streams,
    /// Bytes taken on and not yet counted as gone.
    taken: u64,
    sent: [Rate; 4],
    /// Packets ever sent, by channel.
    numbers: [u64; 4],
    pub(crate) last_second: [Rate; 4],
}

impl Link {
    /// One that lies idle; its packets meet the fates of these streams.
    pub(crate) fn new(fates: Streams) -> Link {
        Link {
            free_at: Time::ZERO,
            last_arrival: [Time::ZERO; 2],
            arrived: [0; 2],
            fates,
            taken: 0,
            sent: Default::default(),
            numbers: [0; 4],
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

    /// The number, from 1, of a packet sent now among those of its channel on this way.
    pub(crate) fn number(&mut self, channel: Channel) -> u64 {
        let number = &mut self.numbers[channel as usize];
        *number += 1;
        *number
    }

    /// What chance makes of the packet of this number.
    pub(crate) fn fate(&self, channel: Channel, number: u64) -> Stream {
        self.fates.nth(number << 2 | channel as u64)
    }

    /// Bytes in front of the link, which have not left.
    fn waiting(&self, now: Time, way: &Way) -> u64 {
        let Some(bandwidth) = way.bandwidth() else { return 0 };
        scaled(self.backlog(now), bandwidth, 1_000_000_000).as_nanos()
    }

    /// Whether the buffer is full: a packet finds room as long as what waits before it does not fill it.
    pub(crate) fn full(&self, now: Time, way: &Way) -> bool {
        self.waiting(now, way) > way.config.buffer
    }

    /// Bytes that have left for the wire since this was last asked.
    pub(crate) fn gone(&mut self, now: Time, way: &Way) -> u64 {
        let waiting = self.waiting(now, way);
        let gone = self.taken.saturating_sub(waiting);
        self.taken = waiting;
        gone
    }

    /// What waits never leaves, and the link is free.
    pub(crate) fn discard(&mut self, now: Time, way: &Way) {
        self.taken = self.taken.saturating_sub(self.waiting(now, way));
        self.free_at = self.free_at.min(now);
    }

    /// A packet of so many bytes that was to have left by then is taken out: what of it has not left never does. Returns how much
    /// sooner those behind it leave.
    pub(crate) fn give_back(&mut self, now: Time, left: Time, bytes: u64, way: &Way) -> Span {
        let (freed, waiting) = (way.takes(bytes).min(left - now), self.waiting(now, way));
        self.free_at = self.free_at - freed;
        self.taken = self.taken.saturating_sub(waiting - self.waiting(now, way));
        freed
    }

    /// Send a packet now; it has yet to [line up](Link::line_up).
    pub(crate) fn pass(&mut self, now: Time, parcel: Parcel, way: &Way, fate: &mut Stream) -> Passage {
        let rate = &mut self.sent[parcel.channel as usize];
        rate.packets += 1;
        rate.bytes += parcel.bytes;
        self.taken += parcel.bytes;
        self.free_at = now.max(self.free_at);
        self.free_at += way.takes(parcel.bytes);
        let astray = happens(fate, way.config.reordering, way.condition.reordering) && is_ordered(parcel.channel);
        // Up to half as long again.
        let longer = 1.0 + fate.unit() / 2.0;
        let jitter = way.config.jitter.sample(fate).max(0.0);
        let drawn = Drawn { jitter, longer: astray.then_some(longer) };
        let (left, delay) = (self.free_at, way.delay(drawn));
        Passage { left, due: left + delay, delay, held: Span::ZERO, drawn }
    }

    /// Forget which arrivals the ordered channels wait for: what is under way lines up anew, in the order of sending.
    pub(crate) fn break_ranks(&mut self, now: Time) {
        self.last_arrival = [now; 2];
    }

    /// Let a packet arrive as soon as it can, after those sent before it if it keeps the order.
    pub(crate) fn line_up(&mut self, channel: Channel, passage: &mut Passage) {
        passage.due = passage.left + passage.delay + passage.held;
        if passage.keeps_order(channel) {
            let last = &mut self.last_arrival[order_of(channel)];
            *last = passage.due.max(*last);
            passage.due = *last;
        }
    }

    /// A packet that keeps the order arrives.
    pub(crate) fn arrive(&mut self, channel: Channel, number: u64) {
        let last = &mut self.arrived[order_of(channel)];
        debug_assert!(number >= *last, "packet {number} of an ordered channel arrives after packet {last}");
        *last = number;
    }
}

impl Passage {
    /// Whether it arrives in the order of sending.
    pub(crate) fn keeps_order(&self, channel: Channel) -> bool {
        is_ordered(channel) && self.drawn.longer.is_none()
    }

    /// It has not left yet, and goes on under other conditions: it leaves then.
    pub(crate) fn change(&mut self, left: Time, way: &Way) {
        self.left = left;
        self.delay = way.delay(self.drawn);
    }
}

/// The way a packet takes, as it is now.
pub(crate) struct Way<'a> {
    pub(crate) config: &'a LinkConfig,
    pub(crate) condition: &'a LinkCondition,
}

impl Way<'_> {
    /// Bytes per second, at least 1; `None` is unlimited.
    pub(crate) fn bandwidth(&self) -> Option<u64> {
        match (self.config.bandwidth, self.condition.bandwidth) {
            (None, None) => None,
            (own, left) => Some(own.unwrap_or(u64::MAX).min(left.unwrap_or(u64::MAX)).max(1)),
        }
    }

    /// How long so many bytes keep the link busy.
    fn takes(&self, bytes: u64) -> Span {
        let bandwidth = self.bandwidth();
        bandwidth.map_or(Span::ZERO, |wide| scaled(Span::from_nanos(bytes), 1_000_000_000, wide))
    }

    /// The delay of a packet for which this was drawn.
    fn delay(&self, drawn: Drawn) -> Span {
        let straight = self.config.one_way.scale(drawn.jitter * self.condition.slowness) + self.condition.extra;
        drawn.longer.map_or(straight, |longer| straight.scale(longer))
    }

    /// The delay without jitter.
    pub(crate) fn plain_delay(&self) -> Span {
        self.delay(Drawn { jitter: 1.0, longer: None })
    }
}

/// The place of an ordered channel among the ordered ones.
fn order_of(channel: Channel) -> usize {
    usize::from(channel == Channel::Acknowledgement)
}

/// Whether packets of this channel arrive in the order they were sent.
fn is_ordered(channel: Channel) -> bool {
    matches!(channel, Channel::Replication | Channel::Acknowledgement)
}

/// `span × factor ÷ divisor`, exact but for the last nanosecond.
pub(crate) fn scaled(span: Span, factor: u64, divisor: u64) -> Span {
    let nanos = u128::from(span.as_nanos()) * u128::from(factor) / u128::from(divisor.max(1));
    Span::from_nanos(nanos.min(u128::from(u64::MAX)) as u64)
}

/// Whether a packet meets a fate that the link or a fault gives to a share of packets. Always one draw.
pub(crate) fn happens(stream: &mut Stream, own: Probability, fault: Probability) -> bool {
    stream.chance(if fault == Probability::NEVER { own } else { own.or(fault) })
}

/// Whether the conditions stop packets of this channel.
pub(crate) fn cut(condition: &LinkCondition, channel: Channel) -> bool {
    if channel == Channel::Control { condition.control_cut } else { condition.data_cut }
}
