//! With jitter off, latencies between real regions are what the measured round trips say, to the microsecond.

use engine::Time;
use protocols::Any;
use scenario::load;
use sim::Run;
use sim::metrics::{Metric, Query};
use sim::trace::OperationKind::{self, Read, Write};

/// Users live in the regions themselves, so only the last mile lies between.
const ACCESS_MS: f64 = 10.0;
const SERVICE_MS: f64 = 2.0;
/// Lines `us-east-1` and the other region's of data/rtt_aws_2020.csv: half of the round trip seen from each end.
const IRELAND_MS: f64 = (70.508 + 70.501) / 2.0;
const TOKYO_MS: f64 = (152.425 + 152.424) / 2.0;

fn scenario(protocol: &str, from: &str) -> String {
    let users = |place: &str| {
        format!(
            "[[population]]\nid = \"{place}\"\narrival = \"constant\"\nrate = [[\"0s\", \"0/s\"], [\"2s\", \"2/s\"]]\n"
        )
    };
    let places = ["us-east-1", "eu-west-1", "ap-northeast-1"];
    let regions: String = places.map(|id| format!("[[region]]\nid = \"{id}\"\nservice = \"2ms\"\n")).concat();
    format!(
        "version = 1\n[story]\ntitle = \"L\"\nsummary = \"L\"\nteaches = \"L\"\n[run]\nduration = \"1m\"\n\
         [links]\njitter = \"off\"\nlast-mile = \"10ms\"\n{regions}{}\
         [[dataset]]\nid = \"data\"\nprotocol = \"{protocol}\"\nleader = \"us-east-1\"\n\
         [[request]]\nid = \"read\"\nsteps = [\"read data from {from}\"]\n\
         [[request]]\nid = \"write\"\nsteps = [\"write data\"]\n",
        places.map(users).concat()
    )
}

fn check(protocol: &str, from: &str, population: u16, kind: OperationKind, expected_ms: f64) {
    let scenario = load(&scenario(protocol, from), None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = Run::new(scenario.config, Vec::new());
    run.advance(Time::MAX, u64::MAX);
    for metric in [Metric::LatencyMin, Metric::LatencyMax] {
        let query = Query { population: Some(population), kind: Some(kind), ..Query::whole(metric) };
        let measured = run.measure(&query).unwrap_or(f64::NAN) * 1e3;
        assert!((measured - expected_ms).abs() < 0.001, "{metric:?}: {measured} ms, expected {expected_ms} ms");
    }
}

#[test]
fn a_local_read_costs_the_last_mile_and_one_service() {
    check("async", "local", 1, Read, ACCESS_MS + SERVICE_MS);
}

#[test]
fn a_remote_read_costs_the_round_trip_to_the_leader() {
    check("async", "leader", 1, Read, ACCESS_MS + 2.0 * SERVICE_MS + IRELAND_MS);
    check("async", "leader", 2, Read, ACCESS_MS + 2.0 * SERVICE_MS + TOKYO_MS);
}

#[test]
fn an_asynchronous_write_waits_for_nobody() {
    check("async", "local", 0, Write, ACCESS_MS + SERVICE_MS);
}

#[test]
fn a_semi_synchronous_write_waits_for_ireland() {
    check("semi-sync", "local", 0, Write, ACCESS_MS + SERVICE_MS + IRELAND_MS);
}

#[test]
fn a_synchronous_write_waits_for_tokyo() {
    check("sync", "local", 0, Write, ACCESS_MS + SERVICE_MS + TOKYO_MS);
    check("sync", "local", 1, Write, ACCESS_MS + 2.0 * SERVICE_MS + IRELAND_MS + TOKYO_MS);
}
