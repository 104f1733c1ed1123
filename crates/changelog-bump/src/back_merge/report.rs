//! Every word of `back-merge`.

use shiplane_core::changelog::pr::PullSeen;
use shiplane_core::changelog::pr::back::{From, Plan, Seen, Step, Wish, by_hand, title};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Report, Verdict};

use super::act::{End, Outcome};
use crate::release::words::{no_workflows, stopped, stopped_verdict};

/// A verb and a noun.
pub(super) fn step(step: &Step) -> String {
    match step {
        Step::Carry { branch, .. } => format!("make branch {branch}"),
        Step::Open => "open pull request".to_owned(),
    }
}

/// What the pull request says.
pub(super) fn body(wish: &Wish, seen: &Seen) -> String {
    let count = seen.ahead.unwrap_or_default();
    let noun = if count == 1 { "commit" } else { "commits" };
    format!(
        "`{}` has {count} {noun} that `{}` does not have. Merge this with a merge commit, so that both know of each \
         other; a squash would bring the same change a second time.\n",
        wish.from, wish.into
    )
}

/// What would be done.
pub(super) fn planned(wish: &Wish, seen: &Seen, plan: Plan) -> Report {
    let Plan::Steps(steps) = &plan else { return told(wish, seen, &plan) };
    let word = if steps.is_empty() { "open" } else { "planned" };
    let mut report = base(wish, Verdict::new(word, Exit::Done), seen.pull.as_ref());
    report.findings.extend(steps.iter().map(|it| Finding::ok("step-planned", format!("would {}", step(it)))));
    report
}

/// What was done.
pub(super) fn done(wish: &Wish, outcome: Outcome) -> Report {
    let Outcome { phases, silent, end } = outcome;
    let mut report = match end {
        Ok(End::Told(seen, plan)) => told(wish, &seen, &plan),
        Ok(End::Open(seen, mergeable)) => open(wish, &seen, (mergeable, !phases.is_empty())),
        Err(error) => {
            let mut report = base(wish, stopped_verdict(&error), None);
            report.findings.push(stopped(&error, !phases.is_empty()));
            report
        }
    };
    report.findings.extend(silent.then(no_workflows));
    report.phases = phases;
    report
}

fn told(wish: &Wish, seen: &Seen, plan: &Plan) -> Report {
    let Wish { from, into } = wish;
    let (verdict, finding) = match plan {
        Plan::Nothing | Plan::Steps(_) => {
            let fact = format!("{into} holds everything that {from} has");
            (Verdict::new("none", Exit::Done), Finding::ok("back-merge-done", fact))
        }
        Plan::NoSource => {
            let fact = format!("GitHub has neither a branch nor a tag {from}");
            (
                Verdict::new("refused", Exit::No),
                Finding::fail("branch-missing", fact).help("push it, or name another with --from"),
            )
        }
        Plan::NoTarget => {
            let fact = format!("GitHub has no branch {into}");
            (
                Verdict::new("refused", Exit::No),
                Finding::fail("branch-missing", fact).help("name the branch with --into"),
            )
        }
    };
    let mut report = base(wish, verdict, seen.pull.as_ref());
    report.findings.push(finding);
    report
}

fn open(wish: &Wish, seen: &Seen, (mergeable, is_new): (Option<bool>, bool)) -> Report {
    let word = match (mergeable, is_new) {
        (Some(false), _) => "conflict",
        (_, true) => "opened",
        (_, false) => "open",
    };
    let mut report = base(wish, Verdict::new(word, Exit::Done), seen.pull.as_ref());
    let number = seen.pull.as_ref().map(|pull| pull.number).unwrap_or_default();
    let count = seen.ahead.unwrap_or_default();
    let fact = format!("#{number} brings {count} commits of {} to {}", wish.from, wish.into);
    report.findings.push(Finding::ok("back-merge-open", fact));
    match mergeable {
        Some(true) => {}
        Some(false) => {
            let fact = format!("#{number} conflicts with {}", wish.into);
            let help = by_hand(wish, seen.from.as_ref().unwrap_or(&From::Branch));
            report.findings.push(Finding::warning("back-merge-conflict", fact).help(help));
        }
        None => {
            let fact = format!("GitHub does not say yet whether #{number} can be merged");
            report.findings.push(Finding::warning("mergeable-unknown", fact).help("see the pull request"));
        }
    }
    report
}

fn base(wish: &Wish, verdict: Verdict, pull: Option<&PullSeen>) -> Report {
    let mut report = Report::new(title(wish), verdict);
    report.output("pull-request", pull.map(|pull| pull.number.to_string()).unwrap_or_default());
    report.output("pull-request-url", pull.map(|pull| pull.url.clone()).unwrap_or_default());
    report
}
