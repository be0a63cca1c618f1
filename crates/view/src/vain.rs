//! Acts that would change nothing, read off the snapshot, so that nobody believes to have done something.

use crate::describe::region_name;
use crate::stage::Stage;
use protocol::Role;
use sim::faults::{Conditions, FaultKind, LinkCondition, RegionCondition};
use sim::{Action, DatasetState, FaultName, LinkState, Snapshot};

/// Why an act would change nothing at this instant, as the rest of a sentence; `None` if it would, or might.
pub fn in_vain(stage: &Stage, snapshot: &Snapshot, act: &Action) -> Option<String> {
    match act {
        Action::Start(kind) => so_already(stage, snapshot, kind),
        Action::RestoreRegion(region) => {
            let name = region_name(stage, *region);
            is_whole(snapshot, *region).then(|| format!("nothing is wrong with {name} and its links"))
        }
        Action::HealLink(a, b) => {
            let mut ways = snapshot.links.iter().filter(|link| joins(link, *a, *b));
            ways.all(carries_all).then(|| "nothing is wrong with this link".to_owned())
        }
        Action::HealAll => snapshot.faults.is_empty().then(|| "no fault is in force".to_owned()),
        Action::EndFault(name) => {
            let is_over = snapshot.faults.iter().all(|fault| fault.name != *name);
            is_over.then(|| "this fault is over".to_owned())
        }
        Action::Promote(region) | Action::HandOver(region) => unfit_to_lead(stage, snapshot, *region),
        Action::DropPacket(packet) | Action::DelayPacket(packet, _) => {
            let is_gone = snapshot.packets_left_out == 0 && snapshot.packets.iter().all(|it| it.name() != *packet);
            is_gone.then(|| "the message is no longer under way".to_owned())
        }
    }
}

/// All that the fault does is the case already and stays so, or it does nothing as it is set.
fn so_already(stage: &Stage, snapshot: &Snapshot, kind: &FaultKind) -> Option<String> {
    let good = Conditions::good(stage.regions.len());
    let mut rest = good.clone();
    kind.apply(&mut rest);
    if rest == good {
        return Some("it does nothing as it is set".to_owned());
    }
    for (region, now) in rest.regions.iter_mut().zip(&snapshot.regions) {
        *region =
            RegionCondition { up: region.up || !now.up, users_cut: region.users_cut && !now.users_cut, ..*region };
    }
    for now in &snapshot.links {
        let link = &mut rest.links[usize::from(now.from)][usize::from(now.to)];
        *link = LinkCondition {
            data_cut: link.data_cut && !now.data_cut,
            control_cut: link.control_cut && !now.control_cut,
            ..*link
        };
    }
    // A planned fault may end, and what is done by hand goes on.
    let for_good = snapshot.faults.iter().all(|fault| matches!(fault.name, FaultName::Begun(_)));
    let words = || kind.words(&|region| region_name(stage, region).to_owned());
    (rest == good && for_good).then(|| format!("that is so already: {}", words()))
}

fn is_whole(snapshot: &Snapshot, region: u16) -> bool {
    let is_well = snapshot.regions.get(usize::from(region)).is_none_or(|state| {
        state.up && !state.users_cut && state.slowness == 1.0 && state.errors == 0.0 && state.clock_offset == 0
    });
    let mut links = snapshot.links.iter().filter(|link| link.from == region || link.to == region);
    is_well && links.all(carries_all)
}

fn joins(link: &LinkState, a: u16, b: u16) -> bool {
    (link.from, link.to) == (a, b) || (link.from, link.to) == (b, a)
}

fn carries_all(link: &LinkState) -> bool {
    !link.data_cut && !link.control_cut && !link.degraded
}

fn unfit_to_lead(stage: &Stage, snapshot: &Snapshot, region: u16) -> Option<String> {
    let name = region_name(stage, region);
    let mut held =
        snapshot.datasets.iter().filter(|set| set.replicas.iter().any(|(place, _)| *place == region)).peekable();
    if snapshot.regions.get(usize::from(region)).is_some_and(|state| !state.up) {
        Some(format!("{name} has no power"))
    } else if held.peek().is_none() {
        Some(format!("{name} holds no data"))
    } else {
        held.all(|set| leads(set, region)).then(|| format!("{name} leads all that it holds"))
    }
}

/// Whether it leads, and nobody has heard of a later leadership.
fn leads(set: &DatasetState, region: u16) -> bool {
    let views = || set.replicas.iter().filter_map(|(place, view)| Some((*place, view.as_ref()?)));
    let latest = views().map(|(_, view)| view.epoch).max();
    views().any(|(place, view)| place == region && view.role == Role::Leader && Some(view.epoch) == latest)
}
