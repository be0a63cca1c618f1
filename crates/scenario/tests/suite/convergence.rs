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

/// Three regions, of which the first alone is written to from 10 s to 14 s, cut off from the others from 5 s on for so long.
fn one_side(dataset: &str, lasts: &str) -> Run<Any> {
    one_side_that(dataset, "\"write db\"", lasts)
}

fn one_side_that(dataset: &str, steps: &str, lasts: &str) -> Run<Any> {
    let head = "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"45s\"\n[links]\njitter = \"off\"\n[routing]\nhealth-checked = false\n";
    let region = |id: &str| format!("[[region]]\nid = \"{id}\"\n");
    let regions = ["us-east-1", "eu-west-1", "ap-northeast-1"].map(region).concat();
    let rest = format!(
        "[[dataset]]\nid = \"db\"\nkeys = 10\nzipf = 0.0\n{dataset}\n[[request]]\nid = \"edit\"\nsteps = [{steps}]\n\
         [[population]]\nid = \"new-york\"\narrival = \"constant\"\nrate = [[\"10s\", \"20/s\"], [\"14s\", \"0/s\"]]\n\
         [[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"us-east-1\"\nright = [\"eu-west-1\", \"ap-northeast-1\"]\nat = \"5s\"\nfor = \"{lasts}\"\n"
    );
    crate::running::run_of(&[head, &regions, &rest].concat())
}

#[test]
fn a_copy_that_should_be_there_and_never_was_is_one_that_differs() {
    let alone = one_side(&format!("{ONE}hints = false\nanti-entropy = \"off\""), "25s");
    assert_eq!((line(&alone).standing, measured(&alone, "diverged")), (Standing::NotPromised, 10.0));
    assert_eq!(measured(&alone, "converge-time"), f64::INFINITY);
    // Where one replica of three is to have a key, none of the others lacks it.
    let placed = one_side(&format!("{ONE}replicas = 1\nhints = true\nanti-entropy = \"off\""), "25s");
    assert_eq!((line(&placed).standing, measured(&placed, "diverged")), (Standing::Kept, 0.0));
    // What was deleted again before they heard of it they lack as little.
    let text = format!("{ONE}hints = false\nanti-entropy = \"off\"");
    let deleted = one_side_that(&text, "\"write db\", \"delete db\"", "25s");
    assert_eq!((line(&deleted).standing, measured(&deleted, "diverged")), (Standing::Kept, 0.0));
    let streamed = one_side("protocol = \"multi-leader\"", "25s");
    let took = measured(&streamed, "converge-time");
    assert!(took > 0.0 && took < 5.0 && line(&streamed).standing == Standing::Kept, "{took} s");
    assert!(measured(&one_side("protocol = \"multi-leader\"", "60s"), "diverged") > 0.0);
}

#[test]
fn copies_that_are_the_same_have_converged_whichever_version_a_policy_chose() {
    let at = |seconds: [&str; 2]| {
        let [from, until] = seconds;
        format!("rate = [[\"{from}\", \"100/s\"], [\"{until}\", \"0/s\"]]\narrival = \"constant\"\n")
    };
    for policy in ["first-writer", "priority", "siblings", "last-writer"] {
        let priority = if policy == "priority" { "priority = [\"us-east-1\", \"eu-west-1\"]\n" } else { "" };
        let text = format!(
            "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"40s\"\n[links]\njitter = \"off\"\n[routing]\nhealth-checked = false\n\
             [[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n\
             [[dataset]]\nid = \"db\"\nprotocol = \"multi-leader\"\npolicy = \"{policy}\"\n{priority}keys = 1\n[[request]]\nid = \"edit\"\nsteps = [\"write db\"]\n\
             [[population]]\nid = \"new-york\"\n{}[[population]]\nid = \"london\"\n{}\
             [[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"us-east-1\"\nright = \"eu-west-1\"\nplane = \"data\"\nat = \"5s\"\nfor = \"15s\"\n",
            at(["9.99s", "10.001s"]),
            at(["11.99s", "12.001s"]),
        );
        let run = crate::running::run_of(&text);
        let took = measured(&run, "converge-time");
        assert!(took > 0.0 && took < 5.0, "{policy}: {took} s");
        assert_eq!(line(&run).standing, Standing::Kept, "{policy}");
    }
}
