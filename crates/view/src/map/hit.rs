//! What is at a place of the canvas.

use super::layout::Layout;
use super::messages;
use crate::geometry::Point;
use crate::state::{Target, ViewState};
use engine::Time;
use sim::Snapshot;

/// The foremost target at a place: regions before users before messages before links.
pub(crate) fn at(layout: &Layout, snapshot: &Snapshot, playhead: Time, view: &ViewState, at: Point) -> Option<Target> {
    let regions = region(layout, at, 6.0 + view.slack).map(Target::Region);
    let users = || nearest(&layout.users, at, layout.halo + 3.0 + view.slack).map(Target::Users);
    regions.or_else(users).or_else(|| message(layout, snapshot, playhead, view, at)).or_else(|| link(layout, view, at))
}

/// The region on whose disc a place is, or no farther from it than this; of the zones of one disc the one in whose sector it is.
fn region(layout: &Layout, at: Point, reach: f32) -> Option<u16> {
    let beyond = |region: usize| layout.centre(region).distance(at) - layout.radius(region);
    let from_middle = |region: usize| layout.regions[region].distance(at);
    let regions = (0..layout.regions.len()).map(|region| (beyond(region), from_middle(region), region));
    let (beyond, _, region) = regions.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)))?;
    (beyond <= reach).then_some(region as u16)
}

fn nearest(places: &[Point], at: Point, reach: f32) -> Option<u16> {
    let distances = places.iter().enumerate().map(|(index, place)| (place.distance(at), index));
    let (distance, index) = distances.min_by(|a, b| a.0.total_cmp(&b.0))?;
    (distance <= reach).then_some(index as u16)
}

fn message(layout: &Layout, snapshot: &Snapshot, playhead: Time, view: &ViewState, at: Point) -> Option<Target> {
    if !messages::drawn_singly(snapshot, view) {
        return None;
    }
    let places = snapshot.packets.iter().filter_map(|packet| {
        let place = messages::position(layout, packet, playhead)?;
        Some((place.distance(at), packet.packet))
    });
    let (distance, packet) = places.min_by(|a, b| a.0.total_cmp(&b.0))?;
    (distance <= 4.0 + view.slack / 2.0).then_some(Target::Packet(packet))
}

fn link(layout: &Layout, view: &ViewState, at: Point) -> Option<Target> {
    let count = layout.regions.len() as u16;
    let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
    let distances = layout.links.iter().zip(pairs).map(|(curve, pair)| (curve.distance(at, layout.seam), pair));
    let (distance, (a, b)) = distances.min_by(|a, b| a.0.total_cmp(&b.0))?;
    (distance <= 6.0 + view.slack).then_some(Target::Link(a, b))
}

/// Where a target is drawn; a link's place is its middle.
pub(crate) fn place(layout: &Layout, snapshot: &Snapshot, playhead: Time, target: Target) -> Option<Point> {
    match target {
        Target::Region(region) => layout.regions.get(usize::from(region)).copied(),
        Target::Users(users) => layout.users.get(usize::from(users)).copied(),
        Target::Link(a, b) => {
            let (link, _) = layout.link(a, b)?;
            Some(layout.seam.wrap(layout.links[link].stand(0.5, false).at))
        }
        Target::Packet(number) => {
            let packet = snapshot.packets.iter().find(|packet| packet.packet == number)?;
            messages::position(layout, packet, playhead)
        }
    }
}
