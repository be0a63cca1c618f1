//! What must come out of a run, as data.

use sim::metrics::Query;

/// Something that must come out of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// What is measured.
    pub query: Query,
    /// What it must be, in the metric's unit.
    pub comparison: Comparison,
    /// In words: "writes of London: latency, median, at least 80ms".
    pub text: String,
    /// Which mechanism it proves; may be empty.
    pub because: String,
    /// Where it must hold.
    pub scope: Scope,
}

/// What a measured number must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// More than this.
    Above(f64),
    /// Less than this.
    Below(f64),
    /// This, give or take `within`.
    Equals {
        /// The number.
        value: f64,
        /// How far off it may be.
        within: f64,
    },
}

impl Comparison {
    /// The number that a measured one is held against.
    pub fn bound(self) -> f64 {
        match self {
            Comparison::AtLeast(value)
            | Comparison::AtMost(value)
            | Comparison::Above(value)
            | Comparison::Below(value)
            | Comparison::Equals { value, .. } => value,
        }
    }

    /// Whether a measured number is as expected.
    pub fn holds(self, measured: f64) -> bool {
        match self {
            Comparison::AtLeast(value) => measured >= value,
            Comparison::AtMost(value) => measured <= value,
            Comparison::Above(value) => measured > value,
            Comparison::Below(value) => measured < value,
            Comparison::Equals { value, within } => (measured - value).abs() <= within,
        }
    }
}

/// Where an expectation must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the scenario as written.
    Base,
    /// In the scenario as written and in every variant.
    Everywhere,
    /// In these variants.
    Variants(Vec<String>),
}

impl Scope {
    /// Whether it must hold in this variant; `None` is the scenario as written.
    pub fn covers(&self, variant: Option<&str>) -> bool {
        match (self, variant) {
            (Scope::Everywhere, _) | (Scope::Base, None) => true,
            (Scope::Variants(ids), Some(variant)) => ids.iter().any(|id| id == variant),
            (Scope::Base, Some(_)) | (Scope::Variants(_), None) => false,
        }
    }
}
