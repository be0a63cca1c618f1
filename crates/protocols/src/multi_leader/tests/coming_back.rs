//! Types of which things come back: what is taken back in one copy is so there, until another copy brings it back.

use super::*;
use protocol::Version;

fn regions(kind: Kind, topology: Topology) -> Regions {
    Regions::new(3, Config { kind, policy: Policy::Merge, ..config(topology) })
}

/// What adds one, and what takes it back.
fn changes(kind: &Kind) -> [Change; 2] {
    match kind {
        Kind::MaxCounter => [Change::by(Verb::Add, 1), Change::by(Verb::Add, -1)],
        _ => [Change::of(Verb::Insert, 7), Change::of(Verb::Remove, 7)],
    }
}

/// The stamps under which the last copy that changed is kept, and was stated to be.
fn stamps(all: &Regions, region: usize) -> (Version, Option<Version>) {
    let of = |fact: &Fact| match *fact {
        Fact::Changed { version, .. } | Fact::Merged { version, .. } => Some(version),
        _ => None,
    };
    (all.regions[region].stored(Key(0)).version, all.facts.iter().filter_map(of).max())
}

#[test]
fn a_region_does_what_it_is_told_and_what_another_copy_has_comes_back() {
    for kind in [Kind::Cart, Kind::MaxCounter] {
        for topology in TOPOLOGIES {
            let [add, take_back] = changes(&kind);
            let mut all = regions(kind.clone(), topology);
            all.change(0, 0, 1, add);
            all.settle();
            assert_eq!(all.sums(), [1; 3], "{}, {topology:?}", kind.id());
            all.change(0, 0, 2, take_back);
            assert_eq!(all.sums(), [0, 1, 1], "{}, {topology:?}: it is told so", kind.id());
            all.settle();
            assert_eq!(all.sums(), [1; 3], "{}, {topology:?}: the others have what was before", kind.id());
            let (kept, stated) = stamps(&all, 0);
            assert_eq!(Some(kept), stated, "what the copy is now was stated");
            let arrived = all.arrived.0;
            (0..3).for_each(|_| all.heartbeat());
            assert_eq!((all.sums(), all.arrived.0), (vec![1; 3], arrived), "and it is over");
        }
    }
}

#[test]
fn what_no_other_copy_has_stays_taken_back() {
    for kind in [Kind::Cart, Kind::MaxCounter] {
        let [add, take_back] = changes(&kind);
        let mut all = regions(kind, Topology::Mesh);
        all.cut_off = vec![NodeId(0)];
        all.change(0, 0, 1, add);
        all.change(0, 0, 2, take_back);
        all.settle();
        all.cut_off.clear();
        (0..5).for_each(|_| all.heartbeat());
        assert_eq!(all.sums(), [0; 3]);
    }
}

#[test]
fn what_is_on_its_way_to_the_disk_stays_taken_back_whatever_else_comes_meanwhile() {
    let finish = |all: &mut Regions, node: u16, work: u64| {
        all.hand(NodeId(node), |region, env, effects| region.on_timer(env, Timer::Disk(work), effects));
    };
    for kind in [Kind::Cart, Kind::MaxCounter] {
        let disk = Some(engine::Distribution::Constant(1e6));
        let set = Config { kind: kind.clone(), policy: Policy::Merge, disk, ..config(Topology::Mesh) };
        let ([add, take_back], mut all) = (changes(&kind), Regions::new(3, set));
        all.cut_off = vec![NodeId(0)];
        let other = if kind == Kind::Cart { Change::of(Verb::Insert, 9) } else { add };
        all.change(0, 0, 1, add);
        finish(&mut all, 0, 1);
        // It is taken back twice, the other region's comes between, and the second of the two is on the disk before the first.
        (2..=3).for_each(|write| all.change(0, 0, write, take_back));
        all.change(1, 0, 4, other);
        finish(&mut all, 1, 1);
        let theirs = all.under_way.iter().position(|(from, to, _)| (from.0, to.0) == (1, 0)).expect("it is sent");
        let (from, to, message) = all.under_way.remove(theirs).expect("it is there");
        all.hand(to, |region, env, effects| region.on_message(env, from, message, effects));
        for work in [3, 2] {
            finish(&mut all, 0, work);
            assert_eq!(all.sums()[0], 1, "{}: the other's, and nothing of what was taken back", kind.id());
        }
    }
}
