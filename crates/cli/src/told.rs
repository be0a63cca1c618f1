//! What came of a run, as a text.

use crate::run::Outcome;
use crate::words::measure;
use engine::{Span, Time};
use scenario::Scenario;
use sim::metrics::{Metric, scorecard};
use sim::{Lane, Mark, Recovery, Standing, WriteState, moment, region_name};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// More lost writes or outages are counted, not listed.
const LISTED: usize = 10;
/// So many faults and decisions are listed, the weightiest.
const TIMELINE: usize = 40;

impl Outcome {
    /// The whole text.
    pub(crate) fn text(&self, scenario: &Scenario) -> String {
        let mut out = String::new();
        self.write(scenario, &mut out).expect("writing into memory does not fail");
        out
    }

    fn write(&self, scenario: &Scenario, out: &mut String) -> std::fmt::Result {
        let variant = match (self.variant.as_deref(), self.variant_title.as_deref()) {
            (Some(id), Some(title)) if title != id => format!("{title} (variant {id})"),
            (Some(id), _) => format!("variant {id}"),
            (None, _) => "as written".to_owned(),
        };
        let end = scenario.config.until.as_secs_f64();
        let stopped = if self.seconds < end { format!(" of {end} s") } else { String::new() };
        writeln!(out, "{}: {variant}, seed {}, {} s{stopped}", self.title, self.seed, self.seconds)?;
        if self.actions > 0 {
            let acts = if self.actions == 1 { "act" } else { "acts" };
            writeln!(out, "with {} {acts} of a person", self.actions)?;
        }
        writeln!(out)?;
        // A scorecard lists what happened; a count of zero did not.
        let value = |metric: &Metric| Some(self.metrics.iter().find(|line| line.id == metric.id)?.value);
        for line in scorecard(value) {
            let Some(value) = line.value.filter(|value| *value != 0.0) else { continue };
            let indent = if line.part { 4 } else { 2 };
            let (value, width) = (measure(value, line.unit), 48 - indent);
            let note = if line.note.is_empty() { String::new() } else { format!("  {}", line.note) };
            writeln!(out, "{:indent$}{:<width$}{value:>16}{note}", "", line.title)?;
        }
        self.write_timeline(out)?;
        self.write_losses(scenario, out)?;
        self.write_conflicts(scenario, out)?;
        self.write_outages(scenario, out)?;
        self.write_verdicts(scenario, out)?;
        self.write_expectations(out)?;
        writeln!(out, "\nevents {}\ndigest {}", self.events, self.digest)
    }

    fn write_expectations(&self, out: &mut String) -> std::fmt::Result {
        let (judged, open) = (self.expectations.len(), self.not_judged.len());
        if judged + open > 0 {
            let of = if self.actions > 0 { ", judged on the run as planned" } else { "" };
            let until = moment(self.computed());
            let only = format!(": {judged} of {} judged, the run was computed until {until} only", judged + open);
            writeln!(out, "\nExpectations{of}{}", if open > 0 { only.as_str() } else { "" })?;
        }
        for expected in &self.expectations {
            let word = if expected.met { "met    " } else { "NOT MET" };
            let measured =
                expected.measured.map_or("nothing to measure".to_owned(), |value| measure(value, expected.unit));
            let why = if expected.because.is_empty() { String::new() } else { format!(" ({})", expected.because) };
            writeln!(out, "  {word}  {}: {measured}{why}", expected.text)?;
        }
        for text in &self.not_judged {
            writeln!(out, "  open     {text}: not judged")?;
        }
        Ok(())
    }

    fn computed(&self) -> Time {
        Time::ZERO + Span::from_secs_f64(self.seconds)
    }

    /// Faults and decisions, in order of time; where there are too many, the weightiest. Verdicts have a list of their own.
    fn write_timeline(&self, out: &mut String) -> std::fmt::Result {
        let (marks, more) = weightiest(&self.marks, TIMELINE);
        if !marks.is_empty() {
            writeln!(out, "\nTimeline")?;
        }
        for mark in marks {
            let end = mark.until.map_or(String::new(), |until| match mark.times {
                0 | 1 if mark.lane == Lane::Fault => format!(", until {}", moment(until)),
                // Its words say so.
                0 | 1 => String::new(),
                _ => format!(", last at {}", moment(until)),
            });
            writeln!(out, "  {:>10}  {}{end}", moment(mark.at), mark.words())?;
        }
        match more {
            0 => Ok(()),
            more => writeln!(out, "  and {more} that matter less"),
        }
    }

    fn write_losses(&self, scenario: &Scenario, out: &mut String) -> std::fmt::Result {
        let config = &scenario.config;
        let dataset = |index: u16| config.datasets[usize::from(index)].id.as_str();
        if !self.lost_writes.is_empty() || !self.lost_ranges.is_empty() {
            writeln!(out, "\nAcknowledged writes lost")?;
        }
        for lost in &self.lost_ranges {
            let gone = where_it_is(config, lost.state, &lost.holders);
            writeln!(
                out,
                "  {} writes to {} by {} that every replica held: acknowledged from {} to {}, not served since {}, {gone}",
                lost.writes,
                dataset(lost.dataset),
                config.populations[usize::from(lost.population)].id,
                moment(lost.first),
                moment(lost.last),
                moment(lost.lost)
            )?;
        }
        for lost in self.lost_writes.iter().take(LISTED) {
            let users = &config.populations[usize::from(lost.population)];
            let gone = where_it_is(config, lost.state, &lost.holders);
            writeln!(
                out,
                "  {} key {} by {}: acknowledged by {} at {}, not served since {}, {gone}",
                dataset(lost.dataset),
                lost.key,
                users.id,
                region_name(config, lost.region),
                moment(lost.acknowledged),
                moment(lost.lost)
            )?;
        }
        if self.lost_writes.len() > LISTED {
            writeln!(out, "  and {} more", self.lost_writes.len() - LISTED)?;
        }
        Ok(())
    }

    /// Writes that did not know each other, and of those that were thrown away for it whose they were.
    fn write_conflicts(&self, scenario: &Scenario, out: &mut String) -> std::fmt::Result {
        let dataset = |index: u16| scenario.config.datasets[usize::from(index)].id.as_str();
        let conflicts =
            self.conflicts.iter().map(|of| format!("{} {}", dataset(of.dataset), of.words(&scenario.config)));
        let lost =
            self.lost_updates.iter().map(|of| format!("{}: {}", dataset(of.dataset), of.words(&scenario.config)));
        list(out, "Conflicts: writes that did not know each other", conflicts)?;
        list(out, "Acknowledged updates thrown away", lost)
    }

    fn write_outages(&self, scenario: &Scenario, out: &mut String) -> std::fmt::Result {
        let config = &scenario.config;
        if !self.recoveries.is_empty() {
            let touching =
                "; the recovery time (RTO) takes those that touch for one, from the first failure to the last recovery";
            let rule = "who fails, or has no answer after 5 s, is not served, and raises a balance by three that who is served lowers by two; one begins with the first to raise it from nothing where it rises as high as two seconds of answers would lower it and nobody who began later is answered within two seconds of that first one; it is over at the first answer after it was last so high, once it is at nothing and five seconds have passed";
            writeln!(out, "\nOutages: {rule}{}", if self.recoveries.len() > 1 { touching } else { "" })?;
        }
        for recovery in longest(&self.recoveries) {
            let users = &config.populations[usize::from(recovery.population)].id;
            let kind = format!("{:?}s", recovery.kind).to_lowercase();
            let what =
                recovery.dataset.map_or(kind.clone(), |of| format!("{} {kind}", config.datasets[usize::from(of)].id));
            writeln!(out, "  {users}, {what}: {}", recovery.words(self.computed()))?;
        }
        if self.recoveries.len() > LISTED {
            writeln!(out, "  and {} shorter", self.recoveries.len() - LISTED)?;
        }
        Ok(())
    }

    fn write_verdicts(&self, scenario: &Scenario, out: &mut String) -> std::fmt::Result {
        if !self.verdicts.is_empty() {
            writeln!(out, "\nVerdicts")?;
        }
        for verdict in &self.verdicts {
            let word = match verdict.standing {
                Standing::Broken => verdict.words().replace("broken", "BROKEN"),
                Standing::NotPromised | Standing::Undecided | Standing::Kept | Standing::Untested => verdict.words(),
            };
            let dataset = verdict.about(&scenario.config).0;
            let first = verdict.at.map_or(String::new(), |at| format!(" First at {}.", moment(at)));
            let (text, property) = (&verdict.text, verdict.property);
            if matches!(verdict.standing, Standing::Undecided | Standing::Kept | Standing::Untested) {
                writeln!(out, "  {word:<30}  {dataset}, {}: {text}{first}", property.term())?;
            } else {
                // What happened comes before what it is called.
                writeln!(out, "  {word:<30}  {text}{first} ({dataset}: {})", property.violation())?;
                writeln!(out, "  {:<30}  {}", "", verdict.promise)?;
            }
        }
        Ok(())
    }
}

/// The first lines of a list under its title, and how many more there are.
fn list(out: &mut String, title: &str, lines: impl ExactSizeIterator<Item = String>) -> std::fmt::Result {
    let more = lines.len().saturating_sub(LISTED);
    for (place, line) in lines.take(LISTED).enumerate() {
        let title = if place == 0 { format!("\n{title}\n") } else { String::new() };
        writeln!(out, "{title}  {line}")?;
    }
    match more {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}

/// So many marks at most, in order of time, and how many there are besides; verdicts are not among them.
fn weightiest(marks: &[Mark], most: usize) -> (Vec<&Mark>, usize) {
    let mut chosen: Vec<(usize, usize, &Mark)> = Vec::new();
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, mark) in marks.iter().filter(|mark| mark.lane != Lane::Verdict).enumerate() {
        // What happens again and again matters less each time.
        let again = told.entry(&mark.title).or_default();
        let weight = usize::from(mark.weight).saturating_sub(*again);
        *again += 1;
        chosen.push((weight, place, mark));
    }
    let more = chosen.len().saturating_sub(most);
    // Of equals what went wrong or was done before what was decided, and then the earliest.
    chosen.sort_by_key(|(weight, place, mark)| (Reverse(*weight), mark.lane != Lane::Fault, *place));
    chosen.truncate(most);
    chosen.sort_unstable_by_key(|(_, place, _)| *place);
    (chosen.into_iter().map(|(_, _, mark)| mark).collect(), more)
}

/// As many of the outages as are listed, the longest, in their order. Of those that are not over none is longer than the others.
fn longest(recoveries: &[Recovery]) -> Vec<&Recovery> {
    let mut all: Vec<&Recovery> = recoveries.iter().collect();
    engine::sort_by_key(&mut all, |of| Reverse(of.rto().unwrap_or(Span::MAX)));
    all.truncate(LISTED);
    engine::sort_by_key(&mut all, |of| of.failed);
    all
}

/// Where lost writes are, with the regions that hold them.
fn where_it_is(config: &sim::Config, state: WriteState, holders: &[u16]) -> String {
    let name = |region: &u16| region_name(config, *region).to_owned();
    state.words(&holders.iter().map(name).collect::<Vec<String>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::trace::OperationKind;

    #[test]
    fn of_many_outages_the_longest_are_told_in_their_order() {
        let outage = |began: u64, lasted: Option<u64>| Recovery {
            population: 0,
            dataset: None,
            kind: OperationKind::Call,
            failed: Time::from_secs(began),
            detected: None,
            recovered: lasted.map(|lasted| Time::from_secs(began + lasted)),
            succeeds: None,
            success: 0,
            last_asked: None,
            unasked: 0,
        };
        let mut all: Vec<Recovery> = (0..20).map(|place| outage(place * 10, Some(place % 7))).collect();
        all.push(outage(300, None));
        let told: Vec<u64> = longest(&all).iter().map(|of| of.failed.whole_seconds()).collect();
        // Those of six, of five, of four seconds, the first of the three of three, and the one that is not over.
        assert_eq!(told, [30, 40, 50, 60, 110, 120, 130, 180, 190, 300]);
    }

    fn mark(seconds: u64, lane: Lane, weight: u8) -> Mark {
        Mark {
            at: Time::from_secs(seconds),
            until: None,
            lane,
            title: format!("{lane:?} of weight {weight} at {seconds} s"),
            event: seconds,
            fault: None,
            regions: Vec::new(),
            weight,
            times: 1,
            verdict: None,
        }
    }

    #[test]
    fn one_heavy_mark_after_hundreds_of_light_ones_is_on_the_timeline_and_in_its_place() {
        let mut marks: Vec<Mark> = (0..400).map(|second| mark(second, Lane::Decision, 0)).collect();
        marks.push(mark(400, Lane::Fault, 0));
        marks.push(mark(500, Lane::Decision, 3));
        marks.push(mark(501, Lane::Decision, 0));
        marks.push(mark(502, Lane::Verdict, 3));
        let (chosen, more) = weightiest(&marks, 40);
        let at: Vec<u64> = chosen.iter().map(|mark| mark.at.whole_seconds()).collect();
        assert_eq!(at, (0..38).chain([400, 500]).collect::<Vec<u64>>(), "of equals a fault first, then the earliest");
        assert_eq!(more, 403 - 40, "a verdict has a list of its own");
        assert_eq!(weightiest(&marks[..3], 40).1, 0);
    }

    #[test]
    fn what_happens_again_and_again_leaves_room_for_what_is_done_about_it() {
        let mut marks: Vec<Mark> =
            (0..45).map(|second| Mark { title: "again".to_owned(), ..mark(second, Lane::Fault, 3) }).collect();
        marks.push(mark(100, Lane::Fault, 3));
        marks.extend((101..104).map(|second| mark(second, Lane::Decision, 1)));
        let (chosen, _) = weightiest(&marks, 7);
        let at: Vec<u64> = chosen.iter().map(|mark| mark.at.whole_seconds()).collect();
        assert_eq!(at, [0, 1, 2, 100, 101, 102, 103]);
    }
}
