//! What replicas are to each other: roles, outdated leaders, lags.

use engine::Span;
use protocol::{NodeView, Role};
use sim::{DatasetState, Snapshot};

/// The replica of a dataset in a region, if the region has one with power.
pub(crate) fn replica(snapshot: &Snapshot, dataset: u16, region: u16) -> Option<&NodeView> {
    let dataset = snapshot.datasets.get(usize::from(dataset))?;
    dataset.replicas.iter().find(|replica| replica.region == region)?.view.as_ref()
}

/// The leader of the latest leadership, and its region.
pub(crate) fn leader(dataset: &DatasetState) -> Option<(u16, &NodeView)> {
    let leaders = dataset.replicas.iter().filter_map(|replica| Some((replica.region, replica.view.as_ref()?)));
    leaders.filter(|(_, view)| view.role == Role::Leader).max_by_key(|(_, view)| view.epoch)
}

/// The letter of a role.
pub(crate) fn letter(role: Role) -> &'static str {
    match role {
        Role::Leader => "L",
        Role::Follower => "F",
        Role::Waiting => "?",
        Role::Peer => "P",
        Role::Candidate => "C",
        Role::Witness => "W",
    }
}

/// Whether a region's replica still leads although another leads since.
pub(crate) fn outdated(snapshot: &Snapshot, dataset: u16, region: u16) -> bool {
    let Some(view) = replica(snapshot, dataset, region).filter(|view| view.role == Role::Leader) else { return false };
    let latest = snapshot.datasets.get(usize::from(dataset)).and_then(leader);
    latest.is_some_and(|(_, latest)| latest.epoch > view.epoch)
}

/// How far a region's replica is behind its leader, as the leader sees it; behind the one of its equals that it lacks most of, where
/// there is no leader.
pub(crate) fn lag(snapshot: &Snapshot, dataset: u16, region: u16) -> Option<Span> {
    let dataset = snapshot.datasets.get(usize::from(dataset))?;
    let equals =
        || dataset.replicas.iter().filter_map(|replica| replica.view.as_ref()).filter(|view| view.role == Role::Peer);
    let sends = |view: &NodeView| view.streams.iter().find(|stream| stream.to.0 == region).map(|stream| stream.lag);
    match leader(dataset) {
        Some((_, leader)) => sends(leader),
        None => equals().filter_map(sends).max(),
    }
}
