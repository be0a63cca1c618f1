//! What has just happened, in words, below the map; read aloud to those who listen.

use super::context::{Panels, panels};
use crate::words;
use leptos::prelude::*;

/// The caption.
#[component]
pub(super) fn Caption() -> impl IntoView {
    let Panels { state, .. } = panels();
    let text = move || {
        state.caption.get().map(|mark| {
            view! {
                <span class="when">{words::short_time(mark.at)}</span>
                <span class="kind">{view::timeline::lane_title(mark.lane)}</span>
                <span>{mark.words()}</span>
            }
        })
    };
    view! { <p class="caption" id="caption" role="status" aria-live="polite">{text}</p> }
}
