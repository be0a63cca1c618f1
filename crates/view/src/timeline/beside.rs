//! The run beside the open one, on the charts of that: of each the one number that tells most, as a line, and what lies between it and the same
//! number of the open run shaded.

use super::bins::Bin;
use super::frame::Chart;
use crate::palette::Outcome;

/// What its line is called, right of the plot; the page calls the map of the open run A.
pub(super) const NAME: &str = "B";

/// What stands for a chart in one number: the 99th percentile, what ended well, the largest lag, the longest queue, the busiest region.
pub(super) fn value(chart: Chart, bin: &Bin) -> f32 {
    match chart {
        Chart::Latency => bin.latency[1],
        Chart::Outcomes => bin.outcomes[..=Outcome::Stale as usize].iter().sum(),
        Chart::Lag => bin.lags.iter().map(|lag| lag.3).fold(0.0, f32::max),
        Chart::Queue => bin.queue,
        Chart::Utilisation => bin.utilisation,
    }
}
