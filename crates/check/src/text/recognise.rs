//! What a text is about, where nobody says.

use super::history::events;
use super::model::Model;
use super::node::TextError;
use crate::typed::TypedCall;
use crate::words::{both, either};

/// The only model whose operations those of the text are. A register with compare-and-set is one without.
///
/// # Errors
/// What is wrong with the text, or which models it may be about.
pub(crate) fn recognised(text: &str) -> Result<Model, TextError> {
    let mut all: Vec<&'static str> = Model::all().flat_map(Model::functions).collect();
    engine::sort(&mut all);
    all.dedup();
    let mut used: Vec<&str> = events::<TypedCall>(text, &all)?.iter().filter_map(|event| event.f).collect();
    engine::sort(&mut used);
    used.dedup();
    if used.is_empty() {
        // Of any model there is nothing to decide, or what is wrong with an operation is said of it.
        return Ok(Model::Register);
    }
    let mut models: Vec<Model> = Model::with(&used).collect();
    if models.contains(&Model::Register) && used.contains(&"write") {
        models.retain(|model| *model == Model::Register);
    }
    if let [model] = models[..] {
        return Ok(model);
    }
    let used: Vec<String> = used.into_iter().map(str::to_owned).collect();
    let names: Vec<String> = models.iter().map(ToString::to_string).collect();
    let message = match names.is_empty() {
        true => format!("no model has {}", both(&used)),
        false => format!("{} may act on {}", both(&used), either(&names)),
    };
    Err(TextError { line: 1, column: 1, message: format!("{message}; say which by --model") })
}
