//! What users were told, against what is there: in plans small enough to be reckoned by hand, with answers that are lost at one instant.

use crate::running::whole;
use engine::Time;
use protocol::Property;
use protocols::Any;
use scenario::load;
use sim::metrics::Query;
use sim::{Run, Standing};

/// Two regions 40 ms apart, the first of which leads one key, and users 10 ms from it, there and back.
fn run(dataset: &str, rest: &str) -> Run<Any> {
    run_anywhere(&format!("leader = \"a\"\n{dataset}"), rest)
}

fn run_anywhere(dataset: &str, rest: &str) -> Run<Any> {
    let text = format!(
        r#"version = 1
[story]
title = "T"
[run]
duration = "20s"
[links]
jitter = "off"
last-mile = "10ms"
[[region]]
id = "a"
place = [40.0, 8.0]
service = "0ms"
[[region]]
id = "b"
place = [45.0, 8.0]
service = "0ms"
[[link]]
between = ["a", "b"]
rtt = "40ms"
[[dataset]]
id = "db"
keys = 1
{dataset}
{rest}"#
    );
    let scenario = load(&text, None, None).unwrap_or_else(|problems| panic!("{}\n{text}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

/// A request, and users who make it at these rates.
fn users(id: &str, steps: &str, more: &str, arrivals: &str) -> String {
    format!(
        "[[request]]\nid = \"{id}\"\nsteps = {steps}\n{more}\n[[population]]\nid = \"users-{id}\"\nplace = [40.0, 8.0]\n{arrivals}\nmix = {{ {id} = 1 }}\n"
    )
}

/// One a second, from so many seconds up to so many.
fn rate(from: u32, until: u32) -> String {
    format!("arrival = \"constant\"\nrate = [[\"0s\", \"0/s\"], [\"{from}s\", \"1/s\"], [\"{until}s\", \"0/s\"]]")
}

/// The answer to the request that began at an instant is lost on its way to these users: it was made, and they ask again.
fn lost(users: &str, at: &str, number: u32) -> String {
    format!(
        "[[act]]\nid = \"lost\"\nkind = \"drop-packet\"\nat = \"{at}\"\nfrom = \"a\"\nusers = \"users-{users}\"\nchannel = \"client\"\nnumber = {number}\n"
    )
}

const TWICE: &str = "timeout = \"1s\"\nretry = \"fixed\"\nattempts = 2\npause = \"1s\"";

fn standing(run: &Run<Any>, property: Property) -> Standing {
    run.verdicts().into_iter().find(|line| line.property == property).expect("it is judged").standing
}

#[test]
fn what_was_put_in_twice_can_be_given_away_twice() {
    for (kind, into, out) in [("account", "deposit", "withdraw"), ("stock", "restock", "sell")] {
        let asked = [
            users("in", &format!("[\"{into} 5 db\"]"), TWICE, &rate(1, 2)),
            users("out", &format!("[\"{out} 5 db\"]"), "", &rate(6, 12)),
            lost("in", "2.047s", 1),
        ];
        let run = run(&format!("protocol = \"raft\"\ntype = \"{kind}\"\ninitial = 5"), &asked.concat());
        assert_eq!(
            (whole(&run, "duplicate-writes"), whole(&run, "succeeded")),
            (1.0, 4.0),
            "{kind}: in once, out thrice"
        );
        assert!(whole(&run, "declined") > 0.0);
        assert_eq!((whole(&run, "oversold"), standing(&run, Property::WithinBounds)), (0.0, Standing::Kept), "{kind}");
    }
}

#[test]
fn what_was_moved_into_an_account_twice_can_be_moved_out_twice() {
    let asked = [
        users("in", "[\"transfer 5 db from 1 to 2\"]", TWICE, &rate(1, 2)),
        users("out", "[\"transfer 5 db from 2 to 3\"]", "", &rate(6, 12)),
        lost("in", "2.047s", 1),
    ];
    let run = run("protocol = \"raft\"\ntype = \"ledger\"\naccounts = 3\ninitial = 10", &asked.concat());
    assert_eq!((whole(&run, "duplicate-writes"), whole(&run, "succeeded")), (1.0, 5.0), "in once, out four times");
    assert_eq!((whole(&run, "declined"), whole(&run, "oversold")), (2.0, 0.0));
    assert_eq!(standing(&run, Property::WithinBounds), Standing::Kept);
}

#[test]
fn who_holds_twice_buys_what_runs_out_first() {
    let steps = "[\"reserve 1 db\", \"reserve 5 db\", \"commit db\", \"release db\"]";
    for protocol in ["protocol = \"raft\"", "protocol = \"multi-leader\"\npolicy = \"merge\""] {
        let dataset = format!("{protocol}\ntype = \"stock\"\ninitial = 20");
        let run = run_anywhere(&dataset, &users("buy", steps, "", &rate(1, 11)));
        assert_eq!((whole(&run, "sum"), whole(&run, "failed")), (10.0, 0.0));
        assert_eq!((whole(&run, "oversold"), whole(&run, "unaccounted")), (0.0, 0.0));
        assert_eq!(standing(&run, Property::Accounted), Standing::Kept);
    }
}

#[test]
fn what_is_bought_in_a_later_request_was_held_in_an_earlier_one() {
    let people = "users = 1\narrival = \"constant\"\nrate = [[\"0s\", \"2/s\"], [\"15s\", \"0/s\"]]\nmix = { hold = 1, buy = 1 }";
    let asked = format!(
        "[[request]]\nid = \"hold\"\nsteps = [\"reserve 3 db\"]\n[[request]]\nid = \"buy\"\nsteps = [\"commit db\"]\n[[population]]\nid = \"one\"\nplace = [40.0, 8.0]\n{people}\n"
    );
    let run = run("protocol = \"raft\"\ntype = \"stock\"\ninitial = 10", &asked);
    assert_eq!((whole(&run, "sum"), whole(&run, "unaccounted"), whole(&run, "oversold")), (9.0, 0.0, 0.0));
}

/// The follower is sent what there is once a second, so that it always lacks something.
#[test]
fn nothing_is_unaccounted_for_as_long_as_that_cannot_be_judged() {
    let adds = |until| {
        let asked = users("add", "[\"add 1 db\"]", "", &rate(1, until).replace("1/s", "20/s"));
        run("protocol = \"async\"\nship = \"1s\"\ntype = \"counter\"", &asked)
    };
    let goes_on = adds(30);
    assert_eq!(goes_on.measure(&Query::whole("unaccounted")), None);
    assert_eq!(standing(&goes_on, Property::Accounted), Standing::Untested);
    let over = adds(10);
    assert_eq!((whole(&over, "unaccounted"), whole(&over, "sum")), (0.0, whole(&over, "succeeded")));
}

/// It is made at 2 s, another at 4 s, and the first once more at 6 s: the reader has the one, the other, and the one again.
#[test]
fn who_reads_what_was_made_twice_before_and_after_another_goes_forward() {
    let again = TWICE.replace("pause = \"1s\"", "pause = \"3s\"");
    let asked = [
        users("one", "[\"write db\"]", &again, &rate(1, 2)),
        users("other", "[\"write db\"]", "", &rate(3, 4)),
        users("look", "[\"read db from leader\"]", "", "arrival = \"closed\"\nusers = 1\nthink = \"400ms\""),
        lost("one", "2.007s", 1),
    ];
    let run = run("protocol = \"async\"", &asked.concat());
    assert_eq!((whole(&run, "duplicate-writes"), whole(&run, "failed")), (1.0, 0.0));
    assert_eq!(whole(&run, "went-backwards"), 0.0);
    assert!(whole(&run, "succeeded") > 30.0);
}
