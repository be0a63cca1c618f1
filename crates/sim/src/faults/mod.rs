//! What can go wrong, and when it begins and ends.
//!
//! Each kind of fault is one file that says everything about it: what a scenario may set, what a link may
//! not say, how it changes the [`Conditions`] of the world, and its words. The world folds the active faults, in the order
//! they started, into the conditions in force. Healing is folding without it, or without a part of it (`spared`).
//!
//! A new fault: one file here with its `impl Fault`, its name below and in the list of `catalog`. Start reading at [`Fault`].

mod catalog;
mod clock_skew;
mod degraded_link;
mod fault;
mod isolation;
mod partition;
mod region_loss;
pub mod said;
mod slow_region;
mod spared;

pub use crate::kernel::conditions::{Conditions, LinkCondition, RegionCondition};
pub use catalog::{FAULTS, FaultKind, FaultLine};
pub use clock_skew::ClockSkew;
pub use degraded_link::DegradedLink;
pub use fault::{Fault, FaultInfo};
pub use isolation::Isolation;
pub use partition::{Direction, Partition, Plane};
pub use region_loss::RegionLoss;
pub use slow_region::SlowRegion;
pub(crate) use spared::Spared;

use crate::action::{Action, FaultName};
use crate::kernel::blame::Blame;
use crate::kernel::clock::Skew;
use crate::trace::{What, faults};
use crate::world::{ActiveFault, Event, Said, World};
use protocol::Protocol;

impl<P: Protocol> World<P> {
    pub(crate) fn on_fault_start(&mut self, planned: u16) {
        let config = self.config.clone();
        let plan = &config.faults[usize::from(planned)];
        let fault = self.begin_fault(plan.kind.clone(), Some(planned));
        if let Some(lasts) = plan.lasts {
            self.plan(lasts, Event::FaultEnd { fault });
        }
    }

    fn begin_fault(&mut self, kind: FaultKind, planned: Option<u16>) -> u32 {
        let fault = self.faults_begun;
        self.faults_begun += 1;
        let event = self.emit_cause(What::Faults(faults::Fact::FaultStarted { fault, planned }));
        self.faults.push(ActiveFault { fault, planned, since: self.now, event, kind, spared: Spared::default() });
        self.change_conditions();
        fault
    }

    /// End the faults that match.
    pub(crate) fn end_faults(&mut self, matches: impl Fn(&ActiveFault) -> bool) {
        let ended: Vec<u32> = self.faults.iter().filter(|fault| matches(fault)).map(|fault| fault.fault).collect();
        self.faults.retain(|fault| !ended.contains(&fault.fault));
        let events: Vec<u64> =
            ended.iter().map(|fault| self.emit(What::Faults(faults::Fact::FaultEnded { fault: *fault }))).collect();
        if let [event] = events[..] {
            // What follows from several at once is owed to whoever ended them.
            self.because(event);
        }
        if !ended.is_empty() {
            self.change_conditions();
        }
    }

    /// Put something right in every fault that concerns it. Faults of which nothing is left end; the others go on elsewhere.
    fn put_right(&mut self, concerns: impl Fn(&FaultKind, usize) -> bool, spare: impl Fn(&mut Spared)) {
        let regions = self.config.regions.len();
        let mut over = Vec::new();
        for active in self.faults.iter_mut().filter(|active| concerns(&active.kind, regions)) {
            spare(&mut active.spared);
            if active.spared.leaves_nothing_of(&active.kind, regions) {
                over.push(active.fault);
            }
        }
        if over.is_empty() {
            self.change_conditions();
        } else {
            self.end_faults(|active| over.contains(&active.fault));
        }
    }

    /// Do what a person did.
    pub(crate) fn perform(&mut self, action: &Action) {
        match action {
            Action::Start(kind) => {
                self.begin_fault(kind.clone(), None);
            }
            Action::RestoreRegion(region) => {
                self.put_right(|kind, _| kind.regions().contains(region), |spared| spared.region(*region));
            }
            Action::HealLink(a, b) => {
                self.put_right(|kind, regions| kind.touches_link(*a, *b, regions), |spared| spared.link(*a, *b));
            }
            Action::EndFault(name) => self.end_named_fault(name),
            Action::HealAll => self.end_faults(|_| true),
            Action::Promote(region) => self.promote_by_hand(*region),
            Action::DropPacket(packet) => self.meddle(packet, None),
            Action::DelayPacket(packet, span) => self.meddle(packet, Some(*span)),
        }
    }

    fn end_named_fault(&mut self, name: &FaultName) {
        let config = self.config.clone();
        let id = |planned: u16| &config.faults[usize::from(planned)].id;
        let meant = |active: &ActiveFault| match name {
            FaultName::Planned(wanted) => active.planned.is_some_and(|planned| id(planned) == wanted),
            FaultName::Begun(number) => active.fault == *number,
        };
        match self.faults.iter().any(meant) {
            true => self.end_faults(meant),
            false => {
                self.emit_cause(What::InVain);
            }
        }
    }

    /// Fold the faults in force into the conditions in force, and let regions crash and restart accordingly.
    fn change_conditions(&mut self) {
        let mut conditions = Conditions::good(self.config.regions.len());
        self.blame = Blame::none(self.config.regions.len());
        let mut skews = vec![Vec::new(); self.config.regions.len()];
        for active in &self.faults {
            let before = conditions.clone();
            active.spared.apply(&active.kind, &mut conditions);
            self.blame.put_on(active.event, &before, &conditions);
            for (skews, (was, is)) in skews.iter_mut().zip(before.regions.iter().zip(&conditions.regions)) {
                let offset = is.clock_offset - was.clock_offset;
                let drift_ppm = is.clock_drift_ppm - was.clock_drift_ppm;
                if (offset, drift_ppm) != (0, 0) {
                    skews.push(Skew { fault: active.fault, offset, drift_ppm });
                }
            }
        }
        let before = std::mem::replace(&mut self.conditions, conditions);
        self.reschedule_unsent(&before);
        for region in 0..self.config.regions.len() as u16 {
            let was = before.regions[usize::from(region)];
            let is = self.conditions.regions[usize::from(region)];
            self.clocks[usize::from(region)].set(self.now, &skews[usize::from(region)]);
            if !is.up && (was.up || (is.disks_lost && !was.disks_lost)) {
                let disks_lost = is.disks_lost;
                let down = self.emit(What::Faults(faults::Fact::RegionDown { region, disks_lost }));
                self.say(Said::Faults(faults::Said::PowerLost { region, disks_lost, down }));
            }
            if is.up && !was.up {
                self.emit(What::Faults(faults::Fact::RegionUp { region }));
                self.say(Said::Faults(faults::Said::PowerBack { region }));
            }
        }
    }

    pub(crate) fn crash(&mut self, region: u16, disks_lost: bool, down: u64) {
        self.stations[usize::from(region)].crash(self.now);
        self.forget_calls_of(region, down);
        self.lose_unsent(region);
        self.crash_control(region);
        for dataset in 0..self.datasets.len() as u16 {
            self.crash_replica(dataset, region, disks_lost);
        }
    }

    pub(crate) fn restart(&mut self, region: u16) {
        self.restart_control(region);
        for dataset in 0..self.datasets.len() as u16 {
            self.power_replica(dataset, region);
        }
    }
}
