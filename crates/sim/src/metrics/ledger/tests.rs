use super::*;
use crate::trace::{What, data, faults, users};
use protocol::{Epoch, Key, NodeId, WriteId};

/// Two regions that hold one dataset of one key.
fn books(leaderless: bool) -> Ledger {
    Ledger::new(&Facts {
        leased: vec![false],
        leaderless: vec![leaderless],
        kinds: vec![values::Kind::Register],
        changes: Vec::new(),
        electing: vec![false],
        placement: vec![crate::sites::Sites::first(2)],
        holders: vec![crate::sites::Sites::first(2)],
        keys: vec![(1, 1)],
        regions: 2,
        populations: 1,
    })
}

/// The first region leads; write 7 has begun.
fn ledger() -> Ledger {
    let mut ledger = books(false);
    lead(&mut ledger, 0, 1);
    happen(&mut ledger, What::Users(users::Fact::OperationStarted(WRITE)));
    ledger
}

const WRITE: OperationInfo = OperationInfo {
    operation: 1,
    slot: 0,
    process: 1,
    population: 0,
    request: 0,
    dataset: Some(0),
    kind: OperationKind::Write,
    step: 0,
    key: 0,
    write: 7,
    invoked: Time::ZERO,
};

fn version(epoch: u32, lsn: u64) -> Version {
    Version { epoch: Epoch(epoch), lsn }
}

fn happen(ledger: &mut Ledger, what: What) {
    let at = Time::from_secs(1);
    match what {
        What::Users(fact) => ledger.users(at, 0, &fact),
        What::Data(fact) => ledger.data(at, &fact),
        What::Faults(fact) => ledger.faults(at, &fact),
        _ => {}
    }
}

fn state(ledger: &mut Ledger, region: u16, fact: Fact) {
    happen(ledger, What::Data(data::Fact::Replica { dataset: 0, region, fact }));
}

fn lead(ledger: &mut Ledger, region: u16, epoch: u32) {
    state(ledger, region, Fact::Leads(Epoch(epoch)));
}

fn append(ledger: &mut Ledger, region: u16, lsn: u64) {
    let fact = Fact::Appended { write: WriteId(7), key: Key(0), version: version(1, lsn) };
    state(ledger, region, fact);
}

fn truncate(ledger: &mut Ledger, region: u16, lsn: u64) {
    let fact = Fact::Truncated { write: WriteId(7), key: Key(0), version: version(1, lsn) };
    state(ledger, region, fact);
}

fn end(ledger: &mut Ledger, error: Option<crate::trace::ErrorKind>, answered: Time) {
    let ending = Ending {
        error,
        may_have_happened: true,
        region: 1,
        served_by: 0,
        attempts: 1,
        version: version(1, 1),
        read: 0,
        answered,
    };
    happen(ledger, What::Users(users::Fact::OperationEnded(WRITE, ending)));
}

fn acknowledge(ledger: &mut Ledger) {
    end(ledger, None, Time::from_secs(1));
}

fn down(ledger: &mut Ledger, region: u16, disks_lost: bool) {
    happen(ledger, What::Faults(faults::Fact::RegionDown { region, disks_lost }));
}

fn doubled(ledger: &mut Ledger) -> u32 {
    ledger.end_second()[0]
}

fn lost_states(ledger: &Ledger) -> Vec<(WriteState, Vec<u16>)> {
    ledger.lost_writes().into_iter().map(|lost| (lost.state, lost.holders)).collect()
}

#[test]
fn a_write_taken_back_at_one_place_is_still_held_at_its_other() {
    let mut ledger = ledger();
    append(&mut ledger, 0, 1);
    acknowledge(&mut ledger);
    append(&mut ledger, 0, 2);
    truncate(&mut ledger, 0, 2);
    assert_eq!(ledger.losses(0), Losses { lost: 0, gone: 0 });
    truncate(&mut ledger, 0, 1);
    assert_eq!(ledger.losses(0), Losses { lost: 1, gone: 1 });
    assert_eq!(ledger.lost_writes()[0].region, 0, "the one that acknowledged it");
}

#[test]
fn a_lost_write_is_in_the_dark_orphaned_or_gone() {
    let mut ledger = ledger();
    append(&mut ledger, 0, 1);
    acknowledge(&mut ledger);
    assert_eq!(lost_states(&ledger), vec![]);
    down(&mut ledger, 0, false);
    assert_eq!(lost_states(&ledger), vec![(WriteState::Dark, vec![0])]);
    happen(&mut ledger, What::Faults(faults::Fact::RegionUp { region: 0 }));
    assert_eq!(lost_states(&ledger), vec![]);
    lead(&mut ledger, 1, 2);
    assert_eq!(lost_states(&ledger), vec![(WriteState::Orphaned, vec![0])]);
    down(&mut ledger, 0, false);
    assert_eq!(lost_states(&ledger), vec![(WriteState::Orphaned, vec![0])], "power alone does not bring it back");
    lead(&mut ledger, 0, 3);
    assert_eq!(lost_states(&ledger), vec![(WriteState::Dark, vec![0])]);
    down(&mut ledger, 0, true);
    assert_eq!(lost_states(&ledger), vec![(WriteState::Gone, vec![])]);
}

#[test]
fn a_copy_on_its_way_outlives_its_source() {
    let mut ledger = ledger();
    append(&mut ledger, 0, 1);
    acknowledge(&mut ledger);
    down(&mut ledger, 0, true);
    assert_eq!(ledger.losses(0), Losses { lost: 1, gone: 1 });
    state(&mut ledger, 1, Fact::Restored { from: NodeId(0), upto: version(1, 1) });
    assert_eq!(ledger.losses(0), Losses { lost: 0, gone: 0 });
}

#[test]
fn what_a_disk_had_not_kept_is_gone_when_its_region_is_back() {
    let mut ledger = ledger();
    append(&mut ledger, 0, 1);
    acknowledge(&mut ledger);
    down(&mut ledger, 0, false);
    happen(&mut ledger, What::Faults(faults::Fact::RegionUp { region: 0 }));
    state(&mut ledger, 0, Fact::Recovered { upto: version(1, 1) });
    assert_eq!(lost_states(&ledger), vec![]);
    down(&mut ledger, 0, false);
    happen(&mut ledger, What::Faults(faults::Fact::RegionUp { region: 0 }));
    state(&mut ledger, 0, Fact::Recovered { upto: Version::NONE });
    assert_eq!(lost_states(&ledger), vec![(WriteState::Gone, vec![])]);
}

#[test]
fn executions_of_a_write_nobody_was_told_of_are_not_counted() {
    let mut ledger = ledger();
    append(&mut ledger, 0, 1);
    append(&mut ledger, 0, 2);
    assert_eq!(doubled(&mut ledger), 0);
    acknowledge(&mut ledger);
    assert_eq!(doubled(&mut ledger), 1);
    append(&mut ledger, 1, 1);
    append(&mut ledger, 1, 2);
    assert_eq!(doubled(&mut ledger), 0, "followers repeat both places");
}

#[test]
fn a_write_that_failed_is_not_followed_any_more() {
    let mut ledger = ledger();
    append(&mut ledger, 0, 1);
    end(&mut ledger, Some(crate::trace::ErrorKind::Timeout), Time::from_secs(1));
    append(&mut ledger, 1, 1);
    assert_eq!(ledger.sets[0].writes.iter().count(), 0);
}

#[test]
fn a_folded_write_that_is_repeated_at_its_place_is_not_executed_again() {
    let mut ledger = ledger();
    append(&mut ledger, 0, 1);
    append(&mut ledger, 1, 1);
    acknowledge(&mut ledger);
    down(&mut ledger, 1, true);
    happen(&mut ledger, What::Faults(faults::Fact::RegionUp { region: 1 }));
    append(&mut ledger, 1, 1);
    assert_eq!(doubled(&mut ledger), 0);
    down(&mut ledger, 0, true);
    assert_eq!(ledger.losses(0), Losses { lost: 0, gone: 0 });
    append(&mut ledger, 1, 2);
    append(&mut ledger, 0, 1);
    append(&mut ledger, 0, 2);
    assert_eq!(doubled(&mut ledger), 1);
}

/// Nobody leads. A write begins, is stored in these regions and confirmed by the first; stamps are the numbers of writes.
fn write_by_key(ledger: &mut Ledger, write: u64, stored: &[u16]) {
    let info = OperationInfo { write, ..WRITE };
    happen(ledger, What::Users(users::Fact::OperationStarted(info)));
    stored.iter().for_each(|region| store(ledger, *region, write, write));
    confirm_by_key(ledger, write, None);
}

fn store(ledger: &mut Ledger, region: u16, write: u64, stamp: u64) {
    state(ledger, region, Fact::Stored { write: WriteId(write), key: Key(0), version: version(0, stamp) });
}

fn confirm_by_key(ledger: &mut Ledger, write: u64, error: Option<crate::trace::ErrorKind>) {
    let ending = Ending {
        error,
        may_have_happened: error.is_some(),
        region: 0,
        served_by: 0,
        attempts: 1,
        version: version(0, write),
        read: 0,
        answered: Time::ZERO,
    };
    happen(ledger, What::Users(users::Fact::OperationEnded(OperationInfo { write, ..WRITE }, ending)));
}

fn power(ledger: &mut Ledger, region: u16, fact: Option<bool>) {
    let fact = match fact {
        Some(disks_lost) => faults::Fact::RegionDown { region, disks_lost },
        None => faults::Fact::RegionUp { region },
    };
    happen(ledger, What::Faults(fact));
}

fn lost_by_key(ledger: &Ledger) -> Vec<(u64, WriteState)> {
    ledger.lost_writes().into_iter().map(|lost| (lost.write, lost.state)).collect()
}

#[test]
fn without_a_leader_a_write_is_lost_as_long_as_nobody_with_power_holds_it_or_what_superseded_it() {
    let mut ledger = books(true);
    write_by_key(&mut ledger, 7, &[0]);
    assert_eq!(lost_by_key(&ledger), []);
    power(&mut ledger, 0, Some(false));
    assert_eq!(lost_by_key(&ledger), [(7, WriteState::Dark)]);
    power(&mut ledger, 0, None);
    assert_eq!(lost_by_key(&ledger), []);
    write_by_key(&mut ledger, 8, &[1]);
    power(&mut ledger, 0, Some(true));
    assert_eq!(lost_by_key(&ledger), [], "what superseded it is there");
    power(&mut ledger, 1, Some(true));
    assert_eq!(lost_by_key(&ledger), [(8, WriteState::Gone)]);
}

#[test]
fn without_a_leader_what_is_lost_is_not_found_again_by_being_overwritten() {
    for (disks_lost, state) in [(true, WriteState::Gone), (false, WriteState::Orphaned)] {
        let mut ledger = books(true);
        write_by_key(&mut ledger, 7, &[0]);
        power(&mut ledger, 0, Some(disks_lost));
        write_by_key(&mut ledger, 8, &[1]);
        power(&mut ledger, 0, None);
        store(&mut ledger, 0, 8, 8);
        assert_eq!(lost_by_key(&ledger), [(7, state)]);
    }
    let mut ledger = books(true);
    write_by_key(&mut ledger, 7, &[0]);
    power(&mut ledger, 0, Some(true));
    store(&mut ledger, 1, 7, 7);
    assert_eq!(lost_by_key(&ledger), [], "it was still on its way");
}

#[test]
fn without_a_leader_a_write_executed_twice_counts_once_and_only_if_it_was_confirmed() {
    for (error, counted) in [(None, 1), (Some(crate::trace::ErrorKind::Timeout), 0)] {
        let mut ledger = books(true);
        happen(&mut ledger, What::Users(users::Fact::OperationStarted(WRITE)));
        for (region, stamp) in [(0, 3), (0, 7), (1, 3), (1, 7)] {
            store(&mut ledger, region, 7, stamp);
        }
        confirm_by_key(&mut ledger, 7, error);
        assert_eq!((ledger.end_second(), ledger.executed_again(0)), (vec![counted], true));
    }
}
