//! What happens at clients, in words.

use super::defence::Told;
use super::said::{Fact, OperationKind};
use crate::names::Names;
use crate::trace::What;
use crate::trace::telling::{Flag, Telling};

impl Telling for Fact {
    fn words(&self, names: &Names) -> String {
        match self {
            Fact::OperationStarted(info) => {
                let (kind, users) = (kind(info.kind), names.users(info.population));
                let set = info.dataset.map(|set| format!(" of key {} in {}", info.key, names.dataset(set)));
                format!("{users}: {kind}{} begins", set.unwrap_or_default())
            }
            Fact::AttemptSent { attempt, region, .. } => {
                format!("attempt {attempt} is sent to {}", names.region(*region))
            }
            Fact::AttemptFailed { attempt, error, .. } => format!("attempt {attempt} fails: {}", error.title()),
            Fact::OperationEnded(info, ending) => {
                let (kind, by) = (kind(info.kind), names.region(ending.served_by));
                match ending.error {
                    Some(error) => format!("{kind} fails: {}", error.title()),
                    None if ending.deleted => {
                        format!("{kind} finds nothing: deleted, version {}, served by {by}", ending.version)
                    }
                    None => format!("{kind} succeeds, version {}, served by {by}", ending.version),
                }
            }
            Fact::Defended { population, region, fact } => fact.words(&names.users(*population), names.region(*region)),
            Fact::SessionBegan { population, user, device, .. } => {
                format!("{}: user {user} begins a session on device {device}", names.users(*population))
            }
            Fact::NobodyFree { population } => {
                format!("{}: everybody waits for an answer, and nobody makes another request", names.users(*population))
            }
        }
    }

    fn operation(&self) -> Option<u64> {
        match *self {
            Fact::OperationStarted(info) | Fact::OperationEnded(info, _) => Some(info.operation),
            Fact::AttemptSent { operation, .. } | Fact::AttemptFailed { operation, .. } => Some(operation),
            Fact::Defended { .. } | Fact::SessionBegan { .. } | Fact::NobodyFree { .. } => None,
        }
    }

    fn takes(&self, names: &Names) -> u32 {
        let Fact::Defended { population, fact, .. } = *self else { return 0 };
        names.config.populations.get(usize::from(population)).map_or(0, |users| fact.takes(&users.defences))
    }

    /// What a defence does at a region follows from the attempts of its users that failed there.
    fn counts(&self, other: &What) -> bool {
        let (
            Fact::Defended { population, region, .. },
            What::Users(Fact::AttemptFailed { population: users, region: at, .. }),
        ) = (self, other)
        else {
            return false;
        };
        (users, at) == (population, region)
    }

    fn notable(&self) -> bool {
        matches!(self, Fact::Defended { fact, .. } if fact.weight().is_some())
    }

    fn flag(&self, names: &Names) -> Option<Flag> {
        let Fact::Defended { fact, region, .. } = self else { return None };
        fact.weight().map(|weight| Flag::new(weight, self.words(names), [*region]))
    }
}

fn kind(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Call => "call",
        OperationKind::Read => "read",
        OperationKind::Write => "write",
    }
}
