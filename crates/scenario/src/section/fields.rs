//! A section as parts of the world, protocols and faults read it, who know nothing of files.

use super::ids::Ids;
use super::phrases::{self, Phrase};
use super::{Section, plans};
use engine::{Distribution, Probability, Span, Time};
use settings::{Fields, Plans, Verb};
use std::ops::{Range, RangeInclusive};

/// A section, and what it may refer to.
pub(crate) struct Named<'s, 'a> {
    pub(crate) section: &'s Section<'a>,
    pub(crate) ids: Ids<'s>,
}

impl Named<'_, '_> {
    fn index(&self, key: &str, what: &str, ids: &[String]) -> Option<u16> {
        self.section.reference(key, what, ids).map(|place| place as u16)
    }
}

impl Fields for Named<'_, '_> {
    fn region(&self, key: &str) -> Option<u16> {
        self.section.site(key, self.ids)
    }

    fn zone(&self, key: &str) -> Option<u16> {
        self.section.zone(key, self.ids)
    }

    fn sites(&self, key: &str) -> Option<Vec<u16>> {
        self.section.sites(key, self.ids)
    }

    fn regions(&self, key: &str) -> Option<Vec<u16>> {
        self.section.regions(key, self.ids)
    }

    fn by_region(&self, key: &str, range: RangeInclusive<u64>) -> Option<Vec<(u16, u64)>> {
        plans::by_region(self.section, key, range, self.ids)
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

    fn whole(&self, key: &str, range: RangeInclusive<i64>) -> i64 {
        self.section.whole(key, range)
    }

    fn share(&self, key: &str) -> Probability {
        self.section.share(key).unwrap_or(Probability::NEVER)
    }

    fn number(&self, key: &str, range: RangeInclusive<f64>) -> f64 {
        self.section.number(key, range)
    }

    fn factor(&self, key: &str) -> f64 {
        self.section.factor(key)
    }

    fn growth(&self, key: &str) -> f64 {
        self.section.growth(key)
    }

    fn span(&self, key: &str) -> Span {
        self.section.span(key).unwrap_or(Span::ZERO)
    }

    fn period(&self, key: &str) -> Span {
        self.section.period(key)
    }

    fn span_unless(&self, key: &str, word: &str) -> Option<Span> {
        self.section.span_unless(key, word)
    }

    fn distribution(&self, key: &str) -> Distribution {
        self.section.distribution(key)
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

    fn bytes(&self, key: &str) -> u32 {
        self.section.bytes(key)
    }

    fn users(&self, key: &str) -> Option<u16> {
        self.index(key, "population", self.ids.users)
    }

    fn dataset(&self, key: &str) -> Option<u16> {
        self.section.dataset(key, self.ids)
    }

    fn datasets(&self, key: &str) -> Option<Range<u16>> {
        self.section.datasets(key, self.ids)
    }

    fn name(&self, key: &str) -> Option<String> {
        self.section.text(key)
    }

    fn holds(&self, key: &str) -> bool {
        self.section.holds(key)
    }

    fn problem(&self, key: &str, message: &str, help: &str) {
        self.section.misfit(key, message, help);
    }

    fn heard(&self, key: &str, heard: bool, takes: &str) {
        self.section.heard(key, heard, takes);
    }
}

impl Plans for Named<'_, '_> {
    fn rates(&self, key: &str, most: f64) -> Vec<(Time, f64)> {
        plans::rates(self.section, key, most)
    }

    fn weights(&self, key: &str) -> Vec<(usize, u32)> {
        plans::weights(self.section, key, self.ids.requests)
    }

    fn phrases(&self, key: &str, most: usize, verbs: &[Verb], hear: &mut dyn FnMut(usize, &dyn Fields)) {
        for Phrase { verb, place, says } in phrases::read(self.section, key, most, verbs) {
            let kind = format!("step {}", verbs[verb].word);
            let said = Section { place, ..Section::new(self.section.notes, &[&kind], &says) };
            hear(verb, &Named { section: &said, ids: self.ids });
        }
    }
}
