//! Versions side by side (D3; DeCandia et al. 2007, Dynamo, SOSP, section 4.4; Riak's `allow_mult`): a write replaces what its client has read of the key, and
//! stands beside everything else.
//!
//! A coordinator sends along with a write all its own earlier ones of the key that nobody has replaced who had read them. So whoever has heard of one of its
//! writes has heard of those before, and a version vector with the versions beside it says all there is to know (Almeida et al. 2014, DAIS): also
//! of a write that reached nobody by itself. A write that is tried again through the same coordinator takes its own place.

use super::message::Effects;
use super::operations::Operations;
use super::replica::Quorum;
use crate::by_key::{Cell, Sibling, Siblings};
use protocol::{Accepted, Env, Fact, Key, Request, Version, WriteId};
use std::sync::Arc;
use values::{At, Author};

impl Quorum {
    /// A write as it is sent to the replicas of the key: with what else its coordinator has written that its client has not read. Its stamp is later than all
    /// that its client has seen.
    pub(super) fn beside(
        &mut self,
        env: &Env,
        request: &Request,
        (write, bytes, deleted): (WriteId, u32, bool),
        effects: &mut Effects,
    ) -> Cell {
        let (key, own) = (request.key, request.seen.written_of(request.key).map(|(_, own)| own).max());
        let Operations { stamp, written, life, .. } = &mut self.operations;
        let mut versions = written.get(key.0.into()).and_then(Cell::siblings).cloned().unwrap_or_default();
        *stamp = own.unwrap_or(*stamp).max(*stamp);
        for (author, lsn) in request.seen.read_of(key) {
            versions.forget(author, lsn);
            *stamp = Version { lsn, ..Version::NONE }.max(*stamp);
        }
        *stamp = Version::stamped(env.clock, env.node, *stamp);
        let (accepted, author) = (Accepted { write, version: *stamp }, Author { region: env.node.0, life: life.lsn });
        let at = At { write: write.0, author, count: stamp.lsn, now: env.clock };
        let replaces = |of: &Sibling| of.accepted.write == write || Some(of.accepted.version) == own;
        versions.put(&at, Sibling { accepted, over: None, bytes, deleted }, &replaces);
        effects.note(Fact::Coordinated { write, key, author, at: accepted.version });
        let cell = Cell::beside(Arc::new(versions), accepted);
        written.insert(key.0.into(), cell.clone());
        cell
    }

    /// A read is answered with these versions. Returns the stamp of the answer.
    pub(super) fn state_shown(&mut self, env: &Env, key: Key, versions: &Siblings, effects: &mut Effects) -> Version {
        let version = Version::stamped(env.clock, env.node, self.operations.stamp);
        self.operations.stamp = version;
        for (author, upto) in versions.past().iter() {
            effects.note(Fact::Shown { key, version, author, upto: Version { lsn: upto, ..Version::NONE } });
        }
        version
    }
}
