//! What is set of data whose leader is elected.

use engine::Time;
use scenario::{evaluate, find_built_in, load};

/// A scenario whose dataset has these lines, from line 10 on.
fn text(dataset: &str) -> String {
    let regions = "[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n";
    let rest = "[[request]]\nid = \"r\"\nsteps = [\"write orders\"]\n[[population]]\nid = \"london\"\nrate = \"1/s\"\n";
    format!("version = 1\n[story]\ntitle = \"T\"\n{regions}[[dataset]]\nid = \"orders\"\n{dataset}\n{rest}")
}

/// There is this problem and no other.
fn refused(dataset: &str, expected: &str) {
    let problems = load(&text(dataset), None, None).expect_err("the file is not sound");
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(lines, [expected]);
}

#[test]
fn an_election_that_cannot_come_to_anything_is_refused() {
    refused(
        "protocol = \"raft\"\nheartbeat-interval = \"2s\"",
        "8:1: whoever waits 1 s for a sign of life every 2 s never hears one in time; make it several times `heartbeat-interval`, as 10 in etcd",
    );
    refused(
        "protocol = \"raft\"\nelection-timeout = \"190ms\"",
        "11:20: whoever waits 190 ms for a sign of life every 100 ms never hears one in time; make it several times `heartbeat-interval`, as 10 in etcd",
    );
    refused(
        "protocol = \"raft\"\nheartbeat-interval = \"10ms\"\nelection-timeout = \"60ms\"",
        "12:20: a majority answers eu-west-1 after 69.679 ms, so that it is never elected in 60 ms; make it several times the round trip to the nearest majority",
    );
    refused(
        "protocol = \"raft\"\ncheck-quorum = false\nlinearizable-reads = \"lease\"",
        "12:22: a leader's lease means nothing where others vote against it while they hear it; set check-quorum = true, or read-index",
    );
    refused(
        "protocol = \"raft\"\nwitness = \"us-east-1\"",
        "11:11: a witness keeps no values, so that it cannot lead; name another region, or another `leader`",
    );
    refused(
        "protocol = \"raft\"\nplacement = [\"us-east-1\"]\nwitness = \"eu-west-1\"",
        "12:11: a region that is named here holds no replica; name regions of the placement",
    );
}

#[test]
fn what_an_elected_leader_does_not_need_changes_nothing() {
    let set = "here or in a variant, or leave";
    refused(
        "protocol = \"raft\"\nfencing = \"token\"",
        &format!("11:11: `fencing` changes nothing; set `protocol` to async or semi-sync or sync, {set} `fencing` out"),
    );
    let appointed = "`protocol` to one whose leader is appointed";
    refused(
        "protocol = \"raft\"\nblank-leader = \"leads-on\"",
        &format!("11:16: `blank-leader` changes nothing; set {appointed}, {set} `blank-leader` out"),
    );
    refused(
        "pre-vote = false",
        &format!("10:12: `pre-vote` changes nothing; set `protocol` to raft, {set} `pre-vote` out"),
    );
}

#[test]
fn what_the_scenario_across_continents_says_of_elections_does_not_hang_on_its_seed() {
    let built_in = find_built_in("raft-across-continents").expect("it is shipped");
    let mut wrong = Vec::new();
    for seed in 2..12 {
        let scenario = load(built_in.text(), None, Some(seed)).expect("it is sound");
        let mut run = scenario.run(Vec::new());
        while !run.advance(Time::MAX, 1_000_000) {}
        let unmet = evaluate(&scenario, &run).into_iter().filter(|result| !result.met);
        wrong.extend(unmet.map(|result| format!("seed {seed}: {}: {:?}", result.text, result.measured)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
