//! Acts that would change nothing, read off the snapshot, so that nobody believes to have done something. What is wrong with the
//! world is folded from the faults in force, as the world does: so what is so already stays so for as long as they last.

use crate::describe::region_name;
use crate::stage::Stage;
use crate::words;
use protocol::{Leadership, Role};
use sim::faults::{Conditions, FaultKind, LinkCondition, RegionCondition};
use sim::{Action, DatasetState, FaultState, Snapshot, joined};
use std::ops::Range;

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
        Action::Promote(region, of) => {
            let of = &Meant { region: *region, of: of.as_ref() };
            unfit_to_lead(stage, snapshot, of).or_else(|| unappointed(stage, of))
        }
        Action::HandOver(region, of) => {
            let of = &Meant { region: *region, of: of.as_ref() };
            unfit_to_lead(stage, snapshot, of).or_else(|| unfit_to_hand_over(stage, snapshot, of))
        }
        Action::DropPacket(packet) | Action::DelayPacket(packet, _) => {
            let is_gone = snapshot.packets_left_out == 0 && snapshot.packets.iter().all(|it| it.name() != *packet);
            is_gone.then(|| "the message is no longer under way".to_owned())
        }
    }
}

/// What the fault does is so already and stays so, or does nothing as it is set, or nothing of it would be seen.
fn so_already(stage: &Stage, snapshot: &Snapshot, kind: &FaultKind) -> Option<String> {
    if let FaultKind::SlowDisk(slow) = kind
        && !slow.sites.iter().any(|site| stage.planned.disks.contains(site))
    {
        return Some("no disk there takes time".to_owned());
    }
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
fn unfit_to_hand_over(stage: &Stage, snapshot: &Snapshot, meant: &Meant) -> Option<String> {
    if unappointed(stage, meant).is_none() && is_dark(snapshot, stage.home) {
        return Some("the controller has no power, and hears of no order".to_owned());
    }
    let leads = |set: &DatasetState| set.replicas.iter().any(|replica| leads(set, replica.region));
    let nobody = meant.held(snapshot).all(|set| !leads(set));
    nobody.then(|| match meant.of {
        None => format!("nobody leads what {} holds and could hand it over", region_name(stage, meant.region)),
        Some(_) => format!("nobody leads {} and could hand it over", meant.words(stage)),
    })
}

fn is_dark(snapshot: &Snapshot, region: u16) -> bool {
    snapshot.regions.get(usize::from(region)).is_some_and(|state| !state.site.up)
}

/// What a region is to lead: all it holds, or of these datasets what it holds.
struct Meant<'a> {
    region: u16,
    of: Option<&'a Range<u16>>,
}

impl Meant<'_> {
    fn means(&self, dataset: u16) -> bool {
        self.of.is_none_or(|of| of.contains(&dataset))
    }

    /// The datasets of which the region holds a replica.
    fn held<'s>(&self, snapshot: &'s Snapshot) -> impl Iterator<Item = &'s DatasetState> {
        let holds = |set: &DatasetState| set.replicas.iter().any(|replica| replica.region == self.region);
        (0..)
            .zip(&snapshot.datasets)
            .filter(move |(dataset, set)| self.means(*dataset) && holds(set))
            .map(|(_, set)| set)
    }

    /// The datasets, where not all are meant.
    fn words(&self, stage: &Stage) -> String {
        let titles = (0..).zip(&stage.datasets).filter(|(dataset, _)| self.means(*dataset));
        words::listed(&titles.map(|(_, set)| set.title.as_str()).collect::<Vec<_>>())
    }
}

fn unfit_to_lead(stage: &Stage, snapshot: &Snapshot, meant: &Meant) -> Option<String> {
    let name = region_name(stage, meant.region);
    let mut held = meant.held(snapshot).peekable();
    if is_dark(snapshot, meant.region) {
        return Some(format!("{name} has no power"));
    }
    match (held.peek().is_none(), meant.of) {
        (true, None) => Some(format!("{name} holds no data")),
        (true, Some(_)) => Some(format!("{name} holds nothing of {}", meant.words(stage))),
        (false, of) => held.all(|set| leads(set, meant.region)).then(|| match of {
            None => format!("{name} leads all that it holds"),
            Some(_) => format!("{name} leads {}", meant.words(stage)),
        }),
    }
}

/// Of all that it holds the leaders are elected, or there are none.
fn unappointed(stage: &Stage, meant: &Meant) -> Option<String> {
    let held = (0..)
        .zip(&stage.datasets)
        .filter(|(dataset, set)| meant.means(*dataset) && set.placement.contains(&meant.region));
    let ways: Vec<Leadership> = held.map(|(_, set)| set.leadership).collect();
    let name = region_name(stage, meant.region);
    let one = meant.of.map(|_| meant.words(stage));
    match (ways.contains(&Leadership::Granted), ways.contains(&Leadership::Elected), one) {
        (true, ..) => None,
        (false, true, None) => Some(format!("the leaders of all that {name} holds are elected, not appointed")),
        (false, true, Some(one)) => Some(format!("the leader of {one} is elected, not appointed")),
        (false, false, None) => Some(format!("nobody leads what {name} holds: all its replicas are equals")),
        (false, false, Some(one)) => Some(format!("nobody leads {one}: all its replicas are equals")),
    }
}

/// Whether it leads, and nobody has heard of a later leadership.
fn leads(set: &DatasetState, region: u16) -> bool {
    let views = || set.replicas.iter().filter_map(|replica| Some((replica.region, replica.view.as_ref()?)));
    let latest = views().map(|(_, view)| view.epoch).max();
    views().any(|(place, view)| place == region && view.role == Role::Leader && Some(view.epoch) == latest)
}
