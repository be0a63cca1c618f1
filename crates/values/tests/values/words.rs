//! Changes as a scenario writes them.

use engine::Span;
use proptest::prelude::*;
use values::{Asked, Change, TYPES, Takes, Verb, parse};

/// What a verb takes, made of what was drawn.
fn asked(verb: Verb, what: u16, amount: i32, hold: u64) -> Asked {
    let change = match verb.info().takes {
        Takes::Nothing => Change::new(verb),
        Takes::Element => Change::of(verb, what),
        Takes::Signed => Change::by(verb, amount),
        Takes::Amount | Takes::AmountForTime => Change::by(verb, amount.saturating_abs()),
    };
    let hold = if verb == Verb::Reserve { Span::from_nanos(hold) } else { Span::ZERO };
    Asked { change, hold }
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was_meant(
        what in 1..=u16::MAX,
        amount in prop_oneof![i32::MIN..=-1, 1..=i32::MAX],
        hold in prop_oneof![1..86_400_000_000_000_u64, (1..1_440_u64).prop_map(|minutes| minutes * 60_000_000_000)],
    ) {
        for info in TYPES {
            for verb in info.verbs {
                let meant = asked(*verb, what, amount, hold);
                prop_assert_eq!(parse(info.id, &meant.to_string()), Ok(meant));
            }
        }
    }

    #[test]
    fn whatever_is_written_is_read_or_refused_in_words(text in "\\PC*", verb in "(add|sell|reserve|remove) .{0,20}( for .{0,8})?") {
        for info in TYPES {
            for words in [&text, &verb] {
                if let Err(message) = parse(info.id, words) {
                    prop_assert!(message.ends_with(&info.forms()), "{message}");
                }
            }
        }
    }
}

#[test]
fn a_scenario_writes_words() {
    let plain = |id, words| parse(id, words).map(|asked| asked.change);
    assert_eq!(plain("counter", "add -1"), Ok(Change::by(Verb::Add, -1)));
    assert_eq!(plain("set", " remove  7 "), Ok(Change::of(Verb::Remove, 7)));
    assert_eq!(plain("cart", "add 7"), Ok(Change::of(Verb::Insert, 7)));
    assert_eq!(plain("register", "set"), Ok(Change::new(Verb::Set)));
    let held = Ok(Asked { change: Change::by(Verb::Reserve, 2), hold: Span::from_secs(600) });
    assert_eq!(parse("stock", "reserve 2 for 10min"), held);
    assert_eq!(parse("stock", "reserve 2 for 10 min"), held);
    assert_eq!(held.map(|asked| asked.to_string()), Ok("reserve 2 for 10min".to_owned()));
}

#[test]
fn what_is_wrong_is_said_with_what_would_be_right() {
    let check = |id: &str, words: &str, message: &str| assert_eq!(parse(id, words), Err(message.to_owned()));
    check(
        "heap",
        "add 1",
        "there is no type `heap`; there are register, counter, max-counter, set, two-phase-set, cart, stock, account, name, feed",
    );
    check("counter", "", "no change is named; counter takes add <n>");
    check("counter", "sell 1", "`sell` is nothing that it takes; counter takes add <n>");
    check("counter", "add", "`add` does not say how many; counter takes add <n>");
    check("counter", "add 0", "`add 0` changes nothing; counter takes add <n>");
    check("counter", "add 1 2", "`2` is too much behind `add`; counter takes add <n>");
    check("counter", "add 1.5", "`1.5` is not a whole number from -2147483648 to 2147483647; counter takes add <n>");
    check("set", "add", "`add` does not say an element; set takes add <element> or remove <element>");
    check(
        "set",
        "add 70000",
        "`70000` is not a whole number from 1 to 65535; set takes add <element> or remove <element>",
    );
    check(
        "account",
        "deposit -5",
        "`-5` is not a whole number from 1 to 2147483647; account takes deposit <n> or withdraw <n>",
    );
    let stock = "stock takes sell <n>, reserve <n> for <time>, commit, release or restock <n>";
    check("stock", "reserve 2", &format!("`reserve` does not say for how long; {stock}"));
    for time in ["", "10", "0s", "25h", "s", "10 parsecs", "99999999999999999999h"] {
        let shown = time.replace(' ', "");
        check(
            "stock",
            &format!("reserve 2 for {time}"),
            &format!("`{shown}` is not a time from 1ns to 24h, such as 10min; {stock}"),
        );
    }
}
