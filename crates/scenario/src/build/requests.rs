//! `[[request]]`: what users do.

use super::names::{Names, named};
use crate::quantity::{DAY, TIME, clipped};
use crate::section::Section;
use engine::Span;
use sim::config::{ReadFrom, RequestConfig, Retry, Step};
use std::ops::Range;

const REQUESTS_MAX: usize = 32;
const STEPS_MAX: usize = 16;
const FORMS: &str =
    "write \"read DATASET from leader\" (or local, or session), \"write DATASET\", \"call\" or \"wait 200ms\"";

pub(super) fn read(root: &Section<'_>, names: &mut Names) -> Vec<RequestConfig> {
    let mut requests = Vec::new();
    for (section, id) in named(root, "request", REQUESTS_MAX) {
        let bytes = section.bytes("bytes");
        let steps = steps(&section, &names.datasets, bytes);
        let timeout = section.period("timeout");
        requests.push(RequestConfig { steps, timeout, retry: retry(&section), id: id.clone() });
        names.requests.push(id);
    }
    requests
}

fn steps(section: &Section<'_>, datasets: &[String], bytes: u32) -> Vec<Step> {
    let Some(texts) = section.texts("steps") else { return Vec::new() };
    if texts.is_empty() || texts.len() > STEPS_MAX {
        section.problem("steps", format!("there are {} steps", texts.len()), format!("a request has 1 to {STEPS_MAX}"));
    }
    let steps: Vec<Step> = texts.iter().filter_map(|(text, span)| step(section, text, span, datasets, bytes)).collect();
    if !steps.is_empty() && steps.iter().all(|step| matches!(step, Step::Wait(_))) {
        section.problem("steps", "the request only waits", "give it a step that does something");
    }
    steps
}

fn step(section: &Section<'_>, text: &str, span: &Range<usize>, datasets: &[String], bytes: u32) -> Option<Step> {
    let dataset = |name: &str| {
        let place = datasets.iter().position(|known| known == name);
        if place.is_none() {
            let help = section.notes.suggest(name, datasets.iter().map(String::as_str));
            section.notes.problem(span, format!("there is no dataset `{}`", clipped(name)), help);
        }
        place
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["call"] => Some(Step::Call),
        ["write", name] => Some(Step::Write { dataset: dataset(name)?, bytes }),
        ["read", name] => Some(Step::Read { dataset: dataset(name)?, from: ReadFrom::Local }),
        ["read", name, "from", from] => {
            let places = [("leader", ReadFrom::Leader), ("local", ReadFrom::Local), ("session", ReadFrom::Session)];
            let found = places.iter().find(|(name, _)| *name == from);
            if found.is_none() {
                let help = section.notes.suggest(from, places.map(|(name, _)| name));
                section.notes.problem(span, format!("nothing is read from `{}`", clipped(from)), help);
            }
            Some(Step::Read { dataset: dataset(name)?, from: found?.1 })
        }
        ["wait", time] => {
            let nanos = section.measure(time, span, &TIME)?;
            if !(0.0..=DAY).contains(&nanos) {
                section.notes.problem(span, format!("`{}` is no time to wait", clipped(text)), "it takes 0ms to 24h");
                return None;
            }
            Some(Step::Wait(Span::from_nanos_f64(nanos)))
        }
        _ => {
            section.notes.problem(span, format!("`{}` is no step", clipped(text)), FORMS);
            None
        }
    }
}

fn retry(section: &Section<'_>) -> Retry {
    let kind = section.choice("retry", &["none", "fixed", "exponential"]);
    let pause = section.span("pause").unwrap_or(Span::ZERO);
    let attempts = section.count("attempts", 1..=10_000) as u32;
    for key in ["pause", "attempts"] {
        section.heard(key, kind != 0, "`retry` to fixed or exponential");
    }
    for key in ["factor", "longest", "jitter"] {
        section.heard(key, kind == 2, "retry = \"exponential\"");
    }
    let (factor, longest, jitter) = (section.growth("factor"), section.period("longest"), section.flag("jitter"));
    match kind {
        0 => Retry { attempts: 1, pause: Span::ZERO, factor: 1.0, longest: Span::ZERO, jitter: false },
        1 => Retry { attempts, pause, factor: 1.0, longest: pause, jitter: false },
        _ => Retry { attempts, pause, factor, longest, jitter },
    }
}
