//! Whatever does not hold names the event by which it was first seen not to, so that what led to it can be asked, and whose operations it is about.

use crate::running::run_of;
use engine::Time;
use protocols::Any;
use scenario::{find_built_in, load};
use sim::{Property, Run, VerdictLine};

fn run(id: &str, variant: Option<&str>) -> Run<Any> {
    let scenario = load(find_built_in(id).expect("it ships").text(), variant, None)
        .unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

fn line(run: &Run<Any>, property: Property) -> VerdictLine {
    run.verdicts().into_iter().find(|line| line.property == property).expect("it is judged")
}

/// Of a breach: the fact that the chain of its causes ends with, and the operations that it is about.
fn pinned(run: &Run<Any>, property: Property) -> (String, Vec<String>) {
    let line = line(run, property);
    let at = line.at.unwrap_or_else(|| panic!("{property:?} does not say when: {line:?}"));
    let marks = run.marks();
    let mark = marks.iter().find(|mark| mark.verdict.is_some_and(|of| of.property == property)).expect("it is marked");
    assert_eq!((mark.event, mark.at), (line.event, at), "{property:?}");
    let chain = run.explain_event(line.event, at);
    let last = chain.last().unwrap_or_else(|| panic!("{property:?}: nothing led to event {}", line.event));
    assert_eq!(last.event, line.event, "{property:?}: {chain:?}");
    assert!(chain.len() > 1, "{property:?}: something led to it: {chain:?}");
    for of in &line.witness {
        assert!(!run.explain_operation(of.operation, of.invoked).is_empty(), "{property:?}: {of:?}");
    }
    (last.text.clone(), line.witness.into_iter().map(|of| of.text).collect())
}

#[test]
fn what_does_not_hold_names_the_event_that_broke_it_and_whose_operation_it_is() {
    for (id, variant, property, fact, witness) in [
        (
            "failover-loses-orders",
            None,
            Property::NothingLost,
            "N. Virginia",
            "a user in Chicago wrote key 2, told so by N. Virginia",
        ),
        (
            "false-positive-failover",
            None,
            Property::NoOutdatedLeader,
            "served by N. Virginia",
            "a user in New York wrote key 115, told so by N. Virginia",
        ),
        (
            "double-spend",
            None,
            Property::WithinBounds,
            "write succeeds",
            "a user in New York wrote key 0 (withdraw 10), and was told yes",
        ),
        ("failed-and-done", None, Property::Accounted, "write", "wrote key 0 (deposit 60), and it was made twice"),
        (
            "global-cart",
            Some("last-writer"),
            Property::NoLostUpdate,
            "Ireland",
            "London, at 15 s wrote key 0 (remove 4)",
        ),
    ] {
        let (told, of) = pinned(&run(id, variant), property);
        assert!(told.contains(fact), "{id}, {property:?}: {told}");
        assert!(of.first().is_some_and(|of| of.contains(witness)), "{id}, {property:?}: {of:?}");
    }
}

#[test]
fn copies_that_agree_on_what_nobody_was_told_were_made_so_by_a_merge() {
    let (told, _) = pinned(&run("likes-across-a-cut", Some("maximum")), Property::Accounted);
    assert!(told.contains("merged with a copy"), "{told}");
}

#[test]
fn of_an_update_that_was_thrown_away_both_authors_are_told() {
    let run = run("two-email-addresses", None);
    let [lost] = run.lost_updates()[..] else { panic!("{:?}", run.lost_updates()) };
    let titles = run.config().populations.iter().map(|of| of.title.as_str()).collect::<Vec<_>>();
    assert_eq!(
        (titles[usize::from(lost.population)], lost.kept.population.map(|of| titles[usize::from(of)])),
        ("New York", Some("London"))
    );
    assert_eq!((lost.region, lost.by, lost.kept.region, lost.knew), (0, 0, 1, false));
    let text = line(&run, Property::NoLostUpdate).text;
    for part in [
        "A user in New York was told by N. Virginia at 0:20.021",
        "of a user in London, confirmed by Ireland at 0:30.021",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let marks = run.marks();
    let mark = marks
        .iter()
        .find(|mark| mark.verdict.is_some_and(|of| of.property == Property::NoLostUpdate))
        .expect("it is marked");
    assert!(mark.title.contains("first that of a user in New York, for one of a user in London"), "{}", mark.title);
}

#[test]
fn whose_the_write_is_that_is_kept_is_told_also_if_nobody_was_told_that_it_is_stored() {
    let text = find_built_in("two-email-addresses").expect("it ships").text();
    // In London the answer comes 21 ms after the question.
    let hasty = text
        .replace(
            "steps = [\"write account\"]",
            "steps = [\"write account\"]\n[[request]]\nid = \"try\"\ntimeout = \"15ms\"\nsteps = [\"write account\"]",
        )
        .replacen("[\"30.001s\", \"0/s\"]]\nmix = { change = 1 }", "[\"30.001s\", \"0/s\"]]\nmix = { try = 1 }", 1);
    let run = run_of(&hasty);
    let [lost] = run.lost_updates()[..] else { panic!("{:?}", run.lost_updates()) };
    let titles = run.config().populations.iter().map(|of| of.title.as_str()).collect::<Vec<_>>();
    assert_eq!(
        (lost.kept.acknowledged, lost.kept.population.map(|of| titles[usize::from(of)])),
        (None, Some("London"))
    );
    let text = line(&run, Property::NoLostUpdate).text;
    assert!(text.contains("of a user in London who was not told, accepted by Ireland"), "{text}");
    let [conflict] = run.conflicts()[..] else { panic!("{:?}", run.conflicts()) };
    assert!(conflict.words(run.config()).contains("the write of a user in London won over"));
}
