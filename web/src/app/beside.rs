//! The run beside the open one: which it is, and what is known of it where it is watched.

use crate::app::App;
use crate::browser;
use crate::picture::MapPicture;
use engine::Time;
use reactive_graph::traits::{GetUntracked, Set};
use session::messages::{Beside, ToWorker};
use view::Stage;

impl App {
    /// A person wants this run beside the open one, or none.
    pub(super) fn choose_beside(&mut self, beside: Option<Beside>) {
        self.other.chosen = true;
        self.compare(beside);
    }

    /// Another scenario is open: what there is beside it nobody has chosen yet.
    pub(super) fn compare_anew(&mut self) {
        self.other.chosen = false;
        self.compare(self.worth_comparing());
    }

    /// Another branch runs, or the first act was done: what stands beside it may be the same run now, or not what one would want to see.
    pub(super) fn compare_again(&mut self) {
        let beside = self.state.beside.get_untracked();
        let variant = self.opened.as_ref().and_then(|opened| opened.scenario.variant.clone());
        let itself = beside == Some(Beside { variant, branch: Some(self.branch) });
        let wanted = self.worth_comparing();
        if itself || (!self.other.chosen && beside != wanted) {
            self.other.chosen &= !itself;
            self.compare(wanted);
        }
    }

    /// What one would want to see first: once somebody has acted, the run as planned; before, the scenario as written beside a variant, and the
    /// first variant beside the scenario as written.
    fn worth_comparing(&self) -> Option<Beside> {
        let scenario = &self.opened.as_ref()?.scenario;
        if !self.actions().is_empty() {
            return Some(Beside { variant: scenario.variant.clone(), branch: Some(0) });
        }
        let variant = match scenario.variant {
            Some(_) => None,
            None => Some(scenario.variants.first()?.id.clone()),
        };
        Some(Beside { variant, branch: None })
    }

    fn compare(&mut self, beside: Option<Beside>) {
        let watch = beside.is_some() && self.state.watching.get_untracked();
        self.state.other.set(None);
        self.state.beside.set(beside.clone());
        self.other.snapshot = None;
        self.other.seconds.clear();
        self.set_stage_beside();
        self.refresh_timeline();
        self.send(ToWorker::Compare { beside, watch });
        // Its state comes with that of the open run.
        self.fresh = false;
    }

    /// Look at both runs side by side, or at the open one alone.
    pub(super) fn watch(&mut self, on: bool) {
        self.state.watching.set(on);
        if !on {
            self.other.map = None;
        }
        self.compare(self.state.beside.get_untracked());
    }

    /// Another variant may have other regions.
    fn set_stage_beside(&mut self) {
        let Some((opened, beside)) = self.opened.as_ref().zip(self.state.beside.get_untracked()) else { return };
        if beside.variant == opened.scenario.variant {
            self.other.stage = opened.stage.clone();
        } else if let Ok(other) = scenario::load(&opened.scenario.text, beside.variant.as_deref(), opened.seed) {
            self.other.stage = Stage::of(&other.config);
        }
        if let Some(map) = &mut self.other.map {
            map.set_stage(self.other.stage.clone());
        }
    }

    /// Draw the run beside the open one on this canvas.
    pub(crate) fn draw_beside(&mut self, canvas: web_sys::HtmlCanvasElement) {
        self.other.map = MapPicture::new(canvas, self.other.stage.clone());
    }

    /// Paint it as the open one is looked at.
    pub(crate) fn paint_beside(&mut self, playhead: Time, plays: bool) {
        let (Some(map), Some(there), Some(snapshot)) = (&self.map, &mut self.other.map, &self.other.snapshot) else {
            return;
        };
        there.measure();
        there.look_like(map);
        there.view.reduced_motion = browser::reduced_motion();
        there.paint(snapshot, playhead, plays);
    }
}
