//! `[[population]]`: where users are. What they do there is theirs to say.

use super::links::Links;
use super::names::{Names, named_by};
use super::regions::coordinates;
use crate::document::{Node, Value};
use crate::quantity::clipped;
use crate::reference::{Coordinates, Place, find_place};
use crate::section::{Named, Section, text_of};
use sim::config::{PopulationConfig, Spot};

const POPULATIONS_MAX: usize = 48;

/// The populations, and the sections that they stand in.
pub(super) fn read<'a>(
    root: &Section<'a>,
    names: &mut Names,
    links: &Links,
) -> (Vec<PopulationConfig>, Vec<(Section<'a>, String)>) {
    let mut populations = Vec::new();
    let mut asked = Vec::new();
    let sections = named_by(root, "population", POPULATIONS_MAX, kinds);
    for (section, id) in &sections {
        let place = place(section, id);
        let access = links.access(section, place.at, &names.sites, &names.regions);
        let title = section.text("title").unwrap_or(place.title);
        names.titles.populations.push(title.clone());
        let spot = Spot { id: id.clone(), title, lat: place.at.lat, lon: place.at.lon };
        let users = PopulationConfig::read(&Named { section, ids: names.ids() }, spot, access);
        for key in ["clock-offset", "clock-error"] {
            section.heard(key, names.stamped_by_clients, "the `timestamps` of a dataset to client");
        }
        // What is wrong by itself is no reason to blame the others.
        if section.is_sound() {
            asked.push((users.most(), section));
        }
        populations.push(users);
        names.populations.push(id.clone());
    }
    ask_too_much(asked);
    (populations, sections)
}

/// Note it where the most is asked if it is too much in all.
fn ask_too_much(mut asked: Vec<(f64, &Section<'_>)>) {
    let total: f64 = asked.iter().map(|(most, _)| most).sum();
    engine::sort_by(&mut asked, |a, b| b.0.total_cmp(&a.0));
    if let Some((most, section)) = asked.first().filter(|_| total > PopulationConfig::RATE_MAX) {
        let message = format!("the populations ask {total}/s in all, {most}/s of it here");
        section.problem("rate", message, format!("all together may reach {}/s", PopulationConfig::RATE_MAX));
    }
}

/// Which keys apply: a closed loop has users, an open one a rate.
fn kinds(node: &Node) -> Vec<String> {
    let loops = match &node.value {
        Value::Table(table) if text_of(table, "arrival") == Some("closed") => "population closed",
        _ => "population open",
    };
    vec!["population".to_owned(), loops.to_owned()]
}

fn place(section: &Section<'_>, id: &str) -> Place {
    let nowhere = Place { title: id.to_owned(), at: Coordinates { lat: 0.0, lon: 0.0 } };
    let (name, key) = match section.raw("place") {
        Some(Node { value: Value::Text(name), .. }) => (name.as_str(), "place"),
        Some(node) => return Place { at: coordinates(section, node), ..nowhere },
        None if id.is_empty() => return nowhere,
        None => (id, "id"),
    };
    find_place(name).unwrap_or_else(|help| {
        section.problem(key, format!("there is no city or region `{}`", clipped(name)), help);
        section.notes.leave_unread("population");
        nowhere
    })
}
