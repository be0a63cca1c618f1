//! Random streams. Every purpose and entity draws from a stream of its own, named by seed, purpose and the ids or the number of
//! the entity, so that adding a stream, or drawing more often from one, changes no other.

use crate::digest::{Digest, mix};
use crate::{Span, math};
use rand_core::{Infallible, SeedableRng, TryRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// A stream of random numbers: xoshiro256++ (Blackman and Vigna 2018), the same on every target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream of this name and number under a run's seed. Streams that differ in any of the three are independent.
    pub fn named(seed: u64, name: &str, id: u64) -> Stream {
        let mut digest = Digest::new();
        digest.write_u64(seed);
        write(&mut digest, name);
        digest.write_u64(id);
        Stream::seeded(digest)
    }

    /// The stream of this purpose for what is called by these ids. A place in a list is no id: it moves when the list grows.
    pub fn of(seed: u64, purpose: &str, ids: &[&str]) -> Stream {
        Streams::of(seed, purpose, ids).nth(0)
    }

    fn seeded(digest: Digest) -> Stream {
        Stream(Xoshiro256PlusPlus::seed_from_u64(mix(digest.value())))
    }

    /// A uniform word.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        rand_core::Rng::next_u64(&mut self.0)
    }

    /// A uniform number below `n`, without bias; 0 if `n` is 0. Lemire's multiplication with rejection (2019): nearly always
    /// one draw.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        match u32::try_from(n) {
            // Half a word is enough, and its product fits in a word, which matters in wasm.
            Ok(n) => u64::from(self.below_u32(n)),
            Err(_) => self.below_u64(n),
        }
    }

    #[inline]
    fn below_u32(&mut self, n: u32) -> u32 {
        let mut product = (self.next_u64() >> 32) * u64::from(n);
        if (product as u32) < n {
            let unfair = n.wrapping_neg() % n;
            while (product as u32) < unfair {
                product = (self.next_u64() >> 32) * u64::from(n);
            }
        }
        (product >> 32) as u32
    }

    fn below_u64(&mut self, n: u64) -> u64 {
        let unfair = n.wrapping_neg() % n;
        loop {
            let product = u128::from(self.next_u64()) * u128::from(n);
            if product as u64 >= unfair {
                return (product >> 64) as u64;
            }
        }
    }

    /// A uniform number from [0, 1), a multiple of 2⁻⁵³.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Whether something of this probability happens. Always takes exactly one draw, also for [`Probability::NEVER`] and
    /// [`Probability::ALWAYS`], so that changing a probability does not shift the stream.
    #[inline]
    pub fn chance(&mut self, probability: Probability) -> bool {
        self.next_u64() >> 1 < probability.0
    }

    /// A uniform span from the range, both ends included; the start if the range is empty.
    #[inline]
    pub fn span_in(&mut self, range: RangeInclusive<Span>) -> Span {
        let width = (*range.end() - *range.start()).as_nanos();
        let offset = if width == u64::MAX { self.next_u64() } else { self.below(width + 1) };
        *range.start() + Span::from_nanos(offset)
    }
}

/// Streams of one purpose, told apart by number. Each is made when it is needed and forgotten: what chance makes of the n-th
/// of something does not depend on what it made of those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams(Digest);

impl Streams {
    /// The streams of this purpose for what is called by these ids.
    pub fn of(seed: u64, purpose: &str, ids: &[&str]) -> Streams {
        let mut digest = Digest::new();
        digest.write_u64(seed);
        write(&mut digest, purpose);
        ids.iter().for_each(|id| write(&mut digest, id));
        Streams(digest)
    }

    /// The stream of this number.
    #[inline]
    pub fn nth(self, number: u64) -> Stream {
        let Streams(mut digest) = self;
        digest.write_u64(number);
        Stream::seeded(digest)
    }
}

/// Its length, then its bytes, so that no two lists of texts are alike.
fn write(digest: &mut Digest, text: &str) {
    digest.write_u64(text.len() as u64);
    for chunk in text.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        digest.write_u64(u64::from_le_bytes(word));
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.try_next_u32()
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.try_next_u64()
    }

    #[inline]
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.try_fill_bytes(bytes)
    }
}

/// A probability as a whole number of 2⁻⁶³, so that comparing with it is exact; 0 and 1 are exactly never and always.
/// In files a number from 0 to 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(from = "f64", into = "f64")]
pub struct Probability(u64);

impl Probability {
    /// It never happens.
    pub const NEVER: Probability = Probability(0);
    /// It always happens.
    pub const ALWAYS: Probability = Probability(1 << 63);

    /// The probability nearest to `value`, clamped to [0, 1]; not-a-number is never.
    pub fn from_f64(value: f64) -> Probability {
        Probability(math::round(value.clamp(0.0, 1.0) * Probability::ALWAYS.0 as f64) as u64)
    }

    /// The probability as a number from 0 to 1.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / Probability::ALWAYS.0 as f64
    }

    /// The probability that at least one of two independent things happens.
    pub fn or(self, other: Probability) -> Probability {
        let (a, b) = (self.as_f64(), other.as_f64());
        Probability::from_f64(a + b * (1.0 - a))
    }
}

impl From<f64> for Probability {
    fn from(value: f64) -> Self {
        Probability::from_f64(value)
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        probability.as_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(mut stream: Stream) -> [u64; 4] {
        std::array::from_fn(|_| stream.next_u64())
    }

    #[test]
    fn a_stream_is_what_it_was_named() {
        // Written down once: links and golden digests depend on these never changing.
        assert_eq!(
            words(Stream::named(1, "delays", 3)),
            [8251421552525746842, 7234983088278847043, 10992173749405785438, 7651925221240823655]
        );
    }

    #[test]
    fn seed_name_and_id_each_make_another_stream() {
        let stream = words(Stream::named(1, "delays", 3));
        assert_eq!(stream, words(Stream::named(1, "delays", 3)));
        for other in [
            Stream::named(2, "delays", 3),
            Stream::named(1, "delay", 3),
            Stream::named(1, "delays\0", 3),
            Stream::named(1, "a name of more than eight bytes", 3),
            Stream::named(1, "delays", 4),
        ] {
            assert_ne!(stream, words(other));
        }
    }

    #[test]
    fn ids_are_told_apart_by_where_one_ends_and_by_their_order() {
        let streams = [&["ab", "c"][..], &["a", "bc"], &["c", "ab"], &["ab"], &["ab", "c", ""]];
        let words: Vec<_> = streams.iter().map(|ids| words(Stream::of(1, "delays", ids))).collect();
        let all_differ = (0..words.len()).all(|one| words[one + 1..].iter().all(|other| *other != words[one]));
        assert!(all_differ, "{words:?}");
    }

    #[test]
    fn the_first_words_of_numbered_streams_are_as_uniform_as_those_of_one() {
        let streams = Streams::of(1, "fates", &["a", "b"]);
        let mean = (0..40_000).map(|number| streams.nth(number).unit()).sum::<f64>() / 40_000.0;
        let next = |number| (streams.nth(number).unit() - 0.5) * (streams.nth(number + 1).unit() - 0.5);
        let correlation = (0..40_000).map(next).sum::<f64>() / 40_000.0 * 12.0;
        // Four standard errors.
        assert!((mean - 0.5).abs() < 0.0058 && correlation.abs() < 0.02, "{mean} {correlation}");
    }

    #[test]
    fn drawing_from_one_stream_changes_no_other() {
        let alone = words(Stream::named(1, "thinking", 0));
        let mut other = Stream::named(1, "delays", 0);
        let thinking = Stream::named(1, "thinking", 0);
        (0..100).for_each(|_| {
            other.next_u64();
        });
        assert_eq!(words(thinking), alone);
    }

    #[test]
    fn neighbouring_streams_agree_on_no_more_bits_than_chance() {
        let bits: u32 = (0..1_000)
            .map(|id| Stream::named(1, "x", id).next_u64() ^ Stream::named(1, "x", id + 1).next_u64())
            .map(u64::count_ones)
            .sum();
        // 64 000 bits, of which half differ; four standard errors are 506.
        assert!((31_494..=32_506).contains(&bits), "{bits} bits differ");
    }

    #[test]
    fn numbers_below_a_bound_are_uniform() {
        let mut stream = Stream::named(1, "below", 0);
        // The large bound takes the path for bounds beyond 32 bits, where plain multiplication would favour some by a half.
        for bound in [6, u64::MAX / 3 * 2] {
            let mut counts = [0_i32; 6];
            for _ in 0..60_000 {
                let number = stream.below(bound);
                assert!(number < bound);
                counts[(number / (bound / 6)).min(5) as usize] += 1;
            }
            assert!(counts.iter().all(|count| (count - 10_000).abs() < 400), "{counts:?}");
        }
        assert_eq!((stream.below(0), stream.below(1)), (0, 0));
    }

    #[test]
    fn never_and_always_take_a_draw_like_any_other_probability() {
        let mut streams = [(); 3].map(|()| Stream::named(1, "chance", 0));
        let [never, always, half] = &mut streams;
        for _ in 0..1_000 {
            assert!(!never.chance(Probability::NEVER));
            assert!(always.chance(Probability::ALWAYS));
            half.chance(Probability::from_f64(0.5));
        }
        assert_eq!(never, always);
        assert_eq!(never, half);
    }

    #[test]
    fn chances_come_as_often_as_they_say() {
        let mut stream = Stream::named(1, "chance", 0);
        let hits = (0..100_000).filter(|_| stream.chance(Probability::from_f64(0.02))).count();
        // Four standard errors of a binomial are 177.
        assert!(hits.abs_diff(2_000) < 177, "{hits} of 100 000 at 2 %");
    }

    #[test]
    fn probabilities_are_clamped_and_come_back_as_they_were() {
        for value in [0.0, 1e-12, 0.1, 0.5, 0.999, 1.0] {
            assert!((Probability::from_f64(value).as_f64() - value).abs() < 1e-18);
            let once = Probability::from_f64(value);
            assert_eq!(Probability::from_f64(once.as_f64()), once);
        }
        assert_eq!(Probability::from_f64(-1.0), Probability::NEVER);
        assert_eq!(Probability::from_f64(7.0), Probability::ALWAYS);
        assert_eq!(Probability::from_f64(f64::NAN), Probability::NEVER);
    }

    #[test]
    fn either_of_two_independent_things() {
        let or = |a, b| Probability::from_f64(a).or(Probability::from_f64(b)).as_f64();
        assert_eq!((or(0.5, 0.5), or(0.0, 0.25), or(1.0, 0.3)), (0.75, 0.25, 1.0));
    }

    #[test]
    fn spans_are_drawn_from_both_ends_inclusive() {
        let mut stream = Stream::named(1, "spans", 0);
        let (low, high) = (Span::from_nanos(5), Span::from_nanos(7));
        let drawn: Vec<Span> = (0..200).map(|_| stream.span_in(low..=high)).collect();
        assert!(drawn.contains(&low) && drawn.contains(&high));
        assert!(drawn.iter().all(|span| (low..=high).contains(span)));
        assert_eq!(stream.span_in(high..=low), high);
        assert_eq!(stream.span_in(low..=low), low);
        stream.span_in(Span::ZERO..=Span::MAX);
    }
}
