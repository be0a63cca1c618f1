//! What is set of data whose leader is elected.

use scenario::load;

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
