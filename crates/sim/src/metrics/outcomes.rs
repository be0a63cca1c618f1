//! Counts and latencies by the second, population, answering region, dataset and kind; gauges of regions and streams.

use super::ledger::Ledger;
use super::{Facts, SLOW, latency};
use crate::trace::{
    Ending, ErrorKind, OperationInfo, OperationKind, Place, TraceEvent, What, data, network, services, users,
};
use engine::{Span, Time};
use protocol::{Channel, Fact, Version};

/// Stands for "no region": operations are offered before anyone knows who will answer.
pub(crate) const NOWHERE: u16 = u16::MAX;

/// Kinds of operations.
const KINDS: usize = 3;

/// What operations have in common that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Series {
    pub(crate) population: u16,
    pub(crate) region: u16,
    pub(crate) dataset: Option<u16>,
    pub(crate) kind: OperationKind,
}

/// One second of a series.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) offered: u32,
    pub(crate) succeeded: u32,
    pub(crate) slow: u32,
    pub(crate) stale: u32,
    pub(crate) retries: u32,
    /// Seldom any, so that most seconds need no room for them.
    pub(crate) failures: Option<Box<Failures>>,
    /// Codes of the latencies of the operations that succeeded, ascending once the second is over.
    pub(crate) latencies: Vec<u16>,
    pub(crate) sum: Span,
    pub(crate) shortest: Option<Span>,
    pub(crate) longest: Span,
    /// When the first operation succeeded after the last failure of this second.
    pub(crate) succeeds_since: Option<Time>,
}

/// The operations of a series that failed in one second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failures {
    /// By kind of error, in the order of [`ErrorKind::ALL`].
    errors: [u32; ErrorKind::ALL.len()],
    /// When the earliest of them had begun.
    pub(crate) since: Time,
    /// When the last of them failed.
    pub(crate) last: Time,
}

/// One second of a region.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RegionCounts {
    pub(crate) queue: u32,
    pub(crate) busy_permille: u16,
    pub(crate) served: u32,
    pub(crate) rejected: u32,
}

/// One second of a stream, at its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamGauge {
    pub(crate) dataset: u16,
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) entries: u64,
    pub(crate) bytes: u64,
    pub(crate) lag: Span,
}

/// What left over a link between two regions in one second, and packets lost on it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LinkCounts {
    pub(crate) bytes: u64,
    pub(crate) lost: u32,
}

/// One second of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Second {
    pub(crate) series: Vec<(Series, Counts)>,
    pub(crate) regions: Vec<RegionCounts>,
    pub(crate) streams: Vec<StreamGauge>,
    /// By link: from × regions + to.
    pub(crate) links: Vec<LinkCounts>,
    /// By dataset: most replicas that led at the same time.
    pub(crate) leaders: Vec<u8>,
    /// By dataset: writes acknowledged by an outdated leader, writes found to be executed twice, refusals by fencing.
    pub(crate) outdated: Vec<u32>,
    pub(crate) doubled: Vec<u32>,
    pub(crate) fenced: Vec<u32>,
}

/// Counts the second under way.
#[derive(Clone, Debug)]
pub(crate) struct Outcomes {
    datasets: usize,
    /// In the order in which they occurred in this second.
    series: Vec<(Series, Counts)>,
    /// Where each series that there can be stands in `series`, counted from 1; 0 if it has not occurred.
    places: Vec<u32>,
    regions: Vec<RegionCounts>,
    streams: Vec<StreamGauge>,
    /// By link: from × regions + to.
    links: Vec<LinkCounts>,
    fenced: Vec<u32>,
    /// By slot: the latest version of its key that was acknowledged when an operation under way began.
    expected: Vec<Version>,
}

impl Outcomes {
    pub(crate) fn new(facts: &Facts) -> Outcomes {
        Outcomes {
            datasets: facts.placement.len(),
            series: Vec::new(),
            places: vec![0; facts.populations * (facts.regions + 1) * (facts.placement.len() + 1) * KINDS],
            regions: vec![RegionCounts::default(); facts.regions],
            streams: Vec::new(),
            links: vec![LinkCounts::default(); facts.regions * facts.regions],
            fenced: vec![0; facts.placement.len()],
            expected: Vec::new(),
        }
    }

    /// About how many bytes a clone takes.
    pub(crate) fn weight(&self) -> usize {
        self.places.len() * size_of::<u32>() + self.expected.len() * size_of::<Version>()
    }

    pub(crate) fn on_event(&mut self, event: &TraceEvent, ledger: &mut Ledger) {
        match &event.what {
            What::Users(users::Fact::OperationStarted(info)) => self.on_started(info, ledger),
            What::Users(users::Fact::AttemptSent { attempt, population, region, .. }) if *attempt > 1 => {
                let series =
                    Series { population: *population, region: *region, dataset: None, kind: OperationKind::Call };
                self.counts(series).retries += 1;
            }
            What::Users(users::Fact::OperationEnded(info, ending)) => self.on_ended(event.at, info, ending),
            What::Services(services::Fact::Served { region, .. }) => self.regions[usize::from(*region)].served += 1,
            What::Services(services::Fact::Rejected { region, .. }) => self.regions[usize::from(*region)].rejected += 1,
            What::Services(services::Fact::RegionGauge { region, queue, busy_permille }) => {
                let counts = &mut self.regions[usize::from(*region)];
                counts.queue = *queue;
                counts.busy_permille = *busy_permille;
            }
            What::Data(data::Fact::StreamGauge { dataset, from, to, entries, bytes, lag }) => {
                let (dataset, from, to) = (*dataset, *from, *to);
                self.streams.push(StreamGauge { dataset, from, to, entries: *entries, bytes: *bytes, lag: *lag });
            }
            What::Network(network::Fact::LinkGauge { from, to, bytes }) => self.link(*from, *to).bytes += bytes,
            // A probe into a dead region is the control plane at work, not data lost.
            What::Network(network::Fact::PacketLost {
                channel,
                from: Place::Region(from),
                to: Place::Region(to),
                ..
            }) if *channel != Channel::Control => {
                self.link(*from, *to).lost += 1;
            }
            What::Data(data::Fact::Replica { dataset, fact: Fact::Fenced { .. }, .. }) => {
                self.fenced[usize::from(*dataset)] += 1
            }
            _ => {}
        }
    }

    fn link(&mut self, from: u16, to: u16) -> &mut LinkCounts {
        &mut self.links[usize::from(from) * self.regions.len() + usize::from(to)]
    }

    /// The counts of a series in this second.
    fn counts(&mut self, series: Series) -> &mut Counts {
        let regions = self.regions.len();
        let region = if series.region == NOWHERE { regions } else { usize::from(series.region) };
        let dataset = series.dataset.map_or(self.datasets, usize::from);
        let users = usize::from(series.population) * (regions + 1) + region;
        let place = &mut self.places[(users * (self.datasets + 1) + dataset) * KINDS + series.kind as usize];
        if *place == 0 {
            self.series.push((series, Counts::default()));
            *place = self.series.len() as u32;
        }
        &mut self.series[*place as usize - 1].1
    }

    fn on_started(&mut self, info: &OperationInfo, ledger: &Ledger) {
        let slot = info.slot as usize;
        if self.expected.len() <= slot {
            self.expected.resize(slot + 1, Version::NONE);
        }
        self.expected[slot] = info.dataset.map_or(Version::NONE, |dataset| ledger.latest(dataset, info.key));
        let series = Series { population: info.population, region: NOWHERE, dataset: info.dataset, kind: info.kind };
        self.counts(series).offered += 1;
    }

    fn on_ended(&mut self, at: Time, info: &OperationInfo, ending: &Ending) {
        let series =
            Series { population: info.population, region: ending.region, dataset: info.dataset, kind: info.kind };
        let stale = info.kind == OperationKind::Read && ending.version < self.expected[info.slot as usize];
        let counts = self.counts(series);
        if let Some(error) = ending.error {
            let none = || Box::new(Failures { errors: Default::default(), since: info.invoked, last: at });
            let failures = counts.failures.get_or_insert_with(none);
            failures.errors[error as usize] += 1;
            failures.since = failures.since.min(info.invoked);
            failures.last = at;
            counts.succeeds_since = None;
            return;
        }
        let latency = at - info.invoked;
        counts.succeeded += 1;
        counts.succeeds_since.get_or_insert(at);
        counts.latencies.push(latency::code(latency));
        counts.sum += latency;
        counts.shortest = Some(counts.shortest.map_or(latency, |shortest| shortest.min(latency)));
        counts.longest = counts.longest.max(latency);
        counts.stale += u32::from(stale);
        counts.slow += u32::from(!stale && latency >= SLOW);
    }

    /// Hand the second over and begin the next.
    pub(crate) fn end_second(&mut self, ledger: &mut Ledger) -> Second {
        let mut series = std::mem::take(&mut self.series);
        self.places.fill(0);
        series.sort_unstable_by_key(|(series, _)| *series);
        for (_, counts) in &mut series {
            counts.latencies.sort_unstable();
            // From here on they are only kept.
            counts.latencies.shrink_to_fit();
        }
        series.shrink_to_fit();
        let regions = self.regions.clone();
        let links = self.links.len();
        for region in &mut self.regions {
            region.served = 0;
            region.rejected = 0;
        }
        let (leaders, outdated, doubled) = ledger.end_second();
        Second {
            series,
            regions,
            streams: std::mem::take(&mut self.streams),
            links: std::mem::replace(&mut self.links, vec![LinkCounts::default(); links]),
            leaders,
            outdated,
            doubled,
            fenced: std::mem::replace(&mut self.fenced, vec![0; self.datasets]),
        }
    }
}

impl Counts {
    /// Operations that ended in an error.
    pub(crate) fn failed(&self) -> u32 {
        self.failures.as_ref().map_or(0, |failures| failures.errors.iter().sum())
    }

    /// Operations that ended in this error.
    pub(crate) fn errors(&self, kind: ErrorKind) -> u32 {
        self.failures.as_ref().map_or(0, |failures| failures.errors[kind as usize])
    }
}
