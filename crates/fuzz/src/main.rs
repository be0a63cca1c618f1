//! `cargo xtask fuzz`: damaged inputs for as long as one likes.
//!
//! `--seconds 60` is how long, `--from 0` the number of the first case, `--case N` repeats a single one.

#![expect(clippy::disallowed_methods, reason = "how long to go on is a matter of real time")]

use fuzz::{Fuzzer, Outcome};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| fuzz(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("fuzz: {reason}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    time: Duration,
    from: u64,
    single: bool,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options = Options { time: Duration::from_secs(60), from: 0, single: false };
        while let Some(argument) = arguments.next() {
            let value = arguments.next().and_then(|value| value.parse::<u64>().ok());
            let value = value.ok_or_else(|| format!("`{argument}` wants a whole number after it"));
            match argument.as_str() {
                "--seconds" => options.time = Duration::from_secs(value?),
                "--from" => options.from = value?,
                "--case" => (options.from, options.single) = (value?, true),
                _ => return Err(format!("there are --seconds N, --from N and --case N, not `{argument}`")),
            }
        }
        Ok(options)
    }
}

fn fuzz(options: &Options) -> Result<(), String> {
    let fuzzer = Fuzzer::new().map_err(|error| format!("tests/histories: {error}"))?;
    let begun = Instant::now();
    let (mut failed, mut accepted, mut number) = (0u64, 0u64, options.from);
    // What a case that never ends, or takes all memory, was given.
    let current = std::env::temp_dir().join(format!("meridian-fuzz-{}", std::process::id()));
    loop {
        let case = fuzzer.case(number);
        note(&current, &case.to_string())?;
        match case.run() {
            Ok(outcome) => accepted += u64::from(outcome == Outcome::Accepted),
            Err(reason) => {
                failed += 1;
                println!("{reason}\n{case}\nrepeat it with: cargo xtask fuzz --case {number}\n");
            }
        }
        if options.single {
            println!("{case}");
        }
        number += 1;
        if options.single || begun.elapsed() >= options.time {
            break;
        }
    }
    std::fs::remove_file(&current).map_err(|error| format!("{}: {error}", current.display()))?;
    let cases = number - options.from;
    println!("{cases} cases from {}: {accepted} accepted, {failed} failed", options.from);
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of {cases} cases failed")) }
}

fn note(current: &PathBuf, case: &str) -> Result<(), String> {
    std::fs::write(current, case).map_err(|error| format!("{}: {error}", current.display()))
}
