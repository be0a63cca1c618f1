//! The app: it holds what the signals do not, carries out commands, and hears the worker. One for the page, on one thread.

mod address;
mod beside;
mod fetching;
mod hearing;
mod opening;

use crate::browser;
use crate::choices::Panel;
use crate::client::{Client, Heard};
use crate::command::Command;
use crate::other::Other;
use crate::picture::{Describe, MapPicture, TimelinePicture};
use crate::state::{Course, Draft, Notice, Opened, State};
use crate::texts::Texts;
use crate::transport::{self, Transport};
use engine::{Span, Time};
use reactive_graph::traits::{GetUntracked, Set, Update, WithUntracked};
use scenario::Link;
use session::messages::{BranchLine, ToWorker};
use sim::{Action, LoggedAction, Mark, Property, SecondSummary, Snapshot};
use std::cell::{Cell, RefCell};
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
    /// How what is pointed at on the map is told, once that has come.
    pub(crate) describe: Option<Describe>,
    /// The run beside the open one.
    pub(crate) other: Other,
    /// The branches, each with how far into it the person has looked.
    branches: Vec<BranchLine>,
    /// The branch that runs.
    branch: u32,
    /// How many changes are on their way to the worker: what runs then is not known yet.
    owed: u32,
    /// Whether the snapshot is of the run as it is now.
    pub(crate) fresh: bool,
    /// The last answer to `Memory`, bytes.
    pub(crate) memory: Option<u64>,
    /// The link that was opened, until it is known whether its run comes out as it did.
    link: Option<Link>,
    /// What is shown instead of a link that could not be opened and stands in the address still.
    instead: Option<Link>,
    /// The texts of the gallery.
    texts: Texts,
    /// Notices shown so far.
    notices: Cell<u32>,
    /// Where frames stand.
    pub(crate) frames: crate::waking::Frames,
}

/// Do something with the app; nothing if it has not started or is at work further up the stack.
pub(crate) fn with<T>(work: impl FnOnce(&mut App) -> T) -> Option<T> {
    APP.with(|app| app.try_borrow_mut().ok().and_then(|mut app| app.as_mut().map(work)))
}

/// Carry out what a person asked for.
pub fn dispatch(command: Command) {
    with(|app| app.carry_out(command));
    crate::waking::wake();
}

/// Start the app: the worker, and the scenario that the address names.
pub(crate) fn start(state: State) {
    let Some(document) = browser::document() else { return };
    let (client, failure) = match Client::start(&document, hear) {
        Ok(client) => (Some(client), None),
        Err(reason) => (None, Some(reason)),
    };
    APP.with(|app| *app.borrow_mut() = Some(App::new(state, client)));
    with(|app| {
        app.open_address();
        if let Some(reason) = failure {
            app.fail(&format!("The simulation could not be started. {reason}"));
        }
    });
    crate::waking::wake();
}

fn hear(heard: Heard) {
    with(|app| match heard {
        Heard::Message(message) => app.hear(message),
        Heard::Failed => app.lose_worker(),
    });
    crate::waking::wake();
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
            describe: None,
            other: Other::default(),
            branches: Vec::new(),
            branch: 0,
            owed: 0,
            fresh: false,
            memory: None,
            link: None,
            instead: None,
            texts: Texts::default(),
            notices: Cell::new(0),
            frames: crate::waking::Frames::default(),
        }
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::OpenBuiltIn(id) => self.open_built_in(&id),
            Command::OpenKept(text) => self.open_as_written(text),
            Command::OpenText(text) => self.open_text(text),
            Command::OpenLink(fragment) => self.open_link(&fragment),
            Command::Variant(variant) => self.open_again(|wanted| wanted.variant = variant),
            Command::Seed(seed) => self.open_again(|wanted| wanted.seed = Some(seed)),
            Command::FreshSeed => match browser::fresh_seed() {
                Some(seed) => self.open_again(|wanted| wanted.seed = Some(seed)),
                None => self.fail("The browser gave no random number; type a seed instead."),
            },
            Command::Toggle => self.toggle(),
            Command::Seek(at) => self.go(at),
            Command::Step(seconds) => self.step(seconds),
            Command::NextMark => self.go_to_moment(transport::next_moment),
            Command::PreviousMark => self.go_to_moment(transport::previous_moment),
            Command::Speed(speed) => {
                self.transport.speed = speed;
                self.state.speed.set(speed);
            }
            Command::Slows(slows) => {
                self.transport.slows = slows;
                self.state.slows.set(slows);
            }
            Command::Act(action) => self.act(action),
            Command::Branch(branch) => {
                self.state.undone.set(Vec::new());
                self.go_on_in(branch);
            }
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::Compute(on) => self.send(ToWorker::Compute(on)),
            Command::Compare(beside) => self.choose_beside(beside),
            Command::Watch => self.watch(!self.state.watching.get_untracked()),
            Command::Ask(question) => self.send(ToWorker::Ask(question)),
            Command::Select(target) => self.select(target),
            Command::Show(panel) => self.state.panel.set(Some(panel)),
            Command::ShowLost => {
                self.state.panel.set(Some(Panel::Scorecard));
                browser::reveal_soon("#lost-writes-list".to_owned());
            }
            Command::ShowVerdict(dataset, property) => self.show_verdict(dataset, property),
            Command::Dataset(dataset) => self.show_dataset(dataset),
            Command::Tool(tool) => self.state.tool.set(tool),
            Command::Theme(theme) => {
                self.state.theme.set(theme);
                browser::remember_theme(theme);
            }
            Command::Zoom(factor) => self.change_map(|map| map.zoom(None, factor)),
            Command::ZoomTime(factor) => self.zoom_time(None, factor),
            Command::Fit => self.change_map(MapPicture::fit),
            Command::Pan(dx, dy) => self.change_map(|map| map.pan(dx, dy)),
            Command::Escape => self.escape(),
            Command::Help(shown) => self.state.help.set(shown),
            Command::SpaceTime => self.state.spacetime.update(|on| *on = !*on),
            Command::Present => self.state.presenting.update(|on| *on = !*on),
            Command::Shortcuts(on) => {
                self.state.shortcuts.set(on);
                browser::remember_shortcuts(on);
            }
            Command::Draft(text) => self.draft(text),
            Command::CopyLink => self.copy_link(),
            Command::Dismiss => self.state.notice.set(None),
        }
    }

    pub(crate) fn refresh_timeline(&mut self) {
        if let Some(timeline) = &mut self.timeline {
            timeline.refresh();
        }
    }

    /// Look at less of the run or at more of it, about a moment or the playhead.
    pub(crate) fn zoom_time(&mut self, about: Option<Time>, factor: f64) {
        let (whole, about) = (self.until(), about.unwrap_or(self.wanted()));
        if let Some(timeline) = &mut self.timeline {
            timeline.zoom(whole, about, factor);
        }
    }

    /// Move what is looked at of the run by so many pixels.
    pub(crate) fn pan_time(&mut self, pixels: f32) {
        let whole = self.until();
        if let Some(timeline) = &mut self.timeline {
            timeline.pan(whole, pixels);
        }
    }

    fn change_map(&mut self, change: impl FnOnce(&mut MapPicture)) {
        if let Some(map) = &mut self.map {
            change(map);
        }
    }

    fn show_dataset(&mut self, dataset: u16) {
        self.state.dataset.set(dataset);
        self.change_map(|map| map.show_dataset(dataset));
    }

    /// Tell the person that something failed.
    pub(crate) fn fail(&self, text: &str) {
        self.notify(text, true, None);
    }

    /// Show a notice in the place of the one before it, perhaps with something that can be done about it. Returns its number.
    fn notify(&self, text: &str, bad: bool, offer: Option<(&'static str, Command)>) -> u32 {
        let number = self.notices.get() + 1;
        self.notices.set(number);
        self.state.notice.set(Some(Notice { text: text.to_owned(), bad, offer, number }));
        number
    }

    /// Tell the person something.
    pub(crate) fn say(&self, text: &str) {
        let number = self.notify(text, false, None);
        let signal = self.state.notice;
        browser::after(NOTICE_MS, move || {
            if signal.with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.number == number)) {
                signal.set(None);
            }
        });
    }

    pub(crate) fn send(&mut self, message: ToWorker) {
        if let Some(client) = &mut self.client {
            client.send(message);
        }
    }

    /// The worker is gone: say so, and wait for nothing.
    fn lose_worker(&mut self) {
        if let Some(client) = self.client.take() {
            client.stop();
        }
        self.asked = None;
        self.transport.playing = false;
        self.fail("The simulation has stopped. Reload the page to start it again; the address keeps your run.");
    }

    /// What the digest begins with at the end of a second, once that is computed.
    pub(crate) fn digest(&self, second: u32) -> Option<[u8; 4]> {
        self.seconds.get(second as usize).map(|summary| summary.digest)
    }

    /// What a person did in the branch that runs.
    pub(crate) fn actions(&self) -> &[LoggedAction] {
        self.branches.get(self.branch as usize).map_or(&[], |branch| &branch.actions)
    }

    // The transport.

    fn until(&self) -> Time {
        self.opened.as_ref().map_or(Time::ZERO, |opened| opened.config().until)
    }

    fn toggle(&mut self) {
        let at_end = self.wanted() >= self.until();
        if !self.transport.playing && at_end {
            self.go(Time::ZERO);
        }
        self.transport.playing = !self.transport.playing;
    }

    /// Where the person wants to be: where the playhead goes as soon as that is computed, else where it is.
    pub(crate) fn wanted(&self) -> Time {
        self.pending.unwrap_or(self.transport.playhead)
    }

    /// Whether the playhead waits for a moment that is not computed yet.
    pub(crate) fn is_waiting(&self) -> bool {
        self.pending.is_some()
    }

    /// The person goes there. What was said of where they were no longer concerns them; what failed or can be done something about stays
    /// until they close it.
    pub(crate) fn go(&mut self, at: Time) {
        let passing = |notice: &Notice| !notice.bad && notice.offer.is_none();
        if at != self.wanted() && self.state.notice.with_untracked(|notice| notice.as_ref().is_some_and(passing)) {
            self.state.notice.set(None);
        }
        self.seek(at);
    }

    /// Go there, now or as soon as it is computed.
    pub(crate) fn seek(&mut self, at: Time) {
        let at = at.min(self.until());
        self.pending = Some(at).filter(|at| *at > self.course.computed);
        self.transport.seek(at, self.course.computed);
    }

    fn step(&mut self, seconds: f64) {
        self.transport.playing = false;
        let step = Span::from_secs_f64(seconds.abs());
        let here = self.wanted();
        let back = Time::from_nanos(here.as_nanos().saturating_sub(step.as_nanos()));
        self.go(if seconds < 0.0 { back } else { here + step });
    }

    fn go_to_moment(&mut self, find: fn(&[Mark], Time) -> Option<Time>) {
        self.transport.playing = false;
        match find(&self.marks, self.wanted()) {
            Some(at) => self.go(at),
            None => self.say("No notable moment lies that way."),
        }
    }

    // Acting.

    fn act(&mut self, action: Action) {
        let Some(opened) = &self.opened else { return };
        let text = crate::words::action(opened.config(), &action);
        let at = self.wanted();
        let here = self.fresh && self.snapshot.at == at;
        if let Some(why) = view::in_vain(&opened.stage, &self.snapshot, &action).filter(|_| here) {
            return self.say(&format!("Nothing was done: {why}."));
        }
        // What was done is what the caption says, once it is computed.
        if self.is_waiting() {
            self.say(&format!("At {}: {text}.", crate::words::short_time(at)));
        }
        self.link = None;
        self.state.undone.set(Vec::new());
        self.leave_behind();
        self.send_change(ToWorker::Act(LoggedAction { at, action }));
    }

    pub(super) fn go_on_in(&mut self, branch: u32) {
        self.link = None;
        self.leave_behind();
        self.send_change(ToWorker::Branch(branch));
    }

    /// Something after which other branches come, or another one runs.
    pub(super) fn send_change(&mut self, change: ToWorker) {
        self.owed += 1;
        self.send(change);
    }

    fn undo(&mut self) {
        if self.owed > 0 {
            return;
        }
        let done = self.actions().last().cloned();
        let Some((opened, done)) = self.opened.clone().zip(done) else {
            return self.say("Nothing was done in this run that could be undone.");
        };
        self.link = None;
        let branch = self.branch;
        self.state.undone.update(|undone| undone.push(branch));
        self.leave_behind();
        self.send_change(ToWorker::Undo);
        let what = crate::words::action(opened.config(), &done.action);
        self.say(&format!("Undone: {what} at {}.", crate::words::short_time(done.at)));
    }

    fn redo(&mut self) {
        if self.owed > 0 {
            return;
        }
        let mut undone = self.state.undone.get_untracked();
        match undone.pop() {
            Some(branch) => self.go_on_in(branch),
            None => self.say("Nothing was undone that could be done again."),
        }
        self.state.undone.set(undone);
    }

    fn select(&mut self, target: Option<Target>) {
        if matches!(target, Some(Target::Packet(_))) {
            // A message is gone before anybody could do something to it.
            self.transport.playing = false;
        }
        self.state.selection.set(target);
        if target.is_some() {
            self.state.panel.set(Some(Panel::Inspector));
        }
        self.change_map(|map| map.view.selection = target);
    }

    pub(crate) fn show_verdict(&self, dataset: u16, property: Property) {
        self.state.panel.set(Some(Panel::Verdicts));
        self.state.verdict.set(Some((dataset, property)));
    }

    fn escape(&mut self) {
        if self.give_up_lasso() {
            return;
        }
        match (self.state.spacetime.get_untracked(), self.state.presenting.get_untracked()) {
            (true, _) => self.state.spacetime.set(false),
            (false, true) => self.state.presenting.set(false),
            (false, false) => self.select(None),
        }
    }

    fn draft(&self, text: String) {
        let Some(opened) = &self.opened else { return };
        let of = self.state.draft.get_untracked().map_or_else(|| Arc::clone(&opened.scenario), |draft| draft.of);
        self.state.draft.set((opened.scenario.text != text).then_some(Draft { text, of }));
        self.state.problems.set(Vec::new());
    }

    fn copy_link(&mut self) {
        self.instead = None;
        self.write_address();
        browser::copy(&self.state.link.get_untracked(), |copied| {
            let said = match copied {
                true => "The link to this moment is on the clipboard and in the address.",
                false => "The link to this moment is in the address; copy it from there.",
            };
            with(|app| app.say(said));
        });
    }
}
