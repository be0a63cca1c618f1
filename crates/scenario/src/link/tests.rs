use super::*;
use engine::{Probability, Span};
use proptest::prelude::*;
use sim::Action;
use sim::fault::{ClockSkew, DegradedLink, Direction, FaultKind, Isolation, Partition, Plane, RegionLoss, SlowRegion};

fn link(scenario: LinkScenario) -> Link {
    Link { scenario, seed: None, variant: None, actions: Vec::new(), playhead: Time::from_secs(42) }
}

fn first_look() -> Link {
    link(LinkScenario::BuiltIn { id: "first-look".to_owned(), digest: None })
}

fn partition(left: Vec<u16>, right: Vec<u16>) -> Action {
    Action::Start(FaultKind::Partition(Partition { left, right, direction: Direction::Both, plane: Plane::All }))
}

/// A session of somebody who could not leave anything alone.
fn many_actions(count: u64) -> Vec<LoggedAction> {
    let action = |step: u64| match step % 5 {
        0 => Action::Start(FaultKind::RegionLoss(RegionLoss {
            region: (step % 3) as u16,
            disks: step.is_multiple_of(2),
        })),
        1 => partition(vec![0], vec![1, 2]),
        2 => Action::RestoreRegion((step % 3) as u16),
        3 => Action::Start(FaultKind::ClockSkew(ClockSkew { region: 1, offset: -(step as i64) * 7_919, drift_ppm: 3 })),
        _ => Action::DropPacket(step * 1_299_709),
    };
    (1..=count).map(|step| LoggedAction { at: Time::from_nanos(step * 1_234_567_891), action: action(step) }).collect()
}

#[test]
fn a_link_to_an_unmodified_scenario_is_short() {
    for built_in in built_in() {
        let scenario = load(built_in.text, None, None).unwrap();
        for variant in std::iter::once(None).chain(scenario.variants.iter().map(|variant| Some(variant.id.as_str()))) {
            let scenario = load(built_in.text, variant, Some(u64::MAX)).unwrap();
            let length =
                Link::new(&scenario, Some(u64::MAX), Vec::new(), Time::from_nanos(119_999_999_999)).encode().len();
            assert!(length < 120, "{} {variant:?}: {length} characters", built_in.id);
        }
    }
}

#[test]
fn a_link_to_a_heavily_edited_scenario_fits_a_message() {
    for built_in in built_in() {
        // Every number changed, a section added, and forty things done.
        let edited: String = built_in.text.chars().map(|c| if c == '2' { '3' } else { c }).collect();
        let edited = edited + "\n[[link]]\nbetween = [\"us-east-1\", \"eu-west-1\"]\nrtt = \"99ms\"\nloss = \"1%\"\n";
        let length = Link { actions: many_actions(40), ..link(LinkScenario::Packed(edited)) }.encode().len();
        assert!(length < 4_000, "{}: {length} characters", built_in.id);
    }
}

#[test]
fn a_link_is_read_from_a_fragment_and_from_an_address() {
    let encoded = first_look().encode();
    for text in [encoded.clone(), format!("#{encoded}"), format!(" https://example.org/sim/#{encoded}\n")] {
        assert_eq!(Link::decode(&text), Ok(first_look()));
    }
    let (scenario, actions) = first_look().open().unwrap();
    assert_eq!((scenario.id.as_deref(), actions.len()), (Some("first-look"), 0));
}

#[test]
fn any_single_changed_or_missing_character_is_noticed() {
    let encoded = Link { actions: many_actions(3), ..first_look() }.encode();
    for place in 0..encoded.len() {
        let mut changed = encoded.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(Link::decode(&changed), Err(LinkError::Damaged), "changed at {place}");
        assert!(Link::decode(&encoded[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn a_newer_link_says_so_and_is_not_taken_for_a_damaged_one() {
    let body = b"whatever the next version will hold";
    let newer = VERSION + 1;
    let mut bytes = vec![newer];
    bytes.extend_from_slice(&checksum(newer, body).to_le_bytes());
    bytes.extend_from_slice(body);
    let error = Link::decode(&base64::encode(&bytes)).unwrap_err();
    assert_eq!(error, LinkError::Newer(newer));
    assert!(error.to_string().contains("newer"));
    assert_eq!(Link::decode("#"), Err(LinkError::Empty));
}

#[test]
fn a_link_to_a_scenario_that_has_changed_says_so_and_opens() {
    let scenario = load(built_in()[0].text, None, None).unwrap();
    let mut link = Link::new(&scenario, None, Vec::new(), Time::ZERO);
    assert_eq!(Link::decode(&link.encode()).map(|link| link.warning()), Ok(None));
    link.scenario = LinkScenario::BuiltIn { id: "first-look".to_owned(), digest: Some(text_digest("as it was")) };
    let warning = Link::decode(&link.encode()).unwrap().warning().unwrap();
    assert!(warning.starts_with("The scenario `first-look` has changed since the link was made"));
    assert!(link.open().is_ok());
    assert_eq!(first_look().warning(), None, "a link of version 1 cannot know");
}

/// Made by version 1, with an action and a fault of each kind there was.
#[test]
fn an_old_link_leads_to_the_same_actions() {
    const OLD: &str = "ASdTd1x1ja0KwmAYhd_32-acimHBICgYBMvuYTegt2AQheHPwFlsL2IRjGOCGBYNyhAsokHRsLgkCIsigmCxWAQ_RKPPCQeeEw7Eakbb6mgN06yjjIpVbRqa1W1VEgCASPYtFHgDQx6aHlcyMIa02TlxELiDD1F96ywY_AGvMgWzRxLEr8jqv4nOo0AFCRWVnr15ih8O74M0AyT3dMkItDzscyIj33PzUpHC8asQKVHfK5Nvryf4Bg";
    let [loss, duplication, reordering] = [Probability::NEVER; 3];
    let (extra, bandwidth) = (Span::from_millis(5), Some(1000));
    let faults = [
        FaultKind::RegionLoss(RegionLoss { region: 1, disks: true }),
        FaultKind::Partition(Partition {
            left: vec![0],
            right: vec![1, 2],
            direction: Direction::LeftToRight,
            plane: Plane::Control,
        }),
        FaultKind::Isolation(Isolation { region: 2, users: true }),
        FaultKind::DegradedLink(DegradedLink {
            from: 1,
            to: 2,
            one_way: true,
            slowness: 3.0,
            extra,
            loss,
            duplication,
            reordering,
            bandwidth,
        }),
        FaultKind::SlowRegion(SlowRegion { region: 0, slowness: 7.5, errors: Probability::NEVER }),
        FaultKind::ClockSkew(ClockSkew { region: 1, offset: -5, drift_ppm: 9 }),
    ];
    let others = [
        Action::RestoreRegion(1),
        Action::HealLink(0, 1),
        Action::HealAll,
        Action::Promote(2),
        Action::DropPacket(77),
        Action::DelayPacket(78, Span::from_millis(200)),
    ];
    let actions = faults.into_iter().map(Action::Start).chain(others).enumerate();
    let actions = actions.map(|(second, action)| LoggedAction { at: Time::from_secs(second as u64), action }).collect();
    let variant = Some("semi-sync".to_owned());
    assert_eq!(Link::decode(OLD), Ok(Link { seed: Some(7), variant, actions, ..first_look() }));
}

#[test]
fn a_bomb_does_not_inflate() {
    let body = miniz_oxide::deflate::compress_to_vec(&vec![0; 64 * 1024 * 1024], 6);
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(&checksum(VERSION, &body).to_le_bytes());
    bytes.extend_from_slice(&body);
    assert_eq!(Link::decode(&base64::encode(&bytes)), Err(LinkError::Damaged));
}

#[test]
fn actions_that_nobody_can_do_are_refused() {
    let refused = |at: Time, action: Action| {
        let actions =
            vec![LoggedAction { at: Time::from_secs(1), action: Action::HealAll }, LoggedAction { at, action }];
        Link { actions, ..first_look() }.open().map(|_| ()).unwrap_err().to_string()
    };
    let later = Time::from_secs(2);
    let degraded = |from, to, slowness| {
        let [loss, duplication, reordering] = [Probability::NEVER; 3];
        let (one_way, extra, bandwidth) = (false, Span::ZERO, None);
        let link = DegradedLink { from, to, one_way, slowness, extra, loss, duplication, reordering, bandwidth };
        Action::Start(FaultKind::DegradedLink(link))
    };
    assert!(refused(later, Action::Promote(3)).contains("region number 3, but there are 3"));
    assert!(
        refused(later, Action::Start(FaultKind::Isolation(Isolation { region: 9, users: true }))).contains("number 9")
    );
    assert!(refused(Time::ZERO, Action::HealAll).contains("earlier"));
    assert!(refused(Time::from_secs(90_000), Action::HealAll).contains("beyond the longest run"));
    assert!(refused(later, partition(vec![0], vec![])).contains("empty side"));
    assert!(refused(later, partition(vec![0, 1], vec![1])).contains("both sides"));
    assert!(refused(later, degraded(0, 1, f64::NAN)).contains("factor"));
    assert!(refused(later, degraded(1, 1, 2.0)).contains("to itself"));
    assert!(refused(later, Action::DelayPacket(7, Span::MAX)).contains("longer than a day"));
    let unknown = link(LinkScenario::BuiltIn { id: "no-such".to_owned(), digest: None }).open().unwrap_err();
    assert!(unknown.to_string().contains("`no-such`") && unknown.to_string().contains("first-look"));
}

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        any::<u16>().prop_map(Action::RestoreRegion),
        (any::<u16>(), any::<u16>()).prop_map(|(a, b)| Action::HealLink(a, b)),
        any::<u64>().prop_map(Action::DropPacket),
        any::<u32>().prop_map(Action::EndFault),
        (any::<u16>(), any::<bool>())
            .prop_map(|(region, users)| Action::Start(FaultKind::Isolation(Isolation { region, users }))),
        (any::<Vec<u16>>(), any::<Vec<u16>>()).prop_map(|(left, right)| partition(left, right)),
        (any::<u16>(), any::<i64>(), any::<i32>()).prop_map(|(region, offset, drift_ppm)| {
            Action::Start(FaultKind::ClockSkew(ClockSkew { region, offset, drift_ppm }))
        }),
    ]
}

fn any_link() -> impl Strategy<Value = Link> {
    let scenario = prop_oneof![
        (".*", any::<Option<[u8; 4]>>()).prop_map(|(id, digest)| LinkScenario::BuiltIn { id, digest }),
        ".{0,2000}".prop_map(LinkScenario::Packed)
    ];
    let actions = prop::collection::vec((any::<u64>(), any_action()), 0..20);
    (scenario, any::<Option<u64>>(), any::<Option<String>>(), actions, any::<u64>()).prop_map(
        |(scenario, seed, variant, actions, playhead)| Link {
            scenario,
            seed,
            variant,
            actions: actions
                .into_iter()
                .map(|(at, action)| LoggedAction { at: Time::from_nanos(at), action })
                .collect(),
            playhead: Time::from_nanos(playhead),
        },
    )
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(link in any_link()) {
        prop_assert_eq!(Link::decode(&link.encode()), Ok(link));
    }

    #[test]
    fn any_text_is_a_link_or_a_clear_error(text in ".*") {
        if let Err(error) = Link::decode(&text) {
            prop_assert!(error.to_string().starts_with("The link is"));
        }
    }

    #[test]
    fn any_body_under_a_right_checksum_is_a_link_or_a_clear_error(body in prop::collection::vec(any::<u8>(), 0..300)) {
        // Whoever writes a checksum can write anything beneath it.
        let packed = miniz_oxide::deflate::compress_to_vec(&body, 6);
        for (version, body) in [(1, &body), (1, &packed), (VERSION, &body), (VERSION, &packed)] {
            let mut bytes = vec![version];
            bytes.extend_from_slice(&checksum(version, body).to_le_bytes());
            bytes.extend_from_slice(body);
            if let Ok(link) = Link::decode(&base64::encode(&bytes)) {
                let _: Result<_, LinkError> = link.open();
            }
        }
    }
}
