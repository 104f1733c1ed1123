//! What the five have in common: help, version, exit codes, and the outputs that later steps rely on.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::desk::{Answer, Desk};
use super::tools::{self, TOOLS, tool};

/// The widest line of a help that fits beside something else.
const COLUMNS: usize = 100;

/// Variables that teams have already, besides ours.
const ALIASES: [&str; 6] =
    ["GITHUB_TOKEN", "SSH_HOST", "SSH_USERNAME", "SSH_PRIVATE_KEY", "SSH_PORT", "DEPLOY_PATH"];

/// Parts of the names of variables that hold secrets.
const SECRETS: [&str; 6] = ["TOKEN", "PRIVATE_KEY", "PASSPHRASE", "PASSWORD", "SECRET", "REQUEST_HEADER"];

/// Outputs that differ from run to run.
const CHANGING: [&str; 14] = [
    "backup",
    "backup-age",
    "hosts",
    "json",
    "left",
    "observed-seconds",
    "p95",
    "previous",
    "release",
    "requests",
    "runs",
    "seconds",
    "status",
    "waited-ms",
];

#[test]
fn every_command_explains_itself_with_an_example_on_lines_that_fit() -> Result<()> {
    let mut flaws = Vec::new();
    for name in TOOLS {
        assert!(!commands(name)?.is_empty(), "{name} names no command");
        for command in commands(name)? {
            let help = tool(name)?.args([&command, "--help"]).ok()?.stdout;
            let page = format!("{name} {command}");
            if !(help.contains("Example") && help.contains(&format!(" {page}"))) {
                flaws.push(format!("{page} --help has no example"));
            }
            let wide = help.lines().filter(|line| line.chars().count() > COLUMNS);
            flaws.extend(wide.map(|line| format!("{page} --help is wider than {COLUMNS}: {}", line.trim())));
        }
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
    Ok(())
}

#[test]
fn no_help_shows_the_value_of_a_secret() -> Result<()> {
    const SHOWN: &str = "hunter2";
    for name in TOOLS {
        let mut variables = variables(name)?;
        variables.extend(ALIASES.map(str::to_owned));
        variables.retain(|variable| SECRETS.iter().any(|part| variable.contains(part)));
        for command in commands(name)? {
            for page in [vec![command.as_str(), "--help"], vec![command.as_str(), "-h"], vec!["--help"]] {
                let run = tool(name)?.args(&page);
                let run = variables.iter().fold(run, |run, variable| run.env(variable, SHOWN));
                let shown = run.ok()?;
                assert!(!shown.stdout.contains(SHOWN), "{name} {page:?} shows a secret:\n{shown}");
            }
        }
    }
    Ok(())
}

#[test]
fn the_version_is_one_line_of_name_and_number() -> Result<()> {
    for name in TOOLS {
        let shown = tool(name)?.arg("--version").ok()?.stdout;
        assert_eq!(shown, format!("{name} {}\n", env!("CARGO_PKG_VERSION")));
    }
    Ok(())
}

#[test]
fn an_unknown_option_ends_with_2_and_tells_the_next_step() -> Result<()> {
    let desk = Desk::open()?;
    for name in TOOLS {
        for command in commands(name)? {
            let wrong = desk.ask(name, &[command, "--no-such-option".to_owned()], &BTreeSet::new())?;
            wrong.outcome.expect(2);
            assert!(wrong.outcome.stdout.contains("--no-such-option"), "{}", wrong.outcome);
            agrees_with_itself(&wrong, "usage")?;
            assert_eq!(wrong.outputs["codes"], "usage", "{}", wrong.outcome);
        }
    }
    Ok(())
}

#[test]
fn a_refusal_ends_with_10_and_writes_every_output_that_is_declared() -> Result<()> {
    let desk = Desk::open()?;
    for name in TOOLS {
        let Some(args) = desk.refused(name) else { continue };
        let refused = desk.ask(name, &args, &BTreeSet::new())?;
        refused.outcome.expect(10);
        agrees_with_itself(&refused, &refused.outputs["verdict"])?;
        assert_ne!(refused.outputs["codes"], "", "{}", refused.outcome);
        assert_eq!(written(&refused), declared(name)?, "outputs of {name} {args:?}");
    }
    Ok(())
}

#[test]
fn every_command_writes_exactly_the_outputs_that_its_action_declares() -> Result<()> {
    for name in TOOLS {
        let desk = Desk::open()?;
        for command in commands(name)? {
            let args = desk.good(name, &command);
            let done = desk.ask(name, &args, &BTreeSet::new())?;
            done.outcome.expect(0);
            agrees_with_itself(&done, &done.outputs["verdict"])?;
            assert_eq!(written(&done), declared(name)?, "outputs of {name} {args:?}");
        }
    }
    Ok(())
}

#[test]
fn a_variable_that_is_there_and_empty_is_as_if_it_were_not_there() -> Result<()> {
    for name in TOOLS {
        let (bare, filled) = (Desk::open()?, Desk::open()?);
        let mut empty = variables(name)?;
        assert!(empty.len() > 5, "the action of {name} passes hardly a variable: {empty:?}");
        empty.extend(ALIASES.map(str::to_owned).into_iter().filter(|alias| alias != "GITHUB_TOKEN"));
        for command in commands(name)? {
            let unset = bare.ask(name, &bare.good(name, &command), &BTreeSet::new())?;
            let set = filled.ask(name, &filled.good(name, &command), &empty)?;
            set.outcome.expect(unset.outcome.expect(0).code());
            assert_eq!(settled(&set), settled(&unset), "{name} {command}");
        }
    }
    Ok(())
}

/// The outputs that are the same whenever the same is asked.
fn settled(answer: &Answer) -> Vec<(&String, &String)> {
    answer.outputs.iter().filter(|(name, _)| !CHANGING.contains(&name.as_str())).collect()
}

/// The outputs that every report has, each saying the same.
#[track_caller]
fn agrees_with_itself(answer: &Answer, verdict: &str) -> Result<()> {
    let Answer { outcome, outputs } = answer;
    let json: Value = serde_json::from_str(&outputs["json"]).context("read output json")?;
    assert_eq!(outputs["verdict"], verdict, "{outcome}");
    assert_eq!(json["verdict"], verdict, "{outcome}");
    assert_eq!(json["exit"], outcome.code(), "{outcome}");
    let codes: Vec<&str> =
        json["codes"].as_array().into_iter().flatten().filter_map(|code| code.as_str()).collect();
    assert_eq!(outputs["codes"], codes.join(","), "{outcome}");
    Ok(())
}

fn written(answer: &Answer) -> BTreeSet<String> {
    answer.outputs.keys().cloned().collect()
}

/// The outputs in the tool's `action.yml`: the keys below `outputs:`.
fn declared(name: &str) -> Result<BTreeSet<String>> {
    let action = action(name)?;
    let below = action.lines().skip_while(|line| *line != "outputs:").skip(1);
    let below = below.take_while(|line| line.is_empty() || line.starts_with(' '));
    let key = |line: &str| {
        let key = line.strip_prefix("  ")?.strip_suffix(':')?;
        (!key.starts_with(' ')).then(|| key.to_owned())
    };
    Ok(below.filter_map(key).collect())
}

/// The commands that the tool's help lists.
fn commands(name: &str) -> Result<Vec<String>> {
    let help = tool(name)?.arg("--help").ok()?.stdout;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    // What is further in goes on with the line above.
    let named = listed.take_while(|line| !line.is_empty()).filter_map(|line| line.strip_prefix("  "));
    let words = named.filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_whitespace().next());
    Ok(words.filter(|word| *word != "help").map(str::to_owned).collect())
}

/// The variables in which the tool's action passes its inputs, as in `SHIPLANE_FORMAT: ${{ inputs.format }}`.
fn variables(name: &str) -> Result<BTreeSet<String>> {
    let action = action(name)?;
    let pairs = action.lines().filter_map(|line| line.trim().split_once(": ${{ inputs."));
    Ok(pairs.map(|(variable, _)| variable.to_owned()).collect())
}

fn action(name: &str) -> Result<String> {
    let file = tools::checkout().join(format!("actions/{name}/action.yml"));
    fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))
}
