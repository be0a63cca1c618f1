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

/// An address as Proofpoint's URL defence of version 2 writes it.
fn second_defence(address: &str) -> String {
    let escape = |c: char| match c {
        c if c.is_ascii_alphanumeric() || c == '.' => c.to_string(),
        '/' => "_".to_owned(),
        c => format!("-{:02X}", c as u32),
    };
    let wrapped: String = address.chars().map(escape).collect();
    format!(
        "https://urldefense.proofpoint.com/v2/url?u={wrapped}&d=DwMFaQ&c=abcDEF123-_x&r=ghiJKL456&m=mnoPQR789&s=stuVWX0&e="
    )
}

/// An address as its version 3 writes it: what it takes for special is an asterisk, in order behind it.
fn third_defence(e: &str) -> String {
    format!(
        "https://urldefense.com/v3/__https://example.org/sim/*{e}__;Iw!!AbCdEf!GhIjKlMnOpQrStUvWxYz0123456789-_abc$"
    )
}

/// Each of these texts is that link, and none with a letter of it gone.
fn understood(link: &Link, mangled: &[String]) {
    let e = link.encode();
    let first = &e[..30];
    for text in mangled {
        assert_eq!(Link::decode(text).as_ref(), Ok(link), "{text}");
        let at = text.find(first).map_or(0, |at| at + 20);
        if at > 0 && text.matches(&e).count() < 2 {
            let damaged = text[..at].to_owned() + &text[at + 1..];
            assert_eq!(Link::decode(&damaged), Err(LinkError::Damaged), "{damaged}");
        }
    }
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
    understood(&link, &mangled);
    for nothing in ["", "#", "https://example.org/sim/#", " \n", "<#>", "%23"] {
        assert_eq!(Link::decode(nothing), Err(LinkError::Empty), "{nothing}");
    }
}

#[test]
fn a_link_is_understood_however_its_signs_were_escaped_or_quoted() {
    let link = Link { actions: many_actions(9), ..first_look() };
    let e = link.encode();
    let address = format!("https://example.org/sim/#{e}");
    let mangled = [
        // Escaped as markdown does, also what would not need it.
        format!("https://example.org/sim/#{}", e.replace('_', "\\_")),
        format!("https://example.org/sim/#{}", e.replace('_', "\\_").replace('-', "\\-")),
        format!("https://example.org/sim/\\#{}", e.replace('-', "\\-")),
        // A dash of the sentence it stands in.
        format!("{address}-"),
        format!("{address}--"),
        format!("{address} - it fails"),
        format!("{address}- it fails"),
        format!("{address}\u{2013} it fails"),
        format!("{address}\u{2014}it fails"),
        // Quoted by what writes HTML.
        format!("&gt; https://example.org/sim/#{}", wrapped(&e, 30, "\n&gt; ")),
        format!("&gt; https://example.org/sim/#{}", wrapped(&e, 30, "\n&gt;&gt; ")),
        format!("https://example.org/sim/#{}", wrapped(&e, 30, "<br>\n")),
        format!("https://example.org/sim/#{}", wrapped(&e, 30, "<wbr>")),
        format!("&lt;{address}&gt;"),
        format!("&quot;{address}&quot;"),
        format!("https://example.org/sim/&#35;{e}"),
        format!("https://example.org/sim/&#x23;{e}"),
        format!("https://example.org/sim/&num;{e}"),
        format!("https://example.org/sim/#{}", e.replace('-', "&#45;").replace('_', "&#95;")),
        format!("https://example.org/sim/#{}", e.replace('-', "&#x2d;").replace('_', "&lowbar;")),
        format!("https://example.org/sim/?a=b&amp;c=d#{e}"),
        format!("https://example.org/sim/?a=b&amp;{e}&amp;c=d"),
        format!("{address}&amp;utm_source=chat"),
    ];
    understood(&link, &mangled);
}

#[test]
fn a_link_is_understood_within_another_address_and_with_something_behind_it() {
    let link = Link { actions: many_actions(9), ..first_look() };
    let e = link.encode();
    let address = format!("https://example.org/sim/#{e}");
    let escaped = e.replace('-', "%252D").replace('_', "%255f");
    let mangled = [
        // In the query, with something behind it.
        format!("https://example.org/sim/?{e}#top"),
        format!("https://example.org/sim/?run={e}#:~:text=lost"),
        format!("https://example.org/sim/?{e}#"),
        // Percent signs that were themselves escaped, as often as it was handed on.
        format!("https://example.org/sim/%252523{e}"),
        format!("https://example.org/sim/%25252523{e}"),
        format!("https://example.org/sim/#{}", escaped.replace("%25", "%252525")),
        // As a parameter of somebody else's address.
        format!(
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fsim%2F%23{e}&data=05%7C02%7Ca%40b.c%7C0a1b2c3d4e5f6071829304a5b6c7d8e9%7C0%7C0%7C638&sdata=abcDEF%2Bx%3D&reserved=0"
        ),
        format!(
            "https://www.google.com/url?q=https%3A%2F%2Fexample.org%2Fsim%2F%23{e}&sa=D&source=editors&ust=1700000000000000&usg=AOvVaw0abcdefghijklmnop"
        ),
        format!("https://www.google.com/url?q=https://example.org/sim/%23{e}&sa=D"),
        format!(
            "https://l.example.com/l.php?u=https%3A%2F%2Fexample.org%2Fsim%2F%3Frun%3D{e}&h=AT0abcdefghijklmnopqrstuvwxyz"
        ),
        // Proofpoint's defence of URLs, version 2 (`-` is a percent sign and `_` a slash) and version 3 (a special character is an asterisk, and told at the end).
        second_defence(&address),
        format!("https://urldefense.com/v3/__{address}__;!!AbCdEf!GhIjKlMnOpQrStUvWxYz0123456789-_abc$"),
        third_defence(&e),
        // In a mail of plain letters only.
        format!("https://example.org/sim/=23{}", e.replace('_', "=5F")),
        format!("https://example.org/sim/=23{}", wrapped(&e, 60, "=\r\n")),
    ];
    understood(&link, &mangled);
}

#[test]
fn a_link_is_understood_with_what_chats_and_typesetters_put_around_and_into_it() {
    let link = Link { actions: many_actions(9), ..first_look() };
    let e = link.encode();
    let address = format!("https://example.org/sim/#{e}");
    let (first, rest) = e.split_at(40);
    let mangled = [
        // As chats write what is shown beside what is meant.
        format!("<{address}|the run>"),
        format!("<{address}|{address}>"),
        format!("see <https://example.org/sim/?a=b#{e}|example.org/sim/#{}\u{2026}> now", &e[..8]),
        format!("https://example.org/sim/#{first}&shy;{rest}"),
        format!("https://example.org/sim/#{first}%C2%AD{rest}"),
        format!("https://example.org/sim/#{first}\u{a0}{rest}"),
        format!("https://example.org/sim/#{first}&nbsp;{rest}"),
        format!("https://example.org/sim/#{first}%C2%A0{rest}"),
        format!("\u{a0}{address}\u{a0}"),
        format!("\u{201c}{address}\u{201d}"),
        format!("\u{201e}{address}\u{201c}"),
        format!("\u{2018}{address}\u{2019}"),
        format!("\u{ab}\u{a0}{address}\u{a0}\u{bb}"),
    ];
    understood(&link, &mangled);
}

#[test]
fn a_link_is_understood_pasted_twice_in_plain_letters_and_without_what_was_taken_for_italics() {
    let link = Link { actions: many_actions(9), ..first_look() };
    let e = link.encode();
    let address = format!("https://example.org/sim/#{e}");
    for text in [
        format!("{address}{address}"),
        format!("{address} {address}"),
        format!("{e}{e}"),
        format!("#{e}{e}"),
        format!("https://example.org/sim/?run=3D{e}"),
        format!("https://example.org/sim/#{}", e.replace('_', "=5F").replace('-', "=2D")),
        format!("https://example.org/sim/?a=3Db#{}", wrapped(&e, 60, "=\r\n")),
    ] {
        assert_eq!(Link::decode(&text).as_ref(), Ok(&link), "{text}");
    }
    let mut seeds = (0..).map(|seed| Link { seed: Some(seed), ..first_look() });
    let short = seeds.find(|link| link.encode().matches('_').count() == 2).expect("some have two");
    let e = short.encode();
    let eaten = e.replace('_', "");
    for text in [eaten.clone(), format!("see https://example.org/sim/#{eaten}."), e.replacen('_', "", 1)] {
        assert_eq!(Link::decode(&text).as_ref(), Ok(&short), "{text}");
    }
}

#[test]
fn a_link_is_understood_with_dashes_initials_and_wide_signs_and_from_a_string_of_json() {
    let mut seeds = (0..).map(|seed| Link { seed: Some(seed), actions: many_actions(9), ..first_look() });
    let link = seeds.find(|link| link.encode()[20..120].contains("--")).expect("some have two hyphens in a row");
    let e = link.encode();
    let wide = |c: char| char::from_u32(c as u32 + 0xfee0).expect("there is a wide one of each");
    let mangled = [
        format!("https://example.org/sim/#{}", e.replace("--", "\u{2013}")),
        format!("see https://example.org/sim/#{} \u{2013} it fails", e.replace("--", "\u{2014}")),
        format!("https://example.org/sim/#{}", e.replace('-', "\u{2013}")),
        format!("JD> see https://example.org/sim/#{}", wrapped(&e, 60, "\nJD> ")),
        format!("AvB> https://example.org/sim/#{}\nAvB> Regards", wrapped(&e, 60, "\nAvB>")),
        format!("JD > see https://example.org/sim/#{}\nJD > it fails", wrapped(&e, 60, "\nJD > ")),
        format!("JD > https://example.org/sim/#{}", wrapped(&e, 60, "\nJD >> ")),
        format!("\\url{{https://example.org/sim/\\#{}}}", e.replace('_', "{\\_}").replace("--", "-{}-")),
        format!("J.D.> https://example.org/sim/#{}", wrapped(&e, 60, "\nJ.D.> ")),
        format!("\\href{{https://example.org/sim/\\#{}}}{{the run}}", e.replace('_', "{\\_}")),
        format!("<https://example.org/sim/#{}>", wrapped(&e, e.len() - 3, "\n")),
        format!("https://example.org/sim/\u{ff03}{e}"),
        format!("https://example.org/sim/#{}", e.chars().map(wide).collect::<String>()),
        format!("https://example.org/sim/#{}\u{2063}{}", &e[..40], &e[40..]),
        format!("{{\"run\": \"https:\\/\\/example.org\\/sim\\/\\u0023{}\"}}", e.replace('-', "\\u002d")),
        format!("{{\"text\": \"see https://example.org/sim/#{e}\\nit fails\"}}"),
        format!("{{\"text\": \"see https://example.org/sim/#{e}\\r\\nit fails\"}}"),
        format!("{{\"text\": \"https://example.org/sim/#{e}\\tit fails\"}}"),
        format!("\"https://example.org/sim/#{}\"", wrapped(&e, 60, "\\n")),
        format!("Jonas> https://example.org/sim/#{}", wrapped(&e, 60, "\nJonas> ")),
        format!(": https://example.org/sim/#{}", wrapped(&e, 60, "\n: ")),
        format!("* https://example.org/sim/#{}", wrapped(&e, 60, "\n* ")),
        format!("// https://example.org/sim/#{}", wrapped(&e, 60, "\n// ")),
        format!("https://example.org/sim/\\x23{e}"),
        format!("\"https://example.org/sim/?a=b\\u0026run\\u003D{e}\\u0026c=d\""),
    ];
    understood(&link, &mangled);
    for nothing in ["\\u", "\\u00", "\\u00\u{e9}\u{e9}", "\\ud800"] {
        assert!(Link::decode(nothing).is_err(), "{nothing}");
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
