//! The help says what there is, and never shows a secret.

use super::setting::{Setting, expect};

#[test]
fn the_help_names_every_option_and_hides_the_token() {
    let setting = Setting::new();
    let help = expect(0, &setting.bare(&["check", "--help"]).env("SHIPLANE_TOKEN", "test-token")).stdout;
    for option in [
        "--repository",
        "--pull-request",
        "--from",
        "--approvals",
        "--checks",
        "--conversations",
        "--token",
        "--check-run-id",
        "--facts",
        "--save-facts",
        "Example: branch-gate check",
    ] {
        assert!(help.contains(option), "{option}\n{help}");
    }
    assert!(!help.contains("--api-url"), "{help}");
}

#[test]
fn check_is_what_runs_when_no_command_is_named() {
    let setting = Setting::new();
    let named = setting.bare(&["--repository", "example/shop"]);
    let outcome = expect(2, &named);
    assert!(outcome.stdout.contains("no pull request is named"), "{}", outcome.stdout);
}

#[test]
fn the_help_of_audit_names_its_options() {
    let setting = Setting::new();
    let help = expect(0, &setting.bare(&["audit", "--help"])).stdout;
    for option in [
        "--fix",
        "--dry-run",
        "--environment",
        "--facts",
        "administration: write",
        "Example: branch-gate audit",
    ] {
        assert!(help.contains(option), "{option}\n{help}");
    }
}

#[test]
fn help_fits_into_80_columns_and_has_an_example() {
    let setting = Setting::new();
    for command in ["check", "plan", "explain", "init", "status", "audit", "approve"] {
        let help = expect(0, &setting.bare(&[command, "--help"])).stdout;
        let wide: Vec<&str> = help.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(wide, [""; 0], "{command}");
        assert_eq!(help.matches(&format!("Example: branch-gate {command}")).count(), 1, "{help}");
    }
}

#[test]
fn a_mistyped_command_is_told_with_the_nearest_one() {
    let setting = Setting::new();
    let outcome = expect(2, &setting.bare(&["stauts", "--branch", "develop"]));
    assert!(outcome.stdout.contains("unrecognized subcommand 'stauts'"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("'status'"), "{}", outcome.stdout);
    let outcome = expect(2, &setting.bare(&["status", "--budget", "soon"]));
    assert!(outcome.stdout.contains("help: run `branch-gate status --help`"), "{}", outcome.stdout);
}
