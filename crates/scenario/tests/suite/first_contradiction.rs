//! When it is first seen that no order explains what users were told: held against a look at every answer.

use check::{Call, History, Operation, linearizable_register};
use engine::Time;
use protocol::Property;
use protocols::Any;
use scenario::{find_built_in, load};
use sim::Run;

/// On how many keys no order explains what was known by an instant.
fn bad(history: &History, until: u64) -> usize {
    let known = history.operations.iter().filter_map(|operation| {
        let ended = operation.completed().is_some_and(|completed| completed <= until);
        let read = matches!(operation.call, Call::Read { .. });
        let took = operation.took.filter(|_| ended);
        (operation.invoked <= until && (ended || !read)).then(|| Operation { took, ..operation.clone() })
    });
    linearizable_register(&History::new(known.collect())).values().filter(|verdict| !verdict.holds()).count()
}

/// Of these runs most contradictions are of reads that meet a write which ends after they did.
#[test]
fn it_is_said_of_the_answer_that_first_shows_it_also_where_writes_take_longer_than_reads() {
    for (id, variant) in
        [("first-look", Some("sync")), ("a-zone-burns", Some("no-room")), ("sync-across-the-ocean", None)]
    {
        let built_in = find_built_in(id).expect("it is shipped");
        let scenario = load(built_in.text(), variant, None).expect("it is sound");
        let mut run: Run<Any> = scenario.run(Vec::new());
        while !run.advance(Time::MAX, 1_000_000) {}
        let verdicts = run.verdicts().into_iter().filter(|line| line.property == Property::Linearizable);
        for line in verdicts.filter(|line| line.count > 0) {
            let at = line.at.expect("it was seen at some time").as_nanos();
            let history = run.history(line.dataset);
            assert_eq!((bad(&history, at - 1), bad(&history, at)), (0, 1), "{id}: {}", line.text);
            assert!(line.witness.len() >= 2, "{id}: {:?}", line.witness);
        }
    }
}
