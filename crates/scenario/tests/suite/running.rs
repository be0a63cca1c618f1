//! A scenario's text as a run that is over, and what came of it.

use protocols::Any;
use scenario::load;
use sim::Run;
use sim::metrics::Query;

/// The run of a text that is sound.
pub fn run_of(text: &str) -> Run<Any> {
    run_on(text, None)
}

/// The same on a seed.
pub fn run_on(text: &str, seed: Option<u64>) -> Run<Any> {
    let scenario = load(text, None, seed).unwrap_or_else(|problems| panic!("{}\n{text}", problems[0]));
    let mut run = Run::new(scenario.config, scenario.protocols, Vec::new());
    run.finish();
    run
}

/// A metric of the whole run.
pub fn whole(run: &Run<Any>, metric: &str) -> f64 {
    run.measure(&Query::whole(metric)).unwrap_or(f64::NAN)
}
