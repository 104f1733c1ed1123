//! What some policies need besides: files, code owners, release files, the distance to the base, teams.

use anyhow::Context as _;
use serde_json::Value;
use shiplane_core::fault::Fault;
use shiplane_core::gate::facts::{ChangedFile, FileReviewers, Protection, Section, Team, Unread};
use shiplane_core::gate::{Facts, Needs};

use super::blobs::{Texts, Wanted};
use super::pages::leave_unread;
use super::{PullRequestId, protection};
use crate::client::Client;
use crate::rest::{Listed, Refusal, encoded};

/// GitHub lists no more files of a pull request (docs, "List pull requests files").
const MOST_FILES: usize = 3000;

impl Client {
    /// Adds what the policy needs besides the first answer, and says of each part what could not be read. Files take
    /// one request for each 100 of them, the distance to the base one, each team one for each 100 members; code
    /// owners and release files take one together, where the branch left a base that went on one, diffs one for the head and one for each other commit that was
    /// approved. Messages of commits are in the facts from the start.
    pub async fn gate_more(
        &self,
        pull: &PullRequestId,
        facts: &mut Facts,
        needs: &Needs,
    ) -> anyhow::Result<()> {
        if needs.behind && facts.pull_request.behind_by.is_none() {
            self.distance(pull, facts).await.context("ask how far it is behind its base")?;
        }
        if needs.files && facts.files.is_none() {
            self.files(pull, facts).await.context("read the changed files")?;
        }
        if needs.diffs {
            self.same_diffs(pull, facts).await.context("compare what was approved with the head")?;
        }
        let left = if needs.release_files.is_empty() { None } else { self.left(pull, facts).await? };
        let wanted = Wanted { code_owners: needs.code_owners, release_files: &needs.release_files, left };
        if !wanted.is_empty() {
            let texts = self.texts(pull, facts, &wanted).await.context("read files of both sides")?;
            texts.put_into(facts, &wanted);
            count_files(facts, &texts);
        }
        for name in &needs.teams {
            if !facts.teams.iter().any(|team| team.name.eq_ignore_ascii_case(name)) {
                let team = self.team(name).await.with_context(|| format!("read team {name}"))?;
                facts.teams.push(team);
            }
        }
        Ok(())
    }

    /// Reads what GraphQL does not tell of the protection, for those who must have read all of it: teams that
    /// rulesets ask for by file pattern, and whether there is a classic rule that does not show. One request, or two.
    pub async fn gate_protection(&self, pull: &PullRequestId, facts: &mut Facts) -> anyhow::Result<()> {
        if !facts.protection.iter().any(|seen| seen.source == protection::CLASSIC) {
            let path = pull.repository.path(&format!("branches/{}", encoded(&facts.pull_request.base)));
            let branch = self.get(&path).await.context("read whether the base branch is protected")?;
            // `protected` counts rulesets, too; either is enough to know that there is no classic rule.
            let off = |key: &str| {
                branch.as_ref().is_ok_and(|branch| branch.pointer(key) == Some(&Value::Bool(false)))
            };
            if !off("/protected") && !off("/protection/enabled") {
                leave_unread(facts, protection::hidden());
            }
        }
        self.file_reviewers(pull, facts).await
    }

    async fn file_reviewers(&self, pull: &PullRequestId, facts: &mut Facts) -> anyhow::Result<()> {
        let path = pull.repository.path(&format!("rules/branches/{}", encoded(&facts.pull_request.base)));
        let listed = match self.list(&path, None).await.context("read the rules of the base branch")? {
            Ok(listed) => listed,
            Err(refusal) => {
                leave_unread(facts, refused(Section::Protection, &refusal, "metadata: read"));
                return Ok(());
            }
        };
        if let Some(gap) = listed.gap {
            leave_unread(facts, gap_in(Section::Protection, gap));
        }
        for rule in &listed.entries {
            match file_reviewers(rule) {
                Some(file_reviewers) if file_reviewers.is_empty() => {}
                Some(file_reviewers) => {
                    let number = rule.get("ruleset_id").and_then(Value::as_u64).unwrap_or_default();
                    let source = format!("ruleset number {number}");
                    facts.protection.push(Protection { source, file_reviewers, ..Protection::default() });
                }
                None => leave_unread(facts, gap_in(Section::Protection, "a rule is not as documented")),
            }
        }
        Ok(())
    }

    async fn distance(&self, pull: &PullRequestId, facts: &mut Facts) -> Result<(), Fault> {
        let (base, head) = (&facts.pull_request.base, &facts.pull_request.head);
        // The commits themselves are not wanted: one a page, and one page.
        let below = format!("compare/{}...{}?per_page=1", encoded(base), encoded(head));
        match self.get(&pull.repository.path(&below)).await? {
            Ok(comparison) => {
                facts.pull_request.behind_by = comparison.get("behind_by").and_then(Value::as_u64);
                if facts.pull_request.behind_by.is_none() {
                    leave_unread(facts, gap_in(Section::BehindBy, "it is not in the answer"));
                }
            }
            Err(refusal) => leave_unread(facts, refused(Section::BehindBy, &refusal, "contents: read")),
        }
        Ok(())
    }

    /// The commit at which the branch left its base, when the base went on since.
    async fn left(&self, pull: &PullRequestId, facts: &mut Facts) -> anyhow::Result<Option<String>> {
        if facts.pull_request.behind_by == Some(0) {
            return Ok(None);
        }
        let (base, head) = (&facts.pull_request.base, &facts.pull_request.head);
        let below = format!("compare/{}...{}?per_page=1", encoded(base), encoded(head));
        let compared = self.get(&pull.repository.path(&below)).await;
        let unread = match compared.context("ask where the branch left its base")? {
            Ok(compared) => match compared.pointer("/merge_base_commit/sha").and_then(Value::as_str) {
                Some(left) => return Ok(Some(left.to_owned())),
                None => gap_in(Section::ReleaseFiles, "where the branch left its base is not in the answer"),
            },
            Err(refusal) => refused(Section::ReleaseFiles, &refusal, "contents: read"),
        };
        leave_unread(facts, unread);
        Ok(None)
    }

    /// Over REST, because GraphQL does not tell what a file was called before.
    async fn files(&self, pull: &PullRequestId, facts: &mut Facts) -> Result<(), Fault> {
        let path = pull.repository.path(&format!("pulls/{}/files", pull.number));
        match self.list(&path, None).await? {
            Ok(listed) => take_files(facts, &listed),
            Err(refusal) => leave_unread(facts, refused(Section::Files, &refusal, "pull-requests: read")),
        }
        Ok(())
    }

    async fn team(&self, name: &str) -> Result<Team, Fault> {
        let unreadable =
            |why: String| Team { name: name.to_owned(), members: Vec::new(), unreadable: Some(why) };
        let Some((owner, slug)) = team_name(name) else {
            return Ok(unreadable(format!("`{name}` is not written as @owner/team")));
        };
        let path = format!("/orgs/{}/teams/{}/members", encoded(owner), encoded(slug));
        Ok(match self.list(&path, None).await? {
            Ok(listed) => match members(&listed) {
                Ok(members) => Team { members, ..Team { unreadable: None, ..unreadable(String::new()) } },
                Err(why) => unreadable(why.to_owned()),
            },
            Err(Refusal::Forbidden { message, .. } | Refusal::NotFound(message)) => unreadable(format!(
                "the token may not read who is in it ({message}); the token of an app with `members: read` may"
            )),
        })
    }
}

fn team_name(name: &str) -> Option<(&str, &str)> {
    let (owner, slug) = name.strip_prefix('@')?.split_once('/')?;
    // `.` and `..` would lead elsewhere in a path.
    let real = |part: &str| !part.is_empty() && !part.contains('/') && !part.chars().all(|c| c == '.');
    (real(owner) && real(slug)).then_some((owner, slug))
}

/// All logins, or why they are not all.
fn members(listed: &Listed) -> Result<Vec<String>, &'static str> {
    if let Some(gap) = listed.gap {
        return Err(gap);
    }
    let login = |entry: &Value| entry.get("login").and_then(Value::as_str).map(str::to_owned);
    listed.entries.iter().map(login).collect::<Option<_>>().ok_or("a member is not as documented")
}

fn take_files(facts: &mut Facts, listed: &Listed) {
    let file = |entry: &Value| {
        let name = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(ChangedFile { path: name("filename")?, previous: name("previous_filename") })
    };
    let files: Vec<ChangedFile> = listed.entries.iter().filter_map(file).collect();
    if files.len() < listed.entries.len() {
        leave_unread(facts, gap_in(Section::Files, "a file is not as documented"));
    }
    if let Some(gap) = listed.gap {
        leave_unread(facts, gap_in(Section::Files, gap));
    }
    if listed.entries.len() >= MOST_FILES {
        leave_unread(facts, gap_in(Section::Files, "GitHub lists no more than 3000 files"));
    }
    // The list moves on when a push comes between its pages.
    let mut once: Vec<ChangedFile> = Vec::new();
    for file in files {
        if !once.contains(&file) {
            once.push(file);
        }
    }
    facts.files = Some(once);
}

/// Holds the list of files against GitHub's own count, where that came along.
fn count_files(facts: &mut Facts, texts: &Texts) {
    let listed = facts.files.as_ref().map(|files| u64::try_from(files.len()).unwrap_or(u64::MAX));
    if let (Some(listed), Some(all)) = (listed, texts.changed_files)
        && listed < all
        && facts.complete(Section::Files)
    {
        leave_unread(facts, gap_in(Section::Files, &format!("{listed} of {all} files were listed")));
    }
}

/// What a rule asks of reviewers by file; `None` when it cannot be read.
fn file_reviewers(rule: &Value) -> Option<Vec<FileReviewers>> {
    if rule.get("type").and_then(Value::as_str) != Some("pull_request") {
        return Some(Vec::new());
    }
    let Some(entries) = rule.pointer("/parameters/required_reviewers").filter(|it| !it.is_null()) else {
        return Some(Vec::new());
    };
    let reviewer = |entry: &Value| {
        let patterns = entry.get("file_patterns")?.as_array()?;
        let patterns = patterns.iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<_>>()?;
        let at_least = entry.get("minimum_approvals")?.as_u64()?;
        let team = entry.pointer("/reviewer/id")?.as_u64()?.to_string();
        Some(FileReviewers { patterns, team, at_least: u8::try_from(at_least).unwrap_or(u8::MAX) })
    };
    entries.as_array()?.iter().map(reviewer).collect()
}

fn gap_in(section: Section, why: &str) -> Unread {
    Unread { section, why: why.to_owned(), permissions: Vec::new() }
}

fn refused(section: Section, refusal: &Refusal, permission: &str) -> Unread {
    let (why, permissions) = match refusal {
        Refusal::Forbidden { message, .. } => (message.clone(), vec![permission.to_owned()]),
        Refusal::NotFound(message) => (message.clone(), Vec::new()),
    };
    Unread { section, why, permissions }
}
