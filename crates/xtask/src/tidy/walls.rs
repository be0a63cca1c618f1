//! The walls between the parts of the world.

use super::code::code_only;
use super::imports;
use super::tree::{File, Finding, Tree};
use std::collections::BTreeSet;

/// Where the world is.
const WORLD: &str = "crates/sim/src/";
/// Its parts, and what lies below them.
const PARTS: [&str; 6] = ["users", "path", "services", "data", "control", "faults"];
const BELOW: [&str; 2] = ["kernel", "network"];
/// What of a part is plain data for all.
const OPEN: [&str; 2] = ["said", "settings"];

/// A part knows of another, and of what lies below, only what its interface file says and what may be set of it; what lies below
/// knows no part otherwise either. What a part is handed (`cx.rs`) and the switchboard (`world.rs`) stand outside.
pub(crate) fn between_parts(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for own in PARTS.into_iter().chain(BELOW) {
        for file in tree.under(&format!("{WORLD}{own}/"), &["rs"]).filter(|file| !is_test(file)) {
            let reached: BTreeSet<(usize, String)> = imported(file).chain(named(file)).collect();
            let others = reached.into_iter().filter(|(_, part)| part != own);
            findings.extend(others.map(|(line, other)| {
                file.finding(line, format!("`{own}` may know `{other}` by its said.rs and its settings.rs only"))
            }));
        }
    }
    findings
}

/// The parts of which a file imports what is no plain data for all, each with the line.
fn imported(file: &File) -> impl Iterator<Item = (usize, String)> + use<> {
    let below = file.path.strip_prefix(WORLD).and_then(|path| path.strip_suffix(".rs"));
    let module = below.map(imports::module_of).unwrap_or_default();
    let imports = imports::read(&module, &file.text).imports.into_iter();
    imports.filter_map(|import| {
        let mut path = import.path.iter().map(String::as_str);
        reached(path.next()?, path.next()).then(|| (import.line, import.path[0].clone()))
    })
}

/// The parts of which a file names in full what is no plain data for all, each with the line.
fn named(file: &File) -> impl Iterator<Item = (usize, String)> + use<> {
    const ROOT: &str = "crate::";
    let code = code_only(&file.text);
    let mut found = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        for (place, _) in line.match_indices(ROOT) {
            let mut path = line[place + ROOT.len()..].split("::").map(|word| {
                let end = word.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
                &word[..end.unwrap_or(word.len())]
            });
            // A list of several is an import.
            let first = path.next().unwrap_or_default();
            let second = path.next().filter(|second| !second.is_empty());
            if second.is_some() && reached(first, second) {
                found.push((number, first.to_owned()));
            }
        }
    }
    found.into_iter()
}

/// Whether this, at the root of the world, is a part, and what is named in it no plain data for all. The kernel's is everybody's.
fn reached(part: &str, what: Option<&str>) -> bool {
    let is_part = PARTS.into_iter().chain(BELOW).any(|other| other == part && other != "kernel");
    is_part && !what.is_some_and(|what| OPEN.contains(&what))
}

/// Tests may play several parts.
fn is_test(file: &File) -> bool {
    file.name() == "tests.rs"
}

#[cfg(test)]
mod tests {
    use super::between_parts;
    use crate::tidy::tree::Tree;

    fn findings(path: &str, text: &str) -> Vec<String> {
        between_parts(&Tree::of(&[(path, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_part_that_reaches_into_another_is_found() {
        let found =
            findings("crates/sim/src/users/mod.rs", "use crate::kernel::Kernel;\nuse crate::services::Station;\n");
        assert_eq!(
            found,
            ["crates/sim/src/users/mod.rs:2: `users` may know `services` by its said.rs and its settings.rs only"]
        );
        assert_eq!(findings("crates/sim/src/network/link.rs", "let fault: crate::faults::FaultKind;\n").len(), 1);
    }

    #[test]
    fn a_part_that_reaches_into_another_by_a_list_or_by_its_parent_is_found() {
        for text in [
            "use crate::{kernel::Kernel, services::Station};\n",
            "use super::services::Station;\n",
            "use crate::services;\n",
            "use crate::services::said_of_it::Station;\n",
            "use crate::services::{said::Call, Station};\n",
        ] {
            assert_eq!(findings("crates/sim/src/users/mod.rs", text).len(), 1, "{text}");
        }
        assert_eq!(findings("crates/sim/src/users/mod.rs", "use crate::{cx::Cx, services::said::Call};\n").len(), 0);
    }

    #[test]
    fn what_others_say_may_be_known_and_the_switchboard_knows_all() {
        assert!(findings("crates/sim/src/users/mod.rs", "use crate::services::said::Call;\n").is_empty());
        assert!(findings("crates/sim/src/users/mod.rs", "use crate::users::arrivals::next;\n").is_empty());
        assert!(findings("crates/sim/src/world.rs", "use crate::services::Services;\n").is_empty());
        assert!(findings("crates/sim/src/network/tests.rs", "use crate::faults::Faults;\n").is_empty());
    }
}
