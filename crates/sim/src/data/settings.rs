//! `[[dataset]]`: what may be set of any dataset. What its protocol takes is the protocol's to say.

use super::shards::{SHARD_BY_SETTING, SHARDS};
use engine::Span;
use protocol::{Apart, Leadership, Promise, ReadFrom};
use settings::{Fallback::Otherwise, Fallback::Value, Fields, Setting};
use values::{Kind, TYPES};

/// A dataset: one protocol, replicas in some regions.
#[derive(Clone, Debug, PartialEq)]
pub struct DatasetConfig {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// The regions that hold a replica, ascending.
    pub placement: Vec<usize>,
    /// The region that leads at the start.
    pub leader: usize,
    /// How its leader comes to lead.
    pub leadership: Leadership,
    /// The region whose replica keeps no values.
    pub witness: Option<usize>,
    /// What is shown of copies of a key that were changed apart from each other.
    pub apart: Apart,
    /// Number of keys, at least 1.
    pub keys: u32,
    /// What each holds.
    pub kind: Kind,
    /// What it costs to cancel the sale of a unit, in any currency.
    pub cancel_cost: u32,
    /// Exponent of the keys' Zipf popularity; 0 is uniform.
    pub zipf: f64,
    /// How many of the most popular keys have their whole history recorded for the checks.
    pub sampled_keys: u32,
    /// Whether leaders need a lease of the control plane, and its term.
    pub lease: Option<Span>,
    /// Whether the disks of its replicas take time.
    pub disk: bool,
    /// Whether writes have their stamps by the clocks of clients.
    pub client_stamps: bool,
    /// Whether a write replaces what its client has read of the key, and so carries that along.
    pub contexts: bool,
    /// Whether what is asked of it may wait for other replicas than the one that serves it.
    pub awaits: bool,
    /// What becomes of a leader whose disk was lost.
    pub blank_leader: BlankLeader,
    /// The rules by which it cannot be read as it is set, and why.
    pub unread: Vec<(ReadFrom, &'static str)>,
    /// Where nobody leads: how often replicas say up to when the others have what they had; zero otherwise.
    pub says_every: Span,
    /// What its protocol promises as it is set.
    pub promises: Vec<Promise>,
}

/// What becomes of a leader whose disk was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlankLeader {
    /// It must not lead before it has another's log: it counts as failed.
    Deposed,
    /// It leads on with nothing, under a later epoch, and its followers take that over (e.g. a Redis primary without persistence
    /// that restarts by itself, <https://redis.io/docs/latest/operate/oss_and_stack/management/replication/>).
    LeadsOn,
}

/// In the order of [`BlankLeader`].
const BLANK_LEADERS: [&str; 2] = ["deposed", "leads-on"];

impl BlankLeader {
    /// Read what is set.
    pub fn read(fields: &dyn Fields) -> BlankLeader {
        [BlankLeader::Deposed, BlankLeader::LeadsOn][fields.choice("blank-leader", &BLANK_LEADERS)]
    }
}

/// The words of every type.
const TYPE_IDS: &str = "register, counter, max-counter, set, two-phase-set, cart, stock, account, name, feed or ledger";

/// What each key holds.
fn read_kind(fields: &dyn Fields) -> Kind {
    let ids: Vec<&str> = TYPES.iter().map(|info| info.id).collect();
    let id = ids[fields.choice("type", &ids)];
    let initial = fields.count("initial", 0..=i32::MAX as u64) as i32;
    fields.heard("initial", ["stock", "account", "ledger"].contains(&id), "`type` to stock, account or ledger");
    let accounts = fields.count("accounts", 2..=ACCOUNTS_MAX) as u8;
    fields.heard("accounts", id == "ledger", "`type` to ledger");
    match Kind::beginning_with(id, initial) {
        Some(Kind::Ledger { .. }) => {
            let most = i32::MAX / i32::from(accounts);
            if initial > most {
                let message = format!("{accounts} accounts with {initial} each hold more than can be counted");
                fields.problem("initial", &message, &format!("write at most {most}, or fewer `accounts`"));
            }
            Kind::Ledger { accounts, initial }
        }
        kind => kind.unwrap_or(Kind::Register),
    }
}

const KEYS_MAX: u64 = 100_000;
const ACCOUNTS_MAX: u64 = 64;
const BANK: &str = "Jepsen's bank test has eight accounts";
const YCSB: &str = "Cooper et al., Benchmarking Cloud Serving Systems with YCSB, SoCC 2010: Zipfian constant 0.99";

impl DatasetConfig {
    /// What may be set, whatever the protocol.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::new("title", "text", Otherwise("the id"), "the name a person reads"),
        Setting::new("placement", "regions", Otherwise("all regions"), "where a replica is"),
        Setting::new("leader", "region", Otherwise("the first of the placement"), "who leads at the start"),
        Setting::new("keys", "number", Value("1000"), "how many keys, at most 100000"),
        SHARDS,
        SHARD_BY_SETTING,
        Setting::new(
            "type",
            TYPE_IDS,
            Value("register"),
            "what each key holds; which steps change it follows from that",
        ),
        Setting::new(
            "initial",
            "number",
            Value("100"),
            "type = stock, account or ledger: units, or the balance, that each key begins with, or each account of it",
        ),
        Setting::new(
            "cancel-cost",
            "whole number",
            Value("0"),
            "type = stock: what it costs to cancel the sale of a unit, in any currency: an apology, a credit",
        ),
        Setting::new("accounts", "2 to 64", Value("8"), "type = ledger: how many accounts each key has").from(BANK),
        Setting::new("zipf", "number", Value("0.99"), "exponent of the keys' popularity; 0 is even").from(YCSB),
        Setting::new(
            "sampled-keys",
            "0 to 64",
            Value("8"),
            "most popular keys whose whole history is checked; of each shard at least one",
        ),
        Setting::new(
            "blank-leader",
            "deposed or leads-on",
            Value(BLANK_LEADERS[0]),
            "a leader whose disk was lost: it may not lead before it has another's log, or it leads on with nothing, its followers too, and no promise includes a lost disk",
        ),
    ];

    /// Whether a causal read waits at a replica for as long as it says: not where all replicas are asked, and so those who have what it lacks.
    pub(crate) fn waits_for_causes(&self) -> bool {
        let can = |rule| self.unread.iter().all(|(of, _)| *of != rule);
        can(ReadFrom::SessionWait) || !can(ReadFrom::Causal)
    }

    /// The regions that hold values, ascending.
    pub fn holders(&self) -> impl Iterator<Item = u16> + '_ {
        self.placement.iter().filter(|region| self.witness != Some(**region)).map(|region| *region as u16)
    }

    /// Read what is set, where there are so many regions. Its protocol, when it is known, says how its leader comes to lead, whether that one needs a lease, and what is promised.
    pub fn read(fields: &dyn Fields, id: String, regions: usize) -> DatasetConfig {
        let named = fields.regions("placement").unwrap_or_else(|| (0..regions as u16).collect());
        let mut placement: Vec<usize> = named.into_iter().map(usize::from).collect();
        let first = placement.first().copied().unwrap_or(0);
        let leader = fields.region("leader").map_or(first, usize::from);
        if !placement.is_empty() && !placement.contains(&leader) {
            fields.problem("leader", "the leader holds no replica", "name a region of the placement");
        }
        engine::sort(&mut placement);
        let keys = fields.count("keys", 1..=KEYS_MAX) as u32;
        let kind = read_kind(fields);
        let cancel_cost = fields.count("cancel-cost", 0..=1_000_000_000) as u32;
        let sold = matches!(kind, Kind::Stock { .. });
        let needs = if sold { "`validate-after`" } else { "type = \"stock\"" };
        fields.heard("cancel-cost", sold && fields.span_unless("validate-after", "off").is_some(), needs);
        DatasetConfig {
            title: fields.name("title").unwrap_or_else(|| id.clone()),
            id,
            placement,
            leader,
            leadership: Leadership::Granted,
            witness: None,
            apart: Apart::TheLater,
            keys,
            kind,
            cancel_cost,
            zipf: fields.number("zipf", 0.0..=5.0),
            sampled_keys: fields.count("sampled-keys", 0..=64).min(u64::from(keys)) as u32,
            lease: None,
            disk: false,
            client_stamps: false,
            contexts: false,
            awaits: false,
            blank_leader: BlankLeader::read(fields),
            unread: Vec::new(),
            says_every: Span::ZERO,
            promises: Vec::new(),
        }
    }
}
