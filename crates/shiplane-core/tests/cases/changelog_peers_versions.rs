//! Versions and tags: the list of the specification of SemVer, its precedence, and the bumps of other tools' suites.

use semver::Version;
use shiplane_core::changelog::bump::{self, Level};
use shiplane_core::changelog::choice::{Asked, Channel};
use shiplane_core::changelog::tags::{self, Tag};
use shiplane_core::config::Zero;

/// The list that semver.org links to, in the order it has there, and what its text gives as examples.
const VALID: &[&str] = &[
    "0.0.4",
    "1.2.3",
    "10.20.30",
    "1.1.2-prerelease+meta",
    "1.1.2+meta",
    "1.1.2+meta-valid",
    "1.0.0-alpha",
    "1.0.0-beta",
    "1.0.0-alpha.beta",
    "1.0.0-alpha.beta.1",
    "1.0.0-alpha.1",
    "1.0.0-alpha0.valid",
    "1.0.0-alpha.0valid",
    "1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay",
    "1.0.0-rc.1+build.1",
    "2.0.0-rc.1+build.123",
    "1.2.3-beta",
    "10.2.3-DEV-SNAPSHOT",
    "1.2.3-SNAPSHOT-123",
    "1.0.0",
    "2.0.0",
    "1.1.7",
    "2.0.0+build.1848",
    "2.0.1-alpha.1227",
    "1.0.0-alpha+beta",
    "1.2.3----RC-SNAPSHOT.12.9.1--.12+788",
    "1.2.3----R-S.12.9.1--.12+meta",
    "1.2.3----RC-SNAPSHOT.12.9.1--.12",
    "1.0.0+0.build.1-rc.10000aaa-kk-0.1",
    "1.0.0-0A.is.legal",
    "0.0.0",
    "1.0.0-0",
    "1.0.0-0.3.7",
    "1.0.0-x.7.z.92",
    "1.0.0-x-y-z.--",
    "1.0.0+20130313144700",
    "1.0.0-beta+exp.sha.5114f85",
    "1.0.0+21AF26D3----117B344092BD",
    "1.0.0+001",
    "1.0.0-99999999999999999999999",
];

/// The list of what is none, and of what is nearly one.
const INVALID: &[&str] = &[
    "",
    "1",
    "1.2",
    "1.2.3-0123",
    "1.2.3-0123.0123",
    "1.1.2+.123",
    "+invalid",
    "-invalid",
    "-invalid+invalid",
    "-invalid.01",
    "alpha",
    "alpha.beta",
    "alpha.beta.1",
    "alpha.1",
    "alpha+beta",
    "alpha_beta",
    "alpha.",
    "alpha..",
    "beta",
    "1.0.0-alpha_beta",
    "-alpha.",
    "1.0.0-alpha..",
    "1.0.0-alpha..1",
    "1.0.0-alpha...1",
    "1.0.0-alpha....1",
    "1.0.0-alpha.....1",
    "01.1.1",
    "1.01.1",
    "1.1.01",
    "1.2.3.DEV",
    "1.2-SNAPSHOT",
    "1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788",
    "1.2-RC-SNAPSHOT",
    "-1.0.3-gamma+b7718",
    "+justmeta",
    "9.8.7+meta+meta",
    "9.8.7-whatever+meta+meta",
    "1.2.3tag",
    "1.2.3-",
    "1.2.3+",
    "1.2.3-+b",
    "1.2.3 ",
    " 1.2.3",
    "v1.2.3",
    "=1.2.3",
    "1.2.x",
    "1.2.*",
    "1.2.3-é",
    "１.2.3",
    "1,2,3",
    "2024.01.15",
    "hello, world",
    // A number above 64 bits: others refuse far smaller ones.
    "99999999999999999999999.999999999999999999.99999999999999999",
    "18446744073709551616.0.0",
];

#[test]
fn what_is_a_version_and_what_is_none() {
    for &name in VALID {
        let tag = Tag::read(&format!("v{name}"), "v").unwrap_or_else(|| panic!("{name}"));
        assert_eq!(tag.version.to_string(), name);
        assert_eq!(tag.is_final(), !name.split('+').next().unwrap().contains('-'), "{name}");
    }
    for &name in INVALID {
        assert_eq!(Tag::read(&format!("v{name}"), "v"), None, "{name}");
        assert!(name.parse::<Asked>().is_err(), "{name}");
    }
}

/// Greater and smaller, as node-semver lists them, and the chain of the specification.
#[test]
fn which_of_two_is_the_higher() {
    let pairs = [
        ("0.0.0", "0.0.0-foo"),
        ("0.0.1", "0.0.0"),
        ("1.0.0", "0.9.9"),
        ("0.10.0", "0.9.0"),
        ("0.99.0", "0.10.0"),
        ("2.0.0", "1.2.3"),
        ("1.2.3", "1.2.3-asdf"),
        ("1.2.3", "1.2.3-4"),
        ("1.2.3", "1.2.3-4-foo"),
        ("1.2.3-5-foo", "1.2.3-5"),
        ("1.2.3-5", "1.2.3-4"),
        ("1.2.3-5-foo", "1.2.3-5-Foo"),
        ("3.0.0", "2.7.2+asdf"),
        ("1.2.3-a.10", "1.2.3-a.5"),
        ("1.2.3-a.b", "1.2.3-a.5"),
        ("1.2.3-a.b", "1.2.3-a"),
        ("1.2.3-a.b.c.10.d.5", "1.2.3-a.b.c.5.d.100"),
        ("1.2.3-r2", "1.2.3-r100"),
        ("1.2.3-r100", "1.2.3-R2"),
        ("2.1.1", "2.1.0"),
        ("2.1.0", "2.0.0"),
        ("1.0.0-alpha.1", "1.0.0-alpha"),
        ("1.0.0-alpha.beta", "1.0.0-alpha.1"),
        ("1.0.0-beta", "1.0.0-alpha.beta"),
        ("1.0.0-beta.2", "1.0.0-beta"),
        ("1.0.0-beta.11", "1.0.0-beta.2"),
        ("1.0.0-rc.1", "1.0.0-beta.11"),
        ("1.0.0", "1.0.0-rc.1"),
        ("1.10.0", "1.9.0"),
        ("1.0.0-rc.10", "1.0.0-rc.9"),
        ("1.0.0-99999999999999999999999", "1.0.0-9"),
    ];
    for (high, low) in pairs {
        for names in [[high, low], [low, high]] {
            let ranked: Vec<String> = tags::ranked(names, "").into_iter().map(|tag| tag.name).collect();
            assert_eq!(ranked, [high, low]);
        }
    }
    let equal = tags::ranked(["1.2.3+b", "1.2.3+a", "1.2.3"], "");
    assert!(equal.iter().all(|tag| tag.version.cmp_precedence(&Version::new(1, 2, 3)).is_eq()));
}

/// Prefixes of one package and of many; what is nearly a version behind one.
#[test]
fn which_tags_are_versions_behind_a_prefix() {
    let names = [
        "v1.0.0",
        "1.1.0",
        "V1.2.0",
        "v1",
        "v1.2",
        "v01.0.0",
        "v1.0.0.0",
        "v1.0.0-",
        "release-1.3.0",
        "api-v2.0.0",
        "api/v2.1.0",
        "@scope/api@2.2.0",
        "api@2.3.0",
        "vv1.0.0",
        "v1.0.0-rc.1",
        "v1.0.0+b.1",
        "nightly",
        "v",
        "packages/api-v3.0.0",
        "-v1.0.0",
        "v-1.0.0",
        "2024.01.15",
        "v2024.1.15",
    ];
    let cases: [(&str, &[&str]); 11] = [
        ("v", &["v2024.1.15", "v1.0.0", "v1.0.0+b.1", "v1.0.0-rc.1"]),
        ("", &["1.1.0"]),
        ("V", &["V1.2.0"]),
        ("release-", &["release-1.3.0"]),
        ("api-v", &["api-v2.0.0"]),
        ("api/v", &["api/v2.1.0"]),
        ("@scope/api@", &["@scope/api@2.2.0"]),
        ("api@", &["api@2.3.0"]),
        ("packages/api-v", &["packages/api-v3.0.0"]),
        ("-v", &["-v1.0.0"]),
        ("web-v", &[]),
    ];
    for (prefix, wanted) in cases {
        let ranked: Vec<String> = tags::ranked(names, prefix).into_iter().map(|tag| tag.name).collect();
        assert_eq!(ranked, wanted, "{prefix:?}");
    }
}

/// What is raised from where: the lists of semver tools, of svu, cocogitto, commitizen and release-please.
#[test]
fn one_number_is_raised_and_those_below_begin_anew() {
    use Level::{Major, Minor, None, Patch};
    let cases = [
        ("1.2.3", None, "1.2.3", "1.2.3"),
        ("1.2.3", Patch, "1.2.4", "1.2.4"),
        ("1.2.3", Minor, "1.3.0", "1.3.0"),
        ("1.2.3", Major, "2.0.0", "2.0.0"),
        ("1.1.1", Minor, "1.2.0", "1.2.0"),
        ("1.1.1", Major, "2.0.0", "2.0.0"),
        ("2.4.12", Major, "3.0.0", "3.0.0"),
        ("0.4.5", Patch, "0.4.6", "0.4.6"),
        ("0.4.5", Minor, "0.4.6", "0.5.0"),
        ("0.5.5", Major, "0.6.0", "1.0.0"),
        ("0.1.2", Major, "0.2.0", "1.0.0"),
        ("0.1.2", Minor, "0.1.3", "0.2.0"),
        ("0.1.1", Minor, "0.1.2", "0.2.0"),
        ("0.9.0", Major, "0.10.0", "1.0.0"),
        ("0.0.0", Patch, "0.0.1", "0.0.1"),
        ("0.0.0", Minor, "0.0.1", "0.1.0"),
        ("0.0.0", Major, "0.0.1", "1.0.0"),
        ("0.0.9", Patch, "0.0.10", "0.0.10"),
        ("1.19.3", Major, "2.0.0", "2.0.0"),
        ("1.2.3+meta", Patch, "1.2.4", "1.2.4"),
        ("9.9.9", Minor, "9.10.0", "9.10.0"),
        ("99.99.99", Major, "100.0.0", "100.0.0"),
        ("1.0.18446744073709551615", Patch, "1.0.18446744073709551615", "1.0.18446744073709551615"),
    ];
    for (from, level, semver, strict) in cases {
        let from = Version::parse(from).unwrap();
        for (zero, wanted) in [(Zero::Semver, semver), (Zero::Strict, strict)] {
            let raised = bump::raise(&from, bump::effective(&from, level, zero));
            assert_eq!(raised.to_string(), wanted, "{from} {level} {zero:?}");
        }
    }
}

#[test]
fn a_channel_counts_its_own_numbers_only() {
    let cases = [
        ("alpha", "1.2.3-alpha.11", Some(11)),
        ("alpha", "1.2.3-alpha.0", Some(0)),
        ("alpha", "1.2.3-alpha", None),
        ("alpha", "1.2.3-alpha.1+build.43", Some(1)),
        ("alpha123", "1.2.3-alpha123.1", Some(1)),
        ("alpha", "1.2.3-alpha123.1", None),
        ("alpha", "1.2.3-alpha.0.beta", None),
        ("alpha", "1.2.3-beta.1", None),
        ("alpha", "1.2.3", None),
        ("rc", "1.2.3-RC.1", None),
        ("beta", "1.0.0-beta01", None),
        ("dev.x", "1.2.3-dev.x.4", Some(4)),
        ("dev", "1.2.3-dev.x.4", None),
    ];
    for (channel, version, number) in cases {
        let channel = channel.parse::<Channel>().unwrap();
        assert_eq!(channel.number(&Version::parse(version).unwrap()), number, "{channel} {version}");
    }
    for bad in ["", "+aaa", "0", "12", "a b", "a_b", "a..b", ".a", "a.", "ä", "a+b", "01"] {
        assert!(bad.parse::<Channel>().is_err(), "{bad}");
    }
}
