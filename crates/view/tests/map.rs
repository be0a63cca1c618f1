//! What the map promises: what is hit is what is drawn, names keep clear of each other, and messages follow the playhead.

mod sample;

use engine::{Span, Time};
use sim::Snapshot;
use view::{Batch, Kind, Map, Point, Rect, Scene, Size, Stage, StageRegion, Symbol, Target, Theme, ViewState};

const SIZE: Size = Size::new(820.0, 560.0);

fn arranged(stage: Stage, snapshot: &Snapshot) -> (Map, ViewState) {
    let mut map = Map::new(stage);
    let view = sample::view(&map, SIZE, Theme::Light);
    map.arrange(snapshot, &view);
    (map, view)
}

fn eight(packets: u64) -> (Map, ViewState, Snapshot) {
    let stage = sample::stage(sample::EIGHT, 4);
    let snapshot = sample::calm(&stage, packets);
    let (map, view) = arranged(stage, &snapshot);
    (map, view, snapshot)
}

fn picture(map: &Map, snapshot: &Snapshot, playhead: Time, view: &ViewState) -> Vec<Batch> {
    let layers = sample::layers(map, snapshot, playhead, view);
    layers.iter().flat_map(|(_, scene)| scene.batches()).cloned().collect()
}

#[test]
fn ways_are_painted_again_when_traffic_changes_and_not_before() {
    let (mut map, mut view, mut snapshot) = eight(20);
    assert!(map.reroute(&snapshot, &view));
    snapshot.packets.truncate(3);
    assert!(!map.reroute(&snapshot, &view), "messages move on ways, and do not change them");
    snapshot.links[0].rates[0].packets += 1;
    assert!(map.reroute(&snapshot, &view));
    view.hover = Some(Target::Link(0, 1));
    assert!(!map.reroute(&snapshot, &view), "what is pointed at stands above them");
}

/// Centres of marks of a shape and a radius.
fn marks(batches: &[Batch], symbol: Symbol, radius: f32) -> Vec<Point> {
    let same = batches.iter().filter(|batch| batch.kind == Kind::Marks(symbol));
    let triples = same.flat_map(|batch| batch.coords.chunks_exact(3));
    triples.filter(|mark| mark[2] == radius).map(|mark| Point::new(mark[0], mark[1])).collect()
}

#[test]
fn everything_is_hit_where_it_is_drawn() {
    let (map, view, snapshot) = eight(0);
    let regions = (0..8).map(Target::Region);
    let users = (0..4).map(Target::Users);
    let mut checked = 0;
    for target in regions.chain(users) {
        let at = map.place(&snapshot, snapshot.at, target).expect("the target is on the map");
        assert_eq!(map.hit(&snapshot, snapshot.at, &view, at), Some(target));
        checked += 1;
    }
    assert_eq!(checked, 12);
    let middle = map.place(&snapshot, snapshot.at, Target::Link(2, 5)).expect("the link is on the map");
    assert_eq!(map.hit(&snapshot, snapshot.at, &view, middle), Some(Target::Link(2, 5)));
    assert_eq!(map.hit(&snapshot, snapshot.at, &view, Point::new(300.0, 550.0)), None, "the Antarctic Ocean");
}

#[test]
fn a_click_in_a_sector_picks_its_zone_up_to_the_rim_of_the_disc() {
    for zones in [&[2, 3, 3][..], &[6, 2]] {
        let stage = sample::zoned(sample::stage(sample::EIGHT, 2), zones);
        let snapshot = sample::calm(&stage, 0);
        let (map, view) = arranged(stage, &snapshot);
        let place = |zone| map.place(&snapshot, snapshot.at, Target::Region(zone)).expect("the zone is on the map");
        let mut first = 0;
        for &count in zones {
            let all = first..first + count;
            first += count;
            let sum = all.clone().map(place).fold(Point::new(0.0, 0.0), |a, b| Point::new(a.x + b.x, a.y + b.y));
            let centre = Point::new(sum.x / f32::from(count), sum.y / f32::from(count));
            let half = std::f32::consts::PI / f32::from(count);
            for zone in all {
                let middle = place(zone);
                let (x, y) = (middle.x - centre.x, middle.y - centre.y);
                // From the middle out to the edge and beyond it, and from one side of the sector to the other.
                for (out, turn) in
                    [0.3, 1.0, 1.7, 1.85].into_iter().flat_map(|out| [-0.9, 0.0, 0.9].map(|turn| (out, turn * half)))
                {
                    let (sin, cos) =
                        (engine::math::sin(f64::from(turn)) as f32, engine::math::cos(f64::from(turn)) as f32);
                    let at = Point::new(centre.x + out * (x * cos - y * sin), centre.y + out * (x * sin + y * cos));
                    assert_eq!(map.hit(&snapshot, snapshot.at, &view, at), Some(Target::Region(zone)), "{out} {turn}");
                }
            }
        }
    }
}

#[test]
fn discs_are_drawn_where_regions_are_hit() {
    let (map, view, snapshot) = eight(0);
    let drawn = marks(&picture(&map, &snapshot, snapshot.at, &view), Symbol::Circle, 12.0);
    for region in 0..8 {
        let at = map.place(&snapshot, snapshot.at, Target::Region(region)).expect("the region is on the map");
        assert!(drawn.contains(&at), "a disc for region {region} at {at:?}");
    }
}

#[test]
fn a_message_is_hit_where_it_is_drawn() {
    let (map, view, snapshot) = eight(60);
    let playhead = snapshot.at + Span::from_millis(5);
    let mut hits = 0;
    for packet in &snapshot.packets {
        let Some(at) = map.place(&snapshot, playhead, Target::Packet(packet.packet)) else { continue };
        if let Some(Target::Packet(hit)) = map.hit(&snapshot, playhead, &view, at) {
            let other = map.place(&snapshot, playhead, Target::Packet(hit)).expect("what is hit is there");
            assert!(other.distance(at) < 0.01, "the nearest message is the one that is pointed at");
            hits += 1;
        }
    }
    assert!(hits > 20, "most messages are not covered by a disc, {hits} were hit");
}

#[test]
fn where_a_message_is_depends_on_the_playhead_alone() {
    let (map, view, early) = eight(60);
    let playhead = early.at + Span::from_millis(12);
    // A later snapshot of the same packets: everything but them has moved on.
    let late = Snapshot { at: playhead, ..early.clone() };
    assert_eq!(picture(&map, &early, playhead, &view), picture(&map, &late, playhead, &view));
    assert_ne!(picture(&map, &early, playhead, &view), picture(&map, &early, early.at, &view), "messages move");
}

#[test]
fn a_message_starts_at_its_sender_and_is_gone_when_it_arrives() {
    let (map, _, snapshot) = eight(1);
    let packet = snapshot.packets[0];
    let sender = map.place(&snapshot, snapshot.at, Target::Region(0)).expect("the sender is on the map");
    let place = |at| map.place(&snapshot, at, Target::Packet(packet.packet));
    assert!(place(packet.sent).expect("just sent").distance(sender) < 0.01);
    assert_eq!(place(packet.due), None);
    assert_eq!(place(packet.sent - Span::from_nanos(1)), None);
}

#[test]
fn names_overlap_neither_each_other_nor_discs_for_any_set_of_regions() {
    let mut sets = vec![sample::stage(sample::THREE, 3), sample::stage(sample::EIGHT, 4)];
    sets.extend(["aws", "azure", "gcp"].map(every_region_of));
    for stage in sets {
        for size in [SIZE, Size::new(1440.0, 800.0), Size::new(390.0, 360.0)] {
            let mut map = Map::new(stage.clone());
            let snapshot = sample::calm(&stage, 0);
            let view = sample::view(&map, size, Theme::Light);
            map.arrange(&snapshot, &view);
            let labels = map.label_rects();
            let canvas = Rect::new(0.0, 0.0, size.width, size.height);
            assert!(labels.len() >= 3 && labels.iter().all(|label| canvas.contains(label)));
            for (index, label) in labels.iter().enumerate() {
                assert!(labels[..index].iter().all(|other| !other.overlaps(label)), "{} regions", stage.regions.len());
            }
        }
    }
}

/// All regions of a provider, from the same places as scenarios take them.
fn every_region_of(provider: &str) -> Stage {
    let table = include_str!("../../scenario/data/regions.csv");
    let regions: Vec<_> =
        table.lines().filter(|line| !line.starts_with('#')).filter(|line| line.starts_with(provider)).collect();
    let mut stage = sample::stage(sample::THREE, 3);
    stage.regions = regions
        .iter()
        .map(|line| {
            let fields: Vec<&str> = line.splitn(6, ',').collect();
            let number = |index: usize| fields[index].parse().expect("a number");
            StageRegion {
                id: fields[1].into(),
                title: fields[5].into(),
                lat: number(2),
                lon: number(3),
                one_way: Vec::new(),
            }
        })
        .collect();
    stage.datasets[0].placement = (0..stage.regions.len() as u16).collect();
    stage
}

#[test]
fn every_region_of_a_small_set_is_named() {
    for (regions, users) in [(sample::THREE, 3), (sample::EIGHT, 4)] {
        for size in [SIZE, Size::new(390.0, 360.0)] {
            let stage = sample::stage(regions, users);
            let snapshot = sample::calm(&stage, 0);
            let mut map = Map::new(stage);
            let view = sample::view(&map, size, Theme::Light);
            map.arrange(&snapshot, &view);
            let mut scene = Scene::default();
            map.names(&view, &mut scene);
            for (_, title, ..) in regions {
                let name = title.split(['(', ')']).nth(1).unwrap_or(title);
                assert!(scene.texts().iter().any(|text| text.text == name), "{name} at {size:?}");
            }
        }
    }
}

#[test]
fn the_ground_is_painted_again_only_when_something_of_it_changes() {
    let (mut map, mut view, calm) = eight(10);
    let later = Snapshot { at: calm.at + Span::from_secs(1), packets: Vec::new(), ..calm.clone() };
    assert!(!map.arrange(&later, &view), "time alone changes nothing");
    view.selection = Some(Target::Region(1));
    assert!(!map.arrange(&later, &view), "nor does a selection");
    let troubled = sample::troubled(map.stage(), 10);
    assert!(map.arrange(&troubled, &view), "a cut does");
    assert!(!map.arrange(&troubled, &view));
    view.camera = map.pan(view.size, view.camera, 10.0, 0.0);
    assert!(map.arrange(&troubled, &view), "so does moving the map");
    view.theme = Theme::Dark;
    assert!(map.arrange(&troubled, &view), "and the theme");
}

#[test]
fn many_messages_or_unwelcome_motion_make_streams() {
    let (map, mut view, mut snapshot) = eight(100);
    let dots = |batches: &[Batch]| marks(batches, Symbol::Circle, 2.75).len();
    let singly = picture(&map, &snapshot, snapshot.at, &view);
    assert!(dots(&singly) > 10);
    view.reduced_motion = true;
    let still = picture(&map, &snapshot, snapshot.at, &view);
    assert_eq!(dots(&still), 0);
    let later = picture(&map, &snapshot, snapshot.at + Span::from_millis(300), &view);
    assert_eq!(still, later, "nothing moves");
    view.reduced_motion = false;
    snapshot.packets_left_out = 1;
    let stream = picture(&map, &snapshot, snapshot.at, &view);
    assert_eq!(dots(&stream), 0);
    assert_ne!(stream, picture(&map, &snapshot, snapshot.at + Span::from_millis(300), &view), "streams flow");
}

#[test]
fn a_region_that_serves_badly_says_so_though_it_may_be_held_for_healthy() {
    let (map, view, mut snapshot) = eight(0);
    snapshot.regions[3].site.slowness = 10.0;
    snapshot.regions[5].site.errors = 0.2;
    let [.., (_, scene)] = sample::layers(&map, &snapshot, snapshot.at, &view);
    let said = |text: &str| scene.texts().iter().filter(|it| it.text == text).count();
    assert_eq!((said("×10"), said("20 % fail")), (1, 1));
    snapshot.regions[3].site.up = false;
    let [.., (_, scene)] = sample::layers(&map, &snapshot, snapshot.at, &view);
    assert!(scene.texts().iter().all(|it| it.text != "×10"), "a region without power serves nobody");
}

#[test]
fn a_region_whose_queue_is_full_is_overloaded_whatever_it_is_judged_to_be() {
    let (map, view, mut snapshot) = eight(0);
    let squares = |snapshot: &Snapshot| {
        let [.., (_, scene)] = sample::layers(&map, snapshot, snapshot.at, &view);
        let color = view::Palette::of(view.theme).overload;
        let of = |kind| scene.batches().iter().filter(|it| it.kind == kind && it.paint.fill == Some(color)).count();
        (of(Kind::Marks(Symbol::Square)), of(Kind::Marks(Symbol::Circle)))
    };
    let said =
        |snapshot: &Snapshot| view::describe::describe(map.stage(), snapshot, snapshot.at, 0).regions[3].state.clone();
    (snapshot.regions[3].service.queue, snapshot.regions[3].service.queue_limit) = (899, 1_000);
    assert_eq!(squares(&snapshot), (0, 0), "a long queue is not yet a full one");
    snapshot.regions[3].service.queue = 999;
    assert_eq!(squares(&snapshot), (1, 1), "by its shape and by its colour");
    assert!(said(&snapshot).contains("overloaded"), "{}", said(&snapshot));
    snapshot.regions[3].site.up = false;
    assert_eq!(squares(&snapshot), (0, 0), "a region without power serves nobody");
}

#[test]
fn users_whose_circuit_is_open_have_an_open_switch_and_words_for_it() {
    let (map, view, mut snapshot) = eight(0);
    let red = view::Palette::of(view.theme).outcome(view::palette::Outcome::Refused);
    let switches = |snapshot: &Snapshot| {
        let [.., (_, scene)] = sample::layers(&map, snapshot, snapshot.at, &view);
        let paint = |it: &Batch| it.kind == Kind::Lines && it.paint.stroke.is_some_and(|stroke| stroke.color == red);
        scene.batches().iter().filter(|it| paint(it)).map(|it| it.ends.len()).sum::<usize>() / 3
    };
    assert_eq!(switches(&snapshot), 0);
    snapshot.populations[1].clients.spared = vec![sim::Spared { region: 3, since: Time::from_secs(63) }];
    assert_eq!(switches(&snapshot), 1);
    let said = &view::describe::describe(map.stage(), &snapshot, snapshot.at, 0).users[1].state;
    assert!(said.ends_with("open since 1:03") && said.contains("circuit to "), "{said}");
}

#[test]
fn what_was_declined_is_said_and_drawn_apart_from_what_was_refused() {
    let (map, view, mut snapshot) = eight(0);
    let users = &mut snapshot.populations[0].endings;
    (users.declined, users.refused) = (40, 0);
    let said = &view::describe::describe(map.stage(), &snapshot, snapshot.at, 0).users[0].state;
    assert!(said.contains("40 declined") && !said.contains("refused"), "{said}");
    use view::palette::Outcome;
    let [.., (_, scene)] = sample::layers(&map, &snapshot, snapshot.at, &view);
    let mut dashes = Vec::new();
    for outcome in Outcome::ALL {
        let color = view::Palette::of(view.theme).outcome(outcome);
        let rings = scene.batches().iter().filter(|it| it.kind == Kind::Arcs);
        let parts = rings.filter(|it| it.paint.stroke.is_some_and(|stroke| stroke.color == color)).count();
        assert_eq!(parts, 1, "{}", outcome.title());
        dashes.push(outcome.dash());
    }
    assert!(dashes[0].is_none() && dashes[3..].iter().all(Option::is_some), "colour is not all that tells them apart");
}

#[test]
fn a_lasso_encloses_the_regions_inside_it() {
    let (map, _, snapshot) = eight(0);
    let at = map.place(&snapshot, snapshot.at, Target::Region(5)).expect("Mumbai is on the map");
    let around =
        [(-30.0, -30.0), (30.0, -30.0), (30.0, 30.0), (-30.0, 30.0)].map(|(x, y)| Point::new(at.x + x, at.y + y));
    assert_eq!(map.enclosed(&around), [5]);
    let everything = [(0.0, 0.0), (820.0, 0.0), (820.0, 560.0), (0.0, 560.0)].map(|(x, y)| Point::new(x, y));
    assert_eq!(map.enclosed(&everything), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!(map.enclosed(&around[..2]).is_empty());
}

#[test]
fn zooming_keeps_the_place_under_the_pointer() {
    let (map, view, _) = eight(0);
    let at = Point::new(500.0, 240.0);
    let before = map.globe_from_screen(SIZE, view.camera, at);
    let nearer = map.zoom(SIZE, view.camera, at, 2.0);
    assert!((nearer.scale / view.camera.scale - 2.0).abs() < 1e-9);
    let after = map.globe_from_screen(SIZE, nearer, at);
    assert!((before.lat - after.lat).abs() < 1e-6 && (before.lon - after.lon).abs() < 1e-6, "{before:?} {after:?}");
}

#[test]
fn the_camera_stays_over_the_world_whatever_it_is_told() {
    let (map, view, _) = eight(0);
    for (dx, dy, factor) in [(1e9, 1e9, 1e9), (-1e9, -1e9, 1e-9), (0.0, 0.0, 0.0), (f32::NAN, f32::NAN, f64::NAN)] {
        let moved = map.zoom(SIZE, map.pan(SIZE, view.camera, dx, dy), Point::new(0.0, 0.0), factor);
        assert!(
            moved.x.abs() <= 3.15 && moved.y.abs() <= 1.8 && moved.scale > 50.0 && moved.scale <= 4_000.0,
            "{moved:?}"
        );
    }
}

#[test]
fn all_regions_and_users_fit_on_the_canvas() {
    for (regions, users) in [(sample::THREE, 3), (sample::EIGHT, 4)] {
        for size in [SIZE, Size::new(390.0, 360.0), Size::new(1920.0, 400.0), Size::new(360.0, 640.0)] {
            let stage = sample::stage(regions, users);
            let snapshot = sample::calm(&stage, 0);
            let mut map = Map::new(stage);
            let view = sample::view(&map, size, Theme::Light);
            map.arrange(&snapshot, &view);
            let targets = (0..regions.len() as u16).map(Target::Region).chain((0..users as u16).map(Target::Users));
            for target in targets {
                let at = map.place(&snapshot, snapshot.at, target).expect("it is on the map");
                assert!(Rect::new(0.0, 0.0, size.width, size.height).has(at), "{target:?} at {at:?} on {size:?}");
            }
        }
    }
}

#[test]
fn a_world_without_regions_is_a_map_without_regions() {
    let stage = Stage::default();
    let snapshot = Snapshot::default();
    let (map, view) = arranged(stage, &snapshot);
    let mut scene = Scene::default();
    map.ground(&snapshot, &view, &mut scene);
    assert!(scene.batches().len() >= 3, "sea, graticule and land");
    assert_eq!(map.hit(&snapshot, snapshot.at, &view, Point::new(400.0, 280.0)), None);
    assert!(view::describe::describe(map.stage(), &snapshot, snapshot.at, 5).regions.is_empty());
}

#[test]
fn a_snapshot_of_another_scenario_draws_what_it_can() {
    // While a new scenario opens, the last snapshot may still be that of the old one.
    let stage = sample::stage(sample::EIGHT, 4);
    let snapshot = sample::troubled(&stage, 50);
    let (map, view) = arranged(sample::stage(sample::THREE, 1), &snapshot);
    let drawn = picture(&map, &snapshot, snapshot.at, &view);
    assert_eq!(marks(&drawn, Symbol::Circle, 12.0).len(), 3, "as many discs as the stage has regions");
}

#[test]
fn a_cut_is_marked_where_its_way_is_in_view() {
    // The shortest way from the first to the last crosses the Pacific, which a map of the three leaves out.
    let places = [sample::EIGHT[0], sample::EIGHT[3], sample::EIGHT[6]];
    for size in [Size::new(820.0, 560.0), Size::new(390.0, 180.0)] {
        let stage = sample::stage(&places, 0);
        let mut snapshot = sample::calm(&stage, 0);
        for link in snapshot.links.iter_mut().filter(|link| link.from.min(link.to) == 0 && link.from.max(link.to) == 2)
        {
            (link.data_cut, link.control_cut) = (true, true);
        }
        let mut map = Map::new(stage);
        let view = sample::view(&map, size, Theme::Light);
        map.arrange(&snapshot, &view);
        let mut ground = Scene::default();
        map.ground(&snapshot, &view, &mut ground);
        let torn = view::Palette::of(Theme::Light).healths[2];
        let of_ends = |batch: &&Batch| batch.paint.stroke.is_some_and(|stroke| stroke.color == torn);
        let ends = ground.batches().iter().find(of_ends).expect("the cut has two ends");
        let canvas = Rect::new(0.0, 0.0, size.width, size.height);
        assert_eq!(ends.coords.len(), 8);
        assert!(ends.coords.chunks(2).all(|at| canvas.has(Point::new(at[0], at[1]))), "{:?} on {size:?}", ends.coords);
    }
}

#[test]
fn users_who_share_a_place_with_a_region_are_fitted_into_the_canvas_too() {
    let size = Size::new(390.0, 180.0);
    let places = [sample::EIGHT[0], sample::EIGHT[3], sample::EIGHT[6]];
    let mut stage = sample::stage(&places, 3);
    (stage.populations[2].lat, stage.populations[2].lon) = (stage.regions[2].lat, stage.regions[2].lon);
    let snapshot = sample::calm(&stage, 0);
    let mut map = Map::new(stage);
    let view = sample::view(&map, size, Theme::Light);
    map.arrange(&snapshot, &view);
    let at = map.place(&snapshot, snapshot.at, Target::Users(2)).expect("the users are on the map");
    assert!(at.y + 8.0 <= size.height, "a halo of 8 pixels around {at:?}");
}
