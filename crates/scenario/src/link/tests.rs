use super::*;
use engine::{Probability, Span};
use proptest::prelude::*;
use settings::Fallback;
use sim::config::ZonedRegion;
use sim::faults::{ClockSkew, DegradedLink, Direction, FaultKind, Isolation, Partition, Plane, RegionLoss, SlowRegion};
use sim::{Action, FaultName, PacketName};

mod mangled;

fn link(scenario: LinkScenario) -> Link {
    Link { scenario, seed: None, variant: None, actions: Vec::new(), playhead: Time::from_secs(42), outcome: None }
}

fn first_look() -> Link {
    link(LinkScenario::BuiltIn { id: "first-look".to_owned(), digest: None })
}

/// A session of somebody who could not leave anything alone.
fn many_actions(count: u64) -> Vec<String> {
    let region = |step: u64| ["us-east-1", "eu-west-1", "ap-northeast-1"][(step % 3) as usize];
    let act = |step: u64| match step % 5 {
        0 => format!("region-loss region={} disks-lost=true", region(step)),
        1 => "partition left=us-east-1 right=eu-west-1,ap-northeast-1".to_owned(),
        2 => format!("restore region={}", region(step)),
        3 => format!("clock-skew region=eu-west-1 offset=-{}ns drift=3ppm", step * 7_919),
        _ => format!("drop-packet from=us-east-1 to=ap-northeast-1 number={}", step * 1_299),
    };
    (1..=count).map(|step| format!("{}ms {}", step * 1_234, act(step))).collect()
}

#[test]
fn a_link_to_an_unmodified_scenario_is_short() {
    for built_in in built_in() {
        let scenario = load(built_in.text(), None, None).unwrap();
        for variant in std::iter::once(None).chain(scenario.variants.iter().map(|variant| Some(variant.id.as_str()))) {
            let scenario = load(built_in.text(), variant, Some(u64::MAX)).unwrap();
            let link = Link::new(&scenario, Some(u64::MAX), &[], Time::from_nanos(119_999_999_999));
            let length = Link { outcome: Some([0xff; 4]), ..link }.encode().len();
            assert!(length < 120, "{} {variant:?}: {length} characters", built_in.id);
        }
    }
}

#[test]
fn a_link_to_a_heavily_edited_scenario_fits_a_message() {
    for built_in in built_in() {
        // Every number changed, a section added, and forty things done.
        let edited: String = built_in.text().chars().map(|c| if c == '2' { '3' } else { c }).collect();
        let edited = edited + "\n[[link]]\nbetween = [\"us-east-1\", \"eu-west-1\"]\nrtt = \"99ms\"\nloss = \"1%\"\n";
        let length = Link { actions: many_actions(40), ..link(LinkScenario::Packed(edited)) }.encode().len();
        assert!(length < 4_000, "{}: {length} characters", built_in.id);
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
    let scenario = load(built_in()[0].text(), None, None).unwrap();
    let mut link = Link::new(&scenario, None, &[], Time::ZERO);
    assert_eq!(Link::decode(&link.encode()).map(|link| link.warning()), Ok(None));
    link.scenario =
        LinkScenario::BuiltIn { id: "first-look".to_owned(), digest: Some(shortened(of_text("as it was"))) };
    let warning = Link::decode(&link.encode()).unwrap().warning().unwrap();
    assert!(warning.starts_with("The scenario `first-look` has changed since the link was made"));
    assert!(link.open().is_ok());
    assert_eq!(first_look().warning(), None, "a link of version 1 cannot know");
}

#[test]
fn a_link_says_when_its_run_comes_out_otherwise_now() {
    let digest = |second: u32| (second < 60).then_some([second as u8, 1, 2, 3]);
    let at = |nanos, outcome| Link { playhead: Time::from_nanos(nanos), outcome, ..first_look() }.contradiction(digest);
    assert_eq!(at(42_000_000_000, Some([41, 1, 2, 3])), None);
    assert_eq!(at(42_999_999_999, Some([41, 1, 2, 3])), None, "the last second that is over counts");
    assert!(at(42_000_000_000, Some([41, 1, 2, 4])).unwrap().contains("comes out otherwise now"));
    assert_eq!(at(999_999_999, Some([9; 4])), None, "no second is over");
    assert_eq!(at(61_000_000_000, Some([9; 4])), None, "it has not come so far");
    assert_eq!(at(42_000_000_000, None), None, "an older link cannot know");
}

#[test]
fn an_edited_scenario_keeps_the_edition_of_its_round_trips() {
    let text = find_built_in("first-look").unwrap().text();
    let old = LinkScenario::Packed(pinned(&text.replace("title = \"", "title = \"My "), Edition::June2020));
    let one_way = |link: &Link| link.open().unwrap().0.config.links[0][1].one_way;
    let (then, now) = (one_way(&link(old.clone())), one_way(&first_look()));
    assert_ne!(then, now);
    let scenario = link(old).open().unwrap().0;
    let again = Link::new(&scenario, None, &[], Time::ZERO);
    assert_eq!(one_way(&again), then, "also when it is handed on");
    let texts = [
        ("[links]", "[links]\nedition = \"2020\"\n"),
        ("[links] # all\nloss = \"1%\"", "[links] # all\nedition = \"2020\"\nloss = \"1%\""),
        ("links.loss = \"1%\"\n", "links.edition = \"2020\"\nlinks.loss = \"1%\"\n"),
        ("[run]\nseed = 1", "[run]\nseed = 1\n\n[links]\nedition = \"2020\"\n"),
        ("[links]\nedition = \"2025-07\"", "[links]\nedition = \"2025-07\""),
        ("no scenario", "no scenario"),
    ];
    for (text, written) in texts {
        assert_eq!(pinned(text, Edition::June2020), written);
    }
}

/// Actions of a first version's link, one of each kind there was.
fn first_actions() -> Vec<Action> {
    let [loss, duplication, reordering] = [Probability::NEVER; 3];
    let (extra, bandwidth) = (Span::from_millis(5), Some(1000));
    let faults = [
        FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: true }),
        FaultKind::Partition(Partition {
            left: vec![0],
            right: vec![1, 2],
            direction: Direction::LeftToRight,
            plane: Plane::Control,
        }),
        FaultKind::Isolation(Isolation { sites: vec![2], users: true }),
        FaultKind::DegradedLink(DegradedLink {
            from: vec![1],
            to: vec![2],
            one_way: true,
            slowness: 3.0,
            extra,
            loss,
            duplication,
            reordering,
            bandwidth,
        }),
        FaultKind::SlowRegion(SlowRegion { sites: vec![0], slowness: 7.5, errors: Probability::NEVER }),
        FaultKind::ClockSkew(ClockSkew { sites: vec![1], offset: -5, drift_ppm: 9 }),
    ];
    let packet = |number| PacketName { way: None, number };
    let others = [
        Action::RestoreRegion(1),
        Action::HealLink(0, 1),
        Action::HealAll,
        Action::Promote(2, None),
        Action::DropPacket(packet(77)),
        Action::DelayPacket(packet(78), Span::from_millis(200)),
    ];
    faults.into_iter().map(Action::Start).chain(others).collect()
}

/// Made by version 1, with an action and a fault of each kind there was.
#[test]
fn a_link_of_version_1_leads_to_the_same_actions() {
    const OLD: &str = "ASdTd1x1ja0KwmAYhd_32-acimHBICgYBMvuYTegt2AQheHPwFlsL2IRjGOCGBYNyhAsokHRsLgkCIsigmCxWAQ_RKPPCQeeEw7Eakbb6mgN06yjjIpVbRqa1W1VEgCASPYtFHgDQx6aHlcyMIa02TlxELiDD1F96ywY_AGvMgWzRxLEr8jqv4nOo0AFCRWVnr15ih8O74M0AyT3dMkItDzscyIj33PzUpHC8asQKVHfK5Nvryf4Bg";
    let old = Link::decode(OLD).unwrap();
    let about = (old.seed, old.variant.as_deref(), old.playhead, &old.scenario);
    assert_eq!(about, (Some(7), Some("semi-sync"), first_look().playhead, &first_look().scenario));
    let (_, log) = old.open().unwrap();
    assert!(log.iter().enumerate().all(|(second, logged)| logged.at == Time::from_secs(second as u64)));
    assert_eq!(log.into_iter().map(|logged| logged.action).collect::<Vec<_>>(), first_actions());
}

/// Actions of the second version's links, one of each kind there was, 1 500 000 001 nanoseconds apart.
fn second_actions() -> Vec<Action> {
    let share = Probability::from_f64;
    let partition = |left: &[u16], right: &[u16], direction, plane| {
        FaultKind::Partition(Partition { left: left.to_vec(), right: right.to_vec(), direction, plane })
    };
    let faults = [
        FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: true }),
        partition(&[0], &[1, 2], Direction::LeftToRight, Plane::Control),
        partition(&[2, 1], &[0], Direction::Both, Plane::Data),
        FaultKind::Isolation(Isolation { sites: vec![2], users: false }),
        FaultKind::DegradedLink(DegradedLink {
            from: vec![1],
            to: vec![2],
            one_way: true,
            slowness: 3.25,
            extra: Span::from_micros(5_250),
            loss: share(0.03),
            duplication: share(0.125),
            reordering: share(0.5),
            bandwidth: Some(125_000),
        }),
        FaultKind::DegradedLink(DegradedLink {
            from: vec![2],
            to: vec![0],
            one_way: false,
            slowness: 1.0,
            extra: Span::ZERO,
            loss: Probability::NEVER,
            duplication: Probability::NEVER,
            reordering: Probability::NEVER,
            bandwidth: None,
        }),
        FaultKind::SlowRegion(SlowRegion { sites: vec![0], slowness: 7.5, errors: share(0.2) }),
        FaultKind::ClockSkew(ClockSkew { sites: vec![1], offset: -5_000_007, drift_ppm: -900 }),
    ];
    let packet = |number| PacketName { way: None, number };
    let others = [
        Action::RestoreRegion(1),
        Action::HealLink(0, 1),
        Action::HealAll,
        Action::Promote(2, None),
        Action::DropPacket(packet(77)),
        Action::DelayPacket(packet(78), Span::from_millis(200)),
        Action::EndFault(FaultName::Begun(3)),
    ];
    faults.into_iter().map(Action::Start).chain(others).collect()
}

fn timed(actions: Vec<Action>) -> Vec<LoggedAction> {
    let at = |place: usize| Time::from_nanos(place as u64 * 1_500_000_001);
    actions.into_iter().enumerate().map(|(place, action)| LoggedAction { at: at(place), action }).collect()
}

/// Made by version 2: to a built-in scenario with everything done in it, and to an edited one.
#[test]
fn a_link_of_version_2_leads_to_the_same_actions() {
    const BUILT_IN: &str = "AmXLhsh1ir9LAgEcxd_3e3cdGVRTSyDU0pJLS1Oc0NKS0F_QEAViJXQtbaVeZ5YOQUFSEfQDgqQlyKjBMPIXiDg4OIgeCILLTeLoqbf6ecPjfXhw7HgP1EPXrt_vo_SXb55kGle397wu9Wh_awoA0UntoSBZDSYrgZ_f6wkQsyVAwbjRmAYzQt1AYgaC9cAAh7v0meKkU2tvJO-VoUvZXVcoW5K1ymN3FgLDxlQwktOPv_QcRHs53fGbPjlFv2zGFiBRNGGI-mTY1KqLRGfFl-clBkXeMuaycB5pfa-IfNEK66vSevT_tbw25jkOvW_GnvJ3Hlm4MoKdW-oB";
    const PACKED: &str = "Aur05fC1WM1u20YQllP0or7EgEDRpJBUyY7dWkFQGEGCBnB8SNUWhePDilxJC1FcdndpWQgCtH2IntvXKHrpue_Qcy899QX6zS5J_doIEhsGJJHcnflm9ptvht777-NLaazSGT2mXrN5bp02i4umUy6VuBW9WJCeZ_RSjnmNsjoVDr-ipi1mM2EWvCaKmoOJkZKMX2VbJEU8oblyE1LOegOxcCLV40KSHtFY6wSrRJaQziSlMhlLw180MnpG3yozVpkSHTpxdNQlS8-NTHm1shQXDiZGYeWrpptImmuTJi3vqrCIhlQWp0Uik0ckHPUO2YJyQOcKk9kODbBnIkUKePFExlNLmXYqli1ia5mYSYKZS9whpCO3fEtl4wpFAP6q-bQwOpefVE5n-lKS0zX6PtlUz6Vp0RCQ2aBMOpyrHwppXch49Ewbmug5pRr2E02nOkt0Vtu0SKo0Rhv7ZdSMJxqQLLadN4lek5NXjm18kzmV1ikqo2zRMcLuRPAuYwFrvHKwGZ4TU7nMrvap9XkUmZ0zAI9rKEfayE5Eb1prjk-GvOMh_PQpkU7GPqo8LaxPpJFgC9iFaAaDU4YSa2OwCnudKeQGNCbQSChmQW70ELgYHfW6nNTeIdlHbDUjURumqZS5DRRLkxIzASsVOW868BnYRH2mHdNCpGkfMMRopGJ_dpbv6iyWG0k700OdLGia6bmlhXR9H1wJcSLCoTPwwIsKnPXoaD6BVWxYELDx0jQJkC6ac-FQJeE0o_rgDZjWh5WkFcIdIy-Zt1zRKWTB1sfC4UVnck7fazP1Kwd6utD94BakArtLhjP3gQdl5HGpLJG5xAeipplEAktrLxQIUbNQjTPN2BE2DrK0a51YhBKv6FN4HipvfijiKduCkrAWeNYy91_KGKmGbAwXZMAeLissRzQcHX9vEAkOWyvR-9Ndptj5KNbgQTRgw-Imc_lVcxmjq_QJPMxGKpOBpnx0hT8afxlCxtZAYS973k3gpq9gH4MvxOhlD2yJnuzz58D_Hhzw5zN_51mvy19fH_Ln2UF0AYU1RXbRTAojKg14OItw-zz4urhoqoTvFrYthXXtXrT9TBbtubzmmcjbSAfAl5uxIoH2WunqJUFvoy2RPy3vp1IkSPU6CO_JS1dtZ2hQEhKtwHEZcjZiVBWC3F6aaj1tF_nqWgMvlfR7MU81tu_cnYvF6s65Ua7qGj6l57nOi9CY6j2ZnLcXKIioiUz7KPe7n9moOVNXuHhNATx-HrWoRIeLgxbBGfdCegOPIJ5tM-Ue0363u9tR6iv3zt3MuCS3z8xXKt2vJTEUg6-bB0tMh-8LqTTbdi4t1Xs3SsfKc5u5QL0EmYCSeN_RQdd6No5EkS4pooIItTEetDEeRM0pCt8_WI4sZTWvF5DwTeGIjQav0XHp4FIYJbKli0y3w9TQDlPD9mGcobdaL4rcGNdGjLWBaasPjzX2Adr6oNHBJul86qIyC51VBDKJ8HAkUiT1zQ7Acaqgem0WLhasbbxP_ALIIGD50YdbZMjSGt4TCqbQNTR8CefkLA-KaAP2UjxXDFTdNIg3moVXW-gsZ7nS6h0BboKuh4WoVIVOoFEHg45Z8ONopK6QipUVJbluWgLK3fS49OHUTAKXX9Ozu1xcv4I9bDzFKeGY5FWODodTmsE_hg88q5se87Gdsub6LczErSGpHD2UH4XQNGeFdeUAMlKXTCr0twRNNRfG0X30oAed6G38znRwu3_XbsUltomhSpWDsC9lZFVOfUvgytwHmDBa4OpzhoYEg_N82f14DejmqHYb_nu9NQB4m7Drh3R8vA7iq7U3Cz-ODU7DoMhjZlLO-HR_0Ls2QYCDmWzRyQ-71-Gr9M233LdH-0V3tnm4GOaEkeUbConYaBsmoxMHFcLY-C5pXLbf5Wn1unxepUrxjU_XkDzfntT6VM-1CcvMyiT7DpjK5vR-gPxsfRtoyoZ-48ldy_ST5UvQygxsK2EtBXdtPL8Tvh093Em3SkkOup5uKxne6kmr-XaruDfn7_B6J5M-2kq6CL3FixHHi7eOueAXwaq78P8V_Lb6pO4PDt5SkOojOTzcVevX8uUpv9m4CXdw_EuCi3_kpCkD4bfy29fDXTRZwbc9sqzA_W7XnIJUeQ31b8R3hfemlN5EkHoO8ScLNCXjV8eOTEo0oUwqnjaqpoXi8DQpOdBofNBoNPb2fvr7178-xHfj3h7-fv7jz18-auzdu4cbjb0f__n3t9_3_gc";
    let old = Link::decode(BUILT_IN).unwrap();
    assert!(matches!(&old.scenario, LinkScenario::BuiltIn { id, digest: Some(_) } if id == "first-look"));
    let about = (old.seed, old.variant.as_deref(), old.playhead);
    assert_eq!(about, (Some(7), Some("semi-sync"), Time::from_nanos(42_123_456_789)));
    assert_eq!(old.open().unwrap().1, timed(second_actions()));
    let warning = old.warning().expect("the scenario is another now, and messages go by other numbers");
    assert!(warning.contains("has changed since") && warning.ends_with("it may be another message now."), "{warning}");
    for named in ["from=us-east-1 to=eu-west-1 channel=replication", "users=new-york to=us-east-1 channel=client"] {
        let actions = vec![format!("15s drop-packet {named} number=3")];
        let otherwise = Link { actions, ..old.clone() };
        assert!(!otherwise.warning().unwrap().contains("message"), "it is named by its way: {named}");
    }
    let old = Link::decode(PACKED).unwrap();
    let (scenario, log) = old.open().unwrap();
    assert!(scenario.id.is_none() && scenario.story.title.starts_with("My own "));
    let edition = scenario.values.iter().find(|line| line.name == "edition").map(|line| line.value.as_str());
    assert_eq!(edition, Some("2020"), "there was no other then");
    assert_eq!((old.playhead, log), (Time::from_secs(50), timed(second_actions()[..3].to_vec())));
}

#[test]
fn what_is_done_is_written_in_the_words_of_scenario_files() {
    let scenario = load(find_built_in("first-look").unwrap().text(), None, None).unwrap();
    let link = Link::new(&scenario, None, &timed(second_actions()), Time::ZERO);
    assert_eq!(link.actions[0], "0s region-loss region=eu-west-1 disks-lost=true");
    let cut = "partition left=ap-northeast-1,eu-west-1 right=us-east-1 direction=both plane=data";
    assert_eq!(link.actions[2], format!("3.000000002s {cut}"));
    let degraded = "degraded-link from=ap-northeast-1 to=us-east-1 one-way=false slowness=1x extra=0s loss=0% duplication=0% reordering=0%";
    assert_eq!(link.actions[5], format!("7.500000005s {degraded}"));
    assert_eq!(link.actions[7], "10.500000007s clock-skew region=eu-west-1 offset=-5.000007ms drift=-900ppm");
    assert_eq!(link.actions[13], "19.500000013s delay-packet number=78 by=200ms");
    assert_eq!(Link::decode(&link.encode()).unwrap().open().unwrap().1, timed(second_actions()));
}

/// So that a default may change and no link means something else.
#[test]
fn a_link_names_also_what_is_as_by_default() {
    let zoned = [ZonedRegion { id: "r".to_owned(), title: "R".to_owned(), zones: 0..2 }];
    let names = Ids { regions: &["a".to_owned(), "b".to_owned()], zoned: &zoned, ..Ids::default() };
    for fault in sim::faults::FAULTS.iter() {
        let ends = fault.info.settings.iter().filter(|setting| setting.fallback == Fallback::Required).zip(["a", "b"]);
        let line = ends.fold(format!("5s {}", fault.info.id), |line, (key, end)| format!("{line} {}={end}", key.name));
        let written = actions::write(&actions::read(&[line], names, Time::MAX).unwrap(), names);
        for setting in fault.info.settings.iter().filter(|setting| matches!(setting.fallback, Fallback::Value(_))) {
            assert!(written[0].contains(&format!(" {}=", setting.name)), "{} in {}", setting.name, written[0]);
        }
    }
}

/// What stood in a fault's link before it gained a setting does not name that setting.
#[test]
fn a_setting_that_a_line_does_not_name_has_its_default() {
    // Two zones stand for two regions where these will do.
    let zoned = LinkScenario::BuiltIn { id: "a-zone-burns".to_owned(), digest: None };
    let read = |line: &str| {
        let link = Link { actions: vec![line.to_owned()], ..link(zoned.clone()) };
        link.open().unwrap().1[0].action.clone()
    };
    for fault in sim::faults::FAULTS.iter() {
        let required = fault.info.settings.iter().filter(|setting| setting.fallback == Fallback::Required);
        let ends = ["us-east-1a", "eu-west-1a"].into_iter();
        let line = required.zip(ends).fold(format!("5s {}", fault.info.id), |line, (setting, region)| {
            format!("{line} {}={region}", setting.name)
        });
        let every = fault.info.settings.iter().fold(line.clone(), |line, setting| match setting.fallback {
            Fallback::Value(value) => format!("{line} {}={value}", setting.name),
            _ => line,
        });
        assert_eq!(read(&line), read(&every), "{every}");
    }
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
    let refused = [
        ("2s promote region=eu-west-9", "no region `eu-west-9`; did you mean"),
        ("2s isolation region=#9", "no region `#9`"),
        ("0s heal-all", "earlier than the one before"),
        ("25h heal-all", "beyond the longest run"),
        ("3m heal-all", "after the end of the run, which lasts"),
        ("2s drop-packet channel=client number=7", "`channel` changes nothing"),
        ("2s end-fault fault=cut number=1", "`number` changes nothing"),
        ("soon heal-all", "`soon` is not a time"),
        ("2s partition left=us-east-1", "has no `right`"),
        ("2s partition left=us-east-1 right=eu-west-1,us-east-1", "both sides"),
        ("2s degraded-link from=us-east-1 to=eu-west-1 slowness=NaNx", "not a factor"),
        ("2s degraded-link from=us-east-1 to=us-east-1", "same region"),
        ("2s delay-packet number=7 by=25h", "takes 0ms to 24h"),
        ("2s drop-packet from=us-east-1 number=7", "has not two ends"),
        ("2s heal-link between=us-east-1", "two ends"),
        ("2s region-los region=us-east-1", "did you mean `region-loss`"),
        ("2s region-loss region=us-east-1 depth=3", "unknown key `depth`"),
        ("2s region-loss us-east-1", "no key=value"),
        ("2s region-loss region=us-east-1 region=eu-west-1", "`region` stands twice"),
        ("2s", "no act ``"),
    ];
    for (line, said) in refused {
        let actions = vec!["1s heal-all".to_owned(), line.to_owned()];
        let error = Link { actions, ..first_look() }.open().map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("action 2"), "{line}: {error}");
    }
    let unknown = link(LinkScenario::BuiltIn { id: "no-such".to_owned(), digest: None }).open().unwrap_err();
    assert!(unknown.to_string().contains("`no-such`") && unknown.to_string().contains("first-look"));
}

const NAMES: [&str; 4] = ["us-east-1", "true", "7", "eu/west"];

/// Values that a setting may be given, by what it says it takes.
fn any_value(takes: &'static str) -> BoxedStrategy<String> {
    let name = || prop::sample::select(NAMES.map(|name| format!("\"{name}\"")).to_vec());
    let several =
        |size| prop::sample::subsequence(NAMES.to_vec(), size).prop_shuffle().prop_map(|names| names.join(","));
    match takes {
        "region" | "population" | "id" => name().boxed(),
        "regions" => several(1..=4).boxed(),
        "two regions" => several(2..=2).boxed(),
        "time" => (0_u64..86_400_000_000_000).prop_map(|nanos| format!("{nanos}ns")).boxed(),
        "time, may be negative" => {
            (-86_400_000_000_000_i64..86_400_000_000_000).prop_map(|nanos| format!("{nanos}ns")).boxed()
        }
        "ppm, may be negative" => (-900_000..=900_000).prop_map(|ppm| format!("{ppm}ppm")).boxed(),
        "share" => (0.0..=100.0).prop_map(|share: f64| format!("{share}%")).boxed(),
        "factor" => (0.01..=10_000.0).prop_map(|factor: f64| format!("{factor}x")).boxed(),
        "bandwidth" => (1_000_u64..1_000_000_000_000).prop_map(|bits| format!("{}kbps", bits as f64 / 1e3)).boxed(),
        "number" => (0_u32..).prop_map(|number| number.to_string()).boxed(),
        words => {
            let words: Vec<String> = words.split(", ").flat_map(|word| word.split(" or ")).map(str::to_owned).collect();
            prop::sample::select(words).boxed()
        }
    }
}

/// A line of any act, with any of its settings.
fn any_line() -> impl Strategy<Value = String> {
    let faults = sim::faults::FAULTS.iter().map(|line| (line.info.id, line.info.settings));
    let acts: Vec<_> = faults.chain(sim::ACTS.iter().map(|line| (line.id, line.settings))).collect();
    (prop::sample::select(acts), 0_u64..86_400_000_000_000).prop_flat_map(|((id, settings), at)| {
        let setting = |setting: &settings::Setting| {
            let optional = setting.fallback != Fallback::Required;
            (Just(setting.name), any_value(setting.takes), any::<bool>().prop_map(move |left_out| optional && left_out))
        };
        settings.iter().map(setting).collect::<Vec<_>>().prop_map(move |set| {
            let set = set.into_iter().filter(|(_, _, left_out)| !left_out);
            set.fold(format!("{at}ns {id}"), |line, (key, value, _)| format!("{line} {key}={value}"))
        })
    })
}

fn any_link() -> impl Strategy<Value = Link> {
    let scenario = prop_oneof![
        (".*", any::<Option<[u8; 4]>>()).prop_map(|(id, digest)| LinkScenario::BuiltIn { id, digest }),
        ".{0,2000}".prop_map(LinkScenario::Packed)
    ];
    let actions = prop::collection::vec(prop_oneof![any_line(), ".{0,40}"], 0..20);
    (scenario, any::<Option<u64>>(), any::<Option<String>>(), actions, any::<u64>(), any::<Option<[u8; 4]>>()).prop_map(
        |(scenario, seed, variant, actions, playhead, outcome)| Link {
            scenario,
            seed,
            variant,
            actions,
            playhead: Time::from_nanos(playhead),
            outcome,
        },
    )
}

proptest! {
    /// Every act and every setting of it: what does not fit together is refused, everything else is the same again.
    #[test]
    fn what_is_done_is_the_same_after_being_written_and_read(line in any_line()) {
        let ids = NAMES.map(str::to_owned);
        let names = Ids { regions: &ids, users: &ids, ..Ids::default() };
        if let Ok(log) = actions::read(&[line], names, Time::MAX) {
            let written = actions::write(&log, names);
            prop_assert_eq!(actions::read(&written, names, Time::MAX), Ok(log.clone()), "{:?}", written);
            let numbered = actions::write(&log, Ids::default());
            prop_assert_eq!(actions::read(&numbered, names, Time::MAX), Ok(log), "{:?}", numbered);
        }
    }

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
        for (version, body) in (1..=VERSION).flat_map(|version| [(version, &body), (version, &packed)]) {
            let mut bytes = vec![version];
            bytes.extend_from_slice(&checksum(version, body).to_le_bytes());
            bytes.extend_from_slice(body);
            if let Ok(link) = Link::decode(&base64::encode(&bytes)) {
                let _: Result<_, LinkError> = link.open();
            }
        }
    }
}

#[test]
fn who_is_promoted_may_be_so_for_one_dataset_or_shard_and_older_lines_mean_all() {
    let text = "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"30s\"\n[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n[[dataset]]\nid = \"carts\"\nprotocol = \"async\"\nshards = 3\n[[dataset]]\nid = \"stock\"\nprotocol = \"async\"\n[[request]]\nid = \"save\"\nsteps = [\"write carts\"]\n[[population]]\nid = \"new-york\"\nrate = \"1/s\"\n";
    let scenario = load(text, None, None).unwrap_or_else(|problems| panic!("{problems:?}"));
    let done = |actions: Vec<Action>| {
        let link = Link::new(&scenario, None, &timed(actions), Time::ZERO);
        let again = Link::decode(&link.encode()).unwrap();
        (link.actions, again.open().unwrap().1.into_iter().map(|logged| logged.action).collect::<Vec<_>>())
    };
    let promote = |of| Action::Promote(1, of);
    let all = vec![promote(None), promote(Some(0..3)), promote(Some(1..2)), Action::HandOver(0, Some(3..4))];
    let (lines, read) = done(all.clone());
    assert_eq!(read, all);
    let said =
        ["promote region=eu-west-1", "dataset=carts", "dataset=carts-2", "hand-over region=us-east-1 dataset=stock"];
    assert!(lines.iter().zip(said).all(|(line, said)| line.ends_with(said)), "{lines:?}");
    let wrong = Link {
        actions: vec!["1s promote region=eu-west-1 dataset=cart".to_owned()],
        ..link(LinkScenario::Packed(text.to_owned()))
    };
    assert!(wrong.open().is_err_and(|error| error.to_string().contains("no dataset `cart`; did you mean `carts`?")));
}
