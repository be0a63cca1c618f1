//! Instructions: which functions a body names.

use super::reader::{Reader, write_number};

/// What stands behind the code of an instruction.
enum Operand {
    /// A number, whatever it means.
    Number,
    /// The number of a function.
    Function,
    /// So many bytes.
    Bytes(usize),
    /// Types of values, with their number before them.
    Types,
    /// Where a branch may go, with the number of ways before them, and one way more.
    Ways,
}

/// A body, its locals before its instructions, with other numbers of functions. `None` if it is no body, or holds an instruction that is not known here.
pub(super) fn renumbered(body: &[u8], number_of: &[usize]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(body);
    let mut written = Vec::with_capacity(body.len());
    written.extend_from_slice(reader.bytes_of(|reader| {
        let groups = reader.number()?;
        (0..groups).try_for_each(|_| reader.digits().and(reader.byte()).map(drop))
    })?);
    while !reader.is_empty() {
        let code = reader.byte()?;
        written.push(code);
        let operands = match code {
            PREFIX => {
                let digits = reader.digits()?;
                written.extend_from_slice(digits);
                prefixed(digits)?
            }
            code => operands(code)?,
        };
        for operand in operands {
            copy(operand, &mut reader, &mut written, number_of)?;
        }
    }
    Some(written)
}

fn copy(operand: &Operand, reader: &mut Reader, written: &mut Vec<u8>, number_of: &[usize]) -> Option<()> {
    let bytes = match operand {
        Operand::Function => {
            let function = *number_of.get(reader.number()?)?;
            write_number(written, function);
            return Some(());
        }
        Operand::Number => reader.digits()?,
        Operand::Bytes(length) => reader.take(*length)?,
        Operand::Types => reader.bytes_of(|reader| reader.counted().map(drop))?,
        Operand::Ways => reader.bytes_of(|reader| {
            let ways = reader.number()?;
            (0..=ways).try_for_each(|_| reader.digits().map(drop))
        })?,
    };
    written.extend_from_slice(bytes);
    Some(())
}

/// What of instructions is behind a second number: conversions that saturate, memories and tables as a whole.
const PREFIX: u8 = 0xfc;

fn operands(code: u8) -> Option<&'static [Operand]> {
    Some(match code {
        // Nothing, otherwise, the end, return; drop, select; arithmetic; is it null?
        0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => &[],
        // Blocks, branches; variables and tables; the size of memory, constants; null.
        0x02..=0x04 | 0x0c | 0x0d | 0x20..=0x26 | 0x3f..=0x42 | 0xd0 => &[Operand::Number],
        0x0e => &[Operand::Ways],
        // Calls, also at the end, and references.
        0x10 | 0x12 | 0xd2 => &[Operand::Function],
        // Calls by a table; loads and stores.
        0x11 | 0x13 | 0x28..=0x3e => &[Operand::Number, Operand::Number],
        0x1c => &[Operand::Types],
        0x43 => &[Operand::Bytes(4)],
        0x44 => &[Operand::Bytes(8)],
        _ => return None,
    })
}

fn prefixed(digits: &[u8]) -> Option<&'static [Operand]> {
    Some(match digits {
        [0..=7] => &[],
        [9 | 11 | 13 | 15..=17] => &[Operand::Number],
        [8 | 10 | 12 | 14] => &[Operand::Number, Operand::Number],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::renumbered;

    #[test]
    fn only_numbers_of_functions_change() {
        // Two locals; i32.const 16, local.set 16, br_table of one way, f64.const, memory.copy, call 16, ref.func 0, end.
        let before = b"\x01\x02\x7f\x41\x10\x21\x10\x0e\x01\x10\x10\x44\x10\x10\x10\x10\x10\x10\x10\x10\xfc\x0a\0\0\x10\x10\xd2\0\x0b";
        let mut after = before.to_vec();
        let length = after.len();
        after[length - 4] = 3;
        after[length - 2] = 7;
        let mut number_of = vec![9; 17];
        (number_of[16], number_of[0]) = (3, 7);
        assert_eq!(renumbered(before, &number_of), Some(after));
        assert_eq!(renumbered(&before[..length - 2], &number_of), None, "it is cut short");
        assert_eq!(renumbered(b"\0\x10\x11\x0b", &number_of), None, "there is no function 17");
        assert_eq!(renumbered(b"\0\xfd\x0b", &number_of), None, "vectors are not known here");
    }
}
