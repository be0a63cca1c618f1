//! A lock as a register: 0 is free, 1 is taken.

use check::{Asked, Finding, Model, check_text};
use std::fmt::Write as _;

const PROCESSES: usize = 5;
const TAKE: &str = "[0 1]";
const GIVE_BACK: &str = "[1 0]";

/// Each process takes the lock and gives it back, over and over; somebody always waits for it. In the end two hold it.
fn history(rounds: usize) -> String {
    let mut text =
        "{:process 9 :type :invoke :f :write :value 0}\n{:process 9 :type :ok :f :write :value 0}\n".to_owned();
    let mut event = |process: usize, kind: &str, pair: &str| {
        let _ = writeln!(text, "{{:process {process} :type :{kind} :f :cas :value {pair}}}");
    };
    for process in 0..PROCESSES {
        event(process, "invoke", TAKE);
    }
    for round in 0..rounds {
        let process = round * round % PROCESSES;
        event(process, "ok", TAKE);
        event(process, "invoke", GIVE_BACK);
        event(process, "ok", GIVE_BACK);
        event(process, "invoke", TAKE);
    }
    event(1, "ok", TAKE);
    event(2, "ok", TAKE);
    text
}

#[test]
fn a_lock_held_twice_is_proved_by_the_two_holders_and_the_state_before() {
    let text = history(61);
    let lines = text.lines().count();
    let report = check_text(&text, Model::CasRegister, &Asked::default()).expect("a history");
    let Finding::NotLinearizable { explanation, witness } = &report.keys[0].finding else { panic!("{report}") };
    let ends = |line: usize| format!("to {line})");
    assert!(
        matches!(witness.as_slice(), [one, other] if [one, other].iter().all(|holder| holder.contains("replaced 0 by 1"))
            && [lines - 1, lines].iter().all(|&line| witness.iter().any(|holder| holder.contains(&ends(line))))),
        "{report}"
    );
    assert!(explanation.contains("What had ended by line") && explanation.ends_with("left 0."), "{report}");
}

/// A lock as some keep it: what stands in it when it is free, and what when a process holds it.
struct Kept {
    free: &'static str,
    taken: fn(usize) -> String,
}

const PLAIN: Kept = Kept { free: "0", taken: |_| "1".to_owned() };
const OWNED: Kept = Kept { free: "0", taken: |process| (process + 1).to_string() };
/// A word for what is free, and one for each owner.
const NAMED: Kept = Kept { free: "\"free\"", taken: |process| format!("\"p{process}\"") };

/// So often process 3 takes the lock and gives it back, somebody who crashed (`crashes`) may have taken it or given it back at the end of that,
/// and then 0 and 1 hold it at the same time.
fn held_twice(kept: &Kept, rounds: usize, crashes: bool) -> String {
    let mut text = String::new();
    let mut event = |process: usize, kind: &str, call: &str| {
        let _ = writeln!(text, "{{:process {process} :type :{kind} {call}}}");
    };
    let take = |process: usize| format!(":f :cas :value [{} {}]", kept.free, (kept.taken)(process));
    let give = |process: usize| format!(":f :cas :value [{} {}]", (kept.taken)(process), kept.free);
    let free = format!(":f :write :value {}", kept.free);
    event(9, "invoke", &free);
    event(9, "ok", &free);
    for _ in 0..rounds {
        for call in [take(3), give(3)] {
            event(3, "invoke", &call);
            event(3, "ok", &call);
        }
    }
    if crashes {
        event(4, "invoke", &take(4));
        event(4, "info", &take(4));
    }
    for process in [0, 1] {
        event(process, "invoke", &take(process));
        event(process, "ok", &take(process));
    }
    text
}

#[test]
fn in_every_shape_a_lock_held_twice_is_told_by_its_two_holders_and_the_state_before() {
    for (name, kept) in [("plain", &PLAIN), ("owned", &OWNED), ("named", &NAMED)] {
        for rounds in [0, 1, 2, 40] {
            for crashes in [false, true] {
                let text = held_twice(kept, rounds, crashes);
                let report = check_text(&text, Model::CasRegister, &Asked::default()).expect("a history");
                let Finding::NotLinearizable { explanation, witness } = &report.keys[0].finding else {
                    panic!("{report}")
                };
                let holds =
                    |process: usize| witness.iter().any(|of| of.contains(&format!("process {process} replaced")));
                assert!(
                    witness.len() == 2 && holds(0) && holds(1),
                    "{name}, {rounds} rounds, crash {crashes}: {report}"
                );
                let free = kept.free.trim_matches('"');
                let left = [format!("left {free}."), format!("left \"{free}\".")];
                let wrote = format!("process 9 wrote {}", kept.free);
                let told = left.iter().any(|left| explanation.ends_with(left)) || explanation.contains(&wrote);
                assert!(told, "{name}, {rounds} rounds, crash {crashes}: the state before is told: {report}");
            }
        }
    }
}
