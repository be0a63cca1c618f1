//! What pictures and the timeline show of replicas beside their logs.

use engine::Time;
use protocol::{Awaited, DiskView, NodeView};
use protocols::Any;
use scenario::{find_built_in, load};
use sim::Run;

fn run(scenario: &str, variant: Option<&str>, until: u64) -> Run<Any> {
    let text = find_built_in(scenario).expect("it ships").text();
    let mut run: Run<Any> = load(text, variant, None).unwrap_or_else(|problems| panic!("{problems:?}")).run(Vec::new());
    run.advance(Time::from_secs(until), u64::MAX);
    run
}

/// What each replica of the first dataset shows at so many seconds.
fn shown(scenario: &str, variant: Option<&str>, at: u64) -> Vec<NodeView> {
    let mut run = run(scenario, variant, at);
    let replicas = run.snapshot(Time::from_secs(at)).datasets.remove(0).replicas;
    replicas.into_iter().map(|replica| replica.view.expect("it has power")).collect()
}

fn balances(variant: Option<&str>, at: u64) -> Vec<Vec<i64>> {
    shown("the-rent-comes-back", variant, at).into_iter().map(|replica| replica.balances).collect()
}

fn disks(variant: Option<&str>, at: u64) -> Vec<DiskView> {
    shown("one-slow-disk", variant, at).into_iter().map(|replica| replica.disk.expect("it takes time")).collect()
}

#[test]
fn each_copy_shows_what_is_on_its_accounts() {
    let (rent, shopping) = (vec![0, 200, 100], vec![40, 100, 160]);
    assert_eq!(balances(None, 5), [[100; 3], [100; 3]]);
    assert_eq!(balances(None, 300), [rent.clone(), shopping.clone()]);
    assert_eq!(balances(None, 320), [shopping.clone(), shopping], "the later copy is everybody's");
    assert_eq!(balances(Some("added-up"), 320), [[-60, 200, 160], [-60, 200, 160]], "she owes");
    assert_eq!(balances(Some("one-leader"), 320), [rent.clone(), rent.clone()]);
    assert_eq!(balances(Some("consensus"), 320), [rent.clone(), rent.clone(), rent]);
    assert!(shown("one-slow-disk", None, 5).iter().all(|replica| replica.balances.is_empty()));
}

#[test]
fn a_disk_shows_what_it_has_yet_to_do_and_who_waits_for_it() {
    let leader = disks(None, 60)[0];
    assert!(leader.pending > 5 && leader.takes.as_millis_f64() < 2.0, "{leader:?}");
    assert_eq!(leader.awaited, Awaited::Clients(leader.pending as u32), "whoever leads confirms what its disk has");
    assert!(disks(None, 60)[1..].iter().all(|follower| follower.awaited == Awaited::Nobody));
    let all = disks(Some("all"), 60);
    assert!(all[1].pending > 5 && all[1].awaited == Awaited::Leader, "{all:?}");
    assert!(disks(Some("all"), 20)[1].pending < 5, "a disk that nothing slows down keeps up");
    let consensus = disks(Some("consensus"), 60)[0];
    assert!(consensus.pending > 5 && consensus.awaited == Awaited::Enough, "{consensus:?}");
    assert!(shown("first-look", None, 5).iter().all(|replica| replica.disk.is_none()), "it takes no time");
}

/// When the timeline says something of these words, in whole seconds.
fn said(run: &Run<Any>, words: &str) -> Vec<u64> {
    run.marks().iter().filter(|mark| mark.words().contains(words)).map(|mark| mark.at.whole_seconds()).collect()
}

#[test]
fn the_timeline_says_when_a_region_takes_no_writes_and_why_and_when_it_takes_them_again() {
    let stops = run("the-rent-comes-back", Some("london-stops"), 340);
    let all: Vec<String> = stops.marks().iter().map(sim::Mark::words).collect();
    assert_eq!(said(&stops, "takes no writes to bank: it has heard from no majority for 5 s"), [15], "{all:?}");
    assert_eq!(said(&stops, "hears from a majority and takes writes to bank again"), [310], "{all:?}");
    assert_eq!(said(&stops, "takes no writes").len(), 1, "two of three are a majority");
    assert!(said(&run("the-rent-comes-back", None, 340), "takes no writes").is_empty(), "it takes them");
}

#[test]
fn between_oversold_and_cancelled_the_timeline_says_when_the_desk_took_it_up() {
    let run = run("split-brain-oversell", Some("cancelled"), 400);
    let (seen, cancelled) = (said(&run, "is oversold, key 0, and cancels in 40 s"), said(&run, "cancels sales"));
    assert!(!seen.is_empty() && !cancelled.is_empty(), "{seen:?} {cancelled:?}");
    assert_eq!(seen[0] + 40, cancelled[0]);
}
