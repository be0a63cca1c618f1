//! Datasets in shards, in plans small enough to be reckoned by hand.

use crate::running::run_of;
use engine::Time;
use protocol::Role;
use protocols::Any;
use scenario::{Problem, load};
use sim::metrics::{Query, Sets};
use sim::trace::OperationKind;
use sim::{Run, Standing};

/// Three regions 40 to 80 ms apart with a population 10 ms from each, who read and write a dataset with such settings.
fn text(dataset: &str, more: &str) -> String {
    let region = |id: &str, latitude: u32| {
        format!("[[region]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\nservice = \"0ms\"\nworkers = 1000\n")
    };
    let link = |between: &str, rtt: &str| format!("[[link]]\nbetween = {between}\nrtt = \"{rtt}\"\n");
    let users = |id: &str, latitude: u32| {
        format!(
            "[[population]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\nrate = \"40/s\"\nmix = {{ save = 1, look = 1 }}\n"
        )
    };
    [
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"40s\"\n[links]\njitter = \"off\"\nlast-mile = \"10ms\"\n[control]\nhome = \"c\"\n",
        &[region("a", 40), region("b", 45), region("c", 50)].concat(),
        &[link("[\"a\", \"b\"]", "40ms"), link("[\"a\", \"c\"]", "60ms"), link("[\"b\", \"c\"]", "80ms")].concat(),
        &format!("[[dataset]]\nid = \"db\"\ntitle = \"Data\"\nprotocol = \"async\"\n{dataset}\n"),
        "[[request]]\nid = \"save\"\nsteps = [\"write db\"]\n[[request]]\nid = \"look\"\nsteps = [\"read db from leader\"]\n",
        &[users("at-a", 40), users("at-b", 45), users("at-c", 50)].concat(),
        more,
    ]
    .concat()
}

fn run(dataset: &str, more: &str) -> Run<Any> {
    run_of(&text(dataset, more))
}

fn problems(dataset: &str, more: &str) -> Vec<Problem> {
    load(&text(dataset, more), None, None).err().unwrap_or_default()
}

fn of(metric: &str, dataset: Sets) -> Query {
    Query { dataset: Some(dataset), ..Query::whole(metric) }
}

fn measured(run: &Run<Any>, query: &Query) -> f64 {
    run.measure(query).unwrap_or(f64::NAN)
}

const ALL: Sets = Sets { first: 0, count: 3 };
const LOSS: &str = "[[fault]]\nid = \"dark\"\nkind = \"region-loss\"\nregion = \"a\"\nat = \"10s\"\n";

#[test]
fn what_is_at_home_is_led_there_and_written_without_crossing_to_another_region() {
    let run = run("shards = 3\nshard-by = \"home\"", "");
    for (population, shard) in [(0, 0), (1, 1), (2, 2)] {
        let own = Query { population: Some(population), ..of("offered", Sets::one(shard)) };
        let all = Query { population: Some(population), ..of("offered", ALL) };
        assert!(measured(&run, &own) > 1_000.0);
        assert_eq!(measured(&run, &own), measured(&run, &all), "nobody asks for a key of another home");
        let longest = Query { metric: Query::whole("latency.max").metric, ..own };
        // The last mile to one's own region and back, and nothing else.
        assert!((measured(&run, &longest) - 0.010).abs() < 0.001, "{}", measured(&run, &longest));
    }
}

#[test]
fn what_is_led_elsewhere_costs_the_way_there_and_back() {
    let run = run("shards = 3\nshard-by = \"hash\"", "");
    let longest = |population: u16, shard: u16| {
        measured(&run, &Query { population: Some(population), ..of("latency.max", Sets::one(shard)) })
    };
    for (population, shard, seconds) in [(0, 0, 0.010), (0, 1, 0.050), (0, 2, 0.070), (1, 2, 0.090), (2, 0, 0.070)] {
        assert!((longest(population, shard) - seconds).abs() < 0.001, "{population} {shard}");
    }
}

#[test]
fn every_operation_is_of_one_shard_and_ranges_put_what_is_popular_into_the_first() {
    let shares = |by: &str| {
        let run = run(&format!("shards = 3\nshard-by = \"{by}\""), "");
        let shards = [0, 1, 2].map(|shard| measured(&run, &of("offered", Sets::one(shard))));
        let all = measured(&run, &of("offered", ALL));
        assert_eq!(shards.iter().sum::<f64>(), all);
        shards.map(|offered| offered / all)
    };
    // Of 1000 keys that Zipf's law draws by 0.99: H(333) / H(1000) for the first third, and so on.
    let [first, second, third] = shares("range");
    assert!(
        (first - 0.85).abs() < 0.02 && (second - 0.09).abs() < 0.02 && (third - 0.06).abs() < 0.02,
        "{first} {second} {third}"
    );
    assert!(shares("hash").iter().all(|share| (0.15..0.60).contains(share)));
}

#[test]
fn a_region_that_dies_takes_the_shards_that_it_leads_and_no_others() {
    let run = run("shards = 3\nshard-by = \"hash\"", LOSS);
    let writes = |population: u16, shard: u16| Query {
        population: Some(population),
        kind: Some(OperationKind::Write),
        from: Time::from_secs(12),
        until: Time::from_secs(30),
        ..of("availability", Sets::one(shard))
    };
    assert_eq!(measured(&run, &writes(1, 0)), 0.0, "nobody is appointed in its place");
    assert_eq!((measured(&run, &writes(1, 1)), measured(&run, &writes(1, 2))), (1.0, 1.0));
}

#[test]
fn each_shard_is_given_another_leader_by_itself() {
    let automatic = LOSS.to_owned() + "for = \"20s\"\n";
    let scenario = text("shards = 3\nshard-by = \"hash\"", &automatic);
    let scenario = scenario.replace("home = \"c\"\n", "home = \"c\"\nfailover = \"automatic\"\n");
    let mut run: Run<Any> = load(&scenario, None, None).expect("it is sound").run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    let mut leader = |dataset: usize, second: u64| {
        let snapshot = run.snapshot(Time::from_secs(second));
        let role = |at: usize| snapshot.datasets[dataset].replicas[at].view.as_ref().map(|view| view.role);
        (0..3).filter(|at| role(*at) == Some(Role::Leader)).collect::<Vec<_>>()
    };
    assert_eq!([0, 1, 2].map(|dataset| leader(dataset, 5)), [[0], [1], [2]]);
    assert_eq!([1, 2].map(|dataset| leader(dataset, 28)), [[1], [2]], "who was not hit leads on");
    assert_ne!(leader(0, 28), [0]);
    assert_eq!(leader(0, 28).len(), 1);
}

#[test]
fn what_holds_in_all_shards_is_told_once_and_what_does_not_of_each() {
    let run = run("ship = \"1s\"\nshards = 3\nshard-by = \"hash\"", LOSS);
    let lines = run.verdicts();
    let lost: Vec<_> = lines.iter().filter(|line| line.property == sim::Property::NothingLost).collect();
    let about: Vec<String> = lost.iter().map(|line| line.about(run.config()).0).collect();
    assert_eq!(about, ["db-1", "db (shards 2 and 3 of 3)"]);
    assert_eq!((lost[0].standing, lost[1].standing), (Standing::NotPromised, Standing::Kept));
    let whole =
        lines.iter().find(|line| line.property == sim::Property::Linearizable).map(|line| line.about(run.config()).1);
    assert_eq!(whole.as_deref(), Some("Data"));
}

#[test]
fn the_most_popular_keys_are_checked_wherever_they_are() {
    for (by, expected) in [("range", [8, 1, 1]), ("home", [3, 3, 2])] {
        let text = text(&format!("shards = 3\nshard-by = \"{by}\""), "");
        let scenario = load(&text, None, None).expect("it is sound");
        let sampled: Vec<u32> = scenario.config.datasets.iter().map(|set| set.sampled_keys).collect();
        assert_eq!(sampled, expected, "{by}");
    }
}

#[test]
fn what_makes_no_sense_of_shards_is_refused_with_a_word() {
    let first =
        |dataset: &str, more: &str| problems(dataset, more).first().map(ToString::to_string).unwrap_or_default();
    let cases = [
        (("shards = 0", ""), "takes 1 to 12"),
        (("shards = 13", ""), "takes 1 to 12"),
        (("shard-by = \"home\"", ""), "`shard-by` changes nothing; set `shards` above 1"),
        (("shards = 3\nshard-by = \"zip\"", ""), "one of `hash`, `range`, `home`"),
        (("shards = 3\nkeys = 2", ""), "none is in shard db-"),
        (("shards = 4\nshard-by = \"home\"", ""), "4 shards are more than 3 regions lead"),
        (("shards = 3", "[[dataset]]\nid = \"db-2\"\n"), "is a shard of db and a dataset of its own"),
        (
            ("shards = 3", "[[request]]\nid = \"x\"\nsteps = [\"read db-1\"]\n"),
            "`db-1` is one shard of db, and a key says in which it is; write `db`",
        ),
        (
            ("shards = 3", "[[request]]\nid = \"x\"\nsteps = [\"read db-7\"]\n"),
            "there is no shard `db-7`; the shards of db are db-1 to db-3",
        ),
        (("shards = \"3\"", ""), "`shards` is a text, not a whole number; it takes 1 to 12"),
        (("shards = 3\nzipf = \"1\"", ""), "`zipf` is a text, not a number; it takes a number"),
        (
            ("shards = 3", "[[variant]]\nid = \"v\"\nset = { \"dataset.db.shards\" = 2 }\n"),
            "a variant cannot change how many shards a dataset has",
        ),
    ];
    for ((dataset, more), words) in cases {
        let said = first(dataset, more);
        assert!(said.contains(words), "{dataset} {more}: {said}");
    }
}

/// Nobody leads, so that nobody reads from a leader.
const ANYBODY: [(&str, &str); 2] = [("protocol = \"async\"", "protocol = \"multi-leader\""), (" from leader", "")];

#[test]
fn what_stands_at_one_region_stands_there_for_all_shards() {
    for (dataset, at) in [("topology = \"hub\"", "Hub(NodeId(0))"), ("policy = \"suspended\"", "at: NodeId(0)")] {
        let text = text(&format!("{dataset}\nshards = 3"), "");
        let text = ANYBODY.iter().fold(text, |text, (from, to)| text.replace(from, to));
        let scenario = load(&text, None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
        let said = scenario.protocols.iter().map(|protocol| format!("{protocol:?}")).collect::<Vec<_>>();
        assert!(said.iter().all(|said| said.contains(at)), "{said:?}");
    }
}

/// The same with these changes of the text.
fn run_changed(dataset: &str, more: &str, changes: &[(&str, &str)]) -> Run<Any> {
    let text = changes.iter().fold(text(dataset, more), |text, (from, to)| text.replace(from, to));
    let scenario = load(&text, None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

#[test]
fn a_shard_of_which_nothing_is_known_is_not_called_judged() {
    let nobody = |place: &str| format!("{place}\nrate = [[\"0s\", \"0/s\"]]");
    let (b, c) = (nobody("place = [45.0, 8.0]"), nobody("place = [50.0, 8.0]"));
    let idle = [("place = [45.0, 8.0]\nrate = \"40/s\"", &*b), ("place = [50.0, 8.0]\nrate = \"40/s\"", &*c)];
    let run = run_changed("shards = 3\nshard-by = \"home\"", "", &idle);
    let lines = run.verdicts();
    let lost = lines.iter().filter(|line| line.property == sim::Property::NothingLost);
    let told: Vec<(String, Standing)> = lost.map(|line| (line.about(run.config()).0, line.standing)).collect();
    assert_eq!(
        told,
        [("db-1".to_owned(), Standing::Kept), ("db (shards 2 and 3 of 3)".to_owned(), Standing::Untested)]
    );
}

/// Whoever is sent to a region is at home in one zone of it.
#[test]
fn a_region_is_one_home_also_with_zones() {
    let zoned = |shards: u32| {
        let text = text(&format!("shards = {shards}\nshard-by = \"home\""), "");
        load(&text.replace("[[region]]\nid = \"a\"", "[[region]]\nid = \"a\"\nzones = 3"), None, None)
    };
    let leaders = zoned(3).map(|scenario| scenario.config.datasets.iter().map(|set| set.leader).collect::<Vec<_>>());
    assert_eq!(leaders.ok(), Some(vec![0, 3, 4]));
    let refused = zoned(4).err().and_then(|problems| problems.first().map(ToString::to_string));
    assert!(refused.as_ref().is_some_and(|said| said.contains("4 shards are more than 3 regions lead")), "{refused:?}");
}

/// For 30 s, so that all is level at the end.
const STOP: (&str, &str) =
    ("rate = \"40/s\"", "rate = [[\"0s\", \"40/s\"], [\"30s\", \"40/s\"], [\"30.001s\", \"0/s\"]]");
const CUT: &str =
    "[[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"a\"\nright = [\"b\", \"c\"]\nat = \"5s\"\nfor = \"5s\"\n";

/// Of all shards, and of each.
fn whole_and_each(run: &Run<Any>, metric: &str) -> (f64, [f64; 3]) {
    (measured(run, &of(metric, ALL)), [0, 1, 2].map(|shard| measured(run, &of(metric, Sets::one(shard)))))
}

#[test]
fn what_is_in_all_shards_is_what_is_in_each_together() {
    let add = ("write db", "add 1 db");
    let led = run_changed("type = \"counter\"\nshards = 3", "", &[STOP, add]);
    let writes = Query { kind: Some(OperationKind::Write), ..of("succeeded", ALL) };
    let (all, each) = whole_and_each(&led, "sum");
    assert_eq!((all, each.iter().sum::<f64>()), (measured(&led, &writes), all));
    assert_eq!(led.measure(&Query { region: Some(1), ..of("sum", ALL) }), Some(all));

    let apart = run_changed("type = \"counter\"\nshards = 3", CUT, &[STOP, add, ANYBODY[0], ANYBODY[1]]);
    let (all, each) = whole_and_each(&apart, "unaccounted");
    assert!(each.iter().all(|off| *off > 0.0), "{each:?}");
    assert_eq!(all, each.iter().sum::<f64>());

    let desks = "policy = \"suspended\"\nqueue = 2\nresolve = \"1m\"\nshards = 3";
    let waiting = run_changed(desks, CUT, &[STOP, ANYBODY[0], ANYBODY[1]]);
    assert_eq!(whole_and_each(&waiting, "conflicts-waiting"), (6.0, [2.0; 3]));
}
