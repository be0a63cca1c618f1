//! Settings drawn instead of read: whatever lists its settings and reads them through [`Fields`] is drawn by its own `read`,
//! and what was drawn is kept as the lines of a scenario that say the same.

use crate::plan::{FAULTS_MAX, Line, USERS, fault_id};
use engine::{Distribution, Probability, Span, Stream, Time, math};
use settings::{Fallback, Fields, Plans, Setting, Verb};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

/// The longest time drawn for anything, milliseconds; the shortest is one.
const LONGEST_MS: f64 = 10_000.0;
/// The shortest time drawn for what happens again and again, milliseconds: shorter ones take long to compute.
const SHORTEST_PERIOD_MS: f64 = 20.0;
/// Fewer than this at a time do not keep up with the users of a plan over the longest link.
const FEW: u64 = 30;
/// A plan comes to no more than so many of anything.
const MANY: u64 = 4_000;
/// So often is something drawn anew whose parts do not fit each other.
const TRIES: u64 = 2_000;

/// Draws what is asked for, and keeps it as lines. Of what need not be set, a plan sets only some, the same wherever they
/// occur in it: what is left out everywhere lets the rest come into its own.
pub(crate) struct Drawer<'a> {
    regions: &'a [&'a str],
    zones: u16,
    settings: &'a [Setting],
    wishes: &'a [Wish],
    /// Seed of what this plan sets at all, and the section, which names the settings.
    swarm: (u64, &'a str),
    stream: RefCell<Stream>,
    lines: RefCell<Vec<Line>>,
    /// What changes nothing as the rest was drawn, and so is not written.
    unheard: RefCell<Vec<String>>,
    /// By key: whether it is set.
    decided: RefCell<BTreeMap<String, bool>>,
    longest: Cell<Span>,
    slowest: Cell<f64>,
    narrow: Cell<bool>,
    misfit: Cell<bool>,
}

/// What is worth drawing of a key, where not everything that it takes is.
pub(crate) struct Wish {
    pub(crate) key: &'static str,
    /// As a file has it.
    pub(crate) values: &'static [&'static str],
    /// Whether every plan sets it.
    pub(crate) always: bool,
}

impl Wish {
    /// One of these, in plans that set it.
    pub(crate) const fn one_of(key: &'static str, values: &'static [&'static str]) -> Wish {
        Wish { key, values, always: false }
    }

    /// One of these in every plan.
    pub(crate) const fn always(key: &'static str, values: &'static [&'static str]) -> Wish {
        Wish { key, values, always: true }
    }
}

/// What came of a drawing.
pub(crate) struct Drawn<T> {
    pub(crate) value: T,
    pub(crate) lines: Vec<Line>,
    /// The longest time in it, clocks' offsets among them: what it does to the world takes in proportion to pass.
    pub(crate) longest: Span,
    /// All factors above one, multiplied.
    pub(crate) slowest: f64,
    /// So few of something at a time that it may never keep up.
    pub(crate) narrow: bool,
}

/// Where to draw from, and for what section of a plan.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// The plan's own seed.
    pub(crate) seed: u64,
    /// The section, as in "fault partition".
    pub(crate) section: &'a str,
    /// The how many-th of its kind.
    pub(crate) place: u64,
    /// The regions there are, zones among them.
    pub(crate) regions: &'a [&'a str],
    /// So many of them are zones of one region, the first ones.
    pub(crate) zones: u16,
}

impl Source<'_> {
    /// Something drawn by its own way of being read.
    pub(crate) fn draw<T>(self, settings: &[Setting], read: impl Fn(&dyn Plans) -> Option<T>) -> Drawn<T> {
        self.draw_of(settings, &[], read)
    }

    /// The same, of these values where there are wishes.
    pub(crate) fn draw_of<T>(
        self,
        settings: &[Setting],
        wishes: &[Wish],
        read: impl Fn(&dyn Plans) -> Option<T>,
    ) -> Drawn<T> {
        let tries = (0..TRIES).map(|attempt| {
            let drawer = Drawer {
                regions: self.regions,
                zones: self.zones,
                settings,
                wishes,
                swarm: (self.seed, self.section),
                stream: RefCell::new(Stream::named(self.seed, self.section, self.place << 8 | attempt)),
                lines: RefCell::default(),
                unheard: RefCell::default(),
                decided: RefCell::default(),
                longest: Cell::default(),
                slowest: Cell::new(1.0),
                narrow: Cell::default(),
                misfit: Cell::new(false),
            };
            let value = read(&drawer).filter(|_| !drawer.misfit.get())?;
            let narrow = drawer.narrow.get();
            let (mut lines, unheard) = (drawer.lines.into_inner(), drawer.unheard.into_inner());
            lines.retain(|line| !unheard.contains(&line.key));
            Some(Drawn { narrow, value, lines, longest: drawer.longest.get(), slowest: drawer.slowest.get() })
        });
        let fitting = tries.flatten().next();
        fitting.unwrap_or_else(|| panic!("nothing fitting was drawn for [{}] in {TRIES} tries", self.section))
    }
}

impl Drawer<'_> {
    /// The text to be read where nothing is written; `None` if there is none or it must be written.
    fn fallback(&self, key: &str) -> Option<&'static str> {
        match self.settings.iter().find(|setting| setting.name == key)?.fallback {
            Fallback::Value(text) => Some(text),
            Fallback::Required | Fallback::Otherwise(_) => None,
        }
    }

    fn required(&self, key: &str) -> bool {
        let must = |setting: &Setting| setting.name == key && setting.fallback == Fallback::Required;
        self.settings.iter().any(must) || self.wishes.iter().any(|wish| wish.key == key && wish.always)
    }

    /// The factor that a plan has that does not say which.
    fn usual_factor(&self, key: &str) -> f64 {
        let setting = self.settings.iter().find(|setting| setting.name == key);
        let Some(Fallback::Value(usual)) = setting.map(|setting| setting.fallback) else { return 1.0 };
        usual.trim_end_matches('x').parse().expect("defaults are factors")
    }

    /// One of the values worth drawing for this key, if not all are.
    fn wished(&self, key: &str) -> Option<&'static str> {
        let wish = self.wishes.iter().find(|wish| wish.key == key)?;
        Some(wish.values[self.below(wish.values.len())])
    }

    /// A text with a unit, kept as it is wished, if there is a wish.
    fn quoted(&self, key: &str) -> Option<&'static str> {
        let text = self.wished(key)?;
        self.keep(key, format!("\"{text}\""));
        Some(text)
    }

    /// A time as it is wished. It is no measure of how long anything takes to pass: whoever wishes knows.
    fn wished_span(&self, key: &str) -> Option<Span> {
        scenario::parse_span(self.quoted(key)?).ok()
    }

    /// Whether this is to be set: what must be, and of the rest what this plan sets, most of the time.
    fn sets(&self, key: &str) -> bool {
        if let Some(decided) = self.decided.borrow().get(key) {
            return *decided;
        }
        let (seed, section) = self.swarm;
        let in_plan = Stream::named(seed, &format!("sets {section} {key}"), 0).chance(Probability::from_f64(0.5));
        let here = self.stream.borrow_mut().chance(Probability::from_f64(0.8));
        let sets = self.required(key) || (in_plan && here);
        self.decided.borrow_mut().insert(key.to_owned(), sets);
        sets
    }

    fn keep(&self, key: &str, value: impl Into<String>) {
        let line = Line { key: key.to_owned(), value: value.into(), optional: !self.required(key) };
        self.lines.borrow_mut().push(line);
    }

    fn below(&self, n: usize) -> usize {
        self.stream.borrow_mut().below(n as u64) as usize
    }

    /// A number from the range, as likely between 1 and 10 as between 10 and 100.
    fn spread(&self, least: f64, most: f64) -> f64 {
        let exponent = math::ln(least) + self.stream.borrow_mut().unit() * (math::ln(most) - math::ln(least));
        math::exp(exponent).clamp(least, most)
    }

    fn milliseconds(&self, key: &str, least: f64, sign: &str) -> Span {
        let milliseconds = self.spread(least, LONGEST_MS) as u64;
        let span = Span::from_millis(milliseconds);
        self.keep(key, format!("\"{sign}{milliseconds}ms\""));
        self.longest.set(self.longest.get().max(span));
        span
    }

    fn sign(&self) -> &'static str {
        ["", "-"][self.below(2)]
    }
}

impl Fields for Drawer<'_> {
    fn region(&self, key: &str) -> Option<u16> {
        let region = self.below(self.regions.len());
        self.sets(key).then(|| {
            self.keep(key, format!("\"{}\"", self.regions[region]));
            region as u16
        })
    }

    fn zone(&self, key: &str) -> Option<u16> {
        let zone = self.below(usize::from(self.zones));
        self.keep(key, format!("\"{}\"", self.regions[zone]));
        Some(zone as u16)
    }

    fn sites(&self, key: &str) -> Option<Vec<u16>> {
        let whole = usize::from(self.zones > 0);
        let drawn = self.below(self.regions.len() + whole);
        self.sets(key).then(|| match self.regions.get(drawn) {
            Some(name) => {
                self.keep(key, format!("\"{name}\""));
                vec![drawn as u16]
            }
            None => {
                self.keep(key, format!("\"{}\"", self.regions[0].trim_end_matches('a')));
                (0..self.zones).collect()
            }
        })
    }

    fn regions(&self, key: &str) -> Option<Vec<u16>> {
        let chosen = 1 + self.below((1 << self.regions.len()) - 1);
        let of_them = |region: &usize| chosen >> region & 1 == 1;
        let chosen: Vec<usize> = (0..self.regions.len()).filter(of_them).collect();
        let names: Vec<String> = chosen.iter().map(|region| format!("\"{}\"", self.regions[*region])).collect();
        self.sets(key).then(|| {
            self.keep(key, format!("[{}]", names.join(", ")));
            chosen.into_iter().map(|region| region as u16).collect()
        })
    }

    fn by_region(&self, key: &str, range: RangeInclusive<u64>) -> Option<Vec<(u16, u64)>> {
        let number = |region: usize| (region as u16, *range.start() + self.below(4) as u64);
        let numbers: Vec<(u16, u64)> = (0..self.regions.len()).map(number).collect();
        let named: Vec<String> = numbers
            .iter()
            .map(|(region, number)| format!("{} = {number}", self.regions[usize::from(*region)]))
            .collect();
        self.sets(key).then(|| {
            self.keep(key, format!("{{ {} }}", named.join(", ")));
            numbers
        })
    }

    fn choice(&self, key: &str, words: &[&str]) -> usize {
        if !self.sets(key) {
            return words.iter().position(|word| Some(*word) == self.fallback(key)).unwrap_or(0);
        }
        let word = self.wished(key).unwrap_or_else(|| words[self.below(words.len())]);
        self.keep(key, format!("\"{word}\""));
        words.iter().position(|known| *known == word).expect("what is wished for is one of the words")
    }

    fn flag(&self, key: &str) -> bool {
        if !self.sets(key) {
            return self.fallback(key) == Some("true");
        }
        let flag = self.below(2) == 1;
        self.keep(key, flag.to_string());
        flag
    }

    fn count(&self, key: &str, range: RangeInclusive<u64>) -> u64 {
        let (least, most) = (*range.start(), *range.end());
        if !self.sets(key) {
            return self.fallback(key).and_then(|text| text.parse().ok()).unwrap_or(least);
        }
        if let Some(count) = self.wished(key).and_then(|text| text.parse().ok()) {
            self.keep(key, format!("{count}"));
            return count;
        }
        let count = least + self.spread(1.0, (most - least).min(MANY) as f64 + 1.0) as u64 - 1;
        self.keep(key, count.to_string());
        // Of what there may be thousands, a few at a time are too few: what piled up may never be worked off.
        self.narrow.set(self.narrow.get() || (most > MANY && count < FEW));
        count
    }

    fn whole(&self, key: &str, range: RangeInclusive<i64>) -> i64 {
        self.count(key, (*range.start()).max(0) as u64..=(*range.end()).max(0) as u64) as i64
    }

    fn share(&self, key: &str) -> Probability {
        if !self.sets(key) {
            return Probability::NEVER;
        }
        if self.quoted(key).is_some() {
            return Probability::NEVER;
        }
        // Now and then everything.
        let percent = if self.below(10) == 0 { 100.0 } else { (self.spread(0.1, 50.0) * 10.0) as u64 as f64 / 10.0 };
        self.keep(key, format!("\"{percent}%\""));
        Probability::from_f64(percent / 100.0)
    }

    fn number(&self, key: &str, range: RangeInclusive<f64>) -> f64 {
        let (least, most) = (*range.start(), *range.end());
        if !self.sets(key) {
            return self.fallback(key).and_then(|text| text.parse().ok()).unwrap_or(least);
        }
        let number = least + ((most - least) * self.below(101) as f64) / 100.0;
        self.keep(key, format!("{number:?}"));
        number
    }

    fn growth(&self, key: &str) -> f64 {
        if self.sets(key) && self.quoted(key).is_none() {
            self.keep(key, format!("\"{}x\"", 1 + self.below(10)));
        }
        1.0
    }

    fn factor(&self, key: &str) -> f64 {
        let factor = if self.sets(key) {
            let factor = (self.spread(0.05, 50.0) * 100.0) as u64 as f64 / 100.0;
            self.keep(key, format!("\"{factor}x\""));
            factor
        } else {
            self.usual_factor(key)
        };
        self.slowest.set(self.slowest.get() * factor.max(1.0));
        factor
    }

    fn span(&self, key: &str) -> Span {
        if !self.sets(key) {
            return Span::ZERO;
        }
        if let Some(span) = self.wished_span(key) {
            return span;
        }
        if self.below(10) == 0 {
            self.keep(key, "\"0ms\"");
            return Span::ZERO;
        }
        self.milliseconds(key, 1.0, "")
    }

    fn span_unless(&self, key: &str, word: &str) -> Option<Span> {
        if !self.sets(key) {
            return self.fallback(key).filter(|text| *text != word).and_then(|text| scenario::parse_span(text).ok());
        }
        if let Some(text) = self.quoted(key) {
            return scenario::parse_span(text).ok();
        }
        (self.below(2) == 1).then(|| self.milliseconds(key, 1.0, ""))
    }

    fn distribution(&self, key: &str) -> Distribution {
        if !self.sets(key) {
            return Distribution::Constant(0.0);
        }
        if self.quoted(key).is_none() {
            self.keep(key, format!("\"exponential {}ms\"", self.spread(1.0, LONGEST_MS) as u64));
        }
        // It takes some time.
        Distribution::Constant(1.0)
    }

    fn period(&self, key: &str) -> Span {
        if self.sets(key) {
            return self.wished_span(key).unwrap_or_else(|| self.milliseconds(key, SHORTEST_PERIOD_MS, ""));
        }
        self.fallback(key).and_then(|text| scenario::parse_span(text).ok()).unwrap_or(Span::from_secs(1))
    }

    fn signed_nanos(&self, key: &str) -> i64 {
        if !self.sets(key) {
            return 0;
        }
        let sign = self.sign();
        let nanos = self.milliseconds(key, 1.0, sign).as_nanos() as i64;
        if sign.is_empty() { nanos } else { -nanos }
    }

    fn drift(&self, key: &str) -> i32 {
        if !self.sets(key) {
            return 0;
        }
        let (sign, drift) = (self.sign(), self.spread(1.0, 900_000.0) as i32);
        self.keep(key, format!("\"{sign}{drift}ppm\""));
        if sign.is_empty() { drift } else { -drift }
    }

    fn bandwidth(&self, key: &str) -> Option<u64> {
        if !self.sets(key) {
            return None;
        }
        if self.quoted(key).is_some() {
            return None;
        }
        let kilobits = self.spread(8.0, 1e6) as u64;
        self.keep(key, format!("\"{kilobits}kbps\""));
        Some(kilobits * 125)
    }

    fn bytes(&self, key: &str) -> u32 {
        if self.sets(key) && self.quoted(key).is_none() {
            self.keep(key, format!("\"{}B\"", self.spread(1.0, 1e5) as u32));
        }
        0
    }

    fn users(&self, key: &str) -> Option<u16> {
        let users = self.below(USERS.len());
        self.sets(key).then(|| {
            self.keep(key, format!("\"{}\"", USERS[users]));
            users as u16
        })
    }

    /// A plan has one dataset.
    fn dataset(&self, _: &str) -> Option<u16> {
        Some(0)
    }

    fn datasets(&self, key: &str) -> Option<Range<u16>> {
        self.sets(key).then(|| {
            self.keep(key, "\"orders\"".to_owned());
            0..1
        })
    }

    fn name(&self, key: &str) -> Option<String> {
        let id = fault_id(self.below(FAULTS_MAX as usize) as u64);
        self.sets(key).then(|| {
            self.keep(key, format!("\"{id}\""));
            id
        })
    }

    fn holds(&self, key: &str) -> bool {
        self.fallback(key).is_some() || self.sets(key)
    }

    fn problem(&self, _: &str, _: &str, _: &str) {
        self.misfit.set(true);
    }

    fn heard(&self, key: &str, heard: bool, _: &str) {
        if !heard {
            self.unheard.borrow_mut().push(key.to_owned());
        }
    }
}

/// How often users ask, and what, is the plan's own to say.
impl Plans for Drawer<'_> {
    fn rates(&self, _: &str, _: f64) -> Vec<(Time, f64)> {
        Vec::new()
    }

    fn weights(&self, _: &str) -> Vec<(usize, u32)> {
        Vec::new()
    }

    fn phrases(&self, _: &str, _: usize, _: &[Verb], _: &mut dyn FnMut(usize, &dyn Fields)) {}
}
