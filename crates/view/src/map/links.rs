//! Links between regions: whole, frayed, severed, or severed one way.

use super::curve::Curve;
use super::layout::Layout;
use crate::geometry::Point;
use crate::palette::Palette;
use crate::scene::{Kind, Paint, Scene};
use sim::{LinkState, Snapshot};

/// Pixels between the middle of a link and the lane of its working direction.
const LANE: f32 = 4.0;

/// How a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It works; the delay was measured.
    Whole,
    /// It works; the delay was estimated.
    Estimated,
    /// It works, badly.
    Degraded,
    /// Data passes, the control plane does not.
    NoControl,
    /// Only from the larger index to the smaller, if `back`; otherwise only from the smaller to the larger.
    OneWay {
        /// Which way works.
        back: bool,
    },
    /// Nothing passes.
    Cut,
}

/// One direction of a link.
pub(crate) fn state(snapshot: &Snapshot, from: u16, to: u16) -> Option<&LinkState> {
    let at = snapshot.links.binary_search_by_key(&(from, to), |link| (link.from, link.to)).ok()?;
    snapshot.links.get(at)
}

/// How the link between two regions is, the smaller index first.
pub(crate) fn condition(snapshot: &Snapshot, a: u16, b: u16) -> Condition {
    let (Some(there), Some(back)) = (state(snapshot, a, b), state(snapshot, b, a)) else { return Condition::Whole };
    match (there.data_cut, back.data_cut) {
        (true, true) => Condition::Cut,
        (true, false) => Condition::OneWay { back: true },
        (false, true) => Condition::OneWay { back: false },
        _ if there.control_cut || back.control_cut => Condition::NoControl,
        _ if there.degraded || back.degraded => Condition::Degraded,
        _ if there.estimated || back.estimated => Condition::Estimated,
        _ => Condition::Whole,
    }
}

/// Every link with its condition, in the order of [`Layout::links`].
pub(crate) fn conditions(layout: &Layout, snapshot: &Snapshot) -> Vec<Condition> {
    let count = layout.regions.len() as u16;
    let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
    pairs.map(|(a, b)| condition(snapshot, a, b)).collect()
}

/// Draws all links.
pub(crate) fn draw(layout: &Layout, conditions: &[Condition], palette: &Palette, scene: &mut Scene) {
    let links = || layout.links.iter().zip(conditions.iter().copied());
    let plain = Paint::line(palette.faint.fade(70), 1.0);
    let batch = scene.batch(Kind::Lines, plain);
    for (curve, _) in links().filter(|(_, it)| matches!(it, Condition::Whole | Condition::NoControl)) {
        layout.seam.draw(curve.points().iter().copied(), batch);
    }
    let batch = scene.batch(Kind::Lines, Paint::dashed(palette.faint.fade(85), 1.0, 5.0, 4.0));
    for (curve, _) in links().filter(|(_, it)| *it == Condition::Estimated) {
        layout.seam.draw(curve.points().iter().copied(), batch);
    }
    frayed(layout, links().filter(|(_, it)| *it == Condition::Degraded).map(|(curve, _)| curve), palette, scene);
    let stumps = scene.batch(Kind::Lines, Paint::line(palette.dead, 1.5));
    for (curve, condition) in links() {
        for (back, offset) in severed(condition) {
            let gap = gap(layout, curve);
            layout.seam.draw(curve.lane_path(0.0, gap.0, back, offset), stumps);
            layout.seam.draw(curve.lane_path(gap.1, 1.0, back, offset), stumps);
        }
    }
    let ends = scene.batch(Kind::Lines, Paint::line(palette.healths[2], 2.0));
    for (curve, condition) in links() {
        for (back, offset) in severed(condition) {
            let gap = gap(layout, curve);
            for t in [gap.0, gap.1] {
                let (left, right) =
                    (curve.stand(t, back).beside(offset - 5.0), curve.stand(t, back).beside(offset + 5.0));
                layout.seam.draw([left, right], ends);
            }
        }
    }
    let ends = scene.batch(Kind::Lines, Paint::line(palette.channels[3], 2.0));
    for (curve, _) in links().filter(|(_, it)| *it == Condition::NoControl) {
        let (middle, half) = (layout.seen_middle(curve), (3.0 / curve.length().max(1.0)).min(0.2));
        for t in [middle - half, middle + half] {
            layout.seam.draw([curve.stand(t, false).beside(-5.0), curve.stand(t, false).beside(5.0)], ends);
        }
    }
    working(layout, conditions, palette, scene);
}

/// The directions of a link that are cut, and how far beside its middle they run.
fn severed(condition: Condition) -> impl Iterator<Item = (bool, f32)> {
    match condition {
        Condition::Cut => Some((false, 0.0)),
        Condition::OneWay { back } => Some((!back, LANE)),
        _ => None,
    }
    .into_iter()
}

/// The shares of the way between which a severed link is missing.
fn gap(layout: &Layout, curve: &Curve) -> (f32, f32) {
    let half = (11.0 / curve.length().max(1.0)).clamp(0.05, 0.2);
    let middle = layout.seen_middle(curve).clamp(half, 1.0 - half);
    (middle - half, middle + half)
}

/// The ways that still work of links cut one way, with arrow heads.
fn working(layout: &Layout, conditions: &[Condition], palette: &Palette, scene: &mut Scene) {
    let batch = scene.batch(Kind::Lines, Paint::line(palette.muted, 1.5));
    for (curve, condition) in layout.links.iter().zip(conditions) {
        if let Condition::OneWay { back } = *condition {
            layout.seam.draw(curve.lane_path(0.0, 1.0, back, LANE), batch);
            let heads = (curve.length() / 48.0).max(1.0) as u32;
            for head in 0..heads {
                let t = (head as f32 + 0.5) / heads as f32;
                layout.seam.draw(arrow_head(curve, t, back, LANE, 4.0), batch);
            }
        }
    }
}

/// The three corners of an arrow head on a lane.
pub(crate) fn arrow_head(curve: &Curve, t: f32, back: bool, offset: f32, size: f32) -> [Point; 3] {
    let tip = curve.lane(t, back, offset);
    let ahead = curve.stand(t, back).ahead;
    let (foot_x, foot_y) = (tip.x - ahead.x * size, tip.y - ahead.y * size);
    let wing = size * 0.8;
    [
        Point::new(foot_x - ahead.y * wing, foot_y + ahead.x * wing),
        tip,
        Point::new(foot_x + ahead.y * wing, foot_y - ahead.x * wing),
    ]
}

/// Links that work badly come apart into loose strands.
fn frayed<'a>(layout: &Layout, curves: impl Iterator<Item = &'a Curve>, palette: &Palette, scene: &mut Scene) {
    // How far each strand strays, in pixels, from knot to knot; the numbers have no meaning but to look uneven.
    const STRANDS: [[f32; 8]; 3] = [
        [0.0, 2.5, 0.5, 3.5, 1.0, 4.0, 0.0, 2.0],
        [0.0, -1.0, -4.0, -1.5, -3.0, -0.5, -3.5, -2.0],
        [0.0, 1.0, -1.5, 2.0, -2.0, 1.0, 1.5, -1.0],
    ];
    let batch = scene.batch(Kind::Lines, Paint::dashed(palette.healths[1], 1.25, 9.0, 3.0));
    for curve in curves {
        let knots = ((curve.length() / 9.0) as usize).clamp(8, 96);
        for strand in STRANDS {
            let way = (0..=knots).map(|knot| {
                let t = knot as f32 / knots as f32;
                curve.lane(t, false, strand[knot % strand.len()])
            });
            layout.seam.draw(way, batch);
        }
    }
}
