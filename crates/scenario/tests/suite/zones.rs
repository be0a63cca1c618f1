//! Regions with zones: what stands where, what is meant by a name, and what the loss of one costs.

use engine::{Span, Time};
use protocols::Any;
use scenario::{Link, Scenario, load};
use sim::faults::{FaultKind, RegionLoss, ZoneLoss};
use sim::metrics::Query;
use sim::{Action, LoggedAction, Run, sites_name};

const TEXT: &str = r#"version = 1
[story]
title = "T"
[run]
duration = "60s"
[links]
jitter = "off"
[[region]]
id = "us-east-1"
zones = 3
workers = 32
queue = 100
service = "5ms"
[[region]]
id = "eu-west-1"
[[dataset]]
id = "orders"
protocol = "semi-sync"
leader = "us-east-1b"
placement = ["us-east-1"]
[[request]]
id = "order"
steps = ["write orders"]
[[population]]
id = "new-york"
arrival = "constant"
rate = "90/s"
[control]
home = "eu-west-1"
"#;

fn scenario(text: &str) -> Scenario {
    load(text, None, None).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

fn measured(scenario: &Scenario, actions: Vec<LoggedAction>, query: &Query) -> f64 {
    let mut run: Run<Any> = scenario.run(actions);
    while !run.advance(Time::MAX, 1_000_000) {}
    run.measure(query).expect("it is measured")
}

#[test]
fn a_region_with_zones_is_its_zones_which_share_what_it_has() {
    let config = scenario(TEXT).config;
    let regions: Vec<_> = config.regions.iter().map(|it| (it.id.as_str(), it.workers, it.queue)).collect();
    assert_eq!(regions[..3], [("us-east-1a", 11, 34), ("us-east-1b", 11, 33), ("us-east-1c", 10, 33)]);
    assert_eq!(regions[3].0, "eu-west-1");
    let one_way = |from: usize, to: usize| config.links[from][to].one_way;
    let (within, across) = (Span::from_micros(250), Span::from_micros(1_300));
    assert_eq!([(0, 0), (0, 1), (2, 0)].map(|(from, to)| one_way(from, to)), [within, across, across]);
    let same = |zone| (one_way(zone, 3), one_way(3, zone)) == (one_way(0, 3), one_way(3, 0));
    assert!(same(1) && same(2) && one_way(0, 3) > Span::from_millis(30), "a zone is as far away as its region");
    assert_eq!((config.datasets[0].placement.as_slice(), config.datasets[0].leader), (&[0, 1, 2][..], 1));
    assert_eq!(sites_name(&config, &[0, 1, 2, 3]), "N. Virginia, Ireland");
    assert_eq!(sites_name(&config, &[2, 3]), "N. Virginia c, Ireland");
}

#[test]
fn a_write_waits_for_the_nearest_other_zone_and_no_longer() {
    let text = TEXT.replace("leader = \"us-east-1b\"", "leader = \"us-east-1a\"");
    let shortest = |text: &str| measured(&scenario(text), Vec::new(), &Query::whole("latency.min"));
    let alone = text.replace("semi-sync", "async");
    let more = shortest(&text) - shortest(&alone);
    assert!((more - 0.0026).abs() < 1e-9, "one round trip across zones, and no {more} s");
}

#[test]
fn what_goes_from_zone_to_zone_leaves_no_region() {
    let alone =
        TEXT.replace("[[region]]\nid = \"eu-west-1\"\n", "").replace("home = \"eu-west-1\"", "home = \"us-east-1a\"");
    let scenario = scenario(&alone);
    let between = Query { region: Some(1), to: Some(0), ..Query::whole("bytes") };
    assert!(measured(&scenario, Vec::new(), &between) > 0.0, "the leader sends what it has to the others");
    assert_eq!(measured(&scenario, Vec::new(), &Query::whole("bytes")), 0.0);
}

#[test]
fn users_are_passed_to_all_zones_and_a_third_less_is_done_without_one() {
    let told = |fault: &str| scenario(&format!("{TEXT}{fault}"));
    let busy = |scenario: &Scenario, region, from| {
        let window = Query { region: Some(region), from: Time::from_secs(from), ..Query::whole("utilisation") };
        measured(scenario, Vec::new(), &window)
    };
    let (calm, lost) =
        (told(""), told("[[fault]]\nid = \"f\"\nkind = \"zone-loss\"\nzone = \"us-east-1a\"\nat = \"5s\"\n"));
    // 90 requests a second, those of the others passed on to the leader: 30, and 30 for itself and 60 for them.
    let work = |requests: f64, workers: f64| requests * 0.005 / workers;
    for (found, expected) in [
        (busy(&calm, 0, 1), work(30.0, 11.0)),
        (busy(&calm, 1, 1), work(90.0, 11.0)),
        (busy(&lost, 0, 30), 0.0),
        (busy(&lost, 2, 30), work(45.0, 10.0)),
    ] {
        assert!((found - expected).abs() < 0.1 * expected + 1e-9, "{found} and not {expected}");
    }
}

#[test]
fn a_name_of_a_region_stands_for_all_its_zones_where_all_may_be_meant() {
    let fault = |fault: &str| {
        let text = format!("{TEXT}[[fault]]\nid = \"f\"\nat = \"1s\"\n{fault}");
        scenario(&text).config.faults[0].kind.regions()
    };
    assert_eq!(fault("kind = \"region-loss\"\nregion = \"us-east-1\""), [0, 1, 2]);
    assert_eq!(fault("kind = \"slow-region\"\nregion = \"us-east-1c\""), [2]);
    assert_eq!(fault("kind = \"zone-loss\"\nzone = \"us-east-1c\""), [2]);
    let cut = "kind = \"partition\"\nleft = [\"us-east-1a\", \"eu-west-1\"]\nright = [\"us-east-1b\", \"us-east-1c\"]";
    assert_eq!(fault(cut), [0, 3, 1, 2]);
    let link = scenario(&format!("{TEXT}[[link]]\nbetween = [\"us-east-1\", \"eu-west-1\"]\nrtt = \"80ms\"\n"));
    let ways = (0..3).flat_map(|zone| [(zone, 3), (3, zone)]);
    assert!(ways.into_iter().all(|(from, to)| link.config.links[from][to].one_way == Span::from_millis(40)));
}

#[test]
fn a_link_names_a_region_with_its_zones_and_each_zone() {
    let scenario = scenario(TEXT);
    let at = |second, kind| LoggedAction { at: Time::from_secs(second), action: Action::Start(kind) };
    let log = vec![
        at(1, FaultKind::RegionLoss(RegionLoss { sites: vec![0, 1, 2], disks: false })),
        at(2, FaultKind::RegionLoss(RegionLoss { sites: vec![3], disks: true })),
        at(3, FaultKind::ZoneLoss(ZoneLoss { zone: 1, disks: false })),
    ];
    let link = Link::new(&scenario, None, &log, Time::ZERO);
    assert_eq!(link.actions[0], "1s region-loss region=us-east-1 disks-lost=false");
    assert_eq!(link.actions[2], "3s zone-loss zone=us-east-1b disks-lost=false");
    assert_eq!(Link::decode(&link.encode()).unwrap().open().unwrap().1, log);
}

#[test]
fn the_loss_of_more_than_one_zone_is_more_than_was_promised_for() {
    let verdicts = |kind| {
        let action = Action::Start(kind);
        let mut run: Run<Any> = scenario(TEXT).run(vec![LoggedAction { at: Time::from_secs(10), action }]);
        while !run.advance(Time::MAX, 1_000_000) {}
        assert!(!run.verdicts().iter().any(|line| line.standing == sim::Standing::Broken), "{:?}", run.verdicts());
        run.measure(&Query::whole("lost-writes")).unwrap()
    };
    assert_eq!(verdicts(FaultKind::ZoneLoss(ZoneLoss { zone: 0, disks: true })), 0.0);
    assert!(verdicts(FaultKind::RegionLoss(RegionLoss { sites: vec![0, 1, 2], disks: false })) > 800.0);
}

#[test]
fn what_makes_no_sense_of_zones_is_refused_in_words() {
    let told = |from: &str, to: &str| {
        assert!(TEXT.contains(from), "{from}");
        let problems = load(&TEXT.replace(from, to), None, None).expect_err("it is not sound");
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let variant = "[[variant]]\nid = \"v\"\nset = { \"region.us-east-1.zones\" = 2 }\n[control]";
    let fault = |kind: &str| told("[control]", &format!("[[fault]]\nid = \"f\"\nat = \"1s\"\n{kind}\n[control]"));
    for (told, expected) in [
        (told("zones = 3", "zones = 7"), "`zones` is 7; it takes 1 to 6"),
        (
            told("[control]", variant),
            "a variant cannot change how many zones a region has; the zones are the same in all variants",
        ),
        (told("workers = 32", "workers = 2"), "2 workers are too few for 3 zones; give each zone at least one"),
        (
            told("\"us-east-1b\"", "\"us-east-1\""),
            "`us-east-1` has zones, and one of them is meant here; write one of us-east-1a, us-east-1b, us-east-1c",
        ),
        (
            fault("kind = \"zone-loss\"\nzone = \"eu-west-1\""),
            "`eu-west-1` has no zones; give it some, `zones = 3`, and name one: eu-west-1a",
        ),
        (fault("kind = \"zone-loss\"\nzone = \"us-east-1\""), "`us-east-1` has zones, and one of them is meant here"),
        (
            fault("kind = \"zone-loss\"\nzone = \"us-east-1d\""),
            "us-east-1 has no zone `us-east-1d`; write one of us-east-1a, us-east-1b, us-east-1c, or give it more `zones`",
        ),
        (
            fault("kind = \"region-loss\"\nregion = \"eu-west-1a\""),
            "eu-west-1 has no zones, and so no `eu-west-1a`; write eu-west-1",
        ),
        (told("[\"us-east-1\"]", "[\"us-east-1\", \"us-east-1a\"]"), "`us-east-1a` stands in `placement` twice"),
        (
            told("id = \"eu-west-1\"", "id = \"us-east-1a\"\nplace = \"eu-west-1\""),
            "`us-east-1a` is a zone of us-east-1 and a region of its own",
        ),
    ] {
        assert!(told.contains(expected), "expected {expected:?} in\n{told}");
    }
}

fn marks(scenario: &Scenario) -> Vec<String> {
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    run.marks().into_iter().map(|mark| mark.title).collect()
}

#[test]
fn a_zone_that_is_dark_already_keeps_nobody_from_taking_over_from_the_next() {
    let text = scenario::find_built_in("a-zone-burns").expect("it is shipped").text();
    let (head, _) = text.split_once("[[variant]]").expect("it has variants");
    for dark in ["us-east-1b", "us-east-1c", "eu-west-1b"] {
        let fault = format!("[[fault]]\nid = \"dark\"\nkind = \"zone-loss\"\nzone = \"{dark}\"\nat = \"10s\"\n");
        let failovers = measured(&scenario(&format!("{head}{fault}")), Vec::new(), &Query::whole("failovers"));
        assert_eq!(failovers, 1.0, "{dark}");
    }
}

/// Neither does a region of which only one zone is heard, however sure that is.
#[test]
fn a_zone_that_is_cut_off_condemns_nobody() {
    let text = TEXT.replace("home = \"eu-west-1\"", "home = \"us-east-1a\"");
    let alone = "[[fault]]\nid = \"f\"\nat = \"5s\"\nfor = \"40s\"\nkind = \"isolation\"\nregion = \"us-east-1a\"\nusers = false\n";
    let told = marks(&scenario(&format!("{text}{alone}")));
    assert!(!told.contains(&"Ireland judged unhealthy".to_owned()), "{told:?}");
    assert!(
        told.iter().any(|it| it.starts_with("N. Virginia b not judged unhealthy")),
        "the leader, and why: {told:?}"
    );
}
