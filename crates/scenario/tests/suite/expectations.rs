//! An expectation says only what is checked.

use scenario::load;

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
