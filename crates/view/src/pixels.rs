//! A scene of many small marks as an image: a browser takes milliseconds to paint two thousand circles, and a tenth of one to
//! take them as pixels. Each kind of mark is drawn once, at every quarter of a pixel, and then only put down.

use crate::geometry::{Point, Size};
use crate::scene::{Kind, Paint, Scene, Symbol};

/// Places within a pixel, per axis, at which a stamp is drawn in advance: motion stays smooth and nothing is computed twice.
const PLACES: usize = 4;

/// Samples within a pixel, per axis, that decide how much of it a mark covers.
const SAMPLES: usize = 4;

/// A mark drawn in advance.
#[derive(Clone, Debug)]
struct Stamp {
    /// Red, green, blue.
    color: [u8; 3],
    /// Device pixels along a side.
    side: usize,
    /// Device pixels from the corner to the middle of the mark, if it begins with a pixel.
    middle: f32,
    /// For each place within a pixel, how much of each pixel is covered, 0 to 255.
    covers: Vec<Vec<u8>>,
}

impl Stamp {
    /// A mark of this symbol, radius (CSS pixels) and style: its fill or, if it has none, its line.
    fn new(symbol: Symbol, radius: f32, paint: Paint, ratio: f32) -> Stamp {
        let color = paint.fill.or(paint.stroke.map(|stroke| stroke.color));
        let line = if paint.fill.is_some() { None } else { paint.stroke.map(|stroke| stroke.width) };
        let [red, green, blue, _] = color.map_or([0; 4], |color| color.bytes());
        let reach = symbol.reach() * radius + line.unwrap_or(0.0) / 2.0;
        let middle = reach * ratio;
        // One more pixel, because the mark may begin anywhere within one.
        let side = (2.0 * middle).ceil() as usize + 1;
        let places = (0..PLACES * PLACES).map(|place| {
            let centre = |place: usize| middle + (place as f32 + 0.5) / PLACES as f32;
            let (x, y) = (centre(place % PLACES), centre(place / PLACES));
            let cover = |pixel: usize| {
                let (column, row) = ((pixel % side) as f32, (pixel / side) as f32);
                let inside = (0..SAMPLES * SAMPLES).filter(|sample| {
                    let within = |sample: usize| (sample as f32 + 0.5) / SAMPLES as f32;
                    let dx = (column + within(sample % SAMPLES) - x) / ratio;
                    let dy = (row + within(sample / SAMPLES) - y) / ratio;
                    covers(symbol, radius, line, dx, dy)
                });
                (inside.count() * 255 / (SAMPLES * SAMPLES)) as u8
            };
            (0..side * side).map(cover).collect()
        });
        Stamp { color: [red, green, blue], side, middle, covers: places.collect() }
    }
}

/// Whether a mark at the origin covers a place; with a line, only the line round a circle does.
fn covers(symbol: Symbol, radius: f32, line: Option<f32>, x: f32, y: f32) -> bool {
    match (symbol, line) {
        (Symbol::Circle, Some(width)) => ((x * x + y * y).sqrt() - radius).abs() <= width / 2.0,
        (Symbol::Circle, None) => x * x + y * y <= radius * radius,
        (Symbol::Diamond, _) => x.abs() + y.abs() <= symbol.reach() * radius,
        _ => x.abs().max(y.abs()) <= symbol.reach() * radius,
    }
}

/// Device pixels along a side of a tile.
const TILE: usize = 128;

/// A transparent image, in tiles that are known to have changed or not: on a large screen most of it stays empty.
#[derive(Clone, Debug, Default)]
pub struct Pixels {
    width: usize,
    height: usize,
    /// Device pixels for a CSS pixel.
    ratio: f32,
    /// The marks that have occurred, each with its stamp for this ratio.
    known: Vec<(Symbol, f32, Paint, Stamp)>,
    /// Red, green, blue, opacity, row by row; colours are not multiplied by opacity.
    data: Vec<u8>,
    /// Where stamps were put since the image was empty: first column, first row, side.
    stamped: Vec<(usize, usize, usize)>,
    /// Of each tile, row by row: whether there were stamps on it before the last drawing, and whether there are now.
    tiles: Vec<(bool, bool)>,
}

impl Pixels {
    /// Empties the image, takes the size of the scene with `ratio` device pixels for a CSS pixel, and puts down the scene's
    /// marks; nothing else of it is drawn.
    pub fn draw(&mut self, scene: &Scene, ratio: f32) {
        self.clear(scene.size(), ratio);
        for batch in scene.batches() {
            let Kind::Marks(symbol) = batch.kind else { continue };
            for mark in batch.coords.chunks_exact(3) {
                let stamp = self.stamp_of(symbol, mark[2], batch.paint);
                self.put(stamp, Point::new(mark[0], mark[1]));
            }
        }
    }

    fn clear(&mut self, size: Size, ratio: f32) {
        let (width, height) = ((size.width * ratio).round() as usize, (size.height * ratio).round() as usize);
        if self.ratio != ratio {
            self.ratio = ratio;
            self.known.clear();
        }
        if (self.width, self.height) != (width, height) {
            (self.width, self.height) = (width, height);
            self.data.clear();
            self.data.resize(width * height * 4, 0);
            self.stamped.clear();
            self.tiles.clear();
            self.tiles.resize(width.div_ceil(TILE) * height.div_ceil(TILE), (false, false));
        }
        for (before, now) in &mut self.tiles {
            (*before, *now) = (*now, false);
        }
        for (left, top, side) in self.stamped.drain(..) {
            for row in top..(top + side).min(height) {
                let start = (row * width + left) * 4;
                let end = (row * width + (left + side).min(width)) * 4;
                self.data[start..end].fill(0);
            }
        }
    }

    /// The index of a mark's stamp, which is drawn when it occurs for the first time.
    fn stamp_of(&mut self, symbol: Symbol, radius: f32, paint: Paint) -> usize {
        let same = |it: &(Symbol, f32, Paint, Stamp)| (it.0, it.1, it.2) == (symbol, radius, paint);
        self.known.iter().position(same).unwrap_or_else(|| {
            self.known.push((symbol, radius, paint, Stamp::new(symbol, radius, paint, self.ratio)));
            self.known.len() - 1
        })
    }

    /// Device pixels across and down.
    pub fn size(&self) -> (u32, u32) {
        (self.width as u32, self.height as u32)
    }

    /// Red, green, blue, opacity of every pixel, row by row.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The tiles that the last drawing may have changed: left, top, width, height, device pixels.
    pub fn changed(&self) -> impl Iterator<Item = [u32; 4]> + '_ {
        let across = self.width.div_ceil(TILE).max(1);
        let changed = self.tiles.iter().enumerate().filter(|(_, (before, now))| *before || *now);
        changed.map(move |(tile, _)| {
            let (left, top) = (tile % across * TILE, tile / across * TILE);
            let (width, height) = (TILE.min(self.width - left), TILE.min(self.height - top));
            [left, top, width, height].map(|pixels| pixels as u32)
        })
    }

    /// Puts a stamp down with its middle at a place, CSS pixels; what would lie outside is left out.
    fn put(&mut self, stamp: usize, at: Point) {
        let Some((.., stamp)) = self.known.get(stamp) else { return };
        let (x, y) = (at.x * self.ratio - stamp.middle, at.y * self.ratio - stamp.middle);
        let (left, top) = (x.floor(), y.floor());
        // What only just looks in over the left or the upper edge is left out: nothing begins there.
        if left < 0.0 || top < 0.0 || left >= self.width as f32 || top >= self.height as f32 {
            return;
        }
        let place = |rest: f32| ((rest * PLACES as f32) as usize).min(PLACES - 1);
        let cover = &stamp.covers[place(y - top) * PLACES + place(x - left)];
        let (left, top) = (left as usize, top as usize);
        self.stamped.push((left, top, stamp.side));
        let (right, bottom) = ((left + stamp.side).min(self.width) - 1, (top + stamp.side).min(self.height) - 1);
        let across = self.width.div_ceil(TILE);
        for row in top / TILE..=bottom / TILE {
            for column in left / TILE..=right / TILE {
                self.tiles[row * across + column].1 = true;
            }
        }
        let columns = stamp.side.min(self.width - left);
        for (row, covers) in cover.chunks_exact(stamp.side).enumerate().take(self.height - top) {
            let start = ((top + row) * self.width + left) * 4;
            let pixels = self.data[start..start + columns * 4].chunks_exact_mut(4);
            for (pixel, &cover) in pixels.zip(covers) {
                blend(pixel, stamp.color, cover);
            }
        }
    }
}

/// Lays a colour over a pixel, as opaque as the pixel is covered.
fn blend(pixel: &mut [u8], color: [u8; 3], cover: u8) {
    let (over, under) = (u32::from(cover), u32::from(pixel[3]) * u32::from(u8::MAX - cover) / 255);
    let opacity = over + under;
    if over == 0 || opacity == 0 {
        return;
    }
    for (channel, color) in pixel.iter_mut().zip(color) {
        *channel = ((u32::from(color) * over + u32::from(*channel) * under) / opacity) as u8;
    }
    pixel[3] = opacity as u8;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::Color;

    const INK: Paint = Paint::fill(Color::rgb(0x10_20_30));

    fn scene(symbol: Symbol, radius: f32, paint: Paint, places: &[(f32, f32)]) -> Scene {
        let mut scene = Scene::default();
        scene.clear(Size::new(40.0, 30.0));
        let batch = scene.batch(Kind::Marks(symbol), paint);
        for &(x, y) in places {
            batch.mark(Point::new(x, y), radius);
        }
        scene
    }

    fn pixel(pixels: &Pixels, x: usize, y: usize) -> [u8; 4] {
        let at = (y * pixels.width + x) * 4;
        pixels.data[at..at + 4].try_into().unwrap_or_default()
    }

    fn covered(pixels: &Pixels) -> f32 {
        let opacities = pixels.data.iter().skip(3).step_by(4);
        opacities.map(|&opacity| f32::from(opacity) / 255.0).sum::<f32>() / (pixels.ratio * pixels.ratio)
    }

    #[test]
    fn a_mark_covers_its_area_wherever_it_lies() {
        let mut pixels = Pixels::default();
        for (symbol, area) in [
            (Symbol::Circle, std::f32::consts::PI * 9.0),
            (Symbol::Square, 5.4 * 5.4),
            (Symbol::Diamond, 2.0 * 3.75 * 3.75),
        ] {
            for ratio in [1.0, 1.5, 2.0] {
                for place in [(20.0, 15.0), (20.3, 15.6), (19.9, 14.1)] {
                    pixels.draw(&scene(symbol, 3.0, INK, &[place]), ratio);
                    let found = covered(&pixels);
                    assert!((found - area).abs() < 0.08 * area, "{symbol:?} at {place:?} ×{ratio}: {found} of {area}");
                    let middle = pixel(&pixels, (place.0 * ratio) as usize, (place.1 * ratio) as usize);
                    assert_eq!(middle, [0x10, 0x20, 0x30, 255]);
                }
            }
        }
    }

    #[test]
    fn a_mark_lies_where_the_scene_says() {
        let mut pixels = Pixels::default();
        for (x, y) in [(20.0, 15.0), (20.3, 15.6), (7.75, 22.5)] {
            pixels.draw(&scene(Symbol::Circle, 3.0, INK, &[(x, y)]), 2.0);
            let (mut weight, mut middle) = (0.0, (0.0, 0.0));
            for (index, pixel) in pixels.data.chunks_exact(4).enumerate() {
                let (column, row) = (index % pixels.width, index / pixels.width);
                let opacity = f32::from(pixel[3]);
                weight += opacity;
                middle.0 += opacity * (column as f32 + 0.5) / 2.0;
                middle.1 += opacity * (row as f32 + 0.5) / 2.0;
            }
            let (dx, dy) = (middle.0 / weight - x, middle.1 / weight - y);
            assert!(dx.abs() <= 0.13 && dy.abs() <= 0.13, "off by {dx}, {dy} at {x}, {y}");
        }
    }

    #[test]
    fn a_ring_is_empty_inside() {
        let mut pixels = Pixels::default();
        let line = Paint::line(Color::rgb(0xff_00_00), 1.5);
        pixels.draw(&scene(Symbol::Circle, 4.0, line, &[(20.0, 15.0)]), 2.0);
        assert_eq!(pixel(&pixels, 40, 30)[3], 0);
        assert_eq!(pixel(&pixels, 48, 30), [255, 0, 0, 255]);
    }

    #[test]
    fn drawing_again_forgets_what_was_drawn_and_keeps_the_buffer() {
        let mut pixels = Pixels::default();
        let places = [(5.0, 5.0), (20.0, 15.0), (39.5, 29.5), (38.0, 6.0), (500.0, 3.0), (-8.0, 3.0), (1.0, 1.0)];
        pixels.draw(&scene(Symbol::Square, 3.0, INK, &places), 1.0);
        assert_eq!(pixels.stamped.len(), 4, "those outside or over the left or the upper edge are left out");
        let buffer = pixels.data.as_ptr();
        pixels.draw(&scene(Symbol::Square, 3.0, INK, &[]), 1.0);
        assert!(pixels.data.iter().all(|&byte| byte == 0));
        assert_eq!(pixels.data.as_ptr(), buffer);
    }

    #[test]
    fn only_tiles_that_had_or_have_marks_have_changed() {
        let mut pixels = Pixels::default();
        let mut draw = |(x, y)| {
            let mut scene = Scene::default();
            scene.clear(Size::new(300.0, 200.0));
            scene.batch(Kind::Marks(Symbol::Square), INK).mark(Point::new(x, y), 3.0);
            pixels.draw(&scene, 1.0);
            pixels.changed().collect::<Vec<_>>()
        };
        assert_eq!(draw((20.0, 20.0)), [[0, 0, 128, 128]]);
        assert_eq!(draw((290.0, 190.0)), [[0, 0, 128, 128], [256, 128, 44, 72]]);
        assert_eq!(draw((128.0, 128.0)).len(), 5, "a mark on a corner lies on four tiles");
    }

    #[test]
    fn where_two_overlap_the_later_is_on_top_and_edges_mix() {
        let mut both = scene(Symbol::Circle, 3.0, Paint::fill(Color::rgb(0xff_00_00)), &[(20.0, 15.0)]);
        let blue = Paint::fill(Color::rgb(0x00_00_ff));
        both.batch(Kind::Marks(Symbol::Circle), blue).mark(Point::new(22.0, 15.0), 3.0);
        let mut pixels = Pixels::default();
        pixels.draw(&both, 1.0);
        assert_eq!(pixel(&pixels, 22, 15), [0, 0, 255, 255]);
        assert_eq!(pixel(&pixels, 18, 15), [255, 0, 0, 255]);
        let edge: Vec<[u8; 4]> = (18..24).map(|x| pixel(&pixels, x, 13)).collect();
        assert!(edge.iter().any(|[red, _, blue, opacity]| *red > 20 && *blue > 20 && *opacity > 200), "{edge:?}");
    }
}
