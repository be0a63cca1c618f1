//! What happened in a run as text, a line for each fact and then one for each metric; and whether two such texts tell the same: at each instant
//! the same facts, in whatever order, and overall the same metrics.
//!
//! It is what a change of the order within an instant is held against, which moves every golden. Which packet, slot or fault a fact names by a number is
//! not compared, since order gives these; nor are the causes of facts, which are not written.

use engine::{Span, Time};
use sim::Run;
use sim::metrics::{Query, metrics};
use std::io::{self, Write};

/// What is between the instant of a line and what is told of it.
const BETWEEN: char = '\t';
/// Where the instant stands in a line that tells a metric.
const OVERALL: &str = "overall";
/// Fields that number what comes: after another order within an instant another number means the same.
const NUMBERS: [&str; 3] = ["packet: ", "slot: ", "fault: "];

/// Write what happened in a run as far as it is computed: each fact as `seconds<tab>fact`, in order, each metric as `overall<tab>id value`.
///
/// # Errors
/// That `out` cannot be written.
pub fn write_facts<P: protocol::Protocol>(run: &Run<P>, out: &mut impl Write) -> io::Result<()> {
    let second = Span::from_secs(1);
    let mut from = Time::ZERO;
    // By the second, so that no long run is held as a whole; what a trace ends with belongs to it, and the end of a second to the next.
    while from <= run.computed() {
        for event in run.trace(from, from + second - Span::from_nanos(1)) {
            let nanos = event.at.as_nanos();
            writeln!(out, "{}.{:09}{BETWEEN}{:?}", nanos / 1_000_000_000, nanos % 1_000_000_000, event.what)?;
        }
        from += second;
    }
    for metric in metrics() {
        writeln!(out, "{OVERALL}{BETWEEN}{} {:?}", metric.id, run.measure(&Query::of(metric)))?;
    }
    Ok(())
}

/// Whether a text is all that [`write_facts`] wrote of a run: it ends with a line for each metric.
pub fn is_record(text: &str) -> bool {
    let ids = text.lines().rev().map_while(|line| line.strip_prefix(OVERALL)?.strip_prefix(BETWEEN)?.split(' ').next());
    let mut ids: Vec<&str> = ids.collect();
    ids.reverse();
    ids.into_iter().eq(metrics().map(|metric| metric.id))
}

/// Where two runs first differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The instant, in seconds; of metrics, that they are over all.
    pub at: String,
    /// What only the first tells of it.
    pub first: Vec<String>,
    /// What only the second tells of it.
    pub second: Vec<String>,
}

/// Where what two texts of [`write_facts`] tell first differs, if it does.
pub fn difference(first: &str, second: &str) -> Option<Difference> {
    let (mut ones, mut others) = (first.lines().peekable(), second.lines().peekable());
    loop {
        let at = earlier(ones.peek().copied(), others.peek().copied())?;
        let (mut one, mut other) = (told(at, &mut ones), told(at, &mut others));
        strike_common(&mut one, &mut other);
        if !(one.is_empty() && other.is_empty()) {
            return Some(Difference { at: at.to_owned(), first: one, second: other });
        }
    }
}

fn instant(line: &str) -> &str {
    line.split_once(BETWEEN).map_or(line, |(at, _)| at)
}

/// The earlier of the instants of two lines; what holds over all comes last.
fn earlier<'a>(one: Option<&'a str>, other: Option<&'a str>) -> Option<&'a str> {
    // Seconds without leading zeros: the shorter whole part is the smaller one.
    let rank = |at: &&str| (*at == OVERALL, at.find('.'), (*at).to_owned());
    one.into_iter().chain(other).map(instant).min_by_key(rank)
}

/// What the next lines tell of an instant, ascending, without numbers that order gives.
fn told<'a>(at: &str, lines: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) -> Vec<String> {
    let mut told = Vec::new();
    while let Some(line) = lines.next_if(|line| instant(line) == at) {
        told.push(unnumbered(line.split_once(BETWEEN).map_or("", |(_, told)| told)));
    }
    told.sort_unstable();
    told
}

fn unnumbered(fact: &str) -> String {
    let mut fact = fact.to_owned();
    for name in NUMBERS {
        let Some(begins) = fact.find(name).map(|at| at + name.len()) else { continue };
        let digits = fact[begins..].bytes().take_while(u8::is_ascii_digit).count();
        fact.replace_range(begins..begins + digits, "_");
    }
    fact
}

/// Leave in two ascending lists what is not in the other one, as often as it is there once more.
fn strike_common(one: &mut Vec<String>, other: &mut Vec<String>) {
    let mut theirs = std::mem::take(other).into_iter().peekable();
    one.retain(|fact| {
        while let Some(less) = theirs.next_if(|it| it < fact) {
            other.push(less);
        }
        theirs.next_if_eq(fact).is_none()
    });
    other.extend(theirs);
}
