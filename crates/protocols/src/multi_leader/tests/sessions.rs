//! What sessions have seen, where nobody leads: C3, C4, C5.

use super::*;
use protocol::Upto;

impl Regions {
    /// A client that has seen so much asks for this; the answer, and what it has seen then.
    fn ask(&mut self, node: u16, key: u32, operation: Operation, seen: &Seen) -> (Response, Seen) {
        let (id, clock, mut seen) = (RequestId(77), Time::ZERO, seen.clone());
        let request = Request { id, key: Key(key), operation, epoch: Epoch(0), clock, seen: seen.clone() };
        self.hand(NodeId(node), |region, env, effects| region.on_request(env, request, effects));
        let (response, with) = self.told.take().expect("it is answered");
        seen.merge(&with);
        (response, seen)
    }

    fn put(&mut self, node: u16, key: u32, write: u64, seen: &Seen) -> Seen {
        self.ask(node, key, Operation::put(WriteId(write), 10), seen).1
    }

    /// Which write somebody finds who has seen so much; or who is to be asked instead.
    fn find(&mut self, node: u16, key: u32, seen: &Seen) -> (Result<Option<u64>, NodeId>, Seen) {
        match self.ask(node, key, Operation::ReadSeen, seen) {
            (Response::Read(stored), seen) => (Ok(stored.write.map(|write| write.0)), seen),
            (Response::NotLeader(other), seen) => (Err(other), seen),
            other => panic!("{other:?}"),
        }
    }

    /// A region says where it stands.
    fn beat(&mut self, node: u16) {
        self.hand(NodeId(node), |region, env, effects| region.on_timer(env, Timer::Heartbeat, effects));
    }

    /// What is under way from one to another arrives, and nothing else.
    fn arrives(&mut self, from: u16, to: u16) {
        while self.next_arrives(from, to) {}
    }

    /// The next of that; whether there was one.
    fn next_arrives(&mut self, from: u16, to: u16) -> bool {
        let way = |(of, at, _): &(NodeId, NodeId, Message)| (of.0, at.0) == (from, to);
        let next = self.under_way.iter().position(way).and_then(|place| self.under_way.remove(place));
        let Some((from, to, message)) = next else { return false };
        self.hand(to, |region, env, effects| region.on_message(env, from, message, effects));
        true
    }
}

const COMMENT: u32 = 0;
const REPLY: u32 = 1;

/// A comment in the first region, and a reply to it in the second, which has come to the third before the comment. What is seen there with the
/// reply, if whoever replied carries what they had seen.
fn overtaken(carries: bool, config: Config) -> (Regions, Seen) {
    let mut all = Regions::new(3, config);
    all.put(0, COMMENT, 1, &Seen::nothing());
    all.arrives(0, 1);
    let (comment, seen) = all.find(1, COMMENT, &Seen::nothing());
    assert_eq!(comment, Ok(Some(1)));
    all.put(1, REPLY, 2, if carries { &seen } else { &Seen::UNKNOWN });
    all.arrives(1, 2);
    let (reply, seen) = all.find(2, REPLY, &Seen::nothing());
    assert_eq!(reply, Ok(Some(2)));
    (all, seen)
}

#[test]
fn a_comment_is_waited_for_by_whoever_has_read_the_reply_and_by_nobody_else() {
    let (mut all, seen) = overtaken(true, config(Topology::Mesh));
    assert_eq!(all.regions[2].lacks(&seen), Some(NodeId(0)));
    assert_eq!(all.find(2, COMMENT, &seen).0, Err(NodeId(0)), "who wrote it has it");
    assert_eq!(all.find(2, COMMENT, &Seen::nothing()).0, Ok(None));
    all.arrives(0, 2);
    assert_eq!((all.regions[2].lacks(&seen), all.find(2, COMMENT, &seen).0), (None, Ok(Some(1))));
    // Where what is written carries nothing, nobody can know.
    let (mut all, seen) = overtaken(false, config(Topology::Mesh));
    assert_eq!(all.find(2, COMMENT, &seen).0, Ok(None));
}

#[test]
fn whoever_has_said_lately_that_it_has_all_can_be_asked() {
    let (mut all, seen) = overtaken(true, config(Topology::Mesh));
    let had_by = |all: &Regions, other| all.regions[2].had_by(NodeId(other), &seen);
    assert!(!had_by(&all, 1), "it has said nothing");
    all.beat(1);
    all.arrives(1, 2);
    all.beat(2);
    assert!(had_by(&all, 1) && !had_by(&all, 0));
    all.now += all.config.heartbeat * 3;
    all.beat(2);
    assert!(had_by(&all, 1));
    all.now += Span::from_nanos(1);
    all.beat(2);
    assert!(!had_by(&all, 1), "that was long ago");
}

#[test]
fn who_keeps_no_account_is_told_of_nobody() {
    let mut all = Regions::new(2, config(Topology::Mesh));
    all.write(0, COMMENT, 1);
    all.settle();
    all.beat(0);
    let sizes: Vec<u64> = all.under_way.iter().map(|(_, _, message)| MultiLeader::parcel(message).bytes).collect();
    assert_eq!(sizes, [64]);
    assert!(!all.regions[1].had_by(NodeId(0), &Seen::nothing()));
}

#[test]
fn siblings_carry_what_was_seen_as_the_last_writer_does() {
    let config = Config { policy: Policy::Keep(crate::by_key::Choice::Siblings), ..config(Topology::Mesh) };
    let (mut all, seen) = overtaken(true, config);
    assert_eq!(all.find(2, COMMENT, &seen).0, Err(NodeId(0)));
    all.arrives(0, 2);
    assert_eq!(all.find(2, COMMENT, &seen).0, Ok(Some(1)));
}

/// Two regions whose copies are merged, and a window of one entry; the first has made five changes of a key, and the second has heard of one. What
/// whoever made the fourth has seen.
fn behind() -> (Regions, Seen) {
    let merged = Config { kind: Kind::Counter, policy: Policy::Merge, window: 1, ..config(Topology::Mesh) };
    let mut all = Regions::new(2, merged);
    let add = |write| Operation::Write { write: WriteId(write), change: Change::by(Verb::Add, 1), bytes: 10 };
    let mut seen = Seen::nothing();
    for write in 1..=5 {
        let (_, after) = all.ask(0, COMMENT, add(write), &Seen::nothing());
        seen = if write == 4 { after } else { seen };
    }
    all.arrives(0, 1);
    all.arrives(1, 0);
    (all, seen)
}

#[test]
fn what_was_left_out_is_waited_for_until_what_stands_for_it_is_here() {
    let (mut all, seen) = behind();
    assert!(all.next_arrives(0, 1), "what is left out comes first");
    assert_eq!((all.regions[1].lacks(&seen), all.regions[1].sum()), (Some(NodeId(0)), 1));
    assert!(all.next_arrives(0, 1), "there is room for what stands for it, although the window is full");
    assert_eq!((all.regions[1].lacks(&seen), all.regions[1].sum()), (None, 5));
}

#[test]
fn what_stands_for_what_was_left_out_may_be_left_out_itself() {
    let (mut all, seen) = behind();
    assert!(all.next_arrives(0, 1));
    all.under_way.retain(|(_, _, message)| !matches!(message, Message::Entries { .. }));
    all.change(0, COMMENT, 6, Change::by(Verb::Add, 1));
    all.beat(0);
    while all.regions[1].lacks(&seen).is_some() {
        assert_eq!(all.regions[1].sum(), 1);
        assert!(all.next_arrives(0, 1) || all.next_arrives(1, 0), "it comes in the end");
    }
    assert_eq!(all.regions[1].sum(), 6);
}

#[test]
fn a_region_is_as_late_as_what_it_has_and_not_as_what_it_has_heard_of() {
    let (mut all, _) = behind();
    all.clocks = vec![Time::from_secs(5), Time::from_secs(5)];
    all.beat(0);
    assert!(all.next_arrives(0, 1), "what is left out");
    all.under_way.rotate_left(1);
    assert!(all.next_arrives(0, 1), "how far the other is");
    assert_eq!((all.regions[1].complete_as_of(), all.regions[1].sum()), (None, 1));
    all.arrives(0, 1);
    assert_eq!((all.regions[1].complete_as_of(), all.regions[1].sum()), (Some(Time::from_secs(5)), 5));
}

#[test]
fn a_session_finds_what_it_wrote_wherever_it_goes_also_through_a_loss_of_power() {
    let mut all = Regions::new(3, config(Topology::Mesh));
    let seen = all.put(0, COMMENT, 1, &Seen::nothing());
    let kept = all.regions[0].clone().into_durable();
    all.regions[0] = all.started(NodeId(0), kept);
    assert_eq!([0, 1, 2].map(|node| all.find(node, COMMENT, &seen).0), [Ok(Some(1)), Err(NodeId(0)), Err(NodeId(0))]);
    all.settle();
    assert_eq!([0, 1, 2].map(|node| all.find(node, COMMENT, &seen).0), [Ok(Some(1)); 3]);
}

#[test]
fn what_was_lost_with_a_disk_is_waited_for_by_nobody() {
    let mut all = Regions::new(3, config(Topology::Mesh));
    let seen = all.put(0, COMMENT, 1, &Seen::nothing());
    all.under_way.clear();
    all.now = Time::from_secs(9);
    all.regions[0] = all.started(NodeId(0), Durable::default());
    assert_eq!(all.find(1, COMMENT, &seen).0, Err(NodeId(0)));
    all.put(0, REPLY, 2, &Seen::nothing());
    all.settle();
    assert_eq!([0, 1, 2].map(|node| all.find(node, COMMENT, &seen).0), [Ok(None); 3]);
    let later = Upto { log: u64::MAX, count: 0 };
    assert_eq!(all.regions[1].lacks(&Seen::only(0, later)), Some(NodeId(0)), "a log that it has not heard of");
}

#[test]
fn when_a_run_begins_nothing_is_lacking_and_with_an_empty_disk_later_anything_may_be() {
    let mut all = Regions::new(3, config(Topology::Mesh));
    let (start, as_of) = (Time::from_secs(3), |all: &Regions| all.regions[2].complete_as_of());
    all.now = Time::ZERO;
    all.clocks[2] = start;
    all.regions[2] = all.started(NodeId(2), Durable::default());
    assert_eq!(as_of(&all), Some(start), "by its own clock");
    all.write(0, COMMENT, 1);
    all.arrives(0, 2);
    assert_eq!(as_of(&all), Some(start), "what has come since takes nothing away");
    all.clocks = vec![Time::from_secs(5), Time::from_secs(7), Time::from_secs(9)];
    all.beat(0);
    all.beat(1);
    all.settle();
    assert_eq!(as_of(&all), Some(Time::from_secs(5)));
    all.now = Time::from_secs(9);
    all.regions[2] = all.started(NodeId(2), Durable::default());
    assert_eq!(as_of(&all), None);
}

#[test]
fn a_region_shows_all_there_was_when_the_last_to_be_heard_of_said_so() {
    let mut all = Regions::new(3, config(Topology::Mesh));
    let as_of = |all: &Regions| all.regions[2].complete_as_of();
    assert_eq!(as_of(&all), None);
    all.clocks = vec![Time::from_secs(5), Time::from_secs(7), Time::from_secs(9)];
    all.beat(0);
    all.beat(1);
    all.arrives(1, 2);
    assert_eq!(as_of(&all), None, "of the first nothing is known");
    all.arrives(0, 2);
    assert_eq!(as_of(&all), Some(Time::from_secs(5)));
    all.write(0, COMMENT, 1);
    all.under_way.clear();
    all.clocks[0] = Time::from_secs(8);
    all.beat(0);
    all.arrives(0, 2);
    assert_eq!(as_of(&all), Some(Time::from_secs(5)), "what it lacks may be as old as that");
    // It is asked how far it has heard, and sent what it lacks.
    all.settle();
    assert_eq!(as_of(&all), Some(Time::from_secs(7)));
    let (refused, _) = all.ask(2, COMMENT, Operation::ReadLeader, &Seen::UNKNOWN);
    assert_eq!(refused, Response::Refused(protocol::Refusal::NoQuorum));
}
