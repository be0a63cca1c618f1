//! Everything counted, timed and judged, made of trace events alone.
//!
//! `recorder` looks at every event and tells the families what they listen to; `families` lists them. A family is a file: its
//! metrics, what it needs to understand the next fact, and what it makes of a second. `record` says what a family is and what
//! its numbers are made of, `metric` what a metric is and how one asks for it.
//!
//! Families: `outcomes` (whose times `latency` packs; `knowledge` what was shown of merged copies, `causes` what came before that), `ledger` (acknowledged writes; `folds` those that are everywhere),
//! `leaders`, `lag`, `load`, `links`, `breakers`, `deletions`, `amounts` (of whose changes `made` says when), `totals`, `elements` and `convergence` listen, and `answered` for pictures alone; `recovery`, `detection`, `decisions`, `conflicts` and `checks` are made of what
//! others keep.
//! `scorecard` says how they are listed. `marks`, `snapshot`, `summary` and `verdicts` tell the rest; `reach` says what of that was promised, `witness` puts
//! proofs into words, `history` hands operations to the checkers, `nothings` what was deleted.

mod absent;
mod amounts;
mod answered;
mod asked;
mod begun;
mod breaches;
mod breakers;
mod bytes;
mod causes;
mod checks;
mod conflicts;
mod convergence;
mod counts;
mod decisions;
mod deletions;
mod detection;
mod elections;
mod elements;
mod examine;
mod families;
mod folds;
mod history;
mod judging;
mod knowledge;
mod lag;
mod latency;
mod leaders;
mod ledger;
mod lineage;
mod links;
mod load;
mod made;
mod marks;
mod metric;
mod nothings;
mod outages;
mod outcomes;
mod pauses;
mod people;
mod reach;
mod record;
mod recorded;
mod recorder;
mod recovery;
mod replaced;
mod scorecard;
mod snapshot;
mod summary;
mod tape;
mod totals;
mod typed;
mod verdicts;
mod waiting;
mod window;
mod witness;

pub(crate) use answered::Answered;
pub use answered::Answers;
pub use families::{metric, metrics};
pub(crate) use ledger::Ledger;
pub use ledger::Losses;
pub use metric::{Filter, Metric, Query, Sets, Unit};
pub use outages::LONG;
pub use outcomes::SLOW;
pub(crate) use record::Facts;
pub(crate) use recorder::{Lengths, Live, Recorder};
pub use scorecard::{NOT_BY_THE_END, ScoreLine, caveat, scorecard};
pub use snapshot::Endings;
pub use summary::short_digest;
pub use typed::Told;
