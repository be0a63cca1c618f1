//! The metrics as a person reads them: what is a part of something else stands below it.

use super::families::metrics;
use super::metric::{Metric, Unit};
use super::outages::LONG;
use crate::trace::ErrorKind;

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

/// What availability, which is of those that ended, does not know of.
const WAITING: [&str; 2] = ["under-way", LONGEST_WAIT];

const LONGEST_WAIT: &str = "longest-wait";

/// All metrics in the order of the scorecard, the kinds of failure below the failures, and below the availability who still waits.
pub fn scorecard(measured: impl Fn(&'static Metric) -> Option<f64>) -> Vec<ScoreLine> {
    let hangs = hangs(&measured);
    // Of a change that is declined nothing failed.
    let failures = ErrorKind::ALL.into_iter().filter(|kind| !kind.is_answer());
    let kinds: Vec<&str> = failures.map(|kind| kind.row().metric).collect();
    let line = |metric: &'static Metric, part: bool| ScoreLine {
        title: if part { short(metric.title) } else { metric.title },
        unit: metric.unit,
        part,
        value: measured(metric),
        note: note(metric.id, hangs),
    };
    let below = |ids: &[&str]| {
        metrics().filter(|metric| ids.contains(&metric.id)).map(|metric| line(metric, true)).collect::<Vec<_>>()
    };
    let is_part = |metric: &&'static Metric| kinds.contains(&metric.id) || WAITING.contains(&metric.id);
    let mut lines = Vec::new();
    for metric in metrics().filter(|metric| !is_part(metric)) {
        lines.push(line(metric, false));
        match metric.id {
            "failed" => lines.extend(below(&kinds)),
            "availability" => lines.extend(below(&WAITING)),
            _ => {}
        }
    }
    lines
}

/// A title below that of which it counts a part.
fn short(title: &'static str) -> &'static str {
    let title = title.trim_start_matches("operations ");
    title.strip_suffix(" of operations that have not ended").unwrap_or(title)
}

/// What has to be known of a metric so as not to take it for another; `hangs`: somebody waits for long.
fn note(id: &str, hangs: bool) -> &'static str {
    match id {
        "availability" if hangs => "of operations that ended; others have waited for more than 5 s",
        "rto" => "touching outages as one",
        // A verdict also knows of writes that nobody has confirmed, if somebody has read them.
        "stale-reads" => "older than a confirmed write; older than what another read had shown is a matter of verdicts",
        "sum" => {
            "where it is most; of a stock what is sold, of names those that are given, of a ledger all its accounts"
        }
        _ => "",
    }
}

/// What has to be known of a metric that is held against something, beyond its number; mostly nothing.
pub fn caveat(metric: &Metric, measured: impl Fn(&'static Metric) -> Option<f64>) -> &'static str {
    if metric.id == "availability" && hangs(&measured) { note(metric.id, true) } else { "" }
}

/// Whether somebody waits for long.
fn hangs(measured: &impl Fn(&'static Metric) -> Option<f64>) -> bool {
    super::metric(LONGEST_WAIT).and_then(measured).is_some_and(|wait| wait > LONG.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_failure_stands_below_the_failures_and_every_metric_once() {
        let lines = scorecard(|_| Some(1.0));
        let below =
            lines.iter().skip_while(|line| line.title != "operations failed").skip(1).take_while(|line| line.part);
        // A change that is declined did not fail.
        assert_eq!(below.count(), ErrorKind::ALL.len() - 1);
        assert_eq!(lines.len(), metrics().count());
    }

    #[test]
    fn availability_says_beside_it_who_still_waits_and_whether_somebody_waits_for_long() {
        let noted = |wait: Option<f64>| {
            let counted = |metric: &Metric| match metric.id {
                "under-way" => Some(3.0),
                "longest-wait" => wait,
                _ => Some(1.0),
            };
            let lines = scorecard(counted);
            let at = lines.iter().position(|line| line.title == "availability").unwrap();
            assert_eq!((lines[at + 1].title, lines[at + 1].value), ("that have not ended", Some(3.0)));
            lines[at].note
        };
        assert_eq!([noted(Some(LONG.as_secs_f64())), noted(None)], [""; 2]);
        let words = format!("for more than {} s", LONG.as_secs_f64());
        assert!(noted(Some(9.0)).contains(&words), "{}", noted(Some(9.0)));
    }
}
