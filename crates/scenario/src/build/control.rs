//! `[routing]` and `[control]`: how users find a region, who watches and who decides.

use super::names::Names;
use crate::section::Section;
use engine::{Probability, Span};
use sim::config::{Choose, ControlConfig, DrainConfig, Failover, Promote, RoutingConfig, RoutingPolicy};

pub(super) fn routing(section: &Section<'_>, names: &Names) -> RoutingConfig {
    let policies = [RoutingPolicy::Nearest, RoutingPolicy::Leader, RoutingPolicy::Spread];
    let policy = policies[section.choice("policy", &["nearest", "leader", "spread"])];
    if policy == RoutingPolicy::Leader && names.datasets.is_empty() {
        section.problem(
            "policy",
            "users are sent to the leader of the first dataset, but there is none",
            "add a [[dataset]]",
        );
    }
    RoutingConfig {
        policy,
        ttl: section.span("ttl").unwrap_or(Span::ZERO),
        health_checked: section.flag("health-checked"),
        client_failover: section.flag("client-failover"),
        drain: drain(section),
    }
}

fn drain(section: &Section<'_>) -> Option<DrainConfig> {
    let (errors, latency) = (section.share("drain-errors"), section.span("drain-latency"));
    let every = section.span_unless("drain", "off");
    for key in ["drain-errors", "drain-latency"] {
        section.heard(key, every.is_some(), "`drain` to a time");
    }
    every.map(|every| DrainConfig {
        every,
        errors: errors.unwrap_or(Probability::NEVER),
        latency: latency.unwrap_or(Span::ZERO),
    })
}

pub(super) fn control(section: &Section<'_>, names: &Names) -> ControlConfig {
    let all = || (0..names.regions.len()).collect::<Vec<usize>>();
    let decision = section.distribution("decision");
    let mut preference = section.references("preference", "region", &names.regions).unwrap_or_default();
    // Whoever is not named comes last, in the order of the file.
    let rest: Vec<usize> = all().into_iter().filter(|region| !preference.contains(region)).collect();
    preference.extend(rest);
    let (interval, timeout) = (section.period("interval"), section.period("timeout"));
    if timeout > interval {
        section.misfit("timeout", "a probe is waited for longer than until the next one", "make it at most `interval`");
    }
    let failover = section.choice("failover", &["off", "manual", "automatic"]);
    section.heard("decision", failover == 1, "failover = \"manual\"");
    for key in ["choose", "promote"] {
        section.heard(key, failover != 0, "`failover` to manual or automatic");
    }
    ControlConfig {
        home: section.reference("home", "region", &names.regions).unwrap_or(0),
        vantages: section.references("vantages", "region", &names.regions).unwrap_or_else(all),
        interval,
        timeout,
        threshold: section.count("threshold", 1..=100) as u32,
        degraded_above: section.span("degraded-above").unwrap_or(Span::ZERO),
        failover: match failover {
            0 => Failover::Off,
            1 => Failover::Manual(decision),
            _ => Failover::Automatic,
        },
        choose: [Choose::Preferred, Choose::MostCaughtUp][section.choice("choose", &["preferred", "most-caught-up"])],
        promote: [Promote::Any, Promote::InSync][section.choice("promote", &["any", "in-sync"])],
        preference,
        failback: section.span_unless("failback", "off"),
    }
}
