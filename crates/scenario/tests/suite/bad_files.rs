//! Whatever stands in a scenario file: a value, or problems with their places and what would be right.

use engine::Time;
use proptest::prelude::*;
use scenario::{Scenario, built_in, load};
use sim::Run;

const GOOD: &str = r#"version = 1
[story]
title = "T"
summary = "S"
teaches = "L"
[[region]]
id = "us-east-1"
[[region]]
id = "eu-west-1"
[[dataset]]
id = "orders"
[[request]]
id = "order"
steps = ["write orders"]
[[population]]
id = "london"
rate = "20/s"
[[fault]]
id = "cut"
kind = "partition"
at = "30s"
left = "us-east-1"
right = "eu-west-1"
[[variant]]
id = "safe"
title = "Safe"
set = { "dataset.orders.protocol" = "sync" }
[[expect]]
metric = "availability"
at-least = "50%"
"#;

/// Change the good file and look for a problem that begins so.
fn check(from: &str, to: &str, expected: &str) {
    assert!(GOOD.contains(from), "the good file does not hold {from:?}");
    problem(&GOOD.replacen(from, to, 1), expected);
}

fn problem(text: &str, expected: &str) {
    let problems = load(text, None, None).expect_err("the file is not sound");
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(lines.iter().any(|line| line.starts_with(expected)), "expected {expected:?} among\n{}", lines.join("\n"));
}

#[test]
fn the_good_file_is_good() {
    let scenario = load(GOOD, None, Some(7)).unwrap_or_else(|problems| panic!("{}", problems[0]));
    assert_eq!(scenario.config.seed, 7);
    assert_eq!(scenario.config.regions.len(), 2);
    assert_eq!(load(GOOD, Some("safe"), None).map(|scenario| scenario.variant), Ok(Some("safe".to_owned())));
}

#[test]
fn an_unknown_key_is_named_with_its_neighbour() {
    check(
        "id = \"orders\"",
        "id = \"orders\"\nprotcol = \"sync\"",
        "12:1: unknown key `protcol`; did you mean `protocol`?",
    );
    check("[[fault]]", "[[faults]]", "18:3: unknown key `faults`; did you mean `fault`?");
    check("at = \"30s\"", "at = \"30s\"\nregion = \"us-east-1\"", "22:1: unknown key `region`");
}

#[test]
fn a_wrong_unit_is_named_with_what_would_be_right() {
    check("\"30s\"", "\"30kg\"", "21:6: `30kg` is not a time: it has no unit `kg`; write a time such as \"80ms\"");
    check("\"30s\"", "30", "21:6: `at` is a number without a unit; write a time");
    check("\"20/s\"", "\"20ms\"", "17:8: `20ms` is not a rate: it has no unit `ms`; write a rate such as \"20/s\"");
    check("\"50%\"", "\"50ms\"", "30:12: `50ms` is not a share");
    check("\"50%\"", "1", "30:12: `at-least` is a number, but the metric `availability` is a share");
}

#[test]
fn a_list_of_sections_that_must_be_there_is_not_empty() {
    for (section, rest) in [
        ("request", "id = \"order\"\nsteps = [\"write orders\"]\n"),
        ("population", "id = \"london\"\nrate = \"20/s\"\n"),
    ] {
        let text = GOOD.replace(&format!("[[{section}]]\n{rest}"), "");
        problem(
            &text.replace("version = 1", &format!("version = 1\n{section} = []")),
            &format!("2:{}: `{section}` is empty; a scenario needs at least one", section.len() + 4),
        );
    }
}

#[test]
fn a_list_of_variants_that_is_none_is_named() {
    check("[[variant]]", "[variant]", "24:1: `variant` is a table, not a list of sections; write [[variant]]");
    let without =
        GOOD.split("[[variant]]").next().unwrap_or_default().replace("version = 1", "version = 1\nvariant = 5");
    problem(&without, "2:11: `variant` is a number, not a list of sections; write [[variant]]");
    let single = load(&GOOD.replace("[[variant]]", "[variant]"), Some("safe"), None).unwrap_err();
    assert_eq!(single.iter().map(|problem| problem.line).collect::<Vec<_>>(), [1, 24], "and why it is not there");
    let many: String = (0..16).map(|number| format!("[[variant]]\nid = \"v{number}\"\nset = {{}}\n")).collect();
    problem(&(GOOD.to_owned() + &many), "76:1: there are 17 of `variant`; at most 16 are allowed");
}

#[test]
fn a_variant_without_a_title_goes_by_its_id() {
    let scenario = load(&GOOD.replace("title = \"Safe\"\n", ""), None, None).unwrap();
    assert_eq!(scenario.variants[0].title, "safe");
}

#[test]
fn a_negative_or_huge_number_is_refused() {
    check("\"20/s\"", "\"-20/s\"", "17:8: `rate` is -20/s; a rate must not be negative: it takes 0/s to 20000/s");
    check("\"20/s\"", "\"99999999999999/s\"", "17:8: `rate` is 99999999999999/s");
    check("\"30s\"", "\"-30s\"", "21:6: `at` is -30s; it must not be negative");
    check(
        "id = \"orders\"",
        "id = \"orders\"\nkeys = 99999999999",
        "12:8: `keys` is 99999999999; it takes 1 to 100000",
    );
    check("id = \"orders\"", "id = \"orders\"\nkeys = 99999999999999999999", "12:8: `keys` is a number beyond 64 bits");
    check("id = \"orders\"", "id = \"orders\"\nzipf = nan", "12:8: `zipf` is NaN; it takes 0 to 5");
    check("[story]", "[run]\nduration = \"25h\"\n[story]", "3:12: `duration` is 25h; it takes 1ms to 24h");
    check("[story]", "[run]\nduration = \"1e400h\"\n[story]", "3:12: `1e400h` is not a time");
}

#[test]
fn a_missing_or_dangling_reference_is_named() {
    check(
        "left = \"us-east-1\"",
        "left = \"us-eats-1\"",
        "22:8: there is no region `us-eats-1`; did you mean `us-east-1`?",
    );
    check(
        "id = \"us-east-1\"",
        "id = \"us-eats-1\"",
        "7:6: no provider has a region `us-eats-1`; did you mean `us-east-1`?",
    );
    check("\"write orders\"", "\"write order\"", "14:10: there is no dataset `order`; did you mean `orders`?");
    check(
        "\"write orders\"",
        "\"write\"",
        "14:10: `write` is no step; write one of \"call\", \"read DATASET [from leader, local, session, nearest-healthy, session-wait, pinned, sticky, bounded, causal or quorum] [within time]\"",
    );
    check(
        "\"write orders\"",
        "\"write orders form leader\"",
        "14:10: `write orders form leader` is no step; write one of",
    );
    check("\"write orders\"", "\"call x y\"", "14:10: `call x y` is no step; write one of");
    check("\"write orders\"", "\"read orders form leader\"", "14:10: unknown key `form`; did you mean `from`?");
    check("\"write orders\"", "\"read orders from leder\"", "14:10: `from` cannot be `leder`; did you mean `leader`?");
    check("\"write orders\"", "\"read orders from pinned within 5\"", "14:10: `within` is a number without a unit");
    check(
        "\"write orders\"",
        "\"read orders from local within 5s\"",
        "14:10: `within` changes nothing; set `from` session-wait, pinned, bounded or causal",
    );
    check("\"write orders\"", "\"wait 5\"", "14:10: `time` is a number without a unit");
    check(
        "\"write orders\"",
        "\"read orders from leader from local\"",
        "14:10: `from` stands twice in `read orders from leader from local`",
    );
    check("id = \"london\"", "id = \"atlantis\"", "16:6: there is no city or region `atlantis`");
    check(
        "dataset.orders.p",
        "dataset.order.p",
        "27:9: `dataset.order.protocol` names nothing: there is no `order`; did you mean `orders`?",
    );
    check("at-least", "variant = \"sage\"\nat-least", "30:11: there is no variant `sage`; did you mean `safe`?");
    check("availability", "availabilty", "29:10: there is no metric `availabilty`; did you mean `availability`?");
}

#[test]
fn duplicate_ids_and_circles_are_named() {
    check("id = \"eu-west-1\"", "id = \"us-east-1\"", "9:6: the id `us-east-1` stands twice");
    check("title = \"Safe\"", "title = \"Safe\"\nextends = \"safe\"", "27:11: `safe` extends itself in a circle");
    let two = "title = \"Safe\"\nset = {}\nextends = \"other\"\n[[variant]]\nid = \"other\"\nextends = \"safe\"\ntitle = \"Other\"";
    check("title = \"Safe\"", two, "28:11: `safe` extends itself in a circle");
}

#[test]
fn what_does_not_fit_together_is_named() {
    check("right = \"eu-west-1\"", "right = \"us-east-1\"", "23:9: a region stands on both sides");
    check("\"30s\"", "\"300s\"", "21:6: the fault begins after the end of the run; the run lasts 2 min 0 s");
    check(
        "= \"sync\"",
        "= \"semi-sync\", \"dataset.orders.followers\" = 2",
        "27:79: 2 followers are to hold a write, but there are 1",
    );
    check("at-least = \"50%\"", "", "28:1: 0 comparisons stand here");
    check("rate = \"20/s\"", "arrival = \"closed\"\nrate = \"20/s\"", "18:1: unknown key `rate`");
    let closed = |think: &str| format!("arrival = \"closed\"\nusers = 1\nthink = \"{think}\"");
    for think in ["0ms", "exponential 0ms", "99% 0ms, 1% 50ms"] {
        check("rate = \"20/s\"", &closed(think), "19:9: users hardly pause between requests; the mean of `think` is");
    }
    check("rate = \"20/s\"", &closed("pareto 0ms 0.5"), "19:9: `pareto 0ms 0.5` is always zero");
    check("rate = \"20/s\"", "", "15:1: population london has no `rate`; it takes a rate or list of [time, rate]");
}

/// Change the good file and look at every problem there is.
fn only(from: &str, to: &str, expected: &str) {
    assert!(GOOD.contains(from), "the good file does not hold {from:?}");
    let problems = load(&GOOD.replacen(from, to, 1), None, None).expect_err("the file is not sound");
    assert!(problems.len() == 1 && problems[0].to_string().starts_with(expected), "{problems:?}");
}

#[test]
fn one_mistake_is_one_problem() {
    only("\"partition\"", "\"partitions\"", "20:8: `kind` cannot be `partitions`; did you mean `partition`?");
    let link = |between: &str| format!("[[link]]\nbetween = {between}\n[[dataset]]");
    only("[[dataset]]", &link("[\"us-east-1\", \"eu-wets-1\"]"), "11:25: there is no region `eu-wets-1`");
    only("[[dataset]]", &link("[\"us-east-1\", 5]"), "11:25: `between` is a number, not a text");
    only("[[dataset]]", &link("[\"us-east-1\"]"), "11:11: a link has two ends, not 1");
    only("[\"write orders\"]", "[5]", "14:10: `steps` is a number, not a text");
}

#[test]
fn what_is_misspelt_is_not_missing_wherever_it_is_named() {
    for (section, line) in [("region", 6), ("dataset", 10), ("request", 12), ("population", 15), ("fault", 18)] {
        let (mut letters, written) = (section.to_owned(), format!("[[{section}]]"));
        letters.replace_range(1..3, &section[1..3].chars().rev().collect::<String>());
        let misspelt = GOOD.replace(&written, &format!("[[{letters}]]"));
        let problems = load(&misspelt, None, None).expect_err("the file is not sound");
        let expected = format!("{line}:3: unknown key `{letters}`; did you mean `{section}`?");
        assert!(problems.len() == 1 && problems[0].to_string() == expected, "{problems:?}");
    }
    only("[[dataset]]", "[dataset]", "10:1: `dataset` is a table, not a list of sections; write [[dataset]]");
    let lone = GOOD.replacen("[[region]]", "[region]", 1).replacen("[[region]]\nid = \"eu-west-1\"\n", "", 1);
    let problems = load(&lone, None, None).expect_err("the file is not sound");
    assert!(problems.len() == 1 && problems[0].to_string().starts_with("6:1: `region` is a table"), "{problems:?}");
    only("id = \"us-east-1\"", "di = \"us-east-1\"", "7:1: unknown key `di`; did you mean `id`?");
    only("id = \"us-east-1\"", "id = \"us-eats-1\"", "7:6: ");
    only("id = \"orders\"", "di = \"orders\"", "11:1: unknown key `di`; did you mean `id`?");
}

#[test]
fn a_wrong_value_is_no_second_problem_beside_it() {
    let closed = "arrival = \"closed\"\nusers = 1\nthink = \"constant 300ms\"";
    only("rate = \"20/s\"", closed, "19:9: `constant 300ms` is no distribution of times");
    only("[story]", "[control]\ninterval = \"0s\"\n[story]", "3:12: `interval` is 0s; it takes 1ms to 24h");
    let wrong = "[control]\ntimeout = \"10s\"\ninterval = \"0s\"\n[story]";
    only("[story]", wrong, "4:12: `interval` is 0s");
    let lease = "id = \"orders\"\nfencing = \"lease\"\nlease = \"2s\"\nheartbeat = \"25h\"";
    only("id = \"orders\"", lease, "14:13: `heartbeat` is 25h");
    let skew = "kind = \"clock-skew\"\nregion = \"us-east-1\"\ndrift = \"-900001ppm\"\nat = \"30s\"";
    let text = GOOD.replace("left = \"us-east-1\"\nright = \"eu-west-1\"\n", "");
    problem(
        &text.replace("kind = \"partition\"\nat = \"30s\"", skew),
        "22:9: `drift` is -900001ppm; it takes -900000ppm to 900000ppm",
    );
}

#[test]
fn what_changes_nothing_in_any_variant_is_refused() {
    let request = |more: &str| format!("id = \"order\"\n{more}");
    let dataset = |more: &str| format!("id = \"orders\"\n{more}");
    let nothing = |key: &str, takes: &str| {
        format!("`{key}` changes nothing; set {takes}, here or in a variant, or leave `{key}` out")
    };
    let retry = "`retry` to fixed or exponential";
    only("id = \"order\"", &request("attempts = 5"), &format!("14:12: {}", nothing("attempts", retry)));
    only("id = \"order\"", &request("retry = \"fixed\"\nlongest = \"1s\""), "15:11: `longest` changes nothing");
    only("id = \"orders\"", &dataset("lease = \"5s\""), &format!("12:9: {}", nothing("lease", "fencing = \"lease\"")));
    only("steps = [\"write orders\"]", "steps = [\"call\"]\nbytes = \"2kB\"", "15:9: `bytes` changes nothing");
    only("id = \"orders\"", &dataset("followers = 1"), "12:13: `followers` changes nothing");
    let control = |more: &str| format!("[control]\n{more}\n[story]");
    only("[story]", &control("decision = \"1m\""), "3:12: `decision` changes nothing");
    only("[story]", &control("choose = \"preferred\""), "3:10: `choose` changes nothing");
    only("[story]", "[routing]\ndrain-errors = \"3%\"\n[story]", "3:16: `drain-errors` changes nothing");
    // Where a variant hears it, it may stand in the scenario that the variant changes, and the other way round.
    let with = |from: &str, to: &str, set: &str| {
        let text = GOOD.replacen(from, to, 1).replace("\"dataset.orders.protocol\" = \"sync\"", set);
        load(&text, None, None).map(drop)
    };
    let set = "\"request.order.retry\" = \"fixed\"";
    assert_eq!(with("id = \"order\"", &request("attempts = 5"), set), Ok(()));
    let set = "\"request.order.retry\" = \"none\"";
    assert_eq!(with("id = \"order\"", &request("retry = \"fixed\"\nattempts = 5"), set), Ok(()));
    let idle = with("version = 1", "version = 1", "\"request.order.attempts\" = 5").unwrap_err();
    assert_eq!((idle.len(), idle[0].line, idle[0].message.as_str()), (1, 27, "`attempts` changes nothing"));
}

#[test]
fn a_lease_that_ends_before_it_is_asked_for_again_is_refused() {
    let lease = |more: &str| format!("id = \"orders\"\nfencing = \"lease\"\n{more}");
    let said =
        "a lease of 500 ms runs out before its leader asks for the next, every 500 ms; make it longer than `heartbeat`";
    only("id = \"orders\"", &lease("lease = \"500ms\""), &format!("13:9: {said}"));
    only("id = \"orders\"", &lease("heartbeat = \"10s\""), "10:1: a lease of 10 s runs out");
}

#[test]
fn what_is_said_of_a_way_is_said_once() {
    let link = |more: &str| format!("[[link]]\nbetween = [\"us-east-1\", \"eu-west-1\"]\n{more}\n");
    let back = "[[link]]\nbetween = [\"eu-west-1\", \"us-east-1\"]\n";
    let two = |first: &str, second: &str| format!("{first}{second}[[dataset]]");
    let said = "15:7: `rtt` of the way from us-east-1 to eu-west-1 stands twice; line 12 says it, too: once is enough";
    only("[[dataset]]", &two(&link("rtt = \"80ms\""), &link("rtt = \"90ms\"")), said);
    let one_way = link("one-way = true\nrtt = \"90ms\"");
    let said = "`rtt` of the way from us-east-1 to eu-west-1 stands twice";
    only("[[dataset]]", &two(&format!("{back}rtt = \"80ms\"\n"), &one_way), &format!("16:7: {said}"));
    // Each way by itself, and each thing by itself, may be said.
    for (first, second) in [
        (one_way.clone(), format!("{back}one-way = true\nrtt = \"90ms\"\n")),
        (link("rtt = \"80ms\""), link("one-way = true\nloss = \"1%\"")),
    ] {
        let text = GOOD.replacen("[[dataset]]", &two(&first, &second), 1);
        assert_eq!(load(&text, None, None).map(drop), Ok(()));
    }
}

#[test]
fn an_expectation_that_no_run_can_meet_or_miss_is_refused() {
    let expect = |metric: &str, line: &str| format!("metric = \"{metric}\"\n{line}\n");
    let of = |metric: &str, line: &str, said: &str| {
        only("metric = \"availability\"\nat-least = \"50%\"\n", &expect(metric, line), said);
    };
    of(
        "failovers",
        "equals = 0.5",
        "30:10: nothing is ever equal to 0.5: the metric `failovers` is a number of things",
    );
    of(
        "failovers",
        "at-least = -1",
        "30:12: `at-least` is -1, which `failovers` never reaches; it must not be negative",
    );
    of(
        "availability",
        "above = \"120%\"",
        "30:9: `above` is 120%, which `availability` never reaches; it takes 0% to 100%",
    );
    of("latency.p99", "below = \"-1s\"", "30:9: `below` is -1s, which `latency.p99` never reaches");
    let near = GOOD
        .replace("metric = \"availability\"\nat-least = \"50%\"", "metric = \"failovers\"\nequals = 0.5\nwithin = 0.5");
    assert_eq!(load(&near, None, None).map(drop), Ok(()));
}

#[test]
fn what_cannot_be_kept_as_written_is_refused() {
    let retry = "id = \"order\"\nretry = \"exponential\"\nfactor = \"0.5x\"";
    check("id = \"order\"", retry, "15:10: `factor` is 0.5x; it takes 1x to 10000x");
    let points: String = (0..1001).map(|second| format!("[\"{second}s\", \"1/s\"],")).collect();
    check("\"20/s\"", &format!("[{points}]"), "17:8: `rate` has 1001 points; at most 1000 are allowed");
    let choice = "{ text = \"A\", correct = true, because = \"B\" },";
    let choices = format!("title = \"T\"\nquestion = \"Q\"\nchoices = [{}]", choice.repeat(9));
    check("title = \"T\"", &choices, "5:11: there are 9 choices; at most 8 are allowed");
    let skew = "kind = \"clock-skew\"\nregion = \"us-east-1\"\ndrift = \"0.5ppm\"\nat = \"30s\"";
    let text = GOOD.replace("left = \"us-east-1\"\nright = \"eu-west-1\"\n", "");
    problem(
        &text.replace("kind = \"partition\"\nat = \"30s\"", skew),
        "22:9: `drift` is 0.5ppm; it takes whole parts per million",
    );
}

#[test]
fn a_text_full_of_problems_is_refused_without_reading_each() {
    let variants: String = (0..15).map(|number| format!("[[variant]]\nid = \"v{number}\"\nset = {{}}\n")).collect();
    let unknown: String = (0..20_000).map(|number| format!("k{number} = 1\n")).collect();
    let strangers = "\"us-esat-1\", ".repeat(15_000);
    for more in [format!("[run]\n{unknown}"), format!("[control]\nvantages = [{strangers}]\n")] {
        let text = format!("{GOOD}{variants}{more}");
        let problems = load(&text, None, None).unwrap_err();
        assert_eq!(problems.len(), 20);
        assert!(problems[19].help.ends_with("and many more problems"), "{}", problems[19]);
    }
}

#[test]
fn variants_are_read_also_while_the_rest_is_wrong() {
    let text = GOOD.replace("\"sync\"", "\"snyc\"");
    problem(&text, "27:37: `protocol` cannot be `snyc`");
    let problems = load(&text.replace("\"30s\"", "30"), None, None).unwrap_err();
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [21, 27]);
    let twice = text.replace("[[expect]]", "[[variant]]\nid = \"b\"\nset = { \"run.seed\" = -1 }\n[[expect]]");
    let lines: Vec<usize> = load(&twice, None, None).unwrap_err().iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [27, 30], "every variant is read");
    let settings: String = (0..201).map(|number| format!("\"routing.k{number}\" = 1, ")).collect();
    check("set = {", &format!("set = {{ {settings}"), "27:7: a variant sets 202 keys; at most 200 are allowed");
}

#[test]
fn a_problem_in_a_variant_is_found_while_the_base_is_read() {
    check("\"sync\"", "\"snyc\"", "27:37: `protocol` cannot be `snyc`; did you mean `sync`?");
    let problems = load(GOOD, Some("sfae"), None).unwrap_err();
    assert_eq!(problems[0].to_string(), "1:1: there is no variant `sfae`; did you mean `safe`?");
}

#[test]
fn several_problems_are_told_at_once_in_their_order() {
    let text =
        GOOD.replace("\"30s\"", "30").replace("\"20/s\"", "\"-1/s\"").replace("id = \"orders\"", "id = \"or ders\"");
    let problems = load(&text, None, None).unwrap_err();
    let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
    assert!(lines.is_sorted() && [11, 17, 21].iter().all(|line| lines.contains(line)), "{problems:?}");
}

#[test]
fn an_empty_file_says_how_one_begins() {
    problem("", "1:1: the file has no `version`; a scenario begins with version = 1");
    problem("version = 2", "1:11: version 2 is newer than this program");
    problem("version = \"1\"", "1:11: the version is wrong");
    problem("version = 1", "1:1: scenario has no `region`");
}

#[test]
fn ten_megabytes_of_zeros_are_refused_at_once() {
    problem(&"0".repeat(10_000_000), "1:1: the text has 10000000 bytes; a scenario has at most");
    problem(&"\0".repeat(10_000_000), "1:1: the text has 10000000 bytes");
    problem(&"\0".repeat(200_000), "1:1: ");
    problem(&"0".repeat(200_000), "1:");
}

#[test]
fn more_of_a_section_than_can_be_run_is_refused() {
    let regions: String =
        (0..30).map(|number| format!("[[region]]\nid = \"r{number}\"\nplace = [0, {number}]\n")).collect();
    let text = GOOD.replace("[[dataset]]", &format!("{regions}[[dataset]]"));
    let problems = load(&text, None, None).unwrap_err();
    assert!(
        problems
            .iter()
            .any(|problem| problem.message == "there are 32 of `region`" && problem.help == "at most 24 are allowed")
    );
}

/// What is taken for sound can be run.
fn runs(scenario: Scenario) -> bool {
    let mut run: Run<protocols::Any> = scenario.run(Vec::new());
    run.advance(Time::from_secs(1), 50_000);
    run.events() > 0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_scenario_or_problems(text in ".{0,200}") {
        prop_assert!(load(&text, None, None).is_err());
    }

    /// A built-in scenario with a stretch replaced, doubled or cut out.
    #[test]
    fn a_mutated_scenario_is_a_scenario_or_problems(
        which in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        length in 0_usize..40,
        with in prop_oneof![
            Just(String::new()), Just("-1".to_owned()), Just("\"".to_owned()), Just("[[region]]\n".to_owned()),
            Just("= 99999999999999999999".to_owned()), Just("\"1e9h\"".to_owned()), Just("{".to_owned()), ".{0,6}"
        ],
    ) {
        let text = which.get(built_in()).text();
        let mut places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        places.push(text.len());
        let start = from.index(places.len());
        let end = (start + length).min(places.len() - 1);
        let mutated = format!("{}{with}{}", &text[..places[start]], &text[places[end.max(start)]..]);
        match load(&mutated, None, None) {
            Ok(scenario) => {
                prop_assert!(runs(scenario));
            }
            Err(problems) => {
                let lines = mutated.lines().count().max(1) + 1;
                prop_assert!(problems.iter().all(|problem| problem.line <= lines && !problem.message.is_empty()));
            }
        }
    }

    /// A built-in scenario with some of its numbers changed: most are sound.
    #[test]
    fn a_scenario_with_other_numbers_is_a_scenario_or_problems(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), "0|1|3|24|500|100000"), 1..4),
    ) {
        let mut text = which.get(built_in()).text().to_owned();
        for (place, number) in changes {
            let digit = |at: &usize| text.as_bytes()[*at].is_ascii_digit();
            let starts: Vec<usize> = (1..text.len()).filter(|at| digit(at) && !digit(&(at - 1))).collect();
            let start = *place.get(&starts);
            let end = (start..text.len()).find(|at| !digit(at)).unwrap_or(text.len());
            text.replace_range(start..end, &number);
        }
        if let Ok(scenario) = load(&text, None, None) {
            prop_assert!(runs(scenario));
        }
    }
}
