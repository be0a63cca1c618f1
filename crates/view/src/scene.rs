//! A picture as plain data, in the order in which it is painted: batches of shapes that share a style, then the texts.
//!
//! A painter sets each batch's style once, puts all its coordinates into one path and paints it with one call. Buffers are
//! kept when a scene is cleared, so a scene that is filled again every frame soon allocates nothing.

use crate::geometry::{Point, Rect, Size};
use crate::palette::Color;

/// A picture.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    size: Size,
    batches: Vec<Batch>,
    used: usize,
    texts: Vec<Text>,
    written: usize,
}

/// Shapes of one kind and one style.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// How they look.
    pub paint: Paint,
    /// What they are, and so how to read the coordinates.
    pub kind: Kind,
    /// The coordinates, CSS pixels, [`Kind::stride`] numbers a shape or corner.
    pub coords: Vec<f32>,
    /// For lines and areas: the corners (not numbers) of all paths up to and including this one, so where each ends.
    pub ends: Vec<u32>,
}

/// What a batch holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Open paths through corners (x, y).
    Lines,
    /// Closed paths through corners (x, y), filled by the non-zero rule.
    Areas,
    /// Parts of circles: centre x, y, radius, first and last angle in radians, clockwise from the positive x axis.
    Arcs,
    /// Marks: centre x, y and radius.
    Marks(Symbol),
}

impl Kind {
    /// Numbers per shape or corner.
    pub const fn stride(self) -> usize {
        match self {
            Kind::Lines | Kind::Areas => 2,
            Kind::Marks(_) => 3,
            Kind::Arcs => 5,
        }
    }
}

/// The shape of a mark. Each has the area of its neighbour, about, at the same radius.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// A circle of the radius.
    Circle,
    /// An upright square with sides of 1.8 radii.
    Square,
    /// A square standing on a corner, its corners 1.25 radii from the centre.
    Diamond,
    /// A triangle pointing up, its corners 1.3 radii from the centre.
    Triangle,
    /// Two strokes across, from corner to corner of a square with sides of 1.4 radii.
    Cross,
}

impl Symbol {
    /// The corners around the centre for radius 1, clockwise; empty for a circle. For a cross, pairs of ends of strokes.
    pub const fn corners(self) -> &'static [(f32, f32)] {
        match self {
            Symbol::Circle => &[],
            Symbol::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
            Symbol::Diamond => &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
            Symbol::Triangle => &[(0.0, -1.3), (1.126, 0.65), (-1.126, 0.65)],
            Symbol::Cross => &[(-0.7, -0.7), (0.7, 0.7), (0.7, -0.7), (-0.7, 0.7)],
        }
    }

    /// How far the shape reaches from its centre along an axis, for radius 1.
    pub const fn reach(self) -> f32 {
        match self {
            Symbol::Circle => 1.0,
            Symbol::Square => 0.9,
            Symbol::Diamond => 1.25,
            Symbol::Triangle => 1.3,
            Symbol::Cross => 0.7,
        }
    }
}

/// How shapes look. A shape with both is filled first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Paint {
    /// The colour inside.
    pub fill: Option<Color>,
    /// The line around or along.
    pub stroke: Option<Stroke>,
}

impl Paint {
    /// Filled only.
    pub const fn fill(color: Color) -> Paint {
        Paint { fill: Some(color), stroke: None }
    }

    /// An unbroken line only.
    pub const fn line(color: Color, width: f32) -> Paint {
        Paint { fill: None, stroke: Some(Stroke { color, width, dash: None }) }
    }

    /// A broken line only: lengths of dash and gap, CSS pixels.
    pub const fn dashed(color: Color, width: f32, dash: f32, gap: f32) -> Paint {
        Paint { fill: None, stroke: Some(Stroke { color, width, dash: Some((dash, gap)) }) }
    }

    /// The same, with a line around.
    pub const fn with_line(self, color: Color, width: f32) -> Paint {
        Paint { fill: self.fill, stroke: Some(Stroke { color, width, dash: None }) }
    }
}

/// A line, with round caps and joins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub color: Color,
    /// Its width, CSS pixels.
    pub width: f32,
    /// Lengths of dash and gap, CSS pixels; `None` is unbroken. Dashed lines have butt caps.
    pub dash: Option<(f32, f32)>,
}

/// A line of text. Vertically it is centred on its place; figures are tabular.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where its anchor lies.
    pub at: Point,
    /// Which end of it is the anchor.
    pub align: Align,
    /// How big.
    pub size: TextSize,
    /// How bold.
    pub weight: Weight,
    /// Its colour.
    pub color: Color,
    /// A line of three pixels of this colour around the letters, painted first, so that they stand out from what is below.
    pub halo: Option<Color>,
    /// What it says.
    pub text: String,
}

/// The three sizes of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextSize {
    /// 11 px: ticks, numbers, ids.
    Small,
    /// 13 px: names.
    Medium,
    /// 16 px: letters in discs.
    Large,
}

impl TextSize {
    /// The size, CSS pixels.
    pub const fn px(self) -> f32 {
        match self {
            TextSize::Small => 11.0,
            TextSize::Medium => 13.0,
            TextSize::Large => 16.0,
        }
    }
}

/// How bold a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Weight 400.
    Regular,
    /// Weight 600.
    Bold,
}

/// Which end of a text its place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

impl Scene {
    /// The size it was made for.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The batches, in the order in which they are painted.
    pub fn batches(&self) -> &[Batch] {
        &self.batches[..self.used]
    }

    /// The texts, painted after the batches, in this order.
    pub fn texts(&self) -> &[Text] {
        &self.texts[..self.written]
    }

    /// Empties the picture and keeps its buffers.
    pub fn clear(&mut self, size: Size) {
        self.size = size;
        self.used = 0;
        self.written = 0;
    }

    /// A new batch on top of what is there; what is added to it later is on top too, until the next batch.
    pub fn batch(&mut self, kind: Kind, paint: Paint) -> &mut Batch {
        if self.used == self.batches.len() {
            self.batches.push(Batch { paint, kind, coords: Vec::new(), ends: Vec::new() });
        }
        let batch = &mut self.batches[self.used];
        self.used += 1;
        batch.paint = paint;
        batch.kind = kind;
        batch.coords.clear();
        batch.ends.clear();
        batch
    }

    /// One line of text.
    pub fn text(&mut self, style: TextStyle, at: Point, text: &str) {
        if self.written == self.texts.len() {
            self.texts.push(style.at(at, String::new()));
        }
        let slot = &mut self.texts[self.written];
        self.written += 1;
        let mut content = std::mem::take(&mut slot.text);
        content.clear();
        content.push_str(text);
        *slot = style.at(at, content);
    }

    /// Forgets the last batch if nothing was put into it.
    pub(crate) fn drop_empty(&mut self) {
        if self.used > 0 && self.batches[self.used - 1].coords.is_empty() {
            self.used -= 1;
        }
    }
}

/// How a text looks, without where it is and what it says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    /// Which end of it is the anchor.
    pub align: Align,
    /// How big.
    pub size: TextSize,
    /// How bold.
    pub weight: Weight,
    /// Its colour.
    pub color: Color,
    /// The colour around the letters.
    pub halo: Option<Color>,
}

impl TextStyle {
    /// Regular, from its left end, without a halo.
    pub const fn new(size: TextSize, color: Color) -> TextStyle {
        TextStyle { align: Align::Start, size, weight: Weight::Regular, color, halo: None }
    }

    /// The same, bold.
    pub const fn bold(self) -> TextStyle {
        TextStyle { weight: Weight::Bold, ..self }
    }

    /// The same with another anchor.
    pub const fn align(self, align: Align) -> TextStyle {
        TextStyle { align, ..self }
    }

    /// The same with a halo.
    pub const fn halo(self, color: Color) -> TextStyle {
        TextStyle { halo: Some(color), ..self }
    }

    fn at(self, at: Point, text: String) -> Text {
        let TextStyle { align, size, weight, color, halo } = self;
        Text { at, align, size, weight, color, halo, text }
    }
}

impl Batch {
    /// Adds a corner to the path under way.
    pub fn corner(&mut self, point: Point) {
        self.coords.extend([point.x, point.y]);
    }

    /// Ends the path under way; a path of fewer than two corners is taken back.
    pub fn end(&mut self) {
        let start = self.ends.last().copied().unwrap_or(0);
        let corners = (self.coords.len() / 2) as u32;
        if corners >= start + 2 {
            self.ends.push(corners);
        } else {
            self.coords.truncate(2 * start as usize);
        }
    }

    /// Adds a whole path.
    pub fn path(&mut self, points: impl IntoIterator<Item = Point>) {
        for point in points {
            self.corner(point);
        }
        self.end();
    }

    /// Adds a rectangle as a path.
    pub fn rect(&mut self, rect: Rect) {
        let (right, bottom) = (rect.right(), rect.bottom());
        self.path(
            [(rect.x, rect.y), (right, rect.y), (right, bottom), (rect.x, bottom)].map(|(x, y)| Point::new(x, y)),
        );
    }

    /// Adds a mark.
    pub fn mark(&mut self, centre: Point, radius: f32) {
        self.coords.extend([centre.x, centre.y, radius]);
    }

    /// Adds a part of a circle between two angles in radians, clockwise from the positive x axis.
    pub fn arc(&mut self, centre: Point, radius: f32, from: f32, to: f32) {
        self.coords.extend([centre.x, centre.y, radius, from, to]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::Color;

    #[test]
    fn a_cleared_scene_keeps_its_buffers_and_none_of_its_content() {
        let mut scene = Scene::default();
        let ink = Color::rgb(0x10_20_30);
        scene.batch(Kind::Lines, Paint::line(ink, 1.0)).path([Point::new(0.0, 0.0), Point::new(1.0, 1.0)]);
        scene.text(TextStyle::new(TextSize::Small, ink), Point::default(), "one");
        let buffer = scene.batches()[0].coords.as_ptr();
        scene.clear(Size::new(10.0, 10.0));
        assert!(scene.batches().is_empty() && scene.texts().is_empty());
        let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::fill(ink));
        assert!(batch.coords.is_empty() && batch.ends.is_empty());
        assert_eq!(batch.coords.as_ptr(), buffer);
    }

    #[test]
    fn a_path_of_one_corner_is_no_path() {
        let mut scene = Scene::default();
        let batch = scene.batch(Kind::Lines, Paint::default());
        batch.path([Point::new(0.0, 0.0), Point::new(1.0, 1.0)]);
        batch.path([Point::new(5.0, 5.0)]);
        batch.path([Point::new(2.0, 2.0), Point::new(3.0, 3.0), Point::new(4.0, 4.0)]);
        assert_eq!(batch.ends, [2, 5]);
        assert_eq!(batch.coords.len(), 10);
    }
}
