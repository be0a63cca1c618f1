//! A module as the list of its sections.

use super::reader::{Reader, write_counted};

/// A section that engines ignore.
const CUSTOM: u8 = 0;
/// What a module begins with: what it is, and the version of the format.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// The module without its custom sections but the one that lists the features it needs: the names of functions are a quarter of its
/// bytes, of use to a debugger only.
pub(super) fn without_names(module: &[u8]) -> Option<Vec<u8>> {
    let sections = sections(module)?;
    let needed = |(kind, content): &(u8, &[u8])| {
        *kind != CUSTOM || Reader::new(content).counted().is_some_and(|name| name == b"target_features")
    };
    Some(put_together(sections.into_iter().filter(needed)))
}

/// The sections of a module, each with its kind.
pub(super) fn sections(module: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut reader = Reader::new(module);
    let mut sections = Vec::new();
    (reader.take(HEADER.len())? == HEADER).then_some(())?;
    while !reader.is_empty() {
        sections.push((reader.byte()?, reader.counted()?));
    }
    Some(sections)
}

pub(super) fn put_together<C: AsRef<[u8]>>(sections: impl IntoIterator<Item = (u8, C)>) -> Vec<u8> {
    let mut module = HEADER.to_vec();
    for (kind, content) in sections {
        module.push(kind);
        write_counted(&mut module, content.as_ref());
    }
    module
}

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn names_are_taken_out_of_a_module_and_nothing_else() {
        let header = b"\0asm\x01\0\0\0";
        let (types, names, features) = (b"\x01\x01\0", b"\0\x06\x04name\0", b"\0\x11\x0ftarget_features\0");
        let module = [&header[..], types, names, features].concat();
        assert_eq!(without_names(&module), Some([&header[..], types, features].concat()));
        assert_eq!(without_names(&module[..module.len() - 1]), None, "a module cut short is not taken for a whole one");
    }
}
