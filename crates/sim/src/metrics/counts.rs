//! What is counted of the operations of one second.

use crate::failure::How;
use crate::trace::{ErrorKind, OperationKind};
use engine::Span;

/// Stands for "no region": operations are offered before anyone knows who will answer.
pub(crate) const NOWHERE: u16 = u16::MAX;

/// Pictures show what ended in so many seconds before their instant.
pub(super) const RECENT: usize = 5;

/// What operations have in common that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Series {
    pub(crate) population: u16,
    pub(crate) region: u16,
    pub(crate) dataset: Option<u16>,
    pub(crate) kind: OperationKind,
}

/// One second of a series.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) offered: u32,
    pub(crate) succeeded: u32,
    /// Answered with a no: the value did not take the change.
    pub(crate) declined: u32,
    pub(crate) slow: u32,
    pub(crate) stale: u32,
    pub(crate) retries: u32,
    /// Those that failed, by the number of the kind of error. Seldom any, so that most seconds need no room for them.
    pub(super) errors: Option<Box<[u32; ErrorKind::ALL.len()]>>,
    /// None where nobody was answered: what is only offered needs no room for it.
    pub(crate) answers: Option<Box<Answers>>,
}

/// The operations of a series that were answered in one second.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    /// Codes of the latencies of those that succeeded, ascending once the second is over.
    pub(crate) latencies: Vec<u16>,
    pub(crate) sum: Span,
    /// Of those that succeeded; beyond all if none did.
    pub(crate) shortest: Span,
    pub(crate) longest: Span,
}

impl Counts {
    /// One more was answered.
    pub(super) fn answered(&mut self) -> &mut Answers {
        self.answers.get_or_insert_with(|| {
            let (none, longest) = (Vec::new(), Span::ZERO);
            Box::new(Answers { latencies: none, sum: Span::ZERO, shortest: Span::MAX, longest })
        })
    }

    /// Operations that ended in an error.
    pub(crate) fn failed(&self) -> u32 {
        self.errors.as_ref().map_or(0, |errors| errors.iter().sum())
    }

    /// Operations that ended in this error.
    pub(crate) fn errors(&self, kind: ErrorKind) -> u32 {
        self.errors.as_ref().map_or(0, |errors| errors[kind as usize])
    }

    /// Operations that ended because nothing came in time.
    pub(super) fn silent(&self) -> u32 {
        let silent = |kind: &ErrorKind| kind.row().how == How::Silence;
        ErrorKind::ALL.into_iter().filter(silent).map(|kind| self.errors(kind)).sum()
    }
}
