//! The world: all state of a run at one instant, and the loop that takes it from event to event.
//!
//! The state is one plain value. A clone is a checkpoint. It is made of parts, each of which owns what it knows: nobody else
//! names its fields. A part hears of its own events and of what others have said, and answers through a [`Cx`]: it plans an
//! event, states a fact, sends a packet, or says something, addressed to nobody. This file is the switchboard, the only one
//! that names two parts; to read its `hear_…` is to read the way of a request.
//!
//! The order of an instant is a contract: own work first, then what is said, first said first heard, owed to the cause it was
//! said under, and all of it before the next event. Where a part needs another's answer at once, the question is an argument:
//! it is fetched here and handed in.

use crate::action::Action;
use crate::config::Config;
use crate::control::Control;
use crate::control::said::Account;
use crate::cx::Cx;
use crate::data::Data;
use crate::faults::Faults;
use crate::kernel::{Event, Kernel, Said};
use crate::network::Network;
use crate::network::said::{Arrived, Body, Lost};
use crate::path::Path;
use crate::services::Services;
use crate::trace::{TraceEvent, What, control, data, faults, network, services, users};
use crate::users::Users;
use engine::{Span, Time};
use protocol::Protocol;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// All state of a run at one instant. See the module's documentation.
#[derive(Clone, Debug)]
pub struct World<P: Protocol> {
    pub(crate) config: Arc<Config>,
    pub(crate) kernel: Kernel,
    pub(crate) network: Network,
    pub(crate) users: Users,
    path: Path,
    pub(crate) services: Services,
    pub(crate) data: Data<P>,
    pub(crate) control: Control,
    pub(crate) faults: Faults,
}

impl<P: Protocol> World<P> {
    /// The world at the start of a run; `protocols` are the settings of each dataset's protocol.
    ///
    /// # Panics
    /// If there are not as many of them as datasets.
    pub fn new(config: Arc<Config>, protocols: Arc<[P::Config]>) -> World<P> {
        assert_eq!(config.datasets.len(), protocols.len(), "each dataset has a protocol");
        let data = Data::new(protocols, &config);
        let mut world = World {
            kernel: Kernel::new(config.regions.len()),
            network: Network::new(&config),
            users: Users::new(&config),
            path: Path::new(&config),
            services: Services::new(&config),
            control: Control::new(&config, data.holders()),
            data,
            faults: Faults::default(),
            config,
        };
        let World { config, kernel, network, users, data, control, faults, .. } = &mut world;
        let cx = &mut Cx::new(config, kernel, network);
        data.start(cx);
        control.start(cx);
        users.start(cx);
        faults.start(cx);
        for (planned, act) in (0..).zip(&cx.config.acts) {
            cx.plan_at(act.at, Event::Act(planned));
        }
        cx.plan_at(Time::from_secs(1), Event::Second);
        world.settle();
        world
    }

    /// The instant this state belongs to.
    pub fn now(&self) -> Time {
        self.kernel.now()
    }

    /// When the next thing happens.
    pub fn next_at(&mut self) -> Option<Time> {
        self.kernel.next_at()
    }

    /// Let the next thing happen. What follows from it at once is in [`World::take_trace`].
    pub fn step(&mut self) {
        let Some(event) = self.kernel.next_event() else { return };
        let World { config, kernel, network, users, services, data, control, faults, .. } = self;
        let cx = &mut Cx::new(config, kernel, network);
        match event {
            Event::Users(event) => users.on(event, cx),
            // What arrives is heard first, and so need not be said.
            Event::Network(network::Event::Due { packet, moves }) => {
                if let Some(arrived) = cx.arrive(packet, moves) {
                    self.hear_arrival(arrived);
                }
            }
            Event::Services(event) => services.on(event, cx),
            Event::Data(event) => data.on(event, cx),
            Event::Control(event) => control.on(event, cx),
            Event::Faults(event) => faults.on(event, cx),
            Event::Act(act) => {
                let config = self.config.clone();
                return self.carry_out(What::Done { act }, &config.acts[usize::from(act)].action);
            }
            Event::Second => {
                let next = cx.now() + Span::from_secs(1);
                cx.plan_because(0, next, Event::Second);
                services.second(cx);
                data.second(cx);
                cx.gauge_links();
                cx.state(What::SecondOver);
                network.end_second();
            }
        }
        self.settle();
    }

    /// Do what a person did, at this instant, which lies between the last and the next event.
    pub fn act(&mut self, at: Time, index: u32, action: &Action) {
        self.kernel.go_to(at);
        self.carry_out(What::Acted { index }, action);
    }

    fn carry_out(&mut self, done: What, action: &Action) {
        self.kernel.state_cause(done);
        let World { config, kernel, network, data, control, faults, .. } = self;
        let cx = &mut Cx::new(config, kernel, network);
        match action {
            Action::Start(kind) => faults.start_by_hand(kind.clone(), cx),
            Action::RestoreRegion(region) => faults.restore(*region, cx),
            Action::HealLink(a, b) => faults.heal(*a, *b, cx),
            Action::EndFault(name) => faults.end_named(name, cx),
            Action::HealAll => faults.end_all(cx),
            Action::Promote(region, of) => {
                let (held, told) = data.held(*region, of.as_ref());
                control.promote_by_hand(*region, &held, told, cx);
            }
            Action::HandOver(region, of) => {
                data.wish_for(*region, of.as_ref(), cx);
                control.hand_over_by_order(*region, of.as_ref(), cx);
            }
            Action::DropPacket(packet) => cx.meddle(packet, None),
            Action::DelayPacket(packet, span) => cx.meddle(packet, Some(*span)),
        }
        self.settle();
    }

    /// Let all that was said be heard.
    fn settle(&mut self) {
        while let Some(said) = self.kernel.next_said() {
            match said {
                Said::Users(said) => self.hear_users(said),
                Said::Network(network::Said::Lost) => self.hear_loss(),
                Said::Services(said) => self.hear_services(said),
                Said::Data(said) => self.hear_data(said),
                Said::Control(said) => self.hear_control(said),
                Said::Faults(said) => self.hear_faults(said),
            }
        }
    }

    fn hear_users(&mut self, said: users::Said) {
        let World { config, kernel, network, users, path, .. } = self;
        let cx = &mut Cx::new(config, kernel, network);
        match said {
            // A client has something to send: the name service says where.
            users::Said::Ready(ready) => {
                let region = path.region_for(&ready, cx);
                users.send(ready.client, region, cx);
            }
            users::Said::ServedAfterAll { population, process, region } => {
                path.remember(population, process, region, cx);
            }
        }
    }

    fn hear_arrival(&mut self, arrived: Arrived) {
        let Arrived { from, to, body, doubled, last } = arrived;
        let World { config, kernel, network, users, services, data, control, .. } = self;
        let cx = &mut Cx::new(config, kernel, network);
        match (body, from.as_region(), to.as_region()) {
            // A call is at a region's door.
            (Body::Call(call), _, Some(region)) => services.on_call(region, call, doubled, cx),
            // Replicas talk.
            (Body::Message { dataset, message }, Some(from), Some(to)) => {
                data.on_message(dataset, (from, to), message, last, cx);
            }
            // A client has its answer, or a region that passed the call on.
            (Body::Answer(answer), _, None) => users.on_answer(answer, cx),
            (Body::Answer(answer), _, Some(region)) => services.pass_answer_on(region, answer, cx),
            (Body::Notice(notice), _, Some(region)) => control.on_notice(region, notice, last, cx),
            _ => debug_assert!(false, "a packet arrives where somebody knows what to do with it"),
        }
    }

    /// Who waits for what is lost does not know. That it is owed to this, the trace does.
    fn hear_loss(&mut self) {
        let Some(Lost { to, body, event, fault, last }) = self.network.next_lost() else { return };
        match body {
            Body::Call(call) => self.users.on_attempt_lost(call.client, call.number, call.attempt, event),
            Body::Answer(answer) => self.users.on_attempt_lost(answer.client, answer.number, answer.attempt, event),
            Body::Message { message, .. } => self.data.on_lost(message, last),
            Body::Notice(notice) => self.control.on_lost(notice, to, (event, fault), last),
        }
    }

    fn hear_services(&mut self, said: services::Said) {
        let World { config, kernel, network, users, data, .. } = self;
        let cx = &mut Cx::new(config, kernel, network);
        match said {
            // A worker is done and the call needs data: here, or where this region was told that they are.
            services::Said::NeedsData(ask) => data.ask(ask, cx),
            services::Said::Forgotten { client, number, attempt, event } => {
                users.on_attempt_lost(client, number, attempt, event);
            }
            // A leader that is elected is known by its answers.
            services::Said::LedBy { region, dataset, leader, epoch } => {
                data.hear_from(dataset, region, (leader, epoch), cx);
            }
            services::Said::Unled { region, dataset, by } => data.ask_another(dataset, region, by, cx.config),
        }
    }

    fn hear_data(&mut self, said: data::Said) {
        let World { config, kernel, network, services, control, .. } = self;
        let cx = &mut Cx::new(config, kernel, network);
        match said {
            // The replica has answered, or the call is for another region's.
            data::Said::Replied { region, call, response, seen } => {
                services.on_reply(region, call, (response, seen), cx)
            }
            data::Said::Elsewhere { region, call, to } => services.send_elsewhere(region, call, to, cx),
            // The controller hears of a hand-over from whom it led to lead.
            data::Said::Leads { dataset, region, epoch } => control.announce(dataset, region, epoch, cx),
            data::Said::WantsLease { dataset, region, epoch, asked } => {
                control.ask_lease(dataset, region, epoch, asked, cx);
            }
        }
    }

    fn hear_control(&mut self, said: control::Said) {
        let World { config, kernel, network, path, services, data, control, .. } = self;
        let cx = &mut Cx::new(config, kernel, network);
        let account = |region| Account {
            vitals: services.vitals(region),
            standings: data.standings(region),
            leaders: data.known_leaders(region),
        };
        match said {
            control::Said::AskedAfter { region, vantage, round } => {
                control.present(region, vantage, round, account(region), cx);
            }
            control::Said::Reports { vantage, region } => control.report(vantage, account(region), cx),
            control::Said::Told { dataset, region, route, known } => {
                control.contradict(dataset, region, route.1, data.known_leader(dataset, region), cx);
                data.hear_route(dataset, region, route, known, cx);
            }
            control::Said::Order { dataset, region, command } => data.command(dataset, region, command, cx),
            // The name service goes by what the controller thinks.
            control::Said::Judged { region, health } => path.hear_health(region, health),
            control::Said::Share { region, percent } => path.hear_share(region, percent),
            control::Said::Leads { dataset, leader } => path.hear_leader(dataset, leader),
        }
    }

    fn hear_faults(&mut self, said: faults::Said) {
        let World { config, kernel, network, services, data, control, .. } = self;
        let cx = &mut Cx::new(config, kernel, network);
        match said {
            faults::Said::PowerLost { region, disks_lost, down } => {
                services.power_lost(region, down, cx);
                cx.lose_unsent(region);
                control.power_lost(region, cx);
                data.power_lost(region, disks_lost, cx);
            }
            faults::Said::PowerBack { region } => {
                control.power_back(region, cx);
                data.power_back(region, cx);
            }
        }
    }

    /// Hand the trace since the last call to `look` and empty it.
    pub fn take_trace(&mut self, look: impl FnMut(&TraceEvent)) {
        self.kernel.take_trace(look);
    }

    /// By region with power: the write under each key of a dataset that was ever written.
    pub(crate) fn contents(&self, dataset: u16) -> Vec<(u16, BTreeMap<u64, u64>)> {
        self.data.contents(dataset, &self.config)
    }

    /// About how many bytes a clone of this takes that it shares with no other.
    pub(crate) fn weight(&self) -> usize {
        self.kernel.weight()
            + self.network.weight()
            + self.users.weight()
            + self.services.weight()
            + self.data.weight(&self.config)
            + self.control.weight()
    }

    /// The entries of logs that are kept, by dataset and region.
    pub(crate) fn kept(&self) -> Vec<Range<u64>> {
        self.data.kept(&self.config)
    }
}
