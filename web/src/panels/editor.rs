//! The scenario as text: problems show while one types, what runs stays until the text holds together and is run.

use super::context::{Panels, panels};
use super::parts::live;
use crate::command::Command;
use crate::state::State;
use leptos::html;
use leptos::prelude::*;
use session::messages::ProblemLine;

/// The editor.
#[component]
pub(super) fn Editor() -> impl IntoView {
    let Panels { state, emit } = panels();
    let opened_text = move || {
        state.opened.with(|opened| opened.as_ref().map_or_else(String::new, |opened| opened.scenario.text.clone()))
    };
    let text = move || state.draft.get().map_or_else(opened_text, |draft| draft.text);
    let problems = Memo::new(move |_| {
        // What runs held together when it was opened; only what is written has to be looked at.
        let found = state.draft.get().and_then(|draft| scenario::load(&draft.text, None, None).err());
        let mut lines: Vec<_> = found.unwrap_or_default().iter().map(ProblemLine::from).collect();
        if lines.is_empty() {
            lines = state.problems.get();
        }
        lines
    });
    let area = NodeRef::<html::Textarea>::new();
    // On a telephone one is shown at a time: that of the line the caret is in, or is nearest to.
    let current = RwSignal::new(0);
    let follow_caret = move || {
        if let Some(area) = area.get_untracked() {
            let caret = area.selection_start().ok().flatten().unwrap_or_default();
            let line = line_of(&area.value(), caret);
            let away = |problem: &ProblemLine| problem.line.abs_diff(line);
            current.set(problems.with_untracked(|problems| {
                (0..problems.len()).min_by_key(|place| away(&problems[*place])).unwrap_or_default()
            }));
        }
    };
    let scrolled = RwSignal::new(0);
    let marked = move || {
        let mut lines: Vec<u32> = problems.with(|problems| problems.iter().map(|problem| problem.line).collect());
        lines.dedup();
        let mark = |line: u32| {
            let style = move || format!("--line: {}; --scrolled: {}px", line.saturating_sub(1), scrolled.get());
            let is_current =
                move || problems.with(|problems| problems.get(current.get()).is_some_and(|it| it.line == line));
            view! { <span class="marked-line" class:current=is_current data-line=line style=style aria-hidden="true"></span> }
        };
        lines.into_iter().map(mark).collect::<Vec<_>>()
    };
    let numbers =
        Memo::new(move |_| (1..=text().split('\n').count()).map(|line| format!("{line}\n")).collect::<String>());
    let changed = move || state.draft.with(Option::is_some);
    let refused = move || changed() && !problems.with(Vec::is_empty);
    // What cannot be run shows why.
    let run = move || match (problems.with_untracked(|problems| problems.first().cloned()), state.draft.get_untracked())
    {
        (Some(first), _) => {
            current.set(0);
            show_line(area, first.line, first.column);
        }
        (None, Some(draft)) => emit(Command::OpenText(draft.text)),
        (None, None) => {}
    };
    view! {
        <div class="editor">
            {applied(state, changed)}
            <div class="sheet">
                <div class="gutter" aria-hidden="true"><pre style=move || format!("--scrolled: {}px", scrolled.get())>{numbers}</pre></div>
                <textarea
                node_ref=area
                aria-label="Scenario text"
                aria-invalid=move || refused().to_string()
                aria-describedby="problems"
                spellcheck="false"
                on:scroll=move |_| scrolled.set(area.get_untracked().map_or(0, |area| area.scroll_top()))
                autocapitalize="off"
                prop:value=text
                on:input=move |event| {
                    emit(Command::Draft(event_target_value(&event)));
                    follow_caret();
                }
                on:click=move |_| follow_caret()
                on:keyup=move |_| follow_caret()
                on:keydown=move |event| {
                    event.stop_propagation();
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                        event.prevent_default();
                        run();
                    }
                }
            ></textarea>{marked}</div>
            <div class="foot">
            <div class="actions">
                <button
                    type="button"
                    class="main"
                    title="Ctrl Enter"
                    disabled=move || !changed()
                    aria-disabled=move || refused().to_string()
                    on:click=move |_| run()
                >
                    "Run this text"
                </button>
                <button type="button" class="quiet" disabled=move || !changed() on:click=move |_| emit(Command::Draft(opened_text()))>
                    "Undo changes"
                </button>
                {live(move || step(problems, current, area))}
            </div>
            <div id="problems" role="status" aria-live="polite">
                {live(move || problems.get().into_iter().enumerate().map(|(place, problem)| row(place, problem, current, area)).collect::<Vec<_>>())}
            </div>
            </div>
            {live(move || unsaved(state).map(|said| view! { <p class="soft" id="unsaved">{said}</p> }))}
        </div>
    }
}

/// What is written and what runs, if the two are not the same.
fn unsaved(state: State) -> Option<String> {
    let (draft, opened) = state.draft.get().zip(state.opened.get())?;
    Some(if draft.is_of(&opened) {
        "What runs is the text before your changes. They stay here until you run them or undo them.".to_owned()
    } else {
        let (begun, runs) = (&draft.of.story.title, &opened.scenario.story.title);
        format!("These are your changes to “{begun}”. What runs is “{runs}”: undo your changes to see its text.")
    })
}

/// What the variant in force lays over the text, which is that of the scenario as written.
/// It is folded while one writes.
fn applied(state: State, changed: impl Fn() -> bool + Copy + Send + 'static) -> impl IntoView {
    live(move || {
        let opened = state.opened.get()?;
        let variant = opened.scenario.variants.iter().find(|it| Some(&it.id) == opened.scenario.variant.as_ref())?;
        let sets: Vec<_> = variant.sets.iter().map(|line| view! { <li><code>{line.clone()}</code></li> }).collect();
        Some(view! {
            <details class="applied" prop:open=move || !changed()>
                <summary>{format!("The variant “{}” is in force", variant.title)}</summary>
                <p class="soft">"It lays these settings over the text below:"</p>
                <ul>{sets}</ul>
            </details>
        })
    })
}

/// The height of a line, as in the style sheet, and how many lines are seen above the one that is wrong.
const LINE_HEIGHT: i32 = 18;
const LINES_ABOVE: u32 = 3;

/// A problem; pressing it shows the line and puts the caret where it is.
fn row(place: usize, problem: ProblemLine, current: RwSignal<usize>, area: NodeRef<html::Textarea>) -> impl IntoView {
    let (line, column) = (problem.line, problem.column);
    let show = move |_| {
        current.set(place);
        show_line(area, line, column);
    };
    view! {
        <button type="button" class="problem" aria-current=move || (current.get() == place).to_string() on:click=show>
            {problem.text}
        </button>
    }
}

/// From one of several problems to the next, where one is shown at a time.
fn step(problems: Memo<Vec<ProblemLine>>, current: RwSignal<usize>, area: NodeRef<html::Textarea>) -> Option<AnyView> {
    let count = problems.with(Vec::len);
    let next = move |_| {
        let place = (current.get_untracked() + 1) % count;
        current.set(place);
        if let (Some(area), Some(line)) =
            (area.get_untracked(), problems.with_untracked(|all| all.get(place).map(|it| it.line)))
        {
            bring_into_view(&area, line);
        }
    };
    let text = move || format!("{} of {count}, next", current.get() + 1);
    (count > 1).then(|| view! { <button type="button" class="quiet step" on:click=next>{text}</button> }.into_any())
}

/// Bring a line into view, with the caret in it.
fn show_line(area: NodeRef<html::Textarea>, line: u32, column: u32) {
    if let Some(area) = area.get_untracked() {
        let place = place_of(&area.value(), line, column);
        // A text area in the document takes the focus and any selection.
        let _ = area.focus();
        let _ = area.set_selection_range(place, place);
        // Neither brings the line into view.
        bring_into_view(&area, line);
    }
}

fn bring_into_view(area: &web_sys::HtmlTextAreaElement, line: u32) {
    area.set_scroll_top(line.saturating_sub(LINES_ABOVE) as i32 * LINE_HEIGHT);
}

/// The line, from 1, of a place in UTF-16 units.
fn line_of(text: &str, place: u32) -> u32 {
    let units = text.encode_utf16().take(place as usize);
    1 + units.filter(|unit| *unit == u16::from(b'\n')).count() as u32
}

/// The caret's place, in the UTF-16 units the browser counts, of a line and a column counted in characters from 1.
fn place_of(text: &str, line: u32, column: u32) -> u32 {
    let mut place = 0;
    for (number, content) in (1..).zip(text.split('\n')) {
        if number == line {
            let before = content.chars().take(column.saturating_sub(1) as usize);
            return place + before.map(char::len_utf16).sum::<usize>() as u32;
        }
        place += content.encode_utf16().count() as u32 + 1;
    }
    place.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::{line_of, place_of};
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_caret_counts_as_the_browser_does() {
        assert_eq!(place_of("ab\ncd", 1, 1), 0);
        assert_eq!(place_of("ab\ncd", 2, 2), 4);
        assert_eq!(place_of("😀b", 1, 2), 2);
        assert_eq!(place_of("ab", 9, 1), 2);
        assert_eq!([0, 2, 3, 5].map(|place| line_of("😀\nb\nc", place)), [1, 1, 2, 3]);
    }
}
