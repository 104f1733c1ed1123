//! Secrets are set, by their names; a value is never looked at.

use super::environments::find;
use super::settings;
use crate::audit::facts::{Facts, Seen};
use crate::audit::wanted::{Wanted, WantedEnvironment};
use crate::audit::words::{list, permission_help, quoted};
use crate::audit::workflow;
use crate::config::EnvironmentKind;
use crate::report::Finding;

pub(in crate::audit) fn rule(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    wanted.environments.iter().flat_map(|wanted| of(wanted, facts)).collect()
}

/// Where a secret is.
enum Place {
    Environment,
    Repository,
    Organization,
    /// This job has it.
    Job,
    Nowhere,
    /// Not all places could be read.
    Unknown,
}

fn of(wanted: &WantedEnvironment, facts: &Facts) -> Vec<Finding> {
    let asked: Vec<(String, Place)> =
        wanted.secrets.iter().map(|name| (name.clone(), place(name, wanted, facts))).collect();
    let used = used(wanted, facts).into_iter().filter(|name| !wanted.secrets.contains(name));
    let used: Vec<(String, Place)> =
        used.map(|name| (place(&name, wanted, facts), name)).map(|(at, name)| (name, at)).collect();
    let mut findings = Vec::new();
    for (place, level) in [
        (Place::Environment, "set for the environment"),
        (Place::Repository, "set for the whole repository, not for the environment alone"),
        (Place::Organization, "set for the organization, not for the environment alone"),
        (Place::Job, "set, as this job was given a value"),
    ] {
        let names = at(&asked, &place);
        if !names.is_empty() {
            let fact = format!("{}: {} {} {level}", quoted(&wanted.name), list(&names), are(&names));
            findings.push(Finding::ok("secrets", fact));
        }
    }
    findings.extend(missing(wanted, facts, (&at(&asked, &Place::Nowhere), &at(&used, &Place::Nowhere))));
    findings.extend(unreadable(wanted, facts, (&at(&asked, &Place::Unknown), &at(&used, &Place::Unknown))));
    findings
}

fn at<'a>(names: &'a [(String, Place)], wanted: &Place) -> Vec<&'a str> {
    let there =
        names.iter().filter(|(_, place)| std::mem::discriminant(place) == std::mem::discriminant(wanted));
    there.map(|(name, _)| name.as_str()).collect()
}

/// An environment's secret goes before the repository's, and that before the organization's (docs, "Secrets").
fn place(name: &str, wanted: &WantedEnvironment, facts: &Facts) -> Place {
    let environment = find(facts, &wanted.name).filter(|_| reaches_jobs(wanted, facts));
    let missing = Seen::Seen(Vec::new());
    let of_environment = match (environment, facts.environments.value()) {
        (Some(environment), _) => &environment.secrets,
        (None, Some(_)) => &missing,
        (None, None) => &Seen::default(),
    };
    let has = |seen: &Seen<Vec<String>>| {
        seen.value().map(|names| names.iter().any(|other| other.eq_ignore_ascii_case(name)))
    };
    let here =
        facts.secrets.job_environment.as_ref().is_some_and(|job| job.eq_ignore_ascii_case(&wanted.name));
    let given = here && facts.secrets.job.iter().any(|other| other.eq_ignore_ascii_case(name));
    match (has(of_environment), has(&facts.secrets.repository), has(&facts.secrets.organization)) {
        (Some(true), _, _) => Place::Environment,
        _ if given => Place::Job,
        // An environment's own may still go before it, but it is set.
        (_, Some(true), _) => Place::Repository,
        (_, _, Some(true)) => Place::Organization,
        (Some(false), Some(false), Some(false)) => Place::Nowhere,
        (_, _, _) => Place::Unknown,
    }
}

/// The job of a preview names no environment, or each push of a pull request would be a deployment of its own; then it
/// gets the secrets of the repository alone.
fn reaches_jobs(wanted: &WantedEnvironment, facts: &Facts) -> bool {
    let named = || jobs(wanted, facts).next().is_some();
    wanted.kind != EnvironmentKind::Preview || named()
}

/// Names that jobs of the environment use.
fn used(wanted: &WantedEnvironment, facts: &Facts) -> Vec<String> {
    let mut used: Vec<String> = jobs(wanted, facts).flat_map(|job| job.secrets).collect();
    used.sort();
    used.dedup();
    used
}

/// Jobs that name the environment.
fn jobs(wanted: &WantedEnvironment, facts: &Facts) -> impl Iterator<Item = workflow::Job> {
    let here = |job: &workflow::Job| {
        job.environment.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(&wanted.name))
    };
    workflow::all(facts).into_iter().flat_map(|workflow| workflow.jobs).filter(here)
}

fn missing(wanted: &WantedEnvironment, facts: &Facts, (asked, used): (&[&str], &[&str])) -> Vec<Finding> {
    let name = quoted(&wanted.name);
    let (there, help) = if reaches_jobs(wanted, facts) {
        let page = settings(facts, "environments");
        ("anywhere", format!("set them for environment {name} at {page}"))
    } else {
        let page = settings(facts, "secrets/actions");
        let help = format!("set them for the repository at {page}: jobs of previews name no environment");
        ("for the repository", help)
    };
    let whose = [(asked, "the config asks for"), (used, "jobs use")];
    let whose = whose.into_iter().filter(|(names, _)| !names.is_empty());
    whose
        .map(|(names, who)| {
            let fact = format!("{name}: {who} {}, not set {there}", list(names));
            Finding::fail("secrets-missing", fact).help(&help)
        })
        .collect()
}

fn unreadable(wanted: &WantedEnvironment, facts: &Facts, (asked, used): (&[&str], &[&str])) -> Vec<Finding> {
    let name = quoted(&wanted.name);
    let mut findings = Vec::new();
    if !asked.is_empty() {
        let (list, why) = (list(asked), why(wanted, facts));
        let fact = format!("{name}: whether {list} {} set could not be read: {why}", are(asked));
        let help = format!(
            "run it in a job with `environment: {}`, pass each as a variable of that name and add `--environment {0}`; or {}",
            wanted.name,
            permission_help("environments: read` and `secrets: read")
        );
        findings.push(Finding::unknown("secrets-unreadable", fact).help(help));
    }
    if !used.is_empty() {
        let (list, are) = (list(used), are(used));
        let fact = format!("{name}: whether {list}, which jobs use, {are} set could not be read");
        findings.push(
            Finding::warning("secrets-unreadable", fact)
                .help("list them under `secrets:` to have them looked for"),
        );
    }
    findings
}

fn are(names: &[&str]) -> &'static str {
    if names.len() == 1 { "is" } else { "are" }
}

fn why(wanted: &WantedEnvironment, facts: &Facts) -> String {
    let environment = find(facts, &wanted.name).and_then(|it| it.secrets.obstacle());
    let others = [facts.secrets.repository.obstacle(), facts.secrets.organization.obstacle()];
    let first = environment.or(facts.environments.obstacle()).or_else(|| others.into_iter().flatten().next());
    first.map_or_else(|| "not all places were looked at".to_owned(), |obstacle| obstacle.why.clone())
}
