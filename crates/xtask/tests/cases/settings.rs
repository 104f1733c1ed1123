//! The thresholds of clippy, in two files.

use xtask::tidy::settings::check;

const ROOT: &str = "too-many-lines-threshold = 60\nallow-unwrap-in-tests = true\ndisallowed-methods = [\n    { path = \"a\", reason = \"b\" },\n]\n";

#[test]
fn the_core_may_have_a_list_of_its_own_but_the_same_thresholds() {
    assert_eq!(
        check(
            ROOT,
            "# why\nallow-unwrap-in-tests = true\ntoo-many-lines-threshold = 60\ndisallowed-methods = []\n"
        ),
        []
    );
}

#[test]
fn a_threshold_that_differs_or_is_missing_is_noticed() {
    for core in
        ["too-many-lines-threshold = 90\nallow-unwrap-in-tests = true\n", "allow-unwrap-in-tests = true\n"]
    {
        let found = check(ROOT, core);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            found[0].to_string(),
            "crates/shiplane-core/clippy.toml:1: `too-many-lines-threshold = 60` of clippy.toml is not repeated; add this line"
        );
    }
}
