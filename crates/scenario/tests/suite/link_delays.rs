//! A link with a distribution of delays in place of a round trip.

use engine::{Time, math};
use protocol::Channel;
use protocols::Any;
use scenario::load;
use sim::Run;
use sim::trace::{What, network::Fact};

/// Users of Ireland write in Virginia, and the way between takes this long.
const TEXT: &str = r#"version = 1
[story]
title = "T"
[run]
duration = "120s"
[[region]]
id = "us-east-1"
[[region]]
id = "eu-west-1"
[[link]]
between = ["us-east-1", "eu-west-1"]
delay = "lognormal 30ms 0.5"
[[dataset]]
id = "orders"
[[request]]
id = "order"
steps = ["write orders"]
[[population]]
id = "london"
rate = "50/s"
"#;

/// The delays of all packets of a channel between the regions, in the order of sending, and whether each arrives after those before it.
fn delays(channel: Channel) -> (Vec<f64>, bool) {
    let scenario = load(TEXT, None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    let between = |event: sim::trace::TraceEvent| match event.what {
        What::Network(Fact::PacketSent { channel: of, from, to, due, .. })
            if of == channel && from.as_region().is_some() && to.as_region().is_some() =>
        {
            Some((from, event.at, due))
        }
        _ => None,
    };
    let sent: Vec<_> = run.trace(Time::ZERO, Time::MAX).into_iter().filter_map(between).collect();
    let ordered = [0, 1].iter().all(|region| {
        let way: Vec<_> = sent.iter().filter(|(from, ..)| from.as_region() == Some(*region)).collect();
        way.windows(2).all(|pair| pair[0].2 <= pair[1].2)
    });
    (sent.into_iter().map(|(_, at, due)| (due - at).as_millis_f64()).collect(), ordered)
}

fn mean(delays: &[f64]) -> f64 {
    delays.iter().sum::<f64>() / delays.len() as f64
}

#[test]
fn packets_take_as_long_as_the_distribution_says_and_ordered_streams_wait_for_their_slowest() {
    let (mut exchanges, in_order) = delays(Channel::Client);
    assert!(exchanges.len() > 10_000 && !in_order, "{} packets", exchanges.len());
    let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 0.04, "{found}, not {expected}");
    near(mean(&exchanges), 30.0 * math::exp(0.5 * 0.5 / 2.0));
    exchanges.sort_unstable_by(f64::total_cmp);
    near(exchanges[exchanges.len() / 2], 30.0);
    near(exchanges[exchanges.len() * 99 / 100], 30.0 * math::exp(0.5 * 2.326_348));
    let (stream, in_order) = delays(Channel::Replication);
    assert!(in_order && stream.len() > 5_000);
    assert!(mean(&stream) > 1.1 * mean(&exchanges), "whoever is slow holds up those behind it");
}
