//! What has just happened, in words, below the map; read aloud to those who listen.

use super::context::{Panels, panels};
use crate::words;
use leptos::prelude::*;
use sim::Lane;

/// The caption.
#[component]
pub(super) fn Caption() -> impl IntoView {
    let Panels { state, .. } = panels();
    let text = move || {
        state.caption.get().map(|mark| {
            let kind = match mark.lane {
                Lane::Fault => "Fault",
                Lane::Decision => "Decision",
                Lane::Verdict => "Verdict",
            };
            view! {
                <span class="when">{words::short_time(mark.at)}</span>
                <span class="kind">{kind}</span>
                <span>{mark.words()}</span>
            }
        })
    };
    view! { <p class="caption" id="caption" role="status" aria-live="polite">{text}</p> }
}
