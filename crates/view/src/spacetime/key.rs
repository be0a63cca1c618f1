//! What lines and marks mean, above the picture.

use crate::geometry::Point;
use crate::map::message_mark;
use crate::measure;
use crate::palette::{CHANNELS, Outcome, Palette, channel_title};
use crate::scene::{Kind, Paint, Scene, Stroke, Symbol, TextSize, TextStyle, Weight};
use protocol::Channel;

/// The height of a row.
const ROW: f32 = 17.0;
/// The length of a line that shows how messages look, and from a sign to its words and on to the next sign.
const SAMPLE: f32 = 22.0;
const ASIDE: f32 = 5.0;
const APART: f32 = 12.0;
/// The least distance from the edges.
const EDGE: f32 = 8.0;

/// What a sign stands for.
#[derive(Clone, Copy)]
enum Sign {
    Message(Channel),
    Ending(Outcome),
}

/// How the line of a message looks, so wide: its colour is that of the map, its dash tells it apart where colours cannot.
pub(super) fn stroke(channel: Channel, palette: &Palette, width: f32) -> Stroke {
    let dash = match channel {
        Channel::Replication => None,
        Channel::Acknowledgement => Some((7.0, 3.0)),
        Channel::Client => Some((3.0, 2.0)),
        Channel::Control => Some((1.5, 3.5)),
    };
    Stroke { color: palette.channel(channel), width, dash }
}

/// The mark at the end of an operation that did not simply end well.
pub(super) const fn symbol(outcome: Outcome) -> Option<Symbol> {
    match outcome {
        Outcome::Fresh => None,
        Outcome::Declined => Some(Symbol::Square),
        Outcome::Slow => Some(Symbol::Triangle),
        Outcome::Stale => Some(Symbol::Circle),
        Outcome::Refused => Some(Symbol::Cross),
        Outcome::TimedOut => Some(Symbol::Diamond),
    }
}

/// How that mark is painted.
pub(super) fn ending(outcome: Outcome, palette: &Palette) -> Paint {
    let color = palette.outcome(outcome);
    if symbol(outcome) == Some(Symbol::Cross) { Paint::line(color, 2.0) } else { Paint::fill(color) }
}

/// What a mark means: that of what was refused stands also where a message was lost.
const fn title(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Refused => "lost or refused",
        other => other.title(),
    }
}

/// Each sign, where it begins, and what it says.
fn placed(width: f32) -> Vec<(Sign, Point, &'static str)> {
    let messages = CHANNELS.map(|channel| (Sign::Message(channel), SAMPLE, channel_title(channel)));
    let marked = Outcome::ALL.into_iter().filter(|outcome| symbol(*outcome).is_some());
    let endings = marked.map(|outcome| (Sign::Ending(outcome), 7.0, title(outcome)));
    let (mut x, mut y) = (EDGE, ROW / 2.0 + 1.0);
    let mut all = Vec::new();
    for (sign, long, title) in messages.into_iter().chain(endings) {
        let needs = long + ASIDE + measure::width(title, TextSize::Small, Weight::Regular);
        if x > EDGE && x + needs > width - EDGE {
            (x, y) = (EDGE, y + ROW);
        }
        all.push((sign, Point::new(x, y), title));
        x += needs + APART;
    }
    all
}

/// The height of all rows on a canvas so wide.
pub(super) fn height(width: f32) -> f32 {
    placed(width).last().map_or(0.0, |(_, at, _)| at.y + ROW / 2.0 + 2.0)
}

/// Draws them.
pub(super) fn draw(width: f32, palette: &Palette, scene: &mut Scene) {
    for (sign, at, title) in placed(width) {
        let long = match sign {
            Sign::Message(channel) => {
                let line = Paint { fill: None, stroke: Some(stroke(channel, palette, 1.5)) };
                scene.batch(Kind::Lines, line).path([at, Point::new(at.x + SAMPLE, at.y)]);
                let (symbol, radius, paint) = message_mark(channel, palette);
                scene.batch(Kind::Marks(symbol), paint).mark(Point::new(at.x + SAMPLE - radius, at.y), radius);
                SAMPLE
            }
            Sign::Ending(outcome) => {
                if let Some(symbol) = symbol(outcome) {
                    let mark = Point::new(at.x + 3.5, at.y);
                    scene.batch(Kind::Marks(symbol), ending(outcome, palette)).mark(mark, 3.0);
                }
                7.0
            }
        };
        let style = TextStyle::new(TextSize::Small, palette.muted);
        scene.text(style, Point::new(at.x + long + ASIDE, at.y), title);
    }
}
