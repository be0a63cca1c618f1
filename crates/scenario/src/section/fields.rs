//! A section as protocols and faults read it, who know nothing of files.

use super::Section;
use engine::{Probability, Span};
use protocol::Fields;
use std::ops::RangeInclusive;

/// A section, and what it may refer to.
pub(crate) struct Named<'s, 'a> {
    pub(crate) section: &'s Section<'a>,
    pub(crate) regions: &'s [String],
    /// Where populations are known yet.
    pub(crate) users: &'s [String],
}

impl Fields for Named<'_, '_> {
    fn region(&self, key: &str) -> Option<u16> {
        self.section.reference(key, "region", self.regions).map(|region| region as u16)
    }

    fn regions(&self, key: &str) -> Option<Vec<u16>> {
        let places = self.section.references(key, "region", self.regions)?;
        Some(places.into_iter().map(|region| region as u16).collect())
    }

    fn choice(&self, key: &str, words: &[&str]) -> usize {
        self.section.choice(key, words)
    }

    fn flag(&self, key: &str) -> bool {
        self.section.flag(key)
    }

    fn count(&self, key: &str, range: RangeInclusive<u64>) -> u64 {
        self.section.count(key, range)
    }

    fn share(&self, key: &str) -> Probability {
        self.section.share(key).unwrap_or(Probability::NEVER)
    }

    fn factor(&self, key: &str) -> f64 {
        self.section.factor(key)
    }

    fn span(&self, key: &str) -> Span {
        self.section.span(key).unwrap_or(Span::ZERO)
    }

    fn period(&self, key: &str) -> Span {
        self.section.period(key)
    }

    fn signed_nanos(&self, key: &str) -> i64 {
        self.section.signed_nanos(key)
    }

    fn drift(&self, key: &str) -> i32 {
        self.section.drift(key)
    }

    fn bandwidth(&self, key: &str) -> Option<u64> {
        self.section.bandwidth(key)
    }

    fn users(&self, key: &str) -> Option<u16> {
        self.section.reference(key, "population", self.users).map(|users| users as u16)
    }

    fn name(&self, key: &str) -> Option<String> {
        self.section.text(key)
    }

    fn problem(&self, key: &str, message: &str, help: &str) {
        self.section.misfit(key, message, help);
    }

    fn heard(&self, key: &str, heard: bool, takes: &str) {
        self.section.heard(key, heard, takes);
    }
}
