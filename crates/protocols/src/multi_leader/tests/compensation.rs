//! Sales of what was not there, called off.

use super::*;

fn sell(units: i32) -> Change {
    Change::by(Verb::Sell, units)
}

/// Ten units, sold by three regions, the first of which calls sales off.
fn shop() -> Regions {
    let compensation = Some(Compensation { at: NodeId(0), after: Span::from_secs(60) });
    let kind = Kind::Stock { initial: 10, quotas: None };
    Regions::new(3, Config { kind, policy: Policy::Merge, compensation, ..config(Topology::Mesh) })
}

/// The sales called off so far, by write, in their order.
fn cancelled(all: &Regions) -> Vec<u64> {
    let of = |fact: &Fact| if let Fact::Cancelled { write, .. } = fact { Some(write.0) } else { None };
    all.facts.iter().filter_map(of).collect()
}

fn validate(all: &mut Regions, node: u16) {
    all.hand(NodeId(node), |region, env, effects| region.on_timer(env, Timer::Validate(Key(0)), effects));
    all.settle();
}

/// Cut off from each other the first two sell eight each, two at a time and in turn.
fn oversold() -> Regions {
    let mut all = shop();
    all.cut_off = vec![NodeId(1)];
    for write in 1..=8 {
        let node = (write % 2) as u16;
        all.clocks[usize::from(node)] += Span::from_secs(write);
        all.change(node, 0, write, sell(2));
    }
    all.settle();
    all.cut_off.clear();
    (0..5).for_each(|_| all.heartbeat());
    assert_eq!(all.sums(), [16; 3]);
    all
}

#[test]
fn what_is_sold_beyond_the_stock_is_called_off_the_latest_first_and_by_one_region() {
    let mut all = oversold();
    let sees_to_it: Vec<bool> = all.regions.iter().map(|region| region.validating.contains(&Key(0))).collect();
    assert_eq!(sees_to_it, [true, false, false]);
    let env = Env { node: NodeId(0), peers: &all.peers, clock: all.now, steady: all.now, ticks: all.now };
    assert_eq!(all.regions[0].view(&env).validating, 1);
    let taken_up = all.facts.iter().filter(|fact| matches!(fact, Fact::Oversold { key: Key(0), .. })).count();
    assert_eq!(taken_up, 1, "stated once, when it is first seen");
    validate(&mut all, 0);
    assert_eq!((cancelled(&all), all.sums()), (vec![8, 7, 6], vec![10; 3]));
    validate(&mut all, 0);
    assert_eq!(cancelled(&all).len(), 3, "once for all");
    all.change(2, 0, 9, sell(1));
    assert_eq!(all.sums(), [10; 3], "nothing is left");
}

#[test]
fn whoever_comes_late_is_called_off_besides_and_nobody_twice() {
    let mut all = oversold();
    all.cut_off = vec![NodeId(2)];
    all.regions[2] = all.started(NodeId(2), Durable::default());
    all.clocks[2] += Span::from_secs(90);
    all.change(2, 0, 9, sell(3));
    validate(&mut all, 0);
    all.cut_off.clear();
    (0..5).for_each(|_| all.heartbeat());
    assert_eq!(all.sums(), [13; 3]);
    validate(&mut all, 0);
    assert_eq!((cancelled(&all), all.sums()), (vec![8, 7, 6, 9], vec![10; 3]));
}

#[test]
fn what_is_to_be_called_off_is_so_also_after_a_loss_of_power() {
    for disk in [true, false] {
        let mut all = oversold();
        all.restart(0, disk);
        (0..5).for_each(|_| all.heartbeat());
        assert!(all.regions[0].validating.contains(&Key(0)));
        validate(&mut all, 0);
        assert_eq!((cancelled(&all), all.sums()), (vec![8, 7, 6], vec![10; 3]), "disk kept: {disk}");
    }
}

#[test]
fn what_is_put_on_the_shelf_in_time_saves_a_sale() {
    let mut all = oversold();
    all.change(1, 0, 9, Change::by(Verb::Restock, 5));
    all.settle();
    validate(&mut all, 0);
    assert_eq!((cancelled(&all), all.sums()), (vec![8], vec![14; 3]), "a sale is called off as a whole");
}

#[test]
fn what_a_desk_calls_off_again_that_has_forgotten_it_with_its_disk_is_taken_back_once() {
    let mut all = oversold();
    // Of what it calls off only the third region hears.
    all.cut_off = vec![NodeId(1)];
    validate(&mut all, 0);
    assert_eq!(all.sums(), [10, 16, 10]);
    // It loses its disk, and learns from the second alone that too much is sold.
    all.cut_off = vec![NodeId(2)];
    all.restart(0, false);
    (0..5).for_each(|_| all.heartbeat());
    validate(&mut all, 0);
    assert_eq!((cancelled(&all), all.sums()), (vec![8, 7, 6, 8, 7, 6], vec![10; 3]));
    all.cut_off.clear();
    (0..5).for_each(|_| all.heartbeat());
    assert_eq!(all.sums(), [10; 3], "three sales are off, and not six");
    all.change(1, 0, 9, sell(1));
    assert_eq!(all.sums(), [10; 3], "nothing is left");
}
