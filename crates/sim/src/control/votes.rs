//! What the vantage points say of a region, and what that comes to.

use super::said::Health;

/// What the vantage points other than a region itself say of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Votes {
    pub(super) voters: u32,
    pub(super) healthy: u32,
    pub(super) degraded: u32,
    pub(super) unhealthy: u32,
    /// Those whose last probe was not answered, whatever they thought of it before.
    pub(super) unanswered: u32,
}

impl Votes {
    /// Count a vantage point whose word does not count any longer.
    pub(super) fn silent(&mut self) {
        self.voters += 1;
    }

    /// Count what one vantage point says, nothing as long as it has seen too little; and whether its last probe was not answered.
    pub(super) fn says(&mut self, health: Option<Health>, unanswered: bool) {
        self.voters += 1;
        self.unanswered += u32::from(unanswered);
        match health {
            Some(Health::Unhealthy) => self.unhealthy += 1,
            Some(Health::Degraded) => self.degraded += 1,
            Some(Health::Healthy) => self.healthy += 1,
            None => {}
        }
    }

    /// Count what the zones of a region say as one vote. They condemn nobody unless more than half of them do, heard or not; if only most of
    /// those heard from would, their region says nothing.
    pub(super) fn add(&mut self, zones: Votes) {
        self.voters += 1;
        self.unanswered += u32::from(zones.unanswered * 2 > zones.voters);
        match zones.say() {
            Some(Health::Unhealthy) => self.unhealthy += 1,
            Some(Health::Degraded) => self.degraded += 1,
            Some(Health::Healthy) => self.healthy += 1,
            None => {}
        }
    }

    /// What they say together, if enough of them are heard to say it.
    pub(super) fn say(self) -> Option<Health> {
        let heard = self.heard();
        (heard > 0 && !self.lacks_witnesses()).then(|| self.among(heard))
    }

    /// What more than half of so many say.
    fn among(self, all: u32) -> Health {
        match () {
            () if self.unhealthy * 2 > all => Health::Unhealthy,
            () if (self.unhealthy + self.degraded) * 2 > all => Health::Degraded,
            () => Health::Healthy,
        }
    }

    /// The judgement that stands after `before`. Unhealthy is what more than half of all say is unhealthy, so that who is cut
    /// off condemns nobody; and it stays so while more than half of those heard from say so, so that nobody is acquitted
    /// because the witnesses are gone.
    pub(super) fn judge(self, before: Health) -> Health {
        match self.heard() {
            0 => before,
            heard => before.clamp(self.among(self.voters), self.among(heard)),
        }
    }

    /// Those whose word still counts.
    fn heard(self) -> u32 {
        self.healthy + self.degraded + self.unhealthy
    }

    /// Whether it takes those who are not heard from to call it unhealthy.
    pub(super) fn lacks_witnesses(self) -> bool {
        self.unhealthy * 2 > self.heard() && self.unhealthy * 2 <= self.voters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zones_of_a_region_have_one_vote_which_is_what_most_of_them_say() {
        let zones = |healthy, unhealthy| Votes { voters: 3, healthy, unhealthy, ..Votes::default() };
        let with = |zones: Votes| {
            let mut votes = Votes { voters: 2, healthy: 2, ..Votes::default() };
            votes.add(zones);
            (votes.voters, votes.healthy, votes.unhealthy)
        };
        assert_eq!(with(zones(0, 3)), (3, 2, 1));
        assert_eq!(with(zones(1, 2)), (3, 2, 1));
        assert_eq!(with(zones(2, 1)), (3, 3, 0));
        assert_eq!(with(zones(0, 0)), (3, 2, 0), "they are not heard from");
        assert_eq!(with(zones(0, 1)), (3, 2, 0), "one of three condemns nobody, as it would not by itself");
        assert_eq!(with(zones(1, 0)), (3, 3, 0), "and it may acquit");
    }

    #[test]
    fn who_is_not_heard_from_neither_condemns_nor_acquits() {
        let votes = |healthy, unhealthy| Votes { voters: 3, healthy, unhealthy, ..Votes::default() };
        assert_eq!(votes(0, 2).judge(Health::Healthy), Health::Unhealthy);
        assert_eq!(votes(0, 1).judge(Health::Healthy), Health::Healthy);
        assert_eq!(votes(0, 1).judge(Health::Unhealthy), Health::Unhealthy);
        assert_eq!(votes(0, 0).judge(Health::Unhealthy), Health::Unhealthy);
        assert_eq!(votes(1, 0).judge(Health::Unhealthy), Health::Healthy);
        assert_eq!(votes(2, 1).judge(Health::Unhealthy), Health::Healthy);
    }
}
