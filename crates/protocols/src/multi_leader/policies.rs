//! What becomes of changes that did not know each other, as a scenario may choose it.

use super::config::{Choice, Compensation, People, Policy, Timestamps};
use crate::by_key::{POLICIES, TIMESTAMPS};
use engine::Span;
use protocol::{NodeId, Shape};
use settings::{Fallback, Fields, Setting};
use values::Kind;

pub(super) const PRIORITY: Setting = Setting::new(
    "priority",
    "list of regions",
    Fallback::Otherwise("must be written"),
    "policy = priority: whose version is shown, the first of these that has one; all others stand behind them",
);
pub(super) const DESK: Setting = Setting::new(
    "desk",
    "region",
    Fallback::Otherwise("the first of the placement"),
    "policy = suspended: the region in which people decide, or with validate-after the one that calls sales off; of a dataset in shards those of all, each of which has a queue of its own there",
);
pub(super) const VALIDATE_AFTER: Setting = Setting::new(
    "validate-after",
    "time or off",
    Fallback::Value("off"),
    "type = stock, policy = merge: how long after the `desk` has seen that more is sold than there was it calls sales off, the latest first; off: they stand",
)
.from("Garcia-Molina and Salem 1987, SIGMOD, compensation");
pub(super) const QUEUE: Setting = Setting::new(
    "queue",
    "number",
    Fallback::Value("100"),
    "policy = suspended: so many keys may wait for a person; of what comes beyond that the later stamp stays, and nobody has looked at it",
);
pub(super) const RESOLVE: Setting = Setting::new(
    "resolve",
    "time",
    Fallback::Value("5m"),
    "policy = suspended: how long people take to decide on one key; they take the later version, one key after the other",
);
pub(super) const REFUSE_AFTER: Setting = Setting::new(
    "refuse-after",
    "time",
    Fallback::Value("5s"),
    "policy = refused: a region that has heard from no majority of the replicas for so long takes no writes; what was written apart before that is decided by the later stamp",
);

/// What is chosen.
pub(super) struct Chosen {
    pub(super) policy: Policy,
    pub(super) people: Option<People>,
    pub(super) compensation: Option<Compensation>,
    pub(super) refuse_after: Option<Span>,
}

pub(super) fn read(fields: &dyn Fields, shape: Shape<'_>) -> Chosen {
    let word = POLICIES[fields.choice("policy", &POLICIES)];
    let is = |policy: &str| word == policy;
    let priority = shape.regions(fields, "priority");
    fields.heard("priority", is("priority"), "policy = \"priority\"");
    if is("priority") && !fields.holds("priority") {
        fields.problem(
            "policy",
            "nothing says whose version is shown",
            "add `priority`, a list of regions of the placement",
        );
    }
    let at = shape.region(fields, "desk").unwrap_or(NodeId(shape.first as u16));
    let people = People { at, room: fields.count("queue", 1..=1_000_000), takes: fields.period("resolve") };
    let compensation = compensation(fields, shape.kind, is("merge"), at);
    fields.heard("desk", is("suspended") || compensation.is_some(), "policy = \"suspended\", or `validate-after`");
    for key in ["queue", "resolve"] {
        fields.heard(key, is("suspended"), "policy = \"suspended\"");
    }
    let refuse_after = fields.period("refuse-after");
    fields.heard("refuse-after", is("refused"), "policy = \"refused\"");
    let policy = match word {
        "first-writer" => Policy::Keep(Choice::FirstWriter),
        "priority" => Policy::Keep(Choice::Priority(priority)),
        "siblings" => Policy::Keep(Choice::Siblings),
        "suspended" => Policy::Keep(Choice::Suspended),
        "merge" => Policy::Merge,
        _ => Policy::LastWriter,
    };
    check_type(fields, shape.kind, &policy);
    let people = is("suspended").then_some(people);
    Chosen { policy, people, compensation, refuse_after: is("refused").then_some(refuse_after) }
}

/// Who calls sales off, if anybody does: what is merged knows of every sale, and shares are never sold twice.
fn compensation(fields: &dyn Fields, kind: &Kind, merges: bool, at: NodeId) -> Option<Compensation> {
    let after = fields.span_unless("validate-after", "off");
    let may = merges && matches!(kind, Kind::Stock { .. }) && !fields.holds("quotas");
    fields.heard("validate-after", may, "policy = \"merge\" and type = \"stock\", without `quotas`");
    after.filter(|_| may).map(|after| Compensation { at, after })
}

/// Registers are kept side by side and not merged, all else the other way round.
fn check_type(fields: &dyn Fields, kind: &Kind, policy: &Policy) {
    match (policy, kind) {
        (Policy::Merge, Kind::Register) => {
            let able = "choose policy = \"siblings\", which keeps both, or a `type` that merges, such as counter, set or stock";
            fields.problem("policy", "two registers are not merged: one of the values stays", able);
        }
        (Policy::Keep(_), kind) if *kind != Kind::Register => {
            let message =
                format!("only of registers versions are kept side by side, and this is of type {}", kind.id());
            fields.problem("policy", &message, "choose policy = \"merge\", \"last-writer\" or \"refused\"");
        }
        _ => {}
    }
}

/// Whose clock is asked: what is changed where it is held is stamped there, and so is what no stamp decides.
pub(super) fn timestamps(fields: &dyn Fields, policy: &Policy, kind: &Kind) -> Timestamps {
    let (key, of) = (TIMESTAMPS.name, Timestamps::read(fields));
    fields.heard(key, *policy == Policy::LastWriter, "policy = \"last-writer\" or \"refused\"");
    match policy {
        Policy::LastWriter if of == Timestamps::Client && *kind != Kind::Register => {
            let message = format!("what is of type {} is changed where it is held, and stamped there", kind.id());
            fields.problem(key, &message, "choose timestamps = \"replica\", or type = \"register\"");
            Timestamps::Replica
        }
        Policy::LastWriter => of,
        Policy::Merge | Policy::Keep(_) => Timestamps::Replica,
    }
}

/// Whether silence of so long tells that somebody is cut off: all say something to all, and more often.
pub(super) fn check_hearing(fields: &dyn Fields, refuse_after: Span, heartbeat: Span, to_all: bool) {
    if !to_all {
        let message = "who hears of others only by way of some cannot tell whether it is cut off from a majority";
        fields.problem("topology", message, "choose topology = \"mesh\", or another policy");
    }
    if refuse_after < heartbeat * 2 {
        let message = "where all is well nobody may be heard for so long, once a sign of life is lost";
        fields.problem("refuse-after", message, "choose at least twice the `heartbeat`");
    }
}
