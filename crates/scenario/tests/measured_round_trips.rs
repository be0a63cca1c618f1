//! Latencies between real regions are what the published matrix says, to the microsecond, when jitter is off: the test reads the
//! matrix itself and adds up the ways.

use engine::Span;
use protocols::Any;
use sim::Run;
use sim::metrics::{Metric, Query};
use sim::trace::OperationKind;

const VIRGINIA: &str = "us-east-1";
const IRELAND: &str = "eu-west-1";
const TOKYO: &str = "ap-northeast-1";

/// A worker's time, and the round trip of the last mile.
const SERVICE_MS: f64 = 2.0;
const LAST_MILE_MS: f64 = 10.0;

/// Half of the round trip from one region to another, as one of them measured it: milliseconds.
fn one_way(from: &str, to: &str) -> f64 {
    let matrix = include_str!("../data/rtt_aws_2020.csv");
    let mut lines = matrix.lines().filter(|line| !line.starts_with('#'));
    let column = lines.next().into_iter().flat_map(|line| line.split(',')).position(|name| name == to);
    let row = lines.find(|line| line.split(',').next() == Some(from));
    let cell = row.and_then(|row| row.split(',').nth(column?)).and_then(|cell| cell.parse::<f64>().ok());
    cell.expect("the matrix has the pair") / 2.0
}

fn there_and_back(a: &str, b: &str) -> f64 {
    one_way(a, b) + one_way(b, a)
}

/// Virginia leads; a user in each region, at its very place, asks now and then.
fn latency(protocol: &str, step: &str, from: &str, kind: OperationKind) -> [f64; 2] {
    let text = format!(
        r#"
version = 1
[story]
title = "Measured round trips"
summary = "A quiet world."
[run]
duration = "60s"
[links]
jitter = "off"
last-mile = "{LAST_MILE_MS}ms"
[[region]]
id = "{VIRGINIA}"
service = "{SERVICE_MS}ms"
[[region]]
id = "{IRELAND}"
service = "{SERVICE_MS}ms"
[[region]]
id = "{TOKYO}"
service = "{SERVICE_MS}ms"
[[dataset]]
id = "orders"
protocol = "{protocol}"
leader = "{VIRGINIA}"
[[request]]
id = "ask"
steps = ["{step}"]
[[population]]
id = "users"
place = "{from}"
rate = [["0s", "0/s"], ["5s", "1/s"]]
mix = {{ ask = 1 }}
"#
    );
    let loaded = scenario::load(&text, None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = Run::new(loaded.config, Vec::new());
    run.finish();
    [Metric::LatencyMin, Metric::LatencyMax].map(|metric| {
        let query = Query { kind: Some(kind), ..Query::whole(metric) };
        run.measure(&query).expect("there were operations") * 1e3
    })
}

fn check(protocol: &str, step: &str, from: &str, kind: OperationKind, expected_ms: f64) {
    for measured in latency(protocol, step, from, kind) {
        let off = (measured - expected_ms).abs();
        println!("{protocol}, {step} from {from}: {measured:.6} ms, expected {expected_ms:.6} ms");
        assert!(off < Span::from_micros(1).as_millis_f64(), "measured {measured} ms, expected {expected_ms} ms");
    }
}

#[test]
fn a_local_read_costs_the_last_mile_and_the_service() {
    check("async", "read orders from local", IRELAND, OperationKind::Read, LAST_MILE_MS + SERVICE_MS);
}

#[test]
fn a_read_from_the_leader_costs_the_measured_round_trip() {
    let expected = LAST_MILE_MS + 2.0 * SERVICE_MS + there_and_back(IRELAND, VIRGINIA);
    check("async", "read orders from leader", IRELAND, OperationKind::Read, expected);
}

#[test]
fn an_asynchronous_write_costs_the_way_to_the_leader_and_no_more() {
    check("async", "write orders", VIRGINIA, OperationKind::Write, LAST_MILE_MS + SERVICE_MS);
    let from_tokyo = LAST_MILE_MS + 2.0 * SERVICE_MS + there_and_back(TOKYO, VIRGINIA);
    check("async", "write orders", TOKYO, OperationKind::Write, from_tokyo);
}

#[test]
fn a_semi_synchronous_write_adds_the_round_trip_to_the_nearest_follower() {
    let nearest = there_and_back(VIRGINIA, IRELAND).min(there_and_back(VIRGINIA, TOKYO));
    check("semi-sync", "write orders", VIRGINIA, OperationKind::Write, LAST_MILE_MS + SERVICE_MS + nearest);
}

#[test]
fn a_synchronous_write_adds_the_round_trip_to_the_farthest_follower() {
    let farthest = there_and_back(VIRGINIA, IRELAND).max(there_and_back(VIRGINIA, TOKYO));
    check("sync", "write orders", VIRGINIA, OperationKind::Write, LAST_MILE_MS + SERVICE_MS + farthest);
}
