//! Any event in words: each part tells its own facts.

use super::What;
use super::telling::{Flag, Telling};
use crate::action::Action;
use crate::names::Names;

impl What {
    /// The fact of a part, which tells itself.
    fn fact(&self) -> Option<&dyn Telling> {
        match self {
            What::Users(fact) => Some(fact),
            What::Network(fact) => Some(fact),
            What::Services(fact) => Some(fact),
            What::Data(fact) => Some(fact),
            What::Control(fact) => Some(fact),
            What::Faults(fact) => Some(fact),
            What::Acted { .. } | What::InVain | What::SecondOver => None,
        }
    }

    /// What happened.
    pub(crate) fn words(&self, names: &Names) -> String {
        match (self.fact(), self) {
            (Some(fact), _) => fact.words(names),
            (None, What::Acted { index }) => {
                let acted = names.actions.get(*index as usize);
                acted.map_or_else(|| "a person acts".to_owned(), |logged| logged.action.words(names))
            }
            (None, What::InVain) => "that changes nothing: what it is about is not there".to_owned(),
            (None, _) => "a second is over".to_owned(),
        }
    }

    /// Whether it is kept for the whole run. Asked of every event, so not by way of [`What::fact`].
    pub(crate) fn notable(&self) -> bool {
        match self {
            What::Users(fact) => fact.notable(),
            What::Network(fact) => fact.notable(),
            What::Services(fact) => fact.notable(),
            What::Data(fact) => fact.notable(),
            What::Control(fact) => fact.notable(),
            What::Faults(fact) => fact.notable(),
            What::Acted { .. } | What::InVain => true,
            What::SecondOver => false,
        }
    }

    /// The flag that it puts on the timeline, if it does.
    pub(crate) fn flag(&self, names: &Names) -> Option<Flag> {
        match self {
            What::Acted { index } => match &names.actions.get(*index as usize)?.action {
                // What a fault by hand does stands in its own bar.
                Action::Start(_) => None,
                action => Some(Flag::new(3, action.words(names), [])),
            },
            what => what.fact()?.flag(names),
        }
    }
}
