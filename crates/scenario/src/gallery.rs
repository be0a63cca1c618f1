//! The built-in scenarios.

use crate::digest;
use crate::problem::nearest;

/// A built-in scenario, as the gallery lists it. Its text is asked for apart from it: a program that never asks does not carry the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its id: the name of its file.
    pub id: &'static str,
    /// The title of its story.
    pub title: &'static str,
    /// A sentence or two of what its summary begins with.
    pub line: &'static str,
    /// Of its text; see [`crate::digest`].
    pub digest: u64,
}

impl BuiltIn {
    /// Whether a text is its own, to the letter.
    pub fn is(&self, text: &str) -> bool {
        self.digest == digest::of_text(text)
    }
}

/// The text of the first one, which opens by itself, for a program that carries only that.
pub const FIRST_TEXT: &str = include_str!("../../../scenarios/first-look.toml");

macro_rules! gallery {
    ($(($id:literal, $title:literal, $line:literal)),+ $(,)?) => {
        const BUILT_IN: &[BuiltIn] = &[$(BuiltIn {
            id: $id,
            title: $title,
            line: $line,
            digest: digest::of_text(include_str!(concat!("../../../scenarios/", $id, ".toml"))),
        }),+];

        impl BuiltIn {
            /// Its text.
            pub fn text(&self) -> &'static str {
                match self.id {
                    $($id => include_str!(concat!("../../../scenarios/", $id, ".toml")),)+
                    _ => "",
                }
            }
        }

        /// What the runs of a built-in scenario must come to; see [`crate::goldens`]. Apart from the scenarios, as their texts are.
        pub(crate) fn golden(id: &str) -> Option<&'static str> {
            match id {
                $($id => Some(include_str!(concat!("../../../scenarios/goldens/", $id, ".toml"))),)+
                _ => None,
            }
        }
    };
}

gallery![
    (
        "first-look",
        "First look: a shop in three regions",
        "A shop keeps its orders in three regions. Virginia leads: every order is written there."
    ),
    (
        "failover-loses-orders",
        "The failover that loses three seconds of orders",
        "Black Friday. Virginia leads and ships its log to Ireland and Oregon once every three seconds. At 62 s Virginia loses power."
    ),
    ("ghost-read", "Ghost read: the post that vanishes", "A user writes a post and looks at it 200 ms later."),
    (
        "back-in-time",
        "Back in time: the comments that come and go",
        "Readers refresh a thread every second. The balancer sends each refresh to any of three regions."
    ),
    (
        "the-other-device",
        "The other device: the post that is only on the phone",
        "Sixty people in London, New York and Singapore have a phone and a laptop each."
    ),
    (
        "the-answer-first",
        "The answer first: read before its question",
        "Six pages of a handbook are kept in three regions, and each takes changes."
    ),
    (
        "region-isolation",
        "Region isolation",
        "Three regions, each with its own catalogue of goods, and one ledger led from Virginia. At 60 s Ireland is cut off from the world."
    ),
    (
        "a-zone-burns",
        "A zone burns, the region goes on",
        "Virginia has three availability zones, 2.6 ms apart, with a replica of the orders and a third of the machines in each."
    ),
    (
        "power-cut",
        "A power cut, and what the disks had",
        "Virginia keeps its orders in three zones. The leader confirms an order as soon as it has it in memory and syncs its log to its disk once a second."
    ),
    (
        "one-slow-disk",
        "One slow disk, and every check is green",
        "Orders are kept in Virginia, Ohio and Oregon, and Virginia leads."
    ),
    (
        "hot-shard",
        "Hot shard: one region drowns, two cannot help",
        "A profile service keeps its profiles in three shards, each led in another region, by ranges of their numbers."
    ),
    (
        "false-positive-failover",
        "The failover that nobody needed",
        "At 40 s the monitoring network loses sight of Virginia. Virginia is well."
    ),
    (
        "sync-across-the-ocean",
        "Synchronous across the ocean",
        "A table of user preferences, of which nobody would miss a second, is replicated synchronously over three continents, because it is safer."
    ),
    (
        "failed-and-done",
        "Failed, and done",
        "A prepaid card holds 100. Its balance is replicated synchronously to Ireland and Tokyo: a deposit is confirmed once both have it."
    ),
    (
        "raft-across-continents",
        "Raft across three continents",
        "Seats of a concert hall are sold worldwide. A seat must not be sold twice, so its records are kept by consensus."
    ),
    (
        "where-the-leader-stands",
        "Where the leader stands",
        "Seats are kept by consensus of Virginia, Ireland and Tokyo, and sold in New York, London and Tokyo."
    ),
    (
        "two-regions-no-majority",
        "Two regions, no majority",
        "An order book is kept by consensus of two regions, so that either may be lost."
    ),
    (
        "non-transitive-cut",
        "A cut in one side of a triangle",
        "The settings of a worldwide service are kept by consensus of three regions, and Virginia leads. At 30 s the way between Virginia and Tokyo breaks."
    ),
    (
        "circuit-breaker",
        "Circuit breaker",
        "Two regions serve their own users at half of what they can. At 60 s Ireland becomes twenty times slower, for 20 s."
    ),
    (
        "quorums-that-overlap",
        "Quorums that overlap",
        "Three regions hold everybody's profile, and nobody leads: any region takes a write and sends it to all three."
    ),
    (
        "how-eventual-is-eventual",
        "How eventual is eventual",
        "A store keeps three copies of each value, and one is enough to confirm a write or to answer a read (N = 3, W = R = 1)."
    ),
    (
        "sloppy-comments",
        "Sloppy comments",
        "Comments are kept in four regions, three copies of each, and nobody leads."
    ),
    (
        "the-deleted-come-back",
        "The deleted come back",
        "Everybody's pictures are kept in three regions, and nobody leads: two of them confirm a picture, or that it is taken down."
    ),
    (
        "split-brain-oversell",
        "Split-brain oversell",
        "600 units of one widget, sold by two regions at once: each sells what its own copy has left, and tells the other afterwards."
    ),
    (
        "too-late-to-stop",
        "Too late to stop",
        "600 widgets are on sale from 110 s to 210 s, and two regions sell them, each from its own copy."
    ),
    (
        "stock-in-germany",
        "Stock in Germany, buyers in Japan",
        "1000 units lie in Germany and are sold in Frankfurt and in Tokyo, 20 a second in each, until they are gone."
    ),
    (
        "last-item",
        "The last item, two buyers",
        "One unit is left of something that is sold in New York and in London. At 10 s, in the same instant, a customer in each city presses \"buy\"."
    ),
    (
        "double-spend",
        "The double spend",
        "A family's account holds 500 and is kept in two regions. Each pays from its own copy and tells the other afterwards."
    ),
    (
        "the-later-balance",
        "The later balance wins",
        "An account holds 100 and is kept in two regions; of two balances the later one wins."
    ),
    (
        "the-rent-comes-back",
        "The rent comes back",
        "A bank keeps three accounts with 100 each in one ledger, and the ledger in two regions: Anna's, her landlord's and a shop's."
    ),
    (
        "two-email-addresses",
        "Two e-mail addresses",
        "Alice's account is kept in Virginia, Ireland and Oregon, and each of them takes changes."
    ),
    (
        "the-line-in-the-cart",
        "The line in the cart",
        "A shop keeps each cart whole, as one value, in Virginia, Ireland and Oregon."
    ),
    (
        "an-hour-ahead",
        "An hour ahead",
        "The door code of a house in London is kept in three regions, and whoever changes it stamps the change by their own clock, as the drivers of Cassandra do."
    ),
    (
        "likes-across-a-cut",
        "Likes across a cut",
        "Five posts collect likes in Virginia, Ireland and Tokyo; now and then somebody takes one back."
    ),
    (
        "what-survives-two-leaders",
        "What survives two leaders",
        "Five things are kept in two regions, which both take changes and merge their copies: likes, the e-mail addresses that are taken, an account, a feed, and who has accepted an invitation."
    ),
    (
        "three-bugs-in-a-like-counter",
        "Three bugs in a like counter",
        "A published design of a like counter: a number for each region, counted up and down in place, never below zero, and merged by the larger of two."
    ),
    (
        "cart-and-stock",
        "The cart and the stock",
        "A shop keeps carts and the stock of a toy in two regions, and merges both: the one policy it has for all its data."
    ),
    ("global-cart", "One cart on two continents", "A family shares a shopping cart."),
];

/// The built-in scenarios in the order of the gallery; the first opens by itself.
pub fn built_in() -> &'static [BuiltIn] {
    BUILT_IN
}

/// The built-in scenario of this id.
pub fn find_built_in(id: &str) -> Option<&'static BuiltIn> {
    built_in().iter().find(|scenario| scenario.id == id)
}

/// The built-in scenario whose id was most likely meant, if any is near: at most a third of its letters differ, not counting which are
/// capitals.
pub fn nearest_built_in(id: &str) -> Option<&'static BuiltIn> {
    nearest(&id.to_ascii_lowercase(), built_in().iter().map(|scenario| scenario.id)).and_then(find_built_in)
}
