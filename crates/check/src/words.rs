//! Pieces of sentences.

/// A string as EDN and JSON both read it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for next in text.chars() {
        match next {
            '"' | '\\' => quoted.extend(['\\', next]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ if next.is_control() => quoted += &format!("\\u{:04x}", u32::from(next)),
            _ => quoted.push(next),
        }
    }
    quoted.push('"');
    quoted
}

/// "a write", "an append"
pub(crate) fn with_article(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// "1", "1 or 2", "1, 2 or 3"
pub(crate) fn either(choices: &[String]) -> String {
    listed(choices, "or")
}

/// "a", "a and b", "a, b and c"
pub(crate) fn both(all: &[String]) -> String {
    listed(all, "and")
}

fn listed(all: &[String], last_but: &str) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {last_but} {last}", most.join(", ")),
    }
}
