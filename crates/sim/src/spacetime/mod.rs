//! What crosses space in a stretch of time: messages, from where and when they were sent to where and when they arrived or were lost;
//! operations of clients; faults. It is worked out from a replayed window of the trace, and bounded however much happened.

mod faults;
mod keeping;
mod reading;
mod seen;

pub use seen::{About, Fate, FaultTime, HowEnded, Message, Operation, SpaceTime, Stretch, Thing, Whose};

use crate::run::Run;
use engine::Span;
use protocol::Protocol;
use reading::Reader;

/// What was under way as the stretch begins is looked for so long before it, four times its length, within these bounds; so is what becomes
/// of what is under way as it ends.
const MARGIN: (Span, Span) = (Span::from_millis(500), Span::from_secs(2));

impl<P: Protocol> Run<P> {
    /// What crosses space in a stretch of time, as far as it is computed.
    pub fn space_time(&self, of: Stretch) -> SpaceTime {
        let margin = ((of.until - of.from) * 4).clamp(MARGIN.0, MARGIN.1);
        let mut reader = Reader::new(of);
        self.watch(of.from - margin, of.until + margin, &mut |event, stale| reader.see(event, stale));
        let mut seen = reader.keep(self.computed());
        seen.faults = faults::in_force(self, of.from, seen.upto);
        seen
    }
}
