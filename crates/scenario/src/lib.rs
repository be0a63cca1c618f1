//! Scenario files, validation with line and column, variants, reference data, expectations, goldens and the link codec.
//!
//! It turns text into a [`sim::Config`] and knows nothing of how a run goes on. Start reading at [`load`]; the keys of the
//! format are the list [`keys`], and each kind of section has one file under `build`.

mod build;
mod coverage;
mod digest;
mod distribution;
mod document;
mod expect;
mod expectation;
mod facts;
mod frame;
mod gallery;
pub mod goldens;
mod keys;
mod link;
mod notes;
mod problem;
mod quantity;
pub mod reference;
mod scenario;
mod section;
mod variants;

pub use coverage::{Covered, coverage};
pub use expect::{ExpectationResult, evaluate, not_judged};
pub use expectation::{Comparison, Expectation, Scope};
pub use facts::{Difference, difference, is_record, write_facts};
pub use gallery::{BuiltIn, FIRST_TEXT, built_in, find_built_in, nearest_built_in};
pub use keys::{KeyInfo, help, keys};
pub use link::{Link, LinkError, LinkScenario, last_second};
pub use notes::ValueLine;
pub use problem::Problem;
pub use quantity::parse_span;
pub use scenario::{Choice, Question, Scenario, Story, VariantInfo};
pub use settings::Fallback;

use build::{Built, build};
use document::{Node, Value};
use notes::{Hearing, NOTED_MAX, Notes, Parts};
use quantity::clipped;
use section::Section;
use variants::Variant;

/// More problems than a person reads at a time.
const PROBLEMS_MAX: usize = 20;

/// Read a scenario with a variant (`None`: as written) and a seed (`None`: its own). Every variant of the text is validated.
///
/// # Errors
/// Everything that is wrong with the text, in its order.
pub fn load(text: &str, variant: Option<&str>, seed: Option<u64>) -> Result<Scenario, Vec<Problem>> {
    let tree = document::parse(text).map_err(sorted)?;
    let notes = Notes::new(text);
    if !check_version(&notes, &tree) {
        return Err(sorted(notes.into_problems()));
    }
    let variants = variants::read(&Section::new(&notes, &[""], &tree));
    let ids: Vec<String> = variants.iter().map(|variant| variant.info.id.clone()).collect();
    let chosen = variant.map(|id| ids.iter().position(|known| known == id));
    if let (Some(None), Some(id)) = (chosen, variant) {
        let help = notes.suggest(id, ids.iter().map(String::as_str));
        notes.problem(&(0..0), format!("there is no variant `{}`", clipped(id)), help);
        return Err(sorted(notes.into_problems()));
    }
    let mut problems = notes.into_problems();
    let mut hearings = Vec::new();
    let mut in_force = None;
    for place in std::iter::once(None).chain((0..variants.len()).map(Some)) {
        let (built, found) = read(text, &tree, &variants, &ids, place, seed);
        problems.extend(found.problems);
        hearings.extend(found.hearings);
        if place == chosen.flatten() {
            in_force = Some((built, found.values));
        }
    }
    problems.extend(unheard(&hearings));
    let (true, Some((built, values))) = (problems.is_empty(), in_force) else { return Err(sorted(problems)) };
    let digest = digest::of_text(text);
    let known = built_in().iter().find(|built_in| built_in.digest == digest);
    Ok(Scenario {
        id: known.map(|known| known.id.to_owned()),
        story: built.story,
        config: built.config,
        protocols: built.protocols,
        variants: variants.into_iter().map(|variant| variant.info).collect(),
        variant: variant.map(str::to_owned),
        expectations: built.expectations,
        covers: built.covers,
        text: text.to_owned(),
        values,
    })
}

/// One reading of the tree: as written, or with a variant laid over it.
fn read(
    text: &str,
    tree: &Node,
    variants: &[Variant],
    ids: &[String],
    place: Option<usize>,
    seed: Option<u64>,
) -> (Built, Parts) {
    let notes = Notes::new(text);
    let mut tree = tree.clone();
    if let Some(place) = place {
        variants::apply(&notes, &mut tree, variants, place);
    }
    let built = build(&notes, &tree, ids, seed);
    (built, notes.into_parts())
}

/// What is heard neither in the scenario as written nor in any variant: whoever wrote it believes that it does something.
fn unheard(hearings: &[Hearing]) -> impl Iterator<Item = Problem> {
    let mut heard: Vec<&Problem> =
        hearings.iter().filter(|hearing| hearing.heard).map(|hearing| &hearing.unheard).collect();
    engine::sort(&mut heard);
    let all = hearings.iter().map(|hearing| &hearing.unheard);
    all.filter(move |problem| heard.binary_search(problem).is_err()).cloned()
}

/// A text of another version is not read further: its problems would be misleading.
fn check_version(notes: &Notes<'_>, tree: &Node) -> bool {
    const HELP: &str = "a scenario begins with version = 1";
    let Value::Table(table) = &tree.value else { return false };
    match table.iter().find(|entry| entry.key == "version") {
        None => notes.problem(&(0..0), "the file has no `version`", HELP),
        Some(entry) => match entry.node.value {
            Value::Integer(1) => return true,
            Value::Integer(version) if version > 1 => {
                notes.problem(
                    &entry.node.span,
                    format!("version {version} is newer than this program"),
                    "it reads version 1",
                );
            }
            _ => notes.problem(&entry.node.span, "the version is wrong", HELP),
        },
    }
    false
}

/// By place, each once, and not more than a person reads.
fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    engine::sort(&mut problems);
    problems.dedup();
    let more = problems.len().saturating_sub(PROBLEMS_MAX);
    problems.truncate(PROBLEMS_MAX);
    if more > 0
        && let Some(last) = problems.last_mut()
    {
        let more = if more + PROBLEMS_MAX < NOTED_MAX { more.to_string() } else { "many".to_owned() };
        last.help = format!("{}; and {more} more problems", last.help);
    }
    problems
}
