//! Writes that their clients stamp.

use super::*;

fn by_clients() -> Config {
    Config { timestamps: Timestamps::Client, ..config(Topology::Mesh) }
}

/// A client whose clock reads so many seconds asks for a write.
fn write_at(all: &mut Regions, node: u16, write: u64, second: u64) {
    let (id, operation) = (RequestId(write), Operation::put(WriteId(write), 10));
    let request =
        Request { id, key: Key(0), operation, epoch: Epoch(0), clock: Time::from_secs(second), seen: Seen::UNKNOWN };
    all.hand(NodeId(node), |region, env, effects| region.on_request(env, request, effects));
}

#[test]
fn a_clients_clock_decides_and_no_regions() {
    let mut all = Regions::new(2, by_clients());
    all.clocks = vec![Time::from_secs(900), Time::from_secs(1)];
    write_at(&mut all, 1, 7, 6);
    all.settle();
    write_at(&mut all, 0, 8, 5);
    all.settle();
    assert_eq!((all.confirmed, all.held(0)), (2, vec![Some(7); 2]), "what was read moves no clock");
    let knew = |fact: &&Fact| matches!(fact, Fact::Ignored { write: WriteId(8), over: Some(_), kept, .. } if kept.write == WriteId(7));
    assert_eq!(all.facts.iter().filter(knew).count(), 1, "told that it is done, and thrown away on the spot");
}

#[test]
fn of_two_stamps_that_are_alike_the_greater_value_stays_everywhere() {
    for order in [[7, 8], [8, 7]] {
        let mut all = Regions::new(3, by_clients());
        all.cut_off = vec![NodeId(2)];
        order.into_iter().for_each(|write| write_at(&mut all, 0, write, 5));
        all.settle();
        // A region that has lost its disk takes the other one for new.
        all.restart(0, false);
        write_at(&mut all, 0, 7, 5);
        all.cut_off.clear();
        (0..5).for_each(|_| all.heartbeat());
        assert_eq!(all.held(0), [Some(8); 3]);
    }
}

#[test]
fn a_write_that_is_tried_again_has_the_same_stamp_and_is_stored_once() {
    let mut all = Regions::new(2, by_clients());
    write_at(&mut all, 0, 7, 5);
    write_at(&mut all, 0, 7, 5);
    all.settle();
    let stored = |fact: &&Fact| matches!(fact, Fact::Stored { .. } | Fact::Ignored { .. });
    assert_eq!((all.confirmed, all.facts.iter().filter(stored).count()), (2, 2));
}
