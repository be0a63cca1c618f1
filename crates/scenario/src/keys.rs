//! Every key of a scenario file: the parser's known keys, the defaults, the list of values in force and the help text all
//! read this one table.

use protocol::{Fallback, Setting};
use protocols::PROTOCOLS;
use sim::ACTS;
use sim::config::DEFENCES;
use sim::faults::FAULTS;
use std::sync::LazyLock;

/// A key of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// The section it belongs to; for faults followed by the kind. `act` and an id for what stands in links alone.
    pub section: String,
    /// Its name.
    pub name: &'static str,
    /// What it takes, with its unit.
    pub takes: String,
    /// What holds when it is not written.
    pub fallback: Fallback,
    /// What it means.
    pub meaning: &'static str,
    /// Where the default comes from, if it is a fact; empty if it is a choice.
    pub source: &'static str,
}

/// All keys, by section, in the order of the help text: those of this table, those of the protocols, those of the faults
/// and those of what else a person may do, which stand in links alone.
pub fn keys() -> &'static [KeyInfo] {
    static KEYS: LazyLock<Vec<KeyInfo>> = LazyLock::new(|| {
        let faults = FAULTS.iter().flat_map(|line| {
            let section = format!("fault {}", line.info.id);
            line.info.settings.iter().map(move |setting| listed(&section, setting))
        });
        let mut keys: Vec<KeyInfo> = STORY_AND_DATA.iter().map(KeyInfo::from).collect();
        for setting in PROTOCOLS.iter().flat_map(|line| line.settings) {
            // Protocols may share a setting. All settings apply to every dataset, so that a variant can change its protocol.
            if !keys.iter().any(|key| key.section == "dataset" && key.name == setting.name) {
                keys.push(listed("dataset", setting));
            }
        }
        keys.extend(USERS.iter().map(KeyInfo::from));
        keys.extend(DEFENCES.iter().copied().flatten().map(|setting| listed("population", setting)));
        keys.extend(PLAN.iter().map(KeyInfo::from));
        keys.extend(faults);
        keys.extend(ACTS.iter().flat_map(|line| {
            let section = format!("act {}", line.id);
            line.settings.iter().map(move |setting| listed(&section, setting))
        }));
        keys.extend(OUTCOMES.iter().map(KeyInfo::from));
        keys
    });
    &KEYS
}

fn listed(section: &str, setting: &Setting) -> KeyInfo {
    let Setting { name, takes, fallback, meaning } = *setting;
    KeyInfo { section: section.to_owned(), name, takes: takes.to_owned(), fallback, meaning, source: "" }
}

/// A line of the tables below.
struct Line {
    section: &'static str,
    setting: Setting,
    source: &'static str,
}

impl From<&Line> for KeyInfo {
    fn from(line: &Line) -> KeyInfo {
        let mut key = KeyInfo { source: line.source, ..listed(line.section, &line.setting) };
        match (line.section, key.name) {
            ("dataset", "protocol") => {
                key.takes = one_of(PROTOCOLS.iter().map(|line| line.info.id).collect());
                key.fallback = Value(PROTOCOLS[0].info.id);
            }
            ("fault", "kind") => key.takes = one_of(FAULTS.iter().map(|line| line.info.id).collect()),
            _ => {}
        }
        key
    }
}

/// "a, b or c".
fn one_of(names: Vec<&str>) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

use Fallback::{Otherwise, Required, Value};

const fn key(
    section: &'static str,
    name: &'static str,
    takes: &'static str,
    fallback: Fallback,
    meaning: &'static str,
) -> Line {
    Line { section, setting: Setting::new(name, takes, fallback, meaning), source: "" }
}

const fn fact(line: Line, source: &'static str) -> Line {
    Line { source, ..line }
}

const ID: &str = "letters, digits, - and /";
const NEVER: Fallback = Value("0%");
const YCSB: &str = "Cooper et al., Benchmarking Cloud Serving Systems with YCSB, SoCC 2010: Zipfian constant 0.99";
const JITTER: &str = "Bailis 2013: one ping a second for a week between EC2 regions; data/jitter.csv; stretched to the P90 of a link where \
     that was measured";
const BUFFER: &str = "a Linux interface's default queue: txqueuelen, 1000 packets, of 1500 bytes";
const HAT: &str =
    "Bailis et al., Highly Available Transactions, VLDB 2014, Table 1: 0.50 to 0.56 ms within an availability zone";

const STORY_AND_DATA: &[Line] = &[
    key("", "version", "1", Required, "the version of the file format"),
    key("", "story", "section", Required, "what the scenario tells"),
    key("", "run", "section", Otherwise("all defaults"), "how long the run lasts"),
    key("", "region", "sections", Required, "the regions, at most 24"),
    key("", "links", "section", Otherwise("all defaults"), "what holds for every link"),
    key("", "link", "sections", Otherwise("none"), "what is special about a link"),
    key("", "dataset", "sections", Otherwise("none"), "the data, at most 8"),
    key("", "population", "sections", Required, "the users, at most 48"),
    key("", "request", "sections", Required, "what users do, at most 32"),
    key("", "routing", "section", Otherwise("all defaults"), "how users find a region"),
    key("", "control", "section", Otherwise("all defaults"), "who watches and who decides"),
    key("", "fault", "sections", Otherwise("none"), "what goes wrong by plan, at most 64"),
    key("", "variant", "sections", Otherwise("none"), "other settings under a name, at most 16"),
    key("", "expect", "sections", Otherwise("none"), "what must come out, at most 64"),
    // What is told.
    key("story", "title", "text", Required, "the name in the gallery"),
    key("story", "summary", "text", Otherwise("nothing"), "what happens, in a few sentences"),
    key("story", "question", "text", Otherwise("none"), "what the reader is asked before the run"),
    key("story", "choices", "list of { text, correct, because }", Otherwise("none"), "the answers to choose from"),
    key("story", "watch", "list of texts", Otherwise("nothing"), "what to look at"),
    key("story", "teaches", "text", Otherwise("nothing"), "what one knows afterwards"),
    key("story", "covers", "list of ids such as R1", Otherwise("nothing"), "mechanisms of the catalog that it shows"),
    key("story choices", "text", "text", Required, "the answer"),
    key("story choices", "correct", "true or false", Value("false"), "whether it is right"),
    key("story choices", "because", "text", Required, "why it is right or wrong"),
    key("run", "seed", "number", Value("1"), "where every random stream starts from"),
    key("run", "duration", "time", Value("2m"), "simulated time, at most 24h"),
    // The world.
    key("region", "id", ID, Required, "its name here, and its place if that is not written"),
    key(
        "region",
        "place",
        "provider region or [lat, lon]",
        Otherwise("the id"),
        "where it is: coordinates and round trips follow",
    ),
    key("region", "title", "text", Otherwise("the provider's name"), "the name a person reads"),
    key("region", "workers", "number", Value("64"), "requests served at the same time"),
    key("region", "queue", "number", Value("1000"), "requests that may wait; one more is refused"),
    key("region", "service", "distribution of times", Value("exponential 5ms"), "time a worker spends on a request"),
    key(
        "links",
        "edition",
        "2020 or 2025-07",
        Value("2025-07"),
        "when the round trips between AWS regions were measured: means of June 2020, or P50 and P90 of July 2025",
    ),
    fact(
        key("links", "jitter", "measured or off", Value("measured"), "whether delays vary around their median"),
        JITTER,
    ),
    fact(key("links", "local", "time", Value("0.5ms"), "round trip within a region"), HAT),
    key("links", "last-mile", "time", Value("10ms"), "part of users' round trips that does not depend on the distance"),
    key("links", "bandwidth", "bandwidth", Otherwise("unlimited"), "of every link between regions"),
    fact(key("links", "buffer", "bytes", Value("1.5MB"), "that may wait for a narrow link; more is dropped"), BUFFER),
    key("links", "loss", "share", NEVER, "packets lost between regions"),
    key("links", "duplication", "share", NEVER, "packets delivered twice between regions"),
    key("links", "reordering", "share", NEVER, "packets that may be overtaken between regions"),
    key("link", "between", "two regions", Required, "its ends"),
    key(
        "link",
        "one-way",
        "true or false",
        Value("false"),
        "whether only the way from the first to the second is meant",
    ),
    key("link", "rtt", "time", Otherwise("measured or estimated"), "round trip without jitter"),
    key("link", "jitter", "measured or off", Otherwise("as for all links"), "whether its delay varies"),
    key("link", "bandwidth", "bandwidth", Otherwise("as for all links"), "bytes that fit through"),
    key("link", "buffer", "bytes", Otherwise("as for all links"), "that may wait for it; more is dropped"),
    key("link", "loss", "share", Otherwise("as for all links"), "packets lost"),
    key("link", "duplication", "share", Otherwise("as for all links"), "packets delivered twice"),
    key("link", "reordering", "share", Otherwise("as for all links"), "packets that may be overtaken"),
    // Data; what belongs to its protocol follows.
    key("dataset", "id", ID, Required, "its name here"),
    key("dataset", "title", "text", Otherwise("the id"), "the name a person reads"),
    key("dataset", "protocol", "", Required, "how it is replicated"),
    key("dataset", "placement", "regions", Otherwise("all regions"), "where a replica is"),
    key("dataset", "leader", "region", Otherwise("the first of the placement"), "who leads at the start"),
    key("dataset", "keys", "number", Value("1000"), "how many keys, at most 100000"),
    fact(key("dataset", "zipf", "number", Value("0.99"), "exponent of the keys' popularity; 0 is even"), YCSB),
    key("dataset", "sampled-keys", "number", Value("8"), "most popular keys whose whole history is checked"),
];

const USERS: &[Line] = &[
    key("population", "id", ID, Required, "its name here, and its place if that is not written"),
    key("population", "title", "text", Otherwise("the city's name"), "the name a person reads"),
    key("population", "place", "city, provider region or [lat, lon]", Otherwise("the id"), "where the users are"),
    key("population", "stands-for", "number", Value("1"), "real users that one simulated user stands for"),
    key("population", "arrival", "poisson, constant or closed", Value("poisson"), "how requests come"),
    key("population", "mix", "{ request = weight }", Otherwise("all requests alike"), "what they ask"),
    key(
        "population",
        "ignores-ttl",
        "true or false",
        Value("false"),
        "whether they keep an answer of the resolver for good",
    ),
];

const PLAN: &[Line] = &[
    key("population open", "rate", "rate or list of [time, rate]", Required, "requests a second"),
    key("population closed", "users", "number", Required, "how many"),
    key(
        "population closed",
        "think",
        "distribution of times",
        Value("exponential 1s"),
        "pause between an answer and the next request; its mean is at least 1ms",
    ),
    key("request", "id", ID, Required, "its name here"),
    key(
        "request",
        "steps",
        "list: \"read DATASET from leader|local|session\", \"write DATASET\", \"call\", \"wait TIME\"",
        Required,
        "what is done, one after the other, on the same key",
    ),
    key("request", "bytes", "bytes", Value("1kB"), "size of a value written"),
    key("request", "timeout", "time", Value("2s"), "how long a client waits before it takes an attempt for lost"),
    key("request", "retry", "none, fixed or exponential", Value("none"), "what it does then"),
    key("request", "attempts", "number", Value("3"), "with retry: attempts in all"),
    key("request", "pause", "time", Value("100ms"), "with retry: before the second attempt"),
    key(
        "request",
        "factor",
        "factor",
        Value("2x"),
        "retry = exponential: on the pause, from attempt to attempt; at least 1x",
    ),
    key("request", "longest", "time", Value("10s"), "retry = exponential: the longest pause"),
    key(
        "request",
        "jitter",
        "true or false",
        Value("true"),
        "retry = exponential: draw each pause evenly from zero to its value",
    ),
    // Who decides.
    key("routing", "policy", "nearest, leader or spread", Value("nearest"), "which region an answer names"),
    key("routing", "ttl", "time", Value("30s"), "how long a resolver keeps an answer"),
    key("routing", "health-checked", "true or false", Value("true"), "whether answers leave out unhealthy regions"),
    key(
        "routing",
        "client-failover",
        "true or false",
        Value("false"),
        "whether a failed attempt goes to the next region at once, and the next requests to the one that answered, for the TTL",
    ),
    fact(
        key(
            "routing",
            "drain",
            "off or time",
            Value("off"),
            "how often a region's service is looked at: badly served users cost it a step of its share, 100, 50, 25, 0 %",
        ),
        "catalog F4: 100, 50, 25, 0 % with re-checks",
    ),
    key("routing", "drain-errors", "share", Value("2%"), "drain: calls failed that cost a step"),
    key("routing", "drain-latency", "time", Value("1s"), "drain: mean time in the service that costs a step"),
    key("control", "home", "region", Otherwise("the first region"), "where the controller runs"),
    key("control", "vantages", "regions", Otherwise("all regions"), "who probes all others"),
    fact(key("control", "interval", "time", Value("5s"), "from probe to probe"), "catalog F10: every 5 s"),
    key("control", "timeout", "time", Value("2s"), "how long a probe waits for its answer"),
    fact(
        key(
            "control",
            "threshold",
            "number",
            Value("3"),
            "failures in a row that make a region unhealthy, successes that heal it",
        ),
        "catalog F10: 3 consecutive failures",
    ),
    fact(
        key(
            "control",
            "degraded-above",
            "time",
            Value("100ms"),
            "answers later than the network's share plus this are degraded",
        ),
        "catalog F10: healthy if below 100 ms",
    ),
    key(
        "control",
        "failover",
        "off, manual or automatic",
        Value("off"),
        "what follows when a leader's region is unhealthy",
    ),
    key(
        "control",
        "decision",
        "distribution of times",
        Value("lognormal 3m 0.5"),
        "failover = manual: time a person takes",
    ),
    key("control", "choose", "preferred or most-caught-up", Value("most-caught-up"), "which follower is promoted"),
    key(
        "control",
        "promote",
        "any or in-sync",
        Value("any"),
        "in-sync: nobody unless enough followers are heard from that nothing acknowledged is lost",
    ),
    key("control", "preference", "regions", Otherwise("in the order of the file"), "preferred leaders, best first"),
    key(
        "control",
        "failback",
        "off or time",
        Value("off"),
        "after how long in good health a leader that failed leads again",
    ),
    // What goes wrong.
    key("fault", "id", ID, Required, "its name here"),
    key("fault", "kind", "", Required, "what happens"),
    key("fault", "at", "time", Required, "when it begins"),
    key("fault", "for", "time", Otherwise("for good"), "how long it lasts"),
    key("fault", "enabled", "true or false", Value("true"), "whether it happens: for variants"),
];

const OUTCOMES: &[Line] = &[
    // What is compared and what must come out.
    key("variant", "id", ID, Required, "its name here"),
    key("variant", "title", "text", Otherwise("the id"), "the name a person reads"),
    key("variant", "summary", "text", Value(""), "what is different"),
    key("variant", "extends", "variant", Otherwise("the scenario as written"), "what it starts from"),
    key("variant", "set", "{ \"section.id.key\" = value }", Required, "what it changes"),
    key("expect", "metric", "metric id", Required, "what is measured"),
    key("expect", "at-least", "value", Otherwise("one of the five is written"), "it must be this or more"),
    key("expect", "at-most", "value", Otherwise("one of the five is written"), "it must be this or less"),
    key("expect", "above", "value", Otherwise("one of the five is written"), "it must be more than this"),
    key("expect", "below", "value", Otherwise("one of the five is written"), "it must be less than this"),
    key("expect", "equals", "value", Otherwise("one of the five is written"), "it must be this"),
    key("expect", "within", "value", Otherwise("exactly"), "with equals: how far off it may be"),
    key("expect", "population", "population", Otherwise("all"), "operations of these users"),
    key(
        "expect",
        "region",
        "region",
        Otherwise("all"),
        "operations answered there; its queue; streams and packets from there",
    ),
    key("expect", "to", "region", Otherwise("all"), "streams and packets to there"),
    key("expect", "dataset", "dataset", Otherwise("all"), "operations, streams and verdicts of it"),
    key("expect", "kind", "call, read or write", Otherwise("all"), "operations of this kind"),
    key("expect", "from", "time", Value("0s"), "the window's beginning, whole seconds"),
    key("expect", "until", "time", Otherwise("the end of the run"), "the window's end, whole seconds"),
    key("expect", "variant", "variant, list of them, or *", Otherwise("the scenario as written"), "where it must hold"),
    key("expect", "because", "text", Value(""), "which mechanism it proves"),
];

/// The sections that stand once, so that a variant may set keys in one that is not written.
pub(crate) const SINGLE: [&str; 5] = ["story", "run", "links", "routing", "control"];

/// The keys of a section.
pub(crate) fn of(section: &str) -> impl Iterator<Item = &'static KeyInfo> + use<'_> {
    keys().iter().filter(move |key| key.section == section)
}

/// All keys as a text for a person, one line each.
pub fn help() -> String {
    let mut text = String::new();
    let mut section = "";
    for key in keys().iter().filter(|key| !key.section.starts_with("act ")) {
        if key.section != section {
            section = &key.section;
            text += &format!("\n[{section}]\n");
            let fault = FAULTS.iter().find(|line| section.strip_prefix("fault ") == Some(line.info.id));
            text += &fault.map_or_else(String::new, |line| format!("  {} ({})\n", line.info.meaning, line.info.covers));
        }
        text += &line_of(key);
        if (section, key.name) == ("dataset", "protocol") {
            for line in PROTOCOLS {
                text += &format!("    {:<13} {}. {}\n", line.info.id, line.info.title, line.info.guarantee);
            }
        }
    }
    // What a person does may have no keys at all.
    for act in ACTS {
        let section = format!("act {}", act.id);
        text += &format!("\n[{section}]\n  {}: a person's, in links only\n", act.meaning);
        text.extend(of(&section).map(line_of));
    }
    text
}

/// A key in a line of the help.
fn line_of(key: &KeyInfo) -> String {
    let fallback = match key.fallback {
        Required => "required".to_owned(),
        Value(value) => format!("default \"{value}\""),
        Otherwise(words) => format!("default: {words}"),
    };
    let source = if key.source.is_empty() { String::new() } else { format!(" Source: {}.", key.source) };
    format!("  {:<15} {}. Takes {}; {fallback}.{source}\n", key.name, key.meaning, key.takes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_listed_twice_and_sections_are_not_torn_apart() {
        for (place, key) in keys().iter().enumerate() {
            let twice = keys()[..place].iter().any(|other| (&other.section, other.name) == (&key.section, key.name));
            assert!(!twice, "[{}] {} is listed twice", key.section, key.name);
        }
        let mut sections: Vec<&str> = keys().iter().map(|key| key.section.as_str()).collect();
        sections.dedup();
        let count = sections.len();
        sections.sort_unstable();
        sections.dedup();
        assert_eq!(sections.len(), count);
    }

    #[test]
    fn the_help_knows_every_fault_and_every_act() {
        let text = help();
        for id in sim::Action::ids() {
            assert!(text.contains(&format!("\n[fault {id}]\n")) || text.contains(&format!("\n[act {id}]\n")), "{id}");
        }
    }

    #[test]
    fn protocols_that_share_a_setting_mean_the_same_by_it() {
        let all: Vec<&Setting> = PROTOCOLS.iter().flat_map(|line| line.settings).collect();
        for setting in &all {
            let same = all.iter().filter(|other| other.name == setting.name);
            assert!(same.into_iter().all(|other| other == setting), "{}", setting.name);
        }
    }
}
