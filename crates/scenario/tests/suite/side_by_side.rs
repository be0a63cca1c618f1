//! Versions that a quorum keeps side by side, in plans small enough to be counted by hand: what becomes of two that did not know each other, and what
//! a read shows.

use engine::Time;
use protocol::Property;
use protocols::Any;
use scenario::load;
use sim::metrics::Query;
use sim::{Run, Standing};

/// Users beside a region who make one request at each of these seconds.
fn users(latitude: u32, request: &str, at: &[u32]) -> String {
    let pulse = |at: &u32| format!("[\"{}ms\", \"100/s\"], [\"{}ms\", \"0/s\"]", at * 1000 - 10, at * 1000 + 1);
    let pulses: Vec<String> = at.iter().map(pulse).collect();
    format!(
        "[[population]]\nid = \"{request}-{latitude}-{}\"\nplace = [{latitude}.0, 8.0]\narrival = \"constant\"\nrate = [[\"0s\", \"0/s\"], {}]\nmix = {{ {request} = 1 }}\n",
        at[0],
        pulses.join(", ")
    )
}

/// By which latitude the regions are told apart.
const A: u32 = 40;
const B: u32 = 45;
const C: u32 = 50;
const D: u32 = 41;

/// One key in three regions, of which the first is cut off from all others from 5 s to 35 s; a fourth region, beside the first, only coordinates. One copy is
/// enough to write and to read, and nothing is mended but by what is set.
fn run(set: &str, users: &[String]) -> Run<Any> {
    let region = |id: &str, latitude: u32| format!("[[region]]\nid = \"{id}\"\nplace = [{latitude}.0, 8.0]\n");
    let text = [
        "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"60s\"\n[control]\nhome = \"c\"\n[routing]\nhealth-checked = false\n".to_owned(),
        [region("a", A), region("b", B), region("c", C), region("d", D)].concat(),
        "[[dataset]]\nid = \"db\"\nprotocol = \"quorum\"\ncoordinators = [\"d\"]\nwrite-quorum = 1\nread-quorum = 1\nread-repair = \"off\"\nkeys = 1\nsampled-keys = 1\n".to_owned(),
        format!("{set}\n"),
        "[[request]]\nid = \"put\"\nsteps = [\"write db\"]\n[[request]]\nid = \"look\"\nsteps = [\"read db from local\"]\n".to_owned(),
        "[[request]]\nid = \"change\"\nsteps = [\"read db from local\", \"write db\"]\n".to_owned(),
        "[[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"a\"\nright = [\"b\", \"c\", \"d\"]\nplane = \"data\"\nat = \"5s\"\nfor = \"30s\"\n".to_owned(),
        users.concat(),
    ];
    let scenario = load(&text.concat(), None, None).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let mut run: Run<Any> = scenario.run(Vec::new());
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

fn measured<const N: usize>(run: &Run<Any>, metrics: [&str; N]) -> [f64; N] {
    metrics.map(|metric| run.measure(&Query::whole(metric)).unwrap_or(f64::NAN))
}

/// Written before the cut, on either side of it, each time by somebody who has read, and by one more after it.
fn changed_apart(set: &str) -> Run<Any> {
    run(
        set,
        &[users(C, "change", &[2]), users(A, "change", &[10]), users(B, "change", &[20]), users(C, "change", &[50])],
    )
}

#[test]
fn the_later_stamp_throws_away_a_confirmed_update_and_side_by_side_both_stay() {
    let standing = |run: &Run<Any>| {
        let line = run.verdicts().into_iter().find(|line| line.property == Property::NoLostUpdate);
        line.expect("it is judged").standing
    };
    let (later, both) = (changed_apart("policy = \"last-writer\""), changed_apart("policy = \"siblings\""));
    let metrics = ["conflicts", "conflicts-confirmed", "lost-updates", "lost-writes", "failed"];
    assert_eq!(measured(&later, metrics), [1.0, 1.0, 1.0, 0.0, 0.0]);
    assert_eq!(standing(&later), Standing::NotPromised);
    assert_eq!(measured(&both, metrics), [1.0, 1.0, 0.0, 0.0, 0.0], "and the last one had read both");
    assert_eq!(
        standing(&both),
        Standing::Untested,
        "there the books tell of what copies have heard of, not of which versions they show"
    );
}

#[test]
fn whoever_reads_nothing_writes_beside_all_that_is_there() {
    let put = [users(C, "put", &[2]), users(A, "put", &[10]), users(B, "put", &[20]), users(C, "put", &[50])];
    assert_eq!(measured(&run("policy = \"siblings\"", &put), ["conflicts", "lost-updates"]), [3.0, 0.0]);
}

#[test]
fn a_read_shows_what_those_have_who_answer_it_and_nothing_of_answers_before() {
    // By 15 s the first region is cut off, and the second answers; by 45 s the first one again, which nobody has told of the second write.
    let looks = [users(C, "put", &[2]), users(B, "put", &[10]), users(D, "look", &[15, 45])];
    let stale = |hints: bool| {
        let run = run(&format!("policy = \"siblings\"\nhints = {hints}"), &looks);
        measured(&run, ["stale-reads", "failed"])
    };
    assert_eq!(stale(false), [1.0, 0.0]);
    assert_eq!(stale(true), [0.0, 0.0]);
}
