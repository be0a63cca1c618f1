//! The panels: the only place that knows the UI framework. They read signals and emit commands; they never touch the world.
//! Start reading at [`Page`]. A new panel is one file here and one line in the list of tabs where it appears.

mod branches;
mod caption;
mod circuits;
mod context;
mod editor;
mod gallery;
mod help;
mod inspector;
mod later;
mod link_actions;
mod lists;
mod lost;
mod makers;
mod map;
mod numbers;
mod outcome;
mod parts;
mod region_actions;
mod replicas;
mod room;
mod scorecard;
mod signs;
mod spacetime;
mod story;
mod timeline;
mod top;
mod verdicts;

pub use context::Panels;

use crate::browser;
use crate::choices::{Panel, Theme};
use crate::state::{Opened, State};
use context::{Layout, panels};
use leptos::prelude::*;
use parts::{Tab, Tabs, holds_focus, live, row_id};

/// Put the page into the document and leave it there.
pub fn mount(panels: Panels) {
    leptos::mount::mount_to_body(move || page(panels));
}

/// A panel that can be mounted on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Regions, links, users, messages and marks as lists.
    Lists,
    /// The story.
    Story,
    /// The scorecard.
    Scorecard,
    /// The verdicts.
    Verdicts,
    /// The inspector.
    Inspector,
    /// The bar across the top.
    Top,
    /// What the run amounts to.
    Outcome,
    /// The scenario as text.
    Editor,
    /// Of whom the charts are.
    ChartsOf,
    /// Help.
    Help,
}

/// Put one panel into an element and leave it there.
pub fn mount_part(into: web_sys::HtmlElement, panels: Panels, part: Part) {
    let show = move || {
        provide_context(panels);
        match part {
            Part::Lists => lists::Lists().into_any(),
            Part::Story => story::Story().into_any(),
            Part::Verdicts => verdicts::Verdicts().into_any(),
            Part::Scorecard => scorecard::Scorecard().into_any(),
            Part::Inspector => inspector::Inspector().into_any(),
            Part::Top => top::Top().into_any(),
            Part::Outcome => outcome::Outcome().into_any(),
            Part::Editor => editor::Editor().into_any(),
            Part::ChartsOf => timeline::ChartsOf().into_any(),
            Part::Help => help::Help().into_any(),
        }
    };
    leptos::mount::mount_to(into, show).forget();
}

fn page(panels: Panels) -> impl IntoView {
    provide_context(panels);
    view! { <Page/> }
}

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let Panels { state, .. } = panels();
    let layout = Layout {
        left: RwSignal::new("story"),
        right: RwSignal::new("inspector"),
        sheet: RwSignal::new("story"),
        back: RwSignal::new(None),
        room: room::Room::remembered(),
        later: RwSignal::new(makers::Later::Unasked),
    };
    let room = layout.room;
    room.keep();
    let sheet = layout.sheet;
    provide_context(layout);
    let theme = move || match state.theme.get() {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    Effect::new(move || {
        if let Some(root) = document().document_element() {
            // Setting a plain attribute on the root element cannot fail.
            let _ = root.set_attribute("data-theme", theme());
        }
    });
    later::fetch(layout.later);
    Effect::new(move || browser::present(state.presenting.get()));
    Effect::new(move || document().set_title(&state.opened.with(|opened| page_title(opened.as_deref()))));
    follow(state, layout);
    view! {
        <div
            class="page"
            class:fold-left=move || room.left.get()
            class:fold-right=move || room.right.get()
            data-sheet=move || sheet.get()
            style=move || room.style()
        >
            <top::Top/>
            <aside class="side left" aria-label="Scenario">
                <Tabs
                    label="Scenario"
                    open=layout.left
                    folded=room.left
                    tabs=vec![
                        Tab::new("story", "Story", || story::Story().into_any()),
                        Tab::new("gallery", "Gallery", || later::panel(|later| later.gallery)),
                        Tab::new("text", "Text", || later::panel(|later| later.text)),
                        Tab::new("numbers", "Numbers", || later::panel(|later| later.numbers)),
                    ]
                />
            </aside>
            <main class="middle">
                <div class="stage" class:covered=move || state.spacetime.get()>
                    <map::Map/>
                    <map::Beside/>
                    {live(move || state.spacetime.get().then(|| later::panel(|later| later.space_time)))}
                </div>
                <caption::Caption/>
                <output class="pace" aria-hidden="true">{live(move || top::slowed(state).map(|pace| format!("slow motion {pace}")))}</output>
            </main>
            <aside class="side right" aria-label="Details">
                <Tabs
                    label="Details"
                    open=layout.right
                    folded=room.right
                    tabs=vec![
                        Tab::new("inspector", "Inspector", || later::panel(|later| later.inspector)),
                        Tab::new("scorecard", "Scorecard", || later::panel(|later| later.scorecard)),
                        Tab::new("verdicts", "Verdicts", || later::panel(|later| later.verdicts)),
                        Tab::new("lists", "Lists", || later::panel(|later| later.lists)),
                    ]
                />
            </aside>
            <timeline::Timeline/>
            <nav class="sheets" aria-label="Panels">
                <SheetButton sheet id="story" title="Scenario"/>
                <SheetButton sheet id="details" title="Details"/>
                <SheetButton sheet id="none" title="Map only"/>
            </nav>
            {later::when_here(|later| later.help)}
        </div>
    }
}

/// The title of the window: what is open in it.
fn page_title(opened: Option<&Opened>) -> String {
    opened.map_or_else(|| "Meridian".to_owned(), |opened| format!("{} – Meridian", opened.title()))
}

/// Open the panels that are asked for, and go back to where something was picked when it is let go of.
fn follow(state: State, layout: Layout) {
    Effect::new(move || {
        let Some(panel) = state.panel.get() else { return };
        state.panel.set(None);
        let before = layout.right.get_untracked();
        if panel == Panel::Inspector && before != "inspector" {
            layout.back.set(state.selection.get_untracked().map(|target| (before, target)));
        }
        layout.right.set(match panel {
            Panel::Inspector => "inspector",
            Panel::Scorecard => "scorecard",
            Panel::Verdicts => "verdicts",
        });
        layout.sheet.set("details");
        layout.room.right.set(false);
    });
    Effect::new(move |was: Option<bool>| {
        let picked = state.selection.with(Option::is_some);
        if was == Some(true) && !picked && layout.right.get_untracked() == "inspector" {
            let back = layout.back.get_untracked();
            layout.back.set(None);
            if holds_focus("inspector") {
                let row = back.map(|(_, target)| format!("#{}", row_id(target)));
                let tab = back.map_or("inspector", |(tab, _)| tab);
                browser::focus_soon(&row.into_iter().chain([format!("#{tab}")]).collect::<Vec<_>>());
            }
            if let Some((tab, _)) = back {
                layout.right.set(tab);
            }
        }
        picked
    });
}

#[component]
fn SheetButton(sheet: RwSignal<&'static str>, id: &'static str, title: &'static str) -> impl IntoView {
    view! {
        <button type="button" aria-pressed=move || (sheet.get() == id).to_string() on:click=move |_| sheet.set(id)>
            {title}
        </button>
    }
}
