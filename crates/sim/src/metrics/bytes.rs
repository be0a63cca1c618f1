//! Numbers in few bytes, for lists that are long.

use std::sync::Arc;

/// Numbers, in as many bytes as each needs (LEB128).
#[derive(Default)]
pub(super) struct Bytes(Vec<u8>);

impl Bytes {
    pub(super) fn put(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A number that is near another, above or below it.
    pub(super) fn put_near(&mut self, before: u64, number: u64) {
        let by = number.wrapping_sub(before) as i64;
        self.put((by << 1 ^ by >> 63) as u64);
    }

    /// What was put, never to be changed again.
    pub(super) fn shared(self) -> Arc<[u8]> {
        self.0.into()
    }
}

/// The next number.
pub(super) fn number(rest: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    while let Some((byte, others)) = rest.split_first() {
        *rest = others;
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if *byte < 0x80 {
            break;
        }
    }
    number
}

/// The number that is near another.
pub(super) fn near(before: u64, packed: u64) -> u64 {
    before.wrapping_add(packed >> 1 ^ (packed & 1).wrapping_neg())
}
