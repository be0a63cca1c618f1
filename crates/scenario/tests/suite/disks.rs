//! What is set of disks: what makes no sense is refused, and what may be forgotten is not promised.

use engine::Time;
use protocol::Property;
use protocols::Any;
use scenario::{find_built_in, load};
use sim::{Run, Standing};

/// What is wrong with a dataset of these lines, the first of which is line 10.
fn problems(dataset: &str) -> Vec<String> {
    let regions = "[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n";
    let rest = "[[request]]\nid = \"r\"\nsteps = [\"write orders\"]\n[[population]]\nid = \"london\"\nrate = \"1/s\"\n";
    let text = format!("version = 1\n[story]\ntitle = \"T\"\n{regions}[[dataset]]\nid = \"orders\"\n{dataset}\n{rest}");
    load(&text, None, None).err().into_iter().flatten().map(|problem| problem.to_string()).collect()
}

#[test]
fn a_disk_that_makes_no_sense_is_refused_and_what_changes_nothing() {
    let leave = |key: &str| format!("here or in a variant, or leave `{key}` out");
    assert_eq!(problems("disk-sync = \"exponential 2ms\"\nsync-delay = \"200ms\"\ndurability = \"buffered\""), [""; 0]);
    assert_eq!(problems("protocol = \"raft\"\nsync-delay = \"1s\"\ndurability = \"buffered\""), [""; 0]);
    assert_eq!(
        problems("durability = \"buffered\""),
        [format!("10:14: `durability` changes nothing; set `disk-sync` or `sync-delay`, {}", leave("durability"))]
    );
    let others = "set `protocol` to async or semi-sync or sync or raft";
    assert_eq!(
        problems("protocol = \"quorum\"\ndisk-sync = \"2ms\""),
        [format!("11:13: `disk-sync` changes nothing; {others}, {}", leave("disk-sync"))]
    );
    let slow = problems("protocol = \"raft\"\ndisk-sync = \"exponential 2s\"");
    assert_eq!(
        slow,
        [
            "11:13: a vote is on its disk after 2 s, and who asks for it stands again after 1 s; make it a fraction of `election-timeout`"
        ]
    );
    let unknown = problems("disk-sync = \"2ms\"\ndurability = \"flushed\"");
    assert!(
        unknown[0].starts_with("11:14: `durability` cannot be `flushed`; one of `synced`, `buffered`"),
        "{unknown:?}"
    );
    let negative = problems("disk-sync = \"-2ms\"");
    assert!(negative[0].starts_with("10:13: "), "{negative:?}");
}

#[test]
fn a_slow_disk_is_refused_where_no_disk_takes_time() {
    let with = |dataset: &str, region: &str| {
        let fault = format!("[[fault]]\nid = \"f\"\nkind = \"slow-disk\"\nregion = \"{region}\"\nat = \"1s\"");
        problems(&format!("{dataset}\n{fault}"))
    };
    let help = "give one that has a replica there a `disk-sync` (where logs are shipped) or a `disk-write` (where nobody leads)";
    let none = |line| vec![format!("{line}:10: the disks of no dataset take time there; {help}")];
    assert_eq!(with("disk-sync = \"2ms\"", "us-east-1"), [""; 0]);
    assert_eq!(with("protocol = \"quorum\"\ndisk-read = \"2ms\"", "eu-west-1"), [""; 0]);
    assert_eq!(with("protocol = \"multi-leader\"\ndisk-write = \"2ms\"", "eu-west-1"), [""; 0]);
    assert_eq!(with("protocol = \"async\"", "us-east-1"), none(14));
    // Entries that are gathered do not wait for the disk.
    assert_eq!(with("sync-delay = \"2ms\"", "us-east-1"), none(14));
    assert_eq!(with("placement = [\"us-east-1\"]\ndisk-sync = \"2ms\"", "eu-west-1"), none(15));
}

#[test]
fn what_is_confirmed_before_it_is_synced_is_not_promised_and_what_is_synced_is() {
    let built_in = find_built_in("power-cut").expect("it is shipped");
    let verdict = |variant| {
        let scenario = load(built_in.text(), variant, None).expect("it is sound");
        let mut run: Run<Any> = scenario.run(Vec::new());
        while !run.advance(Time::MAX, 1_000_000) {}
        let lines = run.verdicts().into_iter();
        let line = lines.filter(|line| line.property == Property::NothingLost).map(|line| line.standing).next();
        let promised = scenario.config.datasets[0].promises.clone();
        (line.expect("it is judged"), run.lost_writes().len(), promised)
    };
    for (variant, other) in [(Some("raft-in-memory"), Some("raft")), (None, Some("synced"))] {
        let (standing, lost, promised) = verdict(variant);
        assert_eq!(standing, Standing::NotPromised, "{variant:?}");
        assert!(lost > 0);
        let (standing, lost, more) = verdict(other);
        assert_eq!((standing, lost), (Standing::Kept, 0), "{other:?}");
        assert_ne!(promised, more);
    }
}
