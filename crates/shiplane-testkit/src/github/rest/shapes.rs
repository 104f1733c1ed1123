//! The JSON of REST's objects, with the fields that clients insist on.

use serde_json::{Value, json};

use crate::github::actor::{Actor, ActorKind, id_of, node_id, oid_of};
use crate::github::commit::{Commit, Person};
use crate::github::protection::{Rule, RuleKind};
use crate::github::pull::{ChangedFile, Mergeable, Pull, PullState, Review, Side};
use crate::github::world::{Branch, Release, Repo};

/// A repository's address in the API.
pub(super) fn api(repo: &Repo) -> String {
    format!("https://api.github.com/repos/{}/{}", repo.owner, repo.name)
}

/// A repository's address for people.
pub(super) fn html(repo: &Repo) -> String {
    format!("https://github.com/{}/{}", repo.owner, repo.name)
}

/// An account.
pub(super) fn account(actor: &Actor) -> Value {
    let login = actor.rest_login();
    let api = format!("https://api.github.com/users/{login}");
    json!({
        "login": login,
        "id": id_of(&["account", &actor.login]),
        "node_id": node_id("U", &[&actor.login]),
        "avatar_url": format!("https://avatars.githubusercontent.com/{login}"),
        "gravatar_id": "",
        "url": api,
        "html_url": format!("https://github.com/{login}"),
        "followers_url": format!("{api}/followers"),
        "following_url": format!("{api}/following{{/other_user}}"),
        "gists_url": format!("{api}/gists{{/gist_id}}"),
        "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{api}/subscriptions"),
        "organizations_url": format!("{api}/orgs"),
        "repos_url": format!("{api}/repos"),
        "events_url": format!("{api}/events{{/privacy}}"),
        "received_events_url": format!("{api}/received_events"),
        "type": actor.type_name(),
        "site_admin": false,
    })
}

/// A repository.
pub(super) fn repository(repo: &Repo) -> Value {
    json!({
        "id": id_of(&[&repo.owner, &repo.name]),
        "node_id": node_id("R", &[&repo.owner, &repo.name]),
        "name": repo.name,
        "full_name": format!("{}/{}", repo.owner, repo.name),
        "private": repo.private,
        "visibility": if repo.private { "private" } else { "public" },
        "owner": account(&Actor { login: repo.owner.clone(), kind: ActorKind::Organization }),
        "html_url": html(repo),
        "url": api(repo),
        "description": null,
        "fork": false,
        "archived": false,
        "disabled": false,
        "default_branch": repo.default_branch,
        "allow_merge_commit": true,
        "allow_squash_merge": true,
        "allow_rebase_merge": true,
        "delete_branch_on_merge": false,
        "permissions": { "admin": false, "maintain": false, "push": true, "triage": true, "pull": true },
    })
}

/// A pull request.
pub(super) fn pull(repo: &Repo, pull: &Pull) -> Value {
    let (number, merged) = (pull.number, pull.state == PullState::Merged);
    let (mergeable, state) = match pull.ask_mergeable() {
        Mergeable::Yes => (Some(true), "clean"),
        Mergeable::Conflicting => (Some(false), "dirty"),
        Mergeable::Unknown => (None, "unknown"),
    };
    json!({
        "id": id_of(&["pull", &number.to_string()]),
        "node_id": node_id("PR", &[&repo.owner, &repo.name, &number.to_string()]),
        "number": number,
        "state": if pull.state == PullState::Open { "open" } else { "closed" },
        "locked": false,
        "title": pull.title,
        "body": pull.body,
        "user": account(&pull.author),
        "labels": pull.labels.iter().map(|name| label(repo, name)).collect::<Vec<_>>(),
        "draft": pull.draft,
        "merged": merged,
        "merged_at": merged.then_some("2026-01-05T12:00:00Z"),
        "closed_at": (pull.state != PullState::Open).then_some("2026-01-05T12:00:00Z"),
        "created_at": "2026-01-05T10:00:00Z",
        "updated_at": "2026-01-05T11:00:00Z",
        "mergeable": mergeable,
        "mergeable_state": state,
        "merge_commit_sha": pull.test_merge,
        "head": side(repo, &pull.head),
        "base": side(repo, &pull.base),
        "commits": pull.commits.len(),
        "changed_files": pull.files.len(),
        "additions": pull.files.len(),
        "deletions": pull.files.len(),
        "comments": repo.comments.iter().filter(|comment| comment.issue == number).count(),
        "review_comments": pull.threads.len(),
        "requested_reviewers": [],
        "assignees": [],
        "url": format!("{}/pulls/{number}", api(repo)),
        "html_url": format!("{}/pull/{number}", html(repo)),
    })
}

fn side(repo: &Repo, side: &Side) -> Value {
    let owner = Actor { login: repo.owner.clone(), kind: ActorKind::Organization };
    json!({
        "label": format!("{}:{}", repo.owner, side.branch),
        "ref": side.branch,
        "sha": side.oid,
        "user": account(&owner),
        "repo": repository(repo),
    })
}

fn label(repo: &Repo, name: &str) -> Value {
    json!({
        "id": id_of(&["label", name]), "node_id": node_id("LA", &[name]), "name": name, "color": "ededed",
        "default": false, "description": null, "url": format!("{}/labels/{name}", api(repo)),
    })
}

/// A review.
pub(super) fn review(repo: &Repo, pull: &Pull, review: &Review) -> Value {
    let link = format!("{}/pull/{}#pullrequestreview-{}", html(repo), pull.number, review.id);
    json!({
        "id": review.id,
        "node_id": node_id("PRR", &[&review.id.to_string()]),
        "user": account(&review.author),
        "body": review.body,
        "state": review.state,
        "submitted_at": review.submitted_at,
        "commit_id": review.commit,
        "author_association": if review.can_push { "COLLABORATOR" } else { "NONE" },
        "html_url": link,
        "pull_request_url": format!("{}/pulls/{}", api(repo), pull.number),
        "_links": {
            "html": { "href": link },
            "pull_request": { "href": format!("{}/pulls/{}", api(repo), pull.number) },
        },
    })
}

/// A changed file.
pub(super) fn file(repo: &Repo, file: &ChangedFile) -> Value {
    let status = file.change.to_lowercase().replace("deleted", "removed");
    let mut shape = json!({
        "sha": oid_of(&file.path), "filename": file.path, "status": status,
        "additions": 1, "deletions": 1, "changes": 2,
        "blob_url": format!("{}/blob/HEAD/{}", html(repo), file.path),
        "raw_url": format!("{}/raw/HEAD/{}", html(repo), file.path),
        "contents_url": format!("{}/contents/{}", api(repo), file.path),
    });
    if let Some(previous) = &file.previous {
        shape["previous_filename"] = previous.as_str().into();
    }
    shape
}

/// A changed file with its patch.
pub(super) fn patched(repo: &Repo, (path, patch): &(String, String)) -> Value {
    let mut shape = file(repo, &ChangedFile::modified(path));
    shape["patch"] = patch.as_str().into();
    shape
}

/// A commit.
pub(super) fn commit(repo: &Repo, commit: &Commit) -> Value {
    let name = |person: &Person| json!({ "name": person.name, "email": person.email, "date": commit.date });
    let user = |person: &Person| person.login.as_deref().map(|login| account(&Actor::user(login)));
    let parents = commit.parents.iter().map(|sha| {
        json!({
            "sha": sha,
            "url": format!("{}/commits/{sha}", api(repo)),
            "html_url": format!("{}/commit/{sha}", html(repo)),
        })
    });
    json!({
        "sha": commit.sha,
        "node_id": node_id("C", &[&commit.sha]),
        "url": format!("{}/commits/{}", api(repo), commit.sha),
        "html_url": format!("{}/commit/{}", html(repo), commit.sha),
        "comments_url": format!("{}/commits/{}/comments", api(repo), commit.sha),
        "commit": {
            "message": commit.message,
            "author": name(&commit.author),
            "committer": name(&commit.committer),
            "tree": { "sha": repo.workshop.tree_of.get(&commit.sha).cloned().unwrap_or_else(|| oid_of(&commit.sha)), "url": format!("{}/git/trees/{}", api(repo), commit.sha) },
            "comment_count": 0,
            "url": format!("{}/git/commits/{}", api(repo), commit.sha),
        },
        "author": user(&commit.author),
        "committer": user(&commit.committer),
        "parents": parents.collect::<Vec<_>>(),
    })
}

/// A branch, with what everyone may know of its protection.
pub(super) fn branch(repo: &Repo, branch: &Branch) -> Value {
    let contexts: Vec<&str> =
        branch.protection.iter().flat_map(|rule| &rule.checks).map(|check| check.context.as_str()).collect();
    let level = match &branch.protection {
        Some(rule) if !rule.checks.is_empty() && rule.admins => "everyone",
        Some(rule) if !rule.checks.is_empty() => "non_admins",
        Some(_) | None => "off",
    };
    let rulesets = repo.settings.for_branch(&branch.name).next().is_some();
    let protected = branch.protection.is_some() || !branch.rules.is_empty() || rulesets;
    json!({
        "name": branch.name,
        "commit": repo.commits.get(&branch.sha).map(|it| commit(repo, it)),
        "protected": protected,
        "protection": {
            "enabled": branch.protection.is_some(),
            "required_status_checks": { "enforcement_level": level, "contexts": contexts, "checks": [] },
        },
        "protection_url": format!("{}/branches/{}/protection", api(repo), branch.name),
        "_links": {
            "self": format!("{}/branches/{}", api(repo), branch.name),
            "html": format!("{}/tree/{}", html(repo), branch.name),
        },
    })
}

/// A rule that applies to a branch.
pub(super) fn rule(repo: &Repo, rule: &Rule) -> Value {
    let mut shape = json!({
        "type": rule.kind.name(),
        "ruleset_source_type": "Repository",
        "ruleset_source": format!("{}/{}", repo.owner, repo.name),
        "ruleset_id": id_of(&["ruleset", &rule.ruleset]),
    });
    match &rule.kind {
        RuleKind::RequiredChecks { strict, checks } => {
            let checks =
                checks.iter().map(|check| json!({ "context": check.context, "integration_id": check.app }));
            shape["parameters"] = json!({
                "do_not_enforce_on_create": false,
                "required_status_checks": checks.collect::<Vec<_>>(),
                "strict_required_status_checks_policy": strict,
            });
        }
        RuleKind::PullRequest {
            approvals,
            dismiss_stale,
            code_owners,
            last_push_approval,
            conversations,
        } => {
            shape["parameters"] = json!({
                "allowed_merge_methods": ["merge", "squash", "rebase"],
                "dismiss_stale_reviews_on_push": dismiss_stale,
                "require_code_owner_review": code_owners,
                "require_last_push_approval": last_push_approval,
                "required_approving_review_count": approvals,
                "required_review_thread_resolution": conversations,
            });
        }
        RuleKind::Other(_) => {}
    }
    shape
}

/// A tag as `GET tags` lists it.
pub(super) fn tag(repo: &Repo, (name, sha): (&String, &String)) -> Value {
    json!({
        "name": name,
        "node_id": node_id("REF", &["tags", name]),
        "commit": { "sha": sha, "url": format!("{}/commits/{sha}", api(repo)) },
        "zipball_url": format!("{}/zipball/refs/tags/{name}", api(repo)),
        "tarball_url": format!("{}/tarball/refs/tags/{name}", api(repo)),
    })
}

/// A tag as a ref.
pub(super) fn git_ref(repo: &Repo, (name, sha): (&String, &String)) -> Value {
    let (kind, sha) = repo.workshop.annotated.get(name).map_or(("commit", sha), |object| ("tag", object));
    json!({
        "ref": format!("refs/tags/{name}"),
        "node_id": node_id("REF", &["tags", name]),
        "url": format!("{}/git/refs/tags/{name}", api(repo)),
        "object": { "type": kind, "sha": sha, "url": format!("{}/git/{kind}s/{sha}", api(repo)) },
    })
}

/// A release.
pub(super) fn release(repo: &Repo, release: &Release) -> Value {
    let (id, tag) = (release.id, &release.tag);
    json!({
        "id": id,
        "node_id": node_id("RE", &[tag]),
        "url": format!("{}/releases/{id}", api(repo)),
        "html_url": format!("{}/releases/tag/{tag}", html(repo)),
        "assets_url": format!("{}/releases/{id}/assets", api(repo)),
        "upload_url": format!("{}/repos/{}/{}/releases/{id}/assets{{?name,label}}", repo.workshop.url, repo.owner, repo.name),
        "tag_name": tag,
        "target_commitish": release.target,
        "name": release.name,
        "body": release.body,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "created_at": "2026-01-05T12:00:00Z",
        "published_at": (!release.draft).then_some("2026-01-05T12:00:00Z"),
        "author": account(&Actor::bot("github-actions")),
        "assets": release.assets.iter().map(super::releases::shape).collect::<Vec<_>>(),
        "tarball_url": format!("{}/tarball/{tag}", api(repo)),
        "zipball_url": format!("{}/zipball/{tag}", api(repo)),
    })
}
