//! The types of values, and what is to be said of each.

use crate::verb::Verb;

/// What is to be said of a type of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeInfo {
    /// What a scenario calls it.
    pub id: &'static str,
    /// What a person calls it.
    pub title: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// Whether everything that copies took apart from each other is in what they are merged to.
    pub merges: bool,
    /// How copies are merged, and what that loses.
    pub merging: &'static str,
    /// Whether a retry that is taken as another change makes no difference, as long as nothing happened between.
    pub once: bool,
    /// Which changes it takes.
    pub verbs: &'static [Verb],
    /// What should always be so, and where it is not.
    pub invariant: &'static str,
    /// Where it is from.
    pub source: &'static str,
}

/// Every type, in the order of [`crate::Kind`].
pub const TYPES: &[TypeInfo] = &[
    TypeInfo {
        id: "register",
        title: "Register",
        purpose: "a profile, a setting: what was written last is all there is",
        merges: false,
        merging: "the later write by its author's clock stays, the other is lost without a word",
        once: true,
        verbs: &[Verb::Set, Verb::Delete],
        invariant: "a read brings the last write, or nothing if that was a deletion; a slow clock loses to an earlier one",
        source: "LWW-Register: Shapiro et al. 2011, INRIA RR-7506, specification 8",
    },
    TypeInfo {
        id: "counter",
        title: "Counter",
        purpose: "likes, views: many add and take back at the same time",
        merges: true,
        merging: "what each region added is kept apart and summed up: nothing is lost",
        once: false,
        verbs: &[Verb::Add],
        invariant: "the number is the sum of all that was added",
        source: "PN-Counter: Shapiro et al. 2011, INRIA RR-7506, specification 7",
    },
    TypeInfo {
        id: "max-counter",
        title: "Counter merged by the maximum",
        purpose: "for contrast: a published like counter that does not work",
        merges: false,
        merging: "the larger count of each region stays: what was taken back returns",
        once: false,
        verbs: &[Verb::Add],
        invariant: "the number should be the sum of all that was added, and is not once something was taken back",
        source: "G-Counter, which must not go down: Shapiro et al. 2011, INRIA RR-7506, specification 6",
    },
    TypeInfo {
        id: "set",
        title: "Observed-remove set",
        purpose: "tags, likers, members: elements come and go",
        merges: true,
        merging: "removing removes what was seen: what is added at the same time stays",
        once: true,
        verbs: &[Verb::Insert, Verb::Remove],
        invariant: "an element is there if it was added by somebody whom no remover had heard of",
        source: "OR-Set: Shapiro et al. 2011, INRIA RR-7506; Bieniusa et al. 2012, INRIA RR-8083",
    },
    TypeInfo {
        id: "two-phase-set",
        title: "Two-phase set",
        purpose: "revoked keys, closed tickets: what is removed stays removed",
        merges: true,
        merging: "all that was added and all that was removed is kept: removing wins",
        once: true,
        verbs: &[Verb::Insert, Verb::Remove],
        invariant: "what was removed never returns",
        source: "2P-Set: Shapiro et al. 2011, INRIA RR-7506, specification 12",
    },
    TypeInfo {
        id: "cart",
        title: "Cart merged by the union",
        purpose: "a shopping cart that never loses what was put in",
        merges: false,
        merging: "what either copy has is kept: what was removed in one comes back from the other",
        once: true,
        verbs: &[Verb::Insert, Verb::Remove],
        invariant: "what was put in and never removed is there; what was removed should be gone, and need not be",
        source: "DeCandia et al. 2007, Dynamo, SOSP, 4.4",
    },
    TypeInfo {
        id: "stock",
        title: "Stock",
        purpose: "units that are sold, held for a while and restocked",
        merges: true,
        merging: "what was sold is summed up, so that fewer than none may be left; with quotas by region never",
        once: false,
        verbs: &[Verb::Sell, Verb::Reserve, Verb::Commit, Verb::Release, Verb::Restock],
        invariant: "not more is sold than there is; copies that sell at the same time oversell, unless by quotas",
        source: "quotas: O'Neil 1986, TODS 11, escrow; Balegas et al. 2015, SRDS, bounded counter",
    },
    TypeInfo {
        id: "account",
        title: "Account",
        purpose: "money that is paid in and out",
        merges: true,
        merging: "what was paid in and out is summed up, so that the balance may fall below zero",
        once: false,
        verbs: &[Verb::Deposit, Verb::Withdraw],
        invariant: "the balance is not below zero; copies that pay out at the same time may overdraw it",
        source: "a sum by PN-Counter: Shapiro et al. 2011, INRIA RR-7506, specification 7, which keeps no bound",
    },
    TypeInfo {
        id: "name",
        title: "Unique name",
        purpose: "a user name, an e-mail address: one may have it",
        merges: false,
        merging: "the one who claimed first by its author's clock keeps it, the other was told yes and loses it",
        once: true,
        verbs: &[Verb::Claim, Verb::Cede],
        invariant: "one holds it; copies that are claimed at the same time have two until they are merged",
        source: "first writer wins",
    },
    TypeInfo {
        id: "feed",
        title: "Feed",
        purpose: "posts, messages: each is kept, in the order of its author",
        merges: true,
        merging: "the posts of each region are kept in their order; who of two was first is not known",
        once: false,
        verbs: &[Verb::Post],
        invariant: "no post is lost, and those by way of one region stay in their order",
        source: "a log for each author, known as far as a version vector says: Parker et al. 1983, TSE 9",
    },
    TypeInfo {
        id: "ledger",
        title: "Ledger of accounts",
        purpose: "money that is moved from one account to another",
        merges: true,
        merging: "each transfer counts whole, so that the total stays, and a balance may fall below zero",
        once: false,
        verbs: &[Verb::Transfer],
        invariant: "the total never changes; no balance is below zero, unless copies move the same money at the same time",
        source: "double entry: Pacioli 1494; the check that the total stays: Jepsen's bank test",
    },
];

impl TypeInfo {
    /// The type that a scenario calls so.
    pub fn of(id: &str) -> Option<&'static TypeInfo> {
        TYPES.iter().find(|info| info.id == id)
    }

    /// How its changes are written: "sell <n>, reserve <n> for <time>, … or restock <n>".
    pub fn forms(&self) -> String {
        let mut forms: Vec<String> = self.verbs.iter().map(|verb| verb.form()).collect();
        match forms.pop() {
            Some(last) if forms.is_empty() => last,
            Some(last) => format!("{} or {last}", forms.join(", ")),
            None => String::new(),
        }
    }
}
