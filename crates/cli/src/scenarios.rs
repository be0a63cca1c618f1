//! `meridian scenarios`: what is built in, what of the catalog it covers, which keys there are, and the goldens.

use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::source;
use crate::words::why;
use clap::Args;
use scenario::{Covered, built_in, goldens};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// What `scenarios` takes.
#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct Arguments {
    /// List the rows of the catalog with the scenarios that show them
    #[arg(long)]
    coverage: bool,
    /// List every key of a scenario file
    #[arg(long)]
    keys: bool,
    /// Run every scenario and hold it against its golden
    #[arg(long)]
    verify: bool,
    /// Run every scenario and write its golden; only in the source tree
    #[arg(long)]
    bless: bool,
}

/// Where the goldens lie in the source tree.
const GOLDENS: &str = "scenarios/goldens";

pub(crate) fn scenarios(arguments: &Arguments, out: &mut Output) -> Exit {
    if arguments.keys {
        write!(out, "{}", scenario::help())?;
    } else if arguments.bless {
        return bless(out);
    } else if arguments.verify {
        return verify(out);
    } else if arguments.coverage {
        coverage(out)?;
    } else {
        list(out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn load(id: &str, text: &str) -> Result<scenario::Scenario, String> {
    scenario::load(text, None, None).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| format!("{id}.toml:{problem}")).collect();
        lines.join("\n")
    })
}

fn list(out: &mut Output) -> Result<(), Failure> {
    for built_in in built_in() {
        let scenario = load(built_in.id, built_in.text())?;
        writeln!(out, "{:<26}{}", built_in.id, scenario.story.title)?;
        let width = scenario.variants.iter().map(|variant| variant.id.len()).max().unwrap_or(0);
        for variant in &scenario.variants {
            writeln!(out, "  --variant {:<width$}  {}", variant.id, variant.title)?;
        }
    }
    Ok(())
}

fn coverage(out: &mut Output) -> Result<(), Failure> {
    let rows = scenario::coverage();
    for Covered { id, title, by } in &rows {
        writeln!(out, "{id:<5}{}", if by.is_empty() { "not covered".to_owned() } else { by.join(", ") })?;
        writeln!(out, "     {title}")?;
    }
    writeln!(out, "{} of {} covered", rows.iter().filter(|row| !row.by.is_empty()).count(), rows.len())?;
    Ok(())
}

fn bless(out: &mut Output) -> Exit {
    if !Path::new(GOLDENS).is_dir() {
        return Err(format!("There is no folder {GOLDENS} here: run this at the root of the source tree.").into());
    }
    for built_in in built_in() {
        // The text of the source tree counts, not the one this program was built with.
        let path = format!("scenarios/{}.toml", built_in.id);
        let text = source::read(Path::new(&path), "scenario")?;
        let outcomes = goldens::outcomes(&text).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(|problem| format!("{path}:{problem}")).collect();
            lines.join("\n")
        })?;
        let golden = format!("{GOLDENS}/{}.toml", built_in.id);
        fs::write(&golden, goldens::write(&outcomes))
            .map_err(|error| format!("{golden} cannot be written: {}", why(&error)))?;
        writeln!(out, "{golden}: {} runs", outcomes.len())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(out: &mut Output) -> Exit {
    let mut code = ExitCode::SUCCESS;
    for built_in in built_in() {
        match goldens::verify(built_in) {
            Ok(()) => writeln!(out, "{:<26}as blessed", built_in.id)?,
            Err(error) => {
                writeln!(out, "{:<26}{error}", built_in.id)?;
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}
