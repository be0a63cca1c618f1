//! `meridian check`: decide a history that somebody else recorded.

use crate::exit::Exit;
use crate::output::Output;
use crate::source;
use check::{Asked, Initial, Model, check_text, recognise};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `check` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A history in EDN or JSON (- is standard input), in the order in which it happened: one map for each event, in one list or one after the other (JSON
    /// lines), with process, type (invoke, ok, fail, info: outcome unknown), f, value and, where there are several objects, key or
    /// [key value] as value. Values of registers are numbers, strings or keywords. Of values of a type f is what scenarios say (add, sell, claim, ...) and value how many or
    /// which, or a map with value, by (who asks), for (how long a reservation holds, in nanoseconds) and change (its number); what is declined is answered :declined
    file: PathBuf,
    /// What the operations act on: register, cas-register, kv, counter, max-counter, set, cart, two-phase-set, stock, account, name, feed or ledger; may be left out where
    /// the operations are those of only one
    #[arg(long)]
    model: Option<Model>,
    /// What every object holds before anything is done, as histories write values: 0, '"a"', :a; without this nothing (nil), of kv the
    /// empty string, of a counter, stock, account or each account of a ledger 0
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    initial: Option<String>,
    /// Give up on a key after looking at so many configurations of it; without this the answer is exact, however long it takes
    #[arg(long, value_name = "CONFIGURATIONS", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..))]
    budget: Option<u64>,
}

/// What an undecided history ends with: neither a yes nor a no, nor an error.
const UNDECIDED: u8 = 3;
/// What a history ends with in which no operation succeeded, so that there is nothing to decide.
const EMPTY: u8 = 4;

pub(crate) fn check(arguments: &Arguments, out: &mut Output) -> Exit {
    let name = source::name(&arguments.file);
    let text = source::read(&arguments.file, "history")?;
    let model = match arguments.model {
        Some(model) => model,
        None => recognise(&text).map_err(|error| format!("{name}: {error}"))?,
    };
    let initial = arguments.initial.as_deref().map(|value| Initial::read(value, model)).transpose();
    let initial = initial.map_err(|error| format!("--initial: {error}"))?.unwrap_or_default();
    let asked = Asked { initial, budget: arguments.budget };
    let report = check_text(&text, model, &asked).map_err(|error| format!("{name}: {error}"))?;
    writeln!(out, "{name}: {report}")?;
    Ok(match () {
        () if report.is_violated() => ExitCode::FAILURE,
        () if report.is_empty() => ExitCode::from(EMPTY),
        () if report.is_linearizable() => ExitCode::SUCCESS,
        () => ExitCode::from(UNDECIDED),
    })
}
