//! At each instant the same facts, overall the same metrics: what is held to be the same, and what is not.

use engine::Time;
use protocols::Any;
use scenario::{built_in, difference, is_record, load, write_facts};
use sim::Run;

/// The first seconds of the first scenario.
fn recorded(seed: u64) -> String {
    let scenario = load(built_in()[0].text(), None, Some(seed)).unwrap();
    let mut run: Run<Any> = scenario.run(Vec::new());
    run.advance(Time::from_secs(3), u64::MAX);
    let mut text = Vec::new();
    write_facts(&run, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// The lines, and the place of the first of two in a row that tell of one instant and tell something else.
fn of_one_instant(text: &str) -> (Vec<&str>, usize) {
    let lines: Vec<&str> = text.lines().collect();
    let at = |line: &str| line.split_once('\t').map(|(at, _)| at.to_owned());
    let place = lines.windows(2).position(|pair| at(pair[0]) == at(pair[1]) && pair[0] != pair[1]);
    let place = place.expect("something happens at one instant with something else");
    (lines, place)
}

#[test]
fn a_run_tells_the_same_as_itself_and_another_seed_something_else() {
    let text = recorded(1);
    assert!(text.lines().count() > 1000);
    assert_eq!(difference(&text, &recorded(1)), None);
    assert!(difference(&text, &recorded(2)).is_some());
}

#[test]
fn what_is_cut_short_or_something_else_is_no_record() {
    let text = recorded(1);
    assert!(is_record(&text));
    let (facts, metrics) = text.split_at(text.find("overall\t").unwrap());
    let cut = metrics.trim_end().rsplit_once('\n').unwrap().0;
    for other in ["", "hello", facts, &format!("{facts}{cut}"), &text[..text.len() / 2]] {
        assert!(!is_record(other));
    }
}

#[test]
fn another_order_within_an_instant_is_the_same_and_a_fact_that_moves_from_it_is_not() {
    let text = recorded(1);
    let (mut lines, place) = of_one_instant(&text);
    lines.swap(place, place + 1);
    let reordered = lines.join("\n");
    assert_ne!(reordered, text.trim_end());
    assert_eq!(difference(&text, &reordered), None);
    let moved = lines[place].replacen('\t', "1\t", 1);
    lines[place] = &moved;
    assert!(difference(&text, &lines.join("\n")).is_some());
}

#[test]
fn a_fact_that_is_changed_missing_or_there_twice_is_found_with_its_instant() {
    let text = recorded(1);
    let (lines, place) = of_one_instant(&text);
    let (at, fact) = lines[place].split_once('\t').unwrap();
    let changed = format!("{at}\t{}", fact.replacen("(", "(Not", 1));
    let with = |line: Vec<&str>| [&lines[..place], &line, &lines[place + 1..]].concat().join("\n");
    for (planted, more, less) in
        [(with(vec![&changed]), 1, 1), (with(vec![]), 0, 1), (with(vec![lines[place]; 2]), 1, 0)]
    {
        let found = difference(&text, &planted).expect("something else happened");
        assert_eq!((found.at.as_str(), found.second.len(), found.first.len()), (at, more, less), "{found:?}");
    }
    assert!(difference(&text, "").is_some_and(|found| found.second.is_empty()));
}

#[test]
fn another_number_of_a_packet_means_the_same_and_another_metric_does_not() {
    let text = recorded(1);
    let renumbered = text.replacen("packet: ", "packet: 7", 1);
    assert_ne!(renumbered, text);
    assert_eq!(difference(&text, &renumbered), None);
    let offered = text.replacen("overall\toffered Some(", "overall\toffered Some(1", 1);
    assert_eq!(difference(&text, &offered).map(|found| found.at), Some("overall".to_owned()));
}

#[test]
fn what_happens_as_one_second_ends_and_the_next_begins_is_told_once() {
    let scenario = load(built_in()[0].text(), None, Some(1)).unwrap();
    let mut run: Run<Any> = scenario.run(Vec::new());
    run.advance(Time::from_secs(3), u64::MAX);
    let facts = recorded(1).lines().filter(|line| !line.starts_with("overall")).count();
    assert_eq!(facts, run.trace(Time::ZERO, run.computed()).len());
}
