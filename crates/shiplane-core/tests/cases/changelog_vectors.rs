//! Conventional Commits 1.0.0 to the letter: messages beside what is read in them, on one line each.

use shiplane_core::changelog::commit::{self, Flaw};

/// `kind(scope)!: description | body | token=value, …`, or the flaw.
fn told(message: &str) -> String {
    let message = match commit::parse(message) {
        Ok(message) => message,
        Err(Flaw::Type) => return "no type".to_owned(),
        Err(Flaw::Scope) => return "bad scope".to_owned(),
        Err(Flaw::Space) => return "no space".to_owned(),
        Err(Flaw::Description) => return "no description".to_owned(),
    };
    let scope = message.scope.map(|scope| format!("({scope})")).unwrap_or_default();
    let mark = if message.breaking.is_some() { "!" } else { "" };
    let mut told = format!("{}{scope}{mark}: {}", message.kind, message.description);
    if let Some(body) = message.body {
        told += &format!(" | {body}");
    }
    let footers: Vec<String> =
        message.footers.iter().map(|footer| format!("{}={}", footer.token, footer.value)).collect();
    if !footers.is_empty() {
        told += &format!(" | {}", footers.join(", "));
    }
    told.replace('\n', "⏎")
}

/// Insists that each message is read as its text says.
pub(super) fn hold(vectors: &[(&str, &str)]) {
    let wrong: Vec<String> = vectors
        .iter()
        .filter(|(message, wanted)| told(message) != *wanted)
        .map(|(message, wanted)| format!("{message:?}\n  wanted {wanted}\n  found  {}", told(message)))
        .collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

#[test]
fn the_examples_of_the_specification() {
    hold(&[
        (
            "feat: allow provided config object to extend other configs\n\nBREAKING CHANGE: `extends` key in config file is now used for extending other config files",
            "feat!: allow provided config object to extend other configs | BREAKING CHANGE=`extends` key in config file is now used for extending other config files",
        ),
        (
            "feat!: send an email to the customer when a product is shipped",
            "feat!: send an email to the customer when a product is shipped",
        ),
        (
            "feat(api)!: send an email to the customer when a product is shipped",
            "feat(api)!: send an email to the customer when a product is shipped",
        ),
        (
            "feat!: drop support for Node 6\n\nBREAKING CHANGE: use JavaScript features not available in Node 6.",
            "feat!: drop support for Node 6 | BREAKING CHANGE=use JavaScript features not available in Node 6.",
        ),
        (
            "chore!: drop support for Node 6\n\nBREAKING CHANGE: use JavaScript features not available in Node 6.",
            "chore!: drop support for Node 6 | BREAKING CHANGE=use JavaScript features not available in Node 6.",
        ),
        ("docs: correct spelling of CHANGELOG", "docs: correct spelling of CHANGELOG"),
        ("feat(lang): add Polish language", "feat(lang): add Polish language"),
        ("feat(lang): add polish language", "feat(lang): add polish language"),
        (
            "fix: prevent racing of requests\n\nIntroduce a request id and a reference to latest request. Dismiss\nincoming responses other than from latest request.\n\nRemove timeouts which were used to mitigate the racing issue but are\nobsolete now.\n\nReviewed-by: Z\nRefs: #123",
            "fix: prevent racing of requests | Introduce a request id and a reference to latest request. Dismiss⏎incoming responses other than from latest request.⏎⏎Remove timeouts which were used to mitigate the racing issue but are⏎obsolete now. | Reviewed-by=Z, Refs=#123",
        ),
        (
            "fix: correct minor typos in code\n\nsee the issue for details\n\non typos fixed.\n\nReviewed-by: Z\nRefs #133",
            "fix: correct minor typos in code | see the issue for details⏎⏎on typos fixed. | Reviewed-by=Z, Refs=133",
        ),
        (
            "revert: let us never again speak of the noodle incident\n\nRefs: 676104e, a215868",
            "revert: let us never again speak of the noodle incident | Refs=676104e, a215868",
        ),
        (
            "fix: array parsing issue when multiple spaces were contained in string",
            "fix: array parsing issue when multiple spaces were contained in string",
        ),
    ]);
}

#[test]
fn headers() {
    hold(&[
        ("feat: x", "feat: x"),
        ("Feat: x", "feat: x"),
        ("FEAT(API)!: x", "feat(API)!: x"),
        ("fEaT: X", "feat: X"),
        ("feat(a b c): x", "feat(a b c): x"),
        ("feat(a/b): x", "feat(a/b): x"),
        ("feat(a,b): x", "feat(a,b): x"),
        ("feat(a.b): x", "feat(a.b): x"),
        ("feat(a_b-c): x", "feat(a_b-c): x"),
        ("feat(@scope/pkg): x", "feat(@scope/pkg): x"),
        ("feat(#12): x", "feat(#12): x"),
        ("feat(a:b): x", "feat(a:b): x"),
        ("feat(*): x", "feat(*): x"),
        ("feat($): x", "feat($): x"),
        ("fix(日本語): 直した", "fix(日本語): 直した"),
        ("修正: 日本語", "修正: 日本語"),
        ("ÄNDERN: größer", "ändern: größer"),
        ("feat: 🎉 party", "feat: 🎉 party"),
        ("feat: e\u{301}", "feat: e\u{301}"),
        ("feat: \u{202e}x", "feat: \u{202e}x"),
        ("feat2: x", "feat2: x"),
        ("my_type: x", "my_type: x"),
        ("build-deps: x", "build-deps: x"),
        ("build-deps(cargo)!: x", "build-deps(cargo)!: x"),
        ("feat:  two spaces", "feat: two spaces"),
        ("feat:      six spaces", "feat: six spaces"),
        ("feat: trailing   ", "feat: trailing"),
        ("feat: trailing\t", "feat: trailing"),
        ("feat: a: b", "feat: a: b"),
        ("feat: a (b): c", "feat: a (b): c"),
        ("feat: a!", "feat: a!"),
        ("feat: !", "feat: !"),
        ("feat: !: x", "feat: !: x"),
        ("feat: #12", "feat: #12"),
        ("feat: (x)", "feat: (x)"),
        ("feat: .", "feat: ."),
        ("feat: feat: x", "feat: feat: x"),
        ("feat: hello (#12)", "feat: hello (#12)"),
        ("feat: BREAKING CHANGE: x", "feat: BREAKING CHANGE: x"),
        ("feat: <b>", "feat: <b>"),
        ("feat: \"quoted\"", "feat: \"quoted\""),
        ("feat: Refs: #1", "feat: Refs: #1"),
        ("revert: feat: x", "revert: feat: x"),
        ("x: y", "x: y"),
        ("[feat]: x", "[feat]: x"),
        ("fix: x\n", "fix: x"),
        ("fix: x\n\n\n", "fix: x"),
        ("\nfix: x", "fix: x"),
        ("\n\n\nfix: x", "fix: x"),
        ("\r\n\r\nfix: x\r\n", "fix: x"),
    ]);
}

/// The usual form is read by a shorter way than all others; a second space takes the long one.
#[test]
fn both_ways_to_read_a_header_agree() {
    for kind in ["feat", "FIX", "a-b", "a_b", "x1", "1x", "-", "_"] {
        for scope in ["", "(a)", "(A/b.c-d_e)", "(1)"] {
            for mark in ["", "!"] {
                for text in ["x", "a: b", "(x)", "! x", "#1", "x (#2)", "\"q\"", "ä", "ends:"] {
                    let head = format!("{kind}{scope}{mark}:");
                    assert_eq!(
                        told(&format!("{head} {text}")),
                        told(&format!("{head}  {text}")),
                        "{head} {text}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_is_no_header() {
    hold(&[
        ("", "no type"),
        ("\n", "no type"),
        (" ", "no type"),
        (":", "no type"),
        (": x", "no type"),
        ("!: x", "no type"),
        ("(a): x", "no type"),
        ("x", "no type"),
        ("feat", "no type"),
        ("feat x", "no type"),
        ("feat; x", "no type"),
        ("feat - x", "no type"),
        ("feat!", "no type"),
        ("feat(a)", "no type"),
        ("feat(a)!", "no type"),
        ("feat(a) x", "no type"),
        (" feat: x", "no type"),
        ("\tfeat: x", "no type"),
        ("feat : x", "no type"),
        ("feat! : x", "no type"),
        ("feat (a): x", "no type"),
        ("feat !: x", "no type"),
        ("feat!!: x", "no type"),
        ("feat!(a): x", "no type"),
        ("two words: x", "no type"),
        ("feat，x", "no type"),
        ("feat： x", "no type"),
        ("✨ feat: x", "no type"),
        ("(feat): x", "no type"),
        ("- feat: x", "no type"),
        ("* feat: x", "no type"),
        ("# feat: x", "no type"),
        ("WIP feat: x", "no type"),
        ("Merge branch 'feat: x'", "no type"),
        ("Merge pull request #1 from a/b", "no type"),
        ("Revert \"feat: x\"", "no type"),
        ("fixup! feat: x", "no type"),
        ("squash! feat: x", "no type"),
        ("amend! feat: x", "no type"),
        ("Initial commit", "no type"),
        ("v1.0.0", "no type"),
        ("Release: ", "no description"),
    ]);
}

#[test]
fn what_is_nearly_a_header() {
    hold(&[
        ("feat(): x", "bad scope"),
        ("feat()!: x", "bad scope"),
        ("feat( ): x", "bad scope"),
        ("feat(a: x", "bad scope"),
        ("feat(: x", "bad scope"),
        ("feat(a)b: x", "bad scope"),
        ("feat(a))!: x", "bad scope"),
        ("feat((a)): x", "bad scope"),
        ("feat(a)(b): x", "bad scope"),
        ("feat:x", "no space"),
        ("feat!:x", "no space"),
        ("feat(a):x", "no space"),
        ("feat(a)!:x", "no space"),
        ("feat:: x", "no space"),
        ("feat:\u{a0}x", "no space"),
        ("feat:\tx", "no space"),
        ("https://example.org", "no space"),
        ("feat:", "no description"),
        ("feat: ", "no description"),
        ("feat:   ", "no description"),
        ("feat!:", "no description"),
        ("feat!: ", "no description"),
        ("feat(a):", "no description"),
        ("feat(a)!: ", "no description"),
        ("feat:\n\nx", "no description"),
        ("feat: \r\n\r\nx", "no description"),
        ("feat\n: x", "no type"),
        ("x\n\nfeat: y", "no type"),
        ("x\nfeat: y", "no type"),
    ]);
}

#[test]
fn bodies() {
    hold(&[
        ("fix: x\n\nb", "fix: x | b"),
        ("fix: x\n\nb\n", "fix: x | b"),
        ("fix: x\r\n\r\nb\r\nc\r\n", "fix: x | b⏎c"),
        ("fix: x\n\nb\n\nc", "fix: x | b⏎⏎c"),
        ("fix: x\n\n\n\nb", "fix: x | b"),
        ("fix: x\nb", "fix: x | b"),
        ("fix: x\n\n  indented", "fix: x |   indented"),
        ("fix: x\n\n- a\n- b", "fix: x | - a⏎- b"),
        ("fix: x\n\na: b: c d", "fix: x | a=b: c d"),
        ("fix: x\n\nthis: that", "fix: x | this=that"),
        ("fix: x\n\ntwo words: that", "fix: x | two words: that"),
        ("fix: x\n\nhttps://example.org/a", "fix: x | https://example.org/a"),
        ("fix: x\n\nhttps://example.org/a: b", "fix: x | https://example.org/a: b"),
        ("fix: x\n\nline\nNote: inside a paragraph", "fix: x | line⏎Note: inside a paragraph"),
        ("fix: x\n\nsee #12", "fix: x | see=12"),
        ("fix: x\n\nit is #12", "fix: x | it is #12"),
        ("fix: x\n\n12:30 it was", "fix: x | 12:30 it was"),
        ("fix: x\n\n:smile: so", "fix: x | :smile: so"),
        ("fix: x\n\nb :c", "fix: x | b :c"),
        ("fix: x\n\nfeat: y", "fix: x | feat=y"),
        ("fix: x\n\nb\n\n\n\nc\n\n", "fix: x | b⏎⏎⏎⏎c"),
        ("fix: x\n \nb", "fix: x | b"),
        ("fix: x\n\n# not a comment to us", "fix: x | # not a comment to us"),
        ("fix: x\n\n```\na: b\n```", "fix: x | ```⏎a: b⏎```"),
        ("fix: x\n\nÜber: alles", "fix: x | Über=alles"),
        ("fix: x\n\nb\u{a0}", "fix: x | b"),
    ]);
}

#[test]
fn footers() {
    hold(&[
        ("fix: x\n\nRefs: #1", "fix: x | Refs=#1"),
        ("fix: x\n\nRefs #1", "fix: x | Refs=1"),
        ("fix: x\n\nb\n\nRefs: #1", "fix: x | b | Refs=#1"),
        ("fix: x\r\n\r\nb\r\n\r\nRefs: #1\r\nA: b\r\n", "fix: x | b | Refs=#1, A=b"),
        ("fix: x\n\nRefs: #1\nCloses: #2", "fix: x | Refs=#1, Closes=#2"),
        ("fix: x\n\nRefs: #1\n\nCloses: #2", "fix: x | Refs=#1, Closes=#2"),
        ("fix: x\n\nAcked-by: A", "fix: x | Acked-by=A"),
        ("fix: x\n\nSigned-off-by: A <a@example.org>", "fix: x | Signed-off-by=A <a@example.org>"),
        (
            "fix: x\n\nCo-authored-by: A <a@e.org>\nCo-authored-by: B <b@e.org>",
            "fix: x | Co-authored-by=A <a@e.org>, Co-authored-by=B <b@e.org>",
        ),
        ("fix: x\n\nRefs: a\n  b", "fix: x | Refs=a⏎  b"),
        ("fix: x\n\nRefs: a\nb c\nd", "fix: x | Refs=a⏎b c⏎d"),
        ("fix: x\n\nRefs: a\n\nb", "fix: x | Refs=a⏎⏎b"),
        ("fix: x\n\nRefs: a\n\nb\nA: c", "fix: x | Refs=a⏎⏎b, A=c"),
        ("fix: x\n\nRefs:a", "fix: x | Refs:a"),
        ("fix: x\n\nRefs : a", "fix: x | Refs : a"),
        ("fix: x\n\nRefs#1", "fix: x | Refs#1"),
        ("fix: x\n\nRefs: ", "fix: x"),
        ("fix: x\n\nRefs:\n  below", "fix: x | Refs=below"),
        ("fix: x\n\nRefs: a: b", "fix: x | Refs=a: b"),
        ("fix: x\n\nRefs: a #b", "fix: x | Refs=a #b"),
        ("fix: x\n\n Refs: indented", "fix: x |  Refs: indented"),
        ("fix: x\n\nrefs: lower", "fix: x | refs=lower"),
        ("fix: x\n\nRefs: ünïcode ✓", "fix: x | Refs=ünïcode ✓"),
        (
            "fix: x\n\nChange-Id: I8473b95934b5732ac55d26311a706c9c2bde9940",
            "fix: x | Change-Id=I8473b95934b5732ac55d26311a706c9c2bde9940",
        ),
        (
            "fix: x\n\ngit-svn-id: https://example.org/svn@1 a-b",
            "fix: x | git-svn-id=https://example.org/svn@1 a-b",
        ),
        ("fix: x\n\n(cherry picked from commit 676104e)", "fix: x | (cherry picked from commit 676104e)"),
        ("fix: x\n\nRefs: #1\n# Please enter the commit message\n#\n#\tmodified: a", "fix: x | Refs=#1"),
        ("fix: x\n\nRefs:\n#1\n#2", "fix: x | Refs=#1⏎#2"),
        (
            "fix: x\n\nRefs: #1\n# ------------------------ >8 ------------------------\n# Do not modify\ndiff --git a/a b/a\nBREAKING CHANGE: in the diff",
            "fix: x | Refs=#1",
        ),
    ]);
}

#[test]
fn breaking_changes() {
    hold(&[
        ("fix: x\n\nBREAKING CHANGE: y", "fix!: x | BREAKING CHANGE=y"),
        ("fix: x\n\nBREAKING-CHANGE: y", "fix!: x | BREAKING-CHANGE=y"),
        ("fix!: x\n\nBREAKING-CHANGE: y", "fix!: x | BREAKING-CHANGE=y"),
        ("fix: x\r\n\r\nBREAKING CHANGE: y\r\nz\r\n", "fix!: x | BREAKING CHANGE=y⏎z"),
        ("fix: x\n\nb\n\nBREAKING CHANGE: y\n\nz", "fix!: x | b | BREAKING CHANGE=y⏎⏎z"),
        ("fix: x\n\nb\nBREAKING CHANGE: y", "fix!: x | b | BREAKING CHANGE=y"),
        ("fix: x\nBREAKING CHANGE: y", "fix!: x | BREAKING CHANGE=y"),
        ("fix: x\n\nRefs: #1\nBREAKING CHANGE: y", "fix!: x | Refs=#1, BREAKING CHANGE=y"),
        ("fix: x\n\nBREAKING CHANGE: y\nRefs: #1", "fix!: x | BREAKING CHANGE=y, Refs=#1"),
        (
            "fix: x\n\nBREAKING CHANGE: y\nSigned-off-by: A <a@e.org>",
            "fix!: x | BREAKING CHANGE=y, Signed-off-by=A <a@e.org>",
        ),
        ("fix: x\n\nBREAKING CHANGE: a: b", "fix!: x | BREAKING CHANGE=a: b"),
        (
            "fix: x\n\nBREAKING CHANGE: a\nBREAKING CHANGE: b",
            "fix!: x | BREAKING CHANGE=a, BREAKING CHANGE=b",
        ),
        ("fix: x\n\nBREAKING CHANGE:\n  y", "fix!: x | BREAKING CHANGE=y"),
        ("fix: x\n\nBREAKING CHANGE: ünï 💥", "fix!: x | BREAKING CHANGE=ünï 💥"),
        ("docs: x\n\nBREAKING CHANGE: y", "docs!: x | BREAKING CHANGE=y"),
        ("fix: x\n\nBREAKING CHANGE:", "fix: x"),
        ("fix: x\n\nBREAKING CHANGE: ", "fix: x"),
        ("fix: x\n\nbreaking change: y", "fix: x | breaking change: y"),
        ("fix: x\n\nBreaking Change: y", "fix: x | Breaking Change: y"),
        ("fix: x\n\nBreaking change: y", "fix: x | Breaking change: y"),
        ("fix: x\n\nbreaking-change: y", "fix: x | breaking-change=y"),
        ("fix: x\n\nBreaking-Change: y", "fix: x | Breaking-Change=y"),
        ("fix: x\n\nBREAKING_CHANGE: y", "fix: x | BREAKING_CHANGE=y"),
        ("fix: x\n\nBREAKING CHANGES: y", "fix: x | BREAKING CHANGES: y"),
        ("fix: x\n\nBREAKING: y", "fix: x | BREAKING=y"),
        ("fix: x\n\nBREAKING CHANGE", "fix: x | BREAKING CHANGE"),
        ("fix: x\n\nBREAKING CHANGE y", "fix: x | BREAKING CHANGE y"),
        ("fix: x\n\nBREAKING  CHANGE: y", "fix: x | BREAKING  CHANGE: y"),
        ("fix: x\n\nNOT BREAKING CHANGE: y", "fix: x | NOT BREAKING CHANGE: y"),
        ("fix: x\n\nthis is no BREAKING CHANGE: y", "fix: x | this is no BREAKING CHANGE: y"),
        ("fix: x\n\n* feat!: y", "fix: x | * feat!: y"),
        ("fix: x\n\nfeat!: y", "fix: x | feat!: y"),
        ("x\n\nBREAKING CHANGE: y", "no type"),
        ("Fix: X\n\nBREAKING CHANGE: Y", "fix!: X | BREAKING CHANGE=Y"),
    ]);
}
