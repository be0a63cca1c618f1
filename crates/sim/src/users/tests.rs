use super::said::{Ready, Said};
use super::*;
use crate::bare::{Bare, ONE_WAY};
use crate::failure::table::ErrorKind;
use crate::kernel;
use crate::network::said::{Arrived, Body};
use crate::services::said::{Answer, Call, Found};
use crate::trace::{What, users as facts};
use engine::{Span, Time};
use protocol::Version;

/// Users of whom one has something to send, the attempt he asks about, and where that stands.
fn asking() -> (Bare, Users, Ready) {
    let mut bare = Bare::new(2);
    let mut users = Users::new(&bare.config);
    bare.hand(|cx| users.start(cx));
    let Some((_, kernel::Event::Users(arrival))) = bare.next() else { panic!("users arrive") };
    let came = bare.hand(|cx| users.on(arrival, cx));
    let [What::Users(facts::Fact::OperationStarted(_))] = came.stated[..] else { panic!("{came:?}") };
    let [kernel::Said::Users(Said::Ready(ready))] = came.said[..] else { panic!("{came:?}") };
    (bare, users, ready)
}

fn answer(call: Call, result: Result<Found, ErrorKind>) -> Answer {
    let Call { client, number, attempt, .. } = call;
    Answer { client, number, attempt, ticket: None, result, served_by: 1, doubled: false }
}

/// Send the attempt to a region and see the call arrive there.
fn sent(bare: &mut Bare, users: &mut Users, ready: Ready) -> Call {
    bare.hand(|cx| users.send(ready.client, 1, cx));
    loop {
        let (_, event) = bare.next().expect("a packet is under way");
        let kernel::Event::Network(due) = event else { continue };
        let came = bare.arrive(due);
        let [Arrived { body: Body::Call(call), .. }] = &came.arrived[..] else { panic!("{came:?}") };
        return call.clone();
    }
}

#[test]
fn a_client_asks_where_to_send_before_it_sends() {
    let (mut bare, mut users, ready) = asking();
    assert_eq!((ready.population, ready.failed), (0, None));
    let call = sent(&mut bare, &mut users, ready);
    assert_eq!((call.region, call.attempt, call.deadline), (1, 1, Time::from_secs(2)));
}

#[test]
fn an_answer_ends_the_operation_and_another_to_the_same_attempt_says_nothing() {
    let (mut bare, mut users, ready) = asking();
    let call = sent(&mut bare, &mut users, ready);
    let found = Found::nothing(Time::from_secs(1) + ONE_WAY, Version::NONE);
    let came = bare.hand(|cx| users.on_answer(answer(call.clone(), Ok(found.clone())), cx));
    let [What::Users(facts::Fact::OperationEnded(_, ending))] = came.stated[..] else { panic!("{came:?}") };
    assert_eq!((ending.error, ending.answered), (None, found.at));
    let came = bare.hand(|cx| users.on_answer(answer(call, Ok(found)), cx));
    assert!(came.stated.is_empty() && came.said.is_empty(), "{came:?}");
}

#[test]
fn after_a_refusal_a_client_pauses_and_says_where_it_was_refused() {
    let (mut bare, mut users, ready) = asking();
    let call = sent(&mut bare, &mut users, ready);
    let refused = bare.hand(|cx| users.on_answer(answer(call, Err(ErrorKind::Overloaded)), cx));
    assert!(matches!(refused.stated[..], [What::Users(facts::Fact::AttemptFailed { region: 1, .. })]), "{refused:?}");
    assert!(refused.said.is_empty());
    let resumed = loop {
        let (at, event) = bare.next().expect("it goes on");
        if let kernel::Event::Users(event @ Event::Resume { .. }) = event {
            assert_eq!(at, Time::from_secs(1) + ONE_WAY + Span::from_millis(100));
            break bare.hand(|cx| users.on(event, cx));
        }
    };
    assert!(
        matches!(resumed.said[..], [kernel::Said::Users(Said::Ready(Ready { failed: Some(1), .. }))]),
        "{resumed:?}"
    );
}

#[test]
fn a_client_that_waits_too_long_gives_the_attempt_up_and_a_late_answer_says_nothing() {
    let (mut bare, mut users, ready) = asking();
    let call = sent(&mut bare, &mut users, ready);
    let (at, came) = loop {
        let (at, event) = bare.next().expect("it gives up");
        if let kernel::Event::Users(event @ Event::Timeout { .. }) = event {
            break (at, bare.hand(|cx| users.on(event, cx)));
        }
    };
    assert_eq!(at, call.deadline);
    let error = ErrorKind::Timeout;
    assert!(
        matches!(came.stated[..], [What::Users(facts::Fact::AttemptFailed { error: is, .. })] if is == error),
        "{came:?}"
    );
    let late = bare.hand(|cx| users.on_answer(answer(call, Ok(Found::nothing(at, Version::NONE))), cx));
    assert!(late.stated.is_empty() && late.said.is_empty(), "{late:?}");
}
