//! How a command ends.

use crate::words::why;
use std::fmt;
use std::io;
use std::process::ExitCode;

/// What a command ends with; an error is told on standard error.
pub(crate) type Exit = Result<ExitCode, Failure>;

/// Why a command could not do what it was asked for, ready to be printed.
pub(crate) struct Failure(pub(crate) String);

impl From<String> for Failure {
    fn from(message: String) -> Failure {
        Failure(message)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure(format!("cannot write the output: {}", why(&error)))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
