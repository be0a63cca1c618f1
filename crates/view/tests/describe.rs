//! What the words for things on the map promise.

mod sample;

use view::Target;
use view::describe::describe_target;

#[test]
fn users_of_a_region_without_power_are_said_to_be_sent_to_it_still_and_not_to_use_it() {
    let stage = sample::stage(sample::THREE, 3);
    let mut snapshot = sample::calm(&stage, 0);
    let state = |snapshot: &sim::Snapshot| {
        describe_target(&stage, snapshot, snapshot.at, Target::Users(0)).expect("they are on the map").state
    };
    let region = usize::from(snapshot.populations[0].endings.region.expect("they are served"));
    assert!(state(&snapshot).starts_with("use "), "{}", state(&snapshot));
    snapshot.regions[region].site.users_cut = true;
    assert!(state(&snapshot).contains("which they cannot reach"), "{}", state(&snapshot));
    snapshot.regions[region].site.up = false;
    let said = state(&snapshot);
    assert!(said.starts_with("still sent to ") && said.contains("which has no power"), "{said}");
}

#[test]
fn users_come_to_either_end_of_a_cut_unless_they_are_cut_off_too() {
    let stage = sample::stage(sample::EIGHT, 4);
    let mut snapshot = sample::troubled(&stage, 0);
    let mut said = |users_cut| {
        snapshot.regions[7].site.users_cut = users_cut;
        let line = describe_target(&stage, &snapshot, snapshot.at, Target::Link(0, 7)).expect("it is on the map");
        assert!(line.state.starts_with("cut, "), "{}", line.state);
        line.state.ends_with("users come over the public internet all the same")
    };
    assert_eq!([false, true].map(&mut said), [true, false]);
}

#[test]
fn a_zone_is_said_to_be_one_and_of_which_region() {
    let stage = sample::zoned(sample::stage(sample::THREE, 1), &[2]);
    let mut snapshot = sample::calm(&stage, 0);
    let state = |snapshot: &sim::Snapshot, region| {
        describe_target(&stage, snapshot, snapshot.at, Target::Region(region)).expect("it is on the map").state
    };
    assert!(state(&snapshot, 1).starts_with("zone of Region 0, follows Orders"), "{}", state(&snapshot, 1));
    assert!(!state(&snapshot, 2).contains("zone"), "{}", state(&snapshot, 2));
    snapshot.regions[1].site.up = false;
    assert!(state(&snapshot, 1).ends_with("no power") && state(&snapshot, 1).starts_with("zone of Region 0"));
}
