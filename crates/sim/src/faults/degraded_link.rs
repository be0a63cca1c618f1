//! F3, F21: a link that works, badly.

use super::fault::{Fault, FaultInfo};
use crate::kernel::conditions::{Conditions, LinkCondition};
use engine::{Probability, Span};
use serde::{Deserialize, Serialize};
use settings::{Fallback, Fields, Setting, Value, Values};

/// While it lasts the link is slower, narrower, lossy, doubling or reordering.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DegradedLink {
    /// The region at one end: itself, or all its zones.
    pub from: Vec<u16>,
    /// The region at the other end.
    pub to: Vec<u16>,
    /// Whether only traffic from `from` to `to` suffers.
    pub one_way: bool,
    /// Factor on the delay, above 0.
    pub slowness: f64,
    /// Added to the delay of each way.
    pub extra: Span,
    /// Share of packets lost.
    pub loss: Probability,
    /// Share of packets doubled.
    pub duplication: Probability,
    /// Share of packets that may be overtaken.
    pub reordering: Probability,
    /// Bytes per second that still pass; `None` leaves the link's own.
    pub bandwidth: Option<u64>,
}

impl Fault for DegradedLink {
    const INFO: FaultInfo = FaultInfo {
        id: "degraded-link",
        meaning: "a link is slow, narrow, lossy, doubling or reordering",
        covers: "F3, F21",
        settings: &[
            Setting::new("from", "region", Fallback::Required, "one end"),
            Setting::new("to", "region", Fallback::Required, "the other end"),
            Setting::new("one-way", "true or false", Fallback::Value("false"), "whether only the way to `to` suffers"),
            Setting::new("slowness", "factor", Fallback::Value("1x"), "on the delay"),
            Setting::new(
                "extra",
                "time",
                Fallback::Value("0ms"),
                "added to the delay of each way, so twice to a round trip",
            ),
            Setting::new("loss", "share", Fallback::Value("0%"), "packets lost"),
            Setting::new("duplication", "share", Fallback::Value("0%"), "packets delivered twice"),
            Setting::new("reordering", "share", Fallback::Value("0%"), "packets that may be overtaken"),
            Setting::new("bandwidth", "bandwidth", Fallback::Otherwise("as without the fault"), "that is left"),
        ],
    };

    fn read(fields: &dyn Fields) -> Option<Self> {
        // Both ends are read before either is missed, so that both problems are noted.
        let (from, to) = (fields.sites("from"), fields.sites("to"));
        let link = DegradedLink {
            from: from?,
            to: to?,
            one_way: fields.flag("one-way"),
            slowness: fields.factor("slowness"),
            extra: fields.span("extra"),
            loss: fields.share("loss"),
            duplication: fields.share("duplication"),
            reordering: fields.share("reordering"),
            bandwidth: fields.bandwidth("bandwidth"),
        };
        if link.from.iter().any(|site| link.to.contains(site)) {
            fields.problem("to", "both ends are the same region", "a link joins two");
        }
        Some(link)
    }

    fn values(&self) -> Values {
        let bandwidth = self.bandwidth.map(|bytes| ("bandwidth", Value::Bandwidth(bytes)));
        let others = [
            ("from", Value::Sites(self.from.clone())),
            ("to", Value::Sites(self.to.clone())),
            ("one-way", Value::Flag(self.one_way)),
            ("slowness", Value::Factor(self.slowness)),
            ("extra", Value::Span(self.extra)),
            ("loss", Value::Share(self.loss)),
            ("duplication", Value::Share(self.duplication)),
            ("reordering", Value::Share(self.reordering)),
        ];
        others.into_iter().chain(bandwidth).collect()
    }

    fn apply(&self, conditions: &mut Conditions) {
        let pairs = self.from.iter().flat_map(|from| self.to.iter().map(|to| (usize::from(*from), usize::from(*to))));
        for (from, to) in pairs {
            self.degrade(&mut conditions.links[from][to]);
            if !self.one_way {
                self.degrade(&mut conditions.links[to][from]);
            }
        }
    }

    fn regions(&self) -> Vec<u16> {
        [self.from.as_slice(), &self.to].concat()
    }

    fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String {
        let way = if self.one_way { "to" } else { "and" };
        format!("link of {} {way} {} degraded", name(&self.from), name(&self.to))
    }
}

impl DegradedLink {
    fn degrade(&self, link: &mut LinkCondition) {
        link.slowness *= self.slowness;
        link.extra += self.extra;
        link.loss = link.loss.or(self.loss);
        link.duplication = link.duplication.or(self.duplication);
        link.reordering = link.reordering.or(self.reordering);
        link.bandwidth = [link.bandwidth, self.bandwidth].into_iter().flatten().min();
    }
}
