//! What is done by plan: as if a person did it at that moment.

use engine::Time;
use protocols::Any;
use scenario::{Scenario, load};
use sim::metrics::{Query, metrics};
use sim::{Action, FaultName, LoggedAction, Run};

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
[[fault]]
id = "cut"
kind = "partition"
left = "us-east-1"
right = "eu-west-1"
at = "20s"
for = "10s"
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
    let region = "region = \"eu-west-1\"";
    for (kind, settings, at, action) in [
        ("promote", region, 12_345, Action::Promote(1, None)),
        ("promote", "region = \"eu-west-1\"\ndataset = \"orders\"", 12_345, Action::Promote(1, Some(0..1))),
        ("hand-over", region, 12_345, Action::HandOver(1, None)),
        ("restore", region, 25_000, Action::RestoreRegion(1)),
        ("heal-link", "between = [\"us-east-1\", \"eu-west-1\"]", 25_000, Action::HealLink(0, 1)),
        ("heal-all", "", 25_000, Action::HealAll),
        ("end-fault", "fault = \"cut\"", 25_000, Action::EndFault(FaultName::Planned("cut".to_owned()))),
    ] {
        let planned = with(&format!("kind = \"{kind}\"\n{settings}\nat = \"{at}ms\"")).unwrap();
        let at = Time::from_millis(at);
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
            "29:6: this would be done after the end of the run",
        ),
        ("kind = \"promot\"\nat = \"1s\"", "28:8: `kind` cannot be `promot`; did you mean `promote`?"),
        ("kind = \"hand-over\"\nat = \"1s\"", "26:1: act a has no `region`"),
        ("kind = \"hand-over\"\nat = \"1s\"\nregion = \"mars\"", "30:10: there is no region `mars`"),
        ("kind = \"end-fault\"\nat = \"1s\"\nfault = \"ct\"", "30:9: there is no fault `ct`"),
        ("kind = \"delay-packet\"\nat = \"1s\"\nnumber = 1\nby = \"0s\"", "31:6: that is no delay"),
        (
            "kind = \"drop-packet\"\nat = \"1s\"\nnumber = 1\nfrom = \"us-east-1\"\nto = \"us-east-1\"",
            "32:6: the packet goes where it comes from",
        ),
        ("kind = \"heal-all\"\nat = \"1s\"\nregion = \"us-east-1\"", "30:1: unknown key `region`"),
    ] {
        let problems = with(act).expect_err(act);
        assert!(problems.iter().any(|problem| problem.starts_with(expected)), "{problems:?}");
    }
}
