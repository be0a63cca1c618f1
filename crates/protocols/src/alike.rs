//! What several protocols may be set alike: a key means the same whichever of them a dataset has.

use crate::shipping::{Durability, Storage};
use engine::Distribution;
use settings::{Fallback, Fields, Setting};

/// How far a stream runs ahead of its answers.
pub(crate) const WINDOW: Setting = Setting::new(
    "window",
    "number",
    Fallback::Value("512"),
    "entries under way to another replica before an answer is waited for",
);

/// How much of a log is kept for those who are away.
pub(crate) const RETAIN: Setting = Setting::new(
    "retain",
    "number",
    Fallback::Value("100000"),
    "entries kept for a replica that is away; one that lacks more is sent a copy of the state",
);

/// How often a replica that sends shows that it is there.
pub(crate) const HEARTBEAT: Setting =
    Setting::new("heartbeat", "time", Fallback::Value("500ms"), "time between signs of life of who sends to others");

/// How long a disk takes.
pub(crate) const DISK_WRITE: Setting = Setting::new(
    "disk-write",
    "distribution of times",
    Fallback::Value("0ms"),
    "how long a replica takes to store a write",
);

/// How a log gets onto its disk: [`storage`] reads it.
pub(crate) const STORAGE: [Setting; 3] = [
    Setting::new(
        "disk-sync",
        "distribution of times",
        Fallback::Value("0ms"),
        "how long a replica takes to sync its log to its disk; what is appended meanwhile is synced by the next sync",
    ),
    Setting::new(
        "sync-delay",
        "time",
        Fallback::Value("0ms"),
        "how long a replica gathers entries before it syncs them: from the first on, or from the end of the sync before if that is later (PostgreSQL wal_writer_delay)",
    ),
    Setting::new(
        "durability",
        "synced or buffered",
        Fallback::Value(DURABILITIES[0]),
        "what a replica acknowledges: what its disk has, or what it has in memory, which a loss of power takes (PostgreSQL synchronous_commit off and remote_write); a leader that is appointed ships what its disk has either way, so that who waits for followers waits for that disk, too",
    ),
];

const DURABILITIES: [&str; 2] = ["synced", "buffered"];

/// Read how a log gets onto its disk.
pub(crate) fn storage(fields: &dyn Fields) -> Storage {
    let takes = fields.distribution("disk-sync");
    let storage = Storage {
        sync: (takes != Distribution::Constant(0.0)).then_some(takes),
        delay: fields.span("sync-delay"),
        durability: [Durability::Synced, Durability::Buffered][fields.choice("durability", &DURABILITIES)],
    };
    fields.heard("durability", storage.takes_time(), "`disk-sync` or `sync-delay`");
    storage
}
