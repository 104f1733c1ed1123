//! What arrives: inputs as variables, empty ones, aliases, the command.

use super::sample::{sample, step};

#[test]
fn an_omitted_optional_input_is_unset_and_not_an_empty_value() {
    let empty = [
        ("SHIPLANE_APPROVALS", ""),
        ("SHIPLANE_DRAFTS", ""),
        ("SHIPLANE_SSH_HOST", ""),
        ("SHIPLANE_OUTCOME", ""),
    ];
    let left =
        step(&empty).env("SHIPLANE_COMMAND", "").env("SHIPLANE_FORMAT", "").env("SHIPLANE_CONFIG", "").run();
    assert_eq!(left.code, 0, "{left:?}");
    let seen = left.seen();
    assert_eq!(seen.get("approvals"), None);
    assert_eq!(seen.get("ssh-host"), None);
    assert_eq!(seen["drafts"], "false");
}

#[test]
fn an_input_of_nothing_but_blanks_is_unset_too() {
    let left = step(&[("SHIPLANE_APPROVALS", " \n"), ("SHIPLANE_SSH_HOST", "\t")]).run();
    assert_eq!(left.code, 0, "{left:?}");
    assert_eq!(left.seen().get("ssh-host"), None);
}

#[test]
fn a_required_input_that_arrives_empty_is_refused_by_name() {
    for value in ["", " ", "\n"] {
        let left = step(&[("SHIPLANE_BASE", value)]).run();
        assert_eq!(left.code, 2, "{left:?}");
        assert_eq!(left.outputs["verdict"], "usage");
        assert!(left.stdout.contains("--base"), "{left:?}");
    }
}

#[test]
fn a_value_that_does_not_fit_is_asked_wrongly() {
    let left = step(&[("SHIPLANE_APPROVALS", "two")]).run();
    assert_eq!(left.code, 2);
    assert_eq!(left.outputs["codes"], "usage");
    assert!(left.stdout.contains("'two'") && left.stdout.contains("--approvals"), "{}", left.stdout);
}

#[test]
fn a_boolean_input_reads_true_and_false_and_refuses_the_rest() {
    assert_eq!(step(&[("SHIPLANE_DRAFTS", "true")]).run().seen()["drafts"], "true");
    assert_eq!(step(&[("SHIPLANE_DRAFTS", "false")]).run().seen()["drafts"], "false");
    assert_eq!(step(&[("SHIPLANE_DRAFTS", "perhaps")]).run().code, 2);
}

#[test]
fn variables_that_teams_have_already_are_read_when_ours_is_not_set() {
    let left =
        step(&[("SSH_HOST", "host.example"), ("SHIPLANE_SSH_HOST", ""), ("GITHUB_TOKEN", "12345")]).run();
    assert_eq!(left.seen()["ssh-host"], "host.example");
    assert_eq!(left.seen()["token-length"], "5");
    let both = step(&[("SSH_HOST", "theirs.example"), ("SHIPLANE_SSH_HOST", "ours.example")]).run();
    assert_eq!(both.seen()["ssh-host"], "ours.example");
}

#[test]
fn a_flag_wins_over_its_variable() {
    let left = sample(&["check", "--base", "develop"]).env("SHIPLANE_BASE", "main").run();
    assert_eq!(left.seen()["base"], "develop");
}

#[test]
fn the_command_is_the_typed_one_then_the_variable_then_the_default() {
    assert!(step(&[]).run().stdout.contains("sample-tool: pass — check"));
    assert!(step(&[("SHIPLANE_COMMAND", "list")]).run().stdout.contains("sample-tool: ok — list"));
    let typed = sample(&["list"]).env("SHIPLANE_COMMAND", "check").run();
    assert!(typed.stdout.contains("sample-tool: ok — list"), "{typed:?}");
}

#[test]
fn a_command_that_is_none_is_asked_wrongly() {
    let left = step(&[("SHIPLANE_COMMAND", "chekc")]).run();
    assert_eq!(left.code, 2);
    assert!(left.stdout.contains("chekc"), "{}", left.stdout);
}

#[test]
fn a_value_named_like_a_command_is_still_a_value() {
    let left = sample(&["--base", "list"]).run();
    assert_eq!(left.code, 0, "{left:?}");
    assert_eq!(left.seen()["base"], "list");
    let shared = sample(&["--config", "list", "--base", "main"]).file("list", "project: shop").run();
    assert_eq!(shared.outputs["project"], "shop", "{shared:?}");
}

#[test]
fn shared_options_stand_before_and_after_the_command() {
    for args in [["--format", "json", "list"], ["list", "--format", "json"]] {
        let left = sample(&args).run();
        let report: serde_json::Value = serde_json::from_str(&left.stdout).unwrap();
        assert_eq!(report["title"], "list");
    }
    assert!(sample(&["--format=json", "list"]).run().stdout.starts_with('{'));
    assert!(sample(&["-v", "list"]).run().stdout.contains("list"));
}
