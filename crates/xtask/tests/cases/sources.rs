//! Rust sources with something planted in them.

use xtask::tidy::sources::{check, misnamed};

fn offences(text: &str) -> Vec<String> {
    check("a.rs", text).iter().map(ToString::to_string).collect()
}

#[test]
fn a_tidy_source_is_tidy() {
    assert_eq!(offences("//! What it is for.\n\n// TODO(#12): the rest\nfn a() {}\n"), Vec::<String>::new());
    assert_eq!(offences(&format!("//! Long.\n{}", "fn a() {}\n".repeat(499))), Vec::<String>::new());
}

#[test]
fn a_file_over_the_limit_is_noticed() {
    let found = offences(&format!("//! Long.\n{}", "fn a() {}\n".repeat(500)));
    assert_eq!(found, ["a.rs:501: 501 lines, and 500 is the limit; split it by ideas"]);
}

#[test]
fn a_module_without_its_line_is_noticed() {
    for text in ["use std::fmt;\n", "", "/// Not for the module.\n", "\n//! Late.\n"] {
        assert_eq!(
            offences(text),
            ["a.rs:1: the module does not say what it is for; open it with one `//!` line"]
        );
    }
}

#[test]
fn a_lint_that_is_switched_off_is_noticed_at_its_line() {
    let found = offences("//! A.\n\nmod b {\n    #[allow(dead_code)]\n    fn a() {}\n}\n");
    assert_eq!(found, ["a.rs:4: a lint is switched off for good; use `#[expect(lint, reason = \"…\")]`"]);
    assert_eq!(offences("//! A.\n#![allow(missing_docs)]\n").len(), 1);
}

#[test]
fn a_promise_without_an_issue_is_noticed() {
    let (open, fix) = ("TODO", "FIXME");
    let lines = [
        format!("// {open} later"),
        format!("fn a() {{}} // {fix}"),
        format!("/// {open}(me): x"),
        format!("// {open}(#): x"),
    ];
    for line in lines {
        let found = offences(&format!("//! A.\n{line}\n"));
        assert_eq!(
            found,
            ["a.rs:2: a promise without an issue; do it, or write its number: TODO(#12)"],
            "{line}"
        );
    }
}

#[test]
fn drawers_and_litter_are_noticed_by_name() {
    let names = [
        "crates/a/src/utils.rs",
        "b/helpers.rs",
        "common.rs",
        "a.rs.orig",
        "crates/target/x",
        "a/__pycache__/b.py",
        "x.snap.new",
    ];
    for name in names {
        assert!(misnamed(name).is_some(), "{name} is fine?");
    }
    for name in ["crates/a/src/target.rs", "docs/common.md", "catalogue.rs", "src/login.rs"] {
        assert_eq!(misnamed(name), None);
    }
}
