//! What leaves through `GITHUB_OUTPUT`.

use proptest::prelude::{prop_assert_eq, proptest};
use shiplane_action::render::outputs;
use shiplane_core::exit::Exit;
use shiplane_core::report::{Report, Verdict};

use super::sample::{as_the_runner_reads, sample, step};

#[test]
fn every_path_that_ends_in_a_report_writes_verdict_codes_and_json() {
    let wanted = [
        ("pass", 0, "pass", ""),
        ("no", 10, "no", "refused"),
        ("broken", 12, "broken", "refused"),
        ("usage", 2, "usage", "branch-unknown"),
        ("could-not", 1, "undetermined", "host-unreachable"),
        ("error", 1, "undetermined", "could-not"),
    ];
    for (outcome, code, verdict, codes) in wanted {
        let left = step(&[("SHIPLANE_OUTCOME", outcome)]).run();
        assert_eq!(left.code, code, "{outcome}");
        assert_eq!(left.outputs["verdict"], verdict, "{outcome}");
        assert_eq!(left.outputs["codes"], codes, "{outcome}");
        let json: serde_json::Value = serde_json::from_str(&left.outputs["json"]).unwrap();
        assert_eq!((&json["verdict"], &json["exit"]), (&verdict.into(), &code.into()), "{outcome}");
    }
}

#[test]
fn a_value_of_many_lines_arrives_whole_and_writes_no_output_of_its_own() {
    let foreign = "first\nverdict=pass\ncodes<<EOF\nforged\nEOF\n=\n<<\nlast";
    let left = step(&[("SHIPLANE_OUTCOME", "no"), ("SHIPLANE_FOREIGN", foreign)]).run();
    assert_eq!(left.outputs["foreign"], foreign);
    assert_eq!(left.outputs["verdict"], "no");
    assert_eq!(left.outputs["codes"], "refused");
}

#[test]
fn the_delimiter_is_another_one_in_every_run() {
    let delimiter = || {
        let kept = tempfile::NamedTempFile::new().unwrap();
        step(&[]).env("GITHUB_OUTPUT", kept.path().to_str().unwrap()).run();
        let text = std::fs::read_to_string(kept.path()).unwrap();
        text.lines().next().unwrap().split_once("<<").unwrap().1.to_owned()
    };
    let (first, second) = (delimiter(), delimiter());
    assert_ne!(first, second);
    assert!(first.len() >= 32, "{first} could be guessed");
}

#[test]
fn a_value_that_contains_the_delimiter_is_noticed() {
    let mut report = Report::new("title", Verdict::new("pass", Exit::Done));
    report.output("notes", "one\nEOF_1\ntwo");
    assert!(outputs::collides(&report, "EOF_1"));
    assert!(!outputs::collides(&report, "EOF_2"));
}

#[test]
fn earlier_outputs_of_the_step_stay() {
    let left = step(&[]).file("output", "before<<X\nvalue\nX\n").run();
    assert_eq!(left.outputs["before"], "value");
    assert_eq!(left.outputs["verdict"], "pass");
}

#[test]
fn outputs_that_cannot_be_written_fail_the_step_that_passed() {
    let left = step(&[]).env("GITHUB_OUTPUT", "missing/output").run();
    assert_eq!(left.code, 1);
    assert!(left.stderr.contains("write outputs: open missing/output"), "{}", left.stderr);
    assert!(left.summary.contains("pass"), "the summary is written all the same");
}

#[test]
fn outputs_that_cannot_be_written_do_not_hide_that_someone_must_look_now() {
    let left = step(&[("SHIPLANE_OUTCOME", "broken")]).env("GITHUB_OUTPUT", "missing/output").run();
    assert_eq!(left.code, 12);
}

#[test]
fn without_a_runner_nothing_is_written_and_nothing_is_missed() {
    let left = sample(&["--base", "main"]).env("GITHUB_OUTPUT", "").env("GITHUB_STEP_SUMMARY", "").run();
    assert_eq!(left.code, 0, "{left:?}");
    assert!(left.outputs.is_empty() && left.summary.is_empty());
}

proptest! {
    #[test]
    fn any_value_arrives_as_it_left(value in "[a-z=<>%:\\n#\\[]{0,40}") {
        let mut report = Report::new("title", Verdict::new("pass", Exit::Done));
        report.output("notes", value.clone());
        let read = as_the_runner_reads(&outputs::render(&report, "tool", "delimiter_1"));
        prop_assert_eq!(&read["notes"], &value);
        prop_assert_eq!(&read["verdict"], "pass");
    }
}
