//! What goes from region to region, second by second.

use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Facts, Family, Record};
use crate::trace::network::Fact;
use engine::Time;
use protocol::Channel;

const FILTERS: &[Filter] = &[Filter::Region, Filter::To, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "bytes",
        title: "bytes between regions",
        unit: Unit::Bytes,
        filters: FILTERS,
        of: |record, query| Some(total(record, query, |link| link.bytes)),
    },
    Metric {
        id: "packets-lost",
        title: "packets lost between regions",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(total(record, query, |link| u64::from(link.lost))),
    },
];

/// What left over a link between two regions in one second, and packets lost on it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LinkSecond {
    bytes: u64,
    lost: u32,
}

/// Counts the second under way.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    regions: usize,
    /// By link: from × regions + to.
    links: Vec<LinkSecond>,
}

impl Links {
    fn link(&mut self, from: u16, to: u16) -> &mut LinkSecond {
        &mut self.links[usize::from(from) * self.regions + usize::from(to)]
    }
}

impl Family for Links {
    type Second = Vec<LinkSecond>;

    fn new(facts: &Facts) -> Links {
        Links { regions: facts.regions, links: vec![LinkSecond::default(); facts.regions * facts.regions] }
    }

    fn network(&mut self, _: Time, fact: &Fact) {
        match *fact {
            Fact::LinkGauge { from, to, bytes } => self.link(from, to).bytes += bytes,
            // A probe into a dead region is the control plane at work, not data lost.
            Fact::PacketLost { channel, from, to, .. } if channel != Channel::Control => {
                if let (Some(from), Some(to)) = (from.as_region(), to.as_region()) {
                    self.link(from, to).lost += 1;
                }
            }
            _ => {}
        }
    }

    fn end_second(&mut self) -> Vec<LinkSecond> {
        let links = self.links.len();
        std::mem::replace(&mut self.links, vec![LinkSecond::default(); links])
    }
}

fn total(record: &dyn Record, query: &Query, number: fn(&LinkSecond) -> u64) -> f64 {
    let Facts { regions, zones_of, .. } = record.facts();
    // What goes from zone to zone leaves no region; who asks for two zones means the way between them.
    let is_between =
        |from: usize, to: usize| zones_of[from] != zones_of[to] || (query.region.is_some() && query.to.is_some());
    let all = query.seconds::<Links>(record).iter().flat_map(|second| second.iter().enumerate());
    let wanted = all.filter(|(link, _)| {
        let (from, to) = (link / regions, link % regions);
        from != to
            && is_between(from, to)
            && query.region.is_none_or(|region| usize::from(region) == from)
            && query.to.is_none_or(|wanted| usize::from(wanted) == to)
    });
    wanted.map(|(_, link)| number(link)).sum::<u64>() as f64
}
