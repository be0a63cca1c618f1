//! Acts that would change nothing, read off the snapshot, so that nobody believes to have done something. What is wrong with the
//! world is folded from the faults in force, as the world does: so what is so already stays so for as long as they last.

use crate::describe::region_name;
use crate::stage::Stage;
use protocol::{Leadership, Role};
use sim::faults::{Conditions, FaultKind, LinkCondition, RegionCondition};
use sim::{Action, DatasetState, FaultState, Snapshot, joined};

/// Why an act would change nothing at this instant, as the rest of a sentence; `None` if it would, or might.
pub fn in_vain(stage: &Stage, snapshot: &Snapshot, act: &Action) -> Option<String> {
    let now = || conditions(stage, snapshot, |_| true);
    match act {
        Action::Start(kind) => so_already(stage, snapshot, kind),
        Action::RestoreRegion(region) => {
            let name = region_name(stage, *region);
            is_whole(&now(), *region).then(|| format!("nothing is wrong with {name} and its links"))
        }
        Action::HealLink(a, b) => {
            is_whole_between(&now(), *a, *b).then(|| "nothing is wrong with this link".to_owned())
        }
        Action::HealAll => snapshot.faults.is_empty().then(|| "no fault is in force".to_owned()),
        Action::EndFault(name) => {
            let is_over = snapshot.faults.iter().all(|fault| fault.name != *name);
            is_over.then(|| "this fault is over".to_owned())
        }
        Action::Promote(region) => unfit_to_lead(stage, snapshot, *region).or_else(|| unappointed(stage, *region)),
        Action::HandOver(region) => {
            unfit_to_lead(stage, snapshot, *region).or_else(|| unfit_to_hand_over(stage, snapshot, *region))
        }
        Action::DropPacket(packet) | Action::DelayPacket(packet, _) => {
            let is_gone = snapshot.packets_left_out == 0 && snapshot.packets.iter().all(|it| it.name() != *packet);
            is_gone.then(|| "the message is no longer under way".to_owned())
        }
    }
}

/// What the fault does is so already and stays so, or does nothing as it is set, or nothing of it would be seen.
fn so_already(stage: &Stage, snapshot: &Snapshot, kind: &FaultKind) -> Option<String> {
    let mut alone = Conditions::good(stage.regions.len());
    kind.apply(&mut alone);
    if alone == Conditions::good(stage.regions.len()) {
        return Some("it does nothing as it is set".to_owned());
    }
    // What is so by a fault that ends by itself goes on for longer by one that does not.
    let mut lasting = conditions(stage, snapshot, |fault| fault.until.is_none_or(|until| until >= stage.until));
    let so = lasting.clone();
    kind.apply(&mut lasting);
    if lasting == so {
        let words = kind.words(&|sites| joined(sites, &stage.zoned, |region| region_name(stage, region).to_owned()));
        return Some(format!("“{words}” is in force already"));
    }
    (seen_of(&lasting) == seen_of(&so)).then(|| match kind.regions()[..] {
        [region] => format!("{} has no power", region_name(stage, region)),
        _ => "nothing gets through there".to_owned(),
    })
}

/// What the faults in force that are meant make of the world together.
fn conditions(stage: &Stage, snapshot: &Snapshot, meant: impl Fn(&FaultState) -> bool) -> Conditions {
    let mut conditions = Conditions::good(stage.regions.len());
    snapshot.faults.iter().filter(|fault| meant(fault)).for_each(|fault| fault.apply(&mut conditions));
    conditions
}

/// Of conditions, what anybody would meet: nobody that a region without power is slow, nor that a link which nothing passes loses a share.
fn seen_of(conditions: &Conditions) -> Conditions {
    let mut seen = conditions.clone();
    for region in seen.regions.iter_mut().filter(|region| !region.up) {
        let RegionCondition { up, disks_lost, clock_offset, clock_drift_ppm, .. } = *region;
        *region = RegionCondition { up, disks_lost, clock_offset, clock_drift_ppm, ..RegionCondition::GOOD };
    }
    for link in seen.links.iter_mut().flatten().filter(|link| link.data_cut && link.control_cut) {
        *link = LinkCondition { data_cut: true, control_cut: true, ..LinkCondition::GOOD };
    }
    seen
}

fn is_whole(now: &Conditions, region: u16) -> bool {
    let region = usize::from(region);
    let carries_all = |link: &LinkCondition| *link == LinkCondition::GOOD;
    now.regions.get(region).is_none_or(|it| *it == RegionCondition::GOOD)
        && now.links.get(region).is_none_or(|row| row.iter().all(carries_all))
        && now.links.iter().filter_map(|row| row.get(region)).all(carries_all)
}

fn is_whole_between(now: &Conditions, a: u16, b: u16) -> bool {
    let way = |from: u16, to: u16| now.links.get(usize::from(from)).and_then(|row| row.get(usize::from(to)));
    [way(a, b), way(b, a)].into_iter().flatten().all(|link| *link == LinkCondition::GOOD)
}

/// The controller passes leadership on by telling who leads: both must have power. Who is elected needs no controller.
fn unfit_to_hand_over(stage: &Stage, snapshot: &Snapshot, region: u16) -> Option<String> {
    if unappointed(stage, region).is_none() && is_dark(snapshot, stage.home) {
        return Some("the controller has no power, and hears of no order".to_owned());
    }
    let leads = |set: &DatasetState| set.replicas.iter().any(|replica| leads(set, replica.region));
    let nobody = held(snapshot, region).all(|set| !leads(set));
    nobody.then(|| format!("nobody leads what {} holds and could hand it over", region_name(stage, region)))
}

fn is_dark(snapshot: &Snapshot, region: u16) -> bool {
    snapshot.regions.get(usize::from(region)).is_some_and(|state| !state.site.up)
}

/// The datasets of which a region holds a replica.
fn held(snapshot: &Snapshot, region: u16) -> impl Iterator<Item = &DatasetState> {
    snapshot.datasets.iter().filter(move |set| set.replicas.iter().any(|replica| replica.region == region))
}

fn unfit_to_lead(stage: &Stage, snapshot: &Snapshot, region: u16) -> Option<String> {
    let name = region_name(stage, region);
    let mut held = held(snapshot, region).peekable();
    if is_dark(snapshot, region) {
        Some(format!("{name} has no power"))
    } else if held.peek().is_none() {
        Some(format!("{name} holds no data"))
    } else {
        held.all(|set| leads(set, region)).then(|| format!("{name} leads all that it holds"))
    }
}

/// Of all that it holds the leaders are elected, or there are none.
fn unappointed(stage: &Stage, region: u16) -> Option<String> {
    let held = stage.datasets.iter().filter(|set| set.placement.contains(&region)).map(|set| set.leadership);
    let ways: Vec<Leadership> = held.collect();
    let name = region_name(stage, region);
    if ways.contains(&Leadership::Granted) {
        None
    } else if ways.contains(&Leadership::Elected) {
        Some(format!("the leaders of all that {name} holds are elected, not appointed"))
    } else {
        Some(format!("nobody leads what {name} holds: all its replicas are equals"))
    }
}

/// Whether it leads, and nobody has heard of a later leadership.
fn leads(set: &DatasetState, region: u16) -> bool {
    let views = || set.replicas.iter().filter_map(|replica| Some((replica.region, replica.view.as_ref()?)));
    let latest = views().map(|(_, view)| view.epoch).max();
    views().any(|(place, view)| place == region && view.role == Role::Leader && Some(view.epoch) == latest)
}
