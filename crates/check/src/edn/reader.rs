//! The notation: from text to values, each with its place. Any bytes give a value or an error.

use std::fmt;

/// How deep values may be nested. A history needs three levels.
const DEPTH_MAX: usize = 64;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdnError {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// What was found and what was expected.
    pub message: String,
}

impl fmt::Display for EdnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for EdnError {}

/// A value and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Nil,
    Integer(i128),
    String(String),
    /// Without the colon.
    Keyword(String),
    /// Anything else without parts: symbols, booleans, characters, fractions.
    Symbol(String),
    /// A list, a vector or a set.
    Sequence(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Node {
    pub(crate) fn error(&self, message: impl Into<String>) -> EdnError {
        EdnError { line: self.line, column: self.column, message: message.into() }
    }

    /// The value in a few words, for messages.
    pub(crate) fn describe(&self) -> String {
        match &self.value {
            Value::Nil => "nil".to_string(),
            Value::Integer(number) => number.to_string(),
            Value::String(text) => format!("the string {:?}", shortened(text)),
            Value::Keyword(name) => format!(":{}", shortened(name)),
            Value::Symbol(name) => shortened(name),
            Value::Sequence(items) => format!("a sequence of {}", items.len()),
            Value::Map(_) => "a map".to_string(),
        }
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_string() } else { text.chars().take(40).chain("...".chars()).collect() }
}

/// All values of the text, in order.
pub(crate) fn read(text: &str) -> Result<Vec<Node>, EdnError> {
    // Some editors begin a text with a byte order mark.
    let mut reader = Reader { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1, column: 1 };
    let mut nodes = Vec::new();
    while let Some(node) = reader.item(None, 0)? {
        nodes.push(node);
    }
    Ok(nodes)
}

struct Reader<'a> {
    rest: &'a str,
    line: u32,
    column: u32,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn advance(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next()?;
        self.rest = chars.as_str();
        if next == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(next)
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, EdnError> {
        Err(EdnError { line: self.line, column: self.column, message: message.into() })
    }

    fn skip_blank(&mut self) {
        while let Some(next) = self.peek() {
            if next == ';' {
                while self.advance().is_some_and(|skipped| skipped != '\n') {}
            } else if next == ',' || next.is_whitespace() {
                self.advance();
            } else {
                return;
            }
        }
    }

    /// The next value, or none where the sequence ends with `close`; at the top level where the text ends.
    fn item(&mut self, close: Option<char>, depth: usize) -> Result<Option<Node>, EdnError> {
        loop {
            self.skip_blank();
            if self.rest.starts_with("#_") {
                self.advance();
                self.advance();
                self.value(depth)?;
                continue;
            }
            return match (self.peek(), close) {
                (None, None) => Ok(None),
                (None, Some(close)) => self.error(format!("the text ends where '{close}' was expected")),
                (next, close) if next == close => {
                    self.advance();
                    Ok(None)
                }
                _ => self.value(depth).map(Some),
            };
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, EdnError> {
        self.skip_blank();
        if depth >= DEPTH_MAX {
            return self.error(format!("nested deeper than {DEPTH_MAX} levels; a history needs three"));
        }
        while self.rest.starts_with("#_") {
            self.advance();
            self.advance();
            self.value(depth + 1)?;
            self.skip_blank();
        }
        let (line, column) = (self.line, self.column);
        let value = match self.peek() {
            None => return self.error("the text ends where a value was expected"),
            Some('(') => self.sequence(')', depth)?,
            Some('[') => self.sequence(']', depth)?,
            Some('{') => self.map(depth)?,
            Some('"') => self.string()?,
            Some('#') => {
                self.advance();
                if self.peek() == Some('{') {
                    self.sequence('}', depth)?
                } else if self.peek() == Some('#') {
                    self.not_a_number()?
                } else {
                    // A tag says what a value means; the value itself is enough here.
                    let tag = self.word();
                    if tag.is_empty() {
                        return self.error("'#' must be followed by '{', '_' or a tag");
                    }
                    self.value(depth + 1)?.value
                }
            }
            Some('\\') => {
                self.advance();
                let first = self.advance().map(String::from).unwrap_or_default();
                Value::Symbol(first + &self.word())
            }
            Some(next @ (')' | ']' | '}')) => {
                return self.error(format!("'{next}' closes nothing; a value was expected"));
            }
            Some(_) => self.atom()?,
        };
        Ok(Node { value, line, column })
    }

    /// ##NaN, ##Inf and ##-Inf.
    fn not_a_number(&mut self) -> Result<Value, EdnError> {
        self.advance();
        let name = self.word();
        if !["NaN", "Inf", "-Inf"].contains(&name.as_str()) {
            return self.error("'##' must be followed by NaN, Inf or -Inf");
        }
        Ok(Value::Symbol(format!("##{name}")))
    }

    fn sequence(&mut self, close: char, depth: usize) -> Result<Value, EdnError> {
        self.advance();
        let mut items = Vec::new();
        while let Some(item) = self.item(Some(close), depth + 1)? {
            items.push(item);
        }
        Ok(Value::Sequence(items))
    }

    fn map(&mut self, depth: usize) -> Result<Value, EdnError> {
        self.advance();
        let mut entries = Vec::new();
        while let Some(key) = self.item(Some('}'), depth + 1)? {
            match self.item(Some('}'), depth + 1)? {
                Some(value) => entries.push((key, value)),
                None => return Err(key.error(format!("{} has no value in this map", key.describe()))),
            }
        }
        Ok(Value::Map(entries))
    }

    fn string(&mut self) -> Result<Value, EdnError> {
        self.advance();
        let mut text = String::new();
        loop {
            match self.advance() {
                None => return self.error("the text ends inside a string; '\"' was expected"),
                Some('"') => return Ok(Value::String(text)),
                Some('\\') => text.push(self.escape()?),
                Some(next) => text.push(next),
            }
        }
    }

    fn escape(&mut self) -> Result<char, EdnError> {
        match self.advance() {
            Some('n') => Ok('\n'),
            Some('t') => Ok('\t'),
            Some('r') => Ok('\r'),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some(next @ ('"' | '\\')) => Ok(next),
            Some('u') => {
                let digits: String = self.rest.chars().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4).and_then(char::from_u32);
                let Some(code) = code else {
                    return self.error("\\u must be followed by four hexadecimal digits of a character");
                };
                for _ in 0..4 {
                    self.advance();
                }
                Ok(code)
            }
            _ => self.error("after '\\' in a string one of \" \\ n t r b f u was expected"),
        }
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(next) = self.peek() {
            if next.is_whitespace() || ",;()[]{}\"\\".contains(next) {
                break;
            }
            word.push(next);
            self.advance();
        }
        word
    }

    fn atom(&mut self) -> Result<Value, EdnError> {
        let at = EdnError { line: self.line, column: self.column, message: String::new() };
        let word = self.word();
        if let Some(name) = word.strip_prefix(':') {
            if name.is_empty() {
                return Err(EdnError { message: "':' must be followed by the name of a keyword".to_string(), ..at });
            }
            return Ok(Value::Keyword(name.to_string()));
        }
        let digits = word.strip_suffix('N').unwrap_or(&word);
        let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
        if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = format!("{} is too large", shortened(&word));
            return digits.parse().map(Value::Integer).map_err(|_| EdnError { message, ..at });
        }
        Ok(if word == "nil" { Value::Nil } else { Value::Symbol(word) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let error = read(text).expect_err("a text that must be refused");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn every_notation_is_read() {
        let nodes = read(
            "; a comment\n(1, -2 3N) [nil :key \"a\\n\\\"\\u0041\"] #{x} {:a #inst \"b\" #_ gone} \\c 1.5 ##-Inf true",
        )
        .unwrap();
        let said: Vec<String> = nodes.iter().map(Node::describe).collect();
        assert_eq!(
            said,
            ["a sequence of 3", "a sequence of 3", "a sequence of 1", "a map", "c", "1.5", "##-Inf", "true"]
        );
        let Value::Sequence(items) = &nodes[1].value else { panic!("a vector") };
        assert_eq!(items[2].value, Value::String("a\n\"A".to_string()));
        assert_eq!((items[2].line, items[2].column), (2, 22));
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
