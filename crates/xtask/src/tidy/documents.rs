//! What the documents and the shipped files say of each other.

use super::tree::{Finding, Tree};

/// The map of the house.
pub(super) const ARCHITECTURE: &str = "ARCHITECTURE.md";

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

/// Every folder under `crates/` that ARCHITECTURE.md names is there.
pub(crate) fn crates_exist(tree: &Tree) -> Vec<Finding> {
    let Some(architecture) = tree.file(ARCHITECTURE) else {
        return Vec::new();
    };
    paths_in(&architecture.text)
        .filter(|(_, path)| !tree.packages().any(|(folder, _)| folder == *path))
        .map(|(line, path)| architecture.finding(line, format!("there is no crate `{path}`")))
        .collect()
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
    use super::{crates_described, crates_exist, goldens_with_scenarios, scenarios_with_goldens};
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
    fn a_crate_the_architecture_invents_is_found() {
        let files = [("ARCHITECTURE.md", "- `crates/sim`\n- `crates/dreams`"), ("crates/sim/Cargo.toml", "")];
        assert_eq!(found(crates_exist, &files), ["ARCHITECTURE.md:2: there is no crate `crates/dreams`"]);
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
