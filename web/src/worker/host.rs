//! The session on a real worker: its messages, its clock, its slices.

use super::wire::{decode, encode};
use js_sys::{Array, Uint8Array};
use session::messages::{FromWorker, Open, ToWorker};
use session::{Compared, Session};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

/// Longest stretch of computing without a look at the messages, milliseconds.
const SLICE: f64 = 12.0;

/// Least time between two reports of progress, milliseconds.
const PROGRESS_EVERY: f64 = 120.0;

/// Least time between two scorecards while the run is under way, milliseconds.
const REPORT_EVERY: f64 = 900.0;

/// Time that passes before something is told again, as a multiple of the time that telling it took: what a long run amounts
/// to takes long to work out, and must not keep the run from being computed.
const PATIENCE: f64 = 20.0;

struct Host {
    scope: DedicatedWorkerGlobalScope,
    session: Option<Session>,
    /// A message sent here comes back after those that already wait.
    again: MessagePort,
    /// Whether such a message is on its way.
    working: bool,
    /// When the page is next told how far the run has come, and what it amounts to.
    progress_at: f64,
    report_at: f64,
    /// When the report that is being made was begun.
    report_begun: f64,
    /// Whether the page knows all there is about a finished run.
    settled: bool,
}

/// The whole life of the worker.
#[wasm_bindgen]
pub fn worker_main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let channel = MessageChannel::new().expect("every browser with workers has message channels");
    let host = Rc::new(RefCell::new(Host {
        scope: scope.clone(),
        session: None,
        again: channel.port2(),
        working: false,
        progress_at: 0.0,
        report_at: 0.0,
        report_begun: 0.0,
        settled: false,
    }));
    let heard = Rc::clone(&host);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        if let Some(message) = decode(&bytes) {
            heard.borrow_mut().hear(message);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let worked = Rc::clone(&host);
    let on_slice = Closure::<dyn FnMut(MessageEvent)>::new(move |_| worked.borrow_mut().slice());
    channel.port1().set_onmessage(Some(on_slice.as_ref().unchecked_ref()));
    on_slice.forget();
    host.borrow().post(&FromWorker::Ready);
}

impl Host {
    fn post(&self, message: &FromWorker) {
        let bytes = Uint8Array::from(encode(message).as_slice());
        // Posting fails only for what can neither be cloned nor handed over; an array buffer can.
        let _ = self.scope.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
    }

    fn hear(&mut self, message: ToWorker) {
        match message {
            ToWorker::Open(open) => self.open(open),
            ToWorker::Memory => self.post(&FromWorker::Memory(memory())),
            ToWorker::Show(at) => self.answer(|session| {
                let snapshot = Box::new(session.snapshot(at));
                let beside = session.snapshot_beside(snapshot.at).map(|(beside, there)| (beside, Box::new(there)));
                FromWorker::Snapshot { generation: session.generation(), snapshot, beside }
            }),
            ToWorker::Ask(question) => self.answer(|session| FromWorker::Answered {
                generation: session.generation(),
                answer: question.answer(session.run()),
            }),
            ToWorker::Compare { beside, watch } => {
                if let Some(session) = &mut self.session {
                    session.compare(beside, watch);
                }
                self.work_on();
            }
            ToWorker::Compute(on) => {
                if let Some(session) = &mut self.session {
                    session.hold(!on);
                    self.begin_telling();
                }
            }
            ToWorker::Act(logged) => self.change(|session| session.act(logged)),
            ToWorker::Undo => self.change(Session::undo),
            ToWorker::Branch(branch) => self.change(|session| session.switch(branch as usize)),
        }
    }

    fn answer(&mut self, answer: impl FnOnce(&mut Session) -> FromWorker) {
        if let Some(answer) = self.session.as_mut().map(answer) {
            self.post(&answer);
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Session)) {
        if let Some(session) = &mut self.session {
            change(session);
            let answer = branches(session);
            self.post(&answer);
            self.begin_telling();
        }
    }

    fn open(&mut self, open: Open) {
        let generation = open.generation;
        // The old world goes first, so that two are never in memory.
        self.session = None;
        match Session::open(open) {
            Ok(session) => {
                self.post(&branches(&session));
                self.session = Some(session);
                self.begin_telling();
            }
            Err(problems) => self.post(&FromWorker::Refused { generation, problems }),
        }
    }

    fn begin_telling(&mut self) {
        self.progress_at = 0.0;
        self.report_at = now() + PROGRESS_EVERY;
        self.settled = false;
        self.work_on();
    }

    fn work_on(&mut self) {
        if !self.working {
            self.working = self.again.post_message(&JsValue::NULL).is_ok();
        }
    }

    /// Compute for a while, tell what is new, and come back if there is more.
    fn slice(&mut self) {
        self.working = false;
        let Some(mut session) = self.session.take() else { return };
        let end = now() + SLICE;
        let stop = || now() >= end;
        let more = session.is_reporting() || session.work(stop);
        if !self.settled {
            self.tell(&mut session, stop);
        } else if session.has_news_beside() && (!more || now() >= self.progress_at) {
            self.tell_progress(&mut session);
        }
        let reported = session.is_reporting();
        if let Some(Compared { beside, measures, expectations, verdicts }) =
            (!reported).then(|| session.compared(stop)).flatten()
        {
            let generation = session.generation();
            self.post(&FromWorker::Compared { generation, beside, measures, expectations, verdicts });
        }
        let more = more || session.is_reporting() || session.is_comparing();
        self.session = Some(session);
        if more {
            self.work_on();
        }
    }

    fn tell_progress(&mut self, session: &mut Session) {
        let begun = now();
        self.post(&FromWorker::Progress(Box::new(session.progress())));
        self.progress_at = again_after(begun, PROGRESS_EVERY);
    }

    fn tell(&mut self, session: &mut Session, stop: impl Fn() -> bool) {
        // Nothing changes any more until a person wants it.
        let settled = (session.run().finished() && session.knows_the_plan()) || session.held();
        if (settled && !session.is_reporting()) || now() >= self.progress_at {
            self.tell_progress(session);
        }
        if (settled || now() >= self.report_at) && !session.is_reporting() {
            self.report_begun = now();
            session.begin_report();
        }
        if session.is_reporting()
            && let Some(report) = session.report(stop)
        {
            self.post(&FromWorker::Report(Box::new(report)));
            self.report_at = again_after(self.report_begun, REPORT_EVERY);
            self.settled = settled;
        }
    }
}

fn branches(session: &Session) -> FromWorker {
    let (branches, current) = session.branches();
    FromWorker::Branches { generation: session.generation(), branches: branches.to_vec(), current: current as u32 }
}

/// When something that was begun then and is done now may be done again.
fn again_after(begun: f64, at_least: f64) -> f64 {
    let done = now();
    done + at_least.max((done - begun) * PATIENCE)
}

/// Milliseconds since the worker began.
fn now() -> f64 {
    js_sys::Date::now()
}

fn memory() -> u64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    u64::from(buffer.byte_length())
}
