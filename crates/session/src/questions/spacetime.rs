//! What crossed space in a stretch of time: messages, operations, faults.

use super::asked::Asked;
use engine::Time;
use protocols::Any;
use serde::{Deserialize, Serialize};
use sim::Run;
use sim::spacetime::Stretch;

/// What crosses space in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpaceTime {
    /// Which stretch.
    pub of: Stretch,
    /// How far it is computed, as the page knows: of what is computed later there is another answer.
    pub computed: Time,
}

impl Asked for SpaceTime {
    /// At most so many messages and operations as [`sim::spacetime::SpaceTime`] says, and how many there were.
    type Answer = sim::spacetime::SpaceTime;

    fn answer(&self, run: &Run<Any>) -> sim::spacetime::SpaceTime {
        run.space_time(self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Span;
    use sim::spacetime::{Fate, HowEnded, Operation, SpaceTime as Seen, Thing, Whose};
    use sim::trace::{ErrorKind, Place};
    use std::collections::BTreeSet;

    fn computed(id: &str, until: u64) -> Run<Any> {
        let text = scenario::find_built_in(id).expect("the scenario ships").text();
        let mut run = scenario::load(text, None, None).expect("it holds together").run(Vec::new());
        run.advance(Time::from_secs(until), u64::MAX);
        run
    }

    fn seen(run: &Run<Any>, from: u64, until: u64, whose: Whose) -> Seen {
        run.space_time(Stretch { from: Time::from_millis(from), until: Time::from_millis(until), whose })
    }

    /// Everything that led to something, itself last.
    fn story(seen: &Seen, mut thing: Thing) -> Vec<Thing> {
        let mut story = vec![thing];
        let cause = |thing| match thing {
            Thing::Message(place) => seen.messages[place as usize].cause,
            Thing::Operation(place) => seen.operations[place as usize].cause,
        };
        while let Some(before) = cause(thing) {
            thing = before;
            story.insert(0, thing);
        }
        story
    }

    #[test]
    fn a_read_is_a_call_to_a_region_and_an_answer_back() {
        let seen = seen(&computed("first-look", 6), 4_000, 5_000, Whose::All);
        let ended = seen.operations.iter().filter(|it| it.began > Time::from_secs(4)).find(|it| it.ended.is_some());
        let Operation { began, ended: Some((end, HowEnded::Well)), answer: Some(answer), population, .. } =
            *ended.expect("some operation ended")
        else {
            panic!("it ended well: {ended:?}")
        };
        let story = story(&seen, answer);
        let messages = story.iter().filter_map(|thing| match thing {
            Thing::Message(place) => Some(&seen.messages[*place as usize]),
            Thing::Operation(_) => None,
        });
        let messages: Vec<_> = messages.collect();
        let (first, last) = (messages[0], messages[messages.len() - 1]);
        assert_eq!((first.from, first.sent), (Place::users(population), began));
        assert_eq!((last.to, last.ended, last.fate), (Place::users(population), end, Fate::Arrived));
        assert!(matches!(story[0], Thing::Operation(_)), "it began with the operation: {story:?}");
    }

    #[test]
    fn what_replication_brings_is_said_and_owed_to_the_write() {
        let seen = seen(&computed("sync-across-the-ocean", 6), 4_000, 5_000, Whose::All);
        let brought = (0..).zip(&seen.messages).filter(|(_, it)| it.writes > 0);
        let stories = brought.map(|(place, message)| (message, story(&seen, Thing::Message(place))));
        let (message, story) = stories.max_by_key(|(_, story)| story.len()).expect("some write is replicated");
        assert!(message.ended - message.sent > Span::from_millis(10), "{message:?}");
        let Thing::Operation(write) = story[0] else { panic!("it began with a write: {story:?}") };
        assert_eq!(seen.operations[write as usize].about, message.about);
    }

    #[test]
    fn users_without_a_place_of_their_own_have_operations_and_no_messages() {
        let run = computed("first-look", 6);
        let (nobody, one) = (seen(&run, 4_000, 5_000, Whose::Nobody), seen(&run, 4_000, 5_000, Whose::Of(1)));
        assert!(nobody.messages.iter().all(|it| it.from.as_region().is_some() && it.to.as_region().is_some()));
        assert!(!nobody.operations.is_empty() && nobody.operations.len() == one.operations.len());
        let of_users = one.messages.iter().filter_map(|it| it.from.as_users().or(it.to.as_users()));
        assert!(of_users.clone().count() > 0 && of_users.clone().all(|users| users == 1));
    }

    #[test]
    fn what_is_lost_is_told_with_why_and_the_fault_with_what_it_hits() {
        let run = computed("region-isolation", 60);
        let fault = seen(&run, 0, 60_000, Whose::Nobody).faults.into_iter().next().expect("a fault is planned");
        let from = fault.from.as_nanos() / 1_000_000;
        let seen = seen(&run, from, from + 1_000, Whose::Nobody);
        let lost = seen.messages.iter().find(|it| matches!(it.fate, Fate::Lost(_))).expect("something is lost");
        assert!(lost.ended <= lost.due);
        assert!(!fault.links.is_empty(), "{fault:?}");
        assert!(seen.faults.contains(&fault) || seen.faults.iter().any(|it| it.title == fault.title));
    }

    #[test]
    fn of_too_many_messages_whole_stories_are_kept_and_the_rest_is_counted() {
        let run = computed("first-look", 60);
        let (all, again) = (seen(&run, 0, 60_000, Whose::All), seen(&run, 0, 60_000, Whose::All));
        assert_eq!(all, again);
        assert_eq!(all.messages.len(), Seen::MESSAGES);
        assert!(all.messages_in_all > 2 * Seen::MESSAGES as u32, "{}", all.messages_in_all);
        let timed_out = |seen: &Seen| -> BTreeSet<u64> {
            let of = |it: &Operation| matches!(it.ended, Some((_, HowEnded::Failed(ErrorKind::Timeout))));
            seen.operations.iter().filter(|it| of(it)).map(|it| it.operation).collect()
        };
        // Ten seconds at a time all operations are kept.
        let parts = (0..6).map(|part| seen(&run, part * 10_000, part * 10_000 + 10_000, Whose::All));
        let troubled: BTreeSet<u64> = parts.flat_map(|part| timed_out(&part)).collect();
        assert!(troubled.len() > 20 && timed_out(&all).is_superset(&troubled), "what failed is kept first");
        // A part of it, looked at alone, leaves nothing out.
        let part = seen(&run, 30_000, 30_200, Whose::All);
        assert_eq!(part.messages.len(), part.messages_in_all as usize);
    }
}
