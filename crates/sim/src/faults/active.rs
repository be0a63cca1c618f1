//! Faults beginning and ending, and what the change of conditions does to regions.

use super::catalog::{FaultKind, title};
use super::said::{Event, Fact, FaultName, Said};
use super::snapshot::FaultState;
use super::spared::Spared;
use crate::config::{Config, FaultConfig};
use crate::cx::Cx;
use crate::kernel::blame::Blame;
use crate::kernel::clock::Skew;
use crate::kernel::conditions::Conditions;
use crate::names::sites_name;
use crate::trace::What;
use engine::Time;

/// The faults in force, in the order they began.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    active: Vec<Active>,
    begun: u32,
    by_hand: u32,
}

/// A fault in force.
#[derive(Clone, Debug)]
struct Active {
    fault: u32,
    planned: Option<u16>,
    /// Its number among those begun by hand, from 1; 0 if it was planned.
    by_hand: u32,
    since: Time,
    /// The event of its beginning.
    event: u64,
    kind: FaultKind,
    spared: Spared,
}

impl Faults {
    /// The run begins.
    pub(crate) fn start(&self, cx: &mut Cx<'_>) {
        for (planned, fault) in (0..).zip(&cx.config.faults) {
            cx.plan_at(fault.at, Event::Start { planned });
        }
    }

    pub(crate) fn on(&mut self, event: Event, cx: &mut Cx<'_>) {
        match event {
            Event::Start { planned } => {
                let FaultConfig { kind, lasts, .. } = &cx.config.faults[usize::from(planned)];
                let fault = self.begin(kind.clone(), Some(planned), cx);
                if let Some(lasts) = *lasts {
                    cx.plan(lasts, Event::End { fault });
                }
            }
            Event::End { fault } => self.end(|active| active.fault == fault, cx),
        }
    }

    /// A person starts a fault.
    pub(crate) fn start_by_hand(&mut self, kind: FaultKind, cx: &mut Cx<'_>) {
        self.begin(kind, None, cx);
    }

    /// Another fault begins. Returns its number.
    fn begin(&mut self, kind: FaultKind, planned: Option<u16>, cx: &mut Cx<'_>) -> u32 {
        let fault = self.begun;
        self.begun += 1;
        self.by_hand += u32::from(planned.is_none());
        let by_hand = if planned.is_none() { self.by_hand } else { 0 };
        let event = cx.state_cause(Fact::FaultStarted { fault, planned });
        let since = cx.now();
        self.active.push(Active { fault, planned, by_hand, since, event, kind, spared: Spared::default() });
        self.change_conditions(cx);
        fault
    }

    /// End the faults that match.
    fn end(&mut self, matches: impl Fn(&Active) -> bool, cx: &mut Cx<'_>) {
        let ended: Vec<u32> = self.active.iter().filter(|fault| matches(fault)).map(|fault| fault.fault).collect();
        self.active.retain(|fault| !ended.contains(&fault.fault));
        let events: Vec<u64> = ended.iter().map(|fault| cx.state(Fact::FaultEnded { fault: *fault })).collect();
        if let [event] = events[..] {
            // What follows from several at once is owed to whoever ended them.
            cx.because(event);
        }
        if !ended.is_empty() {
            self.change_conditions(cx);
        }
    }

    /// A person ends every fault.
    pub(crate) fn end_all(&mut self, cx: &mut Cx<'_>) {
        self.end(|_| true, cx);
    }

    /// A person ends a fault, if it is in force.
    pub(crate) fn end_named(&mut self, name: &FaultName, cx: &mut Cx<'_>) {
        let config = cx.config;
        let id = |planned: u16| &config.faults[usize::from(planned)].id;
        let meant = |active: &Active| match name {
            FaultName::Planned(wanted) => active.planned.is_some_and(|planned| id(planned) == wanted),
            FaultName::Begun(number) => active.fault == *number,
            FaultName::ByHand(number) => active.by_hand == *number,
        };
        match self.active.iter().any(meant) {
            true => self.end(meant, cx),
            false => {
                cx.state_cause(What::InVain);
            }
        }
    }

    /// A person puts a region right, and its links, in every fault that names it.
    pub(crate) fn restore(&mut self, region: u16, cx: &mut Cx<'_>) {
        self.put_right(|kind, _| kind.regions().contains(&region), |spared| spared.region(region), cx);
    }

    /// A person puts the link between two regions right, in every fault that touches it.
    pub(crate) fn heal(&mut self, a: u16, b: u16, cx: &mut Cx<'_>) {
        self.put_right(|kind, regions| kind.touches_link(a, b, regions), |spared| spared.link(a, b), cx);
    }

    /// Put something right in every fault that concerns it. Faults of which nothing is left end; the others go on elsewhere.
    fn put_right(
        &mut self,
        concerns: impl Fn(&FaultKind, usize) -> bool,
        spare: impl Fn(&mut Spared),
        cx: &mut Cx<'_>,
    ) {
        let regions = cx.config.regions.len();
        let mut over = Vec::new();
        for active in self.active.iter_mut().filter(|active| concerns(&active.kind, regions)) {
            spare(&mut active.spared);
            if active.spared.leaves_nothing_of(&active.kind, regions) {
                over.push(active.fault);
            }
        }
        if over.is_empty() {
            self.change_conditions(cx);
        } else {
            self.end(|active| over.contains(&active.fault), cx);
        }
    }

    /// Fold the faults in force into the conditions in force, and say which regions lose their power or have it again.
    fn change_conditions(&self, cx: &mut Cx<'_>) {
        let regions = cx.config.regions.len();
        let (mut conditions, mut blame) = (Conditions::good(regions), Blame::none(regions));
        let mut skews = vec![Vec::new(); regions];
        for active in &self.active {
            let before = conditions.clone();
            active.spared.apply(&active.kind, &mut conditions);
            blame.put_on(active.event, &before, &conditions);
            for (skews, (was, is)) in skews.iter_mut().zip(before.regions.iter().zip(&conditions.regions)) {
                let offset = is.clock_offset - was.clock_offset;
                let drift_ppm = is.clock_drift_ppm - was.clock_drift_ppm;
                if (offset, drift_ppm) != (0, 0) {
                    skews.push(Skew { fault: active.fault, offset, drift_ppm });
                }
            }
        }
        let before = cx.change(conditions, blame, &skews);
        cx.reschedule_unsent(&before);
        for (region, was) in (0..).zip(before.regions) {
            let is = cx.conditions().regions[usize::from(region)];
            if !is.up && (was.up || (is.disks_lost && !was.disks_lost)) {
                let disks_lost = is.disks_lost;
                let down = cx.state(Fact::RegionDown { region, disks_lost });
                cx.say(Said::PowerLost { region, disks_lost, down });
            }
            if is.up && !was.up {
                cx.state(Fact::RegionUp { region });
                cx.say(Said::PowerBack { region });
            }
        }
    }

    /// The faults in force, in words.
    pub(crate) fn show(&self, config: &Config) -> Vec<FaultState> {
        let name = |sites: &[u16]| sites_name(config, sites);
        let state = |active: &Active| {
            let words = active.kind.words(&name) + &active.spared.words(&name);
            let title = title(words, active.planned);
            let planned = active.planned.map(|planned| &config.faults[usize::from(planned)]);
            FaultState {
                name: planned.map_or(FaultName::ByHand(active.by_hand), |it| FaultName::Planned(it.id.clone())),
                title,
                since: active.since,
                until: planned.and_then(|it| it.lasts).map(|lasts| active.since + lasts),
                kind: active.kind.clone(),
                spared: active.spared.clone(),
            }
        };
        self.active.iter().map(state).collect()
    }
}
