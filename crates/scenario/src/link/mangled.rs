//! Links as mail, chats and trackers hand them on: broken into lines, quoted, percent-encoded, with something before, behind and
//! between. Nothing is guessed: whatever could be the link is tried, and its checksum decides.

/// A link of the longest text there may be, wrapped at 76 columns, has about so many lines.
const PIECES: usize = 4_000;
/// So many places where it may begin.
const STARTS: usize = 8;

/// All that `text` may mean as the part after the `#`, likeliest first.
pub(super) fn readings(text: &str) -> impl Iterator<Item = String> {
    let text = unescaped(&unescaped(text));
    let mut starts: Vec<usize> = text.rmatch_indices('#').map(|(at, _)| at + 1).take(STARTS).collect();
    if starts.is_empty() {
        starts.push(0);
    }
    starts.into_iter().flat_map(move |start| from(&text[start..]))
}

/// What may begin here: everything, or only the first line, the first two, and so on.
fn from(text: &str) -> Vec<String> {
    let pieces: Vec<&str> = text.split_whitespace().take(PIECES).collect();
    let mut whole = String::with_capacity(text.len());
    let mut ends = Vec::new();
    for piece in pieces {
        let piece = piece.trim_start_matches(['>', '|']);
        let mut meant = piece.chars().filter(|c| !passed_over(*c)).map(plain).peekable();
        let before = whole.len();
        while let Some(letter) = meant.next_if(|c| is_letter(*c)) {
            whole.push(letter);
        }
        if whole.len() > before {
            ends.push(whole.len());
        }
        if meant.peek().is_some() {
            break;
        }
    }
    let all = ends.pop();
    all.into_iter().chain(ends).map(|end| whole[..end].to_owned()).collect()
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
