//! Frames: move the playhead, ask for its state, paint, tell the signals. The loop runs only while there is something to show.

use crate::app::{self, App};
use crate::browser;
use engine::Time;
use reactive_graph::signal::RwSignal;
use reactive_graph::traits::{Set, WithUntracked};
use sim::Mark;
use std::sync::Arc;
use view::Target;

/// Panels hear of a moving playhead this often, milliseconds: text that changes faster cannot be read.
const TELL_EVERY: f64 = 120.0;

/// The address changes at most this often, milliseconds: browsers refuse more.
const ADDRESS_EVERY: f64 = 400.0;

/// One frame of the app; whether another should follow by itself.
pub(crate) fn frame(now: f64) -> bool {
    app::with(|app| app.frame(now)).unwrap_or(true)
}

impl App {
    /// One frame; whether another should follow by itself.
    fn frame(&mut self, now: f64) -> bool {
        let seconds = self.frames.last.map_or(0.0, |last| (now - last) / 1000.0);
        self.frames.last = self.transport.playing.then_some(now);
        let until = self.opened.as_ref().map_or(Time::ZERO, |opened| opened.config().until);
        if !self.is_waiting() {
            self.transport.advance(seconds, self.course.computed, until, &self.marks);
        }
        self.ask();
        self.paint();
        if self.frames.first_useful.is_some() {
            self.send_for_texts();
        }
        let told = self.tell(now);
        self.keep_address(now) || !told || self.transport.playing || self.is_asking()
    }

    /// Paint both pictures.
    pub(crate) fn paint(&mut self) {
        let plays = self.transport.playing;
        let playhead = self.transport.playhead;
        let shade = browser::shade(self.state.theme.with_untracked(|theme| *theme));
        if let Some(map) = &mut self.map {
            map.measure();
            map.view.theme = shade;
            map.view.reduced_motion = browser::reduced_motion();
            if !self.snapshot.regions.is_empty() {
                map.paint(&self.snapshot, playhead, plays);
                self.frames.first_useful.get_or_insert_with(browser::now);
            }
        }
        self.paint_beside(playhead, plays);
        if let Some(timeline) = &mut self.timeline {
            timeline.measure();
            timeline.view.theme = shade;
            if plays && timeline.view.hover.is_none() {
                // What a finger has touched concerns nobody any more.
                timeline.view.mark = None;
            }
            timeline.view.computed = self.course.computed;
            timeline.look_at(self.stage.until.max(Time::from_secs(1)), playhead, plays);
            // The charts are of what is selected, where it has charts of its own.
            (timeline.view.population, timeline.view.region) =
                match self.map.as_ref().and_then(|map| map.view.selection) {
                    Some(Target::Users(users)) => (Some(users), None),
                    Some(Target::Region(region)) => (None, Some(region)),
                    _ => (None, None),
                };
            timeline.paint(&self.stage, &self.seconds, &self.other.seconds, &self.marks, plays);
        }
        put(self.state.shade, shade);
    }

    /// Tell the signals what the panels show of this frame, unless they were told a moment ago; whether they know it now.
    pub(crate) fn tell(&mut self, now: f64) -> bool {
        put(self.state.playing, self.transport.playing);
        if now < self.frames.told_at + TELL_EVERY {
            return false;
        }
        self.frames.told_at = now;
        let playhead = self.transport.playhead;
        put(self.state.playhead, playhead);
        // Marks may come or go while the playhead rests.
        put(self.state.caption, caption(&self.marks, playhead));
        put(self.state.pace, self.transport.speed_now(&self.marks));
        if self.state.snapshot.with_untracked(|known| !Arc::ptr_eq(known, &self.snapshot)) {
            self.state.snapshot.set(Arc::clone(&self.snapshot));
        }
        if let Some(timeline) = &self.timeline {
            let (hover, view) = (timeline.view.hover, &timeline.view);
            let shown = hover.is_none().then_some(&*self.snapshot);
            let at = hover.unwrap_or(playhead);
            put(self.state.readings, view::timeline::readout(&self.stage, &self.seconds, shown, view, at));
        }
        true
    }

    /// Keep the address at a playhead that rests; whether that has to wait.
    fn keep_address(&mut self, now: f64) -> bool {
        let rests_at = Some((self.wanted(), self.outcome().is_some()));
        if self.transport.playing || self.opened.is_none() || self.frames.address == rests_at {
            return false;
        }
        if now < self.frames.address_at + ADDRESS_EVERY {
            return true;
        }
        self.frames.address_at = now;
        self.frames.address = rests_at;
        self.write_address();
        false
    }
}

/// Set a signal if that changes it.
fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}

/// What happened last before the playhead: a mark, or the end of a fault. Of one instant what the rest came of, which stands first.
fn caption(marks: &[Mark], playhead: Time) -> Option<Mark> {
    let last = |mark: &&Mark| mark.until.filter(|end| mark.fault.is_some() && *end <= playhead).unwrap_or(mark.at);
    let mark = marks.iter().rev().filter(|mark| mark.at <= playhead).max_by_key(last)?;
    let mut caption = mark.clone();
    if last(&mark) > mark.at {
        (caption.at, caption.title) = (last(&mark), format!("over: {}", mark.title));
    }
    Some(caption)
}
