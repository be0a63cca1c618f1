//! The list of all families of metrics: one line each.

use super::checks;
use super::metric::{Metric, Query};
use super::record::{Facts, Family, Nothing};
use super::{
    amounts, answered, breakers, conflicts, convergence, decisions, deletions, detection, elections, elements, lag,
    leaders, ledger, links, load, outcomes, people, recovery, totals, waiting,
};
use crate::trace::{TraceEvent, What};
use std::any::{Any, TypeId};

/// Writes the list of families, and hands each what it listens to.
macro_rules! families {
    ($($family:ident: $Family:ty),+ $(,)?) => {
        /// What each family needs to understand the next fact.
        #[derive(Clone, Debug)]
        pub(crate) struct Families { $(pub(crate) $family: $Family),+ }

        /// What each family has made of the seconds that are over.
        #[derive(Clone, Debug, Default)]
        pub(crate) struct Seconds { $(pub(crate) $family: Vec<<$Family as Family>::Second>),+ }

        /// The metrics of each family.
        const METRICS: &[&[Metric]] = &[$($family::METRICS),+];

        impl Families {
            pub(super) fn new(facts: &Facts) -> Families {
                Families { $($family: <$Family>::new(facts)),+ }
            }

            /// Tell a fact to the families that listen to its part.
            pub(super) fn hear(&mut self, event: &TraceEvent) {
                match &event.what {
                    What::Users(fact) => { $(self.$family.users(event.at, event.id, fact);)+ }
                    What::Network(fact) => { $(self.$family.network(event.at, fact);)+ }
                    What::Services(fact) => { $(self.$family.services(event.at, fact);)+ }
                    What::Data(fact) => { $(self.$family.data(event.at, event.id, fact);)+ }
                    What::Control(fact) => { $(self.$family.control(event.at, fact);)+ }
                    What::Faults(fact) => { $(self.$family.faults(event.at, event.id, fact);)+ }
                    What::Acted { .. } | What::Done { .. } | What::InVain | What::SecondOver => {}
                }
            }

            /// A second is over.
            pub(super) fn end_second(&mut self, seconds: &mut Seconds) {
                $(seconds.$family.push(self.$family.end_second());)+
            }

            /// About how many bytes a clone takes that it shares with no other.
            pub(super) fn weight(&self) -> usize {
                0 $(+ self.$family.weight())+
            }

            /// The family of a type, and the list of its seconds.
            pub(super) fn find<'a>(&'a self, seconds: &'a Seconds, of: TypeId) -> Option<[&'a dyn Any; 2]> {
                $(if of == TypeId::of::<$Family>() {
                    return Some([&self.$family, &seconds.$family]);
                })+
                None
            }
        }

        impl Seconds {
            /// Keep the first so many.
            pub(super) fn truncate(&mut self, seconds: usize) {
                $(self.$family.truncate(seconds);)+
            }
        }
    };
}

// In the order of the scorecard, which is that of the digest of metrics in goldens.
families! {
    outcomes: outcomes::Outcomes,
    waiting: waiting::Waiting,
    people: people::People,
    ledger: ledger::Ledger,
    recovery: Nothing,
    detection: Nothing,
    decisions: Nothing,
    elections: Nothing,
    leaders: leaders::Leaders,
    lag: lag::Lag,
    load: load::Load,
    answered: answered::Answered,
    links: links::Links,
    breakers: breakers::Breakers,
    conflicts: conflicts::Conflicts,
    convergence: convergence::Convergence,
    deletions: deletions::Deletions,
    amounts: amounts::Amounts,
    totals: totals::Totals,
    elements: elements::Elements,
    checks: Nothing,
}

/// All metrics that a scenario can put an expectation on, a scorecard can list and a sweep can plot, in the order of the
/// scorecard.
pub fn metrics() -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().copied().flatten()
}

/// The metric of this id.
pub fn metric(id: &str) -> Option<&'static Metric> {
    metrics().find(|metric| metric.id == id)
}

impl Query {
    /// The metric of this id over the whole run, for whoever writes the id down in code.
    ///
    /// # Panics
    /// If there is no such metric: ids that others wrote are looked up by [`metric`].
    pub fn whole(id: &str) -> Query {
        Query::of(metric(id).unwrap_or_else(|| panic!("there is no metric `{id}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites::Sites;
    use crate::trace::users::defence;
    use crate::trace::{OperationInfo, OperationKind, Place, control, data, faults, network, services, users};
    use engine::Time;
    use protocol::{Channel, Epoch};
    use std::collections::BTreeSet;

    #[test]
    fn every_metric_is_listed_once_and_found_by_its_id() {
        let ids: BTreeSet<&str> = metrics().map(|metric| metric.id).collect();
        assert_eq!(ids.len(), metrics().count(), "an id is used twice: {ids:?}");
        assert!(metrics().all(|of| metric(of.id) == Some(of) && !of.title.is_empty()));
        assert_eq!(metric("no-such-metric"), None);
    }

    /// The state of each family that listens.
    fn states(of: &Families) -> [(&'static str, String); 8] {
        [
            ("outcomes", format!("{:?}", of.outcomes)),
            ("ledger", format!("{:?}", of.ledger)),
            ("leaders", format!("{:?}", of.leaders)),
            ("lag", format!("{:?}", of.lag)),
            ("load", format!("{:?}", of.load)),
            ("links", format!("{:?}", of.links)),
            ("breakers", format!("{:?}", of.breakers)),
            ("conflicts", format!("{:?}", of.conflicts)),
        ]
    }

    #[test]
    fn a_family_hears_only_the_parts_that_it_listens_to() {
        let facts = Facts {
            placement: vec![Sites::first(2)],
            holders: vec![Sites::first(2)],
            homes: vec![vec![Sites::first(2)]],
            keys: vec![(1, 1)],
            leased: vec![false],
            leaderless: vec![false],
            apart: vec![protocol::Apart::TheLater],
            merges_answers: vec![false],
            awaits: vec![false],
            kinds: vec![values::Kind::Register],
            cancel_costs: vec![0],
            changes: Vec::new(),
            elements: vec![Vec::new()],
            deletes: vec![false],
            electing: vec![false],
            tells_people: false,
            judges_causes: vec![false],
            regions: 2,
            zones_of: (0..2).collect(),
            populations: 1,
        };
        let write = OperationInfo {
            operation: 1,
            slot: 0,
            process: 1,
            population: 0,
            request: 0,
            dataset: Some(0),
            kind: OperationKind::Write,
            step: 0,
            key: 0,
            write: 1,
            accounts: [0; 2],
            invoked: Time::ZERO,
        };
        let lost = network::Fact::PacketLost {
            packet: 1,
            channel: Channel::Client,
            from: Place::region(0),
            to: Place::region(1),
            loss: network::Loss::Cut,
            fault: 0,
        };
        let leads = data::Fact::Replica { dataset: 0, region: 0, fact: protocol::Fact::Leads(Epoch(1)) };
        let down = faults::Fact::RegionDown { region: 0, disks_lost: false };
        let opens = defence::Fact::Breaker(defence::breaker::Fact::Opens);
        let waits = data::Fact::Replica { dataset: 0, region: 0, fact: protocol::Fact::Waiting { keys: 1 } };
        let told: [(What, &[&str]); 9] = [
            (What::Users(users::Fact::OperationStarted(write)), &["outcomes", "ledger"]),
            (What::Users(users::Fact::Defended { population: 0, region: 0, fact: opens }), &["breakers"]),
            (What::Network(lost), &["links"]),
            (What::Services(services::Fact::Served { region: 0, operation: 1 }), &["load"]),
            (What::Data(leads), &["ledger", "leaders"]),
            (What::Data(waits), &["conflicts"]),
            (What::Control(control::Fact::ShareChanged { region: 0, percent: 50 }), &[]),
            (What::Faults(down), &["ledger", "leaders"]),
            (What::InVain, &[]),
        ];
        let mut families = Families::new(&facts);
        for (what, hear) in told {
            let before = states(&families);
            families.hear(&TraceEvent { id: 1, cause: 0, at: Time::ZERO, what });
            let after = states(&families).into_iter().zip(before);
            let moved: Vec<&str> = after.filter(|(after, before)| after != before).map(|((name, _), _)| name).collect();
            assert_eq!(moved, hear, "{what:?}");
        }
    }
}
