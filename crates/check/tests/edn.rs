//! Histories as text: what is read, what is refused and how, and that writing and reading are inverse.

use check::{Call, Clock, EdnCall, Finding, History, KvCall, Model, Operation, check_edn, from_edn, to_edn};
use proptest::prelude::*;

#[track_caller]
fn refused(text: &str, model: Model, expected: &str) {
    let error = check_edn(text, model, None).expect_err("a text that must be refused");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn errors_say_where_and_what_was_expected() {
    let event = "{:process 0, :type :invoke, :f :write, :value 1}";
    refused(
        "[1]",
        Model::Register,
        "line 1, column 2: an event was expected, a map like {:process 0, :type :invoke, ...}, not 1",
    );
    refused("\n{:type :ok}", Model::Register, "line 2, column 1: this event has no :process");
    refused(
        "{:process 0, :type :done, :f :read}",
        Model::Register,
        "line 1, column 20: :type is :invoke, :ok, :fail or :info, not :done",
    );
    refused(
        "{:process 0, :type :invoke, :f :cas, :value [1 2]}",
        Model::Register,
        "line 1, column 32: :f is one of :read, :write in this model, not :cas; the model cas-register has it",
    );
    refused(
        "{:process 0, :type :invoke, :f :cas, :value [1 2 3]}",
        Model::CasRegister,
        "line 1, column 45: a cas needs [old new] as :value, two numbers",
    );
    refused(
        "{:process 0, :type :invoke, :f :write, :value -1}",
        Model::Register,
        "line 1, column 47: values are numbers from 0 to 18446744073709551615, not -1",
    );
    refused(
        "{:process 0, :type :invoke, :f :put, :key 1, :value 2}",
        Model::Kv,
        "line 1, column 53: a put needs a string as :value, not 2",
    );
    refused(
        &format!("{event}\n{event}"),
        Model::Register,
        "line 2, column 1: process 0 invokes an operation while its previous one is still open; a process does one at a time",
    );
    refused(
        "{:process 4, :type :ok, :f :write, :value 1}",
        Model::Register,
        "line 1, column 1: process 4 completes an operation it never invoked",
    );
    refused(
        &format!("{event}{{:process 0, :type :ok, :f :write, :value 2}}"),
        Model::Register,
        "line 1, column 49: process 0 completes another operation than it invoked: its :value is 2, not 1",
    );
    refused(
        &format!("{event}{{:process 0, :type :ok, :f :read, :value 1}}"),
        Model::Register,
        "line 1, column 49: process 0 completes another operation than it invoked: its :f is :read, not :write",
    );
    refused(
        &format!("{event}{{:process 0, :type :ok, :f :write, :key :x}}"),
        Model::Register,
        "line 1, column 49: process 0 completes another operation than it invoked: its key is :x, not 0",
    );
    refused(
        "({:process 0, :type :invoke, :f :read} {:process 0, :type :ok, :f :read})",
        Model::Register,
        "line 1, column 40: the answer of a read has no :value",
    );
    assert_eq!(
        "queue".parse::<Model>().unwrap_err(),
        "there is no model \"queue\"; the models are register, cas-register or kv"
    );
}

#[test]
fn a_text_without_events_is_linearizable() {
    for text in ["", "[]", "; nothing", "{:process :nemesis, :type :info, :f :start}"] {
        let report = check_edn(text, Model::Register, None).unwrap();
        assert_eq!(report.to_string(), "linearizable (register, 0 operations on 0 keys)");
    }
}

#[test]
fn keys_are_independent_and_keep_the_names_they_were_given() {
    let text = r#"[{:process 0 :type :invoke :f :put :key "cart" :value "a"}
                   {:process 0 :type :ok :f :put :key "cart"}
                   {:process 0 :type :invoke :f :get :key :stock}
                   {:process 0 :type :ok :f :get :key :stock :value "a"}]"#;
    let report = check_edn(text, Model::Kv, None).unwrap();
    let keys: Vec<(&str, bool)> =
        report.keys.iter().map(|key| (key.key.as_str(), key.finding == Finding::Linearizable)).collect();
    assert_eq!(keys, [("\"cart\"", true), (":stock", false)]);
}

#[test]
fn independent_keys_may_stand_beside_their_values() {
    let text = "{:process 0 :type :invoke :f :write :value [3 1]}\n{:process 0 :type :ok :f :write :value [3 1]}
                {:process 0 :type :invoke :f :cas :value [3 [1 2]]}\n{:process 0 :type :ok :f :cas}
                {:process 1 :type :invoke :f :read :value [4 nil]}\n{:process 1 :type :ok :f :read :value [4 2]}
                {:process 1 :type :invoke :f :read :value [3 nil]}\n{:process 1 :type :ok :f :read :value [3 2]}";
    let report = check_edn(text, Model::CasRegister, None).unwrap();
    let keys: Vec<(&str, usize, bool)> = report
        .keys
        .iter()
        .map(|key| (key.key.as_str(), key.operations, key.finding == Finding::Linearizable))
        .collect();
    assert_eq!(keys, [("3", 3, true), ("4", 1, false)]);
    refused(
        &text.replace("[4 nil]", "nil"),
        Model::CasRegister,
        "line 5, column 17: this operation has no key, but that of line 1 has: give it :key, or [key value] as :value",
    );
    refused(
        "{:process 0 :type :invoke :f :write :key 1 :value [3 1]}",
        Model::CasRegister,
        "line 1, column 1: this event has two keys, :key 1 and 3 in :value",
    );
}

#[test]
fn a_byte_order_mark_and_fields_that_are_no_numbers_do_not_matter() {
    let text = "\u{feff}{:process 0 :type :invoke :f :write :value 1 :rate ##NaN :most ##-Inf}";
    assert!(check_edn(text, Model::Register, None).unwrap().is_linearizable());
}

#[test]
fn with_a_budget_a_history_may_stay_undecided_which_is_neither_verdict() {
    let invoke = |process: u32| format!("{{:process {process} :type :invoke :f :write :value {}}}\n", process % 2);
    let answer = |process: u32| format!("{{:process {process} :type :ok :f :write}}\n");
    let read = "{:process 9 :type :invoke :f :read}\n{:process 9 :type :ok :f :read :value 1}\n";
    let text: String = (0..4).map(invoke).chain((0..4).map(answer)).chain([read.to_owned()]).collect();
    assert!(check_edn(&text, Model::Register, None).unwrap().is_linearizable());
    let report = check_edn(&text, Model::Register, Some(1)).unwrap();
    assert!(!report.is_linearizable() && !report.is_violated());
    assert_eq!(
        report.to_string(),
        "undecided (register, 5 operations on 1 key)\n\nkey 0: undecided, the budget of 1 configurations was spent"
    );
}

#[test]
fn time_counts_only_if_every_event_has_one_and_it_never_goes_back() {
    let clock = |times: [&str; 2]| {
        let [begin, end] = times;
        let text = format!(
            "{{:process 0 :type :invoke :f :write :value 1 {begin}}}\n{{:process 0 :type :ok :f :write :value 1 {end}}}"
        );
        from_edn::<Call>(&text, Call::FUNCTIONS).unwrap().history.clock
    };
    assert_eq!(clock([":time 5", ":time 9"]), Clock::Nanoseconds);
    assert_eq!(clock([":time 9", ":time 5"]), Clock::Line);
    assert_eq!(clock([":time 5", ""]), Clock::Line);
}

/// A history of processes that do one thing after another, with instants all different.
fn history<C: std::fmt::Debug + Clone>(
    call: impl Strategy<Value = C>,
    unanswered: fn(&C) -> C,
) -> impl Strategy<Value = History<C>> {
    prop::collection::vec((0..3u64, 0..3u64, 1..50u64, 1..50u64, prop::bool::weighted(0.2), call), 0..20).prop_map(
        move |draws| {
            let mut free_from = [0u64; 3];
            let mut operations: Vec<Operation<C>> = Vec::new();
            for (process, key, wait, took, unknown, call) in draws {
                let invoked = free_from[process as usize] + wait;
                free_from[process as usize] = invoked + took;
                let call = if unknown { unanswered(&call) } else { call };
                let (invoked, took) = (invoked * 3 + process, (!unknown).then_some(took * 3));
                operations.push(Operation { id: 0, process, key, call, invoked, took });
            }
            operations.sort_by_key(|operation| operation.invoked);
            for (id, operation) in operations.iter_mut().enumerate() {
                operation.id = id as u64;
            }
            History::new(operations)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn registers_written_and_read_again_are_the_same(history in history(
        prop_oneof![
            prop::option::of(0..9u64).prop_map(|value| Call::Read { value }),
            (0..9u64).prop_map(|value| Call::Write { value }),
            (0..9u64, 0..9u64).prop_map(|(from, to)| Call::Cas { from, to }),
        ],
        |call| if matches!(call, Call::Read { .. }) { Call::Read { value: None } } else { *call },
    )) {
        prop_assume!(!history.operations.is_empty());
        prop_assert_eq!(from_edn::<Call>(&to_edn(&history), Call::FUNCTIONS).unwrap().history, history);
    }

    #[test]
    fn strings_written_and_read_again_are_the_same(history in history(
        prop_oneof![
            any::<String>().prop_map(|value| KvCall::Get { value }),
            any::<String>().prop_map(|value| KvCall::Put { value }),
            any::<String>().prop_map(|value| KvCall::Append { value }),
        ],
        |call| if matches!(call, KvCall::Get { .. }) { KvCall::Get { value: String::new() } } else { call.clone() },
    )) {
        prop_assume!(!history.operations.is_empty());
        prop_assert_eq!(from_edn::<KvCall>(&to_edn(&history), KvCall::FUNCTIONS).unwrap().history, history);
    }

    #[test]
    fn any_bytes_give_a_report_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        for model in Model::ALL {
            let _ = check_edn(&text, model, None);
        }
    }

    #[test]
    fn any_arrangement_of_tokens_gives_a_report_or_an_error(tokens in prop::collection::vec(prop::sample::select(vec![
        "[", "]", "(", ")", "{", "}", "#{", "#_", "#tag", "\"", "\\", ";", "\n", ",", " ", ":process", ":type", ":invoke", ":ok", ":fail",
        ":info", ":f", ":read", ":write", ":cas", ":get", ":append", ":value", ":key", ":time", "nil", "0", "1", "-1", "18446744073709551615",
        "{:process 0 :type :invoke :f :read}", "{:process 0 :type :ok :f :read :value 1}", "[0 1]", "[0 nil]", "[0 [1 2]]", "##NaN", "##", "\"a\"",
    ]), 0..30)) {
        let text = tokens.join(" ");
        for model in Model::ALL {
            let _ = check_edn(&text, model, None);
        }
    }
}
