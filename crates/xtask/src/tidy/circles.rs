//! Files that import from each other in a circle can only be understood, tested and moved together.

use super::imports::{self, Import};
use super::tree::{File, Finding, Tree};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How often a name may be handed on until it is followed no further.
const HANDED_ON_MAX: usize = 16;

/// Within a crate, no file imports, directly or by way of others, from a file that imports from it.
///
/// An import is what a `use` declaration names, or a path in code that begins at the root, at a parent or at a child; `mod x;` is none. It counts as one from the file that
/// defines the name: what a file hands on from others, as a parent does with what its children define, is followed to where it came from. And what
/// a file hands on (`pub use`) without naming it itself is nothing that it takes. So a child may take from its parent what a sibling defines, and
/// may take what the parent itself defines as long as the parent does not make use of the child.
///
/// Not seen: names that a macro makes, what `*` hands on, and what is there for tests alone.
/// Where a crate has a library and a program, the program is above the library and not looked at.
pub(crate) fn circles(tree: &Tree) -> Vec<Finding> {
    tree.packages().flat_map(|(folder, _)| Modules::of(tree, folder).circles()).collect()
}

/// A module's path from the root of the crate.
type Path = Vec<String>;

/// The modules of a crate that have a file of their own.
struct Modules<'a> {
    modules: BTreeMap<Path, (&'a File, Vec<Import>)>,
}

impl<'a> Modules<'a> {
    fn of(tree: &'a Tree, folder: &str) -> Modules<'a> {
        let mut modules = BTreeMap::new();
        let mut tests = Vec::new();
        // A library is read after the program and takes its place.
        for file in tree.files().rev() {
            let below = file.path.strip_prefix(folder).and_then(|path| path.strip_prefix("/src/"));
            let Some(path) = below.and_then(|path| path.strip_suffix(".rs")).map(imports::module_of) else {
                continue;
            };
            let mut read = imports::read(&path, &file.text);
            tests.append(&mut read.tests);
            modules.insert(path, (file, read.imports));
        }
        modules.retain(|path, _| !tests.iter().any(|test| path.starts_with(test)));
        Modules { modules }
    }

    /// The module with a file that defines what a path names, if that is in this crate.
    fn defining(&self, path: &[String]) -> Option<&Path> {
        let mut path = path.to_vec();
        for _ in 0..HANDED_ON_MAX {
            let depth = (0..=path.len()).rev().find(|depth| self.modules.contains_key(&path[..*depth]))?;
            let (module, (_, imports)) = self.modules.get_key_value(&path[..depth])?;
            let handed_on = path.get(depth).and_then(|name| imports.iter().find(|import| import.name == *name));
            let Some(import) = handed_on else {
                return Some(module);
            };
            path = import.path.iter().chain(&path[depth + 1..]).cloned().collect();
        }
        None
    }

    /// What each module takes from which other, with the first import that does.
    fn edges(&self) -> BTreeMap<&Path, BTreeMap<&Path, &Import>> {
        let mut edges: BTreeMap<&Path, BTreeMap<&Path, &Import>> = BTreeMap::new();
        for (module, (_, imports)) in &self.modules {
            let of_module = edges.entry(module).or_default();
            for import in imports.iter().filter(|import| !import.is_for_others) {
                if let Some(other) = self.defining(&import.path).filter(|other| *other != module) {
                    of_module.entry(other).or_insert(import);
                }
            }
        }
        edges
    }

    /// The shortest circle through each file that is in one, but for files of circles found before.
    fn circles(&self) -> Vec<Finding> {
        let edges = self.edges();
        let mut seen = BTreeSet::new();
        let mut findings = Vec::new();
        for module in self.modules.keys() {
            if seen.contains(module) {
                continue;
            }
            let Some(circle) = shortest_circle(&edges, module) else {
                continue;
            };
            let told: Vec<String> = circle
                .iter()
                .map(|(from, import, to)| {
                    format!("{} takes `{}` of {}", self.file(from), import.path.join("::"), self.file(to))
                })
                .collect();
            let message = format!("imports in a circle: {}; move what two of them need below both", told.join(", "));
            findings.push(self.modules[module].0.finding(circle[0].1.line, message));
            seen.extend(circle.iter().map(|(from, ..)| *from));
        }
        findings
    }

    fn file(&self, module: &Path) -> &str {
        self.modules[module].0.path.split_once("src/").map_or("", |(_, path)| path)
    }
}

/// The shortest way from a module back to itself: who takes what from whom.
fn shortest_circle<'a>(
    edges: &BTreeMap<&'a Path, BTreeMap<&'a Path, &'a Import>>,
    start: &'a Path,
) -> Option<Vec<(&'a Path, &'a Import, &'a Path)>> {
    let mut reached_from: BTreeMap<&Path, (&'a Path, &'a Import)> = BTreeMap::new();
    let mut pending = VecDeque::from([start]);
    while !reached_from.contains_key(start) {
        let module = pending.pop_front()?;
        for (other, import) in &edges[module] {
            reached_from.entry(other).or_insert_with(|| {
                pending.push_back(other);
                (module, import)
            });
        }
    }
    let mut circle = Vec::new();
    let mut to = start;
    while circle.is_empty() || to != start {
        let (from, import) = reached_from[to];
        circle.push((from, import, to));
        to = from;
    }
    circle.reverse();
    Some(circle)
}

#[cfg(test)]
mod tests {
    use super::circles;
    use crate::tidy::tree::Tree;

    /// What is found in a crate with these files below `src/`.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<(String, &str)> =
            files.iter().map(|(path, text)| (format!("crates/x/src/{path}"), *text)).collect();
        let files = files.iter().map(|(path, text)| (path.as_str(), *text));
        let tree: Vec<(&str, &str)> = [("crates/x/Cargo.toml", "")].into_iter().chain(files).collect();
        circles(&Tree::of(&tree)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn two_files_that_import_from_each_other_are_found() {
        let found =
            found(&[("a.rs", "\nuse crate::b::{B, C};"), ("b.rs", "use super::a::A;"), ("lib.rs", "mod a; mod b;")]);
        let circle = "a.rs takes `b::B` of b.rs, b.rs takes `a::A` of a.rs";
        let expected =
            format!("crates/x/src/a.rs:2: imports in a circle: {circle}; move what two of them need below both");
        assert_eq!(found, [expected]);
    }

    #[test]
    fn three_files_in_a_circle_are_found_and_files_that_only_lead_there_are_not() {
        let around =
            [("a.rs", "use crate::b::B;"), ("b.rs", "use crate::c::d;"), ("c/mod.rs", ""), ("c/d.rs", "use crate::a;")];
        let found =
            found(&[("above.rs", "use crate::a::A;"), around[0], around[1], around[2], around[3], ("lib.rs", "")]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("a.rs takes `b::B` of b.rs, b.rs takes `c::d` of c/d.rs, c/d.rs takes `a` of a.rs"));
    }

    #[test]
    fn a_parent_that_makes_use_of_its_child_gives_it_nothing() {
        let parent = ("a/mod.rs", "mod b; pub use b::B; pub struct A(B);");
        assert_eq!(found(&[parent, ("a/b.rs", "use super::A;"), ("lib.rs", "")]).len(), 1);
        assert_eq!(found(&[("a.rs", parent.1), ("a/b.rs", "use super::{self, A};"), ("lib.rs", "")]).len(), 1);
        assert!(
            found(&[("a/mod.rs", "mod b; pub use b::B; pub struct A;"), ("a/b.rs", "use super::A;"), ("lib.rs", "")])
                .is_empty()
        );
    }

    #[test]
    fn a_name_handed_on_counts_where_it_is_defined() {
        let parent = ("a/mod.rs", "mod b; mod c; pub use b::B; pub use c::C;");
        assert!(found(&[parent, ("a/b.rs", "use super::C;"), ("a/c.rs", ""), ("lib.rs", "pub use a::B;")]).is_empty());
        let sibling = ("a/c.rs", "use crate::a::B;");
        assert_eq!(found(&[parent, ("a/b.rs", "use super::C;"), sibling, ("lib.rs", "")]).len(), 1);
    }

    #[test]
    fn tests_and_other_crates_make_no_circle() {
        let a = ("a.rs", "use crate::b::B;\n#[cfg(test)]\nmod tests;");
        let tests = ("a/tests.rs", "use super::A;");
        assert!(
            found(&[a, tests, ("b.rs", "#[cfg(test)]\nmod tests { use crate::a::A; }"), ("lib.rs", "")]).is_empty()
        );
        assert!(found(&[("a.rs", "use b::B;"), ("b.rs", "use a::A;"), ("lib.rs", "")]).is_empty());
        assert!(found(&[("a.rs", "use fmt::Display;\nuse std::fmt;\nuse x::x;"), ("lib.rs", "")]).is_empty());
    }
}
