//! The control plane: vantage points that probe, a controller that judges and decides, and what the regions were told.
//! F10, F11, F13.
//!
//! `probes` is the watching, `decisions` the deciding, `hand_over` the planned change of leader, `leases` who may hold one,
//! `ladder` how many users a region gets.
//! The controller runs in one region; without power there, or cut off
//! from most vantage points, it decides nothing, and the regions go on with what they were told last (F15).

mod decisions;
mod hand_over;
mod ladder;
mod leases;
mod probes;

use crate::config::Config;
use crate::service::Vitals;
use crate::trace::Health;
use engine::Time;
use protocol::{Command, Epoch, Version};

/// Something one part of the control plane tells another.
#[derive(Clone, Debug)]
pub(crate) enum Notice {
    /// Are you there?
    Probe { vantage: u16, round: u32 },
    /// I am; and this is how I do.
    Present { vantage: u16, round: u32, news: News },
    /// How the regions look from this vantage point, and what they say themselves.
    Report { vantage: u16, health: Vec<Health>, news: Vec<News> },
    /// Who leads, and which regions are held for unhealthy, one bit each.
    Route { dataset: u16, leader: u16, epoch: Epoch, unhealthy: u64 },
    /// A region was promoted by hand, and tells the controller.
    Promoted { dataset: u16, leader: u16, epoch: Epoch },
    /// An order to a replica.
    Order { dataset: u16, command: Command },
    /// A leader asks for a lease.
    AskLease { dataset: u16, region: u16, epoch: Epoch, asked: Time },
}

/// What a region says of itself.
#[derive(Clone, Debug)]
pub(crate) struct News {
    pub(crate) region: u16,
    pub(crate) vitals: Vitals,
    pub(crate) standings: Vec<Standing>,
}

/// How a replica stands, as its region tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Standing {
    pub(crate) dataset: u16,
    pub(crate) leads: bool,
    /// It lost its disk and has nothing of another's log yet.
    pub(crate) blank: bool,
    pub(crate) epoch: Epoch,
    pub(crate) last: Version,
}

/// All state of the control plane.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    /// By region, then dataset: who leads, as that region's routers know it.
    routes: Vec<Vec<(u16, Epoch)>>,
    /// By region: which regions it was told are unhealthy, one bit each.
    told: Vec<u64>,
    vantages: Vec<Vantage>,
    /// By vantage point: its last report and when it came.
    reports: Vec<Option<(Time, Vec<Health>)>>,
    /// By region: how the controller judges it, and since when.
    judged: Vec<(Health, Time)>,
    /// By region: the latest news of its replicas.
    standings: Vec<Vec<Standing>>,
    /// By region: its share of users.
    ladder: Vec<ladder::Rung>,
    /// By dataset.
    leaderships: Vec<Leadership>,
}

/// A region that probes the others.
#[derive(Clone, Debug)]
struct Vantage {
    region: u16,
    round: u32,
    sent: Time,
    /// By region.
    subjects: Vec<Subject>,
}

/// What a vantage point knows of a region.
#[derive(Clone, Debug)]
struct Subject {
    answered: bool,
    failures: u32,
    successes: u32,
    health: Health,
    news: Option<News>,
    /// The event by which the probe under way, or its answer, was lost; 0 if nobody knows of one.
    lost: u64,
    /// The event by which the vantage point changed its mind last.
    noticed: u64,
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
    handing_over: Option<HandOver>,
    /// Hand-overs given up in a row, and until when none is tried again.
    given_up: u32,
    rest_until: Time,
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
}

impl Leadership {
    fn grant(&mut self) -> Epoch {
        self.granted = self.granted.next();
        self.granted
    }

    /// Leadership has moved: whatever was under way about it is settled.
    fn moved(&mut self, leader: u16, epoch: Epoch, now: Time) {
        (self.leader, self.epoch, self.since) = (leader, epoch, now);
        (self.pending, self.decided, self.handing_over, self.given_up) = (None, false, None, 0);
    }
}

impl Control {
    pub(crate) fn new<C>(config: &Config<C>) -> Control {
        let regions = config.regions.len();
        let subject = Subject {
            answered: true,
            failures: 0,
            successes: 0,
            health: Health::Healthy,
            news: None,
            lost: 0,
            noticed: 0,
        };
        let vantage = |region: &usize| Vantage {
            region: *region as u16,
            round: 0,
            sent: Time::ZERO,
            subjects: vec![subject.clone(); regions],
        };
        let leadership = |leader: usize| Leadership {
            leader: leader as u16,
            epoch: Epoch(1),
            since: Time::ZERO,
            granted: Epoch(1),
            lease: Lease { holder: leader as u16, until: Time::ZERO },
            pending: None,
            asked: 0,
            decided: false,
            handing_over: None,
            given_up: 0,
            rest_until: Time::ZERO,
        };
        let routes = config.datasets.iter().map(|set| (set.leader as u16, Epoch(1))).collect();
        Control {
            routes: vec![routes; regions],
            told: vec![0; regions],
            vantages: config.control.vantages.iter().map(vantage).collect(),
            reports: vec![None; config.control.vantages.len()],
            judged: vec![(Health::Healthy, Time::ZERO); regions],
            standings: vec![Vec::new(); regions],
            ladder: ladder::top(config),
            leaderships: config.datasets.iter().map(|set| leadership(set.leader)).collect(),
        }
    }

    /// Who leads a dataset, as a region's routers know it.
    pub(crate) fn route_of(&self, region: u16, dataset: u16) -> (u16, Epoch) {
        self.routes[usize::from(region)][usize::from(dataset)]
    }

    /// Who leads a dataset, as the controller knows it.
    pub(crate) fn leader(&self, dataset: usize) -> Option<u16> {
        self.leaderships.get(dataset).map(|leadership| leadership.leader)
    }

    /// How the controller judges a region.
    pub(crate) fn health(&self, region: u16) -> Health {
        self.judged[usize::from(region)].0
    }

    /// Whether a region was told that another is unhealthy.
    pub(crate) fn told_unhealthy(&self, region: u16, other: u16) -> bool {
        self.told[usize::from(region)] & (1 << other) != 0
    }

    /// The regions that the controller judges unhealthy, one bit each.
    fn unhealthy(&self) -> u64 {
        let unhealthy = |(region, (health, _)): (usize, &(Health, Time))| {
            if *health == Health::Unhealthy { 1 << region } else { 0 }
        };
        self.judged.iter().enumerate().map(unhealthy).sum()
    }

    /// Percent of the users who would choose a region that the name service sends there.
    pub(crate) fn share(&self, region: u16) -> u8 {
        self.ladder[usize::from(region)].percent()
    }

    /// The latest event by which a vantage point came to see a region so; 0 if none did.
    fn noticed(&self, region: u16, health: Health) -> u64 {
        let subjects = self.vantages.iter().map(|vantage| &vantage.subjects[usize::from(region)]);
        subjects.filter(|subject| subject.health == health).map(|subject| subject.noticed).max().unwrap_or(0)
    }

    /// The regions of this preference that the name service may answer with; all if none is healthy.
    pub(crate) fn answerable<C>(&self, config: &Config<C>, preference: &[usize]) -> Vec<u16> {
        let all = preference.iter().map(|region| *region as u16);
        if !config.routing.health_checked {
            return all.collect();
        }
        let well: Vec<u16> = all.clone().filter(|region| self.health(*region) != Health::Unhealthy).collect();
        if well.is_empty() { all.collect() } else { well }
    }

    /// A region's routers hear who leads. `None` if they know better; otherwise whether it is news.
    pub(crate) fn learn_route(&mut self, region: u16, dataset: u16, leader: u16, epoch: Epoch) -> Option<bool> {
        let known = &mut self.routes[usize::from(region)][usize::from(dataset)];
        if epoch < known.1 {
            return None;
        }
        let news = *known != (leader, epoch);
        *known = (leader, epoch);
        Some(news)
    }
}
