//! Which branch is meant, and which tier it has.

use serde_json::Value;
use shiplane_action::Context;
use shiplane_core::config::{Branch, Config, Tier};
use shiplane_core::fault::Fault;

use super::cli::Plan;

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    /// The branch that is merged into.
    pub(super) base: String,
    /// The name of its tier.
    pub(super) name: String,
    /// The tier.
    pub(super) tier: Tier,
}

impl Request {
    /// A flag goes before the event, the event before the runner's variables.
    pub(super) fn resolve(args: &Plan, context: &Context, config: Config) -> Result<Self, Fault> {
        let typed = args.base.clone().filter(|base| !base.trim().is_empty());
        let base = typed.or_else(|| base(context)).ok_or_else(|| {
            Fault::usage("base-missing", "no base branch is named")
                .help("add --base BRANCH, or run on an event that has one")
        })?;
        let branch = config.branches.get(&base).ok_or_else(|| unknown(&base, &config))?;
        let name = tier_name(&base, branch, &config)?;
        let tier = config.tier(&name)?.clone();
        Ok(Self { base, name, tier })
    }
}

/// The branch that the event merges into, else the one that the run is on. A merge group leaves GITHUB_BASE_REF
/// empty, and its own branch is a temporary one (docs, "Events that trigger workflows", `merge_group`).
fn base(context: &Context) -> Option<String> {
    let text = |path: &str| context.event.pointer(path).and_then(Value::as_str).map(short);
    text("/pull_request/base/ref")
        .or_else(|| text("/merge_group/base_ref"))
        .or_else(|| context.base_ref.clone())
        .or_else(|| context.ref_name.clone())
}

fn short(name: &str) -> String {
    name.strip_prefix("refs/heads/").unwrap_or(name).to_owned()
}

fn tier_name(base: &str, branch: &Branch, config: &Config) -> Result<String, Fault> {
    branch.tier.clone().ok_or_else(|| {
        let tiers = listed(config.tiers.keys());
        Fault::usage("tier-missing", format!("the config names no tier for branch `{base}`"))
            .help(format!("add `tier: NAME` under `branches.{base}`; tiers are: {tiers}"))
    })
}

fn unknown(base: &str, config: &Config) -> Fault {
    let branches = listed(config.branches.keys());
    Fault::usage("base-not-configured", format!("the config has no rules for base branch `{base}`"))
        .help(format!("add `{base}` under `branches:`, or name another with --base; it has: {branches}"))
}

fn listed<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
