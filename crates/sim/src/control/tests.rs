use super::said::{Account, Event, Fact, Said};
use super::*;
use crate::bare::{Bare, Came};
use crate::config::Failover;
use crate::data::said::{Held, Standing};
use crate::faults::{FaultKind, Faults, RegionLoss};
use crate::kernel;
use crate::network::said::Arrived;
use crate::services::said::Vitals;
use crate::trace::What;
use engine::Time;
use protocol::Version;

/// The controller of three regions stands in the last. Everything but the control plane is played by the test: regions in
/// `dark` are not asked and answer nothing.
struct Played {
    bare: Bare,
    control: Control,
    dark: Vec<u16>,
    stated: Vec<What>,
    said: Vec<Said>,
}

fn account(region: u16) -> Account {
    let epoch = Epoch(1);
    let standing = Standing { dataset: 0, leads: region == 0, blank: false, epoch, last: Version::NONE };
    Account { vitals: Vitals::default(), standings: vec![standing], leaders: vec![(0, epoch)] }
}

impl Played {
    fn new() -> Played {
        Played::of(Bare::new(3))
    }

    fn of(mut bare: Bare) -> Played {
        let control = Control::new(&bare.config, vec![0]);
        bare.hand(|cx| control.start(cx));
        Played { bare, control, dark: Vec::new(), stated: Vec::new(), said: Vec::new() }
    }

    fn hear(&mut self, came: Came) {
        self.stated.extend(came.stated);
        let mut said = std::collections::VecDeque::from(came.said);
        for Arrived { to, body, last, .. } in came.arrived {
            if let (Some(region), Body::Notice(notice)) = (to.as_region(), body)
                && !self.dark.contains(&region)
            {
                let came = self.bare.hand(|cx| self.control.on_notice(region, notice, last, cx));
                self.stated.extend(came.stated);
                said.extend(came.said);
            }
        }
        while let Some(said_now) = said.pop_front() {
            let came = match said_now {
                kernel::Said::Control(Said::AskedAfter { region, vantage, round }) => {
                    self.bare.hand(|cx| self.control.present(region, vantage, round, account(region), cx))
                }
                kernel::Said::Control(Said::Reports { vantage, region }) => {
                    self.bare.hand(|cx| self.control.report(vantage, account(region), cx))
                }
                kernel::Said::Control(other) => {
                    self.said.push(other);
                    continue;
                }
                _ => continue,
            };
            self.stated.extend(came.stated);
            said.extend(came.said);
        }
    }

    fn until(&mut self, end: Time) {
        while let Some((at, event)) = self.bare.next() {
            let came = match event {
                kernel::Event::Network(due) => self.bare.arrive(due),
                kernel::Event::Control(Event::Probe { vantage }) if self.dark.contains(&vantage) => continue,
                kernel::Event::Control(event) => self.bare.hand(|cx| self.control.on(event, cx)),
                _ => continue,
            };
            self.hear(came);
            if at >= end {
                return;
            }
        }
    }
}

#[test]
fn as_long_as_all_answer_nobody_is_judged_and_everybody_is_told_who_leads() {
    let mut played = Played::new();
    played.until(Time::from_secs(20));
    assert!(played.stated.is_empty(), "{:?}", played.stated);
    let told = |region| {
        let told = |said: &&Said| matches!(said, Said::Told { region: of, route: (0, Epoch(1)), .. } if *of == region);
        played.said.iter().filter(told).count()
    };
    assert!((0..3).all(|region| told(region) >= 5));
}

#[test]
fn a_leader_that_stops_answering_is_judged_and_another_promoted_and_the_name_service_hears_of_both() {
    let mut played = Played::new();
    played.until(Time::from_secs(4));
    played.dark = vec![0];
    played.until(Time::from_secs(20));
    let decided = |what: &&What| !matches!(what, What::Control(Fact::Probed { .. }));
    let decided: Vec<&What> = played.stated.iter().filter(decided).collect();
    assert!(
        matches!(
            decided[..],
            [
                What::Control(Fact::Judged { region: 0, health: Health::Unhealthy, .. }),
                What::Control(Fact::FailoverDecided { dataset: 0, from: 0, to: 1, epoch: Epoch(2) })
            ]
        ),
        "{decided:?}"
    );
    let judged = |said: &Said| matches!(said, Said::Judged { region: 0, health: Health::Unhealthy });
    let leads = |said: &Said| matches!(said, Said::Leads { dataset: 0, leader: 1 });
    assert!(played.said.iter().any(judged) && played.said.iter().any(leads));
}

#[test]
fn a_promotion_by_hand_of_a_region_without_power_says_so() {
    let mut played = Played::new();
    let held = [Held { dataset: 0, standing: None, leader: 0 }];
    let came = played.bare.hand(|cx| played.control.promote_by_hand(1, &held, Bulletin::default(), cx));
    assert!(
        matches!(came.stated[..], [What::Control(Fact::NotPromoted { region: 1, why: said::Unfit::Dark, .. })]),
        "{came:?}"
    );
}

/// What comes of the order to hand over to a region.
fn ordered(played: &mut Played, region: u16) -> Vec<What> {
    played.bare.hand(|cx| played.control.hand_over_by_order(region, None, cx)).stated
}

#[test]
fn an_order_to_hand_over_says_why_it_comes_to_nothing_and_is_given_once() {
    let mut played = Played::new();
    let why = |stated: &[What]| match stated {
        [What::Control(Fact::NotPromoted { why, .. })] => Some(*why),
        _ => None,
    };
    played.dark = vec![1];
    played.until(Time::from_secs(20));
    assert_eq!(why(&ordered(&mut played, 1)), Some(said::Unfit::Unwell));
    assert_eq!(why(&ordered(&mut played, 0)), Some(said::Unfit::Leads));
    assert!(decided_for(2, &ordered(&mut played, 2)));
    assert_eq!(why(&ordered(&mut played, 1)), Some(said::Unfit::Moving));
    played.until(Time::from_secs(60));
    assert_eq!(given_up(&played, 2), 1, "nobody carried it out");
}

fn decided_for(region: u16, stated: &[What]) -> bool {
    matches!(stated, [What::Control(Fact::HandOverDecided { dataset: 0, from: 0, to, epoch: Epoch(2) })] if *to == region)
}

/// How often a hand-over to a region was given up.
fn given_up(played: &Played, region: u16) -> usize {
    let given_up =
        |what: &&What| matches!(what, What::Control(Fact::HandOverGivenUp { from: 0, to, .. }) if *to == region);
    played.stated.iter().filter(given_up).count()
}

#[test]
fn a_run_begins_with_all_known_so_that_leadership_may_be_handed_over_at_once() {
    let mut played = Played::new();
    assert!(decided_for(1, &ordered(&mut played, 1)));
}

#[test]
fn a_hand_over_from_a_leader_that_fails_and_is_not_replaced_is_given_up_and_from_one_that_is_replaced_forgotten() {
    for (failover, times) in [(Failover::Off, 1), (Failover::Automatic, 0)] {
        let mut bare = Bare::new(3);
        bare.config.control.failover = failover;
        let mut played = Played::of(bare);
        played.until(Time::from_secs(4));
        assert!(decided_for(1, &ordered(&mut played, 1)));
        played.dark = vec![0];
        played.until(Time::from_secs(60));
        assert_eq!(given_up(&played, 1), times);
    }
}

#[test]
fn a_leader_that_does_not_answer_cannot_hand_over_and_without_power_nobody_hears_of_it() {
    let mut played = Played::new();
    played.until(Time::from_secs(4));
    played.dark = vec![0];
    played.until(Time::from_secs(20));
    let mut bare = Bare::new(2);
    let mut control = Control::new(&bare.config, vec![0]);
    let loss = FaultKind::RegionLoss(RegionLoss { sites: vec![bare.config.control.home as u16], disks: false });
    bare.hand(|cx| Faults::default().start_by_hand(loss, cx));
    let stated = bare.hand(|cx| control.hand_over_by_order(1, None, cx)).stated;
    assert!(
        matches!(stated[..], [What::Control(Fact::OrderedInVain { region: 1, why: said::Vain::NobodyHears })]),
        "{stated:?}"
    );
}
