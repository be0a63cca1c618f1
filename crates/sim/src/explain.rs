//! "Why?": the chain of causes of an event, in words, oldest first. A circuit that opens has as many causes as failures in a row opened it.

use crate::run::Run;
use crate::trace::{TraceEvent, What, network, users};
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
        let concerns = |event: &&TraceEvent| match event.what {
            What::Users(users::Fact::OperationStarted(info)) | What::Users(users::Fact::OperationEnded(info, _)) => {
                info.operation == operation
            }
            What::Users(users::Fact::AttemptSent { operation: of, .. })
            | What::Users(users::Fact::AttemptFailed { operation: of, .. }) => of == operation,
            _ => false,
        };
        let last = trace.iter().rev().find(concerns).map(|last| last.id);
        last.map_or_else(Vec::new, |last| self.chain(trace, at - REACH, last))
    }

    /// The failures in a row that open a circuit, if the event is that one does: it opens with the last of them, which is stated after it.
    fn failures_that_open(&self, event: &TraceEvent, trace: &[TraceEvent]) -> Vec<TraceEvent> {
        let opens = users::defence::Fact::Breaker(users::defence::breaker::Fact::Opens);
        let What::Users(users::Fact::Defended { population, region, fact }) = event.what else { return Vec::new() };
        let breaker = self.config().populations[usize::from(population)].defences.breaker;
        let (Some(breaker), true) = (breaker, fact == opens) else { return Vec::new() };
        let fails = |failed: &&TraceEvent| match failed.what {
            What::Users(users::Fact::AttemptFailed { population: whose, region: of, .. }) => {
                (whose, of) == (population, region)
            }
            _ => false,
        };
        let place = trace.partition_point(|other| other.id <= event.id);
        let last = trace[place..].iter().find(fails).filter(|last| last.at == event.at);
        let before = trace[..place].iter().rev().filter(fails).take(breaker.failures as usize - 1);
        before.chain(last).copied().collect()
    }

    /// The causes of an event, and beside each loss the fault that it is owed to. `trace` is all there is from `start` on.
    fn chain(&self, mut trace: Vec<TraceEvent>, mut start: Time, event: u64) -> Vec<ExplainedLine> {
        let mut chain: Vec<TraceEvent> = Vec::new();
        let (mut next, mut steps) = (event, STEPS_BACK);
        while next != 0 {
            let here = trace.binary_search_by_key(&next, |event| event.id).ok().map(|place| trace[place]);
            if let Some(event) = here.or_else(|| self.notable(next).filter(|_| !chain.is_empty())) {
                chain.push(event);
                chain.extend(self.failures_that_open(&event, &trace));
                if let What::Network(network::Fact::PacketLost { fault, .. }) = event.what {
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
        chain.sort_unstable_by_key(|event| event.id);
        chain.dedup_by_key(|event| event.id);
        let names = self.names();
        let line = |event: &TraceEvent| ExplainedLine { at: event.at, event: event.id, text: event.what.words(&names) };
        chain.iter().map(line).collect()
    }
}
