//! What an event says as words, for the digest: whatever its types say of themselves to `serde`, so that a fact cannot be left
//! out of it by forgetting a field.

use engine::Digest;
use serde::ser::{Impossible, Serialize, SerializeStruct, SerializeStructVariant, SerializeTupleVariant, Serializer};
use std::fmt::{self, Display, Formatter};

/// Packs small numbers into words and feeds these to a digest. What follows a variant always has the same widths, so that no
/// two values of a type give the same words.
///
/// Every field of every fact passes here: what is called for it is inlined and cannot fail.
struct Sink {
    digest: Digest,
    /// What is not in the digest yet, and how much of the word it takes.
    word: u64,
    bits: u32,
}

/// What goes wrong: nothing does.
#[derive(Debug)]
enum Never {}

impl Display for Never {
    fn fmt(&self, _: &mut Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl serde::ser::Error for Never {
    fn custom<T: Display>(reason: T) -> Never {
        unreachable!("a derived type does not refuse to be serialized: {reason}")
    }
}

/// Facts are plain numbers: of other things it would have to be told where one ends.
fn refuse() -> ! {
    unreachable!("a fact holds no texts, lists or maps")
}

/// Add a value to a digest.
///
/// # Panics
/// If its type holds texts, lists or maps: facts are plain numbers.
#[inline(always)]
pub(crate) fn digest(value: &impl Serialize, digest: &mut Digest) {
    let mut sink = Sink { digest: *digest, word: 0, bits: 0 };
    let Ok(()) = value.serialize(&mut sink);
    if sink.bits > 0 {
        sink.digest.write_u64(sink.word);
    }
    *digest = sink.digest;
}

impl Sink {
    #[inline(always)]
    fn put(&mut self, value: u64, bits: u32) -> Result<(), Never> {
        if self.bits + bits > u64::BITS {
            self.digest.write_u64(self.word);
            (self.word, self.bits) = (value, bits);
        } else {
            self.word |= value << self.bits;
            self.bits += bits;
        }
        Ok(())
    }

    /// Nothing else fits into its word, so that it goes into the digest at once.
    #[inline(always)]
    fn put_word(&mut self, value: u64) -> Result<(), Never> {
        if self.bits > 0 {
            self.digest.write_u64(self.word);
        }
        self.digest.write_u64(value);
        (self.word, self.bits) = (0, 0);
        Ok(())
    }
}

impl Serializer for &mut Sink {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Impossible<(), Never>;
    type SerializeTuple = Impossible<(), Never>;
    type SerializeTupleStruct = Impossible<(), Never>;
    type SerializeTupleVariant = Self;
    type SerializeMap = Impossible<(), Never>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    #[inline(always)]
    fn serialize_bool(self, value: bool) -> Result<(), Never> {
        self.put(u64::from(value), 1)
    }

    #[inline(always)]
    fn serialize_i8(self, value: i8) -> Result<(), Never> {
        self.put(u64::from(value as u8), 8)
    }

    #[inline(always)]
    fn serialize_i16(self, value: i16) -> Result<(), Never> {
        self.put(u64::from(value as u16), 16)
    }

    #[inline(always)]
    fn serialize_i32(self, value: i32) -> Result<(), Never> {
        self.put(u64::from(value as u32), 32)
    }

    #[inline(always)]
    fn serialize_i64(self, value: i64) -> Result<(), Never> {
        self.put_word(value as u64)
    }

    #[inline(always)]
    fn serialize_u8(self, value: u8) -> Result<(), Never> {
        self.put(u64::from(value), 8)
    }

    #[inline(always)]
    fn serialize_u16(self, value: u16) -> Result<(), Never> {
        self.put(u64::from(value), 16)
    }

    #[inline(always)]
    fn serialize_u32(self, value: u32) -> Result<(), Never> {
        self.put(u64::from(value), 32)
    }

    #[inline(always)]
    fn serialize_u64(self, value: u64) -> Result<(), Never> {
        self.put_word(value)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Never> {
        self.put(u64::from(value.to_bits()), 32)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Never> {
        self.put_word(value.to_bits())
    }

    fn serialize_char(self, value: char) -> Result<(), Never> {
        self.put(u64::from(u32::from(value)), 32)
    }

    fn serialize_str(self, _: &str) -> Result<(), Never> {
        refuse()
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Never> {
        refuse()
    }

    #[inline(always)]
    fn serialize_none(self) -> Result<(), Never> {
        self.put(0, 1)
    }

    #[inline(always)]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        self.put(1, 1)?;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Never> {
        Ok(())
    }

    /// A call, so that whoever names one of many variants has no branch for each.
    #[inline(never)]
    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<(), Never> {
        self.put(u64::from(index), 8)
    }

    #[inline(always)]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    #[inline(always)]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.put(u64::from(index), 8)?;
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Never> {
        refuse()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Never> {
        refuse()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Never> {
        refuse()
    }

    #[inline(always)]
    fn serialize_tuple_variant(self, _: &'static str, index: u32, _: &'static str, _: usize) -> Result<Self, Never> {
        self.put(u64::from(index), 8)?;
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Never> {
        refuse()
    }

    #[inline(always)]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    #[inline(always)]
    fn serialize_struct_variant(self, _: &'static str, index: u32, _: &'static str, _: usize) -> Result<Self, Never> {
        self.put(u64::from(index), 8)?;
        Ok(self)
    }
}

impl SerializeStruct for &mut Sink {
    type Ok = ();
    type Error = Never;

    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    #[inline(always)]
    fn end(self) -> Result<(), Never> {
        Ok(())
    }
}

impl SerializeStructVariant for &mut Sink {
    type Ok = ();
    type Error = Never;

    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    #[inline(always)]
    fn end(self) -> Result<(), Never> {
        Ok(())
    }
}

impl SerializeTupleVariant for &mut Sink {
    type Ok = ();
    type Error = Never;

    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    #[inline(always)]
    fn end(self) -> Result<(), Never> {
        Ok(())
    }
}
