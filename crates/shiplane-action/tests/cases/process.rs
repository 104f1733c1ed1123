//! The process: exit codes, help, masks, streams.

use super::sample::{sample, step};

#[test]
fn the_exit_code_is_a_function_of_the_report() {
    let wanted = [("pass", 0), ("could-not", 1), ("error", 1), ("usage", 2), ("no", 10), ("broken", 12)];
    for (outcome, code) in wanted {
        assert_eq!(step(&[("SHIPLANE_OUTCOME", outcome)]).run().code, code, "{outcome}");
    }
}

#[test]
fn help_and_version_end_well_and_write_nothing() {
    for args in
        [&["--help"][..], &["-h"], &["--version"], &["help"], &["check", "--help"], &["help", "check"]]
    {
        let left = sample(args).env("GITHUB_ACTIONS", "true").run();
        assert_eq!(left.code, 0, "{args:?}: {left:?}");
        assert!(left.stdout.contains("sample-tool") && left.outputs.is_empty() && left.summary.is_empty());
    }
}

#[test]
fn a_misspelt_option_names_the_nearest_one_and_the_help() {
    let left = sample(&["check", "--aprovals", "2", "--base", "main"]).run();
    assert_eq!(left.code, 2);
    assert!(left.stdout.contains("--approvals"), "{}", left.stdout);
    assert!(left.stdout.contains("help: run `sample-tool check --help`"), "{}", left.stdout);
    assert!(!left.stdout.contains("Usage:"), "{}", left.stdout);
}

#[test]
fn a_fault_keeps_its_code_its_fact_and_its_help_through_context() {
    let left = step(&[("SHIPLANE_OUTCOME", "could-not"), ("SHIPLANE_FOREIGN", "no route")]).run();
    let wanted = "::error title=host-unreachable::no route%0Ahelp: look";
    assert!(left.stdout.lines().any(|line| line == wanted), "{}", left.stdout);
    let error = step(&[("SHIPLANE_OUTCOME", "error"), ("SHIPLANE_FOREIGN", "no such file")]).run();
    assert!(error.stdout.contains("could-not: read answer: no such file"), "{}", error.stdout);
}

#[test]
fn secrets_are_masked_before_anything_else_and_printed_nowhere_else() {
    let key = "-----BEGIN-----\nline-two\n-----END-----";
    for name in ["SHIPLANE_TOKEN", "GITHUB_TOKEN"] {
        let left = step(&[(name, key), ("SHIPLANE_VERBOSE", "true"), ("SHIPLANE_OUTCOME", "no")]).run();
        let mask = "::add-mask::-----BEGIN-----%0Aline-two%0A-----END-----";
        assert_eq!(left.stdout.lines().next(), Some(mask), "{}", left.stdout);
        let rest = left.stdout.replace(mask, "") + &left.stderr + &left.summary + &left.outputs["json"];
        assert!(!rest.contains("line-two"), "{rest}");
    }
    let laptop = sample(&["--base", "main"]).env("SHIPLANE_TOKEN", key).run();
    assert!(!(laptop.stdout + &laptop.stderr).contains("line-two"), "no runner, no mask");
}

#[test]
fn a_token_of_the_environment_is_masked_by_commands_that_have_no_option_for_it() {
    let left =
        sample(&["list"]).env("GITHUB_ACTIONS", "true").env("GITHUB_TOKEN", "ghs_made_by_an_app").run();
    assert!(left.stdout.starts_with("::add-mask::ghs_made_by_an_app\n"), "{}", left.stdout);
}

#[test]
fn help_does_not_show_the_value_of_a_secret() {
    let left =
        sample(&["check", "--help"]).env("SHIPLANE_TOKEN", "s3cret").env("SHIPLANE_BASE", "main").run();
    assert!(!left.stdout.contains("s3cret"));
    assert!(left.stdout.contains("SHIPLANE_TOKEN"));
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
    for words in [
        &["check", "--token", "s3cret"][..],
        &["--token=s3cret"],
        &["check", "--base", "main", "--token", "s3cret"],
    ] {
        let left = sample(words).env("SHIPLANE_BASE", "main").run();
        assert_eq!((left.code, left.outputs["codes"].as_str()), (2, "secret-in-argv"), "{words:?}: {left:?}");
        assert!(left.stdout.contains("pass it as the variable SHIPLANE_TOKEN"), "{}", left.stdout);
        assert!(!format!("{left:?}").contains("s3cret"), "{left:?}");
    }
    let left = sample(&["check", "--base", "main"]).env("SHIPLANE_TOKEN", "s3cret").run();
    assert_eq!(left.code, 0, "{left:?}");
}

#[test]
fn outside_actions_no_workflow_command_is_printed() {
    let left = sample(&["--base", "main", "--outcome", "no", "--foreign", "x"]).run();
    assert_eq!(left.obeyed(), Vec::<String>::new());
    assert!(left.stderr.contains("look around done in"), "{}", left.stderr);
}

#[test]
fn without_emoji_the_log_and_the_summary_have_words() {
    let left =
        step(&[("SHIPLANE_NO_EMOJI", "true"), ("SHIPLANE_OUTCOME", "no"), ("SHIPLANE_FOREIGN", "x")]).run();
    assert!(left.stdout.contains("  fail refused: x"), "{}", left.stdout);
    assert!(left.summary.contains("## sample-tool: fail no"), "{}", left.summary);
}
