//! Values of any type, one state type for all: what [`Type`] says of them, in cells that are numbered as they are found.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::row::{Act, Cells, Reads, Type};
use super::types::TYPES;
use super::{Model, Shape, State};
use super::{feed, ledger};
use crate::history::{Operation, ValueNames};
use crate::typed::{Answer, Contents, TypedCall, Verb, accounts};

#[derive(Clone)]
pub(crate) struct TypedModel {
    of: &'static Type,
    calls: Vec<Prepared>,
    begin: Cells,
    /// Whether reads say which change was the last, which then stands behind the cells.
    names_last: bool,
    /// The feeds that begin some feed that was read, in order; others nobody can ever notice, and they are one.
    read: Option<Vec<Cells>>,
    states: RefCell<States>,
}

#[derive(Clone)]
struct Prepared {
    act: Act,
    write: i64,
    answer: Answer,
    kind: usize,
}

/// The cells of each state.
#[derive(Clone, Default)]
struct States {
    cells: Vec<Cells>,
    numbers: BTreeMap<Cells, State>,
}

impl TypedModel {
    fn cells(&self, state: State) -> Cells {
        self.states.borrow().cells[state as usize].clone()
    }

    fn state(&self, mut cells: Cells) -> State {
        if self.read.as_ref().is_some_and(|read| read.binary_search(&cells).is_err()) {
            cells = UNSEEN.to_vec();
        }
        let mut states = self.states.borrow_mut();
        if let Some(state) = states.numbers.get(&cells) {
            return *state;
        }
        let state = states.cells.len() as State;
        states.cells.push(cells.clone());
        states.numbers.insert(cells, state);
        state
    }
}

/// The feed that nobody read.
const UNSEEN: [i64; 2] = [-1, 0];

impl Model for TypedModel {
    type Call = TypedCall;

    fn new(operations: &[Operation<TypedCall>]) -> Self {
        let of = operations.first().map_or(TYPES[0], |operation| operation.call.of.row());
        let begins = operations.iter().find(|operation| operation.call.verb == Verb::Begin);
        let names_last = operations.iter().any(|operation| matches!(operation.call.answer, Answer::After(_)));
        let lists = || {
            operations.iter().filter_map(|operation| match &operation.call.answer {
                Answer::Shows(Contents::List(posts)) => Some(posts),
                _ => None,
            })
        };
        let is_feed = of.reads == Reads::Posts && !names_last;
        let initial = begins.map_or(0, |begins| begins.call.number);
        let mut begin = (of.begin)(initial, &accounts(operations));
        begin.extend(names_last.then_some(0));
        let (named, nobodys) = (named(operations), nobodys(operations));
        let mut kinds = BTreeMap::new();
        let mut prepared = |operation: &Operation<TypedCall>| {
            let call = &operation.call;
            let act = act(operation, &nobodys);
            let write = match call.verb {
                Verb::Expire => 0,
                _ if !names_last => 0,
                _ if named.binary_search(&call.write).is_ok() => call.write as i64,
                _ => UNNAMED,
            };
            let answer = match &call.answer {
                Answer::Shows(Contents::List(posts)) if of.reads == Reads::Posts => {
                    Answer::Shows(Contents::List(feed::prefixes(posts).last().unwrap_or_default()))
                }
                answer => answer.clone(),
            };
            let next = kinds.len();
            let kind = *kinds.entry((act, write, answer.clone())).or_insert(next);
            Prepared { act, write, answer, kind }
        };
        Self {
            of,
            calls: operations.iter().map(&mut prepared).collect(),
            begin,
            names_last,
            read: is_feed.then(|| {
                let mut read: Vec<Cells> = lists().flat_map(|posts| feed::prefixes(posts)).collect();
                engine::sort(&mut read);
                read
            }),
            states: RefCell::default(),
        }
    }

    fn initial(&self) -> State {
        self.state(self.begin.clone())
    }

    fn step(&self, state: State, call: usize) -> Option<State> {
        let call = &self.calls[call];
        let mut cells = self.cells(state);
        let is_unseen = self.read.is_some() && cells == UNSEEN;
        let last = if self.names_last { cells.pop() } else { None };
        let stays = match &call.answer {
            Answer::Open => true,
            Answer::After(write) => last == Some(*write as i64),
            Answer::Shows(contents) => !is_unseen && shows(&(self.of.shows)(&cells), contents),
            Answer::Declined => !(self.of.apply)(&mut cells, &call.act),
            Answer::Taken if is_unseen || call.act.verb == Verb::Begin => true,
            Answer::Taken => {
                return (self.of.apply)(&mut cells, &call.act).then(|| {
                    // That a hold runs out is nobody's change.
                    cells.extend(if call.write == 0 { last } else { Some(call.write) });
                    self.state(cells)
                });
            }
        };
        stays.then_some(state)
    }

    fn shape(&self, call: usize) -> Shape {
        let Prepared { act, answer, .. } = &self.calls[call];
        match answer {
            Answer::Taken if act.verb != Verb::Begin => Shape::Dependent,
            _ => Shape::Observer,
        }
    }

    fn kind(&self, call: usize) -> usize {
        self.calls[call].kind
    }

    /// Nobody ever reads a feed that begins with what nobody read.
    fn is_mute(&self, state: State) -> bool {
        self.read.is_some() && self.states.borrow().cells[state as usize] == UNSEEN
    }

    fn show(&self, state: State, _: &ValueNames) -> Option<String> {
        let mut cells = self.cells(state);
        let last = if self.names_last { cells.pop() } else { None };
        match (last, (self.of.shows)(&cells)) {
            (Some(0), _) => Some("what there was at first".to_owned()),
            (Some(write), _) => Some(format!("what change {write} left")),
            (None, _) if self.of.reads == Reads::Posts => None,
            (None, contents) => Some(contents.to_string()),
        }
    }

    /// What is left depends on all that was done.
    fn left_by(_: &[Operation<TypedCall>], _: &[Operation<TypedCall>]) -> Option<Vec<TypedCall>> {
        None
    }
}

/// What stands for all changes that no read names: nobody can tell them apart.
const UNNAMED: i64 = -1;

/// The changes that reads name, ascending.
fn named(operations: &[Operation<TypedCall>]) -> Vec<u64> {
    let mut named: Vec<u64> = Vec::new();
    for operation in operations {
        if let Answer::After(write) = operation.call.answer {
            named.push(write);
        }
    }
    engine::sort(&mut named);
    named.dedup();
    named
}

/// The reservations of unknown outcome whose customers never ask for what they hold, and of which nobody knows when they run out, ascending: of these only the number
/// matters, as those that were asked for first may run out first.
fn nobodys(operations: &[Operation<TypedCall>]) -> Vec<u64> {
    let customer = |of: &Operation<TypedCall>| of.call.who.unwrap_or(of.process);
    let all = |wanted: &dyn Fn(&Operation<TypedCall>) -> Option<u64>| {
        let mut all: Vec<u64> = operations.iter().filter_map(wanted).collect();
        engine::sort(&mut all);
        all
    };
    let asking = all(&|of| matches!(of.call.verb, Verb::Commit | Verb::Release).then(|| customer(of)));
    let ending = all(&|of| (of.call.verb == Verb::Expire && of.took.is_some()).then_some(of.call.write));
    all(&|of| {
        let is_one = of.call.verb == Verb::Reserve
            && of.took.is_none()
            && asking.binary_search(&customer(of)).is_err()
            && ending.binary_search(&of.id).is_err();
        is_one.then_some(of.id)
    })
}

fn act(operation: &Operation<TypedCall>, nobodys: &[u64]) -> Act {
    let TypedCall { verb, number, who, hold, accounts, write, .. } = operation.call;
    let plain = Act { verb, number, who: 0, until: 0, hold: 0, accounts };
    let who = who.unwrap_or(operation.process) as i64;
    let taken_by = if verb == Verb::Expire { write } else { operation.id };
    match verb {
        Verb::Reserve | Verb::Expire if nobodys.binary_search(&taken_by).is_ok() => {
            Act { who: -1, hold: -1 - hold as i64, ..plain }
        }
        Verb::Reserve => {
            let until = if hold == 0 { i64::MAX } else { operation.invoked.saturating_add(hold) as i64 };
            Act { who, until, hold: taken_by as i64, ..plain }
        }
        Verb::Expire => Act { who, hold: taken_by as i64, ..plain },
        Verb::Commit | Verb::Release | Verb::Claim | Verb::Cede => Act { who, ..plain },
        _ => plain,
    }
}

/// Whether an answer may say so of what there is: of a stock it may be no more than what is left.
fn shows(there: &Contents, answered: &Contents) -> bool {
    match (there, answered) {
        (Contents::Stock { left, .. }, Contents::Number(number)) => left == number,
        (Contents::Balances(there), Contents::Balances(answered)) => ledger::shows(there, answered),
        _ => there == answered,
    }
}
