//! What is lost and what is thrown away where nobody leads, in plans small enough to be counted by hand.

use protocols::Any;
use scenario::load;
use sim::Run;
use sim::metrics::Query;

/// Three regions 10 to 30 ms apart, one key, and users beside the first two, who write at these instants, in milliseconds.
fn run(dataset: &str, writes: [&[u32]; 2], faults: &str) -> Run<Any> {
    let pulse = |at: &u32| format!("[\"{}ms\", \"100/s\"], [\"{}ms\", \"0/s\"]", at - 10, at + 1);
    let users = |id: &str, latitude: u32, writes: &[u32]| {
        let pulses: Vec<String> = writes.iter().map(pulse).collect();
        format!(
            "[[population]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\narrival = \"constant\"\nrate = [[\"0s\", \"0/s\"], {}]\n",
            pulses.join(", ")
        )
    };
    let region = |id: &str, latitude: u32| {
        format!("[[region]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\nservice = \"0ms\"\n")
    };
    let link = |between: &str, rtt: &str| format!("[[link]]\nbetween = {between}\nrtt = \"{rtt}\"\n");
    let text = [
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"30s\"\n[links]\njitter = \"off\"\nlast-mile = \"0ms\"\n".to_owned(),
        [region("a", 40), region("b", 45), region("c", 50)].concat(),
        link("[\"a\", \"b\"]", "20ms") + &link("[\"a\", \"c\"]", "50ms") + &link("[\"b\", \"c\"]", "60ms"),
        format!("[[dataset]]\nid = \"db\"\nkeys = 1\n{dataset}\n[[request]]\nid = \"w\"\nsteps = [\"write db\"]\n"),
        users("u", 40, writes[0]),
        writes[1].first().map(|_| users("v", 45, writes[1])).unwrap_or_default(),
        faults.to_owned(),
    ];
    let scenario = load(&text.concat(), None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    run.finish();
    let all = writes[0].len() + writes[1].len();
    assert_eq!(measured(&run, "succeeded"), all as f64, "every write is confirmed");
    run
}

fn measured(run: &Run<Any>, metric: &str) -> f64 {
    run.measure(&Query::whole(metric)).unwrap_or(0.0)
}

/// Conflicts, updates thrown away, writes lost otherwise, and how far back these reach, to a tenth of a second.
fn counted(run: &Run<Any>) -> [f64; 4] {
    let rpo = (measured(run, "rpo") * 10.0).round() / 10.0;
    [measured(run, "conflicts"), measured(run, "lost-updates"), measured(run, "lost-writes"), rpo]
}

const ONE: &str = "protocol = \"quorum\"\nwrite-quorum = 1\nread-quorum = 1";
const CUT: &str = "[[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"a\"\nright = [\"b\", \"c\"]\nplane = \"data\"\nat = \"5s\"\nfor = \"10s\"\n";

fn loss(region: &str, at: &str, more: &str) -> String {
    format!(
        "[[fault]]\nid = \"loss-{region}-{at}\"\nkind = \"region-loss\"\nregion = \"{region}\"\nat = \"{at}\"\n{more}\n"
    )
}

#[test]
fn what_one_side_of_a_cut_wrote_is_thrown_away_however_many_times_the_other_side_wrote_after_it() {
    // Several leaders send every write, and so each of them meets the other; else the latest is handed over.
    for (protocol, met) in [(ONE, 1.0), ("protocol = \"multi-leader\"", 2.0)] {
        let thrown = |writes| counted(&run(protocol, writes, CUT));
        assert_eq!(thrown([&[7000], &[8000]]), [1.0, 1.0, 0.0, 0.0], "{protocol}");
        assert_eq!(thrown([&[7000], &[8000, 9000]]), [1.0, 1.0, 0.0, 0.0], "{protocol}");
        assert_eq!(thrown([&[6000, 7000], &[8000]]), [met, 2.0, 0.0, 0.0], "{protocol}");
        assert_eq!(thrown([&[6000, 7000, 16000], &[8000]]), [met, 2.0, 0.0, 0.0], "{protocol}");
        assert_eq!(thrown([&[4000], &[8000]]), [0.0; 4], "{protocol}: it came before the cut");
    }
}

#[test]
fn a_write_whose_only_disk_is_lost_is_lost_although_another_was_confirmed_after_it_elsewhere() {
    let lost = |more| counted(&run(ONE, [&[7000], &[8000]], &format!("{CUT}{}", loss("a", "10s", more))));
    assert_eq!(lost("disks-lost = true"), [0.0, 0.0, 1.0, 3.0]);
    assert_eq!(lost(""), [0.0, 0.0, 1.0, 3.0], "and while it has no power");
    assert_eq!(lost("for = \"10s\""), [1.0, 1.0, 0.0, 0.0], "when it is back it is thrown away");
}

#[test]
fn a_loss_reaches_back_to_the_first_write_of_a_key_that_went_with_it() {
    let without_hints = format!("{ONE}\nhints = false");
    let faults = format!("{CUT}{}", loss("a", "10s", "disks-lost = true"));
    let all = run(&without_hints, [&[6000, 7000, 8000], &[]], &faults);
    assert_eq!(counted(&all), [0.0, 0.0, 3.0, 4.0]);
}

#[test]
fn what_is_kept_for_regions_that_are_away_is_not_lost() {
    let sloppy = format!("{ONE}\nreplicas = 2\nsloppy = \"100ms\"");
    // The key is at home in the first two; the third keeps the write while the second is away, and then alone.
    let faults = [loss("b", "5s", ""), loss("a", "12s", "disks-lost = true")].concat();
    assert_eq!(counted(&run(&sloppy, [&[8000], &[]], &faults)), [0.0; 4]);
    let all = faults + &loss("c", "20s", "disks-lost = true");
    assert_eq!(counted(&run(&sloppy, [&[8000], &[]], &all)), [0.0, 0.0, 1.0, 12.0]);
}
