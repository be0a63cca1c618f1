//! Which rows of the catalog of what there is to be simulated are shown by which built-in scenarios.

mod rows;

use crate::gallery::built_in;
use crate::load;
use crate::problem::nearest;
use rows::ROWS;

/// A row of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Its id, a letter and a number: "S31".
    pub id: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// The ids of the built-in scenarios that say that they show it, in the order of the gallery.
    pub by: Vec<&'static str>,
}

/// Every row of the catalog, in its order, with the built-in scenarios that show it.
pub fn coverage() -> Vec<Covered> {
    let shown: Vec<(&str, Vec<String>)> = built_in()
        .iter()
        .filter_map(|scenario| Some((scenario.id, load(scenario.text, None, None).ok()?.covers)))
        .collect();
    let by =
        |id: &str| shown.iter().filter(|(_, covers)| covers.iter().any(|row| row == id)).map(|(of, _)| *of).collect();
    ROWS.iter().map(|(id, title)| Covered { id, title, by: by(id) }).collect()
}

/// What is wrong with an id that a scenario says it shows, if there is no such row.
pub(crate) fn missing(id: &str) -> Option<String> {
    let known = ROWS.iter().any(|(row, _)| *row == id);
    let near = || nearest(id, ROWS.iter().map(|(row, _)| *row));
    (!known).then(|| near().map_or_else(|| "leave it out".to_owned(), |near| format!("did you mean `{near}`?")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_row_stands_twice_and_rows_are_in_order() {
        let key = |(id, _): &(&str, &str)| (id.as_bytes()[0], id[1..].parse::<u32>().expect("a letter and a number"));
        assert!(ROWS.windows(2).all(|pair| key(&pair[0]).0 != key(&pair[1]).0 || key(&pair[0]).1 < key(&pair[1]).1));
        let mut groups: Vec<u8> = ROWS.iter().map(|row| key(row).0).collect();
        groups.dedup();
        assert_eq!(groups, b"RCDTFHGSMENWQ");
    }

    #[test]
    fn what_a_built_in_scenario_says_that_it_shows_is_listed_with_it() {
        let all = coverage();
        let of = |id: &str| all.iter().find(|row| row.id == id).map(|row| row.by.clone());
        assert!(of("R13").is_some_and(|by| by.contains(&"raft-across-continents")));
        assert_eq!(of("S2"), Some(Vec::new()), "nothing shows it yet");
    }
}
