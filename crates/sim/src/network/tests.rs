use super::*;
use crate::bare::{Bare, Came, ONE_WAY, config};
use crate::faults::{FaultKind, Faults, RegionLoss};
use crate::kernel;
use crate::trace::What;
use engine::Probability;
use said::{PacketName, PacketWay};

const HERE: Place = Place::region(0);
const THERE: Place = Place::region(1);

/// Send something small of the control plane.
fn send(bare: &mut Bare, body: u64) -> Came {
    let parcel = Parcel { bytes: 100, channel: Channel::Control, write: None };
    bare.hand(|cx| cx.send(HERE, THERE, parcel, None, Body::Notice(Key::from_bits(body))))
}

#[test]
fn what_is_sent_is_said_to_arrive_after_the_delay_of_its_link() {
    let mut bare = Bare::new(2);
    let came = send(&mut bare, 1);
    assert!(came.said.is_empty() && came.arrived.is_empty(), "nobody hears of a packet before it is there");
    let Some((at, kernel::Event::Network(due))) = bare.next() else { panic!("it is planned") };
    let came = bare.arrive(due);
    assert_eq!(at, Time::ZERO + ONE_WAY);
    assert!(
        matches!(came.arrived[..], [Arrived { from: HERE, to: THERE, doubled: false, last: true, .. }]),
        "{came:?}"
    );
}

/// A link that sleeps for each message is a pipe that carries one message in each delay. This one carries any number.
#[test]
fn links_are_no_pipes_of_one_message_per_delay() {
    const MESSAGES: usize = 1_000;
    let mut bare = Bare::new(2);
    (0..MESSAGES as u64).for_each(|body| _ = send(&mut bare, body));
    assert_eq!(arrivals(&mut bare), [ONE_WAY; MESSAGES], "all are there after one delay");
}

#[test]
fn a_lossy_link_says_what_it_lost_and_nothing_arrives() {
    let mut config = config(2);
    config.links[0][1].loss = Probability::ALWAYS;
    let mut bare = Bare::of(config);
    let lost = send(&mut bare, 1).lost;
    assert!(matches!(lost[..], [Lost { to: THERE, last: true, fault: 0, .. }]), "{lost:?}");
    assert!(bare.next().is_none());
}

#[test]
fn of_a_doubled_packet_the_second_to_arrive_is_the_last() {
    let mut config = config(2);
    config.links[0][1].duplication = Probability::ALWAYS;
    let mut bare = Bare::of(config);
    send(&mut bare, 1);
    let arrived = bare.deliver().arrived;
    assert_eq!(arrived.iter().map(|it| (it.doubled, it.last)).collect::<Vec<_>>(), [(true, false), (true, true)]);
}

#[test]
fn what_arrives_where_there_is_no_power_is_lost_and_owed_to_the_fault() {
    let (mut bare, mut faults) = (Bare::new(2), Faults::default());
    send(&mut bare, 1);
    let loss = FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false });
    bare.hand(|cx| faults.start_by_hand(loss, cx));
    let lost = bare.deliver().lost;
    let [Lost { fault, .. }] = lost[..] else { panic!("{lost:?}") };
    assert_ne!(fault, 0);
}

#[test]
fn a_packet_dropped_by_hand_is_lost_because_of_that() {
    let mut bare = Bare::new(2);
    send(&mut bare, 1);
    let way = PacketWay { from: HERE, to: THERE, channel: Channel::Control };
    let name = PacketName { way: Some(way), number: 1 };
    let mut hand = 0;
    let came = bare.hand(|cx| {
        hand = cx.state_cause(What::Acted { index: 0 });
        cx.meddle(&name, None);
    });
    let [Lost { event, .. }] = came.lost[..] else { panic!("{came:?}") };
    assert!(event > hand);
    assert!(bare.deliver().arrived.is_empty());
    let again = bare.hand(|cx| cx.meddle(&name, None));
    assert_eq!(again.stated, [What::InVain]);
}

#[test]
fn what_arrives_in_the_dark_is_owed_to_the_dark_there_also_if_its_sender_died_later() {
    let (mut bare, mut faults) = (Bare::new(2), Faults::default());
    send(&mut bare, 1);
    let loss = |region| FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks: false });
    bare.hand(|cx| faults.start_by_hand(loss(1), cx));
    let mut there = 0;
    bare.hand(|cx| there = cx.blame().of_unsent(THERE));
    bare.hand(|cx| faults.start_by_hand(loss(0), cx));
    let lost = bare.deliver().lost;
    let [Lost { fault, .. }] = lost[..] else { panic!("{lost:?}") };
    assert_eq!(fault, there);
}

/// Regions between which a hundred bytes take 100 ms to leave.
fn narrow() -> Config {
    let mut config = config(2);
    config.links[0][1].bandwidth = Some(1000);
    config
}

fn name(number: u64) -> PacketName {
    PacketName { way: Some(PacketWay { from: HERE, to: THERE, channel: Channel::Control }), number }
}

/// When each packet under way arrives.
fn arrivals(bare: &mut Bare) -> Vec<Span> {
    let mut arrivals = Vec::new();
    while let Some((at, event)) = bare.next() {
        let kernel::Event::Network(due) = event else { panic!("{event:?}") };
        if !bare.arrive(due).arrived.is_empty() {
            arrivals.push(at - Time::ZERO);
        }
    }
    arrivals
}

#[test]
fn what_is_taken_out_in_front_of_a_narrow_link_gives_its_place_to_those_behind_it() {
    let left = |millis: u64| Span::from_millis(millis) + ONE_WAY;
    let mut bare = Bare::of(narrow());
    (1..=3).for_each(|body| drop(send(&mut bare, body)));
    bare.hand(|cx| cx.meddle(&name(2), None));
    // It would leave at 400 ms had the second not been taken out.
    send(&mut bare, 4);
    assert_eq!(arrivals(&mut bare), [100, 200, 300].map(left));

    // Of the first, half has left already.
    let mut bare = Bare::of(narrow());
    (1..=3).for_each(|body| drop(send(&mut bare, body)));
    bare.go_to(Time::ZERO + Span::from_millis(50));
    bare.hand(|cx| cx.meddle(&name(1), None));
    assert_eq!(arrivals(&mut bare), [150, 250].map(left));
}

#[test]
fn of_what_is_taken_out_only_what_had_left_counts_as_sent() {
    let mut bare = Bare::of(narrow());
    (1..=3).for_each(|body| drop(send(&mut bare, body)));
    bare.go_to(Time::ZERO + Span::from_millis(50));
    for number in [1, 3] {
        bare.hand(|cx| cx.meddle(&name(number), None));
    }
    arrivals(&mut bare);
    assert_eq!(bare.bytes_gone(0, 1), 50 + 100);
}

#[test]
fn a_doubled_packet_is_dropped_or_held_up_with_its_copy() {
    let doubled = |hold| {
        let mut config = config(2);
        config.links[0][1].duplication = Probability::ALWAYS;
        let mut bare = Bare::of(config);
        send(&mut bare, 1);
        let lost = bare.hand(|cx| cx.meddle(&name(1), hold)).lost.len();
        (lost, arrivals(&mut bare))
    };
    assert_eq!(doubled(None), (2, vec![]));
    let late = Span::from_millis(500);
    assert_eq!(doubled(Some(late)), (0, vec![ONE_WAY + late; 2]));
}
