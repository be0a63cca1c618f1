use super::said::Want;
use super::*;
use crate::bare::Bare;
use crate::kernel;
use crate::network::said::Arrived;
use crate::trace::{What, services as facts};
use crate::users::said::OperationKind;
use protocol::Refusal;

fn call(number: u64, dataset: Option<u16>) -> Call {
    Call {
        client: Key::from_bits(number),
        number,
        attempt: 1,
        dataset,
        want: Want {
            kind: OperationKind::Write,
            read: ReadFrom::Leader,
            key: 3,
            write: number as u32,
            change: values::Change::new(values::Verb::Set),
            bytes: 100,
            clock: Time::ZERO,
            at_least: Version::NONE,
            seen: Seen::UNKNOWN,
            within: engine::Span::ZERO,
            same: None,
        },
        reply: ReplyTo { place: Place::users(0), ticket: None },
        region: 0,
        hops: 0,
        since: Time::ZERO,
        deadline: Time::from_secs(1),
        asked: false,
        passed_to: None,
        doubled: false,
    }
}

/// A service with one worker and one place to wait, and what comes of so many calls at once.
fn crowded(calls: u64) -> (Bare, Services, Vec<What>) {
    let mut bare = Bare::new(2);
    let mut services = Services::new(&bare.config);
    let stated =
        (1..=calls).flat_map(|number| bare.hand(|cx| services.on_call(0, call(number, Some(0)), false, cx)).stated);
    let stated = stated.collect();
    (bare, services, stated)
}

#[test]
fn one_call_is_served_one_waits_and_one_is_refused() {
    let (mut bare, services, stated) = crowded(3);
    assert!(
        matches!(
            stated[..],
            [
                What::Services(facts::Fact::ServiceStarted { operation: 1, .. }),
                What::Services(facts::Fact::Rejected { operation: 3, .. })
            ]
        ),
        "{stated:?}"
    );
    let shown = services.show(0, &bare.config.regions[0]);
    assert_eq!((shown.busy, shown.queue), (1, 1));
    let answers = bare.deliver();
    let [Arrived { body: Body::Answer(answer), .. }] = &answers.arrived[..] else { panic!("{answers:?}") };
    assert_eq!((answer.number, answer.result.as_ref().err().copied()), (3, Some(ErrorKind::Overloaded)));
}

#[test]
fn a_worker_that_is_done_takes_up_the_next_before_anybody_hears_that_data_are_needed() {
    let (mut bare, mut services, _) = crowded(2);
    let Some((_, kernel::Event::Services(served))) = bare.next() else { panic!("a worker is at work") };
    let came = bare.hand(|cx| services.on(served, cx));
    assert!(
        matches!(
            came.stated[..],
            [
                What::Services(facts::Fact::Served { operation: 1, .. }),
                What::Services(facts::Fact::ServiceStarted { operation: 2, .. })
            ]
        ),
        "{came:?}"
    );
    let [kernel::Said::Services(Said::NeedsData(ask))] = &came.said[..] else { panic!("{came:?}") };
    assert_eq!((ask.region, ask.dataset, ask.want.key, ask.want.write, ask.passed_on), (0, 0, 3, 1, false));
}

#[test]
fn a_region_without_power_says_which_attempts_it_has_forgotten() {
    let (mut bare, mut services, _) = crowded(2);
    let came = bare.hand(|cx| services.power_lost(0, 7, cx));
    let forgotten = |said: &kernel::Said| match said {
        kernel::Said::Services(Said::Forgotten { number, event: 7, .. }) => *number,
        said => panic!("{said:?}"),
    };
    assert_eq!(came.said.iter().map(forgotten).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(services.show(0, &bare.config.regions[0]).busy, 0);
}

/// What the client of a call is told that went through so many regions before, when the replica here says this.
fn told(hops: u8, response: Response) -> Result<Found, ErrorKind> {
    let mut bare = Bare::new(2);
    let mut services = Services::new(&bare.config);
    bare.hand(|cx| services.on_call(0, Call { hops, ..call(1, Some(0)) }, false, cx));
    let Some((_, kernel::Event::Services(served))) = bare.next() else { panic!("a worker is at work") };
    let came = bare.hand(|cx| services.on(served, cx));
    let [kernel::Said::Services(Said::NeedsData(ask))] = &came.said[..] else { panic!("{came:?}") };
    bare.hand(|cx| services.on_reply(0, ask.call, (response, Seen::UNKNOWN), cx));
    let answers = bare.deliver();
    let [Arrived { body: Body::Answer(answer), .. }] = &answers.arrived[..] else { panic!("{answers:?}") };
    answer.result.clone()
}

#[test]
fn a_client_is_told_why_nobody_served_it() {
    let refused = [Refusal::NoLeader, Refusal::NoLease, Refusal::HandingOver, Refusal::Unsettled];
    let reasons = refused.map(|refusal| told(0, Response::Refused(refusal)).err());
    let expected = [ErrorKind::NoLeader, ErrorKind::NoLease, ErrorKind::HandingOver, ErrorKind::Unsettled];
    assert_eq!(reasons, expected.map(Some));
    assert_eq!(told(HOPS, Response::NotLeader(NodeId(1))).err(), Some(ErrorKind::Astray));
}

#[test]
fn a_call_for_another_region_is_passed_on_once_and_its_answer_goes_to_whoever_asked() {
    let (mut bare, mut services, _) = crowded(1);
    let Some((_, kernel::Event::Services(served))) = bare.next() else { panic!("a worker is done") };
    let came = bare.hand(|cx| services.on(served, cx));
    let [kernel::Said::Services(Said::NeedsData(ask))] = &came.said[..] else { panic!("{came:?}") };
    bare.hand(|cx| services.send_elsewhere(0, ask.call, 1, cx));
    let passed = bare.deliver();
    let [Arrived { from, to, body: Body::Call(call), .. }] = &passed.arrived[..] else { panic!("{passed:?}") };
    assert_eq!((*from, *to, call.hops), (Place::region(0), Place::region(1), 1));
    assert_eq!((call.reply.place, call.reply.ticket), (Place::region(0), Some(ask.call)));
    let Call { client, number, attempt, reply, .. } = *call;
    let found = Found::nothing(Time::ZERO, Version::NONE);
    let answer =
        Answer { client, number, attempt, ticket: reply.ticket, result: Ok(found), served_by: 1, doubled: false };
    bare.hand(|cx| services.pass_answer_on(0, answer.clone(), cx));
    let came = bare.deliver();
    let [Arrived { to, body: Body::Answer(told), .. }] = &came.arrived[..] else { panic!("{came:?}") };
    assert_eq!((*to, told.ticket, told.served_by), (Place::users(0), None, 1));
    bare.hand(|cx| services.pass_answer_on(0, answer, cx));
    assert!(bare.deliver().arrived.is_empty(), "it is answered once");
}
