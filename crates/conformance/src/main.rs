//! `cargo xtask conformance`: as many plans as one likes, on every protocol.
//!
//! `--plans 10000` is how many for each protocol, `--protocol ID` one protocol only, `--seed 1` where they come from, `--from 0`
//! the number of the first.

use conformance::{Search, Tally, search};
use protocols::{Any, PROTOCOLS};
use std::process::ExitCode;

/// More failures than a person reads.
const FAILURES_MAX: usize = 10;

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("conformance: {reason}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    search: Search,
    protocol: Option<String>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let search = Search { seed: 1, from: 0, plans: 10_000, failures_at_most: FAILURES_MAX };
        let mut options = Options { search, protocol: None };
        while let Some(argument) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("`{argument}` wants something after it"))?;
            let number = || value.parse().map_err(|_| format!("`{argument}` wants a whole number, not `{value}`"));
            match argument.as_str() {
                "--plans" => options.search.plans = number()?,
                "--from" => options.search.from = number()?,
                "--seed" => options.search.seed = number()?,
                "--protocol" if PROTOCOLS.iter().any(|offer| offer.info.id == value) => options.protocol = Some(value),
                "--protocol" => {
                    let known: Vec<&str> = PROTOCOLS.iter().map(|offer| offer.info.id).collect();
                    return Err(format!("there is no protocol `{value}`; there are {}", known.join(", ")));
                }
                _ => {
                    return Err(format!("there are --plans N, --protocol ID, --seed N and --from N, not `{argument}`"));
                }
            }
        }
        Ok(options)
    }
}

fn run(options: &Options) -> Result<(), String> {
    // What panics is caught, made smaller by panicking often, and told once.
    std::panic::set_hook(Box::new(|_| {}));
    let mut failed = 0;
    let chosen = |id: &str| options.protocol.as_deref().is_none_or(|chosen| chosen == id);
    for offer in PROTOCOLS.iter().filter(|offer| chosen(offer.info.id)) {
        let Tally { plans, events, statements, found } = search::<Any>(offer, options.search);
        println!("{}: {plans} plans, {events} events", offer.info.id);
        for (statement, count) in statements {
            println!("  {count:>6} × {statement}");
        }
        for found in &found {
            println!("\n{found}");
        }
        failed += found.len();
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} plans failed")) }
}
