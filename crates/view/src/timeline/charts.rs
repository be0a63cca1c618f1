//! The small charts, one below the other.

use super::beside;
use super::bins::{Bin, Bins};
use super::frame::{Chart, TITLE, TimelineView};
use super::grain;
use super::key::{self, Item, Sign};
use super::lines::{self, Look};
use crate::geometry::{Point, Rect};
use crate::measure;
use crate::palette::{Color, Grain, Outcome, Palette};
use crate::scene::{Align, Kind, Paint, Scene, TextSize, TextStyle, Weight};
use crate::stage::Stage;
use crate::words;
use engine::{Span, Time, math};
use protocol::Leadership;

/// Draws one chart.
pub(super) fn draw(
    chart: Chart,
    rect: Rect,
    stage: &Stage,
    runs: &[Bins; 2],
    view: &TimelineView,
    palette: &Palette,
    scene: &mut Scene,
) {
    let [bins, beside] = runs;
    let row = Row { rect, bins, beside, view, palette, name: title(chart, stage, view) };
    if let Some(words) = quiet_both(chart, stage, runs) {
        return row.line_of_text(chart, &words, scene);
    }
    let (scale, ends) = match chart {
        Chart::Latency => row.latency(scene),
        Chart::Outcomes => row.outcomes(scene),
        Chart::Lag => row.lag(stage, scene),
        Chart::Queue => row.queue(scene),
        Chart::Utilisation => row.utilisation(scene),
    };
    let end = row.beside(chart, scale, scene);
    row.end_labels(end.into_iter().chain(ends).collect(), scene);
    row.title(&row.name, matches!(chart, Chart::Latency | Chart::Lag), scene);
}

/// A chart's name, and of whom it is if it is not of all.
fn title(chart: Chart, stage: &Stage, view: &TimelineView) -> String {
    let users = view.population.and_then(|index| stage.populations.get(usize::from(index)));
    let region = view.region.and_then(|index| stage.regions.get(usize::from(index)));
    let whose = match chart {
        Chart::Latency | Chart::Outcomes => users.map(|users| users.title.as_str()),
        Chart::Lag | Chart::Queue | Chart::Utilisation => region.map(|region| region.title.as_str()),
    };
    // Of several, what the line is of.
    let of_all = match chart {
        Chart::Latency if stage.populations.len() > 1 => Some("slowest served"),
        Chart::Queue if stage.regions.len() > 1 => Some("longest"),
        Chart::Utilisation if stage.regions.len() > 1 => Some("busiest region"),
        _ => None,
    };
    whose.or(of_all).map_or_else(|| chart.title().to_owned(), |whose| format!("{}, {whose}", chart.title()))
}

/// Whether a line of text tells all there is to a chart.
pub(super) fn is_quiet(chart: Chart, stage: &Stage, runs: &[Bins; 2]) -> bool {
    quiet_both(chart, stage, runs).is_some()
}

/// What there is to say of a chart on which nothing would be seen of the open run, nor of the one beside it.
fn quiet_both(chart: Chart, stage: &Stage, [bins, beside]: &[Bins; 2]) -> Option<String> {
    let nothing_beside = beside.all.is_empty() || quiet(chart, stage, beside).is_some();
    quiet(chart, stage, bins).filter(|_| nothing_beside)
}

/// What there is to say of a chart on which nothing would be seen.
fn quiet(chart: Chart, stage: &Stage, bins: &Bins) -> Option<String> {
    let most = |of: fn(&Bin) -> f32| bins.all.iter().map(of).fold(0.0, f32::max);
    match chart {
        Chart::Latency if bins.all.iter().all(|bin| bin.latency == [0.0; 2]) => {
            let asked = bins.all.iter().any(|bin| bin.outcomes.iter().sum::<f32>() > 0.0);
            Some(if asked { "none ended well" } else { "no operation has ended" }.to_owned())
        }
        Chart::Lag if bins.all.iter().flat_map(|bin| &bin.lags).all(|lag| lag.3 == 0.0) => {
            let leaderless = stage.datasets.iter().all(|dataset| dataset.leadership == Leadership::None);
            let nothing = if leaderless && !stage.datasets.is_empty() {
                "no leader that replicas could lag behind"
            } else {
                "no replication under way"
            };
            Some(nothing.to_owned())
        }
        Chart::Queue if most(|bin| bin.queue) == 0.0 => Some("nothing waits".to_owned()),
        Chart::Utilisation => {
            let busiest = most(|bin| bin.utilisation);
            (busiest < 0.05).then(|| format!("at most {}", words::percent(busiest.into())))
        }
        _ => None,
    }
}

/// The room at the right end that says that a scale is logarithmic.
const LOG_SCALE: f32 = 62.0;

/// The height of a number beside a chart.
const NUMBER: f32 = 12.0;

/// Where the words of a quiet chart begin, behind the name.
const QUIET_WORDS: f32 = 60.0;

/// A chart's place and what it is made from.
struct Row<'a> {
    rect: Rect,
    bins: &'a Bins,
    /// Of the run beside it, if there is one.
    beside: &'a Bins,
    view: &'a TimelineView,
    palette: &'a Palette,
    /// Its name, and whose it is.
    name: String,
}

/// Where a line ends, its name and its colour.
type End = (Point, String, Color);

/// How values become heights.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    /// From zero to this.
    Linear(f64),
    /// From the first to the second, both above zero; what is less stands at the foot.
    Logarithmic(f64, f64),
}

impl Scale {
    /// The share of the height, 0 to 1.
    fn share(self, value: f64) -> f32 {
        let share = match self {
            Scale::Linear(most) => value / most,
            Scale::Logarithmic(least, most) => {
                math::ln(value.max(least) / least) / math::ln((most / least).max(1.0 + 1e-9))
            }
        };
        share.clamp(0.0, 1.0) as f32
    }

    /// Around the values, from a round number to a round number, at least a factor of ten apart.
    fn around(values: impl Iterator<Item = f64>) -> Scale {
        let (mut least, mut most) = (f64::MAX, 0.0_f64);
        for value in values.filter(|&value| value > 0.0) {
            (least, most) = (least.min(value), most.max(value));
        }
        if most == 0.0 {
            return Scale::Logarithmic(1.0, 1_000.0);
        }
        let power = |value: f64| math::pow(10.0, math::floor(math::log10(value)));
        let below = [5.0, 2.0, 1.0].into_iter().map(|times| times * power(least)).find(|&floor| floor <= least);
        let floor = below.unwrap_or(least);
        let most = most.max(10.0 * floor);
        let above = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power(most)).find(|&top| top >= most);
        Scale::Logarithmic(floor, above.unwrap_or(most))
    }

    /// From zero to the next round number.
    fn from_zero(most: f64, at_least: f64) -> Scale {
        let most = most.max(at_least);
        let mut power = 1.0;
        while power * 10.0 <= most {
            power *= 10.0;
        }
        let round = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
            .into_iter()
            .map(|times| times * power)
            .find(|&round| round >= most);
        Scale::Linear(round.unwrap_or(most))
    }
}

impl Row<'_> {
    fn latency(&self, scene: &mut Scene) -> (Scale, Vec<End>) {
        let scale = Scale::around(self.both().flat_map(|bin| bin.latency).map(f64::from));
        self.scale(scale, words::scale_end, scene);
        let lines = [("p99", self.palette.muted, Some((4.0, 2.5)), 1), ("p50", self.palette.ink, None, 0)];
        let mut ends = Vec::new();
        for (name, color, dash, which) in lines {
            let runs = self.runs(self.bins, scale, |bin| bin.latency[which]);
            lines::draw(&runs, Look::plain(color, dash), 0.0, self.palette.background, scene);
            ends.extend(runs.last().and_then(|run| run.last()).map(|last| (*last, name.to_owned(), color)));
        }
        (scale, ends)
    }

    fn outcomes(&self, scene: &mut Scene) -> (Scale, Vec<End>) {
        let totals = self.both().map(|bin| f64::from(bin.operations()));
        let scale = Scale::from_zero(totals.fold(0.0, f64::max), 10.0);
        self.scale(scale, |value| format!("{}/s", words::figures(value)), scene);
        let mut key = Vec::new();
        let mut draw = |title: String, color: Color, grain: Grain, bands: &[Rect]| {
            if bands.is_empty() {
                return;
            }
            key.push(Item { sign: Sign::Band(grain), text: title, color });
            let batch = scene.batch(Kind::Areas, Paint::fill(color));
            bands.iter().for_each(|band| batch.rect(*band));
            grain::draw(grain, bands.iter().copied(), self.palette.background.fade(grain::OPACITY), scene);
        };
        let bands = |of: &dyn Fn(&Bin) -> (f32, f32)| -> Vec<Rect> {
            self.bins.all.iter().filter_map(|bin| self.band(scale, bin, of(bin))).collect()
        };
        for outcome in Outcome::ALL {
            let place = outcome as usize;
            let of = |bin: &Bin| (bin.outcomes[..place].iter().sum(), bin.outcomes[place]);
            draw(outcome.title().to_owned(), self.palette.outcome(outcome), outcome.grain(), &bands(&of));
        }
        // What hangs has not ended in any way: it stands on top as what would have ended, and has no colour.
        let late = bands(&|bin| (bin.operations() - bin.late, bin.late));
        draw(format!("waiting for {}", words::long()), self.palette.muted, Grain::Crossed, &late);
        self.key(&key, self.view.size.width - 4.0, scene);
        (scale, Vec::new())
    }

    /// So much of a stack of operations on so much below it; nothing if it is nothing.
    fn band(&self, scale: Scale, bin: &Bin, (below, own): (f32, f32)) -> Option<Rect> {
        let (left, right) = self.across(bin);
        let (top, bottom) = (self.y(scale, below + own), self.y(scale, below));
        // What happened only once must be seen all the same.
        let rect = Rect::new(left, top.min(bottom - 0.75), right - left, (bottom - top).max(0.75));
        (own > 0.0).then_some(rect)
    }

    fn lag(&self, stage: &Stage, scene: &mut Scene) -> (Scale, Vec<End>) {
        let lags = self.both().flat_map(|bin| &bin.lags).map(|lag| f64::from(lag.3));
        let scale = Scale::around(lags);
        self.scale(scale, words::scale_end, scene);
        // All are replication, so all have its colour; what tells them apart is the dash, and where they are many beads on it.
        let color = self.palette.channels[0];
        let name = |region: u16| stage.regions.get(usize::from(region)).map_or("", |region| &region.title);
        let mut key = Vec::new();
        let mut sender = None;
        let streams = self.bins.streams();
        for (place, &stream) in streams.iter().enumerate() {
            let of = |bin: &Bin| bin.lags.iter().find(|lag| (lag.0, lag.1, lag.2) == stream).map_or(0.0, |lag| lag.3);
            let look = Look::of(place, streams.len(), color);
            let phase = place as f32 / streams.len() as f32;
            lines::draw(&self.runs(self.bins, scale, of), look, phase, self.palette.background, scene);
            let (dataset, from, to) = stream;
            if sender.replace((dataset, from)) != Some((dataset, from)) {
                let data = stage.datasets.get(usize::from(dataset)).filter(|_| stage.datasets.len() > 1);
                let data = data.map_or(String::new(), |dataset| format!("{}, ", dataset.title));
                let text = format!("{data}{} to", name(from));
                key.push(Item { sign: Sign::Heading, text, color: self.palette.muted });
            }
            key.push(Item { sign: Sign::Line(look), text: name(to).to_owned(), color });
        }
        self.key(&key, self.view.size.width - LOG_SCALE, scene);
        (scale, Vec::new())
    }

    fn queue(&self, scene: &mut Scene) -> (Scale, Vec<End>) {
        let most = self.both().map(|bin| f64::from(bin.queue)).fold(0.0, f64::max);
        let scale = Scale::from_zero(most, 10.0);
        self.steps(scale, words::figures, |bin| bin.queue, scene);
        (scale, Vec::new())
    }

    fn utilisation(&self, scene: &mut Scene) -> (Scale, Vec<End>) {
        let scale = Scale::Linear(1.0);
        self.steps(scale, words::percent, |bin| bin.utilisation, scene);
        (scale, Vec::new())
    }

    /// The seconds of both runs.
    fn both(&self) -> impl Iterator<Item = &Bin> {
        self.bins.all.iter().chain(&self.beside.all)
    }

    /// The line of the run beside, and its difference from the open one shaded; where it ends, if there is any.
    fn beside(&self, chart: Chart, scale: Scale, scene: &mut Scene) -> Option<End> {
        let color = self.palette.accent;
        // Lines go through the middles of seconds, and break where there is no value; what is drawn in steps is compared in steps.
        let lines = matches!(chart, Chart::Latency | Chart::Lag);
        let value = |bin: &Bin| beside::value(chart, bin);
        let points = |bin: &Bin| {
            let ((left, right), y) = (self.across(bin), self.y(scale, value(bin)));
            let middle = (left + right) / 2.0;
            let (left, right) = if lines { (middle, middle) } else { (left, right) };
            [Point::new(left, y), Point::new(right, y)]
        };
        let both: Vec<(&Bin, &Bin)> = self.bins.all.iter().zip(&self.beside.all).collect();
        let have = |(here, there): &(&Bin, &Bin)| !lines || (value(here) > 0.0 && value(there) > 0.0);
        for run in both.chunk_by(|a, b| have(a) == have(b)).filter(|run| run.iter().all(have)) {
            let there: Vec<Point> = run.iter().flat_map(|(_, there)| points(there)).collect();
            let between = run.iter().flat_map(|(here, _)| points(here)).chain(there.into_iter().rev());
            scene.batch(Kind::Areas, Paint::fill(color.fade(40))).path(between);
        }
        let runs = match lines {
            true => self.runs(self.beside, scale, value),
            false => vec![self.beside.all.iter().flat_map(points).collect()],
        };
        lines::draw(&runs, Look::plain(color, Some((1.0, 2.0))), 0.0, self.palette.background, scene);
        Some((*runs.last()?.last()?, beside::NAME.to_owned(), color))
    }

    /// An area of steps, with a line on top.
    fn steps(&self, scale: Scale, unit: impl Fn(f64) -> String, of: impl Fn(&Bin) -> f32, scene: &mut Scene) {
        self.scale(scale, unit, scene);
        let edge = |bin: &Bin| {
            let ((left, right), y) = (self.across(bin), self.y(scale, of(bin)));
            [Point::new(left, y), Point::new(right, y)]
        };
        let top: Vec<Point> = self.bins.all.iter().flat_map(edge).collect();
        if let (Some(first), Some(last)) = (top.first(), top.last()) {
            let foot = self.rect.bottom();
            let area = top.iter().copied().chain([Point::new(last.x, foot), Point::new(first.x, foot)]);
            scene.batch(Kind::Areas, Paint::fill(self.palette.ink.fade(12))).path(area);
        }
        scene.batch(Kind::Lines, Paint::line(self.palette.ink, 1.25)).path(top);
        scene.drop_empty();
    }

    /// Places of values in the middles of the bins, in runs of neighbours: where there is no value one ends.
    fn runs(&self, bins: &Bins, scale: Scale, of: impl Fn(&Bin) -> f32) -> Vec<Vec<Point>> {
        let value = |bin: &Bin| (of(bin) > 0.0).then(|| of(bin));
        let runs = bins.all.chunk_by(|a, b| value(a).is_some() == value(b).is_some());
        let place = |bin: &Bin| {
            let (left, right) = self.across(bin);
            Some(Point::new((left + right) / 2.0, self.y(scale, value(bin)?)))
        };
        runs.map(|run| run.iter().filter_map(place).collect::<Vec<_>>()).filter(|run| !run.is_empty()).collect()
    }

    /// The left and right edge of a bin, within the plot.
    fn across(&self, bin: &Bin) -> (f32, f32) {
        let x = |seconds: f64| {
            let at = Time::ZERO + Span::from_secs_f64(seconds);
            self.view.x_from_time(at).clamp(self.rect.x, self.rect.right())
        };
        (x(bin.from), x(bin.to))
    }

    fn y(&self, scale: Scale, value: f32) -> f32 {
        self.rect.bottom() - self.rect.height * scale.share(value.into())
    }

    /// The foot line, and the scale's ends on the left; a logarithmic scale also shows where its decades are.
    fn scale(&self, scale: Scale, unit: impl Fn(f64) -> String, scene: &mut Scene) {
        let (low, high) = match scale {
            Scale::Linear(most) => (0.0, most),
            Scale::Logarithmic(least, most) => (least, most),
        };
        let line = |value: f64| {
            let y = self.y(scale, value as f32);
            [Point::new(self.rect.x, y), Point::new(self.rect.right(), y)]
        };
        let batch = scene.batch(Kind::Lines, Paint::line(self.palette.graticule, 1.0));
        batch.path(line(high));
        if let Scale::Logarithmic(..) = scale {
            let mut decade = math::pow(10.0, math::floor(math::log10(low)) + 1.0);
            while decade < high * 0.99 {
                batch.path(line(decade));
                decade *= 10.0;
            }
        }
        scene.batch(Kind::Lines, Paint::line(self.palette.faint, 1.0)).path(line(low));
        let style = TextStyle::new(TextSize::Small, self.palette.muted).align(Align::End);
        let (x, top, foot) = (self.rect.x - 6.0, self.rect.y + 4.0, self.rect.bottom() - 3.0);
        // Beside a low chart they stand apart as far as they must, into the room of its name.
        let apart = ((NUMBER - (foot - top)) / 2.0).max(0.0);
        scene.text(style, Point::new(x, top - apart), &unit(high));
        scene.text(style, Point::new(x, foot + apart), &unit(low));
    }

    /// A chart that one line tells.
    fn line_of_text(&self, chart: Chart, words: &str, scene: &mut Scene) {
        let middle = self.rect.y + self.rect.height / 2.0;
        let name = TextStyle::new(TextSize::Small, self.palette.ink).bold();
        scene.text(name, Point::new(self.rect.x + 4.0, middle), chart.title());
        let start = self.rect.x + QUIET_WORDS;
        scene.text(TextStyle::new(TextSize::Small, self.palette.muted), Point::new(start, middle), words);
    }

    /// The chart's name above its upper left corner, and at the right end whether its scale is logarithmic.
    fn title(&self, title: &str, logarithmic: bool, scene: &mut Scene) {
        let (x, y) = (self.rect.x + 4.0, self.rect.y - TITLE / 2.0);
        scene.text(TextStyle::new(TextSize::Small, self.palette.ink).bold(), Point::new(x, y), title);
        if logarithmic {
            let style = TextStyle::new(TextSize::Small, self.palette.muted).align(Align::End);
            scene.text(style, Point::new(self.view.size.width - 4.0, y), "log scale");
        }
    }

    /// What the colours or lines of a chart mean: beside its name, up to what stands at the right end.
    fn key(&self, items: &[Item], end: f32, scene: &mut Scene) {
        let start = self.rect.x + 4.0 + measure::width(&self.name, TextSize::Small, Weight::Bold) + 14.0;
        key::draw(items, (start, end), self.rect.y - TITLE / 2.0, self.palette, scene);
    }

    /// Names right of the plot at the height of the ends of lines, pushed apart where they would overlap. If there is not room for all,
    /// those that lead farthest have theirs, and of these the first ones.
    fn end_labels(&self, mut ends: Vec<End>, scene: &mut Scene) {
        const HEIGHT: f32 = 12.0;
        engine::sort_by(&mut ends, |a, b| b.0.x.total_cmp(&a.0.x));
        ends.truncate((self.rect.height / HEIGHT) as usize + 1);
        // At the same height in the order of the curves.
        engine::sort_by(&mut ends, |a, b| a.0.y.total_cmp(&b.0.y));
        let last = self.rect.bottom() - HEIGHT * (ends.len().max(1) - 1) as f32;
        // Clear of what stands above the right end.
        let mut lowest = self.rect.y + 4.0;
        for (index, (end, name, color)) in ends.into_iter().enumerate() {
            let y = end.y.max(lowest).min(last + HEIGHT * index as f32);
            lowest = y + HEIGHT;
            let style = TextStyle::new(TextSize::Small, color).halo(self.palette.background);
            // Beside the data, never on it: also of a line that ends earlier.
            let start = self.rect.right() + 5.0;
            let room = self.view.size.width - 2.0 - start;
            let name = measure::fitted(&name, TextSize::Small, Weight::Regular, room);
            scene.text(style, Point::new(start, y), &name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithmic_scales_begin_and_end_at_round_numbers() {
        assert_eq!(Scale::around([80.0, 340.0].into_iter()), Scale::Logarithmic(50.0, 500.0));
        assert_eq!(Scale::around([0.0, 3.0, 12_000.0].into_iter()), Scale::Logarithmic(2.0, 20_000.0));
        assert_eq!(Scale::around(std::iter::empty()), Scale::Logarithmic(1.0, 1_000.0));
        let scale = Scale::Logarithmic(10.0, 1_000.0);
        assert_eq!([1.0, 10.0, 100.0, 1_000.0, 9_000.0].map(|value| scale.share(value)), [0.0, 0.0, 0.5, 1.0, 1.0]);
    }

    #[test]
    fn linear_scales_end_at_round_numbers() {
        assert_eq!(Scale::from_zero(0.0, 10.0), Scale::Linear(10.0));
        assert_eq!(Scale::from_zero(130.0, 10.0), Scale::Linear(150.0));
        assert_eq!(Scale::from_zero(501.0, 10.0), Scale::Linear(600.0));
    }
}
