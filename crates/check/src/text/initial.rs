//! What objects hold before anything is done to them.

use super::call::{TextCall, Written};
use super::edn;
use super::model::Model;
use super::node::{Events, Node, Value};
use super::typed::whole;
use super::values::Numbers;
use crate::history::{History, NOBODY, Operation};
use crate::words::with_article;

/// What every object holds before anything is done to it. By default what its model says: nothing, or the empty string.
#[derive(Clone, Debug, Default)]
pub struct Initial(Option<Node>);

impl Initial {
    /// Reads a value as histories write it: `0`, `"a"`, `:a`; `nil` is the default.
    ///
    /// # Errors
    /// What the model holds instead.
    pub fn read(text: &str, model: Model) -> Result<Initial, String> {
        let holds = match model {
            Model::Register | Model::CasRegister => {
                "a register holds a number, a string in double quotes, a keyword such as :a or nil"
            }
            Model::Kv => "kv holds a string in double quotes or nil",
            Model::Typed(of) if of.row().begins_with_some => "it begins with a whole number; without one with 0",
            Model::Typed(of) => {
                return Err(format!("{} always begins with nothing in it", with_article(of.name())));
            }
        };
        let mut values = edn::Reader::new(text);
        let (first, more) = match (values.next(), values.next()) {
            (Ok(Some(first)), Ok(more)) => (first, more),
            (Ok(None), _) => return Err(format!("there is no value; {holds}")),
            (Err(error), _) | (_, Err(error)) => return Err(format!("{}; {holds}", error.message)),
        };
        match (&first.value, model) {
            _ if more.is_some() => Err(format!("there are several values; {holds}")),
            (Value::Nil, _) => Ok(Initial(None)),
            (Value::Integer(_), Model::Typed(_)) if whole(&first).is_none() => {
                Err(format!("{holds}, and with less than that"))
            }
            (Value::Integer(_), Model::Typed(_))
            | (Value::String(_), Model::Register | Model::CasRegister | Model::Kv)
            | (Value::Integer(_) | Value::Keyword(_), Model::Register | Model::CasRegister) => Ok(Initial(Some(first))),
            _ => Err(format!("{holds}, not {}", first.describe())),
        }
    }

    pub(super) fn node(&self) -> Option<&Node> {
        self.0.as_ref()
    }

    /// Puts before everything else what wrote it to each key, if there is such a value.
    pub(super) fn begin<C: TextCall>(&self, history: &mut History<C>, values: &Numbers, model: Model) {
        let written = self.0.clone().map(Written);
        let Some(call) = written.and_then(|written| C::parse(C::FUNCTIONS[1], Some(&written), values, model).ok())
        else {
            return;
        };
        let mut keys: Vec<u64> = history.operations.iter().map(|operation| operation.key).collect();
        keys.sort_unstable();
        keys.dedup();
        let write = |key| Operation { id: NOBODY, process: NOBODY, key, call: call.clone(), invoked: 0, took: Some(0) };
        history.operations.extend(keys.into_iter().map(write));
    }
}
