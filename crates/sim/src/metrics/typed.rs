//! Recorded operations on values of a type, as the checker takes them.
//!
//! What a read showed the trace says by the change that was the last: where one log orders all changes, that says it all.

use super::history::one_after_the_other;
use super::recorded::Recorded;
use super::recorder::Recorder;
use crate::config::Config;
use crate::names::Names;
use crate::trace::{OperationInfo, OperationKind};
use check::{Answer, Clock, History, Operation, TypedCall, ValueType, Verb};
use engine::Time;
use values::{Change, Kind};

/// The recorded history of a dataset, as its type is decided.
#[derive(Clone, Debug)]
pub enum Told {
    /// Of registers.
    Registers(History),
    /// Of values of a type.
    Values {
        /// The type.
        of: ValueType,
        /// What there was of each key before its first change.
        initial: i64,
        /// What was asked and answered; without times where clocks were wrong, since then nobody knows when a hold ran out.
        history: History<TypedCall>,
    },
    /// Copies are changed apart from each other, so that no change says what a read saw.
    Apart,
}

impl Recorder {
    /// The recorded history of a dataset.
    pub(crate) fn told_of(&self, dataset: u16, names: &Names) -> Told {
        if !self.is_register(dataset) {
            return Told::Apart;
        }
        let Some(of) = self.type_of(dataset) else { return Told::Registers(self.registers(dataset)) };
        let recorded = self.tapes.history.of_dataset(dataset);
        let operations = self.typed_of(of, recorded, self.open().filter(|info| info.dataset == Some(dataset)));
        let loosely = self.happened(dataset, names).clocks_wrong();
        let clock = if loosely { Clock::Event } else { Clock::Nanoseconds };
        let history = History { clock, ..History::new(operations) };
        Told::Values { of, initial: initial(names.config, dataset), history }
    }

    /// The recorded history of registers, in which what is deleted is seen to be.
    fn registers(&self, dataset: u16) -> History {
        let recorded = self.tapes.history.of_dataset(dataset);
        let deletions = recorded.filter(|of| self.facts.deletes(of.step())).map(|of| of.info().write);
        let values = deletions.map(|write| (write, format!(":deleted-{write}"))).collect();
        let mut history = self.history(dataset);
        if self.facts.deletes[usize::from(dataset)] {
            self.nothings(dataset).name(&mut history);
        }
        History { values, ..history }
    }

    /// The type of a dataset's values, if one log orders all their changes and it is no register.
    pub(crate) fn type_of(&self, dataset: u16) -> Option<ValueType> {
        let kind = &self.facts.kinds[usize::from(dataset)];
        // Who may sell of a share is not in what clients were told.
        let told = !self.facts.leaderless[usize::from(dataset)] && !matches!(kind, Kind::Stock { quotas: Some(_), .. });
        ValueType::of(kind.id()).filter(|_| told)
    }

    /// The same, if its values may decline a change: then it is judged by more than which change came after which.
    pub(super) fn decider(&self, dataset: u16) -> Option<ValueType> {
        self.type_of(dataset).filter(|of| of.declines())
    }

    /// A history of what is recorded and of what is under way, in order of their beginning, with what there was before it.
    pub(super) fn typed_of<'a>(
        &self,
        of: ValueType,
        recorded: impl Iterator<Item = Recorded>,
        open: impl Iterator<Item = &'a OperationInfo>,
    ) -> Vec<Operation<TypedCall>> {
        let ended = recorded.filter_map(|recorded| {
            let info = recorded.info();
            let answer = match (recorded.found(), info.kind) {
                (Some((_, read)), OperationKind::Read) => Answer::After(read),
                (None, OperationKind::Read) => return None,
                _ if recorded.is_declined() => Answer::Declined,
                _ => Answer::Taken,
            };
            let answered = recorded.found().is_some() || recorded.is_declined();
            let change = self.facts.change_of(recorded.step());
            self.typed(of, &info, change, answer, answered.then_some(recorded.completed))
        });
        let under_way = open.filter_map(|info| {
            let change = self.facts.change(info);
            self.typed(of, info, Some(change?), Answer::Taken, None)
        });
        let mut operations = one_after_the_other(ended.chain(under_way).collect());
        engine::sort_by_key(&mut operations, |operation| (operation.invoked, operation.id));
        operations
    }

    fn typed(
        &self,
        of: ValueType,
        info: &OperationInfo,
        change: Option<Change>,
        answer: Answer,
        completed: Option<Time>,
    ) -> Option<Operation<TypedCall>> {
        let call = match info.kind {
            OperationKind::Read => TypedCall::read(of, answer),
            OperationKind::Write => {
                let change = change?.between(info.accounts);
                let (verb, number) = verb(change, info.write)?;
                let holds = matches!(verb, Verb::Reserve | Verb::Commit | Verb::Release | Verb::Claim | Verb::Cede);
                TypedCall {
                    who: holds.then(|| self.whose(info.process)),
                    hold: if verb == Verb::Reserve { u64::from(change.hold) * 1_000_000 } else { 0 },
                    accounts: info.accounts.map(u64::from),
                    write: info.write,
                    answer,
                    ..TypedCall::new(of, verb, number)
                }
            }
            OperationKind::Call => return None,
        };
        Some(Operation {
            id: info.operation,
            process: info.process,
            key: u64::from(info.key),
            call,
            invoked: info.invoked.as_nanos(),
            took: completed.map(|completed| completed.since(info.invoked).as_nanos()),
        })
    }
}

/// What there was of each key of a dataset before its first change.
pub(crate) fn initial(config: &Config, dataset: u16) -> i64 {
    match config.datasets.get(usize::from(dataset)).map(|set| &set.kind) {
        Some(Kind::Stock { initial, .. } | Kind::Account { initial } | Kind::Ledger { initial, .. }) => {
            (*initial).into()
        }
        _ => 0,
    }
}

/// What a change asks for, and its number. A post is known by its write.
fn verb(change: Change, write: u64) -> Option<(Verb, i64)> {
    let (amount, element) = (i64::from(change.amount), i64::from(change.what));
    Some(match change.verb {
        values::Verb::Set | values::Verb::Delete => return None,
        values::Verb::Add => (Verb::Add, amount),
        values::Verb::Insert => (Verb::Add, element),
        values::Verb::Remove => (Verb::Remove, element),
        values::Verb::Sell => (Verb::Sell, amount),
        values::Verb::Reserve => (Verb::Reserve, amount),
        values::Verb::Commit => (Verb::Commit, 0),
        values::Verb::Release => (Verb::Release, 0),
        values::Verb::Restock => (Verb::Restock, amount),
        values::Verb::Deposit => (Verb::Deposit, amount),
        values::Verb::Withdraw => (Verb::Withdraw, amount),
        values::Verb::Claim => (Verb::Claim, 0),
        values::Verb::Cede => (Verb::Cede, 0),
        values::Verb::Post => (Verb::Post, write as i64),
        values::Verb::Transfer => (Verb::Transfer, amount),
    })
}
