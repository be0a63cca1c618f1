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
        .filter_map(|scenario| Some((scenario.id, load(scenario.text(), None, None).ok()?.covers)))
        .collect();
    let by =
        |id: &str| shown.iter().filter(|(_, covers)| covers.iter().any(|row| row == id)).map(|(of, _)| *of).collect();
    ROWS.iter().map(|(id, title)| Covered { id, title, by: by(id) }).collect()
}

/// By letter, the first and the last number of its rows, and those between that are none. The titles, which are long, are for whoever lists them:
/// a program that never does is not to carry them.
const NUMBERS: &[(char, u32, u32, &[u32])] = &[
    ('R', 1, 22, &[]),
    ('C', 1, 7, &[]),
    ('D', 1, 16, &[]),
    ('T', 1, 14, &[]),
    ('F', 1, 36, &[27, 28, 29]),
    ('H', 1, 6, &[]),
    ('G', 1, 4, &[]),
    ('S', 1, 56, &[]),
    ('M', 1, 8, &[]),
    ('E', 1, 16, &[]),
    ('N', 1, 9, &[]),
    ('W', 1, 7, &[]),
    ('Q', 1, 44, &[]),
];

/// The ids of all rows, in their order.
fn ids() -> impl Iterator<Item = String> {
    let numbers = NUMBERS.iter().flat_map(|(letter, first, last, none)| {
        (*first..=*last).filter(|number| !none.contains(number)).map(move |number| (letter, number))
    });
    numbers.map(|(letter, number)| format!("{letter}{number}"))
}

/// What is wrong with an id that a scenario says it shows, if there is no such row.
pub(crate) fn missing(id: &str) -> Option<String> {
    if ids().any(|row| row == id) {
        return None;
    }
    let all: Vec<String> = ids().collect();
    let near = nearest(id, all.iter().map(String::as_str));
    Some(near.map_or_else(|| "leave it out".to_owned(), |near| format!("did you mean `{near}`?")))
}

#[cfg(test)]
mod tests {
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
