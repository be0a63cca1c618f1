//! Every way not to get what was asked for: one line each.

use super::{Failure, How};
use crate::data::failures as data;
use crate::services::failures as services;
use crate::users::failures as users;
use serde::{Deserialize, Serialize};

/// Writes the list: the number by which digests know each, its name, its row.
macro_rules! failures {
    ($($number:literal $Kind:ident: $row:expr),+ $(,)?) => {
        /// Why an attempt or a whole operation failed, as its client sees it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "u8", try_from = "u8")]
        #[expect(missing_docs, reason = "each is told by its row")]
        pub enum ErrorKind { $($Kind = $number),+ }

        impl ErrorKind {
            /// All, in the order of the scorecard.
            pub const ALL: [ErrorKind; [$($number),+].len()] = [$(ErrorKind::$Kind),+];

            /// What there is to know of it.
            pub const fn row(self) -> &'static Failure {
                match self { $(ErrorKind::$Kind => const { &$row }),+ }
            }
        }
    };
}

// In the order of the scorecard, which is that of the digest of metrics in goldens. A new one takes the next number.
failures! {
    0 Timeout: users::TIMEOUT,
    1 Overloaded: services::OVERLOADED,
    2 NoLeader: data::NO_LEADER,
    6 NoLease: data::NO_LEASE,
    7 HandingOver: data::HANDING_OVER,
    8 Unsettled: data::UNSETTLED,
    9 Astray: services::ASTRAY,
    10 NoQuorum: data::NO_QUORUM,
    3 ServerError: services::SERVER_ERROR,
    5 HeldBack: users::HELD_BACK,
    11 Declined: data::DECLINED,
    4 Unknown: data::UNKNOWN,
}

impl ErrorKind {
    /// The name a person reads.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// Whether it is an answer all the same.
    pub(crate) fn is_answer(self) -> bool {
        self.row().how == How::Answer
    }
}

impl From<ErrorKind> for u8 {
    fn from(kind: ErrorKind) -> u8 {
        kind as u8
    }
}

impl TryFrom<u8> for ErrorKind {
    type Error = String;

    fn try_from(number: u8) -> Result<ErrorKind, String> {
        let found = ErrorKind::ALL.into_iter().find(|kind| *kind as u8 == number);
        found.ok_or_else(|| format!("{number} is no kind of error"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_numbers_are_those_of_a_table_and_every_row_says_something_else() {
        let numbers: BTreeSet<usize> = ErrorKind::ALL.iter().map(|kind| *kind as usize).collect();
        assert_eq!(numbers, (0..ErrorKind::ALL.len()).collect());
        let rows = ErrorKind::ALL.map(ErrorKind::row);
        for column in [|row: &Failure| row.title, |row: &Failure| row.metric, |row: &Failure| row.counted] {
            assert_eq!(rows.iter().map(|row| column(row)).collect::<BTreeSet<_>>().len(), rows.len());
        }
    }

    #[test]
    fn a_kind_is_read_back_by_its_number() {
        for kind in ErrorKind::ALL {
            assert_eq!(ErrorKind::try_from(u8::from(kind)), Ok(kind));
        }
        assert!(ErrorKind::try_from(ErrorKind::ALL.len() as u8).is_err());
    }
}
