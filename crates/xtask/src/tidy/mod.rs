//! `cargo xtask tidy`: the architecture invariants that a program can check.
//!
//! A rule is a function from the tree of files to its findings, one line in [`RULES`], and a test that plants a violation
//! and sees it caught. ARCHITECTURE.md gives the reason for each.

mod circles;
mod code;
mod dependencies;
mod documents;
mod hygiene;
mod imports;
mod tree;
mod walls;
mod words;

use crate::shell::root;
use anyhow::{Result, bail};
use tree::{Finding, Tree};

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: [(&str, Rule); 17] = [
    ("crates depend only on crates below them", dependencies::direction),
    ("only the page depends on the browser", dependencies::browser),
    ("the replica's contract has no clock, socket or random numbers to depend on", dependencies::contract),
    ("every dependency has its reason in ARCHITECTURE.md", dependencies::explained),
    ("a part of the world knows of others only what they say", walls::between_parts),
    ("no files of a crate import from each other in a circle", circles::circles),
    ("the engine knows no domain", words::engine),
    ("protocols name no clock, socket or random numbers", words::protocols),
    ("the UI framework stays in the panels", words::framework),
    ("no file is called utils", words::file_names),
    ("no file is over 500 lines", hygiene::length),
    ("nothing is left for later", hygiene::leftovers),
    ("no line ends in white space", hygiene::white_space),
    ("every crate is in ARCHITECTURE.md", documents::crates_described),
    ("documents name only files and folders that exist", documents::places_exist),
    ("every scenario has a golden", documents::scenarios_with_goldens),
    ("every golden has a scenario", documents::goldens_with_scenarios),
];

/// Checks every rule and prints every finding.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::load(&root())?;
    let mut count = 0;
    for (name, rule) in RULES {
        for finding in rule(&tree) {
            eprintln!("{finding}\n    rule: {name}");
            count += 1;
        }
    }
    if count > 0 {
        bail!("tidy found {count} violations of {} rules", RULES.len());
    }
    println!("tidy: {} files, {} rules, nothing found", tree.len(), RULES.len());
    Ok(())
}
