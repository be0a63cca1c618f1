//! Writes that are stamped by the clocks of those who ask for them. D1.

use crate::running::{run_of, whole};
use scenario::load;

/// Users in New York and in London write the same key in turn, each every second for 20 s, half a second apart from each other.
fn text(dataset: &str, steps: &str, new_york: &str, rest: &str) -> String {
    format!(
        r#"version = 1
[story]
title = "T"
[run]
seed = 1
duration = "30s"
[[region]]
id = "us-east-1"
[[region]]
id = "eu-west-1"
[[region]]
id = "us-west-2"
[[dataset]]
id = "db"
keys = 1
sampled-keys = 1
{dataset}
[[request]]
id = "w"
steps = [{steps}]
[[population]]
id = "new-york"
arrival = "constant"
rate = [["0s", "1/s"], ["20s", "0/s"]]
{new_york}
[[population]]
id = "london"
arrival = "constant"
rate = [["500ms", "1/s"], ["20s", "0/s"]]
{rest}
"#
    )
}

fn lost_updates(dataset: &str, new_york: &str, rest: &str) -> f64 {
    whole(&run_of(&text(dataset, "\"write db\"", new_york, rest)), "lost-updates")
}

const BOTH: [&str; 2] = ["protocol = \"multi-leader\"\n", "protocol = \"quorum\"\n"];
const BY_CLIENT: &str = "timestamps = \"client\"\n";
const HOUR: &str = "clock-offset = \"1h\"";

#[test]
fn whose_clock_is_an_hour_ahead_wins_over_all_that_is_written_later() {
    for protocol in BOTH {
        let by_client = format!("{protocol}{BY_CLIENT}");
        assert_eq!(lost_updates(&by_client, "", ""), 0.0, "{protocol}: clocks are right");
        // New York's first is answered at one second; of London's one a second is confirmed in vain from then on.
        assert!(lost_updates(&by_client, HOUR, "") >= 18.0, "{protocol}");
        assert!(
            lost_updates(&by_client, "clock-error = \"2s\"", "") >= 3.0,
            "{protocol}: strangers are off each by themselves"
        );
        let asked = "[[variant]]\nid = \"asked\"\nset = { \"dataset.db.timestamps\" = \"client\" }\n";
        assert_eq!(lost_updates(protocol, HOUR, asked), 0.0, "{protocol}: nobody asks clients what time it is");
    }
}

#[test]
fn a_replicas_wrong_clock_is_not_asked_where_clients_stamp() {
    let skew =
        "[[fault]]\nid = \"fast\"\nkind = \"clock-skew\"\nregion = \"us-east-1\"\noffset = \"1h\"\nat = \"0s\"\n";
    for protocol in BOTH {
        assert!(lost_updates(protocol, "", skew) >= 18.0, "{protocol}");
        assert_eq!(lost_updates(&format!("{protocol}{BY_CLIENT}"), "", skew), 0.0, "{protocol}");
    }
}

/// A client's stamps go by its clock and not by what it has read, as those of Apache Cassandra's drivers.
#[test]
fn who_has_read_what_a_clock_ahead_has_stamped_changes_it_in_vain() {
    for protocol in BOTH {
        let text = text(&format!("{protocol}{BY_CLIENT}"), "\"read db\", \"write db\"", HOUR, "");
        let run = run_of(&text);
        assert!(whole(&run, "lost-updates") >= 18.0, "{protocol}");
        assert_eq!(whole(&run, "conflicts"), 0.0, "{protocol}: each of them had been shown what it lost against");
    }
}

#[test]
fn people_have_the_same_wrong_clock_whenever_they_come_back() {
    let users = |more: &str| format!("users = 1\nclock-error = \"3s\"\n{more}");
    let by_client = format!("{}{BY_CLIENT}", BOTH[0]);
    // The one there is is ahead or behind by 3 s for good: of one side all but the last few are lost, or the first few of the other and none later.
    let lost = lost_updates(&by_client, &users(""), "");
    assert!((17.0..=20.0).contains(&lost), "{lost}");
}

#[test]
fn what_no_clients_clock_decides_is_refused() {
    let refused = |dataset: &str| {
        let problems = load(&text(dataset, "\"write db\"", "", ""), None, None).expect_err("it is not sound");
        problems[0].to_string()
    };
    let of_stock = "protocol = \"multi-leader\"\ntype = \"counter\"\ntimestamps = \"client\"";
    let text = text(of_stock, "\"add 1 db\"", "", "");
    let found = load(&text, None, None).expect_err("it is not sound")[0].to_string();
    assert!(found.starts_with("19:14: what is of type counter is changed where it is held"), "{found}");
    let found = refused("protocol = \"multi-leader\"\npolicy = \"siblings\"\ntimestamps = \"client\"");
    assert!(found.starts_with("19:14: `timestamps` changes nothing; set policy = \"last-writer\""), "{found}");
    let found = refused("protocol = \"quorum\"\ntombstone-grace = \"10s\"\ntimestamps = \"client\"");
    assert!(found.starts_with("18:19: how old a deletion is"), "{found}");
    let found = refused("protocol = \"quorum\"\ntimestamps = \"user\"");
    assert!(found.starts_with("18:14: ") && found.contains("`replica`, `client`"), "{found}");
}
