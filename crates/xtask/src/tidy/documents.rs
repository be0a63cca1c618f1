//! What the documents and the shipped files say of each other.

use super::tree::{Finding, SKIPPED, Tree};

/// The map of the house.
pub(super) const ARCHITECTURE: &str = "ARCHITECTURE.md";
/// What tells developers where things are.
const DOCUMENTS: [&str; 2] = [ARCHITECTURE, "CONTRIBUTING.md"];

/// Every crate's folder is described, written as its path.
pub(crate) fn crates_described(tree: &Tree) -> Vec<Finding> {
    let Some(architecture) = tree.file(ARCHITECTURE) else {
        return vec![Finding::whole(ARCHITECTURE, "does not exist")];
    };
    let described: Vec<&str> = paths_in(&architecture.text).map(|(_, path)| path).collect();
    tree.packages()
        .filter(|(folder, _)| folder.starts_with("crates/") && !described.contains(folder))
        .map(|(folder, _)| Finding::whole(folder, format!("is not in {ARCHITECTURE}; it must be named as `{folder}`")))
        .collect()
}

/// Every file and folder that a document names, as code with a slash or `.rs` in it, is there: the name is the end of a path. A
/// word in capitals, as in `faults/NAME.rs`, stands for any name. What is fetched or built is not looked for.
pub(crate) fn places_exist(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in DOCUMENTS.iter().filter_map(|path| tree.file(path)) {
        for (line, place) in code_in(&document.text).filter(|(_, code)| is_place(code)) {
            if !tree.files().any(|file| leads_by(&file.path, place)) {
                findings.push(document.finding(line, format!("there is no `{place}`")));
            }
        }
    }
    findings
}

/// What stands between backticks, with the line in which it begins.
fn code_in(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut line = 1;
    let pieces = text.split('`').map(move |piece| {
        let begins = line;
        line += piece.matches('\n').count();
        (begins, piece)
    });
    pieces.skip(1).step_by(2)
}

/// Whether this names a file or folder that the project wrote.
fn is_place(code: &str) -> bool {
    let of_a_path = |letter: char| letter.is_ascii_alphanumeric() || "_-./".contains(letter);
    let first = code.split('/').next().unwrap_or_default();
    code.chars().all(of_a_path) && (code.contains('/') || code.ends_with(".rs")) && !SKIPPED.contains(&first)
}

/// Whether a file is at this place, or somewhere below it.
fn leads_by(path: &str, place: &str) -> bool {
    let path: Vec<&str> = path.split('/').collect();
    let place: Vec<&str> = place.trim_end_matches('/').split('/').collect();
    path.windows(place.len()).any(|part| part.iter().zip(&place).all(|(name, wanted)| is_named(name, wanted)))
}

/// Whether a file or folder is called so, or as any of a kind.
fn is_named(name: &str, wanted: &str) -> bool {
    let (stem, ending) = wanted.split_at(wanted.find('.').unwrap_or(wanted.len()));
    let any = !stem.is_empty() && stem.chars().all(|letter| letter.is_ascii_uppercase());
    if any { name.ends_with(ending) } else { name == wanted }
}

/// The paths `crates/NAME` in a text with their lines, without what follows the crate's name.
fn paths_in(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        line.match_indices("crates/").filter_map(move |(start, prefix)| {
            let rest = &line[start + prefix.len()..];
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
            (end > 0).then(|| (index + 1, &line[start..start + prefix.len() + end]))
        })
    })
}

/// Every shipped scenario has its events and digest committed.
pub(crate) fn scenarios_with_goldens(tree: &Tree) -> Vec<Finding> {
    let goldens: Vec<&str> = stems(tree, GOLDENS).map(|(stem, _)| stem).collect();
    stems(tree, SCENARIOS)
        .filter(|(stem, _)| !goldens.contains(stem))
        .map(|(stem, path)| Finding::whole(path, format!("has no golden: there is no {}{stem}.toml", GOLDENS)))
        .collect()
}

/// A golden without a scenario proves nothing.
pub(crate) fn goldens_with_scenarios(tree: &Tree) -> Vec<Finding> {
    let scenarios: Vec<&str> = stems(tree, SCENARIOS).map(|(stem, _)| stem).collect();
    stems(tree, GOLDENS)
        .filter(|(stem, _)| !scenarios.contains(stem))
        .map(|(stem, path)| Finding::whole(path, format!("there is no scenario {}{stem}.toml", SCENARIOS)))
        .collect()
}

const SCENARIOS: &str = "scenarios/";
const GOLDENS: &str = "scenarios/goldens/";

/// The TOML files directly in a folder: their names without the extension, and their paths.
fn stems<'a>(tree: &'a Tree, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    tree.under(folder, &["toml"]).filter_map(move |file| {
        let stem = file.path.strip_prefix(folder)?.strip_suffix(".toml")?;
        (!stem.contains('/')).then_some((stem, file.path.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::{crates_described, goldens_with_scenarios, places_exist, scenarios_with_goldens};
    use crate::tidy::tree::Tree;

    fn found(rule: super::super::Rule, files: &[(&str, &str)]) -> Vec<String> {
        rule(&Tree::of(files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_crate_missing_from_the_architecture_is_found() {
        let files = [
            ("ARCHITECTURE.md", "`crates/sim/src` and crates/simple"),
            ("crates/sim/Cargo.toml", ""),
            ("crates/view/Cargo.toml", ""),
        ];
        assert_eq!(
            found(crates_described, &files),
            ["crates/view: is not in ARCHITECTURE.md; it must be named as `crates/view`"]
        );
        assert_eq!(found(crates_described, &files[1..]), ["ARCHITECTURE.md: does not exist"]);
    }

    #[test]
    fn a_place_that_a_document_invents_is_found() {
        let documents = [
            (
                "ARCHITECTURE.md",
                "`crates/sim`,\n`faults/` and `faults/loss.rs`, not `a / b`\n`crates/dreams` `loss.rs`",
            ),
            (
                "CONTRIBUTING.md",
                "```\na/b c\n```\n`sim/src/faults/NAME.rs`, `PART/moved.rs`, `NAME.toml`, `.tools/bin`",
            ),
        ];
        let files = [documents[0], documents[1], ("crates/sim/src/faults/loss.rs", "")];
        assert_eq!(
            found(places_exist, &files),
            ["ARCHITECTURE.md:3: there is no `crates/dreams`", "CONTRIBUTING.md:4: there is no `PART/moved.rs`"]
        );
        let moved = [documents[0], documents[1], ("crates/sim/src/faults/loss/mod.rs", "")];
        assert_eq!(found(places_exist, &moved).len(), 5, "a file that became a folder");
    }

    #[test]
    fn a_scenario_without_a_golden_is_found_and_the_other_way_round() {
        let files = [
            ("scenarios/a.toml", ""),
            ("scenarios/b.toml", ""),
            ("scenarios/goldens/b.toml", ""),
            ("scenarios/goldens/c.toml", ""),
        ];
        assert_eq!(
            found(scenarios_with_goldens, &files),
            ["scenarios/a.toml: has no golden: there is no scenarios/goldens/a.toml"]
        );
        assert_eq!(
            found(goldens_with_scenarios, &files),
            ["scenarios/goldens/c.toml: there is no scenario scenarios/c.toml"]
        );
    }
}
