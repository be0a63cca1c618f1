//! Requests of several steps.

use crate::design::*;
use engine::Time;
use protocols::leader_follower::Acknowledge;
use sim::config::{ReadFrom, Step};
use sim::trace::{OperationKind, What, users};
use std::collections::BTreeMap;

#[test]
fn every_step_of_a_request_is_on_the_same_key_of_its_dataset() {
    let mut config = design(1, Acknowledge::Async, 50.0);
    second_dataset(&mut config, "small").keys = 7;
    let read = |dataset| Step::read(dataset, ReadFrom::Local);
    config.requests[0].steps = vec![Step::Call, Step::put(0, 100), read(1), Step::Call, read(0)];
    config.populations[0].mix = vec![(0, 1)];
    let run = run(config);
    let mut keys: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for event in run.trace(Time::ZERO, Time::from_secs(60)) {
        if let What::Users(users::Fact::OperationStarted(info)) = event.what
            && info.kind != OperationKind::Call
        {
            keys.entry(info.process).or_default().push(info.key);
        }
    }
    let whole: Vec<&Vec<u32>> = keys.values().filter(|keys| keys.len() == 3).collect();
    assert!(whole.len() > 1000 && whole.iter().all(|keys| keys[1] == keys[0] % 7 && keys[2] == keys[0]));
    let drawn: std::collections::BTreeSet<u32> = whole.iter().map(|keys| keys[0]).collect();
    assert!(drawn.len() > 40, "of 50 keys only {} are ever asked for", drawn.len());
}
