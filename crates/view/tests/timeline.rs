//! What the timeline promises: times and places agree, long runs are gathered, marks are hit where they are drawn.

mod sample;

use engine::Time;
use protocol::Leadership;
use view::timeline::{Chart, cursor, fault_rows, hit, readout, timeline};
use view::{Kind, Point, Scene, Size, Symbol, Theme, TimelineView};

fn view() -> TimelineView {
    sample::timeline_view(Size::new(1_000.0, 260.0), Theme::Light)
}

fn drawn(view: &TimelineView, count: u32) -> Scene {
    let stage = sample::stage(sample::THREE, 3);
    let mut scene = Scene::default();
    timeline(&stage, &sample::seconds(&stage, count), &sample::marks(), view, &mut scene);
    scene
}

#[test]
fn places_and_times_on_the_axis_agree() {
    let view = view();
    for millis in [0, 1, 30_000, 47_300, 119_999, 120_000] {
        let at = Time::from_millis(millis);
        let back = view.time_from_x(view.x_from_time(at));
        assert!((back.as_millis_f64() - at.as_millis_f64()).abs() < 50.0, "{at} came back as {back}");
    }
    assert_eq!(view.time_from_x(-100.0), view.from);
    assert_eq!(view.time_from_x(5_000.0), view.to);
}

#[test]
fn an_axis_without_length_is_drawn_all_the_same() {
    let mut view = view();
    view.to = view.from;
    assert!(view.x_from_time(view.from).is_finite());
    assert!(!drawn(&view, 10).texts().is_empty());
}

#[test]
fn ticks_carry_round_times_and_scales_carry_units() {
    let scene = drawn(&view(), 90);
    let texts: Vec<&str> = scene.texts().iter().map(|text| text.text.as_str()).collect();
    for expected in ["0 s", "30 s", "1:30", "2:00", "0/s", "100 %", "p99", "Latency, slowest users", "Queue, longest"] {
        assert!(texts.contains(&expected), "{expected} among {texts:?}");
    }
    assert!(texts.iter().any(|text| text.ends_with(" ms")), "latency has a unit");
}

#[test]
fn ticks_do_not_overlap_at_any_width() {
    for width in [240.0, 390.0, 820.0, 1_424.0] {
        for minutes in [1, 2, 10, 60] {
            let mut view = sample::timeline_view(Size::new(width, 250.0), Theme::Light);
            view.to = Time::from_secs(60 * minutes);
            let scene = drawn(&view, 60);
            let foot = view.plot().bottom();
            let ticks: Vec<f32> = scene.texts().iter().filter(|text| text.at.y > foot).map(|text| text.at.x).collect();
            assert!(ticks.windows(2).all(|pair| pair[1] - pair[0] > 30.0), "{ticks:?}");
        }
    }
}

#[test]
fn a_run_of_an_hour_is_gathered_to_what_the_screen_can_show() {
    let mut view = view();
    view.to = Time::from_secs(3_600);
    view.computed = view.to;
    let scene = drawn(&view, 3_600);
    let corners: usize = scene.batches().iter().map(|batch| batch.coords.len() / batch.kind.stride()).sum();
    assert!(corners < 30 * view.size.width as usize, "{corners} corners");
}

#[test]
fn a_spike_of_one_second_is_still_there_when_an_hour_is_gathered() {
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 3_600);
    for second in &mut seconds {
        second.regions.iter_mut().for_each(|region| region.queue = 0);
    }
    seconds[1_801].regions[1].queue = 60;
    let mut view = view();
    (view.to, view.computed) = (Time::from_secs(3_600), Time::from_secs(3_600));
    let mut scene = Scene::default();
    timeline(&stage, &seconds, &[], &view, &mut scene);
    assert!(scene.texts().iter().any(|text| text.text == "60"), "the scale reaches up to the spike");
}

#[test]
fn what_is_not_computed_is_ghosted_and_a_finished_run_is_not() {
    let mut view = view();
    let ghosts = |view: &TimelineView| {
        let scene = drawn(view, 90);
        let land = view::Palette::of(view.theme).land.fade(60);
        scene.batches().iter().filter(|batch| batch.paint.fill == Some(land)).count()
    };
    assert_eq!(ghosts(&view), 1);
    view.computed = view.to;
    assert_eq!(ghosts(&view), 0);
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
fn the_cursor_stands_at_the_playhead_and_the_crosshair_under_the_pointer() {
    let view = view();
    let mut scene = Scene::default();
    cursor(&[], &view, &mut scene);
    let lines: Vec<f32> = scene.batches().iter().filter(|it| it.kind == Kind::Lines).map(|it| it.coords[0]).collect();
    assert_eq!(lines, [view.x_from_time(Time::from_secs(64)), view.x_from_time(view.playhead)]);
    assert!(scene.batches().iter().any(|it| it.kind == Kind::Marks(Symbol::Triangle)));
}

#[test]
fn a_low_canvas_shows_the_most_telling_charts() {
    let mut view = view();
    view.size.height = 130.0;
    let rows = |view: &TimelineView| view.rows(|_| false);
    let charts: Vec<Chart> = rows(&view).into_iter().map(|(chart, _)| chart).collect();
    assert_eq!(charts, [Chart::Latency, Chart::Outcomes]);
    view.size.height = 300.0;
    assert_eq!(rows(&view).len(), Chart::ALL.len());
}

#[test]
fn a_chart_on_which_nothing_happens_is_a_line_and_leaves_its_room_to_the_others() {
    let view = view();
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 90);
    let loud = view.rows(|_| false)[0].1.height;
    for second in &mut seconds {
        second.regions.iter_mut().for_each(|region| (region.queue, region.utilisation) = (0, 0.013));
    }
    let mut scene = Scene::default();
    timeline(&stage, &seconds, &[], &view, &mut scene);
    let said: Vec<&str> = scene.texts().iter().map(|text| text.text.as_str()).collect();
    for words in ["Queue", "nothing waits", "Busy", "at most 1.3 %"] {
        assert!(said.contains(&words), "{words} among {said:?}");
    }
    let rows = view.rows(|chart| matches!(chart, Chart::Queue | Chart::Utilisation));
    assert!(rows[0].1.height > loud + 8.0 && rows.len() == Chart::ALL.len());
    assert!(rows.windows(2).all(|pair| pair[1].1.y > pair[0].1.bottom()), "{rows:?}");
}

#[test]
fn the_mark_under_the_pointer_is_named_where_it_had_no_room() {
    let (mut view, marks) = (view(), sample::marks());
    view.mark = Some(0);
    let mut scene = Scene::default();
    cursor(&marks, &view, &mut scene);
    assert!(scene.texts().iter().any(|text| text.text.ends_with(&marks[0].title)));
    view.mark = Some(marks.len());
    cursor(&marks, &view, &mut scene);
    assert!(scene.texts().is_empty(), "marks of another run are not there");
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

#[test]
fn every_outcome_that_occurs_is_named_beside_its_colour() {
    let mut view = view();
    view.size.height = 500.0;
    let scene = drawn(&view, 90);
    for name in ["fresh", "slow", "refused", "timed out"] {
        assert!(scene.texts().iter().any(|text| text.text == name), "{name}");
    }
}

#[test]
fn what_is_written_of_a_chart_stands_beside_its_data() {
    for width in [390.0, 1_000.0] {
        let view = sample::timeline_view(Size::new(width, 400.0), Theme::Light);
        let scene = drawn(&view, 120);
        let plot = view.plot();
        let charts = view.rows(|_| false);
        for text in scene.texts().iter().filter(|text| (charts[0].1.y - 14.0..plot.bottom()).contains(&text.at.y)) {
            let on_data = text.at.x > plot.x && text.at.x <= plot.right();
            assert!(
                !on_data || charts.iter().all(|(_, rect)| !(rect.y..rect.bottom()).contains(&text.at.y)),
                "{text:?}"
            );
            let end = text.at.x + view::measure::width(&text.text, text.size, text.weight);
            assert!(on_data || text.at.x < plot.x || end <= width, "{text:?}");
        }
        let logarithmic = scene.texts().iter().filter(|text| text.text == "log scale").count();
        assert_eq!(logarithmic, 2, "latency and lag say so");
    }
}

#[test]
fn where_nobody_is_served_the_chart_of_latency_has_a_gap() {
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 90);
    for users in seconds[40..60].iter_mut().flat_map(|second| &mut second.populations) {
        (users.fresh, users.slow, users.stale) = (0, 0, 0);
    }
    let view = view();
    let mut scene = Scene::default();
    timeline(&stage, &seconds, &[], &view, &mut scene);
    let chart = view.rows(|_| false)[0].1;
    let (from, to) = (view.x_from_time(Time::from_secs(41)), view.x_from_time(Time::from_secs(59)));
    let lines = scene
        .batches()
        .iter()
        .filter(|batch| batch.kind == Kind::Lines && batch.paint.stroke.is_some_and(|it| it.width == 1.5));
    let mut seen = 0;
    for batch in lines {
        let mut start = 0;
        for &end in &batch.ends {
            let corners: Vec<_> = batch.coords[2 * start..2 * end as usize].chunks_exact(2).collect();
            start = end as usize;
            let within = corners.iter().all(|at| (chart.y..=chart.bottom()).contains(&at[1]));
            if corners.len() > 4 && within {
                seen += 1;
                assert!(corners[0][0] >= to || corners[corners.len() - 1][0] <= from, "a line crosses the gap");
            }
        }
    }
    assert_eq!(seen, 4, "median and 99th percentile, before and after");
    let said = readout(&stage, &seconds, &view, Time::from_secs(50));
    assert!(said.iter().any(|it| it.label.starts_with("latency") && it.value == "none ended well"), "{said:?}");
}

#[test]
fn where_some_users_get_nothing_the_chart_of_all_shows_no_latency_and_the_reading_says_whose() {
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 90);
    for second in &mut seconds[40..60] {
        let users = &mut second.populations[1];
        (users.fresh, users.slow, users.stale, users.timed_out) = (0, 0, 0, 7);
    }
    let view = view();
    let mut scene = Scene::default();
    timeline(&stage, &seconds, &[], &view, &mut scene);
    let chart = view.rows(|_| false)[0].1;
    let (from, to) = (view.x_from_time(Time::from_secs(41)), view.x_from_time(Time::from_secs(59)));
    let lines =
        scene.batches().iter().filter(|it| it.kind == Kind::Lines && it.paint.stroke.is_some_and(|it| it.width == 1.5));
    let corners = lines.flat_map(|batch| batch.coords.chunks_exact(2));
    let within = corners.filter(|at| (from..to).contains(&at[0]) && (chart.y..=chart.bottom()).contains(&at[1]));
    assert_eq!(within.count(), 0, "no latency is shown");
    let said = readout(&stage, &seconds, &view, Time::from_secs(50));
    let whose = format!("none ended well in {}", stage.populations[1].title);
    assert!(said.iter().any(|it| it.label == "latency p99, slowest" && it.value == whose), "{said:?}");
}

#[test]
fn charts_of_one_place_say_whose_they_are() {
    let mut view = view();
    (view.population, view.region) = (Some(0), Some(1));
    let scene = drawn(&view, 90);
    let said: Vec<&str> = scene.texts().iter().map(|text| text.text.as_str()).collect();
    assert!(said.iter().any(|text| text.starts_with("Latency, ")), "{said:?}");
    assert!(said.contains(&"Queue, Ireland"), "{said:?}");
}

#[test]
fn the_readout_names_every_number_with_its_unit() {
    let stage = sample::stage(sample::THREE, 3);
    let seconds = sample::seconds(&stage, 90);
    let said = |at| {
        let lines = readout(&stage, &seconds, &view(), Time::from_millis(at));
        lines.into_iter().map(|it| format!("{}: {}", it.label, it.value)).collect::<Vec<_>>()
    };
    assert_eq!(
        said(30_500),
        [
            "time: 30 s to 31 s",
            "latency p50, slowest: 26 ms",
            "latency p99, slowest: 1.3 s",
            "fresh: 24/s",
            "slow: 27/s",
            "refused: 90/s",
            "timed out: 150/s",
            "lag N. Virginia to Ireland: 1 s, 12 entries",
            "lag N. Virginia to Tokyo: 1 s, 12 entries",
            "queue, longest: 40 requests",
            "busy, busiest: 97 %",
        ]
    );
    assert!(said(90_500).is_empty(), "not computed");
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
    // A name that is longer than its bar is cut; that of a bar as narrow as a name's beginning stands beside it.
    let [(text, at)] = &named(std::slice::from_ref(&cut), 700.0)[..] else { panic!("it is named") };
    let bar = sample::timeline_view(Size::new(700.0, 260.0), Theme::Light).x_from_time(Time::from_secs(60));
    let end = at.x + view::measure::width(text, view::TextSize::Small, view::Weight::Regular);
    assert!(text.ends_with('…') && end <= bar, "{text} ends at {end}, its bar at {bar}");
    let short = fault("Tokyo slow", 30, Some(31));
    let beside = named(std::slice::from_ref(&short), 700.0);
    assert!(beside.len() == 1 && beside[0].0 == "Tokyo slow", "{beside:?}");
    // Begun at the same instant, the second name stands below the first.
    let both = named(&[lost, fault("Tokyo slow", 15, None)], 1_000.0);
    assert!(both.len() == 2 && both[1].1.y > both[0].1.y, "{both:?}");
    let crowd: Vec<_> = (0..6).map(|second| fault("N. Virginia lost", 20 + second, Some(90))).collect();
    assert!((1..6).contains(&named(&crowd, 400.0).len()), "what has no room is left out");
}

#[test]
fn where_there_is_little_room_what_ended_badly_has_its_name() {
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 90);
    for users in seconds.iter_mut().flat_map(|second| &mut second.populations) {
        (users.fresh, users.slow, users.stale, users.refused, users.timed_out) = (90, 30, 20, 0, 1);
    }
    let view = sample::timeline_view(Size::new(390.0, 136.0), Theme::Light);
    let mut scene = Scene::default();
    timeline(&stage, &seconds, &[], &view, &mut scene);
    let named = |name: &str| scene.texts().iter().any(|text| text.text == name);
    assert!(named("timed out") && named("fresh") && !named("stale"), "{:?}", scene.texts());
}

#[test]
fn where_nobody_leads_nothing_lags_and_the_chart_says_why() {
    let mut seconds = sample::seconds(&sample::stage(sample::THREE, 3), 90);
    seconds.iter_mut().for_each(|second| second.streams.clear());
    for (leadership, words) in [
        (Leadership::Granted, "no replication under way"),
        (Leadership::None, "no leader that replicas could lag behind"),
    ] {
        let mut stage = sample::stage(sample::THREE, 3);
        stage.datasets[0].leadership = leadership;
        let mut scene = Scene::default();
        timeline(&stage, &seconds, &[], &view(), &mut scene);
        assert!(scene.texts().iter().any(|text| text.text == words), "{words}");
    }
}
