//! Space and time: messages as slanted lines between the places of the map, in its place. What is to be seen is asked of the worker whenever
//! another stretch is looked at; one question at a time is under way.

mod canvas;
mod model;
mod told;

use super::context::{Panels, panels};
use super::parts::Ask;
use crate::browser;
use crate::command::Command;
use canvas::Canvas;
use engine::Span;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use model::{Model, NEARER};
use session::questions::Found;
use session::questions::spacetime::SpaceTime as Question;
use sim::spacetime::Stretch;
use std::sync::Arc;
use told::Told;

/// What becomes of what is under way at the end of a stretch is looked for so long at most: of what is computed later nothing is seen.
const MARGIN: Span = Span::from_secs(2);

/// The panel.
#[component]
pub(super) fn SpaceTime() -> impl IntoView {
    let Panels { state, emit } = panels();
    let model = Model::new(state);
    ask(model, emit);
    follow(model);
    on_cleanup(|| browser::focus_soon(&["#to-space-time".to_owned()]));
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
