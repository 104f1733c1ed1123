//! Presets and the workflows that they call: what GitHub would refuse before a job begins, and act does not see.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use shiplane_core::config::yaml::{self, Node, Value};
use xtask::flows::{copy_of, strays};
use xtask::generate::Wanted;

const CALLED: [&str; 2] = ["shiplane/shiplane/.github/workflows/", "$/.github/workflows/"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn read(path: &Path) -> Node {
    let text = std::fs::read_to_string(path).unwrap();
    yaml::read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())).unwrap()
}

fn pairs(node: Option<&Node>) -> Vec<(&str, &Node)> {
    match node.map(|node| &node.value) {
        Some(Value::Mapping(pairs)) => {
            pairs.iter().map(|(key, value)| (key.text().unwrap(), value)).collect()
        }
        Some(Value::Sequence(_) | Value::Scalar { .. }) | None => Vec::new(),
    }
}

/// The reusable workflow that a job calls, if it is one of ours.
fn called(job: &Node) -> Option<Node> {
    let uses = job.get("uses")?.text()?;
    let file = CALLED.iter().find_map(|start| uses.strip_prefix(start)).expect("ours");
    let file = file.split('@').next().unwrap();
    Some(read(&root().join(".github/workflows").join(file)))
}

fn rank(right: &str) -> usize {
    ["none", "read", "write"].iter().position(|known| *known == right).expect("a right")
}

/// What all jobs of a workflow ask for together; GitHub demands it of the caller even for jobs that `if` leaves out.
fn asked(workflow: &Node) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for (_, job) in pairs(workflow.get("jobs")) {
        for (name, right) in pairs(job.get("permissions")) {
            let most = all.entry(name.to_owned()).or_insert(0);
            *most = rank(right.text().unwrap()).max(*most);
        }
    }
    all
}

/// Every job that calls one of ours: where it stands, the job, what it calls.
fn calls() -> Vec<(String, Node, Node)> {
    let mut files: Vec<PathBuf> = Vec::new();
    let presets = root().join("crates/branch-gate/presets");
    for preset in std::fs::read_dir(presets).unwrap() {
        let dir = preset.unwrap().path().join(".github/workflows");
        files.extend(std::fs::read_dir(dir).unwrap().map(|file| file.unwrap().path()));
    }
    files.extend(
        std::fs::read_dir(root().join(".github/workflows")).unwrap().map(|file| file.unwrap().path()),
    );
    let mut calls = Vec::new();
    for file in files {
        let workflow = read(&file);
        for (name, job) in pairs(workflow.get("jobs")) {
            let ours = job.get("uses").and_then(Node::text).is_some();
            if let Some(target) = ours.then(|| called(job)).flatten() {
                calls.push((format!("{}: {name}", file.display()), job.clone(), target));
            }
        }
    }
    assert!(calls.len() > 10, "found {} calls", calls.len());
    calls
}

#[test]
fn a_caller_grants_all_that_the_called_workflow_asks_for_and_no_more() {
    for (place, job, target) in calls() {
        let granted: BTreeMap<String, usize> = pairs(job.get("permissions"))
            .into_iter()
            .map(|(name, right)| (name.to_owned(), rank(right.text().unwrap())))
            .collect();
        assert_eq!(granted, asked(&target), "{place}");
    }
}

#[test]
fn a_caller_names_only_inputs_and_secrets_that_are_there_and_all_that_are_required() {
    for (place, job, target) in calls() {
        let call = target.get("on").and_then(|on| on.get("workflow_call")).expect("on.workflow_call");
        for (given, known) in [("with", "inputs"), ("secrets", "secrets")] {
            let known = pairs(call.get(known));
            for (name, _) in pairs(job.get(given)) {
                assert!(known.iter().any(|(known, _)| *known == name), "{place}: {given} {name}");
            }
            for (name, about) in known {
                let required = about.get("required").and_then(Node::text) == Some("true");
                let is_given = pairs(job.get(given)).iter().any(|(given, _)| *given == name);
                assert!(!required || is_given, "{place}: {given} lacks {name}");
            }
        }
    }
}

#[test]
fn every_step_of_ours_names_only_inputs_that_its_action_has() {
    let mut steps = 0;
    for file in std::fs::read_dir(root().join(".github/workflows")).unwrap() {
        let file = file.unwrap().path();
        for (_, job) in pairs(read(&file).get("jobs")) {
            let Some(Value::Sequence(all)) = job.get("steps").map(|steps| &steps.value) else { continue };
            for step in all {
                let Some(tool) =
                    step.get("uses").and_then(Node::text).and_then(|uses| uses.strip_prefix("$/"))
                else {
                    continue;
                };
                steps += 1;
                let action = read(&root().join(tool).join("action.yml"));
                let known = pairs(action.get("inputs"));
                for (name, _) in pairs(step.get("with")) {
                    assert!(
                        known.iter().any(|(known, _)| *known == name),
                        "{}: {tool} has no input {name}",
                        file.display()
                    );
                }
            }
        }
    }
    assert!(steps > 10, "found {steps} steps");
}

#[test]
fn a_copy_lies_beside_its_example_and_what_no_preset_has_is_a_stray() {
    let file = "crates/branch-gate/presets/e/.github/workflows/deploy.yml";
    let path = "tests/flows/e/.github/workflows/deploy.yml";
    assert_eq!(copy_of(file).as_deref(), Some(path));
    assert_eq!(copy_of("crates/branch-gate/src/lib.rs"), None);
    let files =
        [path, "tests/flows/e/.github/workflows/old.yml", "tests/flows/e/README.md"].map(str::to_owned);
    let wanted = [Wanted { path: path.to_owned(), text: String::new() }];
    assert_eq!(strays(&files, &wanted), ["tests/flows/e/.github/workflows/old.yml"]);
}
