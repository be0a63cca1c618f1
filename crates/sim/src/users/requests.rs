//! `[[request]]`: what users do, and what their clients do when it fails.

use super::steps::{Around, STEPS, Step};
use crate::config::DatasetConfig;
use engine::{Span, Stream};
use settings::{Fallback::Required, Fallback::Value, Fields, Plans, Setting, Verb};

/// What a user does: steps one after the other, all on the same key of each dataset. One that has fewer keys than the first folds it.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestConfig {
    /// The name in the scenario.
    pub id: String,
    /// The steps.
    pub steps: Vec<Step>,
    /// Which key they are on.
    pub key: KeyOf,
    /// How long a client waits for an answer before it takes the attempt for lost.
    pub timeout: Span,
    /// What it does then.
    pub retry: Retry,
}

/// Which key a request is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOf {
    /// One that is drawn by popularity.
    Popularity,
    /// The own one of whoever asks: the first users of all populations have the first keys, then the second.
    User,
}

/// What a client does when an attempt fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retry {
    /// Attempts in all, at least 1.
    pub attempts: u32,
    /// Pause before the second attempt.
    pub pause: Span,
    /// Factor on the pause from attempt to attempt; 1 is a fixed pause.
    pub factor: f64,
    /// The longest pause.
    pub longest: Span,
    /// Whether each pause is drawn evenly from zero to its value (full jitter).
    pub jitter: bool,
}

const STEPS_MAX: usize = 16;

impl RequestConfig {
    /// What may be set. What a step takes is said in [`STEPS`].
    pub const SETTINGS: &'static [Setting] = &[
        Setting::new("steps", "list of steps", Required, "what is done, one after the other, on the same key"),
        Setting::new(
            "key",
            "popular or own",
            Value("popular"),
            "which key that is: drawn by popularity, or the own one of the user who asks",
        ),
        Setting::new("bytes", "bytes", Value("1kB"), "size of a value written"),
        Setting::new("timeout", "time", Value("2s"), "how long a client waits before it takes an attempt for lost"),
        Setting::new("retry", "none, fixed or exponential", Value("none"), "what it does then"),
        Setting::new("attempts", "number", Value("3"), "with retry: attempts in all"),
        Setting::new("pause", "time", Value("100ms"), "with retry: before the second attempt"),
        Setting::new(
            "factor",
            "factor",
            Value("2x"),
            "retry = exponential: on the pause, from attempt to attempt; at least 1x",
        ),
        Setting::new("longest", "time", Value("10s"), "retry = exponential: the longest pause"),
        Setting::new(
            "jitter",
            "true or false",
            Value("true"),
            "retry = exponential: draw each pause evenly from zero to its value",
        ),
    ];

    /// Read what is set, where there are these datasets.
    pub fn read(plans: &dyn Plans, id: String, datasets: &[DatasetConfig]) -> RequestConfig {
        let bytes = plans.bytes("bytes");
        let verbs: Vec<Verb> = STEPS.iter().map(|line| line.verb).collect();
        let mut steps = Vec::new();
        plans.phrases("steps", STEPS_MAX, &verbs, &mut |verb, fields| {
            let line = &STEPS[verb];
            let around = Around { datasets, word: line.verb.word, bytes };
            steps.extend((line.read)(fields, &around));
        });
        let writes =
            steps.iter().any(|step| matches!(step, Step::Write { change, .. } if change.verb == values::Verb::Set));
        plans.heard("bytes", writes || steps.is_empty(), "`steps` so that one writes");
        if !steps.is_empty() && steps.iter().all(|step| matches!(step, Step::Wait(_))) {
            plans.problem("steps", "the request only waits", "give it a step that does something");
        }
        let key = [KeyOf::Popularity, KeyOf::User][plans.choice("key", &["popular", "own"])];
        let of_data = steps.is_empty() || steps.iter().any(|step| step.dataset().is_some());
        plans.heard("key", of_data, "`steps` so that one is on data");
        RequestConfig { id, steps, key, timeout: plans.period("timeout"), retry: Retry::read(plans) }
    }
}

impl Retry {
    fn read(fields: &dyn Fields) -> Retry {
        let kind = fields.choice("retry", &["none", "fixed", "exponential"]);
        let (pause, attempts) = (fields.span("pause"), fields.count("attempts", 1..=10_000) as u32);
        for key in ["pause", "attempts"] {
            fields.heard(key, kind != 0, "`retry` to fixed or exponential");
        }
        for key in ["factor", "longest", "jitter"] {
            fields.heard(key, kind == 2, "retry = \"exponential\"");
        }
        let (factor, longest, jitter) = (fields.growth("factor"), fields.period("longest"), fields.flag("jitter"));
        match kind {
            0 => Retry { attempts: 1, pause: Span::ZERO, factor: 1.0, longest: Span::ZERO, jitter: false },
            1 => Retry { attempts, pause, factor: 1.0, longest: pause, jitter: false },
            _ => Retry { attempts, pause, factor, longest, jitter },
        }
    }

    /// The pause after this attempt, drawn if it is jittered.
    pub(crate) fn pause_after(&self, attempt: u16, stream: &mut Stream) -> Span {
        let mut pause = self.pause;
        for _ in 1..attempt {
            pause = pause.scale(self.factor).min(self.longest);
        }
        let pause = pause.min(self.longest);
        if self.jitter { stream.span_in(Span::ZERO..=pause) } else { pause }
    }
}
