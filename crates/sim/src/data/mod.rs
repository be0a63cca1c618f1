//! The host of the replicas: it hands them what arrives, and does what they want done.

pub mod said;

use crate::network::Body;
use crate::trace::{Place, What, data};
use crate::world::{Event, Said, World};
use engine::{Stream, TimerId};
use protocol::{
    Channel, Command, Effect, Effects, Env, Epoch, Fact, Key, NodeId, NodeView, Parcel, Protocol, Request, Role,
    Summary,
};
use std::collections::BTreeMap;

/// A dataset: its replicas by region.
#[derive(Clone, Debug)]
pub(crate) struct Dataset<P: Protocol> {
    pub(crate) peers: Vec<NodeId>,
    pub(crate) replicas: Vec<Option<Replica<P>>>,
}

/// A replica's place: what runs there, or what its disk holds.
#[derive(Clone, Debug)]
pub(crate) struct Replica<P: Protocol> {
    pub(crate) running: Option<P>,
    disk: P::Durable,
    /// The disk was lost: what runs here knows nothing, and must not lead before it has something of another's log.
    blank: bool,
    timers: Vec<(P::Timer, TimerId)>,
    waits: Stream,
}

impl<P: Protocol> World<P> {
    /// Start every replica and tell it who leads.
    pub(crate) fn start_replicas(&mut self) {
        let config = self.config.clone();
        for (dataset, set) in config.datasets.iter().enumerate() {
            let peers = set.placement.iter().map(|region| NodeId(*region as u16)).collect();
            let place = |region: usize| {
                set.placement.contains(&region).then(|| Replica {
                    running: None,
                    disk: P::Durable::default(),
                    blank: false,
                    timers: Vec::new(),
                    waits: Stream::of(config.seed, "replica waits", &[&set.id, &config.regions[region].id]),
                })
            };
            let replicas = (0..config.regions.len()).map(place).collect();
            self.datasets.push(Dataset { peers, replicas });
            for region in &set.placement {
                self.power_replica(dataset as u16, *region as u16);
            }
        }
        for (dataset, set) in config.datasets.iter().enumerate() {
            for region in &set.placement {
                self.on_route(dataset as u16, *region as u16, set.leader as u16, Epoch(1));
            }
        }
    }

    /// Start a replica with what its disk holds.
    pub(crate) fn power_replica(&mut self, dataset: u16, region: u16) {
        let clock = self.clock(region);
        let mut effects = std::mem::take(&mut self.effects);
        let set = &mut self.datasets[usize::from(dataset)];
        if let Some(replica) = &mut set.replicas[usize::from(region)] {
            let env = Env { node: NodeId(region), peers: &set.peers, clock };
            let disk = std::mem::take(&mut replica.disk);
            let protocol = &self.protocols[usize::from(dataset)];
            replica.running = Some(P::start(protocol, &env, disk, &mut effects));
        }
        self.carry_out(dataset, region, effects);
    }

    /// Power is lost: only the disk remains, unless it is lost too.
    pub(crate) fn crash_replica(&mut self, dataset: u16, region: u16, disk_lost: bool) {
        if let Some(replica) = &mut self.datasets[usize::from(dataset)].replicas[usize::from(region)] {
            for (_, timer) in replica.timers.drain(..) {
                self.timers.cancel(timer);
            }
            if let Some(running) = replica.running.take() {
                replica.disk = running.into_durable();
            }
            if disk_lost {
                replica.disk = P::Durable::default();
                replica.blank = true;
            }
        }
    }

    pub(crate) fn holds(&self, dataset: u16, region: u16) -> bool {
        self.datasets[usize::from(dataset)].replicas[usize::from(region)].is_some()
    }

    /// The region with a replica of this dataset that is nearest to this one, of those that it was not told are unhealthy.
    pub(crate) fn nearest_holder(&self, dataset: u16, region: u16) -> u16 {
        let links = &self.config.links[usize::from(region)];
        let peers = self.datasets[usize::from(dataset)].peers.iter().map(|peer| peer.0);
        let near = |peer: &u16| (self.control.told_unhealthy(region, *peer), links[usize::from(*peer)].one_way);
        peers.min_by_key(near).unwrap_or(region)
    }

    /// A region has heard who leads: its replica leads or follows.
    pub(crate) fn align_replica(&mut self, dataset: u16, region: u16, leader: u16, epoch: Epoch) {
        if leader != region {
            self.command_replica(dataset, region, Command::Follow(NodeId(leader), epoch));
        } else if !self.blank(dataset, region) {
            self.command_replica(dataset, region, Command::Lead(epoch));
        }
    }

    pub(crate) fn ask_replica(&mut self, dataset: u16, region: u16, request: Request) {
        self.with_replica(dataset, region, |replica, env, effects| replica.on_request(env, request, effects));
    }

    pub(crate) fn command_replica(&mut self, dataset: u16, region: u16, command: Command) {
        self.with_replica(dataset, region, |replica, env, effects| replica.on_command(env, command, effects));
    }

    pub(crate) fn on_replica_message(&mut self, dataset: u16, from: u16, region: u16, message: P::Message) {
        self.with_replica(dataset, region, |replica, env, effects| {
            replica.on_message(env, NodeId(from), message, effects);
        });
    }

    pub(crate) fn on_replica_timer(&mut self, dataset: u16, region: u16, timer: P::Timer, id: TimerId) {
        if !self.timers.fire(id) {
            return;
        }
        if let Some(replica) = &mut self.datasets[usize::from(dataset)].replicas[usize::from(region)] {
            replica.timers.retain(|(_, armed)| *armed != id);
        }
        self.with_replica(dataset, region, |replica, env, effects| replica.on_timer(env, timer, effects));
    }

    /// Whether a replica lost its disk and has nothing of another's log yet.
    pub(crate) fn blank(&self, dataset: u16, region: u16) -> bool {
        let replica = &self.datasets[usize::from(dataset)].replicas[usize::from(region)];
        replica.as_ref().is_some_and(|replica| replica.blank)
    }

    /// How a replica stands, if it has power.
    pub(crate) fn summary_of(&self, dataset: u16, region: u16) -> Option<Summary> {
        let replica = self.datasets[usize::from(dataset)].replicas[usize::from(region)].as_ref()?;
        Some(replica.running.as_ref()?.summary())
    }

    /// What a replica shows of itself, if it has power.
    pub(crate) fn view_of(&self, dataset: u16, region: u16) -> Option<NodeView> {
        let set = &self.datasets[usize::from(dataset)];
        let running = set.replicas[usize::from(region)].as_ref()?.running.as_ref()?;
        let env = Env { node: NodeId(region), peers: &set.peers, clock: self.clock(region) };
        let view = running.view(&env);
        debug_assert_eq!(
            running.summary(),
            Summary {
                role: view.role,
                epoch: view.epoch,
                follows: view.leader.filter(|leader| *leader != env.node),
                last: view.last
            },
            "a replica says one thing in brief and another in full"
        );
        Some(view)
    }

    /// By region with power: the write under each key that was ever written.
    pub(crate) fn contents(&self, dataset: u16) -> Vec<(u16, BTreeMap<u64, u64>)> {
        let set = &self.datasets[usize::from(dataset)];
        let keys = self.config.datasets[usize::from(dataset)].keys;
        let held = |replica: &P| {
            let stored = |key| Some((u64::from(key), replica.stored(Key(key)).write?.0));
            (0..keys).filter_map(stored).collect()
        };
        let running = |region: u16| set.replicas[usize::from(region)].as_ref()?.running.as_ref();
        set.peers.iter().filter_map(|peer| Some((peer.0, held(running(peer.0)?)))).collect()
    }

    /// The regions that lead a dataset right now; more than one is a split brain.
    pub(crate) fn leaders_of(&self, dataset: u16) -> impl Iterator<Item = (u16, NodeView)> + '_ {
        let peers = self.datasets[usize::from(dataset)].peers.iter().map(|peer| peer.0);
        let leads =
            move |region: &u16| self.summary_of(dataset, *region).is_some_and(|summary| summary.role == Role::Leader);
        peers.filter(leads).filter_map(move |region| Some((region, self.view_of(dataset, region)?)))
    }

    fn with_replica(&mut self, dataset: u16, region: u16, call: impl FnOnce(&mut P, &Env, &mut Effects<P>)) {
        let clock = self.clock(region);
        let mut effects = std::mem::take(&mut self.effects);
        let set = &mut self.datasets[usize::from(dataset)];
        let running = set.replicas[usize::from(region)].as_mut().and_then(|replica| replica.running.as_mut());
        if let Some(running) = running {
            let env = Env { node: NodeId(region), peers: &set.peers, clock };
            call(running, &env, &mut effects);
        }
        self.carry_out(dataset, region, effects);
    }

    /// Do what a replica wants done, in its order.
    fn carry_out(&mut self, dataset: u16, region: u16, mut effects: Effects<P>) {
        for effect in effects.drain() {
            match effect {
                Effect::Send { to, message } => {
                    let parcel = P::parcel(&message);
                    let subject = parcel.write.map(|write| write.0);
                    let body = Body::Replica { dataset, message };
                    self.send(Place::Region(region), Place::Region(to.0), parcel, subject, body);
                }
                Effect::Reply { request, response } => {
                    let call = engine::Key::from_bits(request.0);
                    self.say(Said::Data(data::Said::Replied { region, call, response }));
                }
                Effect::SetTimer { timer, after } => {
                    self.cancel_replica_timer(dataset, region, timer);
                    let id = self.timers.arm();
                    let mut wait = *after.start();
                    if let Some(replica) = &mut self.datasets[usize::from(dataset)].replicas[usize::from(region)] {
                        if after.start() != after.end() {
                            wait = replica.waits.span_in(after);
                        }
                        replica.timers.push((timer, id));
                    }
                    let wait = self.clocks[usize::from(region)].real(wait);
                    self.plan(wait, Event::Replica { dataset, region, timer, id });
                }
                Effect::CancelTimer(timer) => self.cancel_replica_timer(dataset, region, timer),
                Effect::AskLease(asked) => {
                    self.say(Said::Data(data::Said::WantsLease { dataset, region, asked }));
                }
                Effect::Note(fact) => {
                    if matches!(fact, Fact::Appended { .. } | Fact::Restored { .. })
                        && let Some(replica) = &mut self.datasets[usize::from(dataset)].replicas[usize::from(region)]
                    {
                        replica.blank = false;
                    }
                    self.emit(What::Data(data::Fact::Replica { dataset, region, fact }));
                }
            }
        }
        self.effects = effects;
    }

    fn cancel_replica_timer(&mut self, dataset: u16, region: u16, timer: P::Timer) {
        if let Some(replica) = &mut self.datasets[usize::from(dataset)].replicas[usize::from(region)] {
            let timers = &mut self.timers;
            replica.timers.retain(|(set, id)| {
                let same = *set == timer;
                if same {
                    timers.cancel(*id);
                }
                !same
            });
        }
    }
}

/// What the control plane's own packets weigh.
pub(crate) fn control_parcel() -> Parcel {
    Parcel { bytes: 200, channel: Channel::Control, write: None }
}
