//! The host of the replicas: it hands them what arrives, and does what they want done.

mod asking;
mod directory;
mod elected;
mod elements;
pub(crate) mod failures;
mod room;
pub mod said;
pub(crate) mod settings;
pub(crate) mod shards;
pub(crate) mod snapshot;
mod waiting;
mod words;

use crate::config::{BlankLeader, Config, DatasetConfig};
use crate::control::said::Bulletin;
use crate::cx::Cx;
use crate::kernel::{Kernel, Parcels};
use crate::network::said::Body;
use crate::place::Place;
use directory::Directory;
use engine::{Span, Stream, TimerId, TreeMap};
use protocol::{
    Command, Effect, Effects, Env, Epoch, Key, Leadership, NodeId, NodeView, Protocol, Role, Summary, Version,
};
use said::{Event, Fact, Held, Said, Standing};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use values::Kind;
use waiting::Waiting;

/// All data: the replicas, what they say to each other, and where each region's routers think that the leaders are.
#[derive(Clone, Debug)]
pub(crate) struct Data<P: Protocol> {
    /// By dataset: the settings of its protocol.
    protocols: Arc<[P::Config]>,
    datasets: Vec<Dataset<P>>,
    directory: Directory,
    messages: Parcels<P::Message>,
    /// In the order in which they came.
    waiting: Vec<Waiting>,
    /// Kept between calls of replicas so that nothing is allocated for them.
    effects: Effects<P::Message, P::Timer>,
}

/// A dataset: its replicas by region.
#[derive(Clone, Debug)]
struct Dataset<P: Protocol> {
    peers: Vec<NodeId>,
    replicas: Vec<Option<Replica<P>>>,
    /// Those that steps name.
    elements: Vec<u16>,
}

/// A replica's place: what runs there, or what its disk holds.
#[derive(Clone, Debug)]
struct Replica<P: Protocol> {
    running: Option<P>,
    disk: P::Durable,
    /// The disk was lost: what runs here knows nothing, and must not lead before it has something of another's log, or is granted
    /// another leadership where that is allowed.
    blank: bool,
    /// The disk was lost at some time.
    emptied: bool,
    /// The latest leadership it knew of whenever it lost its power.
    knew: Epoch,
    timers: Vec<(P::Timer, TimerId)>,
    waits: Stream,
    /// By key: its elements, one bit each, as they were stated last.
    elements: TreeMap<u64>,
}

impl<P: Protocol> Data<P> {
    /// Nothing runs yet.
    pub(crate) fn new(protocols: Arc<[P::Config]>, config: &Config) -> Data<P> {
        let dataset = |(index, set): (usize, &DatasetConfig)| {
            let place = |region: usize| {
                set.placement.contains(&region).then(|| Replica {
                    running: None,
                    disk: P::Durable::default(),
                    blank: false,
                    emptied: false,
                    knew: Epoch(0),
                    timers: Vec::new(),
                    waits: Stream::of(config.seed, "replica waits", &[&set.id, &config.regions[region].id]),
                    elements: TreeMap::new(),
                })
            };
            Dataset {
                peers: set.placement.iter().map(|region| NodeId(*region as u16)).collect(),
                replicas: (0..config.regions.len()).map(place).collect(),
                elements: config.elements(index as u16).into_iter().take(said::TOLD).collect(),
            }
        };
        Data {
            protocols,
            datasets: config.datasets.iter().enumerate().map(dataset).collect(),
            directory: Directory::new(config),
            messages: Parcels::default(),
            waiting: Vec::new(),
            effects: Effects::default(),
        }
    }

    /// Start every replica and tell it who leads, if anybody does. A run begins in the midst of things: where leaders need a lease, they have one.
    pub(crate) fn start(&mut self, cx: &mut Cx<'_>) {
        let config = cx.config;
        for (dataset, set) in (0..).zip(&config.datasets) {
            for region in &set.placement {
                self.power_replica(dataset, *region as u16, cx);
            }
        }
        for (dataset, set) in (0..).zip(&config.datasets) {
            let led = if set.leadership == Leadership::None { &[][..] } else { &set.placement };
            for region in led {
                self.align_replica(dataset, *region as u16, (set.leader as u16, Epoch(1)), cx);
            }
            if let Some(term) = set.lease {
                let leader = set.leader as u16;
                self.command(dataset, leader, Command::LeaseGranted { asked: cx.clock(leader), term }, cx);
            }
        }
    }

    pub(crate) fn on(&mut self, event: Event, cx: &mut Cx<'_>) {
        match event {
            Event::Timer { dataset, region, timer } => self.on_timer(dataset, region, timer, cx),
            Event::WaitsNoMore { call } => self.wait_no_more(call, cx),
        }
    }

    /// A region's routers hear how the regions are, and who leads where that is for the controller to say; they pass the order on to
    /// the replica.
    pub(crate) fn hear_route(
        &mut self,
        dataset: u16,
        region: u16,
        route: (u16, Epoch),
        known: Bulletin,
        cx: &mut Cx<'_>,
    ) {
        self.directory.hear(region, known);
        if !cx.config.is_granted(dataset) {
            return;
        }
        let Some(news) = self.directory.learn(region, dataset, route) else { return };
        if news {
            let (leader, epoch) = route;
            cx.state_cause(Fact::RouteLearned { dataset, region, leader: NodeId(leader), epoch });
        }
        self.align_replica(dataset, region, route, cx);
    }

    /// A region has heard who leads: its replica, if it has one, leads or follows. Who lost its disk must not lead again under an epoch
    /// in which it led, since an entry is known by its epoch and number.
    fn align_replica(&mut self, dataset: u16, region: u16, (leader, epoch): (u16, Epoch), cx: &mut Cx<'_>) {
        let may_be_blank = cx.config.datasets[usize::from(dataset)].blank_leader == BlankLeader::LeadsOn;
        let replica = &self.datasets[usize::from(dataset)].replicas[usize::from(region)];
        let led = |replica: &Replica<P>| replica.blank && !(may_be_blank && epoch > replica.knew);
        if leader != region {
            self.command(dataset, region, Command::Follow(NodeId(leader), epoch), cx);
        } else if !replica.as_ref().is_some_and(led) {
            self.command(dataset, region, Command::Lead(epoch), cx);
        }
    }

    /// The control plane orders something of a replica.
    pub(crate) fn command(&mut self, dataset: u16, region: u16, command: Command, cx: &mut Cx<'_>) {
        self.with_replica(dataset, region, cx, |replica, env, effects| replica.on_command(env, command, effects));
    }

    /// A message of another replica has arrived; the last copy, if the network made two of it.
    pub(crate) fn on_message(
        &mut self,
        dataset: u16,
        ends: (u16, u16),
        message: engine::Key,
        last: bool,
        cx: &mut Cx<'_>,
    ) {
        let (from, region) = ends;
        let Some(message) = self.messages.take(message, last) else { return };
        self.with_replica(dataset, region, cx, |replica, env, effects| {
            replica.on_message(env, NodeId(from), message, effects);
        });
    }

    /// A message is lost.
    pub(crate) fn on_lost(&mut self, message: engine::Key, last: bool) {
        self.messages.lose(message, last);
    }

    fn on_timer(&mut self, dataset: u16, region: u16, id: TimerId, cx: &mut Cx<'_>) {
        if !cx.fire(id) {
            return;
        }
        let Some(replica) = &mut self.datasets[usize::from(dataset)].replicas[usize::from(region)] else { return };
        let Some(place) = replica.timers.iter().position(|(_, armed)| *armed == id) else { return };
        let (timer, _) = replica.timers.remove(place);
        self.with_replica(dataset, region, cx, |replica, env, effects| replica.on_timer(env, timer, effects));
    }

    /// A region has power again: its replicas start with what their disks hold.
    pub(crate) fn power_back(&mut self, region: u16, cx: &mut Cx<'_>) {
        for dataset in 0..self.datasets.len() as u16 {
            self.power_replica(dataset, region, cx);
        }
    }

    fn power_replica(&mut self, dataset: u16, region: u16, cx: &mut Cx<'_>) {
        let mut effects = std::mem::take(&mut self.effects);
        let set = &mut self.datasets[usize::from(dataset)];
        if let Some(replica) = &mut set.replicas[usize::from(region)] {
            let env = Env {
                node: NodeId(region),
                peers: &set.peers,
                clock: cx.clock(region),
                steady: cx.now(),
                ticks: cx.ticks(region),
            };
            let disk = std::mem::take(&mut replica.disk);
            replica.running = Some(P::start(&self.protocols[usize::from(dataset)], &env, disk, &mut effects));
        }
        self.carry_out(dataset, region, effects, cx);
    }

    /// A region has lost its power: of its replicas only the disks remain, unless they are lost too.
    pub(crate) fn power_lost(&mut self, region: u16, disks_lost: bool, cx: &mut Cx<'_>) {
        for set in &mut self.datasets {
            let Some(replica) = &mut set.replicas[usize::from(region)] else { continue };
            for (_, timer) in replica.timers.drain(..) {
                cx.cancel(timer);
            }
            if let Some(running) = replica.running.take() {
                replica.knew = replica.knew.max(running.summary().epoch);
                replica.disk = running.into_durable();
            }
            if disks_lost {
                replica.disk = P::Durable::default();
                (replica.blank, replica.emptied, replica.elements) = (true, true, TreeMap::new());
            }
        }
        self.directory.power_lost(region);
        self.forget_waiting(region);
    }

    /// A second is over: how far behind the leaders' streams are, and who leads without its region having been told so yet.
    pub(crate) fn second(&self, cx: &mut Cx<'_>) {
        for dataset in 0..self.datasets.len() as u16 {
            self.state_sums(dataset, cx);
            let peers = self.datasets[usize::from(dataset)].peers.iter().map(|peer| peer.0);
            let sends = |role| matches!(role, Role::Leader | Role::Peer);
            let leads = |region: &u16| self.summary(dataset, *region).is_some_and(|summary| sends(summary.role));
            for from in peers.filter(leads) {
                self.say_if_unknown(dataset, from, cx);
                let Some(view) = self.view(dataset, from, cx) else { continue };
                if view.tombstones > 0 {
                    cx.state(Fact::TombstoneGauge { dataset, region: from, tombstones: view.tombstones });
                }
                for stream in view.streams {
                    let (to, entries, bytes) = (stream.to.0, stream.lag_entries, stream.lag_bytes);
                    cx.state(Fact::StreamGauge { dataset, from, to, entries, bytes, lag: stream.lag });
                }
            }
        }
    }

    /// State what the values of each replica with power come to, where keys hold more than what was written last.
    fn state_sums(&self, dataset: u16, cx: &mut Cx<'_>) {
        let set = &cx.config.datasets[usize::from(dataset)];
        for region in set.holders().filter(|_| set.kind != Kind::Register) {
            if let Some(running) = self.running(dataset, region) {
                cx.state(Fact::SumGauge { dataset, region, sum: running.sum() });
            }
        }
    }

    /// Say that a replica leads, as long as its region's routers were not told: whoever is to tell them may not know.
    fn say_if_unknown(&self, dataset: u16, region: u16, cx: &mut Cx<'_>) {
        let Some(Summary { role: Role::Leader, epoch, .. }) = self.summary(dataset, region) else { return };
        if cx.config.is_granted(dataset) && epoch > self.directory.leader(region, dataset).1 {
            cx.say(Said::Leads { dataset, region, epoch });
        }
    }

    fn holds(&self, dataset: u16, region: u16) -> bool {
        self.datasets[usize::from(dataset)].replicas[usize::from(region)].is_some()
    }

    fn running(&self, dataset: u16, region: u16) -> Option<&P> {
        self.datasets[usize::from(dataset)].replicas[usize::from(region)].as_ref()?.running.as_ref()
    }

    /// Whether a replica lost its disk and has nothing of another's log yet.
    fn blank(&self, dataset: u16, region: u16) -> bool {
        let replica = &self.datasets[usize::from(dataset)].replicas[usize::from(region)];
        replica.as_ref().is_some_and(|replica| replica.blank)
    }

    fn summary(&self, dataset: u16, region: u16) -> Option<Summary> {
        Some(self.running(dataset, region)?.summary())
    }

    fn standing(&self, dataset: u16, region: u16) -> Option<Standing> {
        let Summary { role, epoch, last, .. } = self.summary(dataset, region)?;
        Some(Standing { dataset, leads: role == Role::Leader, blank: self.blank(dataset, region), epoch, last })
    }

    /// How the replicas of a region with power stand.
    pub(crate) fn standings(&self, region: u16) -> Vec<Standing> {
        (0..self.datasets.len() as u16).filter_map(|dataset| self.standing(dataset, region)).collect()
    }

    /// Who leads each dataset by the latest that a region's routers or its replica have heard.
    pub(crate) fn known_leaders(&self, region: u16) -> Vec<(u16, Epoch)> {
        (0..self.datasets.len() as u16).map(|dataset| self.known_leader(dataset, region)).collect()
    }

    /// Who leads a dataset by the latest that a region's routers or its replica have heard.
    pub(crate) fn known_leader(&self, dataset: u16, region: u16) -> (u16, Epoch) {
        let route = self.directory.leader(region, dataset);
        let Some(Summary { role, epoch, follows, .. }) = self.summary(dataset, region) else { return route };
        let leader = if role == Role::Leader { Some(region) } else { follows.map(|leader| leader.0) };
        leader.map(|leader| (leader, epoch)).filter(|known| known.1 > route.1).unwrap_or(route)
    }

    /// What a region holds, and what its routers know of it.
    pub(crate) fn held(&self, region: u16, of: Option<&Range<u16>>) -> (Vec<Held>, Bulletin) {
        let held = |dataset: u16| Held {
            dataset,
            standing: self.standing(dataset, region),
            leader: self.directory.leader(region, dataset).0,
        };
        let meant = |dataset: &u16| of.is_none_or(|of| of.contains(dataset)) && self.holds(*dataset, region);
        let sets = (0..self.datasets.len() as u16).filter(meant);
        (sets.map(held).collect(), self.directory.told(region))
    }

    /// How many of a dataset's followers hold whatever was acknowledged, at least.
    pub(crate) fn holders(&self) -> Vec<usize> {
        let sets = self.datasets.iter().zip(self.protocols.iter());
        sets.map(|(set, protocol)| P::holders(protocol, set.peers.len().saturating_sub(1))).collect()
    }

    fn view(&self, dataset: u16, region: u16, kernel: &Kernel) -> Option<NodeView> {
        let running = self.running(dataset, region)?;
        let peers = &self.datasets[usize::from(dataset)].peers;
        let env = Env {
            node: NodeId(region),
            peers,
            clock: kernel.clock(region),
            steady: kernel.now(),
            ticks: kernel.ticks(region),
        };
        let view = running.view(&env);
        let follows = view.leader.filter(|leader| *leader != env.node);
        debug_assert_eq!(
            running.summary(),
            Summary { role: view.role, epoch: view.epoch, follows, last: view.last },
            "a replica says one thing in brief and another in full"
        );
        Some(view)
    }

    /// By region with power: the write under each key that holds one.
    pub(crate) fn contents(&self, dataset: u16, config: &Config) -> Vec<(u16, BTreeMap<u64, u64>)> {
        let keys = config.datasets[usize::from(dataset)].keys;
        let held = |replica: &P| {
            let held = (0..keys).map(|key| (key, replica.stored(Key(key)))).filter(|(_, stored)| !stored.deleted);
            held.filter_map(|(key, stored)| Some((u64::from(key), stored.write?.0))).collect()
        };
        let holders = config.datasets[usize::from(dataset)].holders();
        holders.filter_map(|region| Some((region, held(self.running(dataset, region)?)))).collect()
    }

    fn with_replica(
        &mut self,
        dataset: u16,
        region: u16,
        cx: &mut Cx<'_>,
        call: impl FnOnce(&mut P, &Env, &mut Effects<P::Message, P::Timer>),
    ) {
        let mut effects = std::mem::take(&mut self.effects);
        let set = &mut self.datasets[usize::from(dataset)];
        let running = set.replicas[usize::from(region)].as_mut().and_then(|replica| replica.running.as_mut());
        if let Some(running) = running {
            let env = Env {
                node: NodeId(region),
                peers: &set.peers,
                clock: cx.clock(region),
                steady: cx.now(),
                ticks: cx.ticks(region),
            };
            call(running, &env, &mut effects);
        }
        self.carry_out(dataset, region, effects, cx);
        if !self.waiting.is_empty() {
            self.serve_waiting(dataset, region, cx);
        }
    }

    /// Do what a replica wants done, in its order.
    fn carry_out(&mut self, dataset: u16, region: u16, mut effects: Effects<P::Message, P::Timer>, cx: &mut Cx<'_>) {
        for effect in effects.drain() {
            self.carry_out_one(dataset, region, effect, cx);
        }
        self.effects = effects;
    }

    fn carry_out_one(&mut self, dataset: u16, region: u16, effect: Effect<P::Message, P::Timer>, cx: &mut Cx<'_>) {
        let Some(replica) = &mut self.datasets[usize::from(dataset)].replicas[usize::from(region)] else { return };
        match effect {
            Effect::Send { to, message } => {
                let parcel = P::parcel(&message);
                let subject = parcel.write.map(|write| write.0);
                let message = self.messages.put(message);
                let body = Body::Message { dataset, message };
                cx.send(Place::region(region), Place::region(to.0), parcel, subject, body);
            }
            Effect::Reply { request, response, seen } => {
                let call = engine::Key::from_bits(request.0);
                cx.say(Said::Replied { region, call, response, seen });
            }
            Effect::SetTimer { timer, after } => {
                let wait = if after.start() == after.end() { *after.start() } else { replica.waits.span_in(after) };
                self.wake(dataset, region, timer, wait, cx);
            }
            Effect::DiskTimer { timer, takes } => {
                let slowness = cx.conditions().regions[usize::from(region)].disk_slowness;
                let wait = takes.span(&mut replica.waits).scale(slowness);
                self.wake(dataset, region, timer, wait, cx);
            }
            Effect::CancelTimer(timer) => replica.cancel(timer, cx),
            Effect::AskLease(asked) => {
                let epoch = replica.running.as_ref().map_or(Epoch(0), |running| running.summary().epoch);
                cx.say(Said::WantsLease { dataset, region, epoch, asked });
            }
            Effect::Note(fact) => {
                replica.hear(fact);
                cx.state(Fact::Replica { dataset, region, fact });
                self.state_elements(dataset, region, &fact, cx);
                if matches!(fact, protocol::Fact::Leads(_)) {
                    self.say_if_unknown(dataset, region, cx);
                }
            }
        }
    }

    /// Wake a replica later, by its own clock's rate.
    fn wake(&mut self, dataset: u16, region: u16, timer: P::Timer, after: Span, cx: &mut Cx<'_>) {
        let Some(replica) = &mut self.datasets[usize::from(dataset)].replicas[usize::from(region)] else { return };
        replica.cancel(timer, cx);
        let id = cx.arm();
        replica.timers.push((timer, id));
        let wait = cx.real(region, after);
        cx.plan(wait, Event::Timer { dataset, region, timer: id });
    }
}

impl<P: Protocol> Replica<P> {
    /// It states a fact: whether it has anything may follow from that.
    fn hear(&mut self, fact: protocol::Fact) {
        match fact {
            protocol::Fact::Appended { .. } | protocol::Fact::Restored { .. } => self.blank = false,
            protocol::Fact::Leads(_) | protocol::Fact::Stored { .. } => self.blank = false,
            // Whatever it was given since was not on its disk yet.
            protocol::Fact::Recovered { upto: Version::NONE } => self.blank |= self.emptied,
            _ => {}
        }
    }

    fn cancel(&mut self, timer: P::Timer, kernel: &mut Kernel) {
        self.timers.retain(|(set, id)| {
            let same = *set == timer;
            if same {
                kernel.cancel(*id);
            }
            !same
        });
    }
}

#[cfg(test)]
mod tests;
