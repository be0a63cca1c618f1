//! `meridian check`: decide a history that somebody else recorded.

use crate::output::Output;
use check::{Model, check_edn};
use clap::Args;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `check` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A history in EDN: one map for each event, with :process, :type (:invoke, :ok, :fail, :info), :f, :value and, where there
    /// are several objects, :key or [key value] as :value
    file: PathBuf,
    /// What the operations act on: register, cas-register or kv
    #[arg(long)]
    model: Model,
    /// Give up on a key after looking at so many configurations of it; without this the answer is exact, however long it takes
    #[arg(long, value_name = "CONFIGURATIONS")]
    budget: Option<u64>,
}

/// What an undecided history ends with: neither a yes nor a no, nor an error.
const UNDECIDED: u8 = 3;

pub(crate) fn check(arguments: &Arguments, out: &mut Output) -> crate::Outcome {
    let name = arguments.file.display();
    let bytes = fs::read(&arguments.file).map_err(|error| format!("{name}: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{name}: this is not a text in UTF-8"))?;
    let report = check_edn(&text, arguments.model, arguments.budget).map_err(|error| format!("{name}: {error}"))?;
    writeln!(out, "{name}: {report}")?;
    Ok(match (report.is_linearizable(), report.is_violated()) {
        (true, _) => ExitCode::SUCCESS,
        (false, true) => ExitCode::FAILURE,
        (false, false) => ExitCode::from(UNDECIDED),
    })
}
