//! Histories as text: what is read, what is refused and how, and that writing and reading are inverse.

use check::{Asked, Call, Clock, Finding, History, Initial, KvCall, Model, Operation, check_text, from_text, to_edn};
use proptest::prelude::*;

#[track_caller]
fn refused(text: &str, model: Model, expected: &str) {
    let error = check_text(text, model, &Asked::default()).expect_err("a text that must be refused");
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
        "line 1, column 45: a cas needs [old new] as :value, not a sequence of 3",
    );
    refused(
        "{:process 0, :type :invoke, :f :write, :value {}}",
        Model::Register,
        "line 1, column 47: a write needs a number, a string or a keyword as :value, not a map",
    );
    refused(
        "{:process 0, :type :invoke, :f :cas, :value [nil 1]}",
        Model::CasRegister,
        "line 1, column 45: a cas needs [old new], each a number, a string or a keyword, as :value, not a sequence of 2",
    );
    refused(
        "{:process :client, :type :invoke, :f :read}",
        Model::Register,
        "line 1, column 11: :process is a number from 0 or :nemesis, not :client",
    );
    refused(
        "{:process 0, :type :invoke, :f :write, :value 1, :value 2}",
        Model::Register,
        "line 1, column 1: this event has :value twice",
    );
    refused(
        "{:process 0, :type :invoke, :f :put, :key 1, :value 2}",
        Model::Kv,
        "line 1, column 53: a put needs a string as :value, not 2",
    );
    refused(
        "{:process 0, :type :invoke, :f :append, :key 1, :value 2}",
        Model::Kv,
        "line 1, column 56: an append needs a string as :value, not 2",
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
        "there is no model \"queue\"; the models are register, cas-register, kv, counter, max-counter, set, cart, two-phase-set, stock, account, name, feed or ledger"
    );
}

#[test]
fn where_no_operation_succeeded_there_is_nothing_to_decide() {
    let unanswered = "{:process 0, :type :invoke, :f :write, :value 1}";
    let failed = format!("{unanswered}\n{{:process 0, :type :fail, :f :write, :value 1}}");
    let crashed = format!("{unanswered}\n{{:process 0, :type :info, :f :write, :value 1}}");
    for (text, size) in [
        ("", "0 operations"),
        ("[]", "0 operations"),
        ("; nothing", "0 operations"),
        ("{:process :nemesis, :type :info, :f :start}", "0 operations"),
        ("[{\"process\": \"nemesis\", \"type\": \"info\", \"f\": \"start\"}]", "0 operations"),
        (unanswered, "1 operation"),
        (&failed, "0 operations"),
        (&crashed, "1 operation"),
    ] {
        let report = check_text(text, Model::Register, &Asked::default()).unwrap();
        assert!(report.is_empty() && !report.is_linearizable() && !report.is_violated());
        assert_eq!(report.to_string(), format!("nothing to decide: no operation succeeded (register, {size})"));
    }
}

/// Says which values a register holds one after the other, whatever they are.
fn two_writes_and_a_stale_read(notation: &str, [first, second]: [&str; 2]) -> String {
    let event = |process: u32, kind: &str, f: &str, value: &str| match notation {
        "edn" => format!("{{:process {process}, :type :{kind}, :f :{f}, :value {value}}}"),
        _ => format!("{{\"process\": {process}, \"type\": \"{kind}\", \"f\": \"{f}\", \"value\": {value}}}"),
    };
    let nothing = if notation == "edn" { "nil" } else { "null" };
    let all = [
        event(0, "invoke", "write", first),
        event(0, "ok", "write", first),
        event(0, "invoke", "write", second),
        event(0, "ok", "write", second),
        event(1, "invoke", "read", nothing),
        event(1, "ok", "read", first),
    ];
    match notation {
        "json" => format!("[{}]\n", all.join(",\n")),
        _ => all.join("\n"),
    }
}

#[test]
fn what_nothing_on_the_key_can_leave_is_said_to_be_so_whatever_the_others_did() {
    let text = "{:process 0 :type :invoke :f :append :value \"x\"}\n{:process 0 :type :ok :f :append :value \"x\"}\n\
                {:process 1 :type :invoke :f :get :value nil}\n{:process 1 :type :ok :f :get :value \"y\"}\n";
    let said = check_text(text, Model::Kv, &Asked::default()).unwrap().to_string();
    let why =
        "process 1 got \"y\" (lines 3 to 4), which cannot be whichever of the others on the key took effect before";
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_history_is_the_same_in_every_notation_and_with_any_values() {
    let said = |notation: &str, values: [&str; 2]| {
        check_text(&two_writes_and_a_stale_read(notation, values), Model::Register, &Asked::default())
            .unwrap()
            .to_string()
    };
    for notation in ["edn", "json", "json lines"] {
        for values in [["1", "2"], ["-1", "2"], ["\"a\"", "\"b \\\"c\\\"\\n\""], ["true", "1.5"], ["\"1\"", "1"]] {
            let [first, second] = values;
            assert_eq!(
                said(notation, values),
                format!(
                    "not linearizable (register, 3 operations)\n\n\
                     process 0 wrote {first} (lines 1 to 2) was over before process 0 wrote {second} (lines 3 to 4) began, \
                     so {first} came before {second}; but process 0 wrote {second} (lines 3 to 4) was over before process 1 read {first} \
                     (lines 5 to 6) began, so {second} came before {first}. Both cannot be.\n  \
                     the operations that conflict:\n  \
                     - process 0 wrote {first} (lines 1 to 2)\n  \
                     - process 0 wrote {second} (lines 3 to 4)\n  \
                     - process 1 read {first} (lines 5 to 6)"
                )
            );
        }
    }
    assert!(said("edn", [":a", "a"]).contains("process 1 read :a"));
}

#[test]
fn errors_in_json_speak_of_json() {
    refused(
        "[1, {\"process\": 1}]",
        Model::Register,
        "line 1, column 2: an event was expected, a map like {:process 0, :type :invoke, ...}, not 1",
    );
    refused("[{\"type\": \"ok\"}]", Model::Register, "line 1, column 2: this event has no \"process\"");
    refused(
        "{\"process\": \"c1\", \"type\": \"ok\"}",
        Model::Register,
        "line 1, column 13: \"process\" is a number from 0 or \"nemesis\", not the string \"c1\"",
    );
    refused(
        "{\"process\": 1, \"type\": \"done\"}",
        Model::Register,
        "line 1, column 24: \"type\" is \"invoke\", \"ok\", \"fail\" or \"info\", not the string \"done\"",
    );
    refused(
        "{\"process\": 1, \"type\": \"ok\", \"f\": \"cas\"}",
        Model::Register,
        "line 1, column 35: \"f\" is one of \"read\", \"write\" in this model, not the string \"cas\"; the model cas-register has it",
    );
}

#[test]
fn a_process_that_crashes_never_learns_the_outcome_of_what_it_waited_for() {
    let text = "{:process 0 :type :invoke :f :write :value 1}\n{:process 0 :type :invoke :f :crash}\n\
                {:process 0 :type :info :f :crash}\n{:process 1 :type :invoke :f :read}\n{:process 1 :type :ok :f :read :value 1}";
    let history = from_text::<Call>(text, Model::CasRegister, &Initial::default()).unwrap().history;
    assert_eq!(history.operations.iter().map(Operation::completed).collect::<Vec<_>>(), [None, Some(5)]);
    assert!(check_text(text, Model::Register, &Asked::default()).unwrap().is_linearizable());
    let answered = format!("{text}\n{{:process 0 :type :ok :f :write}}");
    refused(&answered, Model::Register, "line 6, column 1: process 0 completes an operation it never invoked");
}

#[test]
fn an_operation_that_ends_before_it_begins_is_refused() {
    let event = |process: u32, kind: &str, time: u32| {
        format!("{{:process {process}, :type :{kind}, :f :write, :value {process}, :time {time}}}\n")
    };
    refused(
        &[event(1, "invoke", 10), event(2, "invoke", 3), event(1, "ok", 5)].concat(),
        Model::Register,
        "line 3, column 1: the operation of process 1 ends at :time 5, before it began at :time 10 (line 1)",
    );
    for (begin, end) in [("10.5", "5.5"), ("-1", "-5"), ("7", "6.5"), ("0.5", "-7")] {
        let event =
            |kind: &str, time: &str| format!("{{:process 1, :type :{kind}, :f :write, :value 1, :time {time}}}\n");
        let text = [event("invoke", begin), event("ok", end)].concat();
        let times = format!("ends at :time {end}, before it began at :time {begin} (line 1)");
        refused(&text, Model::Register, &format!("line 2, column 1: the operation of process 1 {times}"));
        let sound = [event("invoke", end), event("ok", begin)].concat();
        assert!(check_text(&sound, Model::Register, &Asked::default()).unwrap().is_linearizable(), "{sound}");
    }
    let between = [event(1, "invoke", 10), event(2, "invoke", 3), event(2, "ok", 5), event(1, "ok", 12)].concat();
    assert!(check_text(&between, Model::Register, &Asked::default()).unwrap().is_linearizable());
}

#[test]
fn events_that_were_put_in_another_order_or_doubled_are_refused() {
    let event = |process: u32, index: u32| {
        format!(
            "{{\"process\": {process}, \"type\": \"invoke\", \"f\": \"write\", \"value\": 1, \"index\": {index}}}\n"
        )
    };
    for wrong in [4, 3] {
        refused(
            &[event(0, 4), event(1, wrong)].concat(),
            Model::Register,
            &format!(
                "line 2, column 1: \"index\" {wrong} stands after \"index\" 4 of line 1; events stand in the order in which they happened, \
                 each with an \"index\" of its own"
            ),
        );
    }
    assert!(check_text(&[event(0, 4), event(1, 9)].concat(), Model::Register, &Asked::default()).unwrap().is_empty());
}

#[test]
fn a_read_of_what_a_failed_operation_wrote_is_told_as_an_aborted_read() {
    let explanation = |text: &str, model: Model| {
        let report = check_text(text, model, &Asked::default()).unwrap();
        let Finding::NotLinearizable { explanation, .. } = &report.keys[0].finding else { panic!("a violation") };
        explanation.clone()
    };
    let one = |process: u32, end: &str, f: &str, asked: &str, value: &str| {
        format!(
            "{{:process {process} :type :invoke :f :{f} :value {asked}}}\n{{:process {process} :type :{end} :f :{f} :value {value}}}\n"
        )
    };
    let unwritten =
        [one(0, "ok", "write", "1", "1"), one(1, "fail", "write", "3", "3"), one(2, "ok", "read", "nil", "3")].concat();
    assert_eq!(
        explanation(&unwritten, Model::Register),
        "process 2 read 3 (lines 5 to 6), an aborted read: process 1 wrote 3 (lines 3 to 4), which failed, and nobody else ever wrote 3. \
         Only 1 could have been read then."
    );
    let before = [one(2, "ok", "read", "nil", "3"), one(1, "fail", "write", "3", "3")].concat();
    assert!(explanation(&before, Model::Register).contains("but nobody ever wrote 3"));
    let written_too_late = [unwritten, one(4, "ok", "write", "3", "3")].concat();
    let said = explanation(&written_too_late, Model::Register);
    assert!(
        said.ends_with(
            " It looks like an aborted read: process 1 wrote 3 (lines 3 to 4), which failed; had that taken effect, it would be explained."
        ),
        "{said}"
    );
    let strings = [
        one(0, "ok", "append", "\"a\"", "\"a\""),
        one(1, "fail", "append", "\"b\"", "\"b\""),
        one(1, "fail", "append", "\"c\"", "\"c\""),
        one(2, "ok", "get", "nil", "\"ab\""),
    ];
    let said = explanation(&strings.concat(), Model::Kv);
    assert!(
        said.ends_with(
            " It looks like an aborted read: process 1 appended \"b\" (lines 3 to 4), which failed; had that taken effect, it would be explained."
        ),
        "{said}"
    );
}

#[test]
fn keys_are_independent_and_keep_the_names_they_were_given() {
    let text = r#"[{:process 0 :type :invoke :f :put :key "cart" :value "a"}
                   {:process 0 :type :ok :f :put :key "cart"}
                   {:process 0 :type :invoke :f :get :key :stock}
                   {:process 0 :type :ok :f :get :key :stock :value "a"}]"#;
    let report = check_text(text, Model::Kv, &Asked::default()).unwrap();
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
    let report = check_text(text, Model::CasRegister, &Asked::default()).unwrap();
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
    assert!(check_text(text, Model::Register, &Asked::default()).is_ok());
}

#[test]
fn with_a_budget_a_history_may_stay_undecided_which_is_neither_verdict() {
    let invoke = |process: u32| format!("{{:process {process} :type :invoke :f :write :value {}}}\n", process % 2);
    let answer = |process: u32| format!("{{:process {process} :type :ok :f :write}}\n");
    let read = "{:process 9 :type :invoke :f :read}\n{:process 9 :type :ok :f :read :value 1}\n";
    let text: String = (0..4).map(invoke).chain((0..4).map(answer)).chain([read.to_owned()]).collect();
    assert!(check_text(&text, Model::Register, &Asked::default()).unwrap().is_linearizable());
    let report = check_text(&text, Model::Register, &Asked { budget: Some(1), ..Asked::default() }).unwrap();
    assert!(!report.is_linearizable() && !report.is_violated());
    assert_eq!(
        report.to_string(),
        "undecided (register, 5 operations)\n\nundecided, the budget of 1 configurations was spent at: process 0 wrote 0 (lines 1 to 5); \
         5 of 5 answers are left to explain"
    );
}

#[test]
fn a_time_that_is_no_number_is_refused_as_nobody_could_compare_it() {
    let history = |time: &str| {
        format!(
            "{{:process 0 :type :invoke :f :write :value 1 :time {time}}}\n{{:process 0 :type :ok :f :write :value 1 :time {time}}}"
        )
    };
    let refused = |time: &str| {
        check_text(&history(time), Model::Register, &Asked::default()).err().map(|error| error.to_string())
    };
    assert_eq!(
        refused("\"2026-01-01T00:00:05Z\"").as_deref(),
        Some("line 1, column 52: :time is a number, such as nanoseconds, not the string \"2026-01-01T00:00:05Z\"")
    );
    assert!(refused(":soon").is_some_and(|said| said.contains(":time is a number")));
    for time in ["nil", "5", "-3", "1.5"] {
        assert_eq!(refused(time), None, "{time}");
    }
}

#[test]
fn time_counts_only_if_every_event_has_one_and_it_never_goes_back() {
    let clock = |times: [&str; 2]| {
        let [begin, end] = times;
        let text = format!(
            "{{:process 0 :type :invoke :f :write :value 1 {begin}}}\n{{:process 1 :type :invoke :f :write :value 1 {end}}}"
        );
        from_text::<Call>(&text, Model::CasRegister, &Initial::default()).unwrap().history.clock
    };
    assert_eq!(clock([":time 5", ":time 9"]), Clock::Nanoseconds);
    assert_eq!(clock([":time 9", ":time 5"]), Clock::Line);
    assert_eq!(clock([":time 5", ""]), Clock::Line);
}

#[test]
fn strings_and_failures_are_written_and_read_again() {
    let text = "{:process 0 :type :invoke :f :write :value \"a \\\"b\\\"\"}\n{:process 0 :type :ok :f :write}\n\
                {:process 1 :type :invoke :f :cas :value [\"a \\\"b\\\"\" :c]}\n{:process 1 :type :fail :f :cas}\n\
                {:process 1 :type :invoke :f :read}\n{:process 1 :type :ok :f :read :value \"\\u0001\"}\n";
    let history = from_text::<Call>(text, Model::CasRegister, &Initial::default()).unwrap().history;
    assert_eq!((history.operations.len(), history.failed.len()), (2, 1));
    assert_eq!(from_text::<Call>(&to_edn(&history), Model::CasRegister, &Initial::default()).unwrap().history, history);
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
        prop_assert_eq!(from_text::<Call>(&to_edn(&history), Model::CasRegister, &Initial::default()).unwrap().history, history);
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
        prop_assert_eq!(from_text::<KvCall>(&to_edn(&history), Model::Kv, &Initial::default()).unwrap().history, history);
    }

    #[test]
    fn any_bytes_give_a_report_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        for model in Model::all() {
            let _ = check_text(&text, model, &Asked::default());
        }
    }

    #[test]
    fn any_arrangement_of_tokens_of_json_gives_a_report_or_an_error(tokens in prop::collection::vec(prop::sample::select(vec![
        "[", "]", "{", "}", "\"", "\\", "\\u", "d83d", "\n", ",", ":", "null", "true", "-", "1", "1.5e3", "\"process\"", "\"type\"", "\"invoke\"", "\"ok\"",
        "\"f\"", "\"read\"", "\"crash\"", "\"value\"", "\"key\"", "\"time\"", "\"index\"", "\"a\"",
        "{\"process\": 0, \"type\": \"invoke\", \"f\": \"read\"}", "{\"process\": 0, \"type\": \"ok\", \"f\": \"read\", \"value\": \"a\"}",
    ]), 0..30)) {
        let text = ["{\"", &tokens.join(" ")].concat();
        for model in Model::all() {
            let _ = check_text(&text[2..], model, &Asked::default());
            let _ = check_text(&text, model, &Asked::default());
        }
    }

    #[test]
    fn any_arrangement_of_tokens_gives_a_report_or_an_error(tokens in prop::collection::vec(prop::sample::select(vec![
        "[", "]", "(", ")", "{", "}", "#{", "#_", "#tag", "\"", "\\", ";", "\n", ",", " ", ":process", ":type", ":invoke", ":ok", ":fail",
        ":info", ":f", ":read", ":write", ":cas", ":get", ":append", ":value", ":key", ":time", "nil", "0", "1", "-1", "18446744073709551615",
        "{:process 0 :type :invoke :f :read}", "{:process 0 :type :ok :f :read :value 1}", "[0 1]", "[0 nil]", "[0 [1 2]]", "##NaN", "##", "\"a\"",
    ]), 0..30)) {
        let text = tokens.join(" ");
        for model in Model::all() {
            let _ = check_text(&text, model, &Asked::default());
        }
    }
}
