//! Sorting in little code. The standard library's sort is compiled anew for each type and each way of comparing, three to five kilobytes
//! each time, and the page loads every one of them before it runs. What is short or seldom sorted is sorted here, where one sort of places
//! serves all; what takes time (histories, latencies, the queue) is left to the standard library.

use std::cmp::Ordering;

/// Sort a list, in n log n steps; what is equal keeps its order.
pub fn sort_by<T>(list: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut places = sorted_places(list.len(), &mut |a, b| compare(&list[a], &list[b]));
    for start in 0..places.len() {
        // What belongs here, then what belongs where that was, until that is what was here.
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut places[at], at);
            if from == start {
                break;
            }
            list.swap(at, from);
            at = from;
        }
    }
}

/// Sort a list by a key of each; what has the same key keeps its order.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(list, |a, b| key(a).cmp(&key(b)));
}

/// Sort a list.
pub fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

/// The places of a list of so many in the order of what is there.
fn sorted_places(length: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    places.sort_by(|&a, &b| compare(a, b));
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lists_are_sorted_as_by_the_standard_library_and_equals_keep_their_order(
            list in prop::collection::vec(0_u8..20, 0..100),
        ) {
            let mut numbered: Vec<(u8, usize)> = list.into_iter().zip(0..).collect();
            let mut expected = numbered.clone();
            expected.sort_by_key(|(value, _)| std::cmp::Reverse(*value));
            sort_by_key(&mut numbered, |(value, _)| std::cmp::Reverse(*value));
            prop_assert_eq!(&numbered, &expected);
            expected.sort_unstable();
            sort(&mut numbered);
            prop_assert_eq!(numbered, expected);
        }
    }
}
