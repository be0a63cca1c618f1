//! How users find a region that serves them, and how soon they leave one that does not.

use crate::design::*;
use engine::{Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::config::{ReadFrom, Step};
use sim::fault::{FaultKind, Isolation};
use sim::metrics::{Metric, Query};
use sim::trace::What;

#[test]
fn a_client_that_found_another_region_stays_there_for_the_ttl() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    config.requests[1].steps = vec![Step::Read { dataset: 0, from: ReadFrom::Local }];
    config.requests.iter_mut().for_each(|request| request.retry.attempts = 2);
    config.routing.client_failover = true;
    config.routing.health_checked = false;
    config.routing.ttl = Span::from_secs(20);
    config.until = Time::from_secs(70);
    fault(&mut config, 20, Some(30), FaultKind::Isolation(Isolation { region: 0, users: true }));
    let run = run(config);
    let failed = |what: &What| matches!(what, What::AttemptFailed { population: 0, region: 0, .. });
    let from = Time::from_secs(24);
    let attempts = run.trace(from, Time::from_secs(49)).iter().filter(|event| failed(&event.what)).count();
    // Of 500 requests only those that each of 16 resolvers' clients send while they find out, 2 s out of 22.
    assert!((1..120).contains(&attempts), "{attempts} attempts failed");
    let query = Query { population: Some(0), from, until: Time::from_secs(50), ..Query::whole(Metric::Availability) };
    assert_eq!(run.measure(&query), Some(1.0));
    // The name service's answer counts again when the memory has run out.
    let home = |what: &What| matches!(what, What::AttemptSent { population: 0, region: 0, .. });
    let back = run.trace(Time::from_secs(66), Time::from_secs(70)).iter().filter(|event| home(&event.what)).count();
    assert!(back > 0);
}
