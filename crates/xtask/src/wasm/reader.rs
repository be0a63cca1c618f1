//! Bytes, read from their beginning on, and the numbers of wasm.

/// What is left of some bytes. Every method is `None` once they are too few.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    /// A number of at most 32 bits without a sign, in LEB128.
    pub(super) fn number(&mut self) -> Option<usize> {
        let digits = self.digits()?;
        let value = |sum, (index, digit): (usize, &u8)| sum | usize::from(digit & 0x7f) << (7 * index);
        (digits.len() <= 5).then(|| digits.iter().enumerate().fold(0, value))
    }

    /// The bytes of a number in LEB128, whatever its width and sign.
    pub(super) fn digits(&mut self) -> Option<&'a [u8]> {
        let length = self.rest.iter().position(|byte| byte & 0x80 == 0)? + 1;
        self.take(length)
    }

    /// Bytes that their number stands before.
    pub(super) fn counted(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length)
    }

    /// What `read` takes, as bytes.
    pub(super) fn bytes_of(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<&'a [u8]> {
        let before = self.rest;
        read(self)?;
        Some(&before[..before.len() - self.rest.len()])
    }
}

/// Writes a number as [`Reader::number`] reads it, in as few bytes as it takes.
pub(super) fn write_number(bytes: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Writes bytes with their number before them.
pub(super) fn write_counted(bytes: &mut Vec<u8>, content: &[u8]) {
    write_number(bytes, content.len());
    bytes.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::{Reader, write_number};

    #[test]
    fn a_number_is_read_as_it_was_written() {
        for number in [0, 1, 127, 128, 300, 16_383, 16_384, 0xffff_ffff] {
            let mut bytes = Vec::new();
            write_number(&mut bytes, number);
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.number(), Some(number));
            assert!(reader.is_empty());
        }
        assert_eq!(Reader::new(&[0x80]).number(), None, "its end is missing");
        assert_eq!(Reader::new(&[0x80, 0x80, 0x80, 0x80, 0x80, 0]).number(), None, "it is longer than 32 bits need");
    }
}
