//! What becomes of writes that did not know each other, by policy, in plans small enough to be counted by hand; and policies that make no sense.

use engine::Time;
use protocols::Any;
use scenario::load;
use sim::Run;
use sim::metrics::Query;

/// Users beside a region who make one request at each of these seconds.
fn users(region: &str, request: &str, at: &[u32]) -> String {
    let latitude = match region {
        "a" => 40,
        "b" => 45,
        _ => 50,
    };
    let pulses: Vec<String> = at
        .iter()
        .map(|at| format!("[\"{}ms\", \"100/s\"], [\"{}ms\", \"0/s\"]", at * 1000 - 10, at * 1000 + 1))
        .collect();
    format!(
        "[[population]]\nid = \"{region}-{request}-{}\"\nplace = [{latitude}.0, 8.0]\narrival = \"constant\"\nrate = [[\"0s\", \"0/s\"], {}]\nmix = {{ {request} = 1 }}\n",
        at[0],
        pulses.join(", ")
    )
}

/// Three regions, of which the first is cut off from 5 s to 35 s.
fn text(dataset: &str, users: &[String]) -> String {
    let region = |id: &str, latitude: u32| format!("[[region]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\n");
    [
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"60s\"\n[control]\nhome = \"c\"\n[routing]\nhealth-checked = false\n".to_owned(),
        [region("a", 40), region("b", 45), region("c", 50)].concat(),
        format!("[[dataset]]\nid = \"db\"\nprotocol = \"multi-leader\"\n{dataset}\n"),
        "[[request]]\nid = \"put\"\nsteps = [\"write db\"]\n[[request]]\nid = \"look\"\nsteps = [\"read db from local\"]\n".to_owned(),
        "[[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"a\"\nright = [\"b\", \"c\"]\nplane = \"data\"\nat = \"5s\"\nfor = \"30s\"\n".to_owned(),
        users.concat(),
    ]
    .concat()
}

/// What is measured of these metrics.
fn measured<const N: usize>(dataset: &str, users: &[String], metrics: [&str; N]) -> [f64; N] {
    let scenario = load(&text(dataset, users), None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    metrics.map(|metric| run.measure(&Query::whole(metric)).unwrap_or(f64::NAN))
}

/// One key, written in the first region at 10 s and in the second at 20 s, and in the third before that.
fn apart(more: &[String]) -> Vec<String> {
    [vec![users("c", "put", &[2]), users("a", "put", &[10]), users("b", "put", &[20])], more.to_vec()].concat()
}

fn policy(of: &str) -> String {
    format!("keys = 1\nsampled-keys = 1\npolicy = \"{of}\"\n")
}

const PRIORITY: &str = "keys = 1\nsampled-keys = 1\npolicy = \"priority\"\npriority = [\"a\"]\n";

#[test]
fn a_policy_that_picks_one_throws_the_other_away_and_one_that_keeps_both_does_not() {
    let lost = |dataset: &str| measured(dataset, &apart(&[]), ["conflicts", "lost-updates", "lost-writes", "failed"]);
    assert_eq!(lost(&policy("last-writer")), [1.0, 1.0, 0.0, 0.0]);
    assert_eq!(lost(&policy("first-writer")), [1.0, 1.0, 0.0, 0.0]);
    assert_eq!(lost(PRIORITY), [1.0, 1.0, 0.0, 0.0]);
    assert_eq!(lost(&policy("siblings")), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(lost(&policy("suspended")), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(lost(&policy("refused")), [0.0, 0.0, 0.0, 1.0], "the first region hears from no majority");
}

#[test]
fn a_conflict_is_told_from_one_of_which_nobody_was_told_that_it_is_done() {
    // Who asks the first region is gone before there is an answer.
    let hasty = "[[request]]\nid = \"hasty\"\nsteps = [\"write db\"]\ntimeout = \"1ms\"\n".to_owned();
    let unheard = [users("a", "hasty", &[10]), users("b", "put", &[20]), hasty];
    for id in ["last-writer", "siblings"] {
        let of = |users: &[String]| measured(&policy(id), users, ["conflicts", "conflicts-confirmed"]);
        assert_eq!(of(&apart(&[])), [1.0, 1.0], "{id}");
        assert_eq!(of(&unheard), [1.0, 0.0], "{id}");
    }
}

#[test]
fn what_a_policy_passed_over_stays_lost_when_what_it_chose_is_replaced() {
    let more = [users("c", "put", &[45])];
    for dataset in [policy("first-writer"), PRIORITY.to_owned()] {
        assert_eq!(measured(&dataset, &apart(&more), ["conflicts", "lost-updates"]), [1.0, 1.0]);
    }
    let siblings = policy("siblings");
    assert_eq!(measured(&siblings, &apart(&more), ["conflicts", "lost-updates"]), [1.0, 0.0]);
}

#[test]
fn old_is_what_was_replaced_knowingly_and_not_what_a_policy_chose() {
    // The first write is the only one that the first region has replaced; the third region does not hear of that before 35 s.
    let looks = [users("c", "look", &[15]), users("b", "look", &[40]), users("a", "look", &[41])];
    for dataset in [policy("first-writer"), PRIORITY.to_owned(), policy("suspended")] {
        assert_eq!(measured(&dataset, &apart(&looks), ["stale-reads"]), [1.0], "{dataset}");
    }
    // All that was written before is to be seen: neither region has the other's.
    let looks = [users("b", "look", &[25]), users("a", "look", &[26, 41])];
    assert_eq!(measured(&policy("siblings"), &apart(&looks), ["stale-reads"]), [2.0]);
}

#[test]
fn what_nobody_looked_at_for_want_of_room_is_lost_and_what_a_person_decided_is_not() {
    let many: Vec<u32> = (6..34).collect();
    let all = [users("a", "put", &many), users("b", "put", &many)];
    let metrics = ["conflicts-waiting", "conflicts-decided", "conflicts-unseen", "lost-updates"];
    let of = |queue: u32| {
        let dataset = format!("keys = 8\npolicy = \"suspended\"\nresolve = \"1s\"\nqueue = {queue}\n");
        measured(&dataset, &all, metrics)
    };
    let [waiting, decided, unseen, lost] = of(100);
    assert!(waiting > 2.0 && decided >= waiting && unseen == 0.0 && lost == 0.0, "{waiting} {decided} {unseen} {lost}");
    let [waiting, decided, unseen, lost] = of(2);
    assert!(waiting == 2.0 && decided >= 2.0 && unseen > 0.0 && lost >= unseen, "{waiting} {decided} {unseen} {lost}");
}

/// What is wrong with a dataset of two regions, the second of which stands behind the first.
fn refused(dataset: &str) -> String {
    let text = format!(
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"1s\"\n[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n[[dataset]]\nid = \"db\"\nprotocol = \"multi-leader\"\n{dataset}\n[[request]]\nid = \"w\"\nsteps = [\"read db from local\"]\n[[population]]\nid = \"new-york\"\nrate = \"1/s\"\n"
    );
    load(&text, None, None).err().map_or_else(String::new, |problems| problems[0].to_string())
}

#[test]
fn a_policy_that_makes_no_sense_is_refused_in_words() {
    let one = "placement = [\"eu-west-1\"]\n";
    for (dataset, says) in [
        ("policy = \"first-writer\"".to_owned(), ""),
        ("policy = \"priority\"\npriority = [\"eu-west-1\"]".to_owned(), ""),
        ("policy = \"priority\"".to_owned(), "nothing says whose version is shown"),
        (format!("{one}policy = \"priority\"\npriority = [\"us-east-1\"]"), "holds no replica"),
        ("policy = \"siblings\"\npriority = [\"us-east-1\"]".to_owned(), "policy = \"priority\""),
        ("policy = \"suspended\"\nqueue = 0".to_owned(), "it takes 1 to"),
        (format!("{one}policy = \"suspended\"\ndesk = \"us-east-1\""), "holds no replica"),
        ("resolve = \"1m\"".to_owned(), "policy = \"suspended\""),
        ("policy = \"siblings\"\ntype = \"stock\"".to_owned(), "this is of type stock"),
        ("policy = \"suspended\"\ntype = \"counter\"".to_owned(), "only of registers"),
        ("policy = \"refused\"\ntype = \"stock\"".to_owned(), ""),
        ("policy = \"refused\"\ntopology = \"ring\"".to_owned(), "cannot tell whether it is cut off"),
        ("policy = \"refused\"\nrefuse-after = \"0s\"".to_owned(), "1ms"),
        (
            "policy = \"refused\"\nrefuse-after = \"3s\"\nheartbeat = \"2s\"".to_owned(),
            "at least twice the `heartbeat`",
        ),
        ("policy = \"oldest\"".to_owned(), "first-writer"),
    ] {
        let problem = refused(&dataset);
        assert!(if says.is_empty() { problem.is_empty() } else { problem.contains(says) }, "{dataset}: {problem}");
        assert!(
            problem.is_empty() || problem.starts_with(|first: char| first.is_ascii_digit()),
            "{dataset}: {problem}"
        );
    }
}
