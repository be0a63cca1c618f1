//! Requests on the own key of whoever asks: that must be somebody, and each must have one.

use crate::section::Section;
use sim::config::{Config, KeyOf, Step};

/// Note at each population, of these sections, what it lacks for what it asks.
pub(super) fn check(sections: &[(Section<'_>, String)], config: &Config) {
    let users: u64 = config.populations.iter().filter_map(|users| users.people).map(|of| u64::from(of.users)).sum();
    for ((section, _), population) in sections.iter().zip(&config.populations) {
        let asked = population.mix.iter().filter_map(|(request, _)| config.requests.get(*request));
        for request in asked.filter(|request| request.key == KeyOf::User) {
            if population.people.is_none() {
                let message = format!("`{}` is on the own key of its user, and here each is a stranger's", request.id);
                section.misfit("mix", message, "say with `users` how many people they are");
                break;
            }
            let few = |set: &usize| u64::from(config.keys_of(*set)) < users;
            if let Some(set) = request.steps.iter().filter_map(Step::dataset).find(few) {
                let (id, keys) = (&config.datasets[set].id, config.keys_of(set));
                let message =
                    format!("`{}` is on the own key of its user: {users} users, {keys} keys of `{id}`", request.id);
                section.misfit("users", message, format!("have at most {keys} users in all, or more `keys` of `{id}`"));
                break;
            }
        }
    }
}
