//! What no file may hold, whichever crate it is in.

use super::code::{code_only, identifiers};
use super::tree::{File, Finding, Tree};

const LINES_MAX: usize = 500;

/// Files that may be longer, each with its reason.
const LONGER: [(&str, &str); 0] = [];

/// What people write, as opposed to data.
const WRITTEN: [&str; 7] = ["css", "html", "js", "md", "mjs", "rs", "toml"];
const PROGRAMS: [&str; 5] = ["css", "html", "js", "mjs", "rs"];

/// A program file is read from top to bottom, so it has to end before the reader does.
pub(crate) fn length(tree: &Tree) -> Vec<Finding> {
    let listed = |file: &File| LONGER.iter().any(|(path, _)| *path == file.path);
    tree.under("", &PROGRAMS)
        .map(|file| (file, file.text.lines().count()))
        .filter(|(file, lines)| *lines > LINES_MAX && !listed(file))
        .map(|(file, lines)| Finding::whole(&file.path, format!("has {lines} lines: {LINES_MAX} are enough")))
        .collect()
}

/// What is unfinished goes into an issue, and what was printed for a look is taken out again.
pub(crate) fn leftovers(tree: &Tree) -> Vec<Finding> {
    // Written in two halves, so that this file passes its own rule.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let mut findings = Vec::new();
    for file in tree.under("", &WRITTEN) {
        for (line, word) in identifiers(&file.text).filter(|(_, word)| marks.contains(word)) {
            findings.push(file.finding(line, format!("`{word}`: do it, or write an issue")));
        }
        if file.extension() == "rs" {
            let code = code_only(&file.text);
            let calls = ["dbg!", "todo!", "unimplemented!"];
            findings.extend(code.lines().enumerate().filter_map(|(index, line)| {
                let call = calls.iter().find(|call| line.contains(*call))?;
                Some(file.finding(index + 1, format!("`{call}` is for the workbench")))
            }));
        }
    }
    findings
}

/// White space at the end of a line is invisible and makes noise in every difference.
pub(crate) fn white_space(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.under("", &WRITTEN) {
        let bad = file.text.lines().enumerate().filter(|(_, line)| line.trim_end() != *line);
        findings.extend(bad.map(|(index, _)| file.finding(index + 1, "ends in white space")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{leftovers, length, white_space};
    use crate::tidy::tree::Tree;

    fn findings(rule: super::super::Rule, path: &str, text: &str) -> Vec<String> {
        rule(&Tree::of(&[(path, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_of_501_lines_is_found_and_one_of_500_is_not() {
        assert_eq!(
            findings(length, "web/style.css", &"a\n".repeat(501)),
            ["web/style.css: has 501 lines: 500 are enough"]
        );
        assert!(findings(length, "web/style.css", &"a\n".repeat(500)).is_empty());
    }

    #[test]
    fn what_is_left_for_later_is_found_in_comments_and_in_code() {
        let text = concat!("fn a() {\n    db", "g!(1); // TO", "DO later\n}\n");
        assert_eq!(findings(leftovers, "crates/sim/src/lib.rs", text).len(), 2);
        assert!(findings(leftovers, "crates/sim/src/lib.rs", "fn todo_list() {}\n").is_empty());
    }

    #[test]
    fn white_space_at_the_end_of_a_line_is_found() {
        assert_eq!(
            findings(white_space, "README.md", "a\nb \nc\t\n"),
            ["README.md:2: ends in white space", "README.md:3: ends in white space"]
        );
        assert!(findings(white_space, "README.md", "a\n\nb\n").is_empty());
    }
}
