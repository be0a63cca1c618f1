//! Values of a type are judged linearizable also by what they took and declined, whether anybody read them or not.

use check::{Asked, Initial, check_text, recognise, to_edn};
use engine::Time;
use protocol::Property;
use protocols::Any;
use scenario::load;
use sim::{Run, Standing, Told, VerdictLine};

/// Three regions 20 ms apart, users beside the first and the second, and one key.
fn run(dataset: &str, rest: &str) -> Run<Any> {
    let region = |id: &str, latitude: u32| {
        format!("[[region]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\nservice = \"0ms\"\n")
    };
    let link = |between: &str| format!("[[link]]\nbetween = {between}\nrtt = \"20ms\"\n");
    let head = "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"40s\"\n[links]\njitter = \"off\"\nlast-mile = \"5ms\"\n[control]\nhome = \"c\"\nfailover = \"automatic\"\ninterval = \"1s\"\ntimeout = \"1s\"\npreference = [\"a\", \"b\", \"c\"]\n[routing]\nttl = \"1s\"\n";
    let text = [
        head.to_owned(),
        region("a", 40) + &region("b", 45) + &region("c", 50),
        link("[\"a\", \"b\"]") + &link("[\"a\", \"c\"]") + &link("[\"b\", \"c\"]"),
        format!("[[dataset]]\nid = \"db\"\nkeys = 1\nsampled-keys = 1\n{dataset}\n"),
        rest.to_owned(),
        // Somebody is appointed in it, so that a controller may decide who.
        "[[variant]]\nid = \"appointed\"\nset = { \"dataset.db.protocol\" = \"async\" }\n".to_owned(),
    ];
    let scenario = load(&text.concat(), None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

fn users(id: &str, latitude: u32, steps: &str, rates: &str) -> String {
    format!(
        "[[request]]\nid = \"{id}\"\nsteps = {steps}\ntimeout = \"2s\"\n[[population]]\nid = \"users-{id}\"\nplace = [{latitude}.0, 8.0]\narrival = \"constant\"\nrate = {rates}\nmix = {{ {id} = 1 }}\n"
    )
}

/// One a second, in these seconds.
fn between(from: u32, until: u32) -> String {
    format!("[[\"0s\", \"0/s\"], [\"{from}s\", \"1/s\"], [\"{until}s\", \"0/s\"]]")
}

const LOSS: &str = "[[fault]]\nid = \"loss\"\nkind = \"region-loss\"\nregion = \"a\"\nat = \"6300ms\"\n";

/// The verdict, which is the same on what is written of the run and read again.
fn linearizable(run: &Run<Any>) -> VerdictLine {
    let line = run.verdicts().into_iter().find(|line| line.property == Property::Linearizable).expect("it is judged");
    let Told::Values { of, initial, history } = run.told(0) else { panic!("values of a type") };
    let model = of.name().parse().expect("it is decided");
    let initial = if initial == 0 { "nil".to_owned() } else { initial.to_string() };
    let asked = Asked { initial: Initial::read(&initial, model).unwrap_or_default(), budget: None };
    let text = to_edn(&history);
    assert_eq!(recognise(&text), Ok(model));
    let report = check_text(&text, model, &asked).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((report.is_violated(), report.is_linearizable()), (line.count > 0, line.count == 0), "{report}");
    line
}

#[test]
fn what_is_given_away_again_after_a_failover_is_found_though_nobody_reads() {
    for (dataset, steps, said) in [
        ("type = \"name\"", "[\"claim db\"]", "claimed the name"),
        ("type = \"stock\"\ninitial = 5", "[\"sell 5 db\"]", "sold 5"),
        ("type = \"account\"\ninitial = 5", "[\"withdraw 5 db\"]", "withdrew 5"),
        (
            "type = \"ledger\"\naccounts = 2\ninitial = 5",
            "[\"transfer 5 db from 1 to 2\"]",
            "transferred 5 from account 1 to account 2",
        ),
    ] {
        let asked = users("first", 40, steps, &between(5, 6)) + &users("then", 45, steps, &between(20, 21)) + LOSS;
        let line =
            linearizable(&run(&format!("protocol = \"async\"\nleader = \"a\"\nship = \"5s\"\n{dataset}"), &asked));
        assert_eq!((line.standing, line.count), (Standing::NotPromised, 1), "{line:?}");
        assert!(line.text.contains(said) && line.text.contains("although in no order"), "{}", line.text);
        assert_eq!(line.witness.len(), 2, "{:?}", line.witness);
        let second = line.witness.iter().filter_map(|of| of.completed).max();
        assert_eq!(line.at, second, "it is seen when the second is told");
    }
}

#[test]
fn where_a_majority_has_it_nothing_is_given_away_again_and_what_is_declined_is_judged() {
    for protocol in ["raft", "semi-sync"] {
        let dataset = format!("protocol = \"{protocol}\"\ntype = \"stock\"\ninitial = 5");
        let asked = users("first", 40, "[\"sell 5 db\"]", &between(5, 6))
            + &users("then", 45, "[\"sell 5 db\"]", &between(20, 23))
            + LOSS;
        let line = linearizable(&run(&dataset, &asked));
        assert_eq!((line.standing, line.count), (Standing::Kept, 0), "{protocol}: {line:?}");
    }
}

#[test]
fn holds_that_run_out_and_customers_who_buy_what_they_hold_are_explained() {
    let steps =
        "[\"reserve 2 db for 1500ms\", \"wait 1s\", \"commit db\", \"reserve 1 db for 3s\", \"read db from leader\"]";
    let late = "[\"reserve 1 db for 500ms\", \"wait 1s\", \"commit db\"]";
    let asked = users("buys", 40, steps, &between(5, 20)) + &users("late", 45, late, &between(5, 20));
    let line = linearizable(&run("protocol = \"raft\"\ntype = \"stock\"\ninitial = 30", &asked));
    assert_eq!((line.standing, line.count), (Standing::Kept, 0), "{line:?}");
}
