//! What the app does with what the worker says, and when it asks.

use crate::app::App;
use crate::state::{Course, Other};
use reactive_graph::traits::{Set, Update, WithUntracked};
use scenario::last_second;
use session::messages::{FromWorker, Progress, ToWorker};
use std::sync::Arc;

impl App {
    pub(super) fn hear(&mut self, message: FromWorker) {
        let current = self.generation;
        match message {
            FromWorker::Ready => {
                if let Some(client) = &mut self.client {
                    client.ready();
                }
            }
            FromWorker::Refused { generation, problems } if generation == current => self.state.problems.set(problems),
            FromWorker::Snapshot { generation, snapshot, beside } if generation == current => {
                self.asked = None;
                self.fresh = true;
                if let Some(branch) = self.branches.get_mut(self.branch as usize) {
                    branch.seen = branch.seen.max(snapshot.at);
                }
                self.snapshot = Arc::new(*snapshot);
                if let Some((_, there)) = beside.filter(|(which, _)| self.watches(which)) {
                    self.other.snapshot = Some(there);
                }
            }
            FromWorker::Progress(progress) if progress.generation == current => self.progress(*progress),
            FromWorker::Report(report) if report.generation == current => self.state.report.set(Arc::new(*report)),
            FromWorker::Compared { generation, beside, measures, expectations, verdicts }
                if generation == current
                    && self.state.beside.with_untracked(|wanted| wanted.as_ref() == Some(&beside)) =>
            {
                self.state.other.set(Some(Arc::new(Other { beside, measures, expectations, verdicts })));
            }
            FromWorker::Branches { generation, branches, current: branch } if generation == current => {
                self.owed = self.owed.saturating_sub(1);
                self.branches.clone_from(&branches);
                self.branch = branch;
                self.state.branches.set(Arc::new(branches));
                self.state.branch.set(branch);
                self.reopen();
                self.compare_again();
                self.write_address();
            }
            FromWorker::Answered { generation, answer } if generation == current => self.state.keep(answer),
            FromWorker::Memory(bytes) => self.memory = Some(bytes),
            // About a scenario that is no longer open.
            _ => {}
        }
    }

    /// Say whether the run comes out otherwise than when the link to it was made, once that is known.
    pub(super) fn hold_to_link(&mut self) {
        let Some(link) = &self.link else { return };
        let contradiction = link.contradiction(|second| self.digest(second));
        if last_second(link.playhead).is_none_or(|second| self.digest(second).is_some()) {
            self.link = None;
        }
        if let Some(contradiction) = contradiction {
            self.fail(&contradiction);
        }
    }

    /// The run goes on from somewhere else: what is known of its end no longer holds.
    fn reopen(&mut self) {
        self.fresh = false;
        self.course.finished = false;
        self.course.digest = None;
        self.state.course.set(self.course.clone());
        self.state.report.update(|report| Arc::make_mut(report).finished = false);
        if self.state.beside.with_untracked(|beside| beside.as_ref().is_some_and(|beside| beside.branch.is_none())) {
            self.state.other.set(None);
            self.other.forget();
        }
        self.state.answers.set(Vec::new());
    }

    fn progress(&mut self, progress: Progress) {
        if (progress.from_second as usize) < self.seconds.len() {
            // What came out at the playhead is not what the address says.
            self.frames.address = None;
        }
        self.seconds.truncate(progress.from_second as usize);
        self.seconds.extend(progress.seconds);
        if let Some(beside) = progress.beside.filter(|it| self.watches(&it.beside)) {
            self.progress_beside(beside);
        }
        self.hold_to_link();
        self.course = Course {
            computed: progress.computed,
            events: progress.events,
            finished: progress.finished,
            held: progress.held,
            digest: progress.digest,
        };
        self.state.course.set(self.course.clone());
        if *self.marks != progress.marks {
            self.marks = Arc::new(progress.marks);
            self.state.marks.set(Arc::clone(&self.marks));
        }
        if let Some(at) = self.pending {
            self.seek(at);
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
