//! A plan: a scenario in pieces, each of which may be taken away, and what a person does while it runs.

use engine::{Span, Time};
use scenario::{Link, Problem, Scenario};
use sim::LoggedAction;
use std::fmt::Write;

/// Where users are.
pub(crate) const USERS: [&str; 3] = ["new-york", "london", "tokyo"];
/// So many faults are planned at most.
pub(crate) const FAULTS_MAX: u64 = 5;

/// A scenario in pieces, and what a person does while it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub(crate) sections: Vec<Section>,
    pub(crate) acts: Vec<LoggedAction>,
    /// How long it may take, once all is healed, until everything works again.
    pub(crate) settle: Span,
    /// How long it may take, once everything works and nobody writes any more, until all replicas are equal.
    pub(crate) tail: Span,
}

/// A section of the scenario.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Section {
    /// "run", or "[fault]" if there may be many.
    pub(crate) name: &'static str,
    /// Whether there may be none of it.
    pub(crate) optional: bool,
    pub(crate) lines: Vec<Line>,
}

/// What one line of a section sets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) key: String,
    /// As the file has it, quoted where it must be.
    pub(crate) value: String,
    /// Whether it may be left out.
    pub(crate) optional: bool,
}

/// The id of a planned fault.
pub(crate) fn fault_id(place: u64) -> String {
    format!("fault-{place}")
}

impl Line {
    pub(crate) fn must(key: &str, value: impl Into<String>) -> Line {
        Line { key: key.to_owned(), value: value.into(), optional: false }
    }
}

impl Plan {
    /// The scenario as a file has it.
    pub fn text(&self) -> String {
        let mut text = "version = 1\n".to_owned();
        for Section { name, lines, .. } in self.sections.iter().filter(|section| !section.lines.is_empty()) {
            write!(text, "\n[{name}]\n").expect("a text takes everything");
            for Line { key, value, .. } in lines {
                writeln!(text, "{key} = {value}").expect("a text takes everything");
            }
        }
        text
    }

    /// What a person does, in the order of time.
    pub fn acts(&self) -> &[LoggedAction] {
        &self.acts
    }

    /// The scenario, read as any other.
    ///
    /// # Errors
    /// What does not fit in it, as for any other.
    pub fn load(&self) -> Result<Scenario, Vec<Problem>> {
        scenario::load(&self.text(), None, None)
    }

    /// The whole plan as a link, for `meridian run` and for the page; empty if it cannot be read.
    pub fn link(&self) -> String {
        let link = |scenario| Link::new(&scenario, None, &self.acts, Time::ZERO).encode();
        self.load().map(link).unwrap_or_default()
    }

    /// Every plan that lacks one piece of this one, larger pieces first.
    pub(crate) fn smaller(&self) -> impl Iterator<Item = Plan> + '_ {
        let sections = (0..self.sections.len()).rev().filter(|at| self.sections[*at].optional).map(|at| {
            let mut plan = self.clone();
            plan.sections.remove(at);
            plan
        });
        let acts = (0..self.acts.len()).rev().map(|at| {
            let mut plan = self.clone();
            plan.acts.remove(at);
            plan
        });
        let lines = (0..self.sections.len()).flat_map(move |section| {
            let lines = &self.sections[section].lines;
            (0..lines.len()).rev().filter(|at| lines[*at].optional).map(move |at| {
                let mut plan = self.clone();
                plan.sections[section].lines.remove(at);
                plan
            })
        });
        sections.chain(acts).chain(lines).chain(self.shorter())
    }

    /// Plans that end earlier.
    fn shorter(&self) -> impl Iterator<Item = Plan> + '_ {
        let run = self.sections.iter().position(|section| section.name == "run");
        let place = run.and_then(|run| {
            let line = self.sections[run].lines.iter().position(|line| line.key == "duration")?;
            let text = self.sections[run].lines[line].value.trim_matches('"').strip_suffix('s')?;
            Some((run, line, text.parse::<u64>().ok()?))
        });
        place.into_iter().flat_map(move |(run, line, seconds)| {
            [seconds / 2, seconds * 3 / 4, seconds - 1].into_iter().filter(|seconds| *seconds > 0).map(move |seconds| {
                let mut plan = self.clone();
                plan.sections[run].lines[line].value = format!("\"{seconds}s\"");
                plan.acts.retain(|act| act.at < Time::from_secs(seconds));
                plan
            })
        })
    }
}
