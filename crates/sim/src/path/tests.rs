use super::*;
use crate::bare::{Bare, config};

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
