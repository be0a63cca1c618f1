//! The values and keys of a text: numbers as they are, anything else numbered.

use std::collections::BTreeMap;

use super::node::{Node, Value};

/// A number for each name that a text gives to values, or to keys. Where all of them are numbers from 0, each keeps its own; otherwise they
/// are numbered as they appear.
pub struct Numbers {
    /// None: numbers are themselves.
    numbers: Option<BTreeMap<String, u64>>,
    /// What each number was written as, where it is not itself.
    pub(super) names: BTreeMap<u64, String>,
}

impl Numbers {
    /// For all of these.
    pub(super) fn of<'a>(nodes: impl Iterator<Item = &'a Node> + Clone) -> Self {
        if nodes.clone().all(|node| natural(node).is_some()) {
            return Self { numbers: None, names: BTreeMap::new() };
        }
        let mut numbers = BTreeMap::new();
        for written in nodes.filter_map(Node::written) {
            let next = numbers.len() as u64;
            numbers.entry(written).or_insert(next);
        }
        let names = numbers.iter().map(|(written, number)| (*number, written.clone())).collect();
        Self { numbers: Some(numbers), names }
    }

    /// The number, if this is one of them.
    pub(super) fn number(&self, node: &Node) -> Option<u64> {
        match &self.numbers {
            None => natural(node),
            Some(numbers) => numbers.get(&node.written()?).copied(),
        }
    }
}

fn natural(node: &Node) -> Option<u64> {
    match node.value {
        Value::Integer(number) => u64::try_from(number).ok(),
        _ => None,
    }
}
