//! Histories recorded by others, with their verdicts (`tests/histories/README.md`).

use check::{Asked, Finding, Model, Report, check_text};

#[track_caller]
fn report(file: &str) -> Report {
    let path = format!("{}/../../tests/histories/{file}.edn", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the file is in the repository");
    let model = if file.starts_with("kv") { Model::Kv } else { Model::CasRegister };
    check_text(&text, model, &Asked::default()).expect("a history that can be read")
}

#[test]
fn good_histories_are_linearizable() {
    for file in ["kv-good-c01", "register-good-cas-register-bug", "register-good-memstress3-33"] {
        let report = report(file);
        assert!(report.is_linearizable(), "{file}: {report}");
        assert!(report.keys.iter().all(|key| key.operations > 0) && !report.keys.is_empty());
    }
}

#[test]
fn bad_histories_are_not_and_say_which_operations_conflict() {
    for file in ["kv-bad-c10", "register-bad-cas-failure", "register-bad-rethink-fail-minimal"] {
        let report = report(file);
        assert!(!report.is_linearizable(), "{file}: {report}");
        for key in &report.keys {
            if let Finding::NotLinearizable { explanation, witness } = &key.finding {
                assert!(!witness.is_empty());
                assert!(witness.iter().any(|operation| explanation.contains(operation)), "{explanation}");
            }
        }
    }
}

#[test]
fn the_minimal_history_is_told_in_words() {
    let report = report("register-bad-rethink-fail-minimal");
    assert_eq!(
        report.to_string(),
        "not linearizable (cas-register, 4 operations)\n\n\
         process 1 read 3 (lines 4 to 7), but nobody ever wrote 3. Only 0 or 4 could have been read then.\n  \
         the operations that conflict:\n  \
         - process 1 read 3 (lines 4 to 7)"
    );
}
