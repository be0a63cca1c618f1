//! Elements of sets and carts that are there or gone against what clients were told, each judged as soon as its copies agree.

use engine::Time;
use protocols::Any;
use scenario::{find_built_in, load};
use sim::metrics::Query;
use sim::{Property, Run, Standing, VerdictLine};

fn run(text: &str, variant: Option<&str>) -> Run<Any> {
    let scenario = load(text, variant, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

fn line(run: &Run<Any>) -> VerdictLine {
    let line = run.verdicts().into_iter().find(|line| line.property == Property::ElementsAsTold);
    line.expect("nobody leads it, and it holds elements")
}

fn standing(run: &Run<Any>) -> (Standing, u32) {
    let VerdictLine { standing, count, .. } = line(run);
    let measured = run.measure(&Query::whole("elements-wrong")).unwrap_or(f64::NAN);
    assert_eq!(measured, f64::from(count));
    (standing, count)
}

#[test]
fn what_was_removed_is_back_from_a_union_and_not_from_sets_that_know_what_they_have_seen() {
    let cart = find_built_in("global-cart").expect("it ships").text();
    assert_eq!(standing(&run(cart, None)), (Standing::Kept, 0));
    assert_eq!(standing(&run(cart, Some("removed-for-good"))), (Standing::Kept, 0));
    let union = run(cart, Some("union"));
    assert_eq!(standing(&union), (Standing::NotPromised, 1));
    let VerdictLine { at, event, text, witness, .. } = line(&union);
    assert!(
        text.starts_with("A user in London, at 15 s was told at 0:15.")
            && text.contains("element 4 of key 0 is removed"),
        "{text}"
    );
    let chain = union.explain_event(event, at.expect("it is seen"));
    let told: Vec<&str> = chain.iter().map(|line| line.text.as_str()).collect();
    assert!(told.last().is_some_and(|last| last.contains("Ireland, cart: key 0 holds 1, 2, 3, 4, 5, 6")), "{told:?}");
    assert!(told.len() > 1, "{told:?}");
    let witness: Vec<&str> = witness.iter().map(|line| line.text.as_str()).collect();
    assert!(
        witness[0].contains("New York, at 5 s wrote key 0 (add 4)") && witness[1].contains("(remove 4)"),
        "{witness:?}"
    );
}

#[test]
fn of_two_carts_of_which_one_stays_the_other_is_missed_element_by_element() {
    let cart = find_built_in("global-cart").expect("it ships").text();
    let later = run(cart, Some("last-writer"));
    assert_eq!(standing(&later), (Standing::NotPromised, 2), "item 4 is back and item 5 is gone");
}

/// Two regions that are cut off from each other from 5 s to 15 s share a set; `a` puts element 1 in at these seconds, `b` takes it out at 8 s.
fn shared(kind: &str, policy: &str, put: &[u32]) -> Run<Any> {
    let users = |id: &str, latitude: u32, request: &str, at: &[u32]| {
        let pulses =
            at.iter().map(|at| format!("[\"{}ms\", \"100/s\"], [\"{}ms\", \"0/s\"]", at * 1000 - 10, at * 1000 + 1));
        let pulses = pulses.collect::<Vec<_>>().join(", ");
        format!(
            "[[population]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\narrival = \"constant\"\nrate = [[\"0s\", \"0/s\"], {pulses}]\nmix = {{ {request} = 1 }}\n"
        )
    };
    let head = "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"25s\"\n[links]\njitter = \"off\"\n[[region]]\nid = \"a\"\nplace = [40.0, 8.0]\n[[region]]\nid = \"b\"\nplace = [50.0, 8.0]\n";
    let set = format!(
        "[[dataset]]\nid = \"db\"\nprotocol = \"multi-leader\"\nkeys = 1\ntype = \"{kind}\"\npolicy = \"{policy}\"\n"
    );
    let requests =
        "[[request]]\nid = \"put\"\nsteps = [\"add 1 db\"]\n[[request]]\nid = \"take\"\nsteps = [\"remove 1 db\"]\n";
    let cut = "[[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"a\"\nright = \"b\"\nplane = \"data\"\nat = \"5s\"\nfor = \"10s\"\n";
    run(
        &[head, &set, requests, &users("putting", 40, "put", put), &users("taking", 50, "take", &[8]), cut].concat(),
        None,
    )
}

#[test]
fn of_changes_that_did_not_know_each_other_either_may_win() {
    for (kind, policy, put, expected) in [
        // Removed by somebody who had seen it, and not added again.
        ("set", "merge", &[2][..], (Standing::Kept, 0)),
        ("two-phase-set", "merge", &[2], (Standing::Kept, 0)),
        ("cart", "merge", &[2], (Standing::NotPromised, 1)),
        ("set", "last-writer", &[2], (Standing::Kept, 0)),
        // Added again while it was removed: there or not.
        ("set", "merge", &[2, 7], (Standing::Kept, 0)),
        ("two-phase-set", "merge", &[2, 7], (Standing::Kept, 0)),
        ("cart", "merge", &[2, 7], (Standing::Kept, 0)),
        // Told so after it was removed: a set of which one copy stays goes by time.
        ("set", "last-writer", &[2, 9], (Standing::Kept, 0)),
        ("cart", "last-writer", &[2, 7], (Standing::Kept, 0)),
    ] {
        assert_eq!(standing(&shared(kind, policy, put)), expected, "{kind}, {policy}, put in at {put:?} s");
    }
}

#[test]
fn copies_that_never_agree_are_not_judged() {
    let cart = find_built_in("global-cart").expect("it ships").text();
    let text = cart.replace("at = \"10s\"\nfor = \"30s\"", "at = \"1s\"\nfor = \"60s\"");
    assert_ne!(text, cart);
    assert_eq!(line(&run(&text, Some("union"))).standing, Standing::Untested);
}

/// Two regions 2 s apart share a cart. Element 1 is put in at 2 s in `a` and taken out there at 10 s.
fn far_cart(kind: &str, rest: &str) -> Run<Any> {
    let once = |id: &str, at: [&str; 2], steps: &str| {
        let [from, until] = at;
        format!(
            "[[request]]\nid = \"{id}\"\nsteps = [{steps}]\n[[population]]\nid = \"of-{id}\"\nplace = [40.0, 8.0]\narrival = \"constant\"\nrate = [[\"{from}\", \"100/s\"], [\"{until}\", \"0/s\"]]\nmix = {{ {id} = 1 }}\n"
        )
    };
    let head = "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"40s\"\n[links]\njitter = \"off\"\n[routing]\nhealth-checked = false\n[[region]]\nid = \"a\"\nplace = [40.0, 8.0]\n[[region]]\nid = \"b\"\nplace = [50.0, 8.0]\n[[link]]\nbetween = [\"a\", \"b\"]\nrtt = \"4s\"\n";
    let set = format!(
        "[[dataset]]\nid = \"db\"\nprotocol = \"multi-leader\"\nkeys = 1\ntype = \"{kind}\"\npolicy = \"merge\"\n"
    );
    let [put, take] =
        [once("put", ["1.99s", "2.001s"], "\"add 1 db\""), once("take", ["9.99s", "10.001s"], "\"remove 1 db\"")];
    run(&[head, &set, &put, &take, rest].concat(), None)
}

fn dark(region: &str, at: &str, lasts: &str) -> String {
    format!(
        "[[fault]]\nid = \"dark-{region}\"\nkind = \"region-loss\"\nregion = \"{region}\"\nat = \"{at}\"\nfor = \"{lasts}\"\n"
    )
}

#[test]
fn a_key_is_judged_also_after_an_outage_of_all_who_hold_it() {
    assert_eq!(standing(&far_cart("cart", "")), (Standing::NotPromised, 1));
    let outage = [dark("a", "6800ms", "1s"), dark("b", "6500ms", "2s")].concat();
    assert_eq!(standing(&far_cart("cart", &outage)), (Standing::NotPromised, 1));
}

#[test]
fn what_is_under_way_from_a_region_that_has_lost_its_power_is_waited_for() {
    for kind in ["set", "two-phase-set"] {
        let run = far_cart(kind, &dark("a", "10500ms", "5s"));
        assert_eq!(standing(&run), (Standing::Kept, 0), "{kind}");
    }
}

#[test]
fn elements_are_judged_beside_others_of_which_it_is_not_told_who_has_them() {
    let adds = |elements: [u32; 2]| {
        let steps = (elements[0]..elements[1]).map(|element| format!("\"add {element} db\""));
        format!("[[request]]\nid = \"more-{}\"\nsteps = [{}]\n", elements[0], steps.collect::<Vec<_>>().join(", "))
    };
    let others = [[3, 18], [18, 33], [33, 48], [48, 63], [63, 71]].map(adds).concat();
    let users = "[[population]]\nid = \"more\"\nplace = [40.0, 8.0]\narrival = \"constant\"\nrate = [[\"3.99s\", \"100/s\"], [\"4.001s\", \"0/s\"]]\nmix = { more-63 = 1 }\n";
    let run = far_cart("cart", &(others + users));
    assert_eq!(standing(&run), (Standing::NotPromised, 1));
    let VerdictLine { text, .. } = line(&run);
    assert!(text.ends_with(" Of 69 elements the first 64 are judged."), "{text}");
}
