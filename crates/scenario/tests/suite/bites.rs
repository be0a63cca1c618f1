//! What is known to be unsafe is caught: on some seed of the first hundred a verdict says so, and with its mend on none.

use engine::Time;
use protocols::Any;
use scenario::load;
use sim::metrics::Query;
use sim::{Run, Standing};

const SEEDS: u64 = 100;

/// Two regions 80 ms apart and users beside both, for ten seconds.
fn text(dataset: &str, steps: &str, more: &str) -> String {
    format!(
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"10s\"\n[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n[[region]]\nid = \"us-west-2\"\n\
         [[dataset]]\nid = \"db\"\nkeys = 1\nsampled-keys = 1\n{dataset}\n[[request]]\nid = \"w\"\nsteps = {steps}\n\
         [[population]]\nid = \"new-york\"\nrate = \"4/s\"\n[[population]]\nid = \"london\"\nrate = \"4/s\"\n{more}\n"
    )
}

/// The first seed on which a metric is above zero.
fn caught(text: &str, metric: &str) -> Option<u64> {
    (1..=SEEDS).find(|seed| {
        let scenario = load(text, None, Some(*seed)).unwrap_or_else(|problems| panic!("{}", problems[0]));
        let mut run: Run<Any> = scenario.run(Vec::new());
        while !run.advance(Time::MAX, 1_000_000) {}
        let found = run.measure(&Query::whole(metric)).expect("it is measured") > 0.0;
        assert!(!run.verdicts().iter().any(|line| line.standing == Standing::Broken), "nothing was promised");
        found
    })
}

#[test]
fn a_quorum_that_does_not_overlap_reads_what_is_old() {
    let quorum = |of: u32| {
        let dataset = format!("protocol = \"quorum\"\nwrite-quorum = {of}\nread-quorum = {of}\nread-repair = \"off\"");
        text(&dataset, "[\"write db\", \"read db from local\"]", "")
    };
    assert!(caught(&quorum(1), "stale-reads").is_some());
    assert_eq!(caught(&quorum(2), "stale-reads"), None);
}

#[test]
fn the_later_stamp_of_a_fast_clock_throws_away_what_was_written_after_it() {
    let skew =
        "[[fault]]\nid = \"fast\"\nkind = \"clock-skew\"\nregion = \"eu-west-1\"\noffset = \"2s\"\nat = \"0s\"\n";
    let later = |more: &str| text("protocol = \"quorum\"\nwrite-quorum = 2\nread-quorum = 2", "[\"write db\"]", more);
    assert!(caught(&later(skew), "lost-updates").is_some());
    let one = text("protocol = \"async\"", "[\"write db\"]", skew);
    assert_eq!(caught(&one, "lost-writes"), None, "one leader's order asks no clock");
}

#[test]
fn without_fencing_two_lead_and_what_the_outdated_one_confirms_is_lost() {
    let cut = "[control]\nhome = \"us-west-2\"\nfailover = \"automatic\"\n[[fault]]\nid = \"cut\"\nkind = \"isolation\"\nregion = \"us-east-1\"\nusers = false\nat = \"1s\"\n";
    let led = |fencing: &str| {
        text(&format!("protocol = \"async\"\nfencing = {fencing}"), "[\"write db\"]", cut).replace("10s", "40s")
    };
    assert!(caught(&led("\"off\""), "split-brain-writes").is_some());
    assert_eq!(caught(&led("\"lease\"\nlease = \"1s\""), "split-brain-writes"), None);
}

#[test]
fn checking_a_copy_and_then_selling_from_it_sells_what_is_not_there() {
    let stock = |more: &str| text(&format!("type = \"stock\"\ninitial = 20\n{more}"), "[\"sell 1 db\"]", "");
    assert!(caught(&stock("protocol = \"multi-leader\""), "oversold").is_some());
    assert!(caught(&stock("protocol = \"multi-leader\"\npolicy = \"merge\""), "oversold").is_some());
    let shares = "protocol = \"multi-leader\"\npolicy = \"merge\"\nquotas = { us-east-1 = 10, eu-west-1 = 10 }";
    assert_eq!(caught(&stock(shares), "oversold"), None);
    assert_eq!(caught(&stock("protocol = \"async\""), "oversold"), None);
}

#[test]
fn whoever_calls_sales_off_leaves_none_too_many_whatever_was_still_under_way() {
    let shop = |after: &str| {
        let dataset = "protocol = \"multi-leader\"\ntype = \"stock\"\ninitial = 20\npolicy = \"merge\"";
        text(&format!("{dataset}\nvalidate-after = {after}"), "[\"sell 1 db\"]", "")
            .replace("rate = \"4/s\"", "rate = [[\"0s\", \"4/s\"], [\"8s\", \"4/s\"], [\"8.001s\", \"0/s\"]]")
    };
    assert!(caught(&shop("\"off\""), "oversold").is_some());
    assert!(caught(&shop("\"0s\""), "cancelled").is_some());
    // At once, so that what was under way is seen to besides, and later than that.
    for after in ["\"0s\"", "\"500ms\""] {
        assert_eq!(caught(&shop(after), "oversold"), None, "{after}");
        assert_eq!(caught(&shop(after), "unaccounted"), None, "{after}");
    }
}

#[test]
fn counting_in_place_and_merging_by_the_maximum_brings_back_what_was_taken() {
    let likes = |kind: &str| {
        let dataset = format!("protocol = \"multi-leader\"\npolicy = \"merge\"\ntype = \"{kind}\"");
        text(&dataset, "[\"add 1 db\", \"add -1 db\"]", "")
            .replace("rate = \"4/s\"", "rate = [[\"0s\", \"4/s\"], [\"8s\", \"4/s\"], [\"8.001s\", \"0/s\"]]")
    };
    assert!(caught(&likes("max-counter"), "unaccounted").is_some());
    assert_eq!(caught(&likes("counter"), "unaccounted"), None);
}
