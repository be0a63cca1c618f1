//! `[[fault]]`: what may be set of any planned fault. What its kind takes is the kind's to say.

use super::catalog::{FaultKind, FaultLine};
use engine::{Span, Time};
use settings::{Fallback::Otherwise, Fallback::Required, Fallback::Value, Fields, Setting};

/// A planned fault.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultConfig {
    /// The name in the scenario.
    pub id: String,
    /// When it starts.
    pub at: Time,
    /// How long it lasts; `None` is for good.
    pub lasts: Option<Span>,
    /// What it does.
    pub kind: FaultKind,
}

impl FaultConfig {
    /// What may be set, whatever the kind.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::new("at", "time", Required, "when it begins"),
        Setting::new("for", "time", Otherwise("for good"), "how long it lasts"),
        Setting::new("enabled", "true or false", Value("true"), "whether it happens: for variants"),
    ];

    /// Read a fault of this kind in a run that lasts until then; `None` if it does not happen, or if what it cannot be without
    /// is missing or wrong.
    pub fn read(fields: &dyn Fields, id: String, line: &FaultLine, until: Time) -> Option<FaultConfig> {
        let at = Time::ZERO + fields.span("at");
        if at >= until {
            let help = format!("the run lasts {until}");
            fields.problem("at", "the fault begins after the end of the run", &help);
        }
        let lasts = fields.holds("for").then(|| fields.span("for"));
        if lasts == Some(Span::ZERO) {
            fields.problem(
                "for",
                "the fault is over as it begins",
                "it takes a time above 0s; without `for` it is for good",
            );
        }
        let enabled = fields.flag("enabled");
        let kind = (line.read)(fields)?;
        enabled.then_some(FaultConfig { id, at, lasts, kind })
    }
}
