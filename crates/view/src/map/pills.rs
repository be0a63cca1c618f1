//! Of several datasets: below a region's name a pill for each of which it has a replica, with its role. Where there are more of them than
//! anybody could tell apart (shards), one pill says of how many it leads or keeps a replica.

use super::label::Pill;
use super::layout::Layout;
use super::roles;
use crate::geometry::{Point, Rect};
use crate::measure;
use crate::palette::Palette;
use crate::scene::{Align, Kind, Paint, Scene, TextSize, TextStyle, Weight};
use crate::stage::Stage;
use crate::state::ViewState;
use protocol::Role;
use sim::Snapshot;

/// So many datasets have a pill each.
const MANY: usize = 3;
const HEIGHT: f32 = 13.0;
const GAP: f32 = 3.0;
/// What a pill has beside its title: its ends, a space and a letter.
const BESIDE: f32 = 20.0;
/// No title in a pill is longer, CSS pixels.
const TITLE: f32 = 64.0;
/// `leads 100 of 100`, with the ends.
const OF_ALL: f32 = 92.0;

/// Whether of so many datasets each has a pill.
pub(super) fn each(datasets: usize) -> bool {
    (2..=MANY).contains(&datasets)
}

/// The datasets of which a region, or one of its zones, has a replica.
fn datasets(stage: &Stage, region: usize) -> impl Iterator<Item = u16> {
    let zones = stage.zones_beside(region);
    let here = move |dataset: &usize| stage.datasets[*dataset].placement.iter().any(|place| zones.contains(place));
    (0..stage.datasets.len()).filter(here).map(|dataset| dataset as u16)
}

/// How wide the pills of a region are together; 0 where it has none: where there is one dataset, or it holds no replica.
pub(super) fn width(stage: &Stage, region: usize) -> f32 {
    below(stage, region, Point::default()).last().map_or(0.0, |pill| pill.rect.right())
}

/// A region's pills in a row, by the middle of its left end.
pub(super) fn below(stage: &Stage, region: usize, left: Point) -> Vec<Pill> {
    let mut next = left.x;
    let mut pill = |dataset: Option<(u16, String)>, width: f32| {
        let rect = Rect::new(next, left.y - HEIGHT / 2.0, width, HEIGHT);
        next = rect.right() + GAP;
        Pill { dataset, rect }
    };
    match stage.datasets.len() {
        0 | 1 => Vec::new(),
        several if each(several) => datasets(stage, region)
            .map(|dataset| {
                let title = &stage.datasets[usize::from(dataset)].title;
                let title = measure::fitted(title, TextSize::Small, Weight::Bold, TITLE);
                let width = measure::width(&title, TextSize::Small, Weight::Bold) + BESIDE;
                pill(Some((dataset, title)), width)
            })
            .collect(),
        _ => datasets(stage, region).next().map(|_| pill(None, OF_ALL)).into_iter().collect(),
    }
}

/// Whether a region, or a zone of it, leads a dataset, and nobody else does since.
fn leads(layout: &Layout, snapshot: &Snapshot, dataset: u16, region: u16) -> bool {
    layout.zones_beside(region).any(|zone| {
        let view = roles::replica(snapshot, dataset, zone);
        view.is_some_and(|view| view.role == Role::Leader) && !roles::outdated(snapshot, dataset, zone)
    })
}

/// The role of a region in a dataset: of its zones that of one that leads, or else of the first that has power.
fn role(layout: &Layout, snapshot: &Snapshot, dataset: u16, region: u16) -> Option<Role> {
    let of = |zone| roles::replica(snapshot, dataset, zone).map(|view| view.role);
    let leads = leads(layout, snapshot, dataset, region).then_some(Role::Leader);
    leads.or_else(|| layout.zones_beside(region).find_map(of))
}

/// Whether it leads still, though another does since.
fn outdated(layout: &Layout, snapshot: &Snapshot, dataset: u16, region: u16) -> bool {
    role(layout, snapshot, dataset, region) == Some(Role::Leader) && !leads(layout, snapshot, dataset, region)
}

fn said(layout: &Layout, snapshot: &Snapshot, pill: &Pill, region: u16) -> String {
    let Some((dataset, title)) = &pill.dataset else { return of_all(layout, snapshot, region) };
    format!("{title} {}", role(layout, snapshot, *dataset, region).map_or("–", roles::letter))
}

/// Of how many datasets a region leads, or where it leads none, has a replica with power.
fn of_all(layout: &Layout, snapshot: &Snapshot, region: u16) -> String {
    let all = 0..snapshot.datasets.len() as u16;
    let led = all.clone().filter(|dataset| leads(layout, snapshot, *dataset, region)).count();
    let held = || all.clone().filter(|dataset| role(layout, snapshot, *dataset, region).is_some()).count();
    match snapshot.regions.get(usize::from(region)).is_some_and(|state| state.site.up) {
        false => "no power".to_owned(),
        true if led > 0 => format!("leads {led} of {}", all.len()),
        true => format!("holds {} of {}", held(), all.len()),
    }
}

/// Draws them: that of the dataset whose roles the discs show stands out.
pub(super) fn draw(layout: &Layout, snapshot: &Snapshot, view: &ViewState, palette: &Palette, scene: &mut Scene) {
    let all = || {
        let rows = layout.labels.iter().flat_map(|label| &label.rows);
        rows.flat_map(|row| row.pills.iter().filter_map(|pill| Some((row.subject.region()? as u16, pill))))
    };
    let picked = |pill: &Pill| pill.dataset.as_ref().is_some_and(|(dataset, _)| *dataset == view.dataset);
    for (which, line) in [(false, palette.faint), (true, palette.ink)] {
        let batch = scene.batch(Kind::Areas, Paint::fill(palette.background).with_line(line, 1.0));
        all().filter(|(_, pill)| picked(pill) == which).for_each(|(_, pill)| batch.rect(pill.rect));
        scene.drop_empty();
    }
    // As on the disc an outdated leader's letter is struck out.
    let batch = scene.batch(Kind::Lines, Paint::line(palette.ink, 1.0));
    for (region, pill) in all() {
        let dataset = pill.dataset.as_ref().map(|(dataset, _)| *dataset);
        if dataset.is_some_and(|dataset| outdated(layout, snapshot, dataset, region)) {
            let (right, top) = (pill.rect.right() - 3.0, pill.rect.y + 2.0);
            batch.path([Point::new(right - 9.0, top + HEIGHT - 4.0), Point::new(right, top)]);
        }
    }
    scene.drop_empty();
    for (region, pill) in all() {
        let plain = TextStyle::new(TextSize::Small, palette.muted).align(Align::Middle);
        let bold = TextStyle::new(TextSize::Small, palette.ink).bold().align(Align::Middle);
        let middle = Point::new(pill.rect.x + pill.rect.width / 2.0, pill.rect.y + HEIGHT / 2.0);
        scene.text(if picked(pill) { bold } else { plain }, middle, &said(layout, snapshot, pill, region));
    }
}

/// The dataset whose pill is at a place.
pub(super) fn at(layout: &Layout, at: Point) -> Option<u16> {
    let pills = layout.labels.iter().flat_map(|label| &label.rows).flat_map(|row| &row.pills);
    pills.filter(|pill| pill.rect.has(at)).find_map(|pill| pill.dataset.as_ref().map(|(dataset, _)| *dataset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::Map;
    use crate::palette::Theme;
    use crate::stage::{StageDataset, StageRegion};
    use engine::Time;
    use protocol::{Epoch, Leadership, NodeView, Version};
    use sim::config::ZonedRegion;
    use sim::{DatasetState, Losses, RegionState, ReplicaState};

    fn replica(region: u16, role: Role, epoch: u32) -> ReplicaState {
        ReplicaState { region, view: Some(NodeView::new(role, Epoch(epoch), Version::NONE)) }
    }

    fn state(replicas: Vec<ReplicaState>) -> DatasetState {
        DatasetState { replicas, losses: Losses::default() }
    }

    /// Two regions an ocean apart, and datasets by their titles and the regions that have a replica.
    fn stage(sets: &[(&str, &[u16])]) -> Stage {
        let region =
            |(lat, lon)| StageRegion { id: "r".into(), title: "Somewhere".into(), lat, lon, ..StageRegion::default() };
        let dataset = |(title, placement): &(&str, &[u16])| StageDataset {
            id: title.to_lowercase(),
            title: (*title).into(),
            placement: placement.to_vec(),
            leadership: Leadership::Granted,
        };
        Stage {
            regions: [(40.0, -75.0), (50.0, 0.0)].map(region).into(),
            datasets: sets.iter().map(dataset).collect(),
            ..Stage::default()
        }
    }

    /// All texts of the picture, and where each stands.
    fn drawn(stage: Stage, datasets: Vec<DatasetState>, picked: u16) -> (Map, Vec<(String, Point, bool)>) {
        drawn_on((1200.0, 700.0), stage, datasets, picked)
    }

    fn drawn_on(
        (width, height): (f32, f32),
        stage: Stage,
        datasets: Vec<DatasetState>,
        picked: u16,
    ) -> (Map, Vec<(String, Point, bool)>) {
        let mut map = Map::new(stage);
        let size = crate::geometry::Size::new(width, height);
        let (selection, hover, lasso, covered) = (None, None, Vec::new(), Vec::new());
        let (camera, theme, reduced_motion, slack) = (map.fit(size), Theme::Light, true, 0.0);
        let view =
            ViewState { size, camera, theme, selection, hover, dataset: picked, reduced_motion, lasso, slack, covered };
        let regions = vec![RegionState::GOOD; map.stage().regions.len()];
        let snapshot = Snapshot { regions, datasets, ..Snapshot::default() };
        map.arrange(&snapshot, &view);
        let mut scene = Scene::default();
        map.scene(&snapshot, Time::ZERO, &view, &mut scene);
        let texts = scene.texts().iter().map(|text| (text.text.clone(), text.at, text.weight == Weight::Bold));
        (map, texts.collect())
    }

    #[test]
    fn each_of_two_datasets_has_a_pill_where_it_has_a_replica_and_a_click_on_it_picks_it() {
        let stage = stage(&[("Orders", &[0, 1]), ("Carts", &[0])]);
        let orders = state(vec![replica(0, Role::Leader, 1), replica(1, Role::Follower, 1)]);
        let (map, texts) = drawn(stage, vec![orders, state(vec![replica(0, Role::Waiting, 1)])], 1);
        let pill =
            |text: &str| texts.iter().find(|(said, ..)| said == text).unwrap_or_else(|| panic!("{text}: {texts:?}"));
        assert_eq!((map.dataset_at(pill("Orders L").1), map.dataset_at(pill("Orders F").1)), (Some(0), Some(0)));
        assert_eq!(map.dataset_at(pill("Carts ?").1), Some(1));
        assert!(pill("Carts ?").2 && !pill("Orders L").2, "that which is picked stands out");
        assert_eq!(texts.iter().filter(|(said, ..)| said.starts_with("Carts")).count(), 1, "the other region has none");
        assert_eq!(map.dataset_at(Point::new(1.0, 1.0)), None);
    }

    #[test]
    fn a_telephone_has_the_pills_and_no_room_for_ids() {
        let stage = stage(&[("Orders", &[0, 1]), ("Carts", &[0])]);
        let orders = state(vec![replica(0, Role::Leader, 1), replica(1, Role::Follower, 1)]);
        let carts = state(vec![replica(0, Role::Leader, 1)]);
        let (map, texts) = drawn_on((390.0, 180.0), stage, vec![orders, carts], 0);
        let at = |text: &str| texts.iter().filter(|(said, ..)| said == text).map(|(_, at, _)| *at).collect::<Vec<_>>();
        let pills = [("Orders L", 0), ("Carts L", 1), ("Orders F", 0)];
        for (text, dataset) in pills {
            assert_eq!(
                at(text).into_iter().map(|at| map.dataset_at(at)).collect::<Vec<_>>(),
                [Some(dataset)],
                "{texts:?}"
            );
        }
        assert_eq!(at("r"), [], "{texts:?}");
    }

    #[test]
    fn a_single_dataset_has_no_pill() {
        let (_, texts) = drawn(stage(&[("Orders", &[0, 1])]), vec![state(vec![replica(0, Role::Leader, 1)])], 0);
        assert!(!texts.iter().any(|(said, ..)| said.starts_with("Orders")), "{texts:?}");
    }

    #[test]
    fn of_many_it_is_said_how_many_a_region_leads_or_has() {
        let sets: [(&str, &[u16]); 4] = [("A", &[0, 1]), ("B", &[0, 1]), ("C", &[0, 1]), ("D", &[1])];
        let led = |leader: u16| state(vec![replica(leader, Role::Leader, 1), replica(1 - leader, Role::Follower, 1)]);
        // What leads still though another does since does not lead.
        let twice = state(vec![replica(0, Role::Leader, 1), replica(1, Role::Leader, 2)]);
        let (_, texts) = drawn(stage(&sets), vec![led(1), led(1), twice, led(1)], 0);
        let said: Vec<_> = texts.iter().filter(|(said, ..)| said.ends_with("of 4")).map(|(said, ..)| said).collect();
        assert_eq!(said, ["holds 4 of 4", "leads 4 of 4"]);
    }

    #[test]
    fn a_region_with_zones_has_the_role_of_the_zone_that_leads() {
        let mut stage = stage(&[("Orders", &[0, 1]), ("Carts", &[0, 1])]);
        stage.zoned = vec![ZonedRegion { id: "r".into(), title: "Somewhere".into(), zones: 0..2 }];
        let orders = state(vec![replica(0, Role::Follower, 1), replica(1, Role::Leader, 1)]);
        let dark = state(vec![ReplicaState { region: 0, view: None }, ReplicaState { region: 1, view: None }]);
        let (_, texts) = drawn(stage, vec![orders, dark], 0);
        let said: Vec<_> = texts.iter().map(|(said, ..)| said.as_str()).filter(|said| said.contains(' ')).collect();
        assert_eq!(said, ["Orders L", "Carts –"]);
    }
}
