//! Messages that the suites of other tools are made of, beside what is read in them here.
//!
//! Where those tools disagree, the specification decides; where it leaves a choice, a break is rather heard than not.

use super::changelog_vectors::hold;

/// git-conventional, which git-cliff reads with.
#[test]
fn as_git_cliff_meets_them() {
    hold(&[
        ("type(my scope): hello world", "type(my scope): hello world"),
        ("type(my scope): hello world\n\n\n", "type(my scope): hello world"),
        ("type: hello world\n", "type: hello world"),
        ("type: hello world\n\n", "type: hello world"),
        ("type: hello world (#1)", "type: hello world (#1)"),
        ("chore: add .hello.txt (#1)\n\n", "chore: add .hello.txt (#1)"),
        // The specification wants an empty line; a change that is heard all the same does no harm.
        ("chore: wrapped in\nthe first line", "chore: wrapped in | the first line"),
        ("fix: broken\n\nBREAKING-CHANGE: it's broken", "fix!: broken | BREAKING-CHANGE=it's broken"),
        ("fix(example): mend\n\nFixes: #123, #124, #125", "fix(example): mend | Fixes=#123, #124, #125"),
        (
            "feat: thing\r\n\r\nbody\r\n\r\ncloses #1234\r\n\r\n\r\nBREAKING CHANGE: it broke\r\n\r\n",
            "feat!: thing | body | closes=1234, BREAKING CHANGE=it broke",
        ),
        (
            "feat: thing\n\n\n\n\nbody\n\n\n\n\ncloses #1234\n\n\n\n\n\nBREAKING CHANGE: it broke\n\n\n\n",
            "feat!: thing | body | closes=1234, BREAKING CHANGE=it broke",
        ),
        (
            "fix: x\n\nFirst line of the body\nIMPORTANT: see something else.\nAnother line.\n",
            "fix: x | First line of the body⏎IMPORTANT: see something else.⏎Another line.",
        ),
        (
            "chore: readable\n\nFrom YYYY-MM-DD to YYYY.MM.DD, a bit\neasier to read.\n\nBREAKING CHANGE: Just kidding!\n",
            "chore!: readable | From YYYY-MM-DD to YYYY.MM.DD, a bit⏎easier to read. | BREAKING CHANGE=Just kidding!",
        ),
        ("foo(bar-baz): qux", "foo(bar-baz): qux"),
        ("foo(bar)", "no type"),
        ("foo): bar", "no type"),
        ("foo(: bar", "bad scope"),
        ("foo(bar) :baz", "bad scope"),
        ("foo(bar) : baz", "bad scope"),
        ("foo bar(baz): qux", "no type"),
        ("foo: 💃🏽", "foo: 💃🏽"),
        ("foo: x\n\n    code block", "foo: x |     code block"),
        ("foo: x\n\nfoo\nbar\n\nbaz", "foo: x | foo⏎bar⏎⏎baz"),
        ("foo: x\n\nfoo\n\nMy-Footer: bar", "foo: x | foo | My-Footer=bar"),
        ("foo: x\n\nfoo\n\nMy-Footer #bar", "foo: x | foo | My-Footer=bar"),
        (
            "foo: x\n\nCo-Authored-By: Marge <marge@example.org>",
            "foo: x | Co-Authored-By=Marge <marge@example.org>",
        ),
        ("foo: x\n\nfoo #", "foo: x"),
        ("foo: x\n\nFoo-Bar", "foo: x | Foo-Bar"),
    ]);
}

/// The parser of cocogitto.
#[test]
fn as_cocogitto_meets_them() {
    hold(&[
        ("feat: toto va à la plage", "feat: toto va à la plage"),
        ("feat toto va à la plage", "no type"),
        ("feat toto: va à la plage", "no type"),
        ("feat!: toto va à la plage", "feat!: toto va à la plage"),
        ("fix(parser)!: the parser", "fix(parser)!: the parser"),
        ("feat:toto va à la plage", "no space"),
        ("feat(toto):toto va à la plage", "no space"),
        ("feat(toto)!:toto va à la plage", "no space"),
        ("fix((toto): the parser", "bad scope"),
        ("fix(\n)): the parser", "no type"),
        // That one refuses a space in a scope; the specification has no such rule.
        ("chore(hello world): a commit", "chore(hello world): a commit"),
        (
            "ci(the_scope)!: the fix\n\nSpecial like / and \\ and also\nNewline. Punctuation ? , ; ...\nNumber ! 1 2 .. 42",
            "ci(the_scope)!: the fix | Special like / and \\ and also⏎Newline. Punctuation ? , ; ...⏎Number ! 1 2 .. 42",
        ),
        (
            "feat(friture): the BIG feature\n\nThis is a body\n\na-token: this is a token\nanother-token #with hash",
            "feat(friture): the BIG feature | This is a body | a-token=this is a token, another-token=with hash",
        ),
        (
            "chore: a commit\n\nThis is a body\n\ninvalid token : this is a token",
            "chore: a commit | This is a body⏎⏎invalid token : this is a token",
        ),
        ("chore: a commit\n\nb\n\nBREAKING CHANGE: m", "chore!: a commit | b | BREAKING CHANGE=m"),
        (
            "chore: a\n\nBREAKING CHANGE: a long one\nwith multiple lines\nanother-footer: with content",
            "chore!: a | BREAKING CHANGE=a long one⏎with multiple lines, another-footer=with content",
        ),
        (
            "chore: a commit\n\nthe body\n\nbreaking change: oops",
            "chore: a commit | the body⏎⏎breaking change: oops",
        ),
        ("Feat: toto", "feat: toto"),
        (
            "chore(deps): bump parent from 2.5.5 to 2.5.6\nBumps [parent](https://example.org/p) from 2.5.5.\n- [Commits](a/b@v2.5.5...v2.5.6)\n\n---\nupdated-dependencies:\n- dependency-name: org.example:parent\n  dependency-type: direct:production\n...\n\nSigned-off-by: dependabot[bot] <support@github.com>",
            "chore(deps): bump parent from 2.5.5 to 2.5.6 | Bumps [parent](https://example.org/p) from 2.5.5.⏎- [Commits](a/b@v2.5.5...v2.5.6)⏎⏎---⏎updated-dependencies:⏎- dependency-name: org.example:parent⏎  dependency-type: direct:production⏎... | Signed-off-by=dependabot[bot] <support@github.com>",
        ),
    ]);
}

/// The reference parser of the specification, and release-please, which reads with it.
#[test]
fn as_release_please_meets_them() {
    hold(&[
        ("fix: a really weird bug", "fix: a really weird bug"),
        ("feat(parser): add support for scopes", "feat(parser): add support for scopes"),
        ("feat(http parser)!: add support for scopes", "feat(http parser)!: add support for scopes"),
        ("feat(tree):    add whitespace node", "feat(tree): add whitespace node"),
        // The reference parser lets it pass; the specification says colon and space.
        ("feat(tree):no whitespaces here", "no space"),
        ("feat add support for scopes", "no type"),
        ("feat( foo ) add support for scopes", "no type"),
        ("feat(bar)! add support", "no type"),
        ("feat(foo: add support for scopes", "bad scope"),
        // Footers begin after an empty line; only a break is heard without.
        ("fix: major bug\nAuthor: @byCedric", "fix: major bug | Author: @byCedric"),
        ("chore: several\nfix(parser): a bug", "chore: several | fix(parser): a bug"),
        ("chore: several\nfeat(parser)!: a bug", "chore: several | feat(parser)!: a bug"),
        ("fix: bug\nBREAKING CHANGE: it breaks", "fix!: bug | BREAKING CHANGE=it breaks"),
        ("fix: bug\nBREAKING-CHANGE: it breaks", "fix!: bug | BREAKING-CHANGE=it breaks"),
        (
            "fix: bug\nBREAKING CHANGE: first\n second\n third",
            "fix!: bug | BREAKING CHANGE=first⏎ second⏎ third",
        ),
        ("fix: some stuff\n\nExternal-Id:    1337", "fix: some stuff | External-Id=1337"),
        ("fix: some stuff\n\nExternal-Id:1337", "fix: some stuff | External-Id:1337"),
        (
            "feat: breaking change\n\nBREAKING CHANGE: introduces it\nsecond line",
            "feat!: breaking change | BREAKING CHANGE=introduces it⏎second line",
        ),
        (
            "fix: bug\n\nBREAKING CHANGE: it is.\nfree form\nAuthor: @bcoe\nRefs #392",
            "fix!: bug | BREAKING CHANGE=it is.⏎free form, Author=@bcoe, Refs=392",
        ),
        (
            "fix: bug\n\nfirst line\n\nsecond line\n\nAuthor: @bcoe\nRefs #392",
            "fix: bug | first line⏎⏎second line | Author=@bcoe, Refs=392",
        ),
        (
            "fix: some fix\n\nsome body\nPiperOrigin-RevId: 12345\nSource-Link: https://example.org/abc123\nBREAKING CHANGE: this is one",
            "fix!: some fix | some body⏎PiperOrigin-RevId: 12345⏎Source-Link: https://example.org/abc123 | BREAKING CHANGE=this is one",
        ),
        ("meta: correct release\n\nRelease-As: v3.0.0", "meta: correct release | Release-As=v3.0.0"),
        ("fix: x\n\nFixes #123", "fix: x | Fixes=123"),
        ("fix: x\n\nRefs #batman", "fix: x | Refs=batman"),
        (
            "feat: a\n\nBREAKING CHANGE: list\n- deleted API foo\n- deleted API bar",
            "feat!: a | BREAKING CHANGE=list⏎- deleted API foo⏎- deleted API bar",
        ),
    ]);
}

/// conventional-commits-parser, which semantic-release and standard-version read with; and svu.
#[test]
fn as_semantic_release_meets_them() {
    hold(&[
        (
            "feat(ng-list): Allow custom separator\nbla bla bla\n\nCloses #123\nCloses #25\nFixes #33\n",
            "feat(ng-list): Allow custom separator | bla bla bla | Closes=123, Closes=25, Fixes=33",
        ),
        ("feat(ng:list): Allow custom separator", "feat(ng:list): Allow custom separator"),
        ("feat(hello/world): message", "feat(hello/world): message"),
        ("feat(@org/hello-world)!: message", "feat(@org/hello-world)!: message"),
        ("Subject #1", "no type"),
        ("# comment", "no type"),
        (
            "\n\n\n\nfeat(scope): on destruction\n\n\n\n\n\nperf testing\n\n\n\nwhen destroying\n\n\n\n\n\nBREAKING CHANGE: one\n\n\n\n\nBREAKING CHANGE: two\n\n\n```\ncode here\n```\n\nKills #1\n\n\n\nkilled #25\n\n\n",
            "feat(scope)!: on destruction | perf testing⏎⏎⏎⏎when destroying | BREAKING CHANGE=one, BREAKING CHANGE=two⏎⏎⏎```⏎code here⏎```, Kills=1, killed=25",
        ),
        // A first line with a space before its type is none.
        (" feat(scope): x \n", "no type"),
        // Others hear these; the specification wants the token at the start of its line, and nothing behind its words.
        ("fix: x\n\n   BREAKING CHANGE: y", "fix: x |    BREAKING CHANGE: y"),
        ("fix: x\n\n* BREAKING CHANGE: y", "fix: x | * BREAKING CHANGE: y"),
        ("fix: x\n\nBREAKING CHANGES:\n\ny", "fix: x | BREAKING CHANGES:⏎⏎y"),
        ("fix: x\n\nBREAKING CHANGE:\n\ny\n\nCloses #2", "fix!: x | BREAKING CHANGE=y, Closes=2"),
        (
            "build!: first\n\nBREAKING CHANGE: New build system.\n\n-hash-\n4937825",
            "build!: first | BREAKING CHANGE=New build system.⏎⏎-hash-⏎4937825",
        ),
        ("feat!: a\nBREAKING CHANGE: b", "feat!: a | BREAKING CHANGE=b"),
        ("docs: lalala\nBREAKING-CHANGE: lalal", "docs!: lalala | BREAKING-CHANGE=lalal"),
        ("docs: BREAKING change: lalal", "docs: BREAKING change: lalal"),
        ("docs: breaking-change: aehijhk", "docs: breaking-change: aehijhk"),
        ("docs: BREAKING_CHANGE: foo", "docs: BREAKING_CHANGE: foo"),
        ("chore(lala)!: foo", "chore(lala)!: foo"),
        ("Merge remote-tracking branch 'origin/main'", "no type"),
        ("invalid commit", "no type"),
        ("x\n# ------------------------ >8 ------------------------\nfeat: cut off", "no type"),
        (
            "fix: x\nbody\n# ------------------------ >8 ------------------------\nBREAKING CHANGE: cut off",
            "fix: x | body",
        ),
        ("Update: Second feature (fixes #456)", "update: Second feature (fixes #456)"),
        ("%%FEATURE%% Second feature", "no type"),
        ("feat(parser\n): Add new parser pattern", "no type"),
    ]);
}

/// commitizen, and what its hook lets through or not.
#[test]
fn as_commitizen_meets_them() {
    hold(&[
        ("docs(README): motivation", "docs(README): motivation"),
        ("fix(setup.py): future is now required", "fix(setup.py): future is now required"),
        ("performance. Remove the reimplemented linters", "no type"),
        ("refactor that how this line starts", "no type"),
        // A footer's words are no type, and a message without a type is listed and not heard.
        ("BREAKING CHANGE: `extends` key", "no type"),
        ("BREAKING-CHANGE: `extends` key", "breaking-change: `extends` key"),
        (
            "feat(pipeline)!: some text with breaking change",
            "feat(pipeline)!: some text with breaking change",
        ),
        ("chore(deps)!: drop Python 3.9", "chore(deps)!: drop Python 3.9"),
        ("bump: version 0.1.0 → 0.2.0", "bump: version 0.1.0 → 0.2.0"),
        ("bump: 0.0.0 -> 0.0.1", "bump: 0.0.0 -> 0.0.1"),
        ("no conventional commit", "no type"),
        (
            "ci: check commit message on merge\ntesting with more than one line",
            "ci: check commit message on merge | testing with more than one line",
        ),
        ("feat(lang)!: removed polish language", "feat(lang)!: removed polish language"),
        ("WIP", "no type"),
        ("fixup! docs: x", "no type"),
        ("squash! docs: x", "no type"),
        ("Revert \"docs: x\"", "no type"),
        ("Pull request #1: docs: x", "no type"),
    ]);
}

/// What people's editors, hosts and keyboards put into messages.
#[test]
fn as_they_are_found_in_the_wild() {
    hold(&[
        ("feat(ui): add ➜ arrow", "feat(ui): add ➜ arrow"),
        ("feat(モジュール)!: 破壊的変更", "feat(モジュール)!: 破壊的変更"),
        ("исправление: ошибка", "исправление: ошибка"),
        ("ИСПРАВЛЕНИЕ: ошибка", "исправление: ошибка"),
        ("\u{feff}feat: saved with a mark", "feat: saved with a mark"),
        ("\u{feff}\r\nfeat: and an empty line", "feat: and an empty line"),
        ("feat：全角", "no type"),
        ("feat: ‏עברית", "feat: ‏עברית"),
        ("fix: x\u{2028}y", "fix: x\u{2028}y"),
        ("fix: a\tb", "fix: a\tb"),
        ("feat(api)!!: x", "bad scope"),
        ("feat(api):! x", "no space"),
        ("feat!(api): x", "no type"),
        ("[JIRA-12] feat: x", "no type"),
        ("JIRA-12: x", "jira-12: x"),
        ("feat(JIRA-12): x", "feat(JIRA-12): x"),
        (":bug: fix: x", "no type"),
        ("🐛 fix: x", "no type"),
        ("🐛: x", "🐛: x"),
        ("Release v1.2.3", "no type"),
        ("v1.2.3", "no type"),
        ("1.2.3: notes", "1.2.3: notes"),
        (
            "chore(release): 1.2.3 [skip ci]\n\n# [1.2.3](https://example.org/a...b) (2026-01-01)\n\n### Features\n\n* **api:** a",
            "chore(release): 1.2.3 [skip ci] | # [1.2.3](https://example.org/a...b) (2026-01-01)⏎⏎### Features⏎⏎* **api:** a",
        ),
        ("fix: x\n\nChangelog: none\nBug: 12", "fix: x | Changelog=none, Bug=12"),
        ("fix: x\n\nCloses: https://example.org/a?b#c", "fix: x | Closes=https://example.org/a?b#c"),
        ("fix: x\n\nRefs: #1, #2\n       #3", "fix: x | Refs=#1, #2⏎       #3"),
        (
            "fix: x\n\nCo-authored-by: A <a@e.org>\n\n(cherry picked from commit 676104e)",
            "fix: x | Co-authored-by=A <a@e.org>⏎⏎(cherry picked from commit 676104e)",
        ),
        (
            "fix: x\r\n\r\nBREAKING CHANGE: a\r\n  b\r\n\r\nRefs #7\r\n",
            "fix!: x | BREAKING CHANGE=a⏎  b, Refs=7",
        ),
        ("fix: x\r\rbody", "fix: x\r\rbody"),
        ("fix: x\n\nBREAKING CHANGE : y", "fix: x | BREAKING CHANGE : y"),
        ("fix: x\n\nBREAKING CHANGE:y", "fix!: x | BREAKING CHANGE=y"),
        ("fix: x\n\nBREAKING CHANGE # y", "fix!: x | BREAKING CHANGE=y"),
        ("fix: x\n\n> BREAKING CHANGE: quoted", "fix: x | > BREAKING CHANGE: quoted"),
        ("fix: x\n\n**BREAKING CHANGE:** bold", "fix: x | **BREAKING CHANGE:** bold"),
        ("fix: x\n\nBREAKING CHANGE(api): scoped", "fix: x | BREAKING CHANGE(api): scoped"),
        ("fix: x\n\nBREAKING CHANGE!: marked", "fix: x | BREAKING CHANGE!: marked"),
    ]);
}
