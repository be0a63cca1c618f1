//! `meridian check`: decide a history that somebody else recorded.

use check::{Finding, KeyReport, Model, check_edn};
use clap::Args;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `check` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A history in EDN: one map for each event, with :process, :type (:invoke, :ok, :fail, :info), :f and :value
    file: PathBuf,
    /// What the operations act on: register, cas-register or kv
    #[arg(long)]
    model: Model,
}

pub(crate) fn check(arguments: &Arguments) -> crate::Outcome {
    let name = arguments.file.display();
    let text = fs::read_to_string(&arguments.file).map_err(|error| format!("{name}: {error}"))?;
    let report = check_edn(&text, arguments.model).map_err(|error| format!("{name}: {error}"))?;
    report.keys.iter().for_each(print_key);
    let verdict = if report.is_linearizable() { "linearizable" } else { "not linearizable" };
    println!("{name}: {verdict} as {}", report.model);
    Ok(if report.is_linearizable() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_key(report: &KeyReport) {
    let KeyReport { key, operations, finding } = report;
    match finding {
        Finding::Linearizable => println!("key {key}: linearizable, {operations} operations"),
        Finding::Undecided { reason } => println!("key {key}: undecided, {reason}"),
        Finding::NotLinearizable { explanation, witness } => {
            println!("key {key}: not linearizable. {explanation}");
            witness.iter().for_each(|line| println!("  {line}"));
        }
    }
}
