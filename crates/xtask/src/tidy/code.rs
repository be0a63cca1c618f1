//! Rust text without what is not code, and the words in it.

/// The text with comments and the contents of string literals replaced by spaces; lines stay where they were.
pub(crate) fn code_only(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = comment_length(rest).or_else(|| literal_length(rest, kept.chars().next_back()));
        let length = skipped.unwrap_or(next.len_utf8());
        let (head, tail) = rest.split_at(length);
        match skipped {
            Some(_) => kept.extend(head.chars().map(|c| if c == '\n' { '\n' } else { ' ' })),
            None => kept.push_str(head),
        }
        rest = tail;
    }
    kept
}

fn comment_length(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    rest.starts_with("/*").then(|| rest.find("*/").map_or(rest.len(), |end| end + 2))
}

/// How long the string or character literal is that begins here, if one does. `before` is the character in front of it.
fn literal_length(rest: &str, before: Option<char>) -> Option<usize> {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if !in_word && let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let from = 1 + hashes + 1;
            return Some(rest[from..].find(&end).map_or(rest.len(), |at| from + at + end.len()));
        }
    }
    if rest.starts_with('"') {
        return Some(closing_quote(rest, '"').unwrap_or(rest.len()));
    }
    // A quote opens a character only if one closes it at once; else it is a lifetime.
    let mut following = rest.strip_prefix('\'')?.chars();
    match (following.next()?, following.next()?) {
        ('\\', _) => closing_quote(rest, '\''),
        (character, '\'') => Some(2 + character.len_utf8()),
        _ => None,
    }
}

fn closing_quote(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return Some(at + quote.len_utf8()),
            _ => {}
        }
    }
    None
}

/// The identifiers of some code with the line each stands on, counted from 1.
pub(crate) fn identifiers(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.lines().enumerate().flat_map(|(index, line)| {
        let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.filter(|word| !word.is_empty()).map(move |word| (index + 1, word))
    })
}

/// The words an identifier is made of, in lower case: `NodeId`, `node_id` and `NODE_ID` are all `node` and `id`.
pub(crate) fn words_of(identifier: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = '_';
    for character in identifier.chars() {
        let begins = previous == '_' || (character.is_uppercase() && !previous.is_uppercase());
        if character != '_' {
            if begins || words.is_empty() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(character.to_lowercase());
            }
        }
        previous = character;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{code_only, identifiers, words_of};

    fn kept(text: &str) -> String {
        code_only(text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_literals_are_no_code() {
        assert_eq!(kept("a // b\nc /* d\n e */ f"), "a c f");
        assert_eq!(kept(r#"let a = "b \" c"; d"#), "let a = ; d");
        assert_eq!(kept("let a = r#\"b \" c\"#; d"), "let a = ; d");
        assert_eq!(kept("let quote = '\"'; a('\\''); b"), "let quote = ; a( ); b");
        assert_eq!(kept("\"// no comment\" a"), "a");
    }

    #[test]
    fn a_lifetime_is_no_literal() {
        assert_eq!(kept("fn a<'b>(c: &'b str) {}"), "fn a<'b>(c: &'b str) {}");
    }

    #[test]
    fn lines_stay_where_they_were() {
        let code = code_only("\"a\nb\" // c\nd");
        assert_eq!(identifiers(&code).collect::<Vec<_>>(), [(3, "d")]);
    }

    #[test]
    fn identifiers_fall_into_words() {
        assert_eq!(words_of("NodeId"), ["node", "id"]);
        assert_eq!(words_of("node_id"), ["node", "id"]);
        assert_eq!(words_of("NODE_ID"), ["node", "id"]);
    }
}
