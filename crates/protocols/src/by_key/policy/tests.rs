//! What each policy shows of two versions that did not know each other, and of one.

use super::Choice;
use crate::by_key::sibling::{Sibling, Siblings};
use engine::Time;
use protocol::{Accepted, NodeId, Version, WriteId};
use values::{At, Author};

fn sibling(write: u64, second: u64, region: u16) -> Sibling {
    let version = Version::stamped(Time::from_secs(second), NodeId(region), Version::NONE);
    Sibling { accepted: Accepted { write: WriteId(write), version }, over: None, bytes: 10, deleted: false }
}

/// Versions that were written apart.
fn apart(versions: &[Sibling]) -> Siblings {
    let mut all = Siblings::default();
    for of in versions {
        let Accepted { write, version } = of.accepted;
        let author = Author { region: version.coordinator().0, life: 0 };
        let mut copy = Siblings::default();
        copy.put(&At { write: write.0, author, count: version.lsn, now: Time::ZERO }, *of, &|_| true);
        all.merge(&copy);
    }
    all
}

fn shown(choice: &Choice, versions: &[Sibling], before: Option<Sibling>) -> Option<u64> {
    let shown = choice.shown(&apart(versions), before.map(|before| before.accepted));
    shown.map(|shown| shown.accepted.write.0)
}

#[test]
fn each_policy_shows_what_it_is_named_after() {
    let (early, late) = (sibling(1, 10, 1), sibling(2, 20, 0));
    let both = [early, late];
    assert_eq!(shown(&Choice::FirstWriter, &both, Some(late)), Some(1));
    assert_eq!(shown(&Choice::Priority(vec![NodeId(1)]), &both, None), Some(1));
    assert_eq!(shown(&Choice::Priority(vec![NodeId(0), NodeId(1)]), &both, None), Some(2));
    assert_eq!(shown(&Choice::Priority(vec![NodeId(2)]), &both, None), Some(2), "of those behind the later");
    assert_eq!(shown(&Choice::Siblings, &both, Some(early)), None, "all are shown");
}

#[test]
fn what_is_suspended_stays_as_each_region_showed_it() {
    let (early, late, later) = (sibling(1, 10, 1), sibling(2, 20, 0), sibling(3, 30, 0));
    let suspended = |versions: &[Sibling], before| shown(&Choice::Suspended, versions, before);
    assert_eq!(suspended(&[early, late], Some(late)), Some(2));
    assert_eq!(suspended(&[early, late], Some(early)), Some(1));
    assert_eq!(suspended(&[early, later], Some(late)), Some(3), "the same region has replaced it");
    assert_eq!(suspended(&[early, late], None), Some(1));
    assert!(Choice::Suspended.replaces(&early, Some(early)) && !Choice::Suspended.replaces(&early, Some(late)));
    assert!(Choice::FirstWriter.replaces(&early, Some(late)), "what was passed over is replaced with what was not");
}
