//! Links as mail, chats and trackers hand them on: broken into lines, quoted, percent-encoded, with something before, behind and
//! between, wrapped into somebody else's address. Nothing is guessed: whatever could be the link is tried, and its checksum decides.

use std::borrow::Cow;

/// A link of the longest text there may be, wrapped at 76 columns, has about so many lines.
const PIECES: usize = 4_000;
/// So many underscores may close what is set in italics, in bold, or in both, and so many dashes go on with the sentence.
const CLOSING: usize = 4;
/// So many places where it may begin.
const STARTS: usize = 8;
/// No link has fewer letters.
const SHORTEST: usize = 24;
/// Longer readings are not tried with underscores at all places where some may have been: pairs of places are many.
const RESTORED: usize = 200;
/// So many hands may have escaped it, each what the one before had.
const HANDS: usize = 6;
/// What some write for the percent sign of an escape: those who wrap addresses into their own, and mails that hold plain letters only.
const ESCAPES: [u8; 2] = *b"-=";
/// What pages call the signs that may stand in and around a link.
const NAMED: [(&str, char); 12] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("num", '#'),
    ("lowbar", '_'),
    ("equals", '='),
    ("hyphen", '-'),
    ("dash", '-'),
    ("nbsp", '\u{a0}'),
    ("shy", '\u{ad}'),
];
/// No name or number of a sign is longer.
const NAME: usize = 8;
/// No mark of a page that may break a link is longer.
const TAG: usize = 200;

/// All that `text` may mean as the part after the `#`, likeliest first.
pub(super) fn readings(text: &str) -> impl Iterator<Item = String> {
    let text = plainly(text);
    let otherwise: Vec<String> = ESCAPES.iter().filter_map(|sign| escaped_by(*sign, &text)).collect();
    std::iter::once(text).chain(otherwise).flat_map(|text| {
        let starts = behind_hashes(&text).into_iter().chain(elsewhere(&text));
        let begun: Vec<String> = starts.map(|start| without_tags(&text[start..])).collect();
        begun.into_iter().flat_map(|text| beginning(&text))
    })
}

/// Whether there is nothing where a link would be.
pub(super) fn is_empty(text: &str) -> bool {
    let text = plainly(text);
    let starts = behind_hashes(&text);
    let starts = if starts.is_empty() { elsewhere(&text) } else { starts };
    starts.into_iter().all(|start| beginning(&text[start..]).next().is_none())
        && !text.split(['?', '&', '=', '#']).any(is_long)
}

/// Whether this is long enough for a link.
fn is_long(piece: &str) -> bool {
    piece.len() >= SHORTEST && piece.chars().all(is_letter)
}

/// Behind each `#`, the last first.
fn behind_hashes(text: &str) -> Vec<usize> {
    text.rmatch_indices('#').map(|(at, _)| at + 1).take(STARTS).collect()
}

/// Where else a link may begin, when its `#` was lost on the way or stands for something else: in the query of the address, or where the one
/// who wrapped the address put an asterisk.
fn elsewhere(text: &str) -> Vec<usize> {
    let within = text.match_indices(['?', '&', '=', '*']).map(|(at, _)| at + 1);
    let within = within.filter(|at| text[*at..].starts_with(is_letter)).take(STARTS);
    std::iter::once(0).chain(within).collect()
}

/// What this may begin with, however it is meant.
fn beginning(text: &str) -> impl Iterator<Item = String> + use<> {
    let readings: Vec<_> = Manner::of(text).into_iter().map(|manner| from(text, manner)).collect();
    readings.into_iter().flatten()
}

/// Whether a query was meant as a link, or had one behind it, though it is not to be read any more: whatever else a page is asked for has a
/// name, or is short.
pub(super) fn was_meant(query: &str) -> bool {
    let query = plainly(query);
    query.contains('#') || query.split('&').any(is_long)
}

/// How a stretch of text may be meant.
#[derive(Clone, Copy)]
struct Manner {
    /// `+` and `/` are letters, as in the base64 that is not for addresses.
    standard: bool,
    /// A hyphen at the end of a line came with the break.
    hyphenated: bool,
    /// What a typesetter has put a dash for; nothing if it is one of the sentence, behind the link.
    dash: Option<&'static str>,
    /// Before the signs of quoting stands who is quoted.
    named: bool,
}

/// What two hyphens become where somebody writes a text.
const DASHES: [char; 2] = ['\u{2013}', '\u{2014}'];
/// Who is quoted is named by so many letters at most.
const INITIALS: usize = 24;

impl Manner {
    /// All that make a difference to the text, the plain one first.
    fn of(text: &str) -> Vec<Manner> {
        let mut letters = text.chars().peekable();
        let mut breaks = false;
        while let Some(letter) = letters.next() {
            breaks |= plain(letter) == '-' && letters.peek().is_some_and(|next| next.is_whitespace());
        }
        let either = |differs: bool| if differs { &[false, true][..] } else { &[false] };
        let dashes = if text.contains(DASHES) { &[None, Some("--"), Some("-")][..] } else { &[None] };
        let mut all = Vec::new();
        let quoted = text.split_whitespace().zip(text.split_whitespace().skip(1));
        let apart = quoted.into_iter().any(|(piece, next)| is_initials(piece) && next.starts_with('>'));
        for named in either(apart || text.split_whitespace().any(|piece| without_initials(piece) != piece)) {
            for dash in dashes {
                for standard in either(text.contains(['+', '/'])) {
                    let of = |hyphenated: &bool| (*standard, *hyphenated, *dash, *named);
                    all.extend(either(breaks).iter().map(of));
                }
            }
        }
        let manner = |(standard, hyphenated, dash, named)| Manner { standard, hyphenated, dash, named };
        all.into_iter().map(manner).collect()
    }

    /// The letter of a link that a character stands for.
    fn letter(self, c: char) -> char {
        match c {
            '+' if self.standard => '-',
            '/' if self.standard => '_',
            c => plain(c),
        }
    }

    /// A piece of a line without what stands for nothing in the link.
    fn piece(self, piece: &str) -> Cow<'_, str> {
        let piece = if self.named { without_initials(piece) } else { piece };
        match self.dash {
            Some(dash) => piece.replace(DASHES, dash).into(),
            None => piece.into(),
        }
    }
}

/// A piece of a line without who is quoted in it: `JD> abc` or `JD>abc`.
fn without_initials(piece: &str) -> &str {
    let name = piece.bytes().take(INITIALS).take_while(is_initial).count();
    if piece[name..].starts_with('>') { &piece[name..] } else { piece }
}

fn is_initial(byte: &u8) -> bool {
    byte.is_ascii_alphabetic() || *byte == b'.'
}

/// Whether this may be who is quoted, before signs that stand apart: `JD > abc`.
fn is_initials(piece: &str) -> bool {
    piece.len() <= INITIALS && piece.bytes().all(|byte| is_initial(&byte))
}

/// What may begin here: everything, or only the first line, the first two, and so on, each also without the underscores that
/// close what is set in italics and the dashes that go on with the sentence.
fn from(text: &str, manner: Manner) -> impl Iterator<Item = String> + use<> {
    // No link begins with what stands in front of it: quotes, brackets, asterisks, underscores.
    let text = ungrouped(text.trim_start_matches(|c: char| !c.is_alphanumeric()));
    let mut whole = String::with_capacity(text.len());
    let mut ends = Vec::new();
    let mut pieces = text.split_whitespace().take(PIECES).peekable();
    while let Some(piece) = pieces.next() {
        if manner.named && is_initials(piece) && pieces.peek().is_some_and(|next| next.starts_with('>')) {
            continue;
        }
        let piece = manner.piece(piece);
        let piece = piece.trim_start_matches(['>', '|']);
        let mut meant = piece.chars().filter(|c| !passed_over(*c)).map(|c| manner.letter(c)).peekable();
        let letters: String = std::iter::from_fn(|| meant.next_if(|c| is_letter(*c))).collect();
        if !letters.is_empty() {
            if manner.hyphenated && whole.ends_with('-') {
                whole.pop();
            }
            whole += &letters;
            let closing = letters.bytes().rev().take(CLOSING).take_while(|byte| matches!(byte, b'_' | b'-')).count();
            ends.extend(whole.len() - closing..=whole.len());
        }
        // What is no word may be what somebody quotes with.
        if meant.peek().is_some() && piece.contains(char::is_alphanumeric) {
            break;
        }
    }
    let all = ends.pop();
    // Pasted twice without anything between.
    let half = all.map(|end| end / 2).filter(|half| 2 * half == whole.len() && whole[..*half] == whole[*half..]);
    all.into_iter().chain(half).chain(ends).map(move |end| whole[..end].to_owned())
}

/// What is found in what readings may have been before a pair of underscores, or one of them, was taken for italics and left out.
pub(super) fn with_underscores<T>(text: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let short = |reading: &String| (SHORTEST..=RESTORED).contains(&reading.len());
    readings(text).take(2).filter(short).find_map(|reading| {
        let with = |places: &[usize]| {
            let mut restored = reading.clone();
            places.iter().rev().for_each(|place| restored.insert(*place, '_'));
            find(&restored)
        };
        (0..=reading.len()).find_map(|first| {
            with(&[first]).or_else(|| (first..=reading.len()).find_map(|second| with(&[first, second])))
        })
    })
}

/// What stands within a link without belonging to it: padding, what keeps a letter from being taken for markup, soft breaks, characters
/// without width, what typesetters group letters with.
fn passed_over(c: char) -> bool {
    matches!(c, '=' | '\\' | '{' | '}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A hyphen that some typesetter has put for the plain one.
fn plain(c: char) -> char {
    if matches!(c, '\u{2010}' | '\u{2011}' | '\u{2212}') { '-' } else { c }
}

/// The text with two groups of a typesetter apart: what is linked may be followed by its name.
fn ungrouped(text: &str) -> Cow<'_, str> {
    if text.contains("}{") { text.replace("}{", "} {").into() } else { text.into() }
}

/// A sign as wide as those of East Asian scripts, as one that is not.
fn narrow(c: char) -> char {
    let wide = matches!(c, '\u{ff01}'..='\u{ff5e}');
    char::from_u32(c as u32 - 0xfee0 * u32::from(wide)).unwrap_or(c)
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// The text without the marks of a page within it (`<br>`, `<wbr>`), which break a line as a space does.
fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        let name = from[1..].trim_start_matches('/');
        let named = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        let is_tag = named.len() < name.len() && named.starts_with([' ', '/', '>']);
        let end = from.bytes().take(TAG).position(|byte| byte == b'>').filter(|_| is_tag);
        plain += before;
        plain.push(if end.is_some() { ' ' } else { '<' });
        rest = &from[end.unwrap_or(0) + 1..];
    }
    plain + rest
}

/// The text as it was before it was escaped, by however many.
fn plainly(text: &str) -> String {
    let mut text: String = text.chars().map(narrow).collect();
    for _ in 0..HANDS {
        let before = unnumbered(&unnamed(&unescaped(b'%', &text)));
        if before == text {
            break;
        }
        text = before;
    }
    text
}

/// The text as it was if this was the sign of escapes; nothing if no `#` comes of that. In a mail of plain letters an equals sign is one
/// also where the `#` is plain, since nothing else puts one into a link.
fn escaped_by(sign: u8, text: &str) -> Option<String> {
    let before = unescaped(sign, text);
    let hashes = |text: &str| text.matches('#').count();
    (hashes(&before) > hashes(text) || sign == b'=' && before != text).then_some(before)
}

/// With each `%2D` as the character it stands for, or what has another sign in the place of the percent sign.
fn unescaped(sign: u8, text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).filter(|digits| *first == sign && digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// With each `\\u002d`, `\\x2d` and `\\n` as the character it stands for, as strings of JSON and of programs have it.
fn unnumbered(text: &str) -> String {
    let mut pieces = text.split('\\');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let number = |digits: usize| {
            let digits = piece.get(1..=digits).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
            char::from_u32(u32::from_str_radix(digits, 16).ok()?).map(|meant| (meant, 1 + digits.len()))
        };
        let meant = match piece.bytes().next() {
            Some(b'u') => number(4),
            Some(b'x') => number(2),
            Some(b'n' | b'r' | b't') => Some(('\n', 1)),
            _ => None,
        };
        plain.push(meant.map_or('\\', |(meant, _)| meant));
        plain += &piece[meant.map_or(0, |(_, length)| length)..];
    }
    plain
}

/// With each `&#45;`, `&#x2d;` and `&amp;` as the character it stands for.
fn unnamed(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        let end = from.bytes().take(NAME + 2).position(|byte| byte == b';');
        let meant = end.and_then(|end| called(&from[1..end]));
        plain += before;
        plain.push(meant.unwrap_or('&'));
        rest = &from[end.filter(|_| meant.is_some()).unwrap_or(0) + 1..];
    }
    plain + rest
}

/// The character that pages call so.
fn called(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return NAMED.iter().find(|(known, _)| *known == name).map(|(_, meant)| *meant);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}
