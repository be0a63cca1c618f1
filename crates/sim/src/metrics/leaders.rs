//! Who leads: how many at the same time, and what outdated leaders still did.

use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Facts, Family, Record, When};
use crate::trace::{Ending, OperationInfo, OperationKind, data, faults, users};
use engine::Time;
use protocol::{Epoch, Fact};

const FILTERS: &[Filter] = &[Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "leaders",
        title: "leaders at the same time, most",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| seconds(record, query).map(|second| second.most).max().map(f64::from),
    },
    Metric {
        id: "split-brain-writes",
        title: "writes acknowledged by an outdated leader",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(total(record, query, |second| second.outdated)),
    },
    Metric {
        id: "fenced",
        title: "refusals by fencing token",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(total(record, query, |second| second.fenced)),
    },
];

/// One second of a dataset.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LeadersSecond {
    /// Most replicas that led at the same time: that had not handed over, and held a lease if they needed one.
    pub(crate) most: u8,
    /// Writes acknowledged by a replica after another had begun to lead under a later epoch.
    pub(crate) outdated: u32,
    /// Requests or messages refused for an outdated epoch.
    pub(crate) fenced: u32,
}

/// Follows who leads each dataset.
#[derive(Clone, Debug)]
pub(crate) struct Leaders(Vec<Set>);

/// The leaderships of one dataset.
#[derive(Clone, Debug, Default)]
struct Set {
    /// Whether who leads needs a lease.
    leased: bool,
    /// Replicas that lead.
    leading: Vec<Leading>,
    /// Every leadership that was taken up, in the order of that.
    terms: Vec<Term>,
    second: LeadersSecond,
    /// The write that was acknowledged first by an outdated leader.
    first_outdated: Option<Outdated>,
}

/// A replica that leads.
#[derive(Clone, Copy, Debug)]
struct Leading {
    region: u16,
    /// Whether it holds a lease.
    lease: bool,
    /// Whether it has handed over.
    done: bool,
}

/// A write that an outdated leader acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outdated {
    /// When the leader did.
    pub(super) at: Time,
    /// When its client heard of it.
    pub(super) heard: When,
    /// Who did.
    pub(super) region: u16,
    pub(super) write: OperationInfo,
}

/// A replica took leadership up under this epoch.
#[derive(Clone, Copy, Debug)]
struct Term {
    at: Time,
    region: u16,
    epoch: Epoch,
}

impl Leaders {
    /// The first write that was acknowledged by an outdated leader, if any was.
    pub(super) fn first_outdated(&self, dataset: u16) -> Option<Outdated> {
        self.0[usize::from(dataset)].first_outdated
    }
}

impl Family for Leaders {
    type Second = Vec<LeadersSecond>;

    fn new(facts: &Facts) -> Leaders {
        Leaders(facts.leased.iter().map(|leased| Set { leased: *leased, ..Set::default() }).collect())
    }

    fn users(&mut self, at: Time, event: u64, fact: &users::Fact) {
        let users::Fact::OperationEnded(info, ending) = fact else { return };
        if let (OperationKind::Write, Some(dataset), None) = (info.kind, info.dataset, ending.error) {
            self.0[usize::from(dataset)].on_acknowledged(When { at, event }, info, ending);
        }
    }

    fn data(&mut self, at: Time, _: u64, fact: &data::Fact) {
        let data::Fact::Replica { dataset, region, fact } = fact else { return };
        let set = &mut self.0[usize::from(*dataset)];
        match fact {
            Fact::Leads(epoch) => set.on_leads(at, *region, *epoch),
            Fact::LeaseHeld(_) => set.change(*region, |leader| leader.lease = true),
            Fact::LeaseRanOut(_) => set.change(*region, |leader| leader.lease = false),
            Fact::HandedOver(_) => set.change(*region, |leader| leader.done = true),
            Fact::SteppedDown(_) => set.leading.retain(|leader| leader.region != *region),
            Fact::Fenced { .. } => set.second.fenced += 1,
            _ => {}
        }
    }

    fn faults(&mut self, _: Time, _: u64, fact: &faults::Fact) {
        if let faults::Fact::RegionDown { region, .. } = fact {
            for set in &mut self.0 {
                set.leading.retain(|leader| leader.region != *region);
            }
        }
    }

    fn end_second(&mut self) -> Vec<LeadersSecond> {
        let end = |set: &mut Set| {
            let next = LeadersSecond { most: set.serving(), ..LeadersSecond::default() };
            std::mem::replace(&mut set.second, next)
        };
        self.0.iter_mut().map(end).collect()
    }
}

impl Set {
    fn on_leads(&mut self, at: Time, region: u16, epoch: Epoch) {
        self.terms.push(Term { at, region, epoch });
        if !self.leading.iter().any(|leader| leader.region == region) {
            self.leading.push(Leading { region, lease: false, done: false });
        }
        // Who leads on under a later epoch keeps its lease.
        self.change(region, |leader| leader.done = false);
    }

    fn change(&mut self, region: u16, change: impl Fn(&mut Leading)) {
        self.leading.iter_mut().filter(|leader| leader.region == region).for_each(change);
        self.second.most = self.second.most.max(self.serving());
    }

    /// How many could acknowledge something.
    fn serving(&self) -> u8 {
        self.leading.iter().filter(|leader| (leader.lease || !self.leased) && !leader.done).count() as u8
    }

    fn on_acknowledged(&mut self, heard: When, info: &OperationInfo, ending: &Ending) {
        if self.outdated(ending) {
            self.second.outdated += 1;
            let this = Outdated { at: ending.answered, heard, region: ending.served_by, write: *info };
            self.first_outdated = self.first_outdated.filter(|first| first.at <= this.at).or(Some(this));
        }
    }

    /// Whether somebody had taken leadership up under a later epoch than the leader who acknowledged a write when it did.
    fn outdated(&self, ending: &Ending) -> bool {
        let terms = &self.terms[..self.terms.partition_point(|term| term.at <= ending.answered)];
        let newest = terms.iter().map(|term| term.epoch).max();
        terms.iter().filter(|term| term.region == ending.served_by).map(|term| term.epoch).max() < newest
    }
}

fn seconds<'a>(record: &'a dyn Record, query: &Query) -> impl Iterator<Item = &'a LeadersSecond> {
    let query = *query;
    query.seconds::<Leaders>(record).iter().flat_map(move |second| query.of_dataset(second))
}

fn total(record: &dyn Record, query: &Query, count: fn(&LeadersSecond) -> u32) -> f64 {
    seconds(record, query).map(|second| u64::from(count(second))).sum::<u64>() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites::Sites;
    use protocol::Version;

    fn leaders() -> Leaders {
        leaders_of(false)
    }

    fn leaders_of(leased: bool) -> Leaders {
        let (sites, keys) = (vec![Sites::first(2)], vec![(1, 1)]);
        Leaders::new(&Facts {
            placement: sites.clone(),
            holders: sites.clone(),
            awaits: vec![false],
            homes: vec![sites],
            keys,
            leased: vec![leased],
            leaderless: vec![false],
            apart: vec![protocol::Apart::TheLater],
            merges_answers: vec![false],
            kinds: vec![values::Kind::Register],
            cancel_costs: vec![0],
            changes: Vec::new(),
            elements: vec![Vec::new()],
            deletes: vec![false],
            electing: vec![false],
            tells_people: false,
            judges_causes: Vec::new(),
            regions: 2,
            zones_of: (0..2).collect(),
            populations: 1,
        })
    }

    fn state(leaders: &mut Leaders, at: Time, region: u16, fact: Fact) {
        leaders.data(at, 1, &data::Fact::Replica { dataset: 0, region, fact });
    }

    /// A write that region 0 acknowledged.
    fn acknowledge(leaders: &mut Leaders, answered: Time) {
        let info = OperationInfo {
            operation: 1,
            slot: 0,
            process: 1,
            population: 0,
            request: 0,
            dataset: Some(0),
            kind: OperationKind::Write,
            step: 0,
            key: 0,
            write: 7,
            accounts: [0; 2],
            invoked: Time::ZERO,
        };
        let ending = Ending {
            error: None,
            may_have_happened: true,
            region: 1,
            served_by: 0,
            attempts: 1,
            version: Version { epoch: Epoch(1), lsn: 1 },
            read: 0,
            deleted: false,
            answered,
        };
        leaders.users(Time::from_secs(1), 1, &users::Fact::OperationEnded(info, ending));
    }

    #[test]
    fn a_leader_is_outdated_that_answers_after_another_has_begun_to_lead_whenever_the_client_hears_of_it() {
        for (answered, steps_down, outdated) in [(999, false, 0), (999, true, 0), (1_001, false, 1), (1_001, true, 1)] {
            let mut leaders = leaders();
            state(&mut leaders, Time::ZERO, 0, Fact::Leads(Epoch(1)));
            state(&mut leaders, Time::from_secs(1), 1, Fact::Leads(Epoch(2)));
            if steps_down {
                state(&mut leaders, Time::from_secs(1), 0, Fact::SteppedDown(Epoch(1)));
            }
            let answered = Time::from_millis(answered);
            acknowledge(&mut leaders, answered);
            assert_eq!(leaders.end_second()[0].outdated, outdated);
            assert_eq!(
                leaders.first_outdated(0).map(|of| (of.at, of.write.write)),
                (outdated > 0).then_some((answered, 7))
            );
        }
    }

    #[test]
    fn a_region_without_power_leads_nothing() {
        let mut leaders = leaders();
        state(&mut leaders, Time::ZERO, 0, Fact::Leads(Epoch(1)));
        leaders.faults(Time::ZERO, 1, &faults::Fact::RegionDown { region: 0, disks_lost: false });
        state(&mut leaders, Time::ZERO, 1, Fact::Leads(Epoch(2)));
        assert_eq!(leaders.end_second()[0].most, 1);
    }

    #[test]
    fn where_leaders_need_a_lease_only_those_count_who_hold_one() {
        let mut leaders = leaders_of(true);
        for (region, fact) in [
            (0, Fact::Leads(Epoch(1))),
            (0, Fact::LeaseHeld(Epoch(1))),
            (1, Fact::Leads(Epoch(2))),
            (0, Fact::LeaseRanOut(Epoch(1))),
            (1, Fact::LeaseHeld(Epoch(2))),
        ] {
            state(&mut leaders, Time::ZERO, region, fact);
        }
        assert_eq!(leaders.end_second()[0].most, 1);
        state(&mut leaders, Time::from_secs(1), 0, Fact::LeaseHeld(Epoch(1)));
        assert_eq!(leaders.end_second()[0].most, 2, "by a clock that was set back");
    }

    #[test]
    fn who_has_handed_over_leads_again_only_under_a_later_epoch() {
        let mut leaders = leaders();
        for (region, fact) in [(0, Fact::Leads(Epoch(1))), (0, Fact::HandedOver(Epoch(1))), (1, Fact::Leads(Epoch(2)))]
        {
            state(&mut leaders, Time::ZERO, region, fact);
        }
        assert_eq!(leaders.end_second()[0].most, 1);
        state(&mut leaders, Time::from_secs(1), 0, Fact::Leads(Epoch(3)));
        assert_eq!(leaders.end_second()[0].most, 2);
    }
}
