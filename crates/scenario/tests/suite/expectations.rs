//! An expectation says only what is checked.

use scenario::{evaluate, load};

/// A scenario with one expectation.
fn problems(expectation: &str) -> Vec<String> {
    let text = format!(
        "version = 1\n[story]\ntitle = \"T\"\nsummary = \"S\"\nteaches = \"L\"\n[[region]]\nid = \"us-east-1\"\n[[dataset]]\nid = \
         \"orders\"\n[[request]]\nid = \"order\"\nsteps = [\"write orders\"]\n[[population]]\nid = \"london\"\nrate = \"20/s\"\n\
         [[expect]]\nat-most = 5\n{expectation}"
    );
    load(&text, None, None).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

fn check(expectation: &str, expected: &str) {
    let problems = problems(expectation);
    assert!(problems.iter().any(|line| line.starts_with(expected)), "expected {expected:?} among {problems:?}");
}

#[test]
fn a_filter_that_says_nothing_about_the_metric_is_refused() {
    check("metric = \"retries\"\nkind = \"write\"", "19:8: the metric `retries` cannot be narrowed by `kind`");
    check(
        "metric = \"not-linearizable\"\nfrom = \"5s\"",
        "19:8: the metric `not-linearizable` cannot be narrowed by `from`",
    );
    check("metric = \"lost-writes\"\nto = \"us-east-1\"", "19:6: the metric `lost-writes` cannot be");
    assert!(problems("metric = \"retries\"\nkind = \"write\"")[0].contains("population, region, from, until"));
    for good in [
        "metric = \"lost-writes\"\ndataset = \"orders\"\nfrom = \"5s\"",
        "metric = \"retries\"\nregion = \"us-east-1\"",
        "metric = \"server-errors\"\nkind = \"write\"",
        "metric = \"outcome-unknown\"",
    ] {
        assert_eq!(problems(good), Vec::<String>::new(), "{good}");
    }
}

#[test]
fn a_window_has_whole_seconds_and_is_not_empty() {
    check("metric = \"failed\"\nfrom = \"1500ms\"", "19:8: `from` is 1.5 s, not a whole second");
    check("metric = \"failed\"\nfrom = \"10s\"\nuntil = \"10s\"", "19:8: the window is empty");
    check("metric = \"failed\"\nfrom = \"1h\"", "19:8: the window is empty");
}

/// In a cut at the end of a run clients wait; once one in the middle is over they have their answers.
#[test]
fn an_availability_of_those_that_ended_says_so_where_others_hang() {
    let text = |(at, lasts): (&str, &str)| {
        format!(
            "version = 1\n[story]\ntitle = \"T\"\n[run]\nduration = \"30s\"\n[[region]]\nid = \"us-east-1\"\n[[region]]\nid = \"eu-west-1\"\n[[dataset]]\nid = \"db\"\nprotocol = \"sync\"\n[[request]]\nid = \"save\"\nsteps = [\"write db\"]\ntimeout = \"60s\"\n[[population]]\nid = \"new-york\"\nrate = \"5/s\"\n[[fault]]\nid = \"cut\"\nkind = \"partition\"\nleft = \"us-east-1\"\nright = \"eu-west-1\"\nat = \"{at}\"\nfor = \"{lasts}\"\n[[expect]]\nmetric = \"availability\"\nabove = \"10%\"\n"
        )
    };
    let said = |cut| {
        let scenario = load(&text(cut), None, None).expect("it is sound");
        let mut run = scenario.run(Vec::new());
        run.finish();
        evaluate(&scenario, &run)[0].text.clone()
    };
    let to_the_end = said(("20s", "10s"));
    let noted = to_the_end.ends_with("(of operations that ended; others have waited for more than 5 s)");
    assert!(noted, "{to_the_end}");
    let over = said(("10s", "8s"));
    assert!(!over.contains("that ended"), "{over}");
}
