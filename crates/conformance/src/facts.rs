//! What a plan is like, read off its configuration: under which conditions which statement must hold.

use crate::plan::Plan;
use engine::{Probability, Span, Time};
use protocol::{Apart, Leadership};
use sim::config::{Arrival, Failover, FaultConfig, Promote, ReadFrom, Step};
use sim::faults::{Conditions, FaultKind};
use sim::{Action, Config, LoggedAction};

/// Bytes a second of a link that the retries of all users do not fill.
const WIDE: u64 = 1_250_000;

/// What a plan is like.
pub(crate) struct Facts {
    /// From when on nothing is wrong and nobody meddles any more, and as long before the end as it takes.
    pub(crate) settled: Option<Time>,
    /// When the users are gone, if that is long enough before the end.
    pub(crate) quiet: Option<Time>,
    /// How many times the disk of a region or of a zone is lost.
    pub(crate) disks_lost: usize,
    /// Nothing goes wrong, and nobody meddles.
    pub(crate) calm: bool,
    /// How leaders come to lead.
    pub(crate) leadership: Leadership,
    /// What a replica missed comes to it by and by, also where nobody leads.
    pub(crate) converges: bool,
    /// Copies that were changed apart from each other are merged.
    pub(crate) merges: bool,
    /// What was acknowledged may be forgotten: it was so before any disk had it, and a region loses its power.
    pub(crate) forgets: bool,
    /// Nobody can take the lead from whom it was given at the start.
    pub(crate) undisputed: bool,
    /// By the links' own nature packets get lost.
    pub(crate) lossy: bool,
    /// What clients try again while something is wrong may fill a link for longer than is waited.
    pub(crate) narrow: bool,
    /// Whoever reads, reads from there.
    pub(crate) reads: Option<ReadFrom>,
    /// Nobody retries and no link doubles, so that no write is executed twice.
    pub(crate) once: bool,
    /// Users wait long enough for an answer from the other side of the world.
    pub(crate) patient: bool,
    /// Whether another leader is found for one that cannot lead.
    pub(crate) replaced: bool,
    /// A leader needs a lease, which holds so long.
    pub(crate) lease: Option<Span>,
    /// Leadership may be given back.
    pub(crate) failback: bool,
    /// Users may be kept away from a region that serves badly.
    pub(crate) drained: bool,
    /// How many failed probes in a row make a region unhealthy.
    pub(crate) threshold: u32,
}

impl Facts {
    pub(crate) fn of(plan: &Plan, config: &Config) -> Facts {
        let kinds = || kinds(config, &plan.acts);
        let ordered = |action: &Action| matches!(action, Action::Promote(..) | Action::HandOver(..));
        let by_order = done(config, &plan.acts).any(|(_, action)| ordered(action));
        let quiet = quiet(config).filter(|at| *at + plan.tail <= config.until);
        let regions = config.regions.len();
        // Of a region with zones as many as it has.
        let disks_lost = kinds().map(|kind| disks_lost(kind, regions)).sum();
        let (control, set) = (&config.control, &config.datasets[0]);
        let elected = set.leadership == Leadership::Elected;
        // A majority elects somebody else, who holds all that was acknowledged: with a witness perhaps nobody does.
        let others_elect = set.witness.is_none() && disks_lost * 2 < set.placement.len();
        let others_appointed =
            control.failover != Failover::Off && control.promote == Promote::Any && control.vantages.len() > 1;
        Facts {
            settled: healed(config, &plan.acts).map(|at| at + plan.settle).filter(|at| *at + plan.tail <= config.until),
            quiet,
            disks_lost,
            calm: done(config, &plan.acts).next().is_none() && kinds().count() == 0,
            leadership: set.leadership,
            converges: set.leadership != Leadership::None || all_are_compared(plan),
            merges: set.apart == Apart::All,
            forgets: vouches_for_memory(plan) && kinds().any(|kind| takes_power(kind, regions)),
            undisputed: control.failover == Failover::Off && !by_order && !elected,
            lossy: config.links.iter().flatten().any(|link| link.loss.as_f64() > 0.0),
            narrow: config.links.iter().flatten().any(|link| link.bandwidth.is_some_and(|bytes| bytes < WIDE)),
            reads: config.requests.iter().flat_map(|request| &request.steps).find_map(|step| match step {
                Step::Read { from, .. } => Some(*from),
                _ => None,
            }),
            once: config.requests.iter().all(|request| request.retry.attempts == 1)
                && config.links.iter().flatten().all(|link| link.duplication == Probability::NEVER)
                && !kinds().any(|kind| doubles(kind, regions)),
            patient: config.requests.iter().all(|request| request.timeout >= Span::from_secs(2)),
            replaced: if elected { others_elect } else { others_appointed },
            lease: set.lease,
            failback: control.failback.is_some(),
            drained: config.routing.drain.is_some(),
            threshold: control.threshold,
        }
    }
}

/// Whether every replica is sent every write by and by: in a quorum if it stores every key and they compare what they have.
fn all_are_compared(plan: &Plan) -> bool {
    let set = |key: &str| plan.sections.iter().flat_map(|section| &section.lines).any(|line| line.key == key);
    let quorum = plan.sections.iter().flat_map(|section| &section.lines).any(|line| line.value == "\"quorum\"");
    !quorum || (set("anti-entropy") && !set("replicas") && !set("coordinators"))
}

/// Whether what one replica has in memory alone may be acknowledged. A leader that is appointed ships what its disk has, so that what others have
/// acknowledged is there.
fn vouches_for_memory(plan: &Plan) -> bool {
    let lines = || plan.sections.iter().flat_map(|section| &section.lines);
    let buffered = lines().any(|line| line.key == "durability" && line.value == "\"buffered\"");
    buffered && lines().any(|line| line.key == "protocol" && ["\"async\"", "\"raft\""].contains(&line.value.as_str()))
}

/// All that is done, by hand or by plan, and when.
fn done<'a>(config: &'a Config, acts: &'a [LoggedAction]) -> impl Iterator<Item = (Time, &'a Action)> {
    let planned = config.acts.iter().map(|act| (act.at, &act.action));
    acts.iter().map(|act| (act.at, &act.action)).chain(planned)
}

/// Every fault that begins, by plan or by hand.
fn kinds<'a>(config: &'a Config, acts: &'a [LoggedAction]) -> impl Iterator<Item = &'a FaultKind> {
    let started = acts.iter().filter_map(|act| match &act.action {
        Action::Start(kind) => Some(kind),
        _ => None,
    });
    config.faults.iter().map(|fault| &fault.kind).chain(started)
}

/// When the last fault has ended and the last thing was done; `None` if something goes on for good. Healing everything is the
/// only healing that is counted on.
fn healed(config: &Config, acts: &[LoggedAction]) -> Option<Time> {
    let all = done(config, acts).filter(|(_, action)| **action == Action::HealAll).map(|(at, _)| at).max();
    let over = |from: Time, until: Option<Time>| match (all.filter(|at| *at >= from), until) {
        (Some(all), Some(until)) => Some(all.min(until)),
        (all, until) => all.or(until),
    };
    let planned = |fault: &FaultConfig| over(fault.at, fault.lasts.map(|lasts| fault.at + lasts));
    let felt = |(at, action): (Time, &Action)| match action {
        Action::Start(_) => over(at, None),
        Action::DelayPacket(_, held) => Some(at + *held),
        _ => Some(at),
    };
    let ends = config.faults.iter().map(planned).chain(done(config, acts).map(felt));
    ends.collect::<Option<Vec<Time>>>().map(|ends| ends.into_iter().max().unwrap_or(Time::ZERO))
}

/// When the last users are gone, if they ever are.
fn quiet(config: &Config) -> Option<Time> {
    let gone = config.populations.iter().map(|users| match &users.arrival {
        Arrival::Poisson(rates) | Arrival::Constant(rates) => {
            rates.last().filter(|(_, rate)| *rate == 0.0).map(|(at, _)| *at)
        }
        Arrival::Closed { .. } => None,
    });
    gone.collect::<Option<Vec<Time>>>()?.into_iter().max()
}

fn under(kind: &FaultKind, regions: usize) -> Conditions {
    let mut conditions = Conditions::good(regions);
    kind.apply(&mut conditions);
    conditions
}

fn takes_power(kind: &FaultKind, regions: usize) -> bool {
    under(kind, regions).regions.iter().any(|region| !region.up)
}

fn disks_lost(kind: &FaultKind, regions: usize) -> usize {
    under(kind, regions).regions.iter().filter(|region| region.disks_lost).count()
}

fn doubles(kind: &FaultKind, regions: usize) -> bool {
    under(kind, regions).links.iter().flatten().any(|link| link.duplication > Probability::NEVER)
}
