//! Users who are somebody, in plans small enough to be reckoned by hand.

use crate::running::run_of;
use engine::Time;
use protocols::Any;
use scenario::{Problem, load};
use sim::metrics::Query;
use sim::trace::{OperationKind, TraceEvent, What, users};
use sim::{Run, Standing};
use std::collections::{BTreeMap, BTreeSet};

/// A leader and a follower 40 ms apart, which is sent the log once a second, and users 10 ms from each, whom the balancer sends to either.
fn text(population: &str, steps: &str, more: &str) -> String {
    let region = |id: &str, latitude: u32| {
        format!("[[region]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\nservice = \"0ms\"\nworkers = 1000\n")
    };
    [
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"60s\"\n[links]\njitter = \"off\"\nlast-mile = \"10ms\"\n[routing]\npolicy = \"spread\"\n",
        &[region("a", 40), region("b", 45)].concat(),
        "[[link]]\nbetween = [\"a\", \"b\"]\nrtt = \"40ms\"\n",
        "[[dataset]]\nid = \"db\"\ntitle = \"Data\"\nprotocol = \"async\"\nship = \"1s\"\nkeys = 1000\nsampled-keys = 64\n",
        &format!("[[request]]\nid = \"use\"\nsteps = {steps}\n{more}\n"),
        &format!("[[population]]\nid = \"users\"\nplace = [42.0, 8.0]\n{population}\n"),
    ]
    .concat()
}

fn run(population: &str, steps: &str, more: &str) -> Run<Any> {
    run_of(&text(population, steps, more))
}

fn problem(population: &str, steps: &str, more: &str) -> Option<Problem> {
    load(&text(population, steps, more), None, None).err()?.into_iter().next()
}

fn measured(run: &Run<Any>, metric: &str) -> f64 {
    run.measure(&Query::whole(metric)).unwrap_or(f64::NAN)
}

fn events(run: &Run<Any>) -> Vec<TraceEvent> {
    run.trace(Time::ZERO, Time::from_secs(60))
}

/// Each session's user and device, by the number of its client.
fn sessions(run: &Run<Any>) -> BTreeMap<u64, (u32, u32)> {
    let began = events(run).into_iter().filter_map(|event| match event.what {
        What::Users(users::Fact::SessionBegan { process, user, device, .. }) => Some((process, (user, device))),
        _ => None,
    });
    began.collect()
}

const LOOK: &str = "[\"read db from local\"]";

#[test]
fn requests_come_from_so_many_people_on_so_many_devices() {
    let run = run("rate = \"50/s\"\nusers = 20\ndevices = 3", LOOK, "");
    let sessions = sessions(&run);
    let devices: BTreeSet<(u32, u32)> = sessions.values().copied().collect();
    let all: BTreeSet<(u32, u32)> = (1..=20).flat_map(|user| (1..=3).map(move |device| (user, device))).collect();
    assert_eq!(devices, all, "in 3 000 requests each of 60 devices asks");
    assert_eq!(sessions.len(), 60, "what a device remembers it remembers for good");
    let asked = events(&run).into_iter().filter_map(|event| match event.what {
        What::Users(users::Fact::OperationStarted(info)) => Some(info.process),
        _ => None,
    });
    let mut by_user = [0_u32; 21];
    asked.for_each(|process| by_user[sessions[&process].0 as usize] += 1);
    // 3 000 requests of 20 people: 150 each, with a standard deviation of 12.
    assert!(by_user[1..].iter().all(|count| (100..200).contains(count)), "{by_user:?}");
}

/// Ten people of whom each waits for an answer and asks no second thing meanwhile: where nothing answers, ten requests are made and no more,
/// until their clients give up.
#[test]
fn who_waits_makes_no_other_request_and_it_is_counted_that_nobody_was_free() {
    let slow = "timeout = \"30s\"\n[[fault]]\nid = \"one\"\nkind = \"region-loss\"\nregion = \"a\"\nat = \"0s\"\n[[fault]]\nid = \"other\"\nkind = \"region-loss\"\nregion = \"b\"\nat = \"0s\"";
    let run = run("arrival = \"constant\"\nrate = \"10/s\"\nusers = 10", LOOK, slow);
    // The first ten ask at 0.1, 0.2, … s and wait until 30.1, …: then each asks again as soon as a request is due.
    assert_eq!(measured(&run, "offered"), 20.0);
    // Of 599 that are due before the last instant.
    assert_eq!(measured(&run, "nobody-free"), 579.0);
}

/// A session lasts 100 ms after a request, and requests of one person are 200 ms apart: every one is a session of its own.
#[test]
fn a_session_ends_when_its_device_has_rested_for_long_enough() {
    let of = |session: &str| {
        let users = format!("arrival = \"constant\"\nrate = \"5/s\"\nusers = 1\n{session}");
        sessions(&run(&users, LOOK, "")).len()
    };
    assert_eq!(of("session = \"100ms\""), 300);
    assert_eq!(of("session = \"1s\""), 1);
    assert_eq!(of(""), 1);
}

#[test]
fn everybody_has_a_key_of_their_own_whatever_device_they_use() {
    let run = run("rate = \"50/s\"\nusers = 300\ndevices = 2", LOOK, "key = \"own\"");
    let sessions = sessions(&run);
    let mut keys: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for event in events(&run) {
        let What::Users(users::Fact::OperationStarted(info)) = event.what else { continue };
        keys.entry(sessions[&info.process].0).or_default().insert(info.key);
    }
    assert_eq!(keys.len(), 300);
    assert!(keys.iter().all(|(user, keys)| keys.iter().eq([&(user - 1)])), "{keys:?}");
}

/// A write through one region is not on the other for up to a second. What a session knows helps the device that wrote, and no other.
#[test]
fn a_session_helps_on_the_device_that_has_it_and_on_no_other() {
    let standing = |run: &Run<Any>, property| {
        let line = run.verdicts().into_iter().find(|line| line.property == property).expect("it is judged");
        (line.standing, line.text)
    };
    let steps = |rule: &str| {
        format!(
            "[\"write db\"]\nkey = \"own\"\n[[request]]\nid = \"look\"\nkey = \"own\"\nsteps = [\"read db from {rule}\"]"
        )
    };
    let users = "rate = \"40/s\"\nusers = 20\nmix = { use = 1, look = 3 }\n";
    for rule in ["session", "session-wait within 2s"] {
        let one = run(users, &steps(rule), "");
        assert_eq!(
            (measured(&one, "own-write-missed"), measured(&one, "own-write-missed-by-user")),
            (0.0, 0.0),
            "{rule}"
        );
        assert_eq!(standing(&one, protocol::Property::ReadYourWrites).0, Standing::Kept);
        let two = run(&format!("{users}devices = 2"), &steps(rule), "");
        assert_eq!(measured(&two, "own-write-missed"), 0.0, "{rule}");
        assert!(measured(&two, "own-write-missed-by-user") > 20.0, "{rule}");
        let (told, words) = standing(&two, protocol::Property::ReadYourWritesAcrossSessions);
        assert_eq!(told, Standing::NotPromised, "no session was told what the other did");
        assert!(
            words.contains("read an older value on device ") && words.contains("having written on device "),
            "{words}"
        );
    }
    let leader = run(&format!("{users}devices = 2"), &steps("leader"), "");
    assert_eq!(measured(&leader, "own-write-missed-by-user"), 0.0);
    let none = run(users, &steps("local"), "");
    assert!(measured(&none, "own-write-missed") > 20.0, "without a session the one device misses them too");
    let short = run(&format!("{users}session = \"10ms\""), &steps("session"), "");
    assert!(measured(&short, "own-write-missed-by-user") > 20.0, "it forgets what it wrote");
    assert!(standing(&short, protocol::Property::ReadYourWritesAcrossSessions).1.contains(" in a later session "));
}

/// Of strangers `pinned` and `sticky` know nothing before their request; of people they know what the device did before.
#[test]
fn pins_and_habits_outlive_a_request() {
    let pinned = "[\"write db\"]\nkey = \"own\"\n[[request]]\nid = \"look\"\nkey = \"own\"\nsteps = [\"read db from pinned within 60s\"]";
    let mix = "rate = \"40/s\"\nmix = { use = 1, look = 3 }\nusers = 20";
    assert_eq!(measured(&run(mix, pinned, ""), "own-write-missed"), 0.0);
    let sticky = run("rate = \"40/s\"\nusers = 20", "[\"read db from sticky\"]", "");
    let mut answered: BTreeMap<u64, BTreeSet<u16>> = BTreeMap::new();
    for event in events(&sticky) {
        let What::Users(users::Fact::OperationEnded(info, ending)) = event.what else { continue };
        answered.entry(info.process).or_default().insert(ending.served_by);
    }
    assert_eq!(answered.len(), 20);
    assert!(answered.values().all(|regions| regions.len() == 1), "{answered:?}");
    let both: BTreeSet<u16> = answered.values().flatten().copied().collect();
    assert_eq!(both.len(), 2, "each stays where the balancer sent it first");
}

#[test]
fn what_makes_no_sense_of_people_is_refused_with_what_would() {
    let of = |population: &str, more: &str| {
        let problem = problem(population, LOOK, more).unwrap_or_else(|| panic!("{population} {more} is taken"));
        format!("{problem}")
    };
    let said = of("rate = \"1/s\"\ndevices = 2", "");
    assert!(said.contains("`users`, so that somebody comes back"), "{said}");
    let said = of("rate = \"1/s\"\nsession = \"1h\"", "");
    assert!(said.contains("`users`, so that somebody comes back"), "{said}");
    let said = of("rate = \"1/s\"", "key = \"own\"");
    assert!(said.contains("each is a stranger's") && said.contains("say with `users`"), "{said}");
    let said = of("rate = \"1/s\"\nusers = 1001", "key = \"own\"");
    assert!(said.contains("1001 users, 1000 keys of `db`"), "{said}");
    let home = text("rate = \"1/s\"\nusers = 31", LOOK, "key = \"own\"")
        .replace("keys = 1000", "keys = 61\nshards = 2\nshard-by = \"home\"");
    let said = load(&home, None, None).err().map(|problems| problems[0].to_string()).unwrap_or_default();
    assert!(said.contains("31 users, 30 keys of `db"), "the second shard has 30: {said}");
    for users in ["0", "1000001", "-1", "\"many\""] {
        assert!(of(&format!("rate = \"1/s\"\nusers = {users}"), "").contains("users"));
    }
    for devices in ["0", "9"] {
        assert!(of(&format!("rate = \"1/s\"\nusers = 5\ndevices = {devices}"), "").contains("devices"));
    }
}

/// A stranger did nothing before.
#[test]
fn a_stranger_cannot_read_by_what_was_done_before() {
    let users = "rate = \"1/s\"";
    for rule in ["pinned within 60s", "sticky", "session-wait within 1s"] {
        let first = format!("[\"read db from {rule}\"]");
        let said = problem(users, &first, "").map(|problem| problem.to_string()).unwrap_or_default();
        let word = rule.split(' ').next().unwrap_or_default();
        assert!(said.contains(&format!("reads from {word}, by what its user did before")), "{rule}: {said}");
        assert_eq!(problem(&format!("{users}\nusers = 10"), &first, ""), None);
        let after = format!("[\"write db\", \"read db from local\", \"read db from {rule}\"]");
        assert_eq!(problem(users, &after, ""), None, "{rule}");
    }
    assert_eq!(problem(users, "[\"read db from session\"]", ""), None, "so that older links open");
    assert_eq!(problem(users, "[\"read db from sticky\", \"read db from sticky\"]", ""), None);
}

/// In a closed loop the people are the clients, and may have several devices as well.
#[test]
fn the_people_of_a_closed_loop_have_devices_too() {
    let run = run("arrival = \"closed\"\nusers = 5\nthink = \"100ms\"\ndevices = 2", LOOK, "");
    assert_eq!(sessions(&run).len(), 10);
    assert_eq!(measured(&run, "nobody-free"), 0.0);
    let reads = Query { kind: Some(OperationKind::Read), ..Query::whole("offered") };
    assert!(run.measure(&reads).is_some_and(|reads| reads > 1_000.0));
}
