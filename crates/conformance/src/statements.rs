//! What must be so of any plan, and when. A new statement is one line in the list.

use crate::facts::Facts;
use engine::{Span, Time};
use protocol::{Leadership, ProtocolInfo};
use sim::config::ReadFrom;
use sim::metrics::Query;
use sim::{LeftOver, LostWrite};
use std::collections::BTreeMap;

/// Something that must be so.
pub(crate) struct Statement {
    /// In words.
    pub(crate) title: &'static str,
    /// What it is about: who comes to lead in one of these ways.
    pub(crate) of: &'static [Leadership],
    /// Whether it is about values that are more than what was written last.
    pub(crate) of_values: bool,
    /// Of which plans.
    pub(crate) when: fn(&Facts) -> bool,
    /// Whether it is so; otherwise what was found.
    pub(crate) holds: fn(&Facts, &Outcome<'_>) -> Result<(), String>,
}

/// What came of a run.
pub(crate) struct Outcome<'a> {
    /// Replicas that lead at the end.
    pub(crate) leaders: usize,
    /// What each replica with power holds at the end.
    pub(crate) contents: Vec<(u16, BTreeMap<u64, u64>)>,
    /// Acknowledged writes that count as lost.
    pub(crate) lost: Vec<LostWrite>,
    /// Verdicts on what the protocol promises that came out against it.
    pub(crate) broken: Vec<String>,
    /// What is still held of what users wanted.
    pub(crate) left: LeftOver,
    /// Asks for a number; what there is nothing of is no number.
    pub(crate) measure: &'a dyn Fn(&Query) -> f64,
}

const GRANTED: &[Leadership] = &[Leadership::Granted];
const ELECTED: &[Leadership] = &[Leadership::Elected];
const LED: &[Leadership] = &[Leadership::Granted, Leadership::Elected];
const NONE: &[Leadership] = &[Leadership::None];
const ALL: &[Leadership] = &[Leadership::Granted, Leadership::Elected, Leadership::None];

/// Everything that must be so, beside that nothing panics and that a plan run again comes to the same.
pub(crate) const STATEMENTS: &[Statement] = &[
    Statement {
        title: "replicas are equal once all is healed and the users are gone",
        of: ALL,
        of_values: false,
        when: |facts| at_rest(facts) && can_lead(facts) && facts.converges,
        holds: |_, outcome| equal(outcome),
    },
    Statement {
        title: "nothing is held of what users wanted once all is healed and they are gone",
        of: ALL,
        of_values: false,
        when: at_rest,
        holds: |_, outcome| {
            let is_empty = outcome.left == LeftOver::default();
            if is_empty { Ok(()) } else { Err(format!("{:?}", outcome.left)) }
        },
    },
    Statement {
        title: "exactly one leads once all is healed",
        of: LED,
        of_values: false,
        when: |facts| at_rest(facts) && can_lead(facts) && facts.disks_lost < 2,
        holds: |_, outcome| is("leaders", outcome.leaders as f64, 1.0),
    },
    Statement {
        title: "everybody is served once all is healed",
        of: ALL,
        of_values: false,
        when: |facts| at_rest(facts) && can_lead(facts) && facts.disks_lost < 2 && undisturbed(facts) && !facts.narrow,
        holds: served_again,
    },
    Statement {
        title: "where nothing goes wrong nobody is relieved, nothing fails, nothing is lost and nothing is done twice",
        of: ALL,
        of_values: false,
        when: |facts| facts.calm && facts.once && undisturbed(facts) && facts.settled.is_some(),
        holds: |_, outcome| none(outcome, &["failovers", "elections", "failed", "lost-writes", "duplicate-writes"]),
    },
    Statement {
        title: "nothing is lost under a leader whom nobody relieves and whose followers keep their disks",
        of: GRANTED,
        of_values: false,
        when: keeps_all,
        holds: |_, outcome| none(outcome, &["lost-writes", "split-brain-writes"]),
    },
    Statement {
        title: "nothing is lost where a majority holds it and elects who leads",
        of: ELECTED,
        of_values: false,
        when: |facts| at_rest(facts) && can_lead(facts) && !facts.forgets,
        holds: |_, outcome| none(outcome, &["lost-writes"]),
    },
    Statement {
        title: "what is confirmed is accounted for once all is healed",
        of: LED,
        of_values: true,
        when: |facts| {
            at_rest(facts)
                && facts.once
                && facts.disks_lost == 0
                && !facts.forgets
                && (facts.undisputed || facts.leadership == Leadership::Elected)
        },
        holds: |_, outcome| none(outcome, &["unaccounted", "oversold"]),
    },
    Statement {
        title: "where copies are merged every change is in all of them once all is healed",
        of: NONE,
        of_values: true,
        when: |facts| facts.merges && at_rest(facts) && facts.once && facts.disks_lost == 0,
        holds: |_, outcome| none(outcome, &["unaccounted", "lost-writes"]),
    },
    Statement {
        title: "no update is lost where people decide on every conflict",
        of: NONE,
        of_values: false,
        when: |facts| at_rest(facts) && facts.once && facts.disks_lost == 0,
        holds: |_, outcome| {
            let measured = |id| (outcome.measure)(&Query::whole(id));
            let all = measured("conflicts-decided") > 0.0 && measured("conflicts-unseen") == 0.0;
            if all { none(outcome, &["lost-updates"]) } else { Ok(()) }
        },
    },
    Statement {
        title: "reads of the only leader are linearizable",
        of: GRANTED,
        of_values: false,
        when: |facts| keeps_all(facts) && facts.once && facts.reads == Some(ReadFrom::Leader),
        holds: |_, outcome| none(outcome, &["not-linearizable"]),
    },
    Statement {
        title: "a session sees its own writes and never goes back under a leader whom nobody relieves",
        of: GRANTED,
        of_values: false,
        when: |facts| {
            let of_session = matches!(facts.reads, Some(ReadFrom::Session | ReadFrom::SessionWait));
            keeps_all(facts) && facts.once && of_session
        },
        holds: |_, outcome| none(outcome, &["own-write-missed", "went-backwards"]),
    },
    Statement {
        title: "nothing that is promised is broken",
        of: ALL,
        of_values: false,
        when: |_| true,
        holds: |_, outcome| outcome.broken.first().map_or(Ok(()), |broken| Err(broken.clone())),
    },
    Statement {
        title: "what counts as lost is shown by no replica once all are equal",
        of: ALL,
        of_values: false,
        when: |facts| at_rest(facts) && can_lead(facts) && facts.converges,
        holds: nothing_lost_is_shown,
    },
];

/// The words of every statement that there is to make of a protocol.
pub fn statements(protocol: &ProtocolInfo) -> impl Iterator<Item = &'static str> {
    let (leadership, typed) = (protocol.leadership, protocol.typed);
    let made = move |statement: &&Statement| statement.applies(leadership) && (typed || !statement.of_values);
    STATEMENTS.iter().filter(made).map(|statement| statement.title)
}

impl Statement {
    pub(crate) fn applies(&self, leadership: Leadership) -> bool {
        self.of.contains(&leadership)
    }
}

/// All is healed for long enough, and nobody writes any more.
fn at_rest(facts: &Facts) -> bool {
    matches!((facts.settled, facts.quiet), (Some(_), Some(_)))
}

/// Nobody takes the lead from its leader, and no disk is lost, nor what a disk should have had.
fn keeps_all(facts: &Facts) -> bool {
    facts.undisputed && facts.disks_lost == 0 && !facts.forgets
}

/// Somebody leads.
fn is_led(facts: &Facts) -> bool {
    facts.leadership != Leadership::None
}

/// Whoever was to lead can, or somebody else is found: one who lost the disk must not.
fn can_lead(facts: &Facts) -> bool {
    facts.disks_lost == 0 || facts.replaced || !is_led(facts)
}

/// Nothing is left in the way of users but what was healed: they wait for answers, links lose nothing by nature, leadership does not go back and forth,
/// no single late probe condemns a region, and a lease outlasts what may hold its renewal up.
fn undisturbed(facts: &Facts) -> bool {
    let lease = facts.lease.is_none_or(|lease| lease >= Span::from_secs(5));
    facts.patient && !facts.lossy && !facts.failback && !facts.drained && facts.threshold > 1 && lease
}

/// The last users before the quiet are served, all of them.
fn served_again(facts: &Facts, outcome: &Outcome<'_>) -> Result<(), String> {
    let (Some(settled), Some(quiet)) = (facts.settled, facts.quiet) else { return Ok(()) };
    let from = settled.max(quiet - Span::from_secs(4));
    if from >= quiet {
        return Ok(());
    }
    let failed = (outcome.measure)(&Query { from, until: Time::MAX, ..Query::whole("failed") });
    is("operations that failed at last", failed, 0.0)
}

fn equal(outcome: &Outcome<'_>) -> Result<(), String> {
    let named: Vec<_> =
        outcome.contents.iter().map(|(region, held)| (format!("region {region}"), held.clone())).collect();
    match check::differences(&named).first() {
        None => Ok(()),
        Some(difference) => Err(difference.to_string()),
    }
}

/// What a replica holds under a key when nothing more happens is what everybody will read: it is not lost.
fn nothing_lost_is_shown(_: &Facts, outcome: &Outcome<'_>) -> Result<(), String> {
    let shown = |lost: &&LostWrite| {
        let key = u64::from(lost.key);
        outcome.contents.iter().any(|(_, held)| held.get(&key) == Some(&lost.write))
    };
    match outcome.lost.iter().find(shown) {
        None => Ok(()),
        Some(lost) => Err(format!("write {} of key {} counts as lost and is read", lost.write, lost.key)),
    }
}

/// These metrics are all zero.
fn none(outcome: &Outcome<'_>, ids: &[&str]) -> Result<(), String> {
    ids.iter().map(|id| Query::whole(id)).try_for_each(|query| is(query.metric.title, (outcome.measure)(&query), 0.0))
}

fn is(what: &str, found: f64, expected: f64) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found}, not {expected}")) }
}
