use super::*;
use crate::trace::{Ending, What, data, faults, users};
use protocol::{Epoch, Fact, Key, NodeId, Version, WriteId};

/// Two regions, which hold one dataset of one key.
fn facts() -> Facts {
    Facts {
        leased: vec![false],
        leaderless: vec![false],
        apart: vec![protocol::Apart::TheLater],
        merges_answers: vec![false],
        kinds: vec![values::Kind::Register],
        cancel_costs: vec![0],
        changes: Vec::new(),
        elements: vec![Vec::new()],
        deletes: vec![false],
        electing: vec![false],
        tells_people: false,
        judges_causes: vec![false],
        placement: vec![crate::sites::Sites::first(2)],
        awaits: vec![false],
        holders: vec![crate::sites::Sites::first(2)],
        homes: vec![vec![crate::sites::Sites::first(2)]],
        keys: vec![(1, 1)],
        regions: 2,
        zones_of: (0..2).collect(),
        populations: 1,
    }
}

/// The first of them leads; write 7 has begun.
fn ledger() -> Ledger {
    let mut ledger = Ledger::new(&facts());
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
    accounts: [0; 2],
    invoked: Time::ZERO,
};

fn version(epoch: u32, lsn: u64) -> Version {
    Version { epoch: Epoch(epoch), lsn }
}

fn happen(ledger: &mut Ledger, what: What) {
    let at = Time::from_secs(1);
    match what {
        What::Users(fact) => ledger.users(at, 0, &fact),
        What::Data(fact) => ledger.data(at, 1, &fact),
        What::Faults(fact) => ledger.faults(at, 1, &fact),
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
        deleted: false,
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
    ledger.end_second()[0].doubled
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
    let Books::Log(books) = &ledger.books[0] else { unreachable!("somebody leads") };
    assert_eq!(books.followed(), 0);
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

#[test]
fn where_a_disk_takes_time_a_loss_of_power_leaves_what_was_synced() {
    let mut ledger = ledger();
    for region in 0..2 {
        state(&mut ledger, region, Fact::Synced { upto: Version::NONE });
        append(&mut ledger, region, 1);
    }
    acknowledge(&mut ledger);
    assert_eq!(lost_states(&ledger), []);
    down(&mut ledger, 1, false);
    assert_eq!(lost_states(&ledger), [], "the memory of the first still serves it");
    state(&mut ledger, 0, Fact::Synced { upto: version(1, 1) });
    down(&mut ledger, 0, false);
    assert_eq!(lost_states(&ledger), [(WriteState::Dark, vec![0])], "the second never had it on its disk");
}

#[test]
fn a_place_that_was_forgotten_by_all_may_be_anothers_and_a_disk_that_took_back_still_has_it() {
    let mut ledger = ledger();
    for region in 0..2 {
        state(&mut ledger, region, Fact::Synced { upto: Version::NONE });
    }
    append(&mut ledger, 0, 1);
    acknowledge(&mut ledger);
    down(&mut ledger, 0, false);
    state(&mut ledger, 0, Fact::Recovered { upto: Version::NONE });
    lead(&mut ledger, 0, 1);
    let other = Fact::Appended { write: WriteId(8), key: Key(0), version: version(1, 1) };
    state(&mut ledger, 0, other);
    assert_eq!(lost_states(&ledger), [(WriteState::Gone, vec![])]);
    state(&mut ledger, 0, Fact::Synced { upto: version(1, 1) });
    state(&mut ledger, 0, Fact::Truncated { write: WriteId(8), key: Key(0), version: version(1, 1) });
    happen(&mut ledger, What::Faults(faults::Fact::RegionUp { region: 0 }));
    down(&mut ledger, 0, false);
    assert_eq!(lost_states(&ledger), [(WriteState::Gone, vec![])]);
}

/// Its second place is on the leader alone, which is passed over: the first is everywhere, and stays.
#[test]
fn a_write_executed_twice_is_not_lost_with_the_place_that_only_one_has() {
    let mut ledger = ledger();
    append(&mut ledger, 0, 1);
    append(&mut ledger, 1, 1);
    append(&mut ledger, 0, 2);
    acknowledge(&mut ledger);
    lead(&mut ledger, 1, 2);
    assert_eq!(ledger.losses(0), Losses { lost: 0, gone: 0 });
}

#[test]
fn a_write_counts_once_as_executed_twice_however_often_it_is() {
    let mut ledger = ledger();
    append(&mut ledger, 0, 1);
    append(&mut ledger, 1, 1);
    append(&mut ledger, 0, 2);
    acknowledge(&mut ledger);
    assert_eq!(doubled(&mut ledger), 1);
    append(&mut ledger, 1, 2);
    assert_eq!(doubled(&mut ledger), 0, "a replica catches up");
    append(&mut ledger, 0, 3);
    assert_eq!(doubled(&mut ledger), 0, "it is known");
}

#[test]
fn books_that_say_what_the_places_of_writes_do_not_are_found() {
    let mut ledger = ledger();
    append(&mut ledger, 0, 1);
    end(&mut ledger, None, Time::from_secs(1));
    ledger.end_second();
    // As if nobody had told the books.
    ledger.powered.remove(0);
    let audit = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| ledger.end_second()));
    let told = audit.expect_err("nobody with power has the write").downcast::<String>().expect("in words");
    assert!(told.contains("write 7 is lost if nobody serves it"), "{told}");
}

/// The second region keeps write 7 for the first, which is away, and it is confirmed.
fn kept_for_the_first() -> Ledger {
    let mut ledger = coordinated();
    let (key, author, upto) = (Key(0), AUTHOR, version(0, 1));
    state(&mut ledger, 1, Fact::Kept { to: NodeId(0), key, author, upto });
    acknowledge(&mut ledger);
    ledger
}

/// Where versions stand side by side: the second region coordinates write 7.
fn coordinated() -> Ledger {
    let (apart, merges_answers) = (vec![protocol::Apart::All], vec![true]);
    let mut ledger = Ledger::new(&Facts { leaderless: vec![true], apart, merges_answers, ..facts() });
    happen(&mut ledger, What::Users(users::Fact::OperationStarted(WRITE)));
    let (key, author, at) = (Key(0), AUTHOR, version(0, 1));
    state(&mut ledger, 1, Fact::Coordinated { write: WriteId(7), key, author, at });
    ledger
}

const AUTHOR: values::Author = values::Author { region: 1, life: 0 };

#[test]
fn a_version_that_is_kept_for_somebody_is_on_a_disk_until_it_is_handed_over() {
    let mut ledger = kept_for_the_first();
    assert_eq!(lost_states(&ledger), []);
    down(&mut ledger, 1, false);
    assert_eq!(lost_states(&ledger), [(WriteState::Dark, vec![1])]);
    happen(&mut ledger, What::Faults(faults::Fact::RegionUp { region: 1 }));
    assert_eq!(lost_states(&ledger), []);
    let merged = Fact::Merged { key: Key(0), version: Version::NONE, author: AUTHOR, upto: version(0, 1) };
    state(&mut ledger, 0, merged);
    state(&mut ledger, 1, Fact::HandedOff { to: NodeId(0), key: Key(0) });
    down(&mut ledger, 1, true);
    assert_eq!(lost_states(&ledger), []);
    down(&mut ledger, 0, true);
    assert_eq!(lost_states(&ledger), [(WriteState::Gone, vec![])]);
}

#[test]
fn what_was_only_kept_for_somebody_goes_with_the_disk_and_with_the_hint() {
    let mut with_the_disk = kept_for_the_first();
    down(&mut with_the_disk, 1, true);
    let mut with_the_hint = kept_for_the_first();
    state(&mut with_the_hint, 1, Fact::HintDropped { to: NodeId(0), key: Key(0) });
    for ledger in [with_the_disk, with_the_hint] {
        assert_eq!(lost_states(&ledger), [(WriteState::Gone, vec![])]);
    }
}

#[test]
fn a_write_that_is_coordinated_and_stored_nowhere_is_on_no_disk() {
    let mut ledger = coordinated();
    acknowledge(&mut ledger);
    assert_eq!(ledger.losses(0), Losses { lost: 1, gone: 1 });
    let merged = Fact::Merged { key: Key(0), version: Version::NONE, author: AUTHOR, upto: version(0, 1) };
    state(&mut ledger, 0, merged);
    assert_eq!(ledger.losses(0), Losses { lost: 0, gone: 0 });
}
