//! The inspector tells of accounts, disks and clocks.

use super::{mounted_in, region, settled};
use engine::Span;
use protocol::{Awaited, DiskView, Epoch, NodeView, Role, Version};
use reactive_graph::traits::Set;
use sim::{DatasetState, Losses, PopulationState, RegionState, ReplicaState, SiteState, Snapshot};
use std::sync::Arc;
use view::Target;
use wasm_bindgen_test::wasm_bindgen_test;
use web::panels::Part;

/// What the inspector says of something, without what it says of the rest.
async fn said(scenario: &str, variant: Option<&str>, target: Target, snapshot: Snapshot) -> String {
    let (inspector, state) = mounted_in(Part::Inspector, scenario, variant);
    state.snapshot.set(Arc::new(snapshot));
    state.selection.set(Some(target));
    settled().await;
    let facts = inspector.query_selector_all(".fact").expect("the selector is valid");
    let text = |place| facts.item(place).and_then(|fact| fact.text_content()).unwrap_or_default();
    (0..facts.length()).map(text).collect::<Vec<_>>().join("\n")
}

/// One replica, in the first region, whose disk takes so many times as long as usual.
fn replica(view: NodeView, disk_slowness: f32) -> Snapshot {
    let site = SiteState { disk_slowness, ..SiteState::GOOD };
    let replicas = vec![ReplicaState { region: 0, view: Some(view) }];
    Snapshot {
        regions: vec![RegionState { site, ..region(true) }; 3],
        datasets: vec![DatasetState { replicas, losses: Losses::default() }],
        ..Snapshot::default()
    }
}

#[wasm_bindgen_test]
async fn a_copy_of_a_ledger_shows_its_accounts_and_what_they_come_to() {
    let view = NodeView { balances: vec![-60, 200, 160], ..NodeView::new(Role::Peer, Epoch(0), Version::NONE) };
    let said = said("the-rent-comes-back", None, Target::Region(0), replica(view, 1.0)).await;
    assert!(said.contains("Account 1-60\nAccount 2200\nAccount 3160\nAll 3 accounts300"), "{said}");
    assert!(!said.contains("disk"), "its disks take no time: {said}");
}

#[wasm_bindgen_test]
async fn a_disk_shows_what_it_has_and_who_waits_and_for_how_long() {
    let disk = DiskView {
        takes: Span::from_millis(2),
        gathers: Span::ZERO,
        synced: Some(90),
        pending: 10,
        awaited: Awaited::Clients(1),
    };
    let view = NodeView { disk: Some(disk), ..NodeView::new(Role::Leader, Epoch(1), Version::NONE) };
    let said = said("one-slow-disk", None, Target::Region(0), replica(view, 200.0)).await;
    assert!(said.contains("On its diskup to LSN 90, 10 not yet\n"), "{said}");
    assert!(said.contains("Waiting for the disk1 write of a client\n"), "{said}");
    assert!(said.contains("Average sync2 ms, now 200×"), "{said}");
    assert!(!said.contains("Account"), "{said}");
}

#[wasm_bindgen_test]
async fn users_show_their_clocks_where_these_stamp_writes() {
    let users = || Snapshot { populations: vec![PopulationState::default(); 2], ..Snapshot::default() };
    let clocks = "Clocks, which stamp writes";
    let laptop = said("an-hour-ahead", None, Target::Users(0), users()).await;
    assert!(laptop.contains(&format!("{clocks}60 min 0 s ahead")), "{laptop}");
    let phone = said("an-hour-ahead", Some("half-a-second"), Target::Users(1), users()).await;
    assert!(phone.contains(&format!("{clocks}each off by 500 ms besides on average, ahead or behind")), "{phone}");
    let replica = said("an-hour-ahead", Some("replica"), Target::Users(0), users()).await;
    assert!(!replica.contains(clocks), "nobody asks what time it is for them: {replica}");
}
