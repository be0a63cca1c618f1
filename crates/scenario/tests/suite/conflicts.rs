//! Two writes that did not know each other are a fact where they meet, whatever becomes of them, and the report says which of them was confirmed.

use engine::Time;
use protocol::{Fact, WriteId};
use protocols::Any;
use scenario::{find_built_in, load};
use sim::metrics::Query;
use sim::trace::{What, data};
use sim::{Conflict, Run};
use std::collections::BTreeSet;

fn run(text: &str) -> Run<Any> {
    let scenario = load(text, None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

/// What replicas state of two writes that met: the one that stays, and the other.
fn stated(run: &Run<Any>) -> BTreeSet<(u64, u64)> {
    let trace = run.trace(Time::ZERO, Time::MAX);
    let pair = |what: &What| match what {
        What::Data(data::Fact::Replica { fact: Fact::Conflicted { one, other, .. }, .. }) => {
            let (WriteId(one), WriteId(other)) = (one.write, other.write);
            Some((one, other))
        }
        _ => None,
    };
    trace.iter().filter_map(|event| pair(&event.what)).collect()
}

#[test]
fn of_two_email_addresses_the_trace_says_that_they_met_and_the_report_that_the_loser_was_confirmed() {
    let run = run(find_built_in("two-email-addresses").expect("it ships").text());
    assert_eq!(stated(&run), BTreeSet::from([(3, 2)]), "write 3 of London stays");
    let [conflict] = run.conflicts()[..] else { panic!("{:?}", run.conflicts()) };
    let Conflict { winner, loser, region, decided, .. } = conflict;
    assert_eq!((winner.write, loser.write, region, decided), (3, 2, 0, true));
    assert!(conflict.was_acknowledged() && conflict.at > Time::from_secs(60));
    assert_eq!(
        conflict.words(run.config()),
        "key 0 in N. Virginia at 1:00.105: the write of a user in London won over that of a user in New York, which had been confirmed at 0:20.021"
    );
}

/// Three regions whose users all write the same few keys, cut off from each other for a while.
fn contended(dataset: &str, seed: u32) -> Run<Any> {
    let head = format!("version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"30s\"\nseed = {seed}\n");
    let region = |id: &str| format!("[[region]]\nid = \"{id}\"\n");
    let regions = ["us-east-1", "eu-west-1", "ap-northeast-1"].map(region).concat();
    let users = |id: &str, place: &str| {
        format!("[[population]]\nid = \"{id}\"\nplace = {place}\nrate = \"4/s\"\nmix = {{ edit = 1 }}\n")
    };
    let users = users("a", "[40.7, -74.0]") + &users("b", "[51.5, 0.0]") + &users("c", "[35.7, 139.7]");
    let cut = "[[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"us-east-1\"\nright = [\"eu-west-1\", \"ap-northeast-1\"]\nplane = \"data\"\nat = \"8s\"\nfor = \"8s\"\n";
    let set = format!("[[dataset]]\nid = \"db\"\nkeys = 3\n{dataset}");
    let edit = "[[request]]\nid = \"edit\"\nsteps = [\"read db from local\", \"write db\"]\n";
    run(&[&head, &regions, &set, edit, &users, cut].concat())
}

#[test]
fn replicas_state_no_conflict_that_was_none_and_the_report_lists_every_one() {
    for dataset in ["protocol = \"multi-leader\"\n", "protocol = \"quorum\"\nwrite-quorum = 1\nread-quorum = 1\n"] {
        for seed in 1..=4 {
            let run = contended(dataset, seed);
            let losers: BTreeSet<u64> = run.conflicts().iter().map(|conflict| conflict.loser.write).collect();
            let said: BTreeSet<u64> = stated(&run).into_iter().map(|(_, other)| other).collect();
            assert_eq!(run.measure(&Query::whole("conflicts")), Some(losers.len() as f64), "{dataset}");
            assert!(
                !losers.is_empty() && said.is_subset(&losers),
                "{dataset}, seed {seed}: {:?}",
                said.difference(&losers)
            );
            // What a write knew by way of others its replica cannot tell.
            assert!(said.len() * 3 >= losers.len(), "{dataset}, seed {seed}: {} of {}", said.len(), losers.len());
        }
    }
}
