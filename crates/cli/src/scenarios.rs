//! `meridian scenarios`: what is built in, what of the catalog it covers, which keys there are, and the goldens.

use crate::Failure;
use crate::output::Output;
use crate::source;
use crate::words::why;
use clap::Args;
use scenario::{built_in, goldens};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// What `scenarios` takes.
#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct Arguments {
    /// List the ids of the catalog with the scenarios that show them
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

/// The mechanisms of the catalog, by letter and highest number.
const CATALOG: [(&str, u32); 8] = [("R", 16), ("C", 6), ("D", 12), ("T", 10), ("F", 22), ("S", 38), ("E", 8), ("N", 9)];

pub(crate) fn scenarios(arguments: &Arguments, out: &mut Output) -> crate::Outcome {
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
        let scenario = load(built_in.id, built_in.text)?;
        writeln!(out, "{:<26}{}", built_in.id, scenario.story.title)?;
        let width = scenario.variants.iter().map(|variant| variant.id.len()).max().unwrap_or(0);
        for variant in &scenario.variants {
            writeln!(out, "  --variant {:<width$}  {}", variant.id, variant.title)?;
        }
    }
    Ok(())
}

fn coverage(out: &mut Output) -> Result<(), Failure> {
    let mut covered: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for built_in in built_in() {
        for id in load(built_in.id, built_in.text)?.covers {
            covered.entry(id).or_default().push(built_in.id);
        }
    }
    let ids = CATALOG.iter().flat_map(|(letter, last)| (1..=*last).map(move |number| format!("{letter}{number}")));
    let (mut shown, mut all) = (0, 0);
    for id in ids {
        let scenarios = covered.get(&id).map(|scenarios| scenarios.join(", ")).unwrap_or_default();
        all += 1;
        shown += usize::from(!scenarios.is_empty());
        writeln!(out, "{id:<5}{}", if scenarios.is_empty() { "not covered" } else { scenarios.as_str() })?;
    }
    writeln!(out, "{shown} of {all} covered")?;
    let known = |id: &&String| {
        CATALOG.iter().any(|(letter, last)| (1..=*last).any(|number| **id == format!("{letter}{number}")))
    };
    match covered.keys().find(|id| !known(id)) {
        Some(id) => Err(format!("The catalog has no {id}, which {} claims to cover.", covered[id].join(", ")).into()),
        None => Ok(()),
    }
}

fn bless(out: &mut Output) -> crate::Outcome {
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

fn verify(out: &mut Output) -> crate::Outcome {
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
