//! What a part is handed: the configuration, the kernel, and the network to send by.

use crate::kernel::Kernel;
use crate::kernel::conditions::Conditions;

use crate::config::Config;
use crate::network::Network;
use crate::network::said::{Arrived, Body, PacketName};
use crate::trace::Place;
use engine::{Key, Span};
use protocol::Parcel;
use std::ops::{Deref, DerefMut};

/// See the module's documentation. What the kernel can do, this can.
pub(crate) struct Cx<'w> {
    /// What the run started from.
    pub(crate) config: &'w Config,
    kernel: &'w mut Kernel,
    network: &'w mut Network,
}

impl Deref for Cx<'_> {
    type Target = Kernel;

    fn deref(&self) -> &Kernel {
        self.kernel
    }
}

impl DerefMut for Cx<'_> {
    fn deref_mut(&mut self) -> &mut Kernel {
        self.kernel
    }
}

impl<'w> Cx<'w> {
    pub(crate) fn new(config: &'w Config, kernel: &'w mut Kernel, network: &'w mut Network) -> Cx<'w> {
        Cx { config, kernel, network }
    }

    /// Hand a packet to the network. Its arrival, or its loss, is said and never called back. `subject` is the operation or the
    /// write it belongs to.
    pub(crate) fn send(&mut self, from: Place, to: Place, parcel: Parcel, subject: Option<u64>, body: Body) {
        self.network.send(from, to, parcel, subject, body, self.config, self.kernel);
    }

    /// A packet reaches its end, if its arrival has been moved so often.
    pub(crate) fn arrive(&mut self, packet: Key, moves: u32) -> Option<Arrived> {
        self.network.arrive(packet, moves, self.kernel)
    }

    /// A region has lost its power: what it had not yet put on the wire is gone.
    pub(crate) fn lose_unsent(&mut self, region: u16) {
        self.network.lose_unsent(region, self.config, self.kernel);
    }

    /// The conditions have changed: what waits in front of a link goes on under the new ones.
    pub(crate) fn reschedule_unsent(&mut self, before: &Conditions) {
        self.network.reschedule_unsent(before, self.config, self.kernel);
    }

    /// A person loses a packet under way, or holds it up; both copies of it, if the network made two.
    pub(crate) fn meddle(&mut self, packet: &PacketName, hold: Option<Span>) {
        self.network.meddle(packet, hold, self.config, self.kernel);
    }

    /// Write down what has left each region for the others since this was last done.
    pub(crate) fn gauge_links(&mut self) {
        self.network.gauge(self.config, self.kernel);
    }
}
