//! The calls that have a notation, and the objects that a text can be about.

use std::fmt;
use std::str::FromStr;

use super::node::{Node, Value};
use super::values::Numbers;
use crate::history::{Call, KvCall, ValueNames, value_name};
use crate::words::{either, quoted};

/// A kind of call that has a notation.
pub trait TextCall: Sized + Clone + PartialEq {
    /// The names that `:f` can take, that of the read first.
    const FUNCTIONS: &'static [&'static str];
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
    fn parse(f: &str, value: Option<&Written>, values: &Numbers) -> Result<Self, &'static str>;
    /// The name of the call and its value: as invoked, and as answered.
    #[doc(hidden)]
    fn write(&self, values: &ValueNames) -> (&'static str, String, String);
}

/// A `:value` as it was written.
#[derive(Debug)]
pub struct Written(pub(super) Node);

impl TextCall for Call {
    const FUNCTIONS: &'static [&'static str] = &["read", "write", "cas"];

    fn takes_pairs(f: &str) -> bool {
        f == "cas"
    }

    fn named(value: &Written) -> &[Node] {
        match &value.0.value {
            Value::Sequence(items) => items,
            _ => std::slice::from_ref(&value.0),
        }
    }

    fn parse(f: &str, value: Option<&Written>, values: &Numbers) -> Result<Self, &'static str> {
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
    const FUNCTIONS: &'static [&'static str] = &["get", "put", "append"];

    fn takes_pairs(_: &str) -> bool {
        false
    }

    fn parse(f: &str, value: Option<&Written>, _: &Numbers) -> Result<Self, &'static str> {
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

/// What the operations of a file act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Numbers with read and write.
    Register,
    /// Numbers with read, write and compare-and-set.
    CasRegister,
    /// Strings with get, put and append.
    Kv,
}

impl Model {
    /// All models, as a user writes them.
    pub const ALL: [Model; 3] = [Model::Register, Model::CasRegister, Model::Kv];

    fn name(self) -> &'static str {
        match self {
            Model::Register => "register",
            Model::CasRegister => "cas-register",
            Model::Kv => "kv",
        }
    }

    /// What `:f` can be.
    pub(crate) fn functions(self) -> &'static [&'static str] {
        match self {
            Model::Register => &["read", "write"],
            Model::CasRegister => Call::FUNCTIONS,
            Model::Kv => KvCall::FUNCTIONS,
        }
    }

    /// The models that have this function.
    pub(crate) fn with(function: &str) -> Vec<String> {
        let models = Model::ALL.into_iter().filter(|model| model.functions().contains(&function));
        models.map(|model| model.to_string()).collect()
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Model {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Model::ALL.into_iter().find(|model| model.name() == name);
        known.ok_or_else(|| {
            format!("there is no model {name:?}; the models are {}", either(&Model::ALL.map(|model| model.to_string())))
        })
    }
}
