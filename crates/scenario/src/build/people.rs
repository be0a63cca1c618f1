//! What requests need of those who make them: who has a key of their own must be somebody, and each must have one; who reads by what they did
//! before must have done something.

use crate::section::Section;
use sim::config::{Config, KeyOf, ReadFrom, RequestConfig, Step};

/// Note at each population, of these sections, what it lacks for what it asks.
pub(super) fn check(sections: &[(Section<'_>, String)], config: &Config) {
    let users: u64 = config.populations.iter().filter_map(|users| users.people).map(|of| u64::from(of.users)).sum();
    for ((section, _), population) in sections.iter().zip(&config.populations) {
        let asked = || population.mix.iter().filter_map(|(request, _)| config.requests.get(*request));
        let in_vain = || asked().find_map(|request| Some((request, forgotten(request)?)));
        if let (None, Some((request, rule))) = (population.people, in_vain()) {
            let rule = rule.means().word;
            let message = format!(
                "`{}` reads from {rule}, by what its user did before, and here each is a stranger's",
                request.id
            );
            section.misfit("mix", message, "say with `users` how many people they are, or do it in the same request");
        }
        for request in asked().filter(|request| request.key == KeyOf::User) {
            if population.people.is_none() {
                let message = format!("`{}` is on the own key of its user, and here each is a stranger's", request.id);
                section.misfit("mix", message, "say with `users` how many people they are");
                break;
            }
            let few = |set: &usize| u64::from(config.own_keys_of(*set)) < users;
            if let Some(set) = request.steps.iter().filter_map(Step::dataset).find(few) {
                let (id, keys) = (&config.datasets[set].id, config.own_keys_of(set));
                let message =
                    format!("`{}` is on the own key of its user: {users} users, {keys} keys of `{id}`", request.id);
                section.misfit("users", message, format!("have at most {keys} users in all, or more `keys` of `{id}`"));
                break;
            }
        }
    }
}

/// The rule of a read that goes by what the same client did before, where nothing in its request did any of that. A session's token does no
/// harm without, and links from before there were people read by one.
fn forgotten(request: &RequestConfig) -> Option<ReadFrom> {
    let before =
        |place: usize, set: usize| request.steps[..place].iter().filter(move |step| step.dataset() == Some(set));
    let writes = |step: &Step| matches!(step, Step::Write { .. });
    request.steps.iter().enumerate().find_map(|(place, step)| {
        let &Step::Read { dataset, from, .. } = step else { return None };
        let later = || request.steps[place + 1..].iter().any(|step| step.dataset() == Some(dataset) && !writes(step));
        let idle = match from {
            ReadFrom::Pinned => !before(place, dataset).any(writes),
            ReadFrom::SessionWait => before(place, dataset).next().is_none() && !later(),
            ReadFrom::Sticky => !before(place, dataset).any(|step| !writes(step)) && !later(),
            _ => false,
        };
        idle.then_some(from)
    })
}
