//! Operations that never end: they are counted, with the longest wait.

use crate::design::*;
use engine::Span;
use protocols::leader_follower::Acknowledge;

#[test]
fn operations_that_hang_until_the_end_are_counted_and_so_is_since_when_the_first_of_them_waits() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.requests.iter_mut().for_each(|request| request.timeout = Span::from_secs(3_600));
    lose_leader(&mut config, 20, None);
    let run = run(config);
    let [offered, succeeded, failed, waiting] =
        ["offered", "succeeded", "failed", "under-way"].map(|id| measure(&run, id));
    assert!(waiting > 100.0, "whoever asks the dark leader waits: {waiting}");
    assert_eq!(offered, succeeded + failed + waiting, "each operation is counted once");
    let seconds = |until| (0..until).filter_map(|second| run.summary(second)).flat_map(|it| it.populations);
    let late = |until| seconds(until).map(|users| users.late).sum::<u32>();
    let end = run.seconds();
    let hanging: u32 = run.summary(end - 1).map_or(0, |it| it.populations.iter().map(|users| users.waiting).sum());
    assert_eq!(late(20), 0, "before it went nobody waited for long");
    assert_eq!(late(end), hanging, "each is counted once, when it has waited for long, and none has ended since");
    let recent = waiting - f64::from(hanging);
    assert!(hanging > 100 && (1.0..waiting / 4.0).contains(&recent), "{recent} of {waiting} began in the last 5 s");
    let end = f64::from(end);
    let wait = measure(&run, "longest-wait");
    assert!((end - 20.5..=end - 19.0).contains(&wait), "since about when the leader went at 20 s: {wait}");
    assert!(wait > measure(&run, "latency.max"));
}
