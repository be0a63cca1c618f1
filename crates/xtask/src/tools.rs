//! Getting what a fresh machine lacks. A tool that is there at the right version is used as it is. What cannot be got is said in
//! one sentence that tells what to install.

mod browser;

pub(crate) use browser::{Browser, browser};

use crate::shell::{answer, ask, cargo, command, find, root, run, tools_folder};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// The target the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// 0.22 needs a newer Rust than the workspace.
const TRUNK_VERSION: &str = "0.21.14";

/// What cuts the page's module in two, of the version that the framework's macro is made for.
const SPLITTER: &str = "wasm-split-cli";
const SPLITTER_VERSION: &str = "0.2.4";

/// The oldest Node that runs the tests: 18, which Debian 12 and Ubuntu 24.04 carry, crashes on tables of references.
const NODE_AT_LEAST: u32 = 20;

/// The Node that is put into .tools/ where there is none or an older one.
const NODE_VERSION: &str = "20.20.2";

/// What building the page needs.
pub(crate) fn for_building() -> Result<()> {
    wasm_target()?;
    wasm_bindgen()?;
    trunk()
}

/// What making the page as it is sent needs.
pub(crate) fn for_sending() -> Result<()> {
    for_building()?;
    // It cannot say its version, so the folder says which one was put there.
    let is_here = find(SPLITTER).is_some_and(|tool| tool.starts_with(tools_folder()));
    let known = std::fs::read_to_string(tools_folder().join(".crates.toml")).unwrap_or_default();
    let wanted = format!("\"wasm_split_cli_support {SPLITTER_VERSION} ");
    if is_here && known.contains(&wanted) {
        return Ok(());
    }
    build(SPLITTER, "wasm_split_cli_support", SPLITTER_VERSION, &["--features", "build-binary"])
}

/// The wasm target of the Rust in use.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot =
        ask("rustc", &["--print", "sysroot"]).context("`rustc --print sysroot` failed: is Rust installed?")?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    if find("rustup").is_none() {
        bail!(
            "this Rust has no target {WASM} and there is no rustup to add it: install the target, then run this again"
        );
    }
    run(command("rustup", &["target", "add", WASM])?)
}

/// What formats and lints, which a minimal installation of Rust lacks.
pub(crate) fn components() -> Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        let is_here = || Ok::<_, anyhow::Error>(answer(cargo(&[subcommand, "--version"])?).is_some());
        if is_here()? {
            continue;
        }
        if find("rustup").is_some() {
            attempt(command("rustup", &["component", "add", component])?);
        }
        if !is_here()? {
            bail!(
                "this Rust has no `cargo {subcommand}` and it could not be added from here: install the component {component}, \
                 with rustup by `rustup component add {component}`, then run this again"
            );
        }
    }
    Ok(())
}

/// The generator of the JavaScript side, which must be exactly as old as the crate in the lock file.
pub(crate) fn wasm_bindgen() -> Result<()> {
    let version = locked_version("wasm-bindgen")?;
    install("wasm-bindgen", "wasm-bindgen-cli", &version)
}

/// The bundler.
fn trunk() -> Result<()> {
    install("trunk", "trunk", TRUNK_VERSION)
}

fn install(program: &str, package: &str, version: &str) -> Result<()> {
    let wanted = format!("{program} {version}");
    if ask(program, &["--version"]).is_some_and(|answer| answer.starts_with(&wanted)) {
        return Ok(());
    }
    build(program, package, version, &[])
}

/// Compiles a tool into the project's own folder.
fn build(program: &str, package: &str, version: &str, more: &[&str]) -> Result<()> {
    eprintln!("\n{program} {version} is not here: building it once, into .tools/ (a few minutes)");
    let folder = tools_folder();
    let folder = folder.to_str().context("the path of the workspace is not valid Unicode")?;
    let mut install = cargo(&["install", "--locked", "--version", version, "--root", folder, package])?;
    install.args(more);
    // Both packages ask for whole-program optimisation, which quadruples the wait and gains these tools nothing.
    install.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    // Tools are for this machine, whatever the workspace is being compiled for.
    install.env_remove("CARGO_BUILD_TARGET");
    run(install)
}

/// The version of a package in the lock file.
fn locked_version(package: &str) -> Result<String> {
    let path = root().join("Cargo.lock");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    version_in_lock(&text, package).with_context(|| format!("Cargo.lock names no version of `{package}`"))
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let after_name = lock.lines().skip_while(|line| *line != name).nth(1)?;
    Some(after_name.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

/// Node, in which the wasm build must give the same digests as in the browser: from PATH, else by npm into .tools/.
pub(crate) fn node() -> Result<()> {
    if has_node() {
        return Ok(());
    }
    if find("npm").is_none() {
        apt_install(&["nodejs", "npm"])?;
    }
    if !has_node() && find("npm").is_some() {
        eprintln!("\nNode.js {NODE_AT_LEAST} or newer is not here: putting {NODE_VERSION} into .tools/");
        let folder = tools_folder();
        let folder = folder.to_str().context("the path of the workspace is not valid Unicode")?;
        let package = format!("node@{NODE_VERSION}");
        attempt(command("npm", &["install", "--global", "--no-fund", "--no-audit", "--prefix", folder, &package])?);
    }
    if !has_node() {
        bail!(
            "the wasm tests need Node.js {NODE_AT_LEAST} or newer on PATH, and it could not be installed from here: \
             install it, then run this again"
        );
    }
    Ok(())
}

fn has_node() -> bool {
    let major = ask("node", &["--version"]).and_then(|answer| major_version(&answer));
    major.is_some_and(|major| major >= NODE_AT_LEAST)
}

/// The 20 of v20.20.2.
fn major_version(answer: &str) -> Option<u32> {
    answer.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs packages if this machine has apt and lets us use it. Whether they are there then is for the caller to see, who
/// knows what to say if not.
fn apt_install(packages: &[&str]) -> Result<()> {
    if find("apt-get").is_none() {
        return Ok(());
    }
    let is_root = ask("id", &["-u"]).is_some_and(|id| id == "0");
    if !is_root && ask("sudo", &["-n", "true"]).is_none() {
        return Ok(());
    }
    let apt = |arguments: &[&str]| {
        let prefix: &[&str] = if is_root { &[] } else { &["sudo", "-n"] };
        let fixed = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
        let words: Vec<&str> = prefix.iter().chain(&fixed).chain(arguments).copied().collect();
        command(words[0], &words[1..])
    };
    // One archive out of reach does not mean that the packages are.
    attempt(apt(&["update"])?);
    attempt(apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())?);
    Ok(())
}

/// Runs a command that may fail without that being the end; why it did is told.
fn attempt(command: std::process::Command) {
    if let Err(error) = run(command) {
        eprintln!("{error:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::{major_version, version_in_lock};

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n\n\
                        [[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n";

    #[test]
    fn the_locked_version_is_that_of_the_package_of_exactly_this_name() {
        assert_eq!(version_in_lock(LOCK, "wasm-bindgen").as_deref(), Some("0.2.129"));
        assert_eq!(version_in_lock(LOCK, "wasm-bindgen-macro").as_deref(), Some("0.2.1"));
        assert_eq!(version_in_lock(LOCK, "wasm"), None);
    }

    #[test]
    fn nodes_version_is_understood_as_node_prints_it() {
        assert_eq!(major_version("v18.20.4"), Some(18));
        assert_eq!(major_version("v20.20.2"), Some(20));
        assert_eq!(major_version("node 20"), None);
    }
}
