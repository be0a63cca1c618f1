//! What is looked at, and how a person changes that.

use crate::state::{Opened, State};
use engine::Time;
use leptos::prelude::*;
use sim::spacetime::{SpaceTime as Seen, Whose};
use std::sync::Arc;
use view::spacetime::{Picked, Picture, SpaceTimeView, whose};
use view::{Size, Theme};

/// How far an arrow key moves what is shown, as a share of it.
const STEP: f32 = 0.125;
/// How much nearer a key or a button brings it.
pub(super) const NEARER: f64 = 1.6;

/// What the parts of this panel share.
#[derive(Clone, Copy)]
pub(super) struct Model {
    pub(super) state: State,
    /// What is looked at. Where the playhead is in it [`Model::now`] knows.
    pub(super) frame: RwSignal<SpaceTimeView>,
    pub(super) whose: Memo<Whose>,
    /// Whether the playhead is kept in the picture.
    pub(super) follows: RwSignal<bool>,
    /// What was seen at last.
    pub(super) seen: RwSignal<Arc<Seen>>,
}

impl Model {
    pub(super) fn new(state: State) -> Model {
        let frame = RwSignal::new(around(state, Size::new(0.0, 0.0)));
        let whose = Memo::new(move |_| {
            let height = frame.with(|frame| frame.plot().height);
            let selection = state.selection.get();
            state.opened.with(|opened| opened.as_ref().map_or(Whose::Nobody, |it| whose(&it.stage, height, selection)))
        });
        Model { state, frame, whose, follows: RwSignal::new(true), seen: RwSignal::new(Arc::default()) }
    }

    /// What is looked at, with the playhead where it is.
    pub(super) fn now(&self) -> SpaceTimeView {
        SpaceTimeView { playhead: self.state.playhead.get_untracked(), ..self.frame.get_untracked() }
    }

    pub(super) fn until(&self) -> Time {
        self.state.opened.with_untracked(|opened| opened.as_ref().map_or(Time::ZERO, |opened| opened.stage.until))
    }

    /// Look at something else.
    pub(super) fn change(&self, change: impl FnOnce(&mut SpaceTimeView, Time)) {
        let mut frame = self.now();
        change(&mut frame, self.until());
        self.frame.set(frame);
    }

    /// The person moves it: then it no longer follows the playhead.
    pub(super) fn pan(&self, pixels: f32) {
        self.follows.set(false);
        self.change(|frame, until| frame.pan(pixels, until));
    }

    pub(super) fn zoom(&self, factor: f64, around: Option<f32>) {
        self.change(|frame, until| frame.zoom(factor, around, until));
    }

    /// A few round trips around the playhead, as it opened.
    pub(super) fn reset(&self) {
        let (size, picked) = self.frame.with_untracked(|frame| (frame.size, frame.picked));
        self.follows.set(true);
        self.frame.set(SpaceTimeView { picked, ..around(self.state, size) });
    }

    pub(super) fn pick(&self, picked: Option<Picked>) {
        self.frame.update(|frame| frame.picked = picked);
    }

    /// Ask the picture of this moment something.
    pub(super) fn of_picture<T>(&self, ask: impl FnOnce(&Picture) -> T) -> Option<T> {
        let (opened, seen, view) = (self.state.opened.get_untracked()?, self.seen.get_untracked(), self.now());
        Some(ask(&Picture::new(&opened.stage, self.whose.get_untracked(), &seen, &view)))
    }

    /// What a key does while the focus is on the picture; whether it does anything.
    pub(super) fn press(&self, key: &str) -> bool {
        let step = self.frame.with_untracked(|frame| frame.plot().width) * STEP;
        match key {
            "ArrowLeft" => self.pan(step),
            "ArrowRight" => self.pan(-step),
            "ArrowDown" | "ArrowUp" => {
                if let Some(picked) = self.of_picture(|picture| picture.beside(key == "ArrowDown")).flatten() {
                    self.pick(Some(picked));
                }
            }
            "+" | "=" => self.zoom(NEARER, None),
            "-" => self.zoom(1.0 / NEARER, None),
            "0" => self.reset(),
            _ => return false,
        }
        true
    }
}

/// A few round trips around the playhead.
fn around(state: State, size: Size) -> SpaceTimeView {
    let playhead = state.playhead.get_untracked();
    state.opened.with_untracked(|opened| {
        let stage = opened.as_ref().map(|opened: &Arc<Opened>| opened.stage.clone()).unwrap_or_default();
        SpaceTimeView::around(&stage, size, Theme::default(), playhead)
    })
}
