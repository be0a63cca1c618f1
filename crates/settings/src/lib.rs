//! What a scenario may set, told by whoever is set: the keys as a list, and a way to read them that knows nothing of files.

use engine::{Distribution, Probability, Span, Time};
use std::ops::{Range, RangeInclusive};

/// Something a scenario may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key.
    pub name: &'static str,
    /// What it takes, with its unit.
    pub takes: &'static str,
    /// What holds when it is not written.
    pub fallback: Fallback,
    /// What it means.
    pub meaning: &'static str,
    /// Where the default comes from, if it is a fact; empty if it is a choice.
    pub source: &'static str,
}

/// What holds when a key is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It must be written.
    Required,
    /// As if this had been written.
    Value(&'static str),
    /// What these words say.
    Otherwise(&'static str),
}

impl Setting {
    /// The parts in their order.
    pub const fn new(name: &'static str, takes: &'static str, fallback: Fallback, meaning: &'static str) -> Setting {
        Setting { name, takes, fallback, meaning, source: "" }
    }

    /// The same, with where its default comes from.
    pub const fn from(self, source: &'static str) -> Setting {
        Setting { source, ..self }
    }
}

/// What is set, by the names of its [`Setting`]s. Whoever implements it notes what is wrong with a value, gives what its
/// fallback says where none is written, and something harmless where it is wrong.
pub trait Fields {
    /// The index of a region without zones, or of a zone; `None` if it is missing or wrong.
    fn region(&self, key: &str) -> Option<u16>;
    /// The indices of all that makes up a region: itself, or its zones if it has any; of a zone itself. `None` if it is missing or wrong.
    fn sites(&self, key: &str) -> Option<Vec<u16>>;
    /// The index of a zone of a region; `None` if it is missing or wrong.
    fn zone(&self, key: &str) -> Option<u16>;
    /// The indices of different regions, at least one; of a region with zones all of these. `None` if they are missing or wrong.
    fn regions(&self, key: &str) -> Option<Vec<u16>>;
    /// A whole number for each of some regions, in the order of the regions, as a table of them; `None` if it is missing.
    fn by_region(&self, key: &str, range: RangeInclusive<u64>) -> Option<Vec<(u16, u64)>>;
    /// The index of one of some words.
    fn choice(&self, key: &str, words: &[&str]) -> usize;
    /// True or false.
    fn flag(&self, key: &str) -> bool;
    /// A whole number in a range.
    fn count(&self, key: &str, range: RangeInclusive<u64>) -> u64;
    /// A whole number in a range that may reach below zero.
    fn whole(&self, key: &str, range: RangeInclusive<i64>) -> i64;
    /// A share.
    fn share(&self, key: &str) -> Probability;
    /// A number in a range.
    fn number(&self, key: &str, range: RangeInclusive<f64>) -> f64;
    /// A factor, 0.01 to 10 000.
    fn factor(&self, key: &str) -> f64;
    /// A factor that nothing shrinks by, 1 to 10 000.
    fn growth(&self, key: &str) -> f64;
    /// A time from zero to a day.
    fn span(&self, key: &str) -> Span;
    /// A time from a millisecond to a day: for what happens again and again.
    fn period(&self, key: &str) -> Span;
    /// A time as in [`Fields::span`], or none if this word holds.
    fn span_unless(&self, key: &str, word: &str) -> Option<Span>;
    /// A distribution of times, nanoseconds.
    fn distribution(&self, key: &str) -> Distribution;
    /// A time of at most a day either way, nanoseconds.
    fn signed_nanos(&self, key: &str) -> i64;
    /// Whole parts per million, at most 900 000 either way.
    fn drift(&self, key: &str) -> i32;
    /// Bytes per second; `None` if it is not written.
    fn bandwidth(&self, key: &str) -> Option<u64>;
    /// A number of bytes, at most 16 MB.
    fn bytes(&self, key: &str) -> u32;
    /// The index of a population of users; `None` if it is missing or wrong.
    fn users(&self, key: &str) -> Option<u16>;
    /// The index of a dataset; `None` if it is missing or wrong.
    fn dataset(&self, key: &str) -> Option<u16>;
    /// The indices of a dataset: its own, or those of its shards; of one of its shards that. `None` if it is missing or wrong.
    fn datasets(&self, key: &str) -> Option<Range<u16>>;
    /// A text, such as the id of something that need not be there; `None` if it is not written.
    fn name(&self, key: &str) -> Option<String>;
    /// Whether there is anything to read: it is written, or its fallback is a value.
    fn holds(&self, key: &str) -> bool;
    /// Note that what stands under a key does not fit the rest, and what would.
    fn problem(&self, key: &str, message: &str, help: &str);
    /// Say whether a key changes anything as the rest is set, and what it takes to do so, such as `fencing = "lease"`: what
    /// changes nothing is not to be written.
    fn heard(&self, key: &str, heard: bool, takes: &str);
}

/// A verb and what it takes, as in "read orders from leader" or "reserve 2 stock for 10m": the first settings without their names, more
/// with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verb {
    /// The word that begins the phrase.
    pub word: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What it takes.
    pub settings: &'static [Setting],
    /// So many of them must be said, in their order; the others need not.
    pub own: usize,
}

impl Verb {
    /// How it is written: "read DATASET [from leader, local or session]".
    pub fn form(&self) -> String {
        let rest = self.settings.iter().enumerate().map(|(place, setting)| match place {
            place if place < self.own => format!(" {}", setting.name.to_ascii_uppercase()),
            _ => format!(" [{} {}]", setting.name, setting.takes),
        });
        self.word.to_owned() + &rest.collect::<String>()
    }
}

/// What only those need who say what users do.
pub trait Plans: Fields {
    /// A rate per second, or how it changes: points in the order of time. None is above `most`.
    fn rates(&self, key: &str, most: f64) -> Vec<(Time, f64)>;
    /// The indices of requests, each with its weight above zero; all alike if nothing is written.
    fn weights(&self, key: &str) -> Vec<(usize, u32)>;
    /// Phrases, 1 to `most`: hears of each the index of its verb and what it says.
    fn phrases(&self, key: &str, most: usize, verbs: &[Verb], hear: &mut dyn FnMut(usize, &dyn Fields));
}

/// What is set under a key, as it is written down again: what the [`Fields`] of the same name read.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// See [`Fields::region`].
    Region(u16),
    /// See [`Fields::sites`].
    Sites(Vec<u16>),
    /// See [`Fields::regions`].
    Regions(Vec<u16>),
    /// The word of [`Fields::choice`].
    Word(&'static str),
    /// See [`Fields::flag`].
    Flag(bool),
    /// See [`Fields::count`].
    Count(u64),
    /// See [`Fields::share`].
    Share(Probability),
    /// See [`Fields::factor`].
    Factor(f64),
    /// See [`Fields::span`].
    Span(Span),
    /// See [`Fields::signed_nanos`].
    SignedNanos(i64),
    /// See [`Fields::drift`].
    Drift(i32),
    /// See [`Fields::bandwidth`].
    Bandwidth(u64),
    /// See [`Fields::users`].
    Users(u16),
    /// See [`Fields::datasets`].
    Datasets(Range<u16>),
    /// See [`Fields::name`].
    Name(String),
}

/// Keys with what is set under them. What its fallback says anyway may be among them.
pub type Values = Vec<(&'static str, Value)>;
