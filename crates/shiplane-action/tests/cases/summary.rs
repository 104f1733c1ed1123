//! The step summary: complete, inert, and under the runner's limit.

use shiplane_action::render::summary::{escape, render};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Drawing, Excerpt, Finding, Language, Level, Phase, Report, Verdict};

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
    assert!(
        text.trim_end().ends_with("parts left out: there is no room for them"),
        "what is missing must be said"
    );
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

#[test]
fn a_drawing_is_a_fenced_block_in_its_language() {
    let mut report = report(Vec::new());
    report.drawings = vec![
        Drawing::new("Flow [1]", Language::Mermaid, "flowchart LR\n"),
        Drawing::new("Change", Language::Diff, "-a\n+b\n"),
        Drawing::new("Nothing", Language::Text, ""),
    ];
    let text = render(&report, "branch-gate", true);
    assert!(text.contains("### Flow \\[1\\]\n\n```mermaid\nflowchart LR\n```\n\n"), "{text}");
    assert!(text.contains("### Change\n\n```diff\n-a\n+b\n```\n\n"), "{text}");
    assert!(!text.contains("Nothing"), "{text}");
}

#[test]
fn no_line_of_a_drawing_closes_its_fence() {
    for inside in ["```", "  ```  ", "a\n````\n<script>", "~~~\n```", &"`".repeat(400)] {
        let mut report = report(Vec::new());
        report.drawings.push(Drawing::new("Flow", Language::Text, inside));
        let text = render(&report, "branch-gate", true);
        let opened = text.lines().find(|line| line.ends_with("`text")).unwrap();
        let fence = opened.strip_suffix("text").unwrap();
        assert_eq!(text.lines().filter(|line| line.trim().starts_with(fence)).count(), 2, "{text}");
        assert!(text.trim_end().ends_with(fence), "{text}");
    }
}

#[test]
fn a_huge_drawing_is_left_out_whole_and_said_so() {
    let mut report = report(vec![Finding::fail("the-reason", "1 of 2 approvals")]);
    report.drawings.push(Drawing::new(
        "Flow",
        Language::Mermaid,
        &format!("{}\n", "x".repeat(400)).repeat(4_000),
    ));
    report.drawings.push(Drawing::new("Small", Language::Text, "a"));
    let text = render(&report, "tool", true);
    assert!(text.len() < ONE_MEBIBYTE, "{} bytes", text.len());
    assert!(text.contains("the-reason") && text.contains("### Small") && !text.contains("### Flow"));
    assert!(text.contains("1 parts left out"), "what is missing must be said");
}
