//! What is good before it is damaged.

use crate::damage::words_of;
use crate::front_doors::FrontDoor;
use engine::Time;
use scenario::{Link, LinkScenario, built_in, load};
use sim::{Action, LoggedAction};
use std::collections::BTreeSet;
use std::path::Path;

/// Good inputs, and for texts the words they are made of.
pub(crate) struct Seeds {
    scenarios: (Vec<Vec<u8>>, Vec<String>),
    links: (Vec<Vec<u8>>, Vec<String>),
    link_bytes: (Vec<Vec<u8>>, Vec<String>),
    histories: (Vec<Vec<u8>>, Vec<String>),
}

/// Every kind of arrival, fault and retry, within a second.
const EVERYTHING: &str = include_str!("everything.toml");

/// Values that are often not thought of.
const ODD: [&str; 22] = [
    "0",
    "-1",
    "1e308",
    "1e-300",
    "nan",
    "inf",
    "18446744073709551615",
    "9223372036854775808",
    "\"\"",
    "\"0s\"",
    "\"0/s\"",
    "\"1ns\"",
    "\"999999h\"",
    "\"1000000/s\"",
    "\"100%\"",
    "[]",
    "{}",
    "\"*\"",
    "true",
    "nil",
    "##NaN",
    "\u{feff}",
];

impl Seeds {
    pub(crate) fn new() -> std::io::Result<Seeds> {
        // What ships is a good part of all there is to say; the rest is in a scenario of its own, which comes up as often.
        let shipped = || built_in().iter().flat_map(|built_in| [built_in.text(), EVERYTHING]);
        let scenarios = shipped().map(|text| text.as_bytes().to_vec()).collect();
        let whole = links("everything", EVERYTHING);
        let links: Vec<Link> =
            built_in().iter().flat_map(|built_in| links(built_in.id, built_in.text())).chain(whole).collect();
        let encoded = links.iter().map(|link| link.encode().into_bytes()).collect();
        let bytes = links.iter().filter_map(|link| postcard::to_allocvec(link).ok()).collect();
        Ok(Seeds {
            scenarios: with_words(scenarios),
            links: (encoded, Vec::new()),
            link_bytes: (bytes, Vec::new()),
            histories: with_words(histories()?),
        })
    }

    pub(crate) fn of(&self, door: FrontDoor) -> (&[Vec<u8>], &[String]) {
        let (texts, words) = match door {
            FrontDoor::Scenario => &self.scenarios,
            FrontDoor::Link => &self.links,
            FrontDoor::LinkBytes => &self.link_bytes,
            FrontDoor::History => &self.histories,
        };
        (texts, words)
    }
}

fn with_words(texts: Vec<Vec<u8>>) -> (Vec<Vec<u8>>, Vec<String>) {
    let all: Vec<String> = texts.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect();
    let words: BTreeSet<&str> = all.iter().flat_map(|text| words_of(text)).chain(ODD).collect();
    let words = words.into_iter().filter(|word| !word.trim().is_empty()).map(str::to_owned).collect();
    (texts, words)
}

fn histories() -> std::io::Result<Vec<Vec<u8>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/histories");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "edn"));
    paths.sort();
    paths.iter().map(std::fs::read).collect()
}

/// To the scenario by its id and whole, in its first and its last variant, with everything done in it that can be done.
fn links(id: &str, text: &str) -> Vec<Link> {
    let Ok(scenario) = load(text, None, None) else { return Vec::new() };
    let faults = scenario.config.faults.iter().map(|fault| Action::Start(fault.kind.clone()));
    let faults = (1..).zip(faults).map(|(step, action)| LoggedAction { at: Time::from_millis(step * 90), action });
    let link = Link::new(&scenario, Some(7), &faults.collect::<Vec<_>>(), Time::from_secs(42));
    // What else can be done; regions and users may go by their numbers.
    let others = [
        "promote region=#1",
        "drop-packet from=#0 to=#1 number=7",
        "delay-packet users=#0 to=#1 channel=client number=5 by=300ms",
        "drop-packet number=1000",
        "restore region=#0",
        "heal-link between=#0,#1",
        "heal-all",
        "end-fault fault=x",
        "end-fault number=1",
    ];
    let others = (1..).zip(others).map(|(step, act)| format!("{}ms {act}", 5_000 + step * 90));
    let link = Link { actions: link.actions.into_iter().chain(others).collect(), ..link };
    let built_in = |digest| LinkScenario::BuiltIn { id: id.to_owned(), digest };
    let last = scenario.variants.last().map(|variant| variant.id.clone());
    vec![
        Link { scenario: built_in(None), ..link.clone() },
        Link { scenario: built_in(Some([1, 2, 3, 4])), variant: last, actions: Vec::new(), ..link.clone() },
        Link { scenario: LinkScenario::Packed(text.to_owned()), ..link },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenario_with_everything_is_good_before_it_is_damaged() {
        let problems = load(EVERYTHING, None, None).err().unwrap_or_default();
        assert!(problems.is_empty(), "{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}
