//! One direction of a link: bandwidth, buffer, delay, jitter, order, loss.

use crate::config::LinkConfig;
use crate::fault::LinkCondition;
use crate::snapshot::Rate;
use engine::{Probability, Span, Stream, Time};
use protocol::{Channel, Parcel};

/// A packet's way through time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passage {
    /// When its last bit has left for the wire.
    pub(crate) left: Time,
    /// When it arrives.
    pub(crate) due: Time,
    /// How long it is on the wire, if it need not wait for another to arrive first.
    pub(crate) delay: Span,
    /// Whether it arrives in the order of sending.
    pub(crate) ordered: bool,
}

/// One direction of a link.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) free_at: Time,
    /// Of the last packet of the ordered channels: replication, acknowledgement.
    pub(crate) last_arrival: [Time; 2],
    delay: Stream,
    pub(crate) loss: Stream,
    pub(crate) doubling: Stream,
    order: Stream,
    sent: [Rate; 4],
    pub(crate) last_second: [Rate; 4],
}

impl Link {
    pub(crate) fn new(seed: u64, id: u64) -> Link {
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

    pub(crate) fn count(&mut self, channel: Channel, bytes: u32) {
        let rate = &mut self.sent[channel as usize];
        rate.packets += 1;
        rate.bytes += u64::from(bytes);
    }

    /// Whether the buffer is full: a packet finds room as long as what waits before it does not fill it.
    pub(crate) fn full(&self, now: Time, way: &Way) -> bool {
        let Some(bandwidth) = way.bandwidth() else { return false };
        scaled(self.backlog(now), bandwidth, 1_000_000_000).as_nanos() > way.config.buffer
    }

    /// Send a packet now.
    pub(crate) fn pass(&mut self, now: Time, parcel: Parcel, way: &Way) -> Passage {
        self.free_at = now.max(self.free_at);
        if let Some(bandwidth) = way.bandwidth() {
            self.free_at += scaled(Span::from_nanos(u64::from(parcel.bytes)), 1_000_000_000, bandwidth);
        }
        let mut delay = way.delay(way.config.jitter.sample(&mut self.delay).max(0.0));
        let mut ordered = is_ordered(parcel.channel);
        if ordered && happens(&mut self.order, way.config.reordering, way.condition.reordering) {
            // It takes another path, up to half as long again, on which others may overtake it.
            ordered = false;
            delay += way.delay(self.order.unit() / 2.0);
        }
        let left = self.free_at;
        Passage { left, due: self.arrival(parcel.channel, left + delay, ordered), delay, ordered }
    }

    /// When a packet arrives that would arrive at `at` if it were alone.
    pub(crate) fn arrival(&mut self, channel: Channel, at: Time, ordered: bool) -> Time {
        if !ordered {
            return at;
        }
        let last = &mut self.last_arrival[order_of(channel)];
        *last = at.max(*last);
        *last
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

    /// The delay of a packet for which this factor was drawn.
    pub(crate) fn delay(&self, jitter: f64) -> Span {
        self.config.one_way.scale(jitter * self.condition.slowness) + self.condition.extra
    }

    /// What a delay on this way would be under another condition.
    pub(crate) fn delay_under(&self, delay: Span, other: &LinkCondition) -> Span {
        (delay - self.condition.extra).scale(other.slowness / self.condition.slowness) + other.extra
    }
}

/// The place of an ordered channel among the ordered ones.
pub(crate) fn order_of(channel: Channel) -> usize {
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

/// Whether a packet meets a fate that the link or a fault gives to a share of packets.
pub(crate) fn happens(stream: &mut Stream, own: Probability, fault: Probability) -> bool {
    let share = if fault == Probability::NEVER { own } else { own.or(fault) };
    share != Probability::NEVER && stream.chance(share)
}

/// Whether the conditions stop packets of this channel.
pub(crate) fn cut(condition: &LinkCondition, channel: Channel) -> bool {
    if channel == Channel::Control { condition.control_cut } else { condition.data_cut }
}
