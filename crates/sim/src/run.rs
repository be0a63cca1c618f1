//! A run that can be computed ahead, looked at anywhere, acted upon in its past, and asked what it has to say.
//!
//! The head computes, and leaves a clone of itself behind now and then as a checkpoint. The cursor is another world that
//! follows the playhead: from the nearest checkpoint it replays, and forward it simply goes on.

use crate::action::LoggedAction;
use crate::config::Config;
use crate::left_over::LeftOver;
use crate::metrics::{Facts, Lengths, Live, Query, Recorder, Told};
use crate::names::Names;
use crate::rivals::{Conflict, LostUpdate};
use crate::sites::Sites;
use crate::snapshot::Snapshot;
use crate::summary::{LostRange, LostWrite, Mark, Recovery, SecondSummary, VerdictLine};
use crate::trace::{Observer, TraceEvent};
use crate::world::World;
use engine::{Digest, Span, Time};
use protocol::{NodeId, Protocol};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// At most so many checkpoints, evenly spread over the run.
const CHECKPOINTS: usize = 40;
/// All checkpoints together take about so many bytes at most; what they share is not counted.
const CHECKPOINT_BYTES: usize = 64 << 20;
/// About so many bytes has an entry of a log.
const ENTRY_BYTES: u64 = 80;
/// So few are kept however large they are.
const CHECKPOINTS_AT_LEAST: usize = 4;

/// A run. See the module's documentation.
#[derive(Clone, Debug)]
pub struct Run<P: Protocol> {
    config: Arc<Config>,
    actions: Vec<LoggedAction>,
    head: World<P>,
    /// Actions the head has done.
    done: usize,
    recorder: Recorder,
    computed: Time,
    handled: u64,
    checkpoints: Vec<Checkpoint<P>>,
    /// From one checkpoint to the next. It doubles when they have become too many or too large.
    distance: Span,
    cursor: Option<Cursor<P>>,
}

/// The state before anything at or after `at` happened.
#[derive(Clone, Debug)]
struct Checkpoint<P: Protocol> {
    at: Time,
    world: World<P>,
    done: usize,
    live: Live,
    lengths: Lengths,
    /// About how many bytes it has to itself, but for logs.
    weight: usize,
    /// The entries of logs that it keeps, by log.
    kept: Vec<Range<u64>>,
}

impl<P: Protocol> Checkpoint<P> {
    /// About how many bytes of logs it keeps that a later one does not.
    fn keeps_beside(&self, later: &Checkpoint<P>) -> usize {
        let alone = |(own, later): (&Range<u64>, &Range<u64>)| later.start.clamp(own.start, own.end) - own.start;
        (self.kept.iter().zip(&later.kept).map(alone).sum::<u64>() * ENTRY_BYTES) as usize
    }
}

/// Which regions are to keep the first keys of a dataset with these replicas, after which it begins anew.
fn homes<P: Protocol>(protocol: &P::Config, placement: &[usize]) -> Vec<Sites> {
    let peers: Vec<NodeId> = placement.iter().map(|region| NodeId(*region as u16)).collect();
    P::homes(protocol, &peers).into_iter().map(|homes| homes.into_iter().map(|node| node.0).collect()).collect()
}

/// A world at the playhead.
#[derive(Clone, Debug)]
struct Cursor<P: Protocol> {
    at: Time,
    world: World<P>,
    done: usize,
    recorder: Recorder,
}

/// Shows events to somebody for as long as they want another, after the recorder has heard of them.
struct Shown<'a> {
    recorder: &'a mut Recorder,
    from: Time,
    see: &'a mut dyn FnMut(&TraceEvent, bool) -> bool,
    goes_on: bool,
}

impl Observer for Shown<'_> {
    fn on_event(&mut self, event: &TraceEvent) {
        self.recorder.on_event(event);
        if event.at >= self.from && self.goes_on {
            self.goes_on = (self.see)(event, self.recorder.live.families.outcomes.last_was_stale());
        }
    }
}

impl<P: Protocol> Run<P> {
    /// A run at its start. `protocols` are the settings of each dataset's protocol, as many as there are; `actions` must be in the order of their times.
    pub fn new(config: Config, protocols: Vec<P::Config>, actions: Vec<LoggedAction>) -> Run<P> {
        let config = Arc::new(config);
        let homes = config.datasets.iter().zip(&protocols).map(|(set, protocol)| homes::<P>(protocol, &set.placement));
        let recorder = Recorder::new(&config, homes.collect());
        let mut run = Run {
            head: World::new(config.clone(), protocols.into()),
            done: 0,
            recorder,
            computed: Time::ZERO,
            handled: 0,
            checkpoints: Vec::new(),
            distance: Span::from_secs(config.until.whole_seconds() / CHECKPOINTS as u64 + 1),
            cursor: None,
            config,
            actions,
        };
        run.head.take_trace(|event| run.recorder.on_event(event));
        run.checkpoint(Time::ZERO);
        run
    }

    /// The same run at its start, to be measured: it keeps nothing to go back to but its start, which costs little memory and makes
    /// every look into its past a computation from there.
    pub fn to_measure(self) -> Run<P> {
        Run { distance: Span::MAX, ..self }
    }

    /// What the run started from.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What people did, in order.
    pub fn actions(&self) -> &[LoggedAction] {
        &self.actions
    }

    /// Up to when everything is computed.
    pub fn computed(&self) -> Time {
        self.computed
    }

    /// Whether everything is computed.
    pub fn finished(&self) -> bool {
        self.computed >= self.config.until
    }

    /// Trace events so far.
    pub fn events(&self) -> u64 {
        self.recorder.events()
    }

    /// Queue events and actions handled since this value was made, also those of futures that were given up.
    pub fn handled(&self) -> u64 {
        self.handled
    }

    /// The digest of all trace events so far.
    pub fn digest(&self) -> Digest {
        self.recorder.digest()
    }

    /// The digest at the end of each computed second.
    pub fn digests(&self) -> &[u64] {
        &self.recorder.tapes.digests
    }

    /// Compute ahead to `until`, or the end of the run, or until so many queue events were handled. Whether that point is reached.
    pub fn advance(&mut self, until: Time, events_at_most: u64) -> bool {
        let until = until.min(self.config.until);
        let mut due = self.next_checkpoint();
        for _ in 0..events_at_most {
            let next = self.head.next_at().filter(|at| *at <= until);
            let action = self.actions.get(self.done).map(|logged| logged.at).filter(|at| *at <= until);
            let Some(at) = earlier(next, action) else {
                self.computed = self.computed.max(until);
                return true;
            };
            if at >= due {
                self.checkpoint(due);
                due = self.next_checkpoint();
            }
            happen(&mut self.head, &self.actions, &mut self.done, &mut self.recorder, at, action);
            self.computed = self.computed.max(at);
            self.handled += 1;
        }
        self.computed >= until
    }

    /// Compute the whole run.
    pub fn finish(&mut self) {
        self.advance(Time::MAX, u64::MAX);
    }

    /// Replace the action log. Everything from the moment at which the logs first differ is computed anew.
    pub fn set_actions(&mut self, actions: Vec<LoggedAction>) {
        let same = self.actions.iter().zip(&actions).take_while(|(old, new)| old == new).count();
        let changed = [self.actions.get(same), actions.get(same)].into_iter().flatten().map(|logged| logged.at).min();
        self.actions = actions;
        let Some(changed) = changed else { return };
        if changed > self.computed {
            return;
        }
        let keep = self.checkpoints.iter().rposition(|checkpoint| checkpoint.at <= changed).unwrap_or(0);
        self.checkpoints.truncate(keep + 1);
        let back = &self.checkpoints[keep];
        self.head = back.world.clone();
        self.done = back.done;
        self.recorder.rewind(back.at, back.live.clone(), back.lengths);
        self.computed = back.at;
        if self.cursor.as_ref().is_some_and(|cursor| cursor.at >= changed) {
            self.cursor = None;
        }
    }

    /// The state at a computed time; later times give the latest computed.
    pub fn snapshot(&mut self, at: Time) -> Snapshot {
        let at = at.min(self.computed);
        self.seek(at);
        let Some(cursor) = &self.cursor else { return Snapshot::default() };
        let endings = |population| self.recorder.endings(population, at.whole_seconds() as usize);
        let families = &cursor.recorder.live.families;
        cursor.world.picture(at, (&families.ledger, &families.answered), endings)
    }

    /// Every event from `from` up to `until`, recomputed.
    pub fn trace(&self, from: Time, until: Time) -> Vec<TraceEvent> {
        let mut events = Vec::new();
        self.watch(from, until, &mut |event, _| {
            events.push(*event);
            true
        });
        events
    }

    /// Show every event from `from` up to `until`, recomputed, to somebody who is also told whether it ends an operation that read something
    /// old, for as long as they want another.
    pub(crate) fn watch(&self, from: Time, until: Time, see: &mut dyn FnMut(&TraceEvent, bool) -> bool) {
        let Cursor { mut world, mut done, mut recorder, .. } = self.cursor_before(from);
        let until = until.min(self.computed);
        let mut goes_on = true;
        while goes_on {
            let next = world.next_at().filter(|at| *at <= until);
            let action = self.actions.get(done).map(|logged| logged.at).filter(|at| *at <= until);
            let Some(at) = earlier(next, action) else { break };
            let mut shown = Shown { recorder: &mut recorder, from, see, goes_on: true };
            happen(&mut world, &self.actions, &mut done, &mut shown, at, action);
            goes_on = shown.goes_on;
        }
    }

    /// One second, ready to be drawn, if it is computed.
    pub fn summary(&self, second: u32) -> Option<SecondSummary> {
        self.recorder.summary(second)
    }

    /// How many seconds are computed.
    pub fn seconds(&self) -> u32 {
        self.recorder.tapes.digests.len() as u32
    }

    /// Faults, decisions and the moments at which something was first seen against a verdict, in order of time.
    pub fn marks(&self) -> Vec<Mark> {
        self.recorder.marks(&self.names(), self.finished())
    }

    /// Acknowledged writes that no replica with power holds, as of what is computed, but for those that every replica had
    /// held: these are in [`Run::lost_ranges`].
    pub fn lost_writes(&self) -> Vec<LostWrite> {
        self.recorder.live.families.ledger.lost_writes()
    }

    /// Acknowledged writes that every replica had held and no replica with power holds any more, as of what is computed.
    pub fn lost_ranges(&self) -> Vec<LostRange> {
        self.recorder.live.families.ledger.lost_ranges()
    }

    /// Acknowledged writes that were thrown away for others, and that no replica with power has any more, as of what is computed.
    pub fn lost_updates(&self) -> Vec<LostUpdate> {
        self.recorder.live.families.ledger.all_lost_updates()
    }

    /// Writes that did not know each other and met, as of what is computed: each loser once.
    pub fn conflicts(&self) -> Vec<Conflict> {
        self.recorder.live.families.ledger.conflicts()
    }

    /// Outages and their ends.
    pub fn recoveries(&self) -> Vec<Recovery> {
        self.recorder.recoveries(&self.names())
    }

    /// Go on with judging what is computed until that is done or `stop` says so; whether it is done. What is asked of a run that is judged is
    /// answered at once; otherwise it is judged when it is asked, which takes seconds after hours of users. Whatever happens begins it anew.
    pub fn judge(&mut self, stop: impl FnMut() -> bool) -> bool {
        let names = Names { config: &self.config, actions: &self.actions };
        self.recorder.judge(&names, stop)
    }

    /// Judgements on what is computed.
    pub fn verdicts(&self) -> Vec<VerdictLine> {
        self.recorder.verdicts(&self.names())
    }

    /// The recorded history of a dataset, for this or any other checker.
    pub fn history(&self, dataset: u16) -> check::History {
        self.recorder.history(dataset)
    }

    /// The same as operations on values of its type, where it is no register.
    pub fn told(&self, dataset: u16) -> Told {
        self.recorder.told_of(dataset, &self.names())
    }

    /// What each replica of a dataset that has power holds at the latest computed instant: the write under each key that
    /// was ever written, by region. For a convergence check.
    pub fn contents(&self, dataset: u16) -> Vec<(u16, BTreeMap<u64, u64>)> {
        self.head.contents(dataset)
    }

    /// What the world still holds of what users wanted, at the latest computed instant.
    pub fn left_over(&self) -> LeftOver {
        LeftOver::of(&self.head)
    }

    /// A metric's number, in its unit; `None` if there was nothing to measure.
    pub fn measure(&self, query: &Query) -> Option<f64> {
        // A sum of nothing is minus zero; nobody counts that way.
        self.recorder.measure(query, &self.names()).map(|value| value + 0.0)
    }

    /// The events that are kept for the whole run, in order: faults, decisions, people's acts and whatever else stands on the timeline or
    /// explains it.
    pub fn notable_events(&self) -> &[TraceEvent] {
        &self.recorder.tapes.notable
    }

    /// An event on the tape of notable ones.
    pub(crate) fn notable(&self, event: u64) -> Option<TraceEvent> {
        let notable = &self.recorder.tapes.notable;
        notable.binary_search_by_key(&event, |event| event.id).ok().map(|place| notable[place])
    }

    pub(crate) fn names(&self) -> Names<'_> {
        Names { config: &self.config, actions: &self.actions }
    }

    /// Bring the cursor to an instant.
    fn seek(&mut self, at: Time) {
        let nearest = self.checkpoints.iter().rposition(|checkpoint| checkpoint.at <= at).unwrap_or(0);
        let nearest_at = self.checkpoints[nearest].at;
        let goes_on = self.cursor.as_ref().is_some_and(|cursor| cursor.at <= at && cursor.at >= nearest_at);
        let mut cursor = match self.cursor.take().filter(|_| goes_on) {
            Some(cursor) => cursor,
            None => self.cursor_before(at),
        };
        replay(&mut cursor, &self.actions, at);
        cursor.at = at;
        self.cursor = Some(cursor);
    }

    /// A cursor at the last checkpoint not after an instant.
    fn cursor_before(&self, at: Time) -> Cursor<P> {
        let nearest = self.checkpoints.iter().rposition(|checkpoint| checkpoint.at <= at).unwrap_or(0);
        let Checkpoint { at, world, done, live, .. } = &self.checkpoints[nearest];
        let facts: Facts = self.recorder.facts.clone();
        Cursor { at: *at, world: world.clone(), done: *done, recorder: Recorder::branch(facts, live.clone()) }
    }

    /// When the next checkpoint is due.
    fn next_checkpoint(&self) -> Time {
        self.checkpoints.last().map_or(Time::ZERO, |last| last.at) + self.distance
    }

    fn checkpoint(&mut self, at: Time) {
        self.checkpoints.push(Checkpoint {
            at,
            world: self.head.clone(),
            done: self.done,
            live: self.recorder.live.clone(),
            lengths: self.recorder.lengths(),
            weight: self.head.weight() + self.recorder.live.weight(),
            kept: self.head.kept(),
        });
        let weight: usize = self.checkpoints.iter().map(|checkpoint| checkpoint.weight).sum();
        let logs: usize = self.checkpoints.windows(2).map(|two| two[0].keeps_beside(&two[1])).sum();
        let heavy = weight + logs > CHECKPOINT_BYTES && self.checkpoints.len() > CHECKPOINTS_AT_LEAST;
        if heavy || self.checkpoints.len() > CHECKPOINTS + 1 {
            let mut kept = false;
            self.checkpoints.retain(|_| {
                kept = !kept;
                kept
            });
            self.distance = self.distance * 2;
        }
    }
}

/// The earlier of what is planned and what a person does.
fn earlier(next: Option<Time>, action: Option<Time>) -> Option<Time> {
    match (next, action) {
        (Some(next), Some(action)) => Some(next.min(action)),
        (next, action) => next.or(action),
    }
}

/// Let the next thing happen: a person's action comes before events of the same instant.
fn happen<P: Protocol>(
    world: &mut World<P>,
    actions: &[LoggedAction],
    done: &mut usize,
    observer: &mut impl Observer,
    at: Time,
    action: Option<Time>,
) {
    if action == Some(at) {
        world.act(at, *done as u32, &actions[*done].action);
        *done += 1;
    } else {
        world.step();
    }
    world.take_trace(|event| observer.on_event(event));
}

/// Go on to an instant, with everything that happens at it.
fn replay<P: Protocol>(cursor: &mut Cursor<P>, actions: &[LoggedAction], until: Time) {
    loop {
        let next = cursor.world.next_at().filter(|at| *at <= until);
        let action = actions.get(cursor.done).map(|logged| logged.at).filter(|at| *at <= until);
        let Some(at) = earlier(next, action) else { break };
        happen(&mut cursor.world, actions, &mut cursor.done, &mut cursor.recorder, at, action);
    }
    cursor.recorder.forget_tapes();
}
