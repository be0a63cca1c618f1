//! Posts in their order.

use crate::by_author::ByAuthor;
use crate::change::{At, Change};
use crate::data::{Data, WORD};
use crate::declined::Declined;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::{Digest, Time};

/// Posts. Those of one author stay in their order, and none is lost; which of two authors posted first is not kept, so that they are read author by
/// author. A retry that comes as another change is another post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Feed {
    posts: ByAuthor<Posts>,
}

/// An author's posts, of which only their number and digest matter here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Posts {
    count: u32,
    digest: Digest,
}

impl Feed {
    pub(crate) fn new() -> Feed {
        Feed { posts: ByAuthor::new() }
    }

    pub(crate) fn merge(&mut self, other: &Feed) {
        self.posts.merge(&other.posts);
    }

    fn len(&self) -> u32 {
        self.posts.sums().map(|posts| posts.count).sum()
    }
}

impl Data for Feed {
    fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined> {
        if change.verb != Verb::Post {
            return Err(Declined::Unfit);
        }
        if !self.posts.has(at.author, at.count) {
            let posts = self.posts.count(at);
            posts.count += 1;
            posts.digest.write_u64(at.write);
        }
        Ok(())
    }

    fn show(&self, _now: Time) -> Shown {
        let mut digest = Digest::new();
        self.posts.sums().for_each(|posts| digest.write_u64(posts.digest.value()));
        Shown::Elements { count: self.len(), digest: digest.value() }
    }

    /// As if it held the identity of each post.
    fn bytes(&self) -> u32 {
        self.posts.bytes(0) + self.len() * WORD
    }
}
