//! Draining a region that answers its probes and serves its users badly, step by step, and letting its users come back the
//! same way. F4, F13.
//!
//! A region tells with every probe answer how its service has done so far. Once a period the controller looks at what is new:
//! too many errors or too long a time cost the region a step of its share, a good record gains it one. An unhealthy region
//! has no share at all, and comes back by the same steps. Who has no users gives no record: it is tried with a few after a
//! rest, which doubles with each trial that fails.

use super::Control;
use super::said::{Fact, Health, Said};
use crate::cx::Cx;

impl Control {
    /// Look at every region whose period is over.
    pub(super) fn look_at_services(&mut self, cx: &mut Cx<'_>) {
        let config = cx.config;
        let Some(drain) = &config.routing.drain else { return };
        for region in 0..config.regions.len() as u16 {
            let unhealthy = self.health(region) == Health::Unhealthy;
            let rung = &mut self.ladder[usize::from(region)];
            if cx.now() < rung.due {
                continue;
            }
            rung.due = cx.now() + drain.every;
            let before = rung.percent();
            rung.look(unhealthy, |news| {
                let slow = news.took.as_nanos() / news.served.max(1) > drain.latency.as_nanos();
                slow || news.failed as f64 > drain.errors.as_f64() * news.served as f64
            });
            let percent = rung.percent();
            if percent != before {
                cx.state(Fact::ShareChanged { region, percent });
                cx.say(Said::Share { region, percent });
            }
        }
    }
}
