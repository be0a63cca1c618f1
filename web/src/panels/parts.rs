//! Parts that several panels use.

use super::context::{Panels, panels};
use crate::browser;
use crate::command::Command;
use crate::state::State;
use crate::words;
use engine::Time;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use sim::Action;
use sim::metrics::metrics;
use view::Target;
use wasm_bindgen::JsCast;

/// What is made anew when what it reads changes. The framework compiles all that it does with a closure anew for each; here all of them are of one type.
pub(super) fn live<V: IntoAny>(mut make: impl FnMut() -> V + Send + 'static) -> AnyView {
    let make: Box<dyn FnMut() -> AnyView + Send> = Box::new(move || make().into_any());
    make.into_any()
}

/// A tab: its name, its title, and how to make what it shows.
pub(super) struct Tab {
    id: &'static str,
    title: &'static str,
    make: fn() -> AnyView,
}

impl Tab {
    pub(super) fn new(id: &'static str, title: &'static str, make: fn() -> AnyView) -> Tab {
        Tab { id, title, make }
    }
}

/// Tabs, one of them open. Arrow keys move between them; what is behind another tab is not built, what is folded away is only hidden. Where the focus was in the panel that goes,
/// it is passed on to the heading of the one that comes.
#[component]
pub(super) fn Tabs(
    label: &'static str,
    open: RwSignal<&'static str>,
    folded: RwSignal<bool>,
    tabs: Vec<Tab>,
) -> impl IntoView {
    let ids: Vec<&'static str> = tabs.iter().map(|tab| tab.id).collect();
    let makers: Vec<_> = tabs.iter().map(|tab| (tab.id, tab.make)).collect();
    let buttons: Vec<_> = tabs
        .iter()
        .map(|Tab { id, title, .. }| {
            let (id, title) = (*id, *title);
            let ids = ids.clone();
            view! {
                <button
                    type="button"
                    role="tab"
                    id=format!("tab-{id}")
                    aria-controls=id
                    aria-selected=move || (open.get() == id).to_string()
                    aria-expanded=move || (open.get() == id && !folded.get()).to_string()
                    tabindex=move || if open.get() == id { "0" } else { "-1" }
                    on:click=move |_| {
                        folded.set(false);
                        // One that is open stays as it is.
                        if open.get_untracked() != id {
                            open.set(id);
                        }
                    }
                    on:keydown=move |event| turn(&event, &ids, open, folded)
                >
                    {title}
                </button>
            }
        })
        .collect();
    let panel = NodeRef::<html::Div>::new();
    Effect::new(move || {
        open.track();
        if let Some(panel) = panel.get_untracked() {
            // Another panel begins at its top, not where the one before it was left.
            panel.set_scroll_top(0);
        }
    });
    let shown = move || {
        let id = open.get();
        if makers.iter().any(|(other, _)| holds_focus(other)) {
            browser::focus_soon(&[format!("#{id} [tabindex='-1']"), format!("#{id}")]);
        }
        let make = makers.iter().find(|(other, _)| *other == id).map(|(_, make)| make());
        view! {
            <div class="panel" node_ref=panel role="tabpanel" id=id aria-labelledby=format!("tab-{id}") tabindex="-1">
                {make}
            </div>
        }
    };
    view! {
        <div class="tabs">
            <div role="tablist" aria-label=label>{buttons}</div>
            <button type="button" class="quiet fold" title="Fold these panels away" aria-label=format!("Fold away: {label}") on:click=move |_| {
                // The button goes with the panels, and the focus to the tab that brings them back.
                folded.set(true);
                browser::focus_soon(&[format!("#tab-{}", open.get_untracked())]);
            }>
                "×"
            </button>
        </div>
        {shown}
    }
}

fn turn(event: &KeyboardEvent, ids: &[&'static str], open: RwSignal<&'static str>, folded: RwSignal<bool>) {
    let here = ids.iter().position(|id| *id == open.get_untracked()).unwrap_or(0);
    let there = match event.key().as_str() {
        "ArrowRight" => (here + 1) % ids.len(),
        "ArrowLeft" => (here + ids.len() - 1) % ids.len(),
        "Home" => 0,
        "End" => ids.len() - 1,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    open.set(ids[there]);
    folded.set(false);
    let button = document().get_element_by_id(&format!("tab-{}", ids[there]));
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element in the document can always take the focus.
        let _ = button.focus();
    }
}

/// A button that emits a command.
#[component]
pub(super) fn Ask(
    /// What it asks for.
    command: Command,
    /// What stands on it.
    #[prop(into)]
    label: String,
    /// What a pointer that rests on it is told.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Its look.
    #[prop(default = "")]
    class: &'static str,
) -> impl IntoView {
    let Panels { emit, .. } = panels();
    view! {
        <button type="button" class=class title=hint on:click=move |_| emit(command.clone())>
            {label}
        </button>
    }
}

/// A button that does something to the world at the playhead. Where that would change nothing it looks so and says why, also to whoever
/// presses it all the same.
#[component]
pub(super) fn Act(
    /// What it does.
    #[prop(into)]
    action: Signal<Action>,
    /// What stands on it.
    #[prop(into)]
    label: String,
    /// What a pointer that rests on it is told.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Its look.
    #[prop(default = "")]
    class: &'static str,
) -> impl IntoView {
    let Panels { state, emit } = panels();
    let in_vain = Memo::new(move |_| {
        let opened = state.opened.get()?;
        state.snapshot.with(|snapshot| action.with(|action| view::in_vain(&opened.stage, snapshot, action)))
    });
    let title = move || in_vain.get().map(|why| words::sentence(&why)).or(hint.map(str::to_owned));
    view! {
        <button
            type="button"
            class=class
            title=title
            aria-disabled=move || in_vain.with(Option::is_some).to_string()
            on:click=move |_| emit(Command::Act(action.get_untracked()))
        >
            {label}
        </button>
    }
}

/// A list to choose from. It shows what is in force, whatever was chosen in it or changed elsewhere.
#[component]
pub(super) fn Choose(
    /// Its name in the document.
    name: &'static str,
    /// Values and their titles.
    options: Memo<Vec<(String, String)>>,
    /// The value in force.
    current: Memo<String>,
    /// What choosing a value asks for.
    choose: fn(String) -> Option<Command>,
) -> impl IntoView {
    let Panels { emit, .. } = panels();
    let list = NodeRef::<html::Select>::new();
    let follow = move || {
        if let Some(list) = list.try_get_untracked().flatten() {
            list.set_value(&current.get_untracked());
        }
    };
    Effect::new(move || {
        list.track();
        options.track();
        current.track();
        // Not before the options are there.
        browser::after(0, follow);
    });
    let title = move || {
        let current = current.get();
        options.with(|options| options.iter().find(|(value, _)| *value == current).map(|(_, title)| title.clone()))
    };
    view! {
        <select
            name=name
            node_ref=list
            title=title
            on:change=move |event| {
                if let Some(command) = choose(event_target_value(&event)) {
                    emit(command);
                }
                // What was refused is not shown, nor what is not in force yet.
                browser::after(0, follow);
            }
        >
            {live(move || options.get().into_iter().map(|(value, title)| view! { <option value=value>{title}</option> }).collect::<Vec<_>>())}
        </select>
    }
}

/// The id of the row of something on the map in the lists.
pub(super) fn row_id(target: Target) -> String {
    match target {
        Target::Region(region) => format!("row-region-{region}"),
        Target::Link(a, b) => format!("row-link-{a}-{b}"),
        Target::Users(users) => format!("row-users-{users}"),
        Target::Packet(packet) => format!("row-message-{packet}"),
    }
}

/// Whether the focus is on something within the element of this id.
pub(super) fn holds_focus(id: &str) -> bool {
    let held = document().active_element();
    held.and_then(|held| held.closest(&format!("#{id}")).ok().flatten()).is_some()
}

/// A number to choose, with words that say it.
#[component]
pub(super) fn Slider(
    /// The smallest and the largest number, and the step between two.
    range: (f64, f64, f64),
    /// The number.
    value: RwSignal<f64>,
    /// It in words.
    text: fn(f64) -> String,
) -> impl IntoView {
    let (min, max, step) = range;
    view! {
        <label>
            <span>{live(move || text(value.get()))}</span>
            <input
                type="range"
                min=min.to_string()
                max=max.to_string()
                step=step.to_string()
                prop:value=value.get_untracked().to_string()
                on:input=move |event| {
                    if let Ok(chosen) = event_target_value(&event).parse() {
                        value.set(chosen);
                    }
                }
            />
        </label>
    }
}

/// A moment one can jump to.
#[component]
pub(super) fn Jump(at: Time) -> impl IntoView {
    view! { <Ask command=Command::Seek(at) label=words::time(at) hint="Go to this moment" class="jump"/> }
}

/// Once the page has been built anew, bring this into view, if it is there still.
pub(super) fn show_soon(element: NodeRef<html::Div>) {
    browser::after(0, move || {
        if let Some(element) = element.try_get_untracked().flatten() {
            browser::show(&element);
        }
    });
}

/// A line of two columns: a name and a value that changes.
pub(super) fn fact(name: &'static str, value: impl Fn() -> String + Send + 'static) -> AnyView {
    view! {
        <div class="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

/// Whether the open scenario has any data, so that something can be said of it.
pub(super) fn holds_data(state: State) -> bool {
    state.opened.with(|opened| opened.as_ref().is_some_and(|opened| !opened.config().datasets.is_empty()))
}

/// How many acknowledged writes were thrown away for others that did not know them, if any were. Where nobody leads a write may be served
/// no longer and yet not be lost.
pub(super) fn thrown_away(state: State) -> Option<u64> {
    let place = metrics().position(|line| line.id == "lost-updates")?;
    let count = state.report.with(|report| report.measures.get(place).copied().flatten())? as u64;
    (count > 0).then_some(count)
}

/// Why there are no verdicts.
pub(super) fn nothing_judged(state: State) -> &'static str {
    if holds_data(state) { "Nothing has been judged yet." } else { "Nothing to judge: this scenario has no data." }
}

/// The title of a region of the open scenario.
pub(super) fn region_title(state: State, region: u16) -> String {
    state.opened.with(|opened| {
        opened.as_ref().map_or_else(String::new, |opened| sim::region_name(opened.config(), region).to_owned())
    })
}
