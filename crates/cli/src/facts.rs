//! `meridian facts`: whether two runs, written by `meridian run --facts`, are the same but for the order within an instant.

use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::source;
use crate::words::why;
use clap::Args;
use scenario::{Difference, difference, is_record, write_facts};
use sim::Run;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `facts` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// What was written of one run
    first: PathBuf,
    /// What was written of the other
    second: PathBuf,
}

/// So many facts are told of an instant.
const TOLD: usize = 10;

pub(crate) fn facts(arguments: &Arguments, out: &mut Output) -> Exit {
    let read = |path: &Path| {
        let text = source::read(path, "facts")?;
        if !is_record(&text) {
            let message = "is no whole record of a run: write it with `meridian run SCENARIO --facts FILE`";
            return Err(format!("{} {message}", path.display()).into());
        }
        Ok::<String, Failure>(text)
    };
    let (first, second) = (read(&arguments.first)?, read(&arguments.second)?);
    let Some(Difference { at, first, second }) = difference(&first, &second) else {
        writeln!(out, "At each instant the same facts, and overall the same metrics.")?;
        return Ok(ExitCode::SUCCESS);
    };
    writeln!(out, "They first differ at {at}:")?;
    for (path, told) in [(&arguments.first, first), (&arguments.second, second)] {
        writeln!(out, "only in {}: {}", path.display(), told.len())?;
        for fact in told.iter().take(TOLD) {
            writeln!(out, "  {fact}")?;
        }
    }
    Ok(ExitCode::FAILURE)
}

/// Write what happened in a run into a file.
///
/// # Errors
/// That the file cannot be written.
pub(crate) fn write(run: &Run<protocols::Any>, path: &Path) -> Result<(), String> {
    let written = File::create(path).and_then(|file| {
        let mut file = BufWriter::new(file);
        write_facts(run, &mut file)?;
        file.flush()
    });
    written.map_err(|error| format!("{} cannot be written: {}", path.display(), why(&error)))
}
