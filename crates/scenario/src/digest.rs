//! The digest of a scenario's text, by which a built-in one is known. It can be made while the program is compiled, so that a program
//! knows a text that it does not carry.

use crate::reference::Edition;
use engine::Digest;

/// Of a scenario's text and the edition of round trips that holds in it.
pub(crate) const fn of_text(text: &str) -> u64 {
    let mut digest = Digest::new();
    write_bytes(&mut digest, text.as_bytes());
    write_bytes(&mut digest, Edition::NEWEST.id().as_bytes());
    digest.value()
}

/// Adds bytes, with how many they are.
pub(crate) const fn write_bytes(digest: &mut Digest, bytes: &[u8]) {
    digest.write_u64(bytes.len() as u64);
    let mut rest = bytes;
    while let Some((word, following)) = rest.split_first_chunk() {
        digest.write_u64(u64::from_le_bytes(*word));
        rest = following;
    }
    if !rest.is_empty() {
        let mut word = [0; 8];
        word.split_at_mut(rest.len()).0.copy_from_slice(rest);
        digest.write_u64(u64::from_le_bytes(word));
    }
}
