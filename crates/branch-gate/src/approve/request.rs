//! From flags, environment, event and config to what is asked: every default is settled here, once.

use serde_json::Value;
use shiplane_action::{Call, Context, Shared};
use shiplane_core::approval::{Approver, DEFAULT_EXPIRES, Policy, Terms};
use shiplane_core::config::{Approval, Config};
use shiplane_core::fault::Fault;

use super::cli::{Approve, Step};

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    /// The command line.
    pub(super) args: Approve,
    /// What an approval has to be; what it leaves open is as the request has it.
    pub(super) policy: Policy,
    /// The commit that is meant; absent when it is taken from the stored request.
    pub(super) commit: Option<String>,
    /// The issue or pull request that is meant, if one is named.
    pub(super) place: Option<u64>,
}

impl Request {
    /// Reads the config; nothing has been contacted yet.
    pub(super) fn resolve(args: Approve, shared: &Shared, call: &Call) -> anyhow::Result<Self> {
        let config = call.config(shared)?;
        let environment = args.environment.clone().ok_or_else(|| {
            Fault::usage("environment-missing", "no environment is named")
                .help("add --environment production")
        })?;
        config.knows_environment(&environment)?;
        let policy = policy(&args, environment, &config)?;
        let context = &call.context;
        let named = args.issue.or(args.pull_request);
        let commit = match &args.commit {
            Some(commit) => Some(commit.clone()),
            None if args.step != Step::Request && (named.is_some() || is_answer(context)) => None,
            None => commit_of(context),
        };
        let commit = commit.map(whole).transpose()?;
        Ok(Self { policy, commit, place: named.or_else(|| place_of(&context.event)), args })
    }

    /// The commit, where there is no stored request to take it from.
    pub(super) fn commit(&self) -> Result<&str, Fault> {
        self.commit.as_deref().ok_or_else(|| {
            Fault::usage("commit-missing", "no commit is named").help(
                "add --commit; a later step can take it from the request with --issue or --pull-request",
            )
        })
    }

    /// What a new request says.
    pub(super) fn terms(&self, commit: &str, context: &Context) -> Terms {
        Terms {
            commit: commit.to_owned(),
            environment: self.policy.environment.clone(),
            count: self.policy.count.unwrap_or(1),
            from: self.policy.from.clone(),
            requester: context.actor.clone(),
            expires: self.policy.expires.unwrap_or(DEFAULT_EXPIRES),
            deny_author: self.policy.deny_author.unwrap_or(true),
        }
    }
}

/// A flag goes before the config.
fn policy(args: &Approve, environment: String, config: &Config) -> Result<Policy, Fault> {
    let known =
        config.environments.iter().find(|(name, _)| name.to_lowercase() == environment.to_lowercase());
    let written: Approval = known.and_then(|(_, known)| known.approval.clone()).unwrap_or_default();
    let named = approvers(&args.terms.approvers)?;
    let policy = Policy {
        environment,
        count: args.terms.approvals.or(written.count),
        from: if named.is_empty() { written.from.0 } else { named },
        expires: args.terms.expires.or(written.expires),
        deny_author: written.deny_author,
    };
    if policy.count == Some(0) {
        return Err(Fault::usage("approvals-zero", "an approval by nobody is none").help("ask for 1 or more"));
    }
    Ok(policy)
}

fn approvers(values: &[String]) -> Result<Vec<Approver>, Fault> {
    let parts = values.iter().flat_map(|value| value.split([',', '\n']));
    let names = parts.map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| name.parse().map_err(|error: String| Fault::usage("approver-invalid", error))).collect()
}

/// An event that answers a request: its `GITHUB_SHA` is the default branch's head or a test merge, and neither is
/// what was asked for (docs, "Events that trigger workflows").
fn is_answer(context: &Context) -> bool {
    let event = context.event_name.as_deref().unwrap_or_default();
    matches!(event, "issue_comment" | "issues" | "pull_request_review" | "pull_request_review_comment")
}

fn commit_of(context: &Context) -> Option<String> {
    let at = |pointer: &str| context.event.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let of_event = at("/pull_request/head/sha").or_else(|| at("/workflow_run/head_sha"));
    of_event.or_else(|| context.sha.clone().filter(|_| !is_answer(context)))
}

fn place_of(event: &Value) -> Option<u64> {
    let number = event.pointer("/issue/number").or_else(|| event.pointer("/pull_request/number"));
    number.and_then(Value::as_u64)
}

/// A part of an id may name another commit tomorrow.
fn whole(commit: String) -> Result<String, Fault> {
    let commit = commit.trim().to_lowercase();
    if matches!(commit.len(), 40 | 64) && commit.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(commit);
    }
    Err(Fault::usage("commit-invalid", format!("`{commit}` is not the whole id of a commit"))
        .help("give all 40 digits, as `git rev-parse HEAD` prints them"))
}
