//! Data whose keys hold more than what was written last: what is taken, declined and accounted for.

use crate::running::{run_of, whole};
use protocol::Property;
use protocols::Any;
use scenario::load;
use sim::metrics::Query;
use sim::{Run, Standing};

/// Three regions, users in two, a dataset of 5 keys and one request.
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
zipf = 0
{dataset}
[[request]]
id = "r"
steps = [{steps}]
[[population]]
id = "new-york"
rate = [["0s", "10/s"], ["50s", "10/s"], ["50.001s", "0/s"]]
[[population]]
id = "london"
rate = [["0s", "10/s"], ["50s", "10/s"], ["50.001s", "0/s"]]
{rest}
"#
    )
}

fn run(dataset: &str, steps: &str, rest: &str) -> Run<Any> {
    run_of(&text(dataset, steps, rest))
}

fn bounds(run: &Run<Any>) -> (Standing, u32) {
    let verdicts = run.verdicts();
    let found = verdicts.iter().find(|line| line.property == Property::WithinBounds).expect("it is judged");
    (found.standing, found.count)
}

const STOCK: &str = "type = \"stock\"\ninitial = 100";
/// The leader is cut off from everybody but its own users, and another is promoted, in a variant if not here: both sell.
const DIVIDED: &str = r#"
[control]
home = "ap-northeast-1"
preference = ["eu-west-1", "ap-northeast-1"]
failover = "automatic"
[[variant]]
id = "appointed"
set = { "dataset.things.protocol" = "async" }
[[fault]]
id = "cut-off"
kind = "isolation"
region = "us-east-1"
at = "10s"
for = "25s"
users = false
"#;

#[test]
fn all_of_a_stock_is_sold_and_no_more_and_that_is_an_answer() {
    let run = run(STOCK, "\"sell 1 things\"", "");
    assert_eq!((whole(&run, "succeeded"), whole(&run, "declined")), (500.0, whole(&run, "offered") - 500.0));
    assert!(whole(&run, "declined") > 100.0);
    assert_eq!((whole(&run, "failed"), whole(&run, "availability")), (0.0, 1.0));
    assert_eq!((whole(&run, "oversold"), whole(&run, "unaccounted")), (0.0, 0.0));
    assert_eq!(bounds(&run), (Standing::Kept, 0));
}

#[test]
fn what_is_held_is_sold_to_nobody_else_until_its_time_is_over() {
    // A customer every tenth of a second; two of each key are there, and each is held for 20 s.
    let run = run("type = \"stock\"\ninitial = 2", "\"reserve 1 things for 20s\"", "");
    let between = |from, until| {
        let secs = engine::Time::from_secs;
        run.measure(&Query { from: secs(from), until: secs(until), ..Query::whole("succeeded") })
    };
    assert_eq!(between(0, 5), Some(10.0), "two of each of five keys");
    assert_eq!(between(5, 19), Some(0.0));
    assert_eq!(between(20, 26), Some(10.0));
    let sold = run_of_commits();
    assert_eq!((whole(&sold, "succeeded"), whole(&sold, "oversold")), (20.0, 0.0), "held, and sold by who held it");
}

fn run_of_commits() -> Run<Any> {
    run("type = \"stock\"\ninitial = 2", "\"reserve 1 things for 20s\", \"commit things\"", "")
}

/// Who is cut off sells on to its own users, and whoever is promoted sells the same: what was sold then comes to more than there is.
#[test]
fn two_leaders_sell_the_same_units_and_one_whom_a_majority_elected_does_not() {
    let sells = |protocol: &str| run(&format!("protocol = \"{protocol}\"\n{STOCK}"), "\"sell 1 things\"", DIVIDED);
    let divided = sells("async");
    let sold = whole(&divided, "succeeded");
    assert!(sold > 500.0, "{sold}");
    assert_eq!(whole(&divided, "oversold"), sold - 500.0, "each key is sold out, so that what is too much shows");
    assert_eq!(bounds(&divided), (Standing::NotPromised, (sold - 500.0) as u32));
    assert_eq!(whole(&divided, "unaccounted"), sold - 500.0, "what one had sold is on no log that counts");

    let divided = sells("raft");
    // The leader that was cut off cannot tell what has become of the last.
    assert!((490.0..=500.0).contains(&whole(&divided, "succeeded")));
    assert_eq!(whole(&divided, "oversold"), 0.0);
    assert_eq!(bounds(&divided), (Standing::Kept, 0));
    assert_eq!(whole(&divided, "unaccounted"), 0.0);
}

/// Each region sells what it sees left, and of two states of a stock the later is kept: what the other had sold is forgotten.
#[test]
fn two_regions_that_sell_at_the_same_time_sell_too_much_and_one_forgets() {
    let set = format!("protocol = \"multi-leader\"\n{STOCK}");
    let sells = |rest| run(&set, "\"sell 1 things\"", rest);
    let divided = sells(DIVIDED);
    assert!(whole(&divided, "oversold") > 0.0 && whole(&divided, "conflicts") > 0.0);
    assert_eq!(whole(&divided, "oversold"), (whole(&divided, "succeeded") - 500.0).max(0.0));
    assert_eq!(bounds(&divided).0, Standing::NotPromised);
    // The account of what was sold is short by what was thrown away.
    assert_eq!(whole(&divided, "unaccounted"), whole(&divided, "lost-updates"));
    let alone = run(&format!("{set}\nplacement = [\"us-east-1\"]"), "\"sell 1 things\"", "");
    assert_eq!((whole(&alone, "succeeded"), whole(&alone, "oversold")), (500.0, 0.0));
}

#[test]
fn what_was_added_is_there_and_what_was_lost_is_not_accounted_for() {
    let counts = |protocol: &str, rest: &str| {
        run(&format!("protocol = \"{protocol}\"\ntype = \"counter\""), "\"add 3 things\"", rest)
    };
    let whole_and_sound = counts("async", "");
    assert_eq!((whole(&whole_and_sound, "succeeded"), whole(&whole_and_sound, "unaccounted")), (977.0, 0.0));
    let divided = counts("async", DIVIDED);
    let lost = whole(&divided, "lost-writes");
    assert!(lost > 0.0);
    assert_eq!(whole(&divided, "unaccounted"), lost * 3.0);
}

#[test]
fn a_name_is_given_once_and_to_another_once_it_was_given_up() {
    let claimed = run("type = \"name\"", "\"claim things\"", "");
    assert_eq!((whole(&claimed, "succeeded"), whole(&claimed, "oversold")), (5.0, 0.0));
    let ceded = run("type = \"name\"", "\"claim things\", \"wait 1s\", \"cede things\"", "");
    assert!(whole(&ceded, "succeeded") > 100.0);
    assert_eq!((whole(&ceded, "failed"), whole(&ceded, "oversold")), (0.0, 0.0));
}

#[test]
fn an_account_pays_out_what_it_has() {
    let paid = run("type = \"account\"\ninitial = 10", "\"withdraw 4 things\"", "");
    assert_eq!((whole(&paid, "succeeded"), whole(&paid, "unaccounted")), (10.0, 0.0), "twice of each of five");
    let refilled = run("type = \"account\"\ninitial = 0", "\"deposit 5 things\", \"withdraw 5 things\"", "");
    assert_eq!((whole(&refilled, "declined"), whole(&refilled, "oversold")), (0.0, 0.0));
}

fn refused(dataset: &str, step: &str, expected: &str) {
    let problems = load(&text(dataset, step, ""), None, None).expect_err("the file is not sound");
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(lines.iter().any(|line| line.contains(expected)), "{lines:?}");
}

#[test]
fn what_a_value_cannot_be_or_does_not_take_is_refused() {
    refused("type = \"stok\"", "\"write things\"", "`type` cannot be `stok`; did you mean `stock`?");
    refused(
        STOCK,
        "\"claim things\"",
        "`things` is of type stock, which does not take `claim`; write `sell N things` or",
    );
    refused(STOCK, "\"sell 0 things\"", "`amount` is 0; it takes 1 to 2147483647");
    refused(STOCK, "\"sell things\"", "`sell things` is no step; write one of");
    refused("", "\"add 1 things\"", "`things` is of type register, which does not take `add`; write `write things`");
    refused(
        "type = \"counter\"\ninitial = 3",
        "\"add 1 things\"",
        "`initial` changes nothing; set `type` to stock, account or ledger",
    );
    refused(
        "protocol = \"quorum\"\ntype = \"stock\"",
        "\"sell 1 things\"",
        "quorum keeps what was written last, and no stock; choose async or semi-sync or sync or multi-leader or raft",
    );
    refused("type = \"set\"", "\"add 70000 things\"", "`amount` is 70000; it takes 1 to 65535");
}

/// All is sold in the first seconds, so that whoever is served is told no.
#[test]
fn who_is_told_no_is_served_so_that_an_outage_ends_and_few_failures_are_none() {
    let sold_out = "type = \"stock\"\ninitial = 1\nprotocol = \"async\"\nleader = \"us-east-1\"";
    let few = "[[fault]]\nid = \"f\"\nkind = \"slow-region\"\nregion = \"us-east-1\"\nslowness = \"1x\"\nerrors = \"5%\"\nat = \"10s\"\nfor = \"10s\"";
    let some_fail = run(sold_out, "\"sell 1 things\"", few);
    assert!(whole(&some_fail, "failed") > 3.0);
    assert_eq!(some_fail.recoveries(), []);
    let lost = "[control]\nhome = \"eu-west-1\"\nfailover = \"automatic\"\ninterval = \"1s\"\ntimeout = \"500ms\"\n[[fault]]\nid = \"f\"\nkind = \"region-loss\"\nregion = \"us-east-1\"\nat = \"20s\"";
    let passed = run(sold_out, "\"sell 1 things\"", lost);
    assert!(whole(&passed, "rto").is_finite(), "another leads, and says no");
}
