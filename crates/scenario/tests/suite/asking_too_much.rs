//! All populations together may ask only so much, and no text nests deeper than can be read.

use scenario::{built_in, load};
use sim::config::PopulationConfig;

/// What is wrong with the first scenario when two of its populations ask otherwise, 25/s and 10/s as written.
fn told(first: &str, second: &str) -> Vec<String> {
    let text = built_in()[0].text().replacen("rate = \"25/s\"", &format!("rate = \"{first}\""), 1);
    let text = text.replacen("rate = \"10/s\"", &format!("rate = \"{second}\""), 1);
    load(&text, None, None).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn the_population_that_asks_the_most_is_asked_to_ask_less() {
    let most = PopulationConfig::RATE_MAX;
    assert!(told("25/s", "10/s").is_empty());
    let both = told(&format!("{most}/s"), "10/s");
    let too_much = format!("the populations ask {}/s in all, {most}/s of it here", most + 55.0);
    assert!(both.len() == 1 && both[0].contains(&too_much), "{both:?}");
}

#[test]
fn a_population_that_is_wrong_by_itself_is_no_reason_to_blame_the_others() {
    let most = PopulationConfig::RATE_MAX;
    let wrong = told(&format!("{}/s", most * 10.0), "10/s");
    assert!(wrong.len() == 1 && !wrong[0].contains("in all"), "{wrong:?}");
    let second = told(&format!("{}/s", most - 50.0), "10kg");
    assert!(second.len() == 1 && second[0].contains("no unit `kg`"), "{second:?}");
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let deep = format!("version = 1\nrun = {}1{}", open.repeat(60_000), close.repeat(60_000));
        assert!(load(&deep, None, None).is_err());
    }
    let dotted = format!("version = 1\n{}a = 1", "a.".repeat(60_000));
    assert!(load(&dotted, None, None).is_err());
    let table = format!("version = 1\n[{}a]\nb = 1", "a.".repeat(60_000));
    assert!(load(&table, None, None).is_err());
}
