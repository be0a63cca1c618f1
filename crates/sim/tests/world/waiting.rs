//! Operations that never end: they are counted, with the longest wait.

use crate::design::*;
use engine::Span;
use protocols::leader_follower::Acknowledge;

#[test]
fn operations_that_hang_until_the_end_are_counted_and_so_is_since_when_the_first_of_them_waits() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.requests.iter_mut().for_each(|request| request.timeout = Span::from_secs(3_600));
    lose_leader(&mut config, 20, None);
    let end = config.until.as_secs_f64();
    let run = run(config);
    let [offered, succeeded, failed, waiting] =
        ["offered", "succeeded", "failed", "under-way"].map(|id| measure(&run, id));
    assert!(waiting > 100.0, "whoever asks the dark leader waits: {waiting}");
    assert_eq!(offered, succeeded + failed + waiting, "each operation is counted once");
    let wait = measure(&run, "longest-wait");
    assert!((end - 20.5..=end - 19.0).contains(&wait), "since about when the leader went at 20 s: {wait}");
    assert!(wait > measure(&run, "latency.max"));
}
