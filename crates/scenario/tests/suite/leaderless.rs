//! Data that nobody leads: what makes no sense of it is refused where it stands.

use scenario::load;

fn problems(dataset: &str, step: &str, routing: &str) -> Vec<String> {
    let text = format!(
        r#"version = 1
[story]
title = "T"
[[region]]
id = "us-east-1"
[[region]]
id = "eu-west-1"
[[region]]
id = "ap-northeast-1"
[[dataset]]
id = "carts"
protocol = "quorum"
{dataset}
[[request]]
id = "r"
steps = ["{step}"]
[[population]]
id = "london"
rate = "1/s"
[routing]
{routing}
"#
    );
    load(&text, None, None).err().into_iter().flatten().map(|problem| problem.to_string()).collect()
}

fn refused(dataset: &str, expected: &str) {
    let found = problems(dataset, "write carts", "");
    assert!(found.iter().any(|problem| problem.starts_with(expected)), "{dataset}: {found:?}");
}

#[test]
fn what_fits_together_is_taken() {
    assert_eq!(problems("", "read carts", ""), [""; 0]);
    let all = "replicas = 2\nwrite-quorum = 1\nread-quorum = 2\nsloppy = \"200ms\"\nanti-entropy = \"5s\"\nread-repair = \"blocking\"";
    assert_eq!(problems(all, "read carts from nearest-healthy", ""), [""; 0]);
}

#[test]
fn a_quorum_of_more_than_there_are_is_refused() {
    refused("write-quorum = 4", "13:16: `write-quorum` is 4, but there are 3 replicas of a key; name fewer");
    refused("replicas = 2\nread-quorum = 3", "14:15: `read-quorum` is 3, but there are 2 replicas of a key");
    refused("replicas = 4", "13:12: `replicas` is 4, but there are 3 regions that store anything");
    refused("coordinators = [\"us-east-1\"]\nreplicas = 3", "14:12: `replicas` is 3, but there are 2 regions");
    refused("write-quorum = 0", "13:16: `write-quorum` is 0; it takes 1 to 127");
}

#[test]
fn who_cannot_do_what_is_asked_of_him_is_not_asked_for_it() {
    let everybody = "coordinators = [\"us-east-1\", \"eu-west-1\", \"ap-northeast-1\"]";
    refused(everybody, "13:16: nobody is left to store anything");
    refused("sloppy = \"1s\"", "13:10: nobody is left to stand in");
    refused(
        "replicas = 2\nsloppy = \"1s\"",
        "14:10: nobody is asked to stand in before the coordinator gives up, after 1 s",
    );
    refused("anti-entropy = \"1us\"", "13:16: replicas would do nothing else");
    refused("fencing = \"lease\"", "13:11: `fencing` changes nothing; set `protocol` to async or semi-sync or sync");
    refused("leader = \"eu-west-1\"", "13:10: `leader` changes nothing; set `protocol` to one that has a leader");
    refused("blank-leader = \"leads-on\"", "13:16: `blank-leader` changes nothing");
    refused("hints = false\nhand-off = \"2s\"", "14:12: `hand-off` changes nothing; set `hints` or `sloppy`");
}

#[test]
fn nobody_is_sent_to_a_leader_that_there_is_not() {
    let read = problems("", "read carts from leader", "");
    assert!(read[0].starts_with("16:9: `read carts from leader` needs a leader, and nobody leads it"), "{read:?}");
    let unread =
        |set: &str, from: &str| problems(set, &format!("write carts\", \"read carts from {from}"), "").concat();
    assert_eq!((unread("", "session"), unread("", "causal")), (String::new(), String::new()));
    let waits = unread("", "session-wait");
    assert!(waits.starts_with("16:9: `read carts from session-wait` waits here as `session` does"), "{waits}");
    assert!(waits.ends_with("read from local, session, nearest-healthy, sticky, causal, quorum"), "{waits}");
    assert!(unread("", "bounded").contains("asks how far back a replica lies, and here every read asks R of them"));
    let sloppy = unread("replicas = 2\nsloppy = \"200ms\"", "causal");
    assert!(
        sloppy.starts_with("17:9: `read carts from causal` needs whoever has what was seen to be asked"),
        "{sloppy}"
    );
    assert_eq!(unread("policy = \"last-writer\"", "quorum"), "");
    let within = unread("", "causal within 1h");
    let why = "`within` changes nothing; set `patience` of its dataset, for as long a quorum waits";
    assert!(within.contains(why), "{within}");
    let forgets = unread("tombstone-grace = \"5s\"", "session");
    assert!(forgets.contains("of a deletion that is forgotten nobody has one"), "{forgets}");
    let routed = problems("", "read carts", "policy = \"leader\"");
    assert!(routed[0].starts_with("21:10: nobody leads carts, so that nobody can be sent to its leader"), "{routed:?}");
}

#[test]
fn a_quorum_keeps_the_later_version_or_all_of_registers_and_nothing_else() {
    let with = |set: &str, from: &str| problems(set, &format!("write carts\", \"read carts from {from}"), "").concat();
    let siblings = "policy = \"siblings\"";
    assert_eq!([with(siblings, "local"), with(siblings, "session")], [""; 2]);
    assert_eq!(with("policy = \"siblings\"\nreplicas = 2\nsloppy = \"200ms\"", "local"), "");
    let causal = with(siblings, "causal");
    assert!(causal.contains("of versions side by side it is known of their own key alone"), "{causal}");
    let merge = with("policy = \"merge\"", "local");
    assert!(merge.starts_with("13:10: of two writes in a quorum the later stamp stays, whatever they knew, or both do; write \"last-writer\" or \"siblings\""), "{merge}");
    let grace = with("policy = \"siblings\"\ntombstone-grace = \"5s\"", "local");
    assert!(grace.starts_with("14:19: a deletion is a version like others"), "{grace}");
    let client = with("policy = \"siblings\"\ntimestamps = \"client\"", "local");
    assert!(client.starts_with("14:14: `timestamps` changes nothing; set policy = \"last-writer\""), "{client}");
    let counter = problems("policy = \"siblings\"\ntype = \"counter\"", "add 1 carts", "").concat();
    assert!(counter.contains("quorum keeps what was written last, and no counter"), "{counter}");
}

#[test]
fn a_link_has_one_delay() {
    let with = |link: &str| {
        let text = format!(
            "version = 1\n[story]\ntitle = \"T\"\n[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n[[request]]\nid = \"r\"\nsteps = [\"call\"]\n[[population]]\nid = \"london\"\nrate = \"1/s\"\n[[link]]\nbetween = [\"us-east-1\", \"eu-west-1\"]\n{link}\n"
        );
        load(&text, None, None).map(|scenario| scenario.config).map_err(|problems| problems[0].to_string())
    };
    let config = with("delay = \"50% 10ms, 50% exponential 30ms\"").expect("it is a delay");
    assert_eq!(
        (config.links[0][1].one_way, config.links[1][0].one_way),
        (engine::Span::from_millis(20), engine::Span::from_millis(20))
    );
    assert_eq!(config.links[0][1].jitter.mean(), Some(1.0));
    let twice = with("delay = \"10ms\"\nrtt = \"20ms\"").unwrap_err();
    assert!(twice.starts_with("17:7: `delay` says it all, and `rtt` nothing beside it"), "{twice}");
    let more = with("delay = \"90% 5ms, 20% 30ms\"").unwrap_err();
    assert!(more.starts_with("16:9: the shares of the mixture come to 110.00 % and not to 100 %"), "{more}");
    let endless = with("delay = \"pareto 1ms 0.9\"").unwrap_err();
    assert!(endless.starts_with("16:9: the mean delay is infinite"), "{endless}");
}
