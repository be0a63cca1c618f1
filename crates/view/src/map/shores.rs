//! Shores: who is cut off from whom. Sides of a partition are tinted, each with its own kind of line; a region that is alone is
//! outlined by a dashed shore.

use super::layout::Layout;
use super::links::{self, Condition};
use crate::palette::Palette;
use crate::scene::{Kind, Paint, Scene, Stroke, Symbol};
use sim::Snapshot;

/// The side each region with power is on: regions that can talk to each other, also through others, are on the same side.
/// Sides are numbered by their first region; a region without power is on none.
pub(crate) fn sides(snapshot: &Snapshot) -> Vec<Option<u16>> {
    let count = snapshot.regions.len();
    let mut side: Vec<Option<u16>> = vec![None; count];
    let mut next = 0;
    for first in 0..count {
        if side[first].is_some() || !snapshot.regions[first].site.up {
            continue;
        }
        side[first] = Some(next);
        let mut open = vec![first];
        while let Some(at) = open.pop() {
            for (other, place) in side.iter_mut().enumerate() {
                if place.is_none() && snapshot.regions[other].site.up && joined(snapshot, at, other) {
                    *place = Some(next);
                    open.push(other);
                }
            }
        }
        next += 1;
    }
    side
}

fn joined(snapshot: &Snapshot, a: usize, b: usize) -> bool {
    let (a, b) = (a.min(b) as u16, a.max(b) as u16);
    !matches!(links::condition(snapshot, a, b), Condition::Cut | Condition::OneWay { .. })
}

/// Draws the shores, if there are any.
pub(crate) fn draw(layout: &Layout, snapshot: &Snapshot, sides: &[Option<u16>], palette: &Palette, scene: &mut Scene) {
    let count = sides.iter().flatten().max().map_or(0, |last| last + 1);
    // Around a zone as much as its sector has.
    let radius = |region: usize| if layout.is_zone(region) { layout.disc } else { layout.disc + 15.0 };
    for side in (0..count).filter(|_| count > 1) {
        let drawn = sides.len().min(layout.regions.len());
        let members: Vec<usize> = (0..drawn).filter(|&region| sides[region] == Some(side)).collect();
        let tint = palette.sides[usize::from(side) % palette.sides.len()];
        let land = Paint::fill(tint.fade(12));
        let batch = scene.batch(Kind::Marks(Symbol::Circle), land);
        for &region in &members {
            batch.mark(layout.regions[region], radius(region));
        }
        causeways(layout, snapshot, &members, Paint::line(tint.fade(8), 26.0), scene);
        let dash = match (members.len(), side % 3) {
            (1, _) => Some((3.0, 4.0)),
            (_, 0) => None,
            (_, 1) => Some((10.0, 4.0)),
            _ => Some((10.0, 3.0)),
        };
        let line = Paint { fill: None, stroke: Some(Stroke { color: tint, width: 1.5, dash }) };
        let batch = scene.batch(Kind::Marks(Symbol::Circle), line);
        for &region in &members {
            batch.mark(layout.regions[region], radius(region));
        }
    }
    // What the sides do not tell: a region alone because of the control plane or its users.
    let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::dashed(palette.muted, 1.5, 3.0, 4.0));
    for (region, state) in snapshot.regions.iter().enumerate().filter(|(_, state)| state.site.isolated) {
        if (count <= 1 || !state.site.up) && region < layout.regions.len() {
            batch.mark(layout.regions[region], radius(region));
        }
    }
    let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::dashed(palette.channels[2], 1.5, 2.0, 4.0));
    for (region, _) in snapshot.regions.iter().enumerate().filter(|(_, state)| state.site.users_cut) {
        if let Some(&at) = layout.regions.get(region) {
            batch.mark(at, radius(region) + 4.0);
        }
    }
}

/// Broad tints along links that join the members of a side: as few and as short as will do (Prim's algorithm).
fn causeways(layout: &Layout, snapshot: &Snapshot, members: &[usize], paint: Paint, scene: &mut Scene) {
    let batch = scene.batch(Kind::Lines, paint);
    let mut reached: Vec<usize> = members.iter().take(1).copied().collect();
    while reached.len() < members.len() {
        let steps = reached.iter().flat_map(|&a| members.iter().map(move |&b| (a, b)));
        let open = steps.filter(|&(a, b)| !reached.contains(&b) && joined(snapshot, a, b));
        let ways = open.filter_map(|(a, b)| layout.link(a as u16, b as u16).map(|(link, _)| (b, &layout.links[link])));
        let Some((next, way)) = ways.min_by(|a, b| a.1.length().total_cmp(&b.1.length())) else { break };
        layout.seam.draw(way.points().iter().copied(), batch);
        reached.push(next);
    }
    scene.drop_empty();
}
