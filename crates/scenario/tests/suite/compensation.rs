//! Sales that are confirmed before anybody knows whether there is enough, and called off where there was not. D14.

use crate::running::{run_of, whole};
use engine::Time;
use protocols::Any;
use scenario::{find_built_in, load};
use sim::metrics::Query;
use sim::{Property, Run, Standing};

/// The shop that is split in two, after so many seconds.
fn split_brain(variant: &str, seed: u64, until: Time) -> Run<Any> {
    let text = find_built_in("split-brain-oversell").expect("it ships").text();
    let scenario = load(text, Some(variant), Some(seed)).unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut run = scenario.run(Vec::new());
    while !run.advance(until, 1_000_000) {}
    run
}

fn measured(run: &Run<Any>, metric: &str) -> f64 {
    run.measure(&Query::whole(metric)).unwrap_or(f64::NAN)
}

#[test]
fn what_is_cancelled_is_what_was_sold_beyond_the_stock_and_nothing_else() {
    for seed in 1..=6 {
        let plain = measured(&split_brain("added-up", seed, Time::MAX), "oversold");
        assert!(plain >= 1.0);
        let before = split_brain("cancelled", seed, Time::from_secs(340));
        assert_eq!((measured(&before, "oversold"), measured(&before, "cancelled")), (plain, 0.0), "seed {seed}");
        let run = split_brain("cancelled", seed, Time::MAX);
        let cancelled = measured(&run, "cancelled");
        assert_eq!((measured(&run, "oversold"), cancelled, measured(&run, "sum")), (0.0, plain, 600.0), "seed {seed}");
        assert_eq!((measured(&run, "cancellation-cost"), measured(&run, "unaccounted")), (500.0 * plain, 0.0));
        assert_eq!(
            (measured(&run, "failed"), measured(&run, "lost-writes")),
            (0.0, 0.0),
            "nobody is refused or forgotten"
        );
        let kept = |line: &sim::VerdictLine| line.property == Property::WithinBounds && line.standing == Standing::Kept;
        assert!(run.verdicts().iter().any(kept), "all of it is cancelled");
        let marks = run.marks().iter().filter(|mark| mark.title.contains("cancels sales of widgets")).count();
        assert_eq!(marks, 1, "they are one mark with a count");
    }
}

#[test]
fn what_is_never_sold_twice_or_is_forgotten_is_not_to_be_cancelled() {
    let found = |dataset: &str, step: &str| {
        let text = format!(
            "version = 1\n[story]\ntitle = \"T\"\n[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n[[dataset]]\nid = \"db\"\n{dataset}\n\
             [[request]]\nid = \"r\"\nsteps = [\"{step}\"]\n[[population]]\nid = \"london\"\nrate = \"1/s\"\n"
        );
        load(&text, None, None).err().map_or_else(String::new, |problems| problems[0].to_string())
    };
    let stock = "protocol = \"multi-leader\"\ntype = \"stock\"\n";
    let merged = format!("{stock}policy = \"merge\"\nvalidate-after = \"1m\"\n");
    assert_eq!(found(&format!("{merged}cancel-cost = 5\ndesk = \"eu-west-1\""), "sell 1 db"), "");
    let forgotten = found(&format!("{stock}validate-after = \"1m\""), "sell 1 db");
    assert!(forgotten.starts_with("12:18: `validate-after` changes nothing; set policy = \"merge\""), "{forgotten}");
    let shares = found(&format!("{merged}quotas = {{ us-east-1 = 9 }}"), "sell 1 db");
    assert!(shares.starts_with("13:18: `validate-after` changes nothing; set"), "{shares}");
    let counter = found("protocol = \"multi-leader\"\ntype = \"counter\"\ncancel-cost = 5", "add 1 db");
    assert!(counter.starts_with("12:15: `cancel-cost` changes nothing; set type = \"stock\""), "{counter}");
    let price = found(&format!("{stock}policy = \"merge\"\ncancel-cost = 5"), "sell 1 db");
    assert!(price.starts_with("13:15: `cancel-cost` changes nothing; set `validate-after`"), "{price}");
    let desk = found(&format!("{stock}policy = \"merge\"\ndesk = \"eu-west-1\""), "sell 1 db");
    assert!(desk.starts_with("13:8: `desk` changes nothing") && desk.contains("or `validate-after`"), "{desk}");
}

/// New York and London sell twenty each of twenty while they are apart, and New York cancels while it is cut off again; then it loses its disk.
#[test]
fn what_is_cancelled_again_by_whoever_has_forgotten_it_counts_once() {
    let cut = |id: u32, at: u32| {
        format!(
            "[[fault]]\nid = \"cut-{id}\"\nkind = \"partition\"\nleft = \"us-east-1\"\nright = \"eu-west-1\"\nat = \"{at}s\"\nfor = \"20s\"\n"
        )
    };
    let users = |id: &str| {
        format!(
            "[[population]]\nid = \"{id}\"\narrival = \"constant\"\nrate = [[\"6s\", \"2/s\"], [\"16.2s\", \"0/s\"]]\n"
        )
    };
    let fire = "[[fault]]\nid = \"fire\"\nkind = \"region-loss\"\nregion = \"us-east-1\"\ndisks-lost = true\nat = \"40s\"\nfor = \"5s\"\n";
    let text = [
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"80s\"\n[routing]\nhealth-checked = false\n[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n",
        "[[dataset]]\nid = \"db\"\nkeys = 1\nprotocol = \"multi-leader\"\npolicy = \"merge\"\ntype = \"stock\"\ninitial = 20\nvalidate-after = \"9s\"\n",
        "[[request]]\nid = \"buy\"\nsteps = [\"sell 1 db\"]\n",
    ];
    let text = text.concat() + &users("new-york") + &users("london") + &cut(1, 5) + &cut(2, 30) + fire;
    let at = |second| {
        let scenario = load(&text, None, None).unwrap_or_else(|problems| panic!("{problems:?}"));
        let mut run: Run<Any> = scenario.run(Vec::new());
        while !run.advance(Time::from_secs(second), 1_000_000) {}
        ["oversold", "cancelled", "unaccounted"].map(|metric| measured(&run, metric))
    };
    let all = at(28)[0];
    assert!(all >= 15.0, "{all}");
    assert_eq!(at(38)[..2], [0.0, all], "cancelled while it is cut off");
    assert_eq!(at(44)[2], all, "and forgotten: London, which never heard of it, has them all sold");
    assert_eq!(at(80), [0.0, all, 0.0], "cancelled again, and the same");
}

/// A shop of New York and London, the second cut off for a while and slow for a while, whose desk is in New York.
fn slow_shop(initial: u32, [cut, slow]: [&str; 2], buyers: [&str; 2], more: &str) -> Run<Any> {
    let users = |id: &str, rate: &str| {
        format!("[[population]]\nid = \"{id}\"\narrival = \"constant\"\nrate = {rate}\nmix = {{ buy = 1 }}\n")
    };
    run_of(&format!(
        r#"version = 1
[story]
title = "T"
[run]
duration = "120s"
[links]
jitter = "off"
[[region]]
id = "us-east-1"
[[region]]
id = "eu-west-1"
service = "5ms"
[[dataset]]
id = "w"
protocol = "multi-leader"
type = "stock"
policy = "merge"
initial = {initial}
keys = 1
validate-after = "10s"
desk = "us-east-1"
[routing]
health-checked = false
[[request]]
id = "buy"
steps = ["sell 1 w"]
timeout = "500ms"
{more}
{}{}[[fault]]
id = "cut"
kind = "isolation"
region = "eu-west-1"
users = false
{cut}
[[fault]]
id = "slow"
kind = "slow-region"
region = "eu-west-1"
{slow}
"#,
        users("new-york", buyers[0]),
        users("london", buyers[1]),
    ))
}

#[test]
fn a_sale_that_was_made_twice_and_called_off_twice_counts_once() {
    let cut = "at = \"5s\"\nfor = \"40s\"";
    let slow = "at = \"18900ms\"\nfor = \"300ms\"\nslowness = \"120x\"";
    let retry = "retry = \"fixed\"\nattempts = 3\npause = \"100ms\"";
    let buyers = [r#"[["10s", "1/s"], ["15s", "0/s"]]"#, r#"[["10s", "1/s"], ["20s", "0/s"]]"#];
    let run = slow_shop(13, [cut, slow], buyers, retry);
    assert_eq!((whole(&run, "cancelled"), whole(&run, "sum"), whole(&run, "unaccounted")), (3.0, 13.0, 0.0));
    assert_eq!((whole(&run, "oversold"), measured_in(&run, "oversold", 50)), (0.0, 0.0));
}

#[test]
fn what_nobody_was_told_of_makes_nothing_less_sold_too_much_when_it_is_called_off() {
    let cut = "at = \"5s\"\nfor = \"20s\"";
    let again = "[[fault]]\nid = \"again\"\nkind = \"isolation\"\nregion = \"eu-west-1\"\nusers = false\nat = \"60s\"\nfor = \"100s\"\n";
    let rates = [
        r#"[["9.99s", "1/s"], ["19.5s", "0/s"], ["70s", "1/s"], ["81s", "0/s"]]"#,
        r#"[["9.995s", "1/s"], ["19.5s", "0/s"], ["70s", "1/s"], ["81s", "0/s"]]"#,
    ];
    let supplier = "[[request]]\nid = \"more\"\nsteps = [\"restock 10 w\"]\n[[population]]\nid = \"supplier\"\nplace = \"new-york\"\narrival = \"constant\"\nrate = [[\"49.99s\", \"100/s\"], [\"50.001s\", \"0/s\"]]\nmix = { more = 1 }\n";
    let beyond = |slow: &str| {
        let run = slow_shop(12, [cut, slow], rates, &format!("{again}{supplier}"));
        (whole(&run, "oversold"), whole(&run, "timed-out"))
    };
    let (all_told, none) = beyond("at = \"119s\"\nslowness = \"1x\"\nerrors = \"1%\"");
    let (some_not, late) = beyond("at = \"14900ms\"\nfor = \"4800ms\"\nslowness = \"1000x\"");
    assert!(none == 0.0 && late > 0.0, "{none}, {late}");
    assert_eq!((all_told, some_not), (10.0, 10.0));
}

/// A metric from a second on.
fn measured_in(run: &Run<Any>, metric: &str, from: u64) -> f64 {
    run.measure(&Query { from: Time::from_secs(from), ..Query::whole(metric) }).unwrap_or(f64::NAN)
}
