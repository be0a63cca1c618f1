//! What one is told of circuit breakers: who spares whom, since when, and which failures in a row opened the circuit.

use engine::{Span, Time};
use protocols::Any;
use scenario::{find_built_in, load};
use sim::Run;
use sim::trace::What;
use sim::trace::users::Fact;
use sim::trace::users::defence::{Fact as Defence, breaker};

fn guarded() -> Run<Any> {
    let text = find_built_in("circuit-breaker").expect("it ships").text();
    let mut run = load(text, Some("breaker"), None).unwrap().run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

#[test]
fn who_asks_why_a_circuit_opened_is_told_every_failure_in_a_row_and_what_is_open_is_seen() {
    let mut run = guarded();
    let opens = |what: &What| {
        let What::Users(Fact::Defended { population, region, fact }) = *what else { return None };
        (fact == Defence::Breaker(breaker::Fact::Opens)).then_some((population, region))
    };
    let mut events = run.notable_events().iter().copied();
    let (event, (population, region)) =
        events.find_map(|event| Some((event, opens(&event.what)?))).expect("a circuit opens");
    let failures = run.config().populations[usize::from(population)].defences.breaker.expect("it is guarded").failures;
    let why = run.explain_event(event.id, event.at);
    let fails = why.iter().filter(|line| line.text.starts_with("attempt ") && line.text.contains(" fails: ")).count();
    assert_eq!(fails, failures as usize, "{why:?}");
    assert!(why.is_sorted_by_key(|line| line.event) && why.iter().any(|line| line.event == event.id), "{why:?}");
    let mut spared = |at| run.snapshot(at).populations[usize::from(population)].clients.spared.clone();
    assert_eq!(spared(event.at - Span::from_millis(1)), []);
    let [open] = spared(event.at + Span::from_millis(1))[..] else { panic!("one region is spared") };
    assert_eq!((open.region, open.since), (region, event.at));
}
