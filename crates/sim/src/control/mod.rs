//! The control plane: vantage points that probe, a controller that judges and decides, and what the regions were told.
//! F10, F11, F13.
//!
//! `probes` is the watching, `judging` what the controller makes of it, `decisions` the deciding, `hand_over` the planned change
//! of leader, `leases` who may hold one, `draining` how many users a region gets, `restart` what each part still knows after
//! power was lost.
//! The controller runs in one region; without power there, or cut off
//! from most vantage points, it decides nothing, and the regions go on with what they were told last (F15).
//!
//! Whatever is told is numbered or dated by whom it comes from, since packets are late, doubled and overtaken: what is older
//! than what is known changes nothing, and what is too old is not known any more.

mod decisions;
mod draining;
mod hand_over;
mod judging;
mod ladder;
mod leases;
mod probes;
mod restart;
pub mod said;
pub(crate) mod settings;
pub(crate) mod snapshot;
mod votes;
mod watch;
mod words;

use crate::config::{Config, DatasetConfig};
use crate::cx::Cx;
use crate::kernel::Parcels;
use crate::network::said::Body;
use crate::place::Place;
use crate::sites::Sites;
use engine::{Key, Span, Time};
use ladder::Rung;
use protocol::{Channel, Command, Epoch, Parcel};
use said::{Account, Bulletin, Event, Health, Said};
use watch::{Latest, Sighting, Watch};

/// What the control plane's own packets weigh, bytes.
const NOTICE_BYTES: u64 = 200;

/// Something one part of the control plane tells another.
#[derive(Clone, Debug)]
pub(crate) enum Notice {
    /// Are you there?
    Probe { vantage: u16, round: u32 },
    /// I am; and this is how I do.
    Present { vantage: u16, round: u32, news: News },
    /// What a vantage point saw.
    Report(Report),
    /// Who leads, and how the regions are.
    Route { dataset: u16, leader: u16, epoch: Epoch, known: Bulletin },
    /// A region knows of a leadership that the controller may not have heard of.
    Leads { dataset: u16, leader: u16, epoch: Epoch },
    /// An order to a replica.
    Order { dataset: u16, command: Command },
    /// A leader asks for a lease.
    AskLease { dataset: u16, region: u16, epoch: Epoch, asked: Time },
}

/// What a vantage point saw in one round of probes.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    vantage: u16,
    /// The round, numbered on through restarts.
    round: u32,
    /// When its probes were sent, by the clock of the vantage point.
    at: Time,
    /// By region; of its own it sees nothing.
    seen: Vec<Sighting>,
    /// What the regions that answered say of themselves, and its own.
    news: Vec<News>,
}

/// What a region says of itself.
#[derive(Clone, Debug)]
pub(crate) struct News {
    pub(crate) region: u16,
    /// The number of its saying so, counted on through restarts.
    number: u64,
    account: Account,
}

/// All state of the control plane.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    /// What is under way.
    notices: Parcels<Notice>,
    /// By dataset: how many of its followers hold whatever was acknowledged.
    holders: Vec<usize>,
    /// By region: how often it has told news of itself.
    spoken: Vec<u64>,
    vantages: Vec<Vantage>,
    /// By vantage point: what the controller makes of its reports.
    watches: Vec<Watch>,
    /// By region: how the controller judges it, and since when.
    judged: Vec<(Health, Time)>,
    /// The leaders' regions that would be judged unhealthy if those who are not heard from said so, too.
    undecided: Sites,
    /// By region: the latest news of its replicas.
    news: Vec<Latest>,
    /// How often the controller has told how the regions are.
    bulletins: u64,
    /// By region: its share of users.
    ladder: Vec<Rung>,
    /// By dataset.
    leaderships: Vec<Leadership>,
}

/// A region that probes the others. It remembers the round under way and nothing else: what to make of the rounds is the
/// controller's to say.
#[derive(Clone, Debug)]
struct Vantage {
    region: u16,
    round: u32,
    sent: Time,
    /// By region: what its probe has come to so far, and what it said of itself.
    seen: Vec<(Sighting, Option<News>)>,
}

/// A dataset's leadership as the controller has it.
#[derive(Clone, Debug)]
struct Leadership {
    leader: u16,
    epoch: Epoch,
    /// When the controller last moved it, or learned that it had moved.
    since: Time,
    /// The last epoch granted, by the controller or by hand: one sequence, so that no two leaders ever share a number.
    granted: Epoch,
    lease: Lease,
    /// A decision that is due: the region whose failure called for it, and a number that tells it from earlier ones.
    pending: Option<u16>,
    asked: u32,
    /// The decision is made and waits for the lease to run out.
    decided: bool,
    /// It was said that there is nobody to promote in place of a failed leader.
    hopeless: bool,
    /// Whether the original leader may have its leadership back.
    owed: Owed,
    handing_over: Option<HandOver>,
    /// Hand-overs given up in a row, and until when none is tried again.
    given_up: u32,
    rest_until: Time,
}

/// Whether the original leader is owed its leadership.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Owed {
    /// It leads, or somebody who had not failed was replaced: that was a person's wish.
    No,
    /// A person replaced it, and it was not heard of since: if it is judged unhealthy first, it had failed.
    IfFailed,
    /// It lost it by failing.
    Yes,
}

/// The last lease granted.
#[derive(Clone, Copy, Debug)]
struct Lease {
    holder: u16,
    /// Until when, by the controller's clock, it may think that it leads.
    until: Time,
}

/// A planned change of leader under way.
#[derive(Clone, Copy, Debug)]
struct HandOver {
    to: u16,
    epoch: Epoch,
    give_up: Time,
    /// It is given up: the epoch under which the old leader is to go on, if it leads still.
    freed: Option<Epoch>,
}

impl Leadership {
    fn grant(&mut self) -> Epoch {
        self.granted = self.granted.next();
        self.granted
    }

    /// Whether it is about to move: a decision is due, or a hand-over under way.
    fn is_moving(&self) -> bool {
        self.pending.is_some() || self.handing_over.is_some()
    }

    /// Leadership has moved: whatever was under way about it is settled.
    fn moved(&mut self, leader: u16, epoch: Epoch, now: Time) {
        (self.leader, self.epoch, self.since) = (leader, epoch, now);
        (self.pending, self.decided, self.hopeless, self.handing_over, self.given_up) = (None, false, false, None, 0);
    }
}

impl Control {
    pub(crate) fn new(config: &Config, holders: Vec<usize>) -> Control {
        let regions = config.regions.len();
        let vantage = |region: &usize| Vantage {
            region: *region as u16,
            round: 0,
            sent: Time::ZERO,
            seen: vec![(Sighting::default(), None); regions],
        };
        let leadership = |set: &DatasetConfig| Leadership {
            leader: set.leader as u16,
            epoch: Epoch(1),
            since: Time::ZERO,
            granted: Epoch(1),
            lease: Lease { holder: set.leader as u16, until: Time::ZERO + set.lease.unwrap_or(Span::ZERO) },
            pending: None,
            asked: 0,
            decided: false,
            hopeless: false,
            owed: Owed::No,
            handing_over: None,
            given_up: 0,
            rest_until: Time::ZERO,
        };
        Control {
            notices: Parcels::default(),
            holders,
            spoken: vec![0; regions],
            vantages: config.control.vantages.iter().map(vantage).collect(),
            watches: vec![Watch::all_well(regions); config.control.vantages.len()],
            judged: vec![(Health::Healthy, Time::ZERO); regions],
            undecided: Sites::NONE,
            news: (0..regions).map(|region| Latest::at_the_beginning(config, region)).collect(),
            bulletins: 0,
            ladder: ladder::top(config),
            leaderships: config.datasets.iter().map(leadership).collect(),
        }
    }

    /// How the controller judges a region.
    pub(crate) fn health(&self, region: u16) -> Health {
        self.judged[usize::from(region)].0
    }

    /// The regions that the controller judges unhealthy.
    fn unhealthy(&self) -> Sites {
        (0..)
            .zip(&self.judged)
            .filter(|(_, (health, _))| *health == Health::Unhealthy)
            .map(|(region, _)| region)
            .collect()
    }

    pub(crate) fn on(&mut self, event: Event, cx: &mut Cx<'_>) {
        match event {
            Event::Probe { vantage } => self.on_probe(vantage, cx),
            Event::ProbeTimeout { vantage, round } => self.on_probe_timeout(vantage, round, cx),
            Event::Tick => self.on_tick(cx),
            Event::Decide { dataset, asked } => self.on_decide(dataset, asked, cx),
        }
    }

    /// A packet of the control plane has arrived in a region; the last copy, if the network made two of it.
    pub(crate) fn on_notice(&mut self, region: u16, notice: Key, last: bool, cx: &mut Cx<'_>) {
        let Some(notice) = self.notices.take(notice, last) else { return };
        match notice {
            Notice::Probe { vantage, round } => cx.say(Said::AskedAfter { region, vantage, round }),
            Notice::Present { vantage, round, news } => self.on_present(vantage, round, news, cx),
            Notice::Report(report) => self.on_report(report, cx),
            Notice::Route { dataset, leader, epoch, known } => {
                cx.say(Said::Told { dataset, region, route: (leader, epoch), known });
            }
            Notice::Leads { dataset, leader, epoch } => self.hear_of_leader(dataset, leader, epoch, cx),
            Notice::Order { dataset, command } => cx.say(Said::Order { dataset, region, command }),
            Notice::AskLease { dataset, region, epoch, asked } => {
                self.on_lease_asked(dataset, region, epoch, asked, cx)
            }
        }
    }

    /// A packet of the control plane is lost by this event, owed to this fault.
    pub(crate) fn on_lost(&mut self, notice: Key, to: Place, (event, fault): (u64, u64), last: bool) {
        match (self.notices.get(notice), to.as_region()) {
            (Some(&Notice::Probe { vantage, round }), Some(region)) => {
                self.on_probe_lost(vantage, round, region, event, fault);
            }
            (Some(&Notice::Present { vantage, round, ref news }), _) => {
                self.on_probe_lost(vantage, round, news.region, event, fault);
            }
            _ => {}
        }
        self.notices.lose(notice, last);
    }

    /// Send something of the control plane; within a region it takes the region's own network.
    fn tell(&mut self, from: u16, to: u16, notice: Notice, cx: &mut Cx<'_>) {
        let notice = self.notices.put(notice);
        let parcel = Parcel { bytes: NOTICE_BYTES, channel: Channel::Control, write: None };
        cx.send(Place::region(from), Place::region(to), parcel, None, Body::Notice(notice));
    }

    /// How many notices are kept for packets under way.
    pub(crate) fn notices_held(&self) -> usize {
        self.notices.len()
    }

    /// About how many bytes a clone takes.
    pub(crate) fn weight(&self) -> usize {
        self.notices.weight()
    }
}

#[cfg(test)]
mod tests;
