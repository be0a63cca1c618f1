//! `cargo xtask serve`: build the page and serve it on this machine, rebuilding when a file changes.

use crate::shell;
use crate::tools;
use anyhow::{Context, Result, bail};

/// What the person asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    port: u16,
    release: bool,
}

impl Options {
    /// Reads `[--port N] [--release|--dev]`.
    pub(crate) fn parse(arguments: &[String]) -> Result<Options> {
        let mut options = Options { port: 8080, release: true };
        let mut rest = arguments.iter().map(String::as_str);
        while let Some(argument) = rest.next() {
            let (name, value) = argument.split_once('=').map_or((argument, None), |(name, value)| (name, Some(value)));
            match (name, value) {
                ("--port", _) => {
                    let value = value.or_else(|| rest.next()).context("`--port` wants a number after it")?;
                    let port = value.parse().ok().filter(|port| *port > 0);
                    options.port = port.with_context(|| format!("`{value}` is no port: it must be from 1 to 65535"))?;
                }
                ("--release", None) => options.release = true,
                ("--dev", None) => options.release = false,
                _ => bail!("`serve` takes --port N, --release and --dev, not `{argument}`"),
            }
        }
        Ok(options)
    }
}

/// Serves until interrupted.
pub(crate) fn run(options: &Options) -> Result<()> {
    tools::for_building()?;
    let port = options.port.to_string();
    let profile = if options.release { "web" } else { "dev" };
    eprintln!("Meridian will be at http://127.0.0.1:{port}/ once it is built; Ctrl-C ends it.");
    // A folder of its own, so that `dist` and a running server do not overwrite each other.
    let arguments =
        ["serve", "--skip-version-check", "--port", &port, "--cargo-profile", profile, "--dist", "web/dist"];
    shell::run(shell::command("trunk", &arguments)?)
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(line: &str) -> Result<Options, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn serve_listens_on_8080_with_a_release_build_unless_told_otherwise() {
        assert_eq!(parse(""), Ok(Options { port: 8080, release: true }));
        assert_eq!(parse("--port 9000 --dev"), Ok(Options { port: 9000, release: false }));
        assert_eq!(parse("--port=9000 --release"), Ok(Options { port: 9000, release: true }));
    }

    #[test]
    fn serve_says_what_would_be_right() {
        assert!(parse("--port").unwrap_err().contains("wants a number"));
        assert!(parse("--port 0").unwrap_err().contains("from 1 to 65535"));
        assert!(parse("--port x").unwrap_err().contains("`x` is no port"));
        assert!(parse("--fast").unwrap_err().contains("--release and --dev, not `--fast`"));
    }
}
