//! Latencies between real regions are what the published matrix says, to the microsecond, when jitter is off: the test reads the
//! matrix itself and adds up the ways.

use engine::Span;
use protocols::Any;
use sim::Run;
use sim::metrics::Query;
use sim::trace::OperationKind;

const VIRGINIA: &str = "us-east-1";
const IRELAND: &str = "eu-west-1";
const TOKYO: &str = "ap-northeast-1";

/// A worker's time, and the round trip of the last mile.
const SERVICE_MS: f64 = 2.0;
const LAST_MILE_MS: f64 = 10.0;

/// Both editions: their ids and their matrices.
const EDITIONS: [(&str, &str); 2] = [
    ("2020", include_str!("../../data/rtt_aws_2020.csv")),
    ("2025-07", include_str!("../../data/rtt_aws_2025_07.csv")),
];

/// What one of two regions measured to the other, milliseconds: the median, and the 90th percentile where there is one.
fn cell(edition: usize, from: &str, to: &str) -> (f64, Option<f64>) {
    let mut lines = EDITIONS[edition].1.lines().filter(|line| !line.starts_with('#'));
    let column = lines.next().into_iter().flat_map(|line| line.split(',')).position(|name| name == to);
    let row = lines.find(|line| line.split(',').next() == Some(from));
    let cell = row.and_then(|row| row.split(',').nth(column?)).expect("the matrix has the pair");
    let mut numbers = cell.split('/').map(|number| number.parse::<f64>().expect("a number"));
    (numbers.next().expect("a median"), numbers.next())
}

/// Half of the round trip from one region to another, as one of them measured it: milliseconds.
fn one_way(edition: usize, from: &str, to: &str) -> f64 {
    cell(edition, from, to).0 / 2.0
}

fn there_and_back(edition: usize, a: &str, b: &str) -> f64 {
    one_way(edition, a, b) + one_way(edition, b, a)
}

/// Virginia leads; a user in each region, at its very place, asks now and then.
fn latency(edition: usize, protocol: &str, step: &str, from: &str, kind: OperationKind) -> [f64; 2] {
    let text = format!(
        r#"
version = 1
[story]
title = "Measured round trips"
summary = "A quiet world."
[run]
duration = "60s"
[links]
edition = "{}"
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
"#,
        EDITIONS[edition].0
    );
    let loaded = scenario::load(&text, None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = loaded.run(Vec::new());
    run.finish();
    ["latency.min", "latency.max"].map(|metric| {
        let query = Query { kind: Some(kind), ..Query::whole(metric) };
        run.measure(&query).expect("there were operations") * 1e3
    })
}

fn check(protocol: &str, step: &str, from: &str, kind: OperationKind, expected_ms: impl Fn(usize) -> f64) {
    for edition in 0..EDITIONS.len() {
        let expected_ms = expected_ms(edition);
        for measured in latency(edition, protocol, step, from, kind) {
            let off = (measured - expected_ms).abs();
            println!("{protocol}, {step} from {from}: {measured:.6} ms, expected {expected_ms:.6} ms");
            assert!(off < Span::from_micros(1).as_millis_f64(), "measured {measured} ms, expected {expected_ms} ms");
        }
    }
}

#[test]
fn a_local_read_costs_the_last_mile_and_the_service() {
    check("async", "read orders from local", IRELAND, OperationKind::Read, |_| LAST_MILE_MS + SERVICE_MS);
}

#[test]
fn a_read_from_the_leader_costs_the_measured_round_trip() {
    let expected = |edition| LAST_MILE_MS + 2.0 * SERVICE_MS + there_and_back(edition, IRELAND, VIRGINIA);
    check("async", "read orders from leader", IRELAND, OperationKind::Read, expected);
}

#[test]
fn an_asynchronous_write_costs_the_way_to_the_leader_and_no_more() {
    check("async", "write orders", VIRGINIA, OperationKind::Write, |_| LAST_MILE_MS + SERVICE_MS);
    let from_tokyo = |edition| LAST_MILE_MS + 2.0 * SERVICE_MS + there_and_back(edition, TOKYO, VIRGINIA);
    check("async", "write orders", TOKYO, OperationKind::Write, from_tokyo);
}

#[test]
fn a_semi_synchronous_write_adds_the_round_trip_to_the_nearest_follower() {
    let nearest = |edition| there_and_back(edition, VIRGINIA, IRELAND).min(there_and_back(edition, VIRGINIA, TOKYO));
    let expected = |edition| LAST_MILE_MS + SERVICE_MS + nearest(edition);
    check("semi-sync", "write orders", VIRGINIA, OperationKind::Write, expected);
}

#[test]
fn a_synchronous_write_adds_the_round_trip_to_the_farthest_follower() {
    let farthest = |edition| there_and_back(edition, VIRGINIA, IRELAND).max(there_and_back(edition, VIRGINIA, TOKYO));
    let expected = |edition| LAST_MILE_MS + SERVICE_MS + farthest(edition);
    check("sync", "write orders", VIRGINIA, OperationKind::Write, expected);
}

/// Round trips drawn link by link have the 90th percentile that was measured.
#[test]
fn jitter_follows_the_measured_90th_percentile() {
    let ids = [VIRGINIA, IRELAND, TOKYO, "eu-central-2", "eu-south-1", "ap-southeast-7", "sa-east-1"];
    let sections: String = ids.iter().map(|id| format!("[[region]]\nid = \"{id}\"\n")).collect();
    let text = format!(
        "version = 1\n[story]\ntitle = \"t\"\nsummary = \"s\"\n{sections}[[request]]\nid = \"ask\"\nsteps = [\"call\"]\n\
         [[population]]\nid = \"london\"\nrate = \"1/s\"\n"
    );
    let links = scenario::load(&text, None, None).unwrap_or_else(|problems| panic!("{}", problems[0])).config.links;
    for (a, b) in (0..ids.len()).flat_map(|a| (0..a).map(move |b| (a, b))) {
        let mut stream = engine::Stream::named(1, "round trips", (a * 100 + b) as u64);
        let mut way =
            |from: usize, to: usize| links[from][to].jitter.sample(&mut stream) * one_way(1, ids[from], ids[to]);
        let mut trips: Vec<f64> = (0..20_000).map(|_| way(a, b) + way(b, a)).collect();
        trips.sort_unstable_by(f64::total_cmp);
        let drawn = trips[trips.len() * 9 / 10];
        let p90 = |from: usize, to: usize| cell(1, ids[from], ids[to]).1.expect("it was measured");
        let measured = (p90(a, b) + p90(b, a)) / 2.0;
        assert!((drawn / measured - 1.0).abs() < 0.04, "{} {}: {drawn} ms, measured {measured} ms", ids[a], ids[b]);
    }
}
