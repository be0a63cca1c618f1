//! What marks promise: they are hit where they are drawn, and what they say is told where there is room, else to whoever points at them.

mod sample;

use engine::Time;
use view::timeline::{cursor, fault_rows, hit, timeline};
use view::{Kind, Point, Scene, Size, Symbol, Theme, TimelineView};

fn view() -> TimelineView {
    sample::timeline_view(Size::new(1_000.0, 260.0), Theme::Light)
}

#[test]
fn marks_are_hit_where_they_are_drawn() {
    let (view, marks) = (view(), sample::marks());
    for (index, mark) in marks.iter().enumerate() {
        let x = view.x_from_time(mark.at) + if mark.until.is_some() { 20.0 } else { 0.0 };
        let y = if mark.until.is_some() { 10.0 } else { 28.0 };
        assert_eq!(hit(&marks, &view, Point::new(x, y)), Some(index), "{}", mark.title);
    }
    assert_eq!(hit(&marks, &view, Point::new(view.x_from_time(Time::from_secs(10)), 10.0)), None);
}

#[test]
fn the_mark_under_the_pointer_is_named_where_it_had_no_room() {
    let (mut view, marks) = (view(), sample::marks());
    view.mark = Some(0);
    let mut scene = Scene::default();
    cursor(&marks, &[], &view, &mut scene);
    assert!(scene.texts().iter().any(|text| text.text.ends_with(&marks[0].title)));
    view.mark = Some(marks.len());
    cursor(&marks, &[], &view, &mut scene);
    assert!(scene.texts().is_empty(), "marks of another run are not there");
}

#[test]
fn a_title_leads_to_its_mark_so_that_a_finger_can_ask_for_the_rest_of_it() {
    let view = sample::timeline_view(Size::new(390.0, 144.0), Theme::Light);
    let marks = [moment(30_000, 2, "failover of orders from N. Virginia to Ireland, epoch 2, because nobody answered")];
    let mut scene = Scene::default();
    timeline(&sample::stage(sample::THREE, 3), &[], &marks, &view, &mut scene);
    let cut = scene.texts().iter().find(|text| text.text.ends_with('…')).expect("there is no room for all of it");
    let at = |x: f32, y: f32| hit(&marks, &view, Point::new(cut.at.x + x, cut.at.y + y));
    assert_eq!([at(60.0, 0.0), at(60.0, 30.0)], [Some(0), None]);
}

#[test]
fn only_a_broken_verdict_is_red() {
    let mut marks = sample::marks();
    let red = view::Palette::of(Theme::Light).healths[2];
    let mut red_diamonds = |broken| {
        marks.iter_mut().filter_map(|mark| mark.verdict.as_mut()).for_each(|verdict| verdict.broken = broken);
        let mut scene = Scene::default();
        timeline(&sample::stage(sample::THREE, 3), &[], &marks, &view(), &mut scene);
        let diamonds: Vec<_> = scene.batches().iter().filter(|it| it.kind == Kind::Marks(Symbol::Diamond)).collect();
        assert_eq!(diamonds.len(), 1, "it is drawn all the same");
        diamonds[0].paint.fill == Some(red)
    };
    assert!(red_diamonds(true) && !red_diamonds(false));
}

/// A moment on the timeline.
fn moment(millis: u64, weight: u8, title: &str) -> sim::Mark {
    let mark = sample::marks().into_iter().find(|mark| mark.lane == sim::Lane::Decision).expect("a moment");
    sim::Mark { at: Time::from_millis(millis), weight, title: title.to_owned(), ..mark }
}

#[test]
fn of_what_happens_close_together_the_weightiest_is_told_and_no_flag_stands_on_its_words() {
    let marks = [
        moment(33_000, 1, "N. Virginia judged unhealthy"),
        moment(34_500, 3, "failover of orders from N. Virginia to Ireland, epoch 2"),
        moment(35_000, 1, "Ireland leads orders, epoch 2"),
        moment(40_000, 2, "users are served again, the last in Los Angeles, after 10.112 s"),
        moment(60_000, 0, "Tokyo has caught up with Ireland"),
    ];
    for width in [390.0, 800.0, 1_424.0] {
        let view = sample::timeline_view(Size::new(width, 260.0), Theme::Light);
        let mut scene = Scene::default();
        timeline(&sample::stage(sample::THREE, 3), &[], &marks, &view, &mut scene);
        let lane = scene.texts().iter().filter(|text| text.at.y < 38.0);
        let said: Vec<(&str, f32, f32)> = lane
            .map(|text| {
                (text.text.as_str(), text.at.x, text.at.x + view::measure::width(&text.text, text.size, text.weight))
            })
            .collect();
        assert!(
            said.iter().any(|(text, ..)| text.starts_with("failover of")),
            "who leads is told at {width}: {said:?}"
        );
        let flags = scene
            .batches()
            .iter()
            .filter(|it| it.kind == Kind::Areas && it.paint.fill == Some(view::Palette::of(view.theme).channels[3]));
        for x in flags.flat_map(|flag| flag.coords.chunks_exact(6).map(|corners| corners[0])) {
            assert!(said.iter().all(|(_, from, to)| x + 8.0 <= *from || x >= *to), "a flag at {x} on {said:?}");
        }
        for (index, (text, from, to)) in said.iter().enumerate() {
            assert!(
                said[..index].iter().all(|other| *to <= other.1 || *from >= other.2),
                "{text} on another: {said:?}"
            );
        }
        let hits = marks.iter().map(|mark| hit(&marks, &view, Point::new(view.x_from_time(mark.at), 28.0)));
        assert!(hits.eq((0..marks.len()).map(Some)) || width < 1_000.0, "what is covered is found all the same");
    }
}

#[test]
fn many_faults_take_no_chart_its_room_and_each_is_told_where_it_is_pointed_at() {
    let fault = |number: u64| {
        let mark = sample::marks().into_iter().find(|mark| mark.until.is_some()).expect("a fault");
        let at = Time::from_secs(20 + 5 * number);
        sim::Mark { at, until: None, title: format!("fault number {number}, by hand"), ..mark }
    };
    let faults: Vec<sim::Mark> = (0..6).map(fault).collect();
    for size in [Size::new(390.0, 144.0), Size::new(1_424.0, 250.0)] {
        let mut view = sample::timeline_view(size, Theme::Light);
        let charts = |view: &TimelineView| view.rows(|_| false).len();
        view.fault_rows = fault_rows(&faults[..1]);
        let few = charts(&view);
        view.fault_rows = fault_rows(&faults);
        assert_eq!(charts(&view), few, "at {size:?}");
        let mut scene = Scene::default();
        timeline(&sample::stage(sample::THREE, 3), &[], &faults, &view, &mut scene);
        assert!(scene.texts().iter().any(|text| text.text.contains(" faults: ")), "those that share a bar are counted");
        // Each is found where it has begun last.
        let bars = |y: f32| {
            (0..6)
                .filter_map(|it| hit(&faults, &view, Point::new(view.x_from_time(faults[it].at) + 2.0, y)))
                .collect::<Vec<_>>()
        };
        let found: Vec<usize> = (0..40).flat_map(|y| bars(y as f32)).collect();
        assert!((0..6).all(|it| found.contains(&it)), "{found:?}");
        view.mark = Some(5);
        cursor(&faults, &[], &view, &mut scene);
        let told: Vec<&str> = scene.texts().iter().map(|text| text.text.as_str()).collect();
        for number in 2..6 {
            assert!(told.iter().any(|text| text.contains(&format!("number {number}"))), "{number} among {told:?}");
        }
        let inside = scene.texts().iter().all(|text| text.at.y < size.height);
        assert!(inside, "{told:?}");
    }
}

#[test]
fn what_a_mark_says_is_told_whole_however_narrow_the_canvas_is() {
    let mut view = sample::timeline_view(Size::new(390.0, 144.0), Theme::Light);
    let mut marks = sample::marks();
    marks[0].title =
        "no data traffic between Tokyo on one side and N. Virginia, Ireland on the other, by hand".to_owned();
    view.mark = Some(0);
    let mut scene = Scene::default();
    cursor(&marks, &[], &view, &mut scene);
    let told: Vec<&str> = scene.texts().iter().map(|text| text.text.as_str()).collect();
    assert_eq!(told.join(" "), format!("30 s {}", marks[0].title));
    for text in scene.texts() {
        assert!(text.at.x + view::measure::width(&text.text, text.size, text.weight) <= view.size.width, "{text:?}");
    }
}

#[test]
fn faults_at_the_same_time_all_keep_their_names() {
    let fault = |title: &str, from, until: Option<u64>| {
        let mut mark = sample::marks().into_iter().find(|mark| mark.until.is_some()).expect("a fault");
        (mark.title, mark.at, mark.until) = (title.to_owned(), Time::from_secs(from), until.map(Time::from_secs));
        mark
    };
    let named = |marks: &[sim::Mark], width: f32| {
        let mut view = sample::timeline_view(Size::new(width, 260.0), Theme::Light);
        view.fault_rows = fault_rows(marks);
        let mut scene = Scene::default();
        timeline(&sample::stage(sample::THREE, 3), &[], marks, &view, &mut scene);
        let names = |text: &str| marks.iter().any(|mark| mark.title.starts_with(text.trim_end_matches('…')));
        let texts = scene.texts().iter().filter(|text| text.at.y < 40.0 && names(&text.text));
        texts.map(|text| (text.text.clone(), text.at)).collect::<Vec<_>>()
    };
    let cut = fault("no traffic between N. Virginia and Ireland", 30, Some(60));
    let lost = fault("N. Virginia lost", 15, None);
    for width in [390.0, 1_000.0, 1_420.0] {
        let [(_, first), (_, second)] = &named(&[lost.clone(), cut.clone()], width)[..] else {
            panic!("both are named at {width}")
        };
        assert!(second.y - first.y >= 12.0, "each in a line of its own at {width}");
    }
    // A name that is longer than its bar runs on beyond it, up to the next bar; that of a bar as narrow as a name's beginning stands beside it.
    let [(text, _)] = &named(std::slice::from_ref(&cut), 700.0)[..] else { panic!("it is named") };
    assert_eq!(*text, cut.title);
    let [(text, at), _] = &named(&[cut, fault("Tokyo slow", 61, Some(110))], 700.0)[..] else {
        panic!("both are named")
    };
    let next = sample::timeline_view(Size::new(700.0, 260.0), Theme::Light).x_from_time(Time::from_secs(61));
    let end = at.x + view::measure::width(text, view::TextSize::Small, view::Weight::Regular);
    assert!(text.ends_with('…') && end <= next, "{text} ends at {end}, the next bar begins at {next}");
    let short = fault("Tokyo slow", 30, Some(31));
    let beside = named(std::slice::from_ref(&short), 700.0);
    assert!(beside.len() == 1 && beside[0].0 == "Tokyo slow", "{beside:?}");
    // Begun at the same instant, the second name stands below the first.
    let both = named(&[lost, fault("Tokyo slow", 15, None)], 1_000.0);
    assert!(both.len() == 2 && both[1].1.y > both[0].1.y, "{both:?}");
    let crowd: Vec<_> = (0..6).map(|second| fault("N. Virginia lost", 20 + second, Some(90))).collect();
    assert!((1..6).contains(&named(&crowd, 400.0).len()), "what has no room is left out");
}
