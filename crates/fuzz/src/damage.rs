//! What can happen to an input: to its bytes, its words and its lines.

use engine::Stream;

/// So often an input is damaged at most.
const TIMES: u64 = 4;
/// Numbers at the edges of what there is.
const NUMBERS: [&str; 12] =
    ["0", "1", "2", "3", "0.000001", "0.5", "99", "1000", "65536", "1000000", "4294967296", "18446744073709551615"];
/// So many lines are taken from a text of which any stretch is one.
const LINES: u64 = 60;

/// Damages inputs of one kind.
pub(crate) struct Damage<'a> {
    pub(crate) stream: Stream,
    /// Others of this kind, to take parts from.
    pub(crate) texts: &'a [Vec<u8>],
    /// What they are made of.
    pub(crate) words: &'a [String],
}

/// The words of a text with what stands between them: joined they are the text.
pub(crate) fn words_of(text: &str) -> Vec<&str> {
    let in_word = |c: char| c.is_alphanumeric() || "-_.:/%".contains(c);
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| !in_word(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

/// A stretch of lines.
pub(crate) fn some_lines(stream: &mut Stream, text: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').collect();
    let from = stream.below(lines.len() as u64) as usize;
    let count = 1 + stream.below(LINES) as usize;
    lines[from..].iter().take(count).copied().collect::<Vec<_>>().concat()
}

impl Damage<'_> {
    fn below(&mut self, bound: usize) -> usize {
        self.stream.below(bound as u64) as usize
    }

    /// A text with some of its numbers, words, lines and paragraphs changed, or, now and then, its bytes.
    pub(crate) fn text(&mut self, text: &[u8]) -> Vec<u8> {
        if self.below(8) == 0 {
            return self.bytes(text);
        }
        let mut text = String::from_utf8_lossy(text).into_owned();
        for _ in 0..=self.stream.below(TIMES) {
            if self.below(2) == 0 {
                text = self.number(&text);
                continue;
            }
            if self.below(12) == 0 {
                text = self.emptied(&text);
                continue;
            }
            let (by, in_words) = match self.below(6) {
                0 => ("\n", false),
                1 => ("\n\n", false),
                _ => ("", true),
            };
            let mut parts: Vec<&str> = if in_words { words_of(&text) } else { text.split_inclusive(by).collect() };
            if !parts.is_empty() {
                let own: Vec<&str> = parts.clone();
                let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
                let others = if !in_words || self.below(3) == 0 { own } else { words };
                self.rearrange(&mut parts, &others);
            }
            text = parts.concat();
        }
        text.into_bytes()
    }

    /// Another number where there is one, with the unit it has.
    fn number(&mut self, text: &str) -> String {
        let words = words_of(text);
        let numbers: Vec<usize> =
            (0..words.len()).filter(|&at| words[at].starts_with(|c: char| c.is_ascii_digit())).collect();
        if numbers.is_empty() {
            return text.to_owned();
        }
        let at = numbers[self.below(numbers.len())];
        let unit = words[at].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = NUMBERS[self.below(NUMBERS.len())];
        [&words[..at].concat(), number, unit, &words[at + 1..].concat()].concat()
    }

    /// Without any section of one name, said to be none, where there are sections.
    fn emptied(&mut self, text: &str) -> String {
        let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("[[")).collect();
        if heads.is_empty() {
            return text.to_owned();
        }
        let head = heads[self.below(heads.len())];
        let mut rest = format!("{} = []\n", head.trim_matches(['[', ']']));
        let mut is_kept = true;
        for line in text.split_inclusive('\n') {
            if line.starts_with('[') {
                is_kept = line.trim_end() != head;
            }
            if is_kept {
                rest.push_str(line);
            }
        }
        rest
    }

    fn rearrange<'t>(&mut self, parts: &mut Vec<&'t str>, others: &[&'t str]) {
        let at = self.below(parts.len());
        let other = others[self.below(others.len())];
        match self.below(6) {
            0 => drop(parts.remove(at)),
            1 => parts.insert(at, other),
            2 => {
                let with = self.below(parts.len());
                parts.swap(at, with);
            }
            _ => parts[at] = other,
        }
    }

    /// Bytes with some of them changed.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.stream.below(TIMES) {
            let at = self.below(bytes.len().max(1));
            let end = (at + 1 + self.below(16)).min(bytes.len());
            match self.below(6) {
                _ if bytes.is_empty() => bytes.push(self.stream.next_u64() as u8),
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = self.stream.next_u64() as u8,
                2 => bytes.insert(at, self.stream.next_u64() as u8),
                3 => drop(bytes.drain(at..end)),
                4 => bytes.truncate(at),
                _ => {
                    let other = &self.texts[self.stream.below(self.texts.len() as u64) as usize];
                    let from = self.stream.below(other.len() as u64 + 1) as usize;
                    bytes.splice(at..end, other[from..].iter().take(64).copied());
                }
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_joined_are_the_text() {
        let text = "rate = \"20/s\" # für\n[[region]]\n";
        assert_eq!(words_of(text).concat(), text);
        assert!(words_of(text).contains(&"20/s"));
    }
}
