//! Calls in the regions: how long they are remembered, what is known of them, what a session asks for.

use crate::design::*;
use engine::{Probability, Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::config::{Arrival, ReadFrom, Step};
use sim::faults::{FaultKind, SlowRegion};
use sim::trace::{OperationKind, What, data, users};
use std::collections::BTreeSet;

#[test]
fn a_call_is_remembered_as_long_as_its_client_waits() {
    let mut config = design(2, Acknowledge::Async, 0.0);
    config.until = Time::from_secs(200);
    config.populations[1].arrival = Arrival::Constant(vec![(Time::ZERO, 0.1), (Time::from_secs(60), 0.0)]);
    config.populations[1].mix = vec![(1, 1)];
    config.requests[1].timeout = Span::from_secs(150);
    // The leader is forty seconds away.
    config.links[1][0].one_way = Span::from_secs(40);
    let run = run(config);
    assert_eq!((measure(&run, "succeeded"), measure(&run, "failed")), (6.0, 0.0));
}

#[test]
fn a_call_that_waits_long_for_a_worker_is_served() {
    let mut config = design(1, Acknowledge::Async, 0.0);
    config.until = Time::from_secs(200);
    config.regions[0].workers = 1;
    config.regions[0].service = engine::Distribution::Constant(20e9);
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 1.0), (Time::from_secs(5), 0.0)]);
    config.populations[0].mix = vec![(0, 1)];
    config.requests[0].steps = vec![Step::Call];
    config.requests[0].timeout = Span::from_secs(150);
    let run = run(config);
    assert_eq!((measure(&run, "succeeded"), measure(&run, "failed")), (5.0, 0.0));
}

#[test]
fn a_write_that_takes_effect_through_a_copy_of_its_call_is_never_said_to_have_failed() {
    let mut config = design(2, Acknowledge::Sync, 20.0);
    config.links[1][0].duplication = Probability::from_f64(0.5);
    let errors = SlowRegion { sites: vec![0], slowness: 1.0, errors: Probability::from_f64(0.5) };
    fault(&mut config, 1, None, FaultKind::SlowRegion(errors));
    let trace = run(config).trace(Time::ZERO, Time::from_secs(60));
    let appended: BTreeSet<u64> = trace
        .iter()
        .filter_map(|event| match event.what {
            What::Data(data::Fact::Replica { fact: protocol::Fact::Appended { write, .. }, .. }) => Some(write.0),
            _ => None,
        })
        .collect();
    let failed = trace.iter().filter_map(|event| match event.what {
        What::Users(users::Fact::OperationEnded(info, ending))
            if info.kind == OperationKind::Write && ending.error.is_some() =>
        {
            Some((info.write, ending.may_have_happened))
        }
        _ => None,
    });
    let failed: Vec<_> = failed.collect();
    assert!(failed.len() > 100);
    let wrong = failed.iter().filter(|(write, may_have)| !may_have && appended.contains(write)).count();
    assert_eq!(wrong, 0, "of {} writes that failed", failed.len());
}

#[test]
fn a_session_asks_of_each_dataset_only_what_it_knows_of_it() {
    let mut config = design(2, Acknowledge::Async, 2.0);
    second_dataset(&mut config, "likes");
    config.requests[0].steps = vec![Step::put(0, 100), Step::read(1, ReadFrom::Session)];
    config.populations.iter_mut().for_each(|users| users.mix = vec![(0, 1)]);
    let run = run(config);
    let longest = of(&run, "latency.max", 1, OperationKind::Read);
    let local = (ACCESS * 2 + SERVICE).as_secs_f64();
    assert!((longest - local).abs() < 1e-6, "a read of what the client never wrote took {longest} s, not {local} s");
}
