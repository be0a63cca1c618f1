//! Points, sizes and rectangles in CSS pixels, x to the right and y down.

use serde::{Deserialize, Serialize};

/// A place on the canvas, CSS pixels from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    /// The place at (`x`, `y`).
    pub const fn new(x: f32, y: f32) -> Point {
        Point { x, y }
    }

    /// The distance to another place.
    pub fn distance(self, other: Point) -> f32 {
        let (x, y) = (other.x - self.x, other.y - self.y);
        (x * x + y * y).sqrt()
    }

    /// The place a share `t` of the way to another one.
    pub fn towards(self, other: Point, t: f32) -> Point {
        Point::new(self.x + (other.x - self.x) * t, self.y + (other.y - self.y) * t)
    }

    /// The distance to the nearest place of the segment from `a` to `b`.
    pub fn distance_to_segment(self, a: Point, b: Point) -> f32 {
        let (x, y) = (b.x - a.x, b.y - a.y);
        let squared = x * x + y * y;
        let along = if squared > 0.0 { ((self.x - a.x) * x + (self.y - a.y) * y) / squared } else { 0.0 };
        self.distance(a.towards(b, along.clamp(0.0, 1.0)))
    }

    /// Whether a closed polygon surrounds the place (even-odd rule); fewer than three corners surround nothing.
    pub fn inside(self, polygon: &[Point]) -> bool {
        let mut inside = false;
        for (index, &b) in polygon.iter().enumerate() {
            let a = polygon[(index + polygon.len() - 1) % polygon.len()];
            let straddles = (a.y > self.y) != (b.y > self.y);
            if straddles && self.x < (b.x - a.x) * (self.y - a.y) / (b.y - a.y) + a.x {
                inside = !inside;
            }
        }
        inside
    }
}

/// The size of a canvas, CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Size {
    /// So wide and so high.
    pub const fn new(width: f32, height: f32) -> Size {
        Size { width, height }
    }
}

/// A rectangle on the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Rect {
    /// The rectangle with this upper left corner and this size.
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Rect {
        Rect { x, y, width, height }
    }

    /// The square around a circle.
    pub const fn around(centre: Point, radius: f32) -> Rect {
        Rect::new(centre.x - radius, centre.y - radius, 2.0 * radius, 2.0 * radius)
    }

    /// The right edge.
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    /// The lower edge.
    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    /// Whether the two share any area.
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether the other lies wholly inside.
    pub fn contains(&self, other: &Rect) -> bool {
        self.x <= other.x && self.y <= other.y && self.right() >= other.right() && self.bottom() >= other.bottom()
    }

    /// Whether the place lies inside.
    pub fn has(&self, point: Point) -> bool {
        (self.x..=self.right()).contains(&point.x) && (self.y..=self.bottom()).contains(&point.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polygon_surrounds_what_is_inside_and_nothing_else() {
        let notched = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (5.0, 2.0), (0.0, 10.0)].map(|(x, y)| Point::new(x, y));
        assert!(Point::new(1.0, 5.0).inside(&notched));
        assert!(!Point::new(5.0, 5.0).inside(&notched), "in the notch");
        assert!(!Point::new(11.0, 5.0).inside(&notched));
        assert!(!Point::new(0.0, 0.0).inside(&notched[..2]));
    }

    #[test]
    fn the_distance_to_a_segment_is_to_its_nearest_end_when_the_foot_lies_outside() {
        let (a, b) = (Point::new(0.0, 0.0), Point::new(10.0, 0.0));
        assert_eq!(Point::new(5.0, 3.0).distance_to_segment(a, b), 3.0);
        assert_eq!(Point::new(13.0, 4.0).distance_to_segment(a, b), 5.0);
        assert_eq!(Point::new(3.0, 4.0).distance_to_segment(a, a), 5.0);
    }
}
