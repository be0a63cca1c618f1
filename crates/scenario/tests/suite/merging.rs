//! What is lost, missed and stale where copies are merged, in plans small enough to be counted by hand.

use engine::Time;
use protocols::Any;
use scenario::load;
use sim::metrics::Query;
use sim::{Property, Run, Standing};

/// Users beside a region who make one request at each of these instants, in milliseconds.
fn users(region: &str, request: &str, at: &[u32]) -> String {
    let latitude = match region {
        "a" => 40,
        "b" => 45,
        _ => 50,
    };
    let pulses: Vec<String> =
        at.iter().map(|at| format!("[\"{}ms\", \"100/s\"], [\"{}ms\", \"0/s\"]", at - 10, at + 1)).collect();
    format!(
        "[[population]]\nid = \"{region}-{request}\"\nplace = [{latitude}.0, 8.0]\narrival = \"constant\"\nrate = [[\"0s\", \"0/s\"], {}]\nmix = {{ {request} = 1 }}\n",
        pulses.join(", ")
    )
}

/// Three regions 10 to 30 ms apart that count under one key.
fn run(kind: &str, users: &[String], faults: &str) -> Run<Any> {
    run_until(kind, users, faults, Time::MAX)
}

/// The same, as far as this moment.
fn run_until(kind: &str, users: &[String], faults: &str, until: Time) -> Run<Any> {
    let region = |id: &str, latitude: u32| {
        format!("[[region]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\nservice = \"0ms\"\n")
    };
    let link = |between: &str, rtt: &str| format!("[[link]]\nbetween = {between}\nrtt = \"{rtt}\"\n");
    let request = |id: &str, steps: &str| format!("[[request]]\nid = \"{id}\"\nsteps = {steps}\n");
    let text = [
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"40s\"\n[links]\njitter = \"off\"\nlast-mile = \"0ms\"\n[control]\nhome = \"c\"\n[routing]\nttl = \"1s\"\n".to_owned(),
        [region("a", 40), region("b", 45), region("c", 50)].concat(),
        link("[\"a\", \"b\"]", "20ms") + &link("[\"a\", \"c\"]", "50ms") + &link("[\"b\", \"c\"]", "60ms"),
        format!("[[dataset]]\nid = \"db\"\nprotocol = \"multi-leader\"\nkeys = 1\ntype = \"{kind}\"\npolicy = \"merge\"\n"),
        request("add", "[\"add 1 db\"]"),
        request("look", "[\"read db from local\"]"),
        request("visit", "[\"read db from local\", \"add 1 db\", \"wait 20s\", \"read db from local\"]"),
        users.concat(),
        faults.to_owned(),
    ];
    let scenario = load(&text.concat(), None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(until, 1_000_000) {}
    assert_eq!(measured(&run, "failed"), 0.0);
    run
}

fn measured(run: &Run<Any>, metric: &str) -> f64 {
    run.measure(&Query::whole(metric)).unwrap_or(f64::NAN)
}

const CUT: &str = "[[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"a\"\nright = [\"b\", \"c\"]\nplane = \"data\"\nat = \"5s\"\nfor = \"30s\"\n";

fn loss(more: &str) -> String {
    format!("[[fault]]\nid = \"loss\"\nkind = \"region-loss\"\nregion = \"a\"\nat = \"8s\"\n{more}\n")
}

#[test]
fn a_read_is_stale_until_the_change_has_come_to_its_copy() {
    // The way from the first region to the third takes 25 ms; one read before, one after it.
    let stale = |at| {
        let all = [users("a", "add", &[7000]), users("c", "look", &[at])];
        measured(&run("counter", &all, ""), "stale-reads")
    };
    assert_eq!([7010, 7020, 7030].map(stale), [1.0, 1.0, 0.0]);
}

#[test]
fn a_copy_with_a_later_change_is_stale_as_long_as_it_lacks_one_that_was_confirmed() {
    let all = [users("a", "add", &[7000]), users("c", "add", &[9000]), users("c", "look", &[9100, 15000, 36000])];
    assert_eq!(measured(&run("counter", &all, CUT), "stale-reads"), 2.0);
    let without = [users("c", "add", &[9000]), users("c", "look", &[9100, 15000, 36000])];
    assert_eq!(measured(&run("counter", &without, CUT), "stale-reads"), 0.0);
}

#[test]
fn who_is_sent_to_a_copy_that_was_cut_off_misses_what_they_wrote_and_nothing_that_all_had_read() {
    // Written at 7 s, and read again at 27 s in another region, since the first has no power any more.
    let visit = [users("a", "visit", &[7000])];
    let count = |run: &Run<Any>| ["own-write-missed", "went-backwards"].map(|metric| measured(run, metric));
    assert_eq!(count(&run("counter", &visit, &format!("{CUT}{}", loss("")))), [1.0, 0.0]);
    assert_eq!(count(&run("counter", &visit, &loss(""))), [0.0, 0.0], "without the cut it had come there");
    // What they had read before was there, too, and had not come any farther either.
    let both = [users("a", "add", &[6000]), users("a", "visit", &[7000])];
    assert_eq!(count(&run("counter", &both, &format!("{CUT}{}", loss("")))), [1.0, 1.0]);
}

#[test]
fn a_change_that_one_disk_has_is_lost_with_its_power_and_is_back_with_it_and_gone_with_the_disk() {
    let add = [users("a", "add", &[6000, 7000])];
    let lost = |faults: &str| {
        let run = run("counter", &add, faults);
        [measured(&run, "lost-writes"), measured(&run, "unaccounted")]
    };
    assert_eq!(lost(&loss("")), [0.0, 0.0], "the others had heard of it");
    assert_eq!(lost(&format!("{CUT}{}", loss(""))), [2.0, 2.0]);
    assert_eq!(lost(&format!("{CUT}{}", loss("for = \"5s\""))), [0.0, 0.0]);
    assert_eq!(lost(&format!("{CUT}{}", loss("for = \"5s\"\ndisks-lost = true"))), [2.0, 2.0]);
}

#[test]
fn what_a_replica_without_power_holds_is_held_against_nobody() {
    let all = [users("a", "add", &[3000]), users("b", "add", &[15000])];
    let run = run("counter", &all, &loss(""));
    assert_eq!(measured(&run, "unaccounted"), 0.0);
    let sum = |region| run.measure(&Query { region: Some(region), ..Query::whole("sum") });
    assert_eq!([0, 1, 2].map(sum), [None, Some(2.0), Some(2.0)]);
}

#[test]
fn merging_by_the_maximum_counts_what_was_taken_back() {
    let minus = "[[request]]\nid = \"take\"\nsteps = [\"add -1 db\"]\n";
    let all = [users("a", "add", &[3000]), format!("{minus}{}", users("a", "take", &[7000]))];
    let unaccounted = |kind| measured(&run(kind, &all, CUT), "unaccounted");
    assert_eq!(["counter", "max-counter"].map(unaccounted), [0.0, 1.0]);
}

fn refused(dataset: &str) -> String {
    let text = format!(
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"1s\"\n[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n[[dataset]]\nid = \"db\"\nprotocol = \"multi-leader\"\n{dataset}\n[[request]]\nid = \"w\"\nsteps = [\"read db from local\"]\n[[population]]\nid = \"new-york\"\nrate = \"1/s\"\n"
    );
    load(&text, None, None).err().map_or_else(String::new, |problems| problems[0].to_string())
}

#[test]
fn shares_that_come_to_more_than_there_is_or_go_to_nobody_are_refused() {
    let of = |quotas: &str| refused(&format!("policy = \"merge\"\ntype = \"stock\"\ninitial = 10\nquotas = {quotas}"));
    assert_eq!(of("{ us-east-1 = 6, eu-west-1 = 4 }"), "");
    assert!(of("{ us-east-1 = 7, eu-west-1 = 4 }").contains("the quotas come to 11, and there are 10 units"));
    assert!(of("{ us-east-1 = -1 }").contains("whole number from 0"), "{}", of("{ us-east-1 = -1 }"));
    assert!(of("{ us-east-2 = 1 }").contains("there is no region `us-east-2`"), "{}", of("{ us-east-2 = 1 }"));
    let elsewhere =
        refused("placement = [\"eu-west-1\"]\npolicy = \"merge\"\ntype = \"stock\"\nquotas = { us-east-1 = 1 }");
    assert!(elsewhere.contains("holds no replica"), "{elsewhere}");
    let of_no_use = refused("type = \"stock\"\nquotas = { us-east-1 = 1 }");
    assert!(of_no_use.contains("`policy` to merge"), "{of_no_use}");
}

#[test]
fn registers_have_no_merge_of_their_own_and_say_so() {
    let problem = refused("policy = \"merge\"");
    assert!(problem.contains("two registers are not merged") && problem.contains("such as counter"), "{problem}");
}

#[test]
fn copies_that_agree_on_what_nobody_was_told_are_found_out_and_not_before_they_agree() {
    let standing = |kind: &str, until: u64| {
        let minus = "[[request]]\nid = \"take\"\nsteps = [\"add -1 db\"]\n";
        let all = [users("a", "add", &[3000]), format!("{minus}{}", users("a", "take", &[7000]))];
        let run = run_until(kind, &all, CUT, Time::from_secs(until));
        let verdicts = run.verdicts();
        let line = verdicts.iter().find(|line| line.property == Property::Accounted).expect("it counts");
        (line.standing, line.count)
    };
    assert_eq!(standing("max-counter", 30), (Standing::Untested, 0), "the cut keeps the copies apart");
    assert_eq!(standing("max-counter", 40), (Standing::NotPromised, 1));
    assert_eq!(standing("counter", 40), (Standing::Kept, 0));
}

#[test]
fn what_is_no_register_is_not_judged_as_one_and_says_why() {
    let reason = |property| {
        let run = run_until("counter", &[users("a", "add", &[1000])], "", Time::from_secs(10));
        let verdicts = run.verdicts();
        let line = verdicts.iter().find(|line| line.property == property).expect("it is told of every dataset").clone();
        (line.standing, line.count, line.text)
    };
    let (standing, count, text) = reason(Property::Linearizable);
    assert_eq!((standing, count), (Standing::Untested, 0));
    assert!(text.starts_with("No register:"), "{text}");
    let (standing, _, text) = reason(Property::NoLostUpdate);
    assert_eq!(standing, Standing::Untested);
    assert!(text.contains("nothing of them is thrown away"), "{text}");
}
