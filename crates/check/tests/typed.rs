//! Histories of values of a type, as files: what is read, what is refused and how, and that each type bites.

use check::{
    Answer, Asked, Contents, Finding, History, Initial, Model, Operation, Report, TypedCall, ValueType, Verb,
    check_text, from_text, recognise, to_edn,
};
use proptest::prelude::*;

fn model(name: &str) -> Model {
    name.parse().expect("there is such a model")
}

/// Each line is an operation: process, function, what is asked and what is answered, one after the other.
fn text(operations: &[(u32, &str, &str, &str)]) -> String {
    let event = |(process, f, asked, answered): &(u32, &str, &str, &str)| {
        format!(
            "{{:process {process} :type :invoke :f :{f} :value {asked}}}\n{{:process {process} :type :ok :f :{f} :value {answered}}}\n"
        )
    };
    operations.iter().map(event).collect()
}

#[track_caller]
fn decided(name: &str, initial: &str, operations: &[(u32, &str, &str, &str)]) -> Report {
    let initial = if initial.is_empty() { Initial::default() } else { Initial::read(initial, model(name)).unwrap() };
    check_text(&text(operations), model(name), &Asked { initial, budget: None }).unwrap()
}

#[track_caller]
fn told(report: &Report) -> String {
    let Finding::NotLinearizable { explanation, witness } = &report.keys[0].finding else { panic!("{report}") };
    assert!(!witness.is_empty());
    explanation.clone()
}

#[test]
fn an_add_that_is_lost_is_told_by_what_it_should_come_to() {
    let sound = [(0, "add", "2", "2"), (1, "add", "-1", "-1"), (2, "read", "nil", "1")];
    assert!(decided("counter", "", &sound).is_linearizable());
    let lost = [(0, "add", "2", "2"), (1, "add", "3", "3"), (2, "read", "nil", "2")];
    assert_eq!(
        told(&decided("counter", "", &lost)),
        "process 2 read 2 (lines 5 to 6), but what was done before line 5 and what may have been done by line 6 come to 5 then."
    );
}

#[test]
fn a_read_that_goes_backwards_is_found() {
    let backwards = [(0, "add", "1", "1"), (1, "read", "nil", "1"), (2, "read", "nil", "0")];
    assert!(decided("counter", "", &backwards).is_violated());
    let text = "{:process 0 :type :invoke :f :add :value 1}\n".to_owned()
        + &text(&[(1, "read", "nil", "1"), (2, "read", "nil", "0")])
        + "{:process 0 :type :info :f :add}\n";
    let report = check_text(&text, model("counter"), &Asked::default()).unwrap();
    let said = told(&report);
    assert!(said.contains("process 2 read 0") && said.contains("process 1 read 1"), "{said}");
}

#[test]
fn a_unit_that_is_sold_twice_is_found_and_so_is_a_sale_declined_while_there_is_enough() {
    let sells = |answer| [(0, "sell", "2", "2"), (1, "sell", "2", answer)];
    assert!(decided("stock", "3", &sells(":declined")).is_linearizable());
    assert!(decided("stock", "4", &sells("2")).is_linearizable());
    let said = told(&decided("stock", "3", &sells("2")));
    assert!(said.contains("process 0 sold 2") && said.contains("process 1 sold 2"), "{said}");
    let said = told(&decided("stock", "4", &sells(":declined")));
    assert!(said.contains("process 1 could not sell 2"), "{said}");
}

#[test]
fn what_is_held_is_not_sold_until_its_time_is_over() {
    let event = |process: u32, kind: &str, f: &str, value: &str, time: u64| {
        format!("{{:process {process} :type :{kind} :f :{f} :value {value} :time {time}}}\n")
    };
    let history = |at: u64, answer: &str| {
        let hold = "{:value 2 :by 5 :for 100}";
        [
            event(0, "invoke", "reserve", hold, 1),
            event(0, "ok", "reserve", hold, 9),
            event(1, "invoke", "sell", "1", at),
            event(1, "ok", "sell", answer, at + 1),
        ]
        .concat()
    };
    let holds = |at, answer| {
        let asked = Asked { initial: Initial::read("2", model("stock")).unwrap(), budget: None };
        check_text(&history(at, answer), model("stock"), &asked).unwrap().is_linearizable()
    };
    assert!(holds(20, ":declined") && !holds(20, "1"), "it is held");
    assert!(holds(103, ":declined") && holds(103, "1"), "it runs out between 101 and 109");
    assert!(!holds(120, ":declined") && holds(120, "1"), "it ran out");
    let untimed = |answer| {
        let operations = [(0, "reserve", "{:value 2 :for 100}", "{:value 2 :for 100}"), (1, "sell", "1", answer)];
        decided("stock", "2", &operations).is_linearizable()
    };
    assert!(untimed("1") && untimed(":declined"), "without times it may run out at any time");
    let customer = |by| {
        let operations = [
            (0, "reserve", "{:value 2 :by 5}", "{:value 2 :by 5}"),
            (1, "commit", by, by),
            (2, "read", "nil", "{:left 0 :held 0 :sold 2}"),
        ];
        decided("stock", "2", &operations).is_linearizable()
    };
    assert!(customer("5") && !customer("6"), "whoever holds it, and nobody else, sells it");
}

#[test]
fn an_account_that_is_overdrawn_is_found() {
    let withdraws = |answer| [(0, "deposit", "5", "5"), (1, "withdraw", "4", "4"), (2, "withdraw", "2", answer)];
    assert!(decided("account", "", &withdraws(":declined")).is_linearizable());
    assert!(decided("account", "1", &withdraws("2")).is_linearizable());
    let said = told(&decided("account", "", &withdraws("2")));
    assert!(said.contains("process 2 withdrew 2"), "{said}");
}

#[test]
fn money_that_is_moved_twice_or_is_in_no_account_is_found() {
    let moved = |answer| {
        let (first, second) = ("{:from 1 :to 2 :amount 4}", "{:from 1 :to 3 :amount 4}");
        [(0, "transfer", first, first), (1, "transfer", second, answer), (2, "read", "nil", "{1 1, 2 9, 3 5}")]
    };
    assert!(decided("ledger", "5", &moved(":declined")).is_linearizable());
    let twice = decided("ledger", "5", &moved("{:from 1 :to 3 :amount 4}")[..2]);
    let said = told(&twice);
    assert!(said.contains("process 1 transferred 4 from account 1 to account 3"), "{said}");
    let read = |shown| {
        let moves = "{:from 1 :to 2 :amount 4}";
        decided("ledger", "5", &[(0, "transfer", moves, moves), (2, "read", "nil", shown)])
    };
    assert!(read("{2 9}").is_linearizable() && read("{1 1 2 9}").is_linearizable());
    assert!(read("{2 5}").is_violated(), "what is moved is in the other account");
    assert_eq!(
        told(&read("{1 1, 2 5}")),
        "process 2 read {1 1, 2 5} (lines 3 to 4), which come to 6 together, and 10 is what the 2 accounts began with."
    );
}

/// Each of them may have been made at any time, or never, so that there are more orders than anybody can try.
#[test]
fn what_was_not_there_is_told_by_few_however_many_transfers_may_have_been_made() {
    let maybe = |place: u32| {
        let (from, to) = (3 + place % 5, 3 + (place + 1 + place / 5 % 4) % 5);
        format!("{{:process {place} :type :invoke :f :transfer :value {{:from {from} :to {to} :amount 1}}}}\n")
    };
    let moves = "{:from 1 :to 2 :amount 4}";
    let under_way: String = (10..110).map(maybe).collect();
    let decided = |answers: [&str; 2]| {
        let [first, second] = answers;
        let asked = Asked { initial: Initial::read("5", model("ledger")).unwrap(), budget: Some(50_000) };
        let answered = text(&[(0, "transfer", moves, first), (1, "transfer", moves, second)]);
        check_text(&(under_way.clone() + &answered), model("ledger"), &asked).unwrap()
    };
    assert!(decided([moves, ":declined"]).is_linearizable());
    for (answers, few, said) in [
        (
            [moves, moves],
            2,
            "process 1 transferred 4 from account 1 to account 2 (lines 103 to 104), but so much was not in account 1 then, whatever the order.",
        ),
        (
            [":declined", moves],
            1,
            "process 0 could not transfer 4 from account 1 to account 2 (lines 101 to 102), but so much was in account 1 then, whatever the order.",
        ),
    ] {
        let report = decided(answers);
        let Finding::NotLinearizable { explanation, witness } = &report.keys[0].finding else { panic!("{report}") };
        assert_eq!((witness.len(), explanation.as_str()), (few, said));
    }
}

#[test]
fn what_jepsens_bank_test_writes_is_read() {
    let line = |process: u32, kind: &str, f: &str, value: &str| {
        format!("{{\"process\": {process}, \"type\": \"{kind}\", \"f\": \"{f}\", \"value\": {value}}}\n")
    };
    let moves = "{\"from\": 0, \"to\": 7, \"amount\": 5}";
    let read = |shown: &str| {
        let text = [
            line(0, "invoke", "transfer", moves),
            line(0, "fail", "transfer", moves),
            line(1, "invoke", "read", "null"),
            line(1, "ok", "read", shown),
        ];
        assert_eq!(recognise(&text.concat()), Ok(model("ledger")));
        let initial = Initial::read("10", model("ledger")).unwrap();
        check_text(&text.concat(), model("ledger"), &Asked { initial, budget: None }).unwrap()
    };
    assert!(read("{\"0\": 10, \"7\": 10}").is_linearizable());
    assert!(read("{\"0\": 5, \"7\": 15}").is_violated(), "it failed");
}

#[test]
fn a_name_that_two_have_is_found() {
    let claims = |answer| [(0, "claim", "nil", "nil"), (1, "claim", "nil", answer), (2, "read", "nil", "0")];
    assert!(decided("name", "", &claims(":declined")).is_linearizable());
    let said = told(&decided("name", "", &claims("nil")));
    assert!(said.contains("process 0 claimed the name") && said.contains("process 1 claimed the name"), "{said}");
    let ceded = [(0, "claim", "7", "7"), (1, "cede", "7", "7"), (2, "claim", "8", "8"), (3, "read", "nil", "8")];
    assert!(decided("name", "", &ceded).is_linearizable());
}

#[test]
fn sets_are_told_of_one_element_and_differ_in_what_returns() {
    let returns = [(0, "add", "3", "3"), (1, "remove", "3", "3"), (0, "add", "3", "3"), (2, "read", "nil", "[3]")];
    assert!(decided("set", "", &returns).is_linearizable() && decided("cart", "", &returns).is_linearizable());
    assert!(decided("two-phase-set", "", &returns).is_violated());
    let lost = [(0, "add", "3", "3"), (1, "add", "4", "4"), (2, "read", "nil", "#{4}")];
    let said = told(&decided("set", "", &lost));
    assert!(said.starts_with("Of element 3 alone: process 2 read []"), "{said}");
}

#[test]
fn a_feed_keeps_its_posts_in_their_order() {
    let posts = |read| [(0, "post", "1", "1"), (1, "post", "2", "2"), (2, "read", "nil", read)];
    assert!(decided("feed", "", &posts("[1 2]")).is_linearizable());
    for wrong in ["[2 1]", "[1]", "[1 2 3]"] {
        assert!(decided("feed", "", &posts(wrong)).is_violated(), "{wrong}");
    }
}

#[test]
fn a_read_may_say_which_change_was_the_last() {
    let reads = |after| {
        let (one, two) = ("{:value 2 :change 8}", "{:value 2 :change 9}");
        decided("stock", "4", &[(0, "sell", one, one), (1, "sell", two, two), (2, "read", "nil", after)])
    };
    assert!(reads("{:after 9}").is_linearizable());
    let said = told(&reads("{:after 8}"));
    assert!(said.starts_with("Taking each change for what it left: "), "{said}");
}

#[test]
fn json_lines_are_read_as_well() {
    let line = |kind: &str, value: &str| {
        format!("{{\"process\": 0, \"type\": \"{kind}\", \"f\": \"withdraw\", \"value\": {value}}}\n")
    };
    let declined = [line("invoke", "{\"value\": 3}"), line("ok", "\"declined\"")].concat();
    assert!(check_text(&declined, model("account"), &Asked::default()).unwrap().is_linearizable());
    let taken = [line("invoke", "3"), line("ok", "3")].concat();
    assert!(check_text(&taken, model("account"), &Asked::default()).unwrap().is_violated());
}

#[test]
fn what_does_not_fit_a_type_is_refused_with_what_would() {
    let refused = |name: &str, operations: &[(u32, &str, &str, &str)]| {
        check_text(&text(operations), model(name), &Asked::default()).unwrap_err().to_string()
    };
    assert_eq!(
        refused("stock", &[(0, "withdraw", "1", "1")]),
        "line 1, column 30: :f is one of :read, :sell, :reserve, :commit, :release, :restock in this model, not :withdraw; the model account has it"
    );
    assert_eq!(
        refused("stock", &[(0, "sell", "0", "0")]),
        "line 1, column 43: a sell needs a number from 1 as :value, not 0"
    );
    assert_eq!(
        refused("counter", &[(0, "add", "1", ":declined")]),
        "line 2, column 38: an add needs a whole number (it is never declined) as :value, not :declined"
    );
    assert_eq!(
        refused("set", &[(0, "read", "nil", "3")]),
        "line 2, column 39: a read answers its elements, as in [1 2], as :value, not 3"
    );
    assert_eq!(
        refused("counter", &[(0, "read", "nil", "nil")]),
        "line 2, column 1: the answer of a read has no :value"
    );
    assert_eq!(
        refused("account", &[(0, "deposit", "1", "2")]),
        "line 2, column 1: process 0 completes another operation than it invoked: its :value is 2, not 1"
    );
    assert_eq!(
        refused("stock", &[(0, "sell", "{:units 2}", "2")]),
        "line 1, column 43: a sell needs no more in its map than value, by, for and change as :value, not a map"
    );
    let moves = |value: &str| refused("ledger", &[(0, "transfer", value, value)]);
    for value in ["{:from 1 :to 1 :amount 5}", "{:from 1 :to 2 :amount 0}", "{:from 1 :to 2 :value 5}", "5"] {
        let expected = "line 1, column 47: a transfer needs two accounts that differ and what is moved, as in {:from 1 :to 2 :amount 5}, as :value, not ";
        assert!(moves(value).starts_with(expected), "{}", moves(value));
    }
    assert_eq!(
        refused("ledger", &[(0, "read", "nil", "[5 5]")]),
        "line 2, column 39: a read answers the balance of each account, as in {1 95 2 105}, as :value, not a sequence of 2"
    );
    assert_eq!(Initial::read("3", model("set")).unwrap_err(), "a set always begins with nothing in it");
    assert_eq!(
        Initial::read("nil nil", model("stock")).unwrap_err(),
        "there are several values; it begins with a whole number; without one with 0"
    );
}

#[test]
fn a_model_is_recognised_where_only_one_has_such_operations() {
    let of = |operations: &[(u32, &str, &str, &str)]| recognise(&text(operations)).map(Model::name);
    assert_eq!(of(&[(0, "read", "nil", "3"), (1, "write", "3", "3")]), Ok("register"));
    assert_eq!(of(&[(0, "read", "nil", "3"), (1, "cas", "[3 4]", "[3 4]")]), Ok("cas-register"));
    assert_eq!(of(&[(0, "read", "nil", "3"), (1, "sell", "3", "3")]), Ok("stock"));
    assert_eq!(of(&[(0, "claim", "3", "3")]), Ok("name"));
    assert_eq!(of(&[(0, "get", "nil", "\"a\"")]), Ok("kv"));
    let said = |operations| of(operations).unwrap_err().to_string();
    assert_eq!(
        said(&[(0, "add", "3", "3"), (0, "remove", "3", "3")]),
        "line 1, column 1: add and remove may act on set, cart or two-phase-set; say which by --model"
    );
    assert_eq!(
        said(&[(0, "add", "3", "3"), (0, "sell", "3", "3")]),
        "line 1, column 1: no model has add and sell; say which by --model"
    );
}

#[test]
fn a_spent_budget_says_where_and_how_much_is_left() {
    let crowd = |kind: &'static str| (0..12).map(move |place| (place, kind, 1 + (1 << place)));
    let event = |(process, kind, amount): (u32, &str, i32)| {
        format!("{{:process {process} :type :{kind} :f :add :value {amount}}}\n")
    };
    let text: String = crowd("invoke").map(event).collect::<String>()
        + &text(&[(20, "read", "nil", "1031"), (21, "read", "nil", "5")])
        + &crowd("ok").map(event).collect::<String>();
    let exact = check_text(&text, model("counter"), &Asked::default()).unwrap();
    assert!(exact.is_violated(), "{exact}");
    let report = check_text(&text, model("counter"), &Asked { budget: Some(40), ..Asked::default() }).unwrap();
    assert!(!report.is_violated() && !report.is_linearizable());
    let said = report.to_string();
    assert!(said.contains("the budget of 40 configurations was spent at: process 20 read 1031"), "{said}");
    assert!(said.ends_with("14 of 14 answers are left to explain"), "{said}");
}

fn transfers() -> impl Strategy<Value = History<TypedCall>> {
    let ledger = ValueType::of("ledger").expect("there is one");
    let change = (1..9i64, 0..4u64, 1..4u64, 0..3u64, any::<bool>());
    let change = change.prop_map(move |(number, from, further, write, taken)| TypedCall {
        accounts: [from, (from + further) % 4],
        write,
        answer: if taken { Answer::Taken } else { Answer::Declined },
        ..TypedCall::new(ledger, Verb::Transfer, number)
    });
    let balances = prop::collection::btree_map(0..4u64, -9..9i64, 1..4);
    let shown = prop_oneof![
        (0..9u64).prop_map(Answer::After),
        balances.prop_map(|balances| Answer::Shows(Contents::Balances(balances.into_iter().collect()))),
    ];
    prop::collection::vec(prop_oneof![change, shown.prop_map(move |of| TypedCall::read(ledger, of))], 1..20)
        .prop_map(one_after_the_other)
}

fn one_after_the_other(calls: Vec<TypedCall>) -> History<TypedCall> {
    let operation = |(id, call): (u64, TypedCall)| Operation {
        id,
        process: id % 3,
        key: 0,
        call,
        invoked: 10 * id + 1,
        took: Some(5),
    };
    History::new((0..).zip(calls).map(operation).collect())
}

fn typed_history() -> impl Strategy<Value = History<TypedCall>> {
    let stock = ValueType::of("stock").expect("there is one");
    let change = (
        prop::sample::select(vec![Verb::Sell, Verb::Reserve, Verb::Commit, Verb::Restock]),
        1..9i64,
        prop::option::of(0..4u64),
        0..3u64,
        0..3u64,
        any::<bool>(),
    );
    let change = change.prop_map(move |(verb, number, who, hold, write, taken)| TypedCall {
        number: if verb == Verb::Commit { 0 } else { number },
        who,
        hold,
        write,
        answer: if taken { Answer::Taken } else { Answer::Declined },
        ..TypedCall::new(stock, verb, 0)
    });
    let read = prop_oneof![
        (0..9u64).prop_map(Answer::After),
        (0..9i64).prop_map(|left| Answer::Shows(Contents::Stock { left, held: 1, sold: 2 })),
    ];
    let read = read.prop_map(move |answer| TypedCall::read(stock, answer));
    prop::collection::vec(prop_oneof![change, read], 1..20).prop_map(one_after_the_other)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn typed_histories_written_and_read_again_are_the_same(history in typed_history()) {
        let again = from_text::<TypedCall>(&to_edn(&history), model("stock"), &Initial::default()).unwrap();
        prop_assert_eq!(again.history, history);
    }

    #[test]
    fn transfers_written_and_read_again_are_the_same(history in transfers()) {
        let again = from_text::<TypedCall>(&to_edn(&history), model("ledger"), &Initial::default()).unwrap();
        prop_assert_eq!(again.history, history);
    }
}

/// A history in lines of JSON of a stock of so many, each line an event: process, type, function, the rest and when.
fn holds(initial: &str, events: &[(u32, &str, &str, &str, u64)]) -> Report {
    let line = |(process, kind, f, rest, time): &(u32, &str, &str, &str, u64)| {
        format!("{{\"process\": {process}, \"type\": \"{kind}\", \"f\": \"{f}\"{rest}, \"time\": {time}}}\n")
    };
    let text: String = events.iter().map(line).collect();
    let initial = Initial::read(initial, model("stock")).unwrap();
    check_text(&text, model("stock"), &Asked { initial, budget: None }).unwrap()
}

#[test]
fn of_two_holds_the_one_without_an_end_is_sold_last() {
    let sold = |held: u32, sold: u32| {
        let read = format!(", \"value\": {{\"left\": 0, \"held\": {held}, \"sold\": {sold}}}");
        holds(
            "3",
            &[
                (1, "invoke", "reserve", ", \"value\": {\"value\": 1, \"by\": 7}", 1000),
                (1, "ok", "reserve", "", 1001),
                (1, "invoke", "reserve", ", \"value\": {\"value\": 2, \"by\": 7, \"for\": 1000}", 1010),
                (1, "ok", "reserve", "", 1011),
                (1, "invoke", "commit", ", \"value\": 7", 1020),
                (1, "ok", "commit", "", 1021),
                (3, "invoke", "read", "", 1105),
                (3, "ok", "read", &read, 1106),
            ],
        )
    };
    assert!(sold(1, 2).is_linearizable());
    assert!(sold(2, 1).is_violated());
}

#[test]
fn numbers_that_find_no_room_are_refused() {
    let most = (1_u64 << 53) + 1;
    let text = text(&[(0, "restock", &most.to_string(), &most.to_string())]);
    let refused = check_text(&text, model("stock"), &Asked::default()).unwrap_err();
    assert!(refused.to_string().contains("needs a number"), "{refused}");
    assert!(Initial::read(&most.to_string(), model("stock")).is_err());
    assert!(Initial::read(&(most - 1).to_string(), model("stock")).is_ok());
}

#[test]
fn which_of_two_holds_ran_out_first_is_not_told_by_lines() {
    let reserve = |units: u32, hold: u64| format!("{{:value {units} :by 7 :for {hold}}}");
    let (long, short) = (reserve(1, 10_000_000), reserve(2, 5_000_000));
    let operations = [
        (1, "reserve", &long[..], &long[..]),
        (1, "reserve", &short, &short),
        (1, "commit", "7", "7"),
        (3, "read", "nil", "{:left 0 :held 2 :sold 1}"),
    ];
    assert!(!decided("stock", "3", &operations).is_violated());
}
