//! The transport: play, step, time, speed, seed, variant, share.

use super::context::{Panels, panels};
use super::parts::{Ask, Choose, live, show_soon};
use crate::choices::Theme;
use crate::command::Command;
use crate::speed::{SPEEDS, place_of_speed, speed_of_place};
use crate::state::State;
use crate::words;
use leptos::html;
use leptos::prelude::*;
use web_sys::{FocusEvent, HtmlInputElement};

const PLAY: &str = "M5 3l11 7-11 7z";
const PAUSE: &str = "M5 3h4v14H5zM11 3h4v14h-4z";
const BACK: &str = "M15 3L6 10l9 7zM4 3h2v14H4z";
const FORTH: &str = "M5 3l9 7-9 7zM14 3h2v14h-2z";
const NEXT: &str = "M3 4h2v12H3zM7 10l6-6 6 6-6 6z";
const PREVIOUS: &str = "M17 4h-2v12h2zM13 10L7 4l-6 6 6 6z";

/// The bar across the top.
#[component]
pub(super) fn Top() -> impl IntoView {
    view! {
        <header class="top">
            <h1 class="brand">"Meridian"</h1>
            <Buttons/>
            <Clock/>
            <Speed/>
            <SlowMotion/>
            <span class="gap"></span>
            <Variant/>
            <Seed/>
            <Share/>
            <HelpButton/>
            <ThemeButton/>
        </header>
    }
}

fn icon(path: &'static str) -> impl IntoView {
    view! {
        <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path d=path fill="currentColor"/></svg>
    }
}

#[component]
fn IconButton(label: &'static str, hint: &'static str, path: &'static str, command: Command) -> impl IntoView {
    let Panels { emit, .. } = panels();
    view! {
        <button type="button" class="icon" aria-label=label title=hint on:click=move |_| emit(command.clone())>
            {icon(path)}
        </button>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let Panels { state, emit } = panels();
    let playing = state.playing;
    view! {
        <div class="group" role="group" aria-label="Transport">
            <IconButton label="Previous notable moment" hint="Previous notable moment (Shift N)" path=PREVIOUS command=Command::PreviousMark/>
            <IconButton label="Step back" hint="Back 100 ms (,)" path=BACK command=Command::Step(-0.1)/>
            <button
                type="button"
                class="icon play"
                id="play"
                title="Play or pause (space)"
                aria-label=move || if playing.get() { "Pause" } else { "Play" }
                on:click=move |_| emit(Command::Toggle)
            >
                {live(move || icon(if playing.get() { PAUSE } else { PLAY }))}
            </button>
            <IconButton label="Step" hint="On 100 ms (.)" path=FORTH command=Command::Step(0.1)/>
            <IconButton label="Next notable moment" hint="Next notable moment (N)" path=NEXT command=Command::NextMark/>
        </div>
    }
}

#[component]
fn Clock() -> impl IntoView {
    let Panels { state, .. } = panels();
    let until = move |words: fn(engine::Time) -> String| {
        state.opened.with(|opened| opened.as_ref().map_or_else(String::new, |opened| words(opened.config().until)))
    };
    view! {
        <p class="clock" role="timer" aria-live="off">
            <strong id="playhead" data-last=move || until(words::time)>{live(move || words::time(state.playhead.get()))}</strong>
            <span class="soft">" of " {live(move || until(words::short_time))}</span>
        </p>
    }
}

/// The speed that was chosen, on a slider; on a telephone, where that would be a thumb wide, in a list.
#[component]
fn Speed() -> impl IntoView {
    let Panels { state, emit } = panels();
    let options =
        Memo::new(|_| (0..).zip(SPEEDS).map(|(place, speed)| (format!("{place}"), words::factor(speed))).collect());
    let current = Memo::new(move |_| place_of_speed(state.speed.get()).to_string());
    let chosen = |place: String| Some(Command::Speed(speed_of_place(place.parse().ok()?)));
    view! {
        <label class="speed" title="Simulated time per second">
            <span class="soft">"Speed"</span>
            <input
                type="range"
                min="0"
                max=SPEEDS.len() - 1
                step="1"
                prop:value=current
                aria-valuetext=move || words::speed(state.speed.get())
                on:input=move |event| {
                    if let Some(command) = chosen(event_target_value(&event)) {
                        emit(command);
                    }
                }
            />
            <output aria-live="off">{live(move || words::factor(state.speed.get()))}</output>
        </label>
        <label class="speeds">
            <span class="unseen">"Speed"</span>
            <Choose name="speed" options current choose=chosen/>
        </label>
    }
}

/// Whether decisions are passed slowly, and how slowly while one is.
#[component]
pub(super) fn SlowMotion() -> impl IntoView {
    let Panels { state, emit } = panels();
    view! {
        <label class="check" title="Pass decisions, such as a failover, slowly, now and then">
            <input
                type="checkbox"
                name="slows"
                prop:checked=move || state.slows.get()
                on:change=move |event| emit(Command::Slows(event_target_checked(&event)))
            />
            <span>"Slow motion"</span>
            <output class="pace" aria-live="off">{live(move || slowed(state))}</output>
        </label>
    }
}

/// The speed in force, where that is not the chosen one.
pub(super) fn slowed(state: State) -> Option<String> {
    let pace = state.pace.get();
    (pace < state.speed.get()).then(|| words::factor(pace))
}

#[component]
fn Variant() -> impl IntoView {
    let Panels { state, .. } = panels();
    let options = Memo::new(move |_| {
        state.opened.with(|opened| {
            let variants = opened.iter().flat_map(|opened| &opened.scenario.variants);
            let others = variants.map(|variant| (variant.id.clone(), variant.title.clone()));
            std::iter::once((String::new(), "As written".to_owned())).chain(others).collect::<Vec<_>>()
        })
    });
    let current = Memo::new(move |_| {
        state
            .opened
            .with(|opened| opened.as_ref().and_then(|opened| opened.scenario.variant.clone()).unwrap_or_default())
    });
    let several = Memo::new(move |_| options.with(|options| options.len() > 1));
    let chosen = |id: String| Some(Command::Variant((!id.is_empty()).then_some(id)));
    live(move || {
        several.get().then(|| {
            view! {
                <label class="field">
                    <span class="soft">"Variant"</span>
                    <Choose name="variant" options current choose=chosen/>
                </label>
            }
        })
    })
}

/// The seed, to type or to draw. What is no seed is said beside it, and changes nothing.
#[component]
pub(super) fn Seed() -> impl IntoView {
    let Panels { state, emit } = panels();
    let seed = move || {
        state.opened.with(|opened| opened.as_ref().map_or_else(String::new, |opened| opened.config().seed.to_string()))
    };
    let wrong = RwSignal::new(None::<String>);
    // Another seed or another scenario has taken its place.
    Effect::new(move || {
        state.opened.track();
        wrong.set(None);
    });
    let group = NodeRef::<html::Div>::new();
    let check = move |text: &str| {
        let typed = seed_of(text);
        wrong.set(typed.as_ref().err().map(|problem| format!("{problem} The seed in force stays {}.", seed())));
        show_soon(group);
        typed
    };
    // Whoever leaves the field finds the seed in force in it. A field that is taken away is left, too: by then nothing is wrong with it.
    let leave = move |event: FocusEvent| {
        if wrong.try_with_untracked(Option::is_some) == Some(true) {
            wrong.set(None);
            event_target::<HtmlInputElement>(&event).set_value(&seed());
        }
    };
    view! {
        <div node_ref=group class="group seed" role="group" aria-label="Seed">
            <label class="field" title="Where every random draw starts from">
                <span class="soft">"Seed"</span>
                <input
                    name="seed"
                    inputmode="numeric"
                    autocomplete="off"
                    size="10"
                    prop:value=seed
                    aria-invalid=move || wrong.with(Option::is_some).to_string()
                    on:input=move |event| drop(check(&event_target_value(&event)))
                    on:change=move |event| {
                        if let Ok(seed) = check(&event_target_value(&event)) {
                            emit(Command::Seed(seed));
                        }
                    }
                    on:blur=leave
                />
            </label>
            <span class="wrong" role="alert">{wrong}</span>
            <Ask command=Command::FreshSeed label="New" hint="Draw a fresh seed" class="quiet"/>
        </div>
    }
}

/// No seed is longer.
const SEED_DIGITS: usize = 20;

/// The seed that somebody typed.
///
/// # Errors
/// What is wrong with it, in words.
fn seed_of(text: &str) -> Result<u64, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("The field is empty: type a whole number, or draw a seed with “New”.".to_owned());
    }
    let problem = |_| {
        let mut shown: String = text.chars().take(SEED_DIGITS).collect();
        if text.chars().nth(SEED_DIGITS).is_some() {
            shown.push('…');
        }
        format!("“{shown}” is no seed: type a whole number from 0 to {}.", u64::MAX)
    };
    text.parse().map_err(problem)
}

#[component]
fn Share() -> impl IntoView {
    let Panels { state, .. } = panels();
    view! {
        <div class="group">
            <Ask command=Command::CopyLink label="Share" hint="Copy a link to this run at this moment" class="main"/>
            <span id="link" hidden>{live(move || state.link.get())}</span>
        </div>
    }
}

#[component]
fn HelpButton() -> impl IntoView {
    let Panels { emit, .. } = panels();
    view! {
        <button type="button" class="icon keys" aria-label="Help" title="What the controls and the keys do (?)" on:click=move |_| emit(Command::Help(true))>
            "?"
        </button>
    }
}

#[component]
fn ThemeButton() -> impl IntoView {
    let Panels { state, emit } = panels();
    let next = move || match state.theme.get() {
        Theme::System => Theme::Dark,
        Theme::Dark => Theme::Light,
        Theme::Light => Theme::System,
    };
    let label = move || match state.theme.get() {
        Theme::System => "Colours: system",
        Theme::Dark => "Colours: dark",
        Theme::Light => "Colours: light",
    };
    view! {
        <button type="button" class="icon" aria-label=label title=label on:click=move |_| emit(Command::Theme(next()))>
            <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
                <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="1.5"/>
                <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor"/>
            </svg>
        </button>
    }
}
