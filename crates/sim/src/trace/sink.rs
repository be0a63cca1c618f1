//! What an event says as words, for the digest: whatever its types say of themselves to `serde`, so that a fact cannot be left
//! out of it by forgetting a field.

use engine::Digest;
use serde::ser::{Impossible, Serialize, SerializeStruct, SerializeStructVariant, SerializeTupleVariant, Serializer};
use std::fmt::Error;

/// Packs small numbers into words and feeds these to a digest. What follows a variant always has the same widths, so that no
/// two values of a type give the same words.
struct Sink<'a> {
    digest: &'a mut Digest,
    word: u64,
    bits: u32,
}

/// Add a value to a digest.
///
/// # Panics
/// In debug builds, if it holds texts, lists or maps: facts are plain numbers.
#[inline]
pub(crate) fn digest(value: &impl Serialize, digest: &mut Digest) {
    let mut sink = Sink { digest, word: 0, bits: 0 };
    let plain = value.serialize(&mut sink);
    debug_assert!(plain.is_ok(), "a fact is made of numbers");
    sink.flush();
}

impl Sink<'_> {
    #[inline]
    fn put(&mut self, value: u64, bits: u32) -> Result<(), Error> {
        if self.bits + bits > u64::BITS {
            self.flush();
        }
        self.word |= value << self.bits;
        self.bits += bits;
        if self.bits == u64::BITS {
            self.flush();
        }
        Ok(())
    }

    #[inline]
    fn flush(&mut self) {
        if self.bits > 0 {
            self.digest.write_u64(self.word);
            (self.word, self.bits) = (0, 0);
        }
    }
}

impl Serializer for &mut Sink<'_> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Impossible<(), Error>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Self;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.put(u64::from(value), 1)
    }

    #[inline]
    fn serialize_i8(self, value: i8) -> Result<(), Error> {
        self.put(u64::from(value as u8), 8)
    }

    #[inline]
    fn serialize_i16(self, value: i16) -> Result<(), Error> {
        self.put(u64::from(value as u16), 16)
    }

    #[inline]
    fn serialize_i32(self, value: i32) -> Result<(), Error> {
        self.put(u64::from(value as u32), 32)
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        self.put(value as u64, 64)
    }

    #[inline]
    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        self.put(u64::from(value), 8)
    }

    #[inline]
    fn serialize_u16(self, value: u16) -> Result<(), Error> {
        self.put(u64::from(value), 16)
    }

    #[inline]
    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.put(u64::from(value), 32)
    }

    #[inline]
    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.put(value, 64)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.put(u64::from(value.to_bits()), 32)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.put(value.to_bits(), 64)
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.put(u64::from(u32::from(value)), 32)
    }

    fn serialize_str(self, _: &str) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        Err(Error)
    }

    #[inline]
    fn serialize_none(self) -> Result<(), Error> {
        self.put(0, 1)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.put(1, 1)?;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        Ok(())
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<(), Error> {
        self.put(u64::from(index), 8)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.put(u64::from(index), 8)?;
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        Err(Error)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        Err(Error)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        Err(Error)
    }

    #[inline]
    fn serialize_tuple_variant(self, _: &'static str, index: u32, _: &'static str, _: usize) -> Result<Self, Error> {
        self.put(u64::from(index), 8)?;
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        Err(Error)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    #[inline]
    fn serialize_struct_variant(self, _: &'static str, index: u32, _: &'static str, _: usize) -> Result<Self, Error> {
        self.put(u64::from(index), 8)?;
        Ok(self)
    }
}

impl SerializeStruct for &mut Sink<'_> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(&mut **self)
    }

    #[inline]
    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl SerializeStructVariant for &mut Sink<'_> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(&mut **self)
    }

    #[inline]
    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl SerializeTupleVariant for &mut Sink<'_> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut **self)
    }

    #[inline]
    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}
