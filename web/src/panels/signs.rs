//! The rows of the legend: every sign of the map beside what it means.

use super::context::{Panels, panels};
use leptos::html;
use leptos::prelude::*;

/// What the signs mean.
#[component]
pub(super) fn Signs() -> impl IntoView {
    let Panels { state, .. } = panels();
    let groups = move || {
        let stage = state.opened.with(|opened| opened.as_ref().map(|opened| opened.stage.clone()));
        let groups = stage.map(|stage| view::map::legend(state.shade.get(), &stage)).into_iter().flatten();
        groups
            .map(|(heading, signs)| {
                let signs = signs.into_iter().map(|sign| view! { <li><Sign sign=sign.scene/>{sign.text}</li> });
                view! { <section><h3>{heading}</h3><ul>{signs.collect::<Vec<_>>()}</ul></section> }
            })
            .collect::<Vec<_>>()
    };
    view! { <div>{groups}</div> }
}

/// One sign, as the map draws it. What it means stands beside it.
#[component]
fn Sign(sign: view::Scene) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            crate::picture::paint_sign(canvas, &sign);
        }
    });
    let size = format!("width: {}px; height: {}px", view::map::SIGN.width, view::map::SIGN.height);
    view! { <canvas node_ref=canvas class="sign" style=size aria-hidden="true"></canvas> }
}
