//! The calls that have a notation: of registers and strings.

use super::model::Model;
use super::node::{Node, Value};
use super::values::Numbers;
use crate::history::{Call, KvCall, ValueNames, value_name};
use crate::words::quoted;

/// A kind of call that has a notation.
pub trait TextCall: Sized + Clone + PartialEq {
    /// The names of the read, and of what writes what was there at first.
    #[doc(hidden)]
    const FUNCTIONS: [&'static str; 2];
    /// Whether the value of this function is itself a pair.
    #[doc(hidden)]
    fn takes_pairs(f: &str) -> bool;
    /// The values of registers that a `:value` names.
    #[doc(hidden)]
    fn named(_: &Written) -> &[Node] {
        &[]
    }
    /// The call with the name `f` and the given `:value`. What a read answers may be nil or missing.
    ///
    /// # Errors
    /// What was expected instead, as in "a read (answers a number)".
    #[doc(hidden)]
    fn parse(f: &str, value: Option<&Written>, values: &Numbers, model: Model) -> Result<Self, &'static str>;
    /// The name of the call and its value: as invoked, and as answered.
    #[doc(hidden)]
    fn write(&self, values: &ValueNames) -> (&'static str, String, String);
    /// The call with an answer, if that can be one to what was asked.
    #[doc(hidden)]
    fn answered(&self, answer: Self) -> Option<Self> {
        let is_read = self.write(&ValueNames::new()).0 == Self::FUNCTIONS[0];
        (is_read || answer == *self).then_some(answer)
    }
    /// Whether it is a read that answers nothing, not even that there is nothing.
    #[doc(hidden)]
    fn says_nothing(&self) -> bool {
        false
    }
}

/// A `:value` as it was written.
#[derive(Debug)]
pub struct Written(pub(super) Node);

impl TextCall for Call {
    const FUNCTIONS: [&'static str; 2] = ["read", "write"];

    fn takes_pairs(f: &str) -> bool {
        f == "cas"
    }

    fn named(value: &Written) -> &[Node] {
        match &value.0.value {
            Value::Sequence(items) => items,
            _ => std::slice::from_ref(&value.0),
        }
    }

    fn parse(f: &str, value: Option<&Written>, values: &Numbers, _: Model) -> Result<Self, &'static str> {
        let number = |node: &Node| values.number(node);
        let node = value.map(|written| &written.0);
        let is_nil = node.is_none_or(|node| node.value == Value::Nil);
        match f {
            "read" if is_nil => Ok(Call::Read { value: None }),
            "read" => match node.and_then(number) {
                Some(value) => Ok(Call::Read { value: Some(value) }),
                None => Err("answers a number, a string, a keyword or nil"),
            },
            "write" => match node.and_then(number) {
                Some(value) => Ok(Call::Write { value }),
                None => Err("needs a number, a string or a keyword"),
            },
            _ => {
                let pair = match node.map(|node| &node.value) {
                    Some(Value::Sequence(pair)) => pair.as_slice(),
                    _ => &[],
                };
                let [from, to] = pair else { return Err("needs [old new]") };
                match (number(from), number(to)) {
                    (Some(from), Some(to)) => Ok(Call::Cas { from, to }),
                    _ => Err("needs [old new], each a number, a string or a keyword,"),
                }
            }
        }
    }

    fn write(&self, values: &ValueNames) -> (&'static str, String, String) {
        let name = |value: u64| value_name(value, values);
        match *self {
            Call::Read { value } => ("read", "nil".to_string(), value.map_or_else(|| "nil".to_string(), name)),
            Call::Write { value } => ("write", name(value), name(value)),
            Call::Cas { from, to } => {
                let pair = format!("[{} {}]", name(from), name(to));
                ("cas", pair.clone(), pair)
            }
        }
    }
}

impl TextCall for KvCall {
    const FUNCTIONS: [&'static str; 2] = ["get", "put"];

    fn takes_pairs(_: &str) -> bool {
        false
    }

    fn parse(f: &str, value: Option<&Written>, _: &Numbers, _: Model) -> Result<Self, &'static str> {
        let value = match (f, value.map(|written| &written.0.value)) {
            (_, Some(Value::String(value))) => value.clone(),
            ("get", None | Some(Value::Nil)) => String::new(),
            ("get", _) => return Err("answers a string or nil"),
            _ => return Err("needs a string"),
        };
        Ok(match f {
            "get" => KvCall::Get { value },
            "put" => KvCall::Put { value },
            _ => KvCall::Append { value },
        })
    }

    fn write(&self, _: &ValueNames) -> (&'static str, String, String) {
        match self {
            KvCall::Get { value } => ("get", "nil".to_string(), quoted(value)),
            KvCall::Put { value } => ("put", quoted(value), quoted(value)),
            KvCall::Append { value } => ("append", quoted(value), quoted(value)),
        }
    }
}
