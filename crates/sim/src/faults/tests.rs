use super::active::Faults;
use super::said::{Event, Fact, FaultName, Said};
use super::{ClockSkew, FaultKind, Isolation, RegionLoss};
use crate::bare::Bare;
use crate::config::FaultConfig;
use crate::kernel;
use crate::trace::What;
use engine::{Span, Time};

fn loss(region: u16) -> FaultKind {
    FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks: false })
}

#[test]
fn a_region_loses_its_power_once_however_many_faults_take_it() {
    let (mut bare, mut faults) = (Bare::new(2), Faults::default());
    let first = bare.hand(|cx| faults.start_by_hand(loss(1), cx));
    assert!(
        matches!(first.said[..], [kernel::Said::Faults(Said::PowerLost { region: 1, disks_lost: false, .. })]),
        "{first:?}"
    );
    let second = bare.hand(|cx| faults.start_by_hand(loss(1), cx));
    assert!(second.said.is_empty(), "{second:?}");
    let healed = bare.hand(|cx| faults.end_named(&FaultName::Begun(0), cx));
    assert!(healed.said.is_empty(), "the other fault goes on: {healed:?}");
    let healed = bare.hand(|cx| faults.restore(1, cx));
    assert!(
        matches!(
            healed.stated[..],
            [What::Faults(Fact::FaultEnded { fault: 1 }), What::Faults(Fact::RegionUp { region: 1 })]
        ),
        "{healed:?}"
    );
    assert!(matches!(healed.said[..], [kernel::Said::Faults(Said::PowerBack { region: 1 })]), "{healed:?}");
}

#[test]
fn healing_one_link_of_an_isolation_leaves_the_others_cut() {
    let (mut bare, mut faults) = (Bare::new(3), Faults::default());
    let isolated = FaultKind::Isolation(Isolation { sites: vec![0], users: false });
    bare.hand(|cx| faults.start_by_hand(isolated, cx));
    bare.hand(|cx| {
        faults.heal(0, 1, cx);
        let links = &cx.conditions().links;
        assert_eq!((links[0][1].data_cut, links[0][2].data_cut), (false, true));
    });
}

#[test]
fn a_fault_of_a_clock_moves_that_clock_alone() {
    let (mut bare, mut faults) = (Bare::new(2), Faults::default());
    let skew = FaultKind::ClockSkew(ClockSkew { sites: vec![1], offset: 5_000_000, drift_ppm: 0 });
    bare.hand(|cx| {
        faults.start_by_hand(skew, cx);
        assert_eq!(cx.clock(1) - cx.clock(0), Span::from_millis(5));
    });
}

/// What was planned to begin before takes no number from what a person has begun: in another variant it may not.
#[test]
fn a_fault_begun_by_hand_goes_by_its_number_among_those() {
    let plan = |at| FaultConfig { id: format!("at-{at}"), at: Time::from_secs(at), lasts: None, kind: loss(0) };
    for planned in [vec![], vec![plan(1)], vec![plan(1), plan(2)]] {
        let (mut bare, mut faults) = (Bare::new(3), Faults::default());
        bare.config.faults = planned;
        for planned in 0..bare.config.faults.len() as u16 {
            bare.hand(|cx| faults.on(Event::Start { planned }, cx));
        }
        bare.hand(|cx| faults.start_by_hand(loss(1), cx));
        bare.hand(|cx| faults.start_by_hand(loss(2), cx));
        let shown = faults.show(&bare.config);
        assert_eq!(shown.last().map(|fault| &fault.name), Some(&FaultName::ByHand(2)));
        bare.hand(|cx| {
            faults.end_named(&FaultName::ByHand(1), cx);
            let up: Vec<bool> = cx.conditions().regions.iter().map(|region| region.up).collect();
            assert_eq!(up[1..], [true, false]);
        });
    }
}

#[test]
fn ending_what_is_not_in_force_is_in_vain() {
    let (mut bare, mut faults) = (Bare::new(2), Faults::default());
    let came = bare.hand(|cx| faults.end_named(&FaultName::Begun(7), cx));
    assert_eq!(came.stated, [What::InVain]);
}
