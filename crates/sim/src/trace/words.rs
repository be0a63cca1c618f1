//! Any event in words: each part tells its own facts.

use super::What;
use super::telling::{Flag, Telling};
use crate::action::Action;
use crate::names::Names;

impl What {
    /// The fact of a part, which tells itself.
    pub(crate) fn fact(&self) -> Option<&dyn Telling> {
        match self {
            What::Users(fact) => Some(fact),
            What::Network(fact) => Some(fact),
            What::Services(fact) => Some(fact),
            What::Data(fact) => Some(fact),
            What::Control(fact) => Some(fact),
            What::Faults(fact) => Some(fact),
            What::Acted { .. } | What::Done { .. } | What::InVain | What::SecondOver => None,
        }
    }

    /// What happened.
    pub(crate) fn words(&self, names: &Names) -> String {
        match (self.fact(), self) {
            (Some(fact), _) => fact.words(names),
            (None, What::Acted { .. } | What::Done { .. }) => self.deed(names),
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
            What::Acted { .. } | What::Done { .. } | What::InVain => true,
            What::SecondOver => false,
        }
    }

    /// The flag that it puts on the timeline, if it does.
    pub(crate) fn flag(&self, names: &Names) -> Option<Flag> {
        match self {
            What::Acted { .. } | What::Done { .. } => match self.action(names)? {
                // What a fault by hand does stands in its own bar.
                Action::Start(_) => None,
                _ => Some(Flag::new(3, self.deed(names), [])),
            },
            what => what.fact()?.flag(names),
        }
    }

    /// The act that was done, if one was: by a person, or by plan.
    pub(crate) fn action<'a>(&self, names: &Names<'a>) -> Option<&'a Action> {
        match self {
            What::Acted { index } => names.actions.get(*index as usize).map(|logged| &logged.action),
            What::Done { act } => names.config.acts.get(usize::from(*act)).map(|planned| &planned.action),
            _ => None,
        }
    }

    /// Who did it.
    pub(crate) fn who(&self) -> &'static str {
        if matches!(self, What::Acted { .. }) { "by hand" } else { "by plan" }
    }

    /// What was done, and by whom.
    fn deed(&self, names: &Names) -> String {
        let who = self.who();
        self.action(names)
            .map_or_else(|| format!("something done {who}"), |action| format!("{}, {who}", action.words(names)))
    }
}
