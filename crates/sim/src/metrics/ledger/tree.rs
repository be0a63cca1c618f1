//! Who knew whom where nobody leads. A write replaces knowingly what its coordinator would have shown of the key when it accepted
//! it: one write or none, so that the writes of a key form a tree, and a write knew its ancestors and nobody else.

use super::places::{Firsts, Place};
use engine::{Chunks, Time};
use protocol::{Accepted, Version, WriteId};

/// Every write of a dataset that was heard of. Any of them may still be under way to somebody who takes it for the latest, so that
/// none is forgotten; checkpoints share what does not change any more.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// By place: a write once for each time that it was accepted, in the order in which they were heard of.
    nodes: Chunks<Node>,
    firsts: Firsts,
}

/// A write as it was accepted once.
#[derive(Clone, Copy, Debug)]
struct Node {
    stamp: u64,
    /// When it was confirmed; beyond all time if it was not.
    at: Time,
    /// Its number; of a run that has four billion writes, memory holds no books.
    write: u32,
    over: Option<Place>,
    /// One of those that it knew, or none of them: far down the line, so that a long one is gone down in few steps.
    jump: Option<Place>,
    /// How many it knew, and itself.
    depth: u32,
    /// The same write as it was accepted another time.
    again: Option<Place>,
    /// To whom and by whom it was confirmed.
    population: u16,
    region: u16,
}

const _: () = assert!(size_of::<Node>() <= 40, "none is ever forgotten");

/// To whom and by whom a write was confirmed, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Acknowledged {
    pub(super) at: Time,
    pub(super) population: u16,
    pub(super) region: u16,
}

impl Tree {
    pub(super) fn new() -> Tree {
        Tree::default()
    }

    /// The place of a write; a new one where it was not heard of under this stamp.
    pub(super) fn place(&mut self, of: Accepted, over: Option<Accepted>) -> Place {
        let (write, stamp) = (of.write.0, of.version.lsn);
        let known = |place: &Place| self.node(*place).stamp == stamp;
        if let Some(place) = self.places(write).find(known) {
            return place;
        }
        let over = over.map(|over| self.place(over, None));
        let (jump, depth) = (self.jump_over(over), self.depth(over) + 1);
        let before = self.places(write).last();
        self.nodes.push_back(Node {
            stamp,
            at: Time::MAX,
            write: write as u32,
            over,
            jump,
            depth,
            again: None,
            population: 0,
            region: 0,
        });
        let place = Place::last_of(self.nodes.len());
        match before.and_then(|before| self.nodes.get_mut(before.index())) {
            Some(before) => before.again = Some(place),
            None => self.firsts.set(write, place),
        }
        place
    }

    fn node(&self, place: Place) -> &Node {
        self.nodes.get(place.index()).expect("places are of what is there, and nothing goes")
    }

    /// The number of a write.
    pub(super) fn write(&self, place: Place) -> u64 {
        self.node(place).write.into()
    }

    /// A write and its stamp, as it was accepted then.
    pub(super) fn accepted(&self, place: Place) -> Accepted {
        let Node { write, stamp, .. } = *self.node(place);
        Accepted { write: WriteId(write.into()), version: Version { lsn: stamp, ..Version::NONE } }
    }

    /// All places of a write.
    pub(super) fn places(&self, write: u64) -> impl Iterator<Item = Place> {
        std::iter::successors(self.firsts.get(write), |place| self.node(*place).again)
    }

    /// Whether a write was accepted more than once.
    pub(super) fn twice(&self, write: u64) -> bool {
        self.firsts.get(write).is_some_and(|place| self.node(place).again.is_some())
    }

    pub(super) fn depth(&self, place: Option<Place>) -> u32 {
        place.map_or(0, |place| self.node(place).depth)
    }

    fn over(&self, place: Option<Place>) -> Option<Place> {
        self.node(place?).over
    }

    fn jump(&self, place: Option<Place>) -> Option<Place> {
        self.node(place?).jump
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
        let first = self.firsts.get(write);
        if let Some(node) = first.and_then(|place| self.nodes.get_mut(place.index())) {
            (node.at, node.population, node.region) = (as_of.at, as_of.population, as_of.region);
        }
    }

    pub(super) fn acknowledged(&self, write: u64) -> Option<Acknowledged> {
        let Node { at, population, region, .. } = *self.node(self.firsts.get(write)?);
        (at != Time::MAX).then_some(Acknowledged { at, population, region })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Stream;

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
