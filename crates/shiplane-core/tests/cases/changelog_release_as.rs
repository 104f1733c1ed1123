//! A version that a commit asks for by its footer.

use shiplane_core::changelog::bump::Level;
use shiplane_core::changelog::choice::Choice;
use shiplane_core::changelog::history::Commit;
use shiplane_core::changelog::next::Step;
use shiplane_core::changelog::tags::{Seen, Tag};
use shiplane_core::changelog::{Changelog, Facts, Next, Policy, next};
use shiplane_core::config::Zero;

/// The commits after `v1.2.3`, newest first; those that begin with `old ` are in the pre-release already.
fn decided(pre: Option<&str>, wish: &str, messages: &[&str]) -> Next {
    let commit = |(at, message): (usize, &&str)| Commit {
        id: format!("{at:040}"),
        parents: vec![format!("{:040}", at + 1)],
        message: message.trim_start_matches("old ").to_owned(),
    };
    let commits: Vec<Commit> = messages.iter().enumerate().map(commit).collect();
    let newer = messages.iter().zip(&commits).filter(|(message, _)| !message.starts_with("old "));
    let since_pre = newer.map(|(_, commit)| commit.id.clone()).collect();
    let tag = |name: &str| Tag::read(&format!("v{name}"), "v").unwrap();
    let taken = ["1.2.3"].into_iter().chain(pre).map(|name| format!("v{name}")).collect();
    let facts = Facts {
        last: Some(tag("1.2.3")),
        pre: pre.map(tag),
        strangers: 0,
        seen: Seen { taken, since_pre: pre.map(|_| since_pre), ..Seen::default() },
        shallow: false,
        commits,
        date: "2026-03-01".parse().unwrap(),
        changelog: Changelog { path: "CHANGELOG.md".to_owned(), text: None },
        versions: Vec::new(),
        site: None,
    };
    let mut choice = Choice::default();
    match wish.split_once(' ') {
        Some(("pre", name)) => choice.channel = Some(name.parse().unwrap()),
        Some(("as", word)) => choice.asked = Some(word.parse().unwrap()),
        _ => assert_eq!(wish, ""),
    }
    let policy = Policy { prefix: "v".to_owned(), zero: Zero::Semver, files_named: true, choice };
    next(&policy, &facts).unwrap()
}

#[test]
fn the_newest_wish_decides() {
    let wish = "chore: release 3.1.2\n\nRelease-As: 3.1.2";
    let revert = format!("Revert \"chore: release 3.1.2\"\n\nThis reverts commit {:040}.", 1);
    let cases: [(Option<&str>, &str, &[&str], &str); 22] = [
        (None, "", &["docs: c", "fix!: b\n\nRelease-As: 3.1.2", "feat: a"], "3.1.2 major"),
        (None, "", &[wish, "fix!: b\n\nRelease-As: 2.0.0"], "3.1.2 major"),
        (None, "", &["meta: correct release\n\nRelease-As: v3.0.0"], "3.0.0 major"),
        (None, "", &["meta: correct release\n\nrelease-as: 1.3.0\n"], "1.3.0 minor"),
        (None, "", &["chore: x\r\n\r\nRELEASE-AS: 1.2.9\r\n"], "1.2.9 patch"),
        (None, "", &["Prepare\n\nWords.\n\nRelease-As: 2.0.0\nSigned-off-by: A <a@e.org>"], "2.0.0 major"),
        (None, "", &["feat: a\n\nthe footer Release-As: 9.0.0 is known"], "1.3.0 minor"),
        (None, "", &["feat: a\n\nwords\nRelease-As: 9.0.0"], "1.3.0 minor"),
        (None, "", &["feat: a\n\nPre-Release-As: 9.0.0"], "1.3.0 minor"),
        (None, "", &["feat: Release-As: 9.0.0"], "1.3.0 minor"),
        (None, "", &[&revert, wish, "feat: a"], "1.3.0 minor"),
        (None, "", &["chore: x\n\nRelease-As: next", "feat: a"], "1.3.0 minor"),
        (None, "", &["chore: x\n\nRelease-As: 1.2.3"], "version-below tag-exists"),
        (None, "", &["chore: x\n\nRelease-As: 1.0.0"], "version-below"),
        (None, "as 4.0.0", &[wish], "4.0.0 major"),
        (None, "pre rc", &[wish], "3.1.2-rc.1 major"),
        (Some("3.1.2-rc.1"), "pre rc", &["fix: b", &format!("old {wish}")], "3.1.2-rc.2 major"),
        (Some("3.1.2-rc.1"), "pre rc", &[&format!("old {wish}")], "3.1.2-rc.1 none"),
        (Some("3.1.2-rc.1"), "", &[&format!("old {wish}")], "3.1.2 major"),
        (Some("3.0.0-rc.1"), "", &["fix: b", "old chore: x\n\nRelease-As: 3.0.0-rc.1"], "3.0.0 patch"),
        (Some("3.0.0-rc.1"), "pre rc", &["chore: x\n\nRelease-As: 3.0.0-rc.5"], "3.0.0-rc.5 major"),
        (None, "", &["chore: x\n\nRelease-As: 2.0.0-beta.1"], "2.0.0-beta.1 major"),
    ];
    for (pre, choice, messages, wanted) in cases {
        let next = decided(pre, choice, messages);
        let codes: Vec<&str> = next.refusals.iter().map(|refusal| refusal.code.as_str()).collect();
        let told =
            if codes.is_empty() { format!("{} {}", next.version, next.level) } else { codes.join(" ") };
        assert_eq!(told, wanted, "{pre:?} {choice:?} {messages:?}");
    }
}

#[test]
fn how_it_came_about_is_said() {
    let next = decided(None, "", &["chore: x\n\nRelease-As: 2.0.0"]);
    assert!(matches!(next.steps.as_slice(), [Step::Wished { .. }]), "{:?}", next.steps);
    let lower = decided(None, "", &["feat!: x\n\nRelease-As: 1.3.0"]);
    assert_eq!(
        (lower.natural.map(|it| it.to_string()), lower.level),
        (Some("2.0.0".to_owned()), Level::Minor)
    );
    let unread = decided(None, "", &["chore: x\n\nRelease-As: soon"]);
    assert!(
        matches!(unread.steps.as_slice(), [Step::Unreadable { text, .. }, Step::Nothing] if text == "soon")
    );
}
