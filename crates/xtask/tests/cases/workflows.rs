//! Workflows and actions with something planted in them.

use xtask::tidy::workflows::check;

const CHECKOUT: &str = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd";

fn offences(steps: &str) -> Vec<String> {
    let text = format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}");
    check("ci.yml", &text).iter().map(ToString::to_string).collect()
}

#[test]
fn a_tidy_workflow_is_tidy() {
    let steps = format!(
        "      - uses: {CHECKOUT} # v6.0.2\n      - uses: ./actions/x\n      - uses: $/actions/x\n      - run: echo \"$NAME\"\n        env: {{ NAME: \"${{{{ github.ref_name }}}}\" }}\n"
    );
    assert_eq!(offences(&steps), Vec::<String>::new());
}

#[test]
fn an_expression_in_a_script_is_noticed_in_every_way_of_writing_it() {
    let ways = [
        (6, "      - run: echo ${{ github.head_ref }}\n"),
        (7, "      - run: |\n          echo one\n          echo ${{ github.head_ref }}\n"),
        (6, "      - { run: \"echo ${{ github.head_ref }}\" }\n"),
        (6, "      - \"run\": 'echo ${{github.head_ref}}'\n"),
    ];
    for (line, way) in ways {
        let wanted = format!(
            "ci.yml:{line}: an expression inside a script can become a command; pass it through `env:`"
        );
        assert_eq!(offences(way), [wanted], "{way}");
    }
}

#[test]
fn an_action_that_can_be_moved_is_noticed() {
    for action in [
        "actions/checkout@v6",
        "actions/checkout",
        "actions/checkout@main",
        "a/b/c@de0fac2",
        "docker://alpine:3",
    ] {
        let found = offences(&format!("      - uses: {action}\n"));
        assert_eq!(found.len(), 1, "{action}");
        assert!(
            found[0].starts_with("ci.yml:6: a tag or branch can be moved; pin the action to a commit"),
            "{found:?}"
        );
    }
}

#[test]
fn a_reusable_workflow_of_others_is_an_action_of_others() {
    let text = "on: push\njobs:\n  a:\n    uses: o/r/.github/workflows/x.yml@v1\n";
    assert_eq!(check("ci.yml", text).len(), 1);
}

#[test]
fn an_expression_in_a_description_is_noticed() {
    let text =
        "inputs:\n  a:\n    description: 'such as ${{ github.token }}'\n    default: ${{ github.token }}\n";
    let found = check("action.yml", text);
    assert_eq!((found.len(), found[0].line), (1, 3));
}

#[test]
fn what_is_no_yaml_is_noticed_at_its_line() {
    let found = check("ci.yml", "on: push\njobs: [\n");
    assert_eq!(found.len(), 1);
    assert!(found[0].to_string().starts_with("ci.yml:3: not YAML"), "{found:?}");
}

#[test]
fn a_preset_leaves_the_commit_of_our_own_actions_open_and_of_no_others() {
    let of = |file: &str, action: &str| {
        check(file, &format!("on: push\njobs: {{ a: {{ uses: {action} }} }}\n")).len()
    };
    let preset = "crates/branch-gate/presets/a/.github/workflows/gate.yml";
    let ours = "shiplane/shiplane/.github/workflows/flow-gate.yml@COMMIT";
    assert_eq!(of(preset, ours), 0);
    assert_eq!(of(preset, "actions/checkout@COMMIT"), 1);
    assert_eq!(of(preset, "shiplane/shiplane/actions/x@main"), 1);
    assert_eq!(of(".github/workflows/ci.yml", ours), 1);
}
