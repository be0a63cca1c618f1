//! What is lost, how far back, what is executed twice.

use crate::design::*;
use engine::{Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::config::{Arrival, Failover};
use sim::faults::{FaultKind, RegionLoss};
use sim::metrics::Query;
use sim::trace::{OperationKind, What, network};
use sim::{Action, LoggedAction, PacketName, WriteState};

fn lose(config: &mut TestConfig, region: u16, at: u64, lasts: Option<u64>, disks: bool) {
    fault(config, at, lasts, FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks }));
}

#[test]
fn losing_every_disk_loses_every_acknowledged_write() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    lose(&mut config, 1, 30, None, true);
    lose(&mut config, 0, 40, None, true);
    let run = run(config);
    let writes = Query { kind: Some(OperationKind::Write), ..Query::whole("succeeded") };
    assert_eq!(Some(measure(&run, "lost-writes")), run.measure(&writes));
    let rpo = measure(&run, "rpo");
    assert!(rpo > 39.0 && rpo < 40.0, "everything since the start is gone, not {rpo} s");
    let ranges = run.lost_ranges();
    assert!(
        ranges.iter().all(|range| range.state == WriteState::Gone && range.lost == Time::from_secs(40)),
        "{ranges:?}"
    );
    assert!(ranges.iter().map(|range| range.writes).sum::<u32>() > 500, "{ranges:?}");
}

#[test]
fn nothing_is_counted_as_zero_and_not_as_minus_zero() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    config.populations.iter_mut().for_each(|users| users.arrival = Arrival::Constant(vec![(Time::ZERO, 0.0)]));
    let run = run(config);
    for metric in sim::metrics::metrics() {
        let value = run.measure(&Query::of(metric));
        assert!(value.is_none_or(|value| value.is_sign_positive()), "{}: {value:?}", metric.id);
    }
}

#[test]
fn what_a_disk_loss_took_is_back_when_a_copy_has_been_made_from_another() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    lose(&mut config, 1, 20, Some(2), true);
    // By then the follower holds a copy of everything again.
    lose(&mut config, 0, 40, Some(5), false);
    let run = run(config);
    assert_eq!(measure(&run, "lost-writes"), 0.0);
}

/// The first users write once a second, and the leader ships every three seconds.
fn slow_shipping() -> TestConfig {
    let mut config = design(3, Acknowledge::Async, 0.0);
    config.protocols[0].ship = Span::from_secs(3);
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 1.0)]);
    config.populations[0].mix = vec![(1, 1)];
    config.control.failover = Failover::Automatic;
    config
}

#[test]
fn rpo_reaches_from_the_loss_to_the_oldest_write_lost() {
    for returns in [None, Some(15)] {
        let mut config = slow_shipping();
        lose(&mut config, 0, 20, returns, false);
        let run = run(config);
        let oldest = run.lost_writes().iter().map(|lost| lost.acknowledged).min();
        let oldest = oldest.expect("what was appended since the last batch is lost");
        let rpo = measure(&run, "rpo");
        assert_eq!(rpo, (Time::from_secs(20) - oldest).as_secs_f64(), "region back after {returns:?}");
        assert!(rpo > 0.0 && rpo < 3.1, "{rpo}");
    }
}

#[test]
fn one_lost_write_is_a_loss_of_more_than_no_time() {
    let mut config = slow_shipping();
    config.protocols[0].ship = Span::from_millis(900);
    lose(&mut config, 0, 20, None, false);
    let run = run(config);
    let lost = run.lost_writes();
    assert!(lost.len() <= 1);
    let expected = lost.first().map_or(0.0, |lost| (lost.lost - lost.acknowledged).as_secs_f64());
    assert_eq!(measure(&run, "rpo"), expected);
    let after = Query { from: Time::from_secs(21), ..Query::whole("lost-writes") };
    assert_eq!(run.measure(&after), Some(0.0), "nothing was lost later");
}

#[test]
fn a_write_that_arrives_again_after_everybody_holds_it_is_executed_twice() {
    let mut config = design(2, Acknowledge::Async, 0.0);
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 0.2), (Time::from_secs(6), 0.0)]);
    config.populations[0].mix = vec![(1, 1)];
    config.requests[1].timeout = Span::from_secs(1);
    config.requests[1].retry.attempts = 2;
    let plain = run(config.clone());
    let sent = plain.trace(Time::ZERO, Time::from_secs(10)).into_iter().find_map(|event| match event.what {
        What::Network(network::Fact::PacketSent { packet, from, .. }) if from.as_users().is_some() => {
            Some((packet, event.at))
        }
        _ => None,
    });
    let (packet, at) = sent.expect("somebody writes");
    let action = Action::DelayPacket(PacketName { way: None, number: packet }, Span::from_secs(10));
    let mut late: TestRun = config.run(vec![LoggedAction { at: at + Span::from_millis(1), action }]);
    late.finish();
    assert_eq!((measure(&plain, "duplicate-writes"), measure(&late, "duplicate-writes")), (0.0, 1.0));
    assert_eq!(measure(&late, "lost-writes"), 0.0);
}

#[test]
fn what_no_order_explains_is_said_of_the_first_answer_that_shows_it_on_any_key() {
    let mut config = design(3, Acknowledge::Async, 30.0);
    config.protocols[0].ship = Span::from_millis(300);
    let run = run(config);
    let line = run.verdicts().into_iter().find(|line| line.property == protocol::Property::Linearizable);
    let Some((at, count, witness)) = line.and_then(|line| Some((line.at?, line.count, line.witness))) else {
        panic!("local reads of followers are old");
    };
    assert!(count > 3, "{count} keys");
    assert_eq!(witness.iter().filter_map(|line| line.completed).max(), Some(at));
    let bad = |until: u64| {
        let history = run.history(0);
        let known = history.operations.into_iter().filter_map(|operation| {
            let ended = operation.completed().is_some_and(|completed| completed <= until);
            let read = matches!(operation.call, check::Call::Read { .. });
            let took = operation.took.filter(|_| ended);
            (operation.invoked <= until && (ended || !read)).then_some(check::Operation { took, ..operation })
        });
        let verdicts = check::linearizable_register(&check::History::new(known.collect()));
        verdicts.values().filter(|verdict| !verdict.holds()).count()
    };
    assert_eq!((bad(at.as_nanos() - 1), bad(at.as_nanos())), (0, 1));
}
