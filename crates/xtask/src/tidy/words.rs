//! What the sources of a crate may not name.

use super::code::{code_only, identifiers, words_of};
use super::tree::{File, Finding, Tree};

/// Words of the simulated world. Singular; a plural counts as well.
const DOMAIN: [&str; 24] = [
    "availability",
    "client",
    "cloud",
    "datacenter",
    "dataset",
    "failover",
    "fault",
    "follower",
    "header",
    "latency",
    "leader",
    "link",
    "network",
    "packet",
    "population",
    "protocol",
    "quorum",
    "region",
    "replica",
    "replication",
    "request",
    "router",
    "scenario",
    "server",
];

/// What brings a clock, a socket, a thread or random numbers.
const OUTSIDE: [&str; 14] = [
    "Instant",
    "Rng",
    "RngCore",
    "SystemTime",
    "TcpListener",
    "TcpStream",
    "UdpSocket",
    "Xoshiro256PlusPlus",
    "getrandom",
    "net",
    "rand",
    "random",
    "rng",
    "thread",
];

/// A part of the UI framework, and where it may appear.
struct Part {
    name: &'static str,
    within: &'static str,
    but_not: &'static [&'static str],
}

/// Components belong in the panels. The page's state is made of signals, so that panels can follow it; what computes and
/// what paints works with plain data.
const FRAMEWORK: [Part; 2] = [
    Part { name: "leptos", within: "web/src/panels/", but_not: &[] },
    Part { name: "reactive_graph", within: "web/", but_not: &["web/src/worker/", "web/src/painter"] },
];

/// `engine` is about time, order, chance and numbers; it has no word for what is simulated. Comments may.
pub(crate) fn engine(tree: &Tree) -> Vec<Finding> {
    let sources = tree.under("crates/engine/", &["rs"]);
    sources
        .flat_map(|file| {
            named(file, |identifier| {
                let words = words_of(identifier);
                words.into_iter().find(|word| DOMAIN.contains(&word.strip_suffix('s').unwrap_or(word)))
            })
        })
        .map(|(file, line, word)| file.finding(line, format!("`{word}` is a word of the simulated world")))
        .collect()
}

/// A replica reacts to what its host hands it and has no other source of time, messages or chance.
pub(crate) fn protocols(tree: &Tree) -> Vec<Finding> {
    let sources = tree.under("crates/protocol", &["rs"]);
    sources
        .flat_map(|file| named(file, |identifier| OUTSIDE.contains(&identifier).then(|| identifier.to_owned())))
        .map(|(file, line, name)| {
            file.finding(line, format!("`{name}`: a replica gets time, messages and chance from its host alone"))
        })
        .collect()
}

/// The UI framework's components appear only in the panels, its signals not where things are computed or painted.
pub(crate) fn framework(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for Part { name, within, but_not } in &FRAMEWORK {
        let misplaced =
            |file: &&File| !file.path.starts_with(within) || but_not.iter().any(|place| file.path.starts_with(place));
        let sources = tree.under("", &["rs"]).filter(misplaced);
        let found = sources.flat_map(|file| named(file, |identifier| (identifier == *name).then(String::new)));
        findings.extend(found.map(|(file, line, _)| file.finding(line, format!("`{name}` has no place here"))));
    }
    findings
}

/// A file is called after what it holds.
pub(crate) fn file_names(tree: &Tree) -> Vec<Finding> {
    let nameless = ["utils.rs", "util.rs", "helpers.rs", "misc.rs", "common.rs"];
    tree.files()
        .filter(|file| nameless.contains(&file.name()) || file.path.contains("/utils/"))
        .map(|file| Finding::whole(&file.path, "call the file after what it holds"))
        .collect()
}

/// The identifiers in a file's code that the test picks, with their lines and what it says of them.
fn named(file: &File, pick: impl Fn(&str) -> Option<String>) -> Vec<(&File, usize, String)> {
    let code = code_only(&file.text);
    identifiers(&code).filter_map(|(line, identifier)| Some((file, line, pick(identifier)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::{engine, file_names, framework, protocols};
    use crate::tidy::tree::Tree;

    fn findings(rule: super::super::Rule, path: &str, text: &str) -> Vec<String> {
        rule(&Tree::of(&[(path, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_engine_may_speak_of_regions_in_comments_only() {
        let found = findings(engine, "crates/engine/src/queue.rs", "// for regions\nfn by_regions() {}\n");
        assert_eq!(found, ["crates/engine/src/queue.rs:2: `regions` is a word of the simulated world"]);
        assert!(findings(engine, "crates/engine/src/queue.rs", "// knows no networks\nstruct Queue;\n").is_empty());
        assert!(findings(engine, "crates/sim/src/lib.rs", "struct Region;\n").is_empty());
    }

    #[test]
    fn a_protocol_that_looks_at_the_clock_is_found() {
        let text = "use std::time::Instant;\nlet timer = Timer::Election;\n";
        let found = findings(protocols, "crates/protocols/src/raft.rs", text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("raft.rs:1: `Instant`"));
        assert!(findings(protocols, "crates/sim/src/lib.rs", text).is_empty());
    }

    #[test]
    fn the_framework_in_the_painter_is_found() {
        assert_eq!(findings(framework, "web/src/painter.rs", "use leptos::prelude::*;\n").len(), 1);
        assert_eq!(findings(framework, "web/src/worker/mod.rs", "use reactive_graph::signal::RwSignal;\n").len(), 1);
        assert!(findings(framework, "web/src/state.rs", "use reactive_graph::signal::RwSignal;\n").is_empty());
        assert!(findings(framework, "web/src/panels/inspector.rs", "use leptos::prelude::*;\n").is_empty());
    }

    #[test]
    fn a_file_called_utils_is_found() {
        assert_eq!(findings(file_names, "crates/sim/src/utils.rs", "").len(), 1);
        assert!(findings(file_names, "crates/sim/src/network.rs", "").is_empty());
    }
}
