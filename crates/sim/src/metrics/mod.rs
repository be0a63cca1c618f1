//! Everything counted and timed, made of trace events alone.

mod catalog;

pub use catalog::{METRICS, Metric, MetricInfo, Query, Unit};

use engine::Span;

/// From here on a successful operation counts as slow in outcome charts.
pub const SLOW: Span = Span::from_millis(300);
