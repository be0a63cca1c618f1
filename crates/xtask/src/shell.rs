//! Starting other programs: what is run is shown, and a failure says which command failed.

use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("xtask lives in crates/xtask").to_path_buf()
}

/// Where the project keeps the tools it installed for itself.
pub(crate) fn tools_folder() -> PathBuf {
    root().join(".tools")
}

/// PATH with the project's own tools in front.
fn path_with_tools() -> Result<OsString> {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let folders = [tools_folder().join("bin")].into_iter().chain(env::split_paths(&inherited));
    env::join_paths(folders).context("a folder of PATH holds a character that PATH cannot hold")
}

/// A command that runs in the root of the workspace and finds the project's own tools first.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Result<Command> {
    let path = path_with_tools()?;
    // The child's PATH is not used to find the child itself, so the program is looked up here.
    let found = find(program).map_or_else(|| program.into(), PathBuf::into_os_string);
    let mut command = Command::new(found);
    command.args(arguments).current_dir(root()).env("PATH", path);
    Ok(command)
}

/// Cargo, with the arguments given.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command> {
    command(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()), arguments)
}

/// Shows the command, runs it with its output on the terminal, and fails if it fails.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let line = describe(&command);
    eprintln!("\n$ {line}");
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("`{line}` could not be started"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// What the program prints, or nothing if it cannot be started or fails. For asking a tool about itself.
pub(crate) fn ask(program: &str, arguments: &[&str]) -> Option<String> {
    answer(command(program, arguments).ok()?)
}

/// What the command prints, or nothing if it cannot be started or fails.
pub(crate) fn answer(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The program's full path, from the project's own tools or from PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    if Path::new(program).is_absolute() {
        return Some(PathBuf::from(program)).filter(|path| path.is_file());
    }
    let path = path_with_tools().ok()?;
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
