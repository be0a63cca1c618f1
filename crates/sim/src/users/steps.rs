//! The steps that a request may be made of, each with how it is written and read.

use crate::config::DatasetConfig;
use engine::Span;
use protocol::{READINGS, ReadFrom};
use settings::{Fallback, Fallback::Required, Fallback::Value, Fields, Setting, Verb};
use values::{Change, Kind, Takes};

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
        /// How long what that rule says lasts; nothing where nothing lasts.
        within: Span,
    },
    /// Change a dataset.
    Write {
        /// Which.
        dataset: usize,
        /// What is done to the value.
        change: Change,
        /// Size of what is sent, bytes.
        bytes: u32,
    },
    /// Do nothing for a while.
    Wait(Span),
}

/// A kind of step in the list.
pub struct StepLine {
    /// How it is written.
    pub verb: Verb,
    /// Read one; `None` if what it cannot be without is missing or wrong.
    pub(crate) read: fn(&dyn Fields, &Around<'_>) -> Option<Step>,
}

/// What a step must know of what stands around it.
pub(crate) struct Around<'a> {
    pub(crate) datasets: &'a [DatasetConfig],
    /// How it is written.
    pub(crate) word: &'static str,
    /// Size of a value that a request writes.
    pub(crate) bytes: u32,
}

/// Size of a change that is not a whole value: which, of what, by how much.
const CHANGE_BYTES: u32 = 32;

const DATASET: Setting = Setting::new("dataset", "dataset", Required, "which dataset");
const AMOUNT: Setting = Setting::new("amount", "number", Required, "how many");
const FROM: Setting =
    Setting::new("from", "account", Fallback::Otherwise("any, drawn"), "which account pays, by its number from 1");
const TO: Setting = Setting::new("to", "account", Fallback::Otherwise("any other, drawn"), "which account is paid");
const FOR: Setting = Setting::new("for", "time", Fallback::Value("10m"), "how long it is held");

/// Every kind of step.
pub const STEPS: &[StepLine] = &[
    StepLine {
        verb: Verb { word: "call", meaning: "call the region's service without touching data", settings: &[], own: 0 },
        read: |_, _| Some(Step::Call),
    },
    StepLine {
        verb: Verb {
            word: "read",
            meaning: "read the key",
            settings: &[
                DATASET,
                Setting::new("from", ReadFrom::WORDS, Value("local"), "which replica may answer"),
                Setting::new(
                    "within",
                    "time",
                    Fallback::Otherwise("1s to wait, 60s pinned, 5s bounded"),
                    "from session-wait or causal: how long a replica waits for what it lacks, before it sends the read to the leader, or where nobody leads to who has it; in a quorum that is its `patience`; from pinned: how long after a write of its own a client reads from the leader; from bounded: how far back what a replica shows may lie",
                ),
            ],
            own: 1,
        },
        read: |fields, around| {
            let from = ReadFrom::ALL[fields.choice("from", &READINGS.map(|reading| reading.word))];
            let lasts = from.means().within;
            let within = if fields.holds("within") { fields.period("within") } else { lasts.unwrap_or(Span::ZERO) };
            let dataset = usize::from(fields.dataset("dataset")?);
            let waits = around.datasets.get(dataset).is_none_or(|set| set.waits_for_causes());
            let (heard, takes) = match from {
                ReadFrom::Causal if !waits => (false, "`patience` of its dataset, for as long a quorum waits"),
                _ => (lasts.is_some(), "`from` session-wait, pinned, bounded or causal"),
            };
            fields.heard("within", heard, takes);
            Some(Step::Read { dataset, from, within })
        },
    },
    StepLine {
        verb: Verb { word: "write", meaning: "write the key of a register", settings: &[DATASET], own: 1 },
        read: |fields, around| {
            let Step::Write { dataset, change, .. } = change(fields, around, "set")? else { return None };
            Some(Step::Write { dataset, change, bytes: around.bytes })
        },
    },
    plain("delete", "leave nothing under the key of a register"),
    of_amount("add", "add so many to a counter, or this element to a set or a cart"),
    of_amount("remove", "take this element out of a set or a cart"),
    of_amount("sell", "sell so many of a stock"),
    StepLine {
        verb: Verb {
            word: "reserve",
            meaning: "hold so many of a stock back",
            settings: &[AMOUNT, DATASET, FOR],
            own: 2,
        },
        read: |fields, around| change(fields, around, around.word),
    },
    plain("commit", "sell what this client holds of a stock"),
    plain("release", "give back what this client holds of a stock"),
    of_amount("restock", "put so many more into a stock"),
    of_amount("deposit", "pay so much into an account"),
    of_amount("withdraw", "pay so much out of an account"),
    plain("claim", "take a unique name"),
    plain("cede", "give a unique name up"),
    plain("post", "append to a feed"),
    StepLine {
        verb: Verb {
            word: "transfer",
            meaning: "move so much from one account of a ledger to another",
            settings: &[AMOUNT, DATASET, FROM, TO],
            own: 2,
        },
        read: |fields, around| change(fields, around, around.word),
    },
    StepLine {
        verb: Verb {
            word: "wait",
            meaning: "do nothing for a while",
            settings: &[Setting::new("time", "time", Required, "how long")],
            own: 1,
        },
        read: |fields, _| Some(Step::Wait(fields.span("time"))),
    },
];

/// A change by a number, or of an element.
const fn of_amount(word: &'static str, meaning: &'static str) -> StepLine {
    let verb = Verb { word, meaning, settings: &[AMOUNT, DATASET], own: 2 };
    StepLine { verb, read: |fields, around| change(fields, around, around.word) }
}

/// A change that says all by its verb.
const fn plain(word: &'static str, meaning: &'static str) -> StepLine {
    let verb = Verb { word, meaning, settings: &[DATASET], own: 1 };
    StepLine { verb, read: |fields, around| change(fields, around, around.word) }
}

/// A change of what a dataset holds, by the word that its type has for it.
fn change(fields: &dyn Fields, around: &Around<'_>, word: &'static str) -> Option<Step> {
    let dataset = usize::from(fields.dataset("dataset")?);
    let set = around.datasets.get(dataset)?;
    let info = set.kind.info();
    let Some(verb) = info.verbs.iter().find(|verb| verb.info().word == word) else {
        let forms: Vec<String> = info.verbs.iter().map(|verb| step_form(verb.info(), &set.id)).collect();
        let message = format!("`{}` is of type {}, which does not take `{}`", set.id, info.id, around.word);
        fields.problem("dataset", &message, &format!("write {}", forms.join(" or ")));
        return None;
    };
    let mut change = Change::new(*verb);
    let most = i32::MAX as u64;
    match verb.info().takes {
        Takes::Nothing => {}
        Takes::Amount => change.amount = fields.count("amount", 1..=most) as i32,
        Takes::Signed => {
            change.amount = fields.whole("amount", -i64::from(i32::MAX)..=i64::from(i32::MAX)) as i32;
            if change.amount == 0 {
                fields.problem("amount", "adding 0 changes nothing", "write how many, below zero to take back");
            }
        }
        Takes::Element => change.what = fields.count("amount", 1..=u64::from(u16::MAX)) as u16,
        Takes::AmountForTime => {
            change.amount = fields.count("amount", 1..=most) as i32;
            change.hold = (fields.period("for").as_nanos() / 1_000_000) as u32;
        }
        Takes::AmountBetween => {
            change.amount = fields.count("amount", 1..=most) as i32;
            change = change.between(accounts(fields, &set.kind));
        }
    }
    Some(Step::Write { dataset, change, bytes: CHANGE_BYTES })
}

/// The accounts of a ledger that a step names; 0 stands for one that it does not name.
fn accounts(fields: &dyn Fields, kind: &Kind) -> [u8; 2] {
    let Kind::Ledger { accounts, .. } = *kind else { return [0; 2] };
    let named = |key| {
        let account = if fields.holds(key) { fields.whole(key, i64::MIN..=i64::MAX) } else { return 0 };
        if !(1..=i64::from(accounts)).contains(&account) {
            fields.problem(
                key,
                &format!("there is no account {account}"),
                &format!("its accounts are 1 to {accounts}"),
            );
            return 0;
        }
        account as u8
    };
    let [from, to] = ["from", "to"].map(named);
    if from == to && from != 0 {
        let message = format!("from account {from} to account {to} nothing is moved");
        let help = format!("write another of the accounts 1 to {accounts}, or none, so that it is drawn");
        fields.problem("to", &message, &help);
    }
    [from, to]
}

/// How a step that makes such a change is written.
fn step_form(verb: &values::VerbInfo, dataset: &str) -> String {
    match (verb.word, verb.takes) {
        ("set", _) => format!("`write {dataset}`"),
        (word, Takes::Nothing) => format!("`{word} {dataset}`"),
        (word, Takes::AmountForTime) => format!("`{word} N {dataset} for TIME`"),
        (word, Takes::AmountBetween) => format!("`{word} N {dataset} from ACCOUNT to ACCOUNT`"),
        (word, _) => format!("`{word} N {dataset}`"),
    }
}

impl Step {
    /// Write a value of so many bytes to a dataset of registers.
    pub const fn put(dataset: usize, bytes: u32) -> Step {
        Step::Write { dataset, change: Change::new(values::Verb::Set), bytes }
    }

    /// Read a dataset by a rule, as it lasts where nobody says how long.
    pub const fn read(dataset: usize, from: ReadFrom) -> Step {
        let within = match from.means().within {
            Some(within) => within,
            None => Span::ZERO,
        };
        Step::Read { dataset, from, within }
    }

    /// How long what its rule says lasts.
    pub(crate) fn within(&self) -> Span {
        match self {
            Step::Read { within, .. } => *within,
            _ => Span::ZERO,
        }
    }

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

    /// The change it makes, if it makes one.
    pub(crate) fn change(&self) -> Option<Change> {
        match self {
            Step::Write { change, .. } => Some(*change),
            _ => None,
        }
    }

    /// Size of what it sends.
    pub(crate) fn bytes(&self) -> u32 {
        match self {
            Step::Write { bytes, .. } => *bytes,
            _ => 0,
        }
    }
}
