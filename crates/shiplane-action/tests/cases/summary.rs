//! The step summary: complete, inert, and under the runner's limit.

use shiplane_action::render::summary::{escape, render};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Finding, Level, Phase, Report, Verdict};

const ONE_MEBIBYTE: usize = 1024 * 1024;

fn report(findings: Vec<Finding>) -> Report {
    let mut report = Report::new("feature/login → develop (#7)", Verdict::new("blocked", Exit::No));
    report.findings = findings;
    report
}

#[test]
fn it_has_a_heading_a_table_of_rules_and_a_table_of_phases() {
    let mut report = report(vec![
        Finding::ok("source", "feature/login may go to develop"),
        Finding::fail("approvals-missing", "1 of 2 approvals").help("ask one more person"),
    ]);
    report.phases.push(Phase {
        name: "ask GitHub".into(),
        seconds: 0.31,
        level: Level::Ok,
        note: "1 request".into(),
    });
    report.excerpts.push(Excerpt::tail("last lines of web-1", "a < b\n\n</pre> # c", 50));
    let wanted = "\
## branch-gate: ❌ blocked

feature/login → develop (\\#7)

| | Code | Fact |
|---|---|---|
| ✅ | source | feature/login may go to develop |
| ❌ | approvals-missing | 1 of 2 approvals<br>help: ask one more person |

| | Phase | Seconds | |
|---|---|--:|---|
| ✅ | ask GitHub | 0.3 | 1 request |

<details><summary>last lines of web-1</summary>

<pre>
a &lt; b
&nbsp;
&lt;/pre&gt; # c
</pre>
</details>

";
    assert_eq!(render(&report, "branch-gate", true), wanted);
}

#[test]
fn without_emoji_there_are_words() {
    let text = render(&report(vec![Finding::ok("a", "x"), Finding::fail("b", "y")]), "tool", false);
    assert!(text.is_ascii() || text.contains("→"));
    assert!(text.contains("## tool: fail blocked") && text.contains("| ok | a | x |"), "{text}");
}

#[test]
fn a_hundred_thousand_findings_stay_under_one_mebibyte_and_the_reasons_come_first() {
    let passed = (0..100_000).map(|n| Finding::ok(&format!("rule-{n}"), "x".repeat(200)));
    let findings = passed.chain([Finding::fail("the-reason", "1 of 2 approvals")]).collect();
    let text = render(&report(findings), "tool", true);
    assert!(text.len() < ONE_MEBIBYTE, "{} bytes", text.len());
    assert!(text.len() > ONE_MEBIBYTE / 2, "{} bytes: room was wasted", text.len());
    assert!(text.contains("| ❌ | the-reason |"), "the reason was left out");
    assert!(text.trim_end().ends_with("parts left out: the limit is 1 MiB"), "what is missing must be said");
}

#[test]
fn huge_excerpts_and_texts_of_many_bytes_stay_under_one_mebibyte() {
    let mut report = report((0..5_000).map(|_| Finding::warning("w", "𝄞<|>".repeat(100))).collect());
    report.excerpts.push(Excerpt { title: "log".into(), lines: vec!["<&>".repeat(1000); 10_000] });
    assert!(render(&report, "tool", true).len() < ONE_MEBIBYTE);
}

#[test]
fn foreign_text_is_text_and_nothing_else() {
    let hostile = "a | b\\| [x](http://evil.example) ![i](u) <script> `code` **bold** @org/team ~~s~~ $x$ #1";
    let row = render(&report(vec![Finding::fail("c", hostile)]), "tool", true);
    let row = row.lines().find(|line| line.contains("| c |")).unwrap();
    let bars = row.replace("\\\\", "").replace("\\|", "").matches('|').count();
    assert_eq!(bars, 4, "a cell was broken open: {row}");
    for markup in ["<script>", " [x](", "![i](", " `code", " **b", "@org", " ~~s", " #1", "://"] {
        assert!(!row.contains(markup), "{markup} is alive in {row}");
    }
}

#[test]
fn a_line_end_in_a_cell_does_not_end_the_row() {
    assert_eq!(escape("a\nb\rc"), "a b c");
    assert_eq!(escape("  "), "");
}
