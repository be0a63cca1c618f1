//! What happened to users where more was promised than there was, or where a confirmed write was thrown away, in their words.

use super::amounts::Breach;
use super::convergence::QUIET;
use super::deletions::Back;
use super::elements::{Told, Wrong};
use super::made::Twice;
use super::record::When;
use super::recorder::Recorder;
use super::totals::{Off, Total};
use super::verdicts::Found;
use crate::names::Names;
use crate::rivals::LostUpdate;
use crate::summary::{WitnessLine, moment};
use crate::trace::OperationInfo;
use crate::trace::data::TOLD;
use values::Kind;

impl Recorder {
    /// The first write of a dataset that is lost because it was thrown away.
    pub(super) fn first_thrown_away(&self, dataset: u16) -> Option<LostUpdate> {
        self.live.families.ledger.lost_updates(dataset).min_by_key(|update| (update.lost, update.write))
    }

    pub(super) fn lost_updates_found(&self, dataset: u16, names: &Names) -> Found {
        let ledger = &self.live.families.ledger;
        let count = ledger.lost_updates(dataset).count();
        let Some(first) = self.first_thrown_away(dataset) else {
            return Found::nothing("No confirmed write was thrown away for one that did not know it.".to_owned());
        };
        let text = format!(
            "{}. {}",
            first.words(names.config),
            in_all(count as i64, "write was thrown away", "writes were thrown away")
        );
        let LostUpdate { write, region, lost, event, by, kept, .. } = first;
        let told = |region: u16| format!("told so by {}", names.region(region));
        let of_kept = match kept.acknowledged {
            Some(_) => told(kept.region),
            None => format!("accepted by {}, and nobody was told", names.region(kept.region)),
        };
        let lines = [
            (write, format!("{}; {} threw it away", told(region), names.region(by))),
            (kept.write, format!("{of_kept}; it is kept")),
        ];
        Found::first(count, text, When { at: lost, event }, self.writes(dataset, &lines, names))
    }

    pub(super) fn came_back_found(&self, dataset: u16, names: &Names) -> Found {
        let (count, first) = self.live.families.deletions.back(dataset);
        let Some(Back { when, region, key, deletion, write }) = first else {
            return Found::nothing("Nothing came back that was deleted.".to_owned());
        };
        let (at, region) = (moment(when.at), names.region(region));
        let all = in_all(count.into(), "key came back", "keys came back");
        let text = format!(
            "Key {key} was deleted. {region}, which had collected the tombstone, took the old value at {at} from a replica that had not heard of it. {all}"
        );
        let lines = [(write, format!("and it is back in {region}")), (deletion, "which had deleted it".to_owned())];
        Found::first(count as usize, text, when, self.writes(dataset, &lines, names))
    }

    pub(super) fn diverged_found(&self, dataset: u16, names: &Names) -> Found {
        let found = self.live.families.convergence.of(dataset).filter(|found| !found.open);
        let Some((keys, (key, when, lacking))) = found.and_then(|found| Some((found.keys, found.first?))) else {
            return Found::nothing(format!("All copies of keys that nobody has changed for {QUIET} s are the same."));
        };
        let lacking: Vec<&str> = lacking.into_iter().map(|region| names.region(region)).collect();
        let all = in_all(keys.into(), "key differs", "keys differ");
        let text = format!(
            "Key {key} was changed last at {}, nothing is wrong any more or under way, and {} did not get what another copy has. {all}",
            moment(when.at),
            lacking.join(", ")
        );
        Found::first(keys as usize, text, when, Vec::new())
    }

    pub(super) fn elements_found(&self, dataset: u16, names: &Names) -> Found {
        let (count, first) = self.live.families.elements.wrong(dataset);
        let judged = match self.live.families.elements.unjudged(dataset) {
            0 => String::new(),
            more => format!(" Of {} elements the first {TOLD} are judged.", TOLD + more),
        };
        let Some(Wrong { when, key, element, there, added, removed }) = first else {
            let text = "Where all copies agree they have what was added, and nothing that was removed.";
            return Found::nothing(format!("{text}{judged}"));
        };
        let told = if there { removed } else { added };
        let (who, at) = told.map_or_else(
            || ("Somebody".to_owned(), String::new()),
            |told| (user_of(told.operation.population, names), format!(" at {}", moment(told.when.at))),
        );
        let all = in_all(count.into(), "element was gone or back", "elements were gone or back");
        let text = if there {
            format!(
                "{who} was told{at} that element {element} of key {key} is removed. Nobody who did not know that has added it, and from {} on every copy with power has it. {all}{judged}",
                moment(when.at)
            )
        } else {
            format!(
                "{who} was told{at} that element {element} of key {key} is added. Nobody who did not know that has removed it, and from {} on no copy with power has it. {all}{judged}",
                moment(when.at)
            )
        };
        let line = |told: Told, said: &str| {
            let change = self.facts.change(&told.operation);
            self.line(&told.operation, change, Some(told.when.at), said, names)
        };
        let told =
            [added.map(|told| line(told, "and was told yes")), removed.map(|told| line(told, "and was told yes"))];
        let mut witness: Vec<WitnessLine> = told.into_iter().flatten().collect();
        engine::sort_by_key(&mut witness, |line| line.invoked);
        Found::first(count as usize, text, when, witness)
    }

    pub(super) fn conserved_found(&self, dataset: u16, names: &Names) -> Found {
        let Some(Total { whole, most, first }) = self.live.families.totals.of(dataset).copied() else {
            return Found::default();
        };
        let Some(Off { when, region, of, by }) = first else {
            return Found::nothing(format!("In every copy all accounts together always held {whole}."));
        };
        let (region, at) = (names.region(region), moment(when.at));
        let text = match of {
            Some((_, key)) => {
                let (much, more) = (by.unsigned_abs(), if by > 0 { "more" } else { "less" });
                format!("A transfer of key {key} in {region} at {at} paid in {much} {more} than it paid out.")
            }
            None => format!("All accounts in {region} together held {} at {at}, and not {whole}.", whole + by),
        };
        let text = format!("{text} A copy was off by {most} at most.");
        let made = of.map(|(write, _)| (write, format!("made by {region}")));
        Found::first(most as usize, text, when, self.writes(dataset, made.as_slice(), names))
    }

    pub(super) fn beyond_found(&self, dataset: u16, names: &Names) -> Found {
        let (count, first) = self.live.families.amounts.breaches(dataset);
        let Some(first) = first else {
            return Found::nothing("Of no key more was promised than there was.".to_owned());
        };
        if count == 0 {
            return Found::nothing("What was sold beyond the stock is cancelled, all of it.".to_owned());
        }
        let (info, when) = (&first.operation, first.when);
        let text = beyond(&self.facts.kinds[usize::from(dataset)], &first, count, &user_of(info.population, names));
        let witness = self.line(info, self.facts.change(info), Some(when.at), "and was told yes", names);
        Found::first(count as usize, text, when, vec![witness])
    }

    /// How far what all copies agree on is from what was confirmed, and the change that is missing or too many.
    pub(super) fn unaccounted_found(&self, dataset: u16, names: &Names) -> Found {
        let amounts = &self.live.families.amounts;
        let but = match amounts.cancelled(dataset) {
            0 => String::new(),
            sales => format!(", but for {sales} sales that were cancelled afterwards"),
        };
        let off = amounts.unaccounted(dataset).unwrap_or(0);
        if off == 0 {
            return Found::nothing(format!("All copies agree on what users were told was done{but}."));
        }
        let count = off.unsigned_abs() as usize;
        let text = format!("All copies agree, and are {count} off from what users were told was done{but}.");
        let (ledger, made) = (&self.live.families.ledger, amounts.made(dataset));
        let gone = ledger.lost_writes().into_iter().filter(|lost| lost.dataset == dataset);
        let gone = gone.map(|lost| (When { at: lost.lost, event: lost.event }, lost.write, lost.key));
        let dropped = ledger.lost_updates(dataset);
        let dropped = dropped.map(|lost| (When { at: lost.lost, event: lost.event }, lost.write, lost.key));
        let missing = || gone.chain(dropped).min_by_key(|(when, write, _)| (when.at, *write));
        let culprit = match made.and_then(|made| made.twice).filter(|_| off > 0) {
            Some(Twice { when, write, key }) => {
                Some((when, write, key, "was made a second time", "and it was made twice"))
            }
            None => missing().map(|(when, write, key)| (when, write, key, "is missing since", "and it is missing")),
        };
        if let Some((when, write, key, happened, said)) = culprit {
            let text = format!("{text} A change of key {key} {happened} {}.", moment(when.at).trim_start());
            return Found::first(count, text, when, self.writes(dataset, &[(write, said.to_owned())], names));
        }
        let Some(when) = made.and_then(|made| made.settled) else { return Found { count, text, ..Found::default() } };
        Found::first(count, text, when, Vec::new())
    }
}

/// More was promised of a value than there was: to whom first, and how much it came to.
fn beyond(kind: &Kind, first: &Breach, count: i64, who: &str) -> String {
    let Breach { when, operation: OperationInfo { key, .. }, account, promised, was } = *first;
    let when = moment(when.at);
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
    use crate::trace::OperationKind;
    use engine::Time;

    #[test]
    fn what_was_promised_beyond_what_there_was_says_first_what_happened_to_whom() {
        let when = When { at: Time::from_secs(12), event: 1 };
        let operation = OperationInfo {
            operation: 1,
            slot: 0,
            process: 1,
            population: 0,
            request: 0,
            dataset: Some(0),
            kind: OperationKind::Write,
            step: 0,
            key: 3,
            write: 1,
            accounts: [0; 2],
            invoked: Time::ZERO,
        };
        let first = Breach { when, operation, account: 2, promised: 603, was: 600 };
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
