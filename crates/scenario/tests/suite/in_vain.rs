//! What can never do anything as the rest is set, in no variant either, is refused with its place and what would be right.

use scenario::load;

/// What is said first of a scenario with such a dataset, in the lines from 9 on, such steps and so much more; nothing if it is sound.
fn said(dataset: &str, steps: &str, more: &str) -> String {
    let text = format!(
        "version = 1\n[story]\ntitle = \"T\"\n[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n\
         [[dataset]]\nid = \"db\"\n{dataset}\n[[request]]\nid = \"r\"\nsteps = {steps}\n[[population]]\nid = \"london\"\nrate = \"1/s\"\n{more}"
    );
    let problems = load(&text, None, None).err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

const SOUND: &str = "";
const STOCK: &str = "type = \"stock\"\ninitial = 5";
const WRITE: &str = "[\"write db\"]";

#[test]
fn nobody_commits_or_releases_what_nobody_reserves() {
    for step in ["commit", "release"] {
        let found = said(STOCK, &format!("[\"sell 1 db\", \"{step} db\"]"), "");
        let expected = format!("14:23: for `{step} db` nobody reserves anything; add `reserve N db` to a request");
        assert!(found.starts_with(&expected), "{found}");
        assert_eq!(said(STOCK, &format!("[\"reserve 1 db\", \"{step} db\"]"), ""), SOUND);
    }
    let elsewhere = "[[request]]\nid = \"s\"\nsteps = [\"reserve 2 db for 1m\"]\n";
    assert_eq!(said(STOCK, "[\"commit db\"]", elsewhere), SOUND);
    let in_a_variant = "[[variant]]\nid = \"v\"\nset = { \"request.r.steps\" = [\"reserve 1 db\", \"commit db\"] }\n";
    assert!(
        said(STOCK, "[\"commit db\"]", in_a_variant).contains("nobody reserves anything"),
        "as written nothing is held"
    );
}

#[test]
fn what_is_more_than_there_ever_is_is_not_asked_for() {
    let account = "type = \"account\"\ninitial = 5";
    for (dataset, step, more) in [
        (STOCK, "reserve 6 db", "restock 1 db"),
        (STOCK, "sell 6 db", "restock 1 db"),
        (account, "withdraw 6 db", "deposit 1 db"),
    ] {
        let found = said(dataset, &format!("[\"{step}\"]"), "");
        let expected = format!("14:10: `{step}` is always declined: there is never so much; make `initial` at least 6");
        assert!(found.starts_with(&expected), "{found}");
        assert_eq!(said(dataset, &format!("[\"{step}\", \"{more}\"]"), ""), SOUND, "more comes in");
        assert_eq!(said(dataset, &format!("[\"{}\"]", step.replace('6', "5")), ""), SOUND);
        let variant = "[[variant]]\nid = \"v\"\nset = { \"dataset.db.initial\" = 6 }\n";
        assert_eq!(said(dataset, &format!("[\"{step}\"]"), variant), SOUND, "in a variant there is so much");
    }
}

#[test]
fn nobody_is_promoted_who_stands_for_election_and_nothing_is_handed_over_that_nobody_leads() {
    let act = |kind: &str| format!("[[act]]\nid = \"a\"\nkind = \"{kind}\"\nregion = \"eu-west-1\"\nat = \"5s\"\n");
    let does = |kind: &str, protocol: &str| said(&format!("protocol = \"{protocol}\""), WRITE, &act(kind));
    for protocol in ["raft", "quorum", "multi-leader"] {
        let found = does("promote", protocol);
        assert!(
            found.starts_with(
                "19:8: `promote` changes nothing here; name a dataset whose `protocol` has a leader that is appointed"
            ),
            "{found}"
        );
    }
    for protocol in ["quorum", "multi-leader"] {
        let found = does("hand-over", protocol);
        assert!(
            found.starts_with("19:8: `hand-over` changes nothing here; name a dataset whose `protocol` has a leader: "),
            "{found}"
        );
    }
    for (kind, protocol) in [("promote", "async"), ("hand-over", "async"), ("hand-over", "raft")] {
        assert_eq!(does(kind, protocol), SOUND);
    }
    let variant =
        format!("{}[[variant]]\nid = \"v\"\nset = {{ \"dataset.db.protocol\" = \"sync\" }}\n", act("promote"));
    assert_eq!(said("protocol = \"raft\"", WRITE, &variant), SOUND, "in a variant it does something");
}

#[test]
fn nobody_decides_who_leads_where_no_leader_is_appointed() {
    let automatic = "[control]\nfailover = \"automatic\"\n";
    for protocol in ["raft", "quorum", "multi-leader"] {
        let found = said(&format!("protocol = \"{protocol}\""), WRITE, automatic);
        assert!(
            found.starts_with(
                "18:12: `failover` changes nothing; set the `protocol` of a dataset to async, semi-sync or sync"
            ),
            "{found}"
        );
    }
    assert_eq!(said("protocol = \"semi-sync\"", WRITE, automatic), SOUND);
    assert_eq!(said("protocol = \"raft\"", WRITE, "[control]\nfailover = \"off\"\n"), SOUND);
}

#[test]
fn the_clocks_of_clients_are_wrong_only_where_they_are_asked() {
    let quorum = "protocol = \"quorum\"";
    for clock in ["clock-offset = \"1h\"", "clock-error = \"exponential 1s\""] {
        let found = said(quorum, WRITE, clock);
        let key = clock.split(' ').next().expect("it has a name");
        assert!(
            found.contains(&format!("`{key}` changes nothing; set the `timestamps` of a dataset to client")),
            "{found}"
        );
        assert_eq!(said(&format!("{quorum}\ntimestamps = \"client\""), WRITE, clock), SOUND);
        let variant = format!("{clock}\n[[variant]]\nid = \"v\"\nset = {{ \"dataset.db.timestamps\" = \"client\" }}\n");
        assert_eq!(said(quorum, WRITE, &variant), SOUND);
        let misspelt = said(&format!("{quorum}\ntimestamps = \"clint\""), WRITE, clock);
        assert_eq!(misspelt.lines().count(), 1, "one mistake is one problem: {misspelt}");
    }
}

#[test]
fn of_one_mistake_nothing_else_is_said() {
    let merged = "protocol = \"multi-leader\"\npolicy = \"merge\"\ntype = \"stock\"";
    let found = said(
        &format!("{merged}\nvalidate-after = \"soon\"\ndesk = \"eu-west-1\"\ncancel-cost = 5"),
        "[\"sell 1 db\"]",
        "",
    );
    assert!(found.starts_with("13:18: ") && found.lines().count() == 1, "{found}");
    let bank = "type = \"ledger\"\naccounts = 4";
    let negative = said(bank, "[\"transfer 5 db from -1\"]", "");
    assert_eq!(negative, "14:10: there is no account -1; its accounts are 1 to 4");
    let word = said(bank, "[\"transfer 5 db from one\"]", "");
    assert_eq!(word, "14:10: `from` is a text, not a whole number; it takes an account");
    let kind = said("", WRITE, "[[fault]]\nid = \"f\"\nkind = \"quake\"\nat = \"1s\"\nzzzzzzzz = 1\n");
    let listed = kind.lines().find(|line| line.contains("zzzzzzzz")).expect("it is unknown");
    assert_eq!(listed.matches("`region`").count(), 1, "{listed}");
    let account =
        said("protocol = \"multi-leader\"\npolicy = \"siblings\"\ntype = \"account\"", "[\"deposit 1 db\"]", "");
    assert!(account.contains("this is of type account"), "{account}");
}
