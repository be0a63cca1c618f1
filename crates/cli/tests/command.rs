//! The command line as a colleague uses it.

use engine::Time;
use scenario::{Link, built_in, load};
use serde_json::Value;
use sim::faults::{FaultKind, RegionLoss};
use sim::{Action, LoggedAction};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn meridian(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_meridian")).args(arguments).output().expect("the program starts")
}

fn json(arguments: &[&str]) -> Value {
    let output = meridian(arguments);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("the folder for tests can be written");
    path.display().to_string()
}

#[test]
fn an_id_a_file_and_a_link_give_the_same_digest() {
    let text = built_in()[0].text();
    let scenario = load(text, Some("semi-sync"), Some(7)).unwrap();
    let link = Link::new(&scenario, Some(7), &[], Time::ZERO).encode();
    let more = ["--format", "json", "--variant", "semi-sync", "--seed", "7"];
    let of = |what: &str, more: &[&str]| {
        let result = json(&[&["run", what], more].concat());
        (result["digest"].clone(), result["events"].clone(), result["variant"].clone())
    };
    let by_id = of("first-look", &more);
    assert!(by_id.0.as_str().is_some_and(|digest| digest.len() == 16));
    assert_eq!(of(&file("first-look.toml", text), &more), by_id);
    for what in [link.clone(), format!("#{link}"), format!("https://example.org/meridian/#{link}")] {
        assert_eq!(of(&what, &["--format", "json"]), by_id);
    }
    assert_ne!(of("first-look", &["--format", "json"]).0, by_id.0);
}

#[test]
fn a_link_whose_run_comes_out_otherwise_now_is_run_with_a_warning() {
    let scenario = load(built_in()[0].text(), None, None).unwrap();
    let mut run: sim::Run<protocols::Any> = scenario.run(Vec::new());
    run.advance(Time::from_secs(30), u64::MAX);
    let link = Link::new(&scenario, None, &[], Time::from_secs(30));
    let told = |outcome: [u8; 4], more: &[&str]| {
        let link = Link { outcome: Some(outcome), ..link.clone() }.encode();
        String::from_utf8_lossy(&meridian(&[&["run", &link], more].concat()).stderr).into_owned()
    };
    let right = sim::short_digest(run.digests()[29]);
    assert_eq!(told(right, &[]), "");
    let wrong = right.map(|byte| !byte);
    assert!(told(wrong, &[]).contains("comes out otherwise now"));
    assert_eq!(told(wrong, &["--seed", "9"]), "", "another run was asked for");
}

#[test]
fn a_scorecard_names_what_was_lost_and_whether_expectations_hold() {
    let output = meridian(&["run", "failover-loses-orders"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in [
        "recovery point (RPO)",
        "Acknowledged writes lost",
        "not served since 1:02.000",
        "(orders: acknowledged writes lost)",
        "met ",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn a_run_is_stopped_only_while_it_lasts() {
    for (until, said) in [
        ("500ms", "--until is 500 ms; results are by the second"),
        ("200s", "3 min 20 s, but the run ends at 2 min 0 s"),
        ("30.5s", "results are by the second: say 30s or 31s"),
    ] {
        let output = meridian(&["run", "first-look", "--until", until]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{told}");
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn an_expectation_that_does_not_hold_ends_with_1() {
    let text = format!("{}\n[[expect]]\nmetric = \"offered\"\nequals = 0\n", built_in()[0].text());
    let output = meridian(&["run", &file("impossible.toml", &text)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("NOT MET  operations offered, equal to 0"));
}

#[test]
fn what_a_person_does_in_a_link_fails_no_expectation() {
    let scenario = load(built_in()[0].text(), None, None).unwrap();
    let kill = Action::Start(FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false }));
    let actions = vec![LoggedAction { at: Time::from_secs(15), action: kill }];
    let link = Link::new(&scenario, None, &actions, Time::ZERO).encode();
    let output = meridian(&["run", &link]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in ["judged on the run as planned", "orphaned: only on the log of N. Virginia", ", not promised "] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    assert!(!text.contains("NOT MET"), "{text}");
}

#[test]
fn until_stops_the_run() {
    let result = json(&["run", "first-look", "--until", "7s", "--format", "json"]);
    assert_eq!(result["seconds"], 7.0);
    assert_eq!(meridian(&["run", "first-look", "--until", "7kg"]).status.code(), Some(2));
}

#[test]
fn what_is_expected_of_a_time_that_the_run_does_not_come_to_is_said_to_be_open() {
    let output = meridian(&["run", "first-look", "--until", "45s"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains("  open     writes of London: availability, equal to 0%, from 31 s until 1 min 0 s: not judged"),
        "{text}"
    );
    assert!(!text.contains("NOT MET") && !text.contains("  met "), "{text}");
    assert!(text.contains("Expectations: 0 of 7 judged, the run was computed until 0:45.000 only\n"), "{text}");
    assert!(text.starts_with("First look: a shop in three regions: as written, seed 1, 45 s of 120 s\n"), "{text}");
    let judged = json(&["run", "first-look", "--until", "60s", "--format", "json"]);
    assert_eq!(judged["expectations"].as_array().map(Vec::len), Some(2), "two windows are over");
}

#[test]
fn a_run_that_is_stopped_is_over_there() {
    let told = |until: &str| {
        let output = meridian(&["run", "first-look", "--until", until]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let (during, soon, after) = (told("45s"), told("64s"), told("70s"));
    for part in [
        "recovery time (RTO)                             not by the end",
        "0:29.992, not served again by 0:45.000",
        "\n    timed out  ",
        "\n    that have not ended  ",
        "\n    longest wait  ",
    ] {
        assert!(during.contains(part), "no {part:?} in {during}");
    }
    assert!(soon.contains("served again since 1:00.604, not yet known to last at 1:04.000"), "{soon}");
    assert!(
        after.contains("  1:00.604  users are served again, the last in Frankfurt, 30.6 s after the first was not"),
        "{after}"
    );
    assert!(after.contains("recovery time (RTO)                                     30.6 s"), "{after}");
}

#[test]
fn what_had_not_come_by_the_end_is_told_from_what_was_not_measured() {
    let result = json(&["run", "first-look", "--until", "45s", "--format", "json"]);
    let open = |id: &str| {
        let found = result["metrics"].as_array().and_then(|all| all.iter().find(|metric| metric["id"] == id));
        found.map(|metric| (metric["value"].is_null(), metric["not_by_the_end"].clone()))
    };
    assert_eq!(open("rto"), Some((true, Value::Bool(true))));
    assert_eq!(open("failed"), Some((false, Value::Bool(false))));
}

#[test]
fn the_histories_in_the_readme_can_be_pasted_into_standard_input() {
    let readme = include_str!("../../../README.md");
    let blocks: Vec<&str> = readme.split("```\n").filter(|block| block.contains("process")).collect();
    let histories: Vec<&str> = blocks.into_iter().filter(|block| block.starts_with('{')).collect();
    let asked = [
        (&["--model", "register"], "(register, 1 operation)"),
        (&["--model", "register"], "(register, 1 operation)"),
        (&["--initial", "3"], "(stock, 3 operations)"),
    ];
    assert_eq!(histories.len(), asked.len());
    for (history, (arguments, of)) in histories.into_iter().zip(asked) {
        let mut check = Command::new(env!("CARGO_BIN_EXE_meridian"))
            .args(["check", "-"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        check.stdin.take().expect("it reads").write_all(history.as_bytes()).expect("it reads to the end");
        let said = check.wait_with_output().expect("it ends");
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(text.starts_with(&format!("standard input: linearizable {of}")), "{text}");
    }
}

#[test]
fn a_run_of_a_variant_is_headed_by_its_title() {
    let arguments = ["run", "first-look", "--variant", "sync", "--until", "1s"];
    let text = String::from_utf8_lossy(&meridian(&arguments).stdout).into_owned();
    assert!(text.starts_with("First look: a shop in three regions: Synchronous (variant sync), seed 1,"), "{text}");
    assert_eq!(json(&[&arguments[..], &["--format", "json"]].concat())["variant_title"], "Synchronous");
}

#[test]
fn what_a_register_holds_at_first_can_be_said() {
    let read = "{:process 0 :type :invoke :f :read}\n{:process 0 :type :ok :f :read :value 0}\n";
    let history = file("initial.edn", read);
    let check = |more: &[&str]| meridian(&[&["check", &history, "--model", "register"], more].concat()).status.code();
    assert_eq!((check(&[]), check(&["--initial", "0"]), check(&["--initial", "-1"])), (Some(1), Some(0), Some(1)));
}

#[test]
fn what_cannot_be_read_ends_with_2_and_says_where() {
    let check = |arguments: &[&str], expected: &str| {
        let output = meridian(arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(expected), "no {expected:?} in {told}");
    };
    let bad = file("bad.toml", &built_in()[0].text().replace("protocol =", "protcol ="));
    check(&["run", &bad], "bad.toml:51:1: unknown key `protcol`; did you mean `protocol`?");
    check(&["run", &file("bytes.toml", "")], "the file has no `version`");
    check(&["run", "no-such"], "There is no scenario and no file `no-such`; built in are first-look, ");
    check(&["run", "first-lok"], "There is no scenario and no file `first-lok`; did you mean `first-look`?");
    check(&["run", "failover-loses-my-orders"], "did you mean `failover-loses-orders`?");
    check(&["run", "scenarios/first-lok.toml"], "There is no file `scenarios/first-lok.toml`.");
    check(
        &["run", "AwAAAAABBBBBCCCCCDDDDDEEEEE"],
        "There is no scenario and no file of this name. The link is damaged",
    );
    check(&["run", "./first-look.toml"], "`./first-look.toml`; the built-in scenario is called `first-look`.");
    check(&["run", "https://example.org/?AwAA"], "The link is damaged");
    check(&["run", "https://example.org/"], "an address without a run in it");
    check(&["run", "FIRST-LOOK"], "did you mean `first-look`?");
    check(&["check", "no-such.edn", "--model", "register", "--budget", "0"], "0 is not in 1..");
    check(&["check", "no-such.edn", "--model", "register"], "There is no file `no-such.edn`.");
    let binary = file("latin.toml", "version = 1\n");
    fs::write(&binary, b"version = 1\n# caf\xe9\n").expect("the folder for tests can be written");
    check(&["run", &binary], "latin.toml:2: this is not a text in UTF-8");
    check(&["run", "#AAAA"], "The link is damaged");
    check(&["run", "first-look", "--variant", "sinc"], "--variant: there is no variant `sinc`; did you mean `sync`?");
    let link = Link::new(&load(built_in()[0].text(), None, None).unwrap(), None, &[], Time::ZERO).encode();
    check(&["run", &link, "--variant", "sinc"], "--variant: there is no variant `sinc`; did you mean `sync`?");
    check(&["run", &bad, "--variant", "sinc"], "bad.toml:51:1: unknown key");
    check(&["run", "first-look", "--seed", "-1"], "a seed is a whole number from 0 to 18446744073709551615");
    check(&["run", "first-look", "--until", "-5s"], "--until");
    let folder = env!("CARGO_TARGET_TMPDIR");
    check(&["run", folder], "is a folder; name the file in it that holds the scenario");
    check(&["check", folder, "--model", "register"], "is a folder; name the file in it that holds the history");
    check(&["scenarios", "--keys", "--coverage"], "cannot be used with");
    check(&["check", &file("odd.edn", ""), "--model", "kv", "--initial", "7"], "--initial: kv holds a string");
    check(&["check", &file("odd.edn", "{:type"), "--model", "register"], "odd.edn: ");
}

#[test]
fn a_history_is_decided_in_words() {
    let history = |read: u32| {
        format!(
            "{{:process 0 :type :invoke :f :write :value 1}}\n{{:process 0 :type :ok :f :write :value 1}}\n\
             {{:process 1 :type :invoke :f :read :value nil}}\n{{:process 1 :type :ok :f :read :value {read}}}\n"
        )
    };
    let good = meridian(&["check", &file("good.edn", &history(1)), "--model", "register"]);
    assert_eq!(good.status.code(), Some(0), "{}", String::from_utf8_lossy(&good.stdout));
    let bad = meridian(&["check", &file("bad.edn", &history(2)), "--model", "register"]);
    assert_eq!(bad.status.code(), Some(1));
    let said = String::from_utf8_lossy(&bad.stdout).into_owned();
    for part in [
        "bad.edn: not linearizable (register, 2 operations)\n\nprocess 1 read 2 ",
        "nobody ever wrote 2",
        "the operations that conflict:",
    ] {
        assert!(said.contains(part), "no {part:?} in {said}");
    }
}

#[test]
fn a_history_that_the_budget_does_not_decide_ends_with_3() {
    let event = |kind: &str, value: u32| {
        let line = |process| format!("{{:process {process} :type :{kind} :f :write :value {value}}}\n");
        (0..4).map(line).collect::<String>()
    };
    let read = "{:process 9 :type :invoke :f :read}\n{:process 9 :type :ok :f :read :value 1}\n";
    let history = file("wide.edn", &[event("invoke", 1), event("ok", 1), read.to_owned()].concat());
    let check = |more: &[&str]| meridian(&[&["check", &history, "--model", "register"], more].concat());
    assert_eq!(check(&[]).status.code(), Some(0));
    let undecided = check(&["--budget", "1"]);
    assert_eq!(undecided.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&undecided.stdout).contains("wide.edn: undecided"));
}

#[test]
fn a_history_in_which_no_operation_succeeded_ends_with_4() {
    for (name, text) in [
        ("empty.edn", ""),
        ("empty.json", "[]"),
        ("noted.edn", "; nothing happened\n"),
        ("disturbed.edn", "{:process :nemesis :type :info :f :kill}\n"),
        (
            "failed.jsonl",
            "{\"process\": 0, \"type\": \"invoke\", \"f\": \"read\"}\n{\"process\": 0, \"type\": \"fail\", \"f\": \"read\"}\n",
        ),
    ] {
        let history = file(name, text);
        let output = meridian(&["check", &history, "--model", "register"]);
        assert_eq!(output.status.code(), Some(4), "{name}");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains(&format!("{name}: nothing to decide: no operation succeeded")), "{said}");
        if !text.contains("read") {
            let output = meridian(&["check", &history]);
            assert_eq!(output.status.code(), Some(4), "{name}, whatever it may be of");
            assert_eq!(String::from_utf8_lossy(&output.stdout), said);
        }
    }
}

#[test]
fn a_reader_that_stops_reading_changes_neither_the_end_nor_what_is_said_elsewhere() {
    let history = file("one.edn", "{:process 0 :type :invoke :f :read}\n{:process 0 :type :ok :f :read :value 7}\n");
    let commands: [(&[&str], i32); 4] = [
        (&["scenarios", "--keys"], 0),
        (&["scenarios", "--coverage"], 0),
        (&["run", "first-look", "--until", "1s", "--format", "json"], 0),
        (&["check", &history, "--model", "register"], 1),
    ];
    for (arguments, code) in commands {
        let (reader, writer) = std::io::pipe().expect("a pipe can be opened");
        drop(reader);
        let output = Command::new(env!("CARGO_BIN_EXE_meridian")).args(arguments).stdout(writer).output();
        let output = output.expect("the program starts");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn the_coverage_lists_the_scenario_of_each_mechanism_and_the_keys_their_defaults() {
    let coverage = meridian(&["scenarios", "--coverage"]);
    let text = String::from_utf8_lossy(&coverage.stdout).into_owned();
    assert_eq!(coverage.status.code(), Some(0), "{}", String::from_utf8_lossy(&coverage.stderr));
    assert!(text.contains("S16  failover-loses-orders") && text.contains("not covered"), "{text}");
    let keys = meridian(&["scenarios", "--keys"]);
    assert!(String::from_utf8_lossy(&keys.stdout).contains("default \"exponential 5ms\""));
}

#[test]
fn two_runs_are_compared_by_what_was_written_of_them() {
    let written = |name: &str, seed: &str| {
        let path = file(name, "");
        let run = meridian(&["run", "first-look", "--until", "2s", "--seed", seed, "--facts", &path]);
        assert!(run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
        path
    };
    let (first, again, other) = (written("first.txt", "1"), written("again.txt", "1"), written("other.txt", "2"));
    let told = |second: &str| {
        let output = meridian(&["facts", &first, second]);
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert_eq!(told(&again).0, Some(0));
    let (code, text) = told(&other);
    assert_eq!(code, Some(1));
    assert!(text.starts_with("They first differ at 0."), "{text}");
    assert_eq!(meridian(&["facts", &first, "nowhere.txt"]).status.code(), Some(2));
    let nowhere = meridian(&["run", "first-look", "--until", "1s", "--facts", "nowhere/facts.txt"]);
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("nowhere/facts.txt cannot be written"));
}

/// The program with this on its standard input.
fn fed(arguments: &[&str], input: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_meridian"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    program.stdin.take().expect("it reads").write_all(input.as_bytes()).expect("it reads to the end");
    program.wait_with_output().expect("it ends")
}

#[test]
fn a_link_is_run_from_standard_input_as_from_an_argument_and_a_scenario_that_names_one_is_not_taken_for_it() {
    let text = built_in()[0].text();
    let link = Link::new(&load(text, None, None).expect("it is sound"), Some(9), &[], Time::ZERO).encode();
    let address = format!("https://example.org/sim/#{link}");
    let run = |what: &str, input: &str| fed(&["run", what, "--until", "1s", "--format", "json"], input).stdout;
    let as_argument = run(&address, "");
    assert!(!as_argument.is_empty());
    for input in [address.clone(), format!("{link}\n"), format!("> see\n> {address}\n")] {
        assert_eq!(run("-", &input), as_argument, "{input}");
    }
    let of_text: Value = serde_json::from_slice(&run("-", &format!("# As in {address}\n{text}"))).expect("it runs");
    assert_ne!(of_text["seed"], 9, "{of_text}");
    let damaged = fed(&["run", "-"], &address[..address.len() - 1]);
    let said = String::from_utf8_lossy(&damaged.stderr).into_owned();
    assert!(said.contains("The link is damaged"), "{said}");
}

#[test]
fn two_runs_are_compared_by_what_is_set_and_what_came_of_it() {
    let output = meridian(&["compare", "first-look", "@semi-sync"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in [
        "dataset orders, protocol\n    A  async\n    B  semi-sync",
        "They part in the first second.",
        "stale reads ",
        "A  met\n    B  –",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let same = meridian(&["compare", "first-look", "first-look"]);
    let text = String::from_utf8_lossy(&same.stdout);
    assert_eq!(same.status.code(), Some(0), "{text}");
    assert!(
        text.contains("Both are the same run.")
            && text.contains("All numbers are the same.")
            && !text.contains("otherwise"),
        "{text}"
    );
    // A longer run of the same, from a file with an `@` in its name.
    let longer = built_in()[0].text().replace("duration = \"2m\"", "duration = \"130s\"");
    let longer = meridian(&["compare", "first-look", &file("first@look.toml", &longer)]);
    let text = String::from_utf8_lossy(&longer.stdout);
    assert!(text.contains("They are the same until 2:00.000, where A ends."), "{text}");
    // What a person did, beside the plan: the same until then.
    let scenario = load(built_in()[0].text(), None, None).unwrap();
    let kill = FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false });
    let act = LoggedAction { at: Time::from_secs(20), action: Action::Start(kill) };
    let link = Link::new(&scenario, None, &[act], Time::ZERO).encode();
    let acted = meridian(&["compare", "first-look", &link]);
    let text = String::from_utf8_lossy(&acted.stdout);
    assert!(
        text.contains("with 1 act of a person") && text.contains("They are the same until 0:19.000, and part"),
        "{text}"
    );
    assert!(!text.contains("Expectations that"), "they are judged as planned: {text}");
}

#[test]
fn what_cannot_be_compared_is_said() {
    for (one, other, part) in [
        ("first-look", "@semisync", "semi-sync"),
        ("first-lok", "first-look", "first-look"),
        ("first-look", "@", "variant"),
        ("first-look", "@semisync", "@semisync: "),
        ("@semi-sync", "first-look", "put the scenario before the `@`"),
        ("-", "@semi-sync", "only once"),
    ] {
        let output = meridian(&["compare", one, other]);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() == Some(2) && text.contains(part) && output.stdout.is_empty(),
            "{one} {other}: {text}"
        );
    }
}
