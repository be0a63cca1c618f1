//! What a person may name to be run: a file, the id of a built-in scenario, or a link.

use crate::words::why;
use scenario::{Link, LinkError, Problem, Scenario, built_in, find_built_in, nearest_built_in};
use sim::LoggedAction;
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

/// A scenario and what was done in it; the link both came from, as far as it is followed in all.
pub(crate) type Source = (Scenario, Vec<LoggedAction>, Option<Link>);

/// Read a file, an id or a link, with a seed and a variant that go before its own.
///
/// # Errors
/// What is wrong with it, ready to be printed.
pub(crate) fn open(what: &str, variant: Option<&str>, seed: Option<u64>) -> Result<Source, String> {
    if let Some(built_in) = find_built_in(what) {
        return load(what, built_in.text(), variant, seed);
    }
    if what == STANDARD_INPUT || is_file(what) {
        let text = read(Path::new(what), "scenario")?;
        if has_sections(&text) || !Link::is_in_query(&text) {
            return load(&name(Path::new(what)), &text, variant, seed);
        }
        return follow(Link::decode(&text).map_err(|error| error.to_string())?, variant, seed);
    }
    follow(Link::decode(what).map_err(|error| nothing(what, &error))?, variant, seed)
}

/// What a link leads to, with a seed and a variant that go before its own.
fn follow(mut link: Link, variant: Option<&str>, seed: Option<u64>) -> Result<Source, String> {
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

/// Whether a text has the head of a section, as each scenario has and no link, whatever stands around it: a scenario may name links in its
/// comments.
fn has_sections(text: &str) -> bool {
    text.lines().any(|line| {
        let head = line.trim().strip_prefix('[').map(|head| head.split('#').next().unwrap_or_default().trim_end());
        let name = head.and_then(|head| head.strip_suffix(']')).map(|name| name.trim_matches(['[', ']']));
        name.is_some_and(|name| name.chars().all(|c| c.is_alphanumeric() || "-_.\" ".contains(c)))
    })
}

/// What stands for standard input where a file is named.
pub(crate) const STANDARD_INPUT: &str = "-";

/// What a file is called in messages.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new(STANDARD_INPUT) { "standard input".to_owned() } else { path.display().to_string() }
}

/// Whether something is there by this name, or hidden from who asks: then there is more to say than that there is nothing.
fn is_file(name: &str) -> bool {
    fs::metadata(name).err().is_none_or(|error| error.kind() == ErrorKind::PermissionDenied)
}

/// What to say of a name of nothing that there is, which is no link as it is, either.
fn nothing(what: &str, as_link: &LinkError) -> String {
    let is_path = what.contains(['/', '\\']) || what.ends_with(".toml");
    match nearest_built_in(what) {
        _ if what.contains("://") && !what.contains(['#', '?']) => {
            format!("{what} is an address without a run in it: a link to one goes on after a `#`. Copy the whole link.")
        }
        _ if what.contains('#') || what.contains("://") || matches!(as_link, LinkError::Newer(_)) => {
            as_link.to_string()
        }
        _ if is_path => match Path::new(what).file_stem().and_then(|stem| find_built_in(stem.to_str()?)) {
            Some(meant) => format!("There is no file `{what}`; the built-in scenario is called `{}`.", meant.id),
            None => format!("There is no file `{what}`."),
        },
        Some(near) => format!("There is no scenario and no file `{what}`; did you mean `{}`?", near.id),
        None if Link::is_in_query(what) => format!("There is no scenario and no file of this name. {as_link}"),
        None => {
            let ids: Vec<&str> = built_in().iter().map(|scenario| scenario.id).collect();
            format!("There is no scenario and no file `{what}`; built in are {}.", ids.join(", "))
        }
    }
}

/// Read a text file that is to hold a scenario, a history, or whatever `kind` says.
///
/// # Errors
/// Why not, ready to be printed.
pub(crate) fn read(path: &Path, kind: &str) -> Result<String, String> {
    let name = name(path);
    if path.is_dir() {
        return Err(format!("{name} is a folder; name the file in it that holds the {kind}"));
    }
    let bytes = if path == Path::new(STANDARD_INPUT) {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    let bytes = bytes.map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => format!("There is no file `{name}`."),
        ErrorKind::PermissionDenied => {
            format!("{name} may not be read; give yourself the permission, or name another file")
        }
        _ => format!("{name} cannot be read: {}", why(&error)),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let read = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + read.iter().filter(|byte| **byte == b'\n').count();
        format!("{name}:{line}: this is not a text in UTF-8; save it as one")
    })
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
