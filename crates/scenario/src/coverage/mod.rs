//! Which rows of the catalog of what there is to be simulated are shown by which built-in scenarios.

mod ids;
mod rows;

pub(crate) use ids::missing;

use crate::gallery::built_in;
use crate::load;
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
        .filter_map(|scenario| Some((scenario.id, load(scenario.text(), None, None).ok()?.covers)))
        .collect();
    let by =
        |id: &str| shown.iter().filter(|(_, covers)| covers.iter().any(|row| row == id)).map(|(of, _)| *of).collect();
    ROWS.iter().map(|(id, title)| Covered { id, title, by: by(id) }).collect()
}

#[cfg(test)]
mod tests {
    use super::ids::ids;
    use super::*;

    #[test]
    fn the_rows_are_those_that_a_scenario_may_name() {
        let rows: Vec<&str> = ROWS.iter().map(|(id, _)| *id).collect();
        assert_eq!(rows, ids().collect::<Vec<String>>());
    }

    #[test]
    fn what_a_built_in_scenario_says_that_it_shows_is_listed_with_it() {
        let all = coverage();
        let of = |id: &str| all.iter().find(|row| row.id == id).map(|row| row.by.clone());
        assert!(of("R13").is_some_and(|by| by.contains(&"raft-across-continents")));
        assert_eq!(of("S2"), Some(Vec::new()), "nothing shows it yet");
    }
}
