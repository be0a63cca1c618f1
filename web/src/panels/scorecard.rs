//! The scorecard: expectations in words, the numbers of this run beside those of another variant or branch, and what was lost.

use super::context::{Panels, panels};
use super::lost::Lost;
use super::parts::{Ask, Jump, holds_data, live, nothing_judged};
use super::verdicts::{fails, look};
use crate::command::Command;
use crate::state::{Opened, Other, State};
use crate::words;
use leptos::prelude::*;
use scenario::ExpectationResult;
use session::messages::{Beside, Report};
use sim::metrics::{Metric, ScoreLine, metrics, scorecard};
use sim::trace::OperationKind;
use sim::{Recovery, VerdictLine};
use std::sync::Arc;

/// The scorecard.
#[component]
pub(super) fn Scorecard() -> impl IntoView {
    let Panels { state, .. } = panels();
    view! {
        <p class="soft">{live(move || if state.report.with(|report| report.finished) { "The whole run." } else { "So far, not the whole run." })}</p>
        <Comparison/>
        <h2>"Expectations"</h2>
        {live(move || state.report.with(|report| report.acted).then(|| view! {
            <p class="soft" id="as-planned">"Judged on the run as planned, without what you did to it."</p>
        }))}
        {live(move || {
            let finished = state.report.with(|report| report.finished);
            judged(expectations(state), if finished { "This scenario expects nothing in particular." } else { "Judged at the end." })
        })}
        <h2>"Verdicts"</h2>
        {live(move || judged(verdicts(state), nothing_judged(state)))}
        {live(move || holds_data(state).then(|| view! { <Lost/> }))}
        {live(move || Some(recoveries(&*state.opened.get()?, &state.report.get().recoveries)))}
        <h2>"Numbers"</h2>
        <Measures/>
    }
}

/// Something that is judged: what of, why so, and what came of it here and in the run beside.
struct Judged {
    what: String,
    because: String,
    outcomes: Vec<Outcome>,
}

/// How a run was judged: its look, the judgement in words, and why; `run` names another run than the open one.
struct Outcome {
    class: &'static str,
    word: String,
    run: Option<String>,
    detail: String,
}

fn judged(lines: Vec<Judged>, none: &'static str) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="soft">{none}</p> }.into_any();
    }
    let outcome = |Outcome { class, word, run, detail }: Outcome| {
        let run = run.map(|run| format!("{run}: "));
        view! { <p>{run}<span class=class>{word}</span>" "<span class="soft">{detail}</span></p> }
    };
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let outcomes: Vec<_> = line.outcomes.into_iter().map(outcome).collect();
            let because = (!line.because.is_empty()).then(|| view! { <p class="soft">{line.because}</p> });
            view! { <li><p>{line.what}</p>{outcomes}{because}</li> }
        })
        .collect();
    view! { <ul class="judged">{rows}</ul> }.into_any()
}

/// The run beside the open one, if it has run, and its name.
fn beside(state: State) -> Option<(String, Arc<Other>)> {
    let other = state.other.get()?;
    let [_, there] = names(state, &other.beside)?;
    Some((there, other))
}

/// What the open run and the one beside it are called.
fn names(state: State, beside: &Beside) -> Option<[String; 2]> {
    let (opened, branch) = (state.opened.get()?, state.branch.get());
    Some(state.branches.with(|branches| words::side_by_side(&opened, branches, branch, beside)))
}

fn expectations(state: State) -> Vec<Judged> {
    let beside = beside(state);
    // What is measured is of the run as planned, and the numbers below are of the run as it is.
    let of = if state.report.with(|report| report.acted) { " as planned" } else { "" };
    let outcome = |line: &ExpectationResult, run: Option<String>| Outcome {
        class: if line.met { "verdict good" } else { "verdict bad" },
        word: format!("{}{of}", if line.met { "met" } else { "not met" }),
        run,
        detail: match line.measured {
            Some(value) => format!("measured {}", words::held_against(value, line.bound, line.unit)),
            None => "nothing to measure".to_owned(),
        },
    };
    // A variant can have expectations of its own, so they meet by what they say.
    let judge = |line: &ExpectationResult| {
        let there = beside.as_ref().and_then(|(name, other)| {
            let same = other.expectations.iter().find(|there| there.text == line.text)?;
            Some(outcome(same, Some(name.clone())))
        });
        let outcomes = std::iter::once(outcome(line, None)).chain(there).collect();
        Judged { what: line.text.clone(), because: line.because.clone(), outcomes }
    };
    let only_there = |report: &Report| {
        let elsewhere = |(name, other): &(String, Arc<Other>)| {
            let news = other
                .expectations
                .iter()
                .filter(|there| report.expectations.iter().all(|line| line.text != there.text));
            news.map(|line| only_beside(line.text.clone(), "not expected", outcome(line, Some(name.clone())))).collect()
        };
        beside.as_ref().map_or_else(Vec::new, elsewhere)
    };
    state.report.with(|report| report.expectations.iter().map(judge).chain(only_there(report)).collect())
}

/// What is judged in the run beside alone.
fn only_beside(what: String, word: &str, there: Outcome) -> Judged {
    let here = Outcome { class: "verdict idle", word: format!("{word} in this run"), run: None, detail: String::new() };
    Judged { what, because: String::new(), outcomes: vec![here, there] }
}

/// A verdict below a heading that says what happened, or the term of what was judged: whichever of both the heading does not say.
fn verdict(line: &VerdictLine, below_what_happened: bool, run: Option<String>) -> Outcome {
    let property = line.property;
    let more = match (fails(line), below_what_happened) {
        (true, true) => Some(property.violation().to_owned()),
        (true, false) => Some(property.breach().to_owned()),
        (false, true) => Some(property.term().to_owned()),
        (false, false) => None,
    };
    let first = line.at.map(|at| format!("first at {}", words::short_time(at)));
    let detail = more.into_iter().chain(first).collect::<Vec<_>>().join(", ");
    Outcome { class: look(line.standing), word: line.words(), run, detail }
}

fn verdicts(state: State) -> Vec<Judged> {
    let beside = beside(state);
    let of = |line: &VerdictLine| (line.dataset, line.property);
    // What happened here comes before what it is called.
    let what = |line: &VerdictLine| {
        state.opened.with(|opened| {
            let seen = if fails(line) { line.property.breach() } else { line.property.term() };
            opened.as_ref().map_or_else(String::new, |opened| format!("{}: {seen}", line.about(opened.config()).1))
        })
    };
    let judge = |line: &VerdictLine| {
        let there = beside.as_ref().and_then(|(name, other)| {
            let same = other.verdicts.iter().find(|there| of(there) == of(line))?;
            Some(verdict(same, fails(line), Some(name.clone())))
        });
        let outcomes = std::iter::once(verdict(line, fails(line), None)).chain(there).collect();
        Judged { what: what(line), because: String::new(), outcomes }
    };
    let only_there = |report: &Report| {
        let elsewhere = |(name, other): &(String, Arc<Other>)| {
            let news = other.verdicts.iter().filter(|there| report.verdicts.iter().all(|line| of(line) != of(there)));
            news.map(|line| only_beside(what(line), "not judged", verdict(line, fails(line), Some(name.clone()))))
                .collect()
        };
        beside.as_ref().map_or_else(Vec::new, elsewhere)
    };
    state.report.with(|report| report.verdicts.iter().map(judge).chain(only_there(report)).collect())
}

/// Whose requests failed, for how long, and of which dataset where there are several.
fn recoveries(opened: &Opened, recoveries: &[Recovery]) -> Option<impl IntoView + use<>> {
    if recoveries.is_empty() {
        return None;
    }
    let rows: Vec<_> = recoveries
        .iter()
        .map(|recovery| {
            let kind = match recovery.kind {
                OperationKind::Call => "calls",
                OperationKind::Read => "reads",
                OperationKind::Write => "writes",
            };
            let config = opened.config();
            let users = config.populations.get(usize::from(recovery.population));
            let users = users.map_or_else(String::new, |users| users.title.clone());
            let set = recovery.dataset.filter(|_| config.datasets.len() > 1);
            let set = set.and_then(|set| config.datasets.get(usize::from(set)));
            let of = set.map_or_else(|| format!("{users}, {kind}"), |set| format!("{users}, {kind} of {}", set.title));
            let took = match (recovery.rto(), recovery.succeeds) {
                (Some(rto), _) => words::span(rto),
                (None, Some(_)) => "not known yet".to_owned(),
                (None, None) if recovery.last_asked.is_some() => "not asked for".to_owned(),
                (None, None) => "not recovered".to_owned(),
            };
            let unasked = recovery.rto().and_then(|_| recovery.long_unasked());
            let unasked = unasked.map(|long| view! { <div class="soft">{format!("{long} s unasked")}</div> });
            view! {
                <tr>
                    <td>{of}</td>
                    <td><Jump at=recovery.failed/></td>
                    <td class="number">{recovery.noticed()}</td>
                    <td class="number">{took}{unasked}</td>
                </tr>
            }
        })
        .collect();
    Some(view! {
        <h2>"Recoveries (RTO)"</h2>
        <p class="soft">"Who fails, or waits for more than 5 s, is not served. Each of them raises a balance by 3, and who is served lowers it by 2, to 0; it stays below what answers to all of the last 2 s would lower it by, or 15. An outage begins with the first to raise it from 0 (maybe before its fault) if it is at its highest, or at 12, and nobody who begins later is answered within 2 s of that first one, or within 5 s; or if one waits and nobody begins anything. From then on each raises it by 8, up to 5 s of answers, or 40. It is over at the first answer after its last highest, if it is at 0 once 5 s have passed."</p>
        {(recoveries.len() > 1).then(|| view! {
            <p class="soft">"Each by itself. The recovery time (RTO) below takes those that touch for one: from the first failure to the last recovery."</p>
        })}
        <table>
            <thead><tr><th scope="col">"Of"</th><th scope="col" title="When the first operation that failed had begun">"First begun"</th><th scope="col">"Detected in"</th><th scope="col">"Back in"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    })
}

/// Which run stands beside this one: another variant with the same acts, or another branch.
#[component]
fn Comparison() -> impl IntoView {
    let Panels { state, emit } = panels();
    live(move || {
        let opened = state.opened.get()?;
        let (chosen, branch) = (state.beside.get(), state.branch.get());
        let here = opened.scenario.variant.clone();
        let ids = opened.scenario.variants.iter().map(|variant| Some(variant.id.clone()));
        let variants = std::iter::once(None).chain(ids).filter(|id| *id != here);
        let variants = variants.map(|variant| Beside { variant, branch: None });
        let branches = state.branches.with(|branches| branches.len()) as u32;
        let branches = (0..branches).filter(|other| *other != branch);
        let branches = branches.map(|branch| Beside { variant: here.clone(), branch: Some(branch) });
        let mut others = branches.chain(variants).peekable();
        others.peek()?;
        let options: Vec<_> = others
            .map(|beside| {
                let [_, title] = names(state, &beside).unwrap_or_default();
                let pressed = chosen.as_ref() == Some(&beside);
                let command = Command::Compare((!pressed).then_some(beside));
                view! {
                    <button type="button" aria-pressed=pressed.to_string() on:click=move |_| emit(command.clone())>
                        {title}
                    </button>
                }
            })
            .collect();
        let both = chosen.as_ref().and_then(|beside| names(state, beside));
        let here = both.map_or_else(|| "this run".to_owned(), |[here, _]| here);
        let watching = move || state.watching.get();
        let side_by_side = chosen.is_some().then(|| view! {
            <button type="button" aria-pressed=move || watching().to_string() on:click=move |_| emit(Command::Watch)>
                "Side by side on the map"
            </button>
        });
        let wait = move || {
            let computing = state.beside.with(Option::is_some) && state.other.with(Option::is_none);
            computing.then(|| view! { <p class="soft">"The run beside it is being computed."</p> })
        };
        Some(view! {
            <div class="chips" role="group" aria-label="Compare with">
                <span class="soft">"Compare " <strong>{here}</strong> " with"</span>
                {options}
            </div>
            {side_by_side}
            {wait}
        })
    })
}

#[component]
fn Measures() -> impl IntoView {
    let Panels { state, .. } = panels();
    let all = RwSignal::new(false);
    let rows = move || {
        let other = state.other.get();
        let here = state.report.with(|report| lines(&report.measures));
        let there = other.as_ref().map(|other| lines(&other.measures));
        let beside = |place: usize| there.as_ref().map(|lines| lines[place].value);
        let all = all.get();
        let says = |value: Option<f64>| value.is_some_and(|value| value != 0.0);
        let lines = here.into_iter().enumerate().map(|(place, line)| (beside(place), line));
        let shown = lines.filter(|(beside, line)| all || says(line.value) || says(beside.flatten()));
        shown.map(|(beside, line)| measure_row(&line, beside)).collect::<Vec<_>>()
    };
    let name = move || beside(state).map(|(name, _)| name);
    // Beside another run it has a name, too.
    let this_run = move || {
        let both = state.beside.get().and_then(|beside| names(state, &beside));
        both.map_or_else(|| "This run".to_owned(), |[here, _]| format!("{here} (this run)"))
    };
    view! {
        {live(move || name().map(|name| view! {
            <p class="soft">{format!("Below the numbers of {name} stands what it has more (+) or less (−) than this run.")}</p>
        }))}
        <table class="measures">
            <thead>
                <tr>
                    <th scope="col">"Metric"</th>
                    <th scope="col" class="number">{this_run}</th>
                    {live(move || name().map(|name| view! { <th scope="col" class="number">{name}</th> }))}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <button type="button" class="quiet" aria-pressed=move || all.get().to_string() on:click=move |_| all.update(|all| *all = !*all)>
            {live(move || if all.get() { "Hide zeros" } else { "Show zeros too" })}
        </button>
        <Ask command=Command::Seek(engine::Time::MAX) label="Go to the end" class="quiet"/>
    }
}

/// What is measured, given in the order of the metric catalog, as it is listed.
fn lines(measures: &[Option<f64>]) -> Vec<ScoreLine> {
    let place = |metric: &Metric| metrics().position(|other| other == metric);
    scorecard(|metric| measures.get(place(metric)?).copied().flatten())
}

/// A number, and that of the run beside if there is one.
fn measure_row(line: &ScoreLine, beside: Option<Option<f64>>) -> impl IntoView + use<> {
    let text = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| words::measure(value, line.unit));
    let here = line.value;
    let beside = beside.map(|there| {
        let difference = here.zip(there).map(|(here, there)| words::difference(here, there, line.unit));
        view! { <td class="number">{text(there)}<span class="soft">{difference}</span></td> }
    });
    let note = (!line.note.is_empty()).then_some(line.note);
    view! {
        <tr>
            <th scope="row" class:part=line.part>{line.title}{note.map(|note| view! { <span class="soft">{note}</span> })}</th>
            <td class="number">{text(here)}</td>
            {beside}
        </tr>
    }
}
