//! "Why?": the chain of causes of an event, in words, oldest first. What its causes are beside the one that the trace names, the facts say themselves.

use crate::run::Run;
use crate::trace::TraceEvent;
use crate::trace::telling::{Sign, Telling};
use engine::{Span, Time};
use protocol::Protocol;
use serde::{Deserialize, Serialize};

/// One link of a chain of causes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExplainedLine {
    /// When it happened.
    pub at: Time,
    /// The number of the event.
    pub event: u64,
    /// What happened.
    pub text: String,
}

/// How far before and after the instant asked about causes and endings are looked for at once.
const REACH: Span = Span::from_secs(20);
/// Causes that lie farther back are looked for so often.
const STEPS_BACK: u32 = 6;

impl<P: Protocol> Run<P> {
    /// What led to the event with this number, which happened at about `at`. Empty if there is no such event near.
    pub fn explain_event(&self, event: u64, at: Time) -> Vec<ExplainedLine> {
        let trace = self.trace(at - REACH, at + REACH);
        self.chain(trace, at - REACH, event)
    }

    /// What became of an operation that was under way at about `at`, and how.
    pub fn explain_operation(&self, operation: u64, at: Time) -> Vec<ExplainedLine> {
        let trace = self.trace(at - REACH, at + REACH);
        let concerns = |event: &&TraceEvent| event.what.fact().and_then(Telling::operation) == Some(operation);
        let last = trace.iter().rev().find(concerns).map(|last| last.id);
        last.map_or_else(Vec::new, |last| self.chain(trace, at - REACH, last))
    }

    /// What it took to come to an event, where that is several facts in a row: the last of them may be stated just after it.
    fn taken(&self, event: &TraceEvent, trace: &[TraceEvent]) -> Vec<TraceEvent> {
        let Some(fact) = event.what.fact() else { return Vec::new() };
        let Some(others) = fact.takes(&self.names()).checked_sub(1) else { return Vec::new() };
        let counts = |other: &&TraceEvent| fact.counts(&other.what);
        let place = trace.partition_point(|other| other.id <= event.id);
        let last = trace[place..].iter().find(counts).filter(|last| last.at == event.at);
        let before = trace[..place].iter().rev().filter(counts).take(others as usize);
        before.chain(last).copied().collect()
    }

    /// The causes of an event, and beside each loss the fault that it is owed to. `trace` is all there is from `start` on.
    fn chain(&self, mut trace: Vec<TraceEvent>, mut start: Time, asked: u64) -> Vec<ExplainedLine> {
        let mut chain: Vec<TraceEvent> = Vec::new();
        let (mut next, mut steps) = (asked, STEPS_BACK);
        while next != 0 {
            let here = trace.binary_search_by_key(&next, |event| event.id).ok().map(|place| trace[place]);
            if let Some(event) = here.or_else(|| self.notable(next).filter(|_| !chain.is_empty())) {
                chain.push(event);
                chain.extend(self.taken(&event, &trace));
                if let Some(fault) = event.what.fact().and_then(Telling::owed_to) {
                    let began = self.notable(fault);
                    chain.extend(began);
                    chain.extend(began.and_then(|began| self.notable(began.cause)));
                }
                start = start.min(event.at);
                next = event.cause;
            } else if steps > 0 && !chain.is_empty() && start > Time::ZERO {
                steps -= 1;
                trace = self.trace(start - REACH, start);
                start = start - REACH;
            } else {
                break;
            }
        }
        // What a fault by hand does says the act that began it.
        let by_hand = |event: &TraceEvent| {
            matches!(event.what.fact().map(Telling::sign), Some(Sign::Begins { planned: None, .. }))
        };
        chain.retain(|event| event.id == asked || !by_hand(event));
        engine::sort_by_key(&mut chain, |event| event.id);
        chain.dedup_by_key(|event| event.id);
        let names = self.names();
        let line = |event: &TraceEvent| ExplainedLine { at: event.at, event: event.id, text: event.what.words(&names) };
        chain.iter().map(line).collect()
    }
}
