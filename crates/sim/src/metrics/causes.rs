//! What came before what clients are shown of merged copies (C5): who has seen a change is to be shown whatever its author's client had seen and done before.
//!
//! The same as `check::causal_violations` says of values that follow one on the other. What somebody knows of merged copies is by key and author up
//! to which change: whoever has a change of an author has those before it.

use check::Operation;
use engine::{Chunks, FlatMap, TreeMap};
use std::sync::Arc;
use values::Author;

/// By key and author: up to which change.
type Past = FlatMap<(u32, Author), u64>;

/// A change: of which key, by whom, and its stamp.
pub(super) type Made = (u32, Author, u64);

/// What came before the changes of a key by an author: by the stamp of each before which there was more than before those before it.
type Before = Chunks<(u64, Arc<Past>)>;

/// What a session has heard of.
#[derive(Clone, Debug, Default)]
pub(super) struct HeardOf {
    past: Arc<Past>,
    /// By key: the last operation by which it heard more of it.
    by: FlatMap<u32, Operation>,
}

/// What came before the changes of a dataset.
#[derive(Clone, Debug, Default)]
pub(super) struct Causes {
    /// By write under way: what its client had heard of when it began.
    carried: TreeMap<Arc<Past>>,
    before: FlatMap<(u32, Author), Before>,
}

impl HeardOf {
    /// By this operation it hears of a change, and so of all by the same author before it.
    pub(super) fn hear(&mut self, (key, author, upto): Made, this: &Operation) {
        if self.past.get(&(key, author)).is_none_or(|known| *known < upto) {
            Arc::make_mut(&mut self.past).insert((key, author), upto);
            self.by.insert(key, this.clone());
        }
    }

    /// By what it has heard of a change of a key that is not among those that it is shown.
    fn lacks(&self, key: u32, shown: impl Fn(Author) -> u64) -> Option<&Operation> {
        let lacking = |((of, author), upto): (&(u32, Author), &u64)| *of == key && shown(*author) < *upto;
        self.by.get(&key).filter(|_| self.past.iter().any(lacking))
    }
}

impl Causes {
    /// A write begins: it carries what its client has heard of.
    pub(super) fn on_begun(&mut self, write: u64, heard: &HeardOf) {
        self.carried.insert(write, Arc::clone(&heard.past));
    }

    /// A write is over.
    pub(super) fn on_over(&mut self, write: u64) {
        self.carried.remove(write);
    }

    /// A region makes a change.
    pub(super) fn on_changed(&mut self, write: u64, (key, author, stamp): Made) {
        let Some(carried) = self.carried.get(write) else { return };
        let before = self.before.get_or_default((key, author));
        let known = before.back().map(|(_, past)| Arc::clone(past)).unwrap_or_default();
        if carried.iter().any(|(of, upto)| known.get(of).is_none_or(|known| known < upto)) {
            let mut all = known;
            carried.iter().for_each(|(of, upto)| raise(Arc::make_mut(&mut all), *of, *upto));
            before.push_back((stamp, all));
        }
    }

    /// A client is shown changes of a key: it has heard of what came before them, too. By which operation it had heard of more of this key, if
    /// it had.
    pub(super) fn on_read(
        &self,
        heard: &mut HeardOf,
        key: u32,
        shown: &FlatMap<Author, u64>,
        this: &Operation,
    ) -> Option<Operation> {
        let lacks = heard.lacks(key, |author| shown.get(&author).copied().unwrap_or(0)).cloned();
        for (author, upto) in shown.iter() {
            if heard.past.get(&(key, *author)).is_none_or(|known| known < upto) {
                let before = self.before_change((key, *author, *upto));
                before.iter().flat_map(|past| past.iter()).for_each(|((of, author), upto)| {
                    heard.hear((*of, *author, *upto), this);
                });
                heard.hear((key, *author, *upto), this);
            }
        }
        lacks
    }

    /// What came before a change and those before it by the same author.
    fn before_change(&self, (key, author, upto): Made) -> Option<Arc<Past>> {
        let before = self.before.get(&(key, author))?;
        let so_far = (0..before.len()).rev().filter_map(|place| before.get(place)).find(|(stamp, _)| *stamp <= upto);
        so_far.map(|(_, past)| Arc::clone(past))
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        self.before.values().map(|before| before.len() * size_of::<(u64, Arc<Past>)>() * 2).sum()
    }
}

fn raise(past: &mut Past, of: (u32, Author), upto: u64) {
    let known = past.get_or_default(of);
    *known = upto.max(*known);
}

#[cfg(test)]
mod tests {
    use super::*;
    use check::Call;

    fn operation(id: u64) -> Operation {
        Operation { id, process: id, key: 0, call: Call::Write { value: id }, invoked: id, took: Some(1) }
    }

    #[test]
    fn who_is_shown_a_change_is_to_be_shown_what_its_author_had_seen_and_what_those_had() {
        let [virginia, ireland] = [0, 1].map(|region| Author { region, life: 1 });
        let mut causes = Causes::default();
        let mut writers = [HeardOf::default(), HeardOf::default(), HeardOf::default()];
        // The first writes key 0, the second has read that and writes key 1, the third has read that and writes key 2.
        for (place, (author, stamp)) in [(virginia, 5), (ireland, 6), (ireland, 7)].into_iter().enumerate() {
            let (key, this) = (place as u32, operation(place as u64 + 1));
            causes.on_begun(this.id, &writers[place]);
            causes.on_changed(this.id, (key, author, stamp));
            causes.on_over(this.id);
            if let Some(next) = writers.get_mut(place + 1) {
                let read = operation(this.id + 10);
                assert_eq!(causes.on_read(next, key, &[(author, stamp)].into_iter().collect(), &read), None);
            }
        }
        let read = |heard: &mut HeardOf, key, shown: &[(Author, u64)], id| {
            let shown: FlatMap<Author, u64> = shown.iter().copied().collect();
            causes.on_read(heard, key, &shown, &operation(id)).map(|by| by.id)
        };
        let mut reader = HeardOf::default();
        assert_eq!(read(&mut reader, 0, &[], 20), None, "it has heard of nothing");
        assert_eq!(read(&mut reader, 2, &[(ireland, 7)], 21), None);
        assert_eq!(read(&mut reader, 0, &[(virginia, 4)], 22), Some(21));
        assert_eq!(read(&mut reader, 0, &[(virginia, 5), (ireland, 3)], 23), None);
        assert_eq!(read(&mut reader, 0, &[(virginia, 5)], 24), Some(23), "it has read more itself");
    }
}
