//! What can be gone back to, newest first.

mod report;

use clap::Args;
use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;

use crate::survey::{Survey, SurveyArgs};

#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) survey: SurveyArgs,
}

pub(crate) async fn run(args: ListArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let survey = Survey::resolve(args.survey, &call.config(shared)?, call)?;
    let surveyed = survey.look(call).await?;
    Ok(report::listed(&survey, &surveyed))
}
