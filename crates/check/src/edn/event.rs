//! One event of a history: what it says, and what it adds to what came before it.

use std::collections::BTreeMap;

use super::history::{EdnCall, Written, quoted};
use super::reader::{EdnError, Node, Value};
use crate::history::Operation;
use crate::recorder::Recorder;
use crate::report::Model;
use crate::words::either;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Invoke,
    Ok,
    Fail,
    Info,
}

/// The name of an object.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) written: String,
    /// If it is a number.
    pub(super) number: Option<u64>,
}

pub(super) struct Event {
    pub(super) line: u32,
    column: u32,
    process: u64,
    pub(super) kind: Kind,
    f: String,
    value: Option<Written>,
    pub(super) key: Option<Key>,
    /// Whether the key was written beside the value, `[key value]`.
    pub(super) is_tuple: bool,
    pub(super) time: Option<u64>,
}

impl Event {
    /// None for the events of a process that is no client.
    pub(super) fn of<C: EdnCall>(node: Node, functions: &[&str]) -> Result<Option<Self>, EdnError> {
        let (line, column) = (node.line, node.column);
        let Value::Map(entries) = node.value else {
            return Err(node.error(format!(
                "an event was expected, a map like {{:process 0, :type :invoke, ...}}, not {}",
                node.describe()
            )));
        };
        let missing = |name: &str| EdnError { line, column, message: format!("this event has no :{name}") };
        let mut fields: BTreeMap<String, Node> = BTreeMap::new();
        for (key, value) in entries {
            if let Value::Keyword(name) = key.value {
                fields.insert(name, value);
            }
        }
        let mut take = |name: &str| fields.remove(name);
        let Some(process) = client(&take("process").ok_or_else(|| missing("process"))?)? else {
            return Ok(None);
        };
        let kind = kind(&take("type").ok_or_else(|| missing("type"))?)?;
        let f = function(&take("f").ok_or_else(|| missing("f"))?, functions)?;
        let time = match take("time").map(|time| time.value) {
            Some(Value::Integer(time)) => u64::try_from(time).ok(),
            _ => None,
        };
        let key = take("key").map(|key| {
            key_of(&key)
                .ok_or_else(|| key.error(format!(":key is a number, a string or a keyword, not {}", key.describe())))
        });
        let mut key = key.transpose()?;
        let (beside, value) = take("value").map_or((None, None), |value| split::<C>(&f, value));
        let is_tuple = beside.is_some();
        if let (Some(key), Some(beside)) = (&key, &beside)
            && key.written != beside.written
        {
            let message = format!("this event has two keys, :key {} and {} in :value", key.written, beside.written);
            return Err(EdnError { line, column, message });
        }
        key = key.or(beside);
        Ok(Some(Self { line, column, process, kind, f, value: value.map(Written), key, is_tuple, time }))
    }

    pub(super) fn error(&self, message: impl Into<String>) -> EdnError {
        EdnError { line: self.line, column: self.column, message: message.into() }
    }

    /// The key of an invocation; where there is but one object it need not have a name.
    pub(super) fn invoked_key(&self) -> Key {
        self.key.clone().unwrap_or_else(|| Key { written: "0".to_owned(), number: Some(0) })
    }

    /// Tells the recorder. `keys` are the numbers of the keys as they are written, `names` the other way round.
    pub(super) fn record<C: EdnCall>(
        &self,
        recorder: &mut Recorder<C>,
        at: u64,
        id: u64,
        keys: &BTreeMap<String, u64>,
        names: &BTreeMap<u64, String>,
    ) -> Result<(), EdnError> {
        let process = self.process;
        let recorded = match self.kind {
            Kind::Invoke => recorder.invoke(at, process, id, keys[&self.invoked_key().written], self.call()?),
            Kind::Fail => recorder.fail(process),
            Kind::Info => recorder.info(process),
            Kind::Ok => match recorder.open(process) {
                Some(open) => {
                    let answered = self.answered(open, names)?;
                    recorder.ok_with(at, process, answered)
                }
                None => recorder.ok(at, process),
            },
        };
        recorded.map_err(|wrong| self.error(wrong.to_string()))
    }

    fn call<C: EdnCall>(&self) -> Result<C, EdnError> {
        let (line, column) =
            self.value.as_ref().map_or((self.line, self.column), |written| (written.0.line, written.0.column));
        C::parse(&self.f, self.value.as_ref()).map_err(|message| EdnError { line, column, message })
    }

    /// The call as it was answered, which must be the one that was invoked.
    fn answered<C: EdnCall>(&self, open: &Operation<C>, names: &BTreeMap<u64, String>) -> Result<C, EdnError> {
        let is_read = self.f == C::FUNCTIONS[0];
        if self.value.is_none() && is_read {
            return Err(self.error(format!("the answer of a {} has no :value", self.f)));
        }
        let (f, _, value) = open.call.write();
        let differs = |field: &str, now: &str, then: &str| {
            let process = self.process;
            Err(self.error(format!(
                "process {process} completes another operation than it invoked: its {field} is {now}, not {then}"
            )))
        };
        if f != self.f {
            return differs(":f", &format!(":{}", self.f), &format!(":{f}"));
        }
        let invoked = names.get(&open.key).map_or("", String::as_str);
        if let Some(key) = self.key.as_ref().filter(|key| key.written != invoked) {
            return differs("key", &key.written, invoked);
        }
        // A write need not repeat its value.
        let answered: C = if self.value.is_some() { self.call()? } else { open.call.clone() };
        if !is_read && answered != open.call {
            return differs(":value", &answered.write().2, &value);
        }
        Ok(answered)
    }
}

/// The number of a client; none for a process with a name.
fn client(process: &Node) -> Result<Option<u64>, EdnError> {
    let number = match process.value {
        Value::Integer(number) => u64::try_from(number).ok(),
        Value::Keyword(_) => return Ok(None),
        _ => None,
    };
    let wrong = || format!(":process is a number from 0 or a name like :nemesis, not {}", process.describe());
    number.map(Some).ok_or_else(|| process.error(wrong()))
}

fn kind(kind: &Node) -> Result<Kind, EdnError> {
    Ok(match &kind.value {
        Value::Keyword(name) if name == "invoke" => Kind::Invoke,
        Value::Keyword(name) if name == "ok" => Kind::Ok,
        Value::Keyword(name) if name == "fail" => Kind::Fail,
        Value::Keyword(name) if name == "info" => Kind::Info,
        _ => return Err(kind.error(format!(":type is :invoke, :ok, :fail or :info, not {}", kind.describe()))),
    })
}

fn function(f: &Node, functions: &[&str]) -> Result<String, EdnError> {
    let name = match &f.value {
        Value::Keyword(name) if functions.contains(&name.as_str()) => return Ok(name.clone()),
        Value::Keyword(name) => name,
        _ => "",
    };
    let mut message = format!(":f is one of :{} in this model, not {}", functions.join(", :"), f.describe());
    let models = Model::with(name);
    if !models.is_empty() {
        message += &format!("; the model {} has it", either(&models));
    }
    Err(f.error(message))
}

fn key_of(node: &Node) -> Option<Key> {
    match &node.value {
        Value::Integer(number) => Some(Key { written: number.to_string(), number: u64::try_from(*number).ok() }),
        Value::String(text) => Some(Key { written: quoted(text), number: None }),
        Value::Keyword(name) => Some(Key { written: format!(":{name}"), number: None }),
        _ => None,
    }
}

/// The key and the value of `[key value]`. Anything else is a value alone, as is the pair of a compare-and-set.
fn split<C: EdnCall>(f: &str, value: Node) -> (Option<Key>, Option<Node>) {
    let Value::Sequence(pair) = &value.value else { return (None, Some(value)) };
    let is_value = |inner: &Node| !C::takes_pairs(f) || matches!(inner.value, Value::Nil | Value::Sequence(_));
    match pair.as_slice() {
        [key, inner] if is_value(inner) => match key_of(key) {
            Some(key) => (Some(key), Some(inner.clone())),
            None => (None, Some(value)),
        },
        _ => (None, Some(value)),
    }
}
