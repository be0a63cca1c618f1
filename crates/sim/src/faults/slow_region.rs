//! F4: a region that answers, but slowly or with errors. Its health endpoint does not go through the workers.

use super::fault::{Fault, FaultInfo};
use crate::kernel::conditions::Conditions;
use engine::Probability;
use serde::{Deserialize, Serialize};
use settings::{Fallback, Fields, Setting, Value, Values};

/// While it lasts the region serves slowly and fails a share of what it serves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlowRegion {
    /// The region: itself, or all its zones.
    pub sites: Vec<u16>,
    /// Factor on the service time, above 0.
    pub slowness: f64,
    /// Share of served requests that end in an error.
    pub errors: Probability,
}

impl Fault for SlowRegion {
    const INFO: FaultInfo = FaultInfo {
        id: "slow-region",
        meaning: "a region serves slowly or with errors",
        covers: "F4",
        settings: &[
            Setting::new("region", "region", Fallback::Required, "which serves slowly"),
            Setting::new("slowness", "factor", Fallback::Value("10x"), "on the service time"),
            Setting::new(
                "errors",
                "share",
                Fallback::Value("0%"),
                "requests served with an error; probes are answered all the same",
            ),
        ],
    };

    fn read(fields: &dyn Fields) -> Option<Self> {
        let sites = fields.sites("region")?;
        Some(SlowRegion { sites, slowness: fields.factor("slowness"), errors: fields.share("errors") })
    }

    fn values(&self) -> Values {
        vec![
            ("region", Value::Sites(self.sites.clone())),
            ("slowness", Value::Factor(self.slowness)),
            ("errors", Value::Share(self.errors)),
        ]
    }

    fn apply(&self, conditions: &mut Conditions) {
        for site in &self.sites {
            let site = &mut conditions.regions[usize::from(*site)];
            site.slowness *= self.slowness;
            site.errors = site.errors.or(self.errors);
        }
    }

    fn regions(&self) -> Vec<u16> {
        self.sites.clone()
    }

    fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String {
        let errors = match self.errors.as_f64() * 100.0 {
            0.0 => String::new(),
            percent => format!(", {percent:.1} % errors"),
        };
        format!("{} slow ×{}{errors}", name(&self.sites), self.slowness)
    }
}
