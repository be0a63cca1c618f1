//! Outages and their ends: when they are over, when that is still open, and that one number is said of one thing.

use crate::design::*;
use engine::{Distribution, Probability, Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::Recovery;
use sim::config::{Arrival, Failover, PeopleConfig, Retry};
use sim::faults::{DegradedLink, FaultKind, Isolation, SlowRegion};
use sim::metrics::Query;
use sim::trace::OperationKind;

/// The leader is lost for ten seconds, and nobody else is promoted.
fn lost_for_a_while(failover: Failover) -> TestConfig {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.control.failover = failover;
    lose_leader(&mut config, 20, Some(10));
    config
}

fn served_again(run: &TestRun) -> Vec<(Time, String)> {
    let marks = run.marks().into_iter().filter(|mark| mark.title.contains("served again"));
    marks.map(|mark| (mark.at, mark.title)).collect()
}

#[test]
fn whether_an_outage_is_over_is_open_until_success_has_lasted_for_five_seconds() {
    let whole = run(lost_for_a_while(Failover::Off));
    let end = whole.recoveries().iter().filter_map(|outage| outage.recovered).max().expect("it ends");
    let mut shorter = lost_for_a_while(Failover::Off);
    shorter.until = Time::from_secs(end.whole_seconds() + 3);
    let cut = run(shorter);
    let last = cut.recoveries().into_iter().find(|outage| outage.succeeds == Some(end)).expect("it succeeds again");
    assert_eq!((last.recovered, last.rto()), (None, None));
    assert!(last.words(cut.computed()).ends_with(&format!("not yet known to last at {}", sim::moment(cut.computed()))));
    assert_eq!(measure(&cut, "rto"), f64::INFINITY);
    assert_eq!(served_again(&cut), [], "that is not known");
    assert!(whole.recoveries().iter().all(|outage| outage.succeeds.is_none()), "nothing is open");
}

#[test]
fn an_outage_that_is_not_over_is_said_to_be_so_by_the_end_and_not_for_ever() {
    let mut config = lost_for_a_while(Failover::Off);
    config.until = Time::from_secs(25);
    let cut = run(config);
    let open: Vec<Recovery> = cut.recoveries();
    assert!(!open.is_empty() && open.iter().all(|outage| outage.succeeds.or(outage.recovered).is_none()), "{open:?}");
    assert!(open[0].words(cut.computed()).ends_with("not served again by 0:25.000"));
}

#[test]
fn the_recovery_time_of_all_is_that_after_which_all_are_served_again() {
    let run = run(lost_for_a_while(Failover::Automatic));
    let rto = measure(&run, "rto");
    let [(at, title)] = &served_again(&run)[..] else { panic!("one outage, one end: {:?}", run.marks()) };
    assert!(title.ends_with(&format!("{} after the first was not", sim::duration(rto))), "{title}, but {rto} s");
    let outages = run.recoveries();
    assert_eq!(outages.iter().map(|outage| outage.failed).min(), Some(*at - Span::from_secs_f64(rto)));
    let longest = outages.iter().filter_map(Recovery::rto).max().map(Span::as_secs_f64);
    assert!(longest.is_some_and(|longest| longest < rto), "the first to be hit are not the last to be served");
}

/// Clients wait for so long for an answer.
pub fn patience(config: &mut TestConfig, timeout: u64) {
    config.requests.iter_mut().for_each(|request| request.timeout = Span::from_secs(timeout));
}

/// The outages that users of a region saw in their writes.
pub fn writes(run: &TestRun, population: u16) -> Vec<Recovery> {
    let of = |outage: &Recovery| outage.population == population && outage.kind == OperationKind::Write;
    run.recoveries().into_iter().filter(of).collect()
}

fn within_a_second_of(at: Time, second: u64) -> bool {
    at >= Time::from_secs(second) && at < Time::from_secs(second + 1)
}

#[test]
fn an_outage_is_over_when_users_are_served_and_not_when_the_last_of_those_before_has_given_up() {
    for timeout in [1, 4, 15] {
        let mut config = lost_for_a_while(Failover::Off);
        patience(&mut config, timeout);
        let run = run(config);
        for population in 0..3 {
            let [outage] = writes(&run, population)[..] else { panic!("{timeout} s: {:?}", writes(&run, population)) };
            assert!(within_a_second_of(outage.failed + Span::from_millis(200), 20), "{timeout} s: {outage:?}");
            let recovered = outage.recovered.expect("it is over");
            assert!(within_a_second_of(recovered, 30), "{timeout} s of patience, {outage:?}");
        }
    }
}

#[test]
fn two_faults_with_six_good_seconds_between_are_two_outages_however_long_clients_wait() {
    let mut config = lost_for_a_while(Failover::Off);
    patience(&mut config, 15);
    lose_leader(&mut config, 37, Some(4));
    let run = run(config);
    let outages = writes(&run, 0);
    let ends: Vec<Option<u64>> = outages.iter().map(|of| of.recovered.map(Time::whole_seconds)).collect();
    // In the second after its return the leader learns that it leads still.
    assert_eq!(ends, [Some(30), Some(42)], "{outages:?}");
    assert_eq!(outages[1].failed.max(Time::from_millis(36_800)), outages[1].failed, "owed to the second fault");
}

#[test]
fn operations_that_hang_for_good_are_an_outage_that_is_not_over() {
    let mut config = lost_for_a_while(Failover::Off);
    patience(&mut config, 1000);
    config.faults[0].lasts = None;
    let run = run(config);
    let [outage] = writes(&run, 0)[..] else { panic!("{:?}", run.recoveries()) };
    assert!(within_a_second_of(outage.failed + Span::from_millis(200), 20), "{outage:?}");
    assert_eq!((outage.recovered, outage.succeeds), (None, None));
    assert_eq!(measure(&run, "rto"), f64::INFINITY);
    assert_eq!(measure(&run, "failed"), 0.0, "nobody gave up");
}

#[test]
fn whoever_is_answered_after_more_than_five_seconds_saw_an_outage() {
    // Each call takes six seconds while the region is slow, so that all who are served are served too late.
    let mut config = design(3, Acknowledge::Async, 10.0);
    patience(&mut config, 1000);
    let errors = Probability::NEVER;
    fault(&mut config, 20, Some(6), FaultKind::SlowRegion(SlowRegion { sites: vec![0], slowness: 3000.0, errors }));
    let run = run(config);
    let [outage] = writes(&run, 0)[..] else { panic!("{:?}", run.recoveries()) };
    assert!(within_a_second_of(outage.failed + Span::from_millis(200), 20), "{outage:?}");
    // Its workers are busy with what began until the end of the fault.
    let recovered = outage.recovered.expect("it is over");
    assert!(recovered > Time::from_secs(26) && recovered < Time::from_secs(33), "{outage:?}");
    assert_eq!(measure(&run, "failed"), 0.0, "nobody gave up");
}

#[test]
fn a_few_who_all_wait_are_an_outage_though_nobody_begins_anything_any_more() {
    let mut config = lost_for_a_while(Failover::Off);
    patience(&mut config, 1000);
    config.faults[0].lasts = None;
    for population in &mut config.populations {
        population.arrival = Arrival::Closed { think: Distribution::Constant(20e6) };
        population.people = Some(PeopleConfig::new(2));
    }
    let run = run(config);
    let [outage] = writes(&run, 0)[..] else { panic!("{:?}", run.recoveries()) };
    assert!(within_a_second_of(outage.failed + Span::from_millis(200), 20), "{outage:?}");
    assert_eq!((outage.recovered, outage.last_asked), (None, Some(Time::from_secs(outage.failed.whole_seconds() + 1))));
    assert!(outage.words(run.computed()).ends_with("not served again, and nobody asked after 0:21.000"), "{outage:?}");
}

#[test]
fn those_who_all_waited_and_gave_up_were_out_for_as_long_as_they_waited() {
    for (patience_of, think) in [(30, 20e6), (12, 500e6)] {
        let mut config = design(3, Acknowledge::Async, 20.0);
        lose_leader(&mut config, 20, Some(10));
        patience(&mut config, patience_of);
        config.requests[1].timeout = Span::from_secs(patience_of);
        config.populations.truncate(1);
        config.populations[0].mix = vec![(1, 1)];
        config.populations[0].arrival = Arrival::Closed { think: Distribution::Constant(think) };
        config.populations[0].people = Some(PeopleConfig::new(50));
        let [until, whole] = [25 + patience_of, 60].map(|until| {
            config.until = Time::from_secs(until);
            writes(&run(config.clone()), 0)
        });
        for outages in [until, whole] {
            let [outage] = outages[..] else { panic!("{patience_of} s: {outages:?}") };
            assert!(within_a_second_of(outage.failed + Span::from_millis(200), 20), "{outage:?}");
            let again = outage.recovered.or(outage.succeeds).expect("they are served again");
            let first = Time::from_secs(20 + patience_of);
            assert!(again >= first && again < first + Span::from_secs(2), "{patience_of} s: {outage:?}");
        }
    }
}

#[test]
fn whoever_is_served_as_usual_is_served_again() {
    let mut config = lost_for_a_while(Failover::Off);
    config.populations.truncate(1);
    config.populations[0].arrival = Arrival::Poisson(vec![(Time::ZERO, 200.0)]);
    let errors = Probability::from_f64(0.08);
    fault(&mut config, 1, None, FaultKind::SlowRegion(SlowRegion { sites: vec![0], slowness: 1.0, errors }));
    let [outage] = writes(&run(config), 0)[..] else { panic!("one outage, with 8 % of errors before and after") };
    assert!(within_a_second_of(outage.recovered.expect("it is over"), 30), "{outage:?}");
}

#[test]
fn a_window_that_begins_with_the_fault_has_the_outage_that_began_a_moment_before() {
    let run = run(lost_for_a_while(Failover::Off));
    let within = |from: u64, until: u64| {
        let (from, until) = (Time::from_secs(from), Time::from_secs(until));
        run.measure(&Query { from, until, ..Query::whole("rto") })
    };
    let whole = measure(&run, "rto");
    assert!(run.recoveries().iter().all(|outage| outage.failed < Time::from_secs(21)));
    assert_eq!(within(21, 60), Some(whole));
    assert_eq!(within(25, 26), Some(whole), "under way");
    assert_eq!([within(0, 19), within(40, 60)], [None, None]);
}

#[test]
fn what_begins_as_a_second_begins_belongs_to_it() {
    let mut config = lost_for_a_while(Failover::Off);
    patience(&mut config, 9);
    config.faults[0].lasts = Some(Span::from_secs(25));
    config.populations.truncate(1);
    config.populations[0].mix = vec![(1, 1)];
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 1.0)]);
    let [outage] = writes(&run(config), 0)[..] else { panic!("one outage") };
    assert_eq!(outage.failed, Time::from_secs(20));
    assert!(outage.recovered.is_some_and(|at| at >= Time::from_secs(45) && at < Time::from_secs(48)), "{outage:?}");
}

#[test]
fn of_an_outage_in_which_nobody_asked_for_long_that_is_said() {
    let mut config = lost_for_a_while(Failover::Off);
    let rates = [(0, 20.0), (22, 20.0), (23, 0.0), (49, 0.0), (50, 20.0)];
    let rates = rates.map(|(at, rate)| (Time::from_secs(at), rate));
    config.populations[0].arrival = Arrival::Constant(rates.to_vec());
    let run = run(config);
    let [outage] = writes(&run, 0)[..] else { panic!("{:?}", run.recoveries()) };
    assert!((25..=27).contains(&outage.unasked), "{outage:?}");
    assert!(outage.rto().is_some_and(|rto| rto > Span::from_secs(28)), "{outage:?}");
    let said = format!(", in {} s of which nobody asked", outage.unasked);
    assert!(outage.words(run.computed()).ends_with(&said), "{}", outage.words(run.computed()));
    let others = writes(&run, 1);
    assert!(
        others.iter().all(|other| other.unasked < 5 && !other.words(run.computed()).contains("nobody")),
        "{others:?}"
    );
}

/// On the way from region 1 to its leader and back a share of all is lost, from an instant on, for a while or for good.
pub fn frays(config: &mut TestConfig, share: f64, at: u64, lasts: Option<u64>) {
    let loss = Probability::from_f64(share);
    let (slowness, extra, bandwidth, never) = (1.0, Span::ZERO, None, Probability::NEVER);
    let (duplication, reordering, one_way) = (never, never, false);
    let (from, to) = (vec![1], vec![0]);
    let link = DegradedLink { from, to, one_way, slowness, extra, loss, duplication, reordering, bandwidth };
    fault(config, at, lasts, FaultKind::DegradedLink(link));
}

/// The writes of region 1's users, so many a second, which all have to go to the leader in region 0.
pub fn far_writes(rate: f64, timeout: u64) -> TestConfig {
    let mut config = design(2, Acknowledge::Async, 20.0);
    patience(&mut config, timeout);
    let users = &mut config.populations[1];
    (users.arrival, users.mix) = (Arrival::Poisson(vec![(Time::ZERO, rate)]), vec![(1, 1)]);
    config
}

#[test]
fn where_a_part_of_the_users_hangs_for_good_nobody_is_said_to_be_served_again_whenever_the_run_ends() {
    for timeout in [2, 1_000] {
        for end in [33, 40, 51, 60] {
            let mut config = far_writes(20.0, timeout);
            frays(&mut config, 0.5, 20, None);
            config.until = Time::from_secs(end);
            let run = run(config);
            let [outage] = writes(&run, 1)[..] else { panic!("{:?}", run.recoveries()) };
            assert_eq!(outage.recovered.or(outage.succeeds), None, "{end} s: {outage:?}");
            assert_eq!(measure(&run, "rto"), f64::INFINITY);
        }
    }
}

#[test]
fn where_most_are_served_after_long_nobody_is_out_at_the_end_because_the_first_to_be_known_of_are_those_who_failed() {
    for end in [50, 55, 60] {
        let mut config = far_writes(10.0, 30);
        config.until = Time::from_secs(end);
        // Those who go on to the leader have their answer after four seconds; who fails does so at once.
        frays(&mut config, 0.0, 1, None);
        let FaultKind::DegradedLink(link) = &mut config.faults[0].kind else { panic!("it is a link") };
        link.extra = Span::from_millis(1_800);
        let errors = Probability::from_f64(0.15);
        fault(&mut config, 1, None, FaultKind::SlowRegion(SlowRegion { sites: vec![1], slowness: 1.0, errors }));
        config.routing.health_checked = false;
        let run = run(config);
        assert!((0.8..0.9).contains(&measure_of(&run, 1)), "{}", measure_of(&run, 1));
        assert_eq!(writes(&run, 1), [], "{end} s");
    }
}

/// The share of the operations of a region's users that ended well.
fn measure_of(run: &TestRun, population: u16) -> f64 {
    let query = Query { population: Some(population), ..Query::whole("availability") };
    run.measure(&query).expect("somebody asked")
}

#[test]
fn an_outage_with_nothing_before_it_is_over_where_nearly_all_are_served() {
    for begins in [0, 1, 20] {
        let mut config = far_writes(20.0, 2);
        lose_leader(&mut config, begins, Some(10));
        frays(&mut config, 0.3, begins + 10, Some(30));
        config.control.failover = Failover::Off;
        config.until = Time::from_secs(80);
        let run = run(config);
        let [outage] = writes(&run, 1)[..] else { panic!("{begins} s: {:?}", run.recoveries()) };
        let recovered = outage.recovered.expect("all is well again in the end");
        assert!(within_a_second_of(recovered, begins + 40) || within_a_second_of(recovered, begins + 39), "{outage:?}");
    }
}

#[test]
fn one_lucky_answer_is_no_end_of_an_outage_where_hardly_anybody_asks() {
    let mut config = far_writes(0.2, 2);
    config.populations[1].arrival = Arrival::Constant(vec![(Time::ZERO, 0.2)]);
    frays(&mut config, 0.55, 60, Some(480));
    config.until = Time::from_secs(600);
    let run = run(config);
    let outages = writes(&run, 1);
    println!("N {}", outages.len());
    assert!(outages.len() <= 4, "{} times served again: {outages:?}", outages.len());
}

/// The first region answers with errors from a second on, for so many seconds.
pub fn errs(config: &mut TestConfig, share: f64, at: u64, lasts: Option<u64>) {
    let errors = Probability::from_f64(share);
    fault(config, at, lasts, FaultKind::SlowRegion(SlowRegion { sites: vec![0], slowness: 1.0, errors }));
}

/// Ten writes a second of the users of the only region, at even distances.
pub fn ten_a_second(until: u64) -> TestConfig {
    let mut config = design(1, Acknowledge::Async, 0.0);
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 10.0)]);
    config.populations[0].mix = vec![(1, 1)];
    config.until = Time::from_secs(until);
    config
}

#[test]
fn five_seconds_are_counted_from_the_first_answer_and_not_from_when_those_began_who_are_answered_after_all() {
    let mut config = ten_a_second(80);
    let (pause, longest) = (Span::from_millis(250), Span::from_millis(250));
    config.requests[1].retry = Retry { attempts: 20, pause, factor: 1.0, longest, jitter: false };
    patience(&mut config, 1);
    errs(&mut config, 1.0, 30, Some(8));
    errs(&mut config, 1.0, 40, Some(20));
    let run = run(config);
    let [outage] = writes(&run, 0)[..] else { panic!("served for two seconds between: {:?}", run.recoveries()) };
    assert!(outage.rto().is_some_and(|rto| rto > Span::from_secs(25)), "{outage:?}");
}

#[test]
fn one_answer_is_not_the_end_where_nobody_asks_after_it() {
    let mut config = ten_a_second(80);
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 0.1)]);
    errs(&mut config, 1.0, 15, Some(50));
    let (mut longer, shorter) = (config.clone(), {
        config.until = Time::from_secs(79);
        run(config)
    });
    let [open] = writes(&shorter, 0)[..] else { panic!("{:?}", shorter.recoveries()) };
    assert!(open.recovered.is_none() && open.succeeds.is_some(), "{open:?}");
    assert_eq!(measure(&shorter, "rto"), f64::INFINITY);
    longer.until = Time::from_secs(90);
    let longer = run(longer);
    assert_eq!(writes(&longer, 0)[0].recovered, open.succeeds);
}

#[test]
fn what_is_usual_is_not_what_an_earlier_outage_was_like() {
    for earlier in [false, true] {
        let mut config = ten_a_second(200);
        if earlier {
            errs(&mut config, 0.45, 20, Some(60));
            errs(&mut config, 1.0, 20, Some(3));
        }
        errs(&mut config, 1.0, 120, Some(10));
        errs(&mut config, 0.25, 130, None);
        let run = run(config);
        let last = writes(&run, 0).pop().expect("there is one");
        assert!(within_a_second_of(last.failed, 120), "{earlier}: {last:?}");
        assert_eq!(last.recovered, None, "{earlier}: three of four were not usual: {last:?}");
    }
}

#[test]
fn one_of_ten_who_fails_now_and_then_makes_no_outage_longer() {
    let mut all = Vec::new();
    for seed in 1..13 {
        let mut config = ten_a_second(120);
        config.seed = seed;
        errs(&mut config, 0.04, 0, None);
        errs(&mut config, 1.0, 60, Some(20));
        let run = run(config);
        let outages = writes(&run, 0);
        let [outage] = outages[..] else { panic!("{seed}: {outages:?}") };
        all.push(outage.rto().expect("it is over").as_secs_f64());
    }
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    assert!(mean < 23.0 && all.iter().all(|rto| *rto < 30.0), "{mean} s: {all:?}");
}

#[test]
fn whoever_has_waited_since_long_ago_says_nothing_of_one_bad_second() {
    let mut config = ten_a_second(26);
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 1.0)]);
    patience(&mut config, 1_000);
    // Of one second all that is sent is lost, of another all that is asked fails.
    config.requests[1].retry.attempts = 1;
    fault(&mut config, 9, Some(2), FaultKind::Isolation(Isolation { sites: vec![0], users: true }));
    errs(&mut config, 1.0, 25, Some(1));
    let run = run(config);
    let late: Vec<Recovery> = writes(&run, 0).into_iter().filter(|of| of.failed > Time::from_secs(20)).collect();
    assert_eq!(late, [], "one second is none");
}
