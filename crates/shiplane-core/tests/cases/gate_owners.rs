//! CODEOWNERS and lists of file patterns, on their own.

use proptest::prelude::*;
use shiplane_core::gate;
use shiplane_core::gate::owners::{CodeOwners, FilePatterns, Owner};
use shiplane_core::report::Level;

use super::gate::case;

fn owned(pattern: &str, path: &str) -> bool {
    let owners = CodeOwners::parse(&format!("{pattern} @grace\n"));
    assert_eq!(owners.skipped, [0_u64; 0], "{pattern}");
    !owners.of(path).is_empty()
}

fn names(text: &str, path: &str) -> Vec<String> {
    let owners = CodeOwners::parse(text);
    let name = |owner: &Owner| match owner {
        Owner::Login(name) => format!("@{name}"),
        Owner::Team(name) | Owner::Email(name) => name.clone(),
    };
    owners.of(path).iter().map(name).collect()
}

fn listed(patterns: &[&str], path: &str) -> bool {
    let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
    FilePatterns::new(&patterns).matches(path)
}

/// A pattern, paths that are its, and paths that are not.
type Case = (&'static str, &'static [&'static str], &'static [&'static str]);

const CASES: &[Case] = &[
    // A name is a file or directory of that name, at any depth.
    ("api", &["api", "api/a.rs", "src/api", "src/api/v1/a.rs"], &["api.rs", "src/apis", "src/my-api/a.rs"]),
    ("/api", &["api", "api/a.rs", "api/v1/a.rs"], &["src/api", "src/api/a.rs", "apis"]),
    // With a slash at its end it is a directory.
    ("api/", &["api/a.rs", "api/v1/a.rs", "src/api/a.rs"], &["api", "src/api", "src/apis/a.rs"]),
    ("/api/", &["api/a.rs", "api/v1/a.rs"], &["api", "src/api/a.rs"]),
    // With a slash within it is a path from the root.
    ("src/api", &["src/api", "src/api/a.rs"], &["src/apis", "old/src/api", "old/src/api/a.rs", "src"]),
    ("src/api/", &["src/api/a.rs", "src/api/v1/a.rs"], &["src/api", "old/src/api/a.rs"]),
    // A star stays within a name.
    ("*", &["a", "a/b", "a/b/c.rs", ".hidden"], &[]),
    ("*.rs", &["a.rs", "src/a.rs", "src/a/b.rs", ".rs"], &["a.rst", "a.js", "rs"]),
    ("a*", &["a", "api", "api/x.rs", "src/api/x.rs"], &["src/x.rs", "xa"]),
    ("/a*", &["a", "api", "api/x.rs"], &["src/api", "src/a"]),
    ("a*/", &["api/x.rs", "src/api/x.rs"], &["api", "src/api"]),
    ("/a*/", &["api/x.rs"], &["api", "src/api/x.rs"]),
    ("/*", &["a", "b.rs"], &["a/b", "a/b/c"]),
    ("/*/", &["a/b", "a/b/c"], &["a"]),
    ("docs/*", &["docs/a.md"], &["docs", "docs/more/a.md", "src/docs/a.md"]),
    ("docs/*.md", &["docs/a.md"], &["docs/more/a.md", "old/docs/a.md", "docs/a.txt"]),
    ("src/*/api", &["src/v1/api", "src/v1/api/a.rs"], &["src/api", "src/v1/v2/api", "src/v1"]),
    ("a*b*c", &["abc", "axxbyyc", "abcbc"], &["acb", "ab", "abcd"]),
    ("v?", &["v1", "v1/a.rs", "src/v2"], &["v", "v12", "v/"]),
    // What a backslash protects is itself.
    ("a\\*b", &["a*b"], &["axb", "ab"]),
    ("a\\?b", &["a?b"], &["axb"]),
    ("my\\ file.md", &["my file.md", "docs/my file.md"], &["my", "file.md"]),
    ("docs/\\*", &["docs/*"], &["docs/a"]),
    // Two stars are any number of directories.
    ("**", &["a", "a/b/c"], &[]),
    ("**/api/v1", &["api/v1", "src/api/v1", "a/b/api/v1/c.rs"], &["api/x/v1", "api"]),
    ("**/*test*", &["test", "src/a_test.rs", "a/tests/b.rs"], &["a/b.rs"]),
    ("src/api/**", &["src/api/a.rs", "src/api/v1/a.rs"], &["src/api", "old/src/api/a.rs"]),
    ("src/**/api", &["src/api", "src/v1/api", "src/a/b/api/c.rs"], &["api", "old/src/api", "src/v1"]),
    ("src/**/", &["src/a.rs", "src/a/b.rs"], &["src", "old/src/a.rs"]),
    ("src/**/v*/a*", &["src/v1/a.rs", "src/x/v1/api/b.rs"], &["src/v1", "src/v1/b.rs", "src/x/a.rs"]),
    ("a**b", &["ab", "axyb"], &["a/b"]),
    ("C#/", &["C#/a.cs"], &["C/a.cs"]),
    ("Src", &["Src/a.rs"], &["src/a.rs"]),
];

#[test]
fn patterns_match_as_github_matches_them() {
    for (pattern, theirs, others) in CASES {
        for path in *theirs {
            assert!(owned(pattern, path), "`{pattern}` is about `{path}`");
        }
        for path in *others {
            assert!(!owned(pattern, path), "`{pattern}` is not about `{path}`");
        }
    }
}

#[test]
fn the_last_line_that_matches_decides() {
    let text = "*      @grace @linus\n*.js   @ada #inline\n*.go   docs@example.com\n\n# a comment\n\
                /build/ @example/builders\n/apps/ @margaret\n/apps/github\n";
    assert_eq!(names(text, "README.md"), ["@grace", "@linus"]);
    assert_eq!(names(text, "src/a.js"), ["@ada"]);
    assert_eq!(names(text, "a.go"), ["docs@example.com"]);
    assert_eq!(names(text, "build/a.js"), ["@example/builders"]);
    assert_eq!(names(text, "apps/a.js"), ["@margaret"]);
}

#[test]
fn a_line_without_owners_takes_them_away() {
    let text = "/apps/ @margaret\n/apps/github # nobody's\n";
    assert_eq!(names(text, "apps/a"), ["@margaret"]);
    assert_eq!(names(text, "apps/github/a"), [""; 0]);
    assert_eq!(names(text, "lib/a"), [""; 0]);
}

#[test]
fn lines_that_github_cannot_read_are_left_out_and_counted() {
    let text = "* @grace\n!*.md @ada\nceval*.[ch] @ada\n\\#notes @ada\na***b @ada\n*.js ada\n*.ts @\n*.go @a/b/c\n\
                *.py me@here\n/ @ada\na//b @ada\nend\\\n";
    let owners = CodeOwners::parse(text);
    assert_eq!(owners.skipped, (2..=12).collect::<Vec<u64>>());
    for path in ["a.md", "ceval1.c", "#notes", "a.js", "a.ts", "a.go", "a.py", "a/b"] {
        assert_eq!(names(text, path), ["@grace"], "{path}");
    }
}

#[test]
fn white_space_byte_order_mark_and_windows_lines_do_no_harm() {
    let text = "\u{feff}# first\r\n  *.rs\t@grace   @example/leads\t# why\r\n\r\n\t\r\n";
    assert_eq!(names(text, "src/a.rs"), ["@grace", "@example/leads"]);
    assert_eq!(CodeOwners::parse(text).skipped, [0_u64; 0]);
}

#[test]
fn a_file_of_three_megabytes_is_not_read() {
    let rule = "* @grace\n#";
    let mut text = format!("{rule}{}", "x".repeat(3 * 1024 * 1024 - 1 - rule.len()));
    assert_eq!(names(&text, "a.rs"), ["@grace"]);
    text.push('x');
    assert!(CodeOwners::parse(&text).too_big);
    assert_eq!(names(&text, "a.rs"), [""; 0]);

    let (policy, mut facts) = case("code-owners-missing");
    facts.code_owners.as_mut().unwrap().text = text;
    let findings = gate::evaluate(&policy, &facts);
    let said = findings.iter().find(|finding| finding.code == "code-owners").unwrap();
    assert_eq!(said.level, Level::Warning);
    assert!(said.fact.contains("`.github/CODEOWNERS` is over 3 MB"), "{}", said.fact);
    assert_eq!(gate::verdict(&findings).word, "pass");
}

#[test]
fn a_pattern_of_many_stars_is_matched_in_bounded_time() {
    let name = "a".repeat(3_000);
    assert!(!owned(&"*a".repeat(300), &format!("{name}b")));
    assert!(!owned(&format!("{}x", "**/".repeat(200)), &"a/".repeat(2_000)));
}

#[test]
fn file_patterns_are_read_in_order() {
    assert!(listed(&["*"], "deep/down/a.rs"));
    assert!(listed(&["*.sql"], "db/a.sql"));
    assert!(listed(&["**/*.sql"], "db/a.sql") && listed(&["**/*.sql"], "a.sql"));
    assert!(listed(&["db/**"], "db/v1/a.sql") && !listed(&["db/**"], "old/db/a.sql"));
    assert!(listed(&["db/*"], "db/v1/a.sql"));
    assert!(!listed(&["*", "!docs/"], "docs/a.md") && listed(&["*", "!docs/"], "src/a.md"));
    assert!(listed(&["*", "!docs/", "docs/secret.md"], "docs/secret.md"));
    assert!(listed(&["!docs/", "*"], "docs/a.md"));
    assert!(!listed(&["!docs/"], "src/a.rs"));
    assert!(!listed(&[], "a") && !listed(&["", "/", "!"], "a"));
}

#[test]
fn file_patterns_know_ranges_of_characters() {
    assert!(listed(&["[a-c]*.rs"], "src/b1.rs") && !listed(&["[a-c]*.rs"], "src/d.rs"));
    assert!(listed(&["[!a-c].rs"], "d.rs") && !listed(&["[^a-c].rs"], "b.rs"));
    assert!(listed(&["[]x].rs"], "].rs") && listed(&["[ab.rs"], "[ab.rs"));
    assert!(listed(&["[a\\]].rs"], "].rs") && listed(&["[-z].rs"], "-.rs"));
}

proptest! {
    #[test]
    fn no_text_and_no_path_upsets_it(text in "[@a-c/*?\\\\#! \\[\\]\n\r\t.é-]{0,60}", path in "[a-c/*.é ]{0,12}") {
        let owners = CodeOwners::parse(&text);
        let _ = owners.of(&path);
        let _ = FilePatterns::new(&[text]).matches(&path);
    }

    #[test]
    fn a_path_matches_itself_and_what_is_below(path in "[a-c.]{1,3}(/[a-c.]{1,3}){0,3}") {
        let (below, at, under) = (format!("{path}/x"), format!("/{path}"), format!("/{path}/"));
        prop_assert!(owned(&at, &path));
        prop_assert!(owned(&at, &below));
        prop_assert!(owned(&under, &below));
        prop_assert!(!owned(&under, &path));
        prop_assert!(owned("**", &path));
        prop_assert!(owned("*", &path));
    }
}
