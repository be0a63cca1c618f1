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
