//! `[links]` and `[[link]]`: what may be set of links, beside how long they are.

use engine::{Distribution, Probability, Span};
use settings::{Fallback, Fallback::Otherwise, Fallback::Value, Fields, Setting};

/// One direction of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkConfig {
    /// Delay without jitter: half the measured round trip.
    pub one_way: Span,
    /// Whether the delay was estimated from the distance because nobody measured it.
    pub estimated: bool,
    /// Factor on the delay, drawn per packet; `Constant(1.0)` is no jitter.
    pub jitter: Distribution,
    /// Bytes per second; `None` is unlimited.
    pub bandwidth: Option<u64>,
    /// Bytes that may wait for a link of limited bandwidth; while more wait, what is sent is dropped.
    pub buffer: u64,
    /// Share of packets lost.
    pub loss: Probability,
    /// Share of packets delivered twice.
    pub duplication: Probability,
    /// Share of packets that take a longer path, by up to half, and may be overtaken; the others of a replication stream
    /// arrive in the order they were sent.
    pub reordering: Probability,
}

impl LinkConfig {
    /// What may be set of every link between regions.
    pub const OF_EVERY: &'static [Setting] = &[
        Setting::new("bandwidth", "bandwidth", Otherwise("unlimited"), "of every link between regions"),
        Setting::new("buffer", "bytes", Value("1.5MB"), "that may wait for a narrow link; more is dropped")
            .from(BUFFER),
        Setting::new("loss", "share", NEVER, "packets lost between regions"),
        Setting::new("duplication", "share", NEVER, "packets delivered twice between regions"),
        Setting::new("reordering", "share", NEVER, "packets that may be overtaken between regions"),
    ];

    /// What may be set of a single one.
    pub const OF_ONE: &'static [Setting] = &[
        Setting::new("bandwidth", "bandwidth", AS_FOR_ALL, "bytes that fit through"),
        Setting::new("buffer", "bytes", AS_FOR_ALL, "that may wait for it; more is dropped"),
        Setting::new("loss", "share", AS_FOR_ALL, "packets lost"),
        Setting::new("duplication", "share", AS_FOR_ALL, "packets delivered twice"),
        Setting::new("reordering", "share", AS_FOR_ALL, "packets that may be overtaken"),
    ];

    /// A link that varies as it is told to, holds everything and loses nothing.
    pub fn of(one_way: Span, estimated: bool, jitter: Distribution) -> LinkConfig {
        let never = Probability::NEVER;
        LinkConfig {
            one_way,
            estimated,
            jitter,
            bandwidth: None,
            buffer: 0,
            loss: never,
            duplication: never,
            reordering: never,
        }
    }
}

const NEVER: Fallback = Value("0%");
const AS_FOR_ALL: Fallback = Otherwise("as for all links");
const BUFFER: &str = "a Linux interface's default queue: txqueuelen, 1000 packets, of 1500 bytes";

/// What is set of links: what is `None` stays as it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkSettings {
    bandwidth: Option<u64>,
    buffer: Option<u64>,
    loss: Option<Probability>,
    duplication: Option<Probability>,
    reordering: Option<Probability>,
}

impl LinkSettings {
    /// Read what is set, of every link or of one.
    pub fn read(fields: &dyn Fields) -> LinkSettings {
        let share = |key| fields.holds(key).then(|| fields.share(key));
        LinkSettings {
            bandwidth: fields.bandwidth("bandwidth"),
            buffer: fields.holds("buffer").then(|| fields.bytes("buffer").into()),
            loss: share("loss"),
            duplication: share("duplication"),
            reordering: share("reordering"),
        }
    }

    /// Bytes that may wait, where they are set.
    pub fn buffer(&self) -> Option<u64> {
        self.buffer
    }

    /// Change a link.
    pub fn apply(&self, link: &mut LinkConfig) {
        link.bandwidth = self.bandwidth.or(link.bandwidth);
        link.buffer = self.buffer.unwrap_or(link.buffer);
        link.loss = self.loss.unwrap_or(link.loss);
        link.duplication = self.duplication.unwrap_or(link.duplication);
        link.reordering = self.reordering.unwrap_or(link.reordering);
    }
}
