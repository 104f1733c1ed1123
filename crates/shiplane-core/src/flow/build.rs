//! From the config to places and ways.

use std::collections::BTreeMap;

use super::{Edge, Flow, Kind, Node, Way};
use crate::config::{Branch, Config, Environment, Tier};
use crate::gate::policy::Demand;
use crate::report::Finding;
use crate::tiers;

/// Names that a label spells out.
const SHOWN: usize = 3;

/// The flow of a config.
pub fn flow(config: &Config) -> Flow {
    let mut flow = Flow::default();
    for name in in_order(&config.branches) {
        if let Some(branch) = config.branches.get(name) {
            merges(&mut flow, config, (name, branch));
        }
    }
    for (name, environment) in &config.environments {
        deploys(&mut flow, config, (name, environment));
    }
    flow
}

/// The branches, those first that a change comes to first.
fn in_order(branches: &BTreeMap<String, Branch>) -> Vec<&str> {
    let mut depths: BTreeMap<&str, usize> = branches.keys().map(|name| (name.as_str(), 0)).collect();
    // As many rounds as there are branches settle any chain; a circle ends there, too.
    for _ in 0..branches.len() {
        for (name, branch) in branches {
            let before = branch.from.iter().filter(|from| *from != name);
            let deepest = before.filter_map(|from| depths.get(from.as_str())).max().copied();
            let depth = deepest.map_or(0, |depth| (depth + 1).min(branches.len()));
            depths.insert(name, depth);
        }
    }
    let mut names: Vec<&str> = depths.keys().copied().collect();
    names.sort_by_key(|name| depths.get(name).copied());
    names
}

fn merges(flow: &mut Flow, config: &Config, (name, branch): (&str, &Branch)) {
    let any = ["any branch".to_owned()];
    let sources: &[String] = if branch.from.is_empty() { &any } else { &branch.from };
    let label = asked(flow, config, (name, branch));
    let sources: Vec<usize> = sources.iter().map(|source| node(flow, Kind::Branch, source)).collect();
    let to = node(flow, Kind::Branch, name);
    flow.edges.extend(sources.into_iter().map(|from| Edge {
        from,
        to,
        way: Way::Forward,
        label: label.clone(),
    }));
}

/// What a pull request needs.
fn asked(flow: &mut Flow, config: &Config, (name, branch): (&str, &Branch)) -> Vec<String> {
    let mut label = vec!["pull request".to_owned()];
    label.push(match branch.approvals.unwrap_or(1) {
        0 => "no approval".to_owned(),
        1 => "1 approval".to_owned(),
        count => format!("{count} approvals"),
    });
    let checks: Vec<&str> = branch.checks.iter().map(|check| check.name.as_str()).collect();
    label.push(if checks.is_empty() {
        "all checks".to_owned()
    } else {
        format!("checks: {}", listed(&checks))
    });
    let files = [(branch.changelog, "changelog"), (branch.version, "version")];
    let files: Vec<&str> =
        files.iter().filter(|(demand, _)| *demand == Some(Demand::Required)).map(|(_, word)| *word).collect();
    if !files.is_empty() {
        label.push(files.join(" and "));
    }
    if let Some(tier_name) = &branch.tier {
        match config.tiers.get(tier_name) {
            Some(tier) => label.push(tier_label(tier_name, tier)),
            None => flow.findings.push(
                Finding::warning(
                    "flow-unknown",
                    format!("branch `{name}` has tier `{tier_name}`, which is not there"),
                )
                .help("add it under `tiers:`, or correct the name"),
            ),
        }
    }
    label
}

fn tier_label(name: &str, tier: &Tier) -> String {
    let jobs = tiers::jobs(name, tier).map(|jobs| jobs.include.len());
    let jobs = match jobs {
        Ok(0) | Err(_) => String::new(),
        Ok(1) => ": 1 job".to_owned(),
        Ok(count) => format!(": {count} jobs"),
    };
    let budget = tier.budget.map(|budget| format!(" in {budget}")).unwrap_or_default();
    format!("tier {name}{jobs}{budget}")
}

fn deploys(flow: &mut Flow, config: &Config, (name, environment): (&str, &Environment)) {
    let to = node(flow, Kind::Environment, name);
    if let Some(branch) = &environment.branch {
        if config.branches.contains_key(branch) {
            let from = node(flow, Kind::Branch, branch);
            flow.edges.push(Edge { from, to, way: Way::Forward, label: vec!["deploy".to_owned()] });
        } else {
            let fact = format!("environment `{name}` has branch `{branch}`, which is not there");
            let help = "add it under `branches:`, or correct the name";
            flow.findings.push(Finding::warning("flow-unknown", fact).help(help));
        }
    }
    let (known, unknown): (Vec<&String>, Vec<&String>) =
        environment.smoke.iter().partition(|probe| config.probes.contains_key(*probe));
    for probe in unknown {
        let fact = format!("environment `{name}` has probe `{probe}`, which is not there");
        let help = "add it under `probes:`, or correct the name";
        flow.findings.push(Finding::warning("flow-unknown", fact).help(help));
    }
    if known.is_empty() {
        return;
    }
    let known: Vec<&str> = known.into_iter().map(String::as_str).collect();
    // Probes of the same names at two places are two checks.
    flow.nodes.push(Node { kind: Kind::Probes, name: format!("probes: {}", listed(&known)) });
    let probes = flow.nodes.len() - 1;
    let way = |from, to, way, label: &str| Edge { from, to, way, label: vec![label.to_owned()] };
    flow.edges.push(way(to, probes, Way::Forward, "verify"));
    flow.edges.push(way(probes, to, Way::Back, "on failure: roll back"));
}

fn node(flow: &mut Flow, kind: Kind, name: &str) -> usize {
    let known = flow.nodes.iter().position(|node| node.kind == kind && node.name == name);
    known.unwrap_or_else(|| {
        flow.nodes.push(Node { kind, name: name.to_owned() });
        flow.nodes.len() - 1
    })
}

/// `a, b, c and 2 more`
fn listed(names: &[&str]) -> String {
    let shown: Vec<&str> = names.iter().take(SHOWN).copied().collect();
    let more = names.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}
