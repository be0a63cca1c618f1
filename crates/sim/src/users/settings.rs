//! `[[population]]`: what may be set of users.

use super::defence::Defences;
use crate::network::settings::LinkConfig;
use crate::spot::Spot;
use engine::{Distribution, Time};
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
    /// The way to each region, by region index: delay, jitter and loss as on any link.
    pub access: Vec<LinkConfig>,
    /// What they ask: request index and weight.
    pub mix: Vec<(usize, u32)>,
    /// Regions in the order they would choose them, nearest first.
    pub preference: Vec<usize>,
    /// Whether they keep the resolver's answer past its time to live.
    pub ignores_ttl: bool,
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
    /// Closed loop: so many users, each thinks (nanoseconds) between the answer and the next request.
    Closed {
        /// Users.
        users: u32,
        /// Time from the end of a request to the next, nanoseconds.
        think: Distribution,
    },
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
    pub const OPEN: &'static [Setting] =
        &[Setting::new("rate", "rate or list of [time, rate]", Required, "requests a second")];

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
        preference.sort_unstable_by_key(|region| (access[*region].one_way, *region));
        PopulationConfig {
            id,
            title,
            lat,
            lon,
            stands_for: plans.count("stands-for", 1..=1_000_000_000) as u32,
            arrival: Arrival::read(plans),
            access,
            mix: plans.weights("mix"),
            preference,
            ignores_ttl: plans.flag("ignores-ttl"),
            defences: Defences::read(plans),
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
        Arrival::Closed { users: fields.count("users", 1..=100_000) as u32, think }
    }

    /// The most requests a second it can make; of a closed loop as if nobody ever waited.
    pub fn most(&self) -> f64 {
        match self {
            Arrival::Poisson(points) | Arrival::Constant(points) => {
                points.iter().map(|(_, rate)| *rate).fold(0.0, f64::max)
            }
            Arrival::Closed { users, think } => {
                let seconds = think.mean().unwrap_or(f64::INFINITY) / 1e9;
                f64::from(*users) / seconds.max(0.01)
            }
        }
    }
}
