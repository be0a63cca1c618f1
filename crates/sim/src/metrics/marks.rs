//! Notable moments: faults as bars, decisions as flags, what was first seen against a verdict as diamonds.

use super::elections::{Leaderless, leaderless};
use super::load::{Overflow, overflows};
use super::recorder::Recorder;
use super::recovery::{Together, together};
use crate::action::{Action, FaultName};
use crate::duration::duration;
use crate::faults::catalog::{BY_HAND, FaultKind, title};
use crate::names::Names;
use crate::summary::{Lane, Mark, Recovery, Standing, VerdictLine, VerdictMark, moment};
use crate::trace::telling::{Flag, Sign, Telling};
use crate::trace::{TraceEvent, What};
use engine::{FlatMap, Span, Time};
use protocol::Property;

/// A mark that says no more than what happened when.
fn plain(at: Time, lane: Lane, title: String) -> Mark {
    let (until, fault, verdict, regions) = (None, None, None, Vec::new());
    Mark { at, until, lane, title, event: 0, fault, regions, weight: 0, times: 1, verdict }
}

impl Recorder {
    /// Faults and decisions, and of a run that is `over` the ends of outages and the moments at which something was first seen
    /// against a verdict, in order of time.
    pub(crate) fn marks(&self, names: &Names, over: bool) -> Vec<Mark> {
        let mut marks = self.told(names);
        marks.extend(leaderless(&self.tapes.notable, &self.facts.electing).iter().map(|gap| unled(names, gap)));
        marks.extend(overflows(&self.tapes.seconds.load, self.facts.regions).iter().map(|full| overflow(names, full)));
        if over {
            marks.extend(served_again(names, self.recoveries(names)));
            marks.extend(self.verdicts(names).iter().filter_map(|line| self.diamond(names, line)));
        }
        engine::sort_by_key(&mut marks, |mark| mark.at);
        marks
    }

    /// The moment at which something was first seen against a verdict.
    fn diamond(&self, names: &Names, line: &VerdictLine) -> Option<Mark> {
        let broken = match line.standing {
            Standing::Broken => true,
            Standing::NotPromised => false,
            Standing::Undecided | Standing::Kept | Standing::Untested => return None,
        };
        let verdict = VerdictMark { dataset: line.dataset, property: line.property, broken };
        let excuse = if broken { "" } else { " (not promised)" };
        let whose = match line.property {
            Property::NoLostUpdate => self.first_thrown_away(line.dataset).map(|first| first.whose(names.config)),
            _ => None,
        };
        let whose = whose.map(|whose| format!(", first that of {whose}")).unwrap_or_default();
        let title = format!("{}: {}{whose}{excuse}", names.dataset(line.dataset), line.property.breach());
        let weight = if broken { 3 } else { 1 };
        Some(Mark { event: line.event, verdict: Some(verdict), weight, ..plain(line.at?, Lane::Verdict, title) })
    }

    /// Faults and decisions, in order.
    fn told(&self, names: &Names) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        // The kind of a fault by hand is that of the action just before it.
        let mut acting = None;
        let mut streams = Streams::default();
        for event in &self.tapes.notable {
            match &event.what {
                What::Acted { .. } | What::Done { .. } => {
                    acting = event.what.action(names);
                    let of_a_fault = acting.and_then(|action| ending(names, &marks, (event.what.who(), action)));
                    let mark = decision(names, event);
                    marks.extend(mark.map(|mark| Mark { title: of_a_fault.unwrap_or(mark.title.clone()), ..mark }));
                }
                What::InVain => {
                    if let Some(acted) = marks.last_mut() {
                        acted.title += ": not there, so nothing changes";
                    }
                }
                what => match what.fact().map_or(Sign::Flag, Telling::sign) {
                    Sign::Begins { fault, planned } => marks.push(fault_mark(names, event, fault, planned, acting)),
                    Sign::Ends { fault } => {
                        if let Some(mark) = marks.iter_mut().find(|mark| mark.fault == Some(fault)) {
                            mark.until = Some(event.at);
                        }
                    }
                    sign => {
                        let mark = decision(names, event).filter(|_| self.is_news(&mut streams, event.at, sign));
                        mark.into_iter().for_each(|mark| join(&mut marks, mark));
                    }
                },
            }
        }
        marks
    }

    /// Whether a flag tells anything that happened: not what is so from the start, and not that somebody is level who was hardly
    /// behind.
    fn is_news(&self, streams: &mut Streams, at: Time, sign: Sign) -> bool {
        match sign {
            Sign::Leads { dataset, region } => {
                streams.led.insert((dataset, region), at);
                at > Time::ZERO
            }
            Sign::Change => at > Time::ZERO,
            Sign::Level { dataset, from, to } => self.longest_lag(streams, at, (dataset, from, to)) >= BEHIND,
            Sign::Flag | Sign::Begins { .. } | Sign::Ends { .. } => true,
        }
    }

    /// How far a follower that catches up now lagged at most since it last did, under the same leader.
    fn longest_lag(&self, streams: &mut Streams, now: Time, stream: (u16, u16, u16)) -> Span {
        let led = streams.led.get(&(stream.0, stream.1)).copied();
        let since = streams.level.insert(stream, now).max(led).unwrap_or_default();
        let lag = &self.tapes.seconds.lag;
        let within = since.whole_seconds() as usize..(now.whole_seconds() as usize).min(lag.len());
        let lags = lag.get(within).into_iter().flatten().flatten();
        let of_stream = lags.filter(|it| (it.dataset, it.from, it.to) == stream).map(|it| it.lag);
        of_stream.max().unwrap_or(Span::ZERO)
    }
}

/// Since when the lag of each follower counts.
#[derive(Default)]
struct Streams {
    /// By dataset and leader: when it last began to lead.
    led: FlatMap<(u16, u16), Time>,
    /// By dataset, leader and follower: when it last caught up.
    level: FlatMap<(u16, u16, u16), Time>,
}

/// Catching up is notable for a follower that lagged at least this far: each lags a little all the time.
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
fn ending(names: &Names, marks: &[Mark], (who, action): (&str, &Action)) -> Option<String> {
    let Action::EndFault(name) = action else { return None };
    let words = match name {
        FaultName::Planned(id) => names.fault(&names.config.faults.iter().find(|plan| plan.id == *id)?.kind),
        FaultName::Begun(number) => marks.iter().find(|mark| mark.fault == Some(*number))?.title.clone(),
        FaultName::ByHand(number) => {
            let mut by_hand = marks.iter().filter(|mark| mark.fault.is_some() && mark.title.ends_with(BY_HAND));
            by_hand.nth((*number as usize).checked_sub(1)?)?.title.clone()
        }
    };
    Some(format!("end of {}, {who}", words.trim_end_matches(BY_HAND)))
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

/// The flag of an event, if it puts one on the timeline.
fn decision(names: &Names, event: &TraceEvent) -> Option<Mark> {
    let Flag { title, regions, weight } = event.what.flag(names)?;
    Some(Mark { event: event.id, regions, weight, ..plain(event.at, Lane::Decision, title) })
}

/// The moments at which nobody failed any more: the ends of outages, of which those that touch are one. One that does not end has no
/// such moment, and neither has what begins before it would.
fn served_again(names: &Names, recoveries: Vec<Recovery>) -> Vec<Mark> {
    let mark = |outage: Together| {
        let (last, after) = (outage.last, duration(outage.rto()?.as_secs_f64()));
        let (users, home) = (names.users(last.population), names.home(last.population));
        let title = match outage.alone {
            true => format!("{users} are served again, after {after}"),
            false => format!("users are served again, the last in {home}, {after} after the first was not"),
        };
        Some(Mark { event: last.success, weight: 2, ..plain(last.recovered?, Lane::Decision, title) })
    };
    together(recoveries).into_iter().filter_map(mark).collect()
}

/// A time in which nobody led a dataset that elects its leader.
fn unled(names: &Names, gap: &Leaderless) -> Mark {
    let title = format!("no leader of {}", names.dataset(gap.dataset));
    Mark { event: gap.event, until: gap.until, weight: 2, ..plain(gap.from, Lane::Decision, title) }
}

/// A time in which a queue was full. A burst that is over at once matters less.
fn overflow(names: &Names, full: &Overflow) -> Mark {
    let requests = if full.refused == 1 { "request" } else { "requests" };
    let title = format!("the queue of {} is full: {} {requests} refused", names.region(full.region), full.refused);
    let weight = if full.last - full.from >= Span::from_secs(1) { 2 } else { 1 };
    let until = full.over.then_some(full.last);
    Mark { until, regions: vec![full.region], weight, ..plain(full.from, Lane::Decision, title) }
}

impl Mark {
    /// How long it lasted, if it is over.
    pub fn lasted(&self) -> Option<Span> {
        self.until.map(|until| until - self.at)
    }

    /// What happened, and how often if more than once, or until when if it lasted and is no fault, whose bar tells that.
    pub fn words(&self) -> String {
        match (self.times, self.until.filter(|_| self.lane == Lane::Decision)) {
            (0 | 1, None) => self.title.clone(),
            (0 | 1, Some(until)) => format!("{}, until {}", self.title, moment(until)),
            (times, _) => format!("{}, {times} times", self.title),
        }
    }
}
