//! The regional service against the closed forms of queueing theory (data: any textbook; M/M/1, M/M/c, M/D/1, M/M/1/K).
//! Calls come from users without any delay, so that their latency is the time spent in the region.

use crate::design::*;
use engine::{Distribution, Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::config::{Arrival, Step};
use sim::metrics::Query;

/// Mean service time: 10 ms, so that a unit of the closed forms' time is 10 ms.
const UNIT: f64 = 0.01;

fn station(arrivals: f64, workers: u32, queue: u32, service: Distribution, hours: u64) -> TestRun {
    let mut config = design(1, Acknowledge::Async, 0.0);
    config.until = Time::from_secs(hours * 3600);
    config.regions[0].workers = workers;
    config.regions[0].queue = queue;
    config.regions[0].service = service;
    config.populations[0].arrival = Arrival::Poisson(vec![(Time::ZERO, arrivals / UNIT)]);
    config.populations[0].access[0] = link(Span::ZERO);
    config.populations[0].mix = vec![(0, 1)];
    config.requests[0].steps = vec![Step::Call];
    config.requests[0].timeout = Span::from_secs(60);
    run(config)
}

fn exponential() -> Distribution {
    Distribution::Exponential { mean: UNIT * 1e9 }
}

/// In units of the mean service time.
fn units(run: &TestRun, metric: &str) -> f64 {
    run.measure(&Query::whole(metric)).unwrap_or(f64::NAN) / UNIT
}

fn check(what: &str, measured: f64, expected: f64) {
    let off = (measured / expected - 1.0).abs();
    println!("{what}: measured {measured:.4}, expected {expected:.4}, off by {:.2} %", off * 100.0);
    assert!(off < 0.02, "{what}: measured {measured}, expected {expected}");
}

#[test]
fn m_m_1_at_half_load() {
    let run = station(0.5, 1, u32::MAX, exponential(), 6);
    check("M/M/1 ρ=0.5 mean", units(&run, "latency.mean"), 2.0);
    check("M/M/1 ρ=0.5 p99", units(&run, "latency.p99"), 9.210_340_371_976_184);
}

#[test]
fn m_m_1_at_nine_tenths_load() {
    let run = station(0.9, 1, u32::MAX, exponential(), 24);
    check("M/M/1 ρ=0.9 mean", units(&run, "latency.mean"), 10.0);
    check("M/M/1 ρ=0.9 p99", units(&run, "latency.p99"), 46.051_701_859_880_93);
}

#[test]
fn m_m_2_at_three_quarters_load() {
    let run = station(1.5, 2, u32::MAX, exponential(), 6);
    check("M/M/2 mean", units(&run, "latency.mean"), 2.285_714_285_714_285_6);
    // A wait with probability C(2, 1.5) = 9/14, then of rate 1/2, and a service of rate 1, independent of each other.
    let tail = |t: f64| {
        let (c, delay, service) = (9.0 / 14.0, engine::math::exp(-0.5 * t), engine::math::exp(-t));
        service + c * 2.0 * (delay - service)
    };
    check("M/M/2 p99", units(&run, "latency.p99"), first(|t| tail(t) <= 0.01));
}

#[test]
fn m_d_1_at_four_fifths_load() {
    let run = station(0.8, 1, u32::MAX, Distribution::Constant(UNIT * 1e9), 6);
    check("M/D/1 mean", units(&run, "latency.mean"), 3.0);
    // Erlang 1909: the wait's distribution, to which one service is added.
    let below = |wait: f64| {
        let term = |k: u32| {
            let x = 0.8 * (wait - f64::from(k));
            (1..=k).fold(engine::math::exp(x), |term, j| term * -x / f64::from(j))
        };
        0.2 * (0..=wait as u32).map(term).sum::<f64>()
    };
    check("M/D/1 p99", units(&run, "latency.p99"), 1.0 + first(|wait| below(wait) >= 0.99));
}

#[test]
fn m_m_1_k_refuses_one_in_eleven() {
    // K = 10 in the system: one worker and nine places to wait.
    let run = station(1.0, 1, 9, exponential(), 6);
    let refused = measure(&run, "overloaded") / measure(&run, "offered");
    check("M/M/1/10 refused", refused, 0.090_909_090_909_090_91);
    // All ten states that accept are equally likely: the mean sojourn is 5.5 services.
    check("M/M/1/10 mean", units(&run, "latency.mean"), 5.5);
    // So a tenth of them each have 1 to 10 services before they leave: sums of exponentials.
    let tail = |t: f64| {
        let poisson = |j: u32| (1..=j).fold(engine::math::exp(-t), |term, i| term * t / f64::from(i));
        (0..10).map(|n| (0..=n).map(poisson).sum::<f64>()).sum::<f64>() / 10.0
    };
    check("M/M/1/10 p99", units(&run, "latency.p99"), first(|t| tail(t) <= 0.01));
}

#[test]
fn a_queue_that_is_full_for_a_while_is_one_event_of_the_timeline() {
    let mut config = design(1, Acknowledge::Async, 0.0);
    (config.regions[0].workers, config.regions[0].queue, config.regions[0].service) = (1, 9, exponential());
    let second = |second| Time::from_secs(second);
    // Half of what it can do, then for 25 s half as much again as that.
    let rates = vec![(second(20), 50.0), (second(21), 150.0), (second(44), 150.0), (second(45), 10.0)];
    config.populations[0].arrival = Arrival::Poisson(rates);
    config.requests[0].steps = vec![Step::Call];
    config.populations[0].mix = vec![(0, 1)];
    let run = run(config);
    let marks: Vec<sim::Mark> = run.marks().into_iter().filter(|mark| mark.title.contains("queue")).collect();
    let [mark] = &marks[..] else { panic!("one event: {marks:?}") };
    assert_eq!(mark.title, format!("the queue of region-0 is full: {} requests refused", measure(&run, "overloaded")));
    let until = mark.until.expect("it is over");
    assert!(mark.at > second(20) && mark.at < second(22) && until > second(43) && until < second(46), "{mark:?}");
    assert_eq!((mark.lane, mark.weight, &mark.regions[..]), (sim::Lane::Decision, 2, &[0][..]));
    assert!(mark.words().ends_with(&format!("refused, until {}", sim::moment(until))), "{}", mark.words());
}

/// The first number from zero on, in small steps, of which something is true.
fn first(holds: impl Fn(f64) -> bool) -> f64 {
    let step = |n: u32| f64::from(n) * 0.0005;
    (0..).map(step).find(|t| holds(*t)).unwrap_or(f64::NAN)
}
