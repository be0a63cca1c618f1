//! Once a second: what cannot be counted from events alone is read off and written to the trace.

use crate::trace::{What, data, services};
use crate::world::{Event, World};
use engine::Span;
use protocol::Protocol;

impl<P: Protocol> World<P> {
    pub(crate) fn on_second(&mut self) {
        self.plan_because(0, self.now + Span::from_secs(1), Event::Second);
        self.forget_old_calls();
        for region in 0..self.config.regions.len() as u16 {
            let workers = self.config.regions[usize::from(region)].workers;
            let station = &mut self.stations[usize::from(region)];
            let utilisation = station.end_second(self.now, workers);
            let queue = station.waiting.len() as u32;
            let busy_permille = engine::math::round(utilisation * 1000.0) as u16;
            self.emit(What::Services(services::Fact::RegionGauge { region, queue, busy_permille }));
        }
        for dataset in 0..self.datasets.len() as u16 {
            let leaders: Vec<_> = self.leaders_of(dataset).collect();
            for (from, view) in leaders {
                for stream in view.streams {
                    let (to, entries, bytes) = (stream.to.0, stream.lag_entries, stream.lag_bytes);
                    self.emit(What::Data(data::Fact::StreamGauge {
                        dataset,
                        from,
                        to,
                        entries,
                        bytes,
                        lag: stream.lag,
                    }));
                }
            }
        }
        self.gauge_links();
        self.emit(What::SecondOver);
        self.network.end_second();
    }
}
