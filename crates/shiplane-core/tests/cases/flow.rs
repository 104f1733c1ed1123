//! The flow of a config as Mermaid and as text, and its place in a file.

use shiplane_core::config::parse;
use shiplane_core::exit::Exit;
use shiplane_core::flow::{CLOSE, Flow, OPEN, flow, mermaid, put, text};

const CONFIG: &str = "\
branches:
  main: { from: [develop, 'hotfix/*'], approvals: 2, checks: [lint, 'test (sqlite, local)'], tier: full, changelog: required }
  develop: { from: ['feature/*'], approvals: 0, version: required }
tiers:
  full: { budget: 15m, matrix: { db: [sqlite, postgres], store: [local, s3] } }
environments:
  production: { branch: main, smoke: [web, api] }
  attic: {}
probes:
  web: { http: 'http://{host}/' }
  api: { http: 'http://{host}/api' }
";

fn of(config: &str) -> Flow {
    flow(&parse(config).unwrap())
}

/// The flowchart of one branch of this name.
fn named(name: &str) -> String {
    let config = serde_json::json!({ "branches": { "main": { "from": [name] } } });
    mermaid(&of(&config.to_string()))
}

#[test]
fn the_flow_is_drawn_from_the_first_branch_to_the_way_back() {
    let wanted = r#"flowchart LR
  n1["feature/#42;"]
  n2["develop"]
  n3["hotfix/#42;"]
  n4["main"]
  n5(["attic"])
  n6(["production"])
  n7{{"probes: web, api"}}
  n1 -->|"pull request<br/>no approval<br/>all checks<br/>version"| n2
  n2 -->|"pull request<br/>2 approvals<br/>checks: lint, test (sqlite, local)<br/>changelog<br/>tier full: 4 jobs in 15m"| n4
  n3 -->|"pull request<br/>2 approvals<br/>checks: lint, test (sqlite, local)<br/>changelog<br/>tier full: 4 jobs in 15m"| n4
  n4 -->|"deploy"| n6
  n6 -->|"verify"| n7
  n7 -.->|"on failure: roll back"| n6
"#;
    assert_eq!(mermaid(&of(CONFIG)), wanted);
}

#[test]
fn the_text_stands_in_columns() {
    let wanted = "\
feature/*  --> develop           pull request, no approval, all checks, version
develop    --> main              pull request, 2 approvals, checks: lint, test (sqlite, local), changelog, tier full: 4 jobs in 15m
hotfix/*   --> main              pull request, 2 approvals, checks: lint, test (sqlite, local), changelog, tier full: 4 jobs in 15m
main       --> production        deploy
production --> probes: web, api  verify
production <-- probes: web, api  on failure: roll back
attic                            deployed from no branch that the config names
";
    assert_eq!(text(&of(CONFIG)), wanted);
}

#[test]
fn what_is_named_and_not_there_is_told() {
    let flow = of("branches: { main: { tier: ful } }\nenvironments:\n  a: { branch: mian, smoke: [wbe] }\n");
    let facts: Vec<&str> = flow.findings.iter().map(|finding| finding.fact.as_str()).collect();
    assert_eq!(
        facts,
        [
            "branch `main` has tier `ful`, which is not there",
            "environment `a` has branch `mian`, which is not there",
            "environment `a` has probe `wbe`, which is not there"
        ]
    );
    assert!(mermaid(&flow).contains("n1[\"any branch\"]"));
}

#[test]
fn branches_in_a_circle_are_drawn() {
    let flow = of("branches: { a: { from: [b] }, b: { from: [a] }, c: { from: [c, b] } }\n");
    assert_eq!((flow.nodes.len(), flow.edges.len()), (3, 4));
}

#[test]
fn no_name_ends_its_label_or_means_anything_to_mermaid() {
    for (name, wanted) in [
        ("a\"]; n1-->n2", "a#34;#93;#59; n1--#62;n2"),
        ("end", "end"),
        ("`*x*`", "#96;#42;x#42;#96;"),
        ("<b>&amp;", "#60;b#62;#38;amp#59;"),
        ("%%{init}%%", "#37;#37;#123;init#125;#37;#37;"),
        ("x\ny", "x#9166;y"),
        ("style:a#1;", "style#58;a#35;1#59;"),
        ("1. x", "1#46; x"),
        ("- x", "#45; x"),
        ("v1.2-rc", "v1.2-rc"),
        ("#quot;", "#35;quot#59;"),
        ("\u{202e}x", "#92;u#123;202e#125;x"),
        (" ", "(blank)"),
        ("zweig-größe", "zweig-größe"),
    ] {
        let drawn = named(name);
        assert_eq!(drawn.lines().nth(1), Some(format!("  n1[\"{wanted}\"]").as_str()), "{name:?}");
        assert_eq!(drawn.lines().count(), 4, "{drawn}");
    }
}

#[test]
fn every_line_is_short_enough_for_a_report() {
    let nasty = "\"".repeat(300);
    let config = serde_json::json!({
        "branches": { nasty.clone(): { "from": [nasty.clone() + "x"], "checks": [nasty.clone()], "tier": nasty.clone() } },
        "tiers": { nasty.clone(): {} },
        "environments": { nasty.clone(): { "branch": nasty.clone(), "smoke": [nasty.clone()] } },
        "probes": { nasty: {} },
    });
    let drawn = mermaid(&of(&config.to_string()));
    assert!(drawn.lines().all(|line| line.chars().count() < 500), "{drawn}");
    assert!(drawn.lines().skip(1).all(|line| line.matches('"').count() == 2), "{drawn}");
}

#[test]
fn only_what_is_between_the_marks_changes() {
    for eol in ["\n", "\r\n"] {
        let old = format!("\u{feff}# Shop\n\n{OPEN}\nold\n{CLOSE}  \nno end").replace('\n', eol);
        let (change, line) = put("README.md", &old, "flowchart LR\n  n1[\"a\"]\n").unwrap();
        let wanted = format!(
            "\u{feff}# Shop\n\n{OPEN}\n```mermaid\nflowchart LR\n  n1[\"a\"]\n```\n{CLOSE}  \nno end"
        );
        assert_eq!((change.after(), line), (wanted.replace('\n', eol), 3));
        let (again, _) = put("README.md", &change.after(), "flowchart LR\n  n1[\"a\"]\n").unwrap();
        assert!(again.is_empty(), "{}", again.diff());
    }
}

#[test]
fn marks_that_are_not_one_pair_are_refused() {
    for (old, wanted) in [
        ("# Shop\n".to_owned(), "README.md has no marks for the flowchart"),
        (format!("```\n{OPEN}\n{CLOSE}\n```\n"), "README.md has no marks for the flowchart"),
        (format!("{OPEN}\n"), "README.md:1: there is no closing mark"),
        (format!("\n{CLOSE}\n{OPEN}\n"), "README.md:2: the closing mark stands before the first one"),
        (format!("{OPEN}\n{OPEN}\n{CLOSE}\n"), "README.md:1: the first mark is there again"),
        (format!("{OPEN}\n{CLOSE}\n{OPEN}\n{CLOSE}\n"), "README.md has 2 places for the flowchart"),
        (format!("see {OPEN} and {CLOSE}\n"), "README.md has no marks for the flowchart"),
    ] {
        let fault = put("README.md", &old, "x\n").unwrap_err();
        assert!(fault.fact.starts_with(wanted), "{}", fault.fact);
        assert_eq!((fault.exit, fault.code), (Exit::Usage, "flow-marks"));
        assert!(fault.help.unwrap().contains(OPEN));
    }
}
