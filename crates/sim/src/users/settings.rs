//! `[[population]]`: what may be set of users.

use super::clocks::ClocksConfig;
use super::defence::Defences;
use crate::network::settings::LinkConfig;
use crate::spot::Spot;
use engine::{Distribution, Span, Time};
use settings::{Fallback::Otherwise, Fallback::Required, Fallback::Value, Fields, Plans, Setting};

/// Users at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationConfig {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// How many real users one simulated user stands for, at least 1.
    pub stands_for: u32,
    /// When they ask.
    pub arrival: Arrival,
    /// Who they are; none where each request is a stranger's. In a closed loop they are the clients.
    pub people: Option<PeopleConfig>,
    /// The way to each region, by region index: delay, jitter and loss as on any link.
    pub access: Vec<LinkConfig>,
    /// What they ask: request index and weight.
    pub mix: Vec<(usize, u32)>,
    /// Regions in the order they would choose them, nearest first.
    pub preference: Vec<usize>,
    /// Whether they keep the resolver's answer past its time to live.
    pub ignores_ttl: bool,
    /// How wrong the clocks of their devices are.
    pub clocks: ClocksConfig,
    /// What their clients do to spare a region, or themselves.
    pub defences: Defences,
}

/// When users ask.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrival {
    /// Open loop, exponential gaps; requests per second over time: points joined by straight lines, zero before the
    /// first, constant after the last.
    Poisson(Vec<(Time, f64)>),
    /// Open loop, even gaps; requests per second over time, read as steps, zero before the first.
    Constant(Vec<(Time, f64)>),
    /// Closed loop: each of the people thinks (nanoseconds) between the answer and the next request.
    Closed {
        /// Time from the end of a request to the next, nanoseconds.
        think: Distribution,
    },
}

/// Users who come back, each with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeopleConfig {
    /// How many.
    pub users: u32,
    /// How many devices each of them has, at least 1. What one of them knows of what was done with it no other does.
    pub devices: u32,
    /// For how long after its last request a device knows that; for good if none.
    pub session: Option<Span>,
}

/// The most people in an open loop.
const USERS_MAX: u64 = 1_000_000;
/// The most in a closed one, where each is a client all the time.
const LOOPS_MAX: u64 = 100_000;

impl PeopleConfig {
    /// What may be set of them.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::new(
            "devices",
            "1 to 8",
            Value("1"),
            "with users: how many devices each has; a request comes from one of them, drawn evenly, and what a client remembers it remembers on that one",
        ),
        Setting::new(
            "session",
            "time",
            Otherwise("for good"),
            "with users: how long after its last request a device keeps what it remembers: versions read and written, who answered, pins",
        ),
    ];

    /// In an open loop.
    const OPEN: Setting = Setting::new(
        "users",
        "1 to 1000000",
        Otherwise("each request is a stranger's"),
        "how many people ask, each with a number, who come back; a request is that of one of them who waits for no answer, drawn evenly",
    );

    /// So many in a closed loop, with one device each that forgets nothing.
    pub const fn new(users: u32) -> PeopleConfig {
        PeopleConfig { users, devices: 1, session: None }
    }

    fn read(fields: &dyn Fields, closed: bool) -> Option<PeopleConfig> {
        let known = closed || fields.holds("users");
        let most = if closed { LOOPS_MAX } else { USERS_MAX };
        let users = known.then(|| fields.count("users", 1..=most) as u32);
        let devices = fields.count("devices", 1..=8) as u32;
        let session = fields.holds("session").then(|| fields.period("session"));
        for key in ["devices", "session"] {
            fields.heard(key, known, "`users`, so that somebody comes back");
        }
        users.map(|users| PeopleConfig { users, devices, session })
    }
}

/// The least mean pause of users in a closed loop, nanoseconds.
const THINK_LEAST: f64 = 1e6;

impl PopulationConfig {
    /// Requests a second that all populations together may ask.
    pub const RATE_MAX: f64 = 20_000.0;

    /// What may be set, beside where they are, what they are called and how their clients defend themselves.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::new("stands-for", "number", Value("1"), "real users that one simulated user stands for"),
        Setting::new("arrival", "poisson, constant or closed", Value("poisson"), "how requests come"),
        Setting::new("mix", "{ request = weight }", Otherwise("all requests alike"), "what they ask"),
        Setting::new(
            "ignores-ttl",
            "true or false",
            Value("false"),
            "whether they keep an answer of the resolver for good",
        ),
    ];

    /// What may be set of an open loop.
    pub const OPEN: &'static [Setting] = &[
        Setting::new(
            "rate",
            "rate or list of [time, rate]",
            Required,
            "requests a second; a list is joined by straight lines where arrivals are poisson, and read as steps where they are constant",
        ),
        PeopleConfig::OPEN,
    ];

    /// What may be set of a closed loop.
    pub const CLOSED: &'static [Setting] = &[
        Setting::new("users", "number", Required, "how many"),
        Setting::new(
            "think",
            "distribution of times",
            Value("exponential 1s"),
            "pause between an answer and the next request; its mean is at least 1ms",
        ),
    ];

    /// Read what is set of users from whom these ways lead to the regions.
    pub fn read(plans: &dyn Plans, Spot { id, title, lat, lon }: Spot, access: Vec<LinkConfig>) -> PopulationConfig {
        let mut preference: Vec<usize> = (0..access.len()).collect();
        engine::sort_by_key(&mut preference, |region| (access[*region].one_way, *region));
        let arrival = Arrival::read(plans);
        let people = PeopleConfig::read(plans, matches!(arrival, Arrival::Closed { .. }));
        PopulationConfig {
            id,
            title,
            lat,
            lon,
            stands_for: plans.count("stands-for", 1..=1_000_000_000) as u32,
            arrival,
            people,
            access,
            mix: plans.weights("mix"),
            preference,
            ignores_ttl: plans.flag("ignores-ttl"),
            clocks: ClocksConfig::read(plans),
            defences: Defences::read(plans),
        }
    }

    /// Whether its people are told apart from their sessions: in a closed loop with one device that forgets nothing both are the same.
    pub(crate) fn tells_people(&self) -> bool {
        let closed = matches!(self.arrival, Arrival::Closed { .. });
        self.people.is_some_and(|people| !closed || people.devices > 1 || people.session.is_some())
    }

    /// The most requests a second they can make; in a closed loop as if nobody ever waited.
    pub fn most(&self) -> f64 {
        match &self.arrival {
            Arrival::Poisson(points) | Arrival::Constant(points) => {
                points.iter().map(|(_, rate)| *rate).fold(0.0, f64::max)
            }
            Arrival::Closed { think } => {
                let seconds = think.mean().unwrap_or(f64::INFINITY) / 1e9;
                f64::from(self.people.map_or(0, |people| people.users)) / seconds.max(0.01)
            }
        }
    }
}

impl Arrival {
    fn read(plans: &dyn Plans) -> Arrival {
        match plans.choice("arrival", &["poisson", "constant", "closed"]) {
            0 => Arrival::Poisson(plans.rates("rate", PopulationConfig::RATE_MAX)),
            1 => Arrival::Constant(plans.rates("rate", PopulationConfig::RATE_MAX)),
            _ => Arrival::closed(plans),
        }
    }

    fn closed(fields: &dyn Fields) -> Arrival {
        let think = fields.distribution("think");
        // Where nothing else takes time, users who do not pause ask without end at one instant.
        if think.mean().is_some_and(|mean| mean < THINK_LEAST) {
            fields.problem("think", "users hardly pause between requests", "the mean of `think` is at least 1ms");
        }
        Arrival::Closed { think }
    }
}
