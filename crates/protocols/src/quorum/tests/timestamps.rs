//! Writes that their clients stamp.

use super::*;

/// A client whose clock reads so many seconds asks for a write.
fn write_at(ring: &mut Ring, node: u16, write: u64, second: u64) {
    let (id, operation) = (RequestId(write), Operation::put(WriteId(write), 10));
    let request =
        Request { id, key: KEY, operation, epoch: Epoch(0), clock: Time::from_secs(second), seen: Seen::UNKNOWN };
    ring.hand(NodeId(node), |replica, env, effects| replica.on_request(env, request, effects));
}

/// Three replicas, each of which says so when it has a write.
fn ring(more: impl FnOnce(Config) -> Config) -> Ring {
    Ring::new(&more(Config { timestamps: Timestamps::Client, ..config(3, 1, 3) }), 3)
}

#[test]
fn a_clients_clock_decides_and_no_replicas() {
    let mut ring = ring(|config| config);
    ring.clocks = [900, 1, 1].map(Time::from_secs).to_vec();
    write_at(&mut ring, 1, 107, 6);
    ring.settle();
    write_at(&mut ring, 0, 108, 5);
    ring.settle();
    assert_eq!([ring.held(0), ring.held(1), ring.held(2)], [Some(107); 3]);
}

#[test]
fn of_two_stamps_that_are_alike_the_greater_value_stays_in_whatever_order_they_come() {
    for order in [[107, 108], [108, 107]] {
        let mut ring = ring(|config| Config { anti_entropy: Some(Span::from_secs(10)), ..config });
        for (write, away) in order.into_iter().zip([1, 2]) {
            ring.away = vec![NodeId(away)];
            write_at(&mut ring, 0, write, 5);
            ring.settle();
        }
        ring.away.clear();
        for _ in 0..3 {
            ring.run_out(|timer| timer == Timer::Compare);
        }
        assert_eq!([ring.held(0), ring.held(1), ring.held(2)], [Some(108); 3]);
    }
}

#[test]
fn a_read_mends_whoever_has_the_other_of_two_that_are_alike() {
    let mut ring = ring(|config| Config { read_repair: ReadRepair::Background, ..config });
    ring.away = vec![NodeId(1)];
    write_at(&mut ring, 0, 107, 5);
    ring.settle();
    ring.away = vec![NodeId(2)];
    write_at(&mut ring, 0, 108, 5);
    ring.settle();
    ring.away.clear();
    assert_eq!(ring.read(0), Some(108));
    assert_eq!([ring.held(0), ring.held(1), ring.held(2)], [Some(108); 3]);
}
