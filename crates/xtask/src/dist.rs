//! `cargo xtask dist`: the page as a static folder that works from any path of any web server, weighed.

use crate::shell::{self, root};
use crate::{split, tools, wasm};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// All that the page loads before it runs, compressed as a web server would send it: a page on a slow line, at a megabyte a second,
/// is there within a second.
const BUDGET_BYTES: u64 = 800_000;

/// The folder the page is built into.
pub(crate) fn folder() -> PathBuf {
    root().join("dist")
}

/// Builds the folder, prints its sizes, and fails if what is loaded before it runs is over the budget.
pub(crate) fn run() -> Result<()> {
    tools::for_sending()?;
    let build = ["build", "--skip-version-check", "--cargo-profile", "web", "--dist", "dist"];
    shell::run(split::trunk(&build)?)?;
    split::join(&folder())?;
    // The page fetches scenarios; what their runs come to only tests read.
    let goldens = folder().join("scenarios/goldens");
    fs::remove_dir_all(&goldens).with_context(|| format!("cannot remove {}", goldens.display()))?;
    let files = files_under(&folder())?;
    for file in files.iter().filter(|file| is_wasm(file)) {
        strip(file)?;
    }
    for file in files.iter().filter(|file| is_a(file, "js") || is_a(file, "css")) {
        let content = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        fs::write(file, without_comments(&content)).with_context(|| format!("cannot write {}", file.display()))?;
    }
    weigh(&files)
}

/// Makes a wasm file as lean as it can be sent. (wasm-opt would take off another 0.3 %, not worth one more tool to install.)
fn strip(file: &Path) -> Result<()> {
    let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let lean = wasm::lean(&content).with_context(|| {
        format!("{} is no complete wasm file, or holds what xtask does not know of", file.display())
    })?;
    fs::write(file, lean).with_context(|| format!("cannot write {}", file.display()))
}

/// A style sheet or the script that wasm-bindgen writes, neither of which has texts of several lines, without the comments that begin a
/// line and without indentation.
fn without_comments(text: &str) -> String {
    let (mut kept, mut within) = (String::with_capacity(text.len()), false);
    for line in text.lines() {
        let begun = line.trim();
        let comment = if within { Some(begun) } else { begun.strip_prefix("/*") };
        let left = match comment.map(|comment| comment.split_once("*/")) {
            None => begun,
            Some(Some((_, behind))) => behind.trim(),
            Some(None) => "",
        };
        within = comment.is_some_and(|comment| !comment.contains("*/"));
        if !left.is_empty() {
            kept += left;
            kept.push('\n');
        }
    }
    kept
}

fn weigh(files: &[PathBuf]) -> Result<()> {
    println!("\n{:<44} {:>10} {:>10}", "dist/", "bytes", "brotli");
    let (mut bytes, mut compressed, mut first, mut has_wasm) = (0, 0, 0, false);
    for file in files {
        let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let raw = content.len() as u64;
        let small = brotli_size(&content)?;
        let name = file.strip_prefix(folder()).unwrap_or(file).display().to_string();
        println!("{name:<44} {raw:>10} {small:>10}");
        bytes += raw;
        compressed += small;
        // A scenario's text is fetched when it is wanted.
        first += if name.starts_with("scenarios/") || split::comes_later(&name) { 0 } else { small };
        has_wasm |= is_wasm(file);
    }
    println!("{:<44} {bytes:>10} {compressed:>10}", "in all");
    println!("{:<44} {:>10} {first:>10}  budget {BUDGET_BYTES}", "before it runs", "");
    if !has_wasm {
        bail!("dist/ holds no wasm: the build did not produce the page");
    }
    if first > BUDGET_BYTES {
        bail!("the page loads {first} bytes before it runs, after brotli: over its budget of {BUDGET_BYTES}");
    }
    Ok(())
}

/// Bytes after brotli at quality 11, window 22: what `brotli -q 11` gives.
fn brotli_size(content: &[u8]) -> Result<u64> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let written = brotli::BrotliCompress(&mut &content[..], &mut std::io::sink(), &parameters)?;
    Ok(written as u64)
}

fn is_wasm(file: &Path) -> bool {
    is_a(file, "wasm")
}

fn is_a(file: &Path, kind: &str) -> bool {
    file.extension().is_some_and(|extension| extension == kind)
}

/// Every file under a folder, in the order of their names.
fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() { pending.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{brotli_size, without_comments};

    #[test]
    fn a_megabyte_of_zeros_compresses_to_next_to_nothing_and_noise_does_not() {
        assert!(brotli_size(&vec![0; 1_000_000]).unwrap() < 100);
        let mut state = 1u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(10_000)
        .collect();
        assert!(brotli_size(&noise).unwrap() > 9_000);
    }

    #[test]
    fn comments_that_begin_a_line_are_taken_out_and_nothing_else() {
        let text = "/**\n * Says so.\n */\nfunction a(b) {\n    /* one */ return b / 2 /* two */;\n\n}\n/* c */\n.d { e: f; }\n";
        let lean = "function a(b) {\nreturn b / 2 /* two */;\n}\n.d { e: f; }\n";
        assert_eq!(without_comments(text), lean);
    }
}
