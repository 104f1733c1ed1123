//! Workflow commands: escaped, capped, and never forged.

use shiplane_action::render::annotations::{add_mask, escape_data, escape_property, render};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Report, Verdict};

use super::sample::is_obeyed;

fn report(findings: impl IntoIterator<Item = Finding>) -> Report {
    let mut report = Report::new("title", Verdict::new("no", Exit::No));
    report.findings.extend(findings);
    report
}

#[test]
fn what_is_in_order_makes_no_annotation() {
    assert!(render(&report([Finding::ok("base", "fine")])).is_empty());
}

#[test]
fn the_level_decides_the_kind() {
    let lines = render(&report([
        Finding::warning("a", "w"),
        Finding::pending("b", "p"),
        Finding::unknown("c", "u"),
        Finding::fail("d", "f"),
    ]));
    assert_eq!(
        lines,
        ["::error title=c::u", "::error title=d::f", "::warning title=a::w", "::warning title=b::p"]
    );
}

#[test]
fn a_place_and_a_help_line_are_part_of_it() {
    let finding =
        Finding::fail("config", "unknown key").help("did you mean `from`?").at("a,b:c.yml", Some(7));
    assert_eq!(
        render(&report([finding])),
        ["::error title=config,file=a%2Cb%3Ac.yml,line=7::unknown key%0Ahelp: did you mean `from`?"]
    );
}

#[test]
fn at_most_ten_of_a_kind_and_the_tenth_counts_the_rest() {
    let ten = render(&report((0..10).map(|n| Finding::fail(&format!("rule-{n}"), "no"))));
    assert_eq!((ten.len(), ten[9].as_str()), (10, "::error title=rule-9::no"));
    let many = (0..25).map(|n| Finding::fail(&format!("rule-{n}"), "no"));
    let lines = render(&report(many.chain((0..11).map(|n| Finding::warning(&format!("hint-{n}"), "well")))));
    let of = |kind: &str| lines.iter().filter(|line| line.starts_with(kind)).cloned().collect::<Vec<_>>();
    assert_eq!((of("::error ").len(), of("::warning ").len()), (10, 10));
    assert_eq!(of("::error ")[9], "::error title=and-more::and 16 more; the step summary lists them all");
    assert_eq!(of("::warning ")[9], "::warning title=and-more::and 2 more; the step summary lists them all");
}

#[test]
fn the_percent_sign_is_escaped_first() {
    assert_eq!(escape_data("100%\r\n::x"), "100%25%0D%0A::x");
    assert_eq!(escape_data("%0A"), "%250A");
    assert_eq!(escape_property("a:b,c%"), "a%3Ab%2Cc%25");
}

#[test]
fn a_message_stays_below_the_limit_of_the_runner() {
    let mut finding = Finding::fail("long", "");
    finding.fact = "ä".repeat(100_000);
    let line = &render(&report([finding]))[0];
    assert!(line.chars().count() < 4096 + 40, "{} characters", line.chars().count());
}

#[test]
fn every_annotation_is_one_line_and_one_command_whatever_others_wrote() {
    for foreign in ["a\n::error::b", "a\r::error::b", "x##[error]y", "::stop-commands::t", "a::b,c=d%0A::x"] {
        let finding = Finding::fail("commit", foreign).help(foreign).at(foreign, None);
        for line in render(&report([finding])) {
            assert_eq!(line.lines().count(), 1);
            assert!(!line.contains('\r'));
            assert!(is_obeyed(&line) && line.starts_with("::error title=commit,file="));
        }
    }
}

#[test]
fn a_mask_of_many_lines_is_one_command() {
    assert_eq!(add_mask("one\ntwo%"), "::add-mask::one%0Atwo%25");
}
