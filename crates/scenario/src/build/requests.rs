//! `[[request]]`: what users do. What may be set is theirs to say.

use super::names::{Names, named};
use crate::section::{Named, Section};
use sim::config::RequestConfig;

const REQUESTS_MAX: usize = 32;

pub(super) fn read(root: &Section<'_>, names: &mut Names) -> Vec<RequestConfig> {
    let mut requests = Vec::new();
    for (section, id) in named(root, "request", REQUESTS_MAX) {
        requests.push(RequestConfig::read(&Named { section: &section, ids: names.ids() }, id.clone()));
        names.requests.push(id);
    }
    requests
}
