//! The metrics as a person reads them: what is a part of something else stands below it.

use super::families::metrics;
use super::metric::{Metric, Unit};

/// A line of a scorecard.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreLine {
    /// What was measured.
    pub title: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Whether it counts a part of the last line above it that does not.
    pub part: bool,
    /// The number in its unit; `None` if there was nothing to measure.
    pub value: Option<f64>,
    /// What has to be known of the number beside its title; may be empty.
    pub note: &'static str,
}

/// What is said of a time that had not come by the end of the run: of a metric it is infinite.
pub const NOT_BY_THE_END: &str = "not by the end";

/// The kinds of failure, whose sum is `failed`.
const FAILURES: [&str; 11] = [
    "timed-out",
    "overloaded",
    "no-leader",
    "no-lease",
    "handing-over",
    "unsettled",
    "astray",
    "no-quorum",
    "server-errors",
    "held-back",
    "outcome-unknown",
];

/// All metrics in the order of the scorecard, the kinds of failure below the failures, and below what was offered how much of it had
/// not ended.
pub fn scorecard(measured: impl Fn(&'static Metric) -> Option<f64>) -> Vec<ScoreLine> {
    let is_kind = |metric: &&'static Metric| FAILURES.contains(&metric.id);
    let line = |metric: &'static Metric, part: bool| ScoreLine {
        title: if part { metric.title.trim_start_matches("operations ") } else { metric.title },
        unit: metric.unit,
        part,
        value: measured(metric),
        note: note(metric.id),
    };
    let mut lines = Vec::new();
    for metric in metrics().filter(|metric| !is_kind(metric)) {
        lines.push(line(metric, false));
        match metric.id {
            "offered" => lines.push(ScoreLine {
                title: "still under way",
                part: true,
                value: under_way(&measured),
                ..line(metric, false)
            }),
            "failed" => lines.extend(metrics().filter(is_kind).map(|kind| line(kind, true))),
            _ => {}
        }
    }
    lines
}

/// What has to be known of a metric so as not to take it for another.
fn note(id: &str) -> &'static str {
    match id {
        "rto" => "touching outages as one",
        // A verdict also knows of writes that nobody has confirmed, if somebody has read them.
        "stale-reads" => "older than a confirmed write; older than what another read had shown is a matter of verdicts",
        "sum" => "where it is most; of a stock what is sold, of names those that are given",
        _ => "",
    }
}

/// Operations that had begun and neither succeeded nor failed nor were declined.
fn under_way(measured: &impl Fn(&'static Metric) -> Option<f64>) -> Option<f64> {
    let of = |id| super::metric(id).and_then(measured);
    Some(of("offered")? - of("succeeded")? - of("failed")? - of("declined").unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::ErrorKind;

    #[test]
    fn every_kind_of_failure_stands_below_the_failures_and_every_metric_once() {
        // A change that is declined did not fail.
        assert_eq!(FAILURES.len(), ErrorKind::ALL.len() - 1);
        let lines = scorecard(|_| Some(1.0));
        let below =
            lines.iter().skip_while(|line| line.title != "operations failed").skip(1).take_while(|line| line.part);
        assert_eq!(below.count(), FAILURES.len());
        assert_eq!(lines.len(), metrics().count() + 1);
    }

    #[test]
    fn what_was_offered_is_what_ended_and_what_is_still_under_way() {
        let counted = |metric: &Metric| match metric.id {
            "offered" => Some(100.0),
            "succeeded" => Some(90.0),
            "failed" => Some(6.0),
            "declined" => Some(3.0),
            _ => None,
        };
        let line = scorecard(counted).into_iter().find(|line| line.title == "still under way");
        assert_eq!(line.and_then(|line| line.value), Some(1.0));
    }
}
