//! The steps that write: ask, record a button, close.

use shiplane_action::{Call, Context};
use shiplane_core::approval::{Asked, Deed, Facts, Record, asked, may_withdraw, replaces};
use shiplane_core::fault::Fault;
use shiplane_core::report::Report;

use super::gather::{Connection, with_people};
use super::request::Request;
use super::{report, text};

/// Stores a request unless the same one is open already.
pub(super) async fn ask(request: &Request, call: &Call) -> anyhow::Result<Report> {
    let commit = request.commit()?;
    let connection = Connection::new(request, call)?;
    let terms = request.terms(commit, &call.context);
    let found = connection.place(request).await?;
    let facts = match found {
        Some(number) => complete(connection.said(request, number).await?)?,
        None => Facts::default(),
    };
    if let Some(open) = asked(&request.policy, &facts) {
        return Ok(report::requested(&open, report::Told::Before));
    }
    let said = text::request(
        &terms,
        &text::Around {
            until: facts.seen_at,
            replaces: replaces(&request.policy, &facts, commit),
            run: call.context.run_url.clone(),
        },
    );
    let number = match found {
        Some(number) => number,
        None => {
            let title = report::issue_title(&request.policy, commit);
            let body = text::issue(&terms);
            connection.client.approval_open(&connection.repository, (&title, &body)).await?
        }
    };
    let url = connection.client.approval_comment(&connection.repository, (number, &said)).await?;
    let first = match found {
        Some(_) => Some(number),
        None => connection.place(request).await?,
    };
    // Another run may have asked in the same moment: both have to name the same request.
    let facts = complete(connection.said(request, first.unwrap_or(number)).await?)?;
    let open = asked(&request.policy, &facts).ok_or_else(|| {
        Fault::could_not(
            "approval-unreadable",
            format!("the request was written to {url} and is not found there"),
        )
        .help("see that --identity is the login that the token writes as")
    })?;
    let own = url.ends_with(&format!("#issuecomment-{}", open.comment));
    let told = if own { report::Told::Now } else { report::Told::Twice(url) };
    Ok(report::requested(&open, told))
}

/// Records that the person who started this run approves. Whether that counts, `check` says.
pub(super) async fn grant(request: &Request, call: &Call) -> anyhow::Result<Report> {
    let by = presser(&call.context)?;
    let run = call.context.run_id.ok_or_else(|| {
        Fault::usage("grant-not-pressed", "the run's number is not known").help("run it in a workflow")
    })?;
    let facts = complete(with_people(request, call, &[]).await?)?;
    let Some(open) = asked(&request.policy, &facts) else {
        return Ok(report::nothing_open(&request.policy));
    };
    let record = Record::Grant(deed(&open, &by, Some(run)));
    write(request, call, (&facts, text::grant(&open.terms, &by, &record))).await?;
    Ok(report::granted(&open, &by))
}

/// Closes the open request.
pub(super) async fn withdraw(request: &Request, call: &Call) -> anyhow::Result<Report> {
    let sender = call.context.event.pointer("/sender/login").and_then(|login| login.as_str());
    let by = sender.map(str::to_owned).or_else(|| call.context.actor.clone()).ok_or_else(|| {
        Fault::usage("person-unknown", "who withdraws is not known").help("run it in a workflow")
    })?;
    let facts = complete(with_people(request, call, std::slice::from_ref(&by)).await?)?;
    let Some(open) = asked(&request.policy, &facts) else {
        return Ok(report::nothing_open(&request.policy));
    };
    if let Err(finding) = may_withdraw(&request.policy, &facts, &by) {
        return Ok(report::may_not(&open, finding));
    }
    let record = Record::Withdrawal(deed(&open, &by, call.context.run_id));
    write(request, call, (&facts, text::withdrawal(&open.terms, &by, &record))).await?;
    Ok(report::withdrawn(&open, &by))
}

async fn write(request: &Request, call: &Call, (facts, said): (&Facts, String)) -> anyhow::Result<()> {
    let connection = Connection::new(request, call)?;
    let number = facts.place.as_ref().map(|place| place.number).unwrap_or_default();
    connection.client.approval_comment(&connection.repository, (number, &said)).await?;
    Ok(())
}

fn deed(open: &Asked, by: &str, run: Option<u64>) -> Deed {
    let (commit, environment) = (open.terms.commit.clone(), open.terms.environment.clone());
    Deed { commit, environment, by: by.to_owned(), run }
}

/// Writing on half of the comments could store a second request, or answer a wrong one.
fn complete(facts: Facts) -> Result<Facts, Fault> {
    match facts.unread.iter().find(|unread| unread.what == "comments") {
        None => Ok(facts),
        Some(unread) => {
            let fact = format!("the comments could not be read in full: {}", unread.why);
            Err(Fault::could_not("approval-unreadable", fact)
                .help("grant the job `issues: read`, or run it again"))
        }
    }
}

/// Who pressed the button of this run. A re-run by someone else keeps the first one's name in `GITHUB_ACTOR`.
fn presser(context: &Context) -> Result<String, Fault> {
    let refused = |fact: &str| {
        Fault::usage("grant-not-pressed", fact).help("start the workflow anew by its button, as yourself")
    };
    if context.event_name.as_deref() != Some("workflow_dispatch") {
        return Err(refused("`grant` records who started a run by its button, and this run was not"));
    }
    let sender = context.event.pointer("/sender/login").and_then(|login| login.as_str());
    match (sender, &context.actor, &context.triggering_actor) {
        (Some(sender), Some(actor), Some(again)) if sender == actor && actor == again => {
            Ok(sender.to_owned())
        }
        (Some(_), Some(_), Some(_)) => Err(refused("this run was started again by someone else")),
        (_, _, _) => Err(refused("who started this run is not known")),
    }
}
