//! `meridian`: run a scenario or a link, decide a history, list the scenarios. It prints; all it knows comes from the crates
//! below. Start reading at [`run`].

mod check;
mod run;
mod scenarios;
mod source;
mod words;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A simulator of systems that span regions.
#[derive(Parser)]
#[command(name = "meridian", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a scenario and say what came of it. Ends with 0 only if every expectation holds.
    Run(run::Arguments),
    /// Decide whether a recorded history is linearizable. Ends with 0 only if it is.
    Check(check::Arguments),
    /// List the built-in scenarios.
    Scenarios(scenarios::Arguments),
}

/// What a command ends with; an error is told on standard error.
type Outcome = Result<ExitCode, String>;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Scenarios(arguments) => scenarios::scenarios(&arguments),
    };
    outcome.unwrap_or_else(|message| {
        eprintln!("{message}");
        ExitCode::from(2)
    })
}
