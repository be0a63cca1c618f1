use super::*;
use crate::trace::services::Fact;

const SOON: Span = Span::from_millis(5);

fn arrival(population: u16) -> users::Event {
    users::Event::Arrival { population }
}

fn unled(by: u16) -> services::Said {
    services::Said::Unled { region: 0, dataset: 0, by }
}

fn fact(operation: u64) -> Fact {
    Fact::Served { region: 0, operation }
}

/// What was stated: its number, and that of what it is owed to.
fn stated(kernel: &mut Kernel) -> Vec<(u64, u64)> {
    let mut stated = Vec::new();
    kernel.take_trace(|event| stated.push((event.id, event.cause)));
    stated
}

#[test]
fn what_is_planned_happens_at_its_time_and_at_one_time_in_the_order_of_planning() {
    let mut kernel = Kernel::new(1);
    kernel.plan(SOON * 2, arrival(0));
    kernel.plan(SOON, arrival(1));
    kernel.plan(SOON, arrival(2));
    let happened = std::iter::from_fn(|| {
        let event = kernel.next_event()?;
        let Event::Users(users::Event::Arrival { population }) = event else { panic!("{event:?}") };
        Some((kernel.now(), population))
    });
    let (soon, later) = (Time::ZERO + SOON, Time::ZERO + SOON * 2);
    assert_eq!(happened.collect::<Vec<_>>(), [(soon, 1), (soon, 2), (later, 0)]);
}

#[test]
fn what_is_said_first_is_heard_first_and_owed_to_what_was_the_cause_when_it_was_said() {
    let mut kernel = Kernel::new(1);
    let first = kernel.state_cause(fact(1));
    kernel.say(unled(1));
    kernel.state_cause(fact(2));
    kernel.say(unled(2));
    let heard = |kernel: &mut Kernel| match kernel.next_said() {
        Some(Said::Services(services::Said::Unled { by, .. })) => Some((by, kernel.cause())),
        _ => None,
    };
    assert_eq!(heard(&mut kernel), Some((1, first)));
    kernel.say(unled(3));
    assert_eq!(heard(&mut kernel), Some((2, first + 1)), "what is said meanwhile is heard after what was said before");
    assert_eq!(heard(&mut kernel), Some((3, first)));
    assert_eq!(heard(&mut kernel), None);
}

#[test]
fn a_fact_is_owed_to_the_cause_and_only_what_is_made_the_cause_changes_it() {
    let mut kernel = Kernel::new(1);
    let cause = kernel.state_cause(fact(1));
    kernel.state(fact(2));
    kernel.state_after(0, fact(3));
    kernel.state(fact(4));
    assert_eq!(stated(&mut kernel), [(1, 0), (2, cause), (3, 0), (4, cause)]);
    kernel.plan(SOON, arrival(0));
    kernel.plan_because(2, kernel.now() + SOON, arrival(1));
    kernel.go_to(Time::ZERO + SOON);
    assert_eq!(kernel.cause(), 0, "who acts from outside owes it to nothing");
    let causes = [0, 1].map(|_| kernel.next_event().map(|_| kernel.cause()));
    assert_eq!(causes, [Some(cause), Some(2)]);
}

#[test]
fn a_timer_that_was_cancelled_or_has_run_out_counts_no_more() {
    let mut kernel = Kernel::new(1);
    let (kept, cancelled) = (kernel.arm(), kernel.arm());
    kernel.cancel(cancelled);
    assert_eq!([kept, cancelled, kept].map(|timer| kernel.fire(timer)), [true, false, false]);
}

#[test]
fn under_other_conditions_clocks_are_off_and_those_before_are_handed_back() {
    let mut kernel = Kernel::new(2);
    let mut dark = Conditions::good(2);
    dark.regions[1].up = false;
    let ahead = Skew { fault: 0, offset: 1_000_000, drift_ppm: 0 };
    let before = kernel.change(dark, Blame::none(2), &[vec![ahead], Vec::new()]);
    assert_eq!((before, [0, 1].map(|region| kernel.up(region))), (Conditions::good(2), [true, false]));
    assert_eq!([0, 1].map(|region| kernel.clock_ahead(region, kernel.now())), [1_000_000, 0]);
}
