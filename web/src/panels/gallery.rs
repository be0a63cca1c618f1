//! The gallery: every scenario that ships.

use super::context::{Layout, Panels, panels};
use crate::command::Command;
use crate::state::Opened;
use leptos::prelude::*;
use scenario::{BuiltIn, Scenario};
use std::sync::Arc;

/// The gallery.
#[component]
pub(super) fn Gallery() -> impl IntoView {
    let Panels { state, .. } = panels();
    let rows: Vec<_> = scenario::built_in().iter().map(row).collect();
    let own = move || {
        let kept = state.kept.get().into_iter().rev().filter(|kept| kept.scenario.id.is_none());
        kept.map(|kept| own_row(&kept.scenario)).collect::<Vec<_>>()
    };
    view! { <ul class="choices gallery">{own}{rows}</ul> }
}

/// A text of the person's own that was left for something else.
fn own_row(scenario: &Scenario) -> impl IntoView + use<> {
    let Panels { emit, .. } = panels();
    let layout: Layout = expect_context();
    let text = scenario.text.clone();
    view! {
        <li>
            <button
                type="button"
                class="row"
                on:click=move |_| {
                    emit(Command::OpenKept(text.clone()));
                    layout.left.set("story");
                }
            >
                <strong>{scenario.story.title.clone()}</strong>
                <span class="soft">"Your own text, as you ran it last."</span>
            </button>
        </li>
    }
}

fn row(built_in: &BuiltIn) -> impl IntoView + use<> {
    let Panels { state, emit } = panels();
    let layout: Layout = expect_context();
    let id = built_in.id.to_owned();
    let (title, line) = (built_in.title, built_in.line);
    let open = {
        let id = id.clone();
        let is_open = move |opened: &Option<Arc<Opened>>| {
            opened.as_ref().is_some_and(|opened| opened.scenario.id.as_ref() == Some(&id))
        };
        move || state.opened.with(&is_open)
    };
    // The open one has its variant in its title.
    let shown = {
        let open = open.clone();
        move || match open() {
            true => state.opened.with(|opened| opened.as_ref().map_or_else(String::new, |opened| opened.title())),
            false => title.to_owned(),
        }
    };
    view! {
        <li>
            <button
                type="button"
                class="row"
                aria-current=move || open().to_string()
                data-scenario=id.clone()
                on:click=move |_| {
                    emit(Command::OpenBuiltIn(id.clone()));
                    layout.left.set("story");
                }
            >
                <strong>{shown}</strong>
                <span class="soft">{line}</span>
            </button>
        </li>
    }
}
