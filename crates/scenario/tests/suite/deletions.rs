//! Deletions: what is read where there is nothing any more, what comes back, and what is refused.

use crate::running::{run_of, whole};
use protocol::Property;
use protocols::Any;
use scenario::load;
use sim::metrics::Query;
use sim::{Run, Standing};

/// Two regions far from each other, users in one, a dataset of 5 keys, and a request that writes, deletes and reads.
fn text(dataset: &str, steps: &str, rest: &str) -> String {
    format!(
        r#"version = 1
[story]
title = "T"
[run]
seed = 1
duration = "60s"
[[region]]
id = "us-east-1"
[[region]]
id = "eu-west-1"
[[region]]
id = "ap-northeast-1"
[[dataset]]
id = "things"
keys = 5
sampled-keys = 5
{dataset}
[[request]]
id = "r"
steps = [{steps}]
[[population]]
id = "new-york"
rate = [["0s", "5/s"], ["40s", "0/s"]]
[[population]]
id = "tokyo"
rate = [["0s", "5/s"], ["40s", "0/s"]]
{rest}
"#
    )
}

fn run(dataset: &str, steps: &str, rest: &str) -> Run<Any> {
    run_of(&text(dataset, steps, rest))
}

fn standing(run: &Run<Any>, property: Property) -> Option<Standing> {
    run.verdicts().iter().find(|line| line.property == property).map(|line| line.standing)
}

fn refused(dataset: &str, steps: &str) -> String {
    load(&text(dataset, steps, ""), None, None).err().map_or_else(String::new, |problems| problems[0].to_string())
}

const BOTH: &str = r#""write things", "read things", "delete things", "read things""#;

#[test]
fn a_deletion_is_a_write_that_leaves_nothing_whoever_replicates_it() {
    for dataset in [
        "protocol = \"sync\"\nleader = \"us-east-1\"",
        "protocol = \"raft\"\nleader = \"us-east-1\"",
        "protocol = \"quorum\"",
        "protocol = \"quorum\"\npolicy = \"siblings\"",
        "protocol = \"multi-leader\"",
        "protocol = \"multi-leader\"\npolicy = \"siblings\"",
        "protocol = \"multi-leader\"\npolicy = \"first-writer\"",
    ] {
        let run = run(dataset, BOTH, "");
        assert_eq!((whole(&run, "failed"), whole(&run, "lost-writes")), (0.0, 0.0), "{dataset}");
        let held = run.contents(0);
        assert_eq!(held.len(), 3, "{dataset}");
        assert!(held.iter().all(|(_, held)| *held == held_by_first(&run)), "{dataset}: {held:?}");
        assert!(held_by_first(&run).len() < 5, "{dataset}: of some keys the last thing was a deletion");
    }
}

fn held_by_first(run: &Run<Any>) -> std::collections::BTreeMap<u64, u64> {
    run.contents(0).swap_remove(0).1
}

#[test]
fn what_a_leader_deletes_is_judged_as_what_it_writes() {
    let of_leader = r#""write things", "read things from leader", "delete things", "read things from leader""#;
    for protocol in ["sync", "raft"] {
        let dataset = format!("protocol = \"{protocol}\"\nleader = \"us-east-1\"");
        let all = run(&dataset, of_leader, "");
        assert_eq!(standing(&all, Property::Linearizable), Some(Standing::Kept), "{protocol}");
        assert_eq!(standing(&all, Property::StaysDeleted), None, "in one order a deletion is a write as any other");
    }
    let dataset = "protocol = \"async\"\nleader = \"us-east-1\"";
    let local = run(dataset, BOTH, "");
    let lines = local.verdicts();
    let line = lines.iter().find(|line| line.property == Property::Linearizable).expect("it is judged");
    assert_eq!(line.standing, Standing::NotPromised);
    let told: Vec<&str> = line.witness.iter().map(|line| line.text.as_str()).collect();
    assert!(
        told.iter().any(|line| line.contains("deleted what was there") || line.contains("read nothing")),
        "{told:?}"
    );
}

/// Tokyo is away for 20 s while what it has is deleted.
fn away(dataset: &str) -> Run<Any> {
    let cut = r#"
[[fault]]
id = "cut"
kind = "partition"
left = "ap-northeast-1"
right = ["us-east-1", "eu-west-1"]
plane = "data"
at = "10s"
for = "20s"
"#;
    let dataset = format!("protocol = \"quorum\"\nread-quorum = 1\nzipf = 0\n{dataset}");
    let text = text(&dataset, r#""write things", "wait 9s", "delete things""#, cut)
        .replace("keys = 5\nsampled-keys = 5", "keys = 2000\nsampled-keys = 5")
        .replace("\"40s\", \"0/s\"", "\"9.9s\", \"0/s\"");
    let scenario = load(&text, None, None).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let mut run = Run::new(scenario.config, scenario.protocols, Vec::new());
    run.finish();
    run
}

#[test]
fn what_is_deleted_comes_back_exactly_if_the_grace_is_over_before_it_is_compared() {
    let hints = "hints = false\n";
    let compares = format!("{hints}anti-entropy = \"2s\"\n");
    // What was deleted from 10 s to 19 s reaches Tokyo between 30 s and 34 s.
    for (set, back) in [
        (format!("{compares}tombstone-grace = \"30s\""), false),
        (format!("{compares}tombstone-grace = \"5s\""), true),
        (compares.clone(), false),
        // Nobody compares anything, and nobody reads.
        (format!("{hints}tombstone-grace = \"5s\""), false),
        // What is kept for Tokyo is handed over within the grace, and dropped after it.
        ("tombstone-grace = \"30s\"".to_owned(), false),
    ] {
        let run = away(&set);
        let keys = whole(&run, "resurrected");
        assert_eq!(keys > 20.0, back, "{set}: {keys}");
        assert!(back || keys == 0.0, "{set}: {keys}");
        let expected = if back { Standing::NotPromised } else { Standing::Kept };
        assert_eq!(standing(&run, Property::StaysDeleted), Some(expected), "{set}");
        let held: usize = run.contents(0).iter().map(|(_, held)| held.len()).sum();
        if set.contains("anti-entropy") {
            // All three have what came back, and nothing else is left but what Tokyo failed to delete.
            assert!(held as f64 >= keys * 3.0, "{set}: {held}");
        }
    }
}

#[test]
fn tombstones_are_counted_and_collected_after_their_grace() {
    let kept = away("anti-entropy = \"2s\"");
    let collected = away("anti-entropy = \"2s\"\ntombstone-grace = \"5s\"");
    let at_the_end = |run: &Run<Any>| {
        let from = engine::Time::from_secs(58);
        run.measure(&Query { from, ..Query::whole("tombstones") }).unwrap_or(f64::NAN)
    };
    assert!(at_the_end(&kept) > 40.0, "{}", at_the_end(&kept));
    assert_eq!(at_the_end(&collected), 0.0);
    assert!(whole(&collected, "tombstones") > 20.0);
}

#[test]
fn whoever_holds_something_else_than_a_register_does_not_delete_it() {
    let found = refused("protocol = \"async\"\ntype = \"counter\"", r#""delete things""#);
    assert!(found.starts_with("21:10: `things` is of type counter, which does not take `delete`"), "{found}");
    let found = refused("protocol = \"quorum\"\ntombstone-grace = \"0s\"", BOTH);
    assert!(found.starts_with("18:19: a deletion would be forgotten before any other replica has it"), "{found}");
    let found = refused("protocol = \"async\"\ntombstone-grace = \"1m\"", BOTH);
    assert!(found.starts_with("18:19: `tombstone-grace` changes nothing"), "{found}");
}

/// Tokyo hears of nothing, and looks from 25 s on at what was written and deleted before.
const DEAF: &str = r#"
[[request]]
id = "look"
steps = ["read things"]
[[fault]]
id = "cut"
kind = "partition"
left = "ap-northeast-1"
right = ["us-east-1", "eu-west-1"]
plane = "data"
at = "1s"
"#;

#[test]
fn whoever_finds_nothing_has_found_what_the_latest_deletion_left() {
    let dataset = "protocol = \"quorum\"\nwrite-quorum = 2\nread-quorum = 1\nhints = false\nanti-entropy = \"off\"";
    let text = text(dataset, r#""write things", "wait 1s", "delete things""#, DEAF)
        .replace("rate = [[\"0s\", \"5/s\"], [\"40s\", \"0/s\"]]\n[[population]]", "rate = [[\"0s\", \"0/s\"], [\"10s\", \"1/s\"], [\"13s\", \"0/s\"]]\narrival = \"constant\"\nmix = { r = 1 }\n[[population]]")
        .replace("rate = [[\"0s\", \"5/s\"], [\"40s\", \"0/s\"]]", "rate = [[\"0s\", \"0/s\"], [\"25s\", \"1/s\"]]\narrival = \"constant\"\nmix = { look = 1 }")
        .replace("keys = 5\nsampled-keys = 5", "keys = 1\nsampled-keys = 1");
    let scenario = load(&text, None, None).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let mut run: Run<Any> = Run::new(scenario.config, scenario.protocols, Vec::new());
    run.finish();
    assert!(whole(&run, "succeeded") > 30.0);
    assert_eq!(whole(&run, "stale-reads"), 0.0, "nothing is nothing");
    assert_eq!(standing(&run, Property::Linearizable), Some(Standing::Kept));
    assert_eq!(standing(&run, Property::StaysDeleted), Some(Standing::Kept));
}

#[test]
fn where_nothing_was_deleted_or_a_disk_was_lost_nobody_says_that_nothing_came_back() {
    let quorum = "protocol = \"quorum\"";
    assert_eq!(standing(&run(quorum, BOTH, ""), Property::StaysDeleted), Some(Standing::Kept));
    let lost = "[[fault]]\nid = \"f\"\nkind = \"region-loss\"\nregion = \"us-east-1\"\ndisks-lost = true\nat = \"20s\"\nfor = \"5s\"";
    assert_eq!(standing(&run(quorum, BOTH, lost), Property::StaysDeleted), Some(Standing::Untested));
}

#[test]
fn tombstones_that_a_clock_set_ahead_makes_due_are_collected_with_the_next() {
    let ahead = "[[fault]]\nid = \"s\"\nkind = \"clock-skew\"\nregion = \"eu-west-1\"\noffset = \"1h\"\nat = \"10s\"";
    let run = run("protocol = \"quorum\"\ntombstone-grace = \"10m\"", BOTH, ahead);
    let from = engine::Time::from_secs(38);
    let kept = |region| run.measure(&Query { from, region: Some(region), ..Query::whole("tombstones") });
    assert_eq!(kept(1), Some(0.0), "an hour ahead, ten minutes are over");
    assert!(kept(0).is_some_and(|kept| kept > 0.0));
}

/// A dataset of one key, which is written at 5 s and deleted at 5.5 s in Virginia; somebody in Tokyo, 2 s away, goes on reading.
fn far_away(dataset: &str, rule: &str) -> Run<Any> {
    let once = |id: &str, at: [&str; 2], step: &str| {
        let [from, until] = at;
        format!(
            "[[request]]\nid = \"{id}\"\ntimeout = \"20s\"\nsteps = [\"{step}\"]\n[[population]]\nid = \"of-{id}\"\nplace = \"new-york\"\narrival = \"constant\"\nrate = [[\"{from}\", \"100/s\"], [\"{until}\", \"0/s\"]]\nmix = {{ {id} = 1 }}\n"
        )
    };
    let text = format!(
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"20s\"\n[links]\njitter = \"off\"\n\
         [[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"ap-northeast-1\"\n\
         [[link]]\nbetween = [\"us-east-1\", \"ap-northeast-1\"]\nrtt = \"4s\"\n\
         [[dataset]]\nid = \"things\"\nkeys = 1\nsampled-keys = 1\n{dataset}\n{}{}\
         [[request]]\nid = \"look\"\ntimeout = \"20s\"\nsteps = [\"read things from {rule}\"]\n\
         [[population]]\nid = \"tokyo\"\narrival = \"closed\"\nusers = 1\nthink = \"50ms\"\nmix = {{ look = 1 }}\n\
         [routing]\npolicy = \"nearest\"\nhealth-checked = false\n",
        once("put", ["4.99s", "5.001s"], "write things"),
        once("drop", ["5.49s", "5.501s"], "delete things"),
    );
    run_of(&text)
}

#[test]
fn nothing_then_the_value_then_nothing_again_is_no_way_back() {
    let multi = "protocol = \"multi-leader\"";
    let (asynchronous, quorum) = ("protocol = \"async\"", "protocol = \"quorum\"\nreplicas = 2\nread-quorum = 1");
    let cases = [
        (asynchronous, "session"),
        (multi, "session"),
        (multi, "causal within 1s"),
        (asynchronous, "local"),
        (quorum, "local"),
    ];
    for (dataset, rule) in cases {
        let run = far_away(dataset, rule);
        let reads: f64 = whole(&run, "succeeded");
        assert!(reads > 10.0, "{dataset}, {rule}: {reads}");
        for property in [Property::MonotonicReads, Property::ReadYourWrites, Property::Causal] {
            let found = standing(&run, property);
            let due =
                if property == Property::Causal && !rule.starts_with("causal") { None } else { Some(Standing::Kept) };
            assert_eq!(found, due, "{dataset}, {rule}: {property:?}");
        }
        assert_eq!(whole(&run, "went-backwards"), 0.0, "{dataset}, {rule}");
    }
}
