//! Where the logs of a dataset end, and where they parted.
//!
//! An entry is its epoch and its number: each epoch has one leader, so two logs that have an entry in common have everything
//! before it in common. What a disk holds is therefore told by the end of its log alone, and by where each epoch began:
//! nothing is kept for each write, and a copy, a truncation or the loss of a disk is one change. Where disks take time a log has two ends:
//! its own as long as there is power, and the one that its disk has.

use engine::FlatMap;
use protocol::{Epoch, Version};

/// The logs of one dataset.
#[derive(Clone, Debug)]
pub(super) struct Lineages {
    /// By region: the last entry of its log; none where nothing is.
    ends: Vec<Version>,
    /// By region: the last entry of the log that its disk has, where that is told apart.
    disks: Vec<Option<Version>>,
    /// By epoch: the end of the log with which its leader began.
    forks: FlatMap<Epoch, Version>,
    /// The latest leadership. What its log goes through can be served; everything else is on a branch that nobody will take up.
    newest: Epoch,
}

impl Lineages {
    pub(super) fn new(regions: usize) -> Lineages {
        Lineages {
            ends: vec![Version::NONE; regions],
            disks: vec![None; regions],
            forks: FlatMap::new(),
            newest: Epoch::default(),
        }
    }

    /// A replica leads. Whether this is a new leadership, so that what counts as served may have changed.
    pub(super) fn leads(&mut self, region: u16, epoch: Epoch) -> bool {
        let end = self.ends[usize::from(region)];
        if end.epoch < epoch {
            // It may have lost its power since it began first, and have forgotten what it began with.
            self.forks.insert(epoch, end);
        }
        let news = epoch > self.newest;
        self.newest = self.newest.max(epoch);
        news
    }

    /// A log has one entry more.
    pub(super) fn appended(&mut self, region: u16, version: Version) {
        let before = std::mem::replace(&mut self.ends[usize::from(region)], version);
        if before.epoch != version.epoch {
            self.forks.get_or_insert_with(version.epoch, || before);
            self.newest = self.newest.max(version.epoch);
        }
        debug_assert_eq!(self.before(version), before, "a log grows by the entry after its last");
    }

    /// A log has lost its last entry.
    pub(super) fn truncated(&mut self, region: u16, version: Version) {
        debug_assert_eq!(self.ends[usize::from(region)], version, "only the last entry is taken back");
        self.ends[usize::from(region)] = self.before(version);
    }

    /// A log was replaced by what another amounts to, or is what its disk had kept of it: up to this entry.
    pub(super) fn replaced(&mut self, region: u16, upto: Version) {
        self.ends[usize::from(region)] = upto;
    }

    /// A disk has a log up to this entry.
    pub(super) fn synced(&mut self, region: u16, upto: Version) {
        self.disks[usize::from(region)] = Some(upto);
    }

    /// A region has lost its power, and its log is what its disk has. Whether that may be less.
    pub(super) fn power_lost(&mut self, region: u16) -> bool {
        let disk = self.disks[usize::from(region)];
        self.ends[usize::from(region)] = disk.unwrap_or(self.ends[usize::from(region)]);
        disk.is_some()
    }

    /// A disk is gone.
    pub(super) fn wiped(&mut self, region: u16) {
        self.ends[usize::from(region)] = Version::NONE;
        if let Some(disk) = &mut self.disks[usize::from(region)] {
            *disk = Version::NONE;
        }
    }

    /// Whether the log in a region goes through this entry.
    pub(super) fn holds(&self, region: u16, version: Version) -> bool {
        self.passes(self.ends[usize::from(region)], version)
    }

    /// Whether the disk in a region has this entry.
    pub(super) fn keeps(&self, region: u16, version: Version) -> bool {
        let region = usize::from(region);
        self.passes(self.disks[region].unwrap_or(self.ends[region]), version)
    }

    /// Whether the log of the latest leadership goes through this entry.
    pub(super) fn current(&self, version: Version) -> bool {
        version.epoch == self.newest || self.passes(self.fork(self.newest), version)
    }

    /// Whether the log that ends here goes through this entry.
    fn passes(&self, end: Version, version: Version) -> bool {
        let mut end = end;
        // A leadership begins with a log of earlier ones, so that each step leads to an earlier epoch.
        while end.epoch > version.epoch {
            end = self.fork(end.epoch);
        }
        end.epoch == version.epoch && version.lsn <= end.lsn
    }

    /// The entry before this one.
    fn before(&self, version: Version) -> Version {
        let fork = self.fork(version.epoch);
        let before = Version { lsn: version.lsn.saturating_sub(1), ..version };
        if fork.lsn == before.lsn { fork } else { before }
    }

    fn fork(&self, epoch: Epoch) -> Version {
        self.forks.get(&epoch).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(epoch: u32, lsn: u64) -> Version {
        Version { epoch: Epoch(epoch), lsn }
    }

    /// Region 0 has five entries, region 1 three of them; region 1 leads on and appends two.
    fn forked() -> Lineages {
        let mut logs = Lineages::new(2);
        logs.leads(0, Epoch(1));
        (1..=5).for_each(|lsn| logs.appended(0, version(1, lsn)));
        (1..=3).for_each(|lsn| logs.appended(1, version(1, lsn)));
        logs.leads(1, Epoch(2));
        (4..=5).for_each(|lsn| logs.appended(1, version(2, lsn)));
        logs
    }

    #[test]
    fn a_log_goes_through_what_its_leader_began_with_and_no_further() {
        let logs = forked();
        assert!(logs.holds(1, version(1, 3)) && !logs.holds(1, version(1, 4)));
        assert!(logs.holds(0, version(1, 5)) && !logs.holds(0, version(2, 4)));
        assert!(logs.current(version(1, 3)) && logs.current(version(2, 5)) && !logs.current(version(1, 4)));
    }

    #[test]
    fn taking_back_goes_on_beyond_the_beginning_of_an_epoch() {
        let mut logs = forked();
        logs.truncated(1, version(2, 5));
        logs.truncated(1, version(2, 4));
        logs.truncated(1, version(1, 3));
        assert!(logs.holds(1, version(1, 2)) && !logs.holds(1, version(1, 3)));
    }

    #[test]
    fn a_copy_outlives_its_source() {
        let mut logs = forked();
        logs.wiped(1);
        logs.replaced(0, version(2, 4));
        assert!(!logs.holds(1, version(1, 1)));
        assert!(logs.holds(0, version(2, 4)) && logs.holds(0, version(1, 3)) && !logs.holds(0, version(1, 5)));
    }

    #[test]
    fn a_leader_that_forgot_what_it_began_with_begins_with_what_its_disk_has() {
        let mut logs = Lineages::new(2);
        logs.synced(1, Version::NONE);
        logs.leads(0, Epoch(1));
        (1..=3).for_each(|lsn| logs.appended(0, version(1, lsn)));
        (1..=3).for_each(|lsn| logs.appended(1, version(1, lsn)));
        logs.synced(1, version(1, 1));
        logs.leads(1, Epoch(2));
        assert!(logs.power_lost(1) && logs.keeps(1, version(1, 1)) && !logs.holds(1, version(1, 2)));
        logs.leads(1, Epoch(2));
        logs.appended(1, version(2, 2));
        assert!(logs.holds(1, version(1, 1)) && !logs.holds(1, version(1, 2)));
        assert!(!logs.current(version(1, 2)) && !logs.keeps(1, version(2, 2)));
    }
}
