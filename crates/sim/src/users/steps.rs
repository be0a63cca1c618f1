//! The steps that a request may be made of, each with how it is written and read.

use engine::Span;
use protocol::{READINGS, ReadFrom};
use settings::{Fallback::Required, Fallback::Value, Fields, Setting, Verb};

/// One thing a client does.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Call the regional service without touching data.
    Call,
    /// Read a dataset.
    Read {
        /// Which.
        dataset: usize,
        /// From where.
        from: ReadFrom,
    },
    /// Write to a dataset.
    Write {
        /// Which.
        dataset: usize,
        /// Size of the value, bytes.
        bytes: u32,
    },
    /// Do nothing for a while.
    Wait(Span),
}

/// A kind of step in the list.
pub struct StepLine {
    /// How it is written.
    pub verb: Verb,
    /// Read one, of a request whose values have so many bytes; `None` if what it cannot be without is missing or wrong.
    pub(crate) read: fn(&dyn Fields, bytes: u32) -> Option<Step>,
}

/// Every kind of step.
pub const STEPS: &[StepLine] = &[
    StepLine {
        verb: Verb { word: "call", meaning: "call the region's service without touching data", settings: &[] },
        read: |_, _| Some(Step::Call),
    },
    StepLine {
        verb: Verb {
            word: "read",
            meaning: "read the key",
            settings: &[
                Setting::new("dataset", "dataset", Required, "what is read"),
                Setting::new("from", ReadFrom::WORDS, Value("local"), "which replica may answer"),
            ],
        },
        read: |fields, _| {
            let from = ReadFrom::ALL[fields.choice("from", &READINGS.map(|reading| reading.word))];
            Some(Step::Read { dataset: fields.dataset("dataset")?.into(), from })
        },
    },
    StepLine {
        verb: Verb {
            word: "write",
            meaning: "write the key",
            settings: &[Setting::new("dataset", "dataset", Required, "what is written")],
        },
        read: |fields, bytes| Some(Step::Write { dataset: fields.dataset("dataset")?.into(), bytes }),
    },
    StepLine {
        verb: Verb {
            word: "wait",
            meaning: "do nothing for a while",
            settings: &[Setting::new("time", "time", Required, "how long")],
        },
        read: |fields, _| Some(Step::Wait(fields.span("time"))),
    },
];

impl Step {
    /// The dataset it touches.
    pub fn dataset(&self) -> Option<usize> {
        match self {
            Step::Read { dataset, .. } | Step::Write { dataset, .. } => Some(*dataset),
            Step::Call | Step::Wait(_) => None,
        }
    }

    /// The replica that may answer it.
    pub(crate) fn read_from(&self) -> ReadFrom {
        match self {
            Step::Read { from, .. } => *from,
            _ => ReadFrom::Leader,
        }
    }

    /// Size of the value it carries.
    pub(crate) fn bytes(&self) -> u32 {
        match self {
            Step::Write { bytes, .. } => *bytes,
            _ => 0,
        }
    }
}
