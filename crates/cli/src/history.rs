//! The recorded history of a run as a file, for `meridian check` or any other checker.

use check::to_edn;
use protocols::Any;
use scenario::Scenario;
use sim::{Run, Told};
use std::path::Path;

/// Writes the history of a dataset: `FILE` where there is but one, otherwise `DATASET=FILE`.
///
/// # Errors
/// Which dataset is meant cannot be told, its history says nothing, or the file cannot be written.
pub(crate) fn write(run: &Run<Any>, scenario: &Scenario, wanted: &str) -> Result<(), String> {
    let sets = &scenario.config.datasets;
    let named = wanted.split_once('=').and_then(|(id, file)| Some((sets.iter().position(|set| set.id == id)?, file)));
    let is_no_file = wanted.split_once('=').filter(|(id, _)| !id.contains(['/', '.']) && named.is_none());
    let (set, file) = match (named, sets.len()) {
        (Some((set, file)), _) => (set, Path::new(file)),
        (None, 1) if let Some((id, _)) = is_no_file => {
            return Err(format!("--history: the run has no dataset `{id}`; it is {}", sets[0].id));
        }
        (None, 1) => (0, Path::new(wanted)),
        (None, 0) => return Err("--history: the run has no dataset, so that there is no history".to_owned()),
        (None, _) => {
            let ids: Vec<&str> = sets.iter().map(|set| set.id.as_str()).collect();
            return Err(format!(
                "--history: the run has several datasets; say which, as in --history {}=FILE; they are {}",
                ids[0],
                ids.join(", ")
            ));
        }
    };
    let (model, text) = match run.told(set as u16) {
        Told::Registers(history) => ("register".to_owned(), to_edn(&history)),
        Told::Values { of, initial, history } if initial != 0 => {
            (format!("{} --initial {initial}", of.name()), to_edn(&history))
        }
        Told::Values { of, history, .. } => (of.name().to_owned(), to_edn(&history)),
        Told::Apart => {
            return Err(format!(
                "--history: no order of changes says what a read of {} saw: its copies are changed apart from each other",
                sets[set].id
            ));
        }
    };
    let header = format!("; {}; decide it with: meridian check {} --model {model}\n", sets[set].id, file.display());
    std::fs::write(file, header + &text).map_err(|error| format!("cannot write {}: {error}", file.display()))
}
