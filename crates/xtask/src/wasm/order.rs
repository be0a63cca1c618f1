//! The order of functions. Their numbers mean nothing, but what is alike is sent in fewer bytes where it stands side by side.

use super::code::renumbered;
use super::reader::{Reader, write_counted, write_number};
use super::sections::{put_together, sections};

const IMPORTS: u8 = 2;
const FUNCTIONS: u8 = 3;
const GLOBALS: u8 = 6;
const EXPORTS: u8 = 7;
const START: u8 = 8;
const ELEMENTS: u8 = 9;
const CODE: u8 = 10;

/// The module with its functions in the order of their types, and those of one type in the order of their bytes.
pub(super) fn alike_together(module: &[u8]) -> Option<Vec<u8>> {
    let sections = sections(module)?;
    let content = |wanted| sections.iter().find(|(kind, _)| *kind == wanted).map_or(&[][..], |(_, content)| *content);
    let imported = imported_functions(content(IMPORTS))?;
    let types = list(content(FUNCTIONS), Reader::number)?;
    let bodies = list(content(CODE), Reader::counted)?;
    (types.len() == bodies.len()).then_some(())?;
    let mut order: Vec<usize> = (0..bodies.len()).collect();
    order.sort_by_key(|function| (types[*function], bodies[*function]));
    let mut number_of: Vec<usize> = (0..imported + order.len()).collect();
    for (place, function) in order.iter().enumerate() {
        number_of[imported + function] = imported + place;
    }
    let renumber = |(kind, content): &(u8, &[u8])| {
        let renumbered = match *kind {
            FUNCTIONS => written(&order, |bytes, function| {
                write_number(bytes, types[*function]);
                Some(())
            }),
            CODE => written(&order, |bytes, function| {
                write_counted(bytes, &renumbered(bodies[*function], &number_of)?);
                Some(())
            }),
            EXPORTS => exports(content, &number_of),
            START => start(content, &number_of),
            ELEMENTS => elements(content, &number_of),
            // They may name functions, too, but these do not.
            GLOBALS => list(content, |reader| reader.take(2).and_then(|_| constant(reader))).map(|_| content.to_vec()),
            _ => Some(content.to_vec()),
        };
        Some((*kind, renumbered?))
    };
    Some(put_together(sections.iter().map(renumber).collect::<Option<Vec<_>>>()?))
}

/// A list that the number of its items stands before. Nothing at all is an empty one.
fn list<'a, T>(content: &'a [u8], mut read: impl FnMut(&mut Reader<'a>) -> Option<T>) -> Option<Vec<T>> {
    let mut reader = Reader::new(content);
    let count = if content.is_empty() { 0 } else { reader.number()? };
    let items = (0..count).map(|_| read(&mut reader)).collect::<Option<_>>()?;
    reader.is_empty().then_some(items)
}

fn written<T>(items: &[T], mut write: impl FnMut(&mut Vec<u8>, &T) -> Option<()>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    write_number(&mut bytes, items.len());
    items.iter().try_for_each(|item| write(&mut bytes, item))?;
    Some(bytes)
}

/// How many functions are imported: they have the first numbers.
fn imported_functions(content: &[u8]) -> Option<usize> {
    let is_function = list(content, |reader| {
        reader.counted().and(reader.counted())?;
        let kind = reader.byte()?;
        match kind {
            0 => drop(reader.number()?),
            // A table of references, a memory: how many at least, and perhaps at most.
            1 | 2 => {
                reader.take(usize::from(kind == 1))?;
                let bounded = reader.byte()? & 1;
                (0..=bounded).try_for_each(|_| reader.number().map(drop))?;
            }
            3 => drop(reader.take(2)?),
            _ => return None,
        }
        Some(kind == 0)
    })?;
    Some(is_function.into_iter().filter(|is_function| *is_function).count())
}

fn exports(content: &[u8], number_of: &[usize]) -> Option<Vec<u8>> {
    let exports = list(content, |reader| Some((reader.counted()?, reader.byte()?, reader.number()?)))?;
    written(&exports, |bytes, (name, kind, number)| {
        write_counted(bytes, name);
        bytes.push(*kind);
        write_number(bytes, if *kind == 0 { *number_of.get(*number)? } else { *number });
        Some(())
    })
}

fn start(content: &[u8], number_of: &[usize]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    write_number(&mut bytes, *number_of.get(Reader::new(content).number()?)?);
    Some(bytes)
}

/// What a list for a table holds.
enum Held<'a> {
    /// Functions, by their numbers.
    Functions(Vec<usize>),
    /// So many expressions that refer to nothing: places kept for what comes later.
    Nothing(usize, &'a [u8]),
}

/// Lists for tables, of functions or of nothing yet.
fn elements(content: &[u8], number_of: &[usize]) -> Option<Vec<u8>> {
    let lists = list(content, |reader| {
        let mut expressions = false;
        let head = reader.bytes_of(|reader| {
            let kind = reader.number()?;
            expressions = kind == 4;
            let (table, place, type_of_elements) = (kind == 2, kind % 2 == 0, !expressions && kind != 0);
            (kind <= 4 && (!table || reader.number().is_some())).then_some(())?;
            (!place || constant(reader).is_some()).then_some(())?;
            (!type_of_elements || reader.byte()? == 0).then_some(())
        })?;
        let count = reader.number()?;
        let held = match expressions {
            true => Held::Nothing(count, reader.bytes_of(|reader| (0..count).try_for_each(|_| constant(reader)))?),
            false => Held::Functions((0..count).map(|_| reader.number()).collect::<Option<_>>()?),
        };
        Some((head, held))
    })?;
    written(&lists, |bytes, (head, held)| {
        bytes.extend_from_slice(head);
        match held {
            Held::Nothing(count, expressions) => {
                write_number(bytes, *count);
                bytes.extend_from_slice(expressions);
                Some(())
            }
            Held::Functions(functions) => {
                write_number(bytes, functions.len());
                functions.iter().try_for_each(|function| {
                    write_number(bytes, *number_of.get(*function)?);
                    Some(())
                })
            }
        }
    })
}

/// An expression that is a number, or nothing to refer to.
fn constant(reader: &mut Reader) -> Option<()> {
    match reader.byte()? {
        0x41 | 0x42 | 0xd0 => drop(reader.digits()?),
        0x43 => drop(reader.take(4)?),
        0x44 => drop(reader.take(8)?),
        _ => return None,
    }
    (reader.byte()? == 0x0b).then_some(())
}

#[cfg(test)]
mod tests {
    use super::alike_together;

    /// Sections of a module with two types, one imported function and four of its own, of which the first and the third are alike.
    fn module(functions: &[u8], exports: &[u8], elements: &[u8], bodies: &[u8]) -> Vec<u8> {
        let header = b"\0asm\x01\0\0\0";
        let (types, imports) = (b"\x01\x08\x02\x60\0\0\x60\0\x01\x7f", b"\x02\x07\x01\x01a\x01b\0\0");
        let globals = b"\x06\x06\x01\x7f\x01\x41\x05\x0b";
        [&header[..], types, imports, functions, globals, exports, elements, bodies].concat()
    }

    #[test]
    fn alike_functions_stand_side_by_side_and_whoever_names_them_names_them_still() {
        let before = module(
            b"\x03\x05\x04\x01\0\x01\0",
            b"\x07\x05\x01\x01c\0\x03",
            b"\x09\x0a\x01\0\x41\x01\x0b\x04\x01\x02\x03\x04",
            b"\x0a\x15\x04\x04\0\x41\x07\x0b\x04\0\x10\x03\x0b\x04\0\x41\x08\x0b\x04\0\x10\0\x0b",
        );
        // The fourth, which calls what is imported; the second, which calls the third; the first; the third.
        let after = module(
            b"\x03\x05\x04\0\0\x01\x01",
            b"\x07\x05\x01\x01c\0\x04",
            b"\x09\x0a\x01\0\x41\x01\x0b\x04\x03\x02\x04\x01",
            b"\x0a\x15\x04\x04\0\x10\0\x0b\x04\0\x10\x04\x0b\x04\0\x41\x07\x0b\x04\0\x41\x08\x0b",
        );
        assert_eq!(alike_together(&before), Some(after));
        assert_eq!(alike_together(&before[..before.len() - 1]), None, "it is cut short");
    }

    #[test]
    fn places_kept_for_what_comes_later_stay_as_they_are() {
        let kept = b"\0asm\x01\0\0\0\x09\x0c\x01\x04\x41\x01\x0b\x02\xd0\x70\x0b\xd0\x70\x0b";
        assert_eq!(alike_together(kept), Some(kept.to_vec()));
        let named = b"\0asm\x01\0\0\0\x09\x09\x01\x04\x41\x01\x0b\x01\xd2\0\x0b";
        assert_eq!(alike_together(named), None, "an expression that names a function");
    }

    #[test]
    fn a_global_that_may_name_a_function_is_refused() {
        let refers = b"\0asm\x01\0\0\0\x06\x06\x01\x70\0\xd2\0\x0b";
        assert_eq!(alike_together(refers), None);
    }
}
