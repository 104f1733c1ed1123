//! Patterns of branch names and moments, on their own.

use shiplane_core::gate::pattern::BranchPattern;
use shiplane_core::gate::time::Time;

fn matches(pattern: &str, name: &str) -> bool {
    BranchPattern::new(pattern).matches(name)
}

#[test]
fn one_star_stays_within_a_segment() {
    assert!(matches("feature/*", "feature/login"));
    assert!(matches("feature/*", "feature/"));
    assert!(matches("*", "develop"));
    assert!(matches("release/*.*", "release/1.2"));
    assert!(!matches("feature/*", "feature/team/login"));
    assert!(!matches("*", "feature/login"));
    assert!(!matches("feature/*", "feature"));
}

#[test]
fn two_stars_cross_segments() {
    assert!(matches("feature/**", "feature/team/login"));
    assert!(matches("**", "any/thing/at/all"));
    assert!(matches("**/login", "feature/team/login"));
    assert!(!matches("feature/**", "hotfix/login"));
}

#[test]
fn a_name_matches_as_a_whole_and_in_its_own_case() {
    assert!(matches("develop", "develop"));
    assert!(matches("v?", "v1"));
    assert!(!matches("v?", "v/"));
    assert!(!matches("develop", "develop-2"));
    assert!(!matches("develop", "my-develop"));
    assert!(!matches("develop", "Develop"));
    assert!(!matches("", "develop"));
    assert!(!matches("feature/+", "feature/login"));
}

#[test]
fn a_pattern_of_many_stars_is_matched_in_bounded_time() {
    let name = "a".repeat(2_000);
    assert!(!matches(&"*a".repeat(200), &format!("{name}b")));
}

#[test]
fn a_moment_reads_and_writes_as_the_server_has_it() {
    for (text, seconds) in [
        ("1970-01-01T00:00:00Z", 0),
        ("2000-02-29T12:00:00Z", 951_825_600),
        ("2026-01-05T11:00:00Z", 1_767_610_800),
        ("2100-03-01T00:00:00Z", 4_107_542_400),
    ] {
        let time: Time = text.parse().unwrap();
        assert_eq!(time.seconds(), seconds, "{text}");
        assert_eq!(time.to_string(), text);
    }
}

#[test]
fn a_moment_of_another_zone_is_the_same_moment() {
    let utc: Time = "2026-01-05T11:00:00Z".parse().unwrap();
    for text in ["2026-01-05T13:00:00+02:00", "2026-01-05T05:30:00-05:30", "2026-01-05T11:00:00.123Z"] {
        assert_eq!(text.parse::<Time>().unwrap(), utc, "{text}");
    }
}

#[test]
fn what_is_no_moment_is_refused() {
    for text in
        ["", "yesterday", "2026-01-05", "2026-13-05T11:00:00Z", "2026-01-05T25:00:00Z", "2026-01-05T11:00:00"]
    {
        assert!(text.parse::<Time>().is_err(), "{text}");
    }
}
