//! The run beside the open one, laid over its charts.

mod sample;

use engine::Time;
use sim::SecondSummary;
use view::timeline::{Chart, timeline_beside};
use view::{Kind, Palette, Scene, Size, Theme};

fn drawn(here: &[SecondSummary], beside: &[SecondSummary]) -> Scene {
    let view = sample::timeline_view(Size::new(1_000.0, 260.0), Theme::Light);
    let mut scene = Scene::default();
    timeline_beside(&sample::stage(sample::THREE, 3), here, beside, &[], &view, &mut scene);
    scene
}

/// Seconds in which nothing waits.
fn calm() -> Vec<SecondSummary> {
    let mut seconds = sample::seconds(&sample::stage(sample::THREE, 3), 60);
    seconds.iter_mut().flat_map(|second| &mut second.regions).for_each(|region| region.queue = 0);
    seconds
}

fn says(scene: &Scene, words: &str) -> usize {
    scene.texts().iter().filter(|text| text.text == words).count()
}

#[test]
fn what_only_the_run_beside_did_is_on_the_scale_and_its_difference_shaded() {
    let (here, mut beside) = (calm(), calm());
    let alone = drawn(&here, &[]);
    assert_eq!((says(&alone, "nothing waits"), says(&alone, "B")), (1, 0));
    beside[30].regions[1].queue = 60;
    let both = drawn(&here, &beside);
    assert_eq!(says(&both, "nothing waits"), 0, "there is a chart to see it on");
    assert_eq!(says(&both, "60"), 1, "the scale reaches up to it");
    assert_eq!(says(&both, "B"), Chart::ALL.len(), "each line has its name");
    let shade = Palette::of(Theme::Light).accent.fade(40);
    let areas = |scene: &Scene| {
        let batches =
            scene.batches().iter().filter(|batch| batch.kind == Kind::Areas && batch.paint.fill == Some(shade));
        batches.map(|batch| batch.coords.len()).sum::<usize>()
    };
    assert_eq!(areas(&alone), 0);
    assert!(areas(&both) > 0);
}

#[test]
fn what_is_not_computed_of_one_run_is_shaded_of_neither() {
    let right = |scene: &Scene| {
        let shade = Palette::of(Theme::Light).accent.fade(40);
        let shaded = scene.batches().iter().filter(|batch| batch.paint.fill == Some(shade));
        shaded.flat_map(|batch| batch.coords.chunks_exact(2)).map(|at| at[0]).fold(0.0, f32::max)
    };
    let (short, long) = (&calm()[..20], calm());
    let (less_here, less_beside) = (right(&drawn(short, &long)), right(&drawn(&long, short)));
    assert!((less_here - less_beside).abs() < 1.0 && less_here > 0.0, "{less_here} {less_beside}");
    assert!(less_here < right(&drawn(&long, &long)));
}

#[test]
fn where_a_run_has_no_latency_there_is_no_difference_from_it() {
    let (mut here, beside) = (calm(), calm());
    here[20..40].iter_mut().flat_map(|second| &mut second.populations).for_each(|users| {
        (users.fresh, users.slow, users.stale) = (0, 0, 0);
    });
    let view = sample::timeline_view(Size::new(1_000.0, 260.0), Theme::Light);
    let latency = view.rows(|_| false)[0].1;
    let shade = Palette::of(Theme::Light).accent.fade(40);
    let both = drawn(&here, &beside);
    let shaded = both.batches().iter().filter(|batch| batch.paint.fill == Some(shade));
    let places = shaded.flat_map(|batch| batch.coords.chunks_exact(2));
    let within = places.filter(|at| (latency.y..latency.bottom() + 0.5).contains(&at[1])).map(|at| at[0]);
    let middle = view.x_from_time(Time::from_secs(25))..view.x_from_time(Time::from_secs(35));
    let within: Vec<f32> = within.collect();
    assert!(!within.is_empty() && within.iter().all(|x| !middle.contains(x)), "{within:?}");
}
