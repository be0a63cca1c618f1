//! A layer of a picture that takes longer to paint than a frame may: while the run plays it is painted a slice a frame where
//! nobody sees it, and shown when it is whole.

use crate::painter::{Painter, Progress};
use view::Scene;
use web_sys::HtmlCanvasElement;

/// A slice is as much of a scene as has so many corners: a few milliseconds without a graphics processor.
const SLICE: usize = 1_000;

/// A canvas below another, and one that is seen by nobody.
pub(crate) struct Layer {
    shown: Painter,
    hidden: Painter,
    scene: Scene,
    /// How far the scene has been painted on the hidden canvas; nothing when it is shown.
    progress: Option<Progress>,
}

impl Layer {
    /// A layer that nothing shines through, just below this canvas. `None` if the browser gives it no two-dimensional context.
    pub(crate) fn below(canvas: &HtmlCanvasElement) -> Option<Layer> {
        let (shown, hidden) = (Painter::below(canvas, true)?, Painter::beside(canvas, true)?);
        Some(Layer { shown, hidden, scene: Scene::default(), progress: None })
    }

    /// Take the size of another painter; what was painted may be gone.
    pub(crate) fn resize_like(&mut self, other: &Painter) {
        self.shown.resize_like(other);
        self.hidden.resize_like(other);
    }

    /// What it shows, or is about to.
    pub(crate) fn scene(&self) -> &Scene {
        &self.scene
    }

    /// Whether another picture than the one shown is being painted.
    pub(crate) fn is_under_way(&self) -> bool {
        self.progress.is_some()
    }

    /// Begin another picture: a scene on top of what `ground` paints.
    pub(crate) fn begin(&mut self, ground: impl FnOnce(&Painter), fill: impl FnOnce(&mut Scene)) {
        fill(&mut self.scene);
        ground(&self.hidden);
        self.progress = Some(Progress::default());
    }

    /// Paint another slice of the picture that is under way, or all the rest.
    pub(crate) fn go_on(&mut self, to_the_end: bool) {
        let Some(progress) = &mut self.progress else { return };
        if self.hidden.go_on(&self.scene, progress, if to_the_end { usize::MAX } else { SLICE }) {
            self.shown.copy(&self.hidden);
            self.progress = None;
        }
    }

    /// Wait until everything painted is in pixels: for measuring.
    pub(crate) fn flush(&self) {
        self.hidden.flush();
        self.shown.flush();
    }
}
