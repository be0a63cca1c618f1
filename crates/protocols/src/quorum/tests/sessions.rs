//! What sessions have seen: C3, C4, C5.

use super::*;

impl Ring {
    /// Of what is under way this arrives, and nothing else.
    fn arrives(&mut self, from: u16, to: u16) {
        let way = |(of, at, _): &(NodeId, NodeId, Message)| (of.0, at.0) == (from, to);
        while let Some(place) = self.under_way.iter().position(way) {
            let Some((from, to, message)) = self.under_way.remove(place) else { return };
            self.hand(to, |replica, env, effects| replica.on_message(env, from, message, effects));
        }
    }

    fn put(&mut self, node: u16, key: u32, write: u64, seen: &Seen) -> Seen {
        self.ask_of(node, (Key(key), Operation::put(WriteId(write), 10)), seen.clone());
        let mut seen = seen.clone();
        seen.merge(&self.seen);
        seen
    }

    fn find(&mut self, node: u16, key: u32, seen: &Seen) -> RequestId {
        self.ask_of(node, (Key(key), Operation::ReadSeen), seen.clone())
    }

    fn found(&self, request: RequestId) -> Option<Option<u64>> {
        match self.answer(request)? {
            Response::Read(stored) => Some(stored.write.map(|write| write.0)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_session_waits_beyond_the_read_quorum_for_whoever_has_what_it_has_seen() {
    let mut ring = Ring::new(&config(3, 1, 1), 3);
    let seen = ring.put(0, 0, 1, &Seen::nothing());
    ring.under_way.clear();
    let stranger = ring.find(1, 0, &Seen::nothing());
    assert_eq!(ring.found(stranger), Some(None), "its own replica is enough");
    let read = ring.find(1, 0, &seen);
    assert_eq!(ring.found(read), None);
    ring.arrives(1, 2);
    ring.arrives(2, 1);
    assert_eq!(ring.found(read), None, "that one lacks it, too");
    ring.arrives(1, 0);
    ring.arrives(0, 1);
    assert_eq!(ring.found(read), Some(Some(1)));
    let other = ring.find(2, 0, &ring.seen.clone());
    ring.settle();
    assert_eq!(ring.found(other), Some(Some(1)), "what it has read it finds again");
}

#[test]
fn a_majority_is_asked_by_who_names_it_however_many_others_ask() {
    let mut ring = Ring::new(&config(3, 2, 1), 3);
    ring.away = vec![NodeId(2)];
    ring.write(0, 1);
    ring.settle();
    ring.away.clear();
    let [one, majority] = [Operation::ReadLocal, Operation::ReadMajority].map(|asked| ring.ask(2, asked));
    assert_eq!((ring.found(one), ring.answer(majority)), (Some(None), None));
    ring.settle();
    assert_eq!(ring.found(majority), Some(Some(1)));
}

#[test]
fn a_session_is_refused_when_nobody_answers_who_has_what_it_has_seen() {
    let mut ring = Ring::new(&config(3, 1, 1), 3);
    let seen = ring.put(0, 0, 1, &Seen::nothing());
    ring.under_way.clear();
    ring.away = vec![NodeId(0)];
    let read = ring.find(1, 0, &seen);
    ring.settle();
    assert_eq!(ring.answer(read), None);
    ring.run_out(|timer| timer == Timer::GiveUp);
    assert_eq!(ring.answer(read), Some(Response::Refused(Refusal::NoQuorum)));
}

#[test]
fn what_a_disk_took_with_it_is_waited_for_until_all_have_said_that_they_do_not_have_it() {
    let mut ring = Ring::new(&config(3, 1, 1), 3);
    let seen = ring.put(0, 0, 1, &Seen::nothing());
    ring.under_way.clear();
    let env = Env { node: NodeId(0), peers: &ring.peers, clock: Time::ZERO, steady: Time::ZERO, ticks: Time::ZERO };
    ring.replicas[0] = Quorum::start(&config(3, 1, 1), &env, Durable::default(), &mut Effects::default());
    let read = ring.find(1, 0, &seen);
    ring.arrives(1, 2);
    ring.arrives(2, 1);
    assert_eq!(ring.found(read), None, "one may have it");
    ring.settle();
    assert_eq!(ring.found(read), Some(None));
}

#[test]
fn a_comment_is_waited_for_by_whoever_has_read_the_reply() {
    let replied = |carries: bool| {
        let mut ring = Ring::new(&config(3, 1, 1), 3);
        ring.put(0, 0, 1, &Seen::nothing());
        ring.arrives(0, 1);
        let comment = ring.find(1, 0, &Seen::nothing());
        assert_eq!(ring.found(comment), Some(Some(1)));
        let seen = ring.seen.clone();
        ring.under_way.clear();
        ring.put(1, 1, 2, if carries { &seen } else { &Seen::UNKNOWN });
        ring.settle();
        let reply = ring.find(2, 1, &Seen::nothing());
        assert_eq!(ring.found(reply), Some(Some(2)));
        let seen = ring.seen.clone();
        let comment = ring.find(2, 0, &seen);
        let at_once = ring.found(comment);
        ring.settle();
        (at_once, ring.found(comment))
    };
    assert_eq!(replied(true), (None, Some(Some(1))));
    assert_eq!(replied(false), (Some(None), Some(None)));
}
