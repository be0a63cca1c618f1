//! Which elements the keys of replicas hold, where nobody leads: stated when it changes, since no fact of a replica says it.

use super::Data;
use super::said::Fact;
use crate::cx::Cx;
use protocol::Protocol;

impl<P: Protocol> Data<P> {
    /// A replica has stated a fact: if a key holds other elements now, that is one, too.
    pub(super) fn state_elements(&mut self, dataset: u16, region: u16, fact: &protocol::Fact, cx: &mut Cx<'_>) {
        let set = &mut self.datasets[usize::from(dataset)];
        let (protocol::Fact::Stored { key, .. }
        | protocol::Fact::Changed { key, .. }
        | protocol::Fact::Merged { key, .. }) = *fact
        else {
            return;
        };
        if set.elements.is_empty() {
            return;
        }
        let Some(replica) = &mut set.replicas[usize::from(region)] else { return };
        let Some(running) = &replica.running else { return };
        let places = set.elements.iter().enumerate().filter(|(_, element)| running.has(key, **element));
        let held = places.fold(0, |held, (place, _)| held | 1 << place);
        let before = replica.elements.get_or_default(key.0.into());
        if std::mem::replace(before, held) != held {
            cx.state(Fact::Elements { dataset, region, key: key.0, held });
        }
    }
}
