//! The notation of EDN (github.com/edn-format/edn): from text to values, each with its place. Any text gives values or an error.

use super::node::{Cursor, DEPTH_MAX, Events, Node, TextError, Value, shortened};

/// Reads the events of a text.
pub(super) struct Reader<'a> {
    cursor: Cursor<'a>,
    /// What ends the list that the text is, if it is one.
    close: Option<char>,
    begun: bool,
}

impl Events for Reader<'_> {
    fn next(&mut self) -> Result<Option<Node>, TextError> {
        if !std::mem::replace(&mut self.begun, true) {
            self.skip_blank();
            self.close = match self.cursor.peek() {
                Some('(') => Some(')'),
                Some('[') => Some(']'),
                _ => None,
            };
            if self.close.is_some() {
                self.cursor.advance();
            }
        }
        let depth = usize::from(self.close.is_some());
        let next = self.item(self.close, depth)?;
        if next.is_some() || self.close.take().is_none() {
            return Ok(next);
        }
        match self.item(None, 0)? {
            None => Ok(None),
            Some(more) => Err(more.error(format!(
                "the list of events has ended; nothing was expected after it, not {}",
                more.describe()
            ))),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { cursor: Cursor::new(text), close: None, begun: false }
    }

    fn skip_blank(&mut self) {
        while let Some(next) = self.cursor.peek() {
            if next == ';' {
                while self.cursor.advance().is_some_and(|skipped| skipped != '\n') {}
            } else if next == ',' || next.is_whitespace() {
                self.cursor.advance();
            } else {
                return;
            }
        }
    }

    /// The next value, or none where the sequence ends with `close`; at the top level where the text ends.
    fn item(&mut self, close: Option<char>, depth: usize) -> Result<Option<Node>, TextError> {
        loop {
            self.skip_blank();
            if self.cursor.rest.starts_with("#_") {
                self.cursor.advance();
                self.cursor.advance();
                self.value(depth)?;
                continue;
            }
            return match (self.cursor.peek(), close) {
                (None, None) => Ok(None),
                (None, Some(close)) => self.cursor.error(format!("the text ends where '{close}' was expected")),
                (next, close) if next == close => {
                    self.cursor.advance();
                    Ok(None)
                }
                _ => self.value(depth).map(Some),
            };
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, TextError> {
        self.skip_blank();
        if depth >= DEPTH_MAX {
            return self.cursor.error(format!("nested deeper than {DEPTH_MAX} levels; a history needs three"));
        }
        while self.cursor.rest.starts_with("#_") {
            self.cursor.advance();
            self.cursor.advance();
            self.value(depth + 1)?;
            self.skip_blank();
        }
        let (line, column) = (self.cursor.line, self.cursor.column);
        let value = match self.cursor.peek() {
            None => return self.cursor.error("the text ends where a value was expected"),
            Some('(') => self.sequence(')', depth)?,
            Some('[') => self.sequence(']', depth)?,
            Some('{') => self.map(depth)?,
            Some('"') => self.string()?,
            Some('#') => {
                self.cursor.advance();
                if self.cursor.peek() == Some('{') {
                    self.sequence('}', depth)?
                } else if self.cursor.peek() == Some('#') {
                    self.not_a_number()?
                } else {
                    // A tag says what a value means; the value itself is enough here.
                    let tag = self.word();
                    if tag.is_empty() {
                        return self.cursor.error("'#' must be followed by '{', '_' or a tag");
                    }
                    self.value(depth + 1)?.value
                }
            }
            Some('\\') => {
                self.cursor.advance();
                let first = self.cursor.advance().map(String::from).unwrap_or_default();
                Value::Symbol(format!("\\{first}{}", self.word()))
            }
            Some(next @ (')' | ']' | '}')) => {
                return self.cursor.error(format!("'{next}' closes nothing; a value was expected"));
            }
            Some(_) => self.atom()?,
        };
        Ok(Node { value, line, column })
    }

    /// ##NaN, ##Inf and ##-Inf.
    fn not_a_number(&mut self) -> Result<Value, TextError> {
        self.cursor.advance();
        let name = self.word();
        if !["NaN", "Inf", "-Inf"].contains(&name.as_str()) {
            return self.cursor.error("'##' must be followed by NaN, Inf or -Inf");
        }
        Ok(Value::Symbol(format!("##{name}")))
    }

    fn sequence(&mut self, close: char, depth: usize) -> Result<Value, TextError> {
        self.cursor.advance();
        let mut items = Vec::new();
        while let Some(item) = self.item(Some(close), depth + 1)? {
            items.push(item);
        }
        Ok(Value::Sequence(items))
    }

    fn map(&mut self, depth: usize) -> Result<Value, TextError> {
        self.cursor.advance();
        let mut entries = Vec::new();
        while let Some(key) = self.item(Some('}'), depth + 1)? {
            match self.item(Some('}'), depth + 1)? {
                Some(value) => entries.push((key, value)),
                None => return Err(key.error(format!("{} has no value in this map", key.describe()))),
            }
        }
        Ok(Value::Map(entries))
    }

    fn string(&mut self) -> Result<Value, TextError> {
        self.cursor.advance();
        let mut text = String::new();
        loop {
            match self.cursor.advance() {
                None => return self.cursor.error("the text ends inside a string; '\"' was expected"),
                Some('"') => return Ok(Value::String(text)),
                Some('\\') => text.push(self.escape()?),
                Some(next) => text.push(next),
            }
        }
    }

    fn escape(&mut self) -> Result<char, TextError> {
        match self.cursor.advance() {
            Some('n') => Ok('\n'),
            Some('t') => Ok('\t'),
            Some('r') => Ok('\r'),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some(next @ ('"' | '\\')) => Ok(next),
            Some('u') => {
                let Some(code) = self.cursor.four_digits().and_then(char::from_u32) else {
                    return self.cursor.error("\\u must be followed by four hexadecimal digits of a character");
                };
                Ok(code)
            }
            _ => self.cursor.error("after '\\' in a string one of \" \\ n t r b f u was expected"),
        }
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(next) = self.cursor.peek() {
            if next.is_whitespace() || ",;()[]{}\"\\".contains(next) {
                break;
            }
            word.push(next);
            self.cursor.advance();
        }
        word
    }

    fn atom(&mut self) -> Result<Value, TextError> {
        let at = TextError { line: self.cursor.line, column: self.cursor.column, message: String::new() };
        let word = self.word();
        if let Some(name) = word.strip_prefix(':') {
            if name.is_empty() {
                return Err(TextError { message: "':' must be followed by the name of a keyword".to_string(), ..at });
            }
            return Ok(Value::Keyword(name.to_string()));
        }
        let digits = word.strip_suffix('N').unwrap_or(&word);
        let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
        if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = format!("{} is too large", shortened(&word));
            return digits.parse().map(Value::Integer).map_err(|_| TextError { message, ..at });
        }
        Ok(if word == "nil" { Value::Nil } else { Value::Symbol(word) })
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
        let error = read(text).expect_err("a text that must be refused");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn every_notation_is_read() {
        let nodes = read(
            "; a comment\n0 (1, -2 3N) [nil :key \"a\\n\\\"\\u0041\"] #{x} {:a #inst \"b\" #_ gone} \\c 1.5 ##-Inf true",
        )
        .unwrap();
        let said: Vec<String> = nodes.iter().map(Node::describe).collect();
        assert_eq!(
            said,
            ["0", "a sequence of 3", "a sequence of 3", "a sequence of 1", "a map", "\\c", "1.5", "##-Inf", "true"]
        );
        let Value::Sequence(items) = &nodes[2].value else { panic!("a vector") };
        assert_eq!(items[2].value, Value::String("a\n\"A".to_string()));
        assert_eq!((items[2].line, items[2].column), (2, 24));
    }

    #[test]
    fn errors_say_where_and_what_was_expected() {
        refused("[1 2", "line 1, column 5: the text ends where ']' was expected");
        refused("\n  )", "line 2, column 3: ')' closes nothing; a value was expected");
        refused("{:a 1 :b}", "line 1, column 7: :b has no value in this map");
        refused("\"abc", "line 1, column 5: the text ends inside a string; '\"' was expected");
        refused("\"\\q\"", "line 1, column 4: after '\\' in a string one of \" \\ n t r b f u was expected");
        refused(&"9".repeat(40), "line 1, column 1: 9999999999999999999999999999999999999999 is too large");
        refused("[##Nan 1]", "line 1, column 7: '##' must be followed by NaN, Inf or -Inf");
        refused("[1 : 2]", "line 1, column 4: ':' must be followed by the name of a keyword");
        refused(&"[".repeat(100_000), "line 1, column 65: nested deeper than 64 levels; a history needs three");
        refused(&"#a ".repeat(100_000), "line 1, column 193: nested deeper than 64 levels; a history needs three");
        refused(&"#_".repeat(100_000), "line 1, column 131: nested deeper than 64 levels; a history needs three");
    }
}
