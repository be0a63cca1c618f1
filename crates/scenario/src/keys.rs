//! Every key of a scenario file: the parser's known keys, the defaults, the list of values in force and the help text all
//! read this one list. Each part says itself what may be set of it; here is said in which section.

use crate::frame;
use protocols::PROTOCOLS;
use settings::{Fallback, Fallback::Otherwise, Fallback::Required, Fallback::Value, Setting};
use sim::ACTS;
use sim::config::{
    ActConfig, ClocksConfig, ControlConfig, DEFENCES, DatasetConfig, FaultConfig, LinkConfig, PeopleConfig,
    PopulationConfig, RegionConfig, RequestConfig, RoutingConfig, STEPS,
};
use sim::faults::FAULTS;
use std::sync::LazyLock;

/// A key of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// The section it belongs to; for faults and acts followed by the kind.
    pub section: String,
    /// Its name.
    pub name: &'static str,
    /// What it takes, with its unit.
    pub takes: String,
    /// What holds when it is not written.
    pub fallback: Fallback,
    /// What it means.
    pub meaning: &'static str,
    /// Where the default comes from, if it is a fact; empty if it is a choice.
    pub source: &'static str,
}

/// A section with everybody who says what may be set in it.
struct Section {
    name: String,
    by: Vec<&'static [Setting]>,
}

fn section(name: impl Into<String>, by: &[&'static [Setting]]) -> Section {
    Section { name: name.into(), by: by.to_vec() }
}

/// Every section, in the order of the help text: those of a file, and those of what is done, by plan or in a link.
fn sections() -> Vec<Section> {
    let of_users =
        [&[frame::POPULATION, PopulationConfig::SETTINGS, PeopleConfig::SETTINGS, ClocksConfig::SETTINGS], DEFENCES]
            .concat();
    // All settings apply to every dataset, so that a variant can change its protocol.
    let mut of_data = vec![frame::DATASET, DatasetConfig::SETTINGS];
    of_data.extend(PROTOCOLS.iter().map(|line| line.settings));
    let mut all = vec![
        section("", &[frame::SECTIONS]),
        section("story", &[frame::STORY]),
        section("story choices", &[frame::CHOICE]),
        section("run", &[frame::RUN]),
        section("region", &[frame::REGION, RegionConfig::SETTINGS]),
        section("links", &[frame::LINKS, LinkConfig::OF_EVERY]),
        section("link", &[frame::LINK, LinkConfig::OF_ONE]),
        section("dataset", &of_data),
        section("population", &of_users),
        section("population open", &[PopulationConfig::OPEN]),
        section("population closed", &[PopulationConfig::CLOSED]),
        section("request", &[frame::REQUEST, RequestConfig::SETTINGS]),
    ];
    all.extend(STEPS.iter().map(|line| section(format!("step {}", line.verb.word), &[line.verb.settings])));
    all.push(section("routing", &[RoutingConfig::SETTINGS]));
    all.push(section("control", &[ControlConfig::SETTINGS]));
    all.push(section("fault", &[frame::FAULT, FaultConfig::SETTINGS]));
    all.extend(FAULTS.iter().map(|line| section(format!("fault {}", line.info.id), &[line.info.settings])));
    all.push(section("act", &[frame::ACT, ActConfig::SETTINGS]));
    all.extend(ACTS.iter().map(|line| section(format!("act {}", line.id), &[line.settings])));
    all.push(section("variant", &[frame::VARIANT]));
    all.push(section("expect", &[frame::EXPECT]));
    all
}

/// All keys, by section, in the order of the help text.
pub fn keys() -> &'static [KeyInfo] {
    static KEYS: LazyLock<Vec<KeyInfo>> = LazyLock::new(|| {
        let mut keys: Vec<KeyInfo> = Vec::new();
        for Section { name, by } in sections() {
            for setting in by.into_iter().flatten() {
                let key = listed(&name, setting);
                // Protocols may share a setting.
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        keys
    });
    &KEYS
}

/// A setting as a key. What a list says is told from the list.
fn listed(section: &str, setting: &Setting) -> KeyInfo {
    let Setting { name, takes, mut fallback, meaning, source } = *setting;
    let takes = match (section, name) {
        ("dataset", "protocol") => {
            fallback = Value(PROTOCOLS[0].info.id);
            one_of(PROTOCOLS.iter().map(|line| line.info.id).collect())
        }
        ("fault", "kind") => one_of(FAULTS.iter().map(|line| line.info.id).collect()),
        ("act", "kind") => one_of(ACTS.iter().map(|line| line.id).collect()),
        ("request", "steps") => {
            let forms: Vec<String> = STEPS.iter().map(|line| format!("\"{}\"", line.verb.form())).collect();
            format!("list: {}", forms.join(", "))
        }
        _ => takes.to_owned(),
    };
    KeyInfo { section: section.to_owned(), name, takes, fallback, meaning, source }
}

/// "a, b or c".
fn one_of(names: Vec<&str>) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// The sections that stand once, so that a variant may set keys in one that is not written.
pub(crate) const SINGLE: [&str; 5] = ["story", "run", "links", "routing", "control"];

/// The keys of a section.
pub(crate) fn of(section: &str) -> impl Iterator<Item = &'static KeyInfo> + use<'_> {
    keys().iter().filter(move |key| key.section == section)
}

/// All keys as a text for a person, one line each.
pub fn help() -> String {
    let mut text = String::new();
    let mut section = "";
    for key in keys().iter().filter(|key| !key.section.starts_with("act ")) {
        if key.section != section {
            section = &key.section;
            text += &format!("\n[{section}]\n");
            let fault = FAULTS.iter().find(|line| section.strip_prefix("fault ") == Some(line.info.id));
            text += &fault.map_or_else(String::new, |line| format!("  {} ({})\n", line.info.meaning, line.info.covers));
            let step = STEPS.iter().find(|line| section.strip_prefix("step ") == Some(line.verb.word));
            text +=
                &step.map_or_else(String::new, |line| format!("  \"{}\": {}\n", line.verb.form(), line.verb.meaning));
        }
        text += &line_of(key);
        if (section, key.name) == ("expect", "metric") {
            for metric in sim::metrics::metrics() {
                text += &format!("    {:<22} {}\n", metric.id, metric.title);
            }
        }
        if (section, key.name) == ("dataset", "protocol") {
            for line in PROTOCOLS {
                text += &format!("    {:<13} {}. {}\n", line.info.id, line.info.title, line.info.guarantee);
            }
        }
    }
    // What a person does may have no keys at all.
    for act in ACTS {
        let section = format!("act {}", act.id);
        text += &format!("\n[{section}]\n  {}: by plan, or by a person in a link\n", act.meaning);
        text.extend(of(&section).map(line_of));
    }
    text
}

/// A key in a line of the help.
fn line_of(key: &KeyInfo) -> String {
    let fallback = match key.fallback {
        Required => "required".to_owned(),
        Value(value) => format!("default \"{value}\""),
        Otherwise(words) => format!("default: {words}"),
    };
    let source = if key.source.is_empty() { String::new() } else { format!(" Source: {}.", key.source) };
    format!("  {:<15} {}. Takes {}; {fallback}.{source}\n", key.name, key.meaning, key.takes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_listed_twice_and_sections_are_not_torn_apart() {
        for (place, key) in keys().iter().enumerate() {
            let twice = keys()[..place].iter().any(|other| (&other.section, other.name) == (&key.section, key.name));
            assert!(!twice, "[{}] {} is listed twice", key.section, key.name);
        }
        let mut sections: Vec<&str> = keys().iter().map(|key| key.section.as_str()).collect();
        sections.dedup();
        let count = sections.len();
        sections.sort_unstable();
        sections.dedup();
        assert_eq!(sections.len(), count);
    }

    #[test]
    fn the_help_knows_every_fault_and_every_act() {
        let text = help();
        for id in sim::Action::ids() {
            assert!(text.contains(&format!("\n[fault {id}]\n")) || text.contains(&format!("\n[act {id}]\n")), "{id}");
        }
    }

    #[test]
    fn protocols_that_share_a_setting_mean_the_same_by_it() {
        let all: Vec<&Setting> = PROTOCOLS.iter().flat_map(|line| line.settings).collect();
        for setting in &all {
            let same = all.iter().filter(|other| other.name == setting.name);
            assert!(same.into_iter().all(|other| other == setting), "{}", setting.name);
        }
    }
}
