//! What GitHub itself asks for before a merge, from the classic rule and from rulesets.

use std::collections::BTreeMap;

use shiplane_core::gate::facts::{Protection, Section, Unread};
use shiplane_core::gate::policy::RequiredCheck;

use super::lists::Lists;
use super::wire;

/// Kinds of rules that ask nothing of a pull request's reviews and checks: they bind pushes and names, or say how it
/// is merged.
const NO_DEMAND: [&str; 22] = [
    "AUTHORIZATION",
    "BRANCH_NAME_PATTERN",
    "COMMITTER_EMAIL_PATTERN",
    "COMMIT_AUTHOR_EMAIL_PATTERN",
    "COMMIT_MESSAGE_PATTERN",
    "CREATION",
    "DELETION",
    "FILE_EXTENSION_RESTRICTION",
    "FILE_PATH_RESTRICTION",
    "MAX_FILE_PATH_LENGTH",
    "MAX_FILE_SIZE",
    "MAX_REF_UPDATES",
    "MERGE_QUEUE",
    "MERGE_QUEUE_LOCKED_REF",
    "NON_FAST_FORWARD",
    "REQUIRED_LINEAR_HISTORY",
    "REQUIRED_SIGNATURES",
    "SECRET_SCANNING",
    "TAG",
    "TAG_NAME_PATTERN",
    "UPDATE",
    "WORKFLOW_UPDATES",
];

/// What a classic rule is called.
pub(super) const CLASSIC: &str = "branch protection rule";

/// What is said where there may be a classic rule that the token is not shown.
pub(super) fn hidden() -> Unread {
    let why = "the branch protection rule is shown to administrators only".to_owned();
    Unread { section: Section::Protection, why, permissions: vec!["administration: read".to_owned()] }
}

/// Demands of all sources, as far as they were read.
#[derive(Debug, Default)]
pub(super) struct Demands {
    seen: bool,
    classic: Option<Protection>,
    /// By number and name: an organization's ruleset may have the name of a repository's.
    rulesets: BTreeMap<(Option<i64>, String), Protection>,
}

impl Demands {
    /// The base branch's part of an answer.
    pub(super) fn add(&mut self, lists: &mut Lists, base: wire::Base) {
        if !self.seen {
            self.classic = match (base.branch_protection_rule, base.ref_update_rule) {
                (Some(rule), _) => Some(classic(lists, rule)),
                (None, Some(rule)) => Some(reader_view(rule)),
                (None, None) => None,
            };
        }
        self.seen = true;
        for rule in lists.take(Section::Protection, base.rules, Some) {
            self.rule(lists, rule);
        }
    }

    /// Whether the base branch was in an answer.
    pub(super) fn seen(&self) -> bool {
        self.seen
    }

    /// One entry for each source.
    pub(super) fn into_protection(self) -> Vec<Protection> {
        self.classic.into_iter().chain(self.rulesets.into_values()).collect()
    }

    fn rule(&mut self, lists: &mut Lists, rule: wire::Rule) {
        let ruleset = rule.repository_ruleset.unwrap_or_default();
        // A ruleset on trial binds nobody; a word that is new may.
        if matches!(ruleset.enforcement.as_deref(), Some("EVALUATE" | "DISABLED")) {
            return;
        }
        let name = ruleset.name.unwrap_or_default();
        let source = if name.is_empty() { "a ruleset".to_owned() } else { format!("ruleset {name}") };
        let entry = self.rulesets.entry((ruleset.database_id, name)).or_default();
        entry.source = source;
        match (rule.kind.as_str(), rule.parameters) {
            ("PULL_REQUEST", Some(parameters)) => pull_request(lists, entry, &parameters),
            ("REQUIRED_STATUS_CHECKS", Some(parameters)) => required_checks(lists, entry, parameters),
            ("PULL_REQUEST" | "REQUIRED_STATUS_CHECKS", None) => {
                lists.gap(Section::Protection, "a rule is without its parameters");
            }
            ("LOCK_BRANCH", _) => entry.locked = true,
            ("REQUIRED_REVIEW_THREAD_RESOLUTION", _) => entry.conversations = true,
            (known, _) if NO_DEMAND.contains(&known) => {}
            // What nobody here can judge, such as code scanning or a required deployment, is at least named.
            (other, _) => entry.unknown.push(other.to_lowercase()),
        }
    }
}

fn pull_request(lists: &mut Lists, entry: &mut Protection, parameters: &wire::RuleParameters) {
    let Some(approvals) = parameters.required_approving_review_count.filter(|count| *count >= 0) else {
        return lists.gap(Section::Protection, "a rule is without its parameters");
    };
    entry.approvals = entry.approvals.max(Some(count(approvals)));
    let asks = |flag: Option<bool>| flag.unwrap_or(false);
    entry.dismiss_stale |= asks(parameters.dismiss_stale_reviews_on_push);
    entry.code_owners |= asks(parameters.require_code_owner_review);
    entry.last_push_approval |= asks(parameters.require_last_push_approval);
    entry.conversations |= asks(parameters.required_review_thread_resolution);
}

fn required_checks(lists: &mut Lists, entry: &mut Protection, parameters: wire::RuleParameters) {
    let Some(checks) = parameters.required_status_checks else {
        return lists.gap(Section::Protection, "a rule is without its parameters");
    };
    // Without a check that is required, "up to date" binds nobody (docs, "Available rules for rulesets").
    entry.up_to_date |=
        parameters.strict_required_status_checks_policy.unwrap_or(false) && !checks.is_empty();
    for check in checks {
        // -1 is any app's, like none.
        let app = check.integration_id.filter(|id| *id > 0).map(|id| id.to_string());
        let check = RequiredCheck { name: check.context, app };
        if !entry.checks.contains(&check) {
            entry.checks.push(check);
        }
    }
}

fn classic(lists: &mut Lists, rule: wire::ClassicRule) -> Protection {
    let checks = match (rule.requires_status_checks, rule.required_status_checks) {
        (true, Some(checks)) => checks.into_iter().map(classic_check).collect(),
        (true, None) => {
            lists.gap(Section::Protection, "the required checks are not in the answer");
            Vec::new()
        }
        (false, _) => Vec::new(),
    };
    let approvals = rule.required_approving_review_count.filter(|count| *count >= 0);
    if rule.requires_approving_reviews && approvals.is_none() {
        lists.gap(Section::Protection, "how many approvals are required is not in the answer");
    }
    Protection {
        source: CLASSIC.to_owned(),
        approvals: rule.requires_approving_reviews.then(|| count(approvals.unwrap_or(1))),
        dismiss_stale: rule.requires_approving_reviews && rule.dismisses_stale_reviews,
        last_push_approval: rule.requires_approving_reviews && rule.require_last_push_approval,
        code_owners: rule.requires_approving_reviews && rule.requires_code_owner_reviews,
        conversations: rule.requires_conversation_resolution,
        up_to_date: rule.requires_strict_status_checks && !checks.is_empty(),
        locked: rule.lock_branch,
        checks,
        ..Protection::default()
    }
}

fn classic_check(check: wire::ClassicCheck) -> RequiredCheck {
    let app = check.app.and_then(|app| app.slug.or(app.database_id.map(|id| id.to_string())));
    RequiredCheck { name: check.context, app }
}

/// What everyone who can read sees of the classic rule: neither who must report a check nor whether the branch must
/// be up to date.
fn reader_view(rule: wire::UpdateRule) -> Protection {
    let checks = rule.required_status_check_contexts.unwrap_or_default();
    Protection {
        source: CLASSIC.to_owned(),
        approvals: rule.required_approving_review_count.map(count),
        code_owners: rule.requires_code_owner_reviews,
        conversations: rule.requires_conversation_resolution,
        checks: checks.into_iter().flatten().map(RequiredCheck::named).collect(),
        partial: true,
        ..Protection::default()
    }
}

fn count(number: i64) -> u8 {
    u8::try_from(number.max(0)).unwrap_or(u8::MAX)
}
