//! What has just happened, in words, below the map; read aloud to those who listen.

use super::context::{Panels, panels};
use crate::choices::Tool;
use crate::command::Command;
use crate::words;
use leptos::prelude::*;

/// The caption.
#[component]
pub(super) fn Caption() -> impl IntoView {
    let Panels { state, emit } = panels();
    let text = move || {
        // While a partition is being drawn, what to do, where it hides nothing of the map.
        if state.tool.get() == Tool::Lasso {
            let hint = view! {
                <span class="hint">"Draw round regions to cut them off from the others."</span>
                <button type="button" class="quiet" on:click=move |_| emit(Command::Escape)>"Cancel"</button>
            };
            return Some(hint.into_any());
        }
        state.caption.get().map(|mark| {
            view! {
                <span class="when">{words::short_time(mark.at)}</span>
                <span class="kind">{view::timeline::lane_title(mark.lane)}</span>
                <span>{mark.words()}</span>
            }
            .into_any()
        })
    };
    view! { <p class="caption" id="caption" role="status" aria-live="polite">{text}</p> }
}
