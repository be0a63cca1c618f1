//! The clock of the page: where the playhead is and how fast it moves. Pure; whoever has frames calls [`Transport::advance`].

use engine::{Span, Time};
use sim::{Lane, Mark};

/// Around a decision nothing passes faster than this, simulated seconds per second, or than this share of the chosen speed if
/// that is more: who has chosen to fly over the run does not want to stand still.
const SLOW_MOTION: f64 = 0.25;
const SLOW_SHARE: f64 = 1.0 / 8.0;

/// Slow motion begins so long before a decision and ends so long after it.
const BEFORE: Span = Span::from_millis(200);
const AFTER: Span = Span::from_millis(600);

/// Decisions that follow closely share one slow motion, up to this length.
const LONGEST: Span = Span::from_secs(2);

/// Between the end of a slow motion and the next pass so many seconds of the person's time at the chosen speed, at least.
const APART: f64 = 4.0;

/// Decisions that weigh less are not slowed down for: see [`Mark::weight`].
const WEIGHTY: u8 = 2;

/// A frame that took longer moves the playhead no further than this, seconds: the page was asleep.
const LONGEST_FRAME: f64 = 0.25;

/// The playhead.
#[derive(Clone, Debug, PartialEq)]
pub struct Transport {
    /// Where it is.
    pub playhead: Time,
    /// Whether it moves.
    pub playing: bool,
    /// How fast, simulated seconds per second.
    pub speed: f64,
    /// Whether it slows by itself around decisions.
    pub slows: bool,
}

impl Default for Transport {
    fn default() -> Transport {
        Transport { playhead: Time::ZERO, playing: false, speed: 1.0, slows: true }
    }
}

impl Transport {
    /// Move on by so many seconds of the person's time, no further than what is computed, and no further than where the next
    /// slow motion begins. Where less is computed than before, because the run goes on from an earlier moment, the playhead
    /// waits where it is. Comes to rest at the end of the run.
    pub fn advance(&mut self, seconds: f64, computed: Time, until: Time, marks: &[Mark]) {
        if !self.playing {
            return;
        }
        let step = Span::from_secs_f64(seconds.clamp(0.0, LONGEST_FRAME) * self.speed_now(marks));
        let slow = self.slow_from(marks).unwrap_or(Time::MAX);
        self.playhead = (self.playhead + step).min(computed.max(self.playhead)).min(slow);
        if self.playhead >= until {
            self.playing = false;
        }
    }

    /// The speed in force: the chosen one, less around decisions.
    pub fn speed_now(&self, marks: &[Mark]) -> f64 {
        let within = |(begin, end): (Time, Time)| begin <= self.playhead && self.playhead < end;
        if self.slow_motions(marks).into_iter().any(within) { self.slow_speed() } else { self.speed }
    }

    /// The speed of slow motion.
    fn slow_speed(&self) -> f64 {
        self.speed.min(SLOW_MOTION.max(self.speed * SLOW_SHARE))
    }

    /// Where the next slow motion begins, if one lies ahead.
    fn slow_from(&self, marks: &[Mark]) -> Option<Time> {
        self.slow_motions(marks).into_iter().map(|(begin, _)| begin).find(|begin| *begin > self.playhead)
    }

    /// From when to when slow motion lasts, in order: around weighty decisions, joined where they touch, short, and never soon
    /// after another one. So no run takes much more than twice its time, however much is decided in it.
    fn slow_motions(&self, marks: &[Mark]) -> Vec<(Time, Time)> {
        let mut motions: Vec<(Time, Time)> = Vec::new();
        if !self.slows || self.speed <= SLOW_MOTION {
            return motions;
        }
        let apart = Span::from_secs_f64(APART * self.speed);
        for mark in marks.iter().filter(|mark| mark.lane == Lane::Decision && mark.weight >= WEIGHTY) {
            let begin = Time::from_nanos(mark.at.as_nanos().saturating_sub(BEFORE.as_nanos()));
            let end = mark.at + AFTER;
            match motions.last_mut() {
                Some((first, last)) if begin <= *last && end <= *first + LONGEST => *last = end,
                Some((_, last)) if begin < *last + apart => {}
                _ => motions.push((begin, end)),
            }
        }
        motions
    }

    /// Go to a time within what is computed.
    pub fn seek(&mut self, at: Time, computed: Time) {
        self.playhead = at.min(computed);
    }
}

/// The first notable moment after a time: where something happens, begins or ends.
pub fn next_moment(marks: &[Mark], at: Time) -> Option<Time> {
    moments(marks).filter(|moment| *moment > at).min()
}

/// The last notable moment before a time.
pub fn previous_moment(marks: &[Mark], at: Time) -> Option<Time> {
    moments(marks).filter(|moment| *moment < at).max()
}

fn moments(marks: &[Mark]) -> impl Iterator<Item = Time> {
    marks.iter().flat_map(|mark| std::iter::once(mark.at).chain(mark.until))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn decision(millis: u64) -> Mark {
        Mark {
            at: Time::from_millis(millis),
            until: None,
            lane: Lane::Decision,
            title: String::new(),
            event: 1,
            fault: None,
            regions: Vec::new(),
            weight: 3,
            times: 1,
            verdict: None,
        }
    }

    fn playing(millis: u64) -> Transport {
        Transport { playhead: Time::from_millis(millis), playing: true, ..Transport::default() }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_playhead_never_runs_past_what_is_computed() {
        let mut transport = playing(900);
        transport.advance(0.2, Time::from_secs(1), Time::from_secs(60), &[]);
        assert_eq!(transport.playhead, Time::from_secs(1));
        assert!(transport.playing);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn it_rests_at_the_end_of_the_run() {
        let mut transport = playing(59_990);
        transport.advance(0.1, Time::from_secs(60), Time::from_secs(60), &[]);
        assert_eq!((transport.playhead, transport.playing), (Time::from_secs(60), false));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn it_slows_around_decisions_and_nowhere_else() {
        let marks = [decision(5_000)];
        for (millis, speed) in [(4_700, 1.0), (4_900, SLOW_MOTION), (5_500, SLOW_MOTION), (5_700, 1.0)] {
            assert_eq!(playing(millis).speed_now(&marks), speed, "at {millis} ms");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn slow_motion_is_rare_and_bounded_however_many_decisions_there_are() {
        let many: Vec<Mark> = (0..400).map(|at| decision(at * 500)).collect();
        let scarce: Vec<Mark> = (0..40).map(|at| decision(at * 5_000)).collect();
        let petty: Vec<Mark> = many.iter().cloned().map(|mark| Mark { weight: 1, ..mark }).collect();
        for (marks, most) in [(&many, 2.2), (&scarce, 2.0), (&petty, 1.05)] {
            for speed in [1.0, 5.0, 60.0] {
                let end = Time::from_secs(200);
                let mut transport = Transport { speed, ..playing(0) };
                let mut frames = 0_u32;
                while transport.playing {
                    transport.advance(0.016, Time::MAX, end, marks);
                    frames += 1;
                }
                let (took, plainly) = (f64::from(frames) * 0.016, 200.0 / speed);
                assert!(took <= plainly * most + 1.0, "{took} s instead of {plainly} s at {speed}");
            }
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_page_that_slept_does_not_jump() {
        let mut transport = playing(0);
        transport.advance(3600.0, Time::MAX, Time::MAX, &[]);
        assert_eq!(transport.playhead, Time::from_millis(250));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_playhead_waits_where_it_is_while_another_branch_catches_up() {
        let mut transport = playing(60_000);
        transport.advance(0.1, Time::from_secs(15), Time::from_secs(120), &[]);
        assert_eq!((transport.playhead, transport.playing), (Time::from_secs(60), true));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn no_speed_jumps_over_slow_motion() {
        let marks = [decision(5_000)];
        let mut transport = Transport { speed: 60.0, ..playing(4_500) };
        transport.advance(0.016, Time::MAX, Time::MAX, &marks);
        assert_eq!(transport.playhead, Time::from_millis(4_800), "it stops at the door");
        transport.advance(0.016, Time::MAX, Time::MAX, &marks);
        assert_eq!(transport.playhead, Time::from_millis(4_920), "and walks through");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn slow_motion_can_be_switched_off() {
        let marks = [decision(5_000)];
        let mut transport = Transport { speed: 60.0, slows: false, ..playing(4_500) };
        transport.advance(0.1, Time::MAX, Time::MAX, &marks);
        assert_eq!(transport.playhead, Time::from_millis(10_500));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn notable_moments_are_found_on_either_side() {
        let marks = [decision(1_000), decision(2_000), decision(3_000)];
        assert_eq!(next_moment(&marks, Time::from_secs(2)), Some(Time::from_secs(3)));
        assert_eq!(previous_moment(&marks, Time::from_secs(2)), Some(Time::from_secs(1)));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_end_of_a_fault_is_a_notable_moment() {
        let cut = Mark { until: Some(Time::from_secs(60)), lane: Lane::Fault, ..decision(30_000) };
        assert_eq!(next_moment(std::slice::from_ref(&cut), Time::from_secs(30)), Some(Time::from_secs(60)));
        assert_eq!(previous_moment(&[cut], Time::from_secs(90)), Some(Time::from_secs(60)));
    }
}
