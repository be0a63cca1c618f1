//! `[[request]]`: what users do. What may be set is theirs to say.

use super::names::{Names, named};
use crate::section::{Named, Section};
use protocol::Leadership;
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

/// A rule that asks for what only a leader or a log can give is of no use where there is none.
fn check_reading(section: &Section<'_>, step: &Step, datasets: &[DatasetConfig], sharded: &[ShardedDataset]) {
    let &Step::Read { dataset, from, .. } = step else { return };
    let reading = from.means();
    let Some(set) = datasets.get(dataset) else { return };
    if set.leadership == Leadership::None && reading.needs_leader() {
        let id = sharded.iter().find(|it| it.shards.start == dataset as u16).map_or(&set.id, |whole| &whole.id);
        let message = format!("`read {id} from {}` needs a leader, and nobody leads {id}", reading.word);
        section.misfit("steps", message, "read from local, nearest-healthy or sticky");
    }
}
