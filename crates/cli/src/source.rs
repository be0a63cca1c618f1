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
    if Path::new(what).exists() {
        return load(what, &read(Path::new(what), "scenario")?, variant, seed);
    }
    match Link::decode(what) {
        Ok(mut link) => {
            let followed = variant.is_none() && seed.is_none();
            if let Some(variant) = variant {
                link.variant = None;
                knows(&link.open().map_err(|error| error.to_string())?.0, variant)?;
                link.variant = Some(variant.to_owned());
            }
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

/// Read a text file that is to hold a scenario, a history, or whatever `kind` says.
///
/// # Errors
/// Why not, ready to be printed.
pub(crate) fn read(path: &Path, kind: &str) -> Result<String, String> {
    let name = path.display();
    if path.is_dir() {
        return Err(format!("{name} is a folder; name the file in it that holds the {kind}"));
    }
    let bytes = fs::read(path).map_err(|error| format!("{name}: {error}"))?;
    String::from_utf8(bytes).map_err(|_| format!("{name}: this is not a text in UTF-8"))
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
    let mut scenario = scenario::load(text, None, seed).map_err(told)?;
    if let Some(variant) = variant {
        knows(&scenario, variant)?;
        scenario = scenario::load(text, Some(variant), seed).map_err(told)?;
    }
    Ok((scenario, Vec::new(), None))
}

/// Whether a scenario has the variant that was asked for. If not, that is wrong with what was asked, not with the text.
fn knows(scenario: &Scenario, variant: &str) -> Result<(), String> {
    if scenario.variants.iter().any(|known| known.id == variant) {
        return Ok(());
    }
    let problems = scenario::load(&scenario.text, Some(variant), None).err().unwrap_or_default();
    let told = problems.iter().map(|problem| format!("--variant: {}; {}", problem.message, problem.help));
    Err(told.collect::<Vec<_>>().join("\n"))
}
