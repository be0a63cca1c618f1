//! One event of a history: what it says, and what it adds to what came before it.

use std::collections::BTreeMap;

use super::call::{TextCall, Written};
use super::model::Model;
use super::node::{Node, Notation, TextError, Value};
use super::values::Numbers;
use crate::history::Operation;
use crate::recorder::Recorder;
use crate::words::{either, with_article};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Invoke,
    Ok,
    Fail,
    Info,
}

/// The kinds by name.
const KINDS: [(&str, Kind); 4] =
    [("invoke", Kind::Invoke), ("ok", Kind::Ok), ("fail", Kind::Fail), ("info", Kind::Info)];

/// The function of an event that acts on nothing: the process crashes (jepsen.tests.kafka), and what it waits for it never learns.
const CRASH: &str = "crash";

pub(super) struct Event {
    notation: Notation,
    pub(super) line: u32,
    column: u32,
    pub(super) process: u64,
    pub(super) kind: Kind,
    /// None: the process crashes.
    pub(super) f: Option<&'static str>,
    pub(super) value: Option<Written>,
    pub(super) key: Option<Node>,
    /// Whether the key was written beside the value, `[key value]`.
    pub(super) is_tuple: bool,
    pub(super) time: Option<u64>,
    /// What the time reads that is written, also where it is no whole number from 0: of the two events of an operation the later reads no less.
    pub(super) reads: Option<f64>,
    pub(super) index: Option<i128>,
}

/// What the names of a text stand for.
pub(super) struct Names {
    pub(super) keys: Numbers,
    pub(super) values: Numbers,
    pub(super) model: Model,
}

impl Event {
    /// None for what the nemesis did.
    pub(super) fn of<C: TextCall>(
        node: Node,
        notation: Notation,
        functions: &[&'static str],
    ) -> Result<Option<Self>, TextError> {
        let mut fields = Fields::of(node, notation)?;
        let Some(process) = fields.client()? else {
            return Ok(None);
        };
        let kind = fields.kind()?;
        let f = fields.function(functions)?;
        let written = fields.take("time");
        let (time, reads) = match written.as_ref().map(|node| &node.value) {
            Some(Value::Integer(time)) => (u64::try_from(*time).ok(), Some(*time as f64)),
            Some(Value::Symbol(text)) => (None, text.parse().ok()),
            _ => (None, None),
        };
        // What cannot be compared must not be passed over: an operation may end before it begins by it.
        if let Some(node) = written.filter(|node| reads.is_none() && node.value != Value::Nil) {
            let name = notation.name("time");
            return Err(node.error(format!("{name} is a number, such as nanoseconds, not {}", node.describe())));
        }
        let index = match fields.take("index").map(|node| node.value) {
            Some(Value::Integer(number)) => Some(number),
            _ => None,
        };
        let key = fields.take("key");
        if let Some(key) = key.as_ref().filter(|key| key.written().is_none()) {
            return Err(key.error(format!(
                "{} is a number, a string or a keyword, not {}",
                notation.name("key"),
                key.describe()
            )));
        }
        let (beside, value) = match (f, fields.take("value")) {
            (Some(f), Some(value)) => split::<C>(f, value),
            _ => (None, None),
        };
        let is_tuple = beside.is_some();
        if let (Some(key), Some(beside)) =
            (key.as_ref().and_then(Node::written), beside.as_ref().and_then(Node::written))
            && key != beside
        {
            let (field, value) = (notation.name("key"), notation.name("value"));
            return Err(fields.error(format!("this event has two keys, {field} {key} and {beside} in {value}")));
        }
        let Fields { line, column, .. } = fields;
        let value = value.map(Written);
        Ok(Some(Self {
            notation,
            line,
            column,
            process,
            kind,
            f,
            value,
            key: key.or(beside),
            is_tuple,
            time,
            reads,
            index,
        }))
    }

    pub(super) fn error(&self, message: impl Into<String>) -> TextError {
        TextError { line: self.line, column: self.column, message: message.into() }
    }

    pub(super) fn name(&self, name: &str) -> String {
        self.notation.name(name)
    }

    /// Whether it begins an operation.
    pub(super) fn is_invocation(&self) -> bool {
        self.kind == Kind::Invoke && self.f.is_some()
    }

    /// Tells the recorder.
    pub(super) fn record<C: TextCall>(
        &self,
        recorder: &mut Recorder<C>,
        at: u64,
        id: u64,
        names: &Names,
    ) -> Result<(), TextError> {
        let process = self.process;
        let Some(f) = self.f else {
            // Whatever it was doing, its outcome is unknown; it may have been doing nothing.
            let _ = recorder.info(process);
            return Ok(());
        };
        let recorded = match self.kind {
            Kind::Invoke => recorder.invoke(at, process, id, self.key_number(names)?, self.call(f, names)?),
            Kind::Fail => recorder.fail(at, process),
            Kind::Info => recorder.info(process),
            Kind::Ok => match recorder.open(process) {
                Some(open) => {
                    let answered = self.answered(f, open, names)?;
                    recorder.ok_with(at, process, answered)
                }
                None => recorder.ok(at, process),
            },
        };
        recorded.map_err(|wrong| self.error(wrong.to_string()))
    }

    /// The key of an invocation; where there is but one object it need not have a name.
    pub(super) fn invoked_key(&self) -> &Node {
        static NO_KEY: Node = Node { value: Value::Integer(0), line: 1, column: 1 };
        self.key.as_ref().unwrap_or(&NO_KEY)
    }

    fn key_number(&self, names: &Names) -> Result<u64, TextError> {
        let key = self.invoked_key();
        names.keys.number(key).ok_or_else(|| key.error("the text does not know this key"))
    }

    fn call<C: TextCall>(&self, f: &str, names: &Names) -> Result<C, TextError> {
        let (line, column) =
            self.value.as_ref().map_or((self.line, self.column), |written| (written.0.line, written.0.column));
        let call = C::parse(f, self.value.as_ref(), &names.values, names.model);
        call.map_err(|expected| {
            let found = self.value.as_ref().map_or("nothing".to_owned(), |written| written.0.describe());
            TextError {
                line,
                column,
                message: format!("{} {expected} as {}, not {found}", with_article(f), self.name("value")),
            }
        })
    }

    /// The call as it was answered, which must be the one that was invoked.
    fn answered<C: TextCall>(&self, f: &str, open: &Operation<C>, names: &Names) -> Result<C, TextError> {
        let is_read = f == C::FUNCTIONS[0];
        let nothing = || self.error(format!("the answer of {} has no {}", with_article(f), self.name("value")));
        if self.value.is_none() && is_read {
            return Err(nothing());
        }
        let (invoked, _, value) = open.call.write(&names.values.names);
        let differs = |field: &str, now: &str, then: &str| {
            let process = self.process;
            Err(self.error(format!(
                "process {process} completes another operation than it invoked: its {field} is {now}, not {then}"
            )))
        };
        if f != invoked {
            return differs(&self.name("f"), &self.name(f), &self.name(invoked));
        }
        if let Some(key) = self.key.as_ref().filter(|key| names.keys.number(key) != Some(open.key)) {
            let then = names.keys.names.get(&open.key).cloned().unwrap_or_else(|| open.key.to_string());
            return differs("key", &key.written().unwrap_or_default(), &then);
        }
        // A write need not repeat its value.
        let answer: C = if self.value.is_some() { self.call(f, names)? } else { open.call.clone() };
        match open.call.answered(answer.clone()) {
            Some(answered) if answered.says_nothing() => Err(nothing()),
            Some(answered) => Ok(answered),
            None => differs(&self.name("value"), &answer.write(&names.values.names).2, &value),
        }
    }
}

/// What an event says, by name.
struct Fields {
    notation: Notation,
    line: u32,
    column: u32,
    fields: BTreeMap<String, Node>,
}

impl Fields {
    fn of(node: Node, notation: Notation) -> Result<Self, TextError> {
        let (line, column) = (node.line, node.column);
        let Value::Map(entries) = node.value else {
            let like = match notation {
                Notation::Edn => "{:process 0, :type :invoke, ...}",
                Notation::Json => "{\"process\": 0, \"type\": \"invoke\", ...}",
            };
            return Err(node.error(format!("an event was expected, a map like {like}, not {}", node.describe())));
        };
        let mut fields = BTreeMap::new();
        for (name, value) in entries {
            let known = match (&name.value, notation) {
                (Value::Keyword(name), Notation::Edn) | (Value::String(name), Notation::Json) => name.clone(),
                _ => continue,
            };
            if fields.insert(known, value).is_some() {
                let name = name.written().unwrap_or_default();
                return Err(TextError { line, column, message: format!("this event has {name} twice") });
            }
        }
        Ok(Self { notation, line, column, fields })
    }

    fn error(&self, message: impl Into<String>) -> TextError {
        TextError { line: self.line, column: self.column, message: message.into() }
    }

    fn take(&mut self, name: &str) -> Option<Node> {
        self.fields.remove(name)
    }

    fn needed(&mut self, name: &str) -> Result<Node, TextError> {
        let missing = self.error(format!("this event has no {}", self.notation.name(name)));
        self.take(name).ok_or(missing)
    }

    /// The number of a client; none for the nemesis, which is none.
    fn client(&mut self) -> Result<Option<u64>, TextError> {
        let process = self.needed("process")?;
        let number = match &process.value {
            Value::Integer(number) => u64::try_from(*number).ok(),
            _ if process.name().is_some_and(|name| name.starts_with("nemesis")) => return Ok(None),
            _ => None,
        };
        let (field, nemesis) = (self.notation.name("process"), self.notation.name("nemesis"));
        let wrong = || process.error(format!("{field} is a number from 0 or {nemesis}, not {}", process.describe()));
        number.map(Some).ok_or_else(wrong)
    }

    fn kind(&mut self) -> Result<Kind, TextError> {
        let kind = self.needed("type")?;
        let known = KINDS.iter().find(|(name, _)| kind.name() == Some(name));
        let wrong = || {
            let names = KINDS.map(|(name, _)| self.notation.name(name));
            kind.error(format!("{} is {}, not {}", self.notation.name("type"), either(&names), kind.describe()))
        };
        known.map(|(_, kind)| *kind).ok_or_else(wrong)
    }

    /// The function, if the event is not that the process crashes.
    fn function(&mut self, functions: &[&'static str]) -> Result<Option<&'static str>, TextError> {
        let f = self.needed("f")?;
        let name = f.name().unwrap_or_default();
        if name == CRASH {
            return Ok(None);
        }
        if let Some(known) = functions.iter().find(|known| **known == name) {
            return Ok(Some(known));
        }
        let (field, known) = (self.notation.name("f"), self.notation.names(functions));
        let mut message = format!("{field} is one of {known} in this model, not {}", f.describe());
        let models: Vec<String> = Model::with(&[name]).map(|model| model.to_string()).collect();
        if !models.is_empty() {
            message += &format!("; the model {} has it", either(&models));
        }
        Err(f.error(message))
    }
}

/// The key and the value of `[key value]`. Anything else is a value alone, as is the pair of a compare-and-set.
fn split<C: TextCall>(f: &str, value: Node) -> (Option<Node>, Option<Node>) {
    let Value::Sequence(pair) = &value.value else { return (None, Some(value)) };
    let is_value = |inner: &Node| !C::takes_pairs(f) || matches!(inner.value, Value::Nil | Value::Sequence(_));
    match pair.as_slice() {
        [key, inner] if is_value(inner) && key.written().is_some() => (Some(key.clone()), Some(inner.clone())),
        _ => (None, Some(value)),
    }
}
