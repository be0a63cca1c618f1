//! The panels in a real browser.

use engine::Time;
use protocol::{Epoch, NodeView, Role, Version};
use reactive_graph::traits::Set;
use scenario::ExpectationResult;
use scenario::find_built_in;
use session::messages::{Beside, Report};
use session::questions::Answer;
use session::questions::circuits::{CircuitLine, Circuits};
use sim::metrics::metrics;
use sim::{DatasetState, Lane, Losses, LostWrite, Mark, RegionState, ReplicaState, ServiceState, SiteState, Snapshot};
use std::cell::RefCell;
use std::sync::Arc;
use view::Target;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web::command::Command;
use web::panels::{Panels, Part, mount_part};
use web::state::{Draft, Opened, Other, State};
use web_sys::{Document, HtmlElement};

mod inspected;
mod results;
mod texts;

wasm_bindgen_test_configure!(run_in_browser);

fn document() -> Document {
    web_sys::window().and_then(|window| window.document()).expect("the test runs in a page")
}

fn element(name: &str) -> HtmlElement {
    let element = document().create_element(name).expect("the name is an element's");
    document().body().expect("the page has a body").append_child(&element).expect("a body takes elements");
    element.unchecked_into()
}

thread_local! {
    static ASKED: RefCell<Vec<Command>> = const { RefCell::new(Vec::new()) };
}

fn mounted(part: Part) -> (HtmlElement, State) {
    mounted_in(part, web::DEFAULT, None)
}

/// A scenario that ships, open in one of its variants.
fn opened(scenario: &str, variant: Option<&str>, seed: Option<u64>) -> Arc<Opened> {
    let built_in = find_built_in(scenario).expect("the scenario ships");
    let scenario = scenario::load(built_in.text(), variant, seed).unwrap_or_else(|problems| panic!("{problems:?}"));
    Arc::new(Opened::new(Arc::new(scenario), seed))
}

/// A panel beside a scenario that ships, in one of its variants.
fn mounted_in(part: Part, scenario: &str, variant: Option<&str>) -> (HtmlElement, State) {
    let state = State::default();
    state.opened.set(Some(opened(scenario, variant, None)));
    let into = element("div");
    ASKED.take();
    mount_part(
        into.clone(),
        Panels { state, emit: |command| ASKED.with_borrow_mut(|asked| asked.push(command)) },
        part,
    );
    (into, state)
}

/// Effects run after the current task.
async fn settled() {
    let pause = js_sys::Promise::new(&mut |done, _| {
        let window = web_sys::window().expect("the test runs in a page");
        window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, 0).expect("a window has timers");
    });
    wasm_bindgen_futures::JsFuture::from(pause).await.expect("a timer never fails");
}

fn button(within: &HtmlElement, text: &str) -> HtmlElement {
    let buttons = within.query_selector_all("button").expect("the selector is valid");
    (0..buttons.length())
        .filter_map(|place| buttons.item(place))
        .map(|node| node.unchecked_into::<HtmlElement>())
        .find(|button| button.text_content().is_some_and(|content| content.trim() == text))
        .unwrap_or_else(|| panic!("no button `{text}` in {}", within.inner_html()))
}

fn region(up: bool) -> RegionState {
    RegionState {
        site: SiteState { up, ..SiteState::GOOD },
        service: ServiceState { busy: 1, workers: 4, queue: 0, queue_limit: 10, utilisation: 0.25 },
        ..RegionState::GOOD
    }
}

#[wasm_bindgen_test]
async fn the_lists_hold_every_region_and_follow_the_snapshot() {
    let (lists, state) = mounted(Part::Lists);
    state
        .snapshot
        .set(Arc::new(Snapshot { regions: vec![region(true), region(false), region(true)], ..Snapshot::default() }));
    settled().await;
    let rows = lists.query_selector_all("#regions li").expect("the selector is valid");
    assert_eq!(rows.length(), 3);
    let text = |row: u32| rows.item(row).and_then(|row| row.text_content()).unwrap_or_default();
    assert!(text(0).contains("healthy, 25 % busy"), "{}", text(0));
    assert!(text(1).contains("no power"), "{}", text(1));
}

#[wasm_bindgen_test]
async fn the_lists_say_what_the_map_says_of_a_leader_that_was_replaced() {
    let (lists, state) = mounted(Part::Lists);
    let leader = |epoch| NodeView::new(Role::Leader, Epoch(epoch), Version::NONE);
    let replicas = [1, 2].map(|epoch| ReplicaState { region: epoch as u16 - 1, view: Some(leader(epoch)) }).into();
    state.snapshot.set(Arc::new(Snapshot {
        regions: vec![region(true); 3],
        datasets: vec![DatasetState { replicas, losses: Losses::default() }],
        ..Snapshot::default()
    }));
    settled().await;
    let text = lists.query_selector("#regions li").ok().flatten().and_then(|row| row.text_content());
    assert!(text.as_ref().is_some_and(|text| text.contains("though replaced")), "{text:?}");
}

#[wasm_bindgen_test]
async fn picking_a_region_in_the_list_asks_for_it() {
    let (lists, state) = mounted(Part::Lists);
    state.snapshot.set(Arc::new(Snapshot { regions: vec![region(true)], ..Snapshot::default() }));
    settled().await;
    let first = lists.query_selector("#regions button").ok().flatten().expect("the row has a button");
    first.unchecked_into::<HtmlElement>().click();
    assert_eq!(ASKED.take(), [Command::Select(Some(Target::Region(0)))]);
}

#[wasm_bindgen_test]
async fn the_inspector_offers_to_kill_the_picked_region() {
    let (inspector, state) = mounted(Part::Inspector);
    state.snapshot.set(Arc::new(Snapshot { regions: vec![region(true)], ..Snapshot::default() }));
    state.selection.set(Some(Target::Region(0)));
    settled().await;
    button(&inspector, "Kill").click();
    let asked = ASKED.take();
    assert!(
        matches!(asked.as_slice(), [Command::Act(sim::Action::Start(sim::faults::FaultKind::RegionLoss(_)))]),
        "{asked:?}"
    );
}

#[wasm_bindgen_test]
async fn a_well_region_can_be_handed_leadership() {
    let (inspector, state) = mounted(Part::Inspector);
    state.snapshot.set(Arc::new(Snapshot { regions: vec![region(true); 3], ..Snapshot::default() }));
    state.selection.set(Some(Target::Region(1)));
    settled().await;
    button(&inspector, "Hand over to").click();
    assert_eq!(ASKED.take(), [Command::Act(sim::Action::HandOver(1, None))]);
}

#[wasm_bindgen_test]
async fn of_several_datasets_the_picked_one_can_be_led_alone() {
    let (inspector, state) = mounted_in(Part::Inspector, "hot-shard", None);
    state.snapshot.set(Arc::new(Snapshot { regions: vec![region(true); 3], ..Snapshot::default() }));
    state.selection.set(Some(Target::Region(1)));
    state.dataset.set(1);
    settled().await;
    button(&inspector, "Promote for profiles-2").click();
    button(&inspector, "Hand all over to").click();
    let acts = [sim::Action::Promote(1, Some(1..2)), sim::Action::HandOver(1, None)];
    assert_eq!(ASKED.take(), acts.map(Command::Act));
}

#[wasm_bindgen_test]
async fn what_is_no_seed_is_said_beside_it_and_changes_nothing() {
    let (top, _) = mounted(Part::Top);
    settled().await;
    let field = top.query_selector("input[name=seed]").ok().flatten().expect("a seed can be typed");
    let field: web_sys::HtmlInputElement = field.unchecked_into();
    let hears = |name: &str| {
        field.dispatch_event(&web_sys::Event::new(name).expect("an event has a name")).expect("it is heard");
    };
    let typed = |text: &str| {
        field.set_value(text);
        hears("input");
        hears("change");
    };
    let wrong =
        || top.query_selector(".wrong").ok().flatten().and_then(|wrong| wrong.text_content()).unwrap_or_default();
    typed("");
    settled().await;
    assert!(
        wrong().starts_with("The field is empty") && wrong().ends_with("The seed in force stays 1."),
        "{}",
        wrong()
    );
    assert_eq!(ASKED.take(), [], "an empty field is no wish for the scenario's own seed");
    typed("abc");
    settled().await;
    assert!(wrong().contains("“abc” is no seed") && wrong().ends_with("The seed in force stays 1."), "{}", wrong());
    assert_eq!(ASKED.take(), []);
    let in_force = find_built_in(web::DEFAULT).map(|it| scenario::load(it.text(), None, None).map(|it| it.config.seed));
    field.dispatch_event(&web_sys::FocusEvent::new("blur").expect("an event has a name")).expect("it is heard");
    settled().await;
    let left = (wrong(), Some(Ok(field.value().parse().unwrap_or(u64::MAX))));
    assert_eq!(left, (String::new(), in_force), "whoever leaves the field finds the seed in force");
    typed("7");
    settled().await;
    assert_eq!((wrong().as_str(), ASKED.take()), ("", vec![Command::Seed(7)]));
}

#[wasm_bindgen_test]
async fn a_list_shows_what_is_in_force_whatever_was_chosen_in_it_or_changed_elsewhere() {
    let (top, state) = mounted(Part::Top);
    let list = || -> web_sys::HtmlSelectElement {
        top.query_selector("select[name=variant]").ok().flatten().expect("there are variants").unchecked_into()
    };
    let shows = async |value: &str| {
        settled().await;
        settled().await;
        assert_eq!(list().value(), value);
    };
    let choose = |value: &str| {
        list().set_value(value);
        list().dispatch_event(&web_sys::Event::new("change").expect("an event has a name")).expect("it is heard");
    };
    shows("").await;
    choose("sync");
    assert_eq!(ASKED.take(), [Command::Variant(Some("sync".to_owned()))]);
    state.opened.set(Some(opened(web::DEFAULT, Some("sync"), None)));
    shows("sync").await;
    for variant in [Some("semi-sync"), None, Some("sync"), None] {
        // As the story and links do.
        state.opened.set(Some(opened(web::DEFAULT, variant, None)));
        shows(variant.unwrap_or_default()).await;
    }
    choose("semi-sync");
    shows("").await;
    state.opened.set(Some(opened("circuit-breaker", Some("no-retries"), None)));
    shows("no-retries").await;
    choose("breaker");
    state.opened.set(Some(opened(web::DEFAULT, None, None)));
    shows("").await;
    state.opened.set(Some(opened(web::DEFAULT, Some("sync"), Some(7))));
    shows("sync").await;
}

#[wasm_bindgen_test]
async fn a_region_without_power_has_no_idle_workers() {
    let (inspector, state) = mounted(Part::Inspector);
    state.snapshot.set(Arc::new(Snapshot { regions: vec![region(false)], ..Snapshot::default() }));
    state.selection.set(Some(Target::Region(0)));
    settled().await;
    let facts =
        inspector.query_selector("dl").ok().flatten().and_then(|facts| facts.text_content()).unwrap_or_default();
    assert!(facts.contains("Workers busyno power") && facts.contains("Clockno power"), "{facts}");
}

#[wasm_bindgen_test]
async fn the_inspector_counts_what_circuits_of_the_picked_users_held_back() {
    let (inspector, state) = mounted_in(Part::Inspector, "circuit-breaker", Some("breaker"));
    state.selection.set(Some(Target::Users(1)));
    let line = |population| CircuitLine {
        population,
        region: 1,
        open: false,
        since: Time::from_secs(80),
        openings: 1,
        held_back: 1_234,
    };
    state.keep(Answer::Circuits(Circuits { until: Time::from_secs(90) }, vec![line(0), line(1)]));
    settled().await;
    let counts = inspector.query_selector_all("#circuit-counts dd").expect("the selector is valid");
    let said: Vec<_> = (0..counts.length()).filter_map(|place| counts.item(place)?.text_content()).collect();
    assert_eq!(said, ["opened once, held back 1234 attempts"]);
}

#[wasm_bindgen_test]
async fn only_of_what_something_led_to_one_may_ask_why() {
    let (lists, state) = mounted(Part::Lists);
    let mark = |lane| Mark {
        at: Time::from_secs(20),
        until: None,
        lane,
        title: "something".to_owned(),
        event: 5,
        fault: None,
        regions: Vec::new(),
        weight: 1,
        times: 1,
        verdict: None,
    };
    state.marks.set(Arc::new([Lane::Fault, Lane::Decision, Lane::Verdict].map(mark).into()));
    settled().await;
    let rows = lists.query_selector_all("#marks li").expect("the selector is valid");
    let asks = |row: u32| rows.item(row).and_then(|row| row.text_content()).is_some_and(|text| text.contains("Why?"));
    assert_eq!([0, 1, 2].map(asks), [false, true, true]);
    // Not all that happens was decided by somebody.
    let text = lists.query_selector("#marks").ok().flatten().and_then(|list| list.text_content()).unwrap_or_default();
    assert!(["Fault", "Event", "Verdict"].iter().all(|kind| text.contains(kind)), "{text}");
}

#[wasm_bindgen_test]
async fn charts_of_what_is_picked_say_so_and_lead_back_to_those_of_all() {
    let (charts, state) = mounted(Part::ChartsOf);
    let text = || charts.text_content().unwrap_or_default();
    settled().await;
    assert_eq!(text(), "", "they are of all");
    state.selection.set(Some(Target::Link(0, 1)));
    settled().await;
    assert_eq!(text(), "", "a link has no charts of its own");
    for (target, said) in [(Target::Region(1), "Charts: Ireland"), (Target::Users(0), "Charts: New York")] {
        state.selection.set(Some(target));
        settled().await;
        assert!(text().contains(said), "{}", text());
    }
    button(&charts, "Show all").click();
    assert_eq!(ASKED.take(), [Command::Select(None)]);
}

#[wasm_bindgen_test]
async fn a_region_without_power_is_first_of_all_dark() {
    for up in [true, false] {
        let (inspector, state) = mounted(Part::Inspector);
        state.snapshot.set(Arc::new(Snapshot { regions: vec![region(up)], ..Snapshot::default() }));
        state.selection.set(Some(Target::Region(0)));
        settled().await;
        let said = inspector.query_selector("#said.bad-text").ok().flatten().and_then(|said| said.text_content());
        assert_eq!(said.as_deref(), (!up).then_some("No power"));
        let text = inspector.text_content().unwrap_or_default();
        assert_eq!(text.contains("Skew"), up, "nobody skews the clock of what is dark: {text}");
    }
}

#[wasm_bindgen_test]
async fn what_only_a_pointer_was_told_is_told_by_the_help() {
    let (help, _) = mounted(Part::Help);
    settled().await;
    let text = help.text_content().unwrap_or_default();
    for word in ["Slow motion", "Variant", "Seed", "Partition", "Play or pause"] {
        assert!(text.contains(word), "{word} in {text}");
    }
}
