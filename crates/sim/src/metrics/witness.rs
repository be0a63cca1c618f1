//! Witnesses of broken properties, in the words of somebody who was there.

use super::recorded::{Recorded, SessionOf};
use super::recorder::Recorder;
use crate::names::Names;
use crate::summary::WitnessLine;
use crate::trace::{OperationInfo, OperationKind};
use check::{Answer, Call, Operation, TypedCall, Verb};
use engine::{Span, Time};
use values::{Change, Takes};

impl Recorder {
    /// Who did an operation: `a user in Frankfurt`.
    fn user(&self, operation: u64, names: &Names) -> String {
        let ended = self.tapes.history.iter().map(|recorded| recorded.info());
        let info = ended.chain(self.open().copied()).find(|info| info.operation == operation);
        let users = info.and_then(|info| names.config.populations.get(usize::from(info.population)));
        users.map_or_else(|| "a user".to_owned(), |users| format!("a user in {}", users.title))
    }

    /// An operation, what it did and what else is to be said of it.
    pub(super) fn line(
        &self,
        info: &OperationInfo,
        change: Option<Change>,
        completed: Option<Time>,
        said: &str,
        names: &Names,
    ) -> WitnessLine {
        let users = names.config.populations.get(usize::from(info.population));
        let who = users.map_or_else(|| "a user".to_owned(), |users| format!("a user in {}", users.title));
        let place = self.session(info.process).map_or_else(String::new, SessionOf::place);
        let asked =
            change.filter(|change| change.verb != values::Verb::Set).map(|change| format!(" ({})", asked(change)));
        let text = format!("{who}{place} wrote key {}{}, {said}", info.key, asked.unwrap_or_default());
        let (operation, process, invoked) = (info.operation, info.process, info.invoked);
        WitnessLine { operation, process, text, invoked, completed }
    }

    /// Writes to a dataset, by their numbers, as far as they are recorded; of each what is to be said.
    pub(super) fn writes(&self, dataset: u16, of: &[(u64, String)], names: &Names) -> Vec<WitnessLine> {
        let line = |(write, said): &(u64, String)| {
            let is_it = |info: &OperationInfo| info.kind == OperationKind::Write && info.write == *write;
            let recorded = self.tapes.history.of_dataset(dataset).find(|of| is_it(&of.info()))?;
            let (change, completed) = (self.facts.change_of(recorded.step()), Some(recorded.completed));
            Some(self.line(&recorded.info(), change, completed, said, names))
        };
        let mut lines: Vec<WitnessLine> = of.iter().filter_map(line).collect();
        engine::sort_by_key(&mut lines, |line| line.invoked);
        lines
    }

    /// Whether an operation deleted, or found nothing where some are deleted.
    fn left_nothing(&self, of: &Recorded) -> bool {
        let deletes = of.info().dataset.is_some_and(|dataset| self.facts.deletes[usize::from(dataset)]);
        let found_none = of.info().kind == OperationKind::Read && of.found().is_some_and(|(_, read)| read == 0);
        of.found_deleted() || self.facts.deletes(of.step()) || deletes && found_none
    }

    /// The operations that prove a breach, one a line.
    pub(super) fn witness(&self, operations: &[Operation], names: &Names) -> Vec<WitnessLine> {
        let mut values: Vec<u64> = Vec::new();
        let mut value = |write: u64| {
            let place = values.iter().position(|known| *known == write).unwrap_or_else(|| {
                values.push(write);
                values.len() - 1
            });
            letters(place)
        };
        let line = |(place, operation): (usize, &Operation)| {
            let before = &operations[..place];
            let who = if before.iter().any(|earlier| self.whose(earlier.process) == self.whose(operation.process)) {
                "the same user".to_owned()
            } else {
                self.user(operation.id, names)
            };
            let who = who + &self.session(operation.process).map_or_else(String::new, SessionOf::place);
            let recorded = self.tapes.history.iter().find(|of| of.info().operation == operation.id);
            let deleted = recorded.is_some_and(|of| self.left_nothing(&of));
            let did = match operation.call {
                Call::Read { value: Some(write) } if deleted => format!("read nothing (deletion {})", value(write)),
                Call::Read { value: None } if deleted => "read nothing".to_owned(),
                Call::Write { value: write } if deleted => {
                    format!("deleted what was there (deletion {})", value(write))
                }
                Call::Read { value: Some(write) } => format!("read {}", value(write)),
                Call::Read { value: None } => "read what there was at first".to_owned(),
                Call::Write { value: write } => format!("wrote {}", value(write)),
                Call::Cas { from, to } => format!("replaced {} by {}", value(from), value(to)),
            };
            WitnessLine {
                operation: operation.id,
                process: operation.process,
                text: format!("{who} {did}"),
                invoked: Time::from_nanos(operation.invoked),
                completed: operation.completed().map(Time::from_nanos),
            }
        };
        operations.iter().enumerate().map(line).collect()
    }

    /// The same where it is proved by what the values took and declined. Changes that were seen are called A, B, ...
    pub(super) fn witness_of_values(&self, operations: &[Operation<TypedCall>], names: &Names) -> Vec<WitnessLine> {
        let seen = operations.iter().filter_map(|operation| match operation.call.answer {
            Answer::After(write) if write > 0 => Some(write),
            _ => None,
        });
        let mut seen: Vec<u64> = seen.collect();
        engine::sort(&mut seen);
        seen.dedup();
        let called = |write: u64| seen.binary_search(&write).ok().map(letters);
        let line = |operation: &Operation<TypedCall>| {
            let asked = operation.call.asked_by(operation.id);
            let did = match (&operation.call.answer, called(operation.call.write)) {
                (Answer::After(write), _) if *write > 0 => {
                    format!("read what {} left", called(*write).unwrap_or_default())
                }
                (_, Some(name)) => format!("{} ({name})", operation.call),
                (_, None) => operation.call.to_string(),
            };
            WitnessLine {
                operation: asked,
                process: operation.process,
                text: format!("{} {did}", self.user(asked, names)),
                invoked: Time::from_nanos(operation.invoked),
                completed: operation.completed().map(Time::from_nanos),
            }
        };
        operations.iter().map(line).collect()
    }

    /// What somebody was told of a value that cannot have been so in any order.
    pub(super) fn impossible(&self, operations: &[Operation<TypedCall>], names: &Names) -> String {
        let last = operations.iter().max_by_key(|operation| (operation.completed(), operation.id));
        let Some(last) = last else { return String::new() };
        let who = capital(self.user(last.call.asked_by(last.id), names));
        let call = &last.call;
        match (&call.answer, call.verb) {
            (Answer::Declined, _) => format!("{who} {call}, although in every order of what was done they could."),
            (Answer::Taken, Verb::Expire) => "A hold ran out that cannot have been there.".to_owned(),
            (Answer::Taken, _) => format!("{who} {call}, although in no order of what was done they could."),
            _ => format!(
                "What {} and the others were told cannot have happened in any order.",
                self.user(last.id, names)
            ),
        }
    }

    /// What the operations amount to that no single order explains: as a rule, somebody read a value after another one knew a
    /// newer one.
    pub(super) fn old_value(&self, operations: &[Operation], names: &Names) -> String {
        let Some((newer, reader)) = reader_of_the_old(operations) else {
            return match readers_who_disagree(operations) {
                Some((one, other)) => {
                    let (one, other) = (self.user(one.id, names), self.user(other.id, names));
                    format!(
                        "After two writes were confirmed, {one} read one of them as the last, and {other} the other."
                    )
                }
                None => "What the users were told cannot have happened in any order.".to_owned(),
            };
        };
        let who = capital(self.user(reader.id, names));
        let after = gap(newer, reader);
        // What is there before the first write is the oldest value there is.
        let first = if matches!(reader.call, Call::Read { value: None }) { " (what there was at first)" } else { "" };
        let newer = match newer.call {
            Call::Read { .. } => "had been read",
            _ => "was confirmed",
        };
        format!("{who} read the old value{first} {after} after a newer one {newer}.")
    }

    /// What a user missed of what they had written or read before.
    pub(super) fn missed(&self, what: Missing, earlier: &Operation, later: &Operation, names: &Names) -> String {
        let who = capital(self.user(later.id, names));
        let after = gap(earlier, later);
        match what {
            Missing::Write => {
                format!("{who} read an older value {after} after their own write was confirmed.")
            }
            Missing::WriteOfUser => {
                let device = |of: &Operation| self.session(of.process).map_or(0, |session| session.device);
                let place = match (device(earlier), device(later)) {
                    _ if earlier.process == later.process => String::new(),
                    (before, now) if before == now => " in a later session".to_owned(),
                    (before, now) => format!(" on device {now}, having written on device {before},"),
                };
                format!("{who} read an older value{place} {after} after their own write was confirmed.")
            }
            Missing::Cause => {
                format!(
                    "{who} read an older value {after} after it was replaced, although they had heard from somebody who knew the newer."
                )
            }
            Missing::Change => {
                format!("{who} read a copy that lacks a change {after} after they had heard from somebody who knew it.")
            }
            Missing::Read => format!("{who} read an older value {after} after they had read a newer one."),
        }
    }

    /// Whose session an operation was in, by number, where people are told apart from their sessions; otherwise the session itself.
    pub(super) fn whose(&self, process: u64) -> u64 {
        self.session(process).map_or(process, |session| session.user.into())
    }
}

/// What of their own a user was not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// What they wrote in the same session.
    Write,
    /// What they wrote in any of their sessions.
    WriteOfUser,
    /// What they had read before.
    Read,
    /// What was known to somebody whose write they had read, or to themselves.
    Cause,
    /// The same where copies are merged.
    Change,
}

/// The last read, and the first to be over of those that knew another value before it began.
fn reader_of_the_old(operations: &[Operation]) -> Option<(&Operation, &Operation)> {
    let reads = operations.iter().filter(|operation| matches!(operation.call, Call::Read { .. }));
    let reader = reads.max_by_key(|operation| (operation.invoked, operation.id))?;
    let known = |call: &Call| match *call {
        Call::Read { value } => value,
        Call::Write { value } | Call::Cas { to: value, .. } => Some(value),
    };
    // Of the value that was read, and of what came before it, nothing is newer.
    let old = operations.iter().filter(|operation| known(&operation.call) == known(&reader.call));
    let since = old.filter(|operation| operation.id != reader.id).filter_map(|operation| operation.completed()).min();
    let newer = |operation: &&Operation| {
        known(&operation.call) != known(&reader.call)
            && known(&operation.call).is_some()
            && operation.completed().is_some_and(|at| at < reader.invoked && since.is_none_or(|since| at > since))
    };
    Some((operations.iter().filter(newer).min_by_key(|operation| operation.completed())?, reader))
}

/// Two reads that began when the writes of both values were over, and brought one each.
fn readers_who_disagree(operations: &[Operation]) -> Option<(&Operation, &Operation)> {
    let over = |value: u64| {
        let write = operations.iter().find(|operation| operation.call == Call::Write { value });
        write.and_then(Operation::completed)
    };
    let reads = operations.iter().filter_map(|operation| match operation.call {
        Call::Read { value: Some(value) } => Some((operation, value, over(value)?)),
        _ => None,
    });
    let reads: Vec<(&Operation, u64, u64)> = reads.collect();
    let pairs = reads.iter().enumerate().flat_map(|(place, one)| reads[..place].iter().map(move |other| (other, one)));
    let mut disagree = pairs.filter(|((one, value, over), (other, another, also))| {
        value != another && one.invoked.min(other.invoked) > *over.max(also)
    });
    disagree.next().map(|((one, ..), (other, ..))| (*one, *other))
}

/// What a change asks for, in the words of a step: `remove 4`, `transfer 3 from 1 to 2`.
fn asked(change: Change) -> String {
    let (word, [from, to]) = (change.verb.info().word, change.accounts());
    match change.verb.info().takes {
        Takes::Nothing => word.to_owned(),
        Takes::Element => format!("{word} {}", change.what),
        Takes::AmountBetween => format!("{word} {} from {from} to {to}", change.amount),
        Takes::Amount | Takes::Signed | Takes::AmountForTime => format!("{word} {}", change.amount),
    }
}

/// A, B, …, Z, AA, …
fn letters(place: usize) -> String {
    let letter = char::from(b'A' + (place % 26) as u8);
    if place < 26 { letter.to_string() } else { letters(place / 26 - 1) + &letter.to_string() }
}

fn capital(mut text: String) -> String {
    text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    text
}

/// The time from the end of one operation to the beginning of another, to the millisecond.
fn gap(earlier: &Operation, later: &Operation) -> String {
    let ended = earlier.completed().unwrap_or(earlier.invoked);
    let between = Span::from_nanos(later.invoked.saturating_sub(ended));
    if between < Span::from_millis(1) {
        "less than a millisecond".to_owned()
    } else {
        between.to_the_millisecond().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(id: u64, call: Call, invoked: u64, completed: u64) -> Operation {
        let millis = 1_000_000;
        Operation {
            id,
            process: id,
            key: 0,
            call,
            invoked: invoked * millis,
            took: Some((completed - invoked) * millis),
        }
    }

    #[test]
    fn the_reader_of_the_old_value_is_told_from_the_writer_of_the_new_one() {
        let (old, new) = (Call::Write { value: 1 }, Call::Write { value: 2 });
        let read = Call::Read { value: Some(1) };
        let operations = [operation(1, old, 0, 10), operation(2, new, 20, 30), operation(3, read, 122, 130)];
        let (newer, reader) = reader_of_the_old(&operations).expect("there is one");
        assert_eq!((newer.id, reader.id), (2, 3));
        assert_eq!(gap(newer, reader), "92 ms");
    }

    #[test]
    fn readers_who_disagree_both_read_after_both_writes() {
        let (one, other) = (Call::Write { value: 1 }, Call::Write { value: 2 });
        let read = |value| Call::Read { value: Some(value) };
        let writes = [operation(1, one, 0, 20), operation(2, other, 10, 30)];
        let of = |from: u64| [&writes[..], &[operation(3, read(1), 32, 50), operation(4, read(2), from, 60)]].concat();
        let found = |operations: &[Operation]| readers_who_disagree(operations).map(|(one, other)| (one.id, other.id));
        assert_eq!(found(&of(40)), Some((3, 4)));
        assert_eq!(found(&of(25)), None, "the second write was still under way");
    }

    #[test]
    fn values_are_called_by_letters_however_many_there_are() {
        assert_eq!([0, 25, 26, 27].map(letters), ["A", "Z", "AA", "AB"]);
    }
}
