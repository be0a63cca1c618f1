//! What the control plane finds and decides, in words and on the timeline.

use super::said::{Fact, Health, NoFailover, Unfit, Vain};
use crate::names::Names;
use crate::trace::telling::{Flag, Telling};

impl Telling for Fact {
    fn words(&self, names: &Names) -> String {
        let (region_name, set_name) = (|region| names.region(region), |dataset| names.dataset(dataset));
        match *self {
            Fact::Probed { vantage, region, health } => {
                format!("{} finds {} {}", region_name(vantage), region_name(region), condition(health))
            }
            Fact::Judged { region, health, .. } => {
                format!("the controller judges {} {}", region_name(region), condition(health))
            }
            Fact::HumanCalled { dataset, .. } => format!("a person is called about {}", set_name(dataset)),
            Fact::StoodDown { dataset, region, why } => stood_down(names, dataset, region, why),
            Fact::FailoverDecided { dataset, to, epoch, .. } => {
                format!("{} is to lead {} under epoch {}", region_name(to), set_name(dataset), epoch.0)
            }
            Fact::NotPromoted { dataset, region, why } => not_promoted(names, dataset, region, why),
            Fact::FailbackDecided { dataset, to, epoch, .. } => {
                format!("{} is to lead {} again under epoch {}", region_name(to), set_name(dataset), epoch.0)
            }
            Fact::LetLeadOn { dataset, leader, epoch } => {
                let (set, leader) = (set_name(dataset), region_name(leader));
                format!("{leader} may lead {set} on with nothing, under epoch {}", epoch.0)
            }
            Fact::OrderedInVain { region, why } => ordered_in_vain(names, region, why),
            Fact::HandOverDecided { dataset, from, to, epoch } => {
                let (set, old, new) = (set_name(dataset), region_name(from), region_name(to));
                format!("{new} is to take {set} over from {old} under epoch {}", epoch.0)
            }
            Fact::HandOverGivenUp { dataset, from, epoch, .. } => {
                format!("{} may go on leading {} under epoch {}", region_name(from), set_name(dataset), epoch.0)
            }
            Fact::ShareChanged { region, percent } => {
                format!("{} is to get {percent} % of its users", region_name(region))
            }
            Fact::Undecided { region, unhealthy, of } => undecided(region_name(region), unhealthy, of),
        }
    }

    /// All but what single vantage points find, which is often.
    fn notable(&self) -> bool {
        !matches!(self, Fact::Probed { .. })
    }

    fn flag(&self, names: &Names) -> Option<Flag> {
        let (region_name, set_name) = (|region| names.region(region), |dataset| names.dataset(dataset));
        let flag = match *self {
            Fact::Probed { .. } => return None,
            Fact::Judged { region, health, .. } => {
                Flag::new(1, format!("{} judged {}", region_name(region), condition(health)), [region])
            }
            Fact::HumanCalled { dataset, region } => {
                let title = format!("person called: {} leads {}", region_name(region), set_name(dataset));
                Flag::new(2, title, [region])
            }
            Fact::StoodDown { dataset, region, why } => Flag::new(2, stood_down(names, dataset, region, why), [region]),
            Fact::NotPromoted { dataset, region, why } => {
                Flag::new(2, not_promoted(names, dataset, region, why), [region])
            }
            Fact::FailoverDecided { dataset, from, to, epoch } if from == to => {
                let title = format!("{} is to lead {} anew, epoch {}", region_name(to), set_name(dataset), epoch.0);
                Flag::new(3, title, [to])
            }
            Fact::FailoverDecided { dataset, from, to, epoch } => {
                let (set, old, new) = (set_name(dataset), region_name(from), region_name(to));
                Flag::new(3, format!("failover of {set} from {old} to {new}, epoch {}", epoch.0), [from, to])
            }
            Fact::FailbackDecided { dataset, from, to, epoch } => {
                let (set, old, new) = (set_name(dataset), region_name(from), region_name(to));
                Flag::new(3, format!("failback of {set} from {old} to {new}, epoch {}", epoch.0), [from, to])
            }
            Fact::LetLeadOn { dataset, leader, epoch } => {
                let (set, name) = (set_name(dataset), region_name(leader));
                Flag::new(3, format!("{name} leads {set} on with an empty disk, epoch {}", epoch.0), [leader])
            }
            Fact::OrderedInVain { region, why } => Flag::new(2, ordered_in_vain(names, region, why), [region]),
            Fact::HandOverDecided { dataset, from, to, epoch } => {
                let (set, old, new) = (set_name(dataset), region_name(from), region_name(to));
                Flag::new(3, format!("hand-over of {set} from {old} to {new}, epoch {}", epoch.0), [from, to])
            }
            Fact::HandOverGivenUp { dataset, from, to, .. } => {
                let (set, old, new) = (set_name(dataset), region_name(from), region_name(to));
                Flag::new(2, format!("hand-over of {set} to {new} given up, {old} may go on"), [from, to])
            }
            Fact::ShareChanged { region, percent } => {
                Flag::new(2, format!("{} gets {percent} % of its users", region_name(region)), [region])
            }
            Fact::Undecided { region, unhealthy, of } => {
                Flag::new(2, undecided(region_name(region), unhealthy, of), [region])
            }
        };
        Some(flag)
    }
}

/// That a region is not judged unhealthy, and why.
fn undecided(name: &str, unhealthy: u16, of: u16) -> String {
    format!("{name} not judged unhealthy: {unhealthy} of {of} vantage points outside it is not more than half")
}

/// That nobody is promoted, and why.
fn stood_down(names: &Names, dataset: u16, region: u16, why: NoFailover) -> String {
    let why = match why {
        NoFailover::Answers => "it answers again",
        NoFailover::TooFewHeard => "too few vantage points are heard from to say that it does not answer",
        NoFailover::NobodyFit => "nobody is fit to lead",
        NoFailover::NotInSync => "nobody is known to hold every confirmed write",
    };
    format!("no failover of {} from {}: {why}", names.dataset(dataset), names.region(region))
}

/// Why it changes nothing that a region was to lead by order.
fn not_promoted(names: &Names, dataset: u16, region: u16, why: Unfit) -> String {
    let (set, name) = (names.dataset(dataset), names.region(region));
    match why {
        Unfit::Dark => format!("{name} cannot lead {set}: it has no power"),
        Unfit::Blank => format!("{name} cannot lead {set}: its disk is empty"),
        Unfit::Leads => format!("{name} leads {set} already"),
        Unfit::Unwell => format!("{name} cannot lead {set}: the controller does not know it to be well"),
        Unfit::LeaderUnwell => {
            format!("{name} cannot take {set} over: the controller does not know its leader to be well")
        }
        Unfit::NotAppointed => format!("{name} cannot be made the leader of {set}: nobody is appointed to lead it"),
        Unfit::Moving => format!("{name} is not to lead {set}: leadership is being moved already"),
    }
}

/// Why an order to have a region lead changes nothing at all.
fn ordered_in_vain(names: &Names, region: u16, why: Vain) -> String {
    match why {
        Vain::HoldsNothing => format!("nothing changes: {} holds no data", names.region(region)),
        Vain::NobodyHears => "nothing changes: the controller has no power, and hears of no order".to_owned(),
    }
}

fn condition(health: Health) -> &'static str {
    match health {
        Health::Healthy => "healthy",
        Health::Degraded => "degraded",
        Health::Unhealthy => "unhealthy",
    }
}
