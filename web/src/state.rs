//! What the panels show, as signals. Only the app writes them; panels read them and emit commands.

use crate::choices::{Panel, Theme, Tool};
use crate::command::Command;
use engine::Time;
use reactive_graph::signal::RwSignal;
use reactive_graph::traits::{Update, With};
use scenario::{ExpectationResult, Scenario};
use session::messages::{Beside, BranchLine, ProblemLine, Report};
use session::questions::{Answer, Found};
use sim::{Mark, Property, Snapshot, VerdictLine};
use std::sync::Arc;
use view::timeline::Reading;
use view::{Stage, Target};

/// The open scenario.
#[derive(Clone)]
pub struct Opened {
    /// What its text means with the seed and the variant in force.
    pub scenario: Arc<Scenario>,
    /// The seed, if it is not the scenario's own.
    pub seed: Option<u64>,
    /// What stands still in it, to draw and to describe.
    pub stage: Stage,
}

impl Opened {
    /// A scenario that is open.
    pub fn new(scenario: Arc<Scenario>, seed: Option<u64>) -> Opened {
        let stage = Stage::of(&scenario.config);
        Opened { scenario, seed, stage }
    }

    /// The title of a variant of it; `None` is the scenario as written.
    pub fn variant_title(&self, id: Option<&str>) -> &str {
        let found = self.scenario.variants.iter().find(|variant| Some(variant.id.as_str()) == id);
        found.map_or("As written", |variant| &variant.title)
    }

    /// Its title, and that of the variant in force if it is not the scenario as written.
    pub fn title(&self) -> String {
        let story = &self.scenario.story.title;
        match self.scenario.variant.as_deref() {
            None => story.clone(),
            variant => format!("{story}, variant “{}”", self.variant_title(variant)),
        }
    }

    /// The configuration in force.
    pub fn config(&self) -> &sim::Config {
        &self.scenario.config
    }
}

/// How far the run has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Computed up to here.
    pub computed: Time,
    /// Events so far.
    pub events: u64,
    /// Whether it has come to its end.
    pub finished: bool,
    /// Whether a person has stopped the computing.
    pub held: bool,
    /// The digest, once finished.
    pub digest: Option<String>,
}

/// The run beside the open one.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// Which run.
    pub beside: Beside,
    /// Its measures, in the order of the metric catalog.
    pub measures: Vec<Option<f64>>,
    /// Whether each expectation holds there.
    pub expectations: Vec<ExpectationResult>,
    /// Its verdicts.
    pub verdicts: Vec<VerdictLine>,
}

/// What is written in the editor, if that is not the text of what is open.
#[derive(Clone)]
pub struct Draft {
    /// What is written.
    pub text: String,
    /// What was open when it was begun.
    pub of: Arc<Scenario>,
}

impl Draft {
    /// Whether what is open is what it was begun from, perhaps in another variant or with another seed.
    pub fn is_of(&self, opened: &Opened) -> bool {
        self.of.text == opened.scenario.text
    }
}

/// A scenario that a person has left for another, with what they did in it.
#[derive(Clone)]
pub struct Kept {
    /// It.
    pub scenario: Arc<Scenario>,
    /// Its branches.
    pub branches: Vec<BranchLine>,
}

/// Something the person should know; it stays until it is dismissed or replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// What happened.
    pub text: String,
    /// Whether something failed.
    pub bad: bool,
    /// What can be done about it: what the button says, and what it asks for.
    pub offer: Option<(&'static str, Command)>,
    /// Which notice of the page it is: the same words may be said twice.
    pub number: u32,
}

/// All signals.
#[derive(Clone, Copy)]
pub struct State {
    /// The open scenario; `None` until the first one is loaded.
    pub opened: RwSignal<Option<Arc<Opened>>>,
    /// What is written in the editor, if that is not the text of the open scenario; it stays when another scenario is opened.
    pub draft: RwSignal<Option<Draft>>,
    /// What was left for something else and cannot be had again from the gallery as it ships, the last one left last.
    pub kept: RwSignal<Vec<Kept>>,
    /// Problems of the text that was to be opened; empty when it held together.
    pub problems: RwSignal<Vec<ProblemLine>>,
    /// How far the run has come.
    pub course: RwSignal<Course>,
    /// The playhead, several times a second.
    pub playhead: RwSignal<Time>,
    /// Whether it moves.
    pub playing: RwSignal<bool>,
    /// The chosen speed, simulated seconds per second.
    pub speed: RwSignal<f64>,
    /// The speed in force: less than the chosen one around decisions.
    pub pace: RwSignal<f64>,
    /// Whether it slows by itself around decisions.
    pub slows: RwSignal<bool>,
    /// The state at the playhead, several times a second.
    pub snapshot: RwSignal<Arc<Snapshot>>,
    /// The charts in numbers, under the pointer or else at the playhead.
    pub readings: RwSignal<Vec<Reading>>,
    /// Notable moments so far.
    pub marks: RwSignal<Arc<Vec<Mark>>>,
    /// What the playhead has just passed.
    pub caption: RwSignal<Option<Mark>>,
    /// What the run amounts to.
    pub report: RwSignal<Arc<Report>>,
    /// What the run beside it amounts to.
    pub other: RwSignal<Option<Arc<Other>>>,
    /// Which run is beside the open one.
    pub beside: RwSignal<Option<Beside>>,
    /// Whether that is shown on a map of its own.
    pub watching: RwSignal<bool>,
    /// The branches.
    pub branches: RwSignal<Arc<Vec<BranchLine>>>,
    /// The branch that runs.
    pub branch: RwSignal<u32>,
    /// The branches in which something was undone, the last one last: returning there does it again.
    pub undone: RwSignal<Vec<u32>>,
    /// What is picked.
    pub selection: RwSignal<Option<Target>>,
    /// A panel that was asked for; whoever opens it takes it.
    pub panel: RwSignal<Option<Panel>>,
    /// The verdict that was asked for; whoever shows it takes it.
    pub verdict: RwSignal<Option<(u16, Property)>>,
    /// Which answer to the question of the open story was chosen; the story sets it, so that it outlasts the panel, and the app empties it
    /// where another question is asked.
    pub predicted: RwSignal<Option<usize>>,
    /// The dataset of which the map shows who leads and who follows.
    pub dataset: RwSignal<u16>,
    /// What dragging does.
    pub tool: RwSignal<Tool>,
    /// Light or dark, as chosen.
    pub theme: RwSignal<Theme>,
    /// Light or dark, as it comes out.
    pub shade: RwSignal<view::Theme>,
    /// Whether the list of keys is shown.
    pub help: RwSignal<bool>,
    /// Whether messages in space and time are shown in place of the map.
    pub spacetime: RwSignal<bool>,
    /// Whether the map and the timeline are shown alone, in large type.
    pub presenting: RwSignal<bool>,
    /// Whether single keys are listened to everywhere.
    pub shortcuts: RwSignal<bool>,
    /// What the person should know.
    pub notice: RwSignal<Option<Notice>>,
    /// The last answer to each kind of question; see [`State::answer`].
    pub answers: RwSignal<Vec<Answer>>,
    /// The link to what is shown: what stands after `#`.
    pub link: RwSignal<String>,
}

impl State {
    /// The last question of this kind that was answered, and the answer; `None` before there is one.
    pub fn answer<Q: Found>(&self) -> Option<(Q, Q::Answer)> {
        self.answers.with(|answers| answers.iter().find_map(Q::found).map(|(asked, answer)| (*asked, answer.clone())))
    }

    /// Keep an answer in place of the one before it.
    pub fn keep(&self, answer: Answer) {
        self.answers.update(|answers| {
            answers.retain(|other| !other.is_like(&answer));
            answers.push(answer);
        });
    }
}

impl Default for State {
    fn default() -> State {
        State {
            opened: RwSignal::new(None),
            draft: RwSignal::new(None),
            kept: RwSignal::new(Vec::new()),
            problems: RwSignal::new(Vec::new()),
            course: RwSignal::new(Course::default()),
            playhead: RwSignal::new(Time::ZERO),
            playing: RwSignal::new(false),
            speed: RwSignal::new(1.0),
            pace: RwSignal::new(1.0),
            slows: RwSignal::new(true),
            snapshot: RwSignal::new(Arc::default()),
            readings: RwSignal::new(Vec::new()),
            marks: RwSignal::new(Arc::default()),
            caption: RwSignal::new(None),
            report: RwSignal::new(Arc::default()),
            other: RwSignal::new(None),
            beside: RwSignal::new(None),
            watching: RwSignal::new(false),
            branches: RwSignal::new(Arc::default()),
            branch: RwSignal::new(0),
            undone: RwSignal::new(Vec::new()),
            selection: RwSignal::new(None),
            panel: RwSignal::new(None),
            verdict: RwSignal::new(None),
            predicted: RwSignal::new(None),
            dataset: RwSignal::new(0),
            tool: RwSignal::new(Tool::default()),
            theme: RwSignal::new(Theme::default()),
            shade: RwSignal::new(view::Theme::default()),
            help: RwSignal::new(false),
            spacetime: RwSignal::new(false),
            presenting: RwSignal::new(false),
            shortcuts: RwSignal::new(true),
            notice: RwSignal::new(None),
            answers: RwSignal::new(Vec::new()),
            link: RwSignal::new(String::new()),
        }
    }
}
