//! Flows that are too long or have shell, and workflows in the text of a page.

use xtask::count_yaml::{Count, judge};
use xtask::examples::of_page;

const FLOW: &str = "# a comment

on: push # counted
jobs:
  a:
    uses: shiplane/shiplane/.github/workflows/flow-gate.yml@COMMIT # vX.Y.Z
  b:
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
      - uses: ./actions/x
      - { uses: docker://alpine:3, with: { run: no shell is meant } }
";

#[test]
fn lines_shell_and_actions_of_others_are_counted() {
    let mut count = Count::default();
    count.add("x/.github/workflows/a.yml", FLOW).unwrap();
    assert_eq!((count.files, count.yaml, count.shell), (1, 9, 0));
    assert_eq!(count.others.iter().collect::<Vec<_>>(), ["actions/checkout", "docker://alpine:3"]);
    let shell = "jobs: { a: { steps: [{ run: make }, { run: \"one\\n\\n two\" }] } }\n";
    let mut count = Count::default();
    count.add("x/.github/workflows/a.yml", shell).unwrap();
    assert_eq!((count.yaml, count.shell), (1, 3));
    count.add("x/.github/shiplane.yml", "version: 1\n\nproject: shop\n").unwrap();
    assert_eq!((count.yaml, count.config), (1, 2));
    assert!(count.add("x.yml", "a: [").is_err());
}

#[test]
fn shell_and_more_than_200_lines_fail() {
    let of = |yaml, shell| judge(&Count { yaml, shell, ..Count::default() });
    assert!(of(200, 0).is_ok());
    assert!(of(201, 0).unwrap_err().to_string().contains("201 lines of YAML"));
    assert!(of(10, 1).unwrap_err().to_string().contains("1 lines of shell"));
}

#[test]
fn the_workflows_of_a_page_are_found_by_their_jobs() {
    let page = "# x\n\n```yaml\nversion: 1\n```\n\n```yaml\non: push\njobs:\n  a: { uses: shiplane/shiplane/actions/x@COMMIT }\n```\n```sh\njobs:\n```\n";
    let found = of_page("actions/x/README.md", page);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "actions-x-README.md-line-7.yml");
    assert!(found[0].text.contains("actions/x@0000000000"), "{}", found[0].text);
}
