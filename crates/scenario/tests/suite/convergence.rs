//! Whether copies agree once all is healed, and how long it takes: by who repairs what.

use engine::Time;
use protocols::Any;
use scenario::load;
use sim::metrics::Query;
use sim::{Property, Run, Standing, VerdictLine};

/// Three regions whose users write ten keys until 25 s, one of them cut off from the others from 8 s to 23 s.
fn run(dataset: &str, cut: &str) -> Run<Any> {
    let head = "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"45s\"\n[links]\njitter = \"off\"\n";
    let region = |id: &str| format!("[[region]]\nid = \"{id}\"\n");
    let regions = ["us-east-1", "eu-west-1", "ap-northeast-1"].map(region).concat();
    let users = |id: &str, place: &str| {
        format!(
            "[[population]]\nid = \"{id}\"\nplace = {place}\nrate = [[\"0s\", \"4/s\"], [\"25s\", \"0/s\"]]\nmix = {{ edit = 1 }}\n"
        )
    };
    let users = users("a", "[40.7, -74.0]") + &users("b", "[51.5, 0.0]") + &users("c", "[35.7, 139.7]");
    let set = format!("[[dataset]]\nid = \"db\"\nkeys = 10\n{dataset}\n");
    let edit = "[[request]]\nid = \"edit\"\nsteps = [\"read db from local\", \"write db\"]\n";
    let text = [head, &regions, &set, edit, &users, cut].concat();
    let scenario = load(&text, None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

fn cut(lasts: &str) -> String {
    format!(
        "[[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"us-east-1\"\nright = [\"eu-west-1\", \"ap-northeast-1\"]\nplane = \"data\"\nat = \"8s\"\nfor = \"{lasts}\"\n"
    )
}

fn line(run: &Run<Any>) -> VerdictLine {
    run.verdicts().into_iter().find(|line| line.property == Property::Converged).expect("nobody leads it")
}

fn measured(run: &Run<Any>, metric: &str) -> f64 {
    run.measure(&Query::whole(metric)).unwrap_or(f64::NAN)
}

const ONE: &str = "protocol = \"quorum\"\nwrite-quorum = 1\nread-quorum = 1\nread-repair = \"off\"\n";

#[test]
fn a_quorum_of_one_that_nothing_repairs_stays_apart_and_says_so() {
    let run = run(&format!("{ONE}hints = false\nanti-entropy = \"off\""), &cut("15s"));
    let VerdictLine { standing, count, text, at, event, .. } = line(&run);
    assert!(standing == Standing::NotPromised && count > 0, "{standing:?} {text}");
    assert_eq!(measured(&run, "diverged"), f64::from(count));
    assert_eq!(measured(&run, "converge-time"), f64::INFINITY, "it never came to it");
    assert!(text.contains("did not get what another copy has"), "{text}");
    assert!(!run.explain_event(event, at.expect("it is seen")).is_empty());
}

#[test]
fn hints_and_trees_and_streams_bring_copies_together_again() {
    for (dataset, promised) in [
        (format!("{ONE}hints = true\nanti-entropy = \"off\""), false),
        (format!("{ONE}hints = false\nanti-entropy = \"2s\""), false),
        ("protocol = \"multi-leader\"".to_owned(), true),
    ] {
        let run = run(&dataset, &cut("15s"));
        let VerdictLine { standing, promise, text, .. } = line(&run);
        assert_eq!(standing, Standing::Kept, "{dataset}: {text}");
        assert_eq!(promise.starts_with("Promised"), promised, "{dataset}: {promise}");
        assert_eq!(measured(&run, "diverged"), 0.0, "{dataset}");
        let took = measured(&run, "converge-time");
        assert!(took > 0.0 && took < 15.0, "{dataset}: {took} s");
    }
}

#[test]
fn hints_are_pending_until_they_are_handed_over() {
    let run = run(&format!("{ONE}hints = true\nanti-entropy = \"off\""), &cut("15s"));
    let meanwhile = Query { until: Time::from_secs(22), ..Query::whole("hints-pending") };
    assert!(run.measure(&meanwhile).is_some_and(|hints| hints > 0.0));
    assert_eq!(measured(&run, "hints-pending"), 0.0);
}

#[test]
fn while_a_fault_is_in_force_copies_may_differ() {
    let run = run("protocol = \"multi-leader\"", &cut("60s"));
    assert_eq!(line(&run).standing, Standing::Untested);
    assert!(measured(&run, "diverged") > 0.0, "they do");
}
