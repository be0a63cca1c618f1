//! What is an outage and what is none, by courses whose answer is known beforehand.

use crate::design::*;
use crate::recovery::{errs, far_writes, frays, patience, ten_a_second, writes};
use engine::{Distribution, Probability, Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::Recovery;
use sim::config::{Arrival, Failover, PeopleConfig, Retry};
use sim::faults::{FaultKind, Isolation, RegionLoss, SlowRegion};

/// Whether the users of the only region saw outages, and how long they were.
fn lasted(config: TestConfig) -> Vec<Option<Span>> {
    writes(&run(config), 0).iter().map(Recovery::rto).collect()
}

#[test]
fn two_seconds_without_an_answer_are_an_outage_whenever_they_begin() {
    for begins in [30_000, 30_250, 30_500, 30_990] {
        for (lasts, out) in [(1_800, 0), (2_100, 1)] {
            let mut config = ten_a_second(60);
            errs(&mut config, 1.0, 0, None);
            (config.faults[0].at, config.faults[0].lasts) = (Time::from_millis(begins), Some(Span::from_millis(lasts)));
            assert_eq!(lasted(config).len(), out, "{lasts} ms from {begins} ms on");
        }
    }
}

#[test]
fn who_is_served_every_other_second_is_out_until_that_is_over() {
    let mut config = ten_a_second(100);
    (0..20).for_each(|off| errs(&mut config, 1.0, 30 + 2 * off, Some(1)));
    let [Some(rto)] = lasted(config)[..] else { panic!("one outage that is over") };
    assert!(rto > Span::from_secs(38) && rto < Span::from_secs(40), "{rto}");
}

#[test]
fn one_of_ten_who_fails_is_no_outage_where_hardly_anybody_asks() {
    // By chance four or five of them come one after the other, for some seconds in an hour.
    for (rate, most) in [(0.5, 1), (1.0, 1), (3.0, 1)] {
        let mut config = ten_a_second(3_600);
        config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, rate)]);
        errs(&mut config, 0.1, 0, None);
        let all = lasted(config);
        assert!(all.len() <= most, "{rate} a second: {all:?}");
    }
}

#[test]
fn who_is_out_when_the_run_ends_is_out() {
    for timeout in [1, 30] {
        let mut config = ten_a_second(60);
        patience(&mut config, timeout);
        fault(&mut config, 55, None, FaultKind::Isolation(Isolation { sites: vec![0], users: true }));
        // Before the names of the region run out its users wait, and it has only answers that say no.
        errs(&mut config, 1.0, 54, None);
        assert_eq!(lasted(config), [None], "{timeout} s of patience");
    }
}

#[test]
fn the_end_of_an_outage_is_the_answer_that_it_names() {
    let mut config = ten_a_second(90);
    patience(&mut config, 20);
    errs(&mut config, 1.0, 30, Some(10));
    // Answers take 4.8 s when the errors are over.
    let errors = Probability::NEVER;
    fault(&mut config, 40, Some(15), FaultKind::SlowRegion(SlowRegion { sites: vec![0], slowness: 2400.0, errors }));
    let run = run(config);
    for outage in writes(&run, 0) {
        let again = outage.recovered.expect("all are over");
        let trace = run.trace(again, again + Span::from_nanos(1));
        assert!(trace.iter().any(|event| event.id == outage.success && event.at == again), "{outage:?}");
    }
}

#[test]
fn an_outage_is_not_over_before_it_is_one() {
    let mut config = ten_a_second(3_600);
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 1.0)]);
    errs(&mut config, 0.3, 0, None);
    let all = lasted(config);
    // Five more than two of five take at least five seconds at one a second.
    assert!(!all.is_empty() && all.iter().flatten().all(|rto| *rto > Span::from_secs(4)), "{all:?}");
}

#[test]
fn four_in_a_row_who_fail_at_once_are_an_outage_where_nobody_is_answered_for_five_seconds() {
    for (rate, lasts) in [(0.02, 200), (0.1, 40), (0.2, 20), (1.0, 6)] {
        let mut config = ten_a_second(1_200);
        config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, rate)]);
        errs(&mut config, 1.0, 400, Some(lasts));
        assert_eq!(lasted(config).len(), 1, "{rate} a second for {lasts} s");
    }
}

/// Errors of one second in which many more ask than usually, and of nobody else.
fn rush(config: &mut TestConfig, at: u64) {
    errs(config, 1.0, at, Some(1));
    let Arrival::Constant(rates) = &mut config.populations[0].arrival else { panic!("a constant arrival") };
    rates.extend([(Time::from_secs(at), 1_000.0), (Time::from_secs(at + 1), 10.0)]);
}

#[test]
fn a_rush_of_failures_that_was_no_outage_is_forgotten_once_all_are_served() {
    let mut config = ten_a_second(130);
    [30, 60, 90].into_iter().for_each(|at| rush(&mut config, at));
    assert_eq!(lasted(config), [], "three seconds, each of them none, with half a minute between them");
}

#[test]
fn a_rush_of_failures_hides_no_outage_that_comes_after_it() {
    let with_errors = |rushes: bool| {
        let mut config = ten_a_second(130);
        if rushes {
            rush(&mut config, 30);
        }
        errs(&mut config, 0.6, 60, Some(30));
        lasted(config)
    };
    let [Some(alone)] = with_errors(false)[..] else { panic!("one outage that is over") };
    let [Some(after)] = with_errors(true)[..] else { panic!("one outage that is over, with a rush before it") };
    assert!(alone > Span::from_secs(25) && after > Span::from_secs(25), "{alone} alone, {after} after a rush");
}

#[test]
fn what_was_noticed_of_a_fault_that_is_over_is_not_notice_of_the_next() {
    let mut config = design(3, Acknowledge::Async, 10.0);
    config.control.failover = Failover::Off;
    config.until = Time::from_secs(60);
    // A follower that is lost and judged so is back; then the leader errs, which nobody judges.
    fault(&mut config, 5, Some(15), FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    config.requests[1].retry.attempts = 1;
    errs(&mut config, 1.0, 21, Some(8));
    let run = run(config);
    let outages: Vec<Recovery> = run.recoveries().into_iter().filter(|of| of.failed > Time::from_secs(20)).collect();
    assert!(!outages.is_empty(), "{:?}", run.recoveries());
    assert!(outages.iter().all(|of| of.detected.is_none_or(|at| at > of.failed)), "{outages:?}");
}

#[test]
fn where_a_part_always_fails_a_rush_makes_no_outage_of_a_moment() {
    let mut config = ten_a_second(300);
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 100.0)]);
    errs(&mut config, 0.3, 0, None);
    (20..280).step_by(10).for_each(|at| errs(&mut config, 1.0, at, Some(1)));
    let short: Vec<_> = lasted(config).into_iter().filter(|of| of.is_some_and(|of| of < Span::from_secs(2))).collect();
    assert_eq!(short, [], "whoever is out is out for two seconds at least");
}

#[test]
fn what_is_usual_is_not_what_rushes_of_failures_were_like() {
    let mut config = ten_a_second(260);
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 50.0)]);
    errs(&mut config, 0.1, 0, None);
    (20..190).step_by(5).for_each(|at| errs(&mut config, 1.0, at, Some(1)));
    errs(&mut config, 1.0, 200, Some(10));
    errs(&mut config, 0.4, 210, Some(30));
    let outages = writes(&run(config), 0);
    let Some(last) = outages.last() else { panic!("one at least") };
    // Of four in ten who fail one does not say that it is as usual.
    assert!(
        last.failed < Time::from_secs(201) && last.recovered.is_some_and(|at| at > Time::from_secs(237)),
        "{last:?}"
    );
}

#[test]
fn seven_who_are_served_in_six_seconds_end_what_a_few_failures_began() {
    let mut config = ten_a_second(80);
    config.populations[0].arrival = Arrival::Constant(vec![
        (Time::ZERO, 10.0),
        (Time::from_secs(30), 40.0),
        (Time::from_millis(30_300), 1.0),
        (Time::from_secs(45), 10.0),
    ]);
    errs(&mut config, 1.0, 30, None);
    (config.faults[0].at, config.faults[0].lasts) = (Time::from_secs(30), Some(Span::from_millis(300)));
    errs(&mut config, 1.0, 37, Some(6));
    let outages = writes(&run(config), 0);
    let [one] = &outages[..] else { panic!("one outage: {outages:?}") };
    assert!(one.failed > Time::from_secs(36), "the few at 30 s were over for six seconds: {one:?}");
}

/// Who is under way to the leader for longer than usually, milliseconds, if they began in a span of time.
fn late(config: &mut TestConfig, extra: u64, from: u64, lasts: u64) {
    frays(config, 0.0, 0, None);
    let last = config.faults.last_mut().expect("it was just added");
    let FaultKind::DegradedLink(link) = &mut last.kind else { panic!("a link") };
    (link.extra, link.one_way) = (Span::from_millis(extra), true);
    (last.at, last.lasts) = (Time::from_millis(from), Some(Span::from_millis(lasts)));
}

/// Whatever comes to the leader fails for a while.
fn fails(config: &mut TestConfig, from: u64, lasts: u64) {
    errs(config, 1.0, 0, None);
    let last = config.faults.last_mut().expect("it was just added");
    (last.at, last.lasts) = (Time::from_millis(from), Some(Span::from_millis(lasts)));
}

/// Writes that all have to go to another region, at even distances.
fn from_afar(rate: f64) -> TestConfig {
    let mut config = far_writes(rate, 20_000);
    config.populations[1].arrival = Arrival::Constant(vec![(Time::ZERO, rate)]);
    config.requests[1].retry.attempts = 1;
    config.until = Time::from_secs(60);
    config
}

#[test]
fn who_begins_later_and_is_answered_earlier_shows_that_there_was_no_outage() {
    let mut config = from_afar(100.0);
    // Seven are 2.3 s under way and fail, those after them as long; whoever begins 0.3 s later is answered at once.
    late(&mut config, 2_300, 22_000, 300);
    fails(&mut config, 24_320, 70);
    assert_eq!(writes(&run(config), 1), []);
}

#[test]
fn one_more_who_fails_makes_no_outage_of_those_before_vanish() {
    for one_more in [false, true] {
        let mut config = from_afar(2.0);
        // Four are long under way and fail; nobody who began with them or later has an answer within five seconds.
        late(&mut config, 4_400, 20_000, 6_300);
        fails(&mut config, 24_300, 1_750);
        if one_more {
            fails(&mut config, 26_850, 130);
        }
        let outages = writes(&run(config), 1);
        let [outage] = outages[..] else { panic!("one outage, with one more: {one_more}: {outages:?}") };
        assert!(outage.failed < Time::from_millis(20_501) && outage.recovered.is_some(), "{outage:?}");
    }
}

#[test]
fn a_blackout_four_seconds_after_a_rush_of_failures_is_an_outage_of_its_own() {
    let mut config = ten_a_second(60);
    rush(&mut config, 20);
    fails(&mut config, 25_400, 4_500);
    let outages = writes(&run(config), 0);
    let [outage] = outages[..] else { panic!("one outage: {outages:?}") };
    assert_eq!(outage.failed, Time::from_millis(25_400));
    assert!(outage.rto().is_some_and(|rto| rto < Span::from_secs(5)), "{outage:?}");
}

#[test]
fn an_outage_is_over_though_nobody_asks_any_more_once_many_were_served() {
    let mut config = ten_a_second(120);
    errs(&mut config, 1.0, 20, Some(6));
    config.populations[0].arrival = Arrival::Constant(vec![
        (Time::ZERO, 10.0),
        (Time::from_millis(29_500), 10.0),
        (Time::from_millis(29_501), 0.0),
    ]);
    let outages = writes(&run(config), 0);
    let [Some(rto)] = outages.iter().map(Recovery::rto).collect::<Vec<_>>()[..] else { panic!("{outages:?}") };
    assert!(rto < Span::from_secs(7), "{rto}");
}

#[test]
fn whoever_tries_again_and_again_asks() {
    let mut config = ten_a_second(60);
    config.populations[0].arrival = Arrival::Closed { think: Distribution::Constant(500e6) };
    config.populations[0].people = Some(PeopleConfig::new(20));
    let pause = Span::from_millis(500);
    config.requests[1].retry = Retry { attempts: 200, pause, factor: 1.0, longest: pause, jitter: false };
    errs(&mut config, 1.0, 20, None);
    let outages = writes(&run(config), 0);
    let [outage] = outages[..] else { panic!("one outage: {outages:?}") };
    assert_eq!((outage.recovered, outage.last_asked, outage.unasked), (None, None, 0));
}
