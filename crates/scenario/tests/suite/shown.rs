//! What a picture shows of replicas beside their logs.

use engine::Time;
use protocol::{Awaited, DiskView, NodeView};
use protocols::Any;
use scenario::{find_built_in, load};
use sim::Run;

/// What each replica of the first dataset shows at so many seconds.
fn shown(scenario: &str, variant: Option<&str>, at: u64) -> Vec<NodeView> {
    let text = find_built_in(scenario).expect("it ships").text();
    let mut run: Run<Any> = load(text, variant, None).unwrap_or_else(|problems| panic!("{problems:?}")).run(Vec::new());
    run.advance(Time::from_secs(at), u64::MAX);
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
