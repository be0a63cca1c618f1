//! Links as they arrive: whole in whatever stands around and between, or damaged.

use super::*;

#[test]
fn a_link_is_read_from_a_fragment_and_from_an_address() {
    let encoded = first_look().encode();
    for text in [encoded.clone(), format!("#{encoded}"), format!(" https://example.org/sim/#{encoded}\n")] {
        assert_eq!(Link::decode(&text), Ok(first_look()));
    }
    let (scenario, actions) = first_look().open().unwrap();
    assert_eq!((scenario.id.as_deref(), actions.len()), (Some("first-look"), 0));
}

/// The link in lines of so many characters, with this in front of each but the first.
fn wrapped(encoded: &str, width: usize, between: &str) -> String {
    let lines: Vec<&str> = encoded.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join(between)
}

#[test]
fn a_link_is_understood_as_mail_and_chats_hand_it_on() {
    let link = Link { actions: many_actions(9), ..first_look() };
    let e = link.encode();
    let address = format!("https://example.org/sim/#{e}");
    let (first, rest) = e.split_at(40);
    let percent = |c: char| match c {
        '-' => "%2D".to_owned(),
        '_' => "%5f".to_owned(),
        c => c.to_string(),
    };
    let escaped: String = e.chars().map(percent).collect();
    let mangled = [
        format!("  {address}\r\n"),
        format!("<{address}>"),
        format!("({address})"),
        format!("[{address}]"),
        format!("\"{address}\""),
        format!("'{address}',"),
        format!("{address}."),
        format!("{address}).\n"),
        format!("{address}\u{2026}"),
        format!("see {address} , it fails"),
        format!("see {address}\n\nRegards\nA"),
        format!("> see\n> {address}\n> and tell me"),
        format!("[the run]({address})"),
        format!("[{address}]({address})"),
        format!("<a href=\"{address}\">the run</a>"),
        format!("{address}?utm_source=mail&utm_medium=x"),
        format!("{address}&utm_source=chat"),
        format!("{address}?fbclid=IwAR0abc-_"),
        format!("https://example.org/sim/?utm_source=mail#{e}"),
        format!("https://example.org/sim/%23{e}"),
        format!("https://example.org/sim/%2523{e}"),
        format!("https://example.org/sim/#{escaped}"),
        format!("https://example.org/sim/#{first}\u{200b}{rest}"),
        format!("https://example.org/sim/#{first}%E2%80%8B{rest}"),
        format!("https://example.org/sim/#{first}\u{ad}{rest}"),
        format!("\u{feff}{address}\u{200b}"),
        format!("https://example.org/sim/#{}", e.replace('-', "\u{2011}")),
        format!("https://example.org/sim/#{e}="),
        format!("https://example.org/sim/#{e}%3D%3D"),
        format!("https://example.org/sim/#{}", wrapped(&e, 76, "\n")),
        format!("https://example.org/sim/#{}", wrapped(&e, 30, "\r\n> ")),
        format!("> https://example.org/sim/#{}", wrapped(&e, 30, "\n>> ")),
        format!("https://example.org/sim/#{}", wrapped(&e, 76, "=\r\n")),
        format!("<https://example.org/sim/#{}>\n\nRegards,\nA", wrapped(&e, 30, "\n")),
        format!("{address}\n\n# A heading\nand #more"),
        format!("#{e}#"),
        format!("_{address}_"),
        format!("see __{address}__, it fails"),
        format!("*{address}*"),
        format!("_{e}_"),
        format!("**{e}**"),
        format!("`{e}`"),
        format!("https://example.org/sim/#{}", e.replace('-', "-\n")),
        format!("https://example.org/sim/#{}", wrapped(&e, 30, "-\n")),
        format!("https://example.org/sim/#{}\nRegards", wrapped(&e, 30, "\u{2010}\r\n> ")),
        format!("https://example.org/sim/#{}", e.replace('-', "+").replace('_', "/")),
        format!("{}==", e.replace('-', "+").replace('_', "/")),
        format!("{address}/"),
        format!("https://example.org/sim/?{e}"),
        format!("https://example.org/sim/?{e}&utm_source=chat"),
        format!("https://example.org/sim/?utm_source=mail&{e}"),
        format!("https://example.org/sim/?run={e}"),
        format!("https://example.org/sim/?x=1%23{e}"),
        e.clone(),
    ];
    for text in mangled {
        assert_eq!(Link::decode(&text), Ok(link.clone()), "{text}");
        // With a character gone, whatever stands around it, it is damaged, not another link.
        let at = text.find(first).map_or(0, |at| at + 20);
        if at > 0 && !text.contains("](http") {
            let damaged = text[..at].to_owned() + &text[at + 1..];
            assert_eq!(Link::decode(&damaged), Err(LinkError::Damaged), "{damaged}");
        }
    }
    for nothing in ["", "#", "https://example.org/sim/#", " \n", "<#>", "%23"] {
        assert_eq!(Link::decode(nothing), Err(LinkError::Empty), "{nothing}");
    }
}

#[test]
fn any_single_changed_or_missing_character_is_noticed() {
    let encoded = Link { actions: many_actions(3), ..first_look() }.encode();
    for place in 0..encoded.len() {
        let mut changed = encoded.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(Link::decode(&changed), Err(LinkError::Damaged), "changed at {place}");
        assert!(Link::decode(&encoded[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn a_query_is_a_link_if_it_is_one_or_was_meant_as_one() {
    let e = first_look().encode();
    for query in [e.clone(), format!("x=1%23{e}"), format!("run={e}"), format!("utm_source=mail&{e}")] {
        assert!(Link::is_in_query(&query), "{query}");
    }
    let damaged = &e[..e.len() - 1];
    for query in [damaged.to_owned(), format!("x=1%23{damaged}")] {
        assert!(Link::is_in_query(&query), "{query}");
        assert_eq!(Link::decode(&query), Err(LinkError::Damaged), "{query}");
    }
    for query in ["", "utm_source=mail&utm_medium=x", "v2", "fbclid=IwAR0abc-_IwAR0abc-_IwAR0abc-_", "x=1%23"] {
        assert!(!Link::is_in_query(query), "{query}");
    }
}
