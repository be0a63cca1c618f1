//! The scenario in the README is one.

use engine::Time;
use scenario::{evaluate, load};

const README: &str = include_str!("../../../../README.md");

#[test]
fn the_scenario_in_the_readme_runs_and_keeps_what_it_promises() {
    let (_, rest) = README.split_once("## Anatomy of a scenario\n\n```toml\n").expect("the README shows a scenario");
    let (text, _) = rest.split_once("```").expect("the block ends");
    for variant in [None, Some("safe")] {
        let scenario = load(text, variant, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
        let mut run = scenario.run(Vec::new());
        while !run.advance(Time::MAX, 1_000_000) {}
        let results = evaluate(&scenario, &run);
        assert!(!results.is_empty() && run.events() > 1_000);
        for result in results {
            assert!(result.met, "{variant:?}: {}: {:?}", result.text, result.measured);
        }
    }
}
