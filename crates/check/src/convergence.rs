//! Do all replicas hold the same in the end?

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

/// One key that the replicas do not agree on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The key.
    pub key: u64,
    /// What each replica holds, in the order the replicas were given; `None` if it does not have the key.
    pub held: Vec<(String, Option<u64>)>,
}

/// The keys on which the replicas differ, in order; empty if they have converged. A replica is its name and what it holds by key.
pub fn differences(replicas: &[(String, BTreeMap<u64, u64>)]) -> Vec<Difference> {
    let keys: BTreeSet<u64> = replicas.iter().flat_map(|(_, held)| held.keys().copied()).collect();
    let mut differences = Vec::new();
    for key in keys {
        let mut values = replicas.iter().map(|(_, held)| held.get(&key));
        let first = values.next();
        if values.any(|value| Some(value) != first) {
            let held = replicas.iter().map(|(name, held)| (name.clone(), held.get(&key).copied())).collect();
            differences.push(Difference { key, held });
        }
    }
    differences
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {}:", self.key)?;
        for (place, (name, value)) in self.held.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            match value {
                Some(value) => write!(f, "{comma} {name} holds {value}")?,
                None => write!(f, "{comma} {name} holds nothing")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replica(name: &str, held: &[(u64, u64)]) -> (String, BTreeMap<u64, u64>) {
        (name.to_string(), held.iter().copied().collect())
    }

    #[test]
    fn replicas_that_hold_the_same_have_converged() {
        assert!(differences(&[]).is_empty());
        assert!(differences(&[replica("a", &[(1, 5)])]).is_empty());
        assert!(differences(&[replica("a", &[(1, 5), (2, 6)]), replica("b", &[(2, 6), (1, 5)])]).is_empty());
    }

    #[test]
    fn another_value_and_a_missing_key_are_both_differences() {
        let found =
            differences(&[replica("a", &[(1, 5), (2, 6)]), replica("b", &[(1, 7)]), replica("c", &[(1, 5), (2, 6)])]);
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["key 1: a holds 5, b holds 7, c holds 5", "key 2: a holds 6, b holds nothing, c holds 6"]);
    }
}
