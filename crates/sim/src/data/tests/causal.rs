//! Reads that wait for what their client has heard of, where nobody leads: C5.

use super::*;
use crate::bare::ONE_WAY;
use protocol::{Leadership, Seen};
use protocols::multi_leader::{Config as Settings, MultiLeader, Policy, Timestamps, Topology};

/// What the first region writes is as long on its way to the third.
const LONG: Span = Span::from_millis(500);
const COMMENT: u32 = 0;
const REPLY: u32 = 1;

fn mesh() -> (Bare, Data<MultiLeader>) {
    let mut config = crate::bare::config(3);
    config.datasets[0].leadership = Leadership::None;
    config.links[0][2].one_way = LONG;
    let settings = Settings {
        keys: 10,
        kind: Kind::Register,
        policy: Policy::LastWriter,
        timestamps: Timestamps::Replica,
        people: None,
        compensation: None,
        refuse_after: None,
        topology: Topology::Mesh,
        window: 100,
        retain: 100,
        heartbeat: Span::from_secs(100),
        disk: None,
    };
    let mut bare = Bare::of(config);
    let mut data = Data::new(vec![settings].into(), &bare.config);
    bare.hand(|cx| data.start(cx));
    (bare, data)
}

/// A client that has seen so much asks a region for something; when, and what it is told at once.
fn ask(
    (bare, data): (&mut Bare, &mut Data<MultiLeader>),
    (region, key, kind, read): (u16, u32, OperationKind, ReadFrom),
    seen: &Seen,
) -> (Time, Option<(Response, Seen)>) {
    let Ask { want, .. } = write(region, false);
    let within = read.means().within.unwrap_or(Span::ZERO);
    let want = Want { kind, read, key, write: key + 1, within, seen: seen.clone(), ..want };
    let mut at = Time::ZERO;
    let call = engine::Key::from_bits(u64::from(key) + 1);
    let came = bare.hand(|cx| {
        at = cx.now();
        data.ask(Ask { call, region, dataset: 0, want, passed_on: false }, cx);
    });
    let told = came.said.into_iter().find_map(|said| match said {
        kernel::Said::Data(Said::Replied { response, seen, .. }) => Some((response, seen)),
        _ => None,
    });
    (at, told)
}

/// Let time pass until a region holds something under a key.
fn until_held((bare, data): (&mut Bare, &mut Data<MultiLeader>), (region, key): (u16, u32)) -> Time {
    loop {
        let (at, event) = bare.next().expect("it is under way");
        on(event, bare, data);
        if data.running(0, region).is_some_and(|replica| replica.stored(Key(key)).write.is_some()) {
            return at;
        }
    }
}

/// A comment in the first region, and the reply of somebody in the second who has read it, read in the third by a rule: how long after the comment
/// was written the third is asked for it, and when it says what.
fn comment_after_reply(read: ReadFrom) -> (Span, Span, Response) {
    let (mut bare, mut data) = mesh();
    let (nothing, both) = (Seen::nothing(), (OperationKind::Write, OperationKind::Read));
    let (began, _) = ask((&mut bare, &mut data), (0, COMMENT, both.0, read), &nothing);
    let held = until_held((&mut bare, &mut data), (1, COMMENT));
    assert_eq!(held, began + ONE_WAY);
    let (_, told) = ask((&mut bare, &mut data), (1, COMMENT, both.1, read), &nothing);
    let (_, seen) = told.expect("it is there");
    ask((&mut bare, &mut data), (1, REPLY, both.0, read), &seen);
    let held = until_held((&mut bare, &mut data), (2, REPLY));
    assert_eq!(held, began + ONE_WAY * 2);
    let (_, told) = ask((&mut bare, &mut data), (2, REPLY, both.1, read), &nothing);
    let (response, seen) = told.expect("it has come");
    assert!(matches!(response, Response::Read(stored) if stored.write == Some(WriteId(2))), "{response:?}");
    let (asked, told) = ask((&mut bare, &mut data), (2, COMMENT, both.1, read), &seen);
    let (at, response) = match told {
        Some((response, _)) => (asked, response),
        None => reply(&mut bare, &mut data, Time::from_secs(5)).expect("it is told in the end"),
    };
    assert!(data.waiting.is_empty());
    (asked - began, at - began, response)
}

#[test]
fn a_causal_read_waits_exactly_as_long_as_what_it_lacks_is_under_way() {
    let (asked, told, response) = comment_after_reply(ReadFrom::Causal);
    assert_eq!((asked, told), (ONE_WAY * 2, LONG));
    assert!(matches!(response, Response::Read(stored) if stored.write == Some(WriteId(1))), "{response:?}");
    let (asked, told, response) = comment_after_reply(ReadFrom::Local);
    assert_eq!(asked, told, "at once");
    assert!(matches!(response, Response::Read(stored) if stored.write.is_none()), "{response:?}");
}

#[test]
fn a_session_that_does_not_wait_is_sent_to_who_wrote_what_is_lacking_and_waits_there() {
    let (asked, told, response) = comment_after_reply(ReadFrom::Session);
    assert_eq!((asked, response), (told, Response::NotLeader(NodeId(0))));
    let (mut bare, mut data) = mesh();
    let (_, told) =
        ask((&mut bare, &mut data), (0, COMMENT, OperationKind::Write, ReadFrom::Session), &Seen::nothing());
    let (_, seen) = told.expect("it is written");
    let Ask { want, .. } = write(1, true);
    let (read, call) = (ReadFrom::Session, engine::Key::from_bits(9));
    let want = Want { kind: OperationKind::Read, read, key: COMMENT, seen, ..want };
    let came = bare.hand(|cx| data.ask(Ask { call, region: 1, dataset: 0, want, passed_on: true }, cx));
    assert!(came.said.is_empty(), "{came:?}");
    let (_, response) = reply(&mut bare, &mut data, Time::from_secs(5)).expect("it comes");
    assert!(matches!(response, Response::Read(stored) if stored.write == Some(WriteId(1))), "{response:?}");
}
