//! Generated files: what is stale, and what is left alone.

use std::collections::BTreeMap;

use xtask::generate::{Wanted, splice, stale, wanted};

const README: &str =
    "# Tool\n\nBy hand.\n\n<!-- generated: inputs and outputs -->\nold\n<!-- /generated -->\n\nBy hand.\n";

fn read(path: &str) -> Option<String> {
    (path.ends_with("README.md") && path != "README.md").then(|| README.to_owned())
}

/// Everything as it was just written.
fn fresh() -> (Vec<Wanted>, BTreeMap<String, String>) {
    let files = wanted(read, "").unwrap();
    let disk = files.iter().map(|file| (file.path.clone(), file.text.clone())).collect();
    (files, disk)
}

#[test]
fn every_tool_has_its_action_and_its_tables() {
    let (files, _) = fresh();
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for tool in ["branch-gate", "changelog-bump", "rollback", "smoke-check", "ssh-deploy"] {
        assert!(paths.contains(&format!("actions/{tool}/action.yml").as_str()), "{paths:?}");
        assert!(paths.contains(&format!("actions/{tool}/README.md").as_str()), "{paths:?}");
    }
    assert!(paths.contains(&"action.yml") && paths.contains(&"crates/shiplane-core/shiplane.schema.json"));
}

#[test]
fn what_was_just_written_is_not_stale() {
    let (files, disk) = fresh();
    assert!(stale(&files, |path| disk.get(path).cloned()).is_empty());
}

#[test]
fn one_changed_letter_and_one_missing_file_are_stale() {
    let (files, mut disk) = fresh();
    disk.get_mut("actions/branch-gate/action.yml").unwrap().push(' ');
    disk.remove("crates/shiplane-core/shiplane.schema.json");
    let found: Vec<&str> =
        stale(&files, |path| disk.get(path).cloned()).iter().map(|file| file.path.as_str()).collect();
    assert_eq!(found, ["crates/shiplane-core/shiplane.schema.json", "actions/branch-gate/action.yml"]);
}

#[test]
fn only_the_part_between_the_marks_is_written() {
    let text = splice(README, "inputs and outputs", "new\n").unwrap();
    assert_eq!(text, README.replace("old\n", "new\n"));
    assert_eq!(splice(&text, "inputs and outputs", "new\n").unwrap(), text);
}

#[test]
fn a_readme_without_marks_is_an_error_that_names_them() {
    assert_eq!(splice("# Tool\n", "inputs and outputs", "new"), None);
    let error = wanted(|path| path.ends_with("README.md").then(|| "# Tool\n".to_owned()), "")
        .unwrap_err()
        .to_string();
    assert!(error.contains("has no marks `<!-- generated: "), "{error}");
}

#[test]
fn no_generated_action_has_an_expression_where_the_runner_or_a_shell_would_read_it() {
    for file in fresh().0.iter().filter(|file| file.path.ends_with("action.yml")) {
        assert_eq!(xtask::tidy::workflows::check(&file.path, &file.text), [], "{}", file.path);
    }
}
