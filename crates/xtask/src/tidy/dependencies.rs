//! What the manifests may depend on. Development dependencies are free: they are in no product.

use super::documents::ARCHITECTURE;
use super::tree::{File, Finding, Tree};
use toml::{Table, Value};

/// The house: each package with the packages it may use, which are those below it.
const BELOW: [(&str, &[&str]); 17] = [
    ("engine", &[]),
    ("check", &["engine"]),
    ("settings", &["engine"]),
    ("values", &["engine"]),
    ("protocol", &["engine", "settings", "values"]),
    ("protocols", &["engine", "settings", "values", "protocol"]),
    ("sim", &["engine", "settings", "values", "protocol", "check"]),
    ("scenario", &["engine", "settings", "values", "protocol", "check", "protocols", "sim"]),
    ("view", &["engine", "protocol", "check", "sim"]),
    ("session", &["engine", "protocol", "protocols", "sim", "scenario"]),
    ("cli", &["engine", "protocol", "check", "protocols", "sim", "scenario"]),
    ("web", &["engine", "protocol", "check", "protocols", "sim", "scenario", "session", "view"]),
    ("bench", &["engine", "protocol", "check", "protocols", "sim", "scenario", "view"]),
    ("conformance", &["engine", "settings", "values", "protocol", "check", "protocols", "sim", "scenario"]),
    ("fuzz", &["engine", "protocol", "check", "protocols", "sim", "scenario"]),
    ("system-tests", &["engine", "protocol", "check", "protocols", "sim", "scenario", "view"]),
    ("xtask", &[]),
];

/// Packages that reach into the browser.
const BROWSER: [&str; 8] = [
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "wasm-bindgen-test",
    "js-sys",
    "web-sys",
    "gloo",
    "leptos",
    "console_error_panic_hook",
];

/// Packages that bring a clock, a socket or random numbers.
const OUTSIDE: [&str; 14] = [
    "chrono",
    "fastrand",
    "futures",
    "getrandom",
    "instant",
    "mio",
    "rand",
    "rand_core",
    "rand_xoshiro",
    "socket2",
    "time",
    "tokio",
    "ureq",
    "web-time",
];

/// A package uses only packages of the workspace that are below it.
pub(crate) fn direction(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (folder, manifest) in tree.packages() {
        let Package { name, used, .. } = match read(manifest) {
            Ok(package) => package,
            Err(finding) => {
                findings.push(finding);
                continue;
            }
        };
        let Some((_, below)) = BELOW.iter().find(|(package, _)| *package == name) else {
            let message =
                format!("the package `{name}` has no place in the house: give it one in xtask's tidy/dependencies.rs");
            findings.push(Finding::whole(folder, message));
            continue;
        };
        let of_the_house = used.iter().filter(|used| BELOW.iter().any(|(package, _)| package == used));
        findings.extend(of_the_house.filter(|used| !below.contains(&used.as_str())).map(|used| {
            Finding::whole(&manifest.path, format!("`{name}` is not above `{used}` and may not depend on it"))
        }));
    }
    findings
}

/// Only `web` depends on what reaches into the browser.
pub(crate) fn browser(tree: &Tree) -> Vec<Finding> {
    let elsewhere = tree.packages().filter(|(folder, _)| *folder != "web");
    elsewhere.flat_map(|(_, manifest)| forbid(manifest, &BROWSER, "only `web` may reach into the browser")).collect()
}

/// `protocol` and `protocols` have no clock, no socket and no random numbers within reach.
pub(crate) fn contract(tree: &Tree) -> Vec<Finding> {
    let of_replicas = tree.packages().filter(|(folder, _)| folder.starts_with("crates/protocol"));
    of_replicas
        .flat_map(|(_, manifest)| forbid(manifest, &OUTSIDE, "a replica gets time, messages and chance from its host"))
        .collect()
}

/// Whatever comes from elsewhere, also for tests, has its reason in the table of ARCHITECTURE.md, and nothing else is there.
pub(crate) fn explained(tree: &Tree) -> Vec<Finding> {
    let Some(architecture) = tree.file(ARCHITECTURE) else {
        return vec![Finding::whole(ARCHITECTURE, "does not exist")];
    };
    let packages: Vec<(&File, Package)> =
        tree.packages().filter_map(|(_, manifest)| Some((manifest, read(manifest).ok()?))).collect();
    let of_the_house = |name: &str| packages.iter().any(|(_, package)| package.name == name);
    let table = in_table(&architecture.text);
    let mut findings = Vec::new();
    for (manifest, package) in &packages {
        let foreign = package.used.iter().chain(&package.used_in_tests).filter(|used| !of_the_house(used));
        findings.extend(foreign.filter(|used| !table.iter().any(|(_, name)| name == used)).map(|used| {
            Finding::whole(
                &manifest.path,
                format!("`{used}` has no reason in the table of dependencies of {ARCHITECTURE}"),
            )
        }));
    }
    let is_used = |name: &str| {
        packages.iter().any(|(_, package)| package.used.iter().chain(&package.used_in_tests).any(|used| used == name))
    };
    let unused = table.iter().filter(|(_, name)| !is_used(name));
    findings.extend(unused.map(|(line, name)| architecture.finding(*line, format!("nothing depends on `{name}`"))));
    findings
}

/// The names in the first column of the table under the heading "Dependencies", with their lines.
fn in_table(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate().skip_while(|(_, line)| !line.starts_with("## Dependencies")).skip(1);
    let rows = lines.take_while(|(_, line)| !line.starts_with("## ")).filter(|(_, line)| line.starts_with('|'));
    rows.flat_map(|(index, line)| {
        let column = line.split('|').nth(1).unwrap_or_default();
        column.split('`').skip(1).step_by(2).map(move |name| (index + 1, name))
    })
    .collect()
}

fn forbid(manifest: &File, packages: &[&str], reason: &str) -> Vec<Finding> {
    // A manifest that cannot be read is reported by `direction`.
    let Ok(Package { used, .. }) = read(manifest) else {
        return Vec::new();
    };
    let forbidden = used.iter().filter(|used| packages.contains(&used.as_str()));
    forbidden.map(|used| Finding::whole(&manifest.path, format!("depends on `{used}`: {reason}"))).collect()
}

/// A package and what it depends on, also for single targets, under the names the registry knows.
struct Package {
    name: String,
    used: Vec<String>,
    used_in_tests: Vec<String>,
}

fn read(manifest: &File) -> Result<Package, Finding> {
    let bad = |message: String| Finding::whole(&manifest.path, message);
    let table: Table = manifest.text.parse().map_err(|error| bad(format!("is not TOML: {error}")))?;
    let name = table.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
    let name = name.ok_or_else(|| bad("names no package".to_owned()))?.to_owned();
    let targets =
        table.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let sections: Vec<&Table> = targets.chain([&table]).collect();
    let used = |kinds: &[&str]| -> Vec<String> {
        let tables = sections.iter().flat_map(|section| kinds.iter().filter_map(|kind| section.get(*kind)?.as_table()));
        let real =
            |(key, value): (&String, &Value)| value.get("package").and_then(Value::as_str).unwrap_or(key).to_owned();
        tables.flatten().map(real).collect()
    };
    Ok(Package {
        used: used(&["dependencies", "build-dependencies"]),
        used_in_tests: used(&["dev-dependencies"]),
        name,
    })
}

#[cfg(test)]
mod tests {
    use super::{browser, contract, direction, explained};
    use crate::tidy::tree::Tree;

    fn findings(rule: super::super::Rule, folder: &str, manifest: &str) -> Vec<String> {
        let tree = Tree::of(&[(&format!("{folder}/Cargo.toml"), manifest)]);
        rule(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_engine_may_not_depend_on_the_world() {
        let manifest = "[package]\nname = 'engine'\n[dependencies]\nsim.workspace = true\nlibm = '1'\n";
        let expected = "crates/engine/Cargo.toml: `engine` is not above `sim` and may not depend on it";
        assert_eq!(findings(direction, "crates/engine", manifest), [expected]);
    }

    #[test]
    fn a_dependency_under_another_name_or_for_one_target_counts_too() {
        let renamed =
            "[package]\nname = 'sim'\n[dependencies]\nharmless = { package = 'protocols', path = '../protocols' }\n";
        assert_eq!(findings(direction, "crates/sim", renamed).len(), 1);
        let targeted = "[package]\nname = 'sim'\n[target.'cfg(unix)'.dependencies]\nview.workspace = true\n";
        assert_eq!(findings(direction, "crates/sim", targeted).len(), 1);
    }

    #[test]
    fn the_world_may_test_itself_with_real_protocols() {
        let manifest = "[package]\nname = 'sim'\n[dependencies]\nengine.workspace = true\n[dev-dependencies]\nprotocols.workspace = true\n";
        assert!(findings(direction, "crates/sim", manifest).is_empty());
    }

    #[test]
    fn an_unknown_or_unreadable_package_is_found() {
        assert!(findings(direction, "crates/x", "[package]\nname = 'x'\n")[0].contains("no place in the house"));
        assert!(findings(direction, "crates/x", "[package\n")[0].contains("is not TOML"));
        assert!(findings(direction, "crates/x", "[lib]\n")[0].contains("names no package"));
    }

    #[test]
    fn only_the_page_may_depend_on_the_browser() {
        let manifest = "[package]\nname = 'view'\n[dependencies]\nweb-sys = '0.3'\n";
        assert!(findings(browser, "crates/view", manifest)[0].contains("`web-sys`"));
        assert!(findings(browser, "web", manifest).is_empty());
    }

    #[test]
    fn a_protocol_may_not_depend_on_random_numbers() {
        let manifest = "[package]\nname = 'protocols'\n[dependencies]\nrand = '0.9'\n";
        assert!(findings(contract, "crates/protocols", manifest)[0].contains("`rand`"));
        assert!(findings(contract, "crates/engine", manifest).is_empty());
    }

    #[test]
    fn the_table_of_dependencies_is_that_of_the_manifests() {
        let manifest =
            "[package]\nname = 'sim'\n[dependencies]\nserde = '1'\nsim2 = '1'\n[dev-dependencies]\nproptest = '1'\n";
        let table = "| `elsewhere` | a table of crates |\n\n## Dependencies, and why\n\n| crate | for |\n|---|---|\n\
                     | `serde`, `clap` | `words` |\n| `proptest` | tests |\n\n## After\n\n| `other` |\n";
        let other = "[package]\nname = 'sim2'\n[dependencies]\nrand = '1'\n";
        let files =
            [("ARCHITECTURE.md", table), ("crates/sim/Cargo.toml", manifest), ("crates/sim2/Cargo.toml", other)];
        let found: Vec<String> = explained(&Tree::of(&files)).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "crates/sim2/Cargo.toml: `rand` has no reason in the table of dependencies of ARCHITECTURE.md",
                "ARCHITECTURE.md:7: nothing depends on `clap`"
            ]
        );
    }
}
