//! The ids of the rows, for whoever reads what a scenario says that it shows.

use crate::problem::nearest;

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
pub(super) fn ids() -> impl Iterator<Item = String> {
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
