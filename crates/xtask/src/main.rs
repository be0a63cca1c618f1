//! The project's front door: `cargo xtask` serves the page, runs every test, checks the architecture, measures.
//!
//! The only place that knows how tools are installed ([`tools`]). It knows nothing of the simulator: it starts other
//! programs and reads files. Each command is one file.

mod bench;
mod ci;
mod conformance;
mod dist;
mod fuzz;
mod pbs;
mod serve;
mod shell;
mod shots;
mod split;
mod test;
mod tidy;
mod tools;
mod wasm;

use anyhow::{Result, bail};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  serve [--port 8080] [--release|--dev]   build the page and serve it; --release is the default
  test                                    every test: native, wasm in Chromium and in Node, end to end
  ci                                      format, lints, tidy, and everything `test` runs
  tidy                                    the architecture invariants
  dist                                    the page as a static folder, dist/, for any path of any web server
  shots                                   screenshots of the page, and the picture in the README
  fuzz [--seconds 60]                     damaged scenarios, links and histories give a value or a clear error
  conformance [--plans 10000] [--protocol ID] [--seed 1] [--from 0]
                                          random plans on every protocol, held against what must always be so
  pbs                                     the published latencies and staleness of quorums, two million trials a row
  bench                                   the speed of kernel, world, checker and page, held against its budgets

What a command needs and does not find it gets first: the wasm target, rustfmt and clippy by rustup, trunk, wasm-bindgen and wasm-split-cli
into .tools/,
Chromium and its driver by apt where that is possible, Node.js by apt or npm.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = if split::is_bindgen() { split::bindgen() } else { dispatch(&arguments) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{USAGE}");
        return Ok(());
    };
    let without_arguments = |run: fn() -> Result<()>| match rest {
        [] => run(),
        [unexpected, ..] => {
            bail!("`{command}` takes no arguments, so `{unexpected}` means nothing to it")
        }
    };
    match command.as_str() {
        "serve" => serve::run(&serve::Options::parse(rest)?),
        "test" => without_arguments(test::run),
        "ci" => without_arguments(ci::run),
        "tidy" => without_arguments(tidy::run),
        "dist" => without_arguments(dist::run),
        "shots" => without_arguments(shots::run),
        "fuzz" => fuzz::run(rest),
        "conformance" => conformance::run(rest),
        "pbs" => without_arguments(pbs::run),
        "bench" => without_arguments(bench::run),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        unknown => bail!("there is no command `{unknown}`\n\n{USAGE}"),
    }
}
