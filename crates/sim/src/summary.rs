//! What a run has to say for itself, as plain data: charts by the second, marks on the time axis, verdicts, lost writes.

use crate::config::Config;
use crate::duration::duration;
use crate::trace::OperationKind;
use engine::{Span, Time};
use protocol::Property;
use serde::{Deserialize, Serialize};

/// One second of a run, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SecondSummary {
    /// Which second, from 0.
    pub second: u32,
    /// The first bytes of the digest at its end.
    pub digest: [u8; 4],
    /// By population.
    pub populations: Vec<PopulationSecond>,
    /// By region.
    pub regions: Vec<RegionSecond>,
    /// The replication streams that carried anything or lag, by dataset, from, to.
    pub streams: Vec<StreamSecond>,
}

/// What a population saw in one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PopulationSecond {
    /// Operations started.
    pub offered: u32,
    /// Ended well and quickly.
    pub fresh: u32,
    /// Ended well, later than [`crate::metrics::SLOW`].
    pub slow: u32,
    /// Ended with a value older than the latest acknowledged.
    pub stale: u32,
    /// Answered with a no: the value did not take the change.
    pub declined: u32,
    /// Refused or failed.
    pub refused: u32,
    /// Timed out.
    pub timed_out: u32,
    /// Under way for longer than [`crate::metrics::LONG`] at the end of the second.
    pub waiting: u32,
    /// Of those: the ones that were not at the end of the second before.
    pub late: u32,
    /// Attempts beyond the first.
    pub retries: u32,
    /// Latency of the operations that ended well: median, milliseconds; 0 when none did.
    pub p50: f32,
    /// 99th percentile, milliseconds.
    pub p99: f32,
    /// 99.9th percentile, milliseconds.
    pub p999: f32,
}

/// A region in one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RegionSecond {
    /// Requests waiting at the end of the second.
    pub queue: u32,
    /// Share of worker time used, 0 to 1.
    pub utilisation: f32,
    /// Requests served.
    pub served: u32,
    /// Requests refused.
    pub rejected: u32,
}

/// A replication stream at the end of one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamSecond {
    /// The dataset.
    pub dataset: u16,
    /// The leader's region.
    pub from: u16,
    /// The follower's region.
    pub to: u16,
    /// Entries not acknowledged.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Age of the oldest, milliseconds.
    pub lag: f32,
}

/// Where on the timeline a mark belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lane {
    /// A fault: a bar from its beginning to its end.
    Fault,
    /// A decision of the control plane or a person: a flag.
    Decision,
    /// A verdict: a diamond.
    Verdict,
}

/// A notable moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    pub at: Time,
    /// When it ended, for faults that have; the last time, for what happened several times.
    pub until: Option<Time>,
    /// Where it is drawn.
    pub lane: Lane,
    /// What happened, in words.
    pub title: String,
    /// The number of the trace event.
    pub event: u64,
    /// For a fault, its number.
    pub fault: Option<u32>,
    /// The regions concerned.
    pub regions: Vec<u16>,
    /// How much it matters beside others of its moment, 0 to 3.
    pub weight: u8,
    /// How often it happened: more than once where the same came again and nothing weightier between; then `until` is the last time.
    pub times: u32,
    /// For a verdict, what it is about.
    pub verdict: Option<VerdictMark>,
}

/// What the mark of a verdict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictMark {
    /// The dataset.
    pub dataset: u16,
    /// What was judged.
    pub property: Property,
    /// Whether that was promised.
    pub broken: bool,
}

/// A moment of a run in words, to the millisecond: `1:05.250`, `13:24:12.714`.
pub fn moment(at: Time) -> String {
    at.clock(3)
}

/// Where an acknowledged write is. It is lost unless it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WriteState {
    /// On the log of the latest leadership, in a region with power.
    Served,
    /// Only on logs that parted from the one of the latest leadership: no client can ever get it again, unless the holder of such
    /// a log is made the leader.
    Orphaned,
    /// On the log of the latest leadership, but only in regions without power: it is back when one of them is.
    Dark,
    /// On no disk.
    Gone,
}

impl WriteState {
    /// The state in a word.
    pub const fn name(self) -> &'static str {
        match self {
            WriteState::Served => "served",
            WriteState::Orphaned => "orphaned",
            WriteState::Dark => "dark",
            WriteState::Gone => "gone",
        }
    }

    /// Where a write is as far as the run is computed, as the end of a sentence about it, with the names of the regions whose disk holds it.
    pub fn words(self, holders: &[String]) -> String {
        let holders = holders.join(", ");
        match self {
            WriteState::Served => format!("served by {holders}"),
            WriteState::Orphaned => format!("orphaned: only on the log of {holders}, which nobody follows"),
            WriteState::Dark => format!("dark: only on the disk of {holders}, without power"),
            WriteState::Gone => "by now gone from every disk".to_owned(),
        }
    }
}

/// An acknowledged write that is lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LostWrite {
    /// The dataset.
    pub dataset: u16,
    /// The write.
    pub write: u64,
    /// Its key.
    pub key: u32,
    /// Who wrote it.
    pub population: u16,
    /// The region whose replica acknowledged it.
    pub region: u16,
    /// When the client had the acknowledgement.
    pub acknowledged: Time,
    /// Since when it is not served: when the last replica with power that held it went dark or gave it up, or another log was
    /// made the one to follow.
    pub lost: Time,
    /// The number of the trace event that made it so.
    pub event: u64,
    /// Where it is.
    pub state: WriteState,
    /// The regions whose disk holds it, ascending.
    pub holders: Vec<u16>,
}

/// Acknowledged writes that are lost although every replica had held them. They are counted, not listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LostRange {
    /// The dataset.
    pub dataset: u16,
    /// Who wrote them.
    pub population: u16,
    /// How many.
    pub writes: u32,
    /// When the first of them was acknowledged.
    pub first: Time,
    /// When the last of them was acknowledged.
    pub last: Time,
    /// Since when they are not served: when the last replica with power that held them went dark.
    pub lost: Time,
    /// The number of the trace event that made it so.
    pub event: u64,
    /// Where they are.
    pub state: WriteState,
    /// The regions whose disk holds them, ascending.
    pub holders: Vec<u16>,
}

/// An outage and its end, as one population saw it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recovery {
    /// Who saw it.
    pub population: u16,
    /// The dataset; none for calls.
    pub dataset: Option<u16>,
    /// What went missing: calls, reads or writes.
    pub kind: OperationKind,
    /// When the first operation began that was not served: that failed, or had no answer in five seconds.
    pub failed: Time,
    /// When the dataset's leader, a region where they failed, or else one for whose copy they wait, was judged unhealthy, if it was: detection. Before
    /// `failed` if it still was so then.
    pub detected: Option<Time>,
    /// The first answer from which on those that began were served for five seconds; the recovery time is this less `failed`.
    pub recovered: Option<Time>,
    /// Where that is still open: the first answer from which on those that began were served for as much of five seconds as is computed.
    pub succeeds: Option<Time>,
    /// The number of the event of that success; 0 if there was none.
    pub success: u64,
    /// Where nobody was served again, and nobody has asked for long: after which second.
    pub last_asked: Option<Time>,
    /// In so many whole seconds of it nobody asked, for the first time or again, counting pauses of five seconds and more.
    pub unasked: u32,
}

impl Recovery {
    /// The recovery time, if it recovered.
    pub fn rto(&self) -> Option<Span> {
        self.recovered.map(|at| at - self.failed)
    }

    /// When it was noticed, from its beginning on: `7 s`, `known before`, `not detected`.
    pub fn noticed(&self) -> String {
        match self.detected {
            None => "not detected".to_owned(),
            Some(at) if at < self.failed => "known before".to_owned(),
            Some(at) => duration((at - self.failed).as_secs_f64()),
        }
    }

    /// In so many seconds of it nobody asked, where there was a pause that is worth a word.
    pub fn long_unasked(&self) -> Option<u32> {
        (self.unasked > 0).then_some(self.unasked)
    }

    /// From when to when it lasted, as far as that is known where so much of the run is computed.
    pub fn words(&self, computed: Time) -> String {
        let end = match (self.rto(), self.recovered.or(self.succeeds)) {
            (Some(rto), Some(again)) => {
                let unasked = self.long_unasked().map(|long| format!(", in {long} s of which nobody asked"));
                let unasked = unasked.unwrap_or_default();
                format!("served again at {}, after {}{unasked}", moment(again), duration(rto.as_secs_f64()))
            }
            (None, Some(again)) => {
                format!("served again since {}, not yet known to last at {}", moment(again), moment(computed))
            }
            (_, None) => match self.last_asked {
                Some(at) => format!("not served again, and nobody asked after {}", moment(at)),
                None => format!("not served again by {}", moment(computed)),
            },
        };
        format!("the first that was not served began at {}, {end}", moment(self.failed))
    }
}

/// How a dataset was judged on a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It was promised and does not hold.
    Broken,
    /// It does not hold, and nobody promised it for a run like this.
    NotPromised,
    /// Nothing was seen against it, and there was more to look at than could be.
    Undecided,
    /// Nothing was seen against it.
    Kept,
    /// Nothing happened that could have shown it broken.
    Untested,
}

/// A judgement on the run: one for each dataset and property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerdictLine {
    /// The dataset, or the first of these shards.
    pub dataset: u16,
    /// Of which shards of a dataset it is, by their numbers as datasets; only of its own of one of them, and where there are none.
    pub shards: Vec<u16>,
    /// What was judged.
    pub property: Property,
    /// What came of it.
    pub standing: Standing,
    /// How often it was seen not to hold: keys for [`Property::Linearizable`], otherwise reads or writes.
    pub count: u32,
    /// In plain words: how much was examined, or what was seen first.
    pub text: String,
    /// How far it is promised, in words.
    pub promise: String,
    /// When it was first seen not to hold.
    pub at: Option<Time>,
    /// The number of the trace event by which it was; 0 if a judgement on several answers says so and no single event.
    pub event: u64,
    /// The operations that prove it, in order of their beginnings.
    pub witness: Vec<WitnessLine>,
}

impl VerdictLine {
    /// The id and the title of what it is about: `orders`, `orders-2`, `orders (shards 1 and 3 of 3)`.
    pub fn about(&self, config: &Config) -> (String, String) {
        let whole = config.sharded.iter().find(|sharded| sharded.shards.contains(&self.dataset));
        if let Some(sharded) = whole.filter(|_| self.shards.len() > 1) {
            let numbers: Vec<String> =
                self.shards.iter().map(|shard| (shard + 1 - sharded.shards.start).to_string()).collect();
            let part = match numbers.split_last() {
                Some((last, before)) if numbers.len() < sharded.shards.len() => {
                    format!(" (shards {} and {last} of {})", before.join(", "), sharded.shards.len())
                }
                _ => String::new(),
            };
            return (format!("{}{part}", sharded.id), format!("{}{part}", sharded.title));
        }
        let set = config.datasets.get(usize::from(self.dataset));
        set.map_or_else(Default::default, |set| (set.id.clone(), set.title.clone()))
    }

    /// The standing in words, with the count: `kept`, `nothing to judge`, `undecided on 1 key`, `broken on 3 keys`, `violated 12 times, not
    /// promised`.
    pub fn words(&self) -> String {
        let count = match (self.property, self.count) {
            (Property::Linearizable, 1) => "on 1 key".to_owned(),
            (Property::Linearizable, count) => format!("on {count} keys"),
            (Property::WithinBounds | Property::Accounted | Property::Conserved, count) => format!("by {count}"),
            (Property::Converged, 1) => "on 1 key".to_owned(),
            (Property::Converged, count) => format!("on {count} keys"),
            (Property::ElementsAsTold, 1) => "of 1 element".to_owned(),
            (Property::ElementsAsTold, count) => format!("of {count} elements"),
            (Property::StaysDeleted, 1) => "of 1 key".to_owned(),
            (Property::StaysDeleted, count) => format!("of {count} keys"),
            (_, 1) => "once".to_owned(),
            (_, count) => format!("{count} times"),
        };
        match self.standing {
            Standing::Broken => format!("broken {count}"),
            Standing::NotPromised => format!("violated {count}, not promised"),
            Standing::Undecided => format!("undecided {count}"),
            Standing::Kept => "kept".to_owned(),
            Standing::Untested => "nothing to judge".to_owned(),
        }
    }
}

/// One operation of a witness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WitnessLine {
    /// The operation's number.
    pub operation: u64,
    /// The client.
    pub process: u64,
    /// Who did what and what came back, in words. Values are called A, B, … in the order in which they appear.
    pub text: String,
    /// When it began.
    pub invoked: Time,
    /// When it ended, if it did.
    pub completed: Option<Time>,
}
