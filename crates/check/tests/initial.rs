//! What objects hold before anything is done can be said.

use check::{Asked, Initial, Model, Report, check_text};

/// A read, before a write of 1 and after it.
fn reads(before: &str, after: &str) -> String {
    let done = |process: u32, f: &str, value: &str| {
        let event = |kind| format!("{{:process {process} :type :{kind} :f :{f} :key 5 :value {value}}}\n");
        event("invoke") + &event("ok")
    };
    done(0, "read", before) + &done(1, "write", "1") + &done(0, "read", after)
}

fn decided(text: &str, model: Model, initial: &str) -> Report {
    let initial = Initial::read(initial, model).expect("a value");
    check_text(text, model, &Asked { initial, ..Asked::default() }).expect("a history")
}

#[test]
fn an_initial_value_explains_reads_until_something_is_written() {
    let decided = |before: &str, after: &str, initial: &str| {
        let report = decided(&reads(before, after), Model::Register, initial);
        assert_eq!(report.keys[0].operations, 3, "what was there is no operation");
        report.is_linearizable()
    };
    assert!(decided("nil", "1", "nil"));
    assert!(decided("0", "1", "0"));
    assert!(decided(":a", "1", ":a"));
    assert!(!decided("0", "1", "nil"), "nobody wrote it");
    assert!(!decided("nil", "1", "0"), "something was there");
    assert!(!decided("0", "0", "0"), "it has been overwritten");
    let told = self::decided(&reads("0", "0"), Model::Register, "0").to_string();
    assert!(told.contains("the beginning wrote 0 (before everything)"), "{told}");
}

#[test]
fn an_initial_value_that_is_written_again_may_be_either() {
    let text = "{:process 0 :type :invoke :f :cas :value [0 1]}\n{:process 0 :type :ok :f :cas :value [0 1]}\n\
                {:process 0 :type :invoke :f :write :value 0}\n{:process 0 :type :ok :f :write :value 0}\n\
                {:process 1 :type :invoke :f :read}\n{:process 1 :type :ok :f :read :value 0}\n";
    assert!(decided(text, Model::CasRegister, "0").is_linearizable());
    assert!(decided(text, Model::CasRegister, "nil").is_violated());
}

#[test]
fn a_string_is_there_to_be_appended_to_also_where_time_begins_at_0() {
    let text = "{:process 0 :type :invoke :f :append :key 1 :value \"b\" :time 0}\n\
                {:process 0 :type :ok :f :append :key 1 :value \"b\" :time 4}\n\
                {:process 0 :type :invoke :f :get :key 1 :time 5}\n\
                {:process 0 :type :ok :f :get :key 1 :value \"ab\" :time 6}\n";
    assert!(decided(text, Model::Kv, "\"a\"").is_linearizable());
    assert!(decided(text, Model::Kv, "nil").is_violated());
    let nothing = decided("{:process 0 :type :invoke :f :get}\n{:process 0 :type :fail :f :get}\n", Model::Kv, "\"a\"");
    assert!(nothing.is_empty());
}

#[test]
fn what_is_no_value_of_the_model_is_refused_in_words() {
    let refused = |text: &str, model| Initial::read(text, model).err().unwrap_or_default();
    assert_eq!(refused("7", Model::Kv), "kv holds a string in double quotes or nil, not 7");
    let register = "a register holds a number, a string in double quotes, a keyword such as :a or nil";
    assert_eq!(refused("abc", Model::Register), format!("{register}, not abc"));
    assert_eq!(refused("", Model::Register), format!("there is no value; {register}"));
    assert_eq!(refused("1 2", Model::CasRegister), format!("there are several values; {register}"));
    assert!(refused("\"a", Model::Register).ends_with(register));
}
