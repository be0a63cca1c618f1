//! `[routing]`: how users find a region.

use engine::{Probability, Span};
use settings::{Fallback::Value, Fields, Setting};

/// How users find a region.
#[derive(Clone, Debug, PartialEq)]
pub struct RoutingConfig {
    /// Which region an answer names.
    pub policy: RoutingPolicy,
    /// How long a resolver keeps an answer.
    pub ttl: Span,
    /// Whether answers leave out regions that the control plane holds for unhealthy.
    pub health_checked: bool,
    /// Whether a client whose attempt failed makes the next one, if it may, in the next region of its preference, and stays with one
    /// that answered for the TTL.
    pub client_failover: bool,
    /// Whether and how a region that serves badly loses its users step by step.
    pub drain: Option<DrainConfig>,
}

/// When a region that answers its probes loses a step of its share of users, 100, 50, 25 and 0 %, and when it regains one. Users
/// who are sent to the leader go there whatever its share.
#[derive(Clone, Debug, PartialEq)]
pub struct DrainConfig {
    /// Time from one look at a region's service to the next. The controller looks no more often than regions are probed.
    pub every: Span,
    /// A share of failed calls above this costs a step.
    pub errors: Probability,
    /// So does a mean time in the service, waiting included, above this.
    pub latency: Span,
}

/// Which region an answer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoutingPolicy {
    /// The nearest by delay.
    Nearest,
    /// The region that leads the first dataset, as the control plane knows it.
    Leader,
    /// Any, evenly, anew for each step.
    Spread,
}

/// In the order of [`RoutingPolicy`].
const POLICIES: [&str; 3] = ["nearest", "leader", "spread"];

impl RoutingConfig {
    /// What may be set.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::new("policy", "nearest, leader or spread", Value("nearest"), "which region an answer names"),
        Setting::new("ttl", "time", Value("30s"), "how long a resolver keeps an answer"),
        Setting::new("health-checked", "true or false", Value("true"), "whether answers leave out unhealthy regions"),
        Setting::new(
            "client-failover",
            "true or false",
            Value("false"),
            "whether the attempt after a failed one goes to the next region, and the next requests to the one that answered, for the TTL; without `retry` there is no other attempt",
        ),
        Setting::new(
            "drain",
            "off or time",
            Value("off"),
            "how often a region's service is looked at: badly served users cost it a step of its share, 100, 50, 25, 0 %",
        )
        .from("catalog F4: 100, 50, 25, 0 % with re-checks"),
        Setting::new("drain-errors", "share", Value("2%"), "drain: calls failed that cost a step"),
        Setting::new("drain-latency", "time", Value("1s"), "drain: mean time in the service that costs a step"),
    ];

    /// Read what is set, where there are so many datasets.
    pub fn read(fields: &dyn Fields, datasets: usize) -> RoutingConfig {
        let policies = [RoutingPolicy::Nearest, RoutingPolicy::Leader, RoutingPolicy::Spread];
        let policy = policies[fields.choice("policy", &POLICIES)];
        if policy == RoutingPolicy::Leader && datasets == 0 {
            let message = "users are sent to the leader of the first dataset, but there is none";
            fields.problem("policy", message, "add a [[dataset]]");
        }
        RoutingConfig {
            policy,
            ttl: fields.span("ttl"),
            health_checked: fields.flag("health-checked"),
            client_failover: fields.flag("client-failover"),
            drain: DrainConfig::read(fields),
        }
    }
}

impl DrainConfig {
    fn read(fields: &dyn Fields) -> Option<DrainConfig> {
        let (errors, latency) = (fields.share("drain-errors"), fields.span("drain-latency"));
        let every = fields.span_unless("drain", "off");
        for key in ["drain-errors", "drain-latency"] {
            fields.heard(key, every.is_some(), "`drain` to a time");
        }
        every.map(|every| DrainConfig { every, errors, latency })
    }
}
