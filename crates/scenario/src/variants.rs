//! `[[variant]]`: other settings under a name, laid over the tree before it is read.

use crate::document::{self, Entry, Node, Table, Value};
use crate::notes::Notes;
use crate::quantity::clipped;
use crate::scenario::VariantInfo;
use crate::section::{Section, unique};

const VARIANTS_MAX: usize = 16;
const SETTINGS_MAX: usize = 200;

/// A variant: what a picker shows, what it starts from, what it sets.
pub(crate) struct Variant {
    pub(crate) info: VariantInfo,
    extends: Option<usize>,
    settings: Table,
}

/// The variants of a text. Those that extend each other in a circle are noted and cut apart.
pub(crate) fn read(root: &Section<'_>) -> Vec<Variant> {
    let nodes = root.list("variant", VARIANTS_MAX);
    let sections: Vec<Section<'_>> = nodes.iter().map(|node| Section::new(root.notes, &["variant"], node)).collect();
    let ids: Vec<String> = sections.iter().map(Section::id).collect();
    unique(&sections, &ids);
    let mut variants: Vec<Variant> =
        sections.iter().zip(&ids).map(|(section, id)| variant(section, id, &ids)).collect();
    for (place, section) in sections.iter().enumerate() {
        if in_a_circle(&variants, place) {
            section.problem(
                "extends",
                format!("`{}` extends itself in a circle", clipped(&ids[place])),
                "one of them must start from the scenario as written",
            );
            variants[place].extends = None;
        }
    }
    let sets: Vec<Vec<String>> = (0..variants.len()).map(|place| laid(root.notes, &variants, place)).collect();
    variants.iter_mut().zip(sets).for_each(|(variant, sets)| variant.info.sets = sets);
    variants
}

/// What a variant sets, and before it what the one sets that it extends, as written.
fn laid(notes: &Notes<'_>, variants: &[Variant], place: usize) -> Vec<String> {
    let mut sets = variants[place].extends.map_or_else(Vec::new, |base| laid(notes, variants, base));
    let written = |entry: &Entry| format!("{} = {}", entry.key, notes.written(&entry.node.span));
    sets.extend(variants[place].settings.iter().map(written));
    sets
}

fn variant(section: &Section<'_>, id: &str, ids: &[String]) -> Variant {
    let mut settings = Table::new();
    if let Some(table) = section.table("set") {
        flatten("", table, &mut settings);
    }
    // What is done to a zone in one variant would be done to another in the next.
    for entry in settings.iter().filter(|entry| entry.key.starts_with("region.") && entry.key.ends_with(".zones")) {
        let help = "the zones are the same in all variants: change how many workers they share, or write a region more";
        section.notes.problem(&entry.span, "a variant cannot change how many zones a region has", help);
    }
    // What is shown and picked of a shard in one variant would be another's in the next.
    for entry in settings.iter().filter(|entry| entry.key.starts_with("dataset.") && entry.key.ends_with(".shards")) {
        let help = "the shards are the same in all variants: change which key is in which, or who leads, or write a dataset more";
        section.notes.problem(&entry.span, "a variant cannot change how many shards a dataset has", help);
    }
    if settings.len() > SETTINGS_MAX {
        let help = format!("at most {SETTINGS_MAX} are allowed");
        section.problem("set", format!("a variant sets {} keys", settings.len()), help);
        settings.truncate(SETTINGS_MAX);
    }
    Variant {
        info: VariantInfo {
            id: id.to_owned(),
            title: section.text("title").unwrap_or_else(|| id.to_owned()),
            summary: section.text("summary").unwrap_or_default(),
            sets: Vec::new(),
        },
        extends: section.reference("extends", "variant", ids),
        settings,
    }
}

/// Paths may be written with quotes, `"a.b" = 1`, or without, `a.b = 1`, which is a table in a table.
fn flatten(path: &str, table: &Table, settings: &mut Table) {
    for entry in table {
        let key = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
        match &entry.node.value {
            Value::Table(inner) => flatten(&key, inner, settings),
            _ => settings.push(Entry { key, ..entry.clone() }),
        }
    }
}

fn in_a_circle(variants: &[Variant], start: usize) -> bool {
    let mut place = variants[start].extends;
    for _ in 0..variants.len() {
        match place {
            None => return false,
            Some(here) if here == start => return true,
            Some(here) => place = variants[here].extends,
        }
    }
    false
}

/// Lay a variant, and what it extends, over the tree.
pub(crate) fn apply(notes: &Notes<'_>, tree: &mut Node, variants: &[Variant], place: usize) {
    if let Some(base) = variants[place].extends {
        apply(notes, tree, variants, base);
    }
    for setting in &variants[place].settings {
        document::set(tree, notes, setting);
    }
}
