//! `[[dataset]]`: data and how it is replicated. What the protocols take is theirs to say; see [`PROTOCOLS`].

use super::names::{Names, named};
use crate::section::{Named, Section};
use protocol::{Setup, Shape};
use protocols::{AnyConfig, PROTOCOLS};
use sim::config::DatasetConfig;

const DATASETS_MAX: usize = 8;
const KEYS_MAX: u64 = 100_000;
/// Keys times replicas of all datasets: about 100 MB.
const CELLS_MAX: u64 = 2_000_000;

/// The datasets, and the settings of the protocol of each.
pub(super) fn read(root: &Section<'_>, names: &mut Names) -> (Vec<DatasetConfig>, Vec<AnyConfig>) {
    let (mut datasets, mut protocols) = (Vec::new(), Vec::new());
    let mut cells = 0;
    for (section, id) in named(root, "dataset", DATASETS_MAX) {
        let mut placement = placement(&section, names);
        let leader = leader(&section, names, &placement);
        placement.sort_unstable();
        let keys = section.count("keys", 1..=KEYS_MAX) as u32;
        cells += u64::from(keys) * placement.len() as u64;
        if cells > CELLS_MAX {
            section.problem(
                "keys",
                "the datasets hold too much",
                format!("keys times replicas may sum to {CELLS_MAX}"),
            );
        }
        let ids: Vec<&str> = PROTOCOLS.iter().map(|offer| offer.info.id).collect();
        let offer = &PROTOCOLS[section.choice("protocol", &ids)];
        let fields = Named { section: &section, regions: &names.regions, users: &names.populations };
        let Setup { config, lease, promises } = (offer.read)(&fields, Shape { keys, replicas: placement.len() });
        datasets.push(DatasetConfig {
            title: section.text("title").unwrap_or_else(|| id.clone()),
            placement,
            leader,
            keys,
            zipf: section.number("zipf", 0.0..=5.0),
            sampled_keys: section.count("sampled-keys", 0..=64).min(u64::from(keys)) as u32,
            lease,
            promises,
            id: id.clone(),
        });
        protocols.push(config);
        names.datasets.push(id);
    }
    (datasets, protocols)
}

fn placement(section: &Section<'_>, names: &Names) -> Vec<usize> {
    let mut placement = section.references("placement", "region", &names.regions).unwrap_or_default();
    if placement.is_empty() {
        placement = (0..names.regions.len()).collect();
    }
    placement
}

/// The leader: the first region that the placement names, unless another is named.
fn leader(section: &Section<'_>, names: &Names, placement: &[usize]) -> usize {
    let first = placement.first().copied().unwrap_or(0);
    let leader = section.reference("leader", "region", &names.regions).unwrap_or(first);
    if !placement.is_empty() && !placement.contains(&leader) {
        section.problem("leader", "the leader holds no replica", "name a region of the placement");
    }
    leader
}
