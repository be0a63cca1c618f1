//! The same workload as wasm in a Node process that answers one line with one line.

use bench::Kernel;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const TARGET: &str = "wasm32-unknown-unknown";

/// Node with the benchmark's wasm loaded.
pub struct Node {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Node {
    /// Builds the wasm with the optimisation of the native program and starts Node.
    ///
    /// # Errors
    /// If either cannot be had, with the reason.
    pub fn start() -> Result<Node, String> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // A relative folder is meant from where this program was started, not from where cargo is.
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| here.join("../../target"), Into::into);
        let target = std::path::absolute(target).map_err(|error| format!("CARGO_TARGET_DIR: {error}"))?;
        let mut build = Command::new(cargo);
        build
            .args(["build", "--quiet", "--release", "--package", "bench", "--lib", "--target", TARGET, "--target-dir"])
            .arg(&target)
            .current_dir(here);
        if !build.status().is_ok_and(|status| status.success()) {
            return Err(format!("the wasm does not build (is the target there? rustup target add {TARGET})"));
        }
        let mut process = Command::new("node")
            .arg(here.join("src/node.mjs"))
            .arg(target.join(TARGET).join("release/bench.wasm"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("Node does not start: {error}"))?;
        match (process.stdin.take(), process.stdout.take()) {
            (Some(questions), Some(answers)) => Ok(Node { process, questions, answers: BufReader::new(answers) }),
            _ => Err("Node has no standard input and output".to_owned()),
        }
    }

    /// CPU seconds and the digest of a run of the workload.
    ///
    /// # Errors
    /// If Node does not answer.
    pub fn run(&mut self, kernel: Kernel, clients: u32, events: u32) -> Result<(f64, u64), String> {
        let kernel = u32::from(kernel == Kernel::Engine);
        let answer = self.ask(&format!("run {kernel} {clients} {events}"))?;
        let (seconds, digest) = answer.split_once(' ').ok_or_else(|| not_understood(&answer))?;
        Ok((seconds.parse().map_err(|_| not_understood(&answer))?, hex(digest)?))
    }

    /// The digest of every sampler and function.
    ///
    /// # Errors
    /// If Node does not answer.
    pub fn golden(&mut self, draws: u32) -> Result<u64, String> {
        let answer = self.ask(&format!("golden {draws}"))?;
        hex(answer.split_once(' ').ok_or_else(|| not_understood(&answer))?.1)
    }

    fn ask(&mut self, question: &str) -> Result<String, String> {
        let mut answer = String::new();
        writeln!(self.questions, "{question}")
            .and_then(|()| self.answers.read_line(&mut answer))
            .map_err(|error| format!("Node does not answer `{question}`: {error}"))?;
        Ok(answer.trim().to_owned())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It has nothing to save; if it is gone already, so much the better.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn hex(digits: &str) -> Result<u64, String> {
    u64::from_str_radix(digits, 16).map_err(|_| not_understood(digits))
}

fn not_understood(answer: &str) -> String {
    format!("Node answered `{answer}`, which is not what was asked")
}
