//! The page's module in two: what runs first, and what comes later.
//!
//! The cut has to be made between the compiler and wasm-bindgen, both of which Trunk starts. So Trunk is given this very
//! program under the name of wasm-bindgen, which cuts the module and then hands what runs first to the real one.

use crate::shell::{self, root};
use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the real wasm-bindgen is, for the program under its name.
const REAL: &str = "MERIDIAN_WASM_BINDGEN";
/// What the tool that cuts calls the part that comes later, as the page's source does, and the script that loads it.
const LATER: &str = "split_later.wasm";
const LOADER: &str = "__wasm_split.js";

/// Where the parts lie until the page is put together.
fn folder() -> PathBuf {
    root().join("target/split")
}

/// Whether this program was started as wasm-bindgen.
pub(crate) fn is_bindgen() -> bool {
    let name = env::args_os().next().map(PathBuf::from);
    name.as_deref().and_then(Path::file_stem).is_some_and(|name| name == "wasm-bindgen")
}

/// Trunk, so that it builds the page in two parts.
pub(crate) fn trunk(arguments: &[&str]) -> Result<Command> {
    let programs = folder().join("bin");
    fs::create_dir_all(&programs).with_context(|| format!("cannot make {}", programs.display()))?;
    // What an earlier build left is not taken for what this one makes.
    for part in [LATER, LOADER] {
        let _ = fs::remove_file(folder().join(part));
    }
    let stand_in = programs.join(format!("wasm-bindgen{}", env::consts::EXE_SUFFIX));
    let _ = fs::remove_file(&stand_in);
    let this = env::current_exe().context("this program does not know where it is")?;
    fs::copy(&this, &stand_in).with_context(|| format!("cannot copy this program to {}", stand_in.display()))?;
    let real = shell::find("wasm-bindgen").context("wasm-bindgen is not here")?;
    let path = env::var_os("PATH").unwrap_or_default();
    let tools = shell::tools_folder().join("bin");
    let path = env::join_paths([programs, tools].into_iter().chain(env::split_paths(&path)))?;
    let mut trunk = shell::command("trunk", arguments)?;
    trunk.args(["--features", "split"]).env("PATH", path).env(REAL, real);
    Ok(trunk)
}

/// What wasm-bindgen is asked for, with the module cut in two before. Other questions are passed on as they are.
pub(crate) fn bindgen() -> Result<()> {
    let mut arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let text = |argument: &OsString| argument.to_string_lossy().into_owned();
    let module = arguments.iter().position(|argument| text(argument).ends_with(".wasm"));
    let name = arguments.iter().find_map(|argument| text(argument).strip_prefix("--out-name=").map(str::to_owned));
    let name = name.or_else(|| {
        let place = arguments.iter().position(|argument| argument == "--out-name")?;
        arguments.get(place + 1).map(text)
    });
    if let (Some(place), Some(name)) = (module, name) {
        let mut cut = shell::command("wasm-split-cli", &["--target", "web", "--out-name", &name])?;
        cut.arg(&arguments[place]).arg(folder());
        shell::run(cut)?;
        mark(&folder().join(format!("{name}.wasm")), &folder().join(LATER))?;
        arguments[place] = folder().join(format!("{name}.wasm")).into();
        // What comes later finds the memory and the table of what runs first by their names.
        arguments.push("--keep-lld-exports".into());
    }
    let mut real = Command::new(env::var_os(REAL).context("wasm-bindgen is not here")?);
    real.args(arguments);
    shell::run(real)
}

/// Writes into what runs first of which bytes the rest is, so that Trunk gives it another name when only the rest changes. It is a
/// custom section, which is taken out again before the page is sent.
fn mark(first: &Path, later: &Path) -> Result<()> {
    let mut hasher = DefaultHasher::new();
    fs::read(later).with_context(|| format!("cannot read {}", later.display()))?.hash(&mut hasher);
    let mut module = fs::read(first).with_context(|| format!("cannot read {}", first.display()))?;
    module.extend_from_slice(b"\0\x0e\x05later");
    module.extend_from_slice(&hasher.finish().to_le_bytes());
    fs::write(first, module).with_context(|| format!("cannot write {}", first.display()))
}

/// The text with a part of it replaced, which must be there.
fn replaced(text: &str, part: &str, by: &str) -> Result<String> {
    if !text.contains(part) {
        bail!("what cuts the module or wasm-bindgen writes its script in another way now: there is no `{part}` in it");
    }
    Ok(text.replace(part, by))
}

/// Puts what comes later beside what runs first, under names that change with what they hold.
pub(crate) fn join(page: &Path) -> Result<()> {
    let main = fs::read_dir(page).with_context(|| format!("cannot read {}", page.display()))?;
    let mut main = main.filter_map(|entry| Some(entry.ok()?.path()));
    let main = main
        .find(|file| file.extension().is_some_and(|it| it == "js") && !file.to_string_lossy().ends_with("-later.js"))
        .context("the page has no script")?;
    let stem = main.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (later, loader) = (format!("{stem}-later.wasm"), format!("{stem}-later.js"));
    let copied = fs::copy(folder().join(LATER), page.join(&later));
    copied.with_context(|| format!("the page was not cut in two: there is no {LATER}"))?;
    // The loader takes what it shares from the very script that the page has loaded, and the module from any server, whatever type that says it has.
    let script = replaced(&read(&folder().join(LOADER))?, LATER, &later)?;
    let script = replaced(&script, "./web.js", &format!("./{stem}.js"))?;
    let streams = "WebAssembly.instantiateStreaming(src, imports)";
    let script = replaced(&script, streams, "WebAssembly.instantiate(await (await src).arrayBuffer(), imports)")?;
    write(&page.join(&loader), &script)?;
    // Only where it is loaded from changes; the module knows it by its first name.
    let from = |name: &str| format!("from \"./{name}\"");
    write(&main, &replaced(&read(&main)?, &from(LOADER), &from(&loader))?)
}

/// Whether a file of the page is loaded once that runs.
pub(crate) fn comes_later(name: &str) -> bool {
    name.ends_with("-later.wasm")
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn write(file: &Path, content: &str) -> Result<()> {
    fs::write(file, content).with_context(|| format!("cannot write {}", file.display()))
}
