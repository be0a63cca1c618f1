//! A record as whoever makes numbers of it sees it.

use super::metric::Query;
use super::record::{Broken, Facts, Record};
use super::recorder::Recorder;
use super::recovery;
use crate::names::Names;
use crate::summary::Recovery;
use crate::trace::TraceEvent;
use std::any::{Any, TypeId};

impl Recorder {
    /// The metric's number in its unit; `None` if there was nothing to measure. What is counted by the second is counted over
    /// the seconds that begin in the query's window and are over. Filters that the metric does not know are ignored: see
    /// [`super::Metric::filters`].
    pub(crate) fn measure(&self, query: &Query, names: &Names) -> Option<f64> {
        (query.metric.of)(&Asked { recorder: self, names }, query)
    }

    /// Outages and their ends.
    pub(crate) fn recoveries(&self, names: &Names) -> Vec<Recovery> {
        recovery::recoveries(&Asked { recorder: self, names })
    }
}

/// What was recorded of a run whose things are called so.
struct Asked<'a> {
    recorder: &'a Recorder,
    names: &'a Names<'a>,
}

impl Record for Asked<'_> {
    fn facts(&self) -> &Facts {
        &self.recorder.facts
    }

    fn notable(&self) -> &[TraceEvent] {
        &self.recorder.tapes.notable
    }

    fn broken(&self) -> &[Broken] {
        &self.recorder.judged(self.names).broken
    }

    fn family(&self, of: TypeId) -> Option<[&dyn Any; 2]> {
        self.recorder.live.families.find(&self.recorder.tapes.seconds, of)
    }
}
