//! What there is to know of a way in which an attempt or an operation ends without what was asked for. The part that lets it end so has a row for
//! it; who counts, tells or draws reads the row.

pub(crate) mod table;

/// A way not to get what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The name a person reads.
    pub title: &'static str,
    /// The metric of operations that ended so.
    pub metric: &'static str,
    /// The title of that metric.
    pub counted: &'static str,
    /// How it comes to the client.
    pub how: How,
    /// Whether a write that ended so may yet take effect.
    pub in_doubt: bool,
}

/// How it comes to a client that it does not get what it asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Nothing came in time.
    Silence,
    /// It was refused, or went wrong.
    Refusal,
    /// It was told no: an answer, and no failure of the service. Trying again is of no use.
    Answer,
}

impl Failure {
    /// A refusal after which nothing is in doubt, as most are.
    pub(crate) const fn refusal(title: &'static str, metric: &'static str, counted: &'static str) -> Failure {
        Failure { title, metric, counted, how: How::Refusal, in_doubt: false }
    }
}
