//! Who knew whom where nobody leads. A write replaces knowingly what its coordinator would have shown of the key when it accepted
//! it: one write or none, so that the writes of a key form a tree, and a write knew its ancestors and nobody else.

use crate::metrics::window::Window;
use engine::Time;
use protocol::Accepted;
use std::collections::BTreeMap;
use std::num::NonZeroU64;

/// A write in the tree: once for each time that it was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    write: NonZeroU64,
    /// How many times it had been accepted before, as far as was heard.
    again: u16,
}

impl Place {
    /// The number of the write.
    pub(super) fn write(self) -> u64 {
        self.write.get()
    }
}

/// Every write of a dataset that was heard of. Any of them may still be under way to somebody who takes it for the latest, so that
/// none is forgotten; checkpoints share what does not change any more.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// By number of the write.
    writes: Window<Write>,
    /// Of writes that were accepted more than once: the other times.
    others: BTreeMap<u64, Vec<Node>>,
}

#[derive(Clone, Copy, Debug)]
struct Write {
    first: Node,
    acknowledged: Option<Acknowledged>,
}

/// A write as it was accepted once.
#[derive(Clone, Copy, Debug)]
struct Node {
    stamp: u64,
    over: Option<NonZeroU64>,
    /// One of those that it knew, or none of them: far down the line, so that a long one is gone down in few steps.
    jump: Option<NonZeroU64>,
    over_again: u16,
    jump_again: u16,
    /// How many it knew, and itself.
    depth: u32,
}

/// To whom and by whom a write was confirmed, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Acknowledged {
    pub(super) at: Time,
    pub(super) population: u16,
    pub(super) region: u16,
}

impl Tree {
    pub(super) fn new() -> Tree {
        Tree { writes: Window::new(), others: BTreeMap::new() }
    }

    /// The place of a write; a new one where it was not heard of under this stamp.
    pub(super) fn place(&mut self, of: Accepted, over: Option<Accepted>) -> Place {
        let write = NonZeroU64::new(of.write.0).expect("writes are numbered from 1");
        let stamp = of.version.lsn;
        if let Some(again) = self.nodes(write.get()).position(|node| node.stamp == stamp) {
            return Place { write, again: again as u16 };
        }
        let over = over.map(|over| self.place(over, None));
        let jump = self.jump_over(over);
        let (number, again) = (|place: Place| place.write, |place: Option<Place>| place.map_or(0, |it| it.again));
        let node = Node {
            stamp,
            over: over.map(number),
            jump: jump.map(number),
            over_again: again(over),
            jump_again: again(jump),
            depth: self.depth(over) + 1,
        };
        let again = self.nodes(write.get()).count();
        if again == 0 {
            self.writes.insert(write.get(), Write { first: node, acknowledged: None });
        } else {
            self.others.entry(write.get()).or_default().push(node);
        }
        Place { write, again: again as u16 }
    }

    fn nodes(&self, write: u64) -> impl Iterator<Item = &Node> {
        let first = self.writes.get(write).map(|write| &write.first);
        let others = if self.others.is_empty() { None } else { self.others.get(&write) };
        first.into_iter().chain(others.into_iter().flatten())
    }

    fn node(&self, place: Place) -> Option<&Node> {
        self.nodes(place.write()).nth(usize::from(place.again))
    }

    /// All places of a write.
    pub(super) fn places(&self, write: u64) -> impl Iterator<Item = Place> {
        let number = NonZeroU64::new(write);
        self.nodes(write).zip(0..).filter_map(move |(_, again)| Some(Place { write: number?, again }))
    }

    /// Whether a write was accepted more than once.
    pub(super) fn twice(&self, write: u64) -> bool {
        self.others.contains_key(&write)
    }

    pub(super) fn depth(&self, place: Option<Place>) -> u32 {
        place.and_then(|place| self.node(place)).map_or(0, |node| node.depth)
    }

    fn over(&self, place: Option<Place>) -> Option<Place> {
        let node = self.node(place?)?;
        Some(Place { write: node.over?, again: node.over_again })
    }

    fn jump(&self, place: Option<Place>) -> Option<Place> {
        let node = self.node(place?)?;
        Some(Place { write: node.jump?, again: node.jump_again })
    }

    /// Where to jump from a write that replaces this one: as far again as two equal jumps before it, else to this one. So any write is
    /// reached in a number of steps that grows as the logarithm of the depth, and writes of one depth jump equally far (Myers 1983, An
    /// applicative random-access stack).
    fn jump_over(&self, over: Option<Place>) -> Option<Place> {
        let (near, far) = (self.jump(over), self.jump(self.jump(over)));
        let (top, middle, bottom) = (self.depth(over), self.depth(near), self.depth(far));
        if top - middle == middle - bottom { far } else { over }
    }

    /// The write of this depth that a write knew or is.
    fn down_to(&self, mut place: Option<Place>, depth: u32) -> Option<Place> {
        while self.depth(place) > depth {
            let jump = self.jump(place);
            place = if self.depth(jump) >= depth { jump } else { self.over(place) };
        }
        place
    }

    /// The latest write that both knew or are.
    pub(super) fn meet(&self, one: Option<Place>, other: Option<Place>) -> Option<Place> {
        let level = self.depth(one).min(self.depth(other));
        let (mut one, mut other) = (self.down_to(one, level), self.down_to(other, level));
        while one != other {
            let jumps = (self.jump(one), self.jump(other));
            (one, other) = if jumps.0 == jumps.1 { (self.over(one), self.over(other)) } else { jumps };
        }
        one
    }

    /// Whether who holds the one has the other with it.
    pub(super) fn contains(&self, held: Place, other: Place) -> bool {
        self.meet(Some(held), Some(other)) == Some(other)
    }

    /// A write and those that it knew, the latest first, each with its depth, as long as that is more than `depth`.
    pub(super) fn line(&self, from: Option<Place>, depth: u32) -> impl Iterator<Item = (Place, u32)> {
        let first = from.map(|place| (place, self.depth(from)));
        let next = |(place, depth): &(Place, u32)| Some((self.over(Some(*place))?, depth - 1));
        std::iter::successors(first, next).take_while(move |(_, of)| *of > depth)
    }

    pub(super) fn acknowledge(&mut self, write: u64, as_of: Acknowledged) {
        if let Some(write) = self.writes.get_mut(write) {
            write.acknowledged = Some(as_of);
        }
    }

    pub(super) fn acknowledged(&self, write: u64) -> Option<Acknowledged> {
        self.writes.get(write)?.acknowledged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Stream;
    use protocol::{Version, WriteId};

    fn accepted(write: u64) -> Accepted {
        Accepted { write: WriteId(write), version: Version { lsn: write, ..Version::NONE } }
    }

    /// A tree of so many writes, each over one of the `near` before it or over none, and its places by number from 1.
    fn tree(writes: u64, near: u64) -> (Tree, Vec<Option<Place>>) {
        let (mut tree, mut stream) = (Tree::new(), Stream::named(1, "tree", near));
        let mut places = vec![None];
        for write in 1..=writes {
            let over = write.checked_sub(1 + stream.below(near)).filter(|over| *over > 0);
            places.push(Some(tree.place(accepted(write), over.map(accepted))));
        }
        (tree, places)
    }

    #[test]
    fn two_writes_meet_where_step_by_step_they_would() {
        for near in [1, 2, 7, 400] {
            let (tree, places) = tree(300, near);
            let line = |place| tree.line(place, 0).map(|(place, _)| place).collect::<Vec<_>>();
            for (one, other) in (0..=300).flat_map(|one| (0..=300).step_by(7).map(move |other| (one, other))) {
                let known = line(places[other]);
                let expected = line(places[one]).into_iter().find(|place| known.contains(place));
                assert_eq!(tree.meet(places[one], places[other]), expected, "{one} and {other} of {near}");
            }
        }
    }

    #[test]
    fn a_long_line_is_gone_down_in_few_steps() {
        let (tree, places) = tree(100_000, 1);
        for depth in [1, 2, 50_000, 65_535, 99_998] {
            let (mut at, mut steps) = (places[100_000], 0);
            while tree.depth(at) > depth {
                let jump = tree.jump(at);
                at = if tree.depth(jump) >= depth { jump } else { tree.over(at) };
                steps += 1;
            }
            assert!(steps <= 40, "{steps} to {depth}");
            assert_eq!(at, tree.down_to(places[100_000], depth));
        }
    }
}
