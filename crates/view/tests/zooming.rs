//! The axis of the timeline, looked at from nearer.

mod sample;

use engine::{Span, Time};
use view::timeline::NEAREST;
use view::{Size, Theme, TimelineView};

const WHOLE: Time = Time::from_secs(120);

fn whole() -> TimelineView {
    let view = sample::timeline_view(Size::new(1_000.0, 260.0), Theme::Light);
    TimelineView { from: Time::ZERO, to: WHOLE, ..view }
}

fn part(view: &TimelineView, (from, to): (Time, Time)) -> TimelineView {
    TimelineView { from, to, ..view.clone() }
}

#[test]
fn what_one_zooms_about_stays_where_it_is() {
    let view = whole();
    for about in [0, 7, 30, 60, 119, 120].map(Time::from_secs) {
        let nearer = part(&view, view.zoomed(WHOLE, about, 4.0));
        assert_eq!(nearer.length(), Span::from_secs(30));
        assert!((nearer.x_from_time(about) - view.x_from_time(about)).abs() < 0.5, "about {about}");
        assert_eq!(nearer.zoomed(WHOLE, about, 0.25), (Time::ZERO, WHOLE), "and back");
    }
}

#[test]
fn the_axis_stays_within_the_run_and_is_never_too_short() {
    let view = whole();
    assert_eq!(view.zoomed(WHOLE, WHOLE, 0.0), (Time::ZERO, WHOLE));
    assert_eq!(part(&view, view.zoomed(WHOLE, WHOLE, 1e9)).length(), NEAREST);
    let nearer = part(&view, view.zoomed(WHOLE, Time::from_secs(60), 8.0));
    assert_eq!(nearer.moved(WHOLE, 1e6), (Time::from_secs(105), WHOLE));
    assert_eq!(nearer.moved(WHOLE, -1e6).0, Time::ZERO);
    // A run that is shorter than that is seen whole.
    let short = Time::from_secs(2);
    assert_eq!(part(&view, (Time::ZERO, short)).zoomed(short, short, 4.0), (Time::ZERO, short));
}

#[test]
fn the_axis_goes_on_with_the_playhead() {
    let view = whole();
    let nearer = part(&view, view.zoomed(WHOLE, Time::from_secs(10), 8.0));
    assert_eq!(nearer.with(WHOLE, Time::from_secs(12)), (nearer.from, nearer.to), "it is there");
    let later = part(&view, nearer.with(WHOLE, Time::from_secs(70)));
    assert_eq!((later.from, later.length()), (Time::from_millis(68_500), Span::from_secs(15)));
}
