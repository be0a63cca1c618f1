//! What an event of the whole world costs with three regions and with twenty-four, at the same rate of requests in all.

use crate::budget::Budget;
use crate::{Clock, ROUNDS, median, ratio};
use protocols::Any;
use scenario::Scenario;
use sim::Run;

/// An event costs less than so many times as much with most regions as with fewest.
const BREADTH: f64 = 1.6;
/// What it should be.
const BREADTH_WANTED: f64 = 1.1;
/// The regions, as many as a scenario may have.
const REGIONS: [&str; 24] = [
    "us-east-1",
    "eu-west-1",
    "ap-northeast-1",
    "us-west-2",
    "eu-central-1",
    "ap-southeast-1",
    "sa-east-1",
    "ap-south-1",
    "ca-central-1",
    "us-east-2",
    "eu-north-1",
    "ap-northeast-2",
    "us-west-1",
    "eu-west-2",
    "ap-southeast-2",
    "af-south-1",
    "eu-west-3",
    "ap-east-1",
    "me-south-1",
    "eu-south-1",
    "ap-northeast-3",
    "il-central-1",
    "eu-south-2",
    "ap-south-2",
];

/// Requests a second, of all users together.
const RATE: usize = 2_400;

/// Measures and prints.
pub(crate) fn bench() -> Result<Budget, String> {
    let scenarios = [3, 6, 12, 24].map(|regions| (regions, wide(regions)));
    let mut costs: Vec<(usize, Vec<f64>)> = Vec::new();
    for (regions, scenario) in scenarios {
        let (scenario, mut seconds) = (scenario?, Vec::new());
        for round in 0..ROUNDS {
            let clock = Clock::start();
            let mut run: Run<Any> = scenario.run(Vec::new());
            run.finish();
            if round > 0 {
                seconds.push(clock.seconds() / run.handled() as f64);
            }
        }
        costs.push((regions, seconds));
    }
    println!("\nan event of the whole world, {RATE} requests a second over all regions:");
    for (regions, seconds) in &costs {
        println!("{regions:>10} regions {:>8.0} ns", median(seconds.clone()).unwrap_or(0.0) * 1e9);
    }
    let share = match &costs[..] {
        [(_, few), .., (_, many)] => ratio(few, many),
        _ => None,
    };
    Ok(Budget::below(BREADTH, "an event with 24 regions ÷ with 3", share).aiming_at(BREADTH_WANTED))
}

/// Users in so many regions, who call their own and write to a dataset that three of them hold.
fn wide(regions: usize) -> Result<Scenario, String> {
    let mut text = "version = 1\n[story]\ntitle = \"Wide\"\n[run]\nduration = \"60s\"\n".to_owned();
    for region in &REGIONS[..regions] {
        text += &format!("[[region]]\nid = \"{region}\"\nworkers = 1000\n");
    }
    for region in &REGIONS[..regions] {
        text += &format!(
            "[[population]]\nid = \"{region}\"\nrate = \"{}/s\"\nmix = {{ call = 3, write = 1 }}\n",
            RATE / regions
        );
    }
    text += "[[dataset]]\nid = \"orders\"\nleader = \"us-east-1\"\nplacement = [\"us-east-1\", \"eu-west-1\", \"ap-northeast-1\"]\n";
    text += "[[request]]\nid = \"call\"\nsteps = [\"call\"]\n[[request]]\nid = \"write\"\nsteps = [\"write orders\"]\n";
    scenario::load(&text, None, None).map_err(|problems| format!("{problems:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_regions_holds_together() {
        for regions in [3, 6, 12, 24] {
            assert_eq!(wide(regions).map(|wide| wide.config.regions.len()), Ok(regions));
        }
    }
}
