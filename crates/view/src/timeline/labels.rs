//! What is said of marks where there is room: of faults in their bars, of moments by weight, so that of what happened close together the
//! weightiest is told.

use super::frame::TimelineView;
use super::placing::{Placed, centre};
use crate::measure;
use crate::scene::{TextSize, Weight};
use sim::{Lane, Mark};

/// A title: of which of what is placed, where it begins, and what it says.
pub(super) type Title = (usize, f32, String);

/// What is said of moments.
pub(super) struct Said {
    pub(super) titles: Vec<Title>,
    /// What lies below the title of something weightier.
    pub(super) covered: Vec<usize>,
}

/// Marks nearer than this stand together, and the weightiest of them speaks for all; of equals the earliest.
const TOGETHER: f32 = 12.0;

/// Between a mark and its title.
const ASIDE: f32 = 5.0;

/// And between a title and the next mark: letters may be wider than they were taken for.
const BEFORE: f32 = 7.0;

/// A title is shortened rather than left out, to no less than this.
const SHORTENED: f32 = 60.0;

fn width(text: &str) -> f32 {
    measure::width(text, TextSize::Small, Weight::Regular)
}

fn fitted(text: &str, room: f32) -> String {
    measure::fitted(text, TextSize::Small, Weight::Regular, room)
}

/// What there is room to say of moments, the weightiest first. A title lies on no mark as weighty as its own, and on no other title.
pub(super) fn of_moments(marks: &[Mark], placed: &[Placed], view: &TimelineView) -> Said {
    let mut moments: Vec<(usize, &Placed)> =
        placed.iter().enumerate().filter(|(_, it)| it.lane != Lane::Fault).collect();
    let weight = |it: &Placed| marks[it.index].weight;
    engine::sort_by(&mut moments, |a, b| weight(b.1).cmp(&weight(a.1)).then(a.1.rect.x.total_cmp(&b.1.rect.x)));
    let mut said = Said { titles: Vec::new(), covered: Vec::new() };
    // From the left end of a mark to the right end of its title.
    let mut taken: Vec<(f32, f32)> = Vec::new();
    for (number, &(place, it)) in moments.iter().enumerate() {
        let left = it.rect.x;
        if said.covered.contains(&place) || taken.iter().any(|(from, to)| (*from..*to).contains(&left)) {
            continue;
        }
        let mut start = it.rect.right() + ASIDE;
        // Equals that follow closely are passed; of those before it the first has spoken, or had no room.
        for (_, other) in moments[number + 1..].iter().take_while(|(_, other)| weight(other) == weight(it)) {
            if other.rect.x > left && other.rect.right() + ASIDE - start < TOGETHER {
                start = start.max(other.rect.right() + ASIDE);
            }
        }
        let passed = |other: &Placed| weight(other) == weight(it) && other.rect.right() + ASIDE <= start;
        let ahead =
            moments.iter().map(|(_, other)| *other).filter(|other| weight(other) >= weight(it) && !passed(other));
        let ahead = ahead.map(|other| other.rect.x).chain(taken.iter().map(|taken| taken.0)).filter(|x| *x > left);
        let end = ahead.fold(view.plot().right(), |end, x| end.min(x - BEFORE));
        let full = marks[it.index].words();
        let text = match end - start {
            room if width(&full) <= room => full,
            room if room >= SHORTENED => fitted(&full, room),
            _ => continue,
        };
        let end = start + width(&text);
        taken.push((left, end + 3.0));
        let below =
            |other: &Placed| weight(other) < weight(it) && other.rect.x < end && other.rect.right() > start - ASIDE;
        said.covered.extend(moments.iter().filter(|(_, other)| below(other)).map(|(place, _)| *place));
        said.titles.push((place, start, text));
    }
    engine::sort(&mut said.covered);
    said.covered.dedup();
    said
}

/// Bars in rows that are nearer than this share a line of text.
const LINE: f32 = 10.0;

/// A bar with less room than this for its name has it beside it.
const NAME: f32 = 40.0;

/// The faults with room for their names. A name begins within its bar, behind those it would lie on, and runs on beyond the end of the bar up to the next, shortened
/// if need be; it stands beside a bar that is too narrow for it, if no other bar is in the way.
pub(super) fn of_faults(marks: &[Mark], placed: &[Placed], view: &TimelineView) -> Vec<Title> {
    let faults = || placed.iter().enumerate().filter(|(_, it)| it.lane == Lane::Fault);
    let mut said: Vec<Title> = Vec::new();
    for (place, it) in faults() {
        let nearby = |other: &Placed| (centre(&other.rect).y - centre(&it.rect).y).abs() < LINE;
        let words = it.words(marks);
        let full = width(&words);
        let mut start = it.rect.x + 5.0;
        for (_, begin, text) in said.iter().filter(|(other, ..)| nearby(&placed[*other])) {
            let end = begin + width(text) + 8.0;
            if *begin < start + full && start < end {
                start = end;
            }
        }
        let limit = |start: f32| {
            let others = faults().filter(|(other, bar)| *other != place && nearby(bar) && bar.rect.right() > start);
            others.map(|(_, bar)| bar.rect.x - 3.0).fold(view.plot().right(), f32::min)
        };
        let (within, right) = (it.rect.right() - 3.0 - start, it.rect.right() + 5.0);
        if within >= full.min(NAME) {
            said.push((place, start, fitted(&words, within.max(limit(right) - start))));
        } else if start.max(right) + full <= limit(start.max(right)) {
            said.push((place, start.max(right), words));
        }
    }
    said
}
