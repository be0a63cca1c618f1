//! What is done, in words.

use super::{Action, FaultName, PacketName, PacketWay};
use crate::names::{self, Names};
use crate::place::table::place_name;
use std::ops::Range;

impl Action {
    /// What was done, without by whom.
    pub(crate) fn words(&self, names: &Names) -> String {
        match self {
            Action::Start(kind) => names.fault(kind),
            Action::RestoreRegion(region) => format!("{} restored", names.region(*region)),
            Action::HealLink(a, b) => format!("link of {} and {} healed", names.region(*a), names.region(*b)),
            Action::HealAll => "everything healed".to_owned(),
            Action::Promote(region, of) => format!("{} promoted{}", names.region(*region), of_what("for", of, names)),
            Action::HandOver(region, of) => {
                format!("hand-over{} to {} ordered", of_what("of", of, names), names.region(*region))
            }
            Action::DropPacket(packet) => format!("{} dropped", self::packet(packet, names)),
            Action::DelayPacket(packet, span) => {
                format!("{} delayed by {span}", self::packet(packet, names))
            }
            Action::EndFault(FaultName::Planned(id)) => format!("fault {id} ended"),
            Action::EndFault(FaultName::ByHand(number)) => format!("fault {number} of those begun by hand ended"),
            Action::EndFault(FaultName::Begun(number)) => format!("fault {number} ended"),
        }
    }
}

/// Of which datasets it is, behind a word; nothing where it is of all.
fn of_what(word: &str, of: &Option<Range<u16>>, names: &Names) -> String {
    of.as_ref().map_or_else(String::new, |of| format!(" {word} {}", names::datasets_name(names.config, of)))
}

fn packet(packet: &PacketName, names: &Names) -> String {
    let number = packet.number;
    match packet.way {
        Some(PacketWay { from, to, channel }) => {
            format!(
                "{} {number} from {} to {}",
                names::channel(channel),
                place_name(names.config, from),
                place_name(names.config, to)
            )
        }
        None => format!("packet {number}"),
    }
}
