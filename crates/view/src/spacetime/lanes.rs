//! Places as lanes, from west to east.

use super::frame::SpaceTimeView;
use crate::describe::region_name;
use crate::map::users_title;
use crate::stage::Stage;
use crate::state::Target;
use sim::spacetime::Whose;
use sim::trace::Place;

/// A lane is no lower than this where all users have one, CSS pixels.
const LOWEST: f32 = 25.0;

/// Below the line of a lane are rows of operations: so high each, so far from the line, and at most so many.
pub(super) const ROW: f32 = 5.0;
pub(super) const ROWS_FROM: f32 = 5.0;
const ROWS: usize = 6;

/// Which users have a lane: all, if there is room, or else those that are picked.
pub fn whose(stage: &Stage, height: f32, selection: Option<Target>) -> Whose {
    let all = stage.regions.len() + stage.populations.len();
    match selection {
        _ if all as f32 * LOWEST <= height => Whose::All,
        Some(Target::Users(users)) => Whose::Of(users),
        _ => Whose::Nobody,
    }
}

/// A place.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Which.
    pub place: Place,
    /// The name a person reads.
    pub title: String,
    /// Where its line lies, CSS pixels from the top.
    pub y: f32,
}

/// All lanes, from west to east, which is from top to bottom.
#[derive(Clone, Debug, PartialEq)]
pub struct Lanes {
    /// They.
    pub all: Vec<Lane>,
    /// How many rows of operations each has.
    pub(super) rows: usize,
}

impl Lanes {
    /// Those of the regions, and of the users that have one.
    pub fn of(stage: &Stage, whose: Whose, view: &SpaceTimeView) -> Lanes {
        let regions = (0..).zip(&stage.regions).map(|(index, it)| (it.lon, Place::region(index)));
        let users = (0..).zip(&stage.populations).map(|(index, it)| (it.lon, Place::users(index)));
        let mut all: Vec<_> = regions.chain(users).filter(|(_, place)| whose.shows(*place)).collect();
        engine::sort_by(&mut all, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let plot = view.plot();
        let each = plot.height / all.len().max(1) as f32;
        let rows = (((each * 0.6 - ROWS_FROM) / ROW).max(1.0) as usize).min(ROWS);
        let below = ROWS_FROM + rows as f32 * ROW;
        let lane = |(index, (_, place)): (usize, (f64, Place))| Lane {
            place,
            title: match place.as_users() {
                Some(users) if view.narrow() => users_of(stage, users).to_owned(),
                _ => place_name(stage, place),
            },
            y: plot.y + each * index as f32 + (each - below) / 2.0,
        };
        Lanes { all: all.into_iter().enumerate().map(lane).collect(), rows }
    }

    /// The lane of a place.
    pub fn at(&self, place: Place) -> Option<&Lane> {
        self.all.iter().find(|lane| lane.place == place)
    }

    /// From the line of a lane to the foot of its last row.
    pub(super) fn below(&self) -> f32 {
        ROWS_FROM + self.rows as f32 * ROW
    }
}

/// What a person calls a place.
pub(super) fn place_name(stage: &Stage, place: Place) -> String {
    match place.as_users() {
        Some(users) => format!("users in {}", users_of(stage, users)),
        None => region_name(stage, place.index()).to_owned(),
    }
}

/// Where users are.
fn users_of(stage: &Stage, users: u16) -> &str {
    let users = stage.populations.get(usize::from(users));
    users.map_or("an unknown place", |users| users_title(&users.title))
}
