//! What is left to do for the release pull request.

use super::body;
use super::{Offer, Others, Plan, PullSeen, Seen, Standing, Step, Wish, Work, is_own};
use crate::changelog::release::{BranchSeen, CommitSeen};
use crate::report::Finding;

/// So many commits of others are named; the rest is counted.
const NAMED: usize = 5;

/// Decides the steps that are left.
pub fn plan(wish: &Wish, seen: &Seen) -> Plan {
    let Some(offer) = &wish.offer else { return Plan::Work(close(seen)) };
    if let Some(finding) = unfit(wish, seen) {
        return Plan::Refused(vec![finding]);
    }
    let mut work = Work::default();
    match standing(wish, seen) {
        Ok(Some(standing)) => work.steps.push(Step::Build(standing)),
        Ok(None) => {}
        Err(finding) => {
            // Without its commit, the words would promise what the branch does not hold.
            work.findings.push(*finding);
            return Plan::Work(work);
        }
    }
    match &seen.pull {
        None => {
            work.steps.push(Step::Open(body::write(&offer.version.to_string(), &offer.notes)));
            work.steps.extend(wish.label.iter().cloned().map(Step::Label));
        }
        Some(pull) => {
            let text = body::renew(&pull.body, &offer.version.to_string(), &offer.notes);
            if pull.title != offer.title || !same_text(&pull.body, &text) {
                work.steps.push(Step::Edit(pull.number, text));
            }
            work.steps.extend(missing_label(wish, pull).map(Step::Label));
            work.findings.push(there(pull, offer));
        }
    }
    Plan::Work(work)
}

/// GitHub stores what a form sends with its own line ends.
fn same_text(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    plain(one) == plain(other)
}

fn missing_label(wish: &Wish, pull: &PullSeen) -> Option<String> {
    let label = wish.label.clone()?;
    let is_there = pull.labels.iter().any(|known| known.eq_ignore_ascii_case(&label));
    (!is_there).then_some(label)
}

fn there(pull: &PullSeen, offer: &Offer) -> Finding {
    Finding::ok("pull-request-there", format!("#{} proposes {} at {}", pull.number, offer.version, pull.url))
}

/// With nothing to release, there is nothing to propose.
fn close(seen: &Seen) -> Work {
    let Some(pull) = &seen.pull else { return Work::default() };
    let fact = format!("#{} is closed: there is nothing to release", pull.number);
    Work { steps: vec![Step::Close(pull.number)], findings: vec![Finding::ok("pull-request-closed", fact)] }
}

/// Why nothing can be proposed from this checkout.
fn unfit(wish: &Wish, seen: &Seen) -> Option<Finding> {
    let base = &wish.base;
    if wish.branch == *base {
        let fact = format!("{base} cannot be the branch of its own pull request");
        return Some(Finding::fail("branch-same", fact).help("name another with --branch"));
    }
    let Some(head) = &seen.base else {
        let fact = format!("GitHub has no branch {base}");
        return Some(Finding::fail("branch-missing", fact).help("push it, or name another with --base"));
    };
    (*head != wish.head).then(|| {
        let fact = format!("{base} is at {} by now, and {} is checked out", short(head), short(&wish.head));
        Finding::fail("branch-moved", fact).help("run it on the newest commit; a newer run may be on its way")
    })
}

/// What has to become of the branch; nothing when what is there cannot be told from what should be is decided later,
/// by the id of the tree.
fn standing(wish: &Wish, seen: &Seen) -> Result<Option<Standing>, Box<Finding>> {
    let Some(branch) = &seen.branch else { return Ok(Some(Standing::Absent)) };
    let others: Vec<&CommitSeen> = branch.since.iter().filter(|commit| !is_own(commit, wish)).collect();
    if !others.is_empty() && wish.others == Others::Keep {
        return Err(Box::new(kept(wish, branch, &others)));
    }
    let tree = match branch.since.as_slice() {
        [only] if only.parents.as_slice() == [wish.head.clone()] && others.is_empty() => {
            Some(only.tree.clone())
        }
        _ => None,
    };
    Ok(Some(Standing::At { head: branch.head.clone(), tree }))
}

fn kept(wish: &Wish, branch: &BranchSeen, others: &[&CommitSeen]) -> Finding {
    let named = others.iter().take(NAMED).map(|commit| {
        let subject = commit.message.lines().next().unwrap_or_default();
        format!("{} by {} ({subject})", short(&commit.id), commit.author)
    });
    let named: Vec<String> = named.collect();
    let more = match others.len().saturating_sub(NAMED) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let fact = format!(
        "{} holds {} of {} commits that this tool did not make: {}{more}; branch and pull request stay as they are",
        wish.branch,
        others.len(),
        branch.since.len(),
        named.join(", ")
    );
    Finding::warning("branch-edited", fact)
        .help("merge or close the pull request by hand, or take the commits off with --overwrite")
}

fn short(commit: &str) -> String {
    commit.chars().take(10).collect()
}
