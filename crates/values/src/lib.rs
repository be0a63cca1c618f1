//! What a key of a dataset may hold: the types of values, which changes each takes, and how copies that parted are merged.
//!
//! A [`Value`] is plain data. It has no clock and knows no replicas: whoever makes a change says who makes it and when ([`At`]). Copies
//! stay alike in one of two ways. Where one log orders all changes, each copy applies the same ones in the same order. Where copies take
//! changes at the same time, they hand each other their values and merge them ([`Value::merge`]); what merging loses differs from type to type,
//! and is what the types are here to show ([`TYPES`]).
//!
//! Registers of which no version is to be thrown away unseen are kept as [`Siblings`]: which of them is shown is for whoever keeps them to say.
//!
//! Most types are made of the same two pieces: what each author's changes came to (`by_author.rs`), and things that can be taken away
//! again (`dots.rs`).

mod account;
mod by_author;
mod cart;
mod change;
mod counter;
mod data;
mod declined;
mod dots;
mod feed;
mod kind;
mod ledger;
mod max_counter;
mod name;
mod past;
mod register;
mod set;
mod shown;
mod siblings;
mod stock;
mod two_phase_set;
mod types;
mod value;
mod verb;

pub use change::{At, Author, Change};
pub use declined::Declined;
pub use kind::Kind;
pub use past::Past;
pub use shown::Shown;
pub use siblings::Siblings;
pub use types::{TYPES, TypeInfo};
pub use value::Value;
pub use verb::{Takes, VERBS, Verb, VerbInfo};
