//! Versions side by side: D3.

use super::*;
use engine::Stream;
use values::Verb;

fn keeping(more: impl FnOnce(Config) -> Config) -> Config {
    more(Config { siblings: true, ..config(3, 1, 3) })
}

impl Ring {
    /// A client writes who has seen so much, and has seen its own write then.
    fn write_after(&mut self, node: u16, write: u64, seen: &mut Seen) {
        self.clocks[usize::from(node)] += Span::from_secs(1);
        self.ask_of(node, (KEY, Operation::put(WriteId(write), 10)), seen.of_key(KEY));
        self.settle();
        seen.merge(&self.seen);
    }

    /// A replica starts again with nothing.
    fn loses_its_disk(&mut self, node: u16) {
        self.steady += Span::from_secs(200);
        let (clock, steady) = (self.clocks[usize::from(node)], self.steady);
        let env = Env { node: NodeId(node), peers: &self.peers, clock, steady, ticks: steady };
        let replica = &mut self.replicas[usize::from(node)];
        *replica = Quorum::start(&replica.config.clone(), &env, Durable::default(), &mut Effects::default());
    }

    fn write_blind(&mut self, node: u16, write: u64) {
        self.write_after(node, write, &mut Seen::nothing());
    }

    /// What a client reads has it seen.
    fn read_into(&mut self, node: u16, seen: &mut Seen) -> RequestId {
        let read = self.ask(node, Operation::ReadLocal);
        self.settle();
        assert!(self.answer(read).is_some(), "it is answered");
        seen.merge(&self.seen);
        read
    }

    /// The versions that a replica has.
    fn versions(&self, node: u16) -> BTreeSet<u64> {
        let versions = self.replicas[usize::from(node)].cells.siblings(KEY);
        versions.iter().map(|sibling| sibling.accepted.write.0).collect()
    }

    /// The writes that the last read has shown, or what has replaced them.
    fn shown(&self) -> BTreeSet<u64> {
        let shown = |fact: &(NodeId, Fact)| match fact.1 {
            Fact::Shown { version, author, upto, .. } => Some((version, author, upto)),
            _ => None,
        };
        let last = self.facts.iter().filter_map(shown).map(|(version, ..)| version).next_back();
        let of_last: Vec<_> =
            self.facts.iter().filter_map(shown).filter(|(version, ..)| Some(*version) == last).collect();
        let is_shown = |of, at| of_last.iter().any(|(_, author, upto)| *author == of && *upto >= at);
        let made = self.facts.iter().filter_map(|fact| match fact.1 {
            Fact::Coordinated { write, author, at, .. } if is_shown(author, at) => Some(write.0),
            _ => None,
        });
        made.collect()
    }

    fn conflicts(&self) -> BTreeSet<(u64, u64, bool)> {
        let of = |(_, fact): &(NodeId, Fact)| match fact {
            Fact::Conflicted { one, other, decided, .. } => Some((one.write.0, other.write.0, *decided)),
            _ => None,
        };
        self.facts.iter().filter_map(of).collect()
    }

    /// Replicas 0 and 2 each take a write that the others do not hear of.
    fn written_apart(config: &Config) -> Ring {
        let mut ring = Ring::new(config, 3);
        for (node, others) in [(0, [1, 2]), (2, [0, 1])] {
            ring.away = others.map(NodeId).to_vec();
            ring.write_blind(node, 10 + u64::from(node));
        }
        ring
    }
}

#[test]
fn what_two_regions_wrote_apart_is_shown_together_until_somebody_replaces_both_who_has_read_both() {
    let mut ring = Ring::written_apart(&keeping(|config| Config { read_repair: ReadRepair::Background, ..config }));
    assert_eq!([0, 1, 2].map(|node| ring.versions(node)), [[10].into(), [].into(), [12].into()]);
    ring.away.clear();
    let mut seen = Seen::nothing();
    ring.read_into(1, &mut seen);
    assert_eq!(ring.shown(), [10, 12].into());
    assert_eq!([0, 1, 2].map(|node| ring.versions(node)), [(); 3].map(|()| [10, 12].into()), "and repaired");
    assert_eq!(ring.conflicts(), [(12, 10, false)].into());
    ring.write_after(2, 13, &mut seen);
    assert_eq!([0, 1, 2].map(|node| ring.versions(node)), [(); 3].map(|()| [13].into()));
    assert_eq!(ring.conflicts().len(), 1, "it knew both");
}

#[test]
fn who_has_read_nothing_writes_beside_all_that_is_there_but_for_its_own_last_write() {
    let mut ring = Ring::new(&keeping(|config| config), 3);
    (1..=3).for_each(|write| ring.write_blind(0, write));
    assert_eq!(ring.versions(1), [1, 2, 3].into());
    let mut session = Seen::nothing();
    ring.write_after(1, 4, &mut session);
    ring.write_after(1, 5, &mut session);
    assert_eq!(ring.versions(2), [1, 2, 3, 5].into());
    ring.write_blind(0, 3);
    let versions = ring.replicas[2].cells.siblings(KEY).iter().count();
    assert_eq!((ring.versions(2), versions), ([1, 2, 3, 5].into(), 4), "one that is tried again takes its own place");
}

#[test]
fn a_write_replaces_what_its_client_has_read_and_not_what_came_since_whoever_coordinates() {
    let mut ring = Ring::new(&keeping(|config| config), 3);
    let mut seen = Seen::nothing();
    ring.write_blind(0, 1);
    ring.read_into(1, &mut seen);
    ring.write_blind(0, 2);
    ring.write_blind(1, 3);
    ring.write_after(2, 4, &mut seen);
    assert_eq!(ring.versions(0), [2, 3, 4].into());
}

#[test]
fn a_deletion_deletes_what_its_client_has_read_and_nothing_else() {
    let mut ring = Ring::new(&keeping(|config| config), 3);
    let mut seen = Seen::nothing();
    ring.write_blind(0, 1);
    ring.read_into(1, &mut seen);
    let delete =
        |write| Operation::Write { write: WriteId(write), change: values::Change::new(Verb::Delete), bytes: 0 };
    ring.ask_of(1, (KEY, delete(2)), seen.clone());
    ring.settle();
    assert!(ring.replicas[0].stored(KEY).deleted);
    ring.write_blind(2, 3);
    ring.ask_of(1, (KEY, delete(4)), seen);
    ring.settle();
    assert_eq!((ring.replicas[0].stored(KEY).deleted, ring.versions(0)), (false, [2, 3, 4].into()));
}

#[test]
fn each_way_to_mend_a_replica_brings_it_all_versions_by_itself() {
    let mended = |config: Config, heals: fn(&mut Ring)| {
        let mut ring = Ring::written_apart(&config);
        heals(&mut ring);
        [0, 1, 2].map(|node| ring.versions(node))
    };
    let apart = || [[10].into(), [].into(), [12].into()];
    let together = || [(); 3].map(|()| BTreeSet::from([10, 12]));
    let reads = |ring: &mut Ring| {
        ring.away.clear();
        ring.read_into(1, &mut Seen::nothing());
    };
    for read_repair in [ReadRepair::Background, ReadRepair::Blocking] {
        assert_eq!(mended(keeping(|config| Config { read_repair, ..config }), reads), together());
    }
    let hands_over = |ring: &mut Ring| {
        ring.away = vec![NodeId(0), NodeId(1), NodeId(2)];
        ring.run_out(gives_up);
        ring.away.clear();
        ring.run_out(|timer| timer == Timer::HandOff);
    };
    assert_eq!(mended(keeping(|config| Config { hints: true, ..config }), hands_over), together());
    let compares = |ring: &mut Ring| {
        ring.away.clear();
        (0..4).for_each(|_| ring.run_out(|timer| timer == Timer::Compare));
    };
    let anti_entropy = Some(Span::from_secs(10));
    assert_eq!(mended(keeping(|config| Config { anti_entropy, ..config }), compares), together());
    for heals in [reads, hands_over, compares] {
        assert_eq!(mended(keeping(|config| config), heals), apart(), "nothing mends");
    }
}

#[test]
fn what_is_kept_for_somebody_are_all_versions_by_way_of_whomever_they_came() {
    let stand_in = Some(Span::from_millis(100));
    let mut ring = Ring::new(&keeping(|config| Config { replicas: 2, read_quorum: 1, stand_in, ..config }), 3);
    ring.away = vec![NodeId(1)];
    for (node, write) in [(0, 1), (2, 2)] {
        ring.write_blind(node, write);
        ring.run_out(|timer| timer == Timer::StandIn);
    }
    let kept = |(node, fact): &(NodeId, Fact)| match fact {
        Fact::Kept { to: NodeId(1), author, .. } => Some((node.0, author.region)),
        _ => None,
    };
    assert_eq!(ring.facts.iter().filter_map(kept).collect::<BTreeSet<_>>(), [(2, 0), (2, 2)].into());
    assert_eq!(ring.replicas[2].hints.count(), 1);
    ring.away.clear();
    ring.run_out(|timer| timer == Timer::HandOff);
    assert_eq!((ring.versions(1), ring.replicas[2].hints.count()), ([1, 2].into(), 0));
}

#[test]
fn what_came_since_a_hint_was_handed_over_is_kept_even_if_its_stamp_is_older() {
    let stand_in = Some(Span::from_millis(100));
    let mut ring = Ring::new(&keeping(|config| Config { replicas: 2, read_quorum: 1, stand_in, ..config }), 3);
    ring.clocks[2] = Time::from_secs(100);
    let stands_in = |timer| timer == Timer::StandIn;
    ring.away = vec![NodeId(1)];
    ring.write_blind(2, 2);
    ring.run_out(stands_in);
    ring.hand(NodeId(2), |replica, env, effects| replica.on_timer(env, Timer::HandOff, effects));
    let handed_over = std::mem::take(&mut ring.under_way);
    ring.write_blind(0, 1);
    ring.run_out(stands_in);
    ring.under_way = handed_over;
    ring.away.clear();
    ring.settle();
    assert_eq!((ring.versions(1), ring.replicas[2].hints.count()), ([1, 2].into(), 0));
}

#[test]
fn a_session_waits_for_all_that_it_has_read_and_written() {
    let mut ring = Ring::written_apart(&Config { read_quorum: 1, ..keeping(|config| config) });
    let mut seen = Seen::nothing();
    ring.away = vec![NodeId(1), NodeId(2)];
    ring.read_into(0, &mut seen);
    ring.away.clear();
    let read = ring.ask_of(2, (KEY, Operation::ReadSeen), seen.of_key(KEY));
    assert_eq!(ring.answer(read), None, "its own replica lacks what was read elsewhere");
    ring.settle();
    assert!(ring.answer(read).is_some());
    ring.away = vec![NodeId(0), NodeId(1)];
    let mut own = Seen::nothing();
    ring.write_after(2, 20, &mut own);
    ring.away.clear();
    let read = ring.ask_of(1, (KEY, Operation::ReadSeen), own.of_key(KEY));
    assert_eq!(ring.answer(read), None);
    ring.settle();
    assert!(ring.answer(read).is_some() && ring.shown().contains(&20));
}

#[test]
fn who_has_lost_its_disk_is_another_author_even_by_a_clock_that_was_set_back() {
    let mut ring = Ring::new(&keeping(|config| Config { anti_entropy: Some(Span::from_secs(10)), ..config }), 3);
    ring.clocks[0] = Time::from_secs(100);
    ring.write_blind(0, 1);
    ring.clocks[0] = Time::from_secs(1);
    ring.loses_its_disk(0);
    ring.write_blind(0, 2);
    assert_eq!(ring.versions(1), [1, 2].into());
}

#[test]
fn whoever_has_read_what_was_written_before_and_after_a_disk_was_lost_replaces_both() {
    let mut ring = Ring::new(&keeping(|config| config), 3);
    ring.write_blind(0, 1);
    ring.loses_its_disk(0);
    ring.write_blind(0, 2);
    let mut seen = Seen::nothing();
    ring.read_into(1, &mut seen);
    assert_eq!(ring.shown(), [1, 2].into());
    ring.write_after(2, 3, &mut seen);
    assert_eq!([0, 1, 2].map(|node| ring.versions(node)), [(); 3].map(|()| [3].into()));
}

#[test]
fn what_was_written_before_a_disk_was_lost_is_not_seen_in_what_was_written_after() {
    let mut ring = Ring::new(&Config { read_quorum: 1, ..keeping(|config| config) }, 3);
    let mut own = Seen::nothing();
    ring.away = vec![NodeId(2)];
    ring.write_after(0, 1, &mut own);
    ring.loses_its_disk(0);
    ring.away = vec![NodeId(1)];
    ring.write_blind(0, 2);
    ring.away.clear();
    let read = ring.ask_of(2, (KEY, Operation::ReadSeen), own.of_key(KEY));
    assert_eq!(ring.answer(read), None, "its own replica has only what came after");
    ring.settle();
    assert!(ring.answer(read).is_some() && ring.shown().contains(&1));
}

/// Somebody who reads and writes: what it has seen, which writes that is, and which was its own last one, through whom.
#[derive(Clone, Default)]
struct Client {
    seen: Seen,
    read: BTreeSet<u64>,
    own: Option<(u16, u64)>,
}

/// Clients read and write through anybody, while anybody may be away: so many writes, and those that were replaced by who had read them, or had
/// written them through the same coordinator as the last of its own.
fn written_by_many(ring: &mut Ring, draws: &mut Stream) -> (u64, BTreeSet<u64>) {
    let mut clients = vec![Client { seen: Seen::nothing(), ..Client::default() }; 4];
    let (mut replaced, mut writes) = (BTreeSet::new(), 0);
    for _ in 0..40 {
        let (node, client) = (draws.below(3) as u16, &mut clients[draws.below(4) as usize]);
        ring.away = (0..3).filter(|other| *other != node && draws.below(2) == 0).map(NodeId).collect();
        if draws.below(2) == 0 {
            ring.read_into(node, &mut client.seen);
            client.read.extend(ring.shown());
        } else {
            writes += 1;
            ring.write_after(node, writes, &mut client.seen);
            replaced.extend(client.read.iter().copied());
            let own = client.own.replace((node, writes));
            replaced.extend(own.filter(|(by, _)| *by == node).map(|(_, own)| own));
        }
    }
    ring.away.clear();
    (writes, replaced)
}

#[test]
fn what_is_left_in_the_end_is_what_nobody_replaced_who_had_read_it() {
    let mut several = 0;
    for seed in 0..200 {
        let (mut draws, anti_entropy) = (Stream::named(seed, "siblings", 0), Some(Span::from_secs(10)));
        let hints = seed % 2 == 0;
        let mut ring = Ring::new(&keeping(|config| Config { read_quorum: 1, hints, anti_entropy, ..config }), 3);
        let (writes, replaced) = written_by_many(&mut ring, &mut draws);
        ring.run_out(gives_up);
        (0..6).for_each(|_| ring.run_out(|timer| timer == Timer::Compare));
        let left: BTreeSet<u64> = (1..=writes).filter(|write| !replaced.contains(write)).collect();
        for node in 0..3 {
            assert_eq!(ring.versions(node), left, "seed {seed}");
        }
        several += usize::from(left.len() > 1);
    }
    assert!(several > 50, "{several}");
}
