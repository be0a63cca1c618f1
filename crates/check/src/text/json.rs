//! The notation of JSON (RFC 8259), and of JSON lines: from text to values, each with its place. Any text gives values or an error.

use super::node::{Cursor, DEPTH_MAX, Events, Node, TextError, Value, shortened};

/// Reads the events of a text.
pub(super) struct Reader<'a> {
    cursor: Cursor<'a>,
    /// Whether the text is one array.
    is_array: bool,
    begun: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Self { cursor: Cursor::new(text), is_array: false, begun: false };
        reader.skip_blank();
        reader.is_array = reader.take('[');
        reader
    }

    fn skip_blank(&mut self) {
        while self.cursor.peek().is_some_and(|next| next.is_ascii_whitespace()) {
            self.cursor.advance();
        }
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.cursor.peek() == Some(wanted);
        if found {
            self.cursor.advance();
        }
        found
    }

    /// Whether a list goes on after what was read of it.
    fn goes_on(&mut self, is_first: bool, close: char) -> Result<bool, TextError> {
        self.skip_blank();
        if self.take(close) {
            return Ok(false);
        }
        if is_first || self.take(',') {
            self.skip_blank();
            return Ok(true);
        }
        match self.cursor.peek() {
            None => self.cursor.error(format!("the text ends where ',' or '{close}' was expected")),
            Some(next) => self.cursor.error(format!("',' or '{close}' was expected, not '{next}'")),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, TextError> {
        if depth >= DEPTH_MAX {
            return self.cursor.error(format!("nested deeper than {DEPTH_MAX} levels; a history needs three"));
        }
        let (line, column) = (self.cursor.line, self.cursor.column);
        let value = match self.cursor.peek() {
            None => return self.cursor.error("the text ends where a value was expected"),
            Some('[') => self.array(depth)?,
            Some('{') => self.object(depth)?,
            Some('"') => Value::String(self.string()?),
            Some(_) => self.word()?,
        };
        Ok(Node { value, line, column })
    }

    fn array(&mut self, depth: usize) -> Result<Value, TextError> {
        self.cursor.advance();
        let mut items = Vec::new();
        while self.goes_on(items.is_empty(), ']')? {
            items.push(self.value(depth + 1)?);
        }
        Ok(Value::Sequence(items))
    }

    fn object(&mut self, depth: usize) -> Result<Value, TextError> {
        self.cursor.advance();
        let mut entries = Vec::new();
        while self.goes_on(entries.is_empty(), '}')? {
            if self.cursor.peek() != Some('"') {
                return self.cursor.error("a name in '\"' was expected");
            }
            let name = self.value(depth + 1)?;
            self.skip_blank();
            if !self.take(':') {
                return self.cursor.error("':' was expected after the name");
            }
            self.skip_blank();
            entries.push((name, self.value(depth + 1)?));
        }
        Ok(Value::Map(entries))
    }

    fn string(&mut self) -> Result<String, TextError> {
        self.cursor.advance();
        let mut text = String::new();
        loop {
            match self.cursor.peek() {
                None => return self.cursor.error("the text ends inside a string; '\"' was expected"),
                Some('\n') => return self.cursor.error("the line ends inside a string; '\"' was expected"),
                _ => {}
            }
            match self.cursor.advance() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                next => text.extend(next),
            }
        }
    }

    fn escape(&mut self) -> Result<char, TextError> {
        Ok(match self.cursor.advance() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(next @ ('"' | '\\' | '/')) => next,
            Some('u') => match self.code() {
                Some(next) => next,
                None => {
                    return self.cursor.error("\\u must be followed by four hexadecimal digits of a character");
                }
            },
            _ => return self.cursor.error("after '\\' in a string one of \" \\ / n t r b f u was expected"),
        })
    }

    /// The character after `\u`, which may take two of them ("surrogates").
    fn code(&mut self) -> Option<char> {
        let first = self.cursor.four_digits()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        self.cursor.rest.strip_prefix("\\u")?;
        self.cursor.advance();
        self.cursor.advance();
        let second = self.cursor.four_digits()?.checked_sub(0xdc00)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second)
    }

    /// A number, true, false or null.
    fn word(&mut self) -> Result<Value, TextError> {
        let at = TextError { line: self.cursor.line, column: self.cursor.column, message: String::new() };
        let mut word = String::new();
        while let Some(next) = self.cursor.peek().filter(|next| next.is_alphanumeric() || "+-._".contains(*next)) {
            word.push(next);
            self.cursor.advance();
        }
        match word.as_str() {
            "null" => Ok(Value::Nil),
            "true" | "false" => Ok(Value::Symbol(word)),
            _ => {
                if let Some(number) = number(&word) {
                    return Ok(number);
                }
                let found =
                    if word.is_empty() { self.cursor.peek().map(String::from).unwrap_or_default() } else { word };
                let message = format!(
                    "a value was expected ({{, [, a string, a number, true, false or null), not '{}'",
                    shortened(&found)
                );
                Err(TextError { message, ..at })
            }
        }
    }
}

/// The longest number that is written without an exponent, digits.
const DIGITS_MAX: i64 = 38;

/// A number, the same however it is written: JSON has one kind of them, so that 10, 10.0 and 1e1 are one value.
fn number(word: &str) -> Option<Value> {
    let (sign, unsigned) = word.strip_prefix('-').map_or(("", word), |unsigned| ("-", unsigned));
    if !unsigned.starts_with(|first: char| first.is_ascii_digit()) || word.parse::<f64>().is_err() {
        return None;
    }
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let significant = digits.trim_start_matches('0');
    let shortest = significant.trim_end_matches('0');
    if shortest.is_empty() {
        return Some(Value::Integer(0));
    }
    // It is `shortest` times ten to this power.
    let dropped = (significant.len() - shortest.len()) as i64 - fraction.len() as i64;
    let power = exponent.parse::<i64>().ok()?.checked_add(dropped)?;
    let length = shortest.len() as i64;
    Some(match power {
        0.. if power <= DIGITS_MAX - length => {
            let zeros = "0".repeat(power as usize);
            Value::Integer(format!("{sign}{shortest}{zeros}").parse().ok()?)
        }
        ..0 if power >= -DIGITS_MAX => {
            let places = power.unsigned_abs() as usize;
            let padded = format!("{shortest:0>least$}", least = 1 + places);
            let (whole, fraction) = padded.split_at(padded.len() - places);
            Value::Symbol(format!("{sign}{whole}.{fraction}"))
        }
        _ => Value::Symbol(format!("{sign}{shortest}e{power}")),
    })
}

impl Events for Reader<'_> {
    fn next(&mut self) -> Result<Option<Node>, TextError> {
        let is_first = !std::mem::replace(&mut self.begun, true);
        if self.is_array {
            if self.goes_on(is_first, ']')? {
                return self.value(1).map(Some);
            }
            self.is_array = false;
            self.skip_blank();
            return match self.cursor.peek() {
                None => Ok(None),
                Some(next) => self
                    .cursor
                    .error(format!("the array of events has ended; nothing was expected after it, not '{next}'")),
            };
        }
        self.skip_blank();
        match self.cursor.peek() {
            None => Ok(None),
            Some(',') => self
                .cursor
                .error("events on lines of their own have no ',' between them; an array of events begins with '['"),
            Some(_) => self.value(1).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Node>, TextError> {
        let mut reader = Reader::new(text);
        std::iter::from_fn(|| reader.next().transpose()).collect()
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(read(text).expect_err("a text that must be refused").to_string(), expected);
    }

    #[test]
    fn an_array_and_lines_are_the_same_events() {
        let event = r#"{"a": [1, -2.5e3, "\u0041\ud83d\ude00\/\n", null, true], "b": {}}"#;
        let lines = read(&format!("{event}\n{event}\n")).unwrap();
        let array = read(&format!(" [ {event} , {event} ] ")).unwrap();
        let values = |nodes: &[Node]| nodes.iter().map(Node::describe).collect::<Vec<_>>();
        assert_eq!(values(&lines), values(&array));
        let Value::Map(entries) = &lines[0].value else { panic!("an object") };
        let Value::Sequence(items) = &entries[0].1.value else { panic!("an array") };
        let said: Vec<String> = items.iter().map(Node::describe).collect();
        assert_eq!(said, ["1", "-2500", "the string \"A😀/\\n\"", "nil", "true"]);
        assert!(read(" [ ] ").unwrap().is_empty() && read("").unwrap().is_empty());
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let same: [&[&str]; 7] = [
            &["10", "10.0", "1e1", "1E+1", "100e-1", "0.1e2"],
            &["0", "-0", "0.0", "0e5"],
            &["-2500", "-2.5e3"],
            &["0.025", "25e-3", "2.50e-2"],
            &["1e40", "10000000000000000000000000000000000000000", "0.1e41"],
            &["1e400", "10e399"],
            &["1e-400"],
        ];
        let numbers: Vec<Vec<_>> =
            same.iter().map(|same| same.iter().map(|word| number(word).unwrap()).collect()).collect();
        for (place, same) in numbers.iter().enumerate() {
            assert!(same.iter().all(|number| *number == same[0]), "{same:?}");
            assert!(numbers[..place].iter().all(|other| other[0] != same[0]), "{same:?}");
        }
        assert_eq!(number("25e-3"), Some(Value::Symbol("0.025".to_owned())));
        for none in ["", "-", "e1", "1e", "1.2.3", "+1", "nan", "1e99999999999999999999"] {
            assert_eq!(number(none), None, "{none}");
        }
    }

    #[test]
    fn errors_say_where_and_what_was_expected() {
        refused("[{\"a\": 1}", "line 1, column 10: the text ends where ',' or ']' was expected");
        refused("[{\"a\": 1} {\"a\": 2}]", "line 1, column 11: ',' or ']' was expected, not '{'");
        refused(
            "{\"a\": 1},\n{}",
            "line 1, column 9: events on lines of their own have no ',' between them; an array of events begins with '['",
        );
        refused("{\"a\" 1}", "line 1, column 6: ':' was expected after the name");
        refused("{a: 1}", "line 1, column 2: a name in '\"' was expected");
        refused(
            "{\"a\": nil}",
            "line 1, column 7: a value was expected ({, [, a string, a number, true, false or null), not 'nil'",
        );
        refused("{\"a\": \"b\n\"}", "line 1, column 9: the line ends inside a string; '\"' was expected");
        refused(
            "{\"a\": \"\\ud83dx\"}",
            "line 1, column 14: \\u must be followed by four hexadecimal digits of a character",
        );
        refused("[{}] {}", "line 1, column 6: the array of events has ended; nothing was expected after it, not '{'");
        refused(&"[".repeat(100_000), "line 1, column 65: nested deeper than 64 levels; a history needs three");
    }
}
