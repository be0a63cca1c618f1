//! The walls between the parts of the world.

use super::code::code_only;
use super::tree::{File, Finding, Tree};

/// Where the world is.
const WORLD: &str = "crates/sim/src/";
/// Its parts, and what lies below them.
const PARTS: [&str; 6] = ["users", "path", "services", "data", "control", "faults"];
const BELOW: [&str; 2] = ["kernel", "network"];

/// A part knows of another, and of what lies below, only what its interface file says and what may be set of it; what lies below
/// knows no part otherwise either. What a part is handed (`cx.rs`) and the switchboard (`world.rs`) stand outside.
pub(crate) fn between_parts(tree: &Tree) -> Vec<Finding> {
    let parts = || PARTS.into_iter().chain(BELOW);
    let mut findings = Vec::new();
    for own in parts() {
        for file in tree.under(&format!("{WORLD}{own}/"), &["rs"]).filter(|file| !is_test(file)) {
            let code = code_only(&file.text);
            for (number, line) in (1..).zip(code.lines()) {
                // The kernel's plain data are everybody's.
                let others = parts().filter(|other| *other != own && *other != "kernel");
                let reached = others.filter(|other| reaches(line, other));
                findings.extend(reached.map(|other| {
                    file.finding(number, format!("`{own}` may know `{other}` by its said.rs and its settings.rs only"))
                }));
            }
        }
    }
    findings
}

/// Tests may play several parts.
fn is_test(file: &File) -> bool {
    file.name() == "tests.rs"
}

/// Whether a line of code names something of a part that is no plain data for all.
fn reaches(line: &str, part: &str) -> bool {
    let path = format!("crate::{part}::");
    let open = |rest: &str| rest.starts_with("said") || rest.starts_with("settings");
    line.match_indices(&path).any(|(place, _)| !open(&line[place + path.len()..]))
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
    fn what_others_say_may_be_known_and_the_switchboard_knows_all() {
        assert!(findings("crates/sim/src/users/mod.rs", "use crate::services::said::Call;\n").is_empty());
        assert!(findings("crates/sim/src/users/mod.rs", "use crate::users::arrivals::next;\n").is_empty());
        assert!(findings("crates/sim/src/world.rs", "use crate::services::Services;\n").is_empty());
        assert!(findings("crates/sim/src/network/tests.rs", "use crate::faults::Faults;\n").is_empty());
    }
}
