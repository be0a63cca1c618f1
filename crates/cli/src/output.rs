//! Standard output, which whoever reads it may close at any time, as `head` does.

use std::io::{self, ErrorKind, StdoutLock, Write};

/// Standard output. When nobody reads it any more, what is still written is dropped: a command does all it was asked for, and
/// ends as it would have ended, whether or not somebody listens.
pub(crate) struct Output {
    standard: StdoutLock<'static>,
}

impl Output {
    pub(crate) fn new() -> Output {
        Output { standard: io::stdout().lock() }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        unless_closed(self.standard.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        unless_closed(self.standard.flush(), ())
    }
}

fn unless_closed<T>(done: io::Result<T>, dropped: T) -> io::Result<T> {
    match done {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(dropped),
        done => done,
    }
}
