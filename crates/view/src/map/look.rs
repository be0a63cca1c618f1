//! How what is drawn of a region or a zone with power looks.

use crate::palette::{Color, Palette};
use sim::RegionState;
use sim::trace::Health;

/// How far outside of a disc the ring lies that says how busy it is, CSS pixels.
pub(crate) const RING: f32 = 4.0;

/// Whether a region is asked for more than it can do: nine tenths of its queue are full or more, and what finds no room is refused.
/// Whoever probes it may hold it for healthy.
pub(crate) fn overloaded(state: &RegionState) -> bool {
    state.site.up
        && state.service.queue > 0
        && u64::from(state.service.queue) * 10 >= u64::from(state.service.queue_limit) * 9
}

/// What the colour of a disc with power says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Judged(Health),
    Overloaded,
}

impl Look {
    pub(crate) const ALL: [Look; 4] = [
        Look::Judged(Health::Healthy),
        Look::Judged(Health::Degraded),
        Look::Judged(Health::Unhealthy),
        Look::Overloaded,
    ];

    pub(crate) fn of(state: &RegionState) -> Look {
        if overloaded(state) { Look::Overloaded } else { Look::Judged(state.judged.health) }
    }

    pub(crate) fn color(self, palette: &Palette) -> Color {
        match self {
            Look::Judged(health) => palette.health(health),
            Look::Overloaded => palette.overload,
        }
    }
}
