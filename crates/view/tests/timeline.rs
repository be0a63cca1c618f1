//! What the timeline promises: times and places agree, long runs are gathered, marks are hit where they are drawn.

mod sample;

use engine::Time;
use protocol::Leadership;
use view::timeline::{Chart, cursor, readout, timeline};
use view::{Kind, Scene, Size, Symbol, Theme, TimelineView};

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
    for expected in ["0 s", "30 s", "1:30", "2:00", "0/s", "100 %", "p99", "Latency, slowest served", "Queue, longest"]
    {
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
fn numbers_beside_charts_do_not_overlap_however_low_these_are() {
    for height in [90.0, 110.0, 125.0, 144.0, 164.0, 260.0] {
        let view = sample::timeline_view(Size::new(390.0, height), Theme::Light);
        let (scene, plot) = (drawn(&view, 90), view.plot());
        let beside = scene.texts().iter().filter(|text| text.at.x < plot.x && text.at.y <= plot.bottom());
        let mut heights: Vec<f32> = beside.map(|text| text.at.y).collect();
        heights.sort_by(f32::total_cmp);
        assert!(heights.len() > 1 && heights.windows(2).all(|pair| pair[1] - pair[0] >= 11.0), "{height}: {heights:?}");
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
fn the_cursor_stands_at_the_playhead_and_the_crosshair_under_the_pointer() {
    let view = view();
    let mut scene = Scene::default();
    cursor(&[], &[], &view, &mut scene);
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
fn every_band_is_named_in_the_order_of_the_stack_however_little_room_there_is() {
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 90);
    for users in seconds.iter_mut().flat_map(|second| &mut second.populations) {
        (users.fresh, users.declined, users.slow, users.stale, users.refused, users.timed_out) = (90, 9, 30, 20, 2, 1);
    }
    for size in [Size::new(390.0, 136.0), Size::new(1_000.0, 260.0)] {
        let view = sample::timeline_view(size, Theme::Light);
        let mut scene = Scene::default();
        timeline(&stage, &seconds, &[], &view, &mut scene);
        let all = view::palette::Outcome::ALL.map(|outcome| outcome.title());
        let named = scene.texts().iter().filter(|text| all.contains(&text.text.as_str()));
        let named: Vec<(&str, f32, f32)> = named.map(|text| (text.text.as_str(), text.at.x, text.at.y)).collect();
        let (left_to_right, one_line) =
            (named.windows(2).all(|pair| pair[1].1 > pair[0].1), named.windows(2).all(|pair| pair[1].2 == pair[0].2));
        assert!(named.iter().map(|it| it.0).eq(all) && left_to_right && one_line, "{named:?}");
        let last = named.last().expect("six are named");
        let end = last.1 + view::measure::width(last.0, view::TextSize::Small, view::Weight::Regular);
        assert!(end <= size.width, "{end}");
    }
}

#[test]
fn operations_that_hang_are_a_band_of_their_own_on_top_of_what_ended_and_are_counted_in_words() {
    let stage = sample::stage(sample::THREE, 1);
    let mut seconds = sample::seconds(&stage, 90);
    // From half a minute on nothing ends, and five seconds later that shows.
    for second in &mut seconds[30..] {
        let late = if second.second < 35 { 0 } else { 40 };
        let waiting = late * second.second.saturating_sub(34);
        second.populations[0] = sim::PopulationSecond { offered: 40, waiting, late, ..Default::default() };
    }
    let view = view();
    let drawn = |seconds: &[sim::SecondSummary]| {
        let mut scene = Scene::default();
        timeline(&stage, seconds, &[], &view, &mut scene);
        let muted = view::Palette::of(view.theme).muted;
        let band = scene.batches().iter().find(|it| it.kind == Kind::Areas && it.paint.fill == Some(muted));
        let first = band.map(|band| band.coords[0]);
        (first, scene.texts().iter().any(|text| text.text == "waiting for more than 5 s"))
    };
    assert_eq!(drawn(&seconds[..35]), (None, false), "whoever waits a moment is not shown");
    assert_eq!(drawn(&seconds), (Some(view.x_from_time(Time::from_secs(35))), true));
    let said = |at| {
        let said = readout(&stage, &seconds, None, &view, Time::from_secs(at)).into_iter();
        said.filter(|it| it.label.starts_with("waiting")).map(|it| (it.label, it.value)).collect::<Vec<_>>()
    };
    assert_eq!(said(20), []);
    assert_eq!(said(40), [("waiting for more than 5 s at 41 s".to_owned(), "240 operations".to_owned())]);
}

#[test]
fn what_was_declined_is_a_band_of_its_own_and_never_one_of_what_was_refused() {
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 20);
    seconds.iter_mut().flat_map(|second| &mut second.populations).for_each(|users| users.declined = 30);
    let view = view();
    let mut scene = Scene::default();
    timeline(&stage, &seconds, &[], &view, &mut scene);
    let bands = |outcome| {
        let color = view::Palette::of(view.theme).outcome(outcome);
        scene.batches().iter().filter(|it| it.kind == Kind::Areas && it.paint.fill == Some(color)).count()
    };
    use view::palette::Outcome;
    // The band, and its piece in the key.
    assert_eq!([Outcome::Declined, Outcome::Refused].map(bands), [2, 0]);
    let said = readout(&stage, &seconds, None, &view, Time::from_secs(10));
    assert!(said.iter().any(|it| it.label == "declined" && it.value == "90/s"), "{said:?}");
}

#[test]
fn the_key_of_lags_says_from_where_to_where_and_no_two_streams_look_alike() {
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 60);
    // Half way another leads.
    for stream in seconds[30..].iter_mut().flat_map(|second| &mut second.streams) {
        (stream.from, stream.to) = (1, if stream.to == 1 { 0 } else { stream.to });
    }
    let key = |view: &TimelineView| {
        let mut scene = Scene::default();
        timeline(&stage, &seconds, &[], view, &mut scene);
        let chart = view.rows(|_| false)[2].1;
        let row = scene.texts().iter().filter(|text| (chart.y - 14.0..chart.y).contains(&text.at.y));
        (row.map(|text| text.text.clone()).collect::<Vec<_>>(), scene.clone())
    };
    let (said, scene) = key(&view());
    assert_eq!(said, ["N. Virginia to", "Ireland", "Tokyo", "Ireland to", "N. Virginia", "Tokyo", "Lag", "log scale"]);
    let (said, _) = key(&sample::timeline_view(Size::new(390.0, 260.0), Theme::Light));
    assert_eq!(said, ["N. Virginia to", "Ireland", "and 3 more", "Lag", "log scale"], "what has no room is counted");
    let blue = view::Palette::of(Theme::Light).channels[0];
    let strokes = scene.batches().iter().filter_map(|it| it.paint.stroke).filter(|it| it.color == blue);
    let mut dashes: Vec<_> = strokes.map(|stroke| format!("{:?}", stroke.dash)).collect();
    dashes.sort();
    dashes.dedup();
    assert_eq!(dashes.len(), 4);
}

#[test]
fn percentiles_at_the_same_height_are_named_in_the_order_of_their_curves() {
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 90);
    seconds.iter_mut().flat_map(|second| &mut second.populations).for_each(|users| users.p99 = users.p50);
    let mut scene = Scene::default();
    timeline(&stage, &seconds, &[], &view(), &mut scene);
    let y = |name: &str| scene.texts().iter().find(|text| text.text == name).map(|text| text.at.y);
    assert!(y("p99") < y("p50"));
}

#[test]
fn what_the_playhead_crosses_stays_readable() {
    let mut view = view();
    let charts = drawn(&view, 90);
    view.playhead = Time::from_millis(31_000);
    let mut scene = Scene::default();
    cursor(&sample::marks(), charts.texts(), &view, &mut scene);
    let kept: Vec<&str> = scene.texts().iter().filter(|it| it.halo.is_some()).map(|it| it.text.as_str()).collect();
    assert!(kept.contains(&"N. Virginia loses power") && !kept.contains(&"p99"), "{kept:?}");
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
            let wide = view::measure::width(&text.text, text.size, text.weight);
            let end = if text.align == view::Align::End { text.at.x } else { text.at.x + wide };
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
        (users.fresh, users.slow, users.stale, users.timed_out) = (0, 0, 0, 7);
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
    let said = readout(&stage, &seconds, None, &view, Time::from_secs(50));
    assert!(said.iter().any(|it| it.label.starts_with("latency") && it.value == "none ended well"), "{said:?}");
}

#[test]
fn where_some_users_get_nothing_the_chart_is_of_the_others_and_the_reading_says_who_is_missing() {
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
    assert_eq!(within.count(), 2 * 18, "median and 99th percentile of every second");
    let said = readout(&stage, &seconds, None, &view, Time::from_secs(50));
    let whose = format!("and none ended well in {}", stage.populations[1].title);
    assert!(said.iter().any(|it| it.label == "latency, slowest served" && it.value.ends_with(&whose)), "{said:?}");
}

#[test]
fn a_second_without_neighbours_is_a_dot_and_one_in_which_nobody_asked_is_no_failure() {
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 90);
    for (second, summary) in seconds.iter_mut().enumerate().filter(|(second, _)| *second != 30) {
        let kept = summary.populations.len();
        summary.populations = vec![sim::PopulationSecond::default(); kept];
        summary.second = second as u32;
    }
    let view = view();
    let mut scene = Scene::default();
    timeline(&stage, &seconds, &[], &view, &mut scene);
    let chart = view.rows(|_| false)[0].1;
    let dots = scene.batches().iter().filter(|it| it.kind == Kind::Marks(Symbol::Circle));
    let dots: Vec<_> =
        dots.flat_map(|it| it.coords.chunks_exact(3)).filter(|at| at[1] < chart.bottom() + 1.0).collect();
    let x = view.x_from_time(Time::from_millis(30_500));
    assert_eq!(dots.len(), 2, "median and 99th percentile");
    assert!(dots.iter().all(|at| (at[0] - x).abs() < 1.0), "{dots:?}");
    let said = readout(&stage, &seconds, None, &view, Time::from_secs(50));
    assert!(said.iter().any(|it| it.label.starts_with("latency") && it.value == "nothing ended"), "{said:?}");
    seconds.truncate(20);
    timeline(&stage, &seconds, &[], &view, &mut scene);
    assert!(scene.texts().iter().any(|text| text.text == "no operation has ended"));
}

#[test]
fn more_lags_than_two_have_beads_of_different_shapes_also_in_the_key() {
    let stage = sample::stage(sample::THREE, 3);
    let mut seconds = sample::seconds(&stage, 60);
    let beads = |seconds: &[sim::SecondSummary]| {
        let mut scene = Scene::default();
        timeline(&stage, seconds, &[], &view(), &mut scene);
        let chart = view().rows(|_| false)[2].1;
        let within = |at: &[f32]| (chart.y - 14.0..chart.bottom() + 1.0).contains(&at[1]);
        let marks = scene.batches().iter().filter(|it| matches!(it.kind, Kind::Marks(_)));
        marks.filter(|it| it.coords.chunks_exact(3).all(within)).map(|it| format!("{:?}", it.kind)).collect::<Vec<_>>()
    };
    assert!(beads(&seconds).is_empty(), "two are told apart by their dashes");
    for stream in seconds[30..].iter_mut().flat_map(|second| &mut second.streams) {
        (stream.from, stream.to) = (1, if stream.to == 1 { 0 } else { stream.to });
    }
    let mut shapes = beads(&seconds);
    assert_eq!(shapes.len(), 2 * 4, "on each line, and in the key: {shapes:?}");
    shapes.sort();
    shapes.dedup();
    assert_eq!(shapes.len(), 4);
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
    let said = |at, shown: Option<&sim::Snapshot>| {
        let lines = readout(&stage, &seconds, shown, &view(), Time::from_millis(at));
        lines.into_iter().map(|it| format!("{}: {}", it.label, it.value)).collect::<Vec<_>>()
    };
    assert_eq!(
        said(30_500, None),
        [
            "time: 30 s to 31 s",
            "latency, slowest served: p50 26.5 ms, p99 1.3 s",
            "fresh: 24/s",
            "slow: 27/s",
            "refused: 90/s",
            "timed out: 150/s",
            "lag at 31 s N. Virginia to Ireland: 1 s, 12 entries",
            "lag at 31 s N. Virginia to Tokyo: 1 s, 12 entries",
            "queue at 31 s, longest: 40 requests",
            "busy, busiest: 97 %",
        ]
    );
    assert!(said(90_500, None).is_empty(), "not computed");
    // Of what the map shows they are what the map shows.
    let mut shown = sample::calm(&stage, 0);
    (shown.at, shown.regions[2].service.queue) = (Time::from_millis(30_500), 7);
    let said = said(30_500, Some(&shown));
    for line in [
        "lag N. Virginia to Ireland: 35 ms, 12 entries",
        "lag N. Virginia to Tokyo: 140 ms, 12 entries",
        "queue, longest: 7 requests",
    ] {
        assert!(said.iter().any(|it| it == line), "{line} among {said:?}");
    }
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
