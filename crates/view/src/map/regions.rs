//! Regions: a disc whose colour is health or overload, a ring whose length is utilisation, a letter for the role.

use super::label::{HALO, Subject};
use super::layout::Layout;
use super::look::{Look, RING, overloaded};
use super::pills;
use super::roles;
use super::zones;
use crate::geometry::{Point, Rect};
use crate::measure;
use crate::palette::Palette;
use crate::scene::{Align, Kind, Paint, Scene, Symbol, TextSize, TextStyle, Weight};
use crate::state::{Target, ViewState};
use crate::words;
use engine::math;
use sim::trace::Health;
use sim::{RegionState, Snapshot};
use std::f32::consts::{FRAC_PI_2, PI, TAU};

/// What is drawn around a disc reaches so far, CSS pixels.
pub(crate) const AROUND: f32 = RING + 2.5;

/// Draws all regions.
pub(crate) fn draw(layout: &Layout, snapshot: &Snapshot, view: &ViewState, scene: &mut Scene) {
    let palette = Palette::of(view.theme);
    let all = || (0..).zip(&snapshot.regions).zip(layout.regions.iter().copied());
    let whole = || all().filter(|((region, _), _)| !layout.is_zone(*region)).map(|((_, state), at)| (state, at));
    let around = || all().map(|((region, state), _)| (state, Rim::of(layout, region)));
    backgrounds(layout, palette, scene);
    discs(layout, whole, palette, scene);
    gauges(layout, whole, palette, scene);
    zones::draw(layout, &snapshot.regions, palette, scene);
    badges(around, palette, scene);
    clocks(around, palette, scene);
    troubles(around, palette, scene);
    for (target, width) in [(view.selection, 2.0), (view.hover, 1.25)] {
        let Some(Target::Region(region)) = target else { continue };
        let paint = Paint::line(palette.accent, width);
        match (layout.regions.get(usize::from(region)), layout.sectors.get(usize::from(region))) {
            (_, Some(Some(sector))) => zones::outline(sector, paint, scene),
            (Some(&at), _) => scene.batch(Kind::Marks(Symbol::Circle), paint).mark(at, layout.disc + 10.0),
            _ => {}
        }
    }
    letters(layout, snapshot, view, palette, scene);
    lags(layout, snapshot, view, palette, scene);
    pills::draw(layout, snapshot, view, palette, scene);
}

/// Where signs stand around what is drawn of a region.
#[derive(Clone, Copy)]
struct Rim {
    /// What is wrong with its health.
    health: Point,
    /// That it is overloaded.
    load: Point,
    /// Its clock.
    clock: Point,
    /// The middle of the plate that says how it serves.
    plate: Point,
}

impl Rim {
    fn of(layout: &Layout, region: usize) -> Rim {
        let at = layout.regions[region];
        if let Some(sector) = layout.sectors.get(region).copied().flatten() {
            let rim = sector.radius + RING;
            let load = sector.out(rim * 0.55);
            return Rim { health: sector.out(rim), load, clock: sector.out(rim + 7.0), plate: sector.out(rim + 2.0) };
        }
        let (reach, far) = ((layout.disc + RING) * 0.74, (layout.disc + RING) * 0.8);
        Rim {
            health: Point::new(at.x + reach, at.y - reach),
            load: Point::new(at.x + reach, at.y + reach),
            clock: Point::new(at.x - far, at.y - far),
            plate: Point::new(at.x, at.y + layout.disc + 2.5),
        }
    }
}

/// The sea shows around every disc, so that it stands out from the ways that end at it.
fn backgrounds(layout: &Layout, palette: &Palette, scene: &mut Scene) {
    let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::fill(palette.background));
    for region in 0..layout.regions.len() {
        batch.mark(layout.centre(region), layout.radius(region) + AROUND);
    }
}

fn discs<'a, I: Iterator<Item = (&'a RegionState, Point)>>(
    layout: &Layout,
    regions: impl Fn() -> I,
    palette: &Palette,
    scene: &mut Scene,
) {
    for look in Look::ALL {
        let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::fill(look.color(palette)));
        for (_, at) in regions().filter(|(state, _)| state.site.up && Look::of(state) == look) {
            batch.mark(at, layout.disc);
        }
        scene.drop_empty();
    }
    let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::line(palette.dead, 2.0));
    for (_, at) in regions().filter(|(state, _)| !state.site.up) {
        batch.mark(at, layout.disc);
    }
    scene.drop_empty();
    let batch = scene.batch(Kind::Marks(Symbol::Cross), Paint::line(palette.dead, 2.0));
    for (_, at) in regions().filter(|(state, _)| !state.site.up) {
        batch.mark(at, layout.disc);
    }
    scene.drop_empty();
}

/// Rings: how busy the workers are, and outside of it how full the queue is.
fn gauges<'a, I: Iterator<Item = (&'a RegionState, Point)>>(
    layout: &Layout,
    regions: impl Fn() -> I,
    palette: &Palette,
    scene: &mut Scene,
) {
    let radius = layout.disc + RING;
    let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::line(palette.faint, 2.5));
    for (_, at) in regions().filter(|(state, _)| state.site.up) {
        batch.mark(at, radius);
    }
    for look in Look::ALL {
        let batch = scene.batch(Kind::Arcs, Paint::line(look.color(palette), 3.0));
        for (state, at) in
            regions().filter(|(state, _)| state.site.up && Look::of(state) == look && state.service.utilisation > 0.005)
        {
            batch.arc(at, radius, -FRAC_PI_2, -FRAC_PI_2 + TAU * state.service.utilisation.min(1.0));
        }
        scene.drop_empty();
    }
    let batch = scene.batch(Kind::Arcs, Paint::line(palette.ink, 1.5));
    for (state, at) in regions().filter(|(state, _)| state.site.up && state.service.queue > 0) {
        let full = (state.service.queue as f32 / state.service.queue_limit.max(1) as f32).min(1.0);
        batch.arc(at, radius + 3.5, -FRAC_PI_2, -FRAC_PI_2 + TAU * full);
    }
    scene.drop_empty();
}

/// Health and overload in shapes too: a triangle for degraded, a diamond for unhealthy, and opposite a square for overloaded.
fn badges<'a, I: Iterator<Item = (&'a RegionState, Rim)>>(
    regions: impl Fn() -> I,
    palette: &Palette,
    scene: &mut Scene,
) {
    for (health, symbol) in [(Health::Degraded, Symbol::Triangle), (Health::Unhealthy, Symbol::Diamond)] {
        let paint = Paint::fill(palette.health(health)).with_line(palette.background, 1.5);
        let batch = scene.batch(Kind::Marks(symbol), paint);
        for (_, rim) in regions().filter(|(state, _)| state.judged.health == health) {
            batch.mark(rim.health, 5.0);
        }
        scene.drop_empty();
    }
    let paint = Paint::fill(palette.overload).with_line(palette.background, 1.5);
    let batch = scene.batch(Kind::Marks(Symbol::Square), paint);
    for (_, rim) in regions().filter(|(state, _)| overloaded(state)) {
        batch.mark(rim.load, 5.0);
    }
    scene.drop_empty();
}

/// A clock that is wrong shows its hand: upright is right, each tenfold from a millisecond on is a fifth of half a turn,
/// clockwise when it is ahead.
fn clocks<'a, I: Iterator<Item = (&'a RegionState, Rim)>>(
    regions: impl Fn() -> I,
    palette: &Palette,
    scene: &mut Scene,
) {
    const RADIUS: f32 = 6.5;
    let skewed = || regions().filter(|(state, _)| state.site.clock_offset != 0);
    let face = Paint::fill(palette.background).with_line(palette.ink, 1.5);
    let batch = scene.batch(Kind::Marks(Symbol::Circle), face);
    for (_, rim) in skewed() {
        batch.mark(rim.clock, RADIUS);
    }
    scene.drop_empty();
    let batch = scene.batch(Kind::Lines, Paint::line(palette.ink, 1.5));
    for (state, rim) in skewed() {
        let millis = state.site.clock_offset as f64 / 1e6;
        let turn = (math::log10(1.0 + millis.abs()) / 5.0).min(1.0) * f64::from(PI) * millis.signum();
        let (x, y) = (math::sin(turn) as f32, -math::cos(turn) as f32);
        let centre = rim.clock;
        batch.path([centre, Point::new(centre.x + x * (RADIUS - 1.5), centre.y + y * (RADIUS - 1.5))]);
    }
    scene.drop_empty();
}

/// What a region that serves badly does, in figures on the lower edge of its disc: it may look healthy to whoever probes it.
fn troubles<'a, I: Iterator<Item = (&'a RegionState, Rim)>>(
    regions: impl Fn() -> I,
    palette: &Palette,
    scene: &mut Scene,
) {
    const HEIGHT: f32 = 13.0;
    let plates = || {
        regions().filter_map(|(state, Rim { plate, .. })| {
            let said = trouble(state)?;
            let width = measure::width(&said, TextSize::Small, Weight::Bold) + 8.0;
            Some((said, Rect::new(plate.x - width / 2.0, plate.y - HEIGHT / 2.0, width, HEIGHT)))
        })
    };
    let paint = Paint::fill(palette.background).with_line(palette.health(Health::Degraded), 1.5);
    let batch = scene.batch(Kind::Areas, paint);
    for (_, plate) in plates() {
        batch.rect(plate);
    }
    scene.drop_empty();
    let style = TextStyle::new(TextSize::Small, palette.ink).bold().align(Align::Middle);
    for (said, plate) in plates() {
        scene.text(style, Point::new(plate.x + plate.width / 2.0, plate.y + HEIGHT / 2.0), &said);
    }
}

/// How slow a region is, or its disks, and how much of what it serves fails; nothing if it serves well.
fn trouble(state: &RegionState) -> Option<String> {
    let slow = (state.site.slowness != 1.0).then(|| format!("×{}", words::figures(state.site.slowness.into())));
    let failing = (state.site.errors > 0.0).then(|| format!("{} fail", words::percent(state.site.errors.into())));
    let disk = state.site.disk_slowness;
    let disk = (disk != 1.0).then(|| format!("disk ×{}", words::figures(disk.into())));
    let said: Vec<String> = slow.into_iter().chain(disk).chain(failing).collect();
    (state.site.up && !said.is_empty()).then(|| said.join(" "))
}

fn letters(layout: &Layout, snapshot: &Snapshot, view: &ViewState, palette: &Palette, scene: &mut Scene) {
    let style = TextStyle::new(TextSize::Medium, palette.on_health).bold().align(Align::Middle);
    let batch = scene.batch(Kind::Lines, Paint::line(palette.on_health, 1.5));
    for (region, &at) in layout.regions.iter().enumerate() {
        // An outdated leader's letter is struck out.
        if roles::outdated(snapshot, view.dataset, region as u16) {
            let reach = layout.disc * 0.6;
            batch.path([Point::new(at.x - reach, at.y + reach), Point::new(at.x + reach, at.y - reach)]);
        }
    }
    scene.drop_empty();
    for (region, &at) in layout.regions.iter().enumerate() {
        let up = snapshot.regions.get(region).is_some_and(|state| state.site.up);
        let replica = roles::replica(snapshot, view.dataset, region as u16).filter(|_| up);
        if let Some(replica) = replica {
            scene.text(style, at, roles::letter(replica.role));
        }
    }
}

/// The share of its bar that a lag fills: logarithmic, ten seconds fill it.
fn lag_share(millis: f64) -> f32 {
    (math::log10(1.0 + millis) / 4.0).clamp(0.0, 1.0) as f32
}

/// Bars and numbers under the names.
fn lags(layout: &Layout, snapshot: &Snapshot, view: &ViewState, palette: &Palette, scene: &mut Scene) {
    const BAR: f32 = 28.0;
    let slots = || {
        let rows = layout.labels.iter().flat_map(|label| &label.rows);
        rows.filter_map(|row| match row.subject {
            Subject::Region(region) => {
                // A region's is that of the zone farthest behind.
                let lags = layout.zones_beside(region).filter_map(|zone| roles::lag(snapshot, view.dataset, zone));
                Some((row.lag?, lags.max()?.as_millis_f64()))
            }
            Subject::Users(_) => None,
        })
    };
    let batch = scene.batch(Kind::Areas, Paint::fill(palette.faint));
    for (at, _) in slots() {
        batch.rect(Rect::new(at.x, at.y - 2.0, BAR, 4.0));
    }
    scene.drop_empty();
    let batch = scene.batch(Kind::Areas, Paint::fill(palette.channels[0]));
    for (at, millis) in slots() {
        batch.rect(Rect::new(at.x, at.y - 2.0, (BAR * lag_share(millis)).max(1.0), 4.0));
    }
    scene.drop_empty();
    let style = TextStyle::new(TextSize::Small, palette.muted).halo(palette.background.fade(HALO));
    for (at, millis) in slots() {
        scene.text(style, Point::new(at.x + BAR + 6.0, at.y), &words::millis(millis));
    }
}
