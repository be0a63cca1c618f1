//! The picture in words: what is picked and why it happened, what is left out, and a list of what is to be seen.

use super::model::Model;
use crate::panels::parts::live;
use crate::panels::verdicts::Why;
use crate::words;
use engine::Time;
use leptos::prelude::*;
use session::questions::causes::Subject;
use sim::spacetime::{SpaceTime, Thing};
use view::spacetime::{Picked, Picture, words as in_words};

/// So much of what is to be seen is listed.
const LISTED: usize = 40;

/// What is told below the picture.
#[component]
pub(super) fn Told(model: Model) -> impl IntoView {
    let picked = Memo::new(move |_| model.frame.with(|frame| frame.picked));
    let said = Memo::new(move |_| {
        let opened = model.state.opened.get()?;
        let picked = picked.get()?;
        let (text, about) = model.seen.with(|seen| {
            let text = in_words::words(picked, seen, &opened.stage)?;
            Some((text, about(picked, seen)?))
        })?;
        Some((words::sentence(&text), about))
    });
    // What was picked stays told after it has left the picture.
    let last = Memo::new(move |before: Option<&Option<(Picked, Said)>>| {
        let picked = picked.get()?;
        let before = before.cloned().flatten().filter(|(of, _)| *of == picked);
        said.get().map(|said| (picked, said)).or(before)
    });
    let text = move || match last.get() {
        Some((_, (text, _))) => text,
        None => "Pick a message or an operation: click it, or press the arrow key down.".to_owned(),
    };
    let open = RwSignal::new(false);
    view! {
        <div class="space-foot"><div class="space-told">
            <p id="space-said" role="status" aria-live="polite">{live(text)}</p>
            {live(move || last.get().map(|(_, (of, (subject, at)))| view! { <Why subject at of/> }))}
            <p class="soft" id="space-drawn">{live(move || drawn(model))}</p>
            <details on:toggle=move |_| open.update(|open| *open = !*open)>
                <summary>"What is in the picture"</summary>
                {live(move || open.get().then(|| list(model)))}
            </details>
        </div></div>
    }
}

/// Words, what "why?" is asked about, and when that was.
type Said = (String, (Subject, Time));

/// What led to it is asked of its end, where that is known.
fn about(picked: Picked, seen: &SpaceTime) -> Option<(Subject, Time)> {
    Some(match picked.among(seen)? {
        Thing::Message(place) => {
            let message = &seen.messages[place as usize];
            (Subject::Event(message.event), message.ended)
        }
        Thing::Operation(place) => {
            let operation = &seen.operations[place as usize];
            (Subject::Operation(operation.operation), operation.ended.map_or(operation.began, |(at, _)| at))
        }
    })
}

/// How much is to be seen, and what is left out.
fn drawn(model: Model) -> String {
    let (Some(opened), view) = (model.state.opened.get(), model.frame.get()) else { return String::new() };
    let seen = model.seen.get();
    let picture = Picture::new(&opened.stage, model.whose.get(), &seen, &view);
    let kept = |drawn: usize, all: u32, one, several| match drawn as u64 == u64::from(all) {
        true => words::counted(u64::from(all), one, several),
        false => format!("{} of {}", words::count(drawn as u64), words::counted(u64::from(all), one, several)),
    };
    let messages = kept(seen.messages.len(), seen.messages_in_all, "message", "messages");
    let operations = kept(picture.bars.len(), seen.operations_in_all, "operation", "operations");
    let all =
        seen.messages.len() == seen.messages_in_all as usize && picture.bars.len() == seen.operations_in_all as usize;
    let more = if all { "." } else { " are drawn; zoom in to see all." };
    let computed = model.state.course.with(|course| course.computed);
    let unread = match () {
        () if seen.upto >= view.to => "",
        () if seen.upto >= computed => " The rest is not computed yet.",
        () => " So much happens that the rest was not read; zoom in.",
    };
    format!("{messages} and {operations}{more}{unread}")
}

/// What is to be seen, the first from the left; each picks itself.
fn list(model: Model) -> Option<impl IntoView + use<>> {
    let (opened, view, seen) = (model.state.opened.get()?, model.frame.get(), model.seen.get());
    let things = Picture::new(&opened.stage, model.whose.get(), &seen, &view).things();
    let more = things.len().saturating_sub(LISTED);
    let row = |picked: Picked| {
        let text = words::sentence(&in_words::words(picked, &seen, &opened.stage)?);
        let pressed = (view.picked == Some(picked)).to_string();
        Some(view! {
            <li><button type="button" class="jump" aria-pressed=pressed on:click=move |_| model.pick(Some(picked))>{text}</button></li>
        })
    };
    let faults: Vec<_> =
        seen.faults.iter().map(|fault| view! { <li>{words::sentence(&in_words::fault(fault))}</li> }).collect();
    let rows: Vec<_> = things.into_iter().take(LISTED).filter_map(row).collect();
    let more = (more > 0).then(
        || view! { <p class="soft">{format!("And {} more; zoom in to list them.", words::count(more as u64))}</p> },
    );
    Some(view! { <ul class="things" id="space-list">{faults}{rows}</ul>{more} })
}
