//! Histories of the size the world records.

use check::linearizable_register;

mod load;

use load::{Load, history};

#[test]
fn ten_thousand_operations_with_distinct_values_are_decided() {
    for (seed, cas_percent, unknown_percent) in [(1, 0, 0), (2, 0, 10), (3, 20, 5)] {
        let load = Load { operations: 10_000, seed, cas_percent, unknown_percent, ..Load::default() };
        assert!(linearizable_register(&history(load))[&0].holds(), "seed {seed}");
        let verdicts = linearizable_register(&history(Load { stale: true, ..load }));
        let witness = verdicts[&0].witness().expect("a read of a value overwritten long before is a violation");
        assert!(witness.operations.len() <= 4, "{}", witness.explanation);
    }
}

#[test]
fn ten_thousand_operations_with_repeated_values_are_decided() {
    let load = Load { operations: 10_000, seed: 4, distinct: Some(5), ..Load::default() };
    assert!(linearizable_register(&history(load))[&0].holds());
    let load = Load { distinct: Some(100), stale: true, ..load };
    let verdicts = linearizable_register(&history(load));
    let witness = verdicts[&0].witness().expect("a read of a value overwritten long before is a violation");
    assert!(witness.operations.len() <= 4, "{}", witness.explanation);
}

#[test]
fn compare_and_set_and_unknown_outcomes_among_few_values_are_decided() {
    for seed in 0..8 {
        let load = Load {
            operations: 1_000,
            seed,
            distinct: Some(5),
            cas_percent: 20,
            unknown_percent: seed % 2,
            stale: false,
        };
        assert!(linearizable_register(&history(load))[&0].holds(), "seed {seed}");
        let load = Load { distinct: Some(60), stale: true, ..load };
        assert!(!linearizable_register(&history(load))[&0].holds(), "seed {seed}");
    }
}
