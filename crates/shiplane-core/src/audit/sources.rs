//! What protects a branch, from all its sources together, held against what the config wants.

use super::facts::{Branch, Obstacle};
use super::wanted::{Ask, WantedBranch};
use super::words::{count, list, quoted};
use crate::gate::facts::Protection;
use crate::gate::in_force::asks_up_to_date;
use crate::gate::policy::{DirectPush, RequiredCheck};

/// The app that runs workflows, by slug and by number.
pub(super) const ACTIONS: (&str, &str) = ("github-actions", "15368");

/// One source of protection: the classic rule, or a ruleset.
pub(super) struct Source {
    /// `ruleset main`.
    pub(super) name: String,
    /// What it asks for before a merge.
    pub(super) demands: Protection,
    /// Whether it refuses pushes without a pull request.
    pub(super) pull_request: bool,
    /// Whether history may not be rewritten.
    pub(super) no_force_push: bool,
    /// Whether the branch may not be deleted.
    pub(super) no_deletion: bool,
    /// Who need not obey.
    pub(super) bypass: Bypass,
}

/// Who need not obey a source.
pub(super) enum Bypass {
    /// Nobody.
    Nobody,
    /// These.
    By(Vec<String>),
    /// It could not be read.
    Unread(Obstacle),
}

/// All sources of a branch, and those that could not be read.
pub(super) struct Sources<'a> {
    /// What was read.
    pub(super) read: Vec<Source>,
    /// What was not: its name, and why.
    pub(super) unread: Vec<(&'static str, &'a Obstacle)>,
}

/// One thing that the config asks for, and whether it is so.
pub(super) struct Demand {
    /// The code when it is not.
    pub(super) code: &'static str,
    /// Whether it is so.
    pub(super) met: bool,
    /// What is so, with the numbers.
    pub(super) fact: String,
    /// How firmly it is asked for.
    pub(super) ask: Ask,
}

impl<'a> Sources<'a> {
    /// Of a branch. A rule that only its readers' part is seen of counts with that part.
    pub(super) fn of(branch: &'a Branch) -> Self {
        let mut sources = Self { read: Vec::new(), unread: Vec::new() };
        match branch.classic.value() {
            Some(Some(classic)) => sources.read.push(Source {
                name: "the branch protection rule".to_owned(),
                pull_request: classic.demands.approvals.is_some() || classic.demands.locked,
                demands: classic.demands.clone(),
                no_force_push: !classic.force_pushes,
                no_deletion: !classic.deletions,
                bypass: nobody_or(
                    (!classic.admins)
                        .then(|| "administrators".to_owned())
                        .into_iter()
                        .chain(classic.bypass.iter().cloned())
                        .collect(),
                ),
            }),
            Some(None) => {}
            None => sources.read.extend(visible(branch)),
        }
        sources.unread.extend(branch.classic.obstacle().map(|why| ("the branch protection rule", why)));
        sources.unread.extend(branch.rulesets.obstacle().map(|why| ("the rulesets", why)));
        for ruleset in branch.rulesets.value().into_iter().flatten() {
            let name = if ruleset.name.is_empty() { ruleset.id.to_string() } else { ruleset.name.clone() };
            sources.read.push(Source {
                name: format!("ruleset {}", quoted(&name)),
                demands: ruleset.demands.clone(),
                pull_request: ruleset.pull_request || ruleset.merge_queue,
                no_force_push: ruleset.no_force_push,
                no_deletion: ruleset.no_deletion,
                bypass: match ruleset.bypass.value() {
                    Some(by) => nobody_or(by.clone()),
                    None => Bypass::Unread(ruleset.bypass.obstacle().cloned().unwrap_or_default()),
                },
            });
        }
        sources
    }
}

/// The part of a classic rule that every reader sees.
fn visible(branch: &Branch) -> Option<Source> {
    let checks: Vec<RequiredCheck> = branch.visible_checks.iter().map(RequiredCheck::named).collect();
    (!checks.is_empty()).then(|| Source {
        name: "the branch protection rule".to_owned(),
        demands: Protection { checks, partial: true, ..Protection::default() },
        pull_request: false,
        no_force_push: false,
        no_deletion: false,
        bypass: Bypass::Unread(branch.classic.obstacle().cloned().unwrap_or_default()),
    })
}

fn nobody_or(by: Vec<String>) -> Bypass {
    if by.is_empty() { Bypass::Nobody } else { Bypass::By(by) }
}

/// Everything that the config asks for before a merge, held against sources that all hold together.
pub(super) fn demands(wanted: &WantedBranch, sources: &[&Source]) -> Vec<Demand> {
    let branch = quoted(&wanted.name);
    let any = |holds: fn(&Protection) -> bool| sources.iter().any(|source| holds(&source.demands));
    let mut all = vec![direct_push(wanted, sources), approvals(wanted, sources)];
    all.extend(checks(wanted, sources));
    let switches = [
        (wanted.conversations, any(|it| it.conversations), "resolved conversations"),
        (wanted.dismiss_stale, any(|it| it.dismiss_stale), "a new approval after a push"),
        (firmly(wanted.last_push_approval), any(|it| it.last_push_approval), "an approval of the last push"),
        (firmly(wanted.code_owners), any(|it| it.code_owners), "an approval of a code owner"),
        (firmly(wanted.up_to_date), any(asks_up_to_date), "a branch that contains its base"),
    ];
    all.extend(switches.into_iter().map(|(ask, met, what)| {
        let fact = if met {
            format!("{what}: required before a merge into {branch}")
        } else {
            format!("{what}: not required before a merge into {branch}")
        };
        Demand { code: "protection-weaker", met, fact, ask }
    }));
    all.retain(|demand| demand.ask.any());
    all
}

fn firmly(asked: bool) -> Ask {
    if asked { Ask::Written } else { Ask::No }
}

fn direct_push(wanted: &WantedBranch, sources: &[&Source]) -> Demand {
    let branch = quoted(&wanted.name);
    let met = sources.iter().any(|source| source.pull_request);
    let fact = if met {
        format!("changes of {branch} must come by a pull request")
    } else {
        format!("{branch} can be pushed to without a pull request")
    };
    let ask = match wanted.direct_push {
        DirectPush::Deny => Ask::Written,
        DirectPush::Warn => Ask::Default,
        DirectPush::Allow => Ask::No,
    };
    Demand { code: "direct-push-allowed", met, fact, ask }
}

fn approvals(wanted: &WantedBranch, sources: &[&Source]) -> Demand {
    let required = sources.iter().filter_map(|source| source.demands.approvals).max().unwrap_or(0);
    let (branch, asked) = (quoted(&wanted.name), wanted.approvals);
    let met = required >= asked;
    let required =
        if required == 0 { "no approval".to_owned() } else { count(usize::from(required), "approval") };
    let config = if met { String::new() } else { format!("; the config asks for {asked}") };
    let fact = format!("{required} required before a merge into {branch}{config}");
    Demand { code: "protection-weaker", met, fact, ask: firmly(asked > 0) }
}

fn checks(wanted: &WantedBranch, sources: &[&Source]) -> Vec<Demand> {
    let branch = quoted(&wanted.name);
    let required: Vec<&RequiredCheck> = sources.iter().flat_map(|source| &source.demands.checks).collect();
    let demand = |met: bool, fact: String| Demand { code: "protection-weaker", met, fact, ask: Ask::Written };
    if wanted.checks.is_empty() {
        let met = !required.is_empty();
        let fact = if met {
            let names: Vec<&str> = required.iter().map(|check| check.name.as_str()).collect();
            format!("required before a merge into {branch}: {}", list(&names))
        } else {
            format!("no check is required before a merge into {branch}")
        };
        return if wanted.no_checks { Vec::new() } else { vec![demand(met, fact)] };
    }
    let mut all = Vec::new();
    for check in &wanted.checks {
        let of_name: Vec<&RequiredCheck> =
            required.iter().copied().filter(|other| other.name == check.name).collect();
        let met = of_name.iter().any(|other| same_app(check, other));
        let name = quoted(&check.name);
        all.push(demand(
            met,
            match (met, of_name.first(), &check.app) {
                (true, _, _) => format!("{name} is required before a merge into {branch}"),
                (false, Some(RequiredCheck { app: Some(app), .. }), Some(asked)) => format!(
                    "{name} is required before a merge into {branch} from app {}; the config says {}",
                    quoted(app),
                    quoted(asked)
                ),
                (false, Some(_), Some(asked)) => format!(
                    "{name} is required before a merge into {branch} from anyone; the config asks for app {}",
                    quoted(asked)
                ),
                (false, _, _) => format!("{name} is not required before a merge into {branch}"),
            },
        ));
    }
    all
}

/// GitHub tells numbers, people write slugs.
fn same_app(asked: &RequiredCheck, required: &RequiredCheck) -> bool {
    let Some(asked) = &asked.app else { return true };
    let plain = |app: &str| {
        if app.eq_ignore_ascii_case(ACTIONS.0) { ACTIONS.1.to_owned() } else { app.to_lowercase() }
    };
    required.app.as_ref().is_some_and(|app| plain(app) == plain(asked))
}
