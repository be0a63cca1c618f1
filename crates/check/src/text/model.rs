//! What a text can be about.

use std::fmt;
use std::str::FromStr;

use crate::typed::ValueType;
use crate::words::either;

/// What the operations of a file act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Numbers with read and write.
    Register,
    /// Numbers with read, write and compare-and-set.
    CasRegister,
    /// Strings with get, put and append.
    Kv,
    /// Values of a type.
    Typed(ValueType),
}

impl Model {
    /// All models.
    pub fn all() -> impl Iterator<Item = Model> {
        [Model::Register, Model::CasRegister, Model::Kv].into_iter().chain(ValueType::all().map(Model::Typed))
    }

    /// As a user writes it.
    pub fn name(self) -> &'static str {
        match self {
            Model::Register => "register",
            Model::CasRegister => "cas-register",
            Model::Kv => "kv",
            Model::Typed(of) => of.name(),
        }
    }

    /// What `:f` can be.
    pub(crate) fn functions(self) -> Vec<&'static str> {
        match self {
            Model::Register => vec!["read", "write"],
            Model::CasRegister => vec!["read", "write", "cas"],
            Model::Kv => vec!["get", "put", "append"],
            Model::Typed(of) => of.row().verbs.iter().map(|verb| verb.word()).collect(),
        }
    }

    /// The models that have all these functions.
    pub(crate) fn with(functions: &[&str]) -> impl Iterator<Item = Model> {
        Model::all().filter(|model| {
            let known = model.functions();
            functions.iter().all(|function| known.contains(function))
        })
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
        Model::all().find(|model| model.name() == name).ok_or_else(|| {
            let models: Vec<String> = Model::all().map(|model| model.to_string()).collect();
            format!("there is no model {name:?}; the models are {}", either(&models))
        })
    }
}
