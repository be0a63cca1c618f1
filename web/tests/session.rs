//! The worker's session, as the page uses it. Runs in Node and natively.

use engine::{Span, Time};
use scenario::{FIRST_TEXT, find_built_in};
use session::Session;
use session::messages::{Beside, BranchLine, FromWorker, Open, Progress, Report, ToWorker};
use session::questions::causes::Causes;
use session::questions::circuits::Circuits;
use session::questions::{Answer, Found, Question};
use sim::faults::{FaultKind, RegionLoss};
use sim::metrics::metrics;
use sim::{Action, LoggedAction, WriteState};
use wasm_bindgen_test::wasm_bindgen_test;
use web::worker::wire::{decode, encode};

fn opened(actions: Vec<LoggedAction>) -> Session {
    let built_in = find_built_in(web::DEFAULT).expect("the default scenario ships");
    let branches = BranchLine::of_actions(actions);
    let branch = branches.len() as u32 - 1;
    let open = Open { generation: 7, text: built_in.text().to_owned(), branches, branch, ..Open::default() };
    Session::open(open).unwrap_or_else(|problems| panic!("the default scenario holds together: {problems:?}"))
}

fn finished(mut session: Session) -> Session {
    assert!(!session.work(|| false), "with all the time in the world nothing is left to do");
    session
}

/// The digest once all is computed.
fn finished_again(session: &mut Session) -> engine::Digest {
    session.work(|| false);
    session.run().digest()
}

/// What the run amounts to so far.
fn told(session: &mut Session) -> Report {
    session.begin_report();
    session.report(|| false).expect("with all the time in the world it is made")
}

fn kill(at: u64) -> LoggedAction {
    let kind = FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false });
    LoggedAction { at: Time::from_secs(at), action: Action::Start(kind) }
}

fn digest(session: &mut Session) -> String {
    session.progress().digest.expect("a finished run has a digest")
}

#[wasm_bindgen_test(unsupported = test)]
fn a_panel_asks_how_circuits_stand_and_the_answer_travels() {
    let text = find_built_in("circuit-breaker").expect("it ships").text().to_owned();
    let open = Open { text, variant: Some("breaker".to_owned()), ..Open::default() };
    let session = Session::open(open).unwrap_or_else(|problems| panic!("it holds together: {problems:?}"));
    let session = finished(session);
    let answer = |second| {
        let question = Question::from(Circuits { until: Time::from_secs(second) });
        let answer: Answer = decode(&encode(&question.answer(session.run()))).expect("an answer is plain data");
        let (asked, lines) = Circuits::found(&answer).expect("it is one to this question");
        assert_eq!(asked.until, Time::from_secs(second));
        assert!(Causes::found(&answer).is_none());
        lines.clone()
    };
    assert_eq!(answer(50), vec![], "nothing has failed yet");
    let [open] = &answer(75)[..] else { panic!("London spares Ireland, nobody else anybody") };
    assert!(open.open && open.openings == 1 && open.held_back > 0 && open.since > Time::from_secs(60), "{open:?}");
    let closed = &answer(170)[0];
    assert!(!closed.open && closed.held_back >= open.held_back && closed.since > open.since, "{closed:?}");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_session_works_only_as_long_as_it_may() {
    let mut session = opened(Vec::new());
    let mut looks = 0;
    let more = session.work(|| {
        looks += 1;
        looks > 3
    });
    assert!(more && !session.run().finished() && session.run().events() > 0);
}

#[wasm_bindgen_test(unsupported = test)]
fn computing_stops_where_a_person_stops_it_and_goes_on_from_there() {
    let mut session = opened(Vec::new());
    let mut looks = 0;
    session.work(|| {
        looks += 1;
        looks > 3
    });
    session.hold(true);
    let events = session.run().events();
    assert!(!session.work(|| false), "nothing is to be done");
    let Progress { held, finished: complete, .. } = session.progress();
    assert!(held && !complete && session.run().events() == events);
    session.hold(false);
    let through = digest(&mut finished(session));
    assert_eq!(through, digest(&mut finished(opened(Vec::new()))));
}

#[wasm_bindgen_test(unsupported = test)]
fn acting_sets_a_stopped_run_going_again() {
    let mut session = opened(Vec::new());
    session.hold(true);
    session.act(kill(10));
    assert!(finished(session).run().finished());
}

#[wasm_bindgen_test(unsupported = test)]
fn what_the_page_is_told_says_whether_a_link_comes_out_as_it_did() {
    let seconds = finished(opened(Vec::new())).progress().seconds;
    let scenario = find_built_in(web::DEFAULT).and_then(|found| scenario::load(found.text(), None, None).ok());
    let link = scenario::Link::new(&scenario.expect("it ships"), None, &[], Time::from_millis(30_400));
    let digest = |second: u32| seconds.get(second as usize).map(|summary| summary.digest);
    let right = scenario::Link { outcome: digest(29), ..link.clone() };
    assert_eq!(right.contradiction(digest), None);
    let wrong = scenario::Link { outcome: digest(28), ..link };
    assert!(wrong.contradiction(digest).is_some());
}

#[wasm_bindgen_test(unsupported = test)]
fn progress_tells_every_second_once() {
    let mut session = opened(Vec::new());
    let mut told = Vec::new();
    loop {
        let mut looks = 0;
        let more = session.work(|| {
            looks += 1;
            looks > 2
        });
        let Progress { from_second, seconds, .. } = session.progress();
        assert_eq!(from_second as usize, told.len());
        told.extend(seconds);
        if !more {
            break;
        }
    }
    let numbers: Vec<u32> = told.iter().map(|second| second.second).collect();
    assert_eq!(numbers, (0..numbers.len() as u32).collect::<Vec<_>>());
    assert!(numbers.len() >= 120, "{} seconds of two minutes", numbers.len());
}

#[wasm_bindgen_test(unsupported = test)]
fn acting_on_the_past_keeps_the_old_future() {
    let mut session = finished(opened(Vec::new()));
    let planned = digest(&mut session);
    session.snapshot(Time::from_secs(35));
    session.act(kill(20));
    session = finished(session);
    let killed = digest(&mut session);
    assert_ne!(killed, planned);
    assert_eq!(session.branches().1, 1);
    session.switch(0);
    session = finished(session);
    assert_eq!(digest(&mut session), planned, "the plan can be returned to");
    session.switch(1);
    session = finished(session);
    assert_eq!(digest(&mut session), killed, "and so can the branch");
}

#[wasm_bindgen_test(unsupported = test)]
fn acting_on_what_nobody_has_seen_continues_the_branch() {
    let mut session = finished(opened(Vec::new()));
    session.snapshot(Time::from_secs(20));
    session.act(kill(20));
    session.snapshot(Time::from_secs(25));
    session.act(LoggedAction { at: Time::from_secs(25), action: Action::RestoreRegion(0) });
    let (branches, current) = session.branches();
    assert_eq!((branches.len(), current), (2, 1));
    assert_eq!(branches[1].actions.len(), 2);
    session.snapshot(Time::from_secs(30));
    session.act(LoggedAction { at: Time::from_secs(22), action: Action::HealAll });
    let (branches, current) = session.branches();
    assert_eq!((branches.len(), current), (3, 2), "22 s had been seen already");
    assert_eq!(branches[2].actions.len(), 2, "what was done before 22 s stays");
}

/// Kills the leader at 20 s and looks on to 100 s, then kills it at 15 s instead.
fn twice_killed() -> Session {
    let mut session = finished(opened(Vec::new()));
    session.snapshot(Time::from_secs(30));
    session.act(kill(20));
    session = finished(session);
    session.snapshot(Time::from_secs(100));
    session.act(kill(15));
    session
}

#[wasm_bindgen_test(unsupported = test)]
fn a_branch_remembers_how_far_it_was_looked_into() {
    let mut session = twice_killed();
    session.switch(1);
    session.act(LoggedAction { at: Time::from_secs(30), action: Action::RestoreRegion(0) });
    let (branches, current) = session.branches();
    assert_eq!((branches.len(), current), (4, 3), "the future up to 100 s had been seen");
    assert_eq!(branches[1].actions, [kill(20)], "and is still there");
}

#[wasm_bindgen_test(unsupported = test)]
fn another_variant_keeps_every_branch() {
    let session = twice_killed();
    let (branches, current) = session.branches();
    let built_in = find_built_in(web::DEFAULT).expect("the default scenario ships");
    let again = Open {
        generation: 8,
        text: built_in.text().to_owned(),
        seed: Some(5),
        branches: branches.to_vec(),
        branch: current as u32,
        ..Open::default()
    };
    let mut other = Session::open(again).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(other.branches(), session.branches());
    other.switch(1);
    other.act(LoggedAction { at: Time::from_secs(30), action: Action::HealAll });
    assert_eq!(
        other.branches().0[1].actions,
        [kill(20)],
        "what was seen with one seed is not overwritten with another"
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn actions_of_a_link_give_the_run_that_the_person_saw() {
    let mut seen = finished(opened(Vec::new()));
    seen.act(kill(20));
    let mut seen = finished(seen);
    let mut received = finished(opened(vec![kill(20)]));
    assert_eq!(digest(&mut seen), digest(&mut received));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_state_right_after_an_action_is_of_that_moment() {
    let mut session = finished(opened(Vec::new()));
    session.act(kill(20));
    let after = Time::from_secs(20) + Span::from_millis(1);
    let snapshot = session.snapshot(after);
    assert_eq!(snapshot.at, after);
    assert!(!snapshot.regions[0].site.up, "the killed region has no power");
}

#[wasm_bindgen_test(unsupported = test)]
fn the_variant_beside_is_measured_once_with_the_same_seed_and_actions() {
    let mut session = opened(Vec::new());
    let variant = {
        let built_in = find_built_in(web::DEFAULT).expect("the default scenario ships");
        let scenario = scenario::load(built_in.text(), None, None).unwrap_or_else(|problems| panic!("{problems:?}"));
        scenario.variants.first().expect("the default scenario has variants").id.clone()
    };
    let beside = Beside { variant: Some(variant), branch: None };
    session.compare(Some(beside.clone()), false);
    assert!(session.compared(|| false).is_none(), "nothing has run yet");
    session = finished(session);
    let compared = session.compared(|| false).unwrap_or_else(|| panic!("it has run"));
    assert_eq!(compared.beside, beside);
    assert_ne!(compared.measures, told(&mut session).measures);
    assert!(session.compared(|| false).is_none(), "it is told once");
}

#[wasm_bindgen_test(unsupported = test)]
fn what_was_done_last_is_undone_and_what_is_left_is_a_branch_of_its_own() {
    let mut session = finished(opened(Vec::new()));
    let planned = session.run().digest();
    session.act(kill(20));
    let killed = finished_again(&mut session);
    session.act(LoggedAction { at: Time::from_secs(119), action: Action::HealAll });
    session.undo();
    assert_eq!(finished_again(&mut session), killed, "as before it was healed");
    assert_eq!(
        session.branches().1,
        session.branches().0.iter().position(|branch| branch.actions == [kill(20)]).expect("it is a branch")
    );
    session.undo();
    assert_eq!((finished_again(&mut session), session.branches().1), (planned, 0), "as planned");
    session.undo();
    assert_eq!(session.branches().1, 0, "there is nothing to undo");
}

#[wasm_bindgen_test(unsupported = test)]
fn the_plan_beside_is_watched_while_somebody_acts() {
    let planned = finished(opened(Vec::new())).snapshot(Time::from_secs(25));
    let mut session = opened(vec![kill(20)]);
    let plan = Beside { variant: None, branch: Some(0) };
    session.compare(Some(plan.clone()), true);
    session = finished(session);
    let compared = session.compared(|| false).unwrap_or_else(|| panic!("it has run"));
    assert!(!compared.expectations.is_empty(), "it is the plan, of which something is expected");
    let at = Time::from_secs(25);
    assert!(!session.snapshot(at).regions[0].site.up);
    assert_eq!(session.snapshot_beside(at), Some((plan.clone(), planned)));
    let told = session.progress().beside.unwrap_or_else(|| panic!("it is watched"));
    let last = session.run().seconds() - 1;
    assert_eq!((told.beside, told.seconds.len() as u32), (plan, last + 1));
    assert_ne!(told.seconds.last().map(|it| it.digest), session.run().summary(last).map(|it| it.digest));
    // Whatever is done further in the open run is not done in the plan.
    session.act(LoggedAction { at, action: Action::Promote(1, None) });
    let mut session = finished(session);
    assert!(session.compared(|| false).is_none(), "it is what it was");
    assert!(session.snapshot_beside(at).is_some_and(|(_, there)| there.regions[0].site.up));
    assert!(session.progress().beside.is_some_and(|told| told.seconds.is_empty()), "told already");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_variant_beside_may_last_longer_than_the_open_run() {
    let text = format!(
        "{}\n[[variant]]\nid = \"long\"\ntitle = \"Long\"\nset = {{ \"run.duration\" = \"130s\" }}\n",
        FIRST_TEXT
    );
    let open = Open { generation: 7, text, ..Open::default() };
    let mut session = Session::open(open).unwrap_or_else(|problems| panic!("{problems:?}"));
    session.compare(Some(Beside { variant: Some("long".to_owned()), branch: None }), true);
    session = finished(session);
    assert!(session.compared(|| false).is_some(), "it has come to its own end");
    assert!(session.snapshot_beside(Time::from_secs(125)).is_some());
}

#[wasm_bindgen_test(unsupported = test)]
fn a_run_that_is_watched_is_computed_together_with_the_open_one() {
    let mut session = opened(vec![kill(20)]);
    session.compare(Some(Beside { variant: None, branch: Some(0) }), true);
    let mut slices = 0;
    session.work(|| {
        slices += 1;
        slices > 6
    });
    let computed = session.run().computed();
    assert!(!session.run().finished() && computed > Time::ZERO);
    let half = Time::from_nanos(computed.as_nanos() / 2);
    assert!(session.snapshot_beside(half).is_some());
}

#[wasm_bindgen_test(unsupported = test)]
fn expectations_are_judged_on_the_run_as_planned_whatever_a_person_does() {
    let mut seen = finished(opened(Vec::new()));
    let planned = told(&mut seen);
    assert!(!planned.acted && !planned.expectations.is_empty());
    seen.act(kill(15));
    let seen = told(&mut finished(seen));
    let received = told(&mut finished(opened(vec![kill(15)])));
    for report in [seen, received] {
        assert!(report.acted && !report.lost.is_empty(), "the run is the one acted upon");
        assert_eq!(report.expectations, planned.expectations);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_report_is_made_in_pieces_between_which_a_person_is_heard() {
    let mut session = finished(opened(vec![kill(15)]));
    session.begin_report();
    let mut pieces = 1;
    let in_pieces = loop {
        match session.report(|| true) {
            Some(report) => break report,
            None => pieces += 1,
        }
        // Whoever seeks meanwhile is answered, and takes nothing from it.
        session.snapshot(Time::from_secs(pieces % 60));
    };
    assert!(pieces > metrics().count() as u64, "each number is a piece, and so is each step of judging: {pieces}");
    assert!(!session.is_reporting(), "it is made once");
    let whole = told(&mut finished(opened(vec![kill(15)])));
    assert_eq!(in_pieces, whole);
    session.begin_report();
    assert!(session.report(|| true).is_none());
    session.act(kill(20));
    assert!(!session.is_reporting(), "what was to be told is no longer so");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_text_that_does_not_hold_together_is_refused_with_line_and_column() {
    let open = Open { generation: 1, text: "version = 1\nnonsense = 2\n".to_owned(), ..Open::default() };
    let problems = Session::open(open).map(|_| ()).expect_err("nobody knows `nonsense`");
    assert!(problems.iter().any(|problem| (problem.line, problem.column) == (2, 1)), "{problems:?}");
}

#[wasm_bindgen_test(unsupported = test)]
fn messages_survive_the_way_as_bytes() {
    let mut session = finished(opened(vec![kill(20)]));
    let snapshot = session.snapshot(Time::from_secs(21));
    let sent = FromWorker::Snapshot { generation: 7, snapshot: Box::new(snapshot.clone()), beside: None };
    match decode(&encode(&sent)) {
        Some(FromWorker::Snapshot { generation: 7, snapshot: received, beside: None }) => {
            assert_eq!(*received, snapshot)
        }
        other => panic!("a snapshot came back as {other:?}"),
    }
    match decode(&encode(&ToWorker::Act(kill(3)))) {
        Some(ToWorker::Act(logged)) => assert_eq!(logged, kill(3)),
        other => panic!("an action came back as {other:?}"),
    }
    assert!(decode::<FromWorker>(&[0xff; 9]).is_none());
}

#[wasm_bindgen_test(unsupported = test)]
fn of_each_lost_write_the_page_is_told_where_it_is_also_of_those_that_every_replica_had_held() {
    let lose = |disks| {
        let regions = scenario::load(find_built_in(web::DEFAULT).expect("it ships").text(), None, None);
        let regions = regions.map_or(0, |scenario| scenario.config.regions.len() as u16);
        let kind = FaultKind::RegionLoss(RegionLoss { sites: (0..regions).collect(), disks });
        vec![LoggedAction { at: Time::from_secs(30), action: Action::Start(kind) }]
    };
    let lost_writes = metrics().position(|metric| metric.id == "lost-writes").expect("it is a metric");
    for (disks, state) in [(false, WriteState::Dark), (true, WriteState::Gone)] {
        let report = told(&mut finished(opened(lose(disks))));
        assert!(!report.lost_ranges.is_empty(), "most of them had been on every replica");
        let losses = report.losses();
        assert_eq!(losses.keys().copied().collect::<Vec<_>>(), [state]);
        assert_eq!(losses.get(&state).map(|writes| *writes as f64), report.measures[lost_writes]);
    }
}
