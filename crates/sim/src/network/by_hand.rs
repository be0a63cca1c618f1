//! What a person does to single packets.

use super::link::Way;
use super::said::{Fact, Loss, PacketName, PacketWay};
use super::{Network, Packet, way_condition, way_config};
use crate::config::Config;
use crate::kernel::Kernel;
use crate::trace::What;
use engine::{Key, Span};

impl Network {
    /// A person loses or delays a packet under way: both copies of it that are, if the network made two.
    pub(crate) fn meddle(&mut self, name: &PacketName, hold: Option<Span>, config: &Config, kernel: &mut Kernel) {
        let meant = |packet: &Packet| match name.way {
            Some(PacketWay { from, to, channel }) => {
                (packet.from, packet.to, packet.channel, packet.on_way) == (from, to, channel, name.number)
            }
            None => packet.number == name.number,
        };
        let copies: Vec<Key> = self.packets.iter().filter(|(_, packet)| meant(packet)).map(|(key, _)| key).collect();
        if copies.is_empty() {
            kernel.state_cause(What::InVain);
        }
        for copy in copies {
            match hold {
                Some(span) => self.hold_up(copy, span, kernel),
                None => self.drop_packet(copy, config, kernel),
            }
        }
    }

    fn drop_packet(&mut self, key: Key, config: &Config, kernel: &mut Kernel) {
        let Some(&Packet { from, to, bytes, passage, .. }) = self.packets.get(key) else { return };
        self.take_out(key, Loss::Dropped, kernel);
        let now = kernel.now();
        let way = Way { config: way_config(config, from, to), condition: way_condition(kernel.conditions(), from, to) };
        let freed = self.link_mut(from, to).give_back(now, passage.left, bytes, &way);
        for behind in self.under_way(from, to) {
            if let Some(packet) = self.packets.get_mut(behind).filter(|packet| packet.passage.left > passage.left) {
                packet.passage.left = packet.passage.left - freed;
            }
        }
        self.line_up_anew(from, to, kernel);
    }

    /// A packet is held up, and with it what keeps the order behind it: all of them come when they do because of this.
    fn hold_up(&mut self, key: Key, span: Span, kernel: &mut Kernel) {
        let Some(packet) = self.packets.get_mut(key) else { return };
        packet.passage.held += span;
        let (from, to) = (packet.from, packet.to);
        for (key, was) in self.order_anew(from, to, kernel.now()) {
            let Some(Packet { number, channel, passage, .. }) = self.packets.get(key) else { continue };
            let (packet, channel, due) = (*number, *channel, passage.due);
            if due != was {
                let held = kernel.state(Fact::PacketHeld { packet, channel, from, to, due });
                self.packets.get_mut(key).into_iter().for_each(|packet| packet.owed_to = held);
            }
            self.plan_arrival_anew(key, kernel);
        }
    }
}
