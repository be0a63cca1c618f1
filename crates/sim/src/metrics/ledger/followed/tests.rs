use super::*;
use engine::Stream;
use std::collections::BTreeMap;

/// Any write, whose numbers are of any size.
fn any(draws: &mut Stream) -> Write {
    let size = 1 << draws.below(32);
    let mut number = |most: u64| draws.below(most.min(size).max(1));
    let at = if number(4) == 3 { Time::MAX } else { Time::from_nanos(number(u64::MAX)) };
    let (population, region) = (number(1 << 16) as u16, number(1 << 16) as u16);
    Write {
        at,
        epoch: Epoch(number(1 << 32) as u32),
        lsn: number(1 << 32) as u32,
        key: number(1 << 32) as u32,
        population,
        region,
    }
}

#[test]
fn what_is_followed_is_what_a_map_holds_and_clones_do_not_see_each_other() {
    let mut draws = Stream::named(1, "followed", 0);
    let (mut followed, mut map) = (Followed::packing(20, 16), BTreeMap::new());
    let mut earlier = Vec::new();
    for step in 0..20_000_u64 {
        // Of all that there ever were, as a rule one of the latest.
        let back = if draws.below(3) == 0 { step } else { 30 };
        let number = (step + 5).saturating_sub(draws.below(back + 5));
        match draws.below(10) {
            0..6 => {
                let write = any(&mut draws);
                followed.insert(number, write);
                map.insert(number, write);
            }
            6 => {
                followed.get_mut(number).into_iter().for_each(|write| write.key += 1);
                map.get_mut(&number).into_iter().for_each(|write| write.key += 1);
            }
            _ => {
                followed.remove(number);
                map.remove(&number);
            }
        }
        assert_eq!(followed.get(number), map.get(&number).copied());
        let asked = number.saturating_sub(draws.below(100));
        assert_eq!(followed.get(asked), map.get(&asked).copied());
        if step % 1_000 == 0 {
            earlier.push((followed.clone(), map.clone()));
        }
    }
    assert!(map.len() > 2_000 && followed.old.len() > 100);
    earlier.push((followed, map));
    for (followed, map) in earlier {
        assert!(followed.iter().eq(map.iter().map(|(number, write)| (*number, *write))));
        let upto = Version { epoch: Epoch(5), lsn: 3 };
        let earlier = |(_, write): &(u64, Write)| write.version() <= upto;
        assert!(followed.upto(upto).eq(followed.iter().filter(earlier)));
        let asked = (0..30_000).step_by(3).map(|number| (number, number));
        let found = asked.clone().filter_map(|(number, said)| Some((number, *map.get(&number)?, said)));
        assert!(followed.each(asked).eq(found));
    }
}

/// Fifty acknowledged writes a second to ten thousand keys by three populations, in nearly the order of the log.
#[test]
fn an_old_write_takes_less_than_ten_bytes() {
    let mut draws = Stream::named(1, "followed", 0);
    let mut followed = Followed::new();
    for number in 1..=100_000 {
        let at = Time::from_nanos(number * 20_000_000 + draws.below(100_000_000));
        let (lsn, key, population) =
            (number as u32 + draws.below(3) as u32, draws.below(10_000) as u32, draws.below(3) as u16);
        followed.insert(number, Write { at, epoch: Epoch(1), lsn, key, population, region: 0 });
    }
    let packed: usize = followed.old.iter().map(|stretch| stretch.packed.len() + size_of::<Stretch>()).sum();
    let old: usize = followed.old.iter().map(|stretch| stretch.iter().count()).sum();
    assert!(old > 90_000 && packed < 10 * old, "{packed} bytes for {old} writes");
}

#[test]
fn one_stretch_at_a_time_is_open() {
    let mut followed = Followed::packing(2, 4);
    (0..100).for_each(|number| followed.insert(number, BEFORE_ALL.1));
    for number in [3, 50, 51, 7, 99] {
        assert_eq!(followed.get(number), Some(BEFORE_ALL.1));
        assert!(followed.old.iter().filter(|stretch| !stretch.open.is_empty()).count() <= 1);
    }
}
