//! `[[request]]`: what users do. What may be set is theirs to say.

use super::names::{Names, named};
use crate::section::{Named, Section};
use protocol::{Floor, READINGS};
use sim::config::{DatasetConfig, RequestConfig, Step};
use values::{Change, Kind, Verb};

const REQUESTS_MAX: usize = 32;

pub(super) fn read(root: &Section<'_>, names: &mut Names, datasets: &[DatasetConfig]) -> Vec<RequestConfig> {
    let mut requests = Vec::new();
    let sections = named(root, "request", REQUESTS_MAX);
    for (section, id) in &sections {
        let request = RequestConfig::read(&Named { section, ids: names.ids() }, id.clone(), datasets);
        request.steps.iter().for_each(|step| check_reading(section, step, datasets, names));
        requests.push(request);
        names.requests.push(id.clone());
    }
    let changes: Vec<(usize, Change)> = requests.iter().flat_map(|request| &request.steps).filter_map(change).collect();
    for ((section, _), request) in sections.iter().zip(&requests) {
        check_changes(section, request, &changes, datasets, names);
    }
    requests
}

/// A rule that asks for what a protocol cannot give as it is set is of no use.
fn check_reading(section: &Section<'_>, step: &Step, datasets: &[DatasetConfig], names: &Names) {
    let &Step::Read { dataset, from, within } = step else { return };
    let reading = from.means();
    let Some(set) = datasets.get(dataset) else { return };
    if let Some((_, why)) = set.unread.iter().find(|(rule, _)| *rule == from) {
        let message = format!("`read {} from {}` {why}", names.dataset(dataset), reading.word);
        let able = READINGS.iter().filter(|it| set.unread.iter().all(|(rule, _)| *rule != it.rule)).map(|it| it.word);
        return section.misfit("steps", message, format!("read from {}", able.collect::<Vec<_>>().join(", ")));
    }
    if reading.floor == Floor::Age && within < set.says_every {
        let (id, every) = (names.dataset(dataset), set.says_every);
        let message = format!(
            "`read {id} from {}` asks for what lies back {within} at most, and regions say only every {every} up to when others have all of theirs",
            reading.word
        );
        let help = format!(
            "make `within` longer than the `heartbeat` of {id} and the way between regions together, or `heartbeat` shorter"
        );
        section.misfit("steps", message, help);
    }
}

fn change(step: &Step) -> Option<(usize, Change)> {
    match step {
        Step::Write { dataset, change, .. } => Some((*dataset, *change)),
        _ => None,
    }
}

/// A change that its value can never take is a mistake: nobody holds what is to be sold, or there is never so much.
fn check_changes(
    section: &Section<'_>,
    request: &RequestConfig,
    all: &[(usize, Change)],
    datasets: &[DatasetConfig],
    names: &Names,
) {
    let written = section.texts("steps").unwrap_or_default();
    if !section.is_sound() || written.len() != request.steps.len() {
        return;
    }
    for ((text, span), (set, change)) in
        written.iter().zip(&request.steps).filter_map(|(at, step)| Some((at, change(step)?)))
    {
        let id = names.dataset(set);
        let somebody = |verb: Verb| all.iter().any(|(of, change)| (*of, change.verb) == (set, verb));
        if matches!(change.verb, Verb::Commit | Verb::Release) {
            let help = format!("add `reserve N {id}` to a request, here or in a variant, or leave the step out");
            section.serves(span, somebody(Verb::Reserve), &format!("for `{text}` nobody reserves anything"), &help);
        }
        let Some((begins_with, more)) = begins_with(&datasets[set].kind, change.verb) else { continue };
        let (least, more_of_it) = (change.amount, more.info().word);
        let help = format!("make `initial` at least {least}, or add `{more_of_it} N {id}`, here or in a variant");
        let taken = change.amount <= begins_with || somebody(more);
        section.serves(span, taken, &format!("`{text}` is always declined: there is never so much"), &help);
    }
}

/// How much there is at first of what a change takes out, and how more comes in.
fn begins_with(kind: &Kind, verb: Verb) -> Option<(i32, Verb)> {
    match (kind, verb) {
        (Kind::Stock { initial, .. }, Verb::Sell | Verb::Reserve) => Some((*initial, Verb::Restock)),
        (Kind::Account { initial }, Verb::Withdraw) => Some((*initial, Verb::Deposit)),
        _ => None,
    }
}
