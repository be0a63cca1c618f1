//! The run beside the open one: which it is, and what is known of it where it is watched.

use crate::app::App;
use crate::browser;
use crate::picture::MapPicture;
use engine::Time;
use reactive_graph::traits::{GetUntracked, Set, WithUntracked};
use session::messages::{Beside, ProgressBeside, ToWorker};
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
        self.other.forget();
        if beside.is_none() {
            self.other.map = None;
        }
        self.set_stage_beside();
        self.refresh_timeline();
        self.send(ToWorker::Compare { beside, watch });
        // Its state comes with that of the open run.
        self.fresh = false;
    }

    /// Whether this is the run beside, and its states are shown: what comes late may be of another.
    pub(super) fn watches(&self, which: &Beside) -> bool {
        self.state.watching.get_untracked() && self.state.beside.with_untracked(|beside| beside.as_ref() == Some(which))
    }

    /// What is new of the run beside. Its state at the playhead is asked for once that is computed.
    pub(super) fn progress_beside(&mut self, progress: ProgressBeside) {
        self.other.seconds.truncate(progress.from_second as usize);
        self.other.seconds.extend(progress.seconds);
        let at = self.snapshot.at;
        let lacks = self.other.snapshot.as_ref().is_none_or(|there| there.at != at);
        self.fresh &= !(lacks && at <= progress.computed);
    }

    /// Look at both runs side by side, or at the open one alone.
    pub(super) fn watch(&mut self, on: bool) {
        self.state.watching.set(on);
        if !on {
            self.other.map = None;
        }
        self.compare(self.state.beside.get_untracked());
    }

    /// Another variant may have other titles, and another placement of its data.
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
        let Some((map, there)) = self.map.as_ref().zip(self.other.map.as_mut()) else { return };
        there.measure();
        there.look_like(map);
        there.view.reduced_motion = browser::reduced_motion();
        match &self.other.snapshot {
            Some(snapshot) => there.paint(snapshot, playhead, plays),
            None => there.wipe(),
        }
    }
}
