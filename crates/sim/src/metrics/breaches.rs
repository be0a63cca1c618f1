//! What happened to users where more was promised than there was, or where a confirmed write was thrown away, in their words.

use super::amounts::Breach;
use super::deletions::Back;
use super::ledger::LostUpdate;
use super::recorder::Recorder;
use super::totals::{Off, Total};
use super::verdicts::Found;
use crate::names::Names;
use crate::summary::moment;
use crate::trace::OperationKind;
use values::Kind;

impl Recorder {
    pub(super) fn lost_updates_found(&self, dataset: u16, names: &Names) -> Found {
        let ledger = &self.live.families.ledger;
        let count = ledger.lost_updates(dataset).count();
        let Some(first) = ledger.lost_updates(dataset).min_by_key(|update| (update.at, update.write)) else {
            return Found::nothing("No confirmed write was thrown away for one that did not know it.".to_owned());
        };
        let LostUpdate { write, region, key, at, knew, .. } = first;
        let whose = if knew { "that it was to replace" } else { "that did not know it" };
        let (who, by, when) = (self.writer(write, names), names.region(region), moment(at));
        let all = in_all(count as i64, "write was thrown away", "writes were thrown away");
        let text = format!(
            "{who} was told by {by} that their write of key {key} is stored, and at {when} it was thrown away for one {whose}. {all}"
        );
        Found { count, text, at: Some(at), ..Found::default() }
    }

    pub(super) fn came_back_found(&self, dataset: u16, names: &Names) -> Found {
        let (count, first) = self.live.families.deletions.back(dataset);
        let Some(Back { at, region, key }) = first else {
            return Found::nothing("Nothing came back that was deleted.".to_owned());
        };
        let (when, region) = (moment(at), names.region(region));
        let all = in_all(count.into(), "key came back", "keys came back");
        let text = format!(
            "Key {key} was deleted. {region}, which had collected the tombstone, took the old value at {when} from a replica that had not heard of it. {all}"
        );
        Found { count: count as usize, text, at: Some(at), ..Found::default() }
    }

    pub(super) fn conserved_found(&self, dataset: u16, names: &Names) -> Found {
        let Some(Total { whole, most, first }) = self.live.families.totals.of(dataset).copied() else {
            return Found::default();
        };
        let Some(Off { at, region, key, by }) = first else {
            return Found::nothing(format!("In every copy all accounts together always held {whole}."));
        };
        let (region, when) = (names.region(region), moment(at));
        let text = match key {
            Some(key) => {
                let (much, more) = (by.unsigned_abs(), if by > 0 { "more" } else { "less" });
                format!("A transfer of key {key} in {region} at {when} paid in {much} {more} than it paid out.")
            }
            None => format!("All accounts in {region} together held {} at {when}, and not {whole}.", whole + by),
        };
        let text = format!("{text} A copy was off by {most} at most.");
        Found { count: most as usize, text, at: Some(at), ..Found::default() }
    }

    /// Who made a write, as far as that is recorded.
    fn writer(&self, write: u64, names: &Names) -> String {
        let ended = self.tapes.history.iter().map(|recorded| recorded.info());
        let info = ended.filter(|info| info.kind == OperationKind::Write).find(|info| info.write == write);
        info.map_or_else(|| "A user".to_owned(), |info| user_of(info.population, names))
    }

    pub(super) fn beyond_found(&self, dataset: u16, names: &Names) -> Found {
        let (count, first) = self.live.families.amounts.breaches(dataset);
        let Some(first) = first else {
            return Found::nothing("Of no key more was promised than there was.".to_owned());
        };
        if count == 0 {
            return Found::nothing("What was sold beyond the stock is cancelled, all of it.".to_owned());
        }
        let text = beyond(&self.facts.kinds[usize::from(dataset)], &first, count, &user_of(first.population, names));
        Found { count: count as usize, text, at: Some(first.at), ..Found::default() }
    }
}

/// More was promised of a value than there was: to whom first, and how much it came to.
fn beyond(kind: &Kind, first: &Breach, count: i64, who: &str) -> String {
    let Breach { at, key, account, promised, was, .. } = *first;
    let when = moment(at);
    match kind {
        Kind::Name => {
            let all = in_all(count, "name was given away again", "names were given away again");
            format!("{who} was given a name (key {key}) at {when} that somebody else already had. {all}")
        }
        Kind::Account { .. } => {
            let all = in_all(count, "was paid out that nobody had", "were paid out that nobody had");
            format!(
                "{who} was paid out at {when} what the account (key {key}) did not hold: {promised} with that, of {was}. {all}"
            )
        }
        Kind::Ledger { .. } => {
            let all = in_all(count, "was moved that nobody had", "were moved that nobody had");
            format!(
                "{who} moved at {when} what account {account} of key {key} did not hold: {promised} with that, of {was}. {all}"
            )
        }
        _ => {
            let all = in_all(count, "was sold that was not there", "were sold that were not there");
            format!(
                "{who} was sold at {when} what was not there any more: {promised} of {was} of key {key} with that. {all}"
            )
        }
    }
}

fn in_all(count: i64, one: &str, many: &str) -> String {
    if count == 1 { format!("In all 1 {one}.") } else { format!("In all {count} {many}.") }
}

fn user_of(population: u16, names: &Names) -> String {
    let users = names.config.populations.get(usize::from(population));
    users.map_or_else(|| "A user".to_owned(), |users| format!("A user in {}", users.title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Time;

    #[test]
    fn what_was_promised_beyond_what_there_was_says_first_what_happened_to_whom() {
        let first = Breach { at: Time::from_secs(12), population: 0, key: 3, account: 2, promised: 603, was: 600 };
        let told = |kind: Kind, count| beyond(&kind, &first, count, "A user in Frankfurt");
        assert_eq!(
            told(Kind::Account { initial: 600 }, 3),
            "A user in Frankfurt was paid out at 0:12.000 what the account (key 3) did not hold: 603 with that, of 600. In all 3 were paid out that nobody had."
        );
        assert_eq!(
            told(Kind::Ledger { accounts: 2, initial: 600 }, 1),
            "A user in Frankfurt moved at 0:12.000 what account 2 of key 3 did not hold: 603 with that, of 600. In all 1 was moved that nobody had."
        );
        assert_eq!(
            told(Kind::Name, 1),
            "A user in Frankfurt was given a name (key 3) at 0:12.000 that somebody else already had. In all 1 name was given away again."
        );
    }
}
