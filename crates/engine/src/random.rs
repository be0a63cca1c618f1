//! Random streams. Every purpose and entity draws from a stream of its own, named by (seed, name, id), so that adding a
//! stream, or drawing more often from one, changes no other.

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
    /// The stream of this name and id under a run's seed. Streams that differ in any of the three are independent.
    pub fn named(seed: u64, name: &str, id: u64) -> Stream {
        let mut digest = Digest::new();
        digest.write_u64(seed);
        digest.write_u64(name.len() as u64);
        for chunk in name.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            digest.write_u64(u64::from_le_bytes(word));
        }
        digest.write_u64(id);
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
