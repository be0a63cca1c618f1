//! A text that is no TOML.

use scenario::{built_in, load};

#[test]
fn what_is_no_toml_is_told_at_its_place_and_nothing_that_comes_of_it() {
    let text = built_in()[0].text().replacen("[[region]]", "[[region]", 1);
    let problems = load(&text, None, None).unwrap_err();
    let line = 1 + text.lines().position(|line| line == "[[region]").expect("it is there");
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [line], "{problems:?}");
}
