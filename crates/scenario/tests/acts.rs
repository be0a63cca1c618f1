//! What is done by plan: as if a person did it at that moment.

use engine::Time;
use protocols::Any;
use scenario::{Scenario, load};
use sim::metrics::{Query, metrics};
use sim::{Action, LoggedAction, Run};

const TEXT: &str = r#"version = 1
[story]
title = "T"
[run]
duration = "40s"
[[region]]
id = "us-east-1"
[[region]]
id = "eu-west-1"
[[dataset]]
id = "orders"
ship = "100ms"
[[request]]
id = "order"
steps = ["write orders"]
[[population]]
id = "london"
rate = "50/s"
"#;

fn with(act: &str) -> Result<Scenario, Vec<String>> {
    let read = load(&format!("{TEXT}[[act]]\nid = \"a\"\n{act}"), None, None);
    read.map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

/// Every metric of a finished run.
fn outcome(scenario: &Scenario, actions: Vec<LoggedAction>) -> Vec<Option<f64>> {
    let mut run: Run<Any> = scenario.run(actions);
    while !run.advance(Time::MAX, 1_000_000) {}
    metrics().map(|metric| run.measure(&Query::of(metric))).collect()
}

#[test]
fn a_planned_act_does_what_a_person_does_then() {
    let plain = load(TEXT, None, None).unwrap();
    let at = Time::from_millis(12_345);
    for (kind, action) in [("promote", Action::Promote(1)), ("hand-over", Action::HandOver(1))] {
        let planned = with(&format!("kind = \"{kind}\"\nregion = \"eu-west-1\"\nat = \"12345ms\"")).unwrap();
        let by_hand = outcome(&plain, vec![LoggedAction { at, action }]);
        assert_eq!(outcome(&planned, Vec::new()), by_hand, "{kind}");
        assert_ne!(by_hand, outcome(&plain, Vec::new()), "{kind}");
    }
}

#[test]
fn what_cannot_be_done_by_plan_is_refused_where_it_stands() {
    for (act, expected) in [
        (
            "kind = \"promote\"\nat = \"3m\"\nregion = \"us-east-1\"",
            "22:6: this would be done after the end of the run",
        ),
        ("kind = \"promot\"\nat = \"1s\"", "21:8: `kind` cannot be `promot`; did you mean `promote`?"),
        ("kind = \"hand-over\"\nat = \"1s\"", "19:1: act a has no `region`"),
        ("kind = \"hand-over\"\nat = \"1s\"\nregion = \"mars\"", "23:10: there is no region `mars`"),
        ("kind = \"heal-all\"\nat = \"1s\"\nregion = \"us-east-1\"", "23:1: unknown key `region`"),
    ] {
        let problems = with(act).expect_err(act);
        assert!(problems.iter().any(|problem| problem.starts_with(expected)), "{problems:?}");
    }
}
