//! `back-merge`: a hotfix that went to production is brought back to where work goes on.

mod act;
mod report;

use shiplane_action::{Call, FactsArgs};
use shiplane_core::changelog::pr::back::{Seen, Wish, plan};
use shiplane_core::fault::Fault;
use shiplane_core::report::Report;

use crate::access::Access;
use crate::release::request::named;

/// Options of `back-merge`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Branch or tag with the hotfix; the branch that the event is about by default
    #[arg(long, value_name = "REF", env = "SHIPLANE_FROM")]
    pub from: Option<String>,
    /// Branch where work goes on; develop by default
    #[arg(long, value_name = "BRANCH", env = "SHIPLANE_INTO")]
    pub into: Option<String>,
    /// Tell what would be done, and do nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub dry_run: bool,
    /// How GitHub is reached.
    #[command(flatten)]
    pub access: Access,
    /// Recorded facts.
    #[command(flatten)]
    pub facts: FactsArgs,
}

/// Look what is missing on the other branch, open a pull request unless there is one, and tell whether it conflicts.
pub(crate) async fn run(args: Args, call: &Call) -> anyhow::Result<Report> {
    let wish = wish(&args, call)?;
    if args.facts.facts.is_some() && !args.dry_run {
        return Err(crate::request::stale("add --dry-run, or leave out --facts").into());
    }
    if args.dry_run {
        let gather = async || {
            let client = args.access.client(&call.context)?;
            act::seen(&client, &args.access.repository(&call.context)?, &wish).await
        };
        let seen: Seen = call.facts(&args.facts, gather).await?;
        return Ok(report::planned(&wish, &seen, plan(&wish, &seen)));
    }
    let client = args.access.client(&call.context)?;
    let job = act::Job { client: &client, repository: args.access.repository(&call.context)?, call };
    let outcome = act::carry_out(&job, &wish).await;
    Ok(report::done(&wish, outcome))
}

fn wish(args: &Args, call: &Call) -> Result<Wish, Fault> {
    let from = args.from.clone().or_else(|| call.context.ref_name.clone()).ok_or_else(|| {
        Fault::usage("from-missing", "no branch or tag with the hotfix is named").help("add --from main")
    })?;
    let into = args.into.clone().unwrap_or_else(|| "develop".to_owned());
    named(&from)?;
    named(&into)?;
    if from == into {
        let fact = format!("{from} cannot be merged into itself");
        return Err(Fault::usage("branch-same", fact).help("name the other branch with --into"));
    }
    Ok(Wish { from, into })
}
