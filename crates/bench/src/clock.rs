//! How much processor time this thread has used.

use std::time::Instant;

/// A running measurement.
pub struct Clock {
    /// CPU nanoseconds at the start, where the system tells.
    cpu: Option<u64>,
    wall: Instant,
}

impl Clock {
    /// What the seconds are.
    pub const UNIT: &str = if cfg!(target_os = "linux") { "CPU second" } else { "second" };

    /// Starts measuring.
    pub fn start() -> Clock {
        Clock { cpu: cpu_nanos(), wall: Instant::now() }
    }

    /// CPU seconds since the start; seconds of real time where the system does not tell.
    pub fn seconds(&self) -> f64 {
        match (self.cpu, cpu_nanos()) {
            (Some(start), Some(now)) => (now - start) as f64 / 1e9,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

/// The first number that Linux gives for a process: nanoseconds on a processor (proc(5), schedstat).
fn cpu_nanos() -> Option<u64> {
    std::fs::read_to_string("/proc/self/schedstat").ok()?.split(' ').next()?.parse().ok()
}
