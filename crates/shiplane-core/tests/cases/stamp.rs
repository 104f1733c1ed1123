//! Moments on a host's clock.

use proptest::prelude::*;
use shiplane_core::deploy::{Stamp, release_id};

#[test]
fn known_moments() {
    let cases = [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_399_999, "2000-02-28T23:59:59Z"),
        (951_782_400_000, "2000-02-29T00:00:00Z"),
        (951_868_800_000, "2000-03-01T00:00:00Z"),
        (1_735_689_599_000, "2024-12-31T23:59:59Z"),
        (1_735_689_600_000, "2025-01-01T00:00:00Z"),
        (1_767_607_200_000, "2026-01-05T10:00:00Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00Z"),
    ];
    for (millis, text) in cases {
        assert_eq!(Stamp(millis).to_string(), text);
    }
}

#[test]
fn a_release_is_named_after_its_moment_and_its_commit() {
    let commit = "ABCDEF0123456789abcdef0123456789abcdef01";
    assert_eq!(release_id(Stamp(1_767_607_200_042), commit), "20260105t100000042-abcdef01");
    assert_eq!(release_id(Stamp(0), "../..;$(x)"), "19700101t000000000-x");
    assert_eq!(release_id(Stamp(0), ""), "19700101t000000000-");
}

proptest! {
    #[test]
    fn names_sort_by_time_and_are_plain(early in 0_u64..4_000_000_000_000, later in 1_u64..1_000_000_000, text in ".{0,20}") {
        let (first, second) = (release_id(Stamp(early), &text), release_id(Stamp(early + later), &text));
        prop_assert!(first < second, "{first} {second}");
        prop_assert!(first.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{first}");
    }

    #[test]
    fn any_number_is_some_moment(millis in any::<u64>()) {
        prop_assert_eq!(Stamp(millis).to_string().len(), "2026-01-05T10:00:00Z".len());
        prop_assert_eq!(release_id(Stamp(millis), "x").len(), "20260105t100000000-x".len());
    }
}
