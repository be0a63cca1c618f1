//! What is acknowledged and shipped where a disk takes time, and what a loss of power takes.

use super::*;
use crate::shipping::{Durability, Storage};
use engine::Distribution;

fn on_disks(acknowledge: Acknowledge, durability: Durability) -> Cluster {
    let storage = Storage { sync: Some(Distribution::Constant(1e6)), delay: Span::ZERO, durability };
    let mut cluster = Cluster::new(Config { acknowledge, storage, ..Config::default() }, 3);
    cluster.deliver(nothing);
    cluster
}

impl Cluster {
    /// A disk is done.
    fn sync(&mut self, region: u16) {
        self.call(region, |replica, env, effects| replica.on_timer(env, Timer::Sync, effects));
    }

    /// Power is lost and comes back.
    fn restart(&mut self, region: u16) {
        let durable = self.replicas[usize::from(region)].clone().into_durable();
        let env =
            Env { node: NodeId(region), peers: &self.peers, clock: self.clock, steady: self.clock, ticks: self.clock };
        let mut effects = Effects::default();
        self.replicas[usize::from(region)] = LeaderFollower::start(&self.config, &env, durable, &mut effects);
        let noted = |effect| if let Effect::Note(fact) = effect { Some((region, fact)) } else { None };
        self.facts.extend(effects.drain().filter_map(noted));
    }

    fn put(&mut self, key: u32) -> RequestId {
        let write = WriteId(self.requests + 1);
        self.request(0, key, Operation::put(write, 100));
        RequestId(write.0)
    }

    fn acknowledged(&self, requests: &[RequestId]) -> Vec<bool> {
        let written = |id: &RequestId| matches!(self.reply_to(*id), Some(Response::Written(_)));
        requests.iter().map(written).collect()
    }
}

#[test]
fn an_asynchronous_leader_acknowledges_and_ships_what_its_disk_has() {
    let mut cluster = on_disks(Acknowledge::Async, Durability::Synced);
    let first = cluster.put(1);
    let rest: Vec<RequestId> = (2..5).map(|key| cluster.put(key)).collect();
    assert!(!cluster.deliver(nothing).iter().any(carries_data), "nobody hears of it before the own disk has it");
    assert_eq!(cluster.request(0, 1, Operation::ReadLeader), Some(Response::Read(Stored::default())));
    cluster.sync(0);
    assert_eq!(cluster.acknowledged(&[first, rest[0]]), [true, false], "the others came after that sync began");
    assert_eq!(cluster.deliver(nothing).into_iter().filter(carries_data).count(), 2);
    cluster.sync(0);
    assert_eq!(cluster.acknowledged(&rest), [true; 3], "one sync for all");
    assert!(cluster.facts.contains(&(0, Fact::Synced { upto: version(1, 4) })));
}

#[test]
fn a_follower_counts_once_its_disk_has_it_and_one_that_vouches_for_its_memory_at_once() {
    for (durability, at_once) in [(Durability::Synced, false), (Durability::Buffered, true)] {
        let mut cluster = on_disks(Acknowledge::SemiSync(1), durability);
        let write = cluster.put(1);
        cluster.deliver(nothing);
        assert_eq!(cluster.acknowledged(&[write]), [false]);
        cluster.sync(0);
        cluster.deliver(nothing);
        assert_eq!(cluster.ends()[1], version(1, 1));
        assert_eq!(cluster.acknowledged(&[write]), [at_once]);
        cluster.sync(1);
        cluster.deliver(nothing);
        assert_eq!(cluster.acknowledged(&[write]), [true]);
    }
}

#[test]
fn a_loss_of_power_takes_what_was_not_synced_and_nobody_else_has_that() {
    for durability in [Durability::Synced, Durability::Buffered] {
        let mut cluster = on_disks(Acknowledge::Async, durability);
        let kept = cluster.put(1);
        cluster.deliver(nothing);
        let dropped = cluster.put(1);
        cluster.sync(0);
        cluster.deliver(nothing);
        let buffered = durability == Durability::Buffered;
        assert_eq!(cluster.acknowledged(&[kept, dropped]), [true, buffered]);
        cluster.restart(0);
        assert!(cluster.facts.contains(&(0, Fact::Recovered { upto: version(1, 1) })));
        // It leads on under its own epoch, and gives the place to another write.
        cluster.lead(0, 1, 3);
        cluster.deliver(nothing);
        cluster.put(2);
        cluster.sync(0);
        cluster.deliver(nothing);
        assert_eq!(cluster.ends(), [version(1, 2); 3]);
        assert_eq!(cluster.contents(0), cluster.contents(1));
        assert_eq!(cluster.contents(1)[1].write, Some(WriteId(kept.0)));
    }
}

#[test]
fn a_follower_that_forgets_what_it_vouched_for_is_sent_it_again() {
    let mut cluster = on_disks(Acknowledge::SemiSync(2), Durability::Buffered);
    let writes: Vec<RequestId> = (0..3).map(|key| cluster.put(key)).collect();
    (0..2).for_each(|_| cluster.sync(0));
    cluster.deliver(nothing);
    assert_eq!(cluster.acknowledged(&writes), [true; 3]);
    cluster.restart(1);
    assert_eq!(cluster.ends()[1], Version::NONE);
    cluster.command(1, Command::Follow(NodeId(0), Epoch(1)));
    cluster.deliver(nothing);
    cluster.heartbeat(0, nothing);
    assert_eq!(cluster.ends()[1], version(1, 3));
}
