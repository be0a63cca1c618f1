//! `[[dataset]]`: data and how it is replicated. What may be set of data, and of their protocols, is theirs to say; see [`PROTOCOLS`].

use super::names::{Names, named};
use crate::document::{Node, Value};
use crate::section::{Named, Section};
use engine::Span;
use protocol::{Despite, Leadership, NodeId, Offer, Promise, Property, Setup, Shape};
use protocols::{AnyConfig, PROTOCOLS};
use sim::config::{BlankLeader, DatasetConfig, Keys, LinkConfig, PopulationConfig, ShardBy, ShardedDataset};
use std::sync::Arc;
use values::Kind;

const DATASETS_MAX: usize = 8;
/// At most so many shards has a dataset.
const SHARDS_MAX: u64 = 12;
/// At most so many datasets and shards.
const SETS_MAX: usize = 16;
/// Keys times replicas of all datasets: about 100 MB.
const CELLS_MAX: u64 = 2_000_000;

/// The datasets, and the settings of the protocol of each.
pub(super) fn read(
    root: &Section<'_>,
    names: &mut Names,
    links: &[Vec<LinkConfig>],
) -> (Vec<DatasetConfig>, Vec<AnyConfig>) {
    let (mut datasets, mut protocols) = (Vec::new(), Vec::new());
    let (mut cells, mut stamped) = (0, false);
    for (section, id) in named(root, "dataset", DATASETS_MAX) {
        let fields = Named { section: &section, ids: names.ids() };
        let mut dataset = DatasetConfig::read(&fields, id.clone(), names.regions.len());
        cells += u64::from(dataset.keys) * dataset.placement.len() as u64;
        if cells > CELLS_MAX {
            section.problem(
                "keys",
                "the datasets hold too much",
                format!("keys times replicas may sum to {CELLS_MAX}"),
            );
        }
        let shards = section.count("shards", 1..=SHARDS_MAX) as u16;
        let by = ShardBy::read(&fields, shards > 1 || !section.is_sound());
        if !section.is_sound() {
            root.notes.leave_unread("dataset");
        }
        let ids: Vec<&str> = PROTOCOLS.iter().map(|offer| offer.info.id).collect();
        let offer = &PROTOCOLS[section.choice("protocol", &ids)];
        let shape =
            Shape { keys: dataset.keys, kind: &dataset.kind, placement: &dataset.placement, first: dataset.leader };
        let Setup {
            config,
            lease,
            witness,
            apart,
            election_timeout,
            disk,
            client_stamps,
            contexts,
            awaits,
            unread,
            says_every,
            mut promises,
        } = (offer.read)(&fields, shape);
        stamped |= stamped_by_clients(&section, offer) || !section.is_sound();
        if dataset.blank_leader == BlankLeader::LeadsOn {
            promises.retain(|promise| !promise.despite.includes_a_lost_disk());
        }
        // Where somebody leads, all is kept in one order: as long as none of it is lost, nothing is given away twice.
        let led = offer.info.leadership != Leadership::None;
        let kept = promises.iter().filter(|promise| led && promise.property == Property::NothingLost);
        let bounds: Vec<Promise> = kept.map(|kept| Promise { property: Property::WithinBounds, ..*kept }).collect();
        promises.extend(bounds);
        // Both halves of a transfer are one change.
        let whole = matches!(dataset.kind, Kind::Ledger { .. });
        promises.extend(whole.then_some(Promise::to_all(Property::Conserved, Despite::Anything)));
        (dataset.leadership, dataset.lease, dataset.promises) = (offer.info.leadership, lease, promises);
        (dataset.witness, dataset.apart) = (witness.map(NodeId::index), apart);
        (dataset.disk, dataset.client_stamps, dataset.contexts) = (disk, client_stamps, contexts);
        (dataset.unread, dataset.says_every) = (unread, says_every);
        dataset.awaits = awaits;
        section.heard("leader", dataset.leadership != Leadership::None, "`protocol` to one that has a leader");
        section.heard(
            "blank-leader",
            dataset.leadership == Leadership::Granted,
            "`protocol` to one whose leader is appointed",
        );
        if dataset.kind != Kind::Register && !offer.info.typed {
            let message = format!("{} keeps what was written last, and no {}", offer.info.id, dataset.kind.id());
            let able = PROTOCOLS.iter().filter(|offer| offer.info.typed).map(|offer| offer.info.id);
            let help = format!("choose {}, or type = \"register\"", able.collect::<Vec<_>>().join(" or "));
            section.misfit("type", message, help);
        }
        leave_to_others(&section, offer);
        if let Some(timeout) = election_timeout {
            check_election(&section, timeout, &dataset, names, links);
        }
        if shards == 1 {
            add((dataset, config), names, &mut datasets, &mut protocols);
            continue;
        }
        let places = by.spread(dataset.keys, shards);
        let able = able(&dataset, by, names);
        if by == ShardBy::Home && usize::from(shards) > able.len() {
            let most = able.len();
            let message =
                format!("{shards} shards are more than {most} regions lead, so that nobody is at home in some");
            section.misfit("shards", message, format!("write at most {most}, or shard by hash or range"));
        }
        let made: Vec<(DatasetConfig, AnyConfig)> = (0..shards)
            .map(|shard| {
                let empty = places.iter().all(|(of, _)| *of != shard);
                let shard = shard_of(&dataset, shard, &places, &able);
                if empty {
                    let message = format!("of {} keys none is in shard {}", dataset.keys, shard.id);
                    section.misfit("keys", message, "give it more keys, or fewer shards");
                }
                let (kind, placement) = (&shard.kind, &shard.placement);
                // What a protocol puts at one region is there for all shards.
                let shape = Shape { keys: shard.keys, kind, placement, first: dataset.leader };
                let config = (offer.read)(&fields, shape).config;
                (shard, config)
            })
            .collect();
        let first = datasets.len() as u16;
        let keys = if by == ShardBy::Home { Keys::AtHome(Arc::new([])) } else { Keys::Spread(places.into()) };
        let (shards, title) = (first..first + shards, dataset.title);
        names.titles.sharded.push((shards.clone(), title.clone()));
        names.sharded.push(ShardedDataset { id, title, shards, keys });
        made.into_iter().for_each(|shard| add(shard, names, &mut datasets, &mut protocols));
    }
    names.stamped_by_clients = stamped;
    check_shards(root, names);
    (datasets, protocols)
}

fn add(
    (dataset, config): (DatasetConfig, AnyConfig),
    names: &mut Names,
    datasets: &mut Vec<DatasetConfig>,
    protocols: &mut Vec<AnyConfig>,
) {
    names.titles.datasets.push(dataset.title.clone());
    names.datasets.push(dataset.id.clone());
    datasets.push(dataset);
    protocols.push(config);
}

/// Where shards of a dataset may be led. A witness leads nothing; and a region is one home, also with zones, that of `leader` or the first of them.
fn able(dataset: &DatasetConfig, by: ShardBy, names: &Names) -> Vec<usize> {
    let region = |site: usize| {
        let zoned = names.zoned.iter().find(|zoned| zoned.zones.contains(&(site as u16)));
        zoned.map_or(site, |zoned| usize::from(zoned.zones.start))
    };
    let mut able: Vec<usize> = dataset.holders().map(usize::from).collect();
    if by == ShardBy::Home {
        able.dedup_by_key(|site| region(*site));
        let home = able.iter_mut().find(|site| region(**site) == region(dataset.leader));
        home.into_iter().for_each(|site| *site = dataset.leader);
    }
    able
}

/// One of the shards of a dataset, with those of its keys that are there: they begin to be led side by side, where the dataset is led on.
fn shard_of(dataset: &DatasetConfig, shard: u16, places: &[(u16, u32)], able: &[usize]) -> DatasetConfig {
    let held = |places: &[(u16, u32)]| places.iter().filter(|(of, _)| *of == shard).count() as u32;
    let (keys, sampled) = (held(places), held(&places[..dataset.sampled_keys as usize]));
    let DatasetConfig { leader, sampled_keys, .. } = dataset;
    let first = able.iter().position(|region| region == leader).unwrap_or(0);
    let led = (first + usize::from(shard)) % able.len().max(1);
    DatasetConfig {
        id: format!("{}-{}", dataset.id, shard + 1),
        title: format!("{}-{}", dataset.title, shard + 1),
        leader: able.get(led).copied().unwrap_or(*leader),
        keys: keys.max(1),
        sampled_keys: sampled.max(u32::from(*sampled_keys > 0)).min(keys),
        ..dataset.clone()
    }
}

/// Shards must not be called as other datasets are, nor be too many.
fn check_shards(root: &Section<'_>, names: &Names) {
    for sharded in &names.sharded {
        for shard in sharded.shards.clone().map(|shard| &names.datasets[usize::from(shard)]) {
            if names.datasets.iter().filter(|name| *name == shard).count() > 1 {
                let message = format!("`{shard}` is a shard of {} and a dataset of its own", sharded.id);
                root.problem("dataset", message, "give one of them another id");
            }
        }
    }
    if names.datasets.len() > SETS_MAX {
        let message = format!("there are {} datasets with their shards", names.datasets.len());
        root.problem("dataset", message, format!("at most {SETS_MAX} are allowed"));
    }
}

/// Where each population is at home of the shards that are led somewhere: in the first that it comes to.
pub(super) fn settle(sharded: &mut [ShardedDataset], datasets: &[DatasetConfig], populations: &[PopulationConfig]) {
    for of in sharded {
        let led: Vec<usize> =
            datasets[usize::from(of.shards.start)..usize::from(of.shards.end)].iter().map(|set| set.leader).collect();
        if let Keys::AtHome(homes) = &mut of.keys {
            let home = |users: &PopulationConfig| {
                let nearest = users.preference.iter().find_map(|region| led.iter().position(|leader| leader == region));
                nearest.unwrap_or(0) as u16
            };
            *homes = populations.iter().map(home).collect();
        }
    }
}

/// Whoever is not answered by a majority within an election timeout is not elected, and does not stay the leader.
fn check_election(
    section: &Section<'_>,
    timeout: Span,
    dataset: &DatasetConfig,
    names: &Names,
    links: &[Vec<LinkConfig>],
) {
    let answered = |replica: u16| (to_majority(usize::from(replica), &dataset.placement, links), replica);
    let Some((round_trip, region)) = dataset.holders().map(answered).max() else { return };
    if timeout <= round_trip {
        let region = &names.regions[usize::from(region)];
        let message =
            format!("a majority answers {region} after {round_trip}, so that it is never elected in {timeout}");
        section.misfit("election-timeout", message, "make it several times the round trip to the nearest majority");
    }
}

/// The round trip after which a replica and those nearest to it are a majority.
fn to_majority(replica: usize, placement: &[usize], links: &[Vec<LinkConfig>]) -> Span {
    let others = placement.iter().filter(|other| **other != replica);
    let mut trips: Vec<Span> =
        others.map(|other| links[replica][*other].one_way + links[*other][replica].one_way).collect();
    engine::sort(&mut trips);
    let needed = placement.len() / 2;
    needed.checked_sub(1).map_or(Span::ZERO, |last| trips[last])
}

fn stamped_by_clients(section: &Section<'_>, chosen: &Offer<AnyConfig>) -> bool {
    let asked = chosen.settings.iter().any(|setting| setting.name == "timestamps");
    asked && matches!(section.raw("timestamps"), Some(Node { value: Value::Text(word), .. }) if word == "client")
}

/// What only other protocols take changes nothing here; it may in a variant.
fn leave_to_others(section: &Section<'_>, chosen: &Offer<AnyConfig>) {
    let takes = |offer: &Offer<AnyConfig>, key: &str| offer.settings.iter().any(|setting| setting.name == key);
    let all = PROTOCOLS.iter().flat_map(|offer| offer.settings);
    for key in all.map(|setting| setting.name) {
        let takers = PROTOCOLS.iter().filter(|offer| takes(offer, key)).map(|offer| offer.info.id);
        section.heard(key, takes(chosen, key), &format!("`protocol` to {}", takers.collect::<Vec<_>>().join(" or ")));
    }
}
