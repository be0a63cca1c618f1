//! What begins and ends, in words.

use super::said::Fact;
use crate::names::Names;
use crate::trace::telling::{Sign, Telling};

impl Telling for Fact {
    fn words(&self, names: &Names) -> String {
        match *self {
            Fact::RegionDown { region, .. } => format!("{} loses power", names.region(region)),
            Fact::RegionUp { region } => format!("{} has power again", names.region(region)),
            Fact::FaultStarted { planned, .. } => {
                let plan = planned.and_then(|planned| names.config.faults.get(usize::from(planned)));
                format!("fault: {}", plan.map_or_else(|| "by hand".to_owned(), |plan| names.fault(&plan.kind)))
            }
            Fact::FaultEnded { fault } => format!("fault {fault} ends"),
        }
    }

    fn sign(&self) -> Sign {
        match *self {
            Fact::FaultStarted { fault, planned } => Sign::Begins { fault, planned },
            Fact::FaultEnded { fault } => Sign::Ends { fault },
            Fact::RegionDown { .. } | Fact::RegionUp { .. } => Sign::Flag,
        }
    }

    /// All of them: a fault is a bar on the timeline from its beginning to its end.
    fn notable(&self) -> bool {
        true
    }
}
