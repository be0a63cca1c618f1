//! `[links]` and `[[link]]`: how long the ways are. What packets meet on them is the network's to say.

use super::names::Names;
use crate::notes::ValueLine;
use crate::reference::{Edition, RoundTrip, jitter_to_p90, measured_jitter, round_trip, users_round_trip};
use crate::section::{Ids, Named, Section};
use engine::{Distribution, Span};
use sim::config::{LinkConfig, LinkSettings};
use std::ops::Range;

use super::names::Site;
use crate::reference::Coordinates;

/// What holds for every link.
pub(super) struct Links {
    edition: Edition,
    jitter: Jitter,
    local: Span,
    across_zones: Span,
    last_mile: Span,
    settings: LinkSettings,
}

impl Links {
    pub(super) fn read(section: &Section<'_>) -> Links {
        Links {
            edition: Edition::ALL[section.choice("edition", &Edition::IDS)],
            jitter: Jitter::read(section),
            local: section.span("local").unwrap_or(Span::ZERO),
            across_zones: section.span("across-zones").unwrap_or(Span::ZERO),
            last_mile: section.span("last-mile").unwrap_or(Span::ZERO),
            settings: settings_of(section),
        }
    }

    /// Every link between regions: row = from, column = to.
    pub(super) fn between(&self, root: &Section<'_>, names: &Names) -> Vec<Vec<LinkConfig>> {
        let mut links: Vec<Vec<LinkConfig>> = names
            .sites
            .iter()
            .enumerate()
            .map(|(from, _)| (0..names.sites.len()).map(|to| self.link(root, names, from, to)).collect())
            .collect();
        let mut said = vec![vec![Default::default(); names.sites.len()]; names.sites.len()];
        for node in root.list("link", 600) {
            let section = Section::new(root.notes, &["link"], node);
            change(&section, names, self.edition, &mut links, &mut said);
        }
        links
    }

    fn link(&self, root: &Section<'_>, names: &Names, from: usize, to: usize) -> LinkConfig {
        if from == to {
            return self.quiet(self.local / 2, false, None);
        }
        if names.zoned.iter().any(|region| [from, to].iter().all(|end| region.zones.contains(&(*end as u16)))) {
            return self.quiet(self.across_zones / 2, false, None);
        }
        let RoundTrip { time, p90, estimated, source } = round_trip(self.edition, names.sites[from], names.sites[to]);
        let place = format!("link {} → {}", names.regions[from], names.regions[to]);
        root.notes.value(rtt_line(place, time, source));
        let mut link = self.quiet(time / 2, estimated, p90);
        self.settings.apply(&mut link);
        link
    }

    /// Users' way to each region, in the order of regions.
    pub(super) fn access(
        &self,
        section: &Section<'_>,
        users: Coordinates,
        sites: &[Site],
        names: &[String],
    ) -> Vec<LinkConfig> {
        let way = |(site, name): (&Site, &String)| {
            let RoundTrip { time, source, .. } = users_round_trip(users, *site, self.last_mile);
            section.notes.value(rtt_line(format!("{} → {name}", section.place), time, source));
            self.quiet(time / 2, true, None)
        };
        sites.iter().zip(names).map(way).collect()
    }

    /// A link that varies but loses nothing.
    fn quiet(&self, one_way: Span, estimated: bool, p90: Option<f64>) -> LinkConfig {
        let buffer = self.settings.buffer().unwrap_or(0);
        LinkConfig { buffer, ..LinkConfig::of(one_way, estimated, self.jitter.of(p90)) }
    }
}

fn settings_of(section: &Section<'_>) -> LinkSettings {
    LinkSettings::read(&Named { section, ids: Ids::default() })
}

fn rtt_line(place: String, time: Span, source: String) -> ValueLine {
    ValueLine {
        place,
        name: "rtt".to_owned(),
        value: time.to_string(),
        set: false,
        meaning: "round trip without jitter; half of it each way".to_owned(),
        source,
    }
}

/// Whether delays vary.
#[derive(Clone, Copy)]
enum Jitter {
    Measured,
    Off,
}

impl Jitter {
    fn read(section: &Section<'_>) -> Jitter {
        [Jitter::Measured, Jitter::Off][section.choice("jitter", &["measured", "off"])]
    }

    /// Of a way whose round trips have this 90th percentile, as a multiple of the median, if it is known.
    fn of(self, p90: Option<f64>) -> Distribution {
        match self {
            Jitter::Measured => p90.map_or_else(measured_jitter, jitter_to_p90),
            Jitter::Off => Distribution::Constant(1.0),
        }
    }
}

/// What a `[[link]]` may say of each of its ways.
const SAID: [&str; 8] = ["rtt", "jitter", "delay", "bandwidth", "buffer", "loss", "duplication", "reordering"];

/// By way: in which line each of these was said.
type Said = [Option<usize>; SAID.len()];

/// Note what was said before of a way: the later would hold, whatever was meant.
fn say_once(section: &Section<'_>, names: &Names, ways: &[(usize, usize)], said: &mut [Vec<Said>]) {
    for (place, key) in SAID.into_iter().enumerate().filter(|(_, key)| section.has(key)) {
        let line = section.notes.line(section.span_of(key).start);
        let before = ways.iter().find_map(|way| Some((way, said[way.0][way.1][place]?)));
        if let Some(((from, to), before)) = before {
            let way = format!("{} to {}", names.regions[*from], names.regions[*to]);
            let help = format!("line {before} says it, too: once is enough, or one-way = true for each way");
            section.problem(key, format!("`{key}` of the way from {way} stands twice"), help);
        }
        ways.iter().for_each(|(from, to)| said[*from][*to][place] = Some(line));
    }
}

/// The two ends of a link; of a region with zones all of them.
fn ends(section: &Section<'_>, names: &Names) -> Option<(Range<u16>, Range<u16>)> {
    let ends = section.each_region("between", names.ids())?;
    match ends.as_slice() {
        [a, b] => Some((a.clone(), b.clone())),
        _ => {
            let help = "write between = [\"us-east-1\", \"eu-west-1\"]";
            section.problem("between", format!("a link has two ends, not {}", ends.len()), help);
            None
        }
    }
}

/// Apply a `[[link]]`.
fn change(
    section: &Section<'_>,
    names: &Names,
    edition: Edition,
    links: &mut [Vec<LinkConfig>],
    said: &mut [Vec<Said>],
) {
    let ends = ends(section, names);
    let rtt = section.span("rtt");
    let jitter = section.has("jitter").then(|| Jitter::read(section));
    let delay = section.has("delay").then(|| delay(section)).flatten();
    let settings = settings_of(section);
    let one_way = section.flag("one-way");
    let Some((a, b)) = ends else { return };
    let there = a.clone().flat_map(|from| b.clone().map(move |to| (usize::from(from), usize::from(to))));
    let mut ways: Vec<(usize, usize)> = there.collect();
    if !one_way {
        ways.extend(ways.clone().into_iter().map(|(from, to)| (to, from)));
    }
    say_once(section, names, &ways, said);
    for (from, to) in &ways {
        let link = &mut links[*from][*to];
        if let Some(rtt) = rtt {
            (link.one_way, link.estimated) = (rtt / 2, false);
        }
        if let Some(jitter) = jitter {
            link.jitter = jitter.of(round_trip(edition, names.sites[*from], names.sites[*to]).p90);
        }
        if let Some((mean, factor)) = &delay {
            (link.one_way, link.estimated, link.jitter) = (*mean, false, factor.clone());
        }
        settings.apply(link);
    }
}

/// The mean of a way's delay, and what it is multiplied with for each packet.
fn delay(section: &Section<'_>) -> Option<(Span, Distribution)> {
    for key in ["rtt", "jitter"].into_iter().filter(|key| section.has(key)) {
        section.problem(key, format!("`delay` says it all, and `{key}` nothing beside it"), "leave one of them out");
    }
    let delay = section.distribution("delay");
    match delay.mean() {
        Some(mean) if mean > 0.0 => Some((Span::from_nanos_f64(mean), delay.scaled(1.0 / mean))),
        Some(_) => Some((Span::ZERO, Distribution::Constant(1.0))),
        None => {
            section.problem("delay", "the mean delay is infinite", "give a pareto distribution a shape above 1");
            None
        }
    }
}
