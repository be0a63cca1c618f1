//! What a text is made of, whatever its notation: values, each with its place.

use std::fmt;

use crate::words::quoted;

/// How deep values may be nested. A history needs three levels.
pub(super) const DEPTH_MAX: usize = 64;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// What was found and what was expected.
    pub message: String,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for TextError {}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    Edn,
    Json,
}

impl Notation {
    /// That of the text: JSON if its first map has a string as its first key.
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim_start();
        let event = text.strip_prefix('[').map_or(text, str::trim_start);
        match event.strip_prefix('{').is_some_and(|inside| inside.trim_start().starts_with('"')) {
            true => Notation::Json,
            false => Notation::Edn,
        }
    }

    /// A name of the vocabulary of histories, as it is written.
    pub(super) fn name(self, name: &str) -> String {
        match self {
            Notation::Edn => format!(":{name}"),
            Notation::Json => format!("\"{name}\""),
        }
    }

    /// Several of them: ":read, :write".
    pub(super) fn names(self, names: &[&str]) -> String {
        names.iter().map(|name| self.name(name)).collect::<Vec<_>>().join(", ")
    }
}

/// A value and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub(super) value: Value,
    pub(super) line: u32,
    pub(super) column: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
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
    pub(super) fn error(&self, message: impl Into<String>) -> TextError {
        TextError { line: self.line, column: self.column, message: message.into() }
    }

    /// The value in a few words, for messages.
    pub(super) fn describe(&self) -> String {
        match &self.value {
            Value::Nil => "nil".to_string(),
            Value::Integer(number) => number.to_string(),
            Value::String(text) => format!("the string {}", quoted(&shortened(text))),
            Value::Keyword(name) => format!(":{}", shortened(name)),
            Value::Symbol(name) => shortened(name),
            Value::Sequence(items) => format!("a sequence of {}", items.len()),
            Value::Map(_) => "a map".to_string(),
        }
    }

    /// A keyword of EDN or a string.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.value {
            Value::Keyword(name) | Value::String(name) => Some(name),
            _ => None,
        }
    }

    /// As it was written, if it has no parts.
    pub(super) fn written(&self) -> Option<String> {
        match &self.value {
            Value::Integer(number) => Some(number.to_string()),
            Value::String(text) => Some(quoted(text)),
            Value::Keyword(name) => Some(format!(":{name}")),
            Value::Symbol(name) => Some(name.clone()),
            Value::Nil | Value::Sequence(_) | Value::Map(_) => None,
        }
    }
}

pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_string() } else { text.chars().take(40).chain("...".chars()).collect() }
}

/// A place in a text.
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a str,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, line: 1, column: 1 }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn advance(&mut self) -> Option<char> {
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

    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T, TextError> {
        Err(TextError { line: self.line, column: self.column, message: message.into() })
    }

    /// Four hexadecimal digits, as after `\u`.
    pub(super) fn four_digits(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let code = u32::from_str_radix(digits, 16).ok();
        for _ in 0..4 {
            self.advance();
        }
        code
    }
}

/// The events of a text, one after the other: those of the one list it is, or all that stands in it.
pub(super) trait Events {
    /// The next event, or none where they end.
    fn next(&mut self) -> Result<Option<Node>, TextError>;
}
