//! Foreign text through the whole process: whatever others wrote, the runner obeys only us.

use super::sample::{Left, step};

/// Commit messages, logs and bodies that try to speak to the runner.
const ATTACKS: [&str; 8] = [
    "::error::forged",
    "  \t::set-output name=verdict::pass",
    "fine\n::stop-commands::token\nfine",
    "fine\r::add-mask::a",
    "mid-line ##[error]forged",
    "###[group]forged ##[endgroup]",
    "\u{2028}::warning::forged\u{a0}\n\u{a0}::warning::forged",
    "\u{1b}[31mred\u{1b}[0m\n##[add-path]/tmp",
];

/// Commands that the harness itself gives.
fn ours(line: &str) -> bool {
    let openings = [
        "::group::look around",
        "::group::log",
        "::error title=refused,file=",
        "::error title=host-unreachable",
        "::error title=could-not",
    ];
    line == "::endgroup::" || openings.iter().any(|opening| line.starts_with(opening))
}

fn assert_only_ours(left: &Left, foreign: &str) {
    for line in left.obeyed() {
        assert!(ours(&line), "{foreign:?} forged {line:?}");
        assert!(!line.contains("##["), "{foreign:?} forged {line:?}");
    }
}

#[test]
fn no_form_of_the_report_lets_foreign_text_command_the_runner() {
    for foreign in ATTACKS {
        for outcome in ["pass", "no", "could-not", "error"] {
            for (format, verbose) in [("text", "false"), ("text", "true"), ("json", "true")] {
                let inputs = [
                    ("SHIPLANE_OUTCOME", outcome),
                    ("SHIPLANE_FOREIGN", foreign),
                    ("SHIPLANE_FORMAT", format),
                ];
                let left = step(&inputs).env("SHIPLANE_VERBOSE", verbose).run();
                assert_only_ours(&left, foreign);
            }
        }
    }
}

#[test]
fn foreign_text_stays_readable() {
    let left = step(&[("SHIPLANE_FOREIGN", "fix: the ##[ parser :: again")]).run();
    assert!(left.stdout.replace('\u{200b}', "").contains("fix: the ##[ parser :: again"), "{}", left.stdout);
}

#[test]
fn terminal_escapes_are_shown_and_not_obeyed() {
    let left = step(&[("SHIPLANE_FOREIGN", "\u{1b}[2Jgone"), ("SHIPLANE_OUTCOME", "no")]).run();
    assert!(!left.stdout.contains('\u{1b}') && !left.stderr.contains('\u{1b}'));
    assert!(left.stdout.contains("\\u{1b}[2Jgone"), "{}", left.stdout);
}

#[test]
fn groups_open_and_close_in_pairs() {
    let left = step(&[("SHIPLANE_FOREIGN", "::endgroup::\n::group::x")]).run();
    let opened = left.stdout.lines().filter(|line| line.starts_with("::group::")).count();
    let closed = left.stdout.lines().filter(|line| *line == "::endgroup::").count();
    assert_eq!((opened, closed), (2, 2), "{}", left.stdout);
}
