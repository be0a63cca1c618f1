//! The running digest of a run: two runs with the same digest did the same things in the same order.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A running 64-bit digest of a sequence of words. It depends on every bit and on the order. Not cryptographic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Digest::new()
    }
}

impl Digest {
    /// The digest of the empty sequence.
    pub const fn new() -> Digest {
        // Not zero, which a zero word would leave unchanged.
        Digest(0x6a09_e667_f3bc_c908)
    }

    /// Adds a word. For a given history so far, different words give different digests.
    #[inline]
    pub const fn write_u64(&mut self, word: u64) {
        // The word is mixed off the critical path: only a rotation, an exclusive or and a product wait for the last write.
        self.0 = (self.0.rotate_left(23) ^ mix(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    /// The digest of what was written so far.
    #[inline]
    pub const fn value(&self) -> u64 {
        mix(self.0)
    }
}

impl fmt::Display for Digest {
    /// Sixteen lowercase hexadecimal digits.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016x}", self.value())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Digest({self})")
    }
}

/// A bijection in which every input bit changes about half of the output bits: the finaliser of SplitMix64 (Stafford's
/// variant 13).
#[inline]
pub(crate) const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(words: &[u64]) -> u64 {
        let mut digest = Digest::new();
        words.iter().for_each(|word| digest.write_u64(*word));
        digest.value()
    }

    #[test]
    fn order_and_length_count() {
        assert_ne!(digest(&[1, 2]), digest(&[2, 1]));
        assert_ne!(digest(&[]), digest(&[0]));
        assert_ne!(digest(&[0]), digest(&[0, 0]));
        assert_eq!(digest(&[1, 2]), digest(&[1, 2]));
    }

    #[test]
    fn every_bit_of_every_word_changes_about_half_of_the_digest() {
        let words = [7, 0, u64::MAX, 12_345];
        for place in 0..words.len() {
            for bit in 0..64 {
                let mut changed = words;
                changed[place] ^= 1 << bit;
                let differing = (digest(&words) ^ digest(&changed)).count_ones();
                assert!((10..=54).contains(&differing), "word {place}, bit {bit}: {differing} bits differ");
            }
        }
    }

    #[test]
    fn prints_sixteen_lowercase_hex_digits() {
        let text = Digest::new().to_string();
        assert_eq!(text.len(), 16);
        assert!(text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
    }
}
