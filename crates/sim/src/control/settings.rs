//! `[control]`: who watches and who decides.

use engine::{Distribution, Span};
use settings::{Fallback::Otherwise, Fallback::Value, Fields, Setting};

/// Who watches and who decides.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlConfig {
    /// The region where the controller runs.
    pub home: usize,
    /// The regions that probe all others. A region is judged by those of them that are not in it: unhealthy is what more than half of
    /// these call so, also where the rest is dark or cut off.
    pub vantages: Vec<usize>,
    /// Time from probe to probe.
    pub interval: Span,
    /// How long a probe waits for its answer. That comes from a health endpoint that does not go through the workers: it tells
    /// whether the region is reached, not whether its service does anything but refuse.
    pub timeout: Span,
    /// Failures in a row that make a vantage point call a region unhealthy, and successes in a row that make it healthy again.
    pub threshold: u32,
    /// A region whose answers take longer than the network's share plus this is degraded.
    pub degraded_above: Span,
    /// What follows when most vantage points call a leader's region unhealthy.
    pub failover: Failover,
    /// Which follower is promoted.
    pub choose: Choose,
    /// What a follower must hold to be promoted.
    pub promote: Promote,
    /// Regions in the order in which they are preferred as leaders.
    pub preference: Vec<usize>,
    /// Whether, and after how long in good health, a leader that failed gets its leadership back.
    pub failback: Option<Span>,
}

/// What follows when a leader's region is held for unhealthy.
#[derive(Clone, Debug, PartialEq)]
pub enum Failover {
    /// Nothing.
    Off,
    /// A person is called and decides after this time, nanoseconds, if the region is still unhealthy then.
    Manual(Distribution),
    /// The controller promotes at once.
    Automatic,
}

/// Which follower is promoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choose {
    /// The healthy one that comes first in the preference.
    Preferred,
    /// The healthy one whose last probe answer showed the longest log.
    MostCaughtUp,
}

/// What a follower must hold to be promoted. A person is not bound by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promote {
    /// Anything: what others hold may be lost (unclean leader election).
    Any,
    /// Whatever was acknowledged. So many followers must be heard from that one of them must hold it, and only one whose log is
    /// the longest of theirs is promoted (failover quorum; e.g. Patroni quorum commit, CloudNativePG failoverQuorum). Until
    /// then nobody is. It rests on the old leader acknowledging nothing meanwhile, as with a lease.
    InSync,
}

/// In the order of [`Failover`].
const FAILOVERS: [&str; 3] = ["off", "manual", "automatic"];
/// In the order of [`Choose`].
const CHOICES: [&str; 2] = ["preferred", "most-caught-up"];
/// In the order of [`Promote`].
const PROMOTES: [&str; 2] = ["any", "in-sync"];

impl ControlConfig {
    /// What may be set.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::new(
            "home",
            "region",
            Otherwise("the first region, in its first zone"),
            "where the controller runs; while that is dark, nothing is judged, decided or passed elsewhere",
        ),
        Setting::new(
            "vantages",
            "regions",
            Otherwise("all regions"),
            "who probes all others; a region is unhealthy when more than half of those outside it say so, heard or not: 1 of 2 is not",
        ),
        Setting::new("interval", "time", Value("5s"), "from probe to probe").from("catalog F10: every 5 s"),
        Setting::new(
            "timeout",
            "time",
            Value("2s"),
            "how long a probe waits for its answer, which no worker gives: full queues and failing calls do not keep a region \
             from it, see routing.drain",
        ),
        Setting::new(
            "threshold",
            "number",
            Value("3"),
            "failures in a row that make a region unhealthy, successes that heal it",
        )
        .from("catalog F10: 3 consecutive failures"),
        Setting::new(
            "degraded-above",
            "time",
            Value("100ms"),
            "answers later than the network's share plus this are degraded",
        )
        .from("catalog F10: healthy if below 100 ms"),
        Setting::new(
            "failover",
            "off, manual or automatic",
            Value("off"),
            "what follows when a leader's region is unhealthy",
        ),
        Setting::new(
            "decision",
            "distribution of times",
            Value("lognormal 3m 0.5"),
            "failover = manual: time a person takes",
        ),
        Setting::new("choose", "preferred or most-caught-up", Value("most-caught-up"), "which follower is promoted"),
        Setting::new(
            "promote",
            "any or in-sync",
            Value("any"),
            "in-sync: nobody unless enough followers are heard from that nothing acknowledged is lost",
        ),
        Setting::new("preference", "regions", Otherwise("in the order of the file"), "preferred leaders, best first"),
        Setting::new(
            "failback",
            "off or time",
            Value("off"),
            "after how long in good health a leader that failed leads again",
        ),
    ];

    /// Read what is set, where there are so many regions.
    pub fn read(fields: &dyn Fields, regions: usize) -> ControlConfig {
        let listed = |key| fields.regions(key).map(|list| list.into_iter().map(usize::from).collect::<Vec<_>>());
        let mut preference = listed("preference").unwrap_or_default();
        // Whoever is not named comes last, in the order of the file.
        let rest: Vec<usize> = (0..regions).filter(|region| !preference.contains(region)).collect();
        preference.extend(rest);
        let (interval, timeout) = (fields.period("interval"), fields.period("timeout"));
        if timeout > interval {
            let message = "a probe is waited for longer than until the next one";
            fields.problem("timeout", message, "make it at most `interval`");
        }
        ControlConfig {
            home: fields.region("home").map_or(0, usize::from),
            vantages: listed("vantages").unwrap_or_else(|| (0..regions).collect()),
            interval,
            timeout,
            threshold: fields.count("threshold", 1..=100) as u32,
            degraded_above: fields.span("degraded-above"),
            failover: Failover::read(fields),
            choose: [Choose::Preferred, Choose::MostCaughtUp][fields.choice("choose", &CHOICES)],
            promote: [Promote::Any, Promote::InSync][fields.choice("promote", &PROMOTES)],
            preference,
            failback: fields.span_unless("failback", "off"),
        }
    }
}

impl Failover {
    fn read(fields: &dyn Fields) -> Failover {
        let decision = fields.distribution("decision");
        let failover = fields.choice("failover", &FAILOVERS);
        fields.heard("decision", failover == 1, "failover = \"manual\"");
        for key in ["choose", "promote"] {
            fields.heard(key, failover != 0, "`failover` to manual or automatic");
        }
        match failover {
            0 => Failover::Off,
            1 => Failover::Manual(decision),
            _ => Failover::Automatic,
        }
    }
}
