//! What can be read below `/repos/{owner}/{name}`.

use serde_json::{Value, json};

use super::page::Page;
use super::{actions, checks, git, settings, shapes};
use crate::github::pull::{Pull, PullState};
use crate::github::server::Answer;
use crate::github::world::Repo;

/// The answer to a GET, or nothing for a path that is not there.
pub(super) fn read(repo: &Repo, steps: &[&str], page: &Page) -> Option<Answer> {
    match steps {
        [] => Some(Answer::ok(shapes::repository(repo))),
        ["pulls", rest @ ..] => pulls(repo, rest, page),
        ["commits", rest @ .., "check-runs"] => {
            checks::check_runs(repo.commits.get(&repo.resolve(&rest.join("/"))?)?, page)
        }
        ["commits", rest @ .., "status"] => {
            checks::combined_status(repo, repo.commits.get(&repo.resolve(&rest.join("/"))?)?, page)
        }
        ["commits", sha, "pulls"] => Some(actions::pulls_of(repo, sha, page)),
        ["actions", "runs", rest @ ..] => actions::runs(repo, rest, page),
        ["deployments", rest @ ..] => actions::deployments(repo, rest, page),
        ["commits"] => {
            let walked =
                repo.all_before(&repo.resolve(page.parameter("sha").unwrap_or(&repo.default_branch))?)?;
            let commits = walked.iter().filter_map(|sha| repo.commits.get(sha));
            Some(page.list(commits.map(|commit| shapes::commit(repo, commit)).collect()))
        }
        ["commits", rest @ ..] => Some(commit(repo, &rest.join("/"))),
        ["branches"] => Some(page.list(repo.branches.values().map(|it| shapes::branch(repo, it)).collect())),
        ["branches", rest @ ..] => Some(branch(repo, &rest.join("/"))),
        ["rules", "branches", rest @ ..] => {
            let rules = repo.branches.get(&rest.join("/")).map(|branch| branch.rules.as_slice());
            let rules = rules.unwrap_or_default().iter().map(|it| shapes::rule(repo, it));
            Some(page.list(rules.chain(settings::rules(repo, &rest.join("/"))).collect()))
        }
        ["compare", rest @ ..] => {
            let spec = rest.join("/");
            let (base, head) = spec.split_once("...")?;
            compare(repo, (base, head), page)
        }
        ["tags"] => Some(page.list(repo.tags.iter().rev().map(|tag| shapes::tag(repo, tag)).collect())),
        ["git", rest @ ("ref" | "tags" | "commits"), inner @ ..]
            if !matches!((*rest, inner), ("ref", ["tags", ..])) =>
        {
            git::read(repo, &[&[*rest], inner].concat())
        }
        ["git", "ref", "tags", rest @ ..] => {
            repo.tags.get_key_value(&rest.join("/")).map(|tag| Answer::ok(shapes::git_ref(repo, tag)))
        }
        ["git", "matching-refs", "tags", rest @ ..] => {
            let prefix = rest.join("/");
            let tags = repo.tags.iter().filter(|(name, _)| name.starts_with(&prefix));
            Some(page.list(tags.map(|tag| shapes::git_ref(repo, tag)).collect()))
        }
        ["releases", rest @ ..] => releases(repo, rest, page),
        _ => None,
    }
}

fn pulls(repo: &Repo, steps: &[&str], page: &Page) -> Option<Answer> {
    let [number, rest @ ..] = steps else {
        let state = page.parameter("state").unwrap_or("open");
        let wanted = |name: &str, value: &str| page.parameter(name).is_none_or(|asked| asked == value);
        let chosen = repo.pulls.values().rev().filter(|pull| {
            (state == "all" || (state == "open") == (pull.state == PullState::Open))
                && wanted("base", &pull.base.branch)
                && wanted("head", &format!("{}:{}", repo.owner, pull.head.branch))
        });
        return Some(page.list(chosen.map(|pull| shapes::pull(repo, pull)).collect()));
    };
    let pull = repo.pulls.get(&number.parse::<u64>().ok()?)?;
    match rest {
        [] => Some(Answer::ok(shapes::pull(repo, pull))),
        ["reviews"] => Some(page.list(reviews(repo, pull))),
        ["commits"] => {
            let commits = pull.commits.iter().filter_map(|sha| repo.commits.get(sha));
            Some(page.list(commits.map(|commit| shapes::commit(repo, commit)).collect()))
        }
        ["files"] => Some(page.list(pull.files.iter().map(|it| shapes::file(repo, it)).collect())),
        _ => None,
    }
}

fn reviews(repo: &Repo, pull: &Pull) -> Vec<Value> {
    pull.reviews.iter().map(|review| shapes::review(repo, pull, review)).collect()
}

fn commit(repo: &Repo, name: &str) -> Answer {
    match repo.resolve(name).and_then(|sha| repo.commits.get(&sha)) {
        Some(commit) => Answer::ok(shapes::commit(repo, commit)),
        None => Answer::error(422, &format!("No commit found for SHA: {name}")),
    }
}

fn branch(repo: &Repo, name: &str) -> Answer {
    match repo.branches.get(name) {
        Some(branch) => Answer::ok(shapes::branch(repo, branch)),
        None => Answer::error(404, "Branch not found"),
    }
}

fn compare(repo: &Repo, (base, head): (&str, &str), page: &Page) -> Option<Answer> {
    let from = repo.commits.get(&repo.resolve(base)?)?;
    let to = repo.commits.get(&repo.resolve(head)?)?;
    let distance = repo.distance(base, head);
    let status = match (distance.ahead, distance.behind) {
        (0, 0) => "identical",
        (0, _) => "behind",
        (_, 0) => "ahead",
        (_, _) => "diverged",
    };
    let pull = repo.pulls.values().find(|pull| pull.head.oid == to.sha);
    let walked = repo.walked(&from.sha, &to.sha);
    let of_pull = pull.map(|pull| pull.commits.as_slice()).unwrap_or_default();
    let commits = walked.as_deref().unwrap_or(of_pull);
    let number =
        |name: &str| page.parameter(name).and_then(|it| it.parse::<usize>().ok()).filter(|it| *it > 0);
    let (size, at) = (number("per_page").unwrap_or(250).min(250), number("page").unwrap_or(1));
    let commits = commits.iter().filter_map(|sha| repo.commits.get(sha)).skip((at - 1) * size).take(size);
    let left = repo.merge_base(&from.sha, &to.sha).unwrap_or(from);
    let files: Vec<Value> = match &to.diff {
        Some(diff) => diff.iter().map(|it| shapes::patched(repo, it)).collect(),
        None => pull.iter().flat_map(|pull| &pull.files).map(|it| shapes::file(repo, it)).collect(),
    };
    Some(Answer::ok(json!({
        "url": format!("{}/compare/{base}...{head}", shapes::api(repo)),
        "html_url": format!("{}/compare/{base}...{head}", shapes::html(repo)),
        "permalink_url": format!("{}/compare/{base}...{head}", shapes::html(repo)),
        "diff_url": format!("{}/compare/{base}...{head}.diff", shapes::html(repo)),
        "patch_url": format!("{}/compare/{base}...{head}.patch", shapes::html(repo)),
        "base_commit": shapes::commit(repo, from),
        "merge_base_commit": shapes::commit(repo, left),
        "status": status,
        "ahead_by": distance.ahead,
        "behind_by": distance.behind,
        "total_commits": distance.ahead,
        "commits": commits.map(|commit| shapes::commit(repo, commit)).collect::<Vec<_>>(),
        "files": files,
    })))
}

fn releases(repo: &Repo, steps: &[&str], page: &Page) -> Option<Answer> {
    let shown = |release| Answer::ok(shapes::release(repo, release));
    match steps {
        [] => Some(page.list(repo.releases.iter().rev().map(|it| shapes::release(repo, it)).collect())),
        ["latest"] => repo.releases.iter().rev().find(|it| !it.draft && !it.prerelease).map(shown),
        ["tags", rest @ ..] => {
            let tag = rest.join("/");
            repo.releases.iter().find(|it| it.tag == tag && !it.draft).map(shown)
        }
        [id] => repo.releases.iter().find(|it| it.id.to_string() == *id).map(shown),
        _ => None,
    }
}
