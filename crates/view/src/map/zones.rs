//! Zones: each a sector of its region's disc, drawn as regions are. F24.

use super::layout::Layout;
use super::look::{Look, RING};
use super::sector::Sector;
use crate::palette::Palette;
use crate::scene::{Kind, Paint, Scene, Symbol};
use sim::RegionState;

/// Draws the zones as regions are: filled by health or overload, hollow and crossed without power, a ring for how busy they are.
pub(crate) fn draw(layout: &Layout, states: &[RegionState], palette: &Palette, scene: &mut Scene) {
    let zones = || states.iter().zip(&layout.sectors).filter_map(|(state, sector)| Some((state, (*sector)?)));
    for look in Look::ALL {
        let batch = scene.batch(Kind::Areas, Paint::fill(look.color(palette)));
        for (_, sector) in zones().filter(|(state, _)| state.site.up && Look::of(state) == look) {
            batch.path(sector.outline(0.0));
        }
        scene.drop_empty();
    }
    let dark = || zones().filter(|(state, _)| !state.site.up);
    let batch = scene.batch(Kind::Lines, Paint::line(palette.dead, 2.0));
    for (_, sector) in dark() {
        batch.path(sector.outline(-1.0));
    }
    scene.drop_empty();
    let batch = scene.batch(Kind::Marks(Symbol::Cross), Paint::line(palette.dead, 2.0));
    for (_, sector) in dark() {
        batch.mark(sector.middle(), sector.radius * 0.28);
    }
    scene.drop_empty();
    gauges(zones, palette, scene);
}

/// How busy the workers of each zone are, and outside of it how full its queue is.
fn gauges<'a, I: Iterator<Item = (&'a RegionState, Sector)>>(
    zones: impl Fn() -> I,
    palette: &Palette,
    scene: &mut Scene,
) {
    let lit = || zones().filter(|(state, _)| state.site.up);
    let ends = |sector: &Sector| (sector.from + 0.06, sector.to - 0.06);
    let batch = scene.batch(Kind::Arcs, Paint::line(palette.faint, 2.5));
    for (_, sector) in lit() {
        let (from, to) = ends(&sector);
        batch.arc(sector.centre, sector.radius + RING, from, to);
    }
    scene.drop_empty();
    for look in Look::ALL {
        let batch = scene.batch(Kind::Arcs, Paint::line(look.color(palette), 3.0));
        for (state, sector) in lit().filter(|(state, _)| Look::of(state) == look && state.service.utilisation > 0.005) {
            let (from, to) = ends(&sector);
            batch.arc(
                sector.centre,
                sector.radius + RING,
                from,
                from + (to - from) * state.service.utilisation.min(1.0),
            );
        }
        scene.drop_empty();
    }
    let batch = scene.batch(Kind::Arcs, Paint::line(palette.ink, 1.5));
    for (state, sector) in lit().filter(|(state, _)| state.service.queue > 0) {
        let (from, to) = ends(&sector);
        let full = (state.service.queue as f32 / state.service.queue_limit.max(1) as f32).min(1.0);
        batch.arc(sector.centre, sector.radius + RING + 3.5, from, from + (to - from) * full);
    }
    scene.drop_empty();
}

/// Outlines a zone that is selected or pointed at.
pub(crate) fn outline(sector: &Sector, paint: Paint, scene: &mut Scene) {
    scene.batch(Kind::Lines, paint).path(sector.outline(RING + 4.0));
}
