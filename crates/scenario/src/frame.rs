//! What may be set in a file beside what each part of the world says of itself: the sections there are, the story, what things
//! are called and where they are, how long links are, variants and what is expected.

use settings::{Fallback, Fallback::Otherwise, Fallback::Required, Fallback::Value, Setting};

/// What an id is made of.
const ID: &str = "letters, digits, - and /";
const ONE_OF_FIVE: Fallback = Otherwise("one of the five is written");
const JITTER: &str = "Bailis 2013: one ping a second for a week between EC2 regions; data/jitter.csv; stretched to the P90 of a link where \
     that was measured";
const HAT: &str =
    "Bailis et al., Highly Available Transactions, VLDB 2014, Table 1: 0.50 to 0.56 ms within an availability zone";
const ACROSS_ZONES: &str = "Bailis et al., Highly Available Transactions, VLDB 2014, Table 1: 1.08, 3.12 and 3.57 ms between three availability zones";

/// The sections there are.
pub(crate) const SECTIONS: &[Setting] = &[
    Setting::new("version", "1", Required, "the version of the file format"),
    Setting::new("story", "section", Required, "what the scenario tells"),
    Setting::new("run", "section", Otherwise("all defaults"), "how long the run lasts"),
    Setting::new("region", "sections", Required, "the regions, at most 24, and 48 with their zones"),
    Setting::new("links", "section", Otherwise("all defaults"), "what holds for every link"),
    Setting::new("link", "sections", Otherwise("none"), "what is special about a link"),
    Setting::new("dataset", "sections", Otherwise("none"), "the data, at most 8"),
    Setting::new("population", "sections", Required, "the users, at most 48"),
    Setting::new("request", "sections", Required, "what users do, at most 32"),
    Setting::new("routing", "section", Otherwise("all defaults"), "how users find a region"),
    Setting::new("control", "section", Otherwise("all defaults"), "who watches and who decides"),
    Setting::new("fault", "sections", Otherwise("none"), "what goes wrong by plan, at most 64"),
    Setting::new("act", "sections", Otherwise("none"), "what is done by plan, at most 64"),
    Setting::new("variant", "sections", Otherwise("none"), "other settings under a name, at most 16"),
    Setting::new("expect", "sections", Otherwise("none"), "what must come out, at most 64"),
];

/// What may be told.
pub(crate) const STORY: &[Setting] = &[
    Setting::new("title", "text", Required, "the name in the gallery"),
    Setting::new("summary", "text", Otherwise("nothing"), "what happens, in a few sentences"),
    Setting::new("question", "text", Otherwise("none"), "what the reader is asked before the run"),
    Setting::new("choices", "list of { text, correct, because }", Otherwise("none"), "the answers to choose from"),
    Setting::new("watch", "list of texts", Otherwise("nothing"), "what to look at"),
    Setting::new("teaches", "text", Otherwise("nothing"), "what one knows afterwards"),
    Setting::new("covers", "list of ids such as R1", Otherwise("nothing"), "mechanisms of the catalog that it shows"),
];

/// What an answer to choose says.
pub(crate) const CHOICE: &[Setting] = &[
    Setting::new("text", "text", Required, "the answer"),
    Setting::new("correct", "true or false", Value("false"), "whether it is right"),
    Setting::new("because", "text", Required, "why it is right or wrong"),
];

/// What may be set of the run.
pub(crate) const RUN: &[Setting] = &[
    Setting::new("seed", "number", Value("1"), "where every random stream starts from"),
    Setting::new("duration", "time", Value("2m"), "simulated time, at most 24h"),
];

/// What says where it is.
pub(crate) const REGION: &[Setting] = &[
    Setting::new("id", ID, Required, "its name here, and its place if that is not written"),
    Setting::new(
        "place",
        "provider region or [lat, lon]",
        Otherwise("the id"),
        "where it is: coordinates and round trips follow",
    ),
    Setting::new("title", "text", Otherwise("the provider's name"), "the name a person reads"),
    Setting::new(
        "zones",
        "whole number, 1 to 6",
        Value("1"),
        "availability zones, which share its workers and its queue; the first of us-east-1 is us-east-1a; its balancer passes users to those that the controller holds for healthy, as far as it lives",
    ),
];

/// What says how long all links are.
pub(crate) const LINKS: &[Setting] = &[
    Setting::new(
        "edition",
        "2020 or 2025-07",
        Value("2025-07"),
        "when the round trips between AWS regions were measured: means of June 2020, or P50 and P90 of July 2025",
    ),
    Setting::new("jitter", "measured or off", Value("measured"), "whether delays vary around their median")
        .from(JITTER),
    Setting::new("local", "time", Value("0.5ms"), "round trip within a region, or within a zone of one").from(HAT),
    Setting::new("across-zones", "time", Value("2.6ms"), "round trip between zones of a region").from(ACROSS_ZONES),
    Setting::new("last-mile", "time", Value("10ms"), "part of users' round trips that does not depend on the distance"),
];

/// What says which link is meant and how long it is.
pub(crate) const LINK: &[Setting] = &[
    Setting::new("between", "two regions", Required, "its ends; of a region with zones all of them"),
    Setting::new(
        "one-way",
        "true or false",
        Value("false"),
        "whether only the way from the first to the second is meant",
    ),
    Setting::new("rtt", "time", Otherwise("measured or estimated"), "round trip without jitter"),
    Setting::new("jitter", "measured or off", Otherwise("as for all links"), "whether its delay varies"),
    Setting::new(
        "delay",
        "distribution of times",
        Otherwise("by `rtt` and `jitter`"),
        "how long a packet takes one way, drawn for each, in place of a round trip",
    ),
];

/// What says which it is and whose.
pub(crate) const DATASET: &[Setting] = &[
    Setting::new("id", ID, Required, "its name here"),
    Setting::new("protocol", "", Required, "how it is replicated"),
];

/// What says where they are.
pub(crate) const POPULATION: &[Setting] = &[
    Setting::new("id", ID, Required, "its name here, and its place if that is not written"),
    Setting::new("title", "text", Otherwise("the city's name"), "the name a person reads"),
    Setting::new("place", "city, provider region or [lat, lon]", Otherwise("the id"), "where the users are"),
];

/// What says which it is.
pub(crate) const REQUEST: &[Setting] = &[Setting::new("id", ID, Required, "its name here")];

/// What says which it is and of which kind.
pub(crate) const FAULT: &[Setting] =
    &[Setting::new("id", ID, Required, "its name here"), Setting::new("kind", "", Required, "what happens")];

/// What says which it is and of which kind.
pub(crate) const ACT: &[Setting] =
    &[Setting::new("id", ID, Required, "its name here"), Setting::new("kind", "", Required, "what is done")];

/// What a variant says.
pub(crate) const VARIANT: &[Setting] = &[
    Setting::new("id", ID, Required, "its name here"),
    Setting::new("title", "text", Otherwise("the id"), "the name a person reads"),
    Setting::new("summary", "text", Value(""), "what is different"),
    Setting::new("extends", "variant", Otherwise("the scenario as written"), "what it starts from"),
    Setting::new("set", "{ \"section.id.key\" = value }", Required, "what it changes"),
];

/// What may be expected, where and when.
pub(crate) const EXPECT: &[Setting] = &[
    Setting::new("metric", "metric id", Required, "what is measured"),
    Setting::new("at-least", "value", ONE_OF_FIVE, "it must be this or more"),
    Setting::new("at-most", "value", ONE_OF_FIVE, "it must be this or less"),
    Setting::new("above", "value", ONE_OF_FIVE, "it must be more than this"),
    Setting::new("below", "value", ONE_OF_FIVE, "it must be less than this"),
    Setting::new("equals", "value", ONE_OF_FIVE, "it must be this"),
    Setting::new("within", "value", Otherwise("exactly"), "with equals: how far off it may be"),
    Setting::new("population", "population", Otherwise("all"), "operations of these users"),
    Setting::new(
        "region",
        "region",
        Otherwise("all"),
        "operations answered there; its queue; streams and packets from there",
    ),
    Setting::new("to", "region", Otherwise("all"), "streams and packets to there"),
    Setting::new("dataset", "dataset", Otherwise("all"), "operations, streams and verdicts of it"),
    Setting::new("kind", "call, read or write", Otherwise("all"), "operations of this kind"),
    Setting::new("from", "time", Value("0s"), "the window's beginning, whole seconds"),
    Setting::new("until", "time", Otherwise("the end of the run"), "the window's end, whole seconds"),
    Setting::new("variant", "variant, list of them, or *", Otherwise("the scenario as written"), "where it must hold"),
    Setting::new("because", "text", Value(""), "which mechanism it proves"),
];
