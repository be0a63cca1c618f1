//! Scenes onto canvases: each batch's style is set once; its coordinates go into one path that one call paints, unless its lines are long.

use engine::math;
use std::f64::consts::TAU;
use std::ops::Range;
use view::{Align, Batch, Color, Kind, Paint, Pixels, Scene, Size, Stroke, Symbol, Text, Weight};
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, ContextAttributes2d, HtmlCanvasElement, ImageData};

/// More device pixels than this per CSS pixel cost time and show nothing.
const FINEST: f64 = 2.0;

/// Lines with so many corners are painted one by one: the time a browser without a graphics processor takes for a path grows faster
/// than the path. Shorter ones are many, and painted together.
const LONG: usize = 24;

/// The page's own family, so that the canvas reads like the panels.
const FAMILY: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif";

/// A canvas to paint on.
pub struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    size: Size,
    ratio: f64,
}

/// How far a scene has been painted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// So many of its batches.
    batch: usize,
    /// And so many paths of the next.
    path: usize,
}

impl Progress {
    fn end_batch(&mut self) {
        *self = Progress { batch: self.batch + 1, path: 0 };
    }
}

impl Painter {
    /// Paint on this canvas. `None` if the browser gives it no two-dimensional context.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Painter> {
        Painter::with(canvas, &ContextAttributes2d::new())
    }

    /// Paint on a canvas of its own that is on no page, to be copied to others; `opaque` if they are.
    pub fn beside(canvas: &HtmlCanvasElement, opaque: bool) -> Option<Painter> {
        let other = canvas.owner_document()?.create_element("canvas").ok()?;
        let attributes = ContextAttributes2d::new();
        attributes.set_alpha(!opaque);
        Painter::with(other.dyn_into().ok()?, &attributes)
    }

    /// Paint on a canvas of its own on the page, just below this one. One that nothing shines through is quicker to show.
    pub fn below(canvas: &HtmlCanvasElement, opaque: bool) -> Option<Painter> {
        let other = canvas.owner_document()?.create_element("canvas").ok()?;
        // What is on it is told by the canvas on top, which also takes the pointers.
        other.set_attribute("aria-hidden", "true").ok()?;
        let other: HtmlCanvasElement = other.dyn_into().ok()?;
        // Until something is painted nothing is shown: one that nothing shines through would be black.
        other.set_width(0);
        canvas.parent_node()?.insert_before(&other, Some(canvas)).ok()?;
        let attributes = ContextAttributes2d::new();
        attributes.set_alpha(!opaque);
        Painter::with(other, &attributes)
    }

    fn with(canvas: HtmlCanvasElement, attributes: &ContextAttributes2d) -> Option<Painter> {
        let context = canvas.get_context_with_context_options("2d", attributes).ok()??.dyn_into().ok()?;
        Some(Painter { canvas, context, size: Size::new(0.0, 0.0), ratio: 1.0 })
    }

    /// The canvas.
    pub fn canvas(&self) -> &HtmlCanvasElement {
        &self.canvas
    }

    /// Its size, CSS pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Device pixels for a CSS pixel.
    pub fn ratio(&self) -> f64 {
        self.ratio
    }

    /// Take a size, in CSS pixels, on a screen with so many device pixels for one of them. Returns whether anything changed;
    /// the canvas is empty then.
    pub fn resize(&mut self, size: Size, ratio: f64) -> bool {
        let ratio = ratio.clamp(1.0, FINEST);
        if self.size == size && self.ratio == ratio {
            return false;
        }
        self.size = size;
        self.ratio = ratio;
        self.canvas.set_width((f64::from(size.width) * ratio).round() as u32);
        self.canvas.set_height((f64::from(size.height) * ratio).round() as u32);
        true
    }

    /// Take the size of another painter.
    pub fn resize_like(&mut self, other: &Painter) {
        self.resize(other.size, other.ratio);
    }

    /// Fill the canvas with one colour.
    pub fn clear(&self, color: Color) {
        self.to_css_pixels();
        self.context.set_fill_style_str(&color.css());
        self.context.fill_rect(0.0, 0.0, f64::from(self.size.width), f64::from(self.size.height));
    }

    /// Make the canvas transparent.
    pub fn wipe(&self) {
        self.to_css_pixels();
        self.context.clear_rect(0.0, 0.0, f64::from(self.size.width), f64::from(self.size.height));
    }

    /// Take over the parts of an image that have changed.
    pub fn put(&self, pixels: &Pixels) {
        let Ok(image) = ImageData::new_with_u8_clamped_array(Clamped(pixels.data()), pixels.size().0) else { return };
        for part in pixels.changed() {
            let [left, top, width, height] = part.map(f64::from);
            // It fails only for images that have been given away.
            let _ = self.context.put_image_data_with_dirty_x_and_dirty_y_and_dirty_width_and_dirty_height(
                &image, 0.0, 0.0, left, top, width, height,
            );
        }
    }

    /// Copy what another painter of the same size and ratio has painted.
    pub fn copy(&self, from: &Painter) {
        // Without a transform: pixel for pixel. The copy fails only for a canvas without any pixels.
        let _ = self.context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        let _ = self.context.draw_image_with_html_canvas_element(&from.canvas, 0.0, 0.0);
    }

    /// Paint a scene on top of what is there.
    pub fn paint(&self, scene: &Scene) {
        self.go_on(scene, &mut Progress::default(), usize::MAX);
    }

    /// Paint on from where the painting of a scene stands, until it has painted about so many corners or all; whether all.
    pub fn go_on(&self, scene: &Scene, progress: &mut Progress, corners: usize) -> bool {
        self.to_css_pixels();
        self.context.set_line_join("round");
        let mut painted = 0;
        while let Some(batch) = scene.batches().get(progress.batch) {
            if painted >= corners {
                return false;
            }
            painted += self.batch(batch, progress, corners - painted);
        }
        self.texts(scene.texts());
        true
    }

    /// Wait until everything painted is in pixels, by asking for one of them.
    pub fn flush(&self) {
        // Refused only for canvases that show pictures of other sites.
        let _ = self.context.get_image_data(0.0, 0.0, 1.0, 1.0);
    }

    fn to_css_pixels(&self) {
        // Six finite numbers are always a transform.
        let _ = self.context.set_transform(self.ratio, 0.0, 0.0, self.ratio, 0.0, 0.0);
    }

    /// Paint a batch from where it stands: all of it, or of lines about so many corners. Returns how many were painted.
    fn batch(&self, batch: &Batch, progress: &mut Progress, corners: usize) -> usize {
        self.dress(batch.paint);
        if batch.kind == Kind::Lines && batch.paint.fill.is_none() {
            return self.lines(batch, progress, corners);
        }
        match batch.kind {
            Kind::Lines | Kind::Areas => self.in_one(batch.paint, || self.paths(batch, 0..batch.ends.len())),
            Kind::Arcs => self.in_one(batch.paint, || self.arcs(&batch.coords)),
            Kind::Marks(symbol) => self.in_one(batch.paint, || {
                for mark in batch.coords.chunks_exact(3) {
                    self.mark(symbol, mark);
                }
            }),
        }
        progress.end_batch();
        batch.coords.len() / batch.kind.stride()
    }

    /// Set the style.
    fn dress(&self, paint: Paint) {
        if let Some(color) = paint.fill {
            self.context.set_fill_style_str(&color.css());
        }
        if let Some(Stroke { color, width, dash }) = paint.stroke {
            self.context.set_stroke_style_str(&color.css());
            self.context.set_line_width(f64::from(width));
            self.context.set_line_cap(if dash.is_some() { "butt" } else { "round" });
            let lengths = js_sys::Array::new();
            if let Some((dash, gap)) = dash {
                lengths.push(&JsValue::from(dash));
                lengths.push(&JsValue::from(gap));
            }
            // A list of finite lengths is always a dash.
            let _ = self.context.set_line_dash(&lengths);
        }
    }

    /// Paint what `draw` puts into a path.
    fn in_one(&self, paint: Paint, draw: impl Fn()) {
        self.context.begin_path();
        draw();
        if paint.fill.is_some() {
            self.context.fill();
        }
        if paint.stroke.is_some() {
            self.context.stroke();
        }
    }

    /// Long lines are painted by themselves, shorter ones together.
    fn lines(&self, batch: &Batch, progress: &mut Progress, corners: usize) -> usize {
        let begins = |path: usize| path.checked_sub(1).map_or(0, |before| batch.ends[before] as usize);
        let began = begins(progress.path);
        let mut first = progress.path;
        while first < batch.ends.len() && begins(first) - began < corners {
            let long = |path: &usize| batch.ends[*path] as usize - begins(first) >= LONG;
            let end = (first..batch.ends.len()).find(long).map_or(batch.ends.len(), |last| last + 1);
            self.in_one(batch.paint, || self.paths(batch, first..end));
            first = end;
        }
        progress.path = first;
        if first == batch.ends.len() {
            progress.end_batch();
        }
        begins(first) - began
    }

    /// These of its paths.
    fn paths(&self, batch: &Batch, which: Range<usize>) {
        // Only a line round an area has to be closed; closing looks at the whole path every time.
        let close = batch.kind == Kind::Areas && batch.paint.stroke.is_some();
        let mut corner = which.start.checked_sub(1).map_or(0, |before| batch.ends[before] as usize);
        for &end in &batch.ends[which] {
            let mut first = true;
            while corner < end as usize {
                let (x, y) = (f64::from(batch.coords[2 * corner]), f64::from(batch.coords[2 * corner + 1]));
                if first {
                    self.context.move_to(x, y);
                } else {
                    self.context.line_to(x, y);
                }
                first = false;
                corner += 1;
            }
            if close {
                self.context.close_path();
            }
        }
    }

    fn arcs(&self, coords: &[f32]) {
        for arc in coords.chunks_exact(Kind::Arcs.stride()) {
            let [x, y, radius, from, to] = [0, 1, 2, 3, 4].map(|place| f64::from(arc[place]));
            self.context.move_to(x + radius * math::cos(from), y + radius * math::sin(from));
            self.arc(x, y, radius, from, to);
        }
    }

    fn arc(&self, x: f64, y: f64, radius: f64, from: f64, to: f64) {
        // It fails only for negative radii.
        let _ = self.context.arc(x, y, radius.max(0.0), from, to);
    }

    fn mark(&self, symbol: Symbol, mark: &[f32]) {
        let [x, y, radius] = [0, 1, 2].map(|place| f64::from(mark[place]));
        if symbol == Symbol::Circle {
            self.context.move_to(x + radius, y);
            return self.arc(x, y, radius, 0.0, TAU);
        }
        for (place, (dx, dy)) in symbol.corners().iter().enumerate() {
            let (x, y) = (x + f64::from(*dx) * radius, y + f64::from(*dy) * radius);
            // The corners of a cross are the ends of two strokes.
            if place == 0 || (symbol == Symbol::Cross && place == 2) {
                self.context.move_to(x, y);
            } else {
                self.context.line_to(x, y);
            }
        }
        if symbol != Symbol::Cross {
            self.context.close_path();
        }
    }

    /// Paint only the texts of a scene.
    fn texts(&self, texts: &[Text]) {
        self.to_css_pixels();
        self.context.set_line_join("round");
        self.context.set_text_baseline("middle");
        let no_dash = js_sys::Array::new();
        // An empty list is always a dash.
        let _ = self.context.set_line_dash(&no_dash);
        let mut font = None;
        for text in texts {
            if font != Some((text.size, text.weight)) {
                font = Some((text.size, text.weight));
                let weight = if text.weight == Weight::Bold { 600 } else { 400 };
                self.context.set_font(&format!("{weight} {}px {FAMILY}", text.size.px()));
            }
            self.text(text);
        }
    }

    fn text(&self, text: &Text) {
        self.context.set_text_align(match text.align {
            Align::Start => "left",
            Align::Middle => "center",
            Align::End => "right",
        });
        let (x, y) = (f64::from(text.at.x), f64::from(text.at.y));
        if let Some(halo) = text.halo {
            self.context.set_stroke_style_str(&halo.css());
            self.context.set_line_width(3.0);
            // Writing on a canvas never fails for finite places.
            let _ = self.context.stroke_text(&text.text, x, y);
        }
        self.context.set_fill_style_str(&text.color.css());
        let _ = self.context.fill_text(&text.text, x, y);
    }
}
