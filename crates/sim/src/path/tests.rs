use super::*;
use crate::bare::{Bare, config};
use crate::config::ZonedRegion;

fn ready(process: u64, failed: Option<u16>) -> Ready {
    Ready { client: engine::Key::from_bits(0), population: 0, process, failed }
}

#[test]
fn a_resolver_answers_what_it_has_cached_until_its_time_to_live_is_over() {
    let mut bare = Bare::new(2);
    let mut path = Path::new(&bare.config);
    let ask = |bare: &mut Bare, path: &mut Path| {
        let mut region = 0;
        bare.hand(|cx| region = path.region_for(&ready(1, None), cx));
        region
    };
    assert_eq!(ask(&mut bare, &mut path), 0);
    path.hear_health(0, Health::Unhealthy);
    let until = path.resolvers[0].cached[1].unwrap().until;
    assert!(until > Time::ZERO && until <= Time::ZERO + bare.config.routing.ttl, "{until}");
    bare.go_to(until - Span::from_nanos(1));
    assert_eq!(ask(&mut bare, &mut path), 0, "it is cached");
    bare.go_to(until);
    assert_eq!(ask(&mut bare, &mut path), 1);
}

#[test]
fn a_client_that_tries_the_next_region_by_itself_goes_on_asking_there() {
    let mut config = config(3);
    config.routing.client_failover = true;
    let mut bare = Bare::of(config);
    let mut path = Path::new(&bare.config);
    let mut ask = |path: &mut Path, failed| {
        let mut region = 0;
        bare.hand(|cx| region = path.region_for(&ready(1, failed), cx));
        region
    };
    assert_eq!((ask(&mut path, None), ask(&mut path, Some(0)), ask(&mut path, Some(2))), (0, 1, 0));
    bare.hand(|cx| path.remember(0, 1, 2, cx));
    let mut region = 0;
    bare.hand(|cx| region = path.region_for(&ready(1, None), cx));
    assert_eq!(region, 2);
}

/// Four regions, of which the first three are zones of one.
fn zoned() -> Bare {
    let mut config = config(4);
    config.zoned = vec![ZonedRegion { id: "r".to_owned(), title: "R".to_owned(), zones: 0..3 }];
    Bare::of(config)
}

/// How often each region is asked by a client's next so many requests.
fn asked(bare: &mut Bare, path: &mut Path, requests: u32) -> [u32; 4] {
    let mut asked = [0; 4];
    for _ in 0..requests {
        bare.hand(|cx| asked[usize::from(path.region_for(&ready(1, None), cx))] += 1);
    }
    asked
}

#[test]
fn a_balancer_passes_requests_to_all_zones_of_a_region_alike_and_to_none_that_is_unhealthy() {
    let mut bare = zoned();
    let mut path = Path::new(&bare.config);
    let [a, b, c, elsewhere] = asked(&mut bare, &mut path, 3_000);
    assert!([a, b, c].iter().all(|zone| (900..1_100).contains(zone)) && elsewhere == 0, "{a} {b} {c} {elsewhere}");
    // The resolver keeps its answer; the balancer knows at once.
    path.hear_health(0, Health::Unhealthy);
    let [a, b, c, _] = asked(&mut bare, &mut path, 1_000);
    assert!(a == 0 && b > 400 && c > 400, "{a} {b} {c}");
    path.hear_share(1, 50);
    let [_, b, c, _] = asked(&mut bare, &mut path, 3_000);
    assert!((900..1_100).contains(&b) && b + c == 3_000, "half as often: {b} {c}");
    path.hear_health(1, Health::Unhealthy);
    path.hear_health(2, Health::Unhealthy);
    // By then half as often as before, as their region.
    path.hear_share(1, 100);
    let cached = asked(&mut bare, &mut path, 3_000);
    assert!(cached[..3].iter().all(|zone| *zone > 900), "whoever goes there still, goes to any: {cached:?}");
}

/// What the name service answers is a region, however many zones it has.
#[test]
fn zones_count_as_one_region_where_a_region_is_chosen() {
    let mut bare = zoned();
    bare.config.routing.policy = RoutingPolicy::Spread;
    let mut path = Path::new(&bare.config);
    let [a, b, c, elsewhere] = asked(&mut bare, &mut path, 3_000);
    assert!((1_400..1_600).contains(&elsewhere), "{a} {b} {c} {elsewhere}");
    assert!([a, b, c].iter().all(|zone| (400..600).contains(zone)), "{a} {b} {c} {elsewhere}");
    [0, 1, 2].into_iter().for_each(|zone| path.hear_share(zone, 50));
    let [.., drained] = asked(&mut bare, &mut path, 3_000);
    assert!((2_100..2_400).contains(&drained), "half of the half: {drained}");
}

#[test]
fn the_attempt_after_a_failed_one_is_in_another_region_and_what_worked_is_a_region() {
    let mut bare = zoned();
    bare.config.routing.client_failover = true;
    let mut path = Path::new(&bare.config);
    for failed in 0..3 {
        bare.hand(|cx| assert_eq!(path.region_for(&ready(1, Some(failed)), cx), 3));
    }
    bare.hand(|cx| assert!(path.region_for(&ready(1, Some(3)), cx) < 3));
    bare.hand(|cx| path.remember(0, 1, 1, cx));
    let [a, b, c, _] = asked(&mut bare, &mut path, 3_000);
    assert!([a, b, c].iter().all(|zone| (900..1_100).contains(zone)), "{a} {b} {c}");
}

#[test]
fn whoever_is_sent_to_the_leader_goes_to_its_zone() {
    let mut bare = zoned();
    bare.config.routing.policy = RoutingPolicy::Leader;
    let mut path = Path::new(&bare.config);
    path.hear_leader(0, 1);
    assert_eq!(asked(&mut bare, &mut path, 50), [0, 50, 0, 0]);
}
