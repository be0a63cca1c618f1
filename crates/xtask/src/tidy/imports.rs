//! What a source file takes from others: with `use` declarations, and by paths in its code.

use super::code::code_only;
use std::collections::BTreeSet;
use std::iter::Peekable;
use std::vec::IntoIter;

/// A name that a `use` declaration brings in, also if it hands it on (`pub use`), or a path in code that names another module.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// Where it stands, counted from 1.
    pub(crate) line: usize,
    /// What it names, from the root of the crate. What begins with another crate stands as if it were in this module.
    pub(crate) path: Vec<String>,
    /// What it is called from there on; `*` for everything, and nothing of a path in code.
    pub(crate) name: String,
    /// Whether it is there for others alone: handed on with `pub use`, and not named anywhere else in the file.
    pub(crate) is_for_others: bool,
}

/// The imports of a file, and the modules that are there for tests alone, as paths from the root of the crate.
pub(crate) struct Imports {
    pub(crate) imports: Vec<Import>,
    pub(crate) tests: Vec<Vec<String>>,
}

/// The module path of a file, given where it is below `src/` without the end of its name.
pub(crate) fn module_of(file: &str) -> Vec<String> {
    let mut path: Vec<String> = file.split('/').map(str::to_owned).collect();
    let is_root = path.len() == 1 && (path[0] == "lib" || path[0] == "main");
    if is_root || path.last().is_some_and(|name| name == "mod") {
        path.pop();
    }
    path
}

/// Reads the imports of the module with this path. What is behind `#[cfg(test)]` has none.
pub(crate) fn read(module: &[String], text: &str) -> Imports {
    let code = code_only(text);
    let mut reader = Reader {
        tokens: tokens(&code).into_iter().peekable(),
        blocks: Vec::new(),
        words: BTreeSet::new(),
        children: BTreeSet::new(),
        paths: Vec::new(),
        module,
        found: Imports { imports: Vec::new(), tests: Vec::new() },
    };
    reader.file();
    reader.take_paths();
    let Reader { words, mut found, .. } = reader;
    for import in &mut found.imports {
        import.is_for_others &= !words.contains(import.name.as_str());
    }
    found
}

/// Words and single marks, each with its line.
fn tokens(code: &str) -> Vec<(usize, &str)> {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    for (index, mut rest) in code.lines().enumerate().map(|(index, line)| (index, line.trim_start())) {
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
            let (token, behind) = rest.split_at(if in_word(first) { word } else { first.len_utf8() });
            tokens.push((index + 1, token));
            rest = behind.trim_start();
        }
    }
    tokens
}

struct Reader<'a> {
    tokens: Peekable<IntoIter<(usize, &'a str)>>,
    /// The blocks around what is read next: the name of each that is a module.
    blocks: Vec<Option<&'a str>>,
    /// What is named outside of `use` declarations.
    words: BTreeSet<&'a str>,
    /// The modules below this one.
    children: BTreeSet<&'a str>,
    /// The paths in code, with the module that each stands in.
    paths: Vec<(usize, Vec<String>, Vec<&'a str>)>,
    module: &'a [String],
    found: Imports,
}

impl<'a> Reader<'a> {
    fn file(&mut self) {
        let (mut for_tests, mut is_public, mut before) = (false, false, "");
        while let Some((line, token)) = self.tokens.next() {
            match token {
                "#" => for_tests |= self.attribute() == "[cfg(test)]",
                _ if for_tests => {
                    self.skip_item(token);
                    for_tests = false;
                }
                "{" => self.blocks.push(None),
                "}" => drop(self.blocks.pop()),
                "mod" => self.module(),
                // `use<…>` says which lifetimes a type captures.
                "use" if self.peek() != "<" => self.tree(line, is_public, &[]),
                word => {
                    self.words.insert(word);
                    // What stands behind a mark of these has begun before, or is a macro's to name.
                    if self.peek() == ":" && !matches!(before, ":" | "." | "$") {
                        self.path(line, word);
                    }
                }
            }
            // As in `pub use` and `pub(crate) use`.
            is_public = token == "pub" || token == ")";
            before = token;
        }
    }

    fn peek(&mut self) -> &'a str {
        self.tokens.peek().map_or("", |(_, token)| token)
    }

    fn next(&mut self) -> &'a str {
        self.tokens.next().map_or("", |(_, token)| token)
    }

    /// What stands between the brackets of an attribute, with them. Reads past it.
    fn attribute(&mut self) -> String {
        let mut text = String::new();
        let mut depth = 0;
        for (_, token) in self.tokens.by_ref() {
            depth += i32::from(token == "[") - i32::from(token == "]");
            text.push_str(token);
            if depth == 0 && token != "!" {
                break;
            }
        }
        text
    }

    /// Reads past an item of which the first token is read already, and notes it if it is a module.
    fn skip_item(&mut self, first: &'a str) {
        let mut depth = i32::from(first == "(");
        let mut token = first;
        while !token.is_empty() {
            if token == "mod" && depth == 0 {
                let name = self.peek();
                let path = self.here().into_iter().chain([name.to_owned()]).collect();
                self.found.tests.push(path);
            }
            token = self.next();
            depth += i32::from("([{".contains(token)) - i32::from(")]}".contains(token));
            if depth == 0 && (token == ";" || token == "}") {
                break;
            }
        }
    }

    fn module(&mut self) {
        let name = self.next();
        if self.peek() == "{" {
            self.next();
            self.blocks.push(Some(name));
        } else if self.blocks.is_empty() {
            self.children.insert(name);
        }
    }

    /// A path in code, of which the first word is read; a single colon is none.
    fn path(&mut self, line: usize, first: &'a str) {
        let mut path = vec![first];
        while self.peek() == ":" {
            self.next();
            if self.peek() != ":" {
                break;
            }
            self.next();
            if !self.peek().starts_with(|c: char| c.is_alphabetic() || c == '_') {
                break;
            }
            let word = self.next();
            self.words.insert(word);
            path.push(word);
        }
        let here = self.here();
        self.paths.push((line, here, path));
    }

    /// Of the paths in code those that say from where: from the root, a parent, or a module below this one.
    fn take_paths(&mut self) {
        for (line, here, path) in std::mem::take(&mut self.paths) {
            let below = here == self.module && self.children.contains(path[0]);
            if path.len() > 1 && (below || matches!(path[0], "crate" | "super" | "self")) {
                let path = named(here, &path);
                self.found.imports.push(Import { line, path, name: String::new(), is_for_others: false });
            }
        }
    }

    /// The module that what is read next belongs to.
    fn here(&self) -> Vec<String> {
        let inner = self.blocks.iter().flatten().map(|name| (*name).to_owned());
        self.module.iter().cloned().chain(inner).collect()
    }

    /// One path of a declaration with all that branches off it.
    fn tree(&mut self, line: usize, is_public: bool, before: &[&'a str]) {
        let mut path = before.to_vec();
        loop {
            match self.next() {
                ":" => continue,
                "{" => {
                    while self.peek() != "}" && !self.peek().is_empty() {
                        self.tree(line, is_public, &path);
                        if self.peek() == "," {
                            self.next();
                        }
                    }
                    self.next();
                    return;
                }
                "*" => return self.import(line, is_public, &path, "*"),
                "self" if !path.is_empty() => {}
                word => path.push(word),
            }
            if self.peek() != ":" {
                break;
            }
        }
        let name = if self.peek() == "as" { self.tokens.nth(1).map(|(_, name)| name) } else { path.last().copied() };
        self.import(line, is_public, &path, name.unwrap_or_default());
    }

    fn import(&mut self, line: usize, is_public: bool, written: &[&str], name: &str) {
        let path = named(self.here(), written);
        self.found.imports.push(Import { line, path, name: name.to_owned(), is_for_others: is_public });
    }
}

/// What is named by a path that is written in this module, from the root of the crate.
fn named(here: Vec<String>, written: &[&str]) -> Vec<String> {
    let mut path = here;
    for word in written {
        match *word {
            "crate" => path.clear(),
            "self" => {}
            "super" => drop(path.pop()),
            word => path.push(word.to_owned()),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::read;

    /// Each import as `line path name`.
    fn imports(text: &str) -> Vec<String> {
        let module = ["a".to_owned(), "b".to_owned()];
        let read = read(&module, text).imports;
        read.iter().map(|import| format!("{} {} {}", import.line, import.path.join("::"), import.name)).collect()
    }

    #[test]
    fn braces_self_super_and_other_names_are_read() {
        assert_eq!(imports("use crate::x::Y;\npub use super::Z as W;"), ["1 x::Y Y", "2 a::Z W"]);
        assert_eq!(imports("use self::c::*;"), ["1 a::b::c *"]);
        assert_eq!(
            imports("pub(crate) use crate::{\n    x::{self, Y},\n    z::{A as B,},\n};"),
            ["1 x x", "1 x::Y Y", "1 z::A B"]
        );
    }

    #[test]
    fn a_module_within_the_file_has_a_parent_in_it() {
        assert_eq!(imports("mod c { use super::X; fn f() {} }\nuse super::Y;"), ["1 a::b::X X", "2 a::Y Y"]);
        assert_eq!(imports("mod c;\nfn f() { use super::Y; }"), ["2 a::Y Y"]);
    }

    #[test]
    fn a_path_in_code_that_says_from_where_is_read() {
        assert_eq!(imports("fn f() { crate::x::g(); }\nfn g(a: super::Y) {}"), ["1 x::g ", "2 a::Y "]);
        assert_eq!(
            imports("mod c;\nmod d { fn g() { c::f(); } }\nfn f() { c::g(1); c::D { e: 1 } }"),
            ["3 a::b::c::g ", "3 a::b::c::D "]
        );
        assert!(imports("mod c;\nfn f(c: usize) -> X { x::c::f(); a.c::<T>(); $c::f(); X::Y; c }").is_empty());
    }

    #[test]
    fn what_is_handed_on_is_for_others_unless_the_file_names_it() {
        let read = read(&[], "pub use a::A;\npub(crate) use b::B;\nuse c::C;\nstruct D(B);");
        let for_others = read.imports.iter().map(|import| import.is_for_others);
        assert_eq!(for_others.collect::<Vec<_>>(), [true, false, false]);
    }

    #[test]
    fn what_is_there_for_tests_alone_imports_nothing() {
        assert!(
            imports("#[cfg(test)]\n#[allow(dead_code)]\nmod tests { use super::X; mod y { use crate::Z; } }")
                .is_empty()
        );
        assert!(imports("#[cfg(test)]\nuse super::X;\nfn f() -> impl Sized + use<'_> {}").is_empty());
        assert_eq!(imports("#[cfg(test)]\nfn f(a: [u8; 3]) { 1 }\nuse super::X;"), ["3 a::X X"]);
        assert_eq!(read(&[], "#[cfg(test)] mod bare;").tests, [["bare"]]);
    }
}
