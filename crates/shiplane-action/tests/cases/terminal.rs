//! The report for people.

use shiplane_action::render::terminal::{Style, render};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Drawing, Excerpt, Finding, Language, Level, Phase, Report, Verdict};

fn report() -> Report {
    let mut report = Report::new("feature/login → develop (#7)", Verdict::new("blocked", Exit::No));
    report.findings = vec![
        Finding::ok("source", "feature/login may go to develop"),
        Finding::fail("approvals-missing", "1 of 2 approvals").help("ask one more person"),
        Finding::unknown("mergeable", "GitHub is still computing").at("a.yml", Some(2)),
    ];
    report.phases.push(Phase {
        name: "ask GitHub".into(),
        seconds: 0.31,
        level: Level::Ok,
        note: "1 request".into(),
    });
    report.excerpts.push(Excerpt::tail("last lines of web-1", "one\ntwo", 1));
    report
}

#[test]
fn the_answer_comes_first_then_every_reason_then_what_others_wrote() {
    let wanted = "\
branch-gate: blocked — feature/login → develop (#7)
  ❌ approvals-missing: 1 of 2 approvals
     help: ask one more person
  ❓ mergeable: GitHub is still computing (a.yml:2)
  ✅ 1 rule is in order
  last lines of web-1
  | (1 earlier lines left out)
  | two
";
    assert_eq!(
        render(&report(), "branch-gate", Style { emoji: true, verbose: false, groups: false }),
        wanted
    );
}

#[test]
fn verbose_shows_what_passed_and_how_long_it_took() {
    let text = render(&report(), "branch-gate", Style { emoji: false, verbose: true, groups: true });
    assert!(text.contains("  ok source: feature/login may go to develop\n"), "{text}");
    assert!(text.contains("  ok ask GitHub 0.3 s 1 request\n"), "{text}");
    assert!(text.contains("::group::last lines of web-1\n  | (1 earlier"), "{text}");
}

#[test]
fn when_all_is_in_order_what_passed_is_shown() {
    let mut report = report();
    report.findings.truncate(1);
    let text = render(&report, "branch-gate", Style { emoji: false, verbose: false, groups: false });
    assert!(text.contains("  ok source: feature/login may go to develop\n"), "{text}");
    assert!(!text.contains("in order"), "{text}");
}

#[test]
fn a_drawing_stands_as_it_is_and_commands_nothing() {
    let mut report = Report::new("title", Verdict::new("drawn", Exit::Done));
    report.drawings = vec![
        Drawing::new("Flow", Language::Mermaid, "flowchart LR\n  n1[\"a\"]\n"),
        Drawing::new("Nothing", Language::Text, ""),
        Drawing::new("::error::x", Language::Text, "  ::set-output name=a::b\n##[group]x\n\u{1b}[31mred\n"),
    ];
    let text = render(&report, "branch-gate", Style { emoji: true, verbose: false, groups: true });
    assert!(text.contains("\nFlow:\nflowchart LR\n  n1[\"a\"]\n\n"), "{text}");
    assert!(!text.contains("Nothing"), "{text}");
    let obeyed = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
    assert!(!text.lines().any(obeyed) && !text.contains('\u{1b}'), "{text}");
}
