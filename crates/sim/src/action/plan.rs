//! `[[act]]`: an act that a scenario plans, as a person would do it at that moment.

use super::{ActLine, Action};
use engine::Time;
use settings::{Fallback::Required, Fallback::Value, Fields, Setting};

/// A planned act.
#[derive(Clone, Debug, PartialEq)]
pub struct ActConfig {
    /// The name in the scenario.
    pub id: String,
    /// When it is done.
    pub at: Time,
    /// What is done.
    pub action: Action,
}

impl ActConfig {
    /// What may be set, whatever is done.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::new("at", "time", Required, "when it is done"),
        Setting::new("enabled", "true or false", Value("true"), "whether it is done: for variants"),
    ];

    /// Read an act of this kind in a run that lasts until then; `None` if it is not done, or if what it cannot be without is
    /// missing or wrong.
    pub fn read(fields: &dyn Fields, id: String, line: &ActLine, until: Time) -> Option<ActConfig> {
        let at = Time::ZERO + fields.span("at");
        if at >= until {
            fields.problem("at", "this would be done after the end of the run", &format!("the run lasts {until}"));
        }
        let enabled = fields.flag("enabled");
        let action = (line.read)(fields)?;
        enabled.then_some(ActConfig { id, at, action })
    }
}
