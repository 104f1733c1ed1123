//! Whose work a commit is, and what the people who answered may do.

use serde_json::Value;
use shiplane_core::approval::facts::{Commit, Membership, Permission, Run, Unread};
use shiplane_core::approval::{Facts, Questions};
use shiplane_core::fault::Fault;

use crate::client::Client;
use crate::repository::Repository;
use crate::rest::{Read, Refusal, encoded};

/// More people than this are not asked about; a crowd of strangers must not use up the hour's requests.
const MOST_PEOPLE: usize = 100;

impl Client {
    /// Adds what the decision still needs: two requests for the commit, one for each person, team and run.
    pub async fn approval_people(
        &self,
        repository: &Repository,
        questions: &Questions,
        mut facts: Facts,
    ) -> Result<Facts, Fault> {
        if let Some(commit) = &questions.commit {
            self.approval_commit(repository, commit, &mut facts).await?;
        }
        for login in questions.writers.iter().take(MOST_PEOPLE) {
            facts.permissions.push(self.approval_permission(repository, login).await?);
        }
        for (org, slug) in &questions.teams {
            let found = self.approval_team((org, slug), &questions.members).await?;
            facts.memberships.extend(found);
        }
        for run in &questions.runs {
            facts.runs.push(self.approval_run(repository, *run).await?);
        }
        Ok(facts)
    }

    async fn approval_commit(
        &self,
        repository: &Repository,
        commit: &str,
        facts: &mut Facts,
    ) -> Result<(), Fault> {
        let path = repository.path(&format!("commits/{}", encoded(commit)));
        let mut known = Commit { id: commit.to_owned(), ..Commit::default() };
        match self.get(&path).await? {
            Ok(found) if found.get("author").is_some_and(|who| who.is_null() || who.is_object()) => {
                known.author = text(&found, "/author/login");
            }
            Ok(_) => facts.unread.push(odd("commit's people")),
            Err(refusal) => facts.unread.push(unread("commit's people", &refusal, "contents: read")),
        }
        match self.list(&format!("{path}/pulls"), None).await? {
            Ok(listed) => {
                known.brought_by =
                    listed.entries.iter().filter_map(|pull| text(pull, "/user/login")).collect();
                if !listed.entries.iter().all(|pull| pull.get("user").is_some()) {
                    facts.unread.push(odd("commit's pull requests"));
                }
                if let Some(gap) = listed.gap {
                    let what = "commit's pull requests".to_owned();
                    facts.unread.push(Unread { what, why: gap.to_owned(), permission: None });
                }
            }
            Err(refusal) => {
                facts.unread.push(unread("commit's pull requests", &refusal, "pull-requests: read"));
            }
        }
        facts.commit = Some(known);
        Ok(())
    }

    /// `permission` tells of a role of the organization's own which of GitHub's it is built on.
    async fn approval_permission(&self, repository: &Repository, login: &str) -> Result<Permission, Fault> {
        let path = repository.path(&format!("collaborators/{}/permission", encoded(login)));
        let mut known = Permission { login: login.to_owned(), writes: false, unreadable: None };
        match self.get(&path).await? {
            Ok(found) => match found.pointer("/permission").and_then(Value::as_str) {
                Some("admin" | "write") => known.writes = true,
                Some("read" | "none") => {}
                other => {
                    known.unreadable = Some(format!("a permission `{}`", other.unwrap_or_default()));
                }
            },
            Err(refusal) => known.unreadable = Some(words(&refusal)),
        }
        Ok(known)
    }

    /// A workflow's token sees no team, and gets the same 404 as for someone who is in none: so the team is asked
    /// for first, and only where it is seen does a 404 say something of a person.
    async fn approval_team(
        &self,
        (org, slug): (&str, &str),
        logins: &[String],
    ) -> Result<Vec<Membership>, Fault> {
        let mut found = Vec::new();
        if logins.is_empty() {
            return Ok(found);
        }
        let path = format!("/orgs/{}/teams/{}", encoded(org), encoded(slug));
        let hidden = self.get(&path).await?.err().map(|refusal| words(&refusal));
        for login in logins.iter().take(MOST_PEOPLE) {
            let mut membership = Membership {
                team: format!("@{org}/{slug}"),
                login: login.clone(),
                member: false,
                unreadable: hidden.clone(),
            };
            if hidden.is_none() {
                let answer = self.get(&format!("{path}/memberships/{}", encoded(login))).await?;
                settle(&mut membership, answer);
            }
            found.push(membership);
        }
        Ok(found)
    }

    async fn approval_run(&self, repository: &Repository, id: u64) -> Result<Run, Fault> {
        let mut run = Run {
            id,
            event: String::new(),
            actor: String::new(),
            triggering_actor: String::new(),
            unreadable: None,
        };
        match self.get(&repository.path(&format!("actions/runs/{id}"))).await? {
            Ok(found) => {
                run.event = text(&found, "/event").unwrap_or_default();
                run.actor = text(&found, "/actor/login").unwrap_or_default();
                run.triggering_actor = text(&found, "/triggering_actor/login").unwrap_or_default();
                if run.event.is_empty() {
                    run.unreadable = Some("the answer is not as documented".to_owned());
                }
            }
            Err(refusal) => run.unreadable = Some(format!("{}; `actions: read` would help", words(&refusal))),
        }
        Ok(run)
    }
}

fn settle(membership: &mut Membership, answer: Read<Value>) {
    match answer {
        Ok(found) => match found.pointer("/state").and_then(Value::as_str) {
            Some("active") => membership.member = true,
            Some("pending") => {}
            other => {
                membership.unreadable = Some(format!("a membership `{}`", other.unwrap_or_default()));
            }
        },
        Err(Refusal::NotFound(_)) => {}
        Err(refusal @ Refusal::Forbidden { .. }) => membership.unreadable = Some(words(&refusal)),
    }
}

pub(super) fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn unread(what: &str, refusal: &Refusal, permission: &str) -> Unread {
    Unread { what: what.to_owned(), why: words(refusal), permission: Some(permission.to_owned()) }
}

fn odd(what: &str) -> Unread {
    let why = "the answer is not as documented".to_owned();
    Unread { what: what.to_owned(), why, permission: None }
}

pub(super) fn words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Forbidden { message, .. } | Refusal::NotFound(message) => message.clone(),
    }
}
