//! What the picture of space and time promises: lines slant as messages travel, what is lost ends where it was lost, lanes run from west to
//! east, and what is picked stands out with its story.

mod sample;

use engine::{Span, Time};
use protocol::Channel;
use sim::spacetime::{About, Fate, FaultTime, HowEnded, Message, Operation, SpaceTime, Thing, Whose};
use sim::trace::{ErrorKind, Loss, OperationKind, Place};
use view::palette::Outcome;
use view::spacetime::{Picked, Picture, SpaceTimeView, playhead, whose, words};
use view::{Align, Kind, Palette, Point, Scene, Size, Stage, Symbol, Target, Theme, measure};

fn at(millis: u64) -> Time {
    Time::from_millis(millis)
}

/// A hundred milliseconds, the playhead in the middle.
fn view() -> SpaceTimeView {
    let (size, theme) = (Size::new(1_000.0, 400.0), Theme::Light);
    SpaceTimeView { size, theme, from: at(12_300), to: at(12_400), playhead: at(12_350), picked: None }
}

fn stage() -> Stage {
    sample::stage(sample::THREE, 2)
}

fn message(packet: u64, (from, sent): (Place, u64), (to, ended): (Place, u64)) -> Message {
    Message {
        packet,
        channel: Channel::Replication,
        from,
        to,
        sent: at(sent),
        due: at(ended),
        ended: at(ended),
        fate: Fate::Arrived,
        event: packet,
        cause: None,
        about: Some(About { dataset: 0, key: 3 }),
        writes: 1,
    }
}

fn operation(number: u64, began: u64, ended: u64, how: HowEnded) -> Operation {
    Operation {
        operation: number,
        population: 0,
        region: Some(0),
        kind: OperationKind::Write,
        about: Some(About { dataset: 0, key: 3 }),
        began: at(began),
        ended: Some((at(ended), how)),
        cause: None,
        answer: None,
    }
}

const VIRGINIA: Place = Place::region(0);
const IRELAND: Place = Place::region(1);
const TOKYO: Place = Place::region(2);

fn seen(messages: Vec<Message>, operations: Vec<Operation>) -> SpaceTime {
    let (messages_in_all, operations_in_all) = (messages.len() as u32, operations.len() as u32);
    let upto = at(12_400);
    SpaceTime { messages, operations, faults: Vec::new(), messages_in_all, operations_in_all, upto }
}

fn drawn(seen: &SpaceTime, view: &SpaceTimeView) -> Scene {
    let mut scene = Scene::default();
    Picture::new(&stage(), Whose::All, seen, view).draw(&mut scene);
    scene
}

/// The corners of all lines of this width.
fn lines(scene: &Scene, width: f32) -> Vec<f32> {
    let wide = |batch: &&view::Batch| batch.paint.stroke.is_some_and(|stroke| stroke.width == width);
    let lines = scene.batches().iter().filter(|batch| batch.kind == Kind::Lines).filter(wide);
    // But for the key, which stands above the plot.
    lines.flat_map(|batch| batch.coords.iter().copied()).collect()
}

fn close(a: f32, b: f32) -> bool {
    (a - b).abs() < 0.01
}

#[test]
fn lanes_run_from_west_to_east() {
    let (seen, view) = (seen(Vec::new(), Vec::new()), view());
    let picture = Picture::new(&stage(), Whose::All, &seen, &view);
    let titles: Vec<&str> = picture.lanes.all.iter().map(|lane| lane.title.as_str()).collect();
    assert_eq!(titles, ["N. Virginia", "users in New York", "Ireland", "users in Berlin", "Tokyo"]);
    assert!(picture.lanes.all.windows(2).all(|two| two[1].y > two[0].y + 27.0));
    let few = Picture::new(&stage(), Whose::Of(1), &seen, &view);
    assert_eq!(few.lanes.all.iter().filter(|lane| lane.place.as_users().is_some()).count(), 1);
}

#[test]
fn users_have_lanes_where_there_is_room_or_they_are_picked() {
    assert_eq!(whose(&stage(), 400.0, None), Whose::All);
    assert_eq!(whose(&stage(), 120.0, None), Whose::Nobody);
    assert_eq!(whose(&stage(), 120.0, Some(Target::Users(1))), Whose::Of(1));
    assert_eq!(whose(&stage(), 120.0, Some(Target::Region(1))), Whose::Nobody);
}

#[test]
fn a_message_of_45_ms_slants_over_45_of_100_ms() {
    let (seen, view) = (seen(vec![message(1, (VIRGINIA, 12_310), (IRELAND, 12_355))], Vec::new()), view());
    let picture = Picture::new(&stage(), Whose::All, &seen, &view);
    let ([line], plot) = (picture.lines.as_slice(), view.plot()) else { panic!("{:?}", picture.lines) };
    let y = |place| picture.lanes.at(place).map(|lane| lane.y);
    assert_eq!(line.ends.map(|end| Some(end.y)), [y(VIRGINIA), y(IRELAND)]);
    assert!(close(line.ends[0].x, plot.x + 0.1 * plot.width) && close(line.ends[1].x, plot.x + 0.55 * plot.width));
    let corners = line.ends.map(|end| [end.x, end.y]).concat();
    assert_eq!(lines(&drawn(&seen, &view), 1.25), corners);
}

#[test]
fn what_is_lost_ends_in_a_cross_where_it_was_lost() {
    let lost = |ended, fate| Message { ended: at(ended), fate, ..message(1, (VIRGINIA, 12_310), (IRELAND, 12_350)) };
    let crossed = |message: Message| {
        let (seen, view) = (seen(vec![message], Vec::new()), view());
        let scene = drawn(&seen, &view);
        let marks = scene.batches().iter().filter(|batch| batch.kind == Kind::Marks(Symbol::Cross));
        let crosses: Vec<f32> = marks.flat_map(|batch| batch.coords.iter().copied()).collect();
        let picture = Picture::new(&stage(), Whose::All, &seen, &view);
        let (start, end) = (picture.lines[0].ends[0], picture.lines[0].ends[1]);
        // The other cross is in the key.
        assert!(crosses.chunks(3).any(|cross| (cross[0], cross[1]) == (end.x, end.y)), "{crosses:?}");
        let goal = picture.lanes.at(IRELAND).map_or(0.0, |lane| lane.y);
        ((end.y - start.y) / (goal - start.y), start.distance(end))
    };
    let (share, _) = crossed(lost(12_330, Fate::Lost(Loss::Dark)));
    assert!(close(share, 0.5), "half of the way: {share}");
    let (share, length) = crossed(lost(12_310, Fate::Lost(Loss::Cut)));
    assert!(share < 0.2 && close(length, 14.0), "lost as it was sent, it shows where it was going: {share}, {length}");
}

#[test]
fn nothing_leaves_the_plot() {
    let across = message(1, (VIRGINIA, 12_200), (IRELAND, 12_500));
    let seen = seen(
        vec![across, message(2, (TOKYO, 12_390), (IRELAND, 12_450))],
        vec![operation(1, 12_000, 12_500, HowEnded::Well), operation(2, 12_500, 12_600, HowEnded::Well)],
    );
    let (view, stage) = (view(), stage());
    let (picture, plot) = (Picture::new(&stage, Whose::All, &seen, &view), view.plot());
    let inside = |point: &Point| point.x >= plot.x - 0.01 && point.x <= plot.right() + 0.01;
    assert!(picture.lines.iter().all(|line| line.ends.iter().all(inside) && !line.ended), "{:?}", picture.lines);
    let [bar] = picture.bars.as_slice() else { panic!("{:?}", picture.bars) };
    assert!(close(bar.rect.x, plot.x) && close(bar.rect.right(), plot.right()) && !bar.ended);
}

#[test]
fn operations_at_the_same_time_lie_in_rows_as_far_as_there_is_room() {
    let all: Vec<_> = (0..40).map(|number| operation(number, 12_310 + number, 12_390, HowEnded::Well)).collect();
    let (seen, view) = (seen(Vec::new(), all), view());
    let picture = Picture::new(&stage(), Whose::All, &seen, &view);
    assert!((3..40).contains(&picture.bars.len()), "{}", picture.bars.len());
    let apart = |a: &view::spacetime::Bar, b: &view::spacetime::Bar| !a.rect.overlaps(&b.rect);
    let bars = &picture.bars;
    assert!(bars.iter().enumerate().all(|(place, a)| bars[..place].iter().all(|b| apart(a, b))));
    let (own, next) = (picture.lanes.at(Place::users(0)).unwrap().y, picture.lanes.at(IRELAND).unwrap().y);
    assert!(bars.iter().all(|bar| bar.rect.y > own && bar.rect.bottom() < next), "on the lane of their users");
    assert_eq!(Picture::new(&stage(), Whose::All, &seen, &view).bars, *bars, "always the same ones");
}

#[test]
fn an_outcome_has_its_colour_and_what_did_not_end_well_a_mark() {
    let ends = [
        (HowEnded::Well, Outcome::Fresh, None),
        (HowEnded::Stale, Outcome::Stale, Some(Symbol::Circle)),
        (HowEnded::Failed(ErrorKind::Overloaded), Outcome::Refused, Some(Symbol::Cross)),
        (HowEnded::Failed(ErrorKind::Timeout), Outcome::TimedOut, Some(Symbol::Diamond)),
        (HowEnded::Failed(ErrorKind::Declined), Outcome::Declined, Some(Symbol::Square)),
    ];
    for (how, outcome, symbol) in ends {
        let (seen, view) = (seen(Vec::new(), vec![operation(1, 12_320, 12_380, how)]), view());
        let scene = drawn(&seen, &view);
        let color = Palette::of(view.theme).outcome(outcome);
        let bar = scene.batches().iter().find(|batch| batch.kind == Kind::Areas && batch.paint.fill == Some(color));
        let (right, y) = bar.map(|batch| (batch.coords[2], (batch.coords[1] + batch.coords[5]) / 2.0)).expect("a bar");
        let marked = scene.batches().iter().find_map(|batch| match batch.kind {
            Kind::Marks(symbol) => batch.coords.chunks(3).any(|it| it[0] == right && close(it[1], y)).then_some(symbol),
            _ => None,
        });
        assert_eq!(marked, symbol, "{outcome:?}");
    }
}

#[test]
fn what_is_picked_stands_out_with_what_led_to_it_and_what_it_led_to() {
    let by = |cause: Thing, message: Message| Message { cause: Some(cause), ..message };
    let messages = vec![
        by(Thing::Operation(0), message(1, (Place::users(0), 12_310), (VIRGINIA, 12_320))),
        by(Thing::Message(0), message(2, (VIRGINIA, 12_322), (IRELAND, 12_350))),
        by(Thing::Message(0), message(3, (VIRGINIA, 12_322), (TOKYO, 12_370))),
        by(Thing::Message(1), message(4, (IRELAND, 12_351), (VIRGINIA, 12_380))),
        message(5, (TOKYO, 12_330), (IRELAND, 12_360)),
    ];
    let write = Operation { answer: Some(Thing::Message(3)), ..operation(7, 12_310, 12_390, HowEnded::Well) };
    let seen = seen(messages, vec![write]);
    let bold = |picked| lines(&drawn(&seen, &SpaceTimeView { picked: Some(picked), ..view() }), 2.25).len() / 4;
    assert_eq!(bold(Picked::Message(2)), 3, "the call that led to it, itself, and the acknowledgement");
    assert_eq!(bold(Picked::Message(5)), 1);
    assert_eq!(bold(Picked::Operation(7)), 4, "all that the write took");
    let pale = |picked| lines(&drawn(&seen, &SpaceTimeView { picked, ..view() }), 1.25).len();
    assert!(pale(None) > 0 && pale(Some(Picked::Message(5))) == 0, "all others are paler");
}

#[test]
fn a_message_is_hit_on_its_line_and_an_operation_on_its_bar() {
    let messages =
        vec![message(1, (VIRGINIA, 12_310), (IRELAND, 12_355)), message(2, (IRELAND, 12_310), (TOKYO, 12_355))];
    let (seen, view) = (seen(messages, vec![operation(7, 12_320, 12_380, HowEnded::Well)]), view());
    let picture = Picture::new(&stage(), Whose::All, &seen, &view);
    let middle = |line: usize| picture.lines[line].ends[0].towards(picture.lines[line].ends[1], 0.7);
    assert_eq!(picture.hit(middle(0), 0.0), Some(Picked::Message(1)));
    assert_eq!(picture.hit(middle(1), 0.0), Some(Picked::Message(2)));
    let bar = picture.bars[0].rect;
    assert_eq!(picture.hit(Point::new(bar.x + 1.0, bar.y + 1.0), 0.0), Some(Picked::Operation(7)));
    assert_eq!(picture.hit(Point::new(990.0, 390.0), 0.0), None);
}

#[test]
fn keys_go_through_everything_in_the_order_of_its_beginning_from_the_playhead_on() {
    let messages = [12_310, 12_340, 12_360, 12_380].map(|sent| message(sent, (VIRGINIA, sent), (IRELAND, sent + 10)));
    let (seen, mut view) = (seen(messages.into(), vec![operation(7, 12_360, 12_380, HowEnded::Well)]), view());
    let beside = |view: &SpaceTimeView, forth| Picture::new(&stage(), Whose::All, &seen, view).beside(forth);
    assert_eq!(beside(&view, true), Some(Picked::Operation(7)));
    assert_eq!(beside(&view, false), Some(Picked::Message(12_340)));
    view.picked = Some(Picked::Operation(7));
    assert_eq!(beside(&view, true), Some(Picked::Message(12_360)));
    view.picked = Some(Picked::Message(12_380));
    assert_eq!(beside(&view, true), Some(Picked::Message(12_380)), "there is none after the last");
    let nothing = SpaceTime::default();
    assert_eq!(Picture::new(&stage(), Whose::All, &nothing, &view).beside(true), None);
}

#[test]
fn it_is_told_in_words() {
    let lost =
        Message { ended: at(12_301), fate: Fate::Lost(Loss::Cut), ..message(2, (TOKYO, 12_301), (IRELAND, 12_345)) };
    let call = Message {
        channel: Channel::Client,
        cause: Some(Thing::Operation(0)),
        writes: 0,
        ..message(3, (Place::users(0), 12_310), (VIRGINIA, 12_320))
    };
    let messages = vec![message(1, (VIRGINIA, 12_301), (IRELAND, 12_345)), lost, call];
    let seen = seen(messages, vec![operation(7, 12_310, 12_390, HowEnded::Failed(ErrorKind::Timeout))]);
    let told = |picked| words::words(picked, &seen, &stage()).unwrap_or_default();
    assert_eq!(
        told(Picked::Message(1)),
        "replicates key 3 of Orders from N. Virginia to Ireland, sent 12.301 s, arrived 12.345 s, 44 ms on the way"
    );
    assert!(told(Picked::Message(2)).ends_with("from Tokyo to Ireland, sent 12.301 s, lost 12.301 s: the link is cut"));
    assert!(
        told(Picked::Message(3)).starts_with("asks for the write of key 3 of Orders from users in New York to N. V")
    );
    assert_eq!(
        told(Picked::Operation(7)),
        "write of key 3 of Orders by users in New York, at N. Virginia, began 12.31 s, ended 12.39 s, after 80 ms: timed out"
    );
    assert_eq!(words::words(Picked::Message(9), &seen, &stage()), None);
}

#[test]
fn a_fault_shades_the_lanes_of_its_regions_and_the_gaps_its_links_go_across() {
    let shaded = |regions: Vec<u16>, links: Vec<(u16, u16)>| {
        let fault = FaultTime { from: at(12_350), until: None, title: "Something".into(), regions, links };
        let (seen, view) = (SpaceTime { faults: vec![fault], ..seen(Vec::new(), Vec::new()) }, view());
        let scene = drawn(&seen, &view);
        let dead = Palette::of(view.theme).dead.0 >> 8;
        let areas = scene.batches().iter().filter(|batch| batch.kind == Kind::Areas);
        let of_faults = areas.filter(|batch| batch.paint.fill.is_some_and(|color| color.0 >> 8 == dead));
        let rects: Vec<Vec<f32>> = of_faults.flat_map(|batch| batch.coords.chunks(8).map(<[f32]>::to_vec)).collect();
        let middle = view.plot().x + view.plot().width / 2.0;
        assert!(rects.iter().all(|rect| close(rect[0], middle) && close(rect[2], view.plot().right())), "{rects:?}");
        assert!(scene.texts().iter().any(|text| text.text == "Something"));
        // But for the bar with its name.
        rects.len() - 1
    };
    assert_eq!(shaded(vec![1], Vec::new()), 1);
    assert_eq!(shaded(Vec::new(), vec![(0, 1)]), 2, "there are users between the two");
    assert_eq!(shaded(vec![0, 2], vec![(0, 2)]), 2 + 4);
}

#[test]
fn zooming_keeps_what_lies_at_a_place_and_stops_at_milliseconds_and_minutes() {
    let (mut view, until) = (view(), Time::from_secs(600));
    let x = view.x_from_time(at(12_380));
    view.zoom(2.0, Some(x), until);
    assert!((view.x_from_time(at(12_380)) - x).abs() < 0.1 && view.length() == Span::from_millis(50));
    for _ in 0..50 {
        view.zoom(2.0, None, until);
    }
    assert_eq!(view.length(), Span::from_millis(10));
    assert!((view.from..=view.to).contains(&view.playhead), "without a place it is the playhead that stays");
    for _ in 0..50 {
        view.zoom(0.5, None, until);
    }
    assert_eq!((view.from, view.length()), (Time::ZERO, Span::from_secs(300)));
}

#[test]
fn it_moves_within_the_run_and_after_the_playhead() {
    let (mut view, until) = (view(), Time::from_secs(20));
    view.pan(view.plot().width, until);
    assert_eq!((view.from, view.to), (at(12_200), at(12_300)));
    view.pan(1e9, until);
    assert_eq!(view.from, Time::ZERO);
    view.pan(-1e9, until);
    assert_eq!(view.to, until);
    assert!(view.follow(at(5_000), until) && (view.from..view.to).contains(&at(5_000)));
    assert!(!view.follow(at(5_010), until), "while it is to be seen nothing moves");
    let opened = SpaceTimeView::around(&stage(), view.size, Theme::Light, at(12_350));
    assert_eq!(opened.length(), Span::from_millis(240), "three round trips of 80 ms");
    assert!((opened.from..opened.to).contains(&at(12_350)));
}

#[test]
fn no_text_lies_on_another_at_any_size() {
    let fault = |from, until| FaultTime {
        from: at(from),
        until: Some(at(until)),
        title: "N. Virginia is cut off from Ireland and Tokyo".into(),
        regions: vec![0],
        links: vec![(0, 1)],
    };
    let faults = vec![fault(12_000, 12_380), fault(12_340, 12_360), fault(12_340, 12_400), fault(12_390, 12_500)];
    let seen = SpaceTime { faults, ..seen(Vec::new(), Vec::new()) };
    for size in [(390.0, 220.0), (560.0, 300.0), (820.0, 260.0), (1_440.0, 420.0)].map(|(w, h)| Size::new(w, h)) {
        let scene = drawn(&seen, &SpaceTimeView { size, ..view() });
        let rects = scene.texts().iter().map(|text| {
            let width = measure::width(&text.text, text.size, text.weight);
            let left = match text.align {
                Align::Start => text.at.x,
                Align::Middle => text.at.x - width / 2.0,
                Align::End => text.at.x - width,
            };
            (view::Rect::new(left, text.at.y - 6.0, width, 12.0), &text.text)
        });
        let rects: Vec<_> = rects.collect();
        for (place, (a, name)) in rects.iter().enumerate() {
            assert!(a.x >= 0.0 && a.right() <= size.width && a.bottom() <= size.height, "{name} at {size:?}: {a:?}");
            for (b, other) in &rects[..place] {
                assert!(!a.overlaps(b), "{name} on {other} at {size:?}");
            }
        }
    }
}

#[test]
fn the_playhead_is_a_line_at_its_moment() {
    let mut scene = Scene::default();
    playhead(&view(), &mut scene);
    let plot = view().plot();
    assert!(close(scene.batches()[0].coords[0], plot.x + plot.width / 2.0));
    playhead(&SpaceTimeView { playhead: at(1), ..view() }, &mut scene);
    assert!(scene.batches().is_empty(), "elsewhere there is none");
}
