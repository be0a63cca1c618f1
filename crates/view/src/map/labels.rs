//! Where names stand: beside their places, never over one another nor below what lies over the map. A name that finds no room joins its
//! neighbour's as a further line of a list; one that finds no room even so is left out, and is there again on a larger scale.

use super::block::{Block, Detail, PAD, ROW, anchor};
use super::label::{HALO, Label, Row, Subject};
use super::layout::Layout;
use crate::geometry::{Point, Rect};
use crate::measure;
use crate::palette::Palette;
use crate::scene::{Align, Scene, TextSize, TextStyle, Weight};
use crate::stage::Stage;

/// Draws the names. They belong on top: what moves passes below them. The sea's colour round the letters keeps them readable, and leaves
/// the ways below them whole.
pub(crate) fn draw(labels: &[Label], palette: &Palette, scene: &mut Scene) {
    for (label, row) in labels.iter().flat_map(|label| label.rows.iter().map(move |row| (label, row))) {
        let halo = palette.background.fade(HALO);
        let small = TextStyle::new(TextSize::Small, palette.muted).align(label.align).halo(halo);
        match row.subject {
            Subject::Region(_) => {
                let style = TextStyle::new(TextSize::Medium, palette.ink).bold().align(label.align).halo(halo);
                scene.text(style, row.at, &row.title);
            }
            Subject::Users(_) => scene.text(small, row.at, &row.title),
        }
        if let Some((id, at)) = &row.id {
            scene.text(small, *at, id);
        }
    }
}

/// Room for every name there is room for.
pub(crate) fn place(stage: &Stage, layout: &Layout, covered: &[Rect]) -> Vec<Label> {
    let mut room = Room::new(layout, covered);
    for index in (0..stage.regions.len()).filter(|index| stage.is_named(*index)) {
        // Where there is little room for a name its id goes first, then what it is of several datasets.
        let details = [Detail::Full, Detail::Pills, Detail::Title];
        let mut details = details.into_iter().skip(usize::from(layout.is_narrow()));
        if !details.any(|detail| room.block(stage, layout, index, &[index], detail)) {
            room.fold(stage, layout, index);
        }
    }
    // Those with the least choice choose first.
    let mut users: Vec<usize> = (0..stage.populations.len()).collect();
    let choices: Vec<_> = users.iter().map(|&index| room.choice(stage, layout, index)).collect();
    engine::sort_by_key(&mut users, |&index| choices[index]);
    for index in users {
        room.users(stage, layout, index);
    }
    room.labels
}

/// Whose users they are, without what is peculiar about them: of "Milan (resolver ignores TTL)" the city.
pub(crate) fn users_title(title: &str) -> &str {
    title.split_once(" (").map_or(title, |(place, _)| place)
}

fn users_width(title: &str) -> f32 {
    measure::width(title, TextSize::Small, Weight::Regular) + 2.0 * PAD
}

/// What is taken already.
struct Room<'a> {
    canvas: Rect,
    /// How far a region's name stays from its disc: beyond the shore around a region that is cut off; where there is little room, at
    /// least beyond the ring around one that is picked.
    aside: f32,
    /// What lies over the canvas.
    covered: &'a [Rect],
    marks: Vec<Rect>,
    regions: Vec<Point>,
    ways: Vec<Point>,
    labels: Vec<Label>,
}

impl<'a> Room<'a> {
    fn new(layout: &Layout, covered: &'a [Rect]) -> Room<'a> {
        let discs =
            (0..layout.regions.len()).map(|region| Rect::around(layout.centre(region), layout.radius(region) + 6.0));
        let users = layout.users.iter().map(|&at| Rect::around(at, layout.halo + 2.0));
        // A few places of each way are enough to know where many ways run.
        let ways = layout.links.iter().flat_map(|way| way.points());
        Room {
            canvas: Rect::new(0.0, 0.0, layout.size.width, layout.size.height),
            aside: if layout.is_narrow() { 12.0 } else { 17.0 },
            covered,
            marks: discs.chain(users).collect(),
            regions: (0..layout.regions.len()).map(|region| layout.centre(region)).collect(),
            ways: ways.map(|&point| layout.seam.wrap(point)).collect(),
            labels: Vec::new(),
        }
    }

    /// Finds room beside the host for one block that names the members.
    fn block(&mut self, stage: &Stage, layout: &Layout, host: usize, members: &[usize], detail: Detail) -> bool {
        let block = Block::of(stage, members, detail);
        let Some((rect, align)) =
            self.find(layout.centre(host), layout.radius(host) + self.aside, block.width, block.height, |_| true)
        else {
            return false;
        };
        let align = if detail == Detail::List { Align::Start } else { align };
        let places: Vec<Point> = members.iter().map(|&index| layout.centre(index)).collect();
        let rows = block.rows(stage, members, rect, align);
        let leaders = leaders(&rows, rect, &places, layout.radius(host) + 5.0, layout.radius(host) + self.aside);
        self.labels.push(Label { rect, align, rows, leaders });
        true
    }

    /// Puts a region's name into the list of its nearest named neighbour.
    fn fold(&mut self, stage: &Stage, layout: &Layout, index: usize) {
        let at = layout.regions[index];
        if !self.canvas.has(at) {
            return;
        }
        let mut order: Vec<(f32, usize)> = Vec::new();
        for (place, label) in self.labels.iter().enumerate() {
            let regions = label.rows.iter().filter_map(|row| row.subject.region());
            let distance = regions.map(|region| layout.regions[region].distance(at)).fold(f32::MAX, f32::min);
            if distance < 160.0 {
                order.push((distance, place));
            }
        }
        engine::sort_by(&mut order, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, place) in order {
            let taken = self.labels.remove(place);
            let mut members: Vec<usize> = taken.rows.iter().filter_map(|row| row.subject.region()).collect();
            members.push(index);
            engine::sort_by(&mut members, |&a, &b| layout.regions[a].y.total_cmp(&layout.regions[b].y).then(a.cmp(&b)));
            // The list keeps its order; only the place it stands beside differs.
            if members.iter().any(|&host| self.block(stage, layout, host, &members, Detail::List)) {
                return;
            }
            self.labels.insert(place, taken);
        }
    }

    /// How many places for its name some users have.
    fn choice(&self, stage: &Stage, layout: &Layout, index: usize) -> usize {
        let (at, width) = (layout.users[index], users_width(users_title(&stage.populations[index].title)));
        let places =
            candidates(at, layout.halo + USERS_ASIDE, width, ROW).map(|(rect, align)| self.kept_inside(rect, align));
        places.filter(|rect| self.is_free(rect)).count()
    }

    fn users(&mut self, stage: &Stage, layout: &Layout, index: usize) {
        let title = users_title(&stage.populations[index].title).to_owned();
        let width = users_width(&title);
        let home = layout.users[index];
        // Rather no name than one that is read as somebody else's.
        let others = || layout.regions.iter().chain(&layout.users).filter(|other| **other != home);
        let is_own = |rect: &Rect| others().all(|&other| distance(rect, other) >= distance(rect, home));
        let Some((rect, align)) = self.find(home, layout.halo + USERS_ASIDE, width, ROW, is_own) else { return };
        let at = anchor(rect, align, rect.y + ROW / 2.0);
        let rows =
            vec![Row { subject: Subject::Users(index as u16), title, at, id: None, lag: None, pills: Vec::new() }];
        let leaders = leaders(&rows, rect, &[layout.users[index]], layout.halo + 2.0, layout.halo + USERS_ASIDE);
        self.labels.push(Label { rect, align, rows, leaders });
    }

    /// Above and below a place there is room beside the middle, too, near the edge of the canvas.
    fn kept_inside(&self, rect: Rect, align: Align) -> Rect {
        let x = if align == Align::Middle {
            rect.x.clamp(EDGE, (self.canvas.right() - EDGE - rect.width).max(EDGE))
        } else {
            rect.x
        };
        Rect { x, ..rect }
    }

    /// Whether a name may stand here.
    fn is_free(&self, rect: &Rect) -> bool {
        let taken = self.labels.iter().map(|label| &label.rect).chain(&self.marks).chain(self.covered);
        let taken = taken.into_iter().any(|it| it.overlaps(rect));
        // Letters may be wider than they were taken for.
        let spread = Rect::new(rect.x - EDGE, rect.y, rect.width + 2.0 * EDGE, rect.height);
        !taken && self.canvas.contains(&spread)
    }

    /// The best free rectangle of this size beside a place, of those that will do.
    fn find(
        &self,
        at: Point,
        radius: f32,
        width: f32,
        height: f32,
        will_do: impl Fn(&Rect) -> bool,
    ) -> Option<(Rect, Align)> {
        if !self.canvas.has(at) {
            return None;
        }
        let mut best: Option<(f32, Rect, Align)> = None;
        for (order, (rect, align)) in candidates(at, radius, width, height).enumerate() {
            let rect = self.kept_inside(rect, align);
            if !self.is_free(&rect) || !will_do(&rect) {
                continue;
            }
            let crossed = self.ways.iter().filter(|&&point| rect.has(point)).count();
            // A name as near to somebody else's disc as to its own would be read as theirs.
            let own = distance(&rect, at) + 2.0;
            let others = self.regions.iter().filter(|&&other| other != at).map(|&other| distance(&rect, other));
            let nearest = others.fold(f32::MAX, f32::min);
            let doubt = if nearest < own { ASTRAY } else { DOUBT * (own + CLEAR - nearest).max(0.0) };
            // Ways are passed below a name; it does not go farther away for their sake.
            let cost = order as f32 + (2.0 * crossed as f32).min(CROSSED_MAX) + doubt;
            if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                best = Some((cost, rect, align));
            }
        }
        best.map(|(_, rect, align)| (rect, align))
    }
}

/// How far users' name stays from their ring: beyond the sign of an open circuit on it.
const USERS_ASIDE: f32 = 6.0;

/// How far a name stays from the left and the right edge of the canvas.
const EDGE: f32 = 6.0;

/// A name that is so much farther from its place than need be has a line that leads there.
const FARTHER: f32 = 4.0;

/// What it costs to be nearer to somebody else's disc, and what each pixel costs by which that is not clearly farther away.
const ASTRAY: f32 = 60.0;
const DOUBT: f32 = 3.0;
const CLEAR: f32 = 12.0;

/// What crossing ways may cost at most: less than standing one ring of candidates farther out.
const CROSSED_MAX: f32 = 10.0;

/// Rectangles beside a place, the most readable first.
fn candidates(at: Point, radius: f32, width: f32, height: f32) -> impl Iterator<Item = (Rect, Align)> {
    let middle = at.y - height / 2.0;
    [0.0, 10.0, 16.0, 24.0, 44.0].into_iter().flat_map(move |gap| {
        let reach = radius + gap;
        let (right, left) = (at.x + reach, at.x - reach - width);
        let (above, below) = (at.y - reach - height, at.y + reach);
        let near = radius * 0.7;
        [
            (right, middle, Align::Start),
            (left, middle, Align::End),
            (at.x - width / 2.0, below, Align::Middle),
            (at.x - width / 2.0, above, Align::Middle),
            (right, middle + height / 2.0, Align::Start),
            (right, middle - height / 2.0, Align::Start),
            (left, middle + height / 2.0, Align::End),
            (left, middle - height / 2.0, Align::End),
            (at.x + near, below, Align::Start),
            (at.x + near, above, Align::Start),
            (at.x - near - width, below, Align::End),
            (at.x - near - width, above, Align::End),
        ]
        .map(|(x, y, align)| (Rect::new(x, y, width, height), align))
    })
}

/// The distance from a place to the nearest point of a rectangle.
fn distance(rect: &Rect, at: Point) -> f32 {
    at.distance(Point::new(at.x.clamp(rect.x, rect.right()), at.y.clamp(rect.y, rect.bottom())))
}

/// Thin lines from rows to the rings of this radius around places, where the block is farther away than `near` and some more.
fn leaders(rows: &[Row], rect: Rect, places: &[Point], radius: f32, near: f32) -> Vec<(Point, Point)> {
    let ends = rows.iter().zip(places).map(|(row, &place)| {
        let y = if rows.len() > 1 { row.at.y } else { place.y.clamp(rect.y, rect.bottom()) };
        (Point::new(place.x.clamp(rect.x, rect.right()), y), place)
    });
    let far = ends.filter(|(from, place)| from.distance(*place) > near + FARTHER);
    far.map(|(from, place)| (from, place.towards(from, radius / place.distance(from).max(1.0)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::world::World;
    use crate::stage::{StagePopulation, StageRegion};

    fn regions<const N: usize>(places: [(&str, f64, f64); N]) -> Vec<StageRegion> {
        let region = |(title, lat, lon): (&str, f64, f64)| StageRegion {
            id: title.into(),
            title: title.into(),
            lat,
            lon,
            ..StageRegion::default()
        };
        places.map(region).into()
    }

    fn users<const N: usize>(places: [(&str, f64, f64); N]) -> Vec<StagePopulation> {
        let users = |(title, lat, lon): (&str, f64, f64)| StagePopulation {
            title: title.into(),
            lat,
            lon,
            ..StagePopulation::default()
        };
        places.map(users).into()
    }

    const THREE: [(&str, f64, f64); 3] =
        [("N. Virginia", 39.0, -77.5), ("Ireland", 53.3, -6.3), ("Tokyo", 35.7, 139.7)];

    #[test]
    fn on_a_telephone_every_name_stands_at_its_place_or_a_line_leads_to_it() {
        let stage = Stage {
            regions: regions(THREE),
            populations: users([
                ("New York", 40.7, -74.0),
                ("Los Angeles", 34.1, -118.2),
                ("London", 51.5, -0.1),
                ("Frankfurt", 50.1, 8.7),
                ("Tokyo", 35.7, 139.7),
                ("Singapore", 1.4, 103.8),
            ]),
            ..Stage::default()
        };
        let sizes = [(360.0, 330.0), (390.0, 330.0), (430.0, 330.0), (390.0, 188.0), (390.0, 176.0), (390.0, 166.0)];
        for (width, height) in sizes {
            let size = crate::geometry::Size::new(width, height);
            let map = crate::map::Map::new(stage.clone());
            let layout = Layout::new(&stage, &World::new(&stage), size, map.fit(size));
            let labels = place(&stage, &layout, &[]);
            for label in &labels {
                let Subject::Users(index) = label.rows[0].subject else { continue };
                let away = distance(&label.rect, layout.users[usize::from(index)]);
                let title = &label.rows[0].title;
                assert!(away <= layout.halo + USERS_ASIDE + FARTHER || !label.leaders.is_empty(), "{title} at {width}");
                let nearest = layout.regions.iter().chain(&layout.users).map(|&place| distance(&label.rect, place));
                assert!(
                    away <= nearest.fold(f32::MAX, f32::min),
                    "{title} at {width} by {height} is read as another's"
                );
            }
        }
    }

    #[test]
    fn on_a_low_map_with_tools_over_it_no_name_is_covered_or_stands_as_near_to_another_region() {
        let places = [
            ("N. Virginia", 39.04, -77.49),
            ("Ireland", 53.35, -6.27),
            ("Tokyo", 35.69, 139.69),
            ("Frankfurt", 50.11, 8.68),
            ("Singapore", 1.35, 103.82),
        ];
        let mut stage = Stage {
            regions: regions(places),
            populations: users([("New York", 40.71, -74.01), ("Frankfurt", 50.11, 8.68), ("Tokyo", 35.69, 139.69)]),
            ..Stage::default()
        };
        let covered = [Rect::new(8.0, 8.0, 112.0, 28.0), Rect::new(300.0, 8.0, 82.0, 30.0)];
        for replicas in [vec![0, 1, 2], vec![0, 1, 2, 3, 4]] {
            stage.datasets = vec![crate::stage::StageDataset {
                id: String::new(),
                title: String::new(),
                placement: replicas,
                leadership: protocol::Leadership::Elected,
            }];
            for height in [176.0, 182.0, 190.0] {
                let size = crate::geometry::Size::new(390.0, height);
                let map = crate::map::Map::new(stage.clone());
                let layout = Layout::new(&stage, &World::new(&stage), size, map.fit(size));
                let labels = place(&stage, &layout, &covered);
                let named = labels.iter().flat_map(|label| &label.rows).filter(|row| row.subject.region().is_some());
                assert_eq!(named.count(), 5, "every region is named");
                for label in &labels {
                    let title = &label.rows[0].title;
                    assert!(covered.iter().all(|it| !it.overlaps(&label.rect)), "{title} is covered at {height}");
                    let [Subject::Region(index)] = label.rows.iter().map(|row| row.subject).collect::<Vec<_>>()[..]
                    else {
                        continue;
                    };
                    let (at, index) = (|place: &Point| distance(&label.rect, *place), usize::from(index));
                    let own = at(&layout.regions[index]);
                    let others = layout.regions.iter().enumerate().filter(|(other, _)| *other != index);
                    let nearest = others.map(|(_, place)| at(place)).fold(f32::MAX, f32::min);
                    assert!(nearest > own + 8.0, "{title} at {height}: {own} from its own, {nearest} from another");
                }
            }
        }
    }

    #[test]
    fn users_go_without_a_name_only_where_none_would_be_read_as_theirs() {
        let places = [("New York", 40.7, -74.0), ("London", 51.5, -0.1), ("Milan", 45.5, 9.2), ("Tokyo", 35.7, 139.7)];
        let stage = Stage { regions: regions(THREE), populations: users(places), ..Stage::default() };
        let size = crate::geometry::Size::new(800.0, 404.0);
        let map = crate::map::Map::new(stage.clone());
        let layout = Layout::new(&stage, &World::new(&stage), size, map.fit(size));
        let labels = place(&stage, &layout, &[]);
        let named = labels.iter().flat_map(|label| &label.rows).filter(|row| row.subject.region().is_none());
        assert_eq!(named.count(), 4);
    }

    #[test]
    fn a_name_keeps_away_from_the_edge_and_from_what_lies_over_the_map() {
        let region = StageRegion { id: "eu".into(), title: "Ireland".into(), ..StageRegion::default() };
        let stage = Stage { regions: vec![region], ..Stage::default() };
        let size = crate::geometry::Size::new(390.0, 180.0);
        let legend = Rect::new(300.0, 8.0, 82.0, 30.0);
        for at in [Point::new(20.0, 90.0), Point::new(300.0, 40.0)] {
            let layout = Layout { size, disc: 9.0, halo: 8.0, regions: vec![at], ..Layout::default() };
            let [label] = &place(&stage, &layout, &[legend])[..] else { panic!("it has a name") };
            assert!(label.rect.x >= EDGE && label.rect.right() <= size.width - EDGE, "{:?}", label.rect);
            assert!(!label.rect.overlaps(&legend), "{:?}", label.rect);
        }
    }
}
