//! The ground: land, shores and links. Painted once, then only when something of it changes.

use super::land;
use super::layout::{Layout, Lens};
use super::links::{self, Condition};
use super::shores;
use super::world::World;
use crate::geometry::{Point, Rect};
use crate::palette::Palette;
use crate::projection::{WorldPoint, y_from_lat};
use crate::scene::{Kind, Paint, Scene, Symbol};
use crate::state::ViewState;
use sim::Snapshot;
use std::f64::consts::{PI, TAU};

/// Draws the ground.
pub(crate) fn draw(
    world: &World,
    layout: &Layout,
    conditions: &[Condition],
    sides: &[Option<u16>],
    snapshot: &Snapshot,
    view: &ViewState,
    scene: &mut Scene,
) {
    let palette = Palette::of(view.theme);
    let lens = Lens::new(view.size, view.camera);
    let whole = Rect::new(0.0, 0.0, view.size.width, view.size.height);
    scene.batch(Kind::Areas, Paint::fill(palette.background)).rect(whole);
    graticule(&lens, view, palette, scene);
    land(world, &lens, view, palette, scene);
    shores::draw(layout, snapshot, sides, palette, scene);
    links::draw(layout, conditions, palette, scene);
    tethers(layout, palette, scene);
}

/// Meridians and parallels every thirty degrees.
fn graticule(lens: &Lens, view: &ViewState, palette: &Palette, scene: &mut Scene) {
    let batch = scene.batch(Kind::Lines, Paint::line(palette.graticule, 1.0));
    let (width, height) = (view.size.width, view.size.height);
    for lat in (-60..=75).step_by(15) {
        let y = lens.screen_from_world(WorldPoint { x: 0.0, y: y_from_lat(f64::from(lat)) }).y;
        if (0.0..=height).contains(&y) {
            batch.path([Point::new(0.0, y), Point::new(width, y)]);
        }
    }
    // Two worlds' width of meridians covers every canvas, wherever it looks.
    for step in -24..=24 {
        let x = lens.screen_from_world(WorldPoint { x: f64::from(step) * PI / 12.0, y: 0.0 }).x;
        if (0.0..=width).contains(&x) {
            batch.path([Point::new(x, 0.0), Point::new(x, height)]);
        }
    }
}

/// The land, as often side by side as the canvas is wide.
fn land(world: &World, lens: &Lens, view: &ViewState, palette: &Palette, scene: &mut Scene) {
    // The thin line closes the joint where the coastlines were cut at the antimeridian.
    let batch = scene.batch(Kind::Areas, Paint::fill(palette.land).with_line(palette.land, 0.75));
    let west = lens.world_from_screen(Point::new(0.0, 0.0)).x;
    let east = lens.world_from_screen(Point::new(view.size.width, 0.0)).x;
    let greenwich = -world.middle.to_radians();
    for copy in -2..=2 {
        let shift = greenwich + f64::from(copy) * TAU;
        if shift + PI < west || shift - PI > east {
            continue;
        }
        for ring in land::rings() {
            let inside = ring.iter().any(|point| (west..=east).contains(&(point.x + shift)));
            let across =
                ring.iter().any(|point| point.x + shift < west) && ring.iter().any(|point| point.x + shift > east);
            if inside || across {
                batch.path(
                    ring.iter().map(|point| lens.screen_from_world(WorldPoint { x: point.x + shift, y: point.y })),
                );
            }
        }
    }
}

/// From discs that were moved aside to where they belong, and from lists of names to their discs.
fn tethers(layout: &Layout, palette: &Palette, scene: &mut Scene) {
    let regions = layout.regions.iter().zip(&layout.region_places);
    let users = layout.users.iter().zip(&layout.user_places);
    let moved = || regions.clone().chain(users.clone()).filter(|(drawn, place)| drawn.distance(**place) > 5.0);
    let batch = scene.batch(Kind::Lines, Paint::line(palette.faint, 1.0));
    for (&drawn, &place) in moved() {
        batch.path([drawn, place]);
    }
    for &(from, to) in layout.labels.iter().flat_map(|label| &label.leaders) {
        batch.path([from, to]);
    }
    let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::fill(palette.muted));
    for (_, &place) in moved() {
        batch.mark(place, 1.5);
    }
}
