//! Who was told of what by whom: causal order (C5), and what sessions may count on where nobody leads (C3, C4).

use crate::running::run_of;
use protocol::Property;
use protocols::Any;
use scenario::load;
use sim::metrics::Query;
use sim::{Run, Standing};

/// Writers in Ireland, editors in Virginia who write after what they have read, and readers in Tokyo, to whom word from Ireland takes three seconds.
fn text(dataset: &str, from: &str) -> String {
    format!(
        r#"version = 1
[story]
title = "T"
[run]
seed = 1
duration = "40s"
[[region]]
id = "us-east-1"
[[region]]
id = "eu-west-1"
[[region]]
id = "ap-northeast-1"
[[link]]
between = ["eu-west-1", "ap-northeast-1"]
rtt = "6s"
[[dataset]]
id = "pages"
keys = 6
zipf = 0
sampled-keys = 6
{dataset}
[[request]]
id = "write"
timeout = "10s"
steps = ["write pages"]
[[request]]
id = "read"
timeout = "10s"
steps = ["read pages from {from}"]
[[population]]
id = "london"
rate = "2/s"
users = 6
mix = {{ write = 1 }}
[[population]]
id = "new-york"
rate = "8/s"
users = 4
mix = {{ read = 3, write = 1 }}
[[population]]
id = "tokyo"
rate = "20/s"
users = 8
mix = {{ read = 1 }}
"#
    )
}

fn verdicts(run: &Run<Any>) -> Vec<(Property, Standing)> {
    run.verdicts().into_iter().map(|line| (line.property, line.standing)).collect()
}

/// How causal order, own writes and own reads fare.
fn standings(dataset: &str, from: &str) -> [Standing; 3] {
    let run = run_of(&text(dataset, from));
    let found = verdicts(&run);
    let of = |property| found.iter().find(|(of, _)| *of == property).expect("it is judged").1;
    [Property::Causal, Property::ReadYourWrites, Property::MonotonicReads].map(of)
}

const MESH: &str = "protocol = \"multi-leader\"";
const SIBLINGS: &str = "protocol = \"multi-leader\"\npolicy = \"siblings\"";
const ONE_OF_THREE: &str = "protocol = \"quorum\"\nwrite-quorum = 1\nread-quorum = 1\nread-repair = \"off\"";

#[test]
fn an_answer_is_read_before_its_question_unless_what_is_written_carries_what_was_seen() {
    use Standing::{Kept, NotPromised};
    assert_eq!(standings(MESH, "local")[0], NotPromised);
    assert_eq!(standings(MESH, "session"), [NotPromised, Kept, Kept], "a token says what its own client did");
    assert_eq!(standings(MESH, "causal within 5s"), [Kept; 3]);
    assert_eq!(standings(MESH, "causal within 10ms"), [Kept; 3], "whom it is sent on to has it");
    assert_eq!(standings(ONE_OF_THREE, "session"), [NotPromised, Kept, Kept]);
    assert_eq!(standings(ONE_OF_THREE, "causal"), [Kept; 3]);
    assert_eq!(standings("protocol = \"async\"", "causal"), [Kept; 3], "a place in one log says it all");
}

#[test]
fn copies_that_are_merged_are_judged_by_which_changes_are_in_them() {
    use Standing::{Kept, NotPromised};
    assert_eq!(standings(SIBLINGS, "session"), [NotPromised, Kept, Kept]);
    assert_eq!(standings(SIBLINGS, "causal within 5s"), [Kept; 3]);
    let line = run_of(&text(SIBLINGS, "session"));
    let line = line.verdicts().into_iter().find(|line| line.property == Property::Causal).expect("it is judged");
    assert!(line.count > 0 && line.text.contains("read a copy that lacks a change"), "{line:?}");
    let told: Vec<&str> = line.witness.iter().map(|line| line.text.as_str()).collect();
    let [known, read] = told[..] else { panic!("{told:?}") };
    assert!(known.starts_with("a user in Tokyo") && read.starts_with("the same user"), "{told:?}");
    let counters = |from: &str| {
        let merged = text("protocol = \"multi-leader\"\npolicy = \"merge\"\ntype = \"counter\"", from);
        let run = run_of(&merged.replace("write pages", "add 1 pages"));
        verdicts(&run).into_iter().find(|(property, _)| *property == Property::Causal).expect("it is judged").1
    };
    assert_eq!((counters("session"), counters("causal within 5s")), (NotPromised, Kept));
}

#[test]
fn the_witness_names_what_was_known_what_was_written_then_and_who_read_that() {
    let run = run_of(&text(MESH, "local"));
    let line = run.verdicts().into_iter().find(|line| line.property == Property::Causal).expect("it is judged");
    let told: Vec<&str> = line.witness.iter().map(|line| line.text.as_str()).collect();
    assert!(line.text.starts_with("A user in Tokyo read an older value"), "{}", line.text);
    let [known, written, read] = told[..] else { panic!("{told:?}") };
    assert!(known.starts_with("a user in New York") && known.ends_with("read A"), "{told:?}");
    assert!(written.starts_with("the same user") && written.ends_with("wrote B"), "{told:?}");
    assert!(read.starts_with("a user in Tokyo"), "{told:?}");
}

#[test]
fn what_regions_say_too_seldom_to_be_kept_is_refused_and_what_is_asked_before_they_say_anything_is_not() {
    let set = |heartbeat: &str| format!("{MESH}\nheartbeat = \"{heartbeat}\"");
    let problems = load(&text(&set("5001ms"), "bounded"), None, None).expect_err("it is refused");
    assert_eq!(
        problems[0].to_string(),
        "30:9: `read pages from bounded` asks for what lies back 5 s at most, and regions say only every 5.001 s up to when others have all of theirs; make `within` longer than the `heartbeat` of pages and the way between regions together, or `heartbeat` shorter"
    );
    assert!(load(&text(&set("5s"), "bounded"), None, None).is_ok());
    assert!(load(&text(&set("5001ms"), "bounded within 9s"), None, None).is_ok());
    let led = "protocol = \"async\"\nheartbeat = \"9s\"";
    assert!(load(&text(led, "bounded"), None, None).is_ok(), "there the leader is asked");
    // Of Ireland Tokyo hears three seconds after it has said something.
    let run = run_of(&text(&set("4s"), "bounded within 8s"));
    assert_eq!(run.measure(&Query::whole("failed")), Some(0.0));
}

#[test]
fn rules_that_cannot_be_kept_are_refused_where_they_stand() {
    let refused = |dataset: &str, from: &str| {
        let problems = load(&text(dataset, from), None, None).expect_err("it is refused");
        problems[0].to_string()
    };
    let ring = "protocol = \"multi-leader\"\ntopology = \"ring\"";
    for from in ["causal", "session", "session-wait", "bounded"] {
        let problem = refused(ring, from);
        assert!(
            problem.contains(&format!("`read pages from {from}` goes by what a region has heard from every other")),
            "{problem}"
        );
        assert!(load(&text(MESH, from), None, None).is_ok(), "{from}");
    }
    for protocol in ["multi-leader", "async"] {
        let alone = refused(&format!("protocol = \"{protocol}\""), "quorum");
        assert!(alone.contains("asks a majority, and here whoever is asked answers alone"), "{alone}");
    }
    assert!(refused("protocol = \"raft\"", "quorum").contains("asks a majority, and here the leader does"));
    for protocol in ["sync", "semi-sync"] {
        let ahead = refused(&format!("protocol = \"{protocol}\""), "causal");
        assert!(ahead.contains("a follower shows what its leader may not show yet"), "{ahead}");
        assert!(
            ahead.ends_with("read from leader, local, session, nearest-healthy, session-wait, pinned, sticky, bounded"),
            "{ahead}"
        );
    }
    let pinned = refused(MESH, "pinned");
    assert!(pinned.contains("`read pages from pinned` needs a leader, and nobody leads it"), "{pinned}");
    assert!(pinned.ends_with("read from local, session, nearest-healthy, session-wait, sticky, bounded, causal"));
}

/// What Virginia wrote and has told Tokyo, but not Ireland, which is cut off from it, is the cause of what Tokyo wrote then. Whether Virginia comes back, and how.
fn dead_author(end: &str) -> Run<Any> {
    run_of(&format!(
        r#"version = 1
[story]
title = "T"
[run]
duration = "60s"
[links]
jitter = "off"
[[region]]
id = "us-east-1"
service = "0ms"
[[region]]
id = "eu-west-1"
service = "0ms"
[[region]]
id = "ap-northeast-1"
service = "0ms"
[[link]]
between = ["eu-west-1", "ap-northeast-1"]
rtt = "200ms"
[[dataset]]
id = "d"
protocol = "multi-leader"
keys = 1
sampled-keys = 1
[[request]]
id = "write"
steps = ["write d"]
[[request]]
id = "reply"
steps = ["read d from causal", "write d"]
[[request]]
id = "read"
timeout = "5s"
steps = ["read d from causal"]
[[population]]
id = "new-york"
arrival = "constant"
rate = [["0s", "0/s"], ["5.99s", "100/s"], ["6.001s", "0/s"]]
mix = {{ write = 1 }}
[[population]]
id = "tokyo"
arrival = "constant"
rate = [["0s", "0/s"], ["6.99s", "100/s"], ["7.001s", "0/s"]]
mix = {{ reply = 1 }}
[[population]]
id = "london"
arrival = "closed"
users = 3
think = "500ms"
mix = {{ read = 1 }}
[[fault]]
id = "cut"
kind = "partition"
left = "us-east-1"
right = "eu-west-1"
at = "5s"
for = "15s"
[[fault]]
id = "dead"
kind = "region-loss"
region = "us-east-1"
at = "8s"
{end}
"#
    ))
}

#[test]
fn who_reads_what_a_dead_region_wrote_goes_to_whoever_has_it_and_waits_for_nothing_that_is_lost() {
    let back = ["for = \"20s\"", "disks-lost = true\nfor = \"20s\""];
    for end in ["", "disks-lost = true", back[0], back[1]] {
        let run = dead_author(end);
        assert!(verdicts(&run).contains(&(Property::Causal, Standing::Kept)), "{end}");
        let operations = run.history(0).operations;
        let reads = operations.iter().filter(|of| matches!(of.call, check::Call::Read { .. }));
        let reads: Vec<(u64, Option<u64>)> = reads.map(|of| (of.invoked / 1_000_000, of.took)).collect();
        let during = |from, to| reads.iter().filter(move |(at, _)| (from..to).contains(at)).map(|(_, took)| *took);
        let quick = during(0, 5_000).next().expect("they read");
        // A second of waiting there, and the way to Tokyo and back.
        let slow = quick.map(|took| took + 1_200_000_000);
        assert!(
            during(9_000, 26_000).count() > 20 && during(9_000, 26_000).all(|took| took == slow),
            "{end}: {reads:?}"
        );
        let later = if back.contains(&end) { quick } else { slow };
        assert!(
            during(30_000, 57_000).count() > 40 && during(30_000, 57_000).all(|took| took == later),
            "{end}: {reads:?}"
        );
    }
}
