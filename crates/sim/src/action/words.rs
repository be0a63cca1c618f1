//! What a person did, in words.

use super::{Action, FaultName, PacketName, PacketWay};
use crate::names::{self, Names};

impl Action {
    /// As it stands on the timeline and among causes.
    pub(crate) fn words(&self, names: &Names) -> String {
        match self {
            Action::Start(kind) => format!("by hand: {}", names.fault(kind)),
            Action::RestoreRegion(region) => format!("by hand: {} restored", names.region(*region)),
            Action::HealLink(a, b) => format!("by hand: link of {} and {} healed", names.region(*a), names.region(*b)),
            Action::HealAll => "by hand: everything healed".to_owned(),
            Action::Promote(region) => format!("by hand: {} promoted", names.region(*region)),
            Action::DropPacket(packet) => format!("by hand: {} dropped", self::packet(packet, names)),
            Action::DelayPacket(packet, span) => {
                format!("by hand: {} delayed by {span}", self::packet(packet, names))
            }
            Action::EndFault(FaultName::Planned(id)) => format!("by hand: fault {id} ended"),
            Action::EndFault(FaultName::Begun(number)) => format!("by hand: fault {number} ended"),
        }
    }
}

fn packet(packet: &PacketName, names: &Names) -> String {
    let number = packet.number;
    match packet.way {
        Some(PacketWay { from, to, channel }) => {
            format!("{} {number} from {} to {}", names::channel(channel), names.place(from), names.place(to))
        }
        None => format!("packet {number}"),
    }
}
