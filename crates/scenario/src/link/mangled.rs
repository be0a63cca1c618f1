//! Links as mail, chats and trackers hand them on: broken into lines, quoted, percent-encoded, with something before, behind and
//! between. Nothing is guessed: whatever could be the link is tried, and its checksum decides.

/// A link of the longest text there may be, wrapped at 76 columns, has about so many lines.
const PIECES: usize = 4_000;
/// So many underscores may close what is set in italics, in bold, or in both.
const UNDERSCORES: usize = 3;
/// So many places where it may begin.
const STARTS: usize = 8;
/// No link has fewer letters.
const SHORTEST: usize = 24;

/// All that `text` may mean as the part after the `#`, likeliest first.
pub(super) fn readings(text: &str) -> impl Iterator<Item = String> {
    let text = unescaped(&unescaped(text));
    let mut starts: Vec<usize> = text.rmatch_indices('#').map(|(at, _)| at + 1).take(STARTS).collect();
    if starts.is_empty() {
        // Of an address whose `#` was lost on the way, whatever its query holds.
        let query = text.match_indices(['?', '&', '=']).map(|(at, _)| at + 1).take(STARTS);
        starts = std::iter::once(0).chain(query).collect();
    }
    starts.into_iter().flat_map(move |start| {
        let text = &text[start..];
        let readings: Vec<_> = Manner::of(text).into_iter().map(|manner| from(text, manner)).collect();
        readings.into_iter().flatten()
    })
}

/// Whether a query was meant as a link, or had one behind it, though it is not to be read any more: whatever else a page is asked for has a
/// name, or is short.
pub(super) fn was_meant(query: &str) -> bool {
    let query = unescaped(&unescaped(query));
    let is_long = |piece: &str| piece.len() >= SHORTEST && piece.chars().all(is_letter);
    query.contains('#') || query.split('&').any(is_long)
}

/// How a stretch of text may be meant.
#[derive(Clone, Copy)]
struct Manner {
    /// `+` and `/` are letters, as in the base64 that is not for addresses.
    standard: bool,
    /// A hyphen at the end of a line came with the break.
    hyphenated: bool,
}

impl Manner {
    /// All that make a difference to the text, the plain one first.
    fn of(text: &str) -> Vec<Manner> {
        let mut letters = text.chars().peekable();
        let mut breaks = false;
        while let Some(letter) = letters.next() {
            breaks |= plain(letter) == '-' && letters.peek().is_some_and(|next| next.is_whitespace());
        }
        let either = |differs: bool| if differs { &[false, true][..] } else { &[false] };
        let standards = either(text.contains(['+', '/']));
        let manner = |(standard, hyphenated): (&bool, &bool)| Manner { standard: *standard, hyphenated: *hyphenated };
        standards
            .iter()
            .flat_map(|standard| either(breaks).iter().map(move |breaks| (standard, breaks)))
            .map(manner)
            .collect()
    }

    /// The letter of a link that a character stands for.
    fn letter(self, c: char) -> char {
        match c {
            '+' if self.standard => '-',
            '/' if self.standard => '_',
            c => plain(c),
        }
    }
}

/// What may begin here: everything, or only the first line, the first two, and so on, each also without the underscores that
/// close what is set in italics.
fn from(text: &str, manner: Manner) -> impl Iterator<Item = String> + use<> {
    // No link begins with what stands in front of it: quotes, brackets, asterisks, underscores.
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut whole = String::with_capacity(text.len());
    let mut ends = Vec::new();
    for piece in text.split_whitespace().take(PIECES) {
        let piece = piece.trim_start_matches(['>', '|']);
        let mut meant = piece.chars().filter(|c| !passed_over(*c)).map(|c| manner.letter(c)).peekable();
        let letters: String = std::iter::from_fn(|| meant.next_if(|c| is_letter(*c))).collect();
        if !letters.is_empty() {
            if manner.hyphenated && whole.ends_with('-') {
                whole.pop();
            }
            whole += &letters;
            let closing = letters.bytes().rev().take(UNDERSCORES).take_while(|byte| *byte == b'_').count();
            ends.extend(whole.len() - closing..=whole.len());
        }
        if meant.peek().is_some() {
            break;
        }
    }
    let all = ends.pop();
    all.into_iter().chain(ends).map(move |end| whole[..end].to_owned())
}

/// What stands within a link without belonging to it: padding, soft breaks, characters without width.
fn passed_over(c: char) -> bool {
    matches!(c, '=' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// A hyphen that some typesetter has put for the plain one.
fn plain(c: char) -> char {
    if matches!(c, '\u{2010}' | '\u{2011}' | '\u{2212}') { '-' } else { c }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// With each `%2D` as the character it stands for.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
