//! What a person may name to be run: a file, the id of a built-in scenario, or a link.

use scenario::{Link, Problem, Scenario, built_in, find_built_in};
use sim::LoggedAction;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// A scenario and what was done in it; the link both came from, as far as it is followed in all.
pub(crate) type Source = (Scenario, Vec<LoggedAction>, Option<Link>);

/// Read a file, an id or a link, with a seed and a variant that go before its own.
///
/// # Errors
/// What is wrong with it, ready to be printed.
pub(crate) fn open(what: &str, variant: Option<&str>, seed: Option<u64>) -> Result<Source, String> {
    if let Some(built_in) = find_built_in(what) {
        return load(what, built_in.text, variant, seed);
    }
    if Path::new(what).is_file() {
        let text = fs::read(what).map_err(|error| format!("{what}: {error}"))?;
        let text = String::from_utf8(text).map_err(|_| format!("{what}: this is not a text in UTF-8"))?;
        return load(what, &text, variant, seed);
    }
    match Link::decode(what) {
        Ok(mut link) => {
            let followed = variant.is_none() && seed.is_none();
            link.variant = variant.map(str::to_owned).or(link.variant);
            link.seed = seed.or(link.seed);
            if let Some(warning) = link.warning() {
                warn(&warning);
            }
            let (scenario, actions) = link.open().map_err(|error| error.to_string())?;
            Ok((scenario, actions, followed.then_some(link)))
        }
        Err(error) if what.contains('#') => Err(error.to_string()),
        Err(error) => {
            let ids: Vec<&str> = built_in().iter().map(|scenario| scenario.id).collect();
            Err(format!(
                "There is no file `{what}`, no scenario of this id ({}), and as a link: {error}",
                ids.join(", ")
            ))
        }
    }
}

/// Tell on standard error. If nobody reads it, the run is the same.
pub(crate) fn warn(warning: &str) {
    let _ = writeln!(io::stderr(), "{warning}");
}

fn load(name: &str, text: &str, variant: Option<&str>, seed: Option<u64>) -> Result<Source, String> {
    let told = |problems: Vec<Problem>| {
        let lines: Vec<String> = problems.iter().map(|problem| format!("{name}:{problem}")).collect();
        lines.join("\n")
    };
    scenario::load(text, variant, seed).map(|scenario| (scenario, Vec::new(), None)).map_err(told)
}
