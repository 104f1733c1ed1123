//! Vectors of Conventional Commits 1.0.0, and of what git and GitHub write.

use shiplane_core::changelog::commit::{self, Flaw, Message};

fn read(message: &str) -> Message {
    commit::parse(message).unwrap_or_else(|flaw| panic!("{message:?}: {flaw:?}"))
}

fn footers(message: &Message) -> Vec<(&str, &str)> {
    message.footers.iter().map(|footer| (footer.token.as_str(), footer.value.as_str())).collect()
}

#[test]
fn a_header_is_type_scope_mark_and_description() {
    let cases: [(&str, &str, Option<&str>, &str, bool); 18] = [
        ("feat: add login", "feat", None, "add login", false),
        ("FEAT: add login", "feat", None, "add login", false),
        ("Fix(API): answer 404", "fix", Some("API"), "answer 404", false),
        ("feat(my scope): hello", "feat", Some("my scope"), "hello", false),
        ("feat(a,b): two", "feat", Some("a,b"), "two", false),
        ("feat(@org/pkg): scoped", "feat", Some("@org/pkg"), "scoped", false),
        ("feat!: drop v1", "feat", None, "drop v1", true),
        ("feat(api)!: drop v1", "feat", Some("api"), "drop v1", true),
        ("chore!: drop Node 6", "chore", None, "drop Node 6", true),
        ("feat:   wide", "feat", None, "wide", false),
        ("feat: trailing   ", "feat", None, "trailing", false),
        ("feat: a: b: c", "feat", None, "a: b: c", false),
        ("feat: hello (#12)", "feat", None, "hello (#12)", false),
        ("feat(größe): ändert Ä 💃🏽", "feat", Some("größe"), "ändert Ä 💃🏽", false),
        ("build-deps: bump", "build-deps", None, "bump", false),
        ("\n\nfix: late", "fix", None, "late", false),
        ("fix: crlf\r\n\r\nbody\r\n", "fix", None, "crlf", false),
        ("fix!: with footer\n\nRefs: #1", "fix", None, "with footer", true),
    ];
    for (message, kind, scope, description, breaking) in cases {
        let found = read(message);
        assert_eq!(
            (
                found.kind.as_str(),
                found.scope.as_deref(),
                found.description.as_str(),
                found.breaking.is_some()
            ),
            (kind, scope, description, breaking),
            "{message:?}"
        );
    }
}

#[test]
fn what_is_not_conventional_says_why() {
    let cases = [
        ("Add login", Flaw::Type),
        ("", Flaw::Type),
        ("   ", Flaw::Type),
        (" feat: indented", Flaw::Type),
        (": nothing", Flaw::Type),
        ("feat : space before", Flaw::Type),
        ("feat (api): space before", Flaw::Type),
        ("feat add", Flaw::Type),
        ("feat(api)", Flaw::Type),
        ("Merge branch 'main'", Flaw::Type),
        ("fixup! feat: x", Flaw::Type),
        ("feat(): empty scope", Flaw::Scope),
        ("feat(api: open scope", Flaw::Scope),
        ("feat:no space", Flaw::Space),
        ("feat!:no space", Flaw::Space),
        ("https://example.org: x", Flaw::Space),
        ("feat(a)b: x", Flaw::Scope),
        ("feat(a))!: x", Flaw::Scope),
        ("feat(api):", Flaw::Description),
        ("feat:", Flaw::Description),
        ("feat!:", Flaw::Description),
        ("feat:   ", Flaw::Description),
        ("feat: \n\nbody", Flaw::Description),
    ];
    for (message, flaw) in cases {
        assert_eq!(commit::parse(message), Err(flaw), "{message:?}");
    }
}

#[test]
fn breaking_is_said_by_mark_or_upper_case_footer_only() {
    let cases = [
        ("feat: x\n\nBREAKING CHANGE: y", Some("y")),
        ("feat: x\n\nBREAKING-CHANGE: y", Some("y")),
        ("feat: x\r\n\r\nBREAKING CHANGE: y\r\n", Some("y")),
        ("feat: x\n\nbody\n\nBREAKING CHANGE: y\nand more", Some("y\nand more")),
        ("feat: x\n\nbody\n\nBREAKING CHANGE: y\n\nsecond paragraph", Some("y\n\nsecond paragraph")),
        ("feat: x\n\nBREAKING CHANGE: y\nRefs: #1", Some("y")),
        ("feat: x\n\nRefs: #1\nBREAKING CHANGE: y", Some("y")),
        ("feat: x\n\nbody\nBREAKING CHANGE: in the middle", Some("in the middle")),
        ("feat: x\nBREAKING CHANGE: no empty line", Some("no empty line")),
        ("feat: x\n\nBREAKING CHANGE:\nbelow", Some("below")),
        ("feat!: x\n\nBREAKING CHANGE: y", Some("y")),
        ("feat!: x", Some("x")),
        ("feat: x\n\nbreaking change: y", None),
        ("feat: x\n\nBreaking Change: y", None),
        ("feat: x\n\nbreaking-change: y", None),
        ("feat: x\n\nBREAKING CHANGES: y", None),
        ("feat: x\n\nBREAKING: y", None),
        ("feat: x\n\nBREAKING CHANGE y", None),
        ("feat: x\n\nBREAKING CHANGE:", None),
        ("feat: x\n\nno BREAKING CHANGE: here", None),
        ("feat: BREAKING CHANGE: in the description", None),
        ("feat: x\n\n* feat!: a squashed one", None),
    ];
    for (message, breaking) in cases {
        assert_eq!(read(message).breaking.as_deref(), breaking, "{message:?}");
    }
}

#[test]
fn footers_follow_an_empty_line_and_run_to_the_next_token() {
    let message = read(
        "fix: prevent racing\n\nIntroduce a request id: the latest wins.\nSee: not a footer, mid paragraph\n\n\
         Reviewed-by: Z\nRefs: #123\nCloses #45\nNote: wraps\n  over two lines\nhttp://example.org/a: b",
    );
    assert_eq!(
        message.body.as_deref(),
        Some("Introduce a request id: the latest wins.\nSee: not a footer, mid paragraph")
    );
    assert_eq!(
        footers(&message),
        [
            ("Reviewed-by", "Z"),
            ("Refs", "#123"),
            ("Closes", "45"),
            ("Note", "wraps\n  over two lines\nhttp://example.org/a: b")
        ]
    );
}

#[test]
fn a_body_is_kept_as_it_is_and_an_address_is_no_footer() {
    assert_eq!(read("fix: x\n\nhttps://example.org/x").body.as_deref(), Some("https://example.org/x"));
    assert_eq!(read("fix: x\n\nhttps://example.org/x").footers, []);
    assert_eq!(read("fix: x\n\n    code\n\n    more").body.as_deref(), Some("    code\n\n    more"));
    assert_eq!(read("fix: x\nsecond line").body.as_deref(), Some("second line"));
    assert_eq!(read("fix: x\n\n\n\n").body, None);
    assert_eq!(
        footers(&read("fix: x\n\nSigned-off-by: A <a@example.org>\nCo-authored-by: B <b@example.org>")).len(),
        2
    );
}

#[test]
fn a_message_of_any_size_and_content_is_read_or_refused() {
    let long = format!("feat: {}", "x".repeat(10_000));
    assert_eq!(read(&long).description.len(), 10_000);
    for message in
        ["feat: ::error::x", "feat: `a` <b>", "feat: \u{202e}x", "feat: \0", "\u{feff}feat: x", "\r\r\r"]
    {
        assert!(commit::parse(message).is_ok() || commit::parse(message).is_err());
    }
}
