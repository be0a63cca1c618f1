//! Messages under way: one by one while they are few, as streams when they are many or when motion is unwelcome.

use super::curve::Curve;
use super::layout::Layout;
use super::links::arrow_head;
use crate::geometry::Point;
use crate::palette::{CHANNELS, Palette};
use crate::scene::{Kind, Paint, Scene, Symbol};
use crate::state::{Target, ViewState};
use engine::{Time, math};
use protocol::Channel;
use sim::trace::Place;
use sim::{Endings, PacketState, Snapshot};

/// The most messages that are drawn one by one.
pub const SINGLE_MAX: usize = 2_000;

/// Whether messages are drawn one by one.
pub fn drawn_singly(snapshot: &Snapshot, view: &ViewState) -> bool {
    !view.reduced_motion && snapshot.packets_left_out == 0 && snapshot.packets.len() <= SINGLE_MAX
}

/// Pixels from the middle of the way to the lane of a purpose.
fn lane(channel: Channel) -> f32 {
    match channel {
        Channel::Replication | Channel::Acknowledgement => 3.5,
        Channel::Client => 7.0,
        Channel::Control => 10.5,
    }
}

/// Where a message is at the playhead; `None` before it is sent, once it has arrived, and inside one place.
pub(crate) fn position(layout: &Layout, packet: &PacketState, playhead: Time) -> Option<Point> {
    if playhead < packet.sent || playhead >= packet.due {
        return None;
    }
    let (curve, back) = way(layout, packet.from, packet.to)?;
    let whole = (packet.due - packet.sent).as_nanos().max(1);
    let share = (playhead - packet.sent).as_nanos() as f64 / whole as f64;
    Some(layout.seam.wrap(curve.lane(share as f32, back, lane(packet.channel))))
}

fn way(layout: &Layout, from: Place, to: Place) -> Option<(&Curve, bool)> {
    let access = |users: Place, region: u16, back| {
        let access = layout.access(users.as_users()?, region)?;
        Some((&layout.accesses[access], back))
    };
    match (from.as_region(), to.as_region()) {
        (Some(a), Some(b)) => layout.link(a, b).map(|(link, back)| (&layout.links[link], back)),
        (None, Some(region)) => access(from, region, false),
        (Some(region), None) => access(to, region, true),
        (None, None) => None,
    }
}

/// What the ways of traffic depend on, beside the layout. It changes once a second, when rates are counted anew.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Traffic {
    singly: bool,
    /// By link: packets per second, by channel.
    rates: Vec<[u32; 4]>,
    /// By population: the region it uses, and operations that ended.
    users: Vec<(Option<u16>, u32)>,
}

impl Traffic {
    pub(crate) fn of(snapshot: &Snapshot, view: &ViewState) -> Traffic {
        Traffic {
            singly: drawn_singly(snapshot, view),
            rates: snapshot.links.iter().map(|link| link.rates.map(|rate| rate.packets)).collect(),
            users: snapshot.populations.iter().map(|users| (users.endings.region, ended(&users.endings))).collect(),
        }
    }
}

/// Operations of the last five seconds.
fn ended(users: &Endings) -> u32 {
    users.fresh + users.declined + users.slow + users.stale + users.refused + users.timed_out
}

/// Draws ways of users and streams.
pub(crate) fn ways(layout: &Layout, snapshot: &Snapshot, view: &ViewState, scene: &mut Scene) {
    let palette = Palette::of(view.theme);
    accesses(layout, snapshot, palette, scene);
    Streams { layout, snapshot, singly: drawn_singly(snapshot, view), palette }.draw(scene);
}

/// Draws what moves on them: messages, or arrow heads.
pub(crate) fn draw(layout: &Layout, snapshot: &Snapshot, playhead: Time, view: &ViewState, scene: &mut Scene) {
    let palette = Palette::of(view.theme);
    let singly = drawn_singly(snapshot, view);
    if singly {
        let magnified = if traffic(snapshot) < SPARSE { 1.4 } else { 1.0 };
        for channel in [Channel::Control, Channel::Client, Channel::Acknowledgement, Channel::Replication] {
            let (symbol, radius, paint) = mark(channel, palette);
            let radius = radius * magnified;
            let batch = scene.batch(Kind::Marks(symbol), paint);
            for packet in snapshot.packets.iter().filter(|packet| packet.channel == channel) {
                if let Some(at) = position(layout, packet, playhead) {
                    batch.mark(at, radius);
                }
            }
            scene.drop_empty();
        }
    } else {
        let streams = Streams { layout, snapshot, singly, palette };
        streams.arrows(if view.reduced_motion { Time::ZERO } else { playhead }, scene);
    }
}

/// Draws a ring round the message that is selected and the one that is pointed at.
pub(crate) fn chosen(layout: &Layout, snapshot: &Snapshot, playhead: Time, view: &ViewState, scene: &mut Scene) {
    let palette = Palette::of(view.theme);
    for (target, width) in [(view.selection, 2.0), (view.hover, 1.25)] {
        let Some(Target::Packet(number)) = target else { continue };
        let packet = snapshot.packets.iter().find(|packet| packet.packet == number);
        if let Some(at) = packet.and_then(|packet| position(layout, packet, playhead)) {
            scene.batch(Kind::Marks(Symbol::Circle), Paint::line(palette.accent, width)).mark(at, 8.0);
        }
    }
}

/// Fewer packets a second than this between regions leave room for larger marks.
const SPARSE: u32 = 400;

/// Packets between regions over the last second.
fn traffic(snapshot: &Snapshot) -> u32 {
    snapshot.links.iter().flat_map(|link| link.rates).map(|rate| rate.packets).sum()
}

/// A purpose's shape: a dot, a ring, a square, a diamond.
pub(crate) fn mark(channel: Channel, palette: &Palette) -> (Symbol, f32, Paint) {
    let color = palette.channel(channel);
    match channel {
        Channel::Replication => (Symbol::Circle, 2.75, Paint::fill(color)),
        Channel::Acknowledgement => (Symbol::Circle, 2.25, Paint::line(color, 1.5)),
        Channel::Client => (Symbol::Square, 2.1, Paint::fill(color)),
        Channel::Control => (Symbol::Diamond, 2.1, Paint::fill(color)),
    }
}

/// Thin lines from users to the region they use.
fn accesses(layout: &Layout, snapshot: &Snapshot, palette: &Palette, scene: &mut Scene) {
    let batch = scene.batch(Kind::Lines, Paint::line(palette.channels[2].fade(35), 1.0));
    for (users, state) in snapshot.populations.iter().enumerate() {
        if let Some(access) = state.endings.region.and_then(|region| layout.access(users as u16, region)) {
            layout.seam.draw(layout.accesses[access].points().iter().copied(), batch);
        }
    }
    scene.drop_empty();
}

/// Traffic as bands whose width is their rate.
struct Streams<'a> {
    layout: &'a Layout,
    snapshot: &'a Snapshot,
    singly: bool,
    palette: &'a Palette,
}

/// Widths come in whole pixels up to this, so that streams of the same width are painted together.
const WIDTH_MAX: u32 = 8;

/// The width of a stream: one pixel at the least, and one more for each doubling above ten packets a second.
fn width(packets_per_second: f64) -> u32 {
    let doublings = math::log2(1.0 + packets_per_second / 10.0);
    (1.0 + doublings).min(f64::from(WIDTH_MAX)) as u32
}

impl<'a> Streams<'a> {
    /// Every stream of a purpose: its way, whether it runs back along it, its packets per second.
    fn of(&self, channel: Channel) -> impl Iterator<Item = (&'a Curve, bool, f64)> + use<'a> {
        let (layout, snapshot) = (self.layout, self.snapshot);
        let links = snapshot.links.iter().filter_map(move |link| {
            let packets = link.rates[channel as usize].packets;
            let (index, back) = layout.link(link.from, link.to)?;
            (packets > 0).then(|| (&layout.links[index], back, f64::from(packets)))
        });
        // Of users only the operations of the last five seconds are known; each took a request and a response.
        let alone = !self.singly && channel == Channel::Client;
        let users = snapshot.populations.iter().enumerate().filter(move |_| alone).flat_map(move |(users, state)| {
            let ended = ended(&state.endings);
            let access = state.endings.region.and_then(|region| layout.access(users as u16, region));
            let ways = access.filter(|_| ended > 0).map(|access| &layout.accesses[access]);
            ways.into_iter().flat_map(move |way| [false, true].map(|back| (way, back, f64::from(ended) / 5.0)))
        });
        links.chain(users)
    }

    fn draw(&self, scene: &mut Scene) {
        for channel in CHANNELS {
            // Where the messages themselves are to be seen, the band only says how many there are.
            let color = self.palette.channel(channel).fade(if self.singly { 18 } else { 60 });
            for wide in 1..=WIDTH_MAX {
                let batch = scene.batch(Kind::Lines, Paint::line(color, wide as f32));
                for (curve, back, _) in self.of(channel).filter(|stream| width(stream.2) == wide) {
                    self.layout.seam.draw(curve.lane_path(0.0, 1.0, back, lane(channel)), batch);
                }
                scene.drop_empty();
            }
        }
    }

    /// Arrow heads that move with the playhead.
    fn arrows(&self, playhead: Time, scene: &mut Scene) {
        const SPACING: f32 = 36.0;
        let phase = (playhead.as_nanos() % 1_000_000_000) as f32 / 1e9;
        for channel in CHANNELS {
            let batch = scene.batch(Kind::Lines, Paint::line(self.palette.channel(channel), 1.5));
            for (curve, back, _) in self.of(channel) {
                let heads = (curve.length() / SPACING).max(1.0) as u32;
                for head in 0..heads {
                    let t = (head as f32 + phase) / heads as f32;
                    self.layout.seam.draw(arrow_head(curve, t, back, lane(channel), 4.0), batch);
                }
            }
            scene.drop_empty();
        }
    }
}
