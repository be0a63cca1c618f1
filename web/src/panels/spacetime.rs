//! Space and time: messages as slanted lines between the places of the map, in its place. What is to be seen is asked of the worker whenever
//! another stretch is looked at; one question at a time is under way.

mod canvas;
mod told;

use super::context::{Panels, panels};
use super::parts::Ask;
use crate::command::Command;
use crate::state::{Opened, State};
use canvas::Canvas;
use engine::{Span, Time};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use session::questions::Found;
use session::questions::spacetime::SpaceTime as Question;
use sim::spacetime::{SpaceTime as Seen, Stretch, Whose};
use std::sync::Arc;
use told::Told;
use view::spacetime::{Picked, Picture, SpaceTimeView, whose};
use view::{Size, Theme};

/// How far an arrow key moves what is shown, as a share of it.
const STEP: f32 = 0.125;
/// How much nearer a key or a button brings it.
const NEARER: f64 = 1.6;
/// What becomes of what is under way at the end of a stretch is looked for so long at most: of what is computed later nothing is seen.
const MARGIN: Span = Span::from_secs(2);

/// What the parts of this panel share.
#[derive(Clone, Copy)]
struct Model {
    state: State,
    /// What is looked at. Where the playhead is in it [`Model::now`] knows.
    frame: RwSignal<SpaceTimeView>,
    whose: Memo<Whose>,
    /// Whether the playhead is kept in the picture.
    follows: RwSignal<bool>,
    /// What was seen at last.
    seen: RwSignal<Arc<Seen>>,
}

impl Model {
    fn new(state: State) -> Model {
        let frame = RwSignal::new(around(state, Size::new(0.0, 0.0)));
        let whose = Memo::new(move |_| {
            let height = frame.with(|frame| frame.plot().height);
            let selection = state.selection.get();
            state.opened.with(|opened| opened.as_ref().map_or(Whose::Nobody, |it| whose(&it.stage, height, selection)))
        });
        Model { state, frame, whose, follows: RwSignal::new(true), seen: RwSignal::new(Arc::default()) }
    }

    /// What is looked at, with the playhead where it is.
    fn now(&self) -> SpaceTimeView {
        SpaceTimeView { playhead: self.state.playhead.get_untracked(), ..self.frame.get_untracked() }
    }

    fn until(&self) -> Time {
        self.state.opened.with_untracked(|opened| opened.as_ref().map_or(Time::ZERO, |opened| opened.stage.until))
    }

    /// Look at something else.
    fn change(&self, change: impl FnOnce(&mut SpaceTimeView, Time)) {
        let mut frame = self.now();
        change(&mut frame, self.until());
        self.frame.set(frame);
    }

    /// The person moves it: then it no longer follows the playhead.
    fn pan(&self, pixels: f32) {
        self.follows.set(false);
        self.change(|frame, until| frame.pan(pixels, until));
    }

    fn zoom(&self, factor: f64, around: Option<f32>) {
        self.change(|frame, until| frame.zoom(factor, around, until));
    }

    /// A few round trips around the playhead, as it opened.
    fn reset(&self) {
        let (size, picked) = self.frame.with_untracked(|frame| (frame.size, frame.picked));
        self.follows.set(true);
        self.frame.set(SpaceTimeView { picked, ..around(self.state, size) });
    }

    fn pick(&self, picked: Option<Picked>) {
        self.frame.update(|frame| frame.picked = picked);
    }

    /// Ask the picture of this moment something.
    fn of_picture<T>(&self, ask: impl FnOnce(&Picture) -> T) -> Option<T> {
        let (opened, seen, view) = (self.state.opened.get_untracked()?, self.seen.get_untracked(), self.now());
        Some(ask(&Picture::new(&opened.stage, self.whose.get_untracked(), &seen, &view)))
    }

    /// What a key does while the focus is on the picture; whether it does anything.
    fn press(&self, key: &str) -> bool {
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

/// The panel.
#[component]
pub(super) fn SpaceTime() -> impl IntoView {
    let Panels { state, emit } = panels();
    let model = Model::new(state);
    ask(model, emit);
    follow(model);
    let on_key = move |event: KeyboardEvent| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
        if plain && model.press(&event.key()) {
            event.prevent_default();
        }
    };
    view! {
        <section class="space" aria-label="Space-time">
            <div class="space-bar" role="group" aria-label="Space-time">
                <h2>"Space-time"</h2>
                <button type="button" title="Zoom in (+)" aria-label="Zoom in on time" on:click=move |_| model.zoom(NEARER, None)>"+"</button>
                <button type="button" title="Zoom out (−)" aria-label="Zoom out of time" on:click=move |_| model.zoom(1.0 / NEARER, None)>"−"</button>
                <button type="button" title="A few round trips around the playhead (0)" on:click=move |_| model.reset()>"Reset"</button>
                <label class="check" title="Keep the playhead in the picture">
                    <input
                        type="checkbox"
                        name="follows"
                        prop:checked=move || model.follows.get()
                        on:change=move |event| model.follows.set(event_target_checked(&event))
                    />
                    <span>"Follow"</span>
                </label>
                <Ask command=Command::SpaceTime label="Map" hint="Show the map again (Escape)"/>
            </div>
            <Canvas model on_key/>
            <Told model/>
        </section>
    }
}

/// Keep the playhead in the picture, and begin anew around it where another scenario is opened.
fn follow(model: Model) {
    let state = model.state;
    Effect::new(move |before: Option<()>| {
        state.opened.track();
        if before.is_some() {
            model.reset();
        }
    });
    Effect::new(move || {
        let (playhead, follows) = (state.playhead.get(), model.follows.get());
        let mut frame = model.now();
        if follows && frame.follow(playhead, model.until()) {
            model.frame.set(frame);
        }
    });
}

/// Ask for what is looked at, and for nothing else before that is answered.
fn ask(model: Model, emit: fn(Command)) {
    let state = model.state;
    let wanted = Memo::new(move |_| {
        let (from, until, seen) = model.frame.with(|it| (it.from, it.to, it.size.width > 0.0));
        let computed = state.course.with(|course| course.computed).min(until + MARGIN);
        seen.then(|| Question { of: Stretch { from, until, whose: model.whose.get() }, computed })
    });
    let (under_way, answered) = (RwSignal::new(None::<Question>), RwSignal::new(None::<Question>));
    Effect::new(move || {
        // Another branch answers otherwise, and an answer about another run never comes.
        state.branches.track();
        state.opened.track();
        under_way.set(None);
        answered.set(None);
    });
    Effect::new(move || {
        let Some(wanted) = wanted.get() else { return };
        if under_way.get().is_none() && answered.get() != Some(wanted) {
            under_way.set(Some(wanted));
            emit(Command::Ask(wanted.into()));
        }
    });
    Effect::new(move || {
        let known = answered.get_untracked();
        let found = state.answers.with(|answers| {
            let (asked, seen) = answers.iter().find_map(Question::found)?;
            (Some(*asked) != known).then(|| (*asked, Arc::new(seen.clone())))
        });
        if let Some((asked, seen)) = found {
            model.seen.set(seen);
            answered.set(Some(asked));
            under_way.set(None);
        }
    });
}
