//! `[[request]]`: what users do. What may be set is theirs to say.

use super::names::{Names, named};
use crate::section::{Named, Section};
use protocol::READINGS;
use sim::config::{DatasetConfig, RequestConfig, ShardedDataset, Step};

const REQUESTS_MAX: usize = 32;

pub(super) fn read(root: &Section<'_>, names: &mut Names, datasets: &[DatasetConfig]) -> Vec<RequestConfig> {
    let mut requests = Vec::new();
    for (section, id) in named(root, "request", REQUESTS_MAX) {
        let request = RequestConfig::read(&Named { section: &section, ids: names.ids() }, id.clone(), datasets);
        request.steps.iter().for_each(|step| check_reading(&section, step, datasets, &names.sharded));
        requests.push(request);
        names.requests.push(id);
    }
    requests
}

/// A rule that asks for what a protocol cannot give as it is set is of no use.
fn check_reading(section: &Section<'_>, step: &Step, datasets: &[DatasetConfig], sharded: &[ShardedDataset]) {
    let &Step::Read { dataset, from, .. } = step else { return };
    let reading = from.means();
    let Some(set) = datasets.get(dataset) else { return };
    if let Some((_, why)) = set.unread.iter().find(|(rule, _)| *rule == from) {
        let id = sharded.iter().find(|it| it.shards.start == dataset as u16).map_or(&set.id, |whole| &whole.id);
        let message = format!("`read {id} from {}` {why}", reading.word);
        let able = READINGS.iter().filter(|it| set.unread.iter().all(|(rule, _)| *rule != it.rule)).map(|it| it.word);
        section.misfit("steps", message, format!("read from {}", able.collect::<Vec<_>>().join(", ")));
    }
}
