//! Money that is moved between accounts: whole or not at all, and never more or less than there is.

use crate::running::{run_of, whole};
use engine::Time;
use protocol::{Fact, Property};
use protocols::Any;
use scenario::load;
use sim::metrics::Query;
use sim::trace::{What, data};
use sim::{Run, Standing};

/// Three regions, users in two, ledgers and one request.
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
id = "bank"
keys = 2
zipf = 0
sampled-keys = 2
{dataset}
[[request]]
id = "r"
steps = [{steps}]
[[population]]
id = "new-york"
rate = [["0s", "8/s"], ["45s", "8/s"], ["45.001s", "0/s"]]
[[population]]
id = "london"
rate = [["0s", "8/s"], ["45s", "8/s"], ["45.001s", "0/s"]]
{rest}
"#
    )
}

fn run(dataset: &str, steps: &str, rest: &str) -> Run<Any> {
    run_of(&text(dataset, steps, rest))
}

fn standing(run: &Run<Any>, property: Property) -> Standing {
    run.verdicts().into_iter().find(|line| line.property == property).expect("it is judged").standing
}

/// Four accounts with 20 each.
const BANK: &str = "\ntype = \"ledger\"\naccounts = 4\ninitial = 20\n";
/// Ireland is cut off from the others, and then Virginia loses its disk. A controller decides who leads, in a variant if not here.
const TROUBLE: &str = r#"
[control]
home = "ap-northeast-1"
failover = "automatic"
[[variant]]
id = "appointed"
set = { "dataset.bank.protocol" = "async" }
[[fault]]
id = "cut-off"
kind = "isolation"
region = "eu-west-1"
at = "10s"
for = "12s"
users = false
[[fault]]
id = "lost"
kind = "region-loss"
region = "us-east-1"
at = "30s"
for = "10s"
disks-lost = true
"#;

/// At every second, in every region.
fn always_holds(run: &Run<Any>, total: f64, what: &str) {
    for second in 1..60 {
        for region in 0..3 {
            let until = Time::from_secs(second);
            let query = Query { region: Some(region), until, ..Query::whole("sum") };
            let held = run.measure(&query);
            assert!(held.is_none_or(|held| held == total), "{what}: {held:?} in {region} at {until}");
        }
    }
}

#[test]
fn whatever_happens_all_accounts_together_hold_what_they_began_with() {
    for protocol in [
        "async",
        "semi-sync",
        "sync",
        "raft",
        "multi-leader",
        "multi-leader\"\npolicy = \"merge",
        "multi-leader\"\ntopology = \"ring\"\npolicy = \"merge",
    ] {
        let run = run(
            &format!("protocol = \"{protocol}\"{BANK}"),
            "\"transfer 7 bank\", \"transfer 5 bank from 1\"",
            TROUBLE,
        );
        assert!(whole(&run, "succeeded") > 100.0 && whole(&run, "declined") > 10.0, "{protocol}");
        assert_eq!(standing(&run, Property::Conserved), Standing::Kept, "{protocol}");
        always_holds(&run, 160.0, protocol);
    }
}

#[test]
fn nothing_is_moved_that_is_not_there_where_one_order_rules_and_confirmed_transfers_are_linearizable() {
    let bank = run(BANK, "\"transfer 7 bank\"", "");
    assert!(whole(&bank, "declined") > 10.0);
    assert_eq!((whole(&bank, "oversold"), whole(&bank, "failed")), (0.0, 0.0));
    assert_eq!(standing(&bank, Property::WithinBounds), Standing::Kept);
    for protocol in ["raft", "semi-sync"] {
        let steps = "\"transfer 7 bank\", \"read bank from leader\"";
        let judged = run(&format!("protocol = \"{protocol}\"{BANK}"), steps, &TROUBLE.replace("disks-lost = true", ""));
        let line = judged.verdicts().into_iter().find(|line| line.property == Property::Linearizable).expect("judged");
        assert_eq!((line.standing, line.count), (Standing::Kept, 0), "{protocol}: {line:?}");
        assert_eq!(whole(&judged, "oversold"), 0.0, "{protocol}");
    }
}

#[test]
fn merged_copies_keep_every_transfer_and_move_the_same_money_twice_and_the_later_copy_forgets_some() {
    let cut = &TROUBLE[..TROUBLE.find("[[fault]]\nid = \"lost\"").expect("it is there")];
    let copies =
        |policy: &str| run(&format!("protocol = \"multi-leader\"\n{policy}{BANK}"), "\"transfer 7 bank from 1\"", cut);
    let merged = copies("policy = \"merge\"");
    assert!(whole(&merged, "oversold") > 0.0);
    assert_eq!((whole(&merged, "lost-updates"), whole(&merged, "lost-writes")), (0.0, 0.0));
    let later = copies("");
    assert!(whole(&later, "oversold") > 0.0 && whole(&later, "lost-updates") > 0.0);
    for run in [merged, later] {
        let line = run.verdicts().into_iter().find(|line| line.property == Property::WithinBounds).expect("judged");
        assert_eq!(line.standing, Standing::NotPromised);
        assert!(line.at.is_some() && line.text.contains("what account 1 of key"), "{}", line.text);
    }
}

/// Sixteen users a second, of a ledger in which nobody is ever short.
#[test]
fn accounts_that_no_step_names_are_drawn_each_as_likely_and_a_step_may_name_one() {
    let rich = "type = \"ledger\"\naccounts = 4\ninitial = 1000000";
    let moved = |step: &str| {
        let text = text(rich, step, "");
        let scenario = load(&text, None, None).unwrap_or_else(|problems| panic!("{problems:?}"));
        let mut run: Run<Any> = scenario.run(Vec::new());
        run.finish();
        let mut moves = [[0; 5]; 5];
        for event in run.trace(Time::ZERO, Time::from_secs(60)) {
            if let What::Data(data::Fact::Replica { fact: Fact::Moved { from, to, .. }, .. }) = event.what {
                moves[usize::from(from)][usize::from(to)] += 1;
            }
        }
        moves
    };
    let any = moved("\"transfer 1 bank\"");
    for (from, to) in (1..5).flat_map(|from| (1..5).map(move |to| (from, to))) {
        let few = any[from][to];
        assert_eq!(few == 0, from == to);
        assert!(from == to || (35..90).contains(&few), "{few} from {from} to {to}");
    }
    let from = moved("\"transfer 1 bank from 2\"");
    assert!(
        from[2][1] > 150 && from[2][3] > 150 && from[2][4] > 150 && from[1] == [0; 5] && from[2][2] == 0,
        "{from:?}"
    );
    let to = moved("\"transfer 1 bank to 4\"");
    assert!((1..4).all(|from| to[from][4] > 150) && to[4] == [0; 5], "{to:?}");
}

fn refused(dataset: &str, step: &str, expected: &str) {
    let problems = load(&text(dataset, step, ""), None, None).expect_err("the file is not sound");
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(lines.len() == 1 && lines[0].contains(expected), "{lines:?}");
}

#[test]
fn what_is_no_transfer_is_refused_with_what_would_be_one() {
    refused(
        BANK,
        "\"transfer 5 bank from 1 to 1\"",
        "25:10: from account 1 to account 1 nothing is moved; write another of the accounts 1 to 4, or none, so that it is drawn",
    );
    refused(BANK, "\"transfer 5 bank from 9 to 1\"", "25:10: there is no account 9; its accounts are 1 to 4");
    refused(BANK, "\"transfer 5 bank to 0\"", "there is no account 0; its accounts are 1 to 4");
    refused(BANK, "\"transfer 0 bank\"", "`amount` is 0; it takes 1 to 2147483647");
    refused(
        BANK,
        "\"withdraw 5 bank\"",
        "`bank` is of type ledger, which does not take `withdraw`; write `transfer N bank from ACCOUNT to ACCOUNT`",
    );
    refused(
        "",
        "\"transfer 5 bank\"",
        "`bank` is of type register, which does not take `transfer`; write `write bank`",
    );
    refused(
        "type = \"account\"",
        "\"transfer 5 bank\"",
        "which does not take `transfer`; write `deposit N bank` or `withdraw N bank`",
    );
    refused("type = \"ledger\"\naccounts = 1", "\"transfer 5 bank\"", "`accounts` is 1; it takes 2 to 64");
    refused(
        "type = \"account\"\naccounts = 2",
        "\"deposit 5 bank\"",
        "`accounts` changes nothing; set `type` to ledger",
    );
    refused(
        "type = \"ledger\"\naccounts = 64\ninitial = 100000000",
        "\"transfer 5 bank\"",
        "64 accounts with 100000000 each hold more than can be counted; write at most 33554431, or fewer `accounts`",
    );
    refused(
        "protocol = \"quorum\"\ntype = \"ledger\"",
        "\"transfer 5 bank\"",
        "quorum keeps what was written last, and no ledger; choose async or semi-sync or sync or multi-leader or raft",
    );
    refused(
        "protocol = \"multi-leader\"\npolicy = \"siblings\"\ntype = \"ledger\"",
        "\"transfer 5 bank\"",
        "only of registers versions are kept side by side, and this is of type ledger",
    );
}
