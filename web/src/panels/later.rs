//! What the page can do without as it opens, and loads while the run already plays: panels behind tabs, the rows of the legend, the help, the charts.
//!
//! [`makers`] is where the module is split: what is reached only from there is a file of its own. Who builds the page without
//! the feature `split`, as tests do, has all in one.

use super::context::Layout;
use super::makers::{Later, Make, Makers};
use super::parts::live;
use super::{editor, gallery, help, inspector, lists, numbers, scorecard, signs, spacetime, verdicts};
use leptos::prelude::*;

const ALL: Makers = Makers {
    charts: view::timeline::timeline_beside,
    describe: view::describe::describe_target,
    gallery: || gallery::Gallery().into_any(),
    text: || editor::Editor().into_any(),
    numbers: || numbers::Numbers().into_any(),
    scorecard: || scorecard::Scorecard().into_any(),
    verdicts: || verdicts::Verdicts().into_any(),
    lists: || lists::Lists().into_any(),
    inspector: || inspector::Inspector().into_any(),
    signs: || signs::Signs().into_any(),
    help: || help::Help().into_any(),
    space_time: || spacetime::SpaceTime().into_any(),
};

#[cfg(feature = "split")]
mod split {
    use super::{ALL, Makers};
    use leptos::wasm_split::{SplitLoaderError, wasm_split};

    #[wasm_split(later, wasm_split_path = ::leptos::wasm_split, fallible)]
    pub(super) fn makers() -> Result<Box<Makers>, SplitLoaderError> {
        Ok(Box::new(ALL))
    }
}

/// Load them; `None` if that fails.
async fn load() -> Option<Makers> {
    #[cfg(feature = "split")]
    return split::makers().await.ok().map(|makers| *makers);
    #[cfg(not(feature = "split"))]
    return Some(ALL);
}

/// Load what comes later, if it is not here or on its way.
pub(super) fn fetch(later: RwSignal<Later>) {
    if matches!(later.get_untracked(), Later::Unasked | Later::Failed) {
        later.set(Later::Loading);
        wasm_bindgen_futures::spawn_local(async move {
            later.set(load().await.map_or(Later::Failed, Later::Here));
        });
    }
}

/// What comes later, as soon as it is here; nothing before.
pub(super) fn when_here(which: fn(&Makers) -> Make) -> AnyView {
    let later = expect_context::<Layout>().later;
    live(move || match later.get() {
        Later::Here(makers) => Some(which(&makers)()),
        _ => None,
    })
}

/// A panel that comes later, or what became of it.
pub(super) fn panel(which: fn(&Makers) -> Make) -> AnyView {
    let later = expect_context::<Layout>().later;
    fetch(later);
    live(move || match later.get() {
        Later::Here(makers) => which(&makers)(),
        Later::Failed => view! {
            <p class="bad-text" role="status">"This part of the page could not be loaded."</p>
            <button type="button" on:click=move |_| fetch(later)>"Try again"</button>
        }
        .into_any(),
        Later::Unasked | Later::Loading => view! { <p class="soft">"Loading."</p> }.into_any(),
    })
}
