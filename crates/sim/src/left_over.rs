//! What a world still holds of what users wanted: nothing, once they have gone and everything has had the time to end.

use crate::world::World;
use protocol::Protocol;

/// What is still held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOver {
    /// Clients that wait for an answer or are between two steps.
    pub clients: usize,
    /// Calls in regions, but for those that a worker works at: where a region was slowed down by several faults at once that may take minutes.
    pub calls: usize,
    /// Packets of clients, and between regions on behalf of them.
    pub packets: usize,
    /// Contents of packets that no packet under way can be bringing.
    pub contents: usize,
}

impl LeftOver {
    pub(crate) fn of<P: Protocol>(world: &World<P>) -> LeftOver {
        let (packets, others) = world.network.packets_held();
        LeftOver {
            clients: world.users.clients_held(),
            calls: world.services.calls_held(),
            packets,
            contents: (world.data.messages_held() + world.control.notices_held()).saturating_sub(others),
        }
    }
}
