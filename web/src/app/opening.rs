//! Opening scenarios: from the gallery, from a text, from a link, and the open one again with something changed.

use crate::app::{App, DEFAULT};
use crate::browser;
use crate::state::{Course, Opened};
use crate::worker::protocol::{Beside, Open, ProblemLine, ToWorker};
use engine::Time;
use reactive_graph::traits::Set;
use scenario::{Link, Problem, find_built_in};
use sim::LoggedAction;
use std::sync::Arc;
use view::Stage;

/// What to open, and where to stand in it.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) text: String,
    pub(super) variant: Option<String>,
    pub(super) seed: Option<u64>,
    pub(super) actions: Vec<LoggedAction>,
    pub(super) playhead: Time,
}

impl App {
    pub(super) fn open_address(&mut self) {
        match browser::fragment().filter(|fragment| !fragment.is_empty()) {
            // A link is to a moment: there the playhead rests.
            Some(fragment) => self.open_link(&fragment),
            None => {
                self.open_built_in(DEFAULT);
                self.transport.playing = !browser::reduced_motion();
            }
        }
    }

    pub(super) fn open_built_in(&mut self, id: &str) {
        match find_built_in(id) {
            Some(built_in) => self.open(Wanted { text: built_in.text.to_owned(), ..Wanted::default() }),
            None => self.fail(&format!("There is no scenario called {id}.")),
        }
    }

    pub(super) fn open_text(&mut self, text: String) {
        let mut wanted = Wanted { text, playhead: self.transport.playhead, ..Wanted::default() };
        if let Some(opened) = &self.opened {
            wanted.seed = opened.seed;
            // A variant that the new text no longer has is left behind.
            let kept = opened.scenario.variant.clone();
            wanted.variant = kept.filter(|variant| scenario::load(&wanted.text, Some(variant), None).is_ok());
        }
        self.open(wanted);
    }

    pub(super) fn open_link(&mut self, fragment: &str) {
        match Link::decode(fragment).and_then(|link| Ok((link.open()?.0, link))) {
            Ok((scenario, link)) => {
                let warning = link.warning();
                let Link { seed, variant, actions, playhead, .. } = link;
                self.open(Wanted { text: scenario.text, variant, seed, actions, playhead });
                if let Some(warning) = warning {
                    self.fail(&warning);
                }
            }
            Err(error) => {
                self.open_built_in(DEFAULT);
                self.fail(&format!("{error} The default scenario is open instead."));
            }
        }
    }

    /// The same scenario with another variant or seed: the same actions, the same place.
    pub(super) fn open_again(&mut self, change: impl FnOnce(&mut Wanted)) {
        let Some(opened) = &self.opened else { return };
        let mut wanted = Wanted {
            text: opened.scenario.text.clone(),
            variant: opened.scenario.variant.clone(),
            seed: opened.seed,
            actions: self.actions.clone(),
            playhead: self.transport.playhead,
        };
        change(&mut wanted);
        self.open(wanted);
    }

    fn open(&mut self, wanted: Wanted) {
        let Wanted { text, variant, seed, actions, playhead } = wanted;
        let scenario = match scenario::load(&text, variant.as_deref(), seed) {
            Ok(scenario) => Arc::new(scenario),
            Err(problems) => {
                let first = problems.first().map_or_else(String::new, Problem::to_string);
                self.state.problems.set(problems.iter().map(ProblemLine::from).collect());
                return self.fail(&format!("The scenario does not hold together: {first}"));
            }
        };
        self.stage = Stage::of(&scenario.config);
        let stage = self.stage.clone();
        self.change_map(|map| map.set_stage(stage));
        self.generation += 1;
        self.send(ToWorker::Open(Open {
            generation: self.generation,
            text,
            variant: variant.clone(),
            seed,
            actions: actions.clone(),
        }));
        self.actions = actions;
        // The scenario as written beside a variant; the first variant beside the scenario as written.
        let beside = match &variant {
            Some(_) => Some(None),
            None => scenario.variants.first().map(|other| Some(other.id.clone())),
        };
        let opened = Arc::new(Opened { scenario, seed });
        self.opened = Some(Arc::clone(&opened));
        self.begin(playhead);
        self.state.problems.set(Vec::new());
        self.state.opened.set(Some(opened));
        self.compare(beside.map(|variant| Beside { variant }));
    }

    /// Forget the run before.
    fn begin(&mut self, playhead: Time) {
        self.course = Course::default();
        self.seconds.clear();
        self.marks = Arc::default();
        self.asked = None;
        self.fresh = false;
        self.transport.playhead = Time::ZERO;
        self.pending = Some(playhead).filter(|at| *at > Time::ZERO);
        self.state.course.set(Course::default());
        self.state.marks.set(Arc::default());
        self.state.report.set(Arc::default());
        self.state.caption.set(None);
        self.state.branches.set(Arc::default());
        self.state.branch.set(0);
        self.state.why.set(None);
        self.state.notice.set(None);
        self.select(None);
        self.refresh_timeline();
    }
}
