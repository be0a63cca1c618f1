//! Notable moments: faults as bars, decisions as flags, what was first seen against a verdict as diamonds.

use super::Recorder;
use crate::action::{Action, FaultName, LoggedAction, PacketName, PacketWay};
use crate::config::Config;
use crate::explain::channel_name;
use crate::faults::catalog::{FaultKind, title};
use crate::summary::{Lane, Mark, Standing, VerdictLine, VerdictMark};
use crate::trace::{Health, NoFailover, TraceEvent, Unfit, What, control, data, faults};
use engine::{Span, Time};
use protocol::Fact;

/// Whether an event is kept on the tape of notable events.
pub(crate) fn notable(what: &What) -> bool {
    match what {
        What::Faults(faults::Fact::RegionDown { .. })
        | What::Faults(faults::Fact::RegionUp { .. })
        | What::Control(control::Fact::Judged { .. })
        | What::Control(control::Fact::HumanCalled { .. })
        | What::Control(control::Fact::StoodDown { .. })
        | What::Control(control::Fact::FailoverDecided { .. })
        | What::Control(control::Fact::NotPromoted { .. })
        | What::Control(control::Fact::FailbackDecided { .. })
        | What::Control(control::Fact::FailbackGivenUp { .. })
        | What::Control(control::Fact::ShareChanged { .. })
        | What::Faults(faults::Fact::FaultStarted { .. })
        | What::Faults(faults::Fact::FaultEnded { .. })
        | What::Acted { .. }
        | What::InVain => true,
        What::Data(data::Fact::Replica { fact, .. }) => {
            matches!(fact, Fact::Leads(_) | Fact::SteppedDown(_) | Fact::CaughtUp { .. } | Fact::Restored { .. })
        }
        _ => false,
    }
}

/// Names of things in marks and explanations.
pub(crate) struct Names<'a> {
    pub(crate) config: &'a Config,
    pub(crate) actions: &'a [LoggedAction],
}

impl Names<'_> {
    pub(crate) fn region(&self, region: u16) -> &str {
        self.config.regions.get(usize::from(region)).map_or("?", |region| &region.id)
    }

    pub(crate) fn dataset(&self, dataset: u16) -> &str {
        self.config.datasets.get(usize::from(dataset)).map_or("?", |set| &set.id)
    }

    /// A fault in words.
    pub(crate) fn fault(&self, kind: &FaultKind) -> String {
        kind.words(&|region| self.region(region).to_owned())
    }

    fn packet(&self, packet: &PacketName) -> String {
        let number = packet.number;
        match packet.way {
            Some(PacketWay { from, to, channel }) => {
                format!("{} {number} from {} to {}", channel_name(channel), self.place(from), self.place(to))
            }
            None => format!("packet {number}"),
        }
    }

    /// An action in words.
    pub(crate) fn action(&self, action: &Action) -> String {
        match action {
            Action::Start(kind) => format!("by hand: {}", self.fault(kind)),
            Action::RestoreRegion(region) => format!("by hand: {} restored", self.region(*region)),
            Action::HealLink(a, b) => format!("by hand: link of {} and {} healed", self.region(*a), self.region(*b)),
            Action::HealAll => "by hand: everything healed".to_owned(),
            Action::Promote(region) => format!("by hand: {} promoted", self.region(*region)),
            Action::DropPacket(packet) => format!("by hand: {} dropped", self.packet(packet)),
            Action::DelayPacket(packet, span) => format!("by hand: {} delayed by {span}", self.packet(packet)),
            Action::EndFault(FaultName::Planned(id)) => format!("by hand: fault {id} ended"),
            Action::EndFault(FaultName::Begun(number)) => format!("by hand: fault {number} ended"),
        }
    }

    /// That nobody is promoted, and why, in words.
    pub(crate) fn stood_down(&self, dataset: u16, region: u16, why: NoFailover) -> String {
        let why = match why {
            NoFailover::Answers => "it answers again",
            NoFailover::NobodyFit => "nobody is fit to lead",
            NoFailover::NotInSync => "nobody is known to hold every confirmed write",
        };
        format!("no failover of {} from {}: {why}", self.dataset(dataset), self.region(region))
    }

    /// Why a person's promotion changes nothing, in words.
    pub(crate) fn not_promoted(&self, dataset: u16, region: u16, why: Unfit) -> String {
        let (set, name) = (self.dataset(dataset), self.region(region));
        match why {
            Unfit::Dark => format!("{name} cannot lead {set}: it has no power"),
            Unfit::Blank => format!("{name} cannot lead {set}: its disk is empty"),
            Unfit::Leads => format!("{name} leads {set} already"),
        }
    }

    /// The moment at which something was first seen against a verdict.
    pub(crate) fn verdict(&self, line: &VerdictLine) -> Option<Mark> {
        let broken = match line.standing {
            Standing::Broken => true,
            Standing::NotPromised => false,
            Standing::Kept | Standing::Untested => return None,
        };
        let verdict = VerdictMark { dataset: line.dataset, property: line.property, broken };
        let excuse = if broken { "" } else { " (not promised)" };
        let title = format!("{}: {}{excuse}", self.dataset(line.dataset), line.property.breach());
        let weight = if broken { 3 } else { 1 };
        Some(Mark { verdict: Some(verdict), weight, ..plain(line.at?, Lane::Verdict, title) })
    }
}

/// A mark that says no more than what happened when.
fn plain(at: Time, lane: Lane, title: String) -> Mark {
    let (until, fault, verdict, regions) = (None, None, None, Vec::new());
    Mark { at, until, lane, title, event: 0, fault, regions, weight: 0, times: 1, verdict }
}

impl Recorder {
    /// Faults and decisions, in order.
    pub(crate) fn marks(&self, names: &Names) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        // The kind of a fault by hand is that of the action just before it.
        let mut acting = None;
        for event in &self.tapes.notable {
            match &event.what {
                What::Acted { index } => {
                    acting = names.actions.get(*index as usize);
                    let of_a_fault = acting.and_then(|logged| ending(names, &marks, &logged.action));
                    let mark = decision(names, event, &event.what);
                    marks.extend(mark.map(|mark| Mark { title: of_a_fault.unwrap_or(mark.title.clone()), ..mark }));
                }
                What::Faults(faults::Fact::FaultStarted { fault, planned }) => {
                    marks.push(fault_mark(names, event, *fault, *planned, acting.map(|logged| &logged.action)));
                }
                What::InVain => {
                    if let Some(acted) = marks.last_mut() {
                        acted.title += ": not there, so nothing changes";
                    }
                }
                What::Faults(faults::Fact::FaultEnded { fault }) => {
                    if let Some(mark) = marks.iter_mut().find(|mark| mark.fault == Some(*fault)) {
                        mark.until = Some(event.at);
                    }
                }
                What::Data(data::Fact::Replica { dataset, region, fact: Fact::CaughtUp { follower } })
                    if self.lag_before(event.at, *dataset, *region, follower.0) < BEHIND => {}
                what => {
                    if let Some(mark) = decision(names, event, what) {
                        join(&mut marks, mark);
                    }
                }
            }
        }
        marks
    }

    /// How far a follower lagged at the end of the second before a moment.
    fn lag_before(&self, at: Time, dataset: u16, from: u16, to: u16) -> Span {
        let second = (at.whole_seconds() as usize).checked_sub(1).and_then(|last| self.tapes.seconds.get(last));
        let streams = second.map_or(&[][..], |second| &second.streams);
        let stream = streams.iter().find(|it| (it.dataset, it.from, it.to) == (dataset, from, to));
        stream.map_or(Span::ZERO, |stream| stream.lag)
    }
}

/// Catching up is notable for a follower that lagged at least this far; batches make every follower lag a little all the time.
const BEHIND: Span = Span::from_secs(2);

/// Add a decision, to what was said before in the same words if nothing weightier has happened since.
fn join(marks: &mut Vec<Mark>, mark: Mark) {
    let recent = marks.iter_mut().rev().take_while(|earlier| earlier.weight <= mark.weight);
    let same = recent.into_iter().find(|earlier| earlier.lane == mark.lane && earlier.title == mark.title);
    match same.filter(|_| mark.weight < 3) {
        Some(same) => (same.times, same.until) = (same.times + 1, Some(mark.at)),
        None => marks.push(mark),
    }
}

/// The title of ending a single fault: the words of that fault say more than its name.
fn ending(names: &Names, marks: &[Mark], action: &Action) -> Option<String> {
    let Action::EndFault(name) = action else { return None };
    let words = match name {
        FaultName::Planned(id) => names.fault(&names.config.faults.iter().find(|plan| plan.id == *id)?.kind),
        FaultName::Begun(number) => marks.iter().find(|mark| mark.fault == Some(*number))?.title.clone(),
    };
    Some(format!("by hand: end of {}", words.trim_start_matches("by hand: ")))
}

fn fault_mark(names: &Names, event: &TraceEvent, fault: u32, planned: Option<u16>, action: Option<&Action>) -> Mark {
    let kind = match (planned, action) {
        (Some(planned), _) => names.config.faults.get(usize::from(planned)).map(|plan| &plan.kind),
        (None, Some(Action::Start(kind))) => Some(kind),
        _ => None,
    };
    let mut regions = kind.map(FaultKind::regions).unwrap_or_default();
    regions.sort_unstable();
    let title = title(kind.map_or_else(|| "fault".to_owned(), |kind| names.fault(kind)), planned);
    Mark { event: event.id, fault: Some(fault), regions, weight: 3, ..plain(event.at, Lane::Fault, title) }
}

fn decision(names: &Names, event: &TraceEvent, what: &What) -> Option<Mark> {
    let (title, regions) = match what {
        What::Control(control::Fact::Judged { region, health, .. }) => {
            let health = match health {
                Health::Healthy => "healthy",
                Health::Degraded => "degraded",
                Health::Unhealthy => "unhealthy",
            };
            (format!("{} judged {health}", names.region(*region)), vec![*region])
        }
        What::Control(control::Fact::HumanCalled { dataset, region }) => {
            (format!("person called: {} leads {}", names.region(*region), names.dataset(*dataset)), vec![*region])
        }
        What::Control(control::Fact::StoodDown { dataset, region, why }) => {
            (names.stood_down(*dataset, *region, *why), vec![*region])
        }
        What::Control(control::Fact::FailoverDecided { dataset, from, to, epoch }) if from == to => {
            let (set, to_name) = (names.dataset(*dataset), names.region(*to));
            (format!("{to_name} is to lead {set} anew, epoch {}", epoch.0), vec![*to])
        }
        What::Control(control::Fact::NotPromoted { dataset, region, why }) => {
            (names.not_promoted(*dataset, *region, *why), vec![*region])
        }
        What::Control(control::Fact::FailoverDecided { dataset, from, to, epoch }) => {
            let (set, from_name, to_name) = (names.dataset(*dataset), names.region(*from), names.region(*to));
            (format!("failover of {set} from {from_name} to {to_name}, epoch {}", epoch.0), vec![*from, *to])
        }
        What::Control(control::Fact::FailbackDecided { dataset, from, to, epoch }) => {
            let (set, from_name, to_name) = (names.dataset(*dataset), names.region(*from), names.region(*to));
            (format!("failback of {set} from {from_name} to {to_name}, epoch {}", epoch.0), vec![*from, *to])
        }
        What::Control(control::Fact::FailbackGivenUp { dataset, from, to, .. }) => {
            let (set, from_name, to_name) = (names.dataset(*dataset), names.region(*from), names.region(*to));
            (format!("failback of {set} to {to_name} given up, {from_name} goes on"), vec![*from, *to])
        }
        What::Control(control::Fact::ShareChanged { region, percent }) => {
            (format!("{} gets {percent} % of its users", names.region(*region)), vec![*region])
        }
        What::Data(data::Fact::Replica { dataset, region, fact: Fact::Leads(epoch) }) if event.at > Time::ZERO => {
            (format!("{} leads {}, epoch {}", names.region(*region), names.dataset(*dataset), epoch.0), vec![*region])
        }
        What::Data(data::Fact::Replica { dataset, region, fact: Fact::SteppedDown(_) }) => {
            (format!("{} stepped down from {}", names.region(*region), names.dataset(*dataset)), vec![*region])
        }
        What::Data(data::Fact::Replica { dataset, region, fact: Fact::CaughtUp { follower } }) => {
            let (set, follower_name) = (names.dataset(*dataset), names.region(follower.0));
            (format!("{follower_name} caught up with {set}"), vec![*region, follower.0])
        }
        What::Data(data::Fact::Replica { dataset, region, fact: Fact::Restored { .. } }) => {
            let (set, name) = (names.dataset(*dataset), names.region(*region));
            (format!("{name} restored {set} from a copy"), vec![*region])
        }
        What::Acted { index } => {
            let action = &names.actions.get(*index as usize)?.action;
            // What a fault by hand does stands in its own bar.
            if matches!(action, Action::Start(_)) {
                return None;
            }
            (names.action(action), Vec::new())
        }
        _ => return None,
    };
    Some(Mark { event: event.id, regions, weight: weight(what), ..plain(event.at, Lane::Decision, title) })
}

/// Who leads matters most, that somebody caught up least.
fn weight(what: &What) -> u8 {
    match what {
        What::Control(control::Fact::FailoverDecided { .. })
        | What::Control(control::Fact::FailbackDecided { .. })
        | What::Acted { .. } => 3,
        What::Control(control::Fact::HumanCalled { .. })
        | What::Control(control::Fact::StoodDown { .. })
        | What::Control(control::Fact::NotPromoted { .. })
        | What::Control(control::Fact::FailbackGivenUp { .. })
        | What::Control(control::Fact::ShareChanged { .. }) => 2,
        What::Control(control::Fact::Judged { .. })
        | What::Data(data::Fact::Replica { fact: Fact::Leads(_) | Fact::SteppedDown(_), .. }) => 1,
        _ => 0,
    }
}

impl Mark {
    /// How long it lasted, if it is over.
    pub fn lasted(&self) -> Option<Span> {
        self.until.map(|until| until - self.at)
    }

    /// What happened, and how often if more than once.
    pub fn words(&self) -> String {
        match self.times {
            0 | 1 => self.title.clone(),
            times => format!("{}, {times} times", self.title),
        }
    }
}
