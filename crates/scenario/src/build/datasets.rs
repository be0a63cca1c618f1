//! `[[dataset]]`: data and how it is replicated.

use super::{Names, named};
use crate::section::Section;
use engine::Span;
use protocols::AnyConfig;
use protocols::catalog::PROTOCOLS;
use protocols::leader_follower::{self, Acknowledge, Fencing};
use sim::config::DatasetConfig;

const DATASETS_MAX: usize = 8;
const KEYS_MAX: u64 = 100_000;
/// Keys times replicas of all datasets: about 100 MB.
const CELLS_MAX: u64 = 2_000_000;

pub(super) fn read(root: &Section<'_>, names: &mut Names) -> Vec<DatasetConfig<AnyConfig>> {
    let mut datasets = Vec::new();
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
        let (fencing, lease) = fencing(&section);
        let protocol = leader_follower::Config {
            keys,
            acknowledge: acknowledge(&section, placement.len()),
            fencing,
            ship: section.span("ship").unwrap_or(Span::ZERO),
            window: section.count("window", 1..=100_000) as u32,
            heartbeat: section.period("heartbeat"),
        };
        datasets.push(DatasetConfig {
            title: section.text("title").unwrap_or_else(|| id.clone()),
            protocol: AnyConfig::LeaderFollower(protocol),
            placement,
            leader,
            keys,
            zipf: section.number("zipf", 0.0..=5.0),
            sampled_keys: section.count("sampled-keys", 0..=64).min(u64::from(keys)) as u32,
            lease,
            id: id.clone(),
        });
        names.datasets.push(id);
    }
    datasets
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

fn acknowledge(section: &Section<'_>, replicas: usize) -> Acknowledge {
    let ids: Vec<&str> = PROTOCOLS.iter().map(|info| info.id).collect();
    let protocol = ids[section.choice("protocol", &ids)];
    let followers = section.count("followers", 1..=23);
    match protocol {
        "semi-sync" => {
            if followers >= replicas.max(2) as u64 || replicas < 2 {
                let message =
                    format!("{followers} followers are to hold a write, but there are {}", replicas.saturating_sub(1));
                section.problem("followers", message, "the leader does not count: name fewer, or place more replicas");
            }
            Acknowledge::SemiSync(followers as u16)
        }
        "sync" => Acknowledge::Sync,
        _ => Acknowledge::Async,
    }
}

fn fencing(section: &Section<'_>) -> (Fencing, Option<Span>) {
    let fencing = [Fencing::Off, Fencing::Token, Fencing::Lease][section.choice("fencing", &["off", "token", "lease"])];
    let lease = section.period("lease");
    (fencing, (fencing == Fencing::Lease).then_some(lease))
}
