//! What happens to calls in a region, in words.

use super::said::Fact;
use crate::names::Names;
use crate::trace::telling::Telling;

impl Telling for Fact {
    fn words(&self, names: &Names) -> String {
        match *self {
            Fact::Rejected { region, .. } => format!("{} refuses: its queue is full", names.region(region)),
            Fact::ServiceStarted { region, waited, .. } => {
                format!("a worker of {} takes it up after {waited}", names.region(region))
            }
            Fact::Served { region, .. } => format!("a worker of {} is done", names.region(region)),
            Fact::RegionGauge { .. } => "a second is over".to_owned(),
        }
    }
}
