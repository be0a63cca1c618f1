//! Taking away from a plan that fails what its failure does not need.

use crate::plan::Plan;
use crate::trial::{Failure, attempt};
use protocol::Protocol;
use protocols::AnyConfig;

/// So often at most is a plan run to make it smaller.
const RUNS_MAX: u32 = 2_000;

/// A plan that contradicts the same statement and of which nothing can be taken away.
pub fn shrink<P: Protocol<Config = AnyConfig>>(plan: Plan, failure: Failure) -> (Plan, Failure) {
    let (mut least, mut runs) = ((plan, failure), 0..RUNS_MAX);
    // What could not be spared may be spared once something else is gone: from the beginning until nothing is.
    loop {
        // What is no scenario comes of having taken too much away.
        let fails_alike = |(plan, _): (Plan, u32)| {
            plan.load().ok()?;
            let failure = attempt::<P>(&plan).err()?;
            (failure.statement == least.1.statement).then_some((plan, failure))
        };
        let smaller = least.0.smaller().zip(runs.by_ref()).find_map(fails_alike);
        match smaller {
            Some(smaller) => least = smaller,
            None => return least,
        }
    }
}
