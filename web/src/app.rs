//! The app: it holds what the signals do not, carries out commands, and hears the worker. One for the page, on one thread.

use crate::client::{Client, Heard};
use crate::command::Command;
use crate::picture::{MapPicture, TimelinePicture};
use crate::state::{Course, Notice, Opened, Other, Panel, State};
use crate::transport::{self, Transport};
use crate::worker::protocol::{Beside, FromWorker, Open, ProblemLine, Progress, ToWorker};
use crate::{address, browser};
use engine::{Span, Time};
use reactive_graph::traits::{GetUntracked, Set, WithUntracked};
use scenario::{Link, Problem, find_built_in};
use sim::{Action, LoggedAction, Mark, SecondSummary, Snapshot};
use std::cell::RefCell;
use std::sync::Arc;
use view::{Stage, Target};

/// The scenario that opens by itself.
pub const DEFAULT: &str = "first-look";

/// A notice that nothing failed goes by itself after so long, milliseconds.
const NOTICE_MS: i32 = 5_000;

thread_local! {
    static APP: RefCell<Option<App>> = const { RefCell::new(None) };
}

/// What the page is made of, besides the panels.
pub(crate) struct App {
    pub(crate) state: State,
    client: Option<Client>,
    /// The number of the newest `Open`; answers about earlier ones are not for us.
    generation: u32,
    pub(crate) opened: Option<Arc<Opened>>,
    pub(crate) stage: Stage,
    pub(crate) transport: Transport,
    pub(crate) course: Course,
    pub(crate) seconds: Vec<SecondSummary>,
    pub(crate) marks: Arc<Vec<Mark>>,
    pub(crate) snapshot: Arc<Snapshot>,
    /// The time asked for and not answered yet.
    asked: Option<Time>,
    /// Where to go as soon as it is computed: what a link named, or where the person was before a change.
    pending: Option<Time>,
    pub(crate) map: Option<MapPicture>,
    pub(crate) timeline: Option<TimelinePicture>,
    /// What a person did in the branch that runs.
    pub(crate) actions: Vec<LoggedAction>,
    /// Whether the snapshot is of the run as it is now.
    pub(crate) fresh: bool,
    /// The last answer to `Memory`, bytes.
    pub(crate) memory: Option<u64>,
    /// Where frames stand.
    pub(crate) frames: crate::frames::Frames,
}

/// What to open, and where to stand in it.
#[derive(Default)]
struct Wanted {
    text: String,
    variant: Option<String>,
    seed: Option<u64>,
    actions: Vec<LoggedAction>,
    playhead: Time,
}

/// Do something with the app; nothing if it has not started or is at work further up the stack.
pub(crate) fn with<T>(work: impl FnOnce(&mut App) -> T) -> Option<T> {
    APP.with(|app| app.try_borrow_mut().ok().and_then(|mut app| app.as_mut().map(work)))
}

/// Carry out what a person asked for.
pub fn dispatch(command: Command) {
    with(|app| app.carry_out(command));
    crate::frames::wake();
}

/// Start the app: the worker, and the scenario that the address names.
pub(crate) fn start(state: State) {
    let client =
        browser::document().and_then(|document| Client::start(&document, hear).map_err(|reason| (state, reason)).ok());
    let failed = client.is_none();
    APP.with(|app| *app.borrow_mut() = Some(App::new(state, client)));
    with(|app| {
        app.open_address();
        if failed {
            app.fail("The simulation could not be started: this browser does not run module workers.");
        }
    });
    crate::frames::wake();
}

fn hear(heard: Heard) {
    with(|app| match heard {
        Heard::Message(message) => app.hear(message),
        Heard::Failed => {
            app.fail("The simulation has stopped. Reload the page to start it again; the address keeps your run.")
        }
    });
    crate::frames::wake();
}

impl App {
    fn new(state: State, client: Option<Client>) -> App {
        App {
            state,
            client,
            generation: 0,
            opened: None,
            stage: Stage::default(),
            transport: Transport::default(),
            course: Course::default(),
            seconds: Vec::new(),
            marks: Arc::default(),
            snapshot: Arc::default(),
            asked: None,
            pending: None,
            map: None,
            timeline: None,
            actions: Vec::new(),
            fresh: false,
            memory: None,
            frames: crate::frames::Frames::default(),
        }
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::OpenBuiltIn(id) => self.open_built_in(&id),
            Command::OpenText(text) => self.open_text(text),
            Command::OpenLink(fragment) => self.open_link(&fragment),
            Command::Variant(variant) => self.open_again(|wanted| wanted.variant = variant),
            Command::Seed(seed) => self.open_again(|wanted| wanted.seed = seed),
            Command::FreshSeed => match browser::fresh_seed() {
                Some(seed) => self.open_again(|wanted| wanted.seed = Some(seed)),
                None => self.fail("The browser gave no random number; type a seed instead."),
            },
            Command::Toggle => self.toggle(),
            Command::Seek(at) => self.seek(at),
            Command::Step(seconds) => self.step(seconds),
            Command::NextMark => self.go_to_mark(transport::next_mark),
            Command::PreviousMark => self.go_to_mark(transport::previous_mark),
            Command::Speed(speed) => {
                self.transport.speed = speed.clamp(transport::SPEEDS.0, transport::SPEEDS.1);
                self.state.speed.set(self.transport.speed);
            }
            Command::Act(action) => self.act(action),
            Command::Branch(branch) => self.send(ToWorker::Branch(branch)),
            Command::Compare(beside) => self.compare(beside),
            Command::Explain { subject, at } => self.send(ToWorker::Explain { subject, at }),
            Command::Select(target) => self.select(target),
            Command::Show(panel) => self.state.panel.set(Some(panel)),
            Command::Tool(tool) => self.state.tool.set(tool),
            Command::Theme(theme) => {
                self.state.theme.set(theme);
                browser::remember_theme(theme);
            }
            Command::Zoom(factor) => self.change_map(|map| map.zoom(None, factor)),
            Command::Fit => self.change_map(MapPicture::fit),
            Command::CopyLink => self.copy_link(),
            Command::Dismiss => self.state.notice.set(None),
        }
    }

    fn change_map(&mut self, change: impl FnOnce(&mut MapPicture)) {
        if let Some(map) = &mut self.map {
            change(map);
        }
    }

    /// Tell the person that something failed.
    pub(crate) fn fail(&self, text: &str) {
        self.state.notice.set(Some(Notice { text: text.to_owned(), bad: true }));
    }

    /// Tell the person something.
    pub(crate) fn say(&self, text: &str) {
        let notice = Notice { text: text.to_owned(), bad: false };
        self.state.notice.set(Some(notice.clone()));
        let signal = self.state.notice;
        browser::after(NOTICE_MS, move || {
            if signal.with_untracked(|shown| shown.as_ref() == Some(&notice)) {
                signal.set(None);
            }
        });
    }

    pub(crate) fn send(&mut self, message: ToWorker) {
        if let Some(client) = &mut self.client {
            client.send(message);
        }
    }

    // Opening.

    fn open_address(&mut self) {
        match browser::fragment().filter(|fragment| !fragment.is_empty()) {
            Some(fragment) => self.open_link(&fragment),
            None => self.open_built_in(DEFAULT),
        }
        // The story comes first; whoever asked for no motion starts it themselves.
        self.transport.playing = !browser::reduced_motion();
    }

    fn open_built_in(&mut self, id: &str) {
        match find_built_in(id) {
            Some(built_in) => self.open(Wanted { text: built_in.text.to_owned(), ..Wanted::default() }),
            None => self.fail(&format!("There is no scenario called {id}.")),
        }
    }

    fn open_text(&mut self, text: String) {
        let mut wanted = Wanted { text, playhead: self.transport.playhead, ..Wanted::default() };
        if let Some(opened) = &self.opened {
            wanted.seed = opened.seed;
            // A variant that the new text no longer has is left behind.
            let kept = opened.scenario.variant.clone();
            wanted.variant = kept.filter(|variant| scenario::load(&wanted.text, Some(variant), None).is_ok());
        }
        self.open(wanted);
    }

    fn open_link(&mut self, fragment: &str) {
        match Link::decode(fragment).and_then(|link| Ok((link.open()?.0, link))) {
            Ok((scenario, Link { seed, variant, actions, playhead, .. })) => {
                self.open(Wanted { text: scenario.text, variant, seed, actions, playhead });
            }
            Err(error) => {
                self.open_built_in(DEFAULT);
                self.fail(&format!("{error} The default scenario is open instead."));
            }
        }
    }

    /// The same scenario with another variant or seed: the same actions, the same place.
    fn open_again(&mut self, change: impl FnOnce(&mut Wanted)) {
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

    fn refresh_timeline(&mut self) {
        if let Some(timeline) = &mut self.timeline {
            timeline.refresh();
        }
    }

    // The transport.

    fn until(&self) -> Time {
        self.opened.as_ref().map_or(Time::ZERO, |opened| opened.config().until)
    }

    fn toggle(&mut self) {
        let at_end = self.transport.playhead >= self.until();
        if !self.transport.playing && at_end {
            self.transport.playhead = Time::ZERO;
        }
        self.transport.playing = !self.transport.playing;
    }

    fn seek(&mut self, at: Time) {
        let at = at.min(self.until());
        self.pending = Some(at).filter(|at| *at > self.course.computed);
        self.transport.seek(at, self.course.computed);
    }

    fn step(&mut self, seconds: f64) {
        self.transport.playing = false;
        let step = Span::from_secs_f64(seconds.abs());
        let here = self.transport.playhead;
        let back = Time::from_nanos(here.as_nanos().saturating_sub(step.as_nanos()));
        self.seek(if seconds < 0.0 { back } else { here + step });
    }

    fn go_to_mark(&mut self, find: fn(&[Mark], Time) -> Option<&Mark>) {
        self.transport.playing = false;
        match find(&self.marks, self.transport.playhead).map(|mark| mark.at) {
            Some(at) => self.seek(at),
            None => self.say("No notable moment lies that way."),
        }
    }

    // Acting.

    fn act(&mut self, action: Action) {
        let Some(opened) = &self.opened else { return };
        let text = crate::words::action(opened.config(), &action);
        self.say(&format!("At {}: {text}.", crate::words::short_time(self.transport.playhead)));
        self.send(ToWorker::Act(LoggedAction { at: self.transport.playhead, action }));
    }

    fn select(&mut self, target: Option<Target>) {
        self.state.selection.set(target);
        if target.is_some() {
            self.state.panel.set(Some(Panel::Inspector));
        }
        self.change_map(|map| map.view.selection = target);
    }

    fn compare(&mut self, beside: Option<Beside>) {
        self.state.other.set(None);
        self.state.beside.set(beside.clone());
        self.send(ToWorker::Compare(beside));
    }

    fn copy_link(&mut self) {
        address::write(self);
        match browser::copy(&self.state.link.get_untracked()) {
            true => self.say("The link to this moment is on the clipboard and in the address."),
            false => self.say("The link to this moment is in the address; copy it from there."),
        }
    }

    // Hearing.

    fn hear(&mut self, message: FromWorker) {
        let current = self.generation;
        match message {
            FromWorker::Ready => {
                if let Some(client) = &mut self.client {
                    client.ready();
                }
            }
            FromWorker::Refused { generation, problems } if generation == current => self.state.problems.set(problems),
            FromWorker::Snapshot { generation, snapshot } if generation == current => {
                self.asked = None;
                self.fresh = true;
                self.snapshot = Arc::new(*snapshot);
            }
            FromWorker::Progress(progress) if progress.generation == current => self.progress(*progress),
            FromWorker::Report(report) if report.generation == current => self.state.report.set(Arc::new(*report)),
            FromWorker::Compared { generation, beside, measures, expectations, verdicts } if generation == current => {
                self.state.other.set(Some(Arc::new(Other { beside, measures, expectations, verdicts })));
            }
            FromWorker::Branches { generation, branches, current: branch } if generation == current => {
                self.actions = branches.get(branch as usize).map_or_else(Vec::new, |branch| branch.actions.clone());
                self.state.branches.set(Arc::new(branches));
                self.state.branch.set(branch);
                self.fresh = false;
                address::write(self);
            }
            FromWorker::Explained { subject, lines } => self.state.why.set(Some((subject, Arc::new(lines)))),
            FromWorker::Memory(bytes) => self.memory = Some(bytes),
            // About a scenario that is no longer open.
            _ => {}
        }
    }

    fn progress(&mut self, progress: Progress) {
        self.seconds.truncate(progress.from_second as usize);
        self.seconds.extend(progress.seconds);
        self.course = Course {
            computed: progress.computed,
            events: progress.events,
            finished: progress.finished,
            digest: progress.digest,
        };
        self.state.course.set(self.course.clone());
        if *self.marks != progress.marks {
            self.marks = Arc::new(progress.marks);
            self.state.marks.set(Arc::clone(&self.marks));
        }
        if let Some(at) = self.pending.filter(|at| *at <= self.course.computed) {
            self.pending = None;
            self.transport.seek(at, self.course.computed);
        }
        self.refresh_timeline();
    }

    /// Ask the worker for the state at the playhead, unless it is here or on its way.
    pub(crate) fn ask(&mut self) {
        let at = self.transport.playhead;
        let here = self.fresh && self.snapshot.at == at;
        if self.asked.is_none() && !here && self.generation > 0 && self.client.is_some() {
            self.asked = Some(at);
            self.send(ToWorker::Show(at));
        }
    }

    /// Whether the state at the playhead is on its way.
    pub(crate) fn is_asking(&self) -> bool {
        self.asked.is_some()
    }
}
