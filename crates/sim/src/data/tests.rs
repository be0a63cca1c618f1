mod causal;

use super::*;
use crate::bare::Bare;
use crate::kernel;
use crate::network::said::Arrived;
use crate::services::said::{Ask, Want};
use crate::sites::Sites;
use crate::trace::{What, data as facts};
use crate::users::said::OperationKind;
use engine::Time;
use protocol::{ReadFrom, Response, Version, WriteId};
use protocols::leader_follower::{Acknowledge, Config as Settings, LeaderFollower};

type Hosted = Data<LeaderFollower>;

/// Three replicas, led by the first, each write acknowledged by one follower.
fn hosted() -> (Bare, Hosted) {
    let mut bare = Bare::new(3);
    let protocol =
        Settings { keys: 10, acknowledge: Acknowledge::SemiSync(1), ship: engine::Span::ZERO, ..Settings::default() };
    let mut data = Hosted::new(vec![protocol].into(), &bare.config);
    let came = bare.hand(|cx| data.start(cx));
    let leads = |what: &What| {
        matches!(what, What::Data(facts::Fact::Replica { region: 0, fact: protocol::Fact::Leads(_), .. }))
    };
    assert!(came.stated.iter().any(leads), "{came:?}");
    (bare, data)
}

fn write(region: u16, passed_on: bool) -> Ask {
    Ask {
        call: engine::Key::from_bits(9),
        region,
        dataset: 0,
        want: Want {
            kind: OperationKind::Write,
            read: ReadFrom::Leader,
            key: 3,
            write: 1,
            change: values::Change::new(values::Verb::Set),
            bytes: 100,
            clock: Time::ZERO,
            at_least: Version::NONE,
            seen: protocol::Seen::UNKNOWN,
            within: Span::ZERO,
            same: None,
        },
        passed_on,
    }
}

/// Let something happen, and see what is said.
fn on<P: Protocol>(event: kernel::Event, bare: &mut Bare, data: &mut Data<P>) -> Vec<kernel::Said> {
    let came = match event {
        kernel::Event::Network(due) => bare.arrive(due),
        kernel::Event::Data(event) => bare.hand(|cx| data.on(event, cx)),
        _ => return Vec::new(),
    };
    let mut said = came.said;
    for Arrived { from, to, body, last, .. } in came.arrived {
        let (Some(from), Some(to)) = (from.as_region(), to.as_region()) else { panic!("between regions") };
        let Body::Message { dataset, message } = body else { panic!("a message of a replica") };
        said.extend(bare.hand(|cx| data.on_message(dataset, (from, to), message, last, cx)).said);
    }
    said
}

/// Let time pass, at most until then, and see when somebody replies to a call and what.
fn reply<P: Protocol>(bare: &mut Bare, data: &mut Data<P>, until: Time) -> Option<(Time, Response)> {
    loop {
        let (at, event) = bare.next()?;
        if at > until {
            return None;
        }
        let said = on(event, bare, data);
        if let [kernel::Said::Data(Said::Replied { response, .. })] = said[..] {
            return Some((at, response));
        }
    }
}

#[test]
fn a_write_where_the_leader_is_not_is_said_to_belong_elsewhere() {
    let (mut bare, mut data) = hosted();
    let came = bare.hand(|cx| data.ask(write(2, false), cx));
    assert!(came.stated.is_empty());
    assert!(matches!(came.said[..], [kernel::Said::Data(Said::Elsewhere { region: 2, to: 0, .. })]), "{came:?}");
}

#[test]
fn a_read_from_the_nearest_that_is_healthy_passes_by_its_own_replica_once_its_region_is_told_to_be_unhealthy() {
    let (mut bare, mut data) = hosted();
    let mut ask = |data: &mut Hosted, read| {
        let write = write(1, false);
        let read = Ask { want: Want { kind: OperationKind::Read, read, ..write.want.clone() }, ..write };
        bare.hand(|cx| data.ask(read, cx)).said
    };
    let here = |said: &[kernel::Said]| matches!(said, [kernel::Said::Data(Said::Replied { region: 1, .. })]);
    assert!(here(&ask(&mut data, ReadFrom::NearestHealthy)));
    data.directory.hear(1, Bulletin::new(1, Sites::one(1)));
    assert!(here(&ask(&mut data, ReadFrom::Local)));
    let elsewhere = ask(&mut data, ReadFrom::NearestHealthy);
    assert!(
        matches!(elsewhere[..], [kernel::Said::Data(Said::Elsewhere { region: 1, to: 0 | 2, .. })]),
        "{elsewhere:?}"
    );
}

#[test]
fn a_write_is_appended_at_once_and_replied_to_when_a_follower_has_it() {
    let (mut bare, mut data) = hosted();
    assert_eq!(reply(&mut bare, &mut data, Time::from_secs(1)), None);
    let mut asked = Time::ZERO;
    let came = bare.hand(|cx| {
        asked = cx.now();
        data.ask(write(0, false), cx);
    });
    let appended = |what: &What| {
        matches!(what, What::Data(facts::Fact::Replica { region: 0, fact: protocol::Fact::Appended { .. }, .. }))
    };
    assert!(came.stated.iter().any(appended) && came.said.is_empty(), "{came:?}");
    let replied = reply(&mut bare, &mut data, Time::from_secs(2));
    assert!(
        matches!(replied, Some((at, Response::Written(_))) if at == asked + crate::bare::ONE_WAY * 2),
        "{replied:?}"
    );
}

#[test]
fn routers_learn_only_of_later_leaderships_and_a_blank_disk_is_not_told_to_lead() {
    let (mut bare, mut data) = hosted();
    let mut hear = |data: &mut Hosted, leader, epoch| {
        bare.hand(|cx| data.hear_route(0, 2, (leader, Epoch(epoch)), Bulletin::default(), cx)).stated
    };
    let learned =
        |stated: &[What]| stated.iter().any(|what| matches!(what, What::Data(facts::Fact::RouteLearned { .. })));
    assert!(learned(&hear(&mut data, 1, 3)));
    assert!(!learned(&hear(&mut data, 0, 2)));
    bare.hand(|cx| data.power_lost(2, true, cx));
    bare.hand(|cx| data.power_back(2, cx));
    let came = bare.hand(|cx| data.hear_route(0, 2, (2, Epoch(4)), Bulletin::default(), cx));
    let leads = |what: &What| matches!(what, What::Data(facts::Fact::Replica { fact: protocol::Fact::Leads(_), .. }));
    assert!(learned(&came.stated) && !came.stated.iter().any(leads), "{came:?}");
}

#[test]
fn a_region_asks_every_holder_before_any_again_and_goes_back_to_none_for_a_late_answer() {
    let mut config = Bare::new(5).config;
    config.datasets[0].placement = vec![0, 1, 2, 3];
    for (holder, millis) in [10, 20, 30, 40].into_iter().enumerate() {
        config.links[4][holder].one_way = Span::from_millis(millis);
    }
    let mut directory = Directory::new(&config);
    let asked: Vec<u16> = (0..6)
        .map(|_| {
            let (silent, _) = directory.leader(4, 0);
            directory.turn_from(4, 0, silent, &config);
            silent
        })
        .collect();
    assert_eq!(asked, [0, 1, 2, 3, 0, 1]);
    assert!(directory.turn_to(4, 0, 2, Epoch(3)));
    assert!(!directory.turn_to(4, 0, 0, Epoch(2)), "it led before");
    assert_eq!(directory.leader(4, 0), (2, Epoch(3)));
    directory.turn_from(4, 0, 2, &config);
    assert!(directory.turn_to(4, 0, 1, Epoch(2)), "who was guessed at is corrected by any answer");
}

#[test]
fn what_is_lost_on_the_way_is_not_kept() {
    let (mut bare, mut data) = hosted();
    bare.hand(|cx| data.ask(write(0, false), cx));
    for Arrived { body, last, .. } in bare.deliver().arrived {
        if let Body::Message { message, .. } = body {
            data.on_lost(message, last);
        }
    }
    assert_eq!(data.messages.weight(), 0);
}

#[test]
fn a_read_that_waits_is_answered_when_its_replica_holds_enough_and_sent_to_the_leader_when_it_waits_too_long() {
    let asked = |within: Span| {
        let (mut bare, mut data) = hosted();
        assert_eq!(reply(&mut bare, &mut data, Time::from_secs(1)), None);
        let at_least = Version { epoch: Epoch(1), lsn: 1 };
        let (mut at, write) = (Time::ZERO, write(0, false));
        bare.hand(|cx| {
            at = cx.now();
            data.ask(write.clone(), cx);
        });
        let want = Want { kind: OperationKind::Read, read: ReadFrom::SessionWait, within, at_least, ..write.want };
        let call = engine::Key::from_bits(10);
        let came = bare.hand(|cx| data.ask(Ask { call, region: 1, want, ..write }, cx));
        assert!(came.said.is_empty(), "it has nothing to say yet: {came:?}");
        let (replied, response) = reply(&mut bare, &mut data, Time::from_secs(2)).expect("it is answered");
        assert!(data.waiting.is_empty(), "nobody waits any more");
        (replied - at, response)
    };
    let (waited, response) = asked(Span::from_secs(1));
    assert!(matches!(response, Response::Read(stored) if stored.write == Some(WriteId(1))), "{response:?}");
    assert_eq!(waited, crate::bare::ONE_WAY);
    let short = Span::from_micros(3_500);
    assert_eq!(asked(short), (short, Response::NotLeader(NodeId(0))));
}

#[test]
fn a_sticky_read_goes_where_it_was_answered_before_until_that_region_is_told_to_be_unhealthy() {
    let (mut bare, mut data) = hosted();
    let mut to = |data: &mut Hosted, same| {
        let write = write(1, false);
        let want = Want { kind: OperationKind::Read, read: ReadFrom::Sticky, same, ..write.want };
        match bare.hand(|cx| data.ask(Ask { want, ..write }, cx)).said[..] {
            [kernel::Said::Data(Said::Elsewhere { to, .. })] => to,
            [kernel::Said::Data(Said::Replied { region, .. })] => region,
            ref said => panic!("{said:?}"),
        }
    };
    assert_eq!([None, Some(2), Some(1)].map(|same| to(&mut data, same)), [1, 2, 1]);
    data.directory.hear(1, Bulletin::new(1, Sites::one(2)));
    assert_eq!(to(&mut data, Some(2)), 1);
}

#[test]
fn a_replica_that_has_lost_its_disk_has_nothing_again_if_its_power_goes_before_what_it_was_given_is_synced() {
    let (mut bare, mut data) = hosted();
    bare.hand(|cx| data.power_lost(0, true, cx));
    bare.hand(|cx| data.power_back(0, cx));
    let mut blank_after = |region: u16, fact| {
        let replica = data.datasets[0].replicas[usize::from(region)].as_mut().expect("all have one");
        replica.hear(fact);
        data.blank(0, region)
    };
    let nothing = protocol::Fact::Recovered { upto: Version::NONE };
    assert!(!blank_after(0, protocol::Fact::Restored { from: NodeId(1), upto: Version { epoch: Epoch(1), lsn: 9 } }));
    assert!(blank_after(0, nothing));
    assert!(!blank_after(1, nothing), "its disk is the one that it began with");
}
