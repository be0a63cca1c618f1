//! Pictures as readable text, compared with what is in `tests/goldens`. Run with `UPDATE_GOLDENS=1` to write them anew, and look
//! at the difference (and at the pictures: the example `svg` draws them) before you commit it.

mod sample;

use std::fmt::Write as _;
use std::path::Path;
use view::{Batch, Color, Kind, Map, Palette, Scene, Size, Theme};

/// A picture in text: a line for each batch with its first shapes, a line for each text. Colours go by their name.
fn dump(scene: &Scene, theme: Theme) -> String {
    let mut out = String::new();
    for batch in scene.batches() {
        let fill = batch.paint.fill.map_or(String::new(), |color| format!(" fill {}", named(color, theme)));
        let stroke = batch.paint.stroke.map_or(String::new(), |stroke| {
            let dash = stroke.dash.map_or(String::new(), |(dash, gap)| format!(" dash {dash}/{gap}"));
            format!(" line {} {}{dash}", named(stroke.color, theme), stroke.width)
        });
        let _ = writeln!(out, "{:?}{fill}{stroke}: {}", batch.kind, shapes(batch));
    }
    for text in scene.texts() {
        let (x, y, color) = (text.at.x, text.at.y, named(text.color, theme));
        let _ =
            writeln!(out, "{:?} {:?} {:?} {color} at {x:.0},{y:.0}: {}", text.size, text.weight, text.align, text.text);
    }
    out
}

fn shapes(batch: &Batch) -> String {
    const SHOWN: usize = 6;
    let stride = batch.kind.stride();
    let corners = batch.coords.len() / stride;
    let count = match batch.kind {
        Kind::Lines | Kind::Areas => format!("{} paths, {corners} corners", batch.ends.len()),
        Kind::Arcs | Kind::Marks(_) => format!("{corners}"),
    };
    let number = |value: &f32| format!("{value:.1}");
    let shown = batch.coords.chunks(stride).take(SHOWN).map(|it| it.iter().map(number).collect::<Vec<_>>().join(","));
    let more = if corners > SHOWN { " …" } else { "" };
    format!("{count}: {}{more}", shown.collect::<Vec<_>>().join(" "))
}

fn named(color: Color, theme: Theme) -> String {
    let palette = Palette::of(theme);
    let single = [
        ("background", palette.background),
        ("land", palette.land),
        ("graticule", palette.graticule),
        ("faint", palette.faint),
        ("muted", palette.muted),
        ("ink", palette.ink),
        ("on_health", palette.on_health),
        ("dead", palette.dead),
        ("overload", palette.overload),
    ];
    let mut names: Vec<(String, Color)> = single.into_iter().map(|(name, color)| (name.to_owned(), color)).collect();
    let groups: [(&str, &[Color]); 3] =
        [("channel", &palette.channels), ("outcome", &palette.outcomes), ("health", &palette.healths)];
    for (group, colors) in groups {
        names.extend(colors.iter().enumerate().map(|(index, &color)| (format!("{group}{index}"), color)));
    }
    let opacity = color.0 & 0xff;
    let faded = if opacity == 0xff { String::new() } else { format!("/{}%", (opacity * 100 + 127) / 255) };
    let same = |known: &&(String, Color)| known.1.0 >> 8 == color.0 >> 8;
    names.iter().find(same).map_or(color.css(), |(name, _)| format!("{name}{faded}"))
}

fn check(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, found).expect("the goldens' folder can be written to");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differing = expected.lines().zip(found.lines()).position(|(a, b)| a != b);
    let line = differing.unwrap_or(expected.lines().count().min(found.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
    assert!(expected == found, "{name}.txt, line {}:\n expected {}\n found    {}", line + 1, at(&expected), at(found));
}

fn map(name: &str, stage: view::Stage, snapshot: &sim::Snapshot, theme: Theme) {
    let mut map = Map::new(stage);
    let view = sample::view(&map, Size::new(820.0, 560.0), theme);
    map.arrange(snapshot, &view);
    let layers = sample::layers(&map, snapshot, snapshot.at, &view);
    let layers = layers.map(|(layer, scene)| format!("{layer}\n{}", dump(&scene, theme)));
    check(name, &layers.join("\n"));
}

#[test]
fn a_calm_map_of_three_regions_looks_as_it_did() {
    let stage = sample::stage(sample::THREE, 3);
    let snapshot = sample::calm(&stage, 40);
    map("calm", stage, &snapshot, Theme::Light);
}

#[test]
fn a_map_on_which_much_has_gone_wrong_looks_as_it_did() {
    let stage = sample::stage(sample::EIGHT, 4);
    let snapshot = sample::troubled(&stage, 40);
    map("troubled", stage, &snapshot, Theme::Dark);
}

#[test]
fn a_map_in_two_halves_looks_as_it_did() {
    let stage = sample::stage(sample::EIGHT, 4);
    let snapshot = sample::split(&stage, 0);
    map("split", stage, &snapshot, Theme::Light);
}

#[test]
fn a_timeline_with_every_kind_of_mark_looks_as_it_did() {
    let stage = sample::stage(sample::THREE, 3);
    let view = sample::timeline_view(Size::new(1424.0, 250.0), Theme::Light);
    let (mut charts, mut cursor) = (Scene::default(), Scene::default());
    view::timeline::timeline(&stage, &sample::seconds(&stage, 90), &sample::marks(), &view, &mut charts);
    view::timeline::cursor(&sample::marks(), charts.texts(), &view, &mut cursor);
    check("timeline", &format!("charts\n{}\ncursor\n{}", dump(&charts, Theme::Light), dump(&cursor, Theme::Light)));
}

#[test]
fn the_map_in_words_reads_as_it_did() {
    let stage = sample::stage(sample::EIGHT, 4);
    let snapshot = sample::troubled(&stage, 40);
    let said = view::describe::describe(&stage, &snapshot, snapshot.at, 5);
    let mut out = format!("{}\n", said.summary);
    for (title, lines) in
        [("regions", said.regions), ("links", said.links), ("users", said.users), ("packets", said.packets)]
    {
        let _ = writeln!(out, "\n{title}");
        for line in lines {
            let _ = writeln!(out, "{:?} {}: {}", line.target, line.name, line.state);
        }
    }
    check("words", &out);
}
