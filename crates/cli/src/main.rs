//! `meridian`: run a scenario or a link, decide a history, list the scenarios. It prints; all it knows comes from the crates
//! below. Start reading at [`run`].

// What is printed goes through [`output`], which survives that nobody reads it.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod check;
mod compare;
mod exit;
mod facts;
mod history;
mod output;
mod run;
mod scenarios;
mod source;
mod told;
mod words;

use clap::{Parser, Subcommand};
use exit::Failure;
use output::Output;
use std::io::{self, Write};
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
    /// Run a scenario and say what came of it. Ends with 0 if every expectation and every promise holds, with 1 if not, with 2 if there is
    /// nothing to run.
    Run(run::Arguments),
    /// Decide whether a recorded history is linearizable. Ends with 0 if it is, with 1 if it is not, with 3 if the budget did not
    /// suffice to tell, with 4 if no operation in it succeeded, so that there is nothing to decide.
    Check(check::Arguments),
    /// Compare two runs by what `run --facts` wrote of them: at each instant the same facts in whatever order, and overall the same metrics.
    /// Ends with 0 if so, with 1 if not.
    Facts(facts::Arguments),
    /// Compare two runs: what is set otherwise, until when they are the same, and what came of both. Ends with 0 if they come to the same
    /// digest, with 1 if not, with 2 if there is nothing to run.
    Compare(compare::Arguments),
    /// List the built-in scenarios.
    Scenarios(scenarios::Arguments),
}

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let mut out = Output::new();
    let outcome = match command {
        Command::Run(arguments) => run::run(&arguments, &mut out),
        Command::Check(arguments) => check::check(&arguments, &mut out),
        Command::Facts(arguments) => facts::facts(&arguments, &mut out),
        Command::Compare(arguments) => compare::compare(&arguments, &mut out),
        Command::Scenarios(arguments) => scenarios::scenarios(&arguments, &mut out),
    };
    let outcome = outcome.and_then(|code| out.flush().map(|()| code).map_err(Failure::from));
    outcome.unwrap_or_else(|failure| {
        // If nobody reads that either, the code still says it.
        let _ = writeln!(io::stderr(), "{failure}");
        ExitCode::from(2)
    })
}
