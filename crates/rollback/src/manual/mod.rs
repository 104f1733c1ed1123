//! The steps by hand for this server, as its own worker names them.

mod report;

use clap::Args;
use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;

use crate::survey::{Survey, SurveyArgs};

#[derive(Args, Debug)]
pub(crate) struct ManualArgs {
    /// Version, commit or release id; the good release before the live one by default
    #[arg(value_name = "TARGET", env = "SHIPLANE_TARGET")]
    pub(crate) target: Option<String>,
    #[command(flatten)]
    pub(crate) survey: SurveyArgs,
}

pub(crate) async fn run(args: ManualArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let survey = Survey::resolve(args.survey, &call.config(shared)?, call)?;
    let surveyed = survey.look(call).await?;
    Ok(report::steps(&survey, args.target.as_deref(), &surveyed))
}
