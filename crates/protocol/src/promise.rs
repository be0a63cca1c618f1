//! What a protocol promises of its dataset, and how far: as data, for verdicts, for pages and for the tests that hold it.

use crate::leadership::Leadership;
use crate::reading::ReadFrom;
use serde::{Deserialize, Serialize};

/// Something a run can be judged on, dataset by dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Property {
    /// Operations can be put in one order that agrees with real time and explains every answer (Herlihy and Wing, 1990).
    Linearizable,
    /// A client reads what it wrote, or newer (Terry et al., 1994).
    ReadYourWrites,
    /// A client reads nothing older than what it read before (Terry et al., 1994).
    MonotonicReads,
    /// Every acknowledged write is there.
    NothingLost,
    /// No leader acknowledges a write while another one leads under a later epoch.
    NoOutdatedLeader,
    /// No acknowledged write is thrown away in favour of another that did not know it.
    NoLostUpdate,
    /// No more is promised than there is: not sold twice, not paid out twice, not given to two.
    WithinBounds,
    /// Once copies agree they come to what was confirmed: no more and no less.
    Accounted,
    /// A user reads what they wrote, or newer, on any device and in any session.
    ReadYourWritesAcrossSessions,
    /// What was deleted is not there again on a replica that had the deletion.
    StaysDeleted,
    /// In every copy, at every moment, the balances of all accounts come to what they began with.
    Conserved,
    /// Elements that were added and not removed since are there, and those that were removed and not added since are not.
    ElementsAsTold,
    /// Who has read something reads nothing older than what its writer had read and written before, also across keys (Ahamad et al., 1995).
    Causal,
    /// Once nothing is wrong any more and nothing under way, all copies of a key are the same.
    Converged,
}

/// What may happen in a run without excusing a breach. A promise that says one of these says nothing about a run in which more
/// happened than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Despite {
    /// Whatever links and clocks do. No replica loses power, and the first leader stays the leader.
    Cuts,
    /// Besides, replicas lose power and come back with their disks.
    Crashes,
    /// Besides, leadership passes from replica to replica, while some replica always has power.
    Failover,
    /// The same, while the control plane alone decides who leads, and all clocks are right.
    FailoverByTheController,
    /// Nothing goes wrong but that one region loses power, for a while or for good with its disks, whoever leads then.
    LossOfARegion,
    /// The same, and whoever is promoted is the one with the longest log.
    LossOfARegionWithTheBestSuccessor,
    /// Whatever happens to a minority of the replicas and to links and clocks: more than half always have power and have not lost their disks.
    Minority,
    /// Whatever happens to power, links and clocks, and to the disks of a minority of the replicas: less than half have ever lost theirs.
    MinorityOfDisks,
    /// The same, while all clocks are right.
    MinorityOfDisksWithClocks,
    /// Whatever happens.
    Anything,
}

/// A property that a dataset has by its protocol and its reading rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// What is promised.
    pub property: Property,
    /// To whom: every read of the dataset follows one of these rules.
    pub reads: &'static [ReadFrom],
    /// How far it reaches.
    pub despite: Despite,
}

impl Promise {
    /// A promise to whoever reads by one of these rules.
    pub const fn new(property: Property, reads: &'static [ReadFrom], despite: Despite) -> Promise {
        Promise { property, reads, despite }
    }

    /// A promise to everybody, whatever they read from.
    pub const fn to_all(property: Property, despite: Despite) -> Promise {
        Promise::new(property, &ReadFrom::ALL, despite)
    }
}

impl Property {
    /// All, the most telling first.
    pub const ALL: [Property; 14] = [
        Property::NothingLost,
        Property::NoLostUpdate,
        Property::StaysDeleted,
        Property::WithinBounds,
        Property::Accounted,
        Property::Conserved,
        Property::ElementsAsTold,
        Property::Converged,
        Property::Linearizable,
        Property::ReadYourWrites,
        Property::ReadYourWritesAcrossSessions,
        Property::MonotonicReads,
        Property::Causal,
        Property::NoOutdatedLeader,
    ];

    /// Whether there is anything to judge where leaders come to lead so.
    pub const fn applies(self, leadership: Leadership) -> bool {
        match self {
            Property::NoOutdatedLeader => !matches!(leadership, Leadership::None),
            // Where somebody leads, all writes follow one on the other.
            Property::NoLostUpdate | Property::StaysDeleted | Property::ElementsAsTold | Property::Converged => {
                matches!(leadership, Leadership::None)
            }
            _ => true,
        }
    }

    /// Whether it is about what reads return.
    pub const fn is_of_reads(self) -> bool {
        matches!(
            self,
            Property::Linearizable
                | Property::ReadYourWrites
                | Property::ReadYourWritesAcrossSessions
                | Property::MonotonicReads
                | Property::Causal
        )
    }

    /// The field's name for it.
    pub const fn term(self) -> &'static str {
        match self {
            Property::Linearizable => "linearizable",
            Property::ReadYourWrites => "read your writes",
            Property::ReadYourWritesAcrossSessions => "read your writes across sessions",
            Property::MonotonicReads => "monotonic reads",
            Property::NothingLost => "no acknowledged write lost",
            Property::NoOutdatedLeader => "no write by an outdated leader",
            Property::NoLostUpdate => "no lost update",
            Property::WithinBounds => "nothing promised twice",
            Property::Accounted => "all confirmed changes accounted for",
            Property::StaysDeleted => "no deleted value returns",
            Property::Conserved => "total conserved",
            Property::ElementsAsTold => "elements as added and removed",
            Property::Causal => "causal",
            Property::Converged => "copies agree once all is healed",
        }
    }

    /// What is seen where it does not hold, in plain words.
    pub const fn breach(self) -> &'static str {
        match self {
            Property::Linearizable => "old value read",
            Property::ReadYourWrites => "own write missed",
            Property::ReadYourWritesAcrossSessions => "own write missed in some session",
            Property::MonotonicReads => "reads went backwards",
            Property::NothingLost => "confirmed writes lost",
            Property::NoOutdatedLeader => "outdated leader confirmed writes",
            Property::NoLostUpdate => "confirmed updates thrown away",
            Property::WithinBounds => "more promised than there was",
            Property::Accounted => "confirmed changes not accounted for",
            Property::StaysDeleted => "deleted values came back",
            Property::Conserved => "money made or lost",
            Property::ElementsAsTold => "elements gone, or back again",
            Property::Causal => "answer read before the question",
            Property::Converged => "copies differ for good",
        }
    }

    /// The field's name for its not holding.
    pub const fn violation(self) -> &'static str {
        match self {
            Property::Linearizable => "not linearizable",
            Property::ReadYourWrites => "read your writes violated",
            Property::ReadYourWritesAcrossSessions => "read your writes violated across sessions",
            Property::MonotonicReads => "monotonic reads violated",
            Property::NothingLost => "acknowledged writes lost",
            Property::NoOutdatedLeader => "writes by an outdated leader",
            Property::NoLostUpdate => "lost updates",
            Property::WithinBounds => "promised twice",
            Property::Accounted => "not all confirmed changes accounted for",
            Property::StaysDeleted => "deleted data resurrected",
            Property::Conserved => "total not conserved",
            Property::ElementsAsTold => "elements not as added and removed",
            Property::Causal => "causal order violated",
            Property::Converged => "not converged",
        }
    }

    /// What the term means, in a sentence for somebody who has not met it.
    pub const fn meaning(self) -> &'static str {
        match self {
            Property::Linearizable => {
                "Everything happened as if there were one copy: once a write is confirmed, nobody reads an older value."
            }
            Property::ReadYourWrites => "Who has written something reads it, or something newer, afterwards.",
            Property::ReadYourWritesAcrossSessions => {
                "Who has written something reads it, or something newer, afterwards: on any device and in any session."
            }
            Property::MonotonicReads => "Who has read something does not read something older afterwards.",
            Property::NothingLost => "What a user was told is stored can be read by those who come later.",
            Property::NoOutdatedLeader => "Nobody confirms writes who has been replaced as leader.",
            Property::NoLostUpdate => "What a user was told is stored is replaced only by those who knew of it.",
            Property::Accounted => {
                "When nothing more is under way, counts and balances are the sum of what users were told was done."
            }
            Property::StaysDeleted => "What was deleted does not come back from a replica that had not heard of it.",
            Property::ElementsAsTold => {
                "What was added is there until somebody who knew of it removes it, and stays away from then on until it is added again."
            }
            Property::Causal => {
                "Who has read something reads whatever its writer had read and written before, or something newer."
            }
            Property::Converged => {
                "When nothing is wrong any more and nothing under way, all copies are the same (eventual consistency)."
            }
            Property::Conserved => "In every copy, at every moment, all accounts together hold what they began with.",
            Property::WithinBounds => "Nothing is sold, paid out or given away to more users than there is enough for.",
        }
    }
}

impl Despite {
    /// Whether it reaches as far as the loss of a disk.
    pub const fn includes_a_lost_disk(self) -> bool {
        matches!(self, Despite::LossOfARegion | Despite::LossOfARegionWithTheBestSuccessor)
    }

    /// How far a promise reaches where leaders come to lead so, as the end of a sentence.
    pub const fn words(self, leadership: Leadership) -> &'static str {
        match self {
            Despite::Cuts if matches!(leadership, Leadership::None) => "as long as no region loses power",
            Despite::Crashes if matches!(leadership, Leadership::None) => "as long as no disk is lost",
            Despite::Cuts => "as long as the leader stays and no region loses power",
            Despite::Crashes => "as long as the leader stays and no disk is lost",
            Despite::Failover => "as long as no disk is lost and some replica has power",
            Despite::FailoverByTheController => {
                "as long as no disk is lost, some replica has power, nobody promotes by hand and clocks are right"
            }
            Despite::LossOfARegion => "also when one region is lost",
            Despite::LossOfARegionWithTheBestSuccessor => {
                "also when one region is lost and the follower with the longest log takes over"
            }
            Despite::Minority => "as long as more than half of the replicas have power and have not lost their disks",
            Despite::MinorityOfDisks => "as long as more than half of the replicas have not lost their disks",
            Despite::MinorityOfDisksWithClocks => {
                "as long as more than half of the replicas have not lost their disks, and clocks are right"
            }
            Despite::Anything => "whatever happens",
        }
    }
}
