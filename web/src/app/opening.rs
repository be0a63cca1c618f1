//! Opening scenarios: from the gallery, from a text, from a link, and the open one again with something changed.

use crate::app::{App, DEFAULT};
use crate::browser;
use crate::command::Command;
use crate::state::{Course, Draft, Kept, Opened};
use engine::Time;
use reactive_graph::traits::{GetUntracked, Set, Update, WithUntracked};
use scenario::{Link, LinkError, LinkScenario, Problem, Scenario, find_built_in};
use session::messages::{BranchLine, Open, ProblemLine, ToWorker};
use sim::{Action, Config, LoggedAction};
use std::sync::Arc;
use view::Stage;

/// What to open, and where to stand in it.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) text: String,
    pub(super) variant: Option<String>,
    pub(super) seed: Option<u64>,
    pub(super) branches: Vec<BranchLine>,
    pub(super) branch: u32,
    pub(super) playhead: Time,
    /// The address leads there already.
    pub(super) is_address: bool,
}

impl App {
    pub(super) fn open_address(&mut self) {
        match App::address() {
            // A link is to a moment: there the playhead rests.
            Some(link) => self.open_link(&link),
            None => {
                self.open_built_in(DEFAULT);
                self.transport.playing = !browser::reduced_motion();
            }
        }
    }

    pub(super) fn open_built_in(&mut self, id: &str) {
        let Some(built_in) = find_built_in(id) else {
            return self.fail(&format!("There is no scenario called {id}."));
        };
        match self.texts.of(built_in).map(str::to_owned) {
            Some(text) => self.open_as_it_ships(text),
            None => self.await_text(built_in, Command::OpenBuiltIn(id.to_owned())),
        }
    }

    /// A text of the gallery. What was written into it and not run is put aside, and can be brought back.
    fn open_as_it_ships(&mut self, text: String) {
        let of_it = |draft: &Draft| (draft.of.text == text).then(|| draft.text.clone());
        let draft = self.state.draft.with_untracked(|draft| draft.as_ref().and_then(of_it));
        self.open_as_written(text);
        if let Some(draft) = draft {
            self.state.draft.set(None);
            let offer = ("Bring them back", Command::Draft(draft));
            self.notify("The text is as it ships: your changes to it are undone.", false, Some(offer));
        }
    }

    /// What was to be opened cannot be: what is open stays, and if nothing is, the default scenario is opened. Returns which, in words.
    pub(super) fn open_instead(&mut self) -> &'static str {
        if self.opened.is_some() {
            return "What was open stays.";
        }
        self.open_built_in(DEFAULT);
        "The default scenario is open instead."
    }

    /// A text from its beginning and as planned, with the branches that were begun in it.
    pub(super) fn open_as_written(&mut self, text: String) {
        self.keep();
        let kept = self.branches_of(&text);
        let begun = kept.len().saturating_sub(1);
        self.open(Wanted { text, branches: kept, ..Wanted::default() });
        if begun > 0 {
            let branches = if begun == 1 { "1 branch" } else { &format!("{begun} branches") };
            self.say(&format!("As planned. What you did here is kept as {branches}."));
        }
    }

    /// What is open is about to be left: keep the branches begun in it, and a text that is in no gallery.
    fn keep(&self) {
        let Some(opened) = self.opened.as_ref() else { return };
        let scenario = Arc::clone(&opened.scenario);
        let mut branches = self.branches.clone();
        if branches.len() > 1 || scenario.id.is_none() {
            self.state.kept.update(|kept| {
                if let Some(place) = kept.iter().position(|kept| kept.scenario.text == scenario.text) {
                    let before = kept.remove(place).branches.into_iter();
                    branches
                        .extend(before.filter(|old| self.branches.iter().all(|branch| branch.actions != old.actions)));
                }
                kept.push(Kept { scenario, branches });
            });
        }
    }

    /// The open scenario with another text: the same seed, variant and actions as far as the text still knows them; nothing of it if the
    /// text was begun from another.
    pub(super) fn open_text(&mut self, text: String) {
        let begun_from = |opened: &Opened| {
            let begun = |draft: &Draft| draft.text != text || draft.is_of(opened);
            self.state.draft.with_untracked(|draft| draft.as_ref().is_none_or(begun))
        };
        let Some(opened) = self.opened.clone().filter(|opened| begun_from(opened)) else {
            return self.open(Wanted { text, ..Wanted::default() });
        };
        let kept = opened.scenario.variant.as_deref();
        let (variant, loaded) = match scenario::load(&text, kept, opened.seed) {
            Ok(loaded) => (kept, Ok(loaded)),
            // A variant that the new text no longer has is left behind.
            Err(_) => (None, scenario::load(&text, None, opened.seed)),
        };
        let mut wanted = self.wanted_again(&opened);
        wanted.text = text;
        wanted.variant = variant.map(str::to_owned);
        // What is wrong with a text is said where it is opened.
        let dropped = loaded.map_or(0, |new| keep_actions(&mut wanted.branches, opened.config(), &new.config));
        self.open(wanted);
        if dropped > 0 {
            self.say(&format!(
                "{} left out: the new text has other regions or data than the one they were done to.",
                if dropped == 1 { "1 action was".to_owned() } else { format!("{dropped} actions were") }
            ));
        }
    }

    pub(super) fn open_link(&mut self, fragment: &str) {
        if let Err(error) = Link::decode(fragment).and_then(|link| self.open_decoded(fragment, link)) {
            let open = self.open_instead();
            self.fail(&format!("{error} {open} The link still stands in the address, so that you can mend it."));
            self.leave_address();
        }
    }

    fn open_decoded(&mut self, fragment: &str, link: Link) -> Result<(), LinkError> {
        let text = match &link.scenario {
            LinkScenario::Packed(text) => text,
            LinkScenario::BuiltIn { id, .. } => {
                let built_in = find_built_in(id).ok_or_else(|| LinkError::NoSuchScenario(id.clone()))?;
                let Some(text) = self.texts.of(built_in) else {
                    self.await_text(built_in, Command::OpenLink(fragment.to_owned()));
                    return Ok(());
                };
                text
            }
        };
        let (scenario, actions) = link.open_with(text)?;
        let Link { seed, variant, playhead, .. } = link.clone();
        if let Some(branch) = self.branch_with(&scenario, seed, &actions) {
            self.state.undone.set(Vec::new());
            self.link = None;
            if branch != self.branch {
                self.send_change(ToWorker::Branch(branch));
            }
            self.go(playhead);
            if let Some(warning) = link.warning() {
                self.fail(&warning);
            }
            if branch == self.branch {
                self.link = Some(link);
                self.hold_to_link();
            }
            return Ok(());
        }
        let mut branches = self.branches_of(&scenario.text);
        self.keep();
        let known = branches.iter().position(|branch| branch.actions == actions);
        let branch = known.unwrap_or_else(|| {
            branches.push(BranchLine { actions, seen: Time::ZERO });
            branches.len() - 1
        }) as u32;
        self.open(Wanted { text: scenario.text, variant, seed, branches, branch, playhead, is_address: true });
        if let Some(warning) = link.warning() {
            self.fail(&warning);
        }
        self.link = Some(link);
        Ok(())
    }

    /// The branches that were begun in this text, if it is open or was left.
    fn branches_of(&self, text: &str) -> Vec<BranchLine> {
        if self.opened.as_ref().is_some_and(|opened| opened.scenario.text == text) {
            return self.branches.clone();
        }
        let kept = |kept: &Vec<Kept>| Some(kept.iter().find(|kept| kept.scenario.text == text)?.branches.clone());
        self.state.kept.with_untracked(kept).unwrap_or_else(|| BranchLine::of_actions(Vec::new()))
    }

    /// The branch of what is open in which this was done, if it is of the same scenario: the way back in the browser's history.
    fn branch_with(&self, scenario: &Scenario, seed: Option<u64>, actions: &[LoggedAction]) -> Option<u32> {
        let opened = self.opened.as_ref()?;
        let same =
            opened.scenario.text == scenario.text && opened.scenario.variant == scenario.variant && opened.seed == seed;
        let branch = self.branches.iter().position(|branch| branch.actions == actions).filter(|_| same)?;
        Some(branch as u32)
    }

    /// The same scenario with another variant or seed: the same branches, the same place.
    pub(super) fn open_again(&mut self, change: impl FnOnce(&mut Wanted)) {
        let Some(opened) = self.opened.clone() else { return };
        let mut wanted = self.wanted_again(&opened);
        change(&mut wanted);
        self.open(wanted);
    }

    fn wanted_again(&self, opened: &Opened) -> Wanted {
        Wanted {
            text: opened.scenario.text.clone(),
            variant: opened.scenario.variant.clone(),
            seed: opened.seed,
            branches: self.branches.clone(),
            branch: self.branch,
            playhead: self.wanted(),
            is_address: false,
        }
    }

    /// What is shown now stays in the browser's history, from where the person can come back to it.
    pub(super) fn leave_behind(&mut self) {
        if self.opened.is_some() {
            self.write_address();
            browser::push_fragment(&self.link());
        }
    }

    fn open(&mut self, wanted: Wanted) {
        let Wanted { text, variant, seed, branches, branch, playhead, is_address } = wanted;
        self.texts.awaited = None;
        let scenario = match scenario::load(&text, variant.as_deref(), seed) {
            Ok(scenario) => Arc::new(scenario),
            Err(problems) => {
                let first = problems.first().map_or_else(String::new, Problem::to_string);
                self.state.problems.set(problems.iter().map(ProblemLine::from).collect());
                return self.fail(&format!("The scenario does not hold together: {first}"));
            }
        };
        // At first nothing is left, and a link that could not be opened may stand in the address.
        let leaves = !is_address && self.opened.is_some();
        if leaves {
            self.leave_behind();
        }
        self.generation += 1;
        self.send(ToWorker::Open(Open {
            generation: self.generation,
            text,
            variant,
            seed,
            branches: branches.clone(),
            branch,
        }));
        self.branches = branches;
        self.branch = branch;
        let opened = Arc::new(Opened::new(scenario, seed));
        let shown = usize::from(self.state.dataset.get_untracked());
        // Another scenario's data have nothing to do with what was picked.
        let id = |stage: &Stage| stage.datasets.get(shown).map(|dataset| dataset.id.clone());
        if id(&self.stage) != id(&opened.stage) {
            self.show_dataset(0);
        }
        let question = |opened: &Opened| opened.scenario.story.question.clone();
        if self.opened.as_deref().and_then(question) != question(&opened) {
            self.state.predicted.set(None);
        }
        self.stage = opened.stage.clone();
        self.change_map(|map| map.set_stage(opened.stage.clone()));
        self.opened = Some(Arc::clone(&opened));
        self.begin(playhead);
        if self
            .state
            .draft
            .with_untracked(|draft| draft.as_ref().is_some_and(|draft| draft.text == opened.scenario.text))
        {
            self.state.draft.set(None);
        }
        self.state.problems.set(Vec::new());
        self.state.opened.set(Some(opened));
        self.compare_anew();
        if leaves {
            self.write_address();
        }
    }

    /// Forget the run before.
    fn begin(&mut self, playhead: Time) {
        self.course = Course::default();
        self.seconds.clear();
        self.marks = Arc::default();
        self.asked = None;
        self.fresh = false;
        self.transport.playhead = Time::ZERO;
        (self.link, self.instead) = (None, None);
        self.pending = Some(playhead.min(self.until())).filter(|at| *at > Time::ZERO);
        self.state.course.set(Course::default());
        self.state.marks.set(Arc::default());
        self.state.report.set(Arc::default());
        self.state.caption.set(None);
        self.state.branches.set(Arc::new(self.branches.clone()));
        self.state.branch.set(self.branch);
        self.owed = 0;
        if let Some(timeline) = &mut self.timeline {
            timeline.look_at_all();
        }
        self.state.undone.set(Vec::new());
        self.state.answers.set(Vec::new());
        self.state.notice.set(None);
        self.select(None);
        self.refresh_timeline();
    }
}

/// Drop the actions that name a region or a dataset which is another one in the new text; how many those are, over all branches.
fn keep_actions(branches: &mut [BranchLine], old: &Config, new: &Config) -> usize {
    let same = old.regions.iter().zip(&new.regions).take_while(|(old, new)| old.id == new.id).count();
    let same_sets = old.datasets.iter().zip(&new.datasets).take_while(|(old, new)| old.id == new.id).count();
    let before: usize = branches.iter().map(|branch| branch.actions.len()).sum();
    for branch in branches.iter_mut() {
        let kept = |action: &Action| {
            let sets = action.datasets().is_none_or(|sets| usize::from(sets.end) <= same_sets);
            sets && action.regions().iter().all(|region| usize::from(*region) < same)
        };
        branch.actions.retain(|logged| kept(&logged.action));
    }
    before - branches.iter().map(|branch| branch.actions.len()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::LoggedAction;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_new_text_keeps_the_actions_whose_regions_it_still_has() {
        let text = find_built_in(DEFAULT).map(|built_in| built_in.text()).expect("the default scenario ships");
        let loaded = |text: &str| scenario::load(text, None, None).unwrap_or_else(|problems| panic!("{problems:?}"));
        let old = loaded(text).config;
        let mut new = old.clone();
        let last = new.regions.len() as u16 - 1;
        new.regions[usize::from(last)].id = "elsewhere".to_owned();
        let did = |action| LoggedAction { at: Time::from_secs(1), action };
        let kept = vec![did(Action::Promote(0, None)), did(Action::HealAll)];
        let mut branches = BranchLine::of_actions([kept.clone(), vec![did(Action::Promote(last, None))]].concat());
        assert_eq!(keep_actions(&mut branches, &old, &new), 1);
        assert_eq!(branches[1].actions, kept);
        assert_eq!(keep_actions(&mut branches, &old, &old), 0);
    }
}
