//! Writes the sample pictures as SVG files into a folder, for looking at them: `cargo run -p view --example svg -- FOLDER`.

#[path = "../tests/sample/mod.rs"]
mod sample;

use std::fmt::Write as _;
use std::path::Path;
use view::{Align, Batch, Kind, Map, Palette, Scene, Size, Stroke, Symbol, Theme, Weight};

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        for (size, width) in [(Size::new(1424.0, 250.0), "wide"), (Size::new(390.0, 170.0), "narrow")] {
            let stage = sample::stage(sample::THREE, 3);
            let view = sample::timeline_view(size, theme);
            let (mut charts, mut cursor) = (Scene::default(), Scene::default());
            view::timeline::timeline(&stage, &sample::seconds(&stage, 90), &sample::marks(), &view, &mut charts);
            view::timeline::cursor(&[], charts.texts(), &view, &mut cursor);
            write(Path::new(&folder), &format!("timeline-{width}-{name}"), theme, &[&charts, &cursor])?;
        }
        for (size, width) in [(Size::new(820.0, 560.0), "wide"), (Size::new(390.0, 360.0), "narrow")] {
            for (sample, snapshot, stage) in samples() {
                let mut map = Map::new(stage);
                let mut view = sample::view(&map, size, theme);
                view.selection = Some(view::Target::Region(0));
                map.arrange(&snapshot, &view);
                let layers = sample::layers(&map, &snapshot, snapshot.at, &view);
                let scenes: Vec<&Scene> = layers.iter().map(|(_, scene)| scene).collect();
                write(Path::new(&folder), &format!("map-{sample}-{width}-{name}"), theme, &scenes)?;
            }
        }
    }
    Ok(())
}

fn samples() -> Vec<(&'static str, sim::Snapshot, view::Stage)> {
    let (three, eight) = (sample::stage(sample::THREE, 3), sample::stage(sample::EIGHT, 4));
    let mut many = sample::calm(&eight, 10);
    many.packets_left_out = 5_000;
    vec![
        ("three", sample::calm(&three, 120), three),
        ("eight", sample::calm(&eight, 300), eight.clone()),
        ("troubled", sample::troubled(&eight, 200), eight.clone()),
        ("split", sample::split(&eight, 0), eight.clone()),
        ("streams", many, eight),
    ]
}

fn write(folder: &Path, name: &str, theme: Theme, scenes: &[&Scene]) -> std::io::Result<()> {
    let size = scenes[0].size();
    let mut out = String::new();
    let (width, height) = (size.width, size.height);
    let _ = write!(
        out,
        "<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' font-family='Inter, system-ui, sans-serif'>\
         <rect width='100%' height='100%' fill='{}'/>",
        Palette::of(theme).background.css()
    );
    for scene in scenes {
        for batch in scene.batches() {
            shapes(batch, &mut out);
        }
        texts(scene, &mut out);
    }
    out.push_str("</svg>");
    std::fs::write(folder.join(format!("{name}.svg")), out)
}

fn shapes(batch: &Batch, out: &mut String) {
    let fill = batch.paint.fill.map_or("none".to_owned(), |color| color.css());
    let stroke = batch.paint.stroke.map_or(String::new(), |Stroke { color, width, dash }| {
        let dash =
            dash.map_or("stroke-linecap='round'".to_owned(), |(dash, gap)| format!("stroke-dasharray='{dash} {gap}'"));
        format!("stroke='{}' stroke-width='{width}' stroke-linejoin='round' {dash}", color.css())
    });
    let _ = write!(out, "<path fill='{fill}' {stroke} d='");
    match batch.kind {
        Kind::Lines | Kind::Areas => {
            let mut start = 0;
            for &end in &batch.ends {
                for corner in start..end as usize {
                    let letter = if corner == start { 'M' } else { 'L' };
                    let _ = write!(out, "{letter}{:.1} {:.1}", batch.coords[2 * corner], batch.coords[2 * corner + 1]);
                }
                if batch.kind == Kind::Areas {
                    out.push('Z');
                }
                start = end as usize;
            }
        }
        Kind::Arcs => {
            for arc in batch.coords.chunks_exact(5) {
                let (x, y, r, from, to) = (arc[0], arc[1], arc[2], f64::from(arc[3]), f64::from(arc[4]));
                let steps = 40;
                for step in 0..=steps {
                    let angle = from + (to - from) * f64::from(step) / f64::from(steps);
                    let (px, py) = (x + r * engine::math::cos(angle) as f32, y + r * engine::math::sin(angle) as f32);
                    let _ = write!(out, "{}{px:.2} {py:.2}", if step == 0 { 'M' } else { 'L' });
                }
            }
        }
        Kind::Marks(symbol) => {
            for mark in batch.coords.chunks_exact(3) {
                marks(symbol, (mark[0], mark[1], mark[2]), out);
            }
        }
    }
    out.push_str("'/>");
}

fn marks(symbol: Symbol, (x, y, r): (f32, f32, f32), out: &mut String) {
    if symbol == Symbol::Circle {
        let _ = write!(out, "M{} {y}a{r} {r} 0 1 0 {} 0a{r} {r} 0 1 0 {} 0Z", x - r, 2.0 * r, -2.0 * r);
        return;
    }
    for (index, corner) in symbol.corners().iter().enumerate() {
        let moves = index == 0 || (symbol == Symbol::Cross && index % 2 == 0);
        let _ = write!(out, "{}{:.2} {:.2}", if moves { 'M' } else { 'L' }, x + r * corner.0, y + r * corner.1);
    }
    if symbol != Symbol::Cross {
        out.push('Z');
    }
}

fn texts(scene: &Scene, out: &mut String) {
    for text in scene.texts() {
        let anchor = match text.align {
            Align::Start => "start",
            Align::Middle => "middle",
            Align::End => "end",
        };
        let weight = if text.weight == Weight::Bold { 600 } else { 400 };
        let halo = text.halo.map_or(String::new(), |color| {
            format!("stroke='{}' stroke-width='3' stroke-linejoin='round' paint-order='stroke'", color.css())
        });
        let _ = write!(
            out,
            "<text x='{:.1}' y='{:.1}' dy='.35em' font-size='{}' font-weight='{weight}' text-anchor='{anchor}' fill='{}' {halo}>{}</text>",
            text.at.x,
            text.at.y,
            text.size.px(),
            text.color.css(),
            text.text.replace('&', "&amp;").replace('<', "&lt;")
        );
    }
}
