//! Disks that take time, in runs in which a replica forgets what it had in memory.

use crate::running::run_on;
use protocols::Any;
use sim::metrics::Query;
use sim::{Run, Standing};

/// Two regions 300 ms apart, which keep data so, and users beside one of them who ask so.
fn text(data: &str, steps: &str, users: &str, faults: &str) -> String {
    let region = |id: &str, latitude: u32| format!("[[region]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\n");
    [
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"20s\"\n[links]\njitter = \"off\"\n",
        "[control]\nhome = \"c\"\ninterval = \"500ms\"\ntimeout = \"400ms\"\nthreshold = 2\n",
        &[region("a", 40), region("b", 55), region("c", 70)].concat(),
        "[[link]]\nbetween = [\"a\", \"b\"]\nrtt = \"300ms\"\n",
        &format!(
            "[[dataset]]\nid = \"db\"\nplacement = [\"a\", \"b\"]\nkeys = 64\nsampled-keys = 64\nzipf = 0.0\n{data}\n"
        ),
        &format!("[[request]]\nid = \"use\"\nsteps = {steps}\n"),
        &format!("[[population]]\nid = \"users\"\n{users}\n{faults}"),
    ]
    .concat()
}

fn loss(id: &str, region: &str, at: &str, more: &str) -> String {
    format!("[[fault]]\nid = \"{id}\"\nkind = \"region-loss\"\nregion = \"{region}\"\nat = \"{at}\"\n{more}\n")
}

fn broken(run: &Run<Any>) -> Vec<String> {
    let broken = run.verdicts().into_iter().filter(|line| line.standing == Standing::Broken);
    broken.map(|line| line.text).collect()
}

/// A copy of the state goes no further than the leader's disk: the places of what it forgets are other writes' afterwards, and who has read of
/// both sides would go backwards.
#[test]
fn a_copy_of_the_state_holds_nothing_that_the_leader_may_forget() {
    let data = "protocol = \"async\"\nsync-delay = \"100ms\"\nretain = 2\nship = \"300ms\"";
    let users = "place = [56.0, 8.0]\nrate = \"100/s\"";
    for seed in 1..8 {
        let run = run_on(
            &text(data, "[\"write db\", \"read db from session\"]", users, &loss("dark", "a", "5s", "for = \"300ms\"")),
            Some(seed),
        );
        assert_eq!(broken(&run), [""; 0], "seed {seed}");
    }
}

/// Synchronous replication to memory: where all are dark nobody serves what was confirmed, and nothing was promised for that.
#[test]
fn who_confirms_what_is_in_memory_promises_nothing_for_when_all_are_dark() {
    let faults = [loss("one", "a", "4s", ""), loss("other", "b", "5s", "")].concat();
    let of = |durability: &str| {
        let data = format!("protocol = \"sync\"\ndisk-sync = \"10ms\"\ndurability = \"{durability}\"");
        run_on(&text(&data, "[\"write db\"]", "place = [41.0, 8.0]\nrate = \"20/s\"", &faults), Some(1))
    };
    for durability in ["buffered", "synced"] {
        let run = of(durability);
        assert!(run.measure(&Query::whole("lost-writes")).is_some_and(|lost| lost > 0.0), "{durability}");
        assert_eq!(broken(&run), [""; 0], "{durability}");
    }
}

/// The old leader follows and takes its log back; its disk has the old log until the next sync. It loses its power before that, and leads again with
/// what its disk had: all but the few writes that it had never synced.
#[test]
fn what_was_taken_back_is_on_the_disk_until_the_next_sync() {
    let data = "protocol = \"async\"\nship = \"30s\"\nsync-delay = \"1500ms\"\ndurability = \"buffered\"";
    let users = "place = [41.0, 8.0]\nrate = [[\"0s\", \"5/s\"], [\"9900ms\", \"5/s\"], [\"9901ms\", \"0/s\"]]";
    let faults = [
        loss("one", "a", "10s", "for = \"2s\""),
        loss("two", "b", "13s", "disks-lost = true"),
        loss("three", "a", "13100ms", "for = \"500ms\""),
    ];
    let text = text(data, "[\"write db\"]", users, &faults.concat())
        .replace("home = \"c\"\n", "home = \"c\"\nfailover = \"automatic\"\n");
    let run = run_on(&text, Some(1));
    let synced_late = 8.0;
    let lost = run.measure(&Query::whole("lost-writes")).unwrap_or(f64::NAN);
    let confirmed = run.measure(&Query::whole("succeeded")).unwrap_or(f64::NAN);
    assert!(confirmed > 30.0 && lost <= synced_late, "{lost} of {confirmed} lost");
}
