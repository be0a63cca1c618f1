//! What several protocols may be set alike: a key means the same whichever of them a dataset has.

use settings::{Fallback, Setting};

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
