//! What a run amounts to: the line of results and the scorecard.

use super::*;
use sim::metrics::Unit;
use sim::{Property, Standing, VerdictLine};

fn expected(text: &str, met: bool) -> ExpectationResult {
    let (text, because) = (text.to_owned(), String::new());
    ExpectationResult { text, because, measured: Some(1.0), bound: 1.0, unit: Unit::Count, met }
}

#[wasm_bindgen_test]
async fn a_recovery_that_had_not_come_by_the_end_is_said_to_be_so_also_beside_another() {
    let (scorecard, state) = mounted(Part::Scorecard);
    let measured = |rto: f64| metrics().map(|metric| (metric.id == "rto").then_some(rto)).collect::<Vec<_>>();
    state.report.set(Arc::new(Report { measures: measured(f64::INFINITY), ..Report::default() }));
    state.other.set(Some(Arc::new(Other {
        beside: Beside { variant: Some("sync".to_owned()), branch: None },
        measures: measured(20.1),
        expectations: Vec::new(),
        verdicts: Vec::new(),
    })));
    settled().await;
    let row = scorecard.query_selector(".measures tbody").ok().flatten().and_then(|rows| rows.text_content());
    let text = row.unwrap_or_default();
    assert!(text.contains("not by the end20.1 s") && !text.contains("inf") && !text.contains("NaN"), "{text}");
}

#[wasm_bindgen_test]
async fn the_line_of_results_says_what_was_judged_and_nothing_of_data_that_is_not_there() {
    let text = |outcome: &HtmlElement| outcome.text_content().unwrap_or_default();
    let expected = expected("something", true);
    let (outcome, state) = mounted(Part::Outcome);
    for acted in [false, true] {
        state.report.set(Arc::new(Report {
            acted,
            finished: true,
            expectations: vec![expected.clone()],
            ..Report::default()
        }));
        settled().await;
        assert_eq!(text(&outcome).contains("As planned, before your acts: 1 of 1"), acted, "{}", text(&outcome));
        assert!(text(&outcome).contains("Nothing judged yet"), "{}", text(&outcome));
    }
    assert!(text(&outcome).contains("No write lost"), "{}", text(&outcome));
    let (outcome, state) = mounted_in(Part::Outcome, "circuit-breaker", None);
    state.report.set(Arc::new(Report { finished: true, expectations: vec![expected], ..Report::default() }));
    settled().await;
    assert!(!text(&outcome).contains("write"), "{}", text(&outcome));
    assert!(text(&outcome).contains("Nothing to judge"), "{}", text(&outcome));
}

#[wasm_bindgen_test]
async fn the_line_of_results_says_how_many_operations_hang_if_any_do() {
    let (outcome, state) = mounted(Part::Outcome);
    for (waiting, said) in [(0, ""), (1, "1 operation waits for more than 5 s"), (1979, "1979 operations wait for")] {
        state.report.set(Arc::new(Report { waiting, ..Report::default() }));
        settled().await;
        let text = outcome.query_selector("#waiting").ok().flatten().and_then(|part| part.text_content());
        assert!(text.is_some() == (waiting > 0) && text.unwrap_or_default().contains(said), "{waiting}");
    }
}

#[wasm_bindgen_test]
async fn the_scorecard_judges_the_run_beside_by_its_name() {
    let (scorecard, state) = mounted(Part::Scorecard);
    let expected = |met| expected("something", met);
    let variant = Some("semi-sync".to_owned());
    state.report.set(Arc::new(Report { expectations: vec![expected(true)], ..Report::default() }));
    state.other.set(Some(Arc::new(Other {
        beside: Beside { variant, branch: None },
        measures: Vec::new(),
        expectations: vec![expected(false)],
        verdicts: Vec::new(),
    })));
    settled().await;
    let judged = scorecard.query_selector(".judged").ok().flatten().and_then(|list| list.text_content());
    let text = judged.unwrap_or_default();
    assert!(text.starts_with("somethingmet measured 1"), "{text}");
    assert!(text.contains("Semi-synchronous: not met"), "{text}");
}

#[wasm_bindgen_test]
async fn the_scorecard_lists_lost_writes_and_says_what_is_met() {
    let (scorecard, state) = mounted(Part::Scorecard);
    let at = Time::from_secs(20);
    let lost = LostWrite {
        dataset: 0,
        write: 5,
        key: 17,
        population: 0,
        region: 0,
        acknowledged: at,
        lost: at,
        event: 0,
        state: sim::WriteState::Gone,
        holders: Vec::new(),
    };
    let expected = |met| expected("something", met);
    state.report.set(Arc::new(Report {
        lost: vec![lost; 2],
        expectations: vec![expected(true), expected(false)],
        ..Report::default()
    }));
    settled().await;
    let text = scorecard.text_content().unwrap_or_default();
    assert!(text.contains("2 acknowledged writes were lost."), "{text}");
    assert_eq!(scorecard.query_selector_all("#lost tbody tr").expect("the selector is valid").length(), 2);
    let judged = scorecard.query_selector_all(".judged .verdict").expect("the selector is valid");
    let words: Vec<_> = (0..judged.length()).filter_map(|place| judged.item(place)?.text_content()).collect();
    assert_eq!(words, ["met", "not met"]);
}

#[wasm_bindgen_test]
async fn of_writes_that_every_replica_had_held_it_is_said_where_they_are_and_how_many() {
    let range = |state, writes, holders| sim::LostRange {
        dataset: 0,
        population: 0,
        writes,
        first: Time::from_secs(3),
        last: Time::from_secs(19),
        lost: Time::from_secs(20),
        event: 0,
        state,
        holders,
    };
    let dark = range(sim::WriteState::Dark, 25, vec![0, 1]);
    let gone = range(sim::WriteState::Gone, 1, Vec::new());
    for (ranges, strip) in [
        (vec![dark.clone()], "25 acknowledged writes lost (dark)"),
        (vec![dark.clone(), gone.clone()], "26 acknowledged writes lost (25 dark, 1 gone)"),
    ] {
        let (outcome, state) = mounted(Part::Outcome);
        state.report.set(Arc::new(Report { lost_ranges: ranges, ..Report::default() }));
        settled().await;
        let text = outcome.text_content().unwrap_or_default();
        assert!(text.contains(strip), "{text}");
    }
    let (scorecard, state) = mounted(Part::Scorecard);
    state.report.set(Arc::new(Report { lost_ranges: vec![dark, gone], ..Report::default() }));
    settled().await;
    let text = scorecard.text_content().unwrap_or_default();
    assert!(text.contains("25 dark: on disks without power") && text.contains("1 gone: on no disk"), "{text}");
    let row = scorecard.query_selector("#lost tbody tr").ok().flatten().expect("they have a row");
    let words = row.text_content().unwrap_or_default();
    for part in ["3.000 to 0:19.000", "25 writes", "once on every replica", "0:20.000dark"] {
        assert!(words.contains(part), "{part} in {words}");
    }
    let title = row.get_attribute("title").unwrap_or_default();
    assert!(title.contains("only on the disk of N. Virginia"), "{title}");
}

#[wasm_bindgen_test]
async fn what_was_thrown_away_stands_beside_what_was_lost() {
    let place = metrics().position(|line| line.id == "lost-updates").expect("it is a metric");
    let measures = metrics().enumerate().map(|(other, _)| (other == place).then_some(107.0)).collect();
    for (part, words) in [
        (Part::Outcome, "107 thrown away by the policy, none lost otherwise"),
        (Part::Scorecard, "107 acknowledged writes were thrown away: of two changes one is shown"),
        (Part::Scorecard, "No other acknowledged write was lost"),
    ] {
        let (panel, state) = mounted_in(part, "quorums-that-overlap", None);
        state.report.set(Arc::new(Report { measures: Vec::clone(&measures), ..Report::default() }));
        settled().await;
        let text = panel.text_content().unwrap_or_default();
        assert!(text.contains(words), "{text}");
    }
}

#[wasm_bindgen_test]
async fn what_was_expected_is_judged_as_planned_once_somebody_has_acted() {
    let (scorecard, state) = mounted(Part::Scorecard);
    for (acted, words) in [(false, "met"), (true, "met as planned")] {
        let expected = expected("something", true);
        state.report.set(Arc::new(Report { acted, expectations: vec![expected], ..Report::default() }));
        settled().await;
        let said = scorecard.query_selector(".judged .verdict").ok().flatten().and_then(|said| said.text_content());
        assert_eq!(said.as_deref(), Some(words));
    }
}

#[wasm_bindgen_test]
async fn what_only_the_run_beside_is_judged_by_has_its_row_too() {
    let (scorecard, state) = mounted(Part::Scorecard);
    let verdict = |property, standing| VerdictLine {
        dataset: 0,
        shards: vec![0],
        property,
        standing,
        promise: String::new(),
        count: 1,
        at: None,
        event: 0,
        text: String::new(),
        witness: Vec::new(),
    };
    let expected = |text| expected(text, true);
    state.report.set(Arc::new(Report {
        verdicts: vec![verdict(Property::NothingLost, Standing::Kept)],
        expectations: vec![expected("something")],
        ..Report::default()
    }));
    state.other.set(Some(Arc::new(Other {
        beside: Beside { variant: Some("sync".to_owned()), branch: None },
        measures: Vec::new(),
        expectations: vec![expected("something"), expected("something else")],
        verdicts: vec![
            verdict(Property::NothingLost, Standing::Kept),
            verdict(Property::Linearizable, Standing::Broken),
        ],
    })));
    settled().await;
    let rows = scorecard.query_selector_all(".judged > li").expect("the selector is valid");
    let rows: Vec<_> = (0..rows.length()).filter_map(|place| rows.item(place)?.text_content()).collect();
    assert_eq!(rows.len(), 4, "{rows:?}");
    assert!(
        rows[1].starts_with("something elsenot expected in this run") && rows[1].contains("Synchronous: met"),
        "{rows:?}"
    );
    assert!(rows[3].contains("linearizable") && rows[3].contains("not judged in this run"), "{rows:?}");
    assert!(rows[3].contains("Synchronous: broken"), "{rows:?}");
}

#[wasm_bindgen_test]
async fn of_a_verdict_that_does_not_hold_what_happened_comes_before_what_it_is_called() {
    let verdict = |standing| VerdictLine {
        dataset: 0,
        shards: vec![0],
        property: Property::Linearizable,
        standing,
        promise: "Promised to all.".to_owned(),
        count: 3,
        at: None,
        event: 0,
        text: "A user read A after B.".to_owned(),
        witness: Vec::new(),
    };
    let (verdicts, state) = mounted(Part::Verdicts);
    for (standing, order) in [
        (
            Standing::Broken,
            &["Orders: old value read", "broken on 3 keys", "A user read", "Not linearizable", "Linearizable: "][..],
        ),
        (Standing::Kept, &["Orders: linearizable", "kept", "A user read", "What this means"][..]),
    ] {
        state.report.set(Arc::new(Report { verdicts: vec![verdict(standing)], ..Report::default() }));
        settled().await;
        let text = verdicts.text_content().unwrap_or_default();
        let places: Option<Vec<usize>> = order.iter().map(|words| text.find(words)).collect();
        assert!(places.is_some_and(|places| places.is_sorted()), "{text}");
    }
    let (scorecard, state) = mounted(Part::Scorecard);
    for (here, there, words) in [
        (Standing::Broken, Standing::Kept, ["old value readbroken on 3 keys not linearizable", "kept linearizable"]),
        (Standing::Kept, Standing::Broken, ["linearizablekept ", "broken on 3 keys old value read"]),
    ] {
        state.report.set(Arc::new(Report { verdicts: vec![verdict(here)], ..Report::default() }));
        state.other.set(Some(Arc::new(Other {
            beside: Beside { variant: Some("sync".to_owned()), branch: None },
            measures: Vec::new(),
            expectations: Vec::new(),
            verdicts: vec![verdict(there)],
        })));
        settled().await;
        let text = scorecard.text_content().unwrap_or_default();
        assert!(words.iter().all(|words| text.contains(words)), "{words:?} in {text}");
    }
}

#[wasm_bindgen_test]
async fn what_a_number_counts_stands_beside_it_where_it_could_be_taken_for_another() {
    let (scorecard, state) = mounted(Part::Scorecard);
    let measures = metrics().map(|metric| ["sum", "stale-reads"].contains(&metric.id).then_some(3.0)).collect();
    state.report.set(Arc::new(Report { measures, ..Report::default() }));
    settled().await;
    let text = scorecard.text_content().unwrap_or_default();
    for words in ["of a stock what is sold", "older than a confirmed write"] {
        assert!(text.contains(words), "{words} in {text}");
    }
}
