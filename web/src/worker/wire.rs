//! Messages as bytes. Page and worker are the same module, so the encoding needs no versions.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// As bytes for a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_allocvec(message).expect("plain data always encodes into memory")
}

/// Back from bytes; `None` when they are not such a message.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
