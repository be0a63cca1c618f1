//! Posts in the order in which they came. The cells are how many, and a digest of which (64 bits, not cryptographic): two feeds with the same cells are taken for
//! the same.

use engine::Digest;

use super::row::{Cells, Reads, Type};
use crate::typed::{Contents, Verb};

pub(super) static FEED: Type = Type {
    name: "feed",
    verbs: &[Verb::Read, Verb::Post],
    reads: Reads::Posts,
    begins_with_some: false,
    begin: |_, _| nothing(),
    apply: |cells, act| {
        *cells = after(cells, act.number);
        true
    },
    takes_all: true,
    sums_up: false,
    shows: |cells| Contents::List(cells.to_vec()),
};

fn nothing() -> Cells {
    vec![0, 0]
}

fn after(cells: &[i64], post: i64) -> Cells {
    let mut digest = Digest::new();
    digest.write_u64(cells[1] as u64);
    digest.write_u64(post as u64);
    vec![cells[0] + 1, digest.value() as i64]
}

/// The cells after each of these posts, and those before the first.
pub(super) fn prefixes(posts: &[i64]) -> impl Iterator<Item = Cells> {
    let posted = posts.iter().scan(nothing(), |cells, post| {
        *cells = after(cells, *post);
        Some(cells.clone())
    });
    std::iter::once(nothing()).chain(posted)
}
